//! Drawings: whatever is read lies on the globe, within the limits, and reads the same when it is drawn again.

use fuzz::{assert_bounded, target};
use geo4d::limits::{MAX_LAT_ND, MAX_LON_ND};
use geo4d::{Band, Datum, Position, Window};
use node::import::{Drawing, Fault, MAX_FAULTS, MAX_SHAPES, Outline, Sizes, read, volumes};
use serde_json::{Value, json};
use std::path::Path;

const SIZES: Sizes = Sizes {
    band: Band {
        low_mm: 300_000,
        high_mm: 900_000,
        datum: Datum::Msl,
    },
    window: Window {
        start_us: 1_000_000,
        end_us: 3_601_000_000,
    },
    half_width_mm: Some(250_000),
    radius_mm: Some(500_000),
};

fn positions(outline: &Outline) -> &[Position] {
    match outline {
        Outline::Point(at) => std::slice::from_ref(at),
        Outline::Line(line) => line,
        Outline::Ring(ring) => ring,
    }
}

/// A whole number of nanodegrees as a decimal, without a float on the way.
fn degrees(nd: i64) -> Value {
    let (sign, size) = (if nd < 0 { "-" } else { "" }, nd.unsigned_abs());
    let text = format!("{sign}{}.{:09}", size / 1_000_000_000, size % 1_000_000_000);
    serde_json::from_str(&text).unwrap()
}

fn pair(at: &Position) -> Value {
    json!([degrees(at.lon_nd), degrees(at.lat_nd)])
}

fn as_geojson(drawing: &Drawing) -> Vec<u8> {
    let geometry = |outline: &Outline| match outline {
        Outline::Point(at) => json!({ "type": "Point", "coordinates": pair(at) }),
        Outline::Line(line) => {
            let line: Vec<Value> = line.iter().map(pair).collect();
            json!({ "type": "LineString", "coordinates": line })
        }
        Outline::Ring(ring) => {
            let ring: Vec<Value> = ring.iter().chain(ring.first()).map(pair).collect();
            json!({ "type": "Polygon", "coordinates": [ring] })
        }
    };
    let shapes: Vec<Value> = drawing
        .shapes
        .iter()
        .map(|shape| geometry(&shape.outline))
        .collect();
    serde_json::to_vec(&json!({ "type": "GeometryCollection", "geometries": shapes })).unwrap()
}

fn assert_sound(drawing: &Drawing) {
    assert!((1..=MAX_SHAPES).contains(&drawing.shapes.len()));
    let on_globe = |at: &Position| at.lat_nd.abs() <= MAX_LAT_ND && at.lon_nd.abs() <= MAX_LON_ND;
    assert!(
        drawing
            .shapes
            .iter()
            .all(|shape| positions(&shape.outline).iter().all(on_globe))
    );
    drawing.unused.iter().for_each(assert_bounded);
    drawing.name.iter().for_each(assert_bounded);
    let again = read(Path::new("again.geojson"), &as_geojson(drawing)).unwrap();
    let outlines = |drawing: &Drawing| -> Vec<Outline> {
        drawing.shapes.iter().map(|shape| shape.outline.clone()).collect()
    };
    assert_eq!(outlines(&again), outlines(drawing));
    match volumes(drawing, &SIZES) {
        Err(faults) => assert_named(&faults),
        // What a volume needs besides is for geometry to say; that it can be asked is enough here.
        Ok(volumes) => volumes.iter().for_each(|volume| {
            volume
                .check()
                .err()
                .into_iter()
                .flatten()
                .for_each(assert_bounded);
        }),
    }
}

fn assert_named(faults: &[Fault]) {
    assert!((1..=MAX_FAULTS + 1).contains(&faults.len()));
    faults.iter().for_each(assert_bounded);
}

fn check(name: &str, document: &[u8]) -> bool {
    match read(Path::new(name), document) {
        Err(faults) => {
            assert_named(&faults);
            false
        }
        Ok(drawing) => {
            assert_sound(&drawing);
            true
        }
    }
}

#[test]
fn a_geojson_drawing_lies_on_the_globe_or_is_refused_with_places() {
    target!("geojson", |document: &[u8]| check("x.geojson", document));
}

#[test]
fn a_kml_drawing_lies_on_the_globe_or_is_refused_with_places() {
    target!("kml", |document: &[u8]| check("x.kml", document));
}
