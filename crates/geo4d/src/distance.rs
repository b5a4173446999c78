//! Distances along the ellipsoid, and the figures around them: bearings, destinations, spans.

use crate::conflict::Shape;
use crate::ellipsoid::{FARTHEST_M, nanodegrees, position, radians};
use crate::geodesic::{direct, inverse};
use crate::limits::{DEGREE_ND, MAX_INTEGER};
use crate::nearest::nearest;
use crate::skeleton::Skeleton;
use crate::spec::Volume;
use crate::units::Position;

/// A distance known to lie between two figures, millimetres. Whoever must not come closer than a limit compares
/// `low_mm`; whoever must not be further away compares `high_mm`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// It is at least this.
    pub low_mm: i64,
    /// It is at most this.
    pub high_mm: i64,
}

/// Error of an exact geodesic (half a millimetre) and of a position in nanodegrees, rounded up.
const GEODESIC_PAD_MM: i64 = 2;

impl Span {
    /// Nothing is known: there is no line, or no inside that could be told from the outside.
    pub const UNKNOWN: Span = Span {
        low_mm: 0,
        high_mm: MAX_INTEGER,
    };

    fn less(self, radius_mm: i64) -> Span {
        let less = |mm: i64| mm.saturating_sub(radius_mm).max(0);
        Span {
            low_mm: less(self.low_mm),
            high_mm: less(self.high_mm),
        }
    }
}

/// Length of the geodesic between two positions, millimetres, to the nearest.
#[must_use]
pub fn distance(a: Position, b: Position) -> i64 {
    (inverse(a, b).length_m * 1000.0).round() as i64
}

/// Azimuth at `from` of the geodesic to `to`, nanodegrees clockwise from north, 0 to below 360°. Zero where the two
/// are one place.
#[must_use]
pub fn bearing(from: Position, to: Position) -> i64 {
    nanodegrees(inverse(from, to).azimuth).rem_euclid(360 * DEGREE_ND)
}

/// The position `distance_mm` along the geodesic that leaves `from` at a bearing in nanodegrees.
#[must_use]
pub fn destination(from: Position, bearing_nd: i64, distance_mm: i64) -> Position {
    direct(from, radians(bearing_nd), distance_mm as f64 / 1000.0)
}

/// Distance from a point to a line of geodesic edges. [`Span::UNKNOWN`] when the line has no vertex or is longer
/// than [`crate::limits::MAX_OUTLINE_MM`].
#[must_use]
pub fn point_to_line(at: Position, line: &[Position]) -> Span {
    span(Some(Skeleton::point(at)), Skeleton::line(line))
}

/// Distance from a point to a polygon, 0 inside. [`Span::UNKNOWN`] when the ring could not be a volume's.
#[must_use]
pub fn point_to_polygon(at: Position, ring: &[Position]) -> Span {
    span(Some(Skeleton::point(at)), Skeleton::region(ring))
}

/// Distance from a volume's footprint to a line, 0 where they meet. Unknown as in [`point_to_line`].
#[must_use]
pub fn volume_to_line(volume: &Volume, line: &[Position]) -> Span {
    shape_span(volume, Skeleton::line(line))
}

/// Distance from a volume's footprint to a polygon, 0 where they meet. Unknown as in [`point_to_polygon`].
#[must_use]
pub fn volume_to_polygon(volume: &Volume, ring: &[Position]) -> Span {
    shape_span(volume, Skeleton::region(ring))
}

/// Distance between the footprints of two volumes, 0 where they meet.
#[must_use]
pub fn volume_to_volume(a: &Volume, b: &Volume) -> Span {
    let Some(shape) = Shape::of(b.footprint()) else {
        return Span::UNKNOWN;
    };
    shape_span(a, Some(shape.skeleton)).less(shape.radius_mm)
}

fn shape_span(volume: &Volume, other: Option<Skeleton>) -> Span {
    let shape = Shape::of(volume.footprint()).expect("a checked volume has a valid outline");
    span(Some(shape.skeleton), other).less(shape.radius_mm)
}

fn span(a: Option<Skeleton>, b: Option<Skeleton>) -> Span {
    let (Some(a), Some(b)) = (a, b) else {
        return Span::UNKNOWN;
    };
    let Some(found) = nearest(&a, &b, FARTHEST_M) else {
        return Span::UNKNOWN;
    };
    let exact_m = inverse(position(found.p), position(found.q)).length_m;
    let error_m = a.error_m() + b.error_m();
    let low_mm = (found.at_least_m.min(exact_m) * 1000.0).floor() as i64 - GEODESIC_PAD_MM;
    let high_mm = ((exact_m + error_m) * 1000.0).ceil() as i64 + GEODESIC_PAD_MM;
    Span {
        low_mm: low_mm.max(0),
        high_mm,
    }
}
