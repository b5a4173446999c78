//! STAND-IN for `geo4d::s2`, with its face: cells of a grid of 0.01°, around the box of a shape. It knows neither
//! crossings nor the antimeridian. To be deleted when the cells of the standard's community are there.

use geo4d::s2::Cells;

#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) struct LatLng {
    pub(super) lat: f64,
    pub(super) lng: f64,
}

#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Shape<'a> {
    Polygon(&'a [LatLng]),
    Circle { center: LatLng, radius_m: f64 },
}

#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) struct Limits {
    circle_km2: Option<f64>,
}

impl Limits {
    pub(super) const REFERENCE: Limits = Limits { circle_km2: None };
    pub(super) const BOUNDED: Limits = Limits {
        circle_km2: Some(2_500.0),
    };
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum ShapeFault {
    #[error("has {0} vertices, needs at least 3")]
    TooFewVertices(usize),
    #[error("vertex {at} repeats vertex {of}; a ring is not closed by repeating its first vertex")]
    RepeatedVertex { at: usize, of: usize },
    #[error("{0}: outside ±90 of latitude or ±180 of longitude")]
    OutOfRange(usize),
    #[error("radius {0} m is not a number above zero")]
    RadiusNotPositive(f64),
    #[error("area is too large ({0:.1} km²)")]
    TooLarge(f64),
}

impl ShapeFault {
    pub(super) fn is_size(&self) -> bool {
        matches!(self, ShapeFault::TooLarge(_))
    }
}

pub(super) fn cover_all(shapes: &[Shape<'_>], limits: &Limits) -> Result<Cells, Vec<(usize, ShapeFault)>> {
    let (mut parts, mut faults) = (Vec::new(), Vec::new());
    for (at, shape) in shapes.iter().enumerate() {
        match cover(shape, limits) {
            Ok(cells) => parts.push(cells),
            Err(found) => faults.extend(found.into_iter().map(|fault| (at, fault))),
        }
    }
    if faults.is_empty() {
        Ok(Cells::union(&parts))
    } else {
        Err(faults)
    }
}

fn cover(shape: &Shape<'_>, limits: &Limits) -> Result<Cells, Vec<ShapeFault>> {
    let (ring, limit) = match shape {
        Shape::Polygon(ring) => (ring.to_vec(), Some(2_500.0)),
        Shape::Circle { center, radius_m } => (around(*center, *radius_m)?, limits.circle_km2),
    };
    let faults = faults(&ring);
    if !faults.is_empty() {
        return Err(faults);
    }
    let (south, north) = ends(ring.iter().map(|vertex| vertex.lat));
    let (west, east) = ends(ring.iter().map(|vertex| vertex.lng));
    let km2 = (north - south) * (east - west) * 111.0 * 111.0 * ((south + north) / 2.0).to_radians().cos();
    if limit.is_some_and(|limit| km2 > limit) || km2 > 1e6 {
        return Err(vec![ShapeFault::TooLarge(km2)]);
    }
    Ok(grid([south, north, west, east]))
}

fn around(center: LatLng, radius_m: f64) -> Result<Vec<LatLng>, Vec<ShapeFault>> {
    if radius_m.is_nan() || radius_m <= 0.0 {
        return Err(vec![ShapeFault::RadiusNotPositive(radius_m)]);
    }
    if center.lat.abs() > 90.0 || center.lng.abs() > 180.0 {
        return Err(vec![ShapeFault::OutOfRange(0)]);
    }
    let LatLng { lat, lng } = center;
    let up = radius_m / 111_000.0;
    let across = up / lat.to_radians().cos().max(0.01);
    let corner = |lat: f64, lng: f64| LatLng {
        lat: lat.clamp(-90.0, 90.0),
        lng: lng.clamp(-180.0, 180.0),
    };
    Ok(vec![
        corner(lat - up, lng - across),
        corner(lat - up, lng + across),
        corner(lat + up, lng),
    ])
}

fn faults(ring: &[LatLng]) -> Vec<ShapeFault> {
    if ring.len() < 3 {
        return vec![ShapeFault::TooFewVertices(ring.len())];
    }
    let mut faults = Vec::new();
    for (at, vertex) in ring.iter().enumerate() {
        if vertex.lat.abs() > 90.0 || vertex.lng.abs() > 180.0 {
            faults.push(ShapeFault::OutOfRange(at));
        }
        if let Some(of) = ring[..at].iter().position(|other| other == vertex) {
            faults.push(ShapeFault::RepeatedVertex { at, of });
        }
    }
    faults
}

fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, f64::MIN), |(least, most), value| {
        (least.min(value), most.max(value))
    })
}

fn grid([south, north, west, east]: [f64; 4]) -> Cells {
    let cell = |degrees: f64| (degrees * 100.0).floor() as i64 + 50_000;
    let rows = cell(south)..=cell(north);
    let ids = rows.flat_map(|row| (cell(west)..=cell(east)).map(move |column| (row << 20 | column) as u64));
    Cells::from(ids.collect::<Vec<_>>())
}
