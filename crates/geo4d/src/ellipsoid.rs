//! The WGS 84 ellipsoid: points on it, and how chords through it relate to distances along it.
//!
//! Distances are searched for by chords, which are cheap and never longer than the way along the surface, and
//! stated by [`crate::geodesic`], which is exact.

use crate::limits::DEGREE_ND;
use crate::units::Position;
use crate::vector::V3;

/// Equatorial radius, metres (NGA.STND.0036, table 3.1).
pub(crate) const A_M: f64 = 6_378_137.0;
/// Flattening (NGA.STND.0036, table 3.1).
pub(crate) const F: f64 = 1.0 / 298.257_223_563;
/// Polar radius, metres.
pub(crate) const B_M: f64 = A_M * (1.0 - F);
/// First eccentricity squared.
const E2: f64 = F * (2.0 - F);
/// Second eccentricity squared.
const EP2: f64 = E2 / (1.0 - E2);

/// No geodesic curves less than a circle of this radius (the polar radius of curvature is 6 399.6 km; the rest
/// is margin for the slight twist of geodesics).
const FLATTEST_M: f64 = 6_420_000.0;
/// Half the longest geodesic, with margin.
pub(crate) const FARTHEST_M: f64 = 20_010_000.0;

const RAD_PER_ND: f64 = std::f64::consts::PI / (180.0 * DEGREE_ND as f64);

/// Nanodegrees as radians.
pub(crate) fn radians(nd: i64) -> f64 {
    nd as f64 * RAD_PER_ND
}

/// Radians as nanodegrees, rounded to the nearest.
pub(crate) fn nanodegrees(radians: f64) -> i64 {
    (radians / RAD_PER_ND).round() as i64
}

/// The point of the ellipsoid at a position.
pub(crate) fn surface(at: Position) -> V3 {
    let (sin_lat, cos_lat) = libm::sincos(radians(at.lat_nd));
    let (sin_lon, cos_lon) = libm::sincos(radians(at.lon_nd));
    let n = A_M / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    V3::new(
        n * cos_lat * cos_lon,
        n * cos_lat * sin_lon,
        n * (1.0 - E2) * sin_lat,
    )
}

/// The position of a point of the ellipsoid.
pub(crate) fn position(point: V3) -> Position {
    let equatorial = (point.x * point.x + point.y * point.y).sqrt();
    let lat = libm::atan2(point.z, equatorial * (1.0 - E2));
    let lon = libm::atan2(point.y, point.x);
    Position {
        lat_nd: nanodegrees(lat),
        lon_nd: nanodegrees(lon),
    }
    .canonical()
}

/// The point of the ellipsoid on the ray from the centre through `point`.
pub(crate) fn lift(point: V3) -> V3 {
    let equatorial = (point.x * point.x + point.y * point.y) / (A_M * A_M);
    let polar = point.z * point.z / (B_M * B_M);
    point * (1.0 / (equatorial + polar).sqrt())
}

/// Distance along the ellipsoid between two of its points, from their chord and the curvature half way between.
/// See `estimate_error_m` for how good it is.
pub(crate) fn estimate_m(p: V3, q: V3) -> f64 {
    let chord = q - p;
    let chord2 = chord.dot(chord);
    if chord2 == 0.0 {
        return 0.0;
    }
    let middle = p + q;
    let nz = middle.z / (1.0 - E2);
    let normal2 = middle.x * middle.x + middle.y * middle.y + nz * nz;
    let sin2_lat = if normal2 > 0.0 { nz * nz / normal2 } else { 0.0 };
    let w = (1.0 - E2 * sin2_lat).sqrt();
    let radius = A_M / (w * (1.0 + EP2 * chord.z * chord.z / chord2));
    2.0 * radius * libm::asin((chord2.sqrt() / (2.0 * radius)).min(1.0))
}

/// Lower bound of the distance along the ellipsoid of two points so far apart in a straight line.
pub(crate) fn shortest_m(chord_m: f64) -> f64 {
    2.0 * FLATTEST_M * libm::asin((chord_m / (2.0 * FLATTEST_M)).clamp(0.0, 1.0))
}

/// Two points further apart in a straight line than this are further apart along the ellipsoid than
/// `distance_m`.
pub(crate) fn chord_within_m(distance_m: f64) -> f64 {
    let half_angle = distance_m / (2.0 * FLATTEST_M);
    if half_angle >= std::f64::consts::FRAC_PI_2 {
        return f64::INFINITY;
    }
    2.0 * FLATTEST_M * libm::sin(half_angle.max(0.0))
}
