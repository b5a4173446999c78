//! One real node: its folder, its lock, its hooks, its errors.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::{Node, detente, join};
use serde_json::json;
use std::fs;

#[test]
fn a_second_process_on_the_same_folder_is_refused() {
    let node = Node::start_new("Blue");
    let folder = node.folder.display().to_string();
    let second = detente(&["serve", "--dir", &folder]);
    assert_eq!(second.status.code(), Some(1));
    let why = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(why.contains("in use"), "{why}");
    assert_eq!(node.get("/healthy")["running"], true);
}

#[test]
fn init_overwrites_nothing() {
    let node = Node::start_new("Blue");
    let before = fs::read(node.folder.join("keys/node.secret")).unwrap();
    let again = detente(&["init", &node.folder.display().to_string(), "--party", "Red"]);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(fs::read(node.folder.join("keys/node.secret")).unwrap(), before);
}

#[test]
fn addresses_stay_the_same_over_a_restart() {
    let mut node = Node::start_new("Blue");
    let before = fs::read_to_string(node.folder.join("run/lines")).unwrap();
    node.kill();
    node.start();
    assert_eq!(fs::read_to_string(node.folder.join("run/lines")).unwrap(), before);
}

#[test]
fn a_node_that_does_not_run_is_named_with_what_starts_it() {
    let mut node = Node::start_new("Blue");
    node.stop();
    let refused = node.try_cli(&["lines"]);
    assert_eq!(refused.status.code(), Some(1));
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("detente serve --dir"), "{why}");
}

#[test]
fn a_revoked_token_opens_nothing_and_its_file_gets_a_new_one() {
    let mut node = Node::start_new("Blue");
    let tokens = node.cli(&["token", "list"])["tokens"].as_array().unwrap().clone();
    let watch = tokens.iter().find(|token| token["desk"] == "watch").unwrap();
    let secret = fs::read_to_string(node.folder.join("tokens/watch")).unwrap();
    node.cli(&["token", "revoke", watch["name"].as_str().unwrap()]);
    assert_eq!(node.try_cli(&["lines"]).status.code(), Some(1));
    node.stop();
    node.start();
    assert_ne!(
        fs::read_to_string(node.folder.join("tokens/watch")).unwrap(),
        secret
    );
    node.cli(&["lines"]);
}

#[test]
fn an_alarm_reaches_its_hook_and_a_failing_hook_is_an_alarm() {
    let blue = Node::start_new("Blue");
    let mut red = Node::start_new("Red");
    join(&blue, &red, "north", None);
    let told = red.folder.join("told");
    red.stop();
    let good = format!("cat >> '{}'", told.display());
    red.start_with(&["--on-alarm", &good, "--on-alarm", "exit 3"]);
    red.until("up", |red| red.line("north")["light"] == "up");
    let body = json!({ "place": { "at": null, "words": "over the ridge" } });
    blue.insist("/v1/lines/north/cease", "k", &body);
    red.until("told", |_| {
        fs::read_to_string(&told).is_ok_and(|text| text.contains("\"raised\""))
    });
    red.until("alarmed", |red| red.alarm_texts().contains("exit 3"));
}

#[test]
fn a_missing_line_key_keeps_the_node_down_and_says_which() {
    let blue = Node::start_new("Blue");
    let mut red = Node::start_new("Red");
    join(&blue, &red, "north", None);
    red.stop();
    fs::remove_file(red.folder.join("keys/lines/north.secret")).unwrap();
    let refused = detente(&["serve", "--dir", &red.folder.display().to_string()]);
    assert_eq!(refused.status.code(), Some(1));
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("north.secret"), "{why}");
    assert_eq!(red.try_cli(&["doctor"]).status.code(), Some(1));
}

/// How the alarm about the clock stands, if it does.
fn doubt(node: &Node) -> Option<String> {
    let view = node.get("/v1/alarms");
    let alarms = view["alarms"].as_array()?;
    let doubt = alarms.iter().find(|alarm| {
        alarm["cause"]
            .as_str()
            .is_some_and(|cause| cause.contains("not synchronised"))
    })?;
    doubt["state"].as_str().map(str::to_owned)
}

#[test]
fn a_doubted_clock_is_an_alarm_that_stops_nothing_and_ends_with_the_doubt() {
    let vouch = tempfile::tempdir().unwrap();
    let source = format!("test -e '{}/synchronised'", vouch.path().display());
    let mut blue = Node::start_new_with_clock("Blue", &source);
    let red = Node::start_new("Red");
    join(&blue, &red, "north", None);
    blue.until("in doubt", |blue| doubt(blue).as_deref() == Some("unacked"));
    let stop = json!({ "place": { "at": null, "words": "over the ridge" } });
    blue.insist("/v1/lines/north/cease", "k", &stop);
    blue.say("north", "radio check");
    red.until("both", |red| {
        !red.heard("north", "peer").is_empty() && red.get("/v1/stops")["stops"][0].is_object()
    });
    blue.kill();
    fs::write(vouch.path().join("synchronised"), "").unwrap();
    blue.start();
    blue.until("without doubt", |blue| {
        matches!(
            doubt(blue).as_deref(),
            None | Some("returned_unacked" | "cleared")
        )
    });
    fs::remove_file(vouch.path().join("synchronised")).unwrap();
    blue.until("in doubt again", |blue| doubt(blue).as_deref() == Some("unacked"));
}
