//! RECEIVED that was never cosigned when its epoch was closed: stated again, with its first instant.

mod common;

use accord::alarm::Author;
use accord::command::Role;
use common::export::bundle_of;
use common::life::{closed_hello, invariant_acts_flow, memory, notify};
use common::wire::settle_through;
use common::*;
use engine::frame::Frame;
use engine::line::{KIND_RECEIVED, Receipts};
use ledger::header::Header;
use ledger::keys::Ed25519;
use ledger::verify::verify_bundle;
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000_000;

/// A line on which alpha gave notice, said something and ordered a cease. Bravo has it all; of what bravo
/// sends alpha gets only what `passes`. Then `closer` closes the epoch, minutes later.
struct Closed {
    world: World,
    /// Both disks before the notice.
    early: (Disk, Disk),
    /// When bravo had the notice.
    received_at_us: i64,
}

impl Closed {
    fn by(closer: &str, passes: fn(&Frame) -> bool) -> Closed {
        let mut world = World::new();
        let early = (world.a.disk.clone(), world.b.disk.clone());
        notify(&mut world, false, 1);
        for command in [say("alpha speaks"), cease()] {
            let now = world.now();
            world.a.ask(now, Role::Watch, command).expect("stated");
        }
        settle_through(&mut world, |name, frame| {
            (name == "alpha" || passes(&frame)).then_some(frame)
        });
        let received_at_us = received(&world.b, Author::Peer).expect("bravo has it");
        assert_eq!(received(&world.a, Author::Own), None, "alpha does not know");
        world.now_us += 5 * MINUTE;
        let bytes = Frame::Hello(closed_hello(0, "for a test")).to_bytes();
        let node = if closer == "alpha" {
            &mut world.a
        } else {
            &mut world.b
        };
        let (line, conn) = (line(), world.conn);
        let frame = engine::input::Input::Frame { line, conn, bytes };
        node.engine.input(frame).expect("room");
        world.settle();
        assert_eq!(world.epochs(), (1, 1));
        Closed {
            world,
            early,
            received_at_us,
        }
    }
}

/// When the only notice of one side was received, as a node shows it.
fn received(node: &Node, author: Author) -> Option<i64> {
    memory(node, author)["notices"][0]["received"]["at_us"].as_i64()
}

/// Both ends show the notice as received at this instant, with one lead, and all else alike.
fn invariant_both_show(world: &World, received_at_us: i64) {
    let shown = [received(&world.a, Author::Own), received(&world.b, Author::Peer)];
    assert_eq!(shown, [Some(received_at_us); 2]);
    assert_eq!(memory(&world.a, Author::Own), memory(&world.b, Author::Peer));
    for view in world.a.engine.mind().dialogues(&line()) {
        assert!(view.book.received_at_us.is_some(), "{view:?}");
    }
    for node in [&world.a, &world.b] {
        let report = verify_bundle(&bundle_of(node), None, &Ed25519);
        assert_eq!(report.first_failure, None, "{report}");
    }
}

/// How often bravo's logs state RECEIVED of each entry of alpha's, by epoch and place.
fn stated(world: &World) -> BTreeMap<(u32, u64), usize> {
    let mut stated = BTreeMap::new();
    let logs = bundle_of(&world.b).logs;
    let entries = logs.iter().filter(|log| log.origin.side == "b");
    for entry in entries.flat_map(|log| &log.entries) {
        let header = Header::parse(&entry.header).expect("a header");
        if header.kind == KIND_RECEIVED {
            let body = &entry.opened.as_ref().expect("a body").body;
            let receipts: Receipts = serde_json::from_slice(body).expect("receipts");
            for (seq, _) in receipts.pairs(u64::MAX).expect("runs") {
                *stated.entry((receipts.epoch, seq)).or_default() += 1;
            }
        }
    }
    stated
}

fn no_acts(frame: &Frame) -> bool {
    !matches!(frame, Frame::Acts(_))
}

fn nothing(_: &Frame) -> bool {
    false
}

#[test]
fn a_receipt_lost_with_its_epoch_is_stated_again_with_the_instant_that_it_had() {
    let mut closed = Closed::by("bravo", no_acts);
    closed.world.accept();
    invariant_both_show(&closed.world, closed.received_at_us);
    invariant_acts_flow(&mut closed.world);
    let stated = stated(&closed.world);
    assert!(stated.values().all(|times| *times == 1), "{stated:?}");
    let of_closed = stated.keys().filter(|(epoch, _)| *epoch == 0).count();
    assert_eq!(of_closed, 4, "entry 0, the notice, the message and the cease");
}

#[test]
fn what_is_stated_again_with_its_epoch_keeps_the_instant_at_which_it_first_came() {
    let mut closed = Closed::by("alpha", nothing);
    closed.world.accept();
    invariant_both_show(&closed.world, closed.received_at_us);
}

#[test]
fn either_end_put_back_to_before_the_closed_epoch_ended_has_the_receipt_again() {
    for passes in [no_acts, nothing] {
        let mut closed = Closed::by("bravo", passes);
        closed.world.accept();
        let Closed { world, early, .. } = &closed;
        let (a, b) = (&world.a.disk, &world.b.disk);
        for (a, b) in [(&early.0, b), (a, &early.1)] {
            let mut world = World::on(a, b, world.now_us + MINUTE);
            world.connect();
            let before = stated(&world);
            assert!(before.values().all(|times| *times == 1), "{before:?}");
            invariant_both_show(&world, closed.received_at_us);
            invariant_acts_flow(&mut world);
        }
    }
}

#[test]
fn a_receipt_of_what_was_never_cosigned_in_a_closed_log_is_not_shown_by_itself() {
    let mut closed = Closed::by("alpha", nothing);
    let seq = bundle_of(&closed.world.a).logs[0].entries.len() as u64;
    assert!(
        stated(&closed.world).contains_key(&(0, seq)),
        "bravo stated it again"
    );
    assert_eq!(received(&closed.world.a, Author::Own), None);
    closed.world.accept();
    assert_eq!(
        received(&closed.world.a, Author::Own),
        Some(closed.received_at_us)
    );
}
