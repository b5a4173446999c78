//! What stands in an evidence file, read entry by entry.

use ledger::bundle::Bundle;
use ledger::header::Header;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// One entry of a log.
pub(crate) struct Stated {
    /// The log.
    pub(crate) origin: String,
    /// Its type.
    pub(crate) kind: String,
    /// Its body.
    pub(crate) body: Value,
}

/// Every entry, log by log, in order.
pub(crate) fn stated(file: &Path) -> Vec<Stated> {
    let bundle = Bundle::decode(&fs::read(file).unwrap()).unwrap();
    let of_log = |log: &ledger::bundle::Log| {
        let origin = log.origin.to_string();
        let entries = log.entries.iter();
        entries
            .map(|entry| Stated {
                origin: origin.clone(),
                kind: Header::parse(&entry.header).unwrap().kind,
                body: serde_json::from_slice(&entry.opened.as_ref().unwrap().body).unwrap(),
            })
            .collect::<Vec<_>>()
    };
    bundle.logs.iter().flat_map(of_log).collect()
}

/// Ids in the bodies of one kind of act in one log, in order.
pub(crate) fn ids(stated: &[Stated], origin: &str, kind: &str) -> Vec<String> {
    let of_kind = stated
        .iter()
        .filter(|act| act.origin == origin && act.kind == kind);
    of_kind
        .map(|act| act.body["id"].as_str().unwrap().to_owned())
        .collect()
}
