//! What can be wrong with a volume, and where.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One thing wrong with a volume as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("{place}: {reason}")]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// JSON pointer (RFC 6901) inside the volume, such as `/footprint/ring/3`.
    pub place: String,
    /// What is wrong there.
    pub reason: Reason,
}

/// Why a volume is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(tag = "reason", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reason {
    /// Fewer vertices than the shape needs.
    #[error("has {count} vertices, needs at least {min}")]
    TooFewVertices {
        /// How many there are.
        count: u64,
        /// How many it takes.
        min: u64,
    },
    /// More vertices than any footprint may have; nothing else about the footprint was examined.
    #[error("has {count} vertices, at most {max} are taken")]
    TooManyVertices {
        /// How many there are.
        count: u64,
        /// How many are taken.
        max: u64,
    },
    /// A number outside its range.
    #[error("{value} is outside {min} to {max}")]
    OutOfRange {
        /// The number as written.
        value: i64,
        /// Smallest taken.
        min: i64,
        /// Largest taken.
        max: i64,
    },
    /// The vertex lies where another one already is (rings are not closed by repeating the first vertex).
    #[error("repeats vertex {of}")]
    RepeatedVertex {
        /// Index of the earlier vertex.
        of: u64,
    },
    /// The edge that starts at this vertex crosses or touches another edge of the ring.
    #[error("the edge from here crosses or touches the edge from vertex {other}")]
    CrossesItself {
        /// Index of the vertex where the other edge starts.
        other: u64,
    },
    /// The ring is so intricate that checking it for self-crossings was given up.
    #[error("too intricate to check")]
    TooIntricate,
    /// The footprint does not fit in the largest circle allowed.
    #[error("spans a circle of {size_mm} mm radius, at most {max_mm} mm")]
    TooLarge {
        /// Radius of a circle around it.
        size_mm: i64,
        /// The largest taken.
        max_mm: i64,
    },
    /// The edges of the outline are too long together.
    #[error("outline is longer than {max_mm} mm")]
    OutlineTooLong {
        /// The longest taken.
        max_mm: i64,
    },
    /// The ring encloses nothing.
    #[error("encloses less than a square metre")]
    NoArea,
    /// The lower end of the band is not below the upper end.
    #[error("low {low_mm} mm is not below high {high_mm} mm")]
    BandUpsideDown {
        /// Lower end as written.
        low_mm: i64,
        /// Upper end as written.
        high_mm: i64,
    },
    /// The window does not start before it ends.
    #[error("start {start_us} is not before end {end_us}")]
    WindowBackwards {
        /// Start as written.
        start_us: i64,
        /// End as written.
        end_us: i64,
    },
    /// The window is longer than any may be.
    #[error("lasts {duration_us} µs, at most {max_us} µs")]
    TooLong {
        /// Its length.
        duration_us: i64,
        /// The longest taken.
        max_us: i64,
    },
    /// More is wrong than is listed.
    #[error("and {count} more faults")]
    More {
        /// How many are not listed.
        count: u64,
    },
}
