//! What both ends lost: a bundle names it and is not at fault; what only looks like it fails.

#![allow(clippy::unwrap_used, reason = "a helper of tests may stop")]

mod common;

use common::{A, B, Line};
use ledger::bundle::{Bundle, Log};
use ledger::keys::Ed25519;
use ledger::merkle::empty_root;
use ledger::verify::{Report, Why, verify_bundle};
use serde_json::{Value, json};

/// Entries of `a`'s log that are left, of the four that `b` had seen.
const LEFT: usize = 2;

fn say(line: &mut Line, side: usize, text: &str) {
    line.act(side, "watch", "message", &json!({ "text": text }));
}

/// A line on which `b` stated something when it had seen four entries of `a`, and again.
fn lived() -> Line {
    let mut line = Line::new("il-20");
    for half in ["first", "last"] {
        say(&mut line, A, half);
        say(&mut line, A, half);
        line.exchange();
    }
    say(&mut line, B, "seen four");
    say(&mut line, B, "still four");
    line.exchange();
    line
}

fn state(log: &Log, size: usize) -> Value {
    json!({ "size": size, "root": hex::encode(log.tree().root_at(size as u64)) })
}

/// The logs of epoch 1, in which each side that has one begins with what it says of epoch 0.
fn next_epoch(said: [Option<Value>; 2]) -> Vec<Log> {
    let mut line = Line::new("il-20");
    for (side, said) in said.into_iter().enumerate() {
        line.sides[side].origin.epoch = 1;
        if let Some(said) = said {
            line.act(side, "node", "open", &json!({ "previous": [said] }));
        }
    }
    line.exchange();
    line.bundle().logs
}

/// The bundle after both were put back, and both said what they had left.
fn bundle_after_loss(line: &Line, [of_a, of_b]: [usize; 2]) -> Bundle {
    let mut bundle = line.bundle();
    let [a, b] = [&bundle.logs[A], &bundle.logs[B]];
    let (b_state, own, peer) = (state(b, b.entries.len()), state(a, of_a), state(a, of_b));
    let said = [
        json!({ "epoch": 0, "own": own, "peer": b_state }),
        json!({ "epoch": 0, "own": b_state, "peer": peer }),
    ];
    bundle.logs.extend(next_epoch(said.map(Some)));
    cut(&mut bundle);
    bundle
}

fn cut(bundle: &mut Bundle) {
    bundle.logs[A].entries.truncate(LEFT);
    bundle.logs[A].checkpoints.truncate(1);
}

fn lost() -> Bundle {
    bundle_after_loss(&lived(), [LEFT, LEFT])
}

fn check(bundle: &Bundle) -> Report {
    verify_bundle(bundle, None, &Ed25519)
}

/// Entry `seq` of `b`'s log fails, and for `why`.
fn assert_fails(bundle: &Bundle, seq: u64, why: Why) {
    let found = check(bundle).first_failure.expect("a check fails");
    let log = Some("detente/v1/il-20/b/0".to_owned());
    assert_eq!((found.log, found.seq, found.why), (log, Some(seq), why));
}

const BEYOND: Why = Why::SeenBeyond { size: 4, held: 2 };

#[test]
fn what_two_restored_parties_have_lost_is_named_with_its_place_and_fails_nothing() {
    let report = check(&lost());
    assert_eq!(report.first_failure, None);
    let [loss] = report.losses.as_slice() else {
        panic!("{report}")
    };
    let [run] = loss.runs.as_slice() else {
        panic!("{loss:?}")
    };
    assert_eq!((run.first, run.last, run.seen.size, loss.held), (0, 1, 4, 2));
    assert_eq!(
        (loss.log.as_str(), loss.of.as_str(), loss.party.as_str()),
        ("detente/v1/il-20/b/0", "detente/v1/il-20/a/0", "Alba")
    );
    let text = report.to_string();
    for said in [
        "\nMISSING: log detente/v1/il-20/b/0: entries 0 to 1 had seen 4 of the other; log detente/v1/il-20/a/0 \
         ends here at 2, though Alba, who kept it, countersigned those; 2 of its entries are lost, or kept back; \
         Alba stated that it had 2 when it was closed (in detente/v1/il-20/a/1); Borea stated that it had 2 ",
        "\nevery check passed, of what is here: see MISSING\n",
    ] {
        assert!(text.contains(said), "{text}");
    }
    assert!(check(&lived().bundle()).losses.is_empty());
}

#[test]
fn a_party_that_stated_to_have_more_is_named_with_how_much() {
    let report = check(&bundle_after_loss(&lived(), [LEFT, 4]));
    assert_eq!(report.first_failure, None);
    let endings = report.losses[0].endings.iter();
    let endings: Vec<_> = endings.map(|said| (said.party.as_str(), said.size)).collect();
    assert_eq!(endings, [("Alba", 2), ("Borea", 4)]);
}

#[test]
fn a_statement_that_the_other_party_did_not_countersign_is_shown_as_such() {
    let mut bundle = lost();
    bundle.logs[2 + A].checkpoints[0].cosignatures.clear();
    let report = check(&bundle);
    let endings = report.losses[0].endings.iter();
    let signed: Vec<_> = endings.map(|said| said.countersigned).collect();
    assert_eq!(signed, [false, true]);
    assert!(report.to_string().contains("a/1, not countersigned)"), "{report}");
    bundle.logs[2 + B].checkpoints[0].cosignatures.clear();
    assert_fails(&bundle, 0, BEYOND);
}

/// Neither of the two states can be looked up any more, and one of them is made up.
#[test]
fn two_states_of_one_size_fail_also_where_they_are_missing() {
    let mut line = lived();
    line.sides[B].seen.root = [7; 32];
    say(&mut line, B, "still four, of another log");
    line.exchange();
    assert_fails(
        &bundle_after_loss(&line, [LEFT, LEFT]),
        2,
        Why::SeenUntrue { size: 4 },
    );
}

#[test]
fn in_an_epoch_that_nobody_closed_to_have_seen_what_is_missing_fails() {
    let mut bundle = lived().bundle();
    cut(&mut bundle);
    assert_fails(&bundle, 0, BEYOND);
    bundle.logs.extend(next_epoch([None, None]));
    assert_fails(&bundle, 0, BEYOND);
    let mut withheld = lost();
    for log in &mut withheld.logs[2..] {
        log.entries[0].opened = None;
    }
    assert_fails(&withheld, 0, BEYOND);
}

#[test]
fn a_log_that_ended_beyond_what_is_shown_of_it_is_kept_back_and_fails() {
    assert_fails(&bundle_after_loss(&lived(), [3, 4]), 0, BEYOND);
}

#[test]
fn what_is_stated_of_another_root_another_epoch_or_in_another_entry_excuses_nothing() {
    let line = lived();
    let mut bundle = line.bundle();
    cut(&mut bundle);
    let ended = state(&bundle.logs[A], LEFT);
    let other = json!({ "size": 2, "root": hex::encode(empty_root()) });
    let of = |epoch: u32, own: &Value| json!({ "epoch": epoch, "own": own });
    for said in [
        of(0, &other),
        of(1, &ended),
        of(2, &ended),
        json!({ "epoch": 0, "peer": ended }),
    ] {
        let mut bundle = bundle.clone();
        bundle.logs.extend(next_epoch([Some(said), None]));
        assert_fails(&bundle, 0, BEYOND);
    }
    let mut message = Line::new("il-20");
    message.sides[A].origin.epoch = 1;
    message.act(A, "node", "message", &json!({ "previous": [of(0, &ended)] }));
    message.exchange();
    bundle.logs.push(message.bundle().logs.swap_remove(A));
    assert_fails(&bundle, 0, BEYOND);
}

#[test]
fn to_have_seen_what_its_keeper_never_agreed_to_have_had_fails() {
    let mut line = lived();
    say(&mut line, B, "five");
    let note = {
        let checkpoint = line.sides[B].checkpoint();
        ledger::checkpoint::sign_checkpoint(&checkpoint, &checkpoint.origin, &line.sides[B].log)
    };
    let alone = ledger::bundle::Countersigned {
        note,
        cosignatures: Vec::new(),
    };
    line.sides[B].checkpoints.push(alone);
    assert_fails(&bundle_after_loss(&line, [LEFT, LEFT]), 2, BEYOND);
    line.sides[B].checkpoints.remove(0);
    assert_fails(&bundle_after_loss(&line, [LEFT, LEFT]), 0, BEYOND);
}

/// `a` states in its entry 1 that it had seen what `b` states to have made when there were four.
#[test]
fn to_have_seen_more_than_is_left_of_a_log_that_had_seen_that_entry_fails() {
    let mut line = lived();
    let mut forged = Line::new("il-20");
    say(&mut forged, A, "first");
    forged.exchange();
    forged.sides[A].seen = line.sides[A].seen;
    say(&mut forged, A, "first");
    forged.sides[B].seen.size = 0;
    forged.exchange();
    line.sides[A].entries.truncate(1);
    line.sides[A].entries.push(forged.sides[A].entries[1].clone());
    line.sides[A].checkpoints = vec![forged.sides[A].checkpoints[1].clone()];
    let mut bundle = line.bundle();
    let (ended, log) = (state(&bundle.logs[A], LEFT), &bundle.logs[B]);
    let said = json!({ "epoch": 0, "own": ended, "peer": state(log, 2) });
    bundle.logs.extend(next_epoch([Some(said), None]));
    assert_fails(&bundle, 0, Why::SeenInTurn { by: 1 });
}
