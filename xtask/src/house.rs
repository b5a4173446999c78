//! What the house rules look at: the files git knows and the graph cargo knows, read once. Every check is a
//! function of a [`House`], so its tests plant faults in one built by hand.

mod graph;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

pub(crate) use graph::{Arrow, Crate, Kind, Part};

use crate::run::capture;

/// The repository as the checks see it.
#[derive(Default)]
pub(crate) struct House {
    /// Path from the root, `/`-separated, to text. Files that are not UTF-8 stand with an empty text.
    pub(crate) files: BTreeMap<String, String>,
    /// The crates of this workspace.
    pub(crate) crates: Vec<Crate>,
    /// Every package of somebody else that any crate of ours is built or tested with.
    pub(crate) parts: Vec<Part>,
}

impl House {
    /// Reads tracked and not-yet-tracked files (ignored ones stay out) and the dependency graph.
    ///
    /// # Errors
    /// A sentence, when git or cargo cannot answer.
    pub(crate) fn read() -> Result<House, String> {
        let metadata = cargo_says("metadata --locked --all-features --format-version=1")?;
        let tree =
            "tree --locked --workspace --all-features --target=all --prefix=none --format={p} --edges=";
        let built = cargo_says(&format!("{tree}normal,build,dev"))?;
        let shipped = cargo_says(&format!("{tree}normal,build"))?;
        let (crates, parts) = graph::read(&metadata, &built, &shipped)?;
        Ok(House {
            files: files()?,
            crates,
            parts,
        })
    }

    /// The text of one file, if it is there.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether a file or a folder of this path exists; `*` stands for any one name.
    pub(crate) fn has(&self, path: &str) -> bool {
        let wanted: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        self.files.keys().any(|file| {
            let mut names = file.split('/');
            wanted
                .iter()
                .all(|part| names.next().is_some_and(|name| *part == "*" || *part == name))
        })
    }

    /// Rust files of the crates and of xtask, with their text.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        let ours = |path: &str| path.starts_with("crates/") || path.starts_with("xtask/");
        self.files
            .iter()
            .filter(move |(path, _)| path.ends_with(".rs") && ours(path))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Rust files that ship: no tests, examples or oracles.
    pub(crate) fn shipped_rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rust().filter(|(path, _)| !is_test_path(path))
    }
}

/// The crate a path belongs to: `crates/geo4d/src/lib.rs` → `geo4d`, `xtask/src/main.rs` → `xtask`.
pub(crate) fn crate_of(path: &str) -> &str {
    let mut names = path.split('/');
    match names.next() {
        Some("crates") => names.next().unwrap_or(""),
        Some(top) => top,
        None => "",
    }
}

/// Whether a file only serves tests, by its path.
pub(crate) fn is_test_path(path: &str) -> bool {
    path.ends_with("/tests.rs")
        || path
            .split('/')
            .any(|name| matches!(name, "tests" | "benches" | "examples" | "oracle"))
}

/// The root of the workspace: of the one cargo runs us for, because two clones may share a target folder.
pub(crate) fn root() -> PathBuf {
    let built = || env!("CARGO_MANIFEST_DIR").to_owned();
    let xtask = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| built()));
    xtask
        .parent()
        .expect("xtask is a folder of the workspace")
        .to_path_buf()
}

/// The cargo that runs us, so that one toolchain does everything.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

fn cargo_says(words: &str) -> Result<String, String> {
    capture(Command::new(cargo()).current_dir(root()).args(words.split(' ')))
}

/// Tracked and not-yet-tracked files, with their text.
///
/// # Errors
/// A sentence, when git cannot answer.
pub(crate) fn files() -> Result<BTreeMap<String, String>, String> {
    let listed = capture(Command::new("git").current_dir(root()).args([
        // A build machine may check out as one user and build as another.
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut files = BTreeMap::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // Deleted but not yet committed: no longer ours.
        let Ok(bytes) = std::fs::read(root().join(path)) else {
            continue;
        };
        files.insert(path.to_owned(), String::from_utf8(bytes).unwrap_or_default());
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(paths: &[&str]) -> House {
        let files = paths
            .iter()
            .map(|path| ((*path).to_owned(), String::new()))
            .collect();
        House {
            files,
            ..House::default()
        }
    }

    #[test]
    fn files_folders_and_stars_are_found_and_strangers_are_not() {
        let house = house(&["crates/geo4d/src/lib.rs", "LICENSE"]);
        for there in [
            "LICENSE",
            "crates/geo4d",
            "crates/geo4d/",
            "crates/*/src",
            "crates/geo4d/src/lib.rs",
        ] {
            assert!(house.has(there), "{there}");
        }
        for absent in ["geo4d", "crates/geo", "crates/*/LICENSE", "LICENSE/x"] {
            assert!(!house.has(absent), "{absent}");
        }
    }

    #[test]
    fn tests_oracles_and_examples_do_not_ship() {
        let house = house(&[
            "crates/a/src/lib.rs",
            "crates/a/src/x/tests.rs",
            "crates/a/tests/t.rs",
            "crates/a/examples/e.rs",
            "crates/a/oracle/o.rs",
        ]);
        let shipped: Vec<&str> = house.shipped_rust().map(|(path, _)| path).collect();
        assert_eq!(shipped, ["crates/a/src/lib.rs"]);
    }

    #[test]
    fn a_path_names_its_crate() {
        assert_eq!(crate_of("crates/geo4d/src/lib.rs"), "geo4d");
        assert_eq!(crate_of("xtask/src/main.rs"), "xtask");
    }
}
