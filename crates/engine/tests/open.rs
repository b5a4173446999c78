//! The open service beside the mind: what it answers is durable, and no line hears of it.

mod common;

use accord::command::Role;
use common::*;
use engine::input::{Input, OpenRefused, ReplyTo, Space};
use engine::limits::QUEUE_LENGTHS;
use engine::queue::Lane;
use geo4d::s2::Cells;
use pool::call::{Attach, PutIntent};
use pool::entity::IntentState;
use pool::ids::{EntityId, Manager};
use pool::limits::KEEP_EXPIRED_US;
use pool::{Answer, Call, Extent, Refused, Request};

const HOUR_US: i64 = 3_600_000_000;

fn id(n: u8) -> EntityId {
    EntityId::from_random([n; 16])
}

/// One cell, another one for each number.
fn cells(n: u8) -> Cells {
    let id = (u64::from(n) << 35) | (1 << 34);
    Cells::from_sorted(vec![id]).expect("a level-13 cell")
}

fn asked(call: Call) -> Box<Request> {
    Box::new(Request {
        manager: Manager("uss1".to_owned()),
        may_be_off_nominal: false,
        fresh: id(255),
        call,
    })
}

fn put(n: u8, now_us: i64) -> Call {
    let extent = Extent {
        cells: cells(n),
        start_us: Some(now_us),
        end_us: Some(now_us + HOUR_US),
        lower_mm: Some(0),
        upper_mm: Some(100_000),
    };
    Call::PutIntent(Box::new(PutIntent {
        id: id(n),
        ovn: None,
        extent,
        key: Vec::new(),
        state: Some(IntentState::Accepted),
        base_url: "https://uss1.example".to_owned(),
        attach: Attach::Nothing,
        ovn_suffix: None,
    }))
}

fn open(node: &mut Node, reply: ReplyTo, call: Call) {
    let request = asked(call);
    node.engine.input(Input::Open { reply, request }).expect("room");
}

#[test]
fn what_an_open_client_hears_is_durable_reads_and_refusals_too() {
    let mut world = World::new();
    let now = world.now();
    open(&mut world.a, 1, put(1, now.wall_us));
    open(&mut world.a, 2, Call::GetIntent { id: id(1) });
    open(&mut world.a, 3, put(1, now.wall_us));
    let batch = world.a.engine.run(now).expect("something to journal");
    assert!(
        world.a.engine.poll_output().is_none(),
        "nothing before the journal"
    );
    world.a.engine.durable(batch.records.last().expect("records").seq);
    world.a.drain();
    let replies = &world.a.open_replies;
    assert!(matches!(
        replies[&1],
        Ok(Answer::IntentChanged { made: true, .. })
    ));
    assert!(matches!(replies[&2], Ok(Answer::Intent(_))));
    assert!(matches!(
        replies[&3],
        Err(OpenRefused::Pool(Refused::Conflict(_)))
    ));
}

#[test]
fn what_open_clients_wrote_is_there_after_a_restart_and_in_a_snapshot() {
    let mut world = World::new();
    let now = world.now();
    for n in 0..20 {
        open(&mut world.a, u64::from(n), put(n, now.wall_us));
        world.a.step(now);
    }
    let lived = world.a.engine.digest();
    world.a.restart(now);
    assert_eq!(world.a.engine.digest(), lived, "replayed");
    assert_eq!(world.a.engine.pool().counts(), (20, 0, 0));
    let bytes = world.a.engine.snapshot();
    let keys = Box::new(keyring("alpha"));
    let again = engine::Engine::from_snapshot(&bytes, keys).expect("a snapshot");
    assert_eq!(again.digest(), lived, "out of a snapshot");
    again.pool().invariant_is_sound();
}

#[test]
fn frames_of_a_line_are_the_same_whether_or_not_there_is_open_traffic() {
    let mut with = World::new();
    let mut without = World::new();
    for n in 0..30 {
        for world in [&mut with, &mut without] {
            world.now_us += 1_000_000;
        }
        let now = with.now();
        for reply in 0..3 {
            open(&mut with.a, 3 * u64::from(n) + reply, put(n, now.wall_us));
        }
        let command = if n % 5 == 0 {
            cease()
        } else {
            say(&format!("number {n}"))
        };
        for world in [&mut with, &mut without] {
            world.a.ask(now, Role::Watch, command.clone()).expect("said");
            assert!(!world.a.sent.is_empty());
        }
        assert_eq!(with.a.sent, without.a.sent, "after {n}");
        with.settle();
        without.settle();
    }
}

#[test]
fn a_cease_passes_a_full_queue_of_open_traffic() {
    let mut world = World::new();
    let now = world.now();
    for reply in 0..QUEUE_LENGTHS[Lane::Pool as usize] {
        open(&mut world.a, reply as u64, put((reply % 200) as u8, now.wall_us));
    }
    let (reply, request) = (0, asked(Call::GetIntent { id: id(1) }));
    let full = world.a.engine.input(Input::Open { reply, request });
    assert_eq!(full.expect_err("no place").0, Lane::Pool);
    let stated = world.a.ask(now, Role::Watch, cease());
    assert!(stated.is_ok(), "in the very next batch: {stated:?}");
    assert!(world.a.engine.waiting(Lane::Pool) > 0);
}

#[test]
fn below_the_reserve_open_clients_read_and_do_not_write() {
    let mut world = World::new();
    let now = world.now();
    world.a.engine.set_space(Space::Reserve);
    open(&mut world.a, 1, put(1, now.wall_us));
    open(&mut world.a, 2, Call::GetIntent { id: id(1) });
    world.a.step(now);
    assert_eq!(world.a.open_replies[&1], Err(OpenRefused::DiskReserve));
    assert!(matches!(
        world.a.open_replies[&2],
        Err(OpenRefused::Pool(Refused::NotFound(..)))
    ));
}

#[test]
fn what_has_long_expired_goes_by_itself() {
    let mut world = World::new();
    let now = world.now();
    open(&mut world.a, 1, put(1, now.wall_us));
    world.a.step(now);
    let due_us = world
        .a
        .engine
        .pool()
        .evicts_at_us()
        .expect("something will expire");
    assert_eq!(due_us, now.wall_us + HOUR_US + KEEP_EXPIRED_US + 1);
    world.disconnect();
    world.now_us = due_us;
    let now = world.now();
    assert!(world.a.engine.poll_timeout(now).expect("a clock") <= 0);
    world.a.step(now);
    assert_eq!(world.a.engine.pool().counts(), (0, 0, 0));
}
