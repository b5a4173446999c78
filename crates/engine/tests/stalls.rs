//! What one end did not take: said at both ends, asked for again, and safety passes meanwhile.

mod common;

use accord::command::Role;
use accord::{Act, Event};
use common::wire::{connect_through, settle_through};
use common::*;
use engine::event::{Event as EngineEvent, LineEvent, Rank, Record, Unsealed};
use engine::frame::Frame;
use engine::input::Space;
use engine::limits::{MAX_OWED_IN_ALL, URGENT_BEHIND};
use engine::line::Receipts;

/// Own log, what the peer cosigned of it, and what is held of the peer's.
fn sizes(node: &Node, world: &World) -> (u64, u64, u64) {
    let view = &node.engine.line_views(world.now())[0];
    (view.own_size, view.cosigned_size, view.peer_size)
}

fn both_hold_everything(world: &World) -> bool {
    let (a_own, a_cosigned, a_held) = sizes(&world.a, world);
    let (b_own, b_cosigned, b_held) = sizes(&world.b, world);
    a_own == b_held && a_own == a_cosigned && b_own == a_held && b_own == b_cosigned
}

fn does(world: &mut World, command: accord::command::Command) {
    let now = world.now();
    world.a.ask(now, Role::Watch, command).expect("taken");
    world.settle();
}

fn ceases_heard(node: &Node) -> usize {
    let records = node.disk.records.iter();
    let records = records.map(|bytes| serde_json::from_slice::<engine::event::Record>(bytes));
    let is_cease = |event: &EngineEvent| {
        matches!(
            event,
            EngineEvent::Mind {
                mind: Event::Heard {
                    act: Act::Cease { .. },
                    ..
                }
            }
        )
    };
    let events = records.flat_map(|record| record.expect("a record").events);
    events.filter(is_cease).count()
}

#[test]
fn a_full_disk_takes_nothing_but_hears_every_cease_also_over_a_new_connection() {
    let mut world = World::new();
    let held = sizes(&world.b, &world).2;
    world.b.engine.set_space(Space::Full);
    does(&mut world, say("one"));
    does(&mut world, cease());
    assert_eq!(sizes(&world.b, &world).2, held, "nothing is cosigned");
    assert_eq!(ceases_heard(&world.b), 1);
    for node in [&world.a, &world.b] {
        assert!(
            node.engine.mind().stalled(&line()).is_some(),
            "{} says so",
            node.name
        );
    }
    world.disconnect();
    world.connect();
    does(&mut world, cease());
    assert_eq!(
        ceases_heard(&world.b),
        2,
        "the peer was told again that it has to send ahead"
    );
    assert_eq!(sizes(&world.b, &world).2, held);
}

#[test]
fn room_that_came_back_brings_what_was_missed_and_ends_the_stall_at_both_ends() {
    let mut world = World::new();
    world.b.engine.set_space(Space::Full);
    for n in 0..40 {
        does(&mut world, say(&format!("number {n}")));
    }
    does(&mut world, cease());
    assert!(!both_hold_everything(&world));
    world.b.engine.set_space(Space::Reserve);
    world.settle();
    assert!(both_hold_everything(&world), "without another act or connection");
    assert_eq!(
        ceases_heard(&world.b),
        1,
        "once, though it came ahead and in the log"
    );
    for node in [&world.a, &world.b] {
        assert!(node.engine.mind().stalled(&line()).is_none(), "{}", node.name);
        assert_eq!(node.engine.line_views(world.now())[0].stalled, None);
    }
}

#[test]
fn a_lost_frame_is_asked_for_again_and_both_ends_go_on() {
    let mut world = World::new();
    let now = world.now();
    world.a.ask(now, Role::Watch, say("lost")).expect("said");
    world.a.sent.clear();
    does(&mut world, say("found"));
    assert!(both_hold_everything(&world));
    let now = world.now();
    world.b.ask(now, Role::Watch, say("understood")).expect("said");
    world.settle();
    assert!(both_hold_everything(&world), "whoever asked again still speaks");
}

#[test]
fn what_the_last_run_measured_ends_with_it_and_what_it_proved_does_not() {
    use accord::{Trouble, TroubleKey};
    let mut world = World::new();
    let contradiction = Trouble::Contradiction {
        line: line(),
        text: "two roots".to_owned(),
    };
    let queue = "desks".to_owned();
    for trouble in [Trouble::DiskReserve, Trouble::QueueFull { queue }, contradiction] {
        let input = engine::input::Input::Trouble(trouble);
        world.a.engine.input(input).expect("room");
    }
    world.settle();
    assert_eq!(world.a.engine.mind().standing_faults().len(), 3);
    world.disconnect();
    world.a.restart(at(world.now_us));
    world.connect();
    assert_eq!(
        world.a.engine.mind().standing_faults(),
        [TroubleKey::Contradiction(line())]
    );
}

/// Frames with entries are lost on the way from alpha.
fn without_acts_of_alpha(name: &str, frame: Frame) -> Option<Frame> {
    (name != "alpha" || !matches!(frame, Frame::Acts(_))).then_some(frame)
}

/// What the peer has cosigned and lost is sent to it again, before all that is new.
#[test]
fn safety_traffic_overtakes_what_a_restored_peer_is_given_again() {
    let mut world = World::new();
    let before = world.b.disk.clone();
    for n in 0..URGENT_BEHIND + 8 {
        does(&mut world, say(&format!("number {n}")));
    }
    world.disconnect();
    world.b.disk = before;
    world.b.restart(at(world.now_us));
    connect_through(&mut world, without_acts_of_alpha);
    let now = world.now();
    world.a.ask(now, Role::Watch, cease()).expect("ceased");
    settle_through(&mut world, without_acts_of_alpha);
    assert_eq!(
        ceases_heard(&world.b),
        1,
        "though nothing of the log came through"
    );
    world.disconnect();
    world.connect();
    assert!(both_hold_everything(&world));
    assert_eq!(ceases_heard(&world.b), 1);
    let kept: Vec<_> = world.a.engine.holdings();
    let kept: Vec<_> = kept.iter().filter(|one| one.passing && one.held > 0).collect();
    assert_eq!(
        kept,
        [] as [&engine::holdings::Holding; 0],
        "what was read again is let go of"
    );
}

/// Each entry that is taken is receipted in our own log; a peer that cosigns none of that would fill
/// the memory with it.
#[test]
fn a_peer_that_sends_and_never_cosigns_is_not_listened_to_for_ever() {
    let mut world = World::new();
    world.disconnect();
    let queued = EngineEvent::Line {
        line: line(),
        what: LineEvent::Queued {
            rank: Rank::System,
            act: Unsealed {
                act_ref: None,
                kind: "received".to_owned(),
                desk: accord::ids::Desk::from("node"),
                drill: false,
                at: world.now_us,
                body: Receipts::from_pairs(0, &[]).to_body(),
            },
        },
    };
    let record = Record {
        seq: world.a.disk.records.len() as u64 + 1,
        now: world.now(),
        input: serde_json::Value::Null,
        events: vec![queued; MAX_OWED_IN_ALL],
    };
    let bytes = serde_json::to_vec(&record).expect("plain data");
    world.a.disk.records.push(bytes);
    world.a.restart(at(world.now_us));
    let held = sizes(&world.a, &world).2;
    connect_through(&mut world, without_acts_of_alpha);
    let now = world.now();
    world.b.ask(now, Role::Watch, say("and again")).expect("said");
    settle_through(&mut world, without_acts_of_alpha);
    assert_eq!(sizes(&world.a, &world).2, held);
    let why = world.a.view(world.now()).stalled.expect("it says so");
    assert!(why.contains("does not cosign our log"), "{why}");
    let now = world.now();
    world.b.ask(now, Role::Watch, cease()).expect("ceased");
    settle_through(&mut world, without_acts_of_alpha);
    assert_eq!(ceases_heard(&world.a), 1, "it is still heard");
}
