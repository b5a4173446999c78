//! The dependency graph, out of `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A crate of this workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) arrows: Vec<Arrow>,
}

/// One dependency as a manifest declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrow {
    pub(crate) to: String,
    pub(crate) kind: Kind,
    /// Whether only a feature switches it on.
    pub(crate) optional: bool,
}

/// Which table of the manifest an arrow stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `[dependencies]` or `[build-dependencies]`: part of what ships.
    Ships,
    /// `[dev-dependencies]`: tests only.
    Tests,
}

/// A package of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The SPDX expression its manifest states, if any.
    pub(crate) licence: Option<String>,
    /// Where it was fetched from, as cargo writes it.
    pub(crate) source: String,
    /// Whether it reaches anything but tests.
    pub(crate) ships: bool,
}

/// Reads the JSON of `cargo metadata`.
///
/// # Errors
/// A sentence naming what was not there.
pub(crate) fn read(metadata: &str) -> Result<(Vec<Crate>, Vec<Part>), String> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let members: BTreeSet<&str> = list(&metadata, "workspace_members")?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let ships = reached(&metadata, &members)?;
    let mut crates = Vec::new();
    let mut parts = Vec::new();
    for package in list(&metadata, "packages")? {
        let id = text(package, "id")?;
        if members.contains(id) {
            crates.push(ours(package)?);
        } else {
            parts.push(theirs(package, ships.contains(id))?);
        }
    }
    crates.sort_by(|a, b| a.name.cmp(&b.name));
    parts.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok((crates, parts))
}

/// Every package reached from `members` without a dev-dependency on the way.
fn reached<'a>(metadata: &'a Value, members: &BTreeSet<&'a str>) -> Result<BTreeSet<&'a str>, String> {
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for node in list(&metadata["resolve"], "nodes")? {
        let shipped = list(node, "deps")?.iter().filter(|dep| ships(dep));
        edges.insert(
            text(node, "id")?,
            shipped.filter_map(|dep| dep["pkg"].as_str()).collect(),
        );
    }
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = members.iter().copied().collect();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(edges.get(id).into_iter().flatten());
        }
    }
    Ok(seen)
}

fn ships(dep: &Value) -> bool {
    let kinds = dep["dep_kinds"].as_array();
    kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"] != "dev"))
}

fn ours(package: &Value) -> Result<Crate, String> {
    let mut arrows = Vec::new();
    for dependency in list(package, "dependencies")? {
        let kind = if dependency["kind"] == "dev" {
            Kind::Tests
        } else {
            Kind::Ships
        };
        let optional = dependency["optional"] == true;
        arrows.push(Arrow {
            to: text(dependency, "name")?.to_owned(),
            kind,
            optional,
        });
    }
    Ok(Crate {
        name: text(package, "name")?.to_owned(),
        arrows,
    })
}

fn theirs(package: &Value, ships: bool) -> Result<Part, String> {
    Ok(Part {
        name: text(package, "name")?.to_owned(),
        version: text(package, "version")?.to_owned(),
        licence: package["license"].as_str().map(str::to_owned),
        source: package["source"]
            .as_str()
            .unwrap_or("a folder outside this repository")
            .to_owned(),
        ships,
    })
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    value[key]
        .as_array()
        .ok_or_else(|| format!("cargo metadata: no list `{key}`"))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value[key]
        .as_str()
        .ok_or_else(|| format!("cargo metadata: no text `{key}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ours` ships `a`, which ships `b`; only tests of `ours` use `t`, which ships `u`.
    fn metadata() -> String {
        let package = |id: &str| {
            serde_json::json!({
                "id": id, "name": id, "version": "1.0.0", "license": "MIT",
                "source": "registry", "dependencies": []
            })
        };
        let node = |id: &str, deps: &[(&str, Option<&str>)]| {
            let deps: Vec<Value> = deps
                .iter()
                .map(|(pkg, kind)| serde_json::json!({"pkg": pkg, "dep_kinds": [{"kind": kind}]}))
                .collect();
            serde_json::json!({"id": id, "deps": deps})
        };
        serde_json::json!({
            "workspace_members": ["ours"],
            "packages": [package("ours"), package("a"), package("b"), package("t"), package("u")],
            "resolve": {"nodes": [
                node("ours", &[("a", None), ("t", Some("dev"))]),
                node("a", &[("b", Some("build"))]),
                node("b", &[]), node("t", &[("u", None)]), node("u", &[])
            ]}
        })
        .to_string()
    }

    #[test]
    fn what_only_tests_reach_does_not_ship() {
        let (crates, parts) = read(&metadata()).unwrap();
        assert_eq!(crates.len(), 1);
        let ships: Vec<(&str, bool)> = parts
            .iter()
            .map(|part| (part.name.as_str(), part.ships))
            .collect();
        assert_eq!(ships, [("a", true), ("b", true), ("t", false), ("u", false)]);
    }

    #[test]
    fn a_missing_list_is_named() {
        let problem = read("{}").unwrap_err();
        assert!(problem.contains("workspace_members"), "{problem}");
    }
}
