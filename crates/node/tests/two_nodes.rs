//! Two real nodes on one line: cuts, crashes, restores, copies, strangers.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::{Node, Wire, join, line_address, verify};
use serde_json::{Value, json};
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

/// A cease of each side that the other hears, whatever state the line is in.
fn safety_passes(nodes: [&Node; 2], when: &str) {
    for (side, node) in nodes.iter().enumerate() {
        let words = format!("{when}, from side {side}");
        cease(node, &words);
        nodes[1 - side].until("heard the cease", |peer| stop_heard(peer, &words).is_some());
    }
}

/// Both ends' evidence holds; the reports.
fn both_verify(nodes: [&Node; 2]) -> [Value; 2] {
    nodes.map(|node| {
        let (holds, report) = verify(&node.export(LINE));
        assert!(holds, "{report}");
        report
    })
}

fn origins(report: &Value) -> Vec<&str> {
    let logs = report["logs"].as_array().unwrap();
    logs.iter().map(|log| log["origin"].as_str().unwrap()).collect()
}

#[test]
fn a_restored_node_takes_its_own_acts_back_and_goes_on() {
    let (mut blue, red) = pair();
    blue.say(LINE, "before the backup");
    safety_passes([&blue, &red], "before the backup");
    blue.until_settled(LINE);
    let backup = blue.folder.with_extension("backup");
    blue.cli(&["backup", &backup.display().to_string()]);
    blue.say(LINE, "after the backup");
    cease(&blue, "stated and lost");
    blue.until_settled(LINE);
    red.until_settled(LINE);
    let lived = sizes(&blue);
    blue.stop();
    cease(&red, "while Blue was away");
    std::fs::rename(&blue.folder, blue.folder.with_extension("lost")).unwrap();
    blue.cli(&["restore", &backup.display().to_string()]);
    blue.start();
    cease(&blue, "at once after the restore");
    blue.until("restored", |blue| blue.texts(LINE, "own").len() == 2);
    for words in ["stated and lost", "at once after the restore"] {
        red.until("heard", |red| stop_heard(red, words).is_some());
    }
    blue.until("heard", |blue| stop_heard(blue, "while Blue was away").is_some());
    blue.until_settled(LINE);
    red.until_settled(LINE);
    let alarms = blue.alarm_texts();
    assert!(alarms.contains("taken back from the peer"), "{alarms}");
    assert!(!alarms.contains("STALLED"), "{alarms}");
    assert_eq!(
        blue.line(LINE)["epoch"],
        0,
        "what the peer held was enough to go on in the same log"
    );
    let now = sizes(&blue);
    assert!(now.0 > lived.0 && now.1 > lived.1, "{lived:?}, {now:?}");
    blue.say(LINE, "after the restore");
    red.until("heard all", |red| red.heard(LINE, "peer").len() == 3);
    safety_passes([&blue, &red], "in the end");
    for node in [&blue, &red] {
        node.until_settled(LINE);
    }
    let [blues, reds] = both_verify([&blue, &red]);
    assert_eq!(blues["contradictions"], json!([]), "nothing contradicts");
    assert_eq!(origins(&blues), origins(&reds));
    for (one, other) in blues["logs"]
        .as_array()
        .unwrap()
        .iter()
        .zip(reds["logs"].as_array().unwrap())
    {
        assert_eq!(
            (&one["size"], &one["root"]),
            (&other["size"], &other["root"]),
            "one log"
        );
    }
}

/// Entries of our log, and of the peer's that we hold.
fn sizes(node: &Node) -> (u64, u64) {
    let line = node.line(LINE);
    let size = |name: &str| line[name].as_u64().unwrap();
    (size("own_size"), size("peer_size"))
}

#[test]
fn two_copies_of_a_node_are_a_contradiction_and_safety_still_passes() {
    let (blue, mut red) = (Node::start_new("Blue"), Node::start_new("Red"));
    let wire = Wire::to(line_address(&blue));
    join(&blue, &red, LINE, Some(wire.address));
    safety_passes([&blue, &red], "before the copy");
    red.until_settled(LINE);
    red.stop();
    let mut copy = red.copy();
    red.start();
    red.until_settled(LINE);
    wire.cut();
    red.until("down", |red| red.line(LINE)["light"] == "down");
    red.say(LINE, "I am Red");
    cease(&red, "stated by Red alone");
    red.until("sealed", |red| red.line(LINE)["unsealed"] == 0);
    red.stop();
    wire.mend();
    copy.start();
    copy.say(LINE, "I am Red too");
    safety_passes([&blue, &copy], "with the copy");
    copy.until_settled(LINE);
    copy.stop();
    red.start();
    for node in [&blue, &red] {
        node.until("found it", |node| {
            node.line(LINE)["contradictions"].as_u64() > Some(0)
        });
        node.until("a new epoch", |node| node.line(LINE)["epoch"] == 1);
    }
    blue.until("heard", |blue| stop_heard(blue, "stated by Red alone").is_some());
    blue.say(LINE, "waits for both commanders");
    safety_passes([&blue, &red], "before either commander signed");
    sign_epoch(&blue);
    safety_passes([&blue, &red], "when one of two had signed");
    assert_eq!(red.texts(LINE, "peer"), Vec::<String>::new(), "the rest waits");
    sign_epoch(&red);
    red.until("heard the rest", |red| {
        red.texts(LINE, "peer") == ["waits for both commanders"]
    });
    safety_passes([&blue, &red], "in the new epoch");
    blue.until("heard Red", |blue| {
        blue.texts(LINE, "peer").contains(&"I am Red".to_owned())
    });
    red.until_settled(LINE);
    blue.until_settled(LINE);
    let [blues, reds] = both_verify([&blue, &red]);
    red.stop();
    copy.start();
    copy.until("found out", |copy| {
        copy.line(LINE)["contradictions"].as_u64() > Some(0)
    });
    safety_passes([&blue, &copy], "with the copy again");
    copy.until_settled(LINE);
    let [_, copies] = both_verify([&blue, &copy]);
    let reports = [blues, reds, copies];
    let all = ["a/0", "b/0", "a/1", "b/1"].map(|end| format!("detente/v1/{LINE}/{end}"));
    for report in &reports {
        let found = report["contradictions"][0]
            .as_str()
            .expect("the evidence is in the bundle and holds");
        assert!(found.contains("detente/v1/north/b/0"), "{found}");
        assert_eq!(origins(report), all, "the closed epoch is evidence too");
    }
}

/// The commander accepts the epoch that was opened.
fn sign_epoch(node: &Node) {
    node.desk("commander")
        .insist(&format!("/v1/lines/{LINE}/epoch"), "epoch", &json!({}));
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
