//! A line that is cut for a while: what was given meanwhile, after it.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::evidence::{ids, stated};
use common::notices::{agree, assert_honest, give, notices, now_us, operation};
use common::{Node, Wire, join, line_address, verify};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

const LINE: &str = "north";
const NOTICES: usize = 120;
const MESSAGES: usize = 4_000;
const CLIENTS: usize = 8;
const SECOND_US: i64 = 1_000_000;
const FLOOR_S: u64 = 3_600;

/// How long the line stays cut after the last notice was given.
fn cut_s() -> u64 {
    let told = std::env::var("DETENTE_CUT_S").ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(4)
}

/// Notices in the order given, with the lead each had then: every second one so near the
/// floor that the cut makes it LATE.
fn give_in_order(blue: &Node, cut_s: u64) -> Vec<(String, i64)> {
    let floor_us = i64::try_from(FLOOR_S).unwrap() * SECOND_US;
    let margin_us = i64::try_from(cut_s).unwrap() * SECOND_US / 2;
    let desk = blue.desk("watch");
    let one = |number: usize| {
        let ahead_us = if number.is_multiple_of(2) {
            margin_us
        } else {
            floor_us
        };
        let given_us = now_us();
        let start_us = given_us + floor_us + ahead_us;
        let id = give(
            &desk,
            LINE,
            &number.to_string(),
            &operation("transit", number, start_us),
        );
        (id, start_us - given_us)
    };
    (0..NOTICES).map(one).collect()
}

/// Thousands of messages, by many clients at once.
fn talk(blue: &Node) {
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let desk = blue.desk("watch");
            scope.spawn(move || {
                for number in (client..MESSAGES).step_by(CLIENTS) {
                    let text = format!("message {number:05}");
                    let body = json!({ "urgency": "normal", "response": "R", "closes": false, "text": text });
                    desk.insist(&format!("/v1/lines/{LINE}/messages"), &text, &body);
                }
            });
        }
    });
}

fn received(shown: &Value) -> i64 {
    shown["received_at_us"].as_i64().expect("RECEIVED")
}

#[test]
fn a_cut_line_delivers_everything_after_in_order_and_safety_first() {
    let cut_s = cut_s();
    println!("DETENTE_CUT_S={cut_s}");
    let (blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    let wire = Wire::to(line_address(&blue));
    join(&blue, &red, LINE, Some(wire.address));
    agree([&blue, &red], LINE, "transit", FLOOR_S);
    wire.cut();
    blue.until("down", |blue| blue.line(LINE)["light"] == "down");
    let given = give_in_order(&blue, cut_s);
    let last_given = Instant::now();
    talk(&blue);
    let place = json!({ "place": { "at": null, "words": "over the ridge" } });
    blue.insist(&format!("/v1/lines/{LINE}/cease"), "cease", &place);
    thread::sleep(Duration::from_secs(cut_s).saturating_sub(last_given.elapsed()));
    assert!(notices(&red, LINE, "peer").is_empty() && red.heard(LINE, "peer").is_empty());
    assert_eq!(red.get("/v1/stops")["stops"], json!([]));
    let mended_us = now_us();
    wire.mend();
    blue.until("delivered", |blue| {
        let line = blue.line(LINE);
        line["unsealed"] == 0 && line["own_size"] == line["cosigned_size"]
    });
    red.until_settled(LINE);
    blue.until_settled(LINE);
    let files = [blue.export(LINE), red.export(LINE)];
    for file in &files {
        let (holds, report) = verify(file);
        assert!(holds, "{report}");
    }
    notices_came_in_order_and_lead_counts_from_receipt(&blue, &red, &given, mended_us);
    assert_eq!(
        given.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(),
        ids(&stated(&files[1]), &format!("detente/v1/{LINE}/a/0"), "notice"),
        "the order of the log is the order of giving"
    );
    talk_came_in_order_and_the_cease_before_all_of_it(&red, &files[1]);
}

fn notices_came_in_order_and_lead_counts_from_receipt(
    blue: &Node,
    red: &Node,
    given: &[(String, i64)],
    mended_us: i64,
) {
    let (own, peer) = (notices(blue, LINE, "own"), notices(red, LINE, "peer"));
    assert_eq!((own.len(), peer.len()), (given.len(), given.len()));
    let mut last_us = mended_us;
    for (number, (id, lead_when_given_us)) in given.iter().enumerate() {
        assert_honest(&own[id], &peer[id]);
        let made = &peer[id]["current"]["received"];
        let at_us = made["at_us"].as_i64().unwrap();
        assert!(at_us >= last_us, "{number}: received in the order given");
        last_us = at_us;
        assert!(
            made["lead_us"].as_i64().unwrap() < *lead_when_given_us,
            "{number}: shorter"
        );
        let lateness = if number % 2 == 0 { "late" } else { "in_time" };
        assert_eq!(made["lateness"], lateness, "{number}: {made}");
    }
}

fn talk_came_in_order_and_the_cease_before_all_of_it(red: &Node, evidence: &Path) {
    let heard: BTreeMap<String, i64> = red
        .heard(LINE, "peer")
        .into_iter()
        .map(|(at_us, text)| (text, at_us))
        .collect();
    assert_eq!(heard.len(), MESSAGES);
    let in_log: Vec<i64> = stated(evidence)
        .iter()
        .filter(|act| act.kind == "say")
        .map(|act| heard[act.body["text"].as_str().unwrap()])
        .collect();
    assert_eq!(in_log.len(), MESSAGES, "each once");
    assert!(in_log.is_sorted(), "received in the order of the log");
    let stops = red.get("/v1/stops");
    assert_eq!(stops["stops"].as_array().unwrap().len(), 1);
    let cease_us = received(&stops["stops"][0]);
    let (first_us, last_us) = (in_log[0], in_log[MESSAGES - 1]);
    let after = in_log.iter().filter(|at_us| **at_us > cease_us).count();
    println!(
        "the cease, given last, came {} µs before the first and {} µs before the last of {MESSAGES} messages; {after} came after it",
        first_us - cease_us,
        last_us - cease_us
    );
    assert!(cease_us <= first_us, "nothing given before it came before it");
    assert!(cease_us < last_us, "it did not wait for the backlog");
}
