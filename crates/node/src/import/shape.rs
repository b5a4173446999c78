//! What a drawing holds, and how it becomes volumes.

use super::{MAX_FAULTS, MAX_SHAPES};
use crate::failed::in_short;
use geo4d::{Band, Footprint, Position, VolumeSpec, Window};
use std::fmt;

/// Something wrong with a drawing, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A JSON pointer, or the path of elements; empty for the whole.
    pub place: String,
    /// What is wrong.
    pub why: String,
}

/// The outline of one shape, as drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outline {
    /// A place; becomes a circle.
    Point(Position),
    /// A way; becomes a corridor.
    Line(Vec<Position>),
    /// A ring without its closing point; becomes a polygon.
    Ring(Vec<Position>),
}

/// One shape of a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Where it stands in the file.
    pub place: String,
    /// As drawn.
    pub outline: Outline,
}

/// A drawing as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// The first name that the file gives.
    pub name: Option<String>,
    /// Its shapes, in the order of the file.
    pub shapes: Vec<Shape>,
    /// What was in the file and was not used, told to the officer.
    pub unused: Vec<String>,
}

/// What a drawing does not say.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// How high.
    pub band: Band,
    /// When.
    pub window: Window,
    /// Distance to either side of a line, mm.
    pub half_width_mm: Option<i64>,
    /// Radius around a point, mm.
    pub radius_mm: Option<i64>,
}

/// Collects what a reader finds, within the limits.
#[derive(Default)]
pub(super) struct Found {
    pub(super) drawing: Drawing,
    faults: Vec<Fault>,
    beyond: usize,
}

/// The volumes of a drawing. A ring whose straight edges leave its geodesics becomes two:
/// the polygon, and a corridor along its edge as wide as the difference.
///
/// # Errors
/// Every shape that cannot become a volume, each with its place. Whether the volumes are
/// valid is for `geo4d` to check.
pub fn volumes(drawing: &Drawing, sizes: &Sizes) -> Result<Vec<VolumeSpec>, Vec<Fault>> {
    let (mut volumes, mut faults) = (Vec::new(), Vec::new());
    for shape in &drawing.shapes {
        match footprints(shape, sizes) {
            Ok(footprints) => volumes.extend(footprints.into_iter().map(|footprint| VolumeSpec {
                footprint,
                band: sizes.band,
                window: sizes.window,
            })),
            Err(why) => faults.push(Fault {
                place: shape.place.clone(),
                why: why.to_owned(),
            }),
        }
    }
    if faults.is_empty() {
        Ok(volumes)
    } else {
        Err(faults)
    }
}

impl Fault {
    /// A fault of the whole file.
    pub fn whole(why: impl fmt::Display) -> Self {
        Fault {
            place: String::new(),
            why: in_short(why),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.place.is_empty() {
            "the drawing"
        } else {
            self.place.as_str()
        };
        write!(f, "{place}: {}", self.why)
    }
}

impl Found {
    pub(super) fn fault(&mut self, place: &str, why: impl fmt::Display) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault {
                place: place.to_owned(),
                why: in_short(why),
            });
        } else {
            self.beyond += 1;
        }
    }

    pub(super) fn unused(&mut self, what: impl Into<String>) {
        let what = what.into();
        if self.drawing.unused.len() < MAX_FAULTS && !self.drawing.unused.contains(&what) {
            self.drawing.unused.push(what);
        }
    }

    pub(super) fn name(&mut self, name: &str) {
        let name = name.trim();
        if self.drawing.name.is_none() && !name.is_empty() {
            self.drawing.name = Some(name.chars().take(accord::limits::MAX_NAME_CHARS).collect());
        }
    }

    pub(super) fn point(&mut self, place: &str, positions: Vec<Position>) {
        match positions[..] {
            [at] => self.shape(place, Outline::Point(at)),
            _ => self.fault(place, "a point has exactly one position"),
        }
    }

    pub(super) fn line(&mut self, place: &str, positions: Vec<Position>) {
        if positions.len() < 2 {
            self.fault(place, "a line has two positions or more");
        } else {
            self.shape(place, Outline::Line(positions));
        }
    }

    /// `positions` with the first repeated at the end, as both formats ask.
    pub(super) fn ring(&mut self, place: &str, mut positions: Vec<Position>) {
        if positions.len() < 4 || positions.first() != positions.last() {
            self.fault(
                place,
                "a ring has four positions or more, the last equal to the first",
            );
            return;
        }
        positions.pop();
        self.shape(place, Outline::Ring(positions));
    }

    pub(super) fn done(mut self) -> Result<Drawing, Vec<Fault>> {
        if self.beyond > 0 {
            self.faults
                .push(Fault::whole(format!("{} more faults", self.beyond)));
        }
        if self.faults.is_empty() && self.drawing.shapes.is_empty() {
            self.faults.push(Fault::whole("holds no point, line or polygon"));
        }
        if self.faults.is_empty() {
            Ok(self.drawing)
        } else {
            Err(self.faults)
        }
    }

    fn shape(&mut self, place: &str, outline: Outline) {
        if self.drawing.shapes.len() == MAX_SHAPES {
            self.fault(place, format!("more than {MAX_SHAPES} shapes; split the drawing"));
            return;
        }
        self.drawing.shapes.push(Shape {
            place: place.to_owned(),
            outline,
        });
    }
}

fn footprints(shape: &Shape, sizes: &Sizes) -> Result<Vec<Footprint>, &'static str> {
    match &shape.outline {
        Outline::Point(at) => {
            let radius_mm = sizes
                .radius_mm
                .ok_or("is a point; say its radius with --radius")?;
            Ok(vec![Footprint::Circle {
                center: *at,
                radius_mm,
            }])
        }
        Outline::Line(line) => {
            let half_width_mm = sizes
                .half_width_mm
                .ok_or("is a line; say its half-width with --half-width")?;
            let (line, pad_mm) = densified(line, false);
            Ok(vec![Footprint::Corridor {
                line,
                half_width_mm: half_width_mm.saturating_add(pad_mm),
            }])
        }
        Outline::Ring(ring) => {
            let (ring, pad_mm) = densified(ring, true);
            let edge = ring.iter().chain(ring.first()).copied().collect();
            let mut all = vec![Footprint::Polygon { ring }];
            if pad_mm > 0 {
                all.push(Footprint::Corridor {
                    line: edge,
                    half_width_mm: pad_mm,
                });
            }
            Ok(all)
        }
    }
}

fn densified(line: &[Position], closed: bool) -> (Vec<Position>, i64) {
    let densified = geo4d::densify(line, closed);
    (densified.points, densified.pad_mm)
}

/// `position` if it lies on the globe; longitudes beyond ±180° are not wrapped, because a
/// drawing that has them means one of two places.
pub(super) fn within(found: &mut Found, position: Position, place: &str) -> Option<Position> {
    let on_globe = position.lat_nd.abs() <= geo4d::limits::MAX_LAT_ND
        && position.lon_nd.abs() <= geo4d::limits::MAX_LON_ND;
    if !on_globe {
        found.fault(
            place,
            "lies outside ±90° latitude or ±180° longitude; longitude comes first",
        );
    }
    on_globe.then_some(position)
}
