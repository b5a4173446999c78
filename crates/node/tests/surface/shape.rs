//! Holds answers against the OpenAPI document: the part of JSON Schema that it uses.

use serde_json::Value;

/// A description, to hold answers against.
pub(crate) struct Shapes {
    document: Value,
}

impl Shapes {
    /// The document of a node.
    pub(crate) fn new(document: Value) -> Self {
        Shapes { document }
    }

    /// Whether an answer has the shape that is described for it.
    pub(crate) fn check(&self, method: &str, path: &str, status: &str, media: &str, answer: &Value) {
        let operation = &self.document["paths"][path][method];
        assert!(operation.is_object(), "{method} {path} is not described");
        let schema = &operation["responses"][status]["content"][media]["schema"];
        assert!(schema.is_object(), "{method} {path} {status} has no schema");
        let mut faults = Vec::new();
        self.faults(schema, answer, "", &mut faults);
        assert!(faults.is_empty(), "{method} {path}: {faults:?} in {answer}");
    }

    fn faults(&self, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            let schema = self
                .document
                .pointer(pointer)
                .unwrap_or_else(|| panic!("no {reference}"));
            return self.faults(schema, value, place, faults);
        }
        for word in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[word].as_array() {
                return self.one_of(choices, value, place, faults);
            }
        }
        if let Some(all) = schema["allOf"].as_array() {
            return all
                .iter()
                .for_each(|schema| self.faults(schema, value, place, faults));
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            faults.push(format!("{place}: {value} is none of {words:?}"));
        }
        if !type_fits(&schema["type"], value) {
            faults.push(format!("{place}: {value} is no {}", schema["type"]));
        }
        self.members(schema, value, place, faults);
    }

    fn one_of(&self, choices: &[Value], value: &Value, place: &str, faults: &mut Vec<String>) {
        let fits = |schema: &&Value| {
            let mut found = Vec::new();
            self.faults(schema, value, place, &mut found);
            found.is_empty()
        };
        if !choices.iter().any(|schema| fits(&schema)) {
            faults.push(format!("{place}: {value} fits no choice"));
        }
    }

    fn members(&self, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
        if let (Some(members), true) = (value.as_array(), schema["items"].is_object()) {
            for (i, member) in members.iter().enumerate() {
                self.faults(&schema["items"], member, &format!("{place}/{i}"), faults);
            }
        }
        let (Some(described), Some(fields)) = (schema["properties"].as_object(), value.as_object()) else {
            return;
        };
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !fields.contains_key(name) {
                faults.push(format!("{place}: {name} is missing"));
            }
        }
        for (name, member) in fields {
            match described.get(name) {
                Some(schema) => self.faults(schema, member, &format!("{place}/{name}"), faults),
                None => faults.push(format!("{place}: {name} is not described")),
            }
        }
    }
}

fn type_fits(wanted: &Value, value: &Value) -> bool {
    let fits = |word: &str| match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    };
    match wanted {
        Value::String(word) => fits(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).any(fits),
        _ => true,
    }
}
