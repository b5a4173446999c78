//! What every request meets, whatever it is about.

use crate::house::{
    ALL, CONSTRAINTS, House, INTENTS, SUBSCRIPTIONS, area, constraint, intent, new_id, subscription,
};
use crate::issuer::Issuer;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

#[test]
fn nothing_answers_an_unknown_path_or_method_but_404_in_json() {
    let house = House::new();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/dss/v1"),
        ("GET", "/dss/v2/subscriptions/x"),
        ("GET", "/v1/operations"),
        ("GET", "/dss/v1/subscriptions/a/b/c"),
        ("DELETE", "/dss/v1/subscriptions/x"),
        ("GET", "/dss/v1/operational_intent_references/query/"),
        ("GET", "/dss/v1/reports"),
        ("DELETE", "/dss/v1/uss_availability/x"),
        ("GET", "/aux/v1/version/"),
    ] {
        let token = Issuer::rsa().token("uss1", ALL);
        house.raw(method, path, Some(&token), None).refused(404);
        house.raw(method, path, None, None).refused(404);
    }
    house
        .raw("POST", "/aux/v1/version", None, Some(b"{}"))
        .refused(404);
    house
        .raw("PATCH", &format!("{INTENTS}/x"), None, Some(b"{}"))
        .refused(404);
}

#[test]
fn a_body_that_is_declared_too_large_is_413_before_anything_else() {
    let house = House::new();
    let told = house.bytes(b"POST /dss/v1/reports HTTP/1.1\r\nhost: x\r\ncontent-length: 4194305\r\n\r\n");
    assert!(told.starts_with("HTTP/1.1 413"), "{told}");
    assert!(
        told.contains("content-type: application/json; charset=utf-8"),
        "{told}"
    );
    assert!(told.contains("{\"message\":"), "{told}");
}

#[test]
fn a_body_that_turns_out_too_large_is_400() {
    let house = House::new();
    let token = Issuer::rsa().token("uss1", ALL);
    let head = format!(
        "POST {INTENTS}/query HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let chunk = format!("100000\r\n{}\r\n", " ".repeat(1 << 20));
    let told = house.bytes(format!("{head}{}1\r\n \r\n0\r\n\r\n", chunk.repeat(4)).as_bytes());
    assert!(told.starts_with("HTTP/1.1 400"), "{told}");
}

#[test]
fn a_refused_client_that_is_still_sending_hears_why() {
    let house = House::new();
    let body = vec![b' '; 3 << 20];
    house
        .raw("POST", &format!("{INTENTS}/query"), None, Some(&body))
        .refused(401);
    house.raw("POST", "/nowhere", None, Some(&body)).refused(404);
}

#[test]
fn no_room_is_503_with_a_time_to_come_back() {
    let house = House::new();
    house.busy.store(true, Ordering::SeqCst);
    let heard = house.ask("uss1", "POST", &format!("{INTENTS}/query"), &area(47.0));
    assert_eq!(heard.headers["retry-after"], "1");
    heard.refused(503);
    house.busy.store(false, Ordering::SeqCst);
    house
        .ask("uss1", "POST", &format!("{INTENTS}/query"), &area(47.0))
        .expect(200);
}

#[test]
fn no_body_and_no_json_are_400() {
    let house = House::new();
    for path in [
        format!("{INTENTS}/query"),
        format!("{CONSTRAINTS}/query"),
        format!("{SUBSCRIPTIONS}/query"),
        "/dss/v1/reports".to_owned(),
    ] {
        let token = Issuer::rsa().token("uss1", ALL);
        for body in ["", "{", "null", "[]", "\"x\"", "3", "{} {}", "\u{feff}{}"] {
            house
                .raw("POST", &path, Some(&token), Some(body.as_bytes()))
                .refused(400);
        }
        house
            .raw("POST", &path, Some(&token), Some(b"{\"a\":\"\xff\"}"))
            .refused(400);
    }
}

#[test]
fn an_id_is_one_in_every_spelling() {
    let house = House::new();
    let id = "5b0ee7f2-3f5c-4a6b-8c1d-0123456789ab";
    house
        .ask("uss1", "PUT", &format!("{INTENTS}/{id}"), &intent(47.0))
        .expect(201);
    for spelt in [
        id.to_owned(),
        id.to_uppercase(),
        id.replace('-', ""),
        format!("urn:uuid:{id}"),
        format!("%7B{id}%7D"),
        format!("%7b{}%7d", id.to_uppercase()),
    ] {
        let found = house
            .ask("uss2", "GET", &format!("{INTENTS}/{spelt}"), &Value::Null)
            .expect(200);
        assert_eq!(found["operational_intent_reference"]["id"], id, "{spelt}");
    }
}

#[test]
fn what_is_no_id_of_version_4_is_400() {
    let house = House::new();
    for id in [
        "",
        "x",
        "query",
        "5b0ee7f2-3f5c-1a6b-8c1d-0123456789ab",
        "5b0ee7f2-3f5c-4a6b-cc1d-0123456789ab",
        "5b0ee7f2-3f5c-4a6b-8c1d-0123456789a",
        "00000000-0000-0000-0000-000000000000",
        "%ff%fe",
        "%zz",
    ] {
        for kind in [INTENTS, CONSTRAINTS, SUBSCRIPTIONS] {
            house
                .ask("uss1", "GET", &format!("{kind}/{id}"), &Value::Null)
                .refused(400);
            house
                .ask(
                    "uss1",
                    "DELETE",
                    &format!("{kind}/{id}/aaaaaaaaaaaaaaaa"),
                    &Value::Null,
                )
                .refused(400);
        }
        house
            .ask("uss1", "PUT", &format!("{INTENTS}/{id}"), &intent(47.0))
            .refused(400);
        house
            .ask("uss1", "PUT", &format!("{CONSTRAINTS}/{id}"), &constraint(47.0))
            .refused(400);
        house
            .ask(
                "uss1",
                "PUT",
                &format!("{SUBSCRIPTIONS}/{id}"),
                &subscription(47.0),
            )
            .refused(400);
    }
}

#[test]
fn an_update_without_a_version_is_a_creation_and_a_delete_without_one_is_400() {
    let house = House::new();
    for (kind, body, made) in [
        (INTENTS, intent(47.0), 201),
        (CONSTRAINTS, constraint(47.1), 201),
        (SUBSCRIPTIONS, subscription(47.2), 200),
    ] {
        let id = new_id();
        house
            .ask("uss1", "PUT", &format!("{kind}/{id}/"), &body)
            .expect(made);
        house
            .ask("uss1", "PUT", &format!("{kind}/{id}/"), &body)
            .refused(409);
        house
            .ask("uss1", "DELETE", &format!("{kind}/{id}/"), &Value::Null)
            .refused(400);
    }
}

#[test]
fn a_query_string_changes_nothing_and_a_broken_one_breaks_nothing() {
    let house = House::new();
    house
        .ask("uss1", "POST", &format!("{INTENTS}/query?x=1&x=2"), &area(47.0))
        .expect(200);
    assert_eq!(house.raw("GET", "/healthy?%", None, None).body, json!("ok"));
}

#[test]
fn a_request_that_never_ends_is_cut_off() {
    let house = House::new();
    assert_eq!(house.bytes(b"GET /healthy HTTP/1.1\r\nhost: "), "");
    assert_eq!(house.raw("GET", "/healthy", None, None).status, 200);
}
