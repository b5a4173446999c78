//! What meets the outside: frames, key sets, queues.

mod common;

use accord::ids::{Desk, LineId};
use engine::event::Side;
use engine::frame::{Acts, Entry, Frame, FrameFault};
use engine::limits::{BATCH_SHARES, LINE_BATCH, LINE_QUOTA, MAX_FRAME_BYTES, QUEUE_LENGTHS};
use engine::queue::{Lane, QueueFull, Queues};
use proptest::prelude::*;

fn entry() -> impl Strategy<Value = Entry> {
    let body = prop::option::of(prop::collection::vec(any::<u8>(), 0..200));
    (
        prop::collection::vec(any::<u8>(), 0..300),
        any::<[u8; 32]>(),
        body,
    )
        .prop_map(|(header, salt, body)| Entry { header, salt, body })
}

proptest! {
    #[test]
    fn any_bytes_are_a_frame_or_a_fault_and_never_a_crash(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Frame::parse(&bytes);
        let _ = Entry::parse(&bytes);
    }

    #[test]
    fn a_frame_of_entries_reads_back_as_it_was(
        entries in prop::collection::vec(entry(), 0..20),
        epoch: u32,
        first: u64,
        checkpoint in "[ -~\n]{0,300}",
    ) {
        let frame = Frame::Acts(Acts { epoch, first, entries, checkpoint });
        prop_assert_eq!(Frame::parse(&frame.to_bytes()), Ok(frame));
    }

    #[test]
    fn a_frame_cut_short_anywhere_is_a_fault(entries in prop::collection::vec(entry(), 1..4), cut in 0.0..1.0_f64) {
        let acts = Acts { epoch: 0, first: 0, entries, checkpoint: "c".to_owned() };
        let bytes = Frame::Acts(acts).to_bytes();
        let at = (bytes.len() as f64 * cut) as usize;
        prop_assert!(Frame::parse(&bytes[..at.min(bytes.len() - 1)]).is_err());
    }

    #[test]
    fn what_one_line_gets_into_a_batch_never_depends_on_the_others(
        mine in 0_usize..200,
        theirs in 0_usize..600,
        desks in 0_usize..600,
    ) {
        let taken = |theirs: usize, desks: usize| {
            let mut queues = Queues::default();
            let (a, b) = (LineId::from("a"), LineId::from("b"));
            for n in 0..theirs.max(desks).max(mine) {
                if n < theirs { let _ = queues.push_line(&b, false, -1); }
                if n < desks { let _ = queues.push(Lane::Desks, -2); }
                if n < mine { let _ = queues.push_line(&a, false, n as i64); }
            }
            let batch = queues.take_batch();
            batch.into_iter().filter(|input| *input >= 0).collect::<Vec<_>>()
        };
        prop_assert_eq!(taken(theirs, desks), taken(0, 0));
    }
}

#[test]
fn a_frame_beyond_the_limit_is_refused_by_its_length_alone() {
    let bytes = vec![3; MAX_FRAME_BYTES + 1];
    assert_eq!(
        Frame::parse(&bytes),
        Err(FrameFault::TooLong(MAX_FRAME_BYTES + 1))
    );
}

#[test]
fn counts_that_promise_more_than_a_frame_holds_cost_nothing() {
    let mut bytes = vec![3];
    bytes.extend_from_slice(&[0; 12]);
    bytes.extend_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(Frame::parse(&bytes), Err(FrameFault::Shape("count")));
}

#[test]
fn safety_comes_first_and_every_queue_gets_its_share() {
    let mut queues = Queues::default();
    for n in 0..QUEUE_LENGTHS[2] {
        queues.push(Lane::Desks, ("desk", n)).expect("room");
    }
    assert_eq!(queues.push(Lane::Desks, ("desk", 0)), Err(QueueFull(Lane::Desks)));
    queues.push(Lane::Safety, ("safety", 0)).expect("room for safety");
    queues.push(Lane::Pool, ("pool", 0)).expect("room");
    let batch = queues.take_batch();
    assert_eq!(batch[0], ("safety", 0));
    assert_eq!(batch[batch.len() - 1], ("pool", 0));
    assert_eq!(batch.len(), BATCH_SHARES[2] + 2);
}

#[test]
fn a_line_fills_its_own_quota_and_no_more() {
    let mut queues = Queues::default();
    let (flood, calm) = (LineId::from("flood"), LineId::from("calm"));
    let taken = (0..10_000)
        .filter(|_| queues.push_line(&flood, false, 0).is_ok())
        .count();
    assert_eq!(taken, LINE_QUOTA);
    assert_eq!(queues.push_line(&calm, false, 1), Ok(()));
    let batch = queues.take_batch();
    assert_eq!(batch.iter().filter(|input| **input == 0).count(), LINE_BATCH);
    assert!(batch.contains(&1));
}

#[test]
fn every_fault_of_a_key_set_is_named() {
    let mut keys = common::config(Side::A).peer;
    assert_eq!(keys.faults(), Vec::<String>::new());
    keys.party = "\u{7}".to_owned();
    keys.log = "zz".to_owned();
    keys.desks.insert(Desk::from("Watch Floor"), keys.cosign.clone());
    let faults = keys.faults();
    for place in ["party", "log", "Watch Floor", "one key stands in two roles"] {
        assert!(
            faults.iter().any(|fault| fault.contains(place)),
            "{place}: {faults:?}"
        );
    }
}

#[test]
fn the_six_words_are_equal_at_both_ends_and_change_with_any_key() {
    let (a, b) = (common::config(Side::A), common::config(Side::B));
    assert_eq!(engine::view::words(&a), engine::view::words(&b));
    assert_eq!(engine::view::words(&a).len(), 6);
    let mut changed = a.clone();
    changed.peer.cosign = "cd".repeat(32);
    assert_ne!(engine::view::words(&a), engine::view::words(&changed));
}
