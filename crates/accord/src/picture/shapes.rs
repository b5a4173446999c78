//! Volumes derived from volumes, always outward.

use geo4d::{Band, Datum, Fault, Footprint, Position, Volume, VolumeSpec, Window, limits};

/// The lowest ground there is, below any height datum but that of the ground itself: the
/// shore of the Dead Sea, with room for the geoid and for pressure.
const LOWEST_GROUND_MM: i64 = -1_500_000;

const _: () = assert!(LOWEST_GROUND_MM >= limits::MIN_ALTITUDE_MM);

/// The valid ones of some volumes, and what is wrong with the others.
pub(super) struct Each {
    pub valid: Vec<Volume>,
    pub faults: Vec<Fault>,
}

/// Checks each volume; `place` names where the one of an index stands.
pub(super) fn each<'a>(specs: impl Iterator<Item = &'a VolumeSpec>, place: impl Fn(usize) -> String) -> Each {
    let mut each = Each {
        valid: Vec::new(),
        faults: Vec::new(),
    };
    for (i, spec) in specs.enumerate() {
        match spec.check() {
            Ok(volume) => each.valid.push(volume),
            Err(faults) => each
                .faults
                .extend(faults.into_iter().map(|fault| within(&place(i), fault))),
        }
    }
    each
}

/// `fault` of a part that stands at `place`.
pub(super) fn within(place: &str, fault: Fault) -> Fault {
    Fault {
        place: format!("{place}{}", fault.place),
        reason: fault.reason,
    }
}

/// An error unless all lists are empty.
pub(super) fn none_left_out<const N: usize>(faults: [Vec<Fault>; N]) -> Result<(), Vec<Fault>> {
    let faults = faults.concat();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// `volume` and all below it: what is released there, or breaks up there, falls.
pub(super) fn with_all_below(volume: &Volume) -> Volume {
    let band = *volume.band();
    let ground_mm = if band.datum == Datum::Ground {
        0
    } else {
        LOWEST_GROUND_MM
    };
    let spec = VolumeSpec {
        band: Band {
            low_mm: band.low_mm.min(ground_mm),
            ..band
        },
        ..volume.spec().clone()
    };
    spec.check()
        .expect("lowering the low end of a valid band keeps it valid")
}

/// `volume` lasting until `end_us`, or as long as any volume may if that is less; never
/// shorter than it is.
pub(super) fn lasting_until(volume: &Volume, end_us: i64) -> Volume {
    let Window {
        start_us,
        end_us: stated_us,
    } = *volume.window();
    let longest_us = start_us
        .saturating_add(limits::MAX_DURATION_US)
        .min(limits::MAX_INTEGER);
    let window = Window {
        start_us,
        end_us: end_us.min(longest_us).max(stated_us),
    };
    let spec = VolumeSpec {
        window,
        ..volume.spec().clone()
    };
    spec.check()
        .expect("a window within its longest duration is valid")
}

/// `specs` lasting for as long as any volume may: whoever filed them says when they are over.
/// Those that are not valid stay as they are.
pub(crate) fn until_dropped(specs: &[VolumeSpec]) -> Vec<VolumeSpec> {
    let lasting = |spec: &VolumeSpec| match spec.check() {
        Ok(volume) => lasting_until(&volume, limits::MAX_INTEGER).spec().clone(),
        Err(_) => spec.clone(),
    };
    specs.iter().map(lasting).collect()
}

/// Everything within `radius_mm` of `center`, at any height, within `window`.
pub(super) fn column(center: Position, radius_mm: i64, window: Window) -> Option<Volume> {
    let band = Band {
        low_mm: limits::MIN_ALTITUDE_MM,
        high_mm: limits::MAX_ALTITUDE_MM,
        datum: Datum::Ellipsoid,
    };
    VolumeSpec {
        footprint: Footprint::Circle { center, radius_mm },
        band,
        window,
    }
    .check()
    .ok()
}
