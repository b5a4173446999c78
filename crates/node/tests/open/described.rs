//! What the service says about itself, held against what it does.

use crate::house::{ALL, House, new_id};
use crate::rid::{BOTH, DP, READ, SP, WRITE};
use serde_json::Value;
use std::collections::BTreeSet;

fn described(house: &House) -> Value {
    house.raw("GET", "/openapi.json", None, None).expect(200)
}

#[test]
fn every_example_of_a_body_is_carried_out() {
    let house = House::new();
    let scopes = [ALL, &[READ, WRITE, DP, SP]].concat();
    let mut carried_out = 0;
    for (path, item) in described(&house)["paths"].as_object().unwrap() {
        let first = !path.contains("{ovn}") && !path.contains("{version}");
        for (method, operation) in item.as_object().unwrap().iter().filter(|_| first) {
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            if example.is_object() {
                let path = path.replace("{id}", &new_id()).replace("{uss}", "uss1");
                let heard = house.ask_with(path.as_str(), &scopes, &method.to_uppercase(), &path, example);
                let status = heard.status.to_string();
                assert!(heard.status < 300, "{method} {path}: {status} {}", heard.body);
                assert!(
                    operation["responses"][&status].is_object(),
                    "{method} {path}: {status}"
                );
                carried_out += 1;
            }
        }
    }
    assert!(carried_out >= 12, "{carried_out}");
}

#[test]
fn it_tells_where_a_write_leads_to() {
    let house = House::new();
    let document = described(&house);
    let made = &document["paths"]["/dss/v1/subscriptions/{id}"]["put"]["responses"]["200"]["links"];
    let operation = "delete_dss_v1_subscriptions_id_version";
    let end = &document["paths"]["/dss/v1/subscriptions/{id}/{version}"]["delete"];
    assert_eq!(end["operationId"], operation);
    assert_eq!(made[operation]["operationId"], operation);
    assert_eq!(
        made[operation]["parameters"]["version"],
        "$response.body#/subscription/version"
    );
    assert_eq!(
        made.as_object().unwrap().len(),
        3,
        "read, changed and ended: {made}"
    );
}

#[test]
fn each_edition_of_remote_identification_is_told_in_its_own_words() {
    let house = House::new();
    let document = described(&house);
    for (edition, url) in BOTH.iter().zip(["flights_url", "uss_base_url"]) {
        let path = format!("{}/{{id}}", edition.areas_path());
        let told = &document["paths"][&path]["get"]["responses"]["200"]["content"]["application/json"];
        let answer = referred(&document, &told["schema"]);
        let area = referred(&document, &answer["properties"]["service_area"]);
        let names: BTreeSet<&str> = area["required"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let all = ["id", "owner", "time_end", "time_start", "version", url];
        assert_eq!(names, BTreeSet::from(all), "{path}");
    }
}

fn referred<'d>(document: &'d Value, schema: &Value) -> &'d Value {
    let place = schema["$ref"].as_str().expect("a reference");
    document.pointer(&place[1..]).expect("what it refers to")
}
