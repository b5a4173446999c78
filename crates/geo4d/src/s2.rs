//! Level-13 S2 cells, in which discovery services of ASTM F3548-21 and F3411-22a compare areas.
//!
//! Two areas meet when they share a cell: about a square kilometre, and all that these services ever look at. What is
//! valid and which cells a shape takes follow the reference service cell for cell (interuss/dss pkg/geo/s2.go,
//! pkg/models/geo.go), with edges that are great circles; nothing here is to be mixed with the geodesics of the rest
//! of this crate. Beyond the reference, every shape costs bounded time and memory, whatever it is: what would not is
//! refused before it is covered.
//!
//! - A ring may wind either way and start anywhere: the smaller side is inside, and the cells are the same.
//! - A ring that encloses nothing takes the cells of the line it runs along, on both sides where it runs between cells.
//! - Poles and the antimeridian are places like any other.
//!
//! Whoever keeps cells keeps them as found: machines agree on them but for shapes whose area is within rounding (one
//! part in 10¹⁴) of a limit.

mod cells;
mod crossing;
mod fault;
mod outline;
mod sphere;

use std::f64::consts::PI;

use crate::limits::{MAX_FAULTS, MAX_S2_UNION_CELLS, MAX_S2_VERTICES, S2_POLYGON_KM2, S2_UNION_KM2};

pub use cells::{Cells, NotCells};
pub use fault::{Place, ShapeFault};
use outline::Outline;

/// The Earth's surface as the reference service reckons it (`earthAreaKm2`), in square kilometres.
pub const EARTH_KM2: f64 = 510_072_000.0;
/// The Earth's radius by which the reference service makes circles (`radiusEarthMeter`), in metres.
pub const EARTH_RADIUS_M: f64 = 6_371_010.0;

/// A place in degrees, as it came over the wire.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct LatLng {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lng: f64,
}

/// An area as it came over the wire.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Shape<'a> {
    /// A ring of vertices, the first not repeated at the end.
    Polygon(&'a [LatLng]),
    /// All within a distance of a place; covered as a polygon of twenty vertices inscribed in it.
    Circle {
        /// The middle.
        center: LatLng,
        /// Metres, above zero.
        radius_m: f64,
    },
}

impl Shape<'_> {
    /// How many vertices it is written with; one for a circle.
    fn vertices(&self) -> usize {
        match self {
            Shape::Polygon(vertices) => vertices.len(),
            Shape::Circle { .. } => 1,
        }
    }
}

/// The largest areas taken, in square kilometres.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Limits {
    /// Of one polygon.
    pub polygon_km2: f64,
    /// Of one circle, or no limit but that of cells.
    pub circle_km2: Option<f64>,
    /// Of the cells of an entity together, or no limit but that of cells.
    pub union_km2: Option<f64>,
}

impl Limits {
    /// The limits of the reference service, which bounds neither circles nor unions.
    pub const REFERENCE: Limits = Limits {
        polygon_km2: S2_POLYGON_KM2,
        circle_km2: None,
        union_km2: None,
    };
    /// Circles as large as polygons, and unions of [`S2_UNION_KM2`].
    pub const BOUNDED: Limits = Limits {
        polygon_km2: S2_POLYGON_KM2,
        circle_km2: Some(S2_POLYGON_KM2),
        union_km2: Some(S2_UNION_KM2),
    };
}

/// The cells that a shape meets.
///
/// # Errors
/// Everything wrong with the shape at the first step that finds anything: vertices and numbers, repeats, crossings,
/// area, cells.
pub fn cover(shape: &Shape<'_>, limits: &Limits) -> Result<Cells, Vec<ShapeFault>> {
    let outline = Outline::check(shape)?;
    let limit = match shape {
        Shape::Polygon(_) => Some(limits.polygon_km2),
        Shape::Circle { .. } => limits.circle_km2,
    };
    within(km2(outline.area()), limit).map_err(|fault| vec![fault])?;
    let ids = outline.cells().map_err(|fault| vec![fault])?;
    Ok(Cells::from_sorted(ids).expect("a descent visits cells of one level in the order of their ids"))
}

/// The cells that the shapes of one entity meet together.
///
/// # Errors
/// What is wrong with each shape, by its index; or what is too much about all of them together, under the index of
/// the shape that makes it so: vertices, cells, area.
pub fn cover_all(shapes: &[Shape<'_>], limits: &Limits) -> Result<Cells, Vec<(usize, ShapeFault)>> {
    too_many_vertices(shapes)?;
    let (mut parts, mut faults, mut taken) = (Vec::new(), Vec::new(), 0);
    for (i, shape) in shapes.iter().enumerate() {
        match cover(shape, limits) {
            Ok(cells) => {
                taken += cells.len();
                parts.push(cells);
            }
            Err(found) => faults.extend(found.into_iter().map(|fault| (i, fault))),
        }
        if taken > MAX_S2_UNION_CELLS {
            let max = MAX_S2_UNION_CELLS;
            return Err(vec![(i, ShapeFault::TooManyCells { max })]);
        }
        if faults.len() > MAX_FAULTS {
            break;
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let cells = Cells::union(&parts);
    let last = shapes.len().saturating_sub(1);
    within(cells.area_km2(), limits.union_km2).map_err(|fault| vec![(last, fault)])?;
    Ok(cells)
}

/// Square kilometres of a valid shape, as the reference service reckons them: on a sphere of [`EARTH_KM2`], and of
/// the twenty-sided polygon for a circle.
///
/// # Errors
/// Everything wrong with the shape but its size.
pub fn area_km2(shape: &Shape<'_>) -> Result<f64, Vec<ShapeFault>> {
    Ok(km2(Outline::check(shape)?.area()))
}

fn too_many_vertices(shapes: &[Shape<'_>]) -> Result<(), Vec<(usize, ShapeFault)>> {
    let (max, mut count) = (MAX_S2_VERTICES, 0);
    for (i, shape) in shapes.iter().enumerate() {
        count += shape.vertices();
        if count > max {
            return Err(vec![(i, ShapeFault::TooManyVertices { count, max })]);
        }
    }
    Ok(())
}

fn within(km2: f64, limit: Option<f64>) -> Result<(), ShapeFault> {
    match limit {
        Some(limit) if km2 > limit => Err(ShapeFault::TooLarge { km2, limit }),
        _ => Ok(()),
    }
}

fn km2(steradians: f64) -> f64 {
    steradians * EARTH_KM2 / (4.0 * PI)
}
