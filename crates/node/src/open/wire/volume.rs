//! Volumes as they come over the wire (F3548-21 `Volume4D`), and what they say.

use super::bounds::{Altitude, Rounded, Time, height, instant};
use super::{Faults, Object};
use crate::limits::MAX_OPEN_VOLUMES;
use crate::open::openapi::part;
use crate::open::shape;
use geo4d::s2::{LatLng, Shape};
use pool::Extent;
use serde::Deserialize;
use utoipa::ToSchema;

/// Where, how high and when; a bound that is left out is no bound (F3548-21 `Volume4D`).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct Volume4D {
    #[schema(value_type = Volume3D, required)]
    volume: Option<Object<Volume3D>>,
    #[schema(value_type = Option<Time>)]
    time_start: Option<Object<Time>>,
    /// Not before the start.
    #[schema(value_type = Option<Time>)]
    time_end: Option<Object<Time>>,
}

/// Where and how high, with one outline at most.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
struct Volume3D {
    #[schema(value_type = Option<Circle>)]
    outline_circle: Option<Object<Circle>>,
    #[schema(value_type = Option<Polygon>)]
    outline_polygon: Option<Object<Polygon>>,
    #[schema(value_type = Option<Altitude>)]
    altitude_lower: Option<Object<Altitude>>,
    /// Not below the lower one.
    #[schema(value_type = Option<Altitude>)]
    altitude_upper: Option<Object<Altitude>>,
}

/// All within a distance of a place.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
struct Circle {
    #[schema(value_type = Point, required)]
    center: Option<Object<Point>>,
    #[schema(value_type = Radius, required)]
    radius: Option<Object<Radius>>,
}

/// The smaller side of a ring. The last vertex joins the first and does not repeat it; edges neither touch nor cross.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(super) struct Polygon {
    #[schema(value_type = Vec<Point>, required, min_items = 3)]
    vertices: Option<Vec<Object<Point>>>,
}

/// A place in degrees, WGS 84.
#[derive(Copy, Clone, Debug, Default, Deserialize, ToSchema)]
struct Point {
    #[schema(value_type = part::Latitude, required)]
    lat: Option<f64>,
    #[schema(value_type = part::Longitude, required)]
    lng: Option<f64>,
}

/// A length in metres. Its units are looked at for F3411 alone, as in the reference implementation.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
struct Radius {
    #[schema(value_type = f64, required, exclusive_minimum = 0)]
    value: Option<f64>,
    #[schema(value_type = part::Units, required)]
    units: Option<String>,
}

impl Polygon {
    /// Its vertices.
    pub(super) fn ring(self) -> Vec<LatLng> {
        let vertices = self.vertices.unwrap_or_default().into_iter();
        vertices.map(|Object(point)| point.into()).collect()
    }
}

/// A volume whose parts were read, and whose shape was not looked at.
#[derive(Clone, Debug, Default)]
pub(in crate::open) struct Volume {
    /// Where, if it says so.
    pub(in crate::open) outline: Option<Outline>,
    /// When and how high; without cells.
    pub(in crate::open) bounds: Extent,
}

/// The outline of a volume.
#[derive(Clone, Debug)]
pub(in crate::open) enum Outline {
    Polygon(Vec<LatLng>),
    Circle { center: LatLng, radius_m: f64 },
}

impl Outline {
    /// As geometry takes it.
    pub(in crate::open) fn shape(&self) -> Shape<'_> {
        match self {
            Outline::Polygon(vertices) => Shape::Polygon(vertices),
            Outline::Circle { center, radius_m } => Shape::Circle {
                center: *center,
                radius_m: *radius_m,
            },
        }
    }

    /// As its client calls it.
    pub(in crate::open) fn name(&self) -> &'static str {
        match self {
            Outline::Polygon(_) => "outline_polygon",
            Outline::Circle { .. } => "outline_circle",
        }
    }
}

/// Where and when, of one volume.
pub(in crate::open) fn one(
    volume: Option<Object<Volume4D>>,
    place: &str,
    strict: bool,
    faults: &mut Faults,
) -> Option<Extent> {
    let Some(Object(volume)) = volume else {
        faults.at(place, "is missing");
        return None;
    };
    let read = read(volume, place, strict, faults);
    shape::extent(&[read], &[place.to_owned()], strict, faults)
}

/// Where and when, of a volume of F3411-22a: how it is written is looked at, and it has one outline. Which time comes
/// first is looked at later.
pub(in crate::open) fn of_rid(
    volume: Option<Object<Volume4D>>,
    place: &str,
    strict: bool,
    faults: &mut Faults,
) -> Option<Extent> {
    let Object(volume) = volume.unwrap_or_default();
    ensure_written_exactly(&volume, place, faults);
    let read = read_unordered(volume, place, strict, faults);
    read.outline.as_ref()?;
    shape::extent(&[read], &[place.to_owned()], strict, faults)
}

fn ensure_written_exactly(volume: &Volume4D, place: &str, faults: &mut Faults) {
    for (time, name) in [(&volume.time_start, "time_start"), (&volume.time_end, "time_end")] {
        if time.as_ref().is_some_and(|Object(time)| !time.is_of_format()) {
            faults.at(format_args!("{place}.{name}.format"), "RFC3339 is needed");
        }
    }
    let space = volume.volume.as_ref().map(|Object(space)| space);
    let circle = space.and_then(|space| space.outline_circle.as_ref());
    let radius = circle.and_then(|Object(circle)| circle.radius.as_ref());
    if radius.is_some_and(|Object(radius)| radius.units.as_deref() != Some("M")) {
        faults.at(
            format_args!("{place}.volume.outline_circle.radius.units"),
            "M is needed",
        );
    }
    if space.is_none_or(|space| space.outline_circle.is_none() && space.outline_polygon.is_none()) {
        // In the words of the reference implementation, which tests of the standard's community look for.
        let told = "Neither outline_polygon nor outline_circle were specified in volume";
        faults.at("Error parsing Volume4D", told);
    }
}

/// Where and when, of all volumes together.
pub(in crate::open) fn all(
    volumes: Option<Vec<Object<Volume4D>>>,
    strict: bool,
    faults: &mut Faults,
) -> Option<Extent> {
    let volumes = volumes.unwrap_or_default();
    if volumes.is_empty() || volumes.len() > MAX_OPEN_VOLUMES {
        faults.at(
            "extents",
            format_args!("1 to {MAX_OPEN_VOLUMES} volumes are needed"),
        );
        return None;
    }
    let places: Vec<String> = (0..volumes.len()).map(|at| format!("extents[{at}]")).collect();
    let read = volumes
        .into_iter()
        .zip(&places)
        .map(|(Object(volume), place)| read(volume, place, strict, faults));
    let read: Vec<Volume> = read.collect();
    shape::extent(&read, &places, strict, faults)
}

fn read(volume: Volume4D, place: &str, strict: bool, faults: &mut Faults) -> Volume {
    let volume = read_unordered(volume, place, strict, faults);
    if is_reversed(volume.bounds.start_us, volume.bounds.end_us) {
        faults.at(format_args!("{place}.time_end"), "lies before time_start");
    }
    volume
}

/// The same, whichever time comes first.
fn read_unordered(volume: Volume4D, place: &str, strict: bool, faults: &mut Faults) -> Volume {
    let Object(space) = volume.volume.unwrap_or_default();
    let at = |name: &str| format!("{place}.{name}");
    let start_us = instant(volume.time_start, at("time_start"), faults);
    let end_us = instant(volume.time_end, at("time_end"), faults);
    let (lower, upper) = (at("volume.altitude_lower"), at("volume.altitude_upper"));
    let lower_mm = height(space.altitude_lower, lower, Rounded::Down, strict, faults);
    let upper_mm = height(space.altitude_upper, &upper, Rounded::Up, strict, faults);
    if is_reversed(lower_mm, upper_mm) {
        faults.at(upper, "lies below altitude_lower");
    }
    Volume {
        outline: outline(space.outline_circle, space.outline_polygon, &at("volume"), faults),
        bounds: Extent {
            start_us,
            end_us,
            lower_mm,
            upper_mm,
            ..Extent::default()
        },
    }
}

fn is_reversed(first: Option<i64>, last: Option<i64>) -> bool {
    first.zip(last).is_some_and(|(first, last)| first > last)
}

fn outline(
    circle: Option<Object<Circle>>,
    polygon: Option<Object<Polygon>>,
    place: &str,
    faults: &mut Faults,
) -> Option<Outline> {
    match (circle, polygon) {
        (None, None) => None,
        (Some(_), Some(_)) => {
            faults.at(
                place,
                "either outline_circle or outline_polygon is taken, not both",
            );
            None
        }
        (None, Some(Object(polygon))) => Some(Outline::Polygon(polygon.ring())),
        (Some(Object(circle)), None) => round(circle, &format!("{place}.outline_circle"), faults),
    }
}

fn round(circle: Circle, place: &str, faults: &mut Faults) -> Option<Outline> {
    let center = circle.center.map(|Object(point)| point.into());
    let center = faults.keep(format_args!("{place}.center"), center.ok_or("is missing"));
    let radius_m = circle
        .radius
        .map(|Object(radius)| radius.value.unwrap_or_default());
    let radius_m = faults.keep(format_args!("{place}.radius"), radius_m.ok_or("is missing"));
    Some(Outline::Circle {
        center: center?,
        radius_m: radius_m?,
    })
}

impl From<Point> for LatLng {
    fn from(point: Point) -> Self {
        LatLng {
            lat: point.lat.unwrap_or_default(),
            lng: point.lng.unwrap_or_default(),
        }
    }
}
