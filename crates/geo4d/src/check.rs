//! What makes a volume valid.

use crate::fault::{Fault, Reason};
use crate::limits;
use crate::outline::{self, Finding};
use crate::spec::{Footprint, VolumeSpec};
use crate::units::{Band, Position, Window};

/// Everything wrong with a volume; empty when it is valid.
pub(crate) fn faults_of(spec: &VolumeSpec) -> Vec<Fault> {
    let mut faults = Findings::default();
    check_footprint(&spec.footprint, &mut faults);
    check_band(&spec.band, &mut faults);
    check_window(&spec.window, &mut faults);
    faults.listed
}

/// Faults found so far, at most [`limits::MAX_FAULTS`] of them.
#[derive(Default)]
struct Findings {
    listed: Vec<Fault>,
    count: usize,
}

impl Findings {
    fn add(&mut self, place: String, reason: Reason) {
        self.count += 1;
        if self.listed.len() + 1 < limits::MAX_FAULTS {
            self.listed.push(Fault { place, reason });
            return;
        }
        match self.listed.last_mut() {
            Some(Fault {
                reason: Reason::More { count },
                ..
            }) => *count += 1,
            _ => self.listed.push(Fault {
                place: String::new(),
                reason: Reason::More { count: 1 },
            }),
        }
    }

    fn add_all(&mut self, place: &str, findings: Vec<Finding>) {
        for (at, reason) in findings {
            let place = at.map_or_else(|| place.to_owned(), |i| format!("{place}/{i}"));
            self.add(place, reason);
        }
    }

    fn range(&mut self, place: &str, value: i64, min: i64, max: i64) {
        if value < min || value > max {
            self.add(place.to_owned(), Reason::OutOfRange { value, min, max });
        }
    }
}

fn check_footprint(footprint: &Footprint, faults: &mut Findings) {
    match footprint {
        Footprint::Polygon { ring } => {
            let place = "/footprint/ring";
            if check_vertices(place, ring, limits::MIN_RING_VERTICES, faults) {
                faults.add_all(place, outline::ring_findings(ring));
            }
        }
        Footprint::Circle { center, radius_mm } => {
            check_position("/footprint/center", *center, faults);
            faults.range("/footprint/radius_mm", *radius_mm, 1, limits::MAX_RADIUS_MM);
        }
        Footprint::Corridor { line, half_width_mm } => {
            let place = "/footprint/line";
            if check_vertices(place, line, limits::MIN_LINE_VERTICES, faults) {
                faults.add_all(place, outline::line_findings(line));
            }
            faults.range(
                "/footprint/half_width_mm",
                *half_width_mm,
                1,
                limits::MAX_RADIUS_MM,
            );
        }
    }
}

/// Checks vertices one by one; false when the outline they make is not worth looking at.
fn check_vertices(place: &str, vertices: &[Position], min: usize, faults: &mut Findings) -> bool {
    let count = vertices.len() as u64;
    if vertices.len() > limits::MAX_VERTICES {
        let max = limits::MAX_VERTICES as u64;
        faults.add(place.to_owned(), Reason::TooManyVertices { count, max });
        return false;
    }
    let before = faults.count;
    if vertices.len() < min {
        faults.add(
            place.to_owned(),
            Reason::TooFewVertices {
                count,
                min: min as u64,
            },
        );
    }
    for (i, vertex) in vertices.iter().enumerate() {
        check_position(&format!("{place}/{i}"), *vertex, faults);
    }
    faults.count == before
}

fn check_position(place: &str, at: Position, faults: &mut Findings) {
    faults.range(
        &format!("{place}/lat_nd"),
        at.lat_nd,
        -limits::MAX_LAT_ND,
        limits::MAX_LAT_ND,
    );
    faults.range(
        &format!("{place}/lon_nd"),
        at.lon_nd,
        -limits::MAX_LON_ND,
        limits::MAX_LON_ND,
    );
}

fn check_band(band: &Band, faults: &mut Findings) {
    let (min, max) = (limits::MIN_ALTITUDE_MM, limits::MAX_ALTITUDE_MM);
    faults.range("/band/low_mm", band.low_mm, min, max);
    faults.range("/band/high_mm", band.high_mm, min, max);
    if band.low_mm >= band.high_mm {
        let (low_mm, high_mm) = (band.low_mm, band.high_mm);
        faults.add("/band".to_owned(), Reason::BandUpsideDown { low_mm, high_mm });
    }
}

fn check_window(window: &Window, faults: &mut Findings) {
    let (start_us, end_us) = (window.start_us, window.end_us);
    faults.range(
        "/window/start_us",
        start_us,
        -limits::MAX_INTEGER,
        limits::MAX_INTEGER,
    );
    faults.range(
        "/window/end_us",
        end_us,
        -limits::MAX_INTEGER,
        limits::MAX_INTEGER,
    );
    if start_us >= end_us {
        return faults.add("/window".to_owned(), Reason::WindowBackwards { start_us, end_us });
    }
    let (duration_us, max_us) = (end_us.saturating_sub(start_us), limits::MAX_DURATION_US);
    if duration_us > max_us {
        faults.add("/window".to_owned(), Reason::TooLong { duration_us, max_us });
    }
}
