//! The demonstration as anyone runs it: the program, its files, its exit code.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const IL_20: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/il-20.toml"));

fn detente(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command
        .args(args)
        .env("CI", "true")
        .output()
        .expect("the program was built for this test")
}

fn read(folder: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn il_20_runs_by_itself_and_leaves_a_summary_and_evidence_that_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let played = detente(&["demo", "il-20", "--out", out]);
    let told = String::from_utf8_lossy(&played.stdout).into_owned();
    assert!(
        played.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&played.stderr)
    );
    told_what_it_must(&told);

    let summary = read(folder.path(), "summary.json");
    assert_eq!(summary["log_intact"], true);
    assert_eq!(summary["truth_of_contents"], "not checked");
    let runs: Vec<&str> = summary["runs"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|run| run["run"].as_str())
        .collect();
    assert_eq!(runs, ["russian-account", "israeli-account", "with-agreement"]);
    for run in summary["runs"].as_array().unwrap() {
        has_the_documented_shape(run);
    }

    let mut files = vec!["bundle".to_owned()];
    for run in runs {
        files.extend(["il", "ru"].map(|end| format!("{run}.{end}.bundle")));
    }
    for file in files {
        let verified = detente(&["verify", folder.path().join(&file).to_str().unwrap()]);
        assert!(
            verified.status.success(),
            "{file}: {}",
            String::from_utf8_lossy(&verified.stdout)
        );
    }
}

/// White space aside, so that the width of the page does not matter.
fn told_what_it_must(told: &str) {
    let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in [
        "RECONSTRUCTION",
        "The hit came 24 min after the call and 12 min after air defence opened fire: in this model lead time alone \
         would not have changed the outcome.",
        "lead at received 0–119 s",
        "lead at received 720 s",
        "place TOO VAGUE",
        "log intact on both sides:",
        "0 contradictions. This proves who stated what when, not that it was true.",
    ] {
        assert!(flat.contains(sentence), "{sentence:?} in\n{told}");
    }
}

fn has_the_documented_shape(run: &Value) {
    assert_eq!(run["log_intact"], true);
    assert_eq!(run["truth_of_contents"], "not checked");
    assert!(run["acts"].as_u64().unwrap() > 0);
    for list in ["notices", "alarms", "conflicts", "exposure", "asked"] {
        assert!(run[list].is_array(), "{list}");
    }
    for notice in run["notices"].as_array().unwrap() {
        assert!(notice["late"].is_boolean());
        for figure in ["received", "opened", "read_back"] {
            assert!(notice["lead_s"].get(figure).is_some(), "lead at {figure}");
            assert!(notice["receipts"].get(figure).is_some(), "receipt {figure}");
        }
    }
    for alarm in run["alarms"].as_array().unwrap() {
        let of_a_plan = alarm["kind"] == "exposure";
        assert!(
            !of_a_plan || alarm["drill"] == true,
            "a reconstruction is a drill: {alarm}"
        );
    }
}

#[test]
fn a_claim_that_is_not_met_fails_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.toml");
    let (head, _) = IL_20.split_once("[[run]]").unwrap();
    let run = "[[run]]\nname = \"short\"\ntitle = \"t\"\nbegins = \"18:38\"\nends = \"18:40\"\nuntil = \"hit\"\n\
               unrecorded = []\nstep = []\n[[run.assert]]\nat = \"/acts\"\nis = -1\n";
    std::fs::write(&broken, format!("{head}{run}")).unwrap();
    let played = detente(&["demo", broken.to_str().unwrap()]);
    assert_eq!(played.status.code(), Some(1));
    let said = String::from_utf8_lossy(&played.stderr).into_owned();
    assert!(said.contains("short: claim not met: /acts is -1"), "{said}");
}

#[test]
fn a_scenario_that_does_not_exist_is_wrong_usage() {
    let played = detente(&["demo", "no-such-scenario"]);
    assert_eq!(played.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&played.stderr).contains("il-20"));
}
