//! What an export proves: by when the peer held each act.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::{Node, join};
use engine::line::{KIND_RECEIVED, Receipts};
use ledger::bundle::{Bundle, Log};
use ledger::header::Header;
use ledger::keys::Ed25519;
use ledger::verify::{Report, verify_bundle};
use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

const LINE: &str = "north";

/// Instants of RECEIVED that a log states, by entry of the other log, µs.
fn received(log: &Log) -> BTreeMap<u64, i64> {
    let mut instants = BTreeMap::new();
    for entry in &log.entries {
        if Header::parse(&entry.header).unwrap().kind == KIND_RECEIVED {
            let body = &entry.opened.as_ref().unwrap().body;
            let receipts: Receipts = serde_json::from_slice(body).unwrap();
            instants.extend(receipts.pairs(u64::MAX).unwrap());
        }
    }
    instants
}

/// The proven instant of each receipted act lies between its stating and its receipt. Gives how
/// many instants there are.
fn instants_hold(bundle: &Bundle, report: &Report) -> usize {
    let mut proven = BTreeSet::new();
    for (n, log) in bundle.logs.iter().enumerate() {
        for (seq, received_us) in received(&bundle.logs[1 - n]) {
            let header = Header::parse(&log.entries[usize::try_from(seq).unwrap()].header).unwrap();
            let cover = report.logs[n].first_cover(seq).unwrap();
            let proven_s = i64::try_from(cover.time_s).unwrap();
            assert!(
                header.at / 1_000_000 <= proven_s,
                "entry {seq}: not before it was stated"
            );
            assert!(
                proven_s <= received_us / 1_000_000,
                "entry {seq}: not after its receipt"
            );
            proven.insert((n, proven_s));
        }
    }
    proven.len()
}

#[test]
fn an_export_proves_of_each_act_an_instant_between_its_stating_and_its_receipt() {
    let (mut blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    join(&blue, &red, LINE, None);
    for n in 0..4 {
        blue.say(LINE, &format!("blue {n}"));
        red.say(LINE, &format!("red {n}"));
        if n == 1 {
            blue.kill();
            blue.start();
        }
        blue.until_settled(LINE);
        red.until_settled(LINE);
        // Cosignatures carry whole seconds: another one for each round.
        thread::sleep(Duration::from_millis(1_050));
    }
    for node in [&blue, &red] {
        let bytes = std::fs::read(node.export(LINE)).unwrap();
        let bundle = Bundle::decode(&bytes).unwrap();
        let report = verify_bundle(&bundle, None, &Ed25519);
        assert_eq!(report.first_failure, None);
        assert!(
            instants_hold(&bundle, &report) >= 8,
            "each round has its own instant"
        );
    }
    blue.stop();
}
