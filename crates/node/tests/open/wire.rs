//! How leniently bodies are read.

use crate::house::{House, INTENTS, SUBSCRIPTIONS, area, changed, intent, new_id, subscription};
use serde_json::{Value, json};

#[test]
fn fields_that_are_not_known_are_ignored() {
    let house = House::new();
    let body = changed(intent(47.0), "/old_version", json!(3));
    let body = changed(body, "/extents/0/volume/extra", json!([{}]));
    house
        .ask("uss1", "PUT", &format!("{INTENTS}/{}", new_id()), &body)
        .expect(201);
    let body = changed(subscription(47.0), "/notify_for_operations", json!(true));
    let body = changed(body, "/old_version", json!(0));
    house
        .ask("uss1", "PUT", &format!("{SUBSCRIPTIONS}/{}", new_id()), &body)
        .expect(200);
}

#[test]
fn null_is_as_good_as_nothing() {
    let house = House::new();
    let nulls = [
        "/key",
        "/subscription_id",
        "/new_subscription",
        "/requested_ovn_suffix",
        "/extents/0/volume/outline_polygon",
    ];
    let body = nulls
        .iter()
        .fold(intent(47.0), |body, name| changed(body, name, Value::Null));
    house
        .ask("uss1", "PUT", &format!("{INTENTS}/{}", new_id()), &body)
        .expect(201);
}

#[test]
fn a_wrong_type_is_400_wherever_it_is() {
    let house = House::new();
    let good = intent(47.0);
    for (pointer, to) in [
        ("/extents", good["extents"][0].clone()),
        ("/extents", json!("x")),
        ("/extents/0", json!([])),
        ("/extents/0", json!(1)),
        ("/extents/0/volume", json!([])),
        ("/extents/0/volume/outline_circle/center", json!([47.0, 8.0])),
        ("/extents/0/volume/outline_circle/center/lat", json!("47")),
        ("/extents/0/volume/altitude_lower", json!(50)),
        ("/extents/0/time_start", json!(0)),
        ("/extents/0/time_start/value", json!(0)),
        ("/key", json!("x")),
        ("/key", json!([1])),
        ("/state", json!(1)),
        ("/uss_base_url", json!(["https://uss.example"])),
        ("/subscription_id", json!(1)),
        ("/new_subscription", json!("x")),
        ("/new_subscription", json!(["https://uss.example", true])),
        ("/requested_ovn_suffix", json!(1)),
    ] {
        let body = changed(good.clone(), pointer, to);
        house
            .ask("uss1", "PUT", &format!("{INTENTS}/{}", new_id()), &body)
            .refused(400);
    }
    let huge = area(47.0).to_string().replacen("300.0", "1e999", 1);
    let token = crate::issuer::Issuer::rsa().token("uss1", crate::house::ALL);
    let path = format!("{INTENTS}/query");
    house
        .raw("POST", &path, Some(&token), Some(huge.as_bytes()))
        .refused(400);
}

#[test]
fn a_message_is_short_whatever_was_sent() {
    let house = House::new();
    let body = changed(intent(47.0), "/extents", json!("x".repeat(1 << 20)));
    let told = house
        .ask("uss1", "PUT", &format!("{INTENTS}/{}", new_id()), &body)
        .refused(400);
    assert!(told.len() < 1_000, "{} bytes", told.len());
    let told = house
        .ask("uss1", "GET", &format!("/{}", "y".repeat(5_000)), &Value::Null)
        .refused(404);
    assert!(told.len() < 1_000, "{} bytes", told.len());
}
