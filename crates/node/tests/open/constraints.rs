//! Constraints.

use crate::house::{CONSTRAINTS, Heard, House, area, changed, constraint, new_id, without};
use serde_json::{Value, json};

fn put(house: &House, client: &str, id: &str, body: &Value) -> Heard {
    house.ask(client, "PUT", &format!("{CONSTRAINTS}/{id}"), body)
}

fn ovn(answer: &Value) -> String {
    answer["constraint_reference"]["ovn"]
        .as_str()
        .expect("an OVN")
        .to_owned()
}

#[test]
fn one_is_made_read_found_changed_and_ended() {
    let (house, id) = (House::new(), new_id());
    let made = put(&house, "uss1", &id, &constraint(47.0)).expect(201);
    let shown = &made["constraint_reference"];
    assert_eq!(
        *shown,
        json!({
            "id": id, "manager": "uss1", "uss_availability": "Unknown", "version": 1, "ovn": ovn(&made),
            "time_start": shown["time_start"], "time_end": shown["time_end"], "uss_base_url": "https://uss.example",
        })
    );
    assert_eq!(made["subscribers"], json!([]));
    let path = format!("{CONSTRAINTS}/{id}");
    assert_eq!(
        house.ask("uss1", "GET", &path, &Value::Null).expect(200),
        json!({ "constraint_reference": shown })
    );
    let seen = house.ask("uss2", "GET", &path, &Value::Null).expect(200);
    assert_eq!(ovn(&seen), "Available from USS");
    let found = house
        .ask("uss1", "POST", &format!("{CONSTRAINTS}/query"), &area(47.0))
        .expect(200);
    assert_eq!(found, json!({ "constraint_references": [shown] }));
    let second = put(&house, "uss1", &format!("{id}/{}", ovn(&made)), &constraint(47.0)).expect(200);
    assert_eq!(second["constraint_reference"]["version"], 2);
    let path = format!("{path}/{}", ovn(&second));
    house.ask("uss2", "DELETE", &path, &Value::Null).refused(403);
    let ended = house.ask("uss1", "DELETE", &path, &Value::Null).expect(200);
    assert_eq!(ended["constraint_reference"], second["constraint_reference"]);
    house.ask("uss1", "DELETE", &path, &Value::Null).refused(404);
}

#[test]
fn refusals_have_the_codes_of_the_reference() {
    let (house, id) = (House::new(), new_id());
    let wrong = "aaaaaaaaaaaaaaaaaaaa";
    put(&house, "uss1", &format!("{id}/{wrong}"), &constraint(47.0)).refused(409);
    put(&house, "uss1", &id, &constraint(47.0)).expect(201);
    put(&house, "uss1", &id, &constraint(47.0)).refused(409);
    put(&house, "uss2", &id, &constraint(47.0)).refused(403);
    put(&house, "uss1", &format!("{id}/{wrong}"), &constraint(47.0)).refused(409);
    house
        .ask(
            "uss1",
            "DELETE",
            &format!("{CONSTRAINTS}/{id}/{wrong}"),
            &Value::Null,
        )
        .refused(409);
    house
        .ask(
            "uss1",
            "GET",
            &format!("{CONSTRAINTS}/{}", new_id()),
            &Value::Null,
        )
        .refused(404);
}

#[test]
fn time_is_needed_and_height_is_not() {
    let house = House::new();
    for name in ["/time_start", "/time_end", "/volume/outline_circle"] {
        put(
            &house,
            "uss1",
            &new_id(),
            &without(constraint(47.0), &format!("/extents/0{name}")),
        )
        .refused(400);
    }
    let flat = without(constraint(47.0), "/extents/0/volume/altitude_lower");
    put(
        &house,
        "uss1",
        &new_id(),
        &without(flat, "/extents/0/volume/altitude_upper"),
    )
    .expect(201);
    let single = changed(
        constraint(47.0),
        "/extents",
        constraint(47.0)["extents"][0].clone(),
    );
    put(&house, "uss1", &new_id(), &single).refused(400);
    for wrong in [
        json!({}),
        json!({ "area_of_interest": {} }),
        json!({ "area_of_interest": [] }),
    ] {
        house
            .ask("uss1", "POST", &format!("{CONSTRAINTS}/query"), &wrong)
            .refused(400);
    }
}

#[test]
fn its_availability_is_never_told() {
    let (house, id) = (House::new(), new_id());
    put(&house, "uss1", &id, &constraint(47.0)).expect(201);
    let down = json!({ "availability": "Down", "old_version": "" });
    house
        .ask("arbiter", "PUT", "/dss/v1/uss_availability/uss1", &down)
        .expect(200);
    let seen = house
        .ask("uss2", "GET", &format!("{CONSTRAINTS}/{id}"), &Value::Null)
        .expect(200);
    assert_eq!(seen["constraint_reference"]["uss_availability"], "Unknown");
}
