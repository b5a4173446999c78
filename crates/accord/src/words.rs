//! Whether the words that tell a place tell the place of the volumes.
//!
//! What is read: coordinates ("35.52N 35.80E", "36°43′4.91″N 68°51′43.96″E",
//! "364305N 0685144E"), distances and bearings from a named place ("27 km west of
//! Baniyas", "25 NM 270 from Khmeimim") and names. A direction alone ("northern Syria")
//! tells no place. Any coordinate or distance that lies elsewhere contradicts; bare names
//! contradict when none of them fits, for words also name where a flight comes from.

use crate::limits::{MAX_PLACE_PAIRS, MAX_PLACES, MAX_WORDS_BYTES};
use geo4d::{Footprint, Position, Volume, VolumeSpec};
use std::borrow::Cow;

mod book;
mod coordinates;
mod gazetteer;
mod phrases;
mod tokens;

use book::Book;
pub use gazetteer::GAZETTEER;
use phrases::Phrase;

/// A named place that words may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// As officers write it; case, apostrophes and hyphens do not matter.
    pub name: Cow<'static, str>,
    /// Its middle, WGS 84.
    pub at: Position,
    /// How far from the middle is still there.
    pub radius_mm: i64,
}

/// A place that words name: somewhere within `within_mm` of `at`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The place as said.
    pub at: Position,
    /// How far around it the words allow.
    pub within_mm: i64,
}

/// Words against geometry.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum PlaceCheck {
    /// What the words name lies in or at the volumes.
    Agrees,
    /// The words name another place.
    Contradicts {
        /// The place they name; of several the one farthest off.
        said: Position,
        /// From there to the nearest volume.
        distance_mm: i64,
    },
    /// The words name no place that can be compared, or there is no volume to compare
    /// with.
    TooVague,
}

/// Compares `words` with `volumes`, knowing the places of `gazetteer`. Volumes with
/// invalid geometry are left out. Total on any text, in bounded time.
pub fn place_check(words: &str, volumes: &[VolumeSpec], gazetteer: &[Reference]) -> PlaceCheck {
    let Some(named) = read(words, gazetteer) else {
        return PlaceCheck::TooVague;
    };
    let volumes: Vec<Volume> = volumes.iter().filter_map(|volume| volume.check().ok()).collect();
    let vertices: usize = volumes.iter().map(|volume| vertices(volume.spec())).sum();
    let count = named.exact.len() + named.names.len();
    if count == 0 || volumes.is_empty() || count * vertices > MAX_PLACE_PAIRS {
        return PlaceCheck::TooVague;
    }
    let off_all = |said: &Said| (off_mm(said, &volumes), said.at);
    let exact = named
        .exact
        .iter()
        .map(off_all)
        .max_by_key(|(off, _)| off.beyond_mm);
    let names = named
        .names
        .iter()
        .map(off_all)
        .min_by_key(|(off, _)| off.beyond_mm);
    let worst = exact
        .into_iter()
        .chain(names)
        .max_by_key(|(off, _)| off.beyond_mm);
    match worst {
        Some((off, said)) if off.beyond_mm > 0 => PlaceCheck::Contradicts {
            said,
            distance_mm: off.distance_mm,
        },
        _ => PlaceCheck::Agrees,
    }
}

/// The places that `words` name, most exact kind first; none when they are too vague.
pub fn places(words: &str, gazetteer: &[Reference]) -> Vec<Said> {
    let named = read(words, gazetteer).unwrap_or_default();
    [named.exact, named.names].concat()
}

/// What a text names.
#[derive(Default)]
struct Named {
    /// Coordinates, and distances from a place: each is a statement.
    exact: Vec<Said>,
    /// Names alone.
    names: Vec<Said>,
}

fn read(words: &str, gazetteer: &[Reference]) -> Option<Named> {
    if words.len() > MAX_WORDS_BYTES {
        return None;
    }
    let tokens = tokens::tokens(words);
    let book = Book::for_text(&tokens, gazetteer);
    let mut named = Named::default();
    let mut at = 0;
    while at < tokens.len() {
        if let Some((said, next)) = coordinates::position(&tokens, at) {
            named.exact.push(said);
            at = next;
        } else if let Some((phrase, next)) = phrases::phrase(&tokens, at, &book) {
            if let Phrase::Place(said) = phrase {
                named.exact.push(said);
            }
            at = next;
        } else if let Some((reference, next)) = book.find(&tokens, at) {
            named.names.push(Said {
                at: reference.at,
                within_mm: reference.radius_mm,
            });
            at = next;
        } else {
            at += 1;
        }
    }
    (named.exact.len() + named.names.len() <= MAX_PLACES).then_some(named)
}

fn vertices(volume: &VolumeSpec) -> usize {
    match &volume.footprint {
        Footprint::Polygon { ring } => ring.len(),
        Footprint::Circle { .. } => 1,
        Footprint::Corridor { line, .. } => line.len(),
    }
}

/// How far a place lies from the nearest of some volumes, and how much farther than the
/// words allow.
#[derive(Copy, Clone)]
struct Off {
    distance_mm: i64,
    beyond_mm: i64,
}

fn off_mm(said: &Said, volumes: &[Volume]) -> Off {
    let nearest = volumes.iter().map(|volume| from_volume_mm(said.at, volume)).min();
    let distance_mm = nearest.expect("the caller has seen that there is a volume");
    Off {
        distance_mm,
        beyond_mm: distance_mm - said.within_mm,
    }
}

fn from_volume_mm(at: Position, volume: &Volume) -> i64 {
    let (skeleton_mm, radius_mm) = match &volume.spec().footprint {
        Footprint::Polygon { ring } => (geo4d::point_to_polygon(at, ring).low_mm, 0),
        Footprint::Circle { center, radius_mm } => (geo4d::distance(at, *center), *radius_mm),
        Footprint::Corridor { line, half_width_mm } => {
            (geo4d::point_to_line(at, line).low_mm, *half_width_mm)
        }
    };
    (skeleton_mm - radius_mm).max(0)
}

/// Where a bearing and a distance lead to.
fn from_here(from: Position, bearing_cd: i64, distance_mm: i64) -> Position {
    geo4d::destination(from, bearing_cd * 10_000_000, distance_mm)
}

#[cfg(test)]
mod tests;
