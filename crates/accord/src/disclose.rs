//! What a notice says of an operation at each level of disclosure.
//!
//! A function of the operation and the level alone: nothing else this party knows can
//! show in what leaves.

use crate::act::Level;
use crate::command::{HazardDraft, OperationDraft};
use geo4d::{Fault, Reason, VolumeSpec, Window};

mod area;

pub use area::blanket_km2_h;

/// The grid of [`Level::Box`]: a twentieth of a degree, 5.6 km of latitude, so that a box
/// does not tell a street and still leaves room for traffic beside it.
pub const BOX_GRID_ND: i64 = 50_000_000;

/// What a notice states of place and time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// The volumes at the level asked for, each once; none at [`Level::Words`].
    pub volumes: Vec<VolumeSpec>,
    /// The dangers beyond the operation, at the same level. At [`Level::Words`] none: a
    /// place that is not told cannot be told here either. Whoever gives such a notice is
    /// to warn of the danger on its own.
    pub hazards: Vec<HazardDraft>,
    /// Earliest start and latest end of the operation, not finer than the volumes tell
    /// them.
    pub window: Window,
}

/// `draft` as it is told at `level`.
///
/// # Errors
/// All faults of all volumes and hazards, each with its place inside the draft; that the
/// draft has no volume; or, at [`Level::Box`], that a volume is too wide for a box.
pub fn disclosed(draft: &OperationDraft, level: Level) -> Result<Disclosure, Vec<Fault>> {
    let (mut volumes, mut hazards, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for (i, spec) in draft.volumes.iter().enumerate() {
        match at_level(spec, level, &format!("/volumes/{i}")) {
            Ok(volume) if volumes.contains(&volume) => {}
            Ok(volume) => volumes.push(volume),
            Err(found) => faults.extend(found),
        }
    }
    for (i, hazard) in draft.hazards.iter().enumerate() {
        match at_level(&hazard.volume, level, &format!("/hazards/{i}/volume")) {
            Ok(volume) => hazards.push(HazardDraft {
                volume,
                ..hazard.clone()
            }),
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let window = hull(&volumes).ok_or_else(no_volume)?;
    Ok(match level {
        Level::Exact | Level::Box => Disclosure {
            volumes,
            hazards,
            window,
        },
        Level::Words => Disclosure {
            volumes: Vec::new(),
            hazards: Vec::new(),
            window,
        },
    })
}

fn at_level(spec: &VolumeSpec, level: Level, place: &str) -> Result<VolumeSpec, Vec<Fault>> {
    let in_draft = |fault| within(place, fault);
    let volume = spec
        .check()
        .map_err(|faults| faults.into_iter().map(in_draft).collect::<Vec<_>>())?;
    match level {
        Level::Exact | Level::Words => Ok(spec.clone()),
        Level::Box => geo4d::box_of(&volume, BOX_GRID_ND).ok_or_else(|| vec![too_wide(place)]),
    }
}

/// The earliest start and the latest end.
fn hull(volumes: &[VolumeSpec]) -> Option<Window> {
    let start_us = volumes.iter().map(|volume| volume.window.start_us).min()?;
    let end_us = volumes.iter().map(|volume| volume.window.end_us).max()?;
    Some(Window { start_us, end_us })
}

fn no_volume() -> Vec<Fault> {
    vec![Fault {
        place: "/volumes".to_owned(),
        reason: Reason::OutOfRange {
            value: 0,
            min: 1,
            max: i64::MAX,
        },
    }]
}

fn too_wide(place: &str) -> Fault {
    let max_mm = geo4d::limits::MAX_EXTENT_MM;
    Fault {
        place: format!("{place}/footprint"),
        reason: Reason::TooLarge {
            size_mm: max_mm,
            max_mm,
        },
    }
}

fn within(place: &str, fault: Fault) -> Fault {
    Fault {
        place: format!("{place}{}", fault.place),
        reason: fault.reason,
    }
}

#[cfg(test)]
mod tests;
