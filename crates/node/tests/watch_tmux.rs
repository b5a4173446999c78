//! The watch in a real terminal (tmux), on real nodes.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::{Node, join};
use serde_json::{Value, json};
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const LINE: &str = "north";
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: usize = 400;

/// A terminal of 80 × 24 in which one program runs.
struct Pane {
    socket: String,
}

impl Pane {
    /// Runs `detente watch` on a node; what comes after it shows whether the terminal was
    /// left as it was found.
    fn watch(node: &Node) -> Self {
        let pane = Pane {
            socket: format!("detente-watch-{}", std::process::id()),
        };
        let program = env!("CARGO_BIN_EXE_detente");
        let folder = node.folder.display();
        let run = format!(
            "{program} watch --dir {folder}; echo LEFT; stty -a | tr ' ;' '\\n\\n' | grep icanon; sleep 600"
        );
        pane.tmux(&["new-session", "-d", "-x", "80", "-y", "24", &run]);
        pane
    }

    fn tmux(&self, words: &[&str]) -> String {
        let output = Command::new("tmux")
            .args(["-L", &self.socket, "-f", "/dev/null"])
            .args(words)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn press(&self, keys: &[&str]) {
        for key in keys {
            self.tmux(&["send-keys", key]);
        }
    }

    fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    fn until(&self, what: &str) -> String {
        self.until_that(what, |screen| screen.contains(what))
    }

    fn until_that(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        for _ in 0..LOOKS {
            let screen = self.screen();
            if holds(&screen) {
                return screen;
            }
            thread::sleep(LOOK);
        }
        panic!("never {what} on\n{}", self.screen());
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        let _may_be_gone = Command::new("tmux")
            .args(["-L", &self.socket, "kill-server"])
            .output();
    }
}

/// A firing in half an hour, notified; the notice's id.
fn notify(node: &Node) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let start_us = i64::try_from(now.as_micros()).unwrap() + 30 * 60_000_000;
    let volume = json!({
        "footprint": {
            "shape": "circle",
            "center": { "lat_nd": 46_700_000_000_i64, "lon_nd": 7_400_000_000_i64 },
            "radius_mm": 2_000_000,
        },
        "band": { "low_mm": 300_000, "high_mm": 900_000, "datum": "msl" },
        "window": { "start_us": start_us, "end_us": start_us + 3_600_000_000_i64 },
    });
    let plan = json!({ "name": "range day", "class": "hazard", "volumes": [volume] });
    let operation = node.insist("/v1/operations", "plan", &plan)["id"].clone();
    let notice = json!({ "operation": operation, "level": "exact", "words": "", "confirmed": true });
    let given = node.insist(&format!("/v1/lines/{LINE}/notices"), "notify", &notice);
    given["id"].as_str().unwrap().to_owned()
}

fn version(node: &Node, author: &str, id: &str) -> Value {
    node.get(&format!("/v1/lines/{LINE}/notices/{author}/{id}"))["current"].clone()
}

#[test]
fn an_officer_opens_reads_back_and_answers_by_single_keys() {
    if Command::new("tmux").arg("-V").output().is_err() {
        eprintln!(
            "SKIPPED: tmux is not installed, so nothing was tried in a terminal. scripts/setup installs it."
        );
        return;
    }
    let (blue, mut red) = (Node::start_new("Blue"), Node::start_new("Red"));
    join(&blue, &red, LINE, None);
    let pane = Pane::watch(&red);
    let screen = pane.until("UNVERIFIED");
    assert!(
        screen.contains("q quit") && screen.contains("C CEASE"),
        "{screen}"
    );

    let id = notify(&blue);
    pane.until("NOT OPENED");
    pane.press(&["Down", "Up", "Tab"]);
    pane.until("o open");
    thread::sleep(15 * LOOK);
    assert_eq!(
        version(&red, "peer", &id)["opened"],
        Value::Null,
        "shown, and opened by nobody"
    );

    pane.press(&["o"]);
    blue.until("opened", |blue| {
        version(blue, "own", &id)["opened"]["desk"] == "watch"
    });
    pane.until("CHECK WORDS");
    assert_eq!(
        version(&blue, "own", &id)["read_back"],
        Value::Null,
        "opened is not understood"
    );

    pane.press(&["r", "Enter"]);
    blue.until("read back", |blue| {
        version(blue, "own", &id)["read_back"]["check"]
            .as_str()
            .is_some_and(|c| !c.is_empty())
    });
    pane.press(&["n"]);
    blue.until("answered", |blue| {
        version(blue, "own", &id)["answers"][0]["answer"] == "noted"
    });

    pane.tmux(&["resize-window", "-x", "120", "-y", "40"]);
    pane.until_that("wider", |screen| {
        screen.lines().any(|line| line.chars().count() > 90)
    });
    pane.press(&["C"]);
    pane.until("IS NOT SENT YET");
    assert_eq!(blue.get("/v1/stops")["stops"], json!([]));
    pane.press(&["1"]);
    blue.until("told to cease", |blue| {
        blue.get("/v1/stops")["stops"][0]["author"] == "peer"
    });

    red.kill();
    let screen = pane.until("NODE STOPPED");
    assert!(
        screen.contains("USE VOICE") && screen.contains("was true at"),
        "{screen}"
    );
    red.start();
    pane.until("the node answers again");

    pane.press(&["q", "q"]);
    let screen = pane.until("LEFT");
    assert!(
        pane.until("icanon").contains("\nicanon"),
        "the terminal is as it was before: {screen}"
    );
}
