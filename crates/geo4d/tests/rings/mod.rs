//! Random outlines for cells: common ones, and those on the edges of cells, of the map and of what is valid.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use geo4d::s2::{LatLng, Shape};
use geo4d::{Position, destination};

use super::scatter::Dice;

/// A shape that owns its vertices.
#[derive(Clone, Debug)]
pub enum Drawn {
    Polygon(Vec<LatLng>),
    Circle { center: LatLng, radius_m: f64 },
}

impl Drawn {
    pub fn shape(&self) -> Shape<'_> {
        match self {
            Drawn::Polygon(vertices) => Shape::Polygon(vertices),
            Drawn::Circle { center, radius_m } => Shape::Circle {
                center: *center,
                radius_m: *radius_m,
            },
        }
    }
}

pub fn at(lat: f64, lng: f64) -> LatLng {
    LatLng { lat, lng }
}

fn degrees(at: Position) -> LatLng {
    LatLng {
        lat: at.lat_nd as f64 / 1e9,
        lng: at.lon_nd as f64 / 1e9,
    }
}

/// Any of the kinds below.
pub fn draw(dice: &mut Dice) -> Drawn {
    match dice.below(11) {
        0 | 1 => circle(dice),
        2 => Drawn::Polygon(on_cell_edges(dice)),
        3 => Drawn::Polygon(scribble(dice)),
        4 => Drawn::Polygon(in_one_line(dice)),
        5 => Drawn::Polygon(strip(dice)),
        6 => Drawn::Polygon(speck(dice)),
        _ => Drawn::Polygon(star(dice)),
    }
}

pub fn circle(dice: &mut Dice) -> Drawn {
    Drawn::Circle {
        center: degrees(dice.place()),
        radius_m: dice.magnitude(0.01, 30_000.0),
    }
}

/// Vertices in order around a place, at random distances.
pub fn star(dice: &mut Dice) -> Vec<LatLng> {
    let (center, size_mm) = (dice.place(), dice.magnitude(100.0, 25e6));
    let count = 3 + dice.below(30) as i64;
    let turn = 360_000_000_000 / count;
    let vertex = |i: i64| {
        let bearing = turn * i + dice.within(0.0, 0.9 * turn as f64) as i64;
        degrees(destination(
            center,
            bearing,
            dice.within(0.2 * size_mm, size_mm) as i64,
        ))
    };
    let mut ring: Vec<LatLng> = (0..count).map(vertex).collect();
    if dice.chance(0.5) {
        ring.reverse();
    }
    ring
}

/// Long and narrow: a strip between two lines side by side.
pub fn strip(dice: &mut Dice) -> Vec<LatLng> {
    let (bearing, width) = (dice.bearing(), dice.magnitude(10.0, 1e6) as i64);
    let (mut here, mut there) = (dice.place(), Vec::new());
    let mut ring = Vec::new();
    for _ in 0..2 + dice.below(6) {
        ring.push(degrees(here));
        there.push(degrees(destination(here, bearing + 90_000_000_000, width)));
        here = destination(here, bearing, dice.magnitude(1e5, 2e7) as i64);
    }
    ring.extend(there.into_iter().rev());
    ring
}

/// A box whose edges run along the equator, meridians and poles that divide cells.
pub fn on_cell_edges(dice: &mut Dice) -> Vec<LatLng> {
    let lats = [-90.0, -45.0, 0.0, 45.0, 90.0];
    let lngs = [-180.0, -135.0, -90.0, -45.0, 0.0, 45.0, 90.0, 135.0, 180.0];
    let (lat, lng) = (lats[dice.below(5) as usize], lngs[dice.below(9) as usize]);
    let (up, across) = (dice.magnitude(1e-4, 0.4), dice.magnitude(1e-4, 0.4));
    let lat_end = if lat > 0.0 { lat - up } else { lat + up };
    let lng_end = if lng > 0.0 { lng - across } else { lng + across };
    vec![
        at(lat, lng),
        at(lat, lng_end),
        at(lat_end, lng_end),
        at(lat_end, lng),
    ]
}

/// Vertices in no order: mostly crossing itself.
pub fn scribble(dice: &mut Dice) -> Vec<LatLng> {
    let (center, size_mm) = (dice.place(), dice.magnitude(1.0, 1e7));
    let count = 3 + dice.below(4);
    let mut ring: Vec<LatLng> = (0..count).map(|_| degrees(dice.near(center, size_mm))).collect();
    if dice.chance(0.1) {
        ring.push(ring[0]);
    }
    ring
}

/// Vertices on one meridian, on the equator, or nearly on another line: no area, or next to none.
pub fn in_one_line(dice: &mut Dice) -> Vec<LatLng> {
    let (lat, lng) = (dice.within(-80.0, 50.0), dice.within(-180.0, 140.0));
    let reach = if dice.chance(0.1) { 40.0 } else { 0.3 };
    let count = 3 + dice.below(3);
    let kind = dice.below(3);
    let vertex = |_| {
        let along = dice.within(0.0, reach);
        match kind {
            0 => at(lat + along, lng),
            1 => at(0.0, lng + along),
            _ => at(lat + along, lng + along),
        }
    };
    (0..count).map(vertex).collect()
}

/// Vertices that differ in their last digits alone, with an edge that is long at times.
pub fn speck(dice: &mut Dice) -> Vec<LatLng> {
    let home = degrees(dice.place());
    let size = dice.magnitude(1e-14, SPECK);
    let count = 4 + dice.below(3);
    let vertex = |_| {
        let (up, across) = (dice.within(0.0, size), dice.within(0.0, size));
        at((home.lat + up).min(90.0), (home.lng + across).min(180.0))
    };
    let mut ring: Vec<LatLng> = (0..count).map(vertex).collect();
    if dice.chance(0.5) {
        let far = &mut ring[dice.below(4) as usize];
        far.lat += if home.lat > 0.0 { -0.05 } else { 0.05 };
    }
    ring
}

/// How large a speck is, in degrees.
const SPECK: f64 = 1e-9;

/// What [`in_one_line`] and [`speck`] draw: whether the ring crosses itself hangs on the last digits of its points.
pub fn hangs_on_last_digits(ring: &[LatLng]) -> bool {
    let off = |at: &LatLng| [at.lat - ring[0].lat, at.lng - ring[0].lng];
    let offs = ring.iter().map(off);
    let mut close =
        offs.map(|[up, across]| up.abs() < SPECK || across.abs() < SPECK || (up - across).abs() < SPECK);
    close.all(|close| close)
}
