//! Altitudes of different datums brought onto the ellipsoid, with what that costs in certainty.

use crate::geoid;
use crate::limits;
use crate::skeleton::Skeleton;
use crate::spec::Footprint;
use crate::units::{Band, Datum};

/// Pressure altitude against height above mean sea level, millimetres: sea-level pressures from 930 to 1 060 hPa
/// instead of 1 013.25, at 8.3 m per hectopascal near the ground.
const PRESSURE_PAD_MM: i64 = 700_000;
/// And thousandths of the height itself: air up to 40 °C warmer or colder than standard, at 0.4 % per degree
/// (ICAO Doc 8168, volume III, cold temperature corrections).
const PRESSURE_PAD_PER_MILLE: i64 = 160;
/// Lowest ground, millimetres above mean sea level: the shore of the Dead Sea, with margin.
const LOWEST_GROUND_MM: i64 = -450_000;
/// Highest ground, millimetres above mean sea level: Mount Everest, with margin.
const HIGHEST_GROUND_MM: i64 = 8_860_000;
/// Ground rises at most this much per distance, so two bands above ground compare to within it.
const STEEPEST_SLOPE: i64 = 2;

/// A band on the ellipsoid.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct EllipsoidRange {
    /// No part of the band lies lower, millimetres.
    pub low_mm: i64,
    /// No part of the band lies higher, millimetres.
    pub high_mm: i64,
    /// How much wider the range is than the band, millimetres, both ends together.
    pub pad_mm: i64,
}

/// The heights above the ellipsoid that a band may reach anywhere over a footprint. Without a model of the ground,
/// a band above ground may lie on any of the Earth's; pressure altitudes carry the weather.
///
/// Heights are widened, never narrowed: the true band always lies inside.
#[must_use]
pub fn to_ellipsoid_range(band: &Band, footprint: &Footprint) -> EllipsoidRange {
    let circle = match footprint {
        Footprint::Polygon { ring } => Skeleton::region(ring).and_then(|s| around(&s, 0)),
        Footprint::Circle { center, radius_mm } => around(&Skeleton::point(*center), *radius_mm),
        Footprint::Corridor { line, half_width_mm } => {
            Skeleton::line(line).and_then(|s| around(&s, *half_width_mm))
        }
    };
    range_over(band, circle)
}

/// The circle on the ground a footprint lies in.
pub(crate) fn around(skeleton: &Skeleton, radius_mm: i64) -> Option<geoid::Circle> {
    let cap = skeleton.cap()?;
    let radius = cap.radius() + radius_mm as f64 / 1000.0 / crate::ellipsoid::B_M;
    Some(geoid::Circle {
        middle: cap.middle(),
        radius,
    })
}

/// The heights a band may reach within a circle; anywhere on Earth when there is none.
pub(crate) fn range_over(band: &Band, circle: Option<geoid::Circle>) -> EllipsoidRange {
    let (low, high) = (band.low_mm, band.high_mm);
    let (below, above) = match band.datum {
        Datum::Ellipsoid => (0, 0),
        Datum::Msl => (0, 0),
        Datum::Pressure => (pressure_pad_mm(low), pressure_pad_mm(high)),
        Datum::Ground => (-LOWEST_GROUND_MM, HIGHEST_GROUND_MM),
    };
    let (geoid_low, geoid_high) = if band.datum == Datum::Ellipsoid {
        (0, 0)
    } else {
        geoid::range_mm(circle)
    };
    let low_mm = low.saturating_sub(below).saturating_add(geoid_low);
    let high_mm = high.saturating_add(above).saturating_add(geoid_high);
    EllipsoidRange {
        low_mm,
        high_mm,
        pad_mm: below + above + geoid_high - geoid_low,
    }
}

fn pressure_pad_mm(altitude_mm: i64) -> i64 {
    let height_mm = altitude_mm.saturating_abs().min(limits::MAX_ALTITUDE_MM);
    PRESSURE_PAD_MM + (height_mm * PRESSURE_PAD_PER_MILLE + 999) / 1000
}

/// Least vertical distance two bands may have, millimetres: 0 when they may share a height.
///
/// Bands of one datum compare as they are written; bands above ground that may be `apart_mm` from each other are
/// allowed the slope between. Bands of different datums only ever compare on the ellipsoid.
pub(crate) fn gap_mm(a: (&Band, EllipsoidRange), b: (&Band, EllipsoidRange), apart_mm: i64) -> i64 {
    let slope_mm = apart_mm
        .saturating_mul(STEEPEST_SLOPE)
        .min(HIGHEST_GROUND_MM - LOWEST_GROUND_MM);
    match (a.0.datum, b.0.datum) {
        (Datum::Ground, Datum::Ground) => (raw_gap_mm(a.0, b.0) - slope_mm).max(0),
        (one, other) if one == other => raw_gap_mm(a.0, b.0),
        _ => interval_gap_mm((a.1.low_mm, a.1.high_mm), (b.1.low_mm, b.1.high_mm)),
    }
}

fn raw_gap_mm(a: &Band, b: &Band) -> i64 {
    interval_gap_mm((a.low_mm, a.high_mm), (b.low_mm, b.high_mm))
}

fn interval_gap_mm(a: (i64, i64), b: (i64, i64)) -> i64 {
    b.0.saturating_sub(a.1).max(a.0.saturating_sub(b.1)).max(0)
}

const _: () = assert!(LOWEST_GROUND_MM < 0 && HIGHEST_GROUND_MM > 0 && PRESSURE_PAD_MM > 0);
