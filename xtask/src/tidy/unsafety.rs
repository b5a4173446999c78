//! Unsafe code has one place: the C functions that tests put in the way of the system's.

use crate::house::House;

use super::Finding;

/// The one file.
const PLACE: &str = "crates/powercut/src/calls.rs";
/// The manifest of the crate it is in, which therefore cannot take the workspace's ban as it stands.
const ITS_MANIFEST: &str = "crates/powercut/Cargo.toml";
/// The name of the lint. Written in halves: this file is a source too.
const LINT: &str = concat!("unsafe", "_code");

/// Finds manifests without the ban, and sources that lift it.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let manifests = house.files.iter().filter(|(path, _)| is_manifest(path));
    let unbanned = manifests.filter(|(path, text)| !bans(path, text));
    let unbanned = unbanned.map(|(path, _)| Finding {
        place: path.clone(),
        what: "does not take the workspace's lints, and so allows unsafe code".to_owned(),
        instead: "Write `[lints]` with `workspace = true`".to_owned(),
    });
    let lifted = house
        .rust()
        .filter(|(path, text)| *path != PLACE && text.contains(LINT));
    let lifted = lifted.map(|(path, _)| Finding {
        place: path.to_owned(),
        what: format!("names the lint `{LINT}`"),
        instead: format!("Build on a crate that is safe to use; only {PLACE} lifts the ban, for tests"),
    });
    unbanned.chain(lifted).collect()
}

fn is_manifest(path: &str) -> bool {
    path.ends_with("/Cargo.toml") && (path.starts_with("crates/") || path.starts_with("xtask/"))
}

fn bans(path: &str, text: &str) -> bool {
    let manifest: toml::Table = text.parse().unwrap_or_default();
    let lints = manifest.get("lints");
    let taken = lints.and_then(|lints| lints.get("workspace")?.as_bool());
    let denied = lints.and_then(|lints| lints.get("rust")?.get(LINT)?.as_str());
    taken == Some(true) || (path == ITS_MANIFEST && denied == Some("deny"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    #[test]
    fn a_manifest_without_the_ban_is_found() {
        let found = check(&house(&[
            ("Cargo.toml", "[workspace]\n"),
            ("crates/a/Cargo.toml", "[lints]\nworkspace = true\n"),
            ("crates/b/Cargo.toml", "[package]\nname = \"b\"\n"),
            (
                "crates/c/Cargo.toml",
                &format!("[lints.rust]\n{LINT} = \"deny\"\n"),
            ),
            (ITS_MANIFEST, &format!("[lints.rust]\n{LINT} = \"deny\"\n")),
        ]));
        assert_places(&found, &["crates/b/Cargo.toml", "crates/c/Cargo.toml"]);
    }

    #[test]
    fn a_source_that_lifts_the_ban_is_found_and_the_one_place_is_not() {
        let lifts = format!("#![allow({LINT})]\n");
        let found = check(&house(&[
            ("crates/a/src/lib.rs", &lifts),
            (PLACE, &lifts),
            ("crates/powercut/src/state.rs", &lifts),
        ]));
        assert_places(&found, &["crates/a/src/lib.rs", "crates/powercut/src/state.rs"]);
    }
}
