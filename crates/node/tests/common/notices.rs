//! Notices as tests give them: small circles that do not touch, some of them late.

use super::Node;
use super::desk::Desk;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

const HOUR_US: i64 = 3_600_000_000;

/// Wall time, µs.
pub(crate) fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

/// An operation of an hour, the `number`th of those that lie apart.
pub(crate) fn operation(class: &str, number: usize, start_us: i64) -> Value {
    json!({ "name": format!("number {number}"), "class": class, "volumes": [volume(number, start_us)] })
}

/// The `number`th of those volumes that lie apart.
pub(crate) fn volume(number: usize, start_us: i64) -> Value {
    let place = i64::try_from(number).unwrap();
    let center = json!({
        "lat_nd": 30_000_000_000_i64 + place % 100 * 100_000_000,
        "lon_nd": -170_000_000_000_i64 + place / 100 * 100_000_000,
    });
    json!({
        "footprint": { "shape": "circle", "center": center, "radius_mm": 1_000_000 },
        "band": { "low_mm": 0, "high_mm": 3_000_000, "datum": "msl" },
        "window": { "start_us": start_us, "end_us": start_us + HOUR_US },
    })
}

/// Files it; gives its id.
pub(crate) fn plan(desk: &Desk, key: &str, operation: &Value) -> String {
    let done = desk.insist("/v1/operations", &format!("plan {key}"), operation);
    done["id"].as_str().unwrap().to_owned()
}

/// Files it and gives notice of it; gives the notice's id.
pub(crate) fn give(desk: &Desk, line: &str, key: &str, operation: &Value) -> String {
    let operation = plan(desk, key, operation);
    let path = format!("/v1/lines/{line}/notices");
    let done = desk.insist(&path, &format!("notice {key}"), &notify(&operation));
    done["id"].as_str().unwrap().to_owned()
}

/// The request for a notice.
pub(crate) fn notify(operation: &str) -> Value {
    json!({ "operation": operation, "level": "exact", "words": "", "confirmed": true })
}

/// Opens a peer's notice, reads it back and notes it.
pub(crate) fn answer(desk: &Desk, line: &str, key: &str, id: &str) {
    let at = |deed: &str| format!("/v1/lines/{line}/notices/{id}/{deed}");
    desk.insist_once_there(&at("open"), &format!("open {key}"), &json!({}));
    let body = json!({ "words": "as it stands on the screen", "check": "" });
    desk.insist_once_there(&at("read-back"), &format!("read {key}"), &body);
    let body = json!({ "answer": "noted", "words": "", "counter": [], "confirmed": true });
    desk.insist_once_there(&at("answer"), &format!("answer {key}"), &body);
}

/// Notices of one side on a line, by id.
pub(crate) fn notices(node: &Node, line: &str, author: &str) -> BTreeMap<String, Value> {
    let view = node.get(&format!("/v1/notices?line={line}&author={author}"));
    let list = view["notices"].as_array().cloned().unwrap_or_default();
    list.into_iter()
        .map(|notice| (notice["id"].as_str().unwrap().to_owned(), notice))
        .collect()
}

/// Both commanders sign terms with this floor for a class, and both nodes know it.
pub(crate) fn agree(nodes: [&Node; 2], line: &str, class: &str, floor_s: u64) {
    let terms = json!({ "terms": {
        "name": "of this test",
        "lead_floor_s": { class: floor_s },
        "received_within_s": 60,
        "opened_within_s": 3600,
        "opened_flash_within_s": 3600,
        "stop_within_s": 3600,
        "blanket_km2_h": 1_000_000,
        "separation": {},
    }});
    let path = format!("/v1/lines/{line}/terms");
    for node in nodes {
        node.desk("commander").insist(&path, "terms", &terms);
    }
    for node in nodes {
        node.until("agreed", |node| node.get(&path)["in_force"].is_object());
    }
}

/// Stops the test unless RECEIVED is the same at both ends and its lead is what it says.
pub(crate) fn assert_honest(own: &Value, peer: &Value) {
    let (given, heard) = (&own["current"], &peer["current"]);
    assert_eq!(given["received"], heard["received"], "equal at both ends: {own}");
    for receipt in ["opened", "read_back", "answers"] {
        assert_eq!(given[receipt], heard[receipt], "equal at both ends: {own}");
    }
    let start_us = given["window"]["start_us"].as_i64().unwrap();
    let received = &given["received"];
    let at_us = received["at_us"].as_i64().expect("RECEIVED");
    assert_eq!(received["lead_us"], start_us - at_us, "to the microsecond: {own}");
    assert!(at_us >= given["stated_at_us"].as_i64().unwrap(), "{own}");
    let floor_us = received["floor_us"].as_i64();
    let late = floor_us.is_some_and(|floor_us| start_us - at_us < floor_us);
    assert_eq!(received["lateness"] == "late", late, "{own}");
    assert_eq!((&own["late"], &peer["late"]), (&json!(late), &json!(late)));
}
