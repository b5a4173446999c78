//! From a shape as it was written to an outline on the sphere, with everything wrong about it.
//!
//! The steps run from cheap to costly, and each only when all before it found nothing.

use std::f64::consts::{FRAC_PI_2, PI};

use crate::limits::{MAX_FAULTS, MAX_S2_CELLS, MAX_S2_VERTICES, MIN_RING_VERTICES};
use crate::vector::V3;

use super::crossing::crossings;
use super::fault::{Place, ShapeFault};
use super::{EARTH_RADIUS_M, LatLng, Shape, sphere};

/// Edges that stand for a circle in the reference service.
const CIRCLE_EDGES: usize = 20;
/// Ends of an edge that come this near to being opposite, in Earth radii (6 µm), leave open which way it runs.
const OPPOSITE: f64 = 1e-12;

/// Steradians below which a ring is covered as the line it runs along, some 4 000 m²: far less than any cell, so that
/// no cell lies inside, and far more than rounding can make of nothing.
const SLIVER: f64 = 1e-10;

/// A valid outline, the same for every way in which its ring can be written: its inside is to the left and the
/// smaller side, and it starts with the same vertex.
pub(super) struct Outline {
    ring: Vec<V3>,
    area: f64,
}

impl Outline {
    /// The outline of a shape whose size is not yet examined.
    pub(super) fn check(shape: &Shape<'_>) -> Result<Outline, Vec<ShapeFault>> {
        match *shape {
            Shape::Polygon(vertices) => polygon(vertices),
            Shape::Circle { center, radius_m } => circle(center, radius_m),
        }
    }

    /// Steradians inside.
    pub(super) fn area(&self) -> f64 {
        self.area
    }

    /// The cells it meets. A sliver meets those of its edges, and which of its sides is inside decides nothing.
    pub(super) fn cells(&self) -> Result<Vec<u64>, ShapeFault> {
        if self.area > SLIVER {
            return sphere::cover_ring(&self.ring);
        }
        let closed: Vec<V3> = self.ring.iter().chain(self.ring.first()).copied().collect();
        sphere::cover_line(&closed)
    }

    fn of(mut ring: Vec<V3>) -> Outline {
        if sphere::is_inside_out(&ring) {
            ring.reverse();
        }
        let first = (0..ring.len()).min_by(|&a, &b| order(&ring[a], &ring[b]));
        ring.rotate_left(first.unwrap_or(0));
        let area = if ring.len() < MIN_RING_VERTICES {
            0.0
        } else {
            sphere::area(&ring)
        };
        Outline {
            ring,
            area: area.max(0.0),
        }
    }
}

fn polygon(vertices: &[LatLng]) -> Result<Outline, Vec<ShapeFault>> {
    none(count(vertices.len()))?;
    let places = vertices.iter().enumerate();
    none(
        places
            .flat_map(|(i, at)| out_of_range(*at, Place::Vertex(i)))
            .collect(),
    )?;
    let ring: Vec<V3> = vertices.iter().map(|at| on_sphere(*at)).collect();
    none(repeats(&ring))?;
    none(opposites(&ring))?;
    none(too_long(&ring))?;
    none(crossings(&ring))?;
    Ok(Outline::of(ring))
}

fn circle(center: LatLng, radius_m: f64) -> Result<Outline, Vec<ShapeFault>> {
    let mut faults = out_of_range(center, Place::Center);
    if !(radius_m > 0.0 && radius_m.is_finite()) {
        faults.push(ShapeFault::RadiusNotPositive { radius_m });
    }
    none(faults)?;
    let radius = radius_m / EARTH_RADIUS_M;
    // A ring around more than half the Earth would be taken for one around the rest.
    if radius >= FRAC_PI_2 {
        return Err(vec![ShapeFault::TooManyCells { max: MAX_S2_CELLS }]);
    }
    let mut ring = regular(on_sphere(center), radius);
    ring.dedup();
    Ok(Outline::of(ring))
}

/// What has been found, if anything has, and no more of it than is listed.
fn none(mut faults: Vec<ShapeFault>) -> Result<(), Vec<ShapeFault>> {
    if faults.is_empty() {
        return Ok(());
    }
    if faults.len() > MAX_FAULTS {
        let count = faults.len() - (MAX_FAULTS - 1);
        faults.truncate(MAX_FAULTS - 1);
        faults.push(ShapeFault::More { count });
    }
    Err(faults)
}

fn count(count: usize) -> Vec<ShapeFault> {
    if count < MIN_RING_VERTICES {
        let min = MIN_RING_VERTICES;
        return vec![ShapeFault::TooFewVertices { count, min }];
    }
    if count > MAX_S2_VERTICES {
        let max = MAX_S2_VERTICES;
        return vec![ShapeFault::TooManyVertices { count, max }];
    }
    Vec::new()
}

fn out_of_range(point: LatLng, at: Place) -> Vec<ShapeFault> {
    let LatLng { lat, lng } = point;
    let lat_fault = ShapeFault::LatitudeOutOfRange { at, lat };
    let lng_fault = ShapeFault::LongitudeOutOfRange { at, lng };
    let faults = [(lat_fault, lat, 90.0), (lng_fault, lng, 180.0)];
    // Nor is what is no number within a range.
    let outside = faults
        .into_iter()
        .filter(|(_, value, most)| !(-most..=*most).contains(value));
    outside.map(|(fault, ..)| fault).collect()
}

fn repeats(ring: &[V3]) -> Vec<ShapeFault> {
    let mut sorted: Vec<usize> = (0..ring.len()).collect();
    sorted.sort_unstable_by(|&a, &b| order(&ring[a], &ring[b]).then(a.cmp(&b)));
    let pairs = sorted.windows(2).filter(|pair| ring[pair[0]] == ring[pair[1]]);
    let mut pairs: Vec<(usize, usize)> = pairs.map(|pair| (pair[1], pair[0])).collect();
    pairs.sort_unstable();
    pairs
        .into_iter()
        .map(|(at, of)| ShapeFault::RepeatedVertex { at, of })
        .collect()
}

fn opposites(ring: &[V3]) -> Vec<ShapeFault> {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1)).enumerate();
    let opposite = edges.filter(|(_, (a, b))| (**a + **b).norm() < OPPOSITE);
    opposite
        .map(|(at, _)| ShapeFault::OppositePoints { at })
        .collect()
}

/// A connected shape lies in at least one cell for each longest diagonal of a cell that it extends.
fn too_long(ring: &[V3]) -> Vec<ShapeFault> {
    let most = (MAX_S2_CELLS as f64 * sphere::LONGEST_CELL).min(PI);
    let chord = 2.0 * libm::sin(most / 2.0);
    let from_first = ring.iter().map(|at| (*at - ring[0]).norm());
    let edges = ring.windows(2).map(|pair| (pair[1] - pair[0]).norm());
    if from_first.chain(edges).all(|length| length <= chord) {
        return Vec::new();
    }
    vec![ShapeFault::TooManyCells { max: MAX_S2_CELLS }]
}

/// The vertices that S2's `RegularLoop` gives a circle, in its order (golang/geo s2/loop.go, s2/matrix3x3.go).
fn regular(center: V3, radius: f64) -> Vec<V3> {
    let across = sphere::start_direction(center);
    let along = across.cross(center);
    let (width, height) = (libm::sin(radius), libm::cos(radius));
    let step = 2.0 * PI / CIRCLE_EDGES as f64;
    let vertex = |i: usize| {
        let angle = i as f64 * step;
        let (x, y) = (width * libm::cos(angle), width * libm::sin(angle));
        let at = V3::new(
            along.x * x + across.x * y + center.x * height,
            along.y * x + across.y * y + center.y * height,
            along.z * x + across.z * y + center.z * height,
        );
        at * (1.0 / at.norm())
    };
    (0..CIRCLE_EDGES).map(vertex).collect()
}

/// The point on the unit sphere, without negative zeros, so that equal points are the same.
fn on_sphere(at: LatLng) -> V3 {
    let (lat, lng) = (at.lat * (PI / 180.0), at.lng * (PI / 180.0));
    let around = libm::cos(lat);
    V3::new(around * libm::cos(lng), around * libm::sin(lng), libm::sin(lat)) + V3::default()
}

fn order(a: &V3, b: &V3) -> std::cmp::Ordering {
    let by_x = a.x.total_cmp(&b.x);
    by_x.then(a.y.total_cmp(&b.y)).then(a.z.total_cmp(&b.z))
}
