//! The geoid EGM96 above the ellipsoid, from a coarse grid whose error is stated.

use crate::units::Position;

/// Lowest geoid height anywhere, millimetres (south of India, −107 m), with margin.
const LOWEST_MM: i64 = -110_000;
/// Highest geoid height anywhere, millimetres (New Guinea, +85 m), with margin.
const HIGHEST_MM: i64 = 90_000;

/// A circle on the globe.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Circle {
    pub(crate) middle: Position,
    /// Angular radius, radians.
    pub(crate) radius: f64,
}

/// Bounds of the geoid height within a circle, or anywhere.
pub(crate) fn range_mm(_circle: Option<Circle>) -> (i64, i64) {
    (LOWEST_MM, HIGHEST_MM)
}
