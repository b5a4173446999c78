use super::super::router::routes;
use super::{document, example, path_names, table};
use crate::limits::{MAX_OPEN_BODY_BYTES, MAX_OPEN_VOLUMES};
use serde_json::Value;
use std::collections::BTreeSet;

fn described() -> Value {
    serde_json::to_value(document(&routes())).unwrap()
}

/// Method and path of all that is described.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        methods.map(move |method| (method.to_uppercase(), path.clone()))
    });
    all.collect()
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let routes = routes();
    let served: BTreeSet<(String, String)> = routes.iter().map(super::Route::place).collect();
    assert_eq!(operations(&described()), served);
    let abouts = table::abouts();
    assert_eq!(abouts.len(), served.len(), "a route is described once");
    for about in abouts {
        let place = (about.method.to_string(), about.path.to_owned());
        assert!(served.contains(&place), "{place:?} is described and not served");
    }
}

#[test]
fn no_two_operations_have_one_id() {
    let abouts = table::abouts();
    let ids: BTreeSet<String> = abouts.iter().map(super::operation_id).collect();
    assert_eq!(ids.len(), abouts.len());
}

#[test]
fn the_scopes_of_a_route_are_told_as_alternatives() {
    let document = described();
    for route in routes() {
        let (method, path) = route.place();
        let told = &document["paths"][path.as_str()][method.to_lowercase()]["security"];
        let told: Vec<&str> = told
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one["access_token"][0].as_str().unwrap())
            .collect();
        assert_eq!(told, route.scopes, "{method} {path}");
    }
}

#[test]
fn every_name_of_a_path_is_a_parameter_of_it() {
    for (path, item) in described()["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let parameters = operation["parameters"].as_array();
            let of_path = parameters.into_iter().flatten().filter(|one| one["in"] == "path");
            let told: Vec<&str> = of_path.map(|one| one["name"].as_str().unwrap()).collect();
            assert_eq!(told, path_names(path).collect::<Vec<_>>(), "{path}");
        }
    }
}

#[test]
fn what_is_referred_to_is_there() {
    let document = described();
    let text = document.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[test]
fn the_limits_that_are_told_are_those_that_are_kept() {
    let document = described();
    let schemas = &document["components"]["schemas"];
    for name in ["PutIntent", "PutConstraint"] {
        assert_eq!(
            schemas[name]["properties"]["extents"]["maxItems"],
            MAX_OPEN_VOLUMES
        );
    }
    assert!(example::report().to_string().len() < MAX_OPEN_BODY_BYTES);
}
