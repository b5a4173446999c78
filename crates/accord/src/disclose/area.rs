//! How much space-time volumes take.

use crate::limits::MAX_MEASURED_VERTICES;
use geo4d::{Footprint, Position, Volume, VolumeSpec};

const M_MM: u128 = 1_000;
const M2_MM2: u128 = M_MM * M_MM;
/// Square metres × microseconds in a square kilometre × hour.
const KM2_H_M2_US: u128 = 1_000_000 * 3_600 * 1_000_000;
/// π rounded up: 355/113 is 3.1415929.
const PI: (u128, u128) = (355, 113);
/// A hundredth more: what flat triangles and an ellipsoid of revolution differ by, for
/// polygons up to a thousand kilometres across, and then some.
const PAD: (u128, u128) = (101, 100);
/// A degree of a meridian at its longest and of the equator, rounded up.
const DEGREE_M: u128 = 111_700;
const DEGREE_ND: u128 = 1_000_000_000;
const CIRCLE_ND: i64 = 360_000_000_000;

/// Area × time of `volumes` in square kilometres × hours, rounded up. Volumes that overlap
/// count twice, and areas carry a pad of 1 %: the figure may be too large and is never too
/// small. Volumes that are not valid do not count.
pub fn blanket_km2_h(volumes: &[VolumeSpec]) -> u64 {
    let valid = volumes.iter().filter_map(|volume| volume.check().ok());
    let sum = valid
        .map(|volume| area_m2(&volume) * duration_us(&volume))
        .fold(0, u128::saturating_add);
    u64::try_from(sum.div_ceil(KM2_H_M2_US)).unwrap_or(u64::MAX)
}

fn duration_us(volume: &Volume) -> u128 {
    u128::from(volume.window().start_us.abs_diff(volume.window().end_us))
}

fn area_m2(volume: &Volume) -> u128 {
    match volume.footprint() {
        Footprint::Circle { radius_mm, .. } => padded(disc_mm2(*radius_mm)).div_ceil(M2_MM2),
        Footprint::Corridor { line, half_width_mm } => {
            let length_mm: u128 = line
                .windows(2)
                .map(|edge| distance_mm(edge[0], edge[1]) + 1)
                .sum();
            let along_mm2 = length_mm * 2 * u128::from(half_width_mm.unsigned_abs());
            padded(along_mm2 + disc_mm2(*half_width_mm)).div_ceil(M2_MM2)
        }
        Footprint::Polygon { ring } if ring.len() > MAX_MEASURED_VERTICES => box_m2(ring),
        Footprint::Polygon { ring } => padded(ring_mm2(ring)).div_ceil(M2_MM2),
    }
}

fn padded(area: u128) -> u128 {
    (area * PAD.0).div_ceil(PAD.1)
}

fn disc_mm2(radius_mm: i64) -> u128 {
    let radius_mm = u128::from(radius_mm.unsigned_abs());
    (radius_mm * radius_mm * PI.0).div_ceil(PI.1)
}

fn distance_mm(a: Position, b: Position) -> u128 {
    u128::from(geo4d::distance(a, b).unsigned_abs())
}

/// Triangles from the first vertex to each edge, counted by the turn that the edge makes
/// as seen from there.
fn ring_mm2(ring: &[Position]) -> u128 {
    let apex = ring[0];
    let spokes: Vec<(u128, i64)> = ring[1..]
        .iter()
        .map(|vertex| (distance_mm(apex, *vertex), geo4d::bearing(apex, *vertex)))
        .collect();
    let mut sum_mm2 = 0_i128;
    for (edge, spoke) in ring[1..].windows(2).zip(spokes.windows(2)) {
        let area_mm2 = triangle_mm2(spoke[0].0, spoke[1].0, distance_mm(edge[0], edge[1]));
        let turn_nd = (spoke[1].1 - spoke[0].1).rem_euclid(CIRCLE_ND);
        let clockwise = turn_nd < CIRCLE_ND / 2;
        sum_mm2 += if clockwise {
            area_mm2 as i128
        } else {
            -(area_mm2 as i128)
        };
    }
    sum_mm2.unsigned_abs()
}

/// Heron's formula; zero where rounding leaves no triangle.
fn triangle_mm2(a_mm: u128, b_mm: u128, c_mm: u128) -> u128 {
    let less = |long: u128, short: u128| long.saturating_sub(short);
    let outer = (a_mm + b_mm + c_mm) * less(a_mm + b_mm, c_mm);
    let inner = less(a_mm + c_mm, b_mm) * less(b_mm + c_mm, a_mm);
    outer.isqrt() * inner.isqrt() / 4
}

/// The box in degrees around a ring, whichever way round the Earth is shorter; all
/// latitudes when it goes half-way round, for then a pole may lie inside.
fn box_m2(ring: &[Position]) -> u128 {
    let span_nd = |degrees: &dyn Fn(&Position) -> i64| {
        let low = ring.iter().map(degrees).min().unwrap_or(0);
        let high = ring.iter().map(degrees).max().unwrap_or(0);
        u128::from(low.abs_diff(high))
    };
    let metres = |nd: u128| (nd * DEGREE_M).div_ceil(DEGREE_ND) + 1;
    let from_greenwich_nd = span_nd(&|at| at.lon_nd);
    let from_antimeridian_nd = span_nd(&|at| at.lon_nd.rem_euclid(CIRCLE_ND));
    let lon_nd = from_greenwich_nd.min(from_antimeridian_nd);
    let half_way = lon_nd >= u128::from(CIRCLE_ND.unsigned_abs()) / 2;
    let lat_nd = if half_way {
        180 * DEGREE_ND
    } else {
        span_nd(&|at| at.lat_nd)
    };
    metres(lat_nd) * metres(lon_nd)
}
