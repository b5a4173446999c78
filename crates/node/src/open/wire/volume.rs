//! Volumes as they come over the wire (F3548-21 `Volume4D`), and what they say.

use super::{Faults, Object};
use crate::limits::{HIGHEST_ALTITUDE_M, LOWEST_ALTITUDE_M, MAX_OPEN_VOLUMES};
use crate::open::shape;
use crate::open::stand_in::{LatLng, Shape};
use jiff::Timestamp;
use pool::Extent;
use serde::Deserialize;

/// F3548-21 `Volume4D`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::open) struct Volume4D {
    volume: Option<Object<Volume3D>>,
    time_start: Option<Object<Time>>,
    time_end: Option<Object<Time>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Volume3D {
    outline_circle: Option<Object<Circle>>,
    outline_polygon: Option<Object<Polygon>>,
    altitude_lower: Option<Object<Altitude>>,
    altitude_upper: Option<Object<Altitude>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Circle {
    center: Option<Object<Point>>,
    radius: Option<Object<Radius>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Polygon {
    vertices: Option<Vec<Object<Point>>>,
}

#[derive(Copy, Clone, Debug, Default, Deserialize)]
struct Point {
    lat: Option<f64>,
    lng: Option<f64>,
}

/// Its units are not looked at, as in the reference implementation.
#[derive(Copy, Clone, Debug, Default, Deserialize)]
struct Radius {
    value: Option<f64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Altitude {
    value: Option<f64>,
    reference: Option<String>,
    units: Option<String>,
}

/// Its format is not looked at, as in the reference implementation.
#[derive(Clone, Debug, Default, Deserialize)]
struct Time {
    value: Option<String>,
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
    let Object(space) = volume.volume.unwrap_or_default();
    let start_us = instant(
        volume.time_start,
        &format!("{place}.time_start"),
        Rounded::Down,
        faults,
    );
    let end_us = instant(volume.time_end, &format!("{place}.time_end"), Rounded::Up, faults);
    if start_us
        .zip(end_us)
        .is_some_and(|(start_us, end_us)| start_us > end_us)
    {
        faults.at(format_args!("{place}.time_end"), "lies before time_start");
    }
    let place = format!("{place}.volume");
    let lower_mm = height(
        space.altitude_lower,
        &format!("{place}.altitude_lower"),
        Rounded::Down,
        strict,
        faults,
    );
    let upper_mm = height(
        space.altitude_upper,
        &format!("{place}.altitude_upper"),
        Rounded::Up,
        strict,
        faults,
    );
    if lower_mm
        .zip(upper_mm)
        .is_some_and(|(lower_mm, upper_mm)| lower_mm > upper_mm)
    {
        faults.at(
            format_args!("{place}.altitude_upper"),
            "lies below altitude_lower",
        );
    }
    Volume {
        outline: outline(space.outline_circle, space.outline_polygon, &place, faults),
        bounds: Extent {
            start_us,
            end_us,
            lower_mm,
            upper_mm,
            ..Extent::default()
        },
    }
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
        (None, Some(Object(polygon))) => {
            let vertices = polygon.vertices.unwrap_or_default();
            Some(Outline::Polygon(
                vertices.into_iter().map(|Object(point)| point.into()).collect(),
            ))
        }
        (Some(Object(circle)), None) => {
            let place = format!("{place}.outline_circle");
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
    }
}

impl From<Point> for LatLng {
    fn from(point: Point) -> Self {
        LatLng {
            lat: point.lat.unwrap_or_default(),
            lng: point.lng.unwrap_or_default(),
        }
    }
}

/// Which way a bound goes when it does not fit: outward, so that nothing is missed.
#[derive(Copy, Clone)]
enum Rounded {
    Down,
    Up,
}

fn instant(time: Option<Object<Time>>, place: &str, rounded: Rounded, faults: &mut Faults) -> Option<i64> {
    let Object(time) = time?;
    let read = micros(&time.value.unwrap_or_default(), rounded);
    faults.keep(
        format_args!("{place}.value"),
        read.ok_or("a time as in RFC 3339 is needed"),
    )
}

fn micros(text: &str, rounded: Rounded) -> Option<i64> {
    let at: Timestamp = Some(text).filter(|text| is_rfc_3339(text))?.parse().ok()?;
    let nanos = at.as_nanosecond();
    let micros = match rounded {
        Rounded::Down => nanos.div_euclid(1_000),
        Rounded::Up => -(-nanos).div_euclid(1_000),
    };
    i64::try_from(micros).ok()
}

/// µs UTC of a time as in RFC 3339; what is finer is dropped.
pub(in crate::open) fn instant_us(text: &str) -> Option<i64> {
    micros(text, Rounded::Down)
}

/// Whether a text has the form of RFC 3339 `date-time`; the reader after it takes more forms than this one.
fn is_rfc_3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(head), Some(rest)) = (bytes.get(..19), bytes.get(19..)) else {
        return false;
    };
    let fits = |(byte, form): (&u8, u8)| {
        if form == b'0' {
            byte.is_ascii_digit()
        } else {
            byte.eq_ignore_ascii_case(&form)
        }
    };
    let digits = rest.strip_prefix(b".").map_or(0, |after| {
        after.iter().take_while(|byte| byte.is_ascii_digit()).count()
    });
    let zone = if digits > 0 { &rest[digits + 1..] } else { rest };
    let zone_fits = match zone {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', offset @ ..] => offset.len() == 5 && offset.iter().zip(*b"00:00").all(fits),
        _ => false,
    };
    head.iter().zip(*b"0000-00-00t00:00:00").all(fits) && zone_fits
}

fn height(
    altitude: Option<Object<Altitude>>,
    place: &str,
    rounded: Rounded,
    strict: bool,
    faults: &mut Faults,
) -> Option<i64> {
    let Object(altitude) = altitude?;
    if altitude.units.as_deref() != Some("M") {
        faults.at(format_args!("{place}.units"), "M is needed");
    }
    if altitude.reference.as_deref() != Some("W84") {
        faults.at(format_args!("{place}.reference"), "W84 is needed");
    }
    let metres = altitude.value.unwrap_or_default();
    let outside = !(LOWEST_ALTITUDE_M..=HIGHEST_ALTITUDE_M).contains(&metres);
    if outside && !strict {
        let told = format_args!("{LOWEST_ALTITUDE_M} to {HIGHEST_ALTITUDE_M} m are taken");
        faults.at(format_args!("{place}.value"), told);
    }
    let mm = match rounded {
        Rounded::Down => (metres * 1e3).floor(),
        Rounded::Up => (metres * 1e3).ceil(),
    };
    Some(mm as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_times_of_rfc_3339_are_taken_and_rounded_outward() {
        assert_eq!(micros("1970-01-01T00:00:01Z", Rounded::Up), Some(1_000_000));
        assert_eq!(
            micros("1970-01-01T01:00:00.0000001+01:00", Rounded::Down),
            Some(0)
        );
        assert_eq!(micros("1970-01-01T01:00:00.0000001+01:00", Rounded::Up), Some(1));
        assert_eq!(micros("1969-12-31t23:59:59.9999999z", Rounded::Down), Some(-1));
        assert_eq!(micros("1969-12-31T23:59:59.9999999Z", Rounded::Up), Some(0));
        for wrong in [
            "",
            "now",
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T00:00:00Z[UTC]",
            "20260101T000000Z",
            "2026-01-01T00:00:00+0100",
            "1985-04-12T23:20:50.52ZZ",
        ] {
            assert_eq!(micros(wrong, Rounded::Down), None, "{wrong}");
        }
    }
}
