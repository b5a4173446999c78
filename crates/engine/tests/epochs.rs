//! A node that is epochs behind its peer: it takes back what either side had, and goes on.

mod common;

use accord::act::StopAnswer;
use accord::alarm::Author;
use accord::command::{Command, Role};
use common::export::bundle_of;
use common::life::{
    Life, closed_hello, invariant_acts_flow, invariant_line_is_whole, memory, next_epoch, notify, opened,
};
use common::wire::{connect_through, settle_through};
use common::*;
use engine::event::Side;
use engine::frame::{Frame, Hello};
use engine::input::{Input, LogOf};
use engine::limits::{MAX_RESTORE_TRIES, URGENT_BEHIND};
use ledger::bundle::Bundle;
use ledger::keys::Ed25519;
use ledger::verify::{Why, verify_bundle};

/// What the two ends of a line know of it, seen from one.
fn both(node: &Node) -> [serde_json::Value; 2] {
    [Author::Own, Author::Peer].map(|author| memory(node, author))
}

#[test]
fn a_node_restored_from_a_backup_two_epochs_old_has_everything_again() {
    let life = Life::new();
    let lived = both(&life.world.a);
    let mut world = life.restored(0);
    assert_ne!(both(&world.a), lived);
    world.connect();
    assert_eq!(opened(&world.a), [1, 2], "one after the other");
    assert_eq!(
        both(&world.a),
        lived,
        "its own acts, the peer's, and what became of them"
    );
    assert!(!world.a.engine.mind().lines()[0].held, "its commander had signed");
    assert_eq!(both(&world.b), both(&life.world.b), "the peer heard nothing new");
    invariant_line_is_whole(&mut world);
}

#[test]
fn a_backup_of_any_epoch_is_caught_up_with_from_either_end() {
    let life = Life::new();
    for epoch in 0..3 {
        let mut world = life.restored(epoch);
        world.connect();
        assert_eq!(both(&world.a), both(&life.world.a), "alpha from epoch {epoch}");
        invariant_line_is_whole(&mut world);
        let b = &life.backups[epoch].1;
        let mut world = World::on(&life.world.a.disk, b, life.world.now_us);
        world.connect();
        assert_eq!(both(&world.b), both(&life.world.b), "bravo from epoch {epoch}");
        invariant_line_is_whole(&mut world);
    }
}

/// Connects with a wire that treats frame number `at` as `fault` says, and heals; gives how many
/// frames there were.
fn connect_with(world: &mut World, at: usize, fault: Fault) -> usize {
    let mut number = 0;
    connect_through(world, |_, frame| {
        number += 1;
        match fault {
            Fault::Cut if number > at => Vec::new(),
            Fault::Doubled if number == at => vec![frame.clone(), frame],
            _ => vec![frame],
        }
    });
    if let Fault::Cut = fault {
        world.disconnect();
        world.connect();
    }
    number
}

#[derive(Copy, Clone, Debug)]
enum Fault {
    /// It and all after it are lost, and the connection with them.
    Cut,
    /// It comes twice.
    Doubled,
}

#[test]
fn a_catch_up_that_is_cut_or_doubled_at_any_frame_ends_as_any_other() {
    let life = Life::new();
    let lived = both(&life.world.a);
    for fault in [Fault::Cut, Fault::Doubled] {
        let frames = connect_with(&mut life.restored(0), usize::MAX, Fault::Doubled);
        assert!(frames > 20, "{frames} frames");
        for at in 1..=frames {
            let mut world = life.restored(0);
            connect_with(&mut world, at, fault);
            assert_eq!(opened(&world.a), [1, 2], "{fault:?} at frame {at}");
            assert_eq!(both(&world.a), lived, "{fault:?} at frame {at}");
            invariant_line_is_whole(&mut world);
        }
    }
}

#[test]
fn two_nodes_behind_each_others_memory_agree_on_what_is_left_wherever_they_are_cut() {
    let life = Life::new();
    for (a, b) in [(0, 1), (1, 0), (0, 0)] {
        let frames = connect_with(&mut life.both_restored(a, b), usize::MAX, Fault::Doubled);
        for fault in [Fault::Cut, Fault::Doubled] {
            for at in (1..=frames).step_by(2) {
                let mut world = life.both_restored(a, b);
                connect_with(&mut world, at, fault);
                let (epoch, other) = world.epochs();
                assert_eq!(epoch, other, "{a} and {b}: {fault:?} at frame {at}");
                assert!(
                    epoch <= 2,
                    "nothing is lost that one had stated on: {:?}",
                    opened(&world.a)
                );
                invariant_line_is_whole(&mut world);
            }
        }
    }
}

/// Spoils one byte of a body in what is given back of a log, the first `times`; counts all of them.
fn spoil_returned(side: Side, times: u32, count: &mut u32) -> impl FnMut(&str, Frame) -> Option<Frame> {
    move |_, frame| match frame {
        Frame::Returned(mut returned) if returned.side == side && returned.epoch == 0 => {
            *count += 1;
            if *count <= times {
                let body = returned.entries[0].body.as_mut().expect("a body");
                let at = body.len() / 2;
                body[at] ^= 1;
            }
            Some(Frame::Returned(returned))
        }
        frame => Some(frame),
    }
}

#[test]
fn what_is_given_back_with_a_flipped_byte_is_asked_for_again_and_costs_no_log() {
    let life = Life::new();
    for side in [Side::A, Side::B] {
        for times in 1..MAX_RESTORE_TRIES {
            let mut world = life.restored(0);
            let mut count = 0;
            connect_through(&mut world, spoil_returned(side, times, &mut count));
            assert_eq!(count, times + 1, "the log of side {side:?} was asked for again");
            assert_eq!(opened(&world.a), [1, 2]);
            assert_eq!(both(&world.a), both(&life.world.a));
            invariant_line_is_whole(&mut world);
        }
    }
}

/// The statements in a HELLO, of which any may be spoilt on the way.
fn statements(hello: &mut Hello) -> Vec<&mut String> {
    let parts = [&mut hello.own, &mut hello.own_cosigned, &mut hello.held];
    let parts = parts.into_iter().flatten();
    let texts = parts.flat_map(|part| [Some(&mut part.note), part.cosignature.as_mut()]);
    texts.flatten().collect()
}

#[test]
fn a_closed_epochs_hello_with_a_flipped_byte_is_asked_for_again_and_costs_no_log() {
    let life = Life::new();
    for place in 0..6 {
        let mut world = life.restored(0);
        let mut spoilt = false;
        connect_through(&mut world, |_, frame| match frame {
            Frame::Hello(mut hello) if hello.closed.is_some() && !spoilt => {
                let text = statements(&mut hello).swap_remove(place);
                let at = text.trim_end().len() - 8;
                let other = if &text[at..=at] == "A" { "B" } else { "A" };
                text.replace_range(at..=at, other);
                spoilt = true;
                Some(Frame::Hello(hello))
            }
            frame => Some(frame),
        });
        assert!(spoilt);
        assert_eq!(both(&world.a), both(&life.world.a), "statement {place}");
        invariant_line_is_whole(&mut world);
    }
}

#[test]
fn what_is_given_back_spoilt_for_ever_is_done_without_after_so_many_tries() {
    let life = Life::new();
    for side in [Side::A, Side::B] {
        let mut world = life.restored(0);
        let mut count = 0;
        connect_through(&mut world, spoil_returned(side, u32::MAX, &mut count));
        assert_eq!(count, MAX_RESTORE_TRIES, "side {side:?}");
        assert_eq!(world.epochs(), (2, 2), "both go on");
        let of = if side == Side::A { LogOf::Own } else { LogOf::Peer };
        let closed = world.a.engine.closed_logs(&line(), of);
        let (before, whole) = (
            held_before(&life, of),
            life.world.a.engine.closed_logs(&line(), of),
        );
        assert_eq!(closed[0].size, before, "nothing that does not hold is taken");
        assert_eq!(closed[1].size, whole[1].size, "and the next epoch is whole");
        said(&mut world, "goes on");
        assert_eq!(world.b.messages("goes on"), 1);
    }
}

/// What of a log of epoch 0 alpha's backup had cosigned by whoever does not write it.
fn held_before(life: &Life, of: LogOf) -> u64 {
    let world = life.restored(0);
    world
        .a
        .engine
        .log_state(&line(), of)
        .expect("a log")
        .cosigned_size
}

#[test]
fn an_own_log_spoilt_for_ever_in_the_open_epoch_is_followed_by_the_next_one_at_both_ends() {
    let life = Life::new();
    let mut world = life.restored(2);
    let mut count = 0;
    connect_through(&mut world, |_, frame| match frame {
        Frame::Returned(mut returned) if returned.side == Side::A => {
            count += 1;
            returned.entries[0].salt[0] ^= 1;
            Some(Frame::Returned(returned))
        }
        frame => Some(frame),
    });
    assert_eq!(world.epochs(), (3, 3));
    assert_eq!(count, MAX_RESTORE_TRIES);
}

#[test]
fn entries_that_saw_what_is_lost_at_both_ends_come_back_with_their_closed_epoch() {
    let mut world = World::new();
    let early = world.a.disk.clone();
    for n in 0..3 {
        said(&mut world, &format!("alpha {n}"));
    }
    let behind = world.b.disk.clone();
    for n in 3..6 {
        said(&mut world, &format!("alpha {n}"));
    }
    let now = world.now();
    world.b.ask(now, Role::Watch, say("bravo saw six")).expect("said");
    world.settle();
    // Bravo takes back what it had said, and is cut before alpha's newest come again.
    let mut world = World::on(&world.a.disk, &behind, world.now_us);
    connect_through(&mut world, |_, frame| match frame {
        Frame::Acts(_) => None,
        frame => Some(frame),
    });
    assert_eq!(
        (world.b.messages("bravo saw six"), world.b.messages("alpha 5")),
        (0, 0)
    );
    let mut world = World::on(&early, &world.b.disk, world.now_us);
    world.connect();
    assert_eq!(world.epochs(), (1, 1), "these logs cannot go on");
    for node in [&world.a, &world.b] {
        assert_eq!(
            node.messages("bravo saw six"),
            1,
            "{}: what one has both have",
            node.name
        );
        assert_eq!(
            (node.messages("alpha 2"), node.messages("alpha 5")),
            (1, 0),
            "{}",
            node.name
        );
    }
    invariant_acts_flow(&mut world);
    for node in [&world.a, &world.b] {
        names_what_is_lost(&bundle_of(node));
    }
}

#[test]
fn what_was_said_of_a_notice_that_both_ends_lost_comes_back_with_it() {
    let mut world = World::new();
    let early = world.b.disk.clone();
    world.disconnect();
    notify(&mut world, false, 0);
    let behind = world.a.disk.clone();
    world.connect();
    world.settle();
    let notice = world.b.engine.mind().notices(&Default::default())[0]
        .notice
        .id
        .clone();
    let (now, line) = (world.now(), line());
    let open = Command::Open { notice, line };
    world.b.ask(now, Role::Watch, open).expect("opened");
    world.settle();
    let (said, heard) = (memory(&world.b, Author::Peer), memory(&world.a, Author::Own));
    // Bravo takes back what it had said, and is cut before the notice comes again; then alpha loses that too.
    let mut world = World::on(&world.a.disk, &early, world.now_us);
    connect_through(&mut world, |_, frame| match frame {
        Frame::Acts(_) => None,
        frame => Some(frame),
    });
    let mut world = World::on(&behind, &world.b.disk, world.now_us);
    world.connect();
    world.accept();
    world.settle();
    assert_eq!(world.epochs(), (1, 1), "these logs cannot go on");
    let instant = |memory: &serde_json::Value| memory["notices"][0]["opened"].clone();
    assert!(!instant(&said).is_null(), "{said}");
    assert_eq!(instant(&memory(&world.b, Author::Peer)), instant(&said));
    assert_eq!(instant(&memory(&world.a, Author::Own)), instant(&heard));
    invariant_acts_flow(&mut world);
}

#[test]
fn what_a_restored_node_had_cosigned_comes_back_before_a_contradiction_closes_the_logs() {
    let mut world = World::new();
    let behind = world.b.disk.clone();
    for n in 0..3 {
        said(&mut world, &format!("alpha {n}"));
    }
    let other = world.a.disk.clone();
    for n in 3..6 {
        said(&mut world, &format!("alpha {n}"));
    }
    // Bravo's backup learns what it had cosigned, and gets none of it again.
    let mut world = World::on(&world.a.disk, &behind, world.now_us);
    connect_through(&mut world, |_, frame| match frame {
        Frame::Hello(_) => Some(frame),
        _ => None,
    });
    // Alpha's backup, which bravo cannot hear, states others in the place of what it has lost.
    let mut world = World::on(&other, &world.b.disk, world.now_us);
    let unheard = |name: &str, frame| (name == "bravo").then_some(frame);
    connect_through(&mut world, unheard);
    let now = world.now();
    for n in 0..6 {
        let other = say(&format!("other {n}"));
        world.a.ask(now, Role::Watch, other).expect("said");
    }
    settle_through(&mut world, unheard);
    world.disconnect();
    world.connect();
    assert_eq!(world.epochs(), (1, 1), "these logs cannot go on");
    let found = [&world.a, &world.b].map(|node| node.engine.contradictions(&line()).len());
    assert_eq!(found, [1, 1]);
    world.accept();
    for text in ["alpha 0", "alpha 2", "other 0", "other 5"] {
        assert_eq!((world.a.messages(text), world.b.messages(text)), (1, 1), "{text}");
    }
    invariant_acts_flow(&mut world);
}

/// A bundle that holds, though bravo's newest entry of epoch 0 had seen three of alpha's that nobody has:
/// and only while both say so.
fn names_what_is_lost(bundle: &Bundle) {
    let report = verify_bundle(bundle, None, &Ed25519);
    assert_eq!(report.first_failure, None, "{report}");
    let [loss] = report.losses.as_slice() else {
        panic!("{report}")
    };
    let [a, b] = [&report.logs[0], &report.logs[1]];
    assert_eq!([&loss.of, &loss.log], [&a.origin, &b.origin]);
    let run = loss.runs.last().expect("an entry");
    assert_eq!((run.last, loss.held), (b.size - 1, a.size));
    assert!(run.seen.size >= a.size + 3, "{loss}");
    let stated: Vec<_> = loss
        .endings
        .iter()
        .map(|end| (end.party.as_str(), end.size))
        .collect();
    assert_eq!(stated, [("alpha", a.size), ("bravo", a.size)]);
    for forged in [kept_back(bundle), still_open(bundle)] {
        let failure = verify_bundle(&forged, None, &Ed25519)
            .first_failure
            .expect("it fails");
        assert_eq!(failure.log.as_ref(), Some(&b.origin));
        assert!(matches!(failure.why, Why::SeenBeyond { .. }), "{failure}");
    }
}

/// The same without the last entries that are left of alpha's log.
fn kept_back(bundle: &Bundle) -> Bundle {
    let mut bundle = bundle.clone();
    let log = &mut bundle.logs[0];
    log.checkpoints.pop();
    let before = log.checkpoints.last().expect("an older one");
    let size = before.note.lines().nth(1).and_then(|size| size.parse().ok());
    log.entries.truncate(size.expect("the size of a checkpoint"));
    bundle
}

/// The same before either had begun the next log.
fn still_open(bundle: &Bundle) -> Bundle {
    let mut bundle = bundle.clone();
    for log in bundle.logs.iter_mut().filter(|log| log.origin.epoch > 0) {
        (log.entries, log.checkpoints) = (Vec::new(), Vec::new());
    }
    bundle
}

/// The epochs of which entry 0 of bravo's log says how they ended, by epoch.
fn told_endings(world: &World) -> Vec<Vec<u64>> {
    let logs = bundle_of(&world.b).logs.into_iter();
    let told = logs.filter(|log| log.origin.side == "b").map(|log| {
        let opened = log.entries[0].opened.as_ref().expect("a body");
        let body: serde_json::Value = serde_json::from_slice(&opened.body).expect("a body");
        let closed = body["previous"].as_array().expect("a list").iter();
        closed
            .map(|closed| closed["epoch"].as_u64().expect("a number"))
            .collect()
    });
    told.collect()
}

#[test]
fn an_epoch_of_which_no_standing_entry_0_tells_is_told_of_by_the_next_one() {
    let mut world = World::new();
    for epoch in 0..2 {
        let bytes = Frame::Hello(closed_hello(epoch, "for a test")).to_bytes();
        let (line, conn) = (line(), world.conn);
        let frame = Input::Frame { line, conn, bytes };
        world.b.engine.input(frame).expect("room");
    }
    world.settle();
    world.disconnect();
    world.connect();
    assert_eq!(world.epochs(), (2, 2));
    assert_eq!(
        told_endings(&world),
        [vec![], vec![0, 1]],
        "of epoch 1 nothing stands"
    );
    next_epoch(&mut world);
    assert_eq!(told_endings(&world), [vec![], vec![0, 1], vec![2]]);
}

fn said(world: &mut World, text: &str) {
    let now = world.now();
    world.a.ask(now, Role::Watch, say(text)).expect("said");
    world.settle();
}

#[test]
fn an_answer_to_what_came_ahead_of_the_log_waits_for_it_when_it_comes_back() {
    let mut world = World::new();
    let early = world.a.disk.clone();
    let log_held_up = |name: &str, frame| match frame {
        Frame::Acts(_) if name == "bravo" => None,
        frame => Some(frame),
    };
    let now = world.now();
    for n in 0..URGENT_BEHIND + 4 {
        let command = say(&format!("bravo {n}"));
        world.b.ask(now, Role::Watch, command).expect("said");
    }
    world.b.ask(now, Role::Watch, cease()).expect("ceased");
    settle_through(&mut world, log_held_up);
    let stop = world.a.engine.mind().stops().remove(0).id;
    let (answer, words) = (StopAnswer::UnderstoodStopping, String::new());
    let line = line();
    let command = Command::AnswerStop {
        line,
        stop,
        answer,
        words,
    };
    let now = world.now();
    world.a.ask(now, Role::Watch, command).expect("answered");
    settle_through(&mut world, log_held_up);
    world.disconnect();
    world.connect();
    let lived = world.a.engine.mind().stops().remove(0).book.answers;
    assert_eq!(lived.len(), 1);
    let mut world = World::on(&early, &world.b.disk, world.now_us);
    world.connect();
    let stops = world.a.engine.mind().stops();
    assert_eq!(
        stops[0].book.answers, lived,
        "taken back before the stop was here"
    );
    invariant_acts_flow(&mut world);
}
