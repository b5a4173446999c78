//! Where and when: one box in space and time, as the standard's community reduces everything to.

use geo4d::s2::Cells;
use serde::{Deserialize, Serialize};

/// Cells, a span of time and a span of height. A bound that is absent is no bound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Level-13 S2 cells.
    pub cells: Cells,
    /// Start, µs UTC.
    pub start_us: Option<i64>,
    /// End, µs UTC.
    pub end_us: Option<i64>,
    /// Lowest altitude above the ellipsoid, mm, rounded down.
    pub lower_mm: Option<i64>,
    /// Highest altitude above the ellipsoid, mm, rounded up.
    pub upper_mm: Option<i64>,
}

/// A span of time with both ends, µs UTC.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First instant.
    pub start_us: i64,
    /// Last instant.
    pub end_us: i64,
}

/// A span of height with both ends, mm above the ellipsoid.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heights {
    /// Lowest.
    pub lower_mm: i64,
    /// Highest.
    pub upper_mm: i64,
}

impl Span {
    /// Every instant.
    pub const ALWAYS: Span = Span {
        start_us: i64::MIN,
        end_us: i64::MAX,
    };

    /// Whether the two share an instant.
    pub fn overlaps(&self, other: &Span) -> bool {
        self.start_us <= other.end_us && other.start_us <= self.end_us
    }

    /// The shortest span with both in it.
    pub fn hull(&self, other: &Span) -> Span {
        Span {
            start_us: self.start_us.min(other.start_us),
            end_us: self.end_us.max(other.end_us),
        }
    }

    /// Whether all of the other lies in it.
    pub fn covers(&self, other: &Span) -> bool {
        self.start_us <= other.start_us && other.end_us <= self.end_us
    }
}

impl Heights {
    /// Every height.
    pub const ALL: Heights = Heights {
        lower_mm: i64::MIN,
        upper_mm: i64::MAX,
    };

    /// Whether the two share a height.
    pub fn overlaps(&self, other: &Heights) -> bool {
        self.lower_mm <= other.upper_mm && other.lower_mm <= self.upper_mm
    }

    /// Whether all of the other lies in it.
    pub fn covers(&self, other: &Heights) -> bool {
        self.lower_mm <= other.lower_mm && other.upper_mm <= self.upper_mm
    }
}

impl Extent {
    /// Its time; what is not bounded is for ever.
    pub fn span(&self) -> Span {
        Span {
            start_us: self.start_us.unwrap_or(i64::MIN),
            end_us: self.end_us.unwrap_or(i64::MAX),
        }
    }

    /// Its heights; what is not bounded is everything.
    pub fn heights(&self) -> Heights {
        Heights {
            lower_mm: self.lower_mm.unwrap_or(i64::MIN),
            upper_mm: self.upper_mm.unwrap_or(i64::MAX),
        }
    }

    /// One box around several. A bound that one of them lacks, the box lacks.
    pub fn hull(parts: &[Extent]) -> Option<Extent> {
        let cells: Vec<Cells> = parts.iter().map(|part| part.cells.clone()).collect();
        let least = |bound: fn(&Extent) -> Option<i64>| {
            parts.iter().map(bound).min().flatten() // None is less than any bound
        };
        let most = |bound: fn(&Extent) -> Option<i64>| {
            let all = parts.iter().map(bound).collect::<Option<Vec<_>>>();
            all.and_then(|all| all.into_iter().max())
        };
        (!parts.is_empty()).then(|| Extent {
            cells: Cells::union(&cells),
            start_us: least(|part| part.start_us),
            end_us: most(|part| part.end_us),
            lower_mm: least(|part| part.lower_mm),
            upper_mm: most(|part| part.upper_mm),
        })
    }
}
