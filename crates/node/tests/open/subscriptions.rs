//! Subscriptions.

use crate::house::{
    CONSTRAINTS, Heard, House, INTENTS, SUBSCRIPTIONS, area, changed, constraint, intent, minutes, new_id,
    subscription, without,
};
use serde_json::{Value, json};

fn put(house: &House, client: &str, id: &str, body: &Value) -> Heard {
    house.ask(client, "PUT", &format!("{SUBSCRIPTIONS}/{id}"), body)
}

fn version(answer: &Value) -> String {
    answer["subscription"]["version"]
        .as_str()
        .expect("a version")
        .to_owned()
}

#[test]
fn one_is_made_read_found_changed_and_ended() {
    let (house, id) = (House::new(), new_id());
    let made = put(&house, "uss1", &id, &subscription(47.0)).expect(200);
    let shown = &made["subscription"];
    assert_eq!(
        made,
        json!({
            "subscription": {
                "id": id, "version": version(&made), "notification_index": 0,
                "time_start": shown["time_start"], "time_end": shown["time_end"],
                "uss_base_url": "https://uss.example",
                "notify_for_operational_intents": true, "notify_for_constraints": false,
                "implicit_subscription": false, "dependent_operational_intents": [],
            },
            "operational_intent_references": [],
        })
    );
    let path = format!("{SUBSCRIPTIONS}/{id}");
    assert_eq!(
        house.ask("uss1", "GET", &path, &Value::Null).expect(200),
        json!({ "subscription": shown })
    );
    house.ask("uss2", "GET", &path, &Value::Null).refused(403);
    let query = format!("{SUBSCRIPTIONS}/query");
    assert_eq!(
        house.ask("uss1", "POST", &query, &area(47.0)).expect(200),
        json!({ "subscriptions": [shown] })
    );
    assert_eq!(
        house.ask("uss2", "POST", &query, &area(47.0)).expect(200),
        json!({ "subscriptions": [] })
    );
    let second = put(
        &house,
        "uss1",
        &format!("{id}/{}", version(&made)),
        &subscription(47.0),
    )
    .expect(200);
    assert_ne!(version(&second), version(&made));
    house
        .ask(
            "uss1",
            "DELETE",
            &format!("{path}/{}", version(&made)),
            &Value::Null,
        )
        .refused(409);
    let path = format!("{path}/{}", version(&second));
    house.ask("uss2", "DELETE", &path, &Value::Null).refused(403);
    let ended = house.ask("uss1", "DELETE", &path, &Value::Null).expect(200);
    assert_eq!(ended["subscription"], second["subscription"]);
    house.ask("uss1", "DELETE", &path, &Value::Null).refused(404);
    house
        .ask("uss1", "GET", &format!("{SUBSCRIPTIONS}/{id}"), &Value::Null)
        .refused(404);
}

#[test]
fn lists_that_were_not_asked_for_are_absent() {
    let house = House::new();
    house
        .ask("uss9", "PUT", &format!("{INTENTS}/{}", new_id()), &intent(47.0))
        .expect(201);
    house
        .ask(
            "uss9",
            "PUT",
            &format!("{CONSTRAINTS}/{}", new_id()),
            &constraint(47.0),
        )
        .expect(201);
    for (intents, constraints) in [(true, false), (false, true), (true, true)] {
        let body = changed(
            subscription(47.0),
            "/notify_for_operational_intents",
            json!(intents),
        );
        let body = changed(body, "/notify_for_constraints", json!(constraints));
        let made = put(&house, "uss1", &new_id(), &body).expect(200);
        let lists = ["operational_intent_references", "constraint_references"];
        for (list, wanted) in lists.into_iter().zip([intents, constraints]) {
            assert_eq!(made.get(list).is_some(), wanted, "{list}");
            if wanted {
                assert_eq!(made[list].as_array().unwrap().len(), 1);
                assert_eq!(made[list][0]["ovn"], "Available from USS");
            }
        }
    }
}

#[test]
fn fields_are_checked_each_for_itself() {
    let house = House::new();
    for (pointer, to) in [
        ("/uss_base_url", json!("")),
        ("/uss_base_url", json!("http://uss.example")),
        ("/notify_for_operational_intents", json!(false)),
        ("/notify_for_operational_intents", json!(null)),
        ("/notify_for_operational_intents", json!("yes")),
        ("/extents", json!(null)),
        ("/extents", json!([])),
        ("/extents", json!([subscription(47.0)["extents"]])),
        ("/extents/time_start", minutes(-10)),
        ("/extents/time_end", minutes(-10)),
        ("/extents/time_end", minutes(24 * 60 + 10)),
    ] {
        let body = changed(subscription(47.0), pointer, to);
        put(&house, "uss1", &new_id(), &body).refused(400);
    }
    put(
        &house,
        "uss1",
        &new_id(),
        &without(subscription(47.0), "/extents/volume/outline_circle"),
    )
    .refused(400);
}

#[test]
fn times_that_are_not_named_are_a_day_from_now() {
    let house = House::new();
    let body = without(
        without(subscription(47.0), "/extents/time_start"),
        "/extents/time_end",
    );
    let made = put(&house, "uss1", &new_id(), &body).expect(200);
    let at = |name: &str| -> jiff::Timestamp {
        made["subscription"][name]["value"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    assert_eq!(
        at("time_end").as_microsecond() - at("time_start").as_microsecond(),
        24 * 3_600_000_000
    );
    let start = minutes(0);
    let day = changed(subscription(47.1), "/extents/time_start", start.clone());
    let end: jiff::Timestamp = start["value"].as_str().unwrap().parse().unwrap();
    let end =
        json!({ "value": (end + jiff::SignedDuration::from_hours(24)).to_string(), "format": "RFC3339" });
    put(&house, "uss1", &new_id(), &changed(day, "/extents/time_end", end)).expect(200);
}

#[test]
fn refusals_have_the_codes_of_the_reference() {
    let (house, id) = (House::new(), new_id());
    let wrong = "aaaaaaaaaaaaaaaaaaaa";
    put(&house, "uss1", &format!("{id}/{wrong}"), &subscription(47.0)).refused(400);
    let made = put(&house, "uss1", &id, &subscription(47.0)).expect(200);
    put(&house, "uss1", &id, &subscription(47.0)).refused(409);
    put(&house, "uss2", &format!("{id}/{wrong}"), &subscription(47.0)).refused(409);
    put(
        &house,
        "uss2",
        &format!("{id}/{}", version(&made)),
        &subscription(47.0),
    )
    .refused(403);
    put(
        &house,
        "uss2",
        &format!("{id}/{wrong}"),
        &changed(subscription(47.0), "/extents/time_start", minutes(-10)),
    )
    .refused(400);
}

#[test]
fn a_search_of_a_huge_area_is_413() {
    let house = House::new();
    let huge = json!({ "outline_polygon": { "vertices": [
        { "lat": 40.0, "lng": 5.0 }, { "lat": 40.0, "lng": 10.0 }, { "lat": 45.0, "lng": 10.0 },
    ] } });
    let huge = changed(area(47.0), "/area_of_interest/volume", huge);
    house
        .ask("uss1", "POST", &format!("{SUBSCRIPTIONS}/query"), &huge)
        .refused(413);
    house
        .ask("uss1", "POST", &format!("{CONSTRAINTS}/query"), &huge)
        .refused(413);
    house
        .ask("uss1", "POST", &format!("{INTENTS}/query"), &huge)
        .refused(400);
    let also_wrong = changed(huge, "/area_of_interest/time_start", json!({ "value": "x" }));
    house
        .ask("uss1", "POST", &format!("{SUBSCRIPTIONS}/query"), &also_wrong)
        .refused(400);
}
