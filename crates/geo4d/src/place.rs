//! Boxes that tell less than a volume: latitudes, longitudes, altitudes and times rounded outward.

use std::f64::consts::{FRAC_PI_2, PI};

use crate::conflict::Shape;
use crate::ellipsoid::{B_M, nanodegrees, position, radians};
use crate::limits::{self, MAX_LAT_ND, MAX_LON_ND};
use crate::nearest::foot;
use crate::skeleton::Skeleton;
use crate::spec::{Footprint, Volume, VolumeSpec};
use crate::units::{Band, Position, Window};
use crate::vector::V3;

/// Altitudes of a box are multiples of this.
pub const BOX_ALTITUDE_MM: i64 = 100_000;
/// Times of a box are multiples of this: five minutes.
pub const BOX_TIME_US: i64 = 300_000_000;
/// Vertices of a box stand at most this far apart in longitude, so that geodesics keep near its parallels.
const STEP_ND: i64 = 1_000_000_000;
/// Between two points of an outline it may stand out by less than this, metres.
const BULGE_M: f64 = 20.0;
/// An outline that comes this close to a pole is taken to go round it, metres.
const POLE_M: f64 = 25_000.0;
/// Shortest radius of curvature, metres: turns distances into angles that are never too small.
const TIGHTEST_M: f64 = B_M * (B_M / crate::ellipsoid::A_M) - 1000.0;

/// The box around a volume: its corners on a grid of `grid_nd` nanodegrees, its altitudes multiples of
/// [`BOX_ALTITUDE_MM`], its times multiples of [`BOX_TIME_US`]. It contains the volume and, but for very wide volumes
/// near a pole, reaches little further than one step of the grid.
///
/// `None` where such a box would be no valid volume: the footprint spans more than about a quarter of the globe, or
/// the grid is coarser than 10°.
#[must_use]
pub fn box_of(volume: &Volume, grid_nd: i64) -> Option<VolumeSpec> {
    if !(1..=10 * limits::DEGREE_ND).contains(&grid_nd) {
        return None;
    }
    let shape = Shape::of(volume.footprint())?;
    let bounds = Bounds::of(&shape);
    let footprint = Footprint::Polygon {
        ring: bounds.ring(grid_nd),
    };
    let spec = VolumeSpec {
        footprint,
        band: band_box(*volume.band()),
        window: window_box(*volume.window()),
    };
    spec.check().ok().map(VolumeSpec::from)
}

/// Latitudes and longitudes a shape reaches, radians. Longitudes may run past ±π, so that west is below east.
#[derive(Copy, Clone, Debug)]
struct Bounds {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
    /// The pole it goes round, +1 or −1; longitudes mean nothing then.
    pole: Option<f64>,
}

impl Bounds {
    fn of(shape: &Shape) -> Bounds {
        let margin = (shape.radius_mm as f64 / 1000.0 + BULGE_M) / TIGHTEST_M;
        let places: Vec<(f64, f64)> = shape
            .skeleton
            .points()
            .iter()
            .map(|p| latlon(position(*p)))
            .collect();
        let mut bounds = Bounds::along(&places, shape.skeleton.is_closed());
        bounds.bend(&shape.skeleton);
        let near_pole = (POLE_M * f64::from(u8::from(places.len() > 1))) / TIGHTEST_M;
        let reach = margin + near_pole;
        if bounds.north + reach >= FRAC_PI_2 {
            bounds.pole = Some(1.0);
        } else if bounds.south - reach <= -FRAC_PI_2 {
            bounds.pole = Some(-1.0);
        }
        let steepest = (bounds.north.abs().max(bounds.south.abs()) + margin).min(FRAC_PI_2 - 1e-6);
        let sideways = libm::asin((libm::sin(margin) / libm::cos(steepest)).min(1.0));
        bounds.south -= margin;
        bounds.north += margin;
        bounds.west -= sideways;
        bounds.east += sideways;
        bounds
    }

    /// Follows the outline, so that longitudes stay in one piece.
    fn along(places: &[(f64, f64)], closed: bool) -> Bounds {
        let (lat, lon) = places[0];
        let mut bounds = Bounds {
            south: lat,
            north: lat,
            west: lon,
            east: lon,
            pole: None,
        };
        let mut at = lon;
        let around = places.iter().skip(1).chain(closed.then_some(&places[0]));
        for (lat, lon) in around {
            at += turn(lon - at);
            bounds.south = bounds.south.min(*lat);
            bounds.north = bounds.north.max(*lat);
            bounds.west = bounds.west.min(at);
            bounds.east = bounds.east.max(at);
        }
        if closed && (at - lon).abs() > PI {
            bounds.pole = Some(if bounds.north + bounds.south >= 0.0 {
                1.0
            } else {
                -1.0
            });
        }
        bounds
    }

    /// Takes in where a piece comes closer to a pole than both of its ends.
    fn bend(&mut self, skeleton: &Skeleton) {
        for i in 0..skeleton.pieces() {
            for (pole, sign) in [(B_M, 1.0), (-B_M, -1.0)] {
                let closest = foot(V3::new(0.0, 0.0, pole), skeleton.piece(i));
                let (lat, _) = latlon(position(closest));
                if sign > 0.0 {
                    self.north = self.north.max(lat)
                } else {
                    self.south = self.south.min(lat)
                }
            }
        }
    }

    fn ring(&self, grid_nd: i64) -> Vec<Position> {
        let wide = self.east - self.west >= PI;
        match self.pole {
            Some(pole) => self.round_a_pole(pole, grid_nd),
            None if wide => {
                self.round_a_pole(if self.north + self.south >= 0.0 { 1.0 } else { -1.0 }, grid_nd)
            }
            None => self.rectangle(grid_nd),
        }
    }

    fn round_a_pole(&self, pole: f64, grid_nd: i64) -> Vec<Position> {
        let edge = if pole > 0.0 { self.south } else { -self.north };
        let lat = rounded_lat(-sunk(edge), grid_nd);
        let lat_nd = -lat * pole as i64;
        (-180..180)
            .map(|lon| Position {
                lat_nd,
                lon_nd: lon * limits::DEGREE_ND,
            })
            .collect()
    }

    fn rectangle(&self, grid_nd: i64) -> Vec<Position> {
        let south = -rounded_lat(-sunk(self.south), grid_nd);
        let north = rounded_lat(-sunk(-self.north), grid_nd);
        let west = nanodegrees(self.west).div_euclid(grid_nd) * grid_nd;
        let east = -((-nanodegrees(self.east)).div_euclid(grid_nd)) * grid_nd;
        let mut ring = parallel(south, west, east);
        let mut upper = parallel(north, west, east);
        upper.reverse();
        ring.extend(upper);
        ring
    }
}

/// A latitude so far towards the equator that geodesics of [`STEP_ND`] between points on it, which bend to the pole,
/// do not rise above `lat` (counted towards that pole).
fn sunk(lat: f64) -> f64 {
    if lat <= 0.0 {
        return lat;
    }
    let step = radians(STEP_ND);
    lat - 1.02 * step * step / 8.0 * libm::sin(lat) * libm::cos(lat) - 1e-8
}

/// A latitude rounded up to the grid, not beyond the pole.
fn rounded_lat(lat: f64, grid_nd: i64) -> i64 {
    let up = -((-nanodegrees(lat)).div_euclid(grid_nd)) * grid_nd;
    up.clamp(-MAX_LAT_ND, MAX_LAT_ND)
}

/// Points along a parallel from west to east, both ends included; one point at a pole.
fn parallel(lat_nd: i64, west_nd: i64, east_nd: i64) -> Vec<Position> {
    if lat_nd.abs() == MAX_LAT_ND {
        return vec![Position { lat_nd, lon_nd: 0 }];
    }
    let steps = (east_nd - west_nd + STEP_ND - 1) / STEP_ND;
    let at = |i: i64| Position {
        lat_nd,
        lon_nd: wrapped(west_nd + (east_nd - west_nd) * i / steps),
    };
    (0..=steps).map(at).collect()
}

fn wrapped(lon_nd: i64) -> i64 {
    (lon_nd + MAX_LON_ND).rem_euclid(2 * MAX_LON_ND) - MAX_LON_ND
}

fn latlon(at: Position) -> (f64, f64) {
    (radians(at.lat_nd), radians(at.lon_nd))
}

/// An angle between −π and π.
fn turn(angle: f64) -> f64 {
    angle - 2.0 * PI * (angle / (2.0 * PI)).round()
}

fn band_box(band: Band) -> Band {
    let low_mm = band.low_mm.div_euclid(BOX_ALTITUDE_MM) * BOX_ALTITUDE_MM;
    let high_mm = -((-band.high_mm).div_euclid(BOX_ALTITUDE_MM)) * BOX_ALTITUDE_MM;
    Band {
        low_mm,
        high_mm,
        datum: band.datum,
    }
}

/// A window as long as any may be is left as it is.
fn window_box(window: Window) -> Window {
    let start_us = window.start_us.div_euclid(BOX_TIME_US) * BOX_TIME_US;
    let end_us = -((-window.end_us).div_euclid(BOX_TIME_US)) * BOX_TIME_US;
    let fits = end_us - start_us <= limits::MAX_DURATION_US
        && start_us >= -limits::MAX_INTEGER
        && end_us <= limits::MAX_INTEGER;
    if fits { Window { start_us, end_us } } else { window }
}

const _: () =
    assert!(limits::MIN_ALTITUDE_MM % BOX_ALTITUDE_MM == 0 && limits::MAX_ALTITUDE_MM % BOX_ALTITUDE_MM == 0);
const _: () = assert!(360 * limits::DEGREE_ND / STEP_ND <= limits::MAX_VERTICES as i64 / 2);
