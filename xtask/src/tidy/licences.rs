//! What we build on: `deny.toml` says which licences, which parts and which sources; this check holds to it
//! without `cargo deny` installed. `make deny` asks the tool itself.

use crate::house::{House, Part};

use super::{Finding, spdx};

const PATH: &str = "deny.toml";

/// The rules, out of `deny.toml`.
struct Rules {
    allowed: Vec<String>,
    banned: Vec<(String, String)>,
    sources: Vec<String>,
}

/// Finds parts under other licences, banned parts in what ships, and parts from elsewhere.
pub(super) fn check(house: &House) -> Vec<Finding> {
    match rules(house.text(PATH).unwrap_or_default()) {
        Ok(rules) => house
            .parts
            .iter()
            .flat_map(|part| of_part(part, &rules))
            .collect(),
        Err(what) => vec![Finding {
            place: PATH.to_owned(),
            what,
            instead: "Write the list: without it any licence would pass".to_owned(),
        }],
    }
}

fn of_part(part: &Part, rules: &Rules) -> Vec<Finding> {
    let found = |what: String, instead: &str| Finding {
        place: format!("{} {}", part.name, part.version),
        what,
        instead: instead.to_owned(),
    };
    let mut findings = Vec::new();
    if let Err(what) = licence(part, rules) {
        findings.push(found(
            what,
            "Build on a part under a permissive licence, or on none",
        ));
    }
    if let Some((_, reason)) = rules
        .banned
        .iter()
        .find(|(name, _)| part.ships && *name == part.name)
    {
        findings.push(found(
            format!("banned from what ships: {reason}"),
            "`cargo tree -i` shows who brings it",
        ));
    }
    if !rules
        .sources
        .iter()
        .any(|source| part.source.ends_with(source.as_str()))
    {
        findings.push(found(
            format!("comes from {}", part.source),
            "Use a release from the public registry",
        ));
    }
    findings
}

fn licence(part: &Part, rules: &Rules) -> Result<(), String> {
    let stated = part.licence.as_deref().ok_or("states no licence")?;
    let allowed = |licence: &str| rules.allowed.iter().any(|one| one == licence);
    match spdx::is_met(stated, &allowed)? {
        true => Ok(()),
        false => Err(format!("its licence is `{stated}`")),
    }
}

fn rules(text: &str) -> Result<Rules, String> {
    let table: toml::Table = text
        .parse()
        .map_err(|e: toml::de::Error| format!("is not TOML: {}", e.message()))?;
    let list = |section: &str, key: &str| -> Result<Vec<toml::Value>, String> {
        let list = table
            .get(section)
            .and_then(|s| s.get(key))
            .and_then(toml::Value::as_array);
        list.filter(|list| !list.is_empty())
            .cloned()
            .ok_or_else(|| format!("has no list `{key}` in [{section}]"))
    };
    let texts = |list: Vec<toml::Value>| {
        list.iter()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect()
    };
    let banned = |entry: &toml::Value| {
        let field = |key: &str| entry.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        field("crate")
            .zip(field("reason"))
            .ok_or_else(|| "has a ban without `crate` or `reason`".to_owned())
    };
    Ok(Rules {
        allowed: texts(list("licenses", "allow")?),
        banned: list("bans", "deny")?
            .iter()
            .map(banned)
            .collect::<Result<_, _>>()?,
        sources: texts(list("sources", "allow-registry")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    const DENY: &str = "[licenses]\nallow = [\"MIT\"]\n[bans]\ndeny = [{ crate = \"ring\", reason = \"one provider\" }]\n[sources]\nallow-registry = [\"https://registry.example/index\"]\n";

    fn part(name: &str, licence: Option<&str>, ships: bool) -> Part {
        Part {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
            source: "registry+https://registry.example/index".to_owned(),
            ships,
        }
    }

    fn findings(part: Part) -> Vec<Finding> {
        check(&House {
            parts: vec![part],
            ..house(&[(PATH, DENY)])
        })
    }

    #[test]
    fn an_allowed_licence_passes_and_every_other_is_found_in_tests_too() {
        assert_places(&findings(part("a", Some("MIT OR GPL-3.0-only"), true)), &[]);
        for licence in [
            Some("GPL-3.0-only"),
            Some("MPL-2.0"),
            Some("BUSL-1.1"),
            Some("MIT AND MPL-2.0"),
            None,
        ] {
            assert_places(&findings(part("a", licence, false)), &["a 1.0.0"]);
        }
    }

    #[test]
    fn a_banned_part_may_serve_tests_but_not_ship() {
        assert_places(&findings(part("ring", Some("MIT"), true)), &["ring 1.0.0"]);
        assert_places(&findings(part("ring", Some("MIT"), false)), &[]);
    }

    #[test]
    fn a_part_from_elsewhere_is_found() {
        let stray = Part {
            source: "git+https://example.org/a".to_owned(),
            ..part("a", Some("MIT"), true)
        };
        assert_places(&findings(stray), &["a 1.0.0"]);
    }

    #[test]
    fn without_rules_nothing_passes() {
        for text in ["", "[licenses]\nallow = []\n", "not toml"] {
            assert_places(&check(&house(&[(PATH, text)])), &[PATH]);
        }
    }
}
