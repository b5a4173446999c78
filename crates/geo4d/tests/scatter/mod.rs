//! Random volumes, near each other and near what goes wrong: poles, antimeridian, slivers, touching edges.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use geo4d::{Band, Datum, Footprint, Position, Volume, VolumeSpec, Window, destination};

const TURN_ND: f64 = 360e9;
pub const HOUR_US: i64 = 3_600_000_000;

/// SplitMix64 (Steele, Lea, Flood 2014): a seed gives the same cases everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// Every order of magnitude alike.
    pub fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        low * libm::pow(high / low, self.share())
    }

    pub fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    pub fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    pub fn bearing(&mut self) -> i64 {
        self.within(0.0, TURN_ND) as i64
    }

    /// Anywhere, with a liking for the poles, the antimeridian and the equator.
    pub fn place(&mut self) -> Position {
        let lat = match self.below(8) {
            0 => self.within(89.0, 90.0),
            1 => self.within(-90.0, -89.0),
            2 => self.within(-0.5, 0.5),
            _ => libm::asin(self.within(-1.0, 1.0)) * 180.0 / std::f64::consts::PI,
        };
        let lon = match self.below(6) {
            0 => self.within(179.5, 180.0),
            1 => self.within(-180.0, -179.5),
            _ => self.within(-180.0, 180.0),
        };
        Position {
            lat_nd: (lat * 1e9) as i64,
            lon_nd: (lon * 1e9) as i64,
        }
    }

    pub fn near(&mut self, center: Position, reach_mm: f64) -> Position {
        let bearing = self.bearing();
        let distance = self.within(0.0, reach_mm) as i64;
        destination(center, bearing, distance)
    }

    /// A footprint of about this size around a place.
    pub fn footprint(&mut self, center: Position, size_mm: f64) -> Footprint {
        match self.below(8) {
            0 | 1 => Footprint::Circle {
                center,
                radius_mm: (0.5 * size_mm) as i64 + 1,
            },
            2 => Footprint::Circle {
                center,
                radius_mm: 1 + self.below(1000) as i64,
            },
            3 | 4 => self.corridor(center, size_mm),
            5 => self.sliver(center, size_mm),
            _ => self.polygon(center, size_mm),
        }
    }

    fn polygon(&mut self, center: Position, size_mm: f64) -> Footprint {
        let corners = 3 + self.below(12) as i64;
        let turn = self.bearing();
        let mut ring: Vec<Position> = (0..corners)
            .map(|i| {
                let distance = (0.5 * size_mm * self.within(0.4, 1.0)) as i64;
                destination(center, turn + i * (TURN_ND as i64 / corners), distance)
            })
            .collect();
        if self.chance(0.5) {
            ring.reverse();
        }
        Footprint::Polygon { ring }
    }

    /// A triangle far longer than wide.
    fn sliver(&mut self, center: Position, size_mm: f64) -> Footprint {
        let bearing = self.bearing();
        let far = destination(center, bearing, size_mm as i64);
        let width = (size_mm * self.magnitude(1e-5, 1e-2)).max(2_000.0) as i64;
        let side = destination(far, bearing + 90_000_000_000, width);
        Footprint::Polygon {
            ring: vec![center, far, side],
        }
    }

    fn corridor(&mut self, center: Position, size_mm: f64) -> Footprint {
        let legs = 1 + self.below(6);
        let mut line = vec![center];
        let mut bearing = self.bearing();
        for _ in 0..legs {
            bearing += self.within(-120e9, 120e9) as i64;
            let last = line[line.len() - 1];
            line.push(destination(last, bearing, (size_mm / legs as f64) as i64 + 20));
        }
        let half_width_mm = (size_mm * self.magnitude(1e-4, 0.1)) as i64 + 1;
        Footprint::Corridor { line, half_width_mm }
    }

    pub fn band(&mut self) -> Band {
        let datum = [Datum::Ellipsoid, Datum::Msl, Datum::Pressure, Datum::Ground][self.below(4) as usize];
        let low_mm = self.within(-400_000.0, 12_000_000.0) as i64;
        Band {
            low_mm,
            high_mm: low_mm + 1 + self.magnitude(1e3, 1e7) as i64,
            datum,
        }
    }

    pub fn window(&mut self) -> Window {
        let start_us = self.within(0.0, 48.0 * HOUR_US as f64) as i64;
        Window {
            start_us,
            end_us: start_us + 1 + self.magnitude(1e6, 100.0 * HOUR_US as f64) as i64,
        }
    }

    /// A valid volume of about this size around a place.
    pub fn volume(&mut self, center: Position, size_mm: f64) -> Volume {
        loop {
            let footprint = self.footprint(center, size_mm);
            let spec = VolumeSpec {
                footprint,
                band: self.band(),
                window: self.window(),
            };
            if let Ok(volume) = spec.check() {
                return volume;
            }
        }
    }
}
