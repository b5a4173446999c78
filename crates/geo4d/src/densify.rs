//! Lines drawn straight in latitude and longitude, as GeoJSON and KML mean them, turned into geodesics.

use crate::distance::point_to_line;
use crate::limits::{self, MAX_HALVINGS, MAX_LON_ND};
use crate::units::Position;

/// A straight edge is cut until its geodesic leaves it by at most this.
pub const STRAIGHT_MM: i64 = 1_000;
/// A line of geodesic edges that stands for one that is straight in degrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Densified {
    /// Its vertices; the first is not repeated at the end.
    pub points: Vec<Position>,
    /// No point of either line is further than this from the other.
    pub pad_mm: i64,
}

/// Adds vertices to a line whose edges are straight in degrees, until the geodesics between them leave it by at most
/// [`STRAIGHT_MM`]. Edges take the shorter way in longitude. A line that would need more vertices than
/// [`limits::MAX_VERTICES`] is cut short just beyond it, so that the check of the volume refuses it; so is a line
/// with a vertex out of range, which is left as it is.
#[must_use]
pub fn densify(line: &[Position], closed: bool) -> Densified {
    let mut densified = Densified {
        points: Vec::with_capacity(line.len()),
        pad_mm: 0,
    };
    if line.iter().any(|at| !on_globe(*at)) {
        return Densified {
            points: line.to_vec(),
            pad_mm: 0,
        };
    }
    for (i, from) in line.iter().enumerate() {
        densified.points.push(*from);
        let to = match line.get(i + 1) {
            Some(to) => *to,
            None if closed => line[0],
            None => break,
        };
        let lon_nd = from.lon_nd + shorter_way(to.lon_nd - from.lon_nd);
        densified.edge(
            *from,
            Position {
                lat_nd: to.lat_nd,
                lon_nd,
            },
            MAX_HALVINGS,
        );
        if densified.points.len() > limits::MAX_VERTICES {
            break;
        }
    }
    densified
}

impl Densified {
    /// Adds what is needed between two points; longitudes may run past ±180°.
    fn edge(&mut self, from: Position, to: Position, halvings: u32) {
        let off_mm = furthest_off_mm(from, to);
        if off_mm <= STRAIGHT_MM || halvings == 0 || self.points.len() > limits::MAX_VERTICES {
            self.pad_mm = self.pad_mm.max(off_mm);
            return;
        }
        let middle = between(from, to, 2);
        self.edge(from, middle, halvings - 1);
        self.points.push(wrapped(middle));
        self.edge(middle, to, halvings - 1);
    }
}

/// How far the straight edge lies from the geodesic, looked at in its middle and at both quarters (an edge across the
/// equator meets its geodesic half way), with a quarter more for what lies between.
fn furthest_off_mm(from: Position, to: Position) -> i64 {
    let geodesic = [wrapped(from), wrapped(to)];
    let off_mm = |quarters| point_to_line(wrapped(between(from, to, quarters)), &geodesic).high_mm;
    let widest_mm = [1, 2, 3].map(off_mm).into_iter().max().unwrap_or(0);
    widest_mm.saturating_mul(5) / 4
}

/// The point so many quarters of the way from one to the other, straight in degrees.
fn between(from: Position, to: Position, quarters: i64) -> Position {
    let part = |a: i64, b: i64| a + (b - a) / 4 * quarters;
    Position {
        lat_nd: part(from.lat_nd, to.lat_nd),
        lon_nd: part(from.lon_nd, to.lon_nd),
    }
}

fn shorter_way(lon_nd: i64) -> i64 {
    (lon_nd + MAX_LON_ND).rem_euclid(2 * MAX_LON_ND) - MAX_LON_ND
}

fn wrapped(at: Position) -> Position {
    Position {
        lat_nd: at.lat_nd,
        lon_nd: shorter_way(at.lon_nd),
    }
}

fn on_globe(at: Position) -> bool {
    let within = |nd: i64, max: i64| (-max..=max).contains(&nd);
    within(at.lat_nd, limits::MAX_LAT_ND) && within(at.lon_nd, MAX_LON_ND)
}
