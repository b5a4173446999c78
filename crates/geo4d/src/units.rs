//! The integers everything is said in. Floats never leave this crate, and never enter it: a JSON number with a
//! fraction, NaN or an exponent is refused by the types.

use serde::{Deserialize, Serialize};

/// A place on the WGS 84 ellipsoid, in nanodegrees (0.11 mm on the ground).
///
/// Longitudes −180° and +180° name one meridian; at latitude ±90° every longitude names the pole.
/// [`Position::canonical`] picks one name.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Geodetic latitude, north positive, −90° to +90°.
    pub lat_nd: i64,
    /// Longitude, east positive, −180° to +180°.
    pub lon_nd: i64,
}

/// What an altitude is measured from. Raw numbers of two datums are never compared.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// Height above the WGS 84 ellipsoid, as satellite receivers compute it.
    Ellipsoid,
    /// Height above mean sea level by the geoid model EGM96.
    Msl,
    /// Pressure altitude: flight levels, altimeter set to 1013.25 hPa.
    Pressure,
    /// Height above the ground below.
    Ground,
}

/// A band of altitudes, both ends included.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Lower end, millimetres.
    pub low_mm: i64,
    /// Upper end, millimetres.
    pub high_mm: i64,
    /// What both ends are measured from.
    pub datum: Datum,
}

/// A closed interval of time, microseconds UTC since 1970-01-01.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First instant.
    pub start_us: i64,
    /// Last instant.
    pub end_us: i64,
}

/// How far apart two volumes must stay. They conflict when they are within all three at once. Zero asks for
/// overlap; negative figures count as zero.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Separation {
    /// Along the ellipsoid, millimetres.
    pub horizontal_mm: i64,
    /// Between altitude bands, millimetres.
    pub vertical_mm: i64,
    /// Between windows, microseconds.
    pub time_us: i64,
}

impl Position {
    /// The one name of this place: longitude in [−180°, +180°), and 0 at the poles.
    #[must_use]
    pub fn canonical(self) -> Position {
        use crate::limits::{MAX_LAT_ND, MAX_LON_ND};
        let at_pole = self.lat_nd.checked_abs() == Some(MAX_LAT_ND);
        let lon_nd = match self.lon_nd {
            _ if at_pole => 0,
            MAX_LON_ND => -MAX_LON_ND,
            lon_nd => lon_nd,
        };
        Position {
            lat_nd: self.lat_nd,
            lon_nd,
        }
    }
}

impl Band {
    /// This band with its lower end below.
    pub(crate) fn upright(self) -> Band {
        let (low_mm, high_mm) = (self.low_mm.min(self.high_mm), self.low_mm.max(self.high_mm));
        Band {
            low_mm,
            high_mm,
            datum: self.datum,
        }
    }
}

impl Window {
    /// Time between two windows; zero when they share an instant.
    #[must_use]
    pub fn gap_us(&self, other: &Window) -> i64 {
        let after = other.start_us.saturating_sub(self.end_us);
        let before = self.start_us.saturating_sub(other.end_us);
        after.max(before).max(0)
    }
}
