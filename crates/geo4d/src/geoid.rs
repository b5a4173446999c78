//! The geoid EGM96 above the ellipsoid, as bounds over one-degree cells.
//!
//! `data/egm96_bounds_1deg.bin` holds, for each cell from the north pole down and from Greenwich east, the lowest and the
//! highest geoid height in whole metres, rounded outward: two signed bytes. They were taken from the full spherical
//! harmonic model at every quarter of a degree; a test compares them with that model elsewhere.

use std::f64::consts::{FRAC_PI_2, PI};

use crate::ellipsoid::radians;
use crate::units::Position;

/// What the model may rise or fall between the points the bounds were taken at. The most that was seen is 0.2 m.
const PAD_MM: i64 = 2_000;

/// Added to radii, radians: directions from the Earth's centre lie up to 0.0034 from the latitudes they stand for.
const MARGIN: f64 = 0.004;

const ROWS: usize = 180;
const COLUMNS: usize = 360;
static BOUNDS: &[u8; ROWS * COLUMNS * 2] = include_bytes!("../data/egm96_bounds_1deg.bin");

/// A circle on the globe.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Circle {
    pub(crate) middle: Position,
    /// Angular radius, radians.
    pub(crate) radius: f64,
}

/// Bounds of the geoid height within a circle, or anywhere, millimetres.
pub(crate) fn range_mm(circle: Option<Circle>) -> (i64, i64) {
    let (rows, first, columns) = circle.map_or((0..ROWS, 0, COLUMNS), |circle| circle.cells());
    let (mut low, mut high) = (i8::MAX, i8::MIN);
    for row in rows {
        for column in first..first + columns {
            let at = 2 * (row * COLUMNS + column % COLUMNS);
            low = low.min(BOUNDS[at].cast_signed());
            high = high.max(BOUNDS[at + 1].cast_signed());
        }
    }
    (i64::from(low) * 1000 - PAD_MM, i64::from(high) * 1000 + PAD_MM)
}

impl Circle {
    /// The rows it touches, its first column and how many more.
    fn cells(self) -> (std::ops::Range<usize>, usize, usize) {
        let degrees = |radians: f64| radians * 180.0 / PI;
        let (lat, lon) = (radians(self.middle.lat_nd), radians(self.middle.lon_nd));
        let (south, north) = (lat - self.radius - MARGIN, lat + self.radius + MARGIN);
        let row = |lat: f64| ((90.0 - degrees(lat)).floor().max(0.0) as usize).min(ROWS - 1);
        let rows = row(north)..row(south) + 1;
        if north >= FRAC_PI_2 || south <= -FRAC_PI_2 {
            return (rows, 0, COLUMNS);
        }
        let sideways = libm::asin((libm::sin(self.radius + MARGIN) / libm::cos(lat)).min(1.0));
        let west = (degrees(lon - sideways) + 720.0).floor();
        let east = (degrees(lon + sideways) + 720.0).floor();
        (
            rows,
            west as usize % COLUMNS,
            ((east - west) as usize + 1).min(COLUMNS),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Circle {
        let degrees = |d: f64| (d * 1e9) as i64;
        Circle {
            middle: Position {
                lat_nd: degrees(lat),
                lon_nd: degrees(lon),
            },
            radius: 0.0,
        }
    }

    #[test]
    fn bounds_hold_the_full_model_wherever_it_is_asked() {
        let mut scratch = egm96::Egm96Scratch::new();
        for i in 0..400 {
            let share = f64::from(i) / 400.0;
            let (lat, lon) = (180.0 * share - 90.0, (137.507_764 * f64::from(i)) % 360.0 - 180.0);
            let model_mm = 1000.0 * egm96::egm96_compute_altitude_offset_with_scratch(lat, lon, &mut scratch);
            let (low_mm, high_mm) = range_mm(Some(at(lat, lon)));
            assert!(
                low_mm as f64 <= model_mm && model_mm <= high_mm as f64,
                "at {lat} {lon}: {model_mm}"
            );
        }
    }

    /// Test values of the National Geospatial-Intelligence Agency for its program F477.
    #[test]
    fn bounds_hold_the_published_values() {
        let published = [
            (38.628155, 269.779155, -31.628),
            (-14.621217, 305.021114, -2.969),
            (46.874319, 102.448729, -43.575),
            (-23.617446, 133.874712, 15.871),
            (38.625473, 359.9995, 50.066),
            (-0.466744, 0.0023, 17.329),
        ];
        for (lat, lon, height_m) in published {
            let lon = if lon > 180.0 { lon - 360.0 } else { lon };
            let (low_mm, high_mm) = range_mm(Some(at(lat, lon)));
            assert!(
                (low_mm as f64) < height_m * 1000.0 && height_m * 1000.0 < high_mm as f64,
                "at {lat} {lon}"
            );
            assert!(high_mm - low_mm < 30_000, "bounds at {lat} {lon} say something");
        }
    }

    #[test]
    fn a_wider_circle_has_wider_bounds() {
        for (lat, lon) in [(0.0, 179.9), (89.5, 10.0), (-89.9, -100.0), (45.0, -0.1)] {
            let narrow = range_mm(Some(at(lat, lon)));
            let wide = range_mm(Some(Circle {
                radius: 0.05,
                ..at(lat, lon)
            }));
            let all = range_mm(None);
            assert!(all.0 <= wide.0 && wide.0 <= narrow.0 && narrow.1 <= wide.1 && wide.1 <= all.1);
        }
    }
}
