//! Lead times and LATE.
//!
//! A lead is the start of what was stated minus the instant of a receipt. LATE is decided
//! from what stands in both logs, so both nodes give one answer: the author's newest
//! signature under terms before the notice in the author's log, the receiver's newest before
//! its RECEIVED in the receiver's log. When both are over the same terms, their floor counts.

use crate::act::{Class, Level, Notice};
use crate::limits::SECOND_US;
use crate::terms::Terms;
use geo4d::{VolumeSpec, Window};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What one side's newest signature at some place of its log says about one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// SHA-256 of the terms, hexadecimal.
    pub digest: String,
    /// Floor for the class, µs; none when the terms give none.
    pub floor_us: Option<i64>,
}

/// How a lead stands to the floor.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Lateness {
    /// No floor was agreed by both: never LATE.
    NoFloor,
    /// Not below the floor.
    InTime { floor_us: i64 },
    /// Below the floor: delivered all the same, marked, counted.
    Late { floor_us: i64 },
    /// Rescue and relief: short notice, protection unaffected.
    Protected,
    /// An amendment that adds nothing: nothing to be late with.
    NothingAdded,
}

impl Claim {
    /// The claim that a signature under `terms` makes for `class`.
    pub fn of(terms: &Terms, class: Class) -> Claim {
        Claim {
            digest: digest(terms),
            floor_us: terms.floor_us(class),
        }
    }
}

/// SHA-256 over the canonical JSON of terms, hexadecimal.
pub fn digest(terms: &Terms) -> String {
    let json = serde_json::to_vec(terms).expect("terms are integers and strings, which JSON can hold");
    Sha256::digest(json)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether notices of this class are never LATE and never objected to.
pub fn is_protected(class: Class) -> bool {
    matches!(class, Class::Rescue | Class::Humanitarian)
}

/// How `lead_us` stands. `lead_us` is none when nothing was added.
pub fn lateness(
    class: Class,
    lead_us: Option<i64>,
    author: Option<&Claim>,
    receiver: Option<&Claim>,
) -> Lateness {
    let Some(lead_us) = lead_us else {
        return Lateness::NothingAdded;
    };
    if is_protected(class) {
        return Lateness::Protected;
    }
    let agreed = author.zip(receiver).filter(|(a, r)| a.digest == r.digest);
    match agreed.and_then(|(author, _)| author.floor_us) {
        None => Lateness::NoFloor,
        Some(floor_us) if lead_us < floor_us => Lateness::Late { floor_us },
        Some(floor_us) => Lateness::InTime { floor_us },
    }
}

/// The instant from which the lead of `new` counts: the earliest start of any part of space
/// and time that `old` did not state as `new` does. None when there is no such part.
///
/// A place that was known as words or as a box and is now stated exactly counts as stated
/// anew. A window that grows counts from the part that was added. What is only taken away
/// counts for nothing.
pub fn lead_from_us(old: Option<&Notice>, new: &Notice) -> Option<i64> {
    let Some(old) = old else {
        return Some(new.window.start_us);
    };
    if new.level == Level::Words {
        return words_from_us(old, new);
    }
    let stated = |volume: &VolumeSpec| added_from_us(&volumes_of(old), volume);
    volumes_of(new).iter().filter_map(|volume| stated(volume)).min()
}

/// Whole seconds of a lead, rounded down: less warning, never more.
pub fn seconds(lead_us: i64) -> i64 {
    lead_us.div_euclid(SECOND_US)
}

fn words_from_us(old: &Notice, new: &Notice) -> Option<i64> {
    if old.level != Level::Words || old.words != new.words {
        return Some(new.window.start_us);
    }
    grown_from_us(&old.window, &new.window)
}

fn volumes_of(notice: &Notice) -> Vec<&VolumeSpec> {
    let hazards = notice.hazards.iter().map(|hazard| &hazard.volume);
    notice.volumes.iter().chain(hazards).collect()
}

fn added_from_us(old: &[&VolumeSpec], new: &VolumeSpec) -> Option<i64> {
    let same_place = old
        .iter()
        .filter(|old| old.footprint == new.footprint && old.band == new.band);
    let grown = same_place.map(|old| grown_from_us(&old.window, &new.window));
    // Of several earlier statements of one place the kindest to the author counts: the
    // part that was stated by any of them was stated.
    grown.reduce(latest).unwrap_or(Some(new.window.start_us))
}

fn latest(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    }
}

fn grown_from_us(old: &Window, new: &Window) -> Option<i64> {
    if new.start_us < old.start_us || new.start_us > old.end_us {
        Some(new.start_us)
    } else if new.end_us > old.end_us {
        Some(old.end_us)
    } else {
        None
    }
}
