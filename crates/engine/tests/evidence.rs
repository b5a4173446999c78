//! What a bundle proves: by when each act was held, and that two signed headers contradict.

mod common;

use accord::command::Role;
use common::export::bundle_of;
use common::*;
use engine::frame::{Acts, Entry, Frame};
use engine::heads::kept;
use engine::input::{Input, LogOf};
use engine::keyring::{KeyRole, Keyring};
use engine::line::{KIND_RECEIVED, Receipts, empty_seen};
use ledger::bundle::{self, Log};
use ledger::contradiction::Contradiction;
use ledger::header::{Header, Unsigned};
use ledger::keys::Ed25519;
use ledger::verify::verify_bundle;
use std::collections::BTreeMap;

/// The instants at which the other side stated RECEIVED of each entry, µs.
fn received(log: &Log) -> BTreeMap<u64, i64> {
    let mut instants = BTreeMap::new();
    for entry in &log.entries {
        let header = Header::parse(&entry.header).expect("a header");
        let body = &entry.opened.as_ref().expect("opened").body;
        if header.kind == KIND_RECEIVED {
            let receipts: Receipts = serde_json::from_slice(body).expect("receipts");
            instants.extend(receipts.pairs(u64::MAX).expect("runs"));
        }
    }
    instants
}

#[test]
fn the_time_that_a_bundle_proves_of_each_act_lies_between_its_stating_and_its_receipt() {
    let mut world = World::new();
    for n in 0..30 {
        let now = world.now();
        let (a, b) = (&mut world.a, &mut world.b);
        let node = if n % 3 == 0 { b } else { a };
        node.ask(now, Role::Watch, say(&format!("number {n}")))
            .expect("said");
        world.pass(3);
        if n == 15 {
            world.disconnect();
            world.a.restart(at(world.now_us));
            world.connect();
        }
    }
    for node in [&world.a, &world.b] {
        let bundle = bundle_of(node);
        let report = verify_bundle(&bundle, None, &Ed25519);
        assert_eq!(report.first_failure, None);
        for (n, log) in bundle.logs.iter().enumerate() {
            let receipts = received(&bundle.logs[1 - n]);
            let mut proven = std::collections::BTreeSet::new();
            for (seq, received_us) in &receipts {
                let header = Header::parse(&log.entries[*seq as usize].header).expect("a header");
                let cover = report.logs[n].first_cover(*seq).expect("it is countersigned");
                let proven_s = i64::try_from(cover.time_s).expect("a time");
                assert!(
                    header.at / 1_000_000 <= proven_s,
                    "entry {seq}: not before it was stated"
                );
                assert!(
                    proven_s <= received_us / 1_000_000,
                    "entry {seq}: not after its receipt"
                );
                proven.insert(proven_s);
            }
            assert!(
                receipts.len() >= 10 && proven.len() >= 10,
                "each has an instant of its own"
            );
        }
    }
}

#[test]
fn a_bundle_thinned_out_proves_a_later_time_and_never_an_earlier_one() {
    let mut world = World::new();
    for n in 0..12 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say(&format!("number {n}")))
            .expect("said");
        world.pass(2);
    }
    let full = bundle_of(&world.a);
    let before = verify_bundle(&full, None, &Ed25519);
    let mut thin = full.clone();
    let every_third = |heads: &mut Vec<bundle::Countersigned>| {
        let newest = heads.len() - 1;
        let mut at = 0;
        heads.retain(|_| {
            at += 1;
            at % 3 == 0 || at > newest
        });
    };
    thin.logs
        .iter_mut()
        .for_each(|log| every_third(&mut log.checkpoints));
    let after = verify_bundle(&thin, None, &Ed25519);
    assert_eq!(after.first_failure, None);
    let mut later = 0;
    for seq in 0..before.logs[0].size {
        let times = [&before, &after].map(|report| report.logs[0].first_cover(seq).map(|cover| cover.time_s));
        assert!(times[0] <= times[1], "entry {seq}: {times:?}");
        later += usize::from(times[0] < times[1]);
    }
    assert!(later > 0, "something was left out");
    assert_eq!(kept(&[1, 2, 3], &[]), [0, 1, 2], "a few are never left out");
}

/// An entry that alpha's desk signs for a place besides the one that it has in alpha's log.
fn other_entry(seq: u64, text: &str) -> Entry {
    let keyring = keyring("alpha");
    let signer = keyring
        .signer(&line(), &KeyRole::Desk("watch".into()))
        .expect("a key");
    let place = serde_json::json!({ "at": null, "words": text });
    let body = engine::line::canonical(&serde_json::json!({ "id": "OTHER", "place": place }));
    let (salt, body) = ([7; 32], body.into_bytes());
    let unsigned = Unsigned {
        origin: "detente/v1/north/a/0".to_owned(),
        seq,
        kind: "cease".to_owned(),
        desk: "watch".to_owned(),
        drill: false,
        at: T0,
        seen: empty_seen(),
        body: Header::commitment(&salt, &body),
    };
    Entry {
        header: unsigned.sign(signer).to_bytes(),
        salt,
        body: Some(body),
    }
}

fn to_b(world: &mut World, frame: &Frame) {
    let (conn, bytes) = (world.conn, frame.to_bytes());
    let line = line();
    world
        .b
        .engine
        .input(Input::Frame { line, conn, bytes })
        .expect("room");
    world.settle();
}

fn own_size(node: &Node) -> u64 {
    node.engine.log_state(&line(), LogOf::Own).expect("a log").size
}

fn urgent(seq: u64, text: &str) -> Frame {
    let (epoch, entry) = (0, other_entry(seq, text));
    Frame::Urgent { epoch, entry }
}

/// Both ends hold the evidence, went on to the next epoch, and whoever checks a bundle of either
/// is told of it.
fn is_proven(world: &World) {
    for node in [&world.a, &world.b] {
        let bundle = bundle_of(node);
        assert!(
            matches!(bundle.contradictions[..], [Contradiction::TwoHeaders { .. }]),
            "{}: {:?}",
            node.name,
            bundle.contradictions
        );
        let report = verify_bundle(&bundle, None, &Ed25519);
        assert_eq!(report.first_failure, None);
        assert_eq!(report.contradictions.len(), 1, "{report}");
        assert_eq!(node.engine.line_views(world.now())[0].epoch, 1);
    }
}

#[test]
fn a_header_ahead_of_the_log_and_another_in_it_are_a_contradiction() {
    let mut world = World::new();
    let seq = own_size(&world.a);
    to_b(&mut world, &urgent(seq, "here"));
    assert_eq!(world.b.engine.contradictions(&line()).len(), 0);
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("what the log says"))
        .expect("said");
    world.settle();
    is_proven(&world);
}

#[test]
fn two_headers_ahead_of_the_log_for_one_place_are_a_contradiction() {
    let mut world = World::new();
    let seq = own_size(&world.a) + 5;
    to_b(&mut world, &urgent(seq, "here"));
    to_b(&mut world, &urgent(seq, "here"));
    assert_eq!(
        world.b.engine.contradictions(&line()).len(),
        0,
        "the same is no other"
    );
    to_b(&mut world, &urgent(seq, "there"));
    is_proven(&world);
}

#[test]
fn a_header_for_a_place_that_is_long_held_is_a_contradiction() {
    for in_order in [true, false] {
        let mut world = World::new();
        let now = world.now();
        world.a.ask(now, Role::Watch, say("one")).expect("said");
        world.settle();
        let seq = own_size(&world.a) - 1;
        let acts = Acts {
            epoch: 0,
            first: seq,
            entries: vec![other_entry(seq, "another")],
            checkpoint: String::new(),
        };
        let frame = if in_order {
            Frame::Acts(acts)
        } else {
            urgent(seq, "another")
        };
        to_b(&mut world, &frame);
        is_proven(&world);
    }
}

#[test]
fn a_header_that_nobody_signed_is_no_evidence() {
    let mut world = World::new();
    let seq = own_size(&world.a) - 1;
    let mut entry = other_entry(seq, "another");
    let text = String::from_utf8(entry.header).expect("a header");
    entry.header = text.replace("\"cease\"", "\"check\"").into_bytes();
    let acts = Acts {
        epoch: 0,
        first: seq,
        entries: vec![entry],
        checkpoint: String::new(),
    };
    to_b(&mut world, &Frame::Acts(acts));
    let view = &world.b.engine.line_views(world.now())[0];
    assert_eq!((view.contradictions, view.epoch), (0, 0));
    let faults = world.b.engine.mind().standing_faults();
    assert_eq!((&view.stalled, faults.len()), (&None, 1), "{faults:?}");
}
