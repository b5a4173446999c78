//! Volumes, one rule a row.

use crate::house::{House, INTENTS, altitude, area, changed, minutes, options};
use crate::issuer::Issuer;
use serde_json::{Value, json};

fn ring(vertices: &[(f64, f64)]) -> Value {
    let vertices: Vec<Value> = vertices
        .iter()
        .map(|(lat, lng)| json!({ "lat": lat, "lng": lng }))
        .collect();
    json!({ "outline_polygon": { "vertices": vertices } })
}

fn try_area(house: &House, pointer: &str, to: &Value) -> crate::house::Heard {
    let body = changed(area(47.0), &format!("/area_of_interest{pointer}"), to.clone());
    house.ask("uss1", "POST", &format!("{INTENTS}/query"), &body)
}

#[test]
fn rings_wind_either_way_and_are_not_closed() {
    let house = House::new();
    let square = [(47.0, 8.0), (47.0, 8.1), (47.1, 8.1), (47.1, 8.0)];
    let reversed: Vec<_> = square.iter().rev().copied().collect();
    let closed = [square.as_slice(), &square[..1]].concat();
    for (ring_of, taken) in [
        (square.to_vec(), true),
        (reversed, true),
        (closed, false),
        (square[..2].to_vec(), false),
        (vec![], false),
        (vec![(47.0, 8.0); 3], false),
        (vec![(47.0, 8.0), (47.0, 8.1), (91.0, 8.0)], false),
        (vec![(47.0, 8.0), (47.0, 181.0), (47.1, 8.0)], false),
    ] {
        let heard = try_area(&house, "/volume", &ring(&ring_of));
        assert_eq!(heard.status == 200, taken, "{ring_of:?}: {}", heard.body);
        assert!(taken || heard.status == 400, "{}", heard.body);
    }
}

#[test]
fn parts_of_a_volume_are_checked_each_for_itself() {
    let house = House::new();
    let center = json!({ "lat": 47.0, "lng": 8.0 });
    let radius = |value: Value| json!({ "value": value, "units": "M" });
    let polygon = ring(&[(47.0, 8.0), (47.0, 8.1), (47.1, 8.1)]);
    for (pointer, to, status) in [
        ("/volume/outline_polygon", polygon["outline_polygon"].clone(), 400),
        ("/volume/outline_polygon", json!(null), 200),
        ("/volume/outline_polygon", json!({}), 400),
        ("/volume/outline_circle", json!({ "center": center }), 400),
        (
            "/volume/outline_circle",
            json!({ "radius": radius(json!(1)) }),
            400,
        ),
        (
            "/volume/outline_circle",
            json!({ "center": {}, "radius": radius(json!(1)) }),
            200,
        ),
        ("/volume/outline_circle", json!({}), 400),
        ("/volume/outline_circle", json!([]), 400),
        ("/volume/outline_circle/radius", radius(json!(0)), 400),
        ("/volume/outline_circle/radius", radius(json!(-1)), 400),
        ("/volume/outline_circle/radius", radius(json!("1")), 400),
        (
            "/volume/outline_circle/radius",
            json!({ "value": 100, "units": "FT" }),
            200,
        ),
        (
            "/volume/outline_circle/center",
            json!({ "lat": 90.5, "lng": 8 }),
            400,
        ),
        (
            "/volume/altitude_lower",
            json!({ "value": 1, "reference": "W84", "units": "FT" }),
            400,
        ),
        (
            "/volume/altitude_lower",
            json!({ "value": 1, "reference": "AGL", "units": "M" }),
            400,
        ),
        ("/volume/altitude_lower", json!({ "value": 1 }), 400),
        (
            "/volume/altitude_lower",
            json!({ "reference": "W84", "units": "M" }),
            200,
        ),
        ("/volume/altitude_lower", altitude(100.0), 200),
        ("/volume/altitude_lower", altitude(100.5), 400),
        ("/volume/altitude_lower", altitude(-8_000.5), 400),
        ("/volume/altitude_upper", altitude(100_001.0), 400),
        ("/volume/altitude_upper", altitude(-10.0), 400),
        ("/time_start", json!({ "value": "2026-01-01T00:00:00Z" }), 200),
        (
            "/time_start",
            json!({ "value": "2026-01-01T00:00:00Z", "format": "other" }),
            200,
        ),
        (
            "/time_start",
            json!({ "value": "2026-01-01T01:00:00.123456789+01:00", "format": "RFC3339" }),
            200,
        ),
        (
            "/time_start",
            json!({ "value": "yesterday", "format": "RFC3339" }),
            400,
        ),
        ("/time_start", json!({ "format": "RFC3339" }), 400),
        ("/time_start", json!("2026-01-01T00:00:00Z"), 400),
        ("/time_start", minutes(600), 400),
        ("/time_end", json!(null), 200),
    ] {
        let heard = try_area(&house, pointer, &to);
        assert_eq!(heard.status, status, "{pointer} {to}: {}", heard.body);
    }
}

#[test]
fn circles_are_bounded_unless_the_reference_is_followed_strictly() {
    let wide = json!({ "value": 45_000.0, "units": "M" });
    let strict = |strict_reference: bool| {
        let options = node::open::OpenOptions {
            strict_reference,
            ..options()
        };
        let house = House::with(options, &[&Issuer::rsa().pem]);
        try_area(&house, "/volume/outline_circle/radius", &wide).status
    };
    assert_eq!((strict(false), strict(true)), (400, 200));
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place() {
    let house = House::new();
    let good = area(47.0)["area_of_interest"].clone();
    let first = changed(good.clone(), "/volume/altitude_lower/units", json!("FT"));
    let first = changed(first, "/time_end", json!({ "value": "late" }));
    let second = changed(good, "/volume", ring(&[(47.0, 8.0), (95.0, 8.0), (47.0, 8.0)]));
    let body = json!({ "extents": [first, second], "subscription_id": "x", "uss_base_url": "ftp://x" });
    let told = house
        .ask("uss1", "PUT", &format!("{INTENTS}/no-id"), &body)
        .refused(400);
    for place in [
        "id in the path",
        "uss_base_url",
        "subscription_id",
        "extents[0].volume.altitude_lower.units",
        "extents[0].time_end.value",
        "extents[1].volume.outline_polygon",
    ] {
        assert!(told.contains(place), "{place} is not in {told}");
    }
}

#[test]
fn faults_beyond_the_limit_are_counted() {
    let house = House::new();
    let wrong = changed(
        area(47.0)["area_of_interest"].clone(),
        "/time_end",
        json!({ "value": "late" }),
    );
    let body = json!({ "extents": vec![wrong; 100], "uss_base_url": "https://uss.example" });
    let told = house
        .ask(
            "uss1",
            "PUT",
            &format!("{INTENTS}/{}", crate::house::new_id()),
            &body,
        )
        .refused(400);
    assert!(
        told.contains("extents[0].time_end") && told.ends_with("and 80 more faults"),
        "{told}"
    );
    let many = json!({ "extents": vec![json!({}); 1_001], "uss_base_url": "https://uss.example" });
    let told = house
        .ask(
            "uss1",
            "PUT",
            &format!("{INTENTS}/{}", crate::house::new_id()),
            &many,
        )
        .refused(400);
    assert!(told.starts_with("extents: 1 to 1000"), "{told}");
}
