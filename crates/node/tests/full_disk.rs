//! A node whose disk fills up: planning waits, safety passes, and room heals everything.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::disk::SmallDisk;
use common::notices::{assert_honest, notices, notify, now_us, operation, plan};
use common::{Node, join, verify};
use serde_json::{Value, json};
use std::fs::File;

const LINE: &str = "north";
/// The reserve, the low water mark, and room for a short life before both.
const DISK_MIB: u32 = 64 + 64 + 48;
const MIB: u64 = 1 << 20;
const HOUR_US: i64 = 3_600_000_000;
/// Writes while somebody else takes every byte that is free: more than the steps in which
/// the reserve is given up.
const WRITES: usize = 20;
const RESERVE: &str = "journal/reserve";

fn say(node: &Node, text: &str) {
    node.say(LINE, text);
}

fn cease(node: &Node, words: &str) {
    let body = json!({ "place": { "at": null, "words": words } });
    node.insist(&format!("/v1/lines/{LINE}/cease"), words, &body);
}

fn notify_of(node: &Node, operation: &str) -> (u16, Value) {
    let path = format!("/v1/lines/{LINE}/notices");
    node.post(&path, &format!("notice {operation}"), &notify(operation))
        .unwrap()
}

/// One side's stop with these words, as a node shows it.
fn stop(node: &Node, words: &str) -> Value {
    let stops = node.get("/v1/stops")["stops"].clone();
    let found = stops
        .as_array()
        .unwrap()
        .iter()
        .find(|stop| stop["place"]["words"] == words);
    found.cloned().unwrap_or_default()
}

/// The level as of now: the first look makes the node look.
fn space(node: &Node) -> i64 {
    let _makes_it_look = node.get("/metrics");
    let metrics = node.get("/metrics");
    let figures = metrics.as_str().unwrap_or_default();
    let line = figures
        .lines()
        .find_map(|line| line.strip_prefix("detente_disk_space "));
    line.map_or(-1, |level| level.parse().unwrap())
}

/// Whether an alarm stands whose cause says so. One that is over stays listed until somebody
/// acknowledges it.
fn alarmed(node: &Node, cause: &str) -> bool {
    let queue = node.get("/v1/alarms")["alarms"].clone();
    let stands = |alarm: &Value| {
        alarm["cause"].as_str().unwrap().contains(cause) && alarm["state"] != "returned_unacked"
    };
    queue.as_array().unwrap().iter().any(stands)
}

fn assert_refused_for_the_disk((status, problem): (u16, Value)) {
    assert_eq!(status, 507, "{problem}");
    assert_eq!(problem["type"], "urn:detente:problem:disk-reserve");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("disk"), "the cause is named: {detail}");
}

#[test]
fn a_full_disk_stops_planning_and_never_safety_and_room_heals_it() {
    let Some(disk) = SmallDisk::of_mib(DISK_MIB) else {
        return;
    };
    let blue = Node::start_new("Blue");
    let mut red = Node::start_new_on(disk, "Red");
    join(&blue, &red, LINE, None);
    let desk = red.desk("watch");
    let later_us = now_us() + 2 * HOUR_US;
    let [transit, first, second] = ["transit", "hazard", "hazard"]
        .iter()
        .enumerate()
        .map(|(number, class)| plan(&desk, &number.to_string(), &operation(class, number, later_us)))
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();

    below_the_reserve(&blue, &red, &transit, &first);
    at_zero(&blue, &mut red, &second);

    red.disk().empty();
    red.until("room again", |red| space(red) == 0);
    for node in [&blue, &red] {
        node.until_settled(LINE);
        node.until("resumed", |node| node.line(LINE)["stalled"].is_null());
        node.until("all alarms over", |node| {
            !alarmed(node, "disk") && !alarmed(node, "STALLED")
        });
    }
    assert_eq!(notify_of(&red, &transit).0, 200, "planning goes on");
    blue.until("all notices", |blue| notices(blue, LINE, "peer").len() == 3);
    red.until("RECEIVED", |red| {
        let own = notices(red, LINE, "own");
        own.values()
            .all(|notice| notice["current"]["received"].is_object())
    });
    blue.until_settled(LINE);
    let (own, peer) = (notices(&red, LINE, "own"), notices(&blue, LINE, "peer"));
    own.iter()
        .for_each(|(id, notice)| assert_honest(notice, &peer[id]));
    for words in ["from Blue at zero", "from Red at zero"] {
        for node in [&blue, &red] {
            assert!(stop(node, words)["received_at_us"].is_i64(), "{words}: RECEIVED");
        }
    }
    for node in [&blue, &red] {
        let (holds, report) = verify(&node.export(LINE));
        assert!(holds, "{report}");
    }
    red.until("the reserve has grown back", |red| reserve(red) == 64 * MIB);
}

/// Bytes that the reserve holds.
fn reserve(node: &Node) -> u64 {
    std::fs::metadata(node.folder.join(RESERVE)).unwrap().len()
}

fn below_the_reserve(blue: &Node, red: &Node, transit: &str, hazard: &str) {
    red.disk().fill_but(32 * MIB);
    red.until("below the reserve", |red| space(red) == 1);
    red.until("alarmed", |red| alarmed(red, "disk"));
    let draft = operation("transit", 7, now_us() + HOUR_US);
    assert_refused_for_the_disk(red.post("/v1/operations", "late plan", &draft).unwrap());
    assert_refused_for_the_disk(notify_of(red, transit));
    let refused = red.try_cli(&["notify", transit, "--line", LINE, "--yes"]);
    assert_eq!(
        refused.status.code(),
        Some(70),
        "the machine is short of something"
    );
    assert!(String::from_utf8_lossy(&refused.stderr).contains("disk"));

    assert_eq!(notify_of(red, hazard).0, 200, "a hazard notice is safety traffic");
    cease(red, "below the reserve");
    say(blue, "an act of the peer");
    red.until_settled(LINE);
    blue.until_settled(LINE);
    let own = notices(red, LINE, "own");
    assert!(
        own.values()
            .all(|notice| notice["current"]["received"].is_object())
    );
    assert!(
        stop(red, "below the reserve")["received_at_us"].is_i64(),
        "RECEIVED"
    );
    assert_eq!(
        red.texts(LINE, "peer"),
        ["an act of the peer"],
        "acts of peers are taken"
    );
}

fn at_zero(blue: &Node, red: &mut Node, hazard: &str) {
    for number in 0..WRITES {
        red.disk().fill_but(0);
        say(red, &format!("message {number}"));
        red.until_settled(LINE);
        blue.until_settled(LINE);
    }
    assert!(
        reserve(red) > 48 * MIB,
        "whoever fills the disk does not get the reserve"
    );
    red.stop();
    let file = File::options()
        .write(true)
        .open(red.folder.join(RESERVE))
        .unwrap();
    file.set_len(4 * MIB).unwrap(); // as if the node itself had used it up
    red.disk().fill_but(2 * MIB);
    red.start();
    red.until("full", |red| space(red) == 2);
    say(blue, "waits for room");
    red.until("stalled", |red| {
        red.line(LINE)["stalled"]
            .as_str()
            .is_some_and(|why| why.contains("disk is full"))
    });
    blue.until("told", |blue| alarmed(blue, "disk is full"));
    assert_eq!(
        red.texts(LINE, "peer"),
        ["an act of the peer"],
        "nothing is taken"
    );
    assert!(blue.line(LINE)["cosigned_size"].as_u64() < blue.line(LINE)["own_size"].as_u64());

    cease(blue, "from Blue at zero");
    red.until("heard", |red| stop(red, "from Blue at zero").is_object());
    assert!(blue.line(LINE)["cosigned_size"].as_u64() < blue.line(LINE)["own_size"].as_u64());
    cease(red, "from Red at zero");
    assert_eq!(notify_of(red, hazard).0, 200);
    blue.until("heard", |blue| {
        let peer = notices(blue, LINE, "peer");
        let received = peer
            .values()
            .filter(|notice| notice["current"]["received"].is_object());
        received.count() == 2 && stop(blue, "from Red at zero")["received_at_us"].is_i64()
    });
    red.until("countersigned", |red| {
        let line = red.line(LINE);
        line["own_size"] == line["cosigned_size"]
    });
    assert_eq!(red.get("/healthy")["running"], true);
}
