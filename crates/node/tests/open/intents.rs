//! Operational intents.

use crate::house::{
    CONSTRAINTS, CP, Heard, House, INTENTS, SC, SUBSCRIPTIONS, area, changed, constraint, intent, minutes,
    new_id, options, subscription, volume, without,
};
use crate::issuer::Issuer;
use serde_json::{Value, json};

/// What is shown for no subscription.
const NONE: &str = "00000000-0000-4000-8000-000000000000";

fn put(house: &House, client: &str, id: &str, body: &Value) -> Heard {
    house.ask(client, "PUT", &format!("{INTENTS}/{id}"), body)
}

fn reference(answer: &Value) -> &Value {
    &answer["operational_intent_reference"]
}

fn ovn(answer: &Value) -> String {
    reference(answer)["ovn"].as_str().expect("an OVN").to_owned()
}

#[test]
fn one_is_made_read_found_changed_and_ended() {
    let (house, id) = (House::new(), new_id());
    let body = intent(47.0);
    let made = put(&house, "uss1", &id, &body).expect(201);
    let first = ovn(&made);
    let shown = reference(&made).clone();
    assert_eq!(
        shown,
        json!({
            "id": id, "manager": "uss1", "uss_availability": "Unknown", "version": 1, "state": "Accepted", "ovn": first,
            "time_start": shown["time_start"], "time_end": shown["time_end"],
            "uss_base_url": "https://uss.example", "subscription_id": NONE,
        })
    );
    assert_eq!(shown["time_start"]["format"], "RFC3339");
    let start: jiff::Timestamp = shown["time_start"]["value"].as_str().unwrap().parse().unwrap();
    let asked: jiff::Timestamp = body["extents"][0]["time_start"]["value"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(start.as_microsecond(), asked.as_microsecond());
    assert_eq!(made["subscribers"], json!([]));

    let got = house
        .ask("uss1", "GET", &format!("{INTENTS}/{id}"), &Value::Null)
        .expect(200);
    assert_eq!(got, json!({ "operational_intent_reference": shown }));
    let found = house
        .ask("uss1", "POST", &format!("{INTENTS}/query"), &area(47.0))
        .expect(200);
    assert_eq!(found, json!({ "operational_intent_references": [shown] }));

    let second = put(&house, "uss1", &format!("{id}/{first}"), &body).expect(200);
    assert_eq!(reference(&second)["version"], 2);
    assert_ne!(ovn(&second), first, "another OVN, though nothing else changed");
    put(&house, "uss1", &format!("{id}/{first}"), &body).refused(409);

    let path = format!("{INTENTS}/{id}/{first}");
    house.ask("uss1", "DELETE", &path, &Value::Null).refused(409);
    let path = format!("{INTENTS}/{id}/{}", ovn(&second));
    house.ask("uss2", "DELETE", &path, &Value::Null).refused(403);
    let ended = house.ask("uss1", "DELETE", &path, &Value::Null).expect(200);
    assert_eq!(reference(&ended), reference(&second));
    house.ask("uss1", "DELETE", &path, &Value::Null).refused(404);
    house
        .ask("uss1", "GET", &format!("{INTENTS}/{id}"), &Value::Null)
        .refused(404);
}

#[test]
fn an_ovn_is_shown_to_its_manager_alone() {
    let (house, id) = (House::new(), new_id());
    let made = put(&house, "uss1", &id, &intent(47.0)).expect(201);
    let seen = house
        .ask("uss2", "GET", &format!("{INTENTS}/{id}"), &Value::Null)
        .expect(200);
    assert_eq!(ovn(&seen), "Available from USS");
    let found = house
        .ask("uss2", "POST", &format!("{INTENTS}/query"), &area(47.0))
        .expect(200);
    assert_eq!(
        found["operational_intent_references"][0]["ovn"],
        "Available from USS"
    );
    assert!(!found.to_string().contains(&ovn(&made)));
}

#[test]
fn fields_are_checked_each_for_itself() {
    let house = House::new();
    let new = |url: &str| json!({ "uss_base_url": url });
    for (pointer, to) in [
        ("/uss_base_url", json!("")),
        ("/uss_base_url", json!("http://uss.example")),
        ("/uss_base_url", json!("uss.example")),
        ("/uss_base_url", json!("ftp://uss.example")),
        ("/uss_base_url", json!("https://")),
        ("/uss_base_url", json!("https://[")),
        ("/uss_base_url", json!("https://uss.example/a b")),
        ("/uss_base_url", json!(format!("https://{}", "x".repeat(3_000)))),
        ("/uss_base_url", json!(null)),
        ("/state", json!("Activated")),
        ("/state", json!("Ended")),
        ("/state", json!("accepted")),
        ("/state", json!("")),
        ("/state", json!(null)),
        ("/extents", json!([])),
        ("/extents", json!(null)),
        ("/subscription_id", json!("x")),
        ("/new_subscription", json!({})),
        ("/new_subscription", new("")),
        ("/new_subscription", new("http://uss.example")),
        ("/requested_ovn_suffix", json!("")),
        (
            "/requested_ovn_suffix",
            json!("0000018c-0000-6000-8000-000000000000"),
        ),
        (
            "/requested_ovn_suffix",
            json!("0000018c-0000-7000-8000-000000000000"),
        ),
    ] {
        let body = changed(intent(47.0), pointer, to);
        put(&house, "uss1", &new_id(), &body).refused(400);
    }
    for missing in ["/uss_base_url", "/state", "/extents"] {
        put(&house, "uss1", &new_id(), &without(intent(47.0), missing)).refused(400);
    }
    for missing in [
        "/time_start",
        "/time_end",
        "/volume/altitude_lower",
        "/volume/altitude_upper",
        "/volume/outline_circle",
        "/volume",
    ] {
        put(
            &house,
            "uss1",
            &new_id(),
            &without(intent(47.0), &format!("/extents/0{missing}")),
        )
        .refused(400);
    }
    put(&house, "uss1", &new_id(), &without(intent(47.0), "/key")).expect(201);
}

#[test]
fn http_is_taken_where_the_settings_say_so() {
    let mut options = options();
    options.allow_http_base_urls = true;
    let house = House::with(options, &[&Issuer::rsa().pem]);
    let body = changed(intent(47.0), "/uss_base_url", json!("http://uss.example"));
    put(&house, "uss1", &new_id(), &body).expect(201);
    let body = changed(intent(48.0), "/uss_base_url", json!("HTTPS://uss.example"));
    put(&house, "uss1", &new_id(), &body).expect(201);
    let body = changed(intent(49.0), "/uss_base_url", json!("ftp://uss.example"));
    put(&house, "uss1", &new_id(), &body).refused(400);
}

#[test]
fn only_the_end_of_all_volumes_together_has_to_lie_ahead() {
    let house = House::new();
    let old = volume(47.0, -600_000);
    let body = changed(intent(47.0), "/extents", json!([old, volume(47.0, 5)]));
    put(&house, "uss1", &new_id(), &body).expect(201);
    let body = changed(intent(47.0), "/extents", json!([old]));
    put(&house, "uss1", &new_id(), &body).refused(400);
    let half = without(volume(48.0, 5), "/time_end");
    let body = changed(intent(48.0), "/extents", json!([half, volume(48.0, 5)]));
    put(&house, "uss1", &new_id(), &body).refused(400);
}

#[test]
fn a_key_has_to_have_every_ovn_that_is_met() {
    let house = House::new();
    let theirs = put(&house, "uss1", &new_id(), &intent(47.0)).expect(201);
    let own_id = new_id();
    let refused = put(&house, "uss2", &own_id, &intent(47.0)).expect(409);
    let missing = refused["missing_operational_intents"].as_array().unwrap();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0]["id"], reference(&theirs)["id"]);
    assert_eq!(missing[0]["ovn"], "Available from USS");
    assert!(refused["message"].is_string() && refused.get("missing_constraints").is_none());
    house
        .ask("uss2", "GET", &format!("{INTENTS}/{own_id}"), &Value::Null)
        .refused(404);

    let own = changed(intent(47.0), "/key", json!([ovn(&theirs), "more-than-is-needed"]));
    let own = put(&house, "uss2", &own_id, &own).expect(201);
    let again = changed(intent(47.0), "/key", json!([ovn(&theirs)]));
    let again = put(&house, "uss2", &format!("{own_id}/{}", ovn(&own)), &again).expect(200);
    let third = put(&house, "uss2", &new_id(), &intent(47.0)).expect(409);
    let seen: Vec<&str> = third["missing_operational_intents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["ovn"].as_str().unwrap())
        .collect();
    assert!(
        seen.contains(&"Available from USS") && seen.contains(&ovn(&again).as_str()),
        "own OVNs are shown"
    );
}

#[test]
fn constraints_are_in_the_key_of_who_asks_to_hear_of_them() {
    let house = House::new();
    let path = format!("{CONSTRAINTS}/{}", new_id());
    let stands = house.ask("uss1", "PUT", &path, &constraint(47.0)).expect(201);
    put(&house, "uss2", &new_id(), &intent(47.0)).expect(201);
    let asks = json!({ "uss_base_url": "https://uss.example", "notify_for_constraints": true });
    let body = changed(intent(47.0), "/new_subscription", asks);
    let refused = put(&house, "uss3", &new_id(), &body).expect(409);
    assert_eq!(
        refused["missing_constraints"][0]["id"],
        stands["constraint_reference"]["id"]
    );
    assert_eq!(refused["missing_constraints"][0]["ovn"], "Available from USS");
    let found = house
        .ask("uss3", "POST", &format!("{SUBSCRIPTIONS}/query"), &area(47.0))
        .expect(200);
    assert_eq!(found, json!({ "subscriptions": [] }), "nothing is left behind");
}

#[test]
fn a_409_that_is_no_conflict_of_airspace_has_a_message_only() {
    let (house, id) = (House::new(), new_id());
    put(&house, "uss1", &id, &intent(47.0)).expect(201);
    let twice = put(&house, "uss1", &id, &intent(47.0)).expect(409);
    let names: Vec<&String> = twice.as_object().unwrap().keys().collect();
    assert_eq!(names, ["message"]);
}

#[test]
fn who_may_change_what_is_decided_in_the_order_of_the_reference() {
    let (house, id) = (House::new(), new_id());
    let wrong = "aaaaaaaaaaaaaaaaaaaa";
    put(&house, "uss1", &format!("{id}/{wrong}"), &intent(47.0)).refused(400);
    put(&house, "uss1", &id, &intent(47.0)).expect(201);
    put(&house, "uss2", &id, &intent(47.0)).refused(403);
    put(&house, "uss2", &format!("{id}/{wrong}"), &intent(47.0)).refused(403);
    put(&house, "uss1", &format!("{id}/{wrong}"), &intent(47.0)).refused(409);
    house
        .ask("uss2", "DELETE", &format!("{INTENTS}/{id}/{wrong}"), &Value::Null)
        .refused(403);
    put(
        &house,
        "uss2",
        &id,
        &changed(intent(47.0), "/uss_base_url", json!("")),
    )
    .refused(400);
}

#[test]
fn off_nominal_states_need_their_scope_and_no_key() {
    let (house, id) = (House::new(), new_id());
    let made = put(&house, "uss1", &id, &intent(47.0)).expect(201);
    put(
        &house,
        "uss2",
        &new_id(),
        &changed(intent(47.0), "/key", json!([ovn(&made)])),
    )
    .expect(201);
    let new = json!({ "uss_base_url": "https://uss.example" });
    let body = changed(intent(47.0), "/new_subscription", new);
    let off = changed(body, "/state", json!("Nonconforming"));
    let path = format!("{INTENTS}/{id}/{}", ovn(&made));
    house.ask_with("uss1", &[SC], "PUT", &path, &off).refused(403);
    house
        .ask_with("uss1", &[SC, CP], "PUT", &format!("{INTENTS}/{}", new_id()), &off)
        .refused(400);
    put(
        &house,
        "uss1",
        &format!("{id}/{}", ovn(&made)),
        &without(off.clone(), "/new_subscription"),
    )
    .refused(400);
    let changed_state = put(&house, "uss1", &format!("{id}/{}", ovn(&made)), &off).expect(200);
    assert_eq!(reference(&changed_state)["state"], "Nonconforming");
    assert_ne!(reference(&changed_state)["subscription_id"], NONE);
}

#[test]
fn subscriptions_are_attached_made_and_told() {
    let house = House::new();
    let standing = new_id();
    let path = format!("{SUBSCRIPTIONS}/{standing}");
    let long = changed(subscription(47.0), "/extents/time_end", minutes(600));
    house.ask("uss1", "PUT", &path, &long).expect(200);

    let both = changed(intent(47.0), "/subscription_id", json!(standing));
    let both = changed(
        both,
        "/new_subscription",
        json!({ "uss_base_url": "https://uss.example" }),
    );
    put(&house, "uss1", &new_id(), &both).refused(400);

    let spelt = standing.to_uppercase().replace('-', "");
    let attached = changed(intent(47.0), "/subscription_id", json!(spelt));
    put(&house, "uss2", &new_id(), &attached).refused(403);
    let id = new_id();
    let made = put(&house, "uss1", &id, &attached).expect(201);
    assert_eq!(reference(&made)["subscription_id"], json!(standing));
    assert_eq!(
        made["subscribers"],
        json!([{
            "subscriptions": [{ "subscription_id": standing, "notification_index": 1 }],
            "uss_base_url": "https://uss.example",
        }])
    );
    let got = house.ask("uss1", "GET", &path, &Value::Null).expect(200);
    assert_eq!(got["subscription"]["dependent_operational_intents"], json!([id]));
    assert_eq!(got["subscription"]["notification_index"], 1);
    let version = got["subscription"]["version"].as_str().unwrap();
    house
        .ask("uss1", "DELETE", &format!("{path}/{version}"), &Value::Null)
        .refused(400);

    put(
        &house,
        "uss1",
        &new_id(),
        &changed(intent(60.0), "/subscription_id", json!(standing)),
    )
    .refused(400);
    put(
        &house,
        "uss1",
        &new_id(),
        &changed(intent(60.0), "/subscription_id", json!(new_id())),
    )
    .refused(400);
    let none = put(
        &house,
        "uss1",
        &new_id(),
        &changed(intent(60.0), "/subscription_id", json!("")),
    )
    .expect(201);
    assert_eq!(reference(&none)["subscription_id"], NONE);
    house
        .ask("uss1", "GET", &format!("{SUBSCRIPTIONS}/{NONE}"), &Value::Null)
        .refused(404);
}

#[test]
fn an_implicit_subscription_comes_and_goes_with_its_intent() {
    let (house, id) = (House::new(), new_id());
    let body = changed(
        intent(47.0),
        "/new_subscription",
        json!({ "uss_base_url": "https://uss.example" }),
    );
    let made = put(&house, "uss1", &id, &body).expect(201);
    let path = format!(
        "{SUBSCRIPTIONS}/{}",
        reference(&made)["subscription_id"].as_str().unwrap()
    );
    assert_eq!(
        made["subscribers"][0]["subscriptions"][0]["notification_index"], 1,
        "it hears of its own intent"
    );
    let implicit = house.ask("uss1", "GET", &path, &Value::Null).expect(200);
    assert_eq!(implicit["subscription"]["implicit_subscription"], true);
    let ended = house
        .ask(
            "uss1",
            "DELETE",
            &format!("{INTENTS}/{id}/{}", ovn(&made)),
            &Value::Null,
        )
        .expect(200);
    assert_eq!(
        ended["subscribers"][0]["subscriptions"][0]["notification_index"],
        2
    );
    house.ask("uss1", "GET", &path, &Value::Null).refused(404);
}

#[test]
fn a_requested_suffix_ends_the_ovn_until_it_is_no_longer_requested() {
    let (house, id) = (House::new(), new_id());
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let suffix = format!(
        "{:08x}-{:04x}-7000-8000-0123456789ab",
        now_ms >> 16,
        now_ms & 0xffff
    );
    let body = changed(intent(47.0), "/requested_ovn_suffix", json!(suffix));
    let made = put(&house, "uss1", &id, &body).expect(201);
    assert_eq!(ovn(&made), format!("{id}_{suffix}"));
    let next = put(&house, "uss1", &format!("{id}/{}", ovn(&made)), &intent(47.0)).expect(200);
    assert!(!ovn(&next).contains(&suffix));
}

#[test]
fn a_search_needs_an_area_and_knows_height_and_time() {
    let house = House::new();
    put(&house, "uss1", &new_id(), &intent(47.0)).expect(201);
    let count = |area: &Value| {
        let found = house
            .ask("uss2", "POST", &format!("{INTENTS}/query"), area)
            .expect(200);
        found["operational_intent_references"].as_array().unwrap().len()
    };
    let all = area(47.0);
    let open = [
        "/time_start",
        "/time_end",
        "/volume/altitude_lower",
        "/volume/altitude_upper",
    ];
    let open = open.iter().fold(all.clone(), |area, name| {
        without(area, &format!("/area_of_interest{name}"))
    });
    assert_eq!((count(&all), count(&open), count(&area(48.0))), (1, 1, 0));
    let above = changed(
        all.clone(),
        "/area_of_interest/volume/altitude_lower/value",
        json!(101),
    );
    let above = changed(above, "/area_of_interest/volume/altitude_upper/value", json!(200));
    assert_eq!(count(&above), 0);
    let touching = changed(
        all.clone(),
        "/area_of_interest/volume/altitude_lower/value",
        json!(100),
    );
    assert_eq!(count(&touching), 1, "ends are included");
    let past = changed(open.clone(), "/area_of_interest/time_end", minutes(-100));
    assert_eq!(count(&past), 0);
    for wrong in [
        json!({}),
        json!({ "area_of_interest": null }),
        json!({ "area_of_interest": {} }),
        without(all.clone(), "/area_of_interest/volume/outline_circle"),
    ] {
        house
            .ask("uss2", "POST", &format!("{INTENTS}/query"), &wrong)
            .refused(400);
    }
}

#[test]
fn a_uss_that_is_down_is_shown_so_and_cannot_plan() {
    let house = House::new();
    let made = put(&house, "uss1", &new_id(), &intent(47.0)).expect(201);
    let down = json!({ "availability": "Down", "old_version": "" });
    house
        .ask("arbiter", "PUT", "/dss/v1/uss_availability/uss1", &down)
        .expect(200);
    let id = reference(&made)["id"].as_str().unwrap();
    let seen = house
        .ask("uss2", "GET", &format!("{INTENTS}/{id}"), &Value::Null)
        .expect(200);
    assert_eq!(reference(&seen)["uss_availability"], "Down");
    put(&house, "uss1", &new_id(), &intent(50.0)).refused(412);
    put(&house, "uss2", &new_id(), &intent(47.0)).expect(201);
}

#[test]
fn as_the_reference_a_uss_that_is_down_may_still_plan() {
    let mut options = options();
    options.strict_reference = true;
    let house = House::with(options, &[&Issuer::rsa().pem]);
    let down = json!({ "availability": "Down", "old_version": "" });
    house
        .ask("arbiter", "PUT", "/dss/v1/uss_availability/uss1", &down)
        .expect(200);
    put(&house, "uss1", &new_id(), &intent(50.0)).expect(201);
}
