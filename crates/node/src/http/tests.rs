use super::openapi::{document, path_names};
use super::routes;
use serde_json::Value;
use std::collections::BTreeSet;

fn described() -> Value {
    serde_json::to_value(document(&routes())).unwrap()
}

fn operation<'a>(document: &'a Value, method: &str, path: &str) -> &'a Value {
    &document["paths"][path][method.to_lowercase()]
}

/// Every `$ref` of a document, wherever it stands.
fn references(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| references(value, into));
        }
        Value::Array(members) => members.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

#[test]
fn every_route_stands_in_the_document() {
    let document = described();
    for route in routes() {
        let method = format!("{:?}", route.method);
        let operation = operation(&document, &method, route.path);
        assert_eq!(operation["summary"], route.summary, "{method} {}", route.path);
        assert!(operation["responses"]["200"].is_object() && operation["responses"]["default"].is_object());
        assert_eq!(
            operation["requestBody"].is_object(),
            route.takes.is_some(),
            "{method} {}",
            route.path
        );
        assert_eq!(
            operation["security"].is_array(),
            route.token,
            "{method} {}",
            route.path
        );
    }
}

#[test]
fn the_document_holds_nothing_but_the_routes() {
    let listed: BTreeSet<(String, &str)> = routes()
        .iter()
        .map(|route| (format!("{:?}", route.method).to_lowercase(), route.path))
        .collect();
    assert_eq!(listed.len(), routes().len(), "a method and a path stand once");
    let document = described();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "delete"]
            .iter()
            .filter(|method| item.get(**method).is_some())
        {
            assert!(
                listed.contains(&((*method).to_owned(), path.as_str())),
                "{method} {path}"
            );
        }
    }
}

#[test]
fn every_name_in_a_path_is_described() {
    let document = described();
    for route in routes() {
        let operation = operation(&document, &format!("{:?}", route.method), route.path);
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        for name in path_names(route.path) {
            let described = |parameter: &Value| parameter["name"] == name && parameter["in"] == "path";
            assert!(parameters.iter().any(described), "{name} of {}", route.path);
        }
    }
}

#[test]
fn every_reference_of_the_document_resolves() {
    let document = described();
    let mut all = BTreeSet::new();
    references(&document, &mut all);
    assert!(all.len() > 40, "the document refers to its parts: {all:?}");
    for reference in all {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn writes_take_an_idempotency_key_and_only_health_and_the_document_are_open() {
    let document = described();
    for route in routes() {
        let method = format!("{:?}", route.method);
        let operation = operation(&document, &method, route.path);
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let keyed = parameters
            .iter()
            .any(|parameter| parameter["name"] == super::KEY_HEADER);
        assert_eq!(keyed, method != "Get", "{method} {}", route.path);
    }
    let open: Vec<&str> = routes()
        .iter()
        .filter(|route| !route.token)
        .map(|route| route.path)
        .collect();
    assert_eq!(open, ["/healthy", "/metrics", "/openapi.json"]);
}
