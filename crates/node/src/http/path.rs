//! What a request's path and query name.

use accord::ids::LineId;
use std::collections::BTreeMap;

/// Names out of a path, and the pairs of a query.
#[derive(Clone, Debug, Default)]
pub struct At {
    names: BTreeMap<String, String>,
    query: BTreeMap<String, String>,
}

impl At {
    /// Joins what the router found.
    pub fn new(names: BTreeMap<String, String>, query: BTreeMap<String, String>) -> Self {
        At { names, query }
    }

    /// The line of the path; one that does not exist when the path names none.
    pub fn line(&self) -> LineId {
        LineId(self.names.get("line").cloned().unwrap_or_default())
    }

    /// The id at the end of the path, if it has one.
    pub fn id(&self) -> Option<String> {
        self.names.get("id").cloned()
    }

    /// As [`At::id`]; empty, and so refused as unknown, when the path has none.
    pub fn id_or_empty(&self) -> String {
        self.id().unwrap_or_default()
    }

    /// Any other name of the path.
    pub fn name(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    /// A value of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Names in the query.
    pub fn query_names(&self) -> impl Iterator<Item = &str> {
        self.query.keys().map(String::as_str)
    }
}
