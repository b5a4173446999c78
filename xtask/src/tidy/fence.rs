//! The clippy fence: every pure crate carries the same clippy.toml with every ban, and only the I/O edges of the
//! ledger step over it.

use crate::house::{House, crate_of};

use super::Finding;
use super::arrows::PURE;

/// Bans that must be there. The files may hold more.
const BANS: &[&str] = &[
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::thread::spawn",
    "std::env::var",
    "std::fs::File",
    "std::fs::read",
    "std::fs::write",
    "std::net::TcpStream",
    "rand::random",
    "f64::sin",
    "f64::cos",
    "f64::atan2",
    "f64::powi",
    "std::println",
];

/// Shipped code that may step over the fence: the storage edge and the stand-alone verifier.
const EDGES: &[&str] = &["crates/ledger/src/journal", "crates/ledger/src/bin/"];

/// Finds a missing or differing fence, and shipped code that switches it off.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    let model = model(house);
    for name in PURE.iter().filter(|name| house.has(&format!("crates/{name}"))) {
        let place = format!("crates/{name}/clippy.toml");
        findings.extend(match house.text(&place) {
            None => vec![absent(place, &model)],
            Some(text) => of_file(place, text, &model, house),
        });
    }
    findings.extend(house.shipped_rust().filter_map(|(path, text)| breach(path, text)));
    findings
}

/// The first pure crate's fence, which the others repeat.
fn model(house: &House) -> String {
    let there = PURE
        .iter()
        .map(|name| format!("crates/{name}/clippy.toml"))
        .find(|path| house.text(path).is_some());
    there.unwrap_or_else(|| format!("crates/{}/clippy.toml", PURE[0]))
}

fn absent(place: String, model: &str) -> Finding {
    let what = "a pure crate without a fence".to_owned();
    Finding {
        place,
        what,
        instead: format!("Copy {model} here"),
    }
}

fn of_file(place: String, text: &str, model: &str, house: &House) -> Vec<Finding> {
    let banned = paths(text);
    let mut findings: Vec<Finding> = BANS
        .iter()
        .filter(|ban| !banned.iter().any(|path| path == *ban))
        .map(|ban| Finding {
            place: place.clone(),
            what: format!("`{ban}` is not banned"),
            instead: "Put the ban back, with the reason that names what to use".to_owned(),
        })
        .collect();
    if house.text(model) != Some(text) {
        let what = format!("differs from {model}");
        findings.push(Finding {
            place,
            what,
            instead: "Make the fences of all pure crates the same".to_owned(),
        });
    }
    findings
}

/// Every `path` of every `disallowed-…` list. A file that does not parse bans nothing.
fn paths(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap_or_default();
    let lists = table.iter().filter(|(key, _)| key.starts_with("disallowed-"));
    let entries = lists.filter_map(|(_, list)| list.as_array()).flatten();
    entries
        .filter_map(|entry| entry.get("path")?.as_str().map(str::to_owned))
        .collect()
}

fn breach(path: &str, text: &str) -> Option<Finding> {
    let pure = PURE.contains(&crate_of(path));
    let edge = EDGES.iter().any(|edge| path.starts_with(edge));
    if !pure || edge {
        return None;
    }
    let shipped = text.lines().take_while(|line| !line.contains("#[cfg(test)]"));
    let (line, _) = shipped
        .enumerate()
        .find(|(_, line)| line.contains("clippy::disallowed_"))?;
    Some(Finding {
        place: format!("{path}:{}", line + 1),
        what: "the fence is switched off in a pure crate".to_owned(),
        instead:
            "Take what is needed as an input; only the journal and the verifier's main step over the fence"
                .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    fn full() -> String {
        let bans: String = BANS
            .iter()
            .map(|ban| format!("{{ path = \"{ban}\", reason = \"r\" }},\n"))
            .collect();
        format!("disallowed-types = [\n{bans}]\n")
    }

    #[test]
    fn a_full_fence_passes_and_a_missing_one_is_found() {
        let full = full();
        let files = [
            ("crates/geo4d/clippy.toml", full.as_str()),
            ("crates/accord/src/lib.rs", ""),
        ];
        assert_places(&check(&house(&files)), &["crates/accord/clippy.toml"]);
    }

    #[test]
    fn a_ban_taken_out_is_named() {
        let thin = full().replace("f64::sin", "f64::cosh");
        let found = check(&house(&[("crates/geo4d/clippy.toml", &thin)]));
        assert_places(&found, &["crates/geo4d/clippy.toml"]);
        assert!(found[0].what.contains("f64::sin"), "{found:?}");
    }

    #[test]
    fn fences_that_differ_are_found() {
        let (one, two) = (full(), full() + "# more\n");
        let files = [
            ("crates/geo4d/clippy.toml", one.as_str()),
            ("crates/ledger/clippy.toml", two.as_str()),
        ];
        assert_places(&check(&house(&files)), &["crates/ledger/clippy.toml"]);
    }

    #[test]
    fn shipped_code_may_not_switch_the_fence_off_but_tests_and_edges_may() {
        let off = "fn a() {}\n#[allow(clippy::disallowed_types)]\nfn b() {}\n";
        let in_test = format!("fn a() {{}}\n#[cfg(test)]\n{off}");
        let fence = full();
        let found = check(&house(&[
            ("crates/geo4d/clippy.toml", &fence),
            ("crates/geo4d/src/lib.rs", off),
            ("crates/geo4d/src/ok.rs", &in_test),
            ("crates/geo4d/tests/t.rs", off),
            ("crates/ledger/clippy.toml", &fence),
            ("crates/ledger/src/journal/mod.rs", off),
        ]));
        assert_places(&found, &["crates/geo4d/src/lib.rs:2"]);
    }
}
