//! What the service says about itself, held against what it does.

use crate::house::{House, new_id};
use serde_json::Value;

fn described(house: &House) -> Value {
    house.raw("GET", "/openapi.json", None, None).expect(200)
}

#[test]
fn every_example_of_a_body_is_carried_out() {
    let house = House::new();
    let mut carried_out = 0;
    for (path, item) in described(&house)["paths"].as_object().unwrap() {
        let first = !path.contains("{ovn}") && !path.contains("{version}");
        for (method, operation) in item.as_object().unwrap().iter().filter(|_| first) {
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            if example.is_object() {
                let path = path.replace("{id}", &new_id()).replace("{uss}", "uss1");
                let heard = house.ask(path.as_str(), &method.to_uppercase(), &path, example);
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
    assert!(carried_out >= 8, "{carried_out}");
}

#[test]
fn it_tells_where_a_write_leads_to() {
    let house = House::new();
    let document = described(&house);
    let made = &document["paths"]["/dss/v1/subscriptions/{id}"]["put"]["responses"]["200"]["links"];
    let operation = "delete_dss_subscriptions_id_version";
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
