//! Reading GeoJSON (RFC 7946). Coordinates go from decimal text to nanodegrees without a
//! float of ours between; longitude comes first.

use super::shape::Found;
use super::{Drawing, Fault, MAX_DEPTH};
use crate::figures::fixed;
use geo4d::Position;
use serde_json::{Map, Value};

/// Reads a drawing.
///
/// # Errors
/// Every fault, with its JSON pointer.
pub fn read(bytes: &[u8]) -> Result<Drawing, Vec<Fault>> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|why| vec![Fault::whole(format!("is no JSON: {why}"))])?;
    let mut found = Found::default();
    object(&mut found, &value, "", 0);
    found.done()
}

/// A feature collection, a feature or a geometry.
fn object(found: &mut Found, value: &Value, place: &str, depth: usize) {
    let Some(fields) = value.as_object() else {
        return found.fault(place, "an object is needed");
    };
    if depth > MAX_DEPTH {
        return found.fault(place, format!("nested deeper than {MAX_DEPTH}"));
    }
    check_crs(found, fields, place);
    match fields.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => each(found, fields, "features", place, depth),
        Some("GeometryCollection") => each(found, fields, "geometries", place, depth),
        Some("Feature") => feature(found, fields, place, depth),
        Some(kind) => geometry(found, kind, fields, place),
        None => found.fault(place, "no \"type\""),
    }
}

fn each(found: &mut Found, fields: &Map<String, Value>, name: &str, place: &str, depth: usize) {
    let Some(members) = fields.get(name).and_then(Value::as_array) else {
        return found.fault(place, format!("no list \"{name}\""));
    };
    for (i, member) in members.iter().enumerate() {
        object(found, member, &format!("{place}/{name}/{i}"), depth + 1);
    }
}

fn feature(found: &mut Found, fields: &Map<String, Value>, place: &str, depth: usize) {
    let properties = fields.get("properties").and_then(Value::as_object);
    if let Some(properties) = properties {
        if let Some(name) = properties.get("name").and_then(Value::as_str) {
            found.name(name);
        }
        if properties.keys().any(|key| key != "name") {
            found.unused("properties of features, heights and times among them");
        }
    }
    match fields.get("geometry") {
        None | Some(Value::Null) => found.unused("features without a geometry"),
        Some(geometry) => object(found, geometry, &format!("{place}/geometry"), depth + 1),
    }
}

fn geometry(found: &mut Found, kind: &str, fields: &Map<String, Value>, place: &str) {
    let Some(coordinates) = fields.get("coordinates") else {
        return found.fault(place, format!("{kind:?} without coordinates, or no GeoJSON type"));
    };
    let place = &format!("{place}/coordinates");
    match kind {
        "Point" => {
            if let Some(at) = position(found, coordinates, place) {
                found.point(place, vec![at]);
            }
        }
        "LineString" => line(found, coordinates, place),
        "Polygon" => polygon(found, coordinates, place),
        "MultiPoint" => many(found, coordinates, place, |found, value, place| {
            if let Some(at) = position(found, value, place) {
                found.point(place, vec![at]);
            }
        }),
        "MultiLineString" => many(found, coordinates, place, line),
        "MultiPolygon" => many(found, coordinates, place, polygon),
        other => found.fault(place, format!("{other:?} is no GeoJSON geometry")),
    }
}

fn many(found: &mut Found, value: &Value, place: &str, one: impl Fn(&mut Found, &Value, &str)) {
    match value.as_array() {
        None => found.fault(place, "a list is needed"),
        Some(members) => {
            for (i, member) in members.iter().enumerate() {
                one(found, member, &format!("{place}/{i}"));
            }
        }
    }
}

fn line(found: &mut Found, value: &Value, place: &str) {
    if let Some(positions) = positions(found, value, place) {
        found.line(place, positions);
    }
}

/// Holes are filled: a volume has none, and outward is the way to be wrong.
fn polygon(found: &mut Found, value: &Value, place: &str) {
    let Some([outer, holes @ ..]) = value.as_array().map(Vec::as_slice) else {
        return found.fault(place, "a list of rings is needed");
    };
    if !holes.is_empty() {
        found.unused("holes in polygons: they are filled");
    }
    let place = &format!("{place}/0");
    if let Some(positions) = positions(found, outer, place) {
        found.ring(place, positions);
    }
}

/// All positions, or none when one of them has a fault.
fn positions(found: &mut Found, value: &Value, place: &str) -> Option<Vec<Position>> {
    let Some(members) = value.as_array() else {
        found.fault(place, "a list of positions is needed");
        return None;
    };
    let read = members.iter().enumerate();
    let all: Vec<Option<Position>> = read
        .map(|(i, member)| position(found, member, &format!("{place}/{i}")))
        .collect();
    all.into_iter().collect()
}

fn position(found: &mut Found, value: &Value, place: &str) -> Option<Position> {
    let figure = |value: &Value| value.as_number().and_then(|number| fixed(&number.to_string(), 9));
    let pair = match value.as_array().map(Vec::as_slice) {
        Some([lon, lat, rest @ ..]) => {
            if !rest.is_empty() {
                found.unused("heights of positions");
            }
            figure(lon).zip(figure(lat))
        }
        _ => None,
    };
    let Some((lon_nd, lat_nd)) = pair else {
        found.fault(place, "a position is [longitude, latitude] in degrees");
        return None;
    };
    super::shape::within(found, Position { lat_nd, lon_nd }, place)
}

/// Files from before RFC 7946 may name another system of coordinates.
fn check_crs(found: &mut Found, fields: &Map<String, Value>, place: &str) {
    let Some(crs) = fields.get("crs") else { return };
    let name = crs
        .pointer("/properties/name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let known = ["CRS84", "EPSG::4326", "EPSG:4326"]
        .iter()
        .any(|known| name.ends_with(known));
    if !known && !crs.is_null() {
        found.fault(
            &format!("{place}/crs"),
            "names coordinates other than WGS 84 degrees; convert the drawing",
        );
    }
}
