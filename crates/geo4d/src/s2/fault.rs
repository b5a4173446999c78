//! What can be wrong with a shape given for cells, and where.

use thiserror::Error;

/// Why a shape is refused, in words its sender can act on. Vertices are counted from zero.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ShapeFault {
    /// Fewer vertices than enclose anything.
    #[error("has {count} vertices, needs at least {min}")]
    TooFewVertices {
        /// How many there are.
        count: usize,
        /// How many it takes.
        min: usize,
    },
    /// More vertices than any outline may have; nothing else about it was examined.
    #[error("has {count} vertices, at most {max} are taken")]
    TooManyVertices {
        /// How many there are.
        count: usize,
        /// How many are taken.
        max: usize,
    },
    /// A latitude that is no number or not on the Earth.
    #[error("{at}: latitude {lat:?} is outside -90 to 90")]
    LatitudeOutOfRange {
        /// Whose it is.
        at: Place,
        /// Degrees, as written.
        lat: f64,
    },
    /// A longitude that is no number or beyond the antimeridian.
    #[error("{at}: longitude {lng:?} is outside -180 to 180")]
    LongitudeOutOfRange {
        /// Whose it is.
        at: Place,
        /// Degrees, as written.
        lng: f64,
    },
    /// A radius that is no number, not above zero, or without end.
    #[error("radius {radius_m:?} m is not a number above zero")]
    RadiusNotPositive {
        /// Metres, as written.
        radius_m: f64,
    },
    /// The vertex lies where another one already is.
    #[error("vertex {at} repeats vertex {of}; a ring is not closed by repeating its first vertex")]
    RepeatedVertex {
        /// Index of the later vertex.
        at: usize,
        /// Index of the earlier one.
        of: usize,
    },
    /// An edge joins opposite points of the Earth: every way is as short as any other.
    #[error("the edge from vertex {at} ends on the opposite side of the Earth")]
    OppositePoints {
        /// Index of the vertex where the edge starts.
        at: usize,
    },
    /// Two edges that are not neighbours cross or touch.
    #[error("the edge from vertex {at} crosses or touches the edge from vertex {other}")]
    CrossesItself {
        /// Index of the vertex where the first of the edges starts.
        at: usize,
        /// Index of the vertex where the second one starts.
        other: usize,
    },
    /// So many edges so close together that examining them was given up.
    #[error("too intricate to examine: use fewer vertices")]
    TooIntricate,
    /// The area is over the limit.
    #[error("area is too large ({km2:.1} km² > {limit} km²)")]
    TooLarge {
        /// Square kilometres, as the reference service reckons them.
        km2: f64,
        /// The largest taken.
        limit: f64,
    },
    /// The area is under the limit and the shape so long that it lies in too many cells.
    #[error("extends over more than {max} cells of about a square kilometre")]
    TooManyCells {
        /// How many are taken.
        max: usize,
    },
    /// More is wrong than is listed.
    #[error("and {count} more faults")]
    More {
        /// How many of those found are not listed; the search ends when it has found enough.
        count: usize,
    },
}

impl ShapeFault {
    /// The shape is well formed and only asks for too much: what an HTTP service answers with 413 instead of 400.
    pub fn is_size(&self) -> bool {
        matches!(
            self,
            ShapeFault::TooLarge { .. } | ShapeFault::TooManyCells { .. }
        )
    }
}

/// Which point of a shape a fault is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum Place {
    /// A vertex of a polygon, counted from zero.
    #[error("vertex {0}")]
    Vertex(usize),
    /// The centre of a circle.
    #[error("center")]
    Center,
}
