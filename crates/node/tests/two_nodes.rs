//! Two real nodes on one line: cuts, crashes, restores, copies, strangers.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::{Node, Wire, join, line_address, verify};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

const LINE: &str = "north";

fn pair() -> (Node, Node) {
    let (blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    join(&blue, &red, LINE, None);
    (blue, red)
}

fn cease(node: &Node, words: &str) {
    let body = json!({ "place": { "at": null, "words": words } });
    node.insist(&format!("/v1/lines/{LINE}/cease"), words, &body);
}

/// Instant at which the peer's stop was received; none before.
fn stop_heard(node: &Node, words: &str) -> Option<i64> {
    let view = node.get("/v1/stops");
    let stop = view["stops"]
        .as_array()?
        .iter()
        .find(|stop| stop["place"]["words"] == words)?
        .clone();
    stop["received_at_us"].as_i64()
}

#[test]
fn a_cut_line_delivers_everything_after_in_order_and_safety_first() {
    let (blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    let wire = Wire::to(line_address(&blue));
    join(&blue, &red, LINE, Some(wire.address));
    wire.cut();
    blue.until("down", |blue| blue.line(LINE)["light"] == "down");
    let texts: Vec<String> = (0..120).map(|n| format!("message {n:03}")).collect();
    for text in &texts {
        blue.say(LINE, text);
    }
    cease(&blue, "over the ridge");
    assert_eq!(red.texts(LINE, "peer"), Vec::<String>::new());
    wire.mend();
    blue.until_settled(LINE);
    red.until("heard all", |red| red.heard(LINE, "peer").len() == texts.len());
    assert_eq!(red.texts(LINE, "peer"), texts);
    let stop_us = stop_heard(&red, "over the ridge").expect("the cease came");
    let last_us = red
        .heard(LINE, "peer")
        .into_iter()
        .map(|(at_us, _)| at_us)
        .max()
        .unwrap();
    assert!(
        stop_us <= last_us,
        "the cease did not wait behind what was stated before it"
    );
    let (holds, report) = verify(&red.export(LINE));
    assert!(holds, "{report}");
}

#[test]
fn whatever_was_acknowledged_is_there_once_after_any_crash() {
    let rounds: u32 = std::env::var("DETENTE_CRASHES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(4);
    let (mut blue, mut red) = pair();
    let mut said = Vec::new();
    for round in 0..rounds {
        for n in 0..12 {
            let text = format!("round {round:03} message {n:02}");
            blue.say(LINE, &text);
            said.push(text);
        }
        // One that nobody waits for, so that the crash falls at a random moment of its way.
        let text = format!("round {round:03} message 99");
        let body = json!({ "urgency": "normal", "response": "R", "closes": false, "text": text });
        thread::scope(|scope| {
            let path = format!("/v1/lines/{LINE}/messages");
            let asked = scope.spawn({
                let (blue, body, text) = (&blue, &body, &text);
                move || blue.post(&path, text, body)
            });
            thread::sleep(Duration::from_micros(u64::from(round) * 1_300));
            asked.join().unwrap()
        });
        if round % 2 == 0 {
            blue.kill()
        } else {
            red.kill()
        }
        if round % 2 == 0 {
            blue.start()
        } else {
            red.start()
        }
        blue.say(LINE, &text);
        said.push(text);
    }
    blue.until_settled(LINE);
    red.until("heard all", |red| red.heard(LINE, "peer").len() >= said.len());
    assert_eq!(blue.texts(LINE, "own").len(), said.len());
    assert_eq!(red.texts(LINE, "peer"), said);
    for node in [&blue, &red] {
        let (holds, report) = verify(&node.export(LINE));
        assert!(holds, "{report}");
    }
    blue.stop();
    red.stop();
    for node in [&blue, &red] {
        assert_eq!(node.cli(&["doctor"])["worst"], "note");
    }
}

#[test]
fn one_flipped_byte_of_evidence_is_found_and_named() {
    let (blue, _red) = pair();
    blue.say(LINE, "radio check");
    blue.until_settled(LINE);
    let file = blue.export(LINE);
    assert!(verify(&file).0);
    let bytes = std::fs::read(&file).unwrap();
    for place in (0..bytes.len()).step_by(bytes.len() / 24) {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        std::fs::write(&file, &altered).unwrap();
        let (holds, report) = verify(&file);
        assert!(!holds, "byte {place}: {report}");
        assert!(
            report["first_failure"]["why"].is_string(),
            "byte {place}: {report}"
        );
    }
}

#[test]
fn a_restored_node_takes_its_own_acts_back_and_goes_on() {
    let (mut blue, red) = pair();
    blue.say(LINE, "before the backup");
    blue.until_settled(LINE);
    let backup = blue.folder.with_extension("backup");
    blue.cli(&["backup", &backup.display().to_string()]);
    blue.say(LINE, "after the backup");
    blue.until_settled(LINE);
    blue.stop();
    std::fs::rename(&blue.folder, blue.folder.with_extension("lost")).unwrap();
    blue.cli(&["restore", &backup.display().to_string()]);
    blue.start();
    blue.until("restored", |blue| blue.texts(LINE, "own").len() == 2);
    blue.until_settled(LINE);
    assert_eq!(
        blue.line(LINE)["epoch"],
        0,
        "what the peer held was enough to go on in the same log"
    );
    blue.say(LINE, "after the restore");
    red.until("heard all", |red| red.heard(LINE, "peer").len() == 3);
    let (holds, report) = verify(&red.export(LINE));
    assert!(holds, "{report}");
}

#[test]
fn two_copies_of_a_node_are_a_contradiction_and_safety_still_passes() {
    let (blue, mut red) = (Node::start_new("Blue"), Node::start_new("Red"));
    let wire = Wire::to(line_address(&blue));
    join(&blue, &red, LINE, Some(wire.address));
    red.stop();
    let mut copy = red.copy();
    red.start();
    red.until_settled(LINE);
    wire.cut();
    red.until("down", |red| red.line(LINE)["light"] == "down");
    red.say(LINE, "I am Red");
    red.until("sealed", |red| red.line(LINE)["unsealed"] == 0);
    red.stop();
    wire.mend();
    copy.start();
    copy.say(LINE, "I am Red too");
    copy.until_settled(LINE);
    copy.stop();
    red.start();
    blue.until("found it", |blue| {
        blue.line(LINE)["contradictions"].as_u64() > Some(0)
    });
    cease(&red, "over the ridge");
    blue.until("heard the cease", |blue| {
        stop_heard(blue, "over the ridge").is_some()
    });
    let (holds, report) = verify(&blue.export(LINE));
    assert!(holds, "{report}");
    let found = report["contradictions"][0]
        .as_str()
        .expect("the evidence is in the bundle and holds");
    assert!(found.contains("detente/v1/north/b/0"), "{found}");
    let logs = report["logs"].as_array().unwrap();
    let epochs: Vec<&str> = logs.iter().map(|log| log["origin"].as_str().unwrap()).collect();
    let all = ["a/0", "b/0", "a/1", "b/1"].map(|end| format!("detente/v1/north/{end}"));
    assert_eq!(epochs, all, "the closed epoch is evidence too");
}

#[test]
fn strangers_and_garbage_get_nothing_and_stop_nobody() {
    let (blue, red) = pair();
    let address = line_address(&blue);
    let garbage: [&[u8]; 4] = [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        &[0xff; 4096],
        b"\x16\x03\x01\xff\xff",
    ];
    for bytes in garbage {
        let mut socket = TcpStream::connect(address).unwrap();
        let _may_be_closed = socket.write_all(bytes);
        drop(socket);
    }
    let mut idle: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(address).unwrap()).collect();
    blue.say(LINE, "radio check");
    red.until("heard", |red| red.heard(LINE, "peer").len() == 1);
    for socket in &mut idle {
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        assert_eq!(
            socket.read(&mut [0; 16]).unwrap_or(0),
            0,
            "a stranger who says nothing is let go"
        );
    }
}
