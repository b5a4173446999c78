//! Whether the words that tell a place tell the place of the volumes.
use geo4d::{Position, VolumeSpec};
use std::borrow::Cow;

/// A named place that words may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// As officers write it; case, accents of the apostrophe and hyphens do not matter.
    pub name: Cow<'static, str>,
    /// Its middle, WGS 84.
    pub at: Position,
    /// How far from the middle is still there.
    pub radius_mm: i64,
}

/// Public places, typed by hand: pub static GAZETTEER: &[Reference]  (file words/gazetteer.rs)

/// The answer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum PlaceCheck {
    Agrees,
    /// They name `said`, `distance_mm` away from the nearest volume.
    Contradicts { said: Position, distance_mm: i64 },
    /// Too vague to check.
    TooVague,
}

/// No volumes: TooVague.
pub fn place_check(words: &str, volumes: &[VolumeSpec], gazetteer: &[Reference]) -> PlaceCheck;

/// A place that words name.
pub struct Said { pub at: Position, pub within_mm: i64 }
/// The places that `words` name; none when they are too vague (for voice accounts).
pub fn places(words: &str, gazetteer: &[Reference]) -> Vec<Said>;
