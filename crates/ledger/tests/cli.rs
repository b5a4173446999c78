//! `detente-verify` as people run it.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "runs the program, on files; a test may stop"
)]

mod common;

use common::{A, Line};
use ledger::checkpoint::{Checkpoint, sign_checkpoint};
use ledger::contradiction::Contradiction;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Exit status, and what was said.
fn run(folder: &Path, words: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_detente-verify"))
        .current_dir(folder)
        .args(words)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

/// A folder with a sound bundle.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("bundle"), Line::sample().bundle().encode()).unwrap();
    folder
}

#[test]
fn a_sound_bundle_exits_0_and_says_that_its_keys_are_not_anchored() {
    let (status, said) = run(folder().path(), &["bundle"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.starts_with("KEYS NOT ANCHORED"), "{said}");
    assert!(
        said.ends_with("\nevery check passed\nThis proves who stated what when, not that it was true.\n"),
        "{said}"
    );
}

#[test]
fn the_keys_it_prints_are_a_policy_that_anchors() {
    let folder = folder();
    let (status, policy) = run(folder.path(), &["bundle", "--keys"]);
    assert_eq!(status, 0, "{policy}");
    fs::write(folder.path().join("policy"), policy).unwrap();
    let (status, said) = run(folder.path(), &["bundle", "--policy", "policy"]);
    assert_eq!(status, 0, "{said}");
    assert!(
        said.starts_with("line il-20: side a is Alba, side b is Borea\n"),
        "{said}"
    );
}

#[test]
fn an_altered_bundle_exits_1_and_names_the_entry() {
    let folder = folder();
    let text = fs::read_to_string(folder.path().join("bundle"))
        .unwrap()
        .replace("own aircraft", "no aircraft!");
    fs::write(folder.path().join("bundle"), text).unwrap();
    let (status, said) = run(folder.path(), &["bundle"]);
    assert_eq!(status, 1, "{said}");
    let named =
        "FAILED: log detente/v1/il-20/b/0, entry 2: body and salt are not those that the header commits to\n";
    assert!(said.contains(named), "{said}");
}

#[test]
fn a_contradiction_is_proven_under_pinned_keys_and_only_there() {
    let (folder, line) = (folder(), Line::sample());
    let side = &line.sides[A];
    let other = Checkpoint {
        root: [1; 32],
        ..side.checkpoint()
    };
    let note = |checkpoint: &Checkpoint| sign_checkpoint(checkpoint, &checkpoint.origin, &side.log);
    let found = Contradiction::TwoRoots {
        note_a: note(&side.checkpoint()),
        note_b: note(&other),
    };
    fs::write(folder.path().join("evidence"), found.encode() + "\n").unwrap();
    let (_, policy) = run(folder.path(), &["bundle", "--keys"]);
    fs::write(folder.path().join("policy"), policy).unwrap();
    let (status, said) = run(folder.path(), &["evidence", "--policy", "policy"]);
    assert_eq!(status, 0, "{said}");
    assert!(
        said.starts_with("CONTRADICTION PROVEN: two signed states of log detente/v1/il-20/a/0"),
        "{said}"
    );
    fs::write(folder.path().join("nobody"), "# no key\n").unwrap();
    assert_eq!(run(folder.path(), &["evidence", "--policy", "nobody"]).0, 1);
    assert_eq!(run(folder.path(), &["evidence"]).0, 2);
}

#[test]
fn what_cannot_be_read_or_understood_exits_2() {
    let folder = folder();
    for words in [
        &["nowhere"][..],
        &[],
        &["bundle", "--policy"],
        &["bundle", "--policy", "bundle"],
        &["--all"],
    ] {
        let (status, said) = run(folder.path(), words);
        assert_eq!(status, 2, "{said}");
        assert!(said.starts_with("detente-verify: "), "{said}");
    }
    assert_eq!(run(folder.path(), &["--help"]).0, 0);
}
