//! The dependency graph: what manifests say, from `cargo metadata`; what is built, from `cargo tree`, because
//! metadata also lists parts that a feature mentions and nothing switches on.

use std::collections::BTreeSet;

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

/// Reads the JSON of `cargo metadata` and two lists of `cargo tree --prefix none`: everything that is built, and
/// what is built without tests.
///
/// # Errors
/// A sentence naming what was not there.
pub(crate) fn read(metadata: &str, built: &str, shipped: &str) -> Result<(Vec<Crate>, Vec<Part>), String> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let members = list(&metadata, "workspace_members")?;
    let (built, shipped) = (named(built), named(shipped));
    let mut crates = Vec::new();
    let mut parts = Vec::new();
    for package in list(&metadata, "packages")? {
        let name = (text(package, "name")?, text(package, "version")?);
        if members.contains(&package["id"]) {
            crates.push(ours(package)?);
        } else if built.contains(&name) {
            parts.push(theirs(package, shipped.contains(&name))?);
        }
    }
    crates.sort_by(|a, b| a.name.cmp(&b.name));
    parts.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok((crates, parts))
}

/// Name and version of each line `name v1.2.3 …`.
fn named(tree: &str) -> BTreeSet<(&str, &str)> {
    let pair = |line| {
        let mut words = str::split_whitespace(line);
        Some((words.next()?, words.next()?.strip_prefix('v')?))
    };
    tree.lines().filter_map(pair).collect()
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
    use serde_json::json;

    use super::*;

    fn metadata() -> String {
        let package = |id: &str, to: &[(&str, Option<&str>)]| {
            let to: Vec<Value> = to
                .iter()
                .map(|(name, kind)| json!({"name": name, "kind": kind}))
                .collect();
            json!({"id": id, "name": id, "version": "1.0.0", "license": "MIT", "source": "s", "dependencies": to})
        };
        let ours = package("ours", &[("a", None), ("t", Some("dev"))]);
        let packages = [ours, package("a", &[]), package("t", &[]), package("off", &[])];
        json!({"workspace_members": ["ours"], "packages": packages}).to_string()
    }

    #[test]
    fn what_only_tests_build_does_not_ship_and_what_nothing_builds_is_no_part() {
        let built = "ours v1.0.0 (folder)\na v1.0.0\nt v1.0.0\na v1.0.0 (*)\n";
        let (crates, parts) = read(&metadata(), built, "ours v1.0.0 (folder)\na v1.0.0\n").unwrap();
        let arrow = |to: &str, kind| Arrow {
            to: to.to_owned(),
            kind,
            optional: false,
        };
        let arrows = vec![arrow("a", Kind::Ships), arrow("t", Kind::Tests)];
        assert_eq!(
            crates,
            [Crate {
                name: "ours".to_owned(),
                arrows
            }]
        );
        let ships: Vec<(&str, bool)> = parts
            .iter()
            .map(|part| (part.name.as_str(), part.ships))
            .collect();
        assert_eq!(ships, [("a", true), ("t", false)]);
    }

    #[test]
    fn another_version_of_a_part_is_another_part() {
        let (_, parts) = read(&metadata(), "a v2.0.0\n", "").unwrap();
        assert_eq!(parts, []);
    }

    #[test]
    fn a_missing_list_is_named() {
        let problem = read("{}", "", "").unwrap_err();
        assert!(problem.contains("workspace_members"), "{problem}");
    }
}
