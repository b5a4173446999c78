//! Two engines on one line: the road of an act, cuts, crashes, restores, forks.

mod common;

use accord::Note;
use accord::command::{Command, Role};
use accord::time::Now;
use common::*;
use engine::event::Answer;
use engine::frame::Frame;
use engine::input::{IdempotencyKey, Input, Refused};
use engine::session::Light;

fn sizes(world: &World) -> [(u64, u64, u64); 2] {
    [&world.a, &world.b].map(|node| {
        let view = &node.engine.line_views(world.now())[0];
        (view.own_size, view.cosigned_size, view.peer_size)
    })
}

#[test]
fn an_act_is_received_on_the_peers_disk_and_cosigned() {
    let mut world = World::new();
    let now = world.now();
    world.a.ask(now, Role::Watch, say("good evening")).expect("said");
    world.settle();
    let [(own, cosigned, held), (peer_own, peer_cosigned, peer_held)] = sizes(&world);
    assert_eq!(own, cosigned, "the peer cosigned all of our log");
    assert_eq!(peer_held, own, "and holds it");
    assert_eq!(
        (peer_own, held),
        (peer_cosigned, peer_own),
        "and the other way round"
    );
    let state = world
        .a
        .engine
        .log_state(&line(), engine::input::LogOf::Own)
        .expect("a log");
    assert!(state.cosigned.expect("cosigned").cosignature.is_some());
}

#[test]
fn nothing_leaves_before_it_is_durable() {
    let mut world = World::new();
    let now = world.now();
    let input = Input::Desk {
        reply: 99,
        key: None,
        officer: officer("watch", Role::Watch),
        command: say("held"),
    };
    world.a.engine.input(input).expect("room");
    let batch = world.a.engine.run(now).expect("something to journal");
    assert!(
        world.a.engine.poll_output().is_none(),
        "neither reply nor frame before the journal"
    );
    world.a.engine.durable(batch.records.last().expect("records").seq);
    world.a.drain();
    assert!(world.a.replies.contains_key(&99));
    assert!(
        world
            .a
            .sent
            .iter()
            .any(|bytes| matches!(Frame::parse(bytes), Ok(Frame::Acts(_))))
    );
}

#[test]
fn a_refusal_too_waits_for_what_it_saw() {
    let mut world = World::new();
    let now = world.now();
    for (reply, command) in [(1, say("first")), (2, say(""))] {
        let officer = officer("watch", Role::Watch);
        world
            .a
            .engine
            .input(Input::Desk {
                reply,
                key: None,
                officer,
                command,
            })
            .expect("room");
    }
    let batch = world.a.engine.run(now).expect("the first is journaled");
    assert!(world.a.engine.poll_output().is_none());
    world.a.engine.durable(batch.records.last().expect("records").seq);
    world.a.drain();
    assert!(world.a.replies[&1].is_ok());
    assert!(
        matches!(world.a.replies[&2], Err(Refused::Mind(_))),
        "{:?}",
        world.a.replies[&2]
    );
}

#[test]
fn a_retry_with_the_same_key_gets_the_first_answer_and_changes_nothing() {
    let mut world = World::new();
    let ask = |world: &mut World, reply, text: &str| {
        let key = Some(IdempotencyKey {
            scope: "t".to_owned(),
            key: "k1".to_owned(),
        });
        let officer = officer("watch", Role::Watch);
        let input = Input::Desk {
            reply,
            key,
            officer,
            command: say(text),
        };
        world.a.engine.input(input).expect("room");
        world.settle();
        world.a.replies[&reply].clone()
    };
    let first = ask(&mut world, 11, "once");
    let size = sizes(&world)[0].0;
    world.a.restart(at(world.now_us));
    world.connect();
    let again = ask(&mut world, 12, "once");
    assert_eq!(first, again);
    assert!(matches!(again, Ok(Answer::Done(_))));
    assert_eq!(ask(&mut world, 13, "other"), Err(Refused::KeyReused));
    let kinds = stated_kinds(&world.a);
    assert_eq!(kinds.iter().filter(|kind| *kind == "say").count(), 1, "{kinds:?}");
    assert!(sizes(&world)[0].0 >= size);
}

fn stated_kinds(node: &Node) -> Vec<String> {
    let headers = events(node).into_iter().filter_map(|event| match event {
        engine::event::Event::Line {
            what: engine::event::LineEvent::Sealed { header, .. },
            ..
        } => Some(header),
        _ => None,
    });
    headers
        .map(|header| {
            ledger::header::Header::parse(header.as_bytes())
                .expect("a header")
                .kind
        })
        .collect()
}

fn events(node: &Node) -> Vec<engine::event::Event> {
    let records = node.disk.records.iter();
    let records =
        records.map(|bytes| serde_json::from_slice::<engine::event::Record>(bytes).expect("a record"));
    records.flat_map(|record| record.events).collect()
}

fn ceases_heard(node: &Node) -> usize {
    use accord::{Act, Event};
    let is_cease = |event: &engine::event::Event| {
        matches!(
            event,
            engine::event::Event::Mind {
                mind: Event::Heard {
                    act: Act::Cease { .. },
                    ..
                }
            }
        )
    };
    events(node).iter().filter(|event| is_cease(event)).count()
}

#[test]
fn what_was_said_during_a_cut_arrives_after_it_in_order() {
    let mut world = World::new();
    world.disconnect();
    for n in 0..1000 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say(&format!("number {n}")))
            .expect("said");
    }
    world.pass(120);
    assert_eq!(sizes(&world)[1].2, sizes(&world)[0].1, "nothing went over");
    world.connect();
    let [(own, cosigned, _), (_, _, held)] = sizes(&world);
    assert!(
        own > 1000 && own == cosigned && own == held,
        "{own} {cosigned} {held}"
    );
}

#[test]
fn safety_traffic_overtakes_a_backlog() {
    let mut world = World::new();
    world.disconnect();
    for n in 0..2000 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say(&format!("number {n}")))
            .expect("said");
    }
    let now = world.now();
    world.a.ask(now, Role::Watch, cease()).expect("ceased");
    let conn = world.conn + 1;
    world.conn = conn;
    world.cut = false;
    for node in [&mut world.a, &mut world.b] {
        node.engine
            .input(Input::Connected { line: line(), conn })
            .expect("room");
    }
    let mut order = Vec::new();
    for _ in 0..50 {
        world.now_us += 10;
        let now = world.now();
        world.b.step(now);
        world.a.step(now);
        for bytes in std::mem::take(&mut world.a.sent) {
            order.push(Frame::kind_name(&bytes).expect("a kind"));
            world
                .b
                .engine
                .input(Input::Frame {
                    line: line(),
                    conn,
                    bytes,
                })
                .expect("room");
        }
        for bytes in std::mem::take(&mut world.b.sent) {
            world
                .a
                .engine
                .input(Input::Frame {
                    line: line(),
                    conn,
                    bytes,
                })
                .expect("room");
        }
    }
    let urgent = order
        .iter()
        .position(|kind| *kind == "urgent")
        .expect("an urgent frame");
    let acts = order.iter().position(|kind| *kind == "acts").expect("acts");
    assert!(urgent < acts, "{order:?}");
    world.settle();
    assert_eq!(ceases_heard(&world.b), 1, "once, though it came twice");
}

#[test]
fn a_restart_replays_to_the_same_state() {
    let mut world = World::new();
    for n in 0..20 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say(&format!("number {n}")))
            .expect("said");
        world
            .b
            .ask(now, Role::Watch, say(&format!("heard {n}")))
            .expect("said");
        world.settle();
    }
    let before = world.a.engine.snapshot();
    world.disconnect();
    let after_cut = world.a.engine.snapshot();
    world.a.restart(at(world.now_us));
    assert_eq!(
        world.a.engine.snapshot(),
        after_cut,
        "replayed state equals lived state"
    );
    assert_ne!(before, Vec::<u8>::new());
    let restored = engine::Engine::from_snapshot(&after_cut, Box::new(keyring("alpha"))).expect("a snapshot");
    assert_eq!(restored.snapshot(), after_cut);
    assert_eq!(restored.difference(&world.a.engine), None);
}

#[test]
fn a_clock_jump_takes_its_place_among_the_records() {
    let mut world = World::new();
    world.now_us += 1_000_000;
    let woken = Now {
        mono_us: world.now().mono_us - 3_000_000,
        ..world.now()
    };
    let first = world.a.engine.next_seq();
    let batch = world.a.engine.run(woken).expect("a jump is journaled");
    assert_eq!(batch.first_seq, first);
    let places: Vec<u64> = batch.records.iter().map(|record| record.seq).collect();
    let next = first + places.len() as u64;
    assert_eq!(places, (first..next).collect::<Vec<_>>());
    world.a.engine.durable(next - 1);
}

#[test]
fn states_that_differ_are_told_apart_by_the_place_where_they_do() {
    let mut world = World::new();
    let lived = world.a.engine.snapshot();
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("after the snapshot"))
        .expect("said");
    let kept = engine::Engine::from_snapshot(&lived, Box::new(keyring("alpha"))).expect("a snapshot");
    let place = kept.difference(&world.a.engine).expect("one act more");
    assert!(
        place.starts_with("/last/") || place.starts_with("/lines/north/"),
        "{place}"
    );
}

#[test]
fn a_snapshot_goes_on_under_the_desks_of_today() {
    let world = World::new();
    let snapshot = world.a.engine.snapshot();
    let mut engine =
        engine::Engine::from_snapshot(&snapshot, Box::new(keyring("alpha"))).expect("a snapshot");
    let today = vec![accord::ids::Desk::from("watch")];
    engine.set_desks(today.clone());
    assert_eq!(engine.mind().ladder(), today);
}

#[test]
fn a_node_seals_nothing_after_a_restart_before_hello() {
    let mut world = World::new();
    world.disconnect();
    world.a.restart(at(world.now_us));
    let size = sizes(&world)[0].0;
    let now = world.now();
    world.a.ask(now, Role::Watch, say("early")).expect("taken");
    assert_eq!(sizes(&world)[0].0, size);
    world.connect();
    assert!(sizes(&world)[0].0 > size);
    assert_eq!(sizes(&world)[0].0, sizes(&world)[1].2);
}

#[test]
fn a_node_restored_from_an_old_copy_takes_its_own_acts_back() {
    let mut world = World::new();
    for n in 0..5 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say(&format!("old {n}")))
            .expect("said");
        world.settle();
    }
    let yesterday = world.a.disk.clone();
    for n in 0..1200 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say(&format!("new {n}")))
            .expect("said");
        world
            .b
            .ask(now, Role::Watch, say(&format!("theirs {n}")))
            .expect("said");
        world.settle();
    }
    let lived = sizes(&world);
    world.disconnect();
    world.a.disk = yesterday;
    world.a.restart(at(world.now_us));
    assert!(sizes(&world)[0].0 < lived[0].0);
    world.connect();
    let restored = sizes(&world);
    assert_eq!(restored[0].0, lived[0].0, "our own log is as long as it was");
    assert_eq!(restored[0].2, lived[0].2, "and the peer's");
    let stalled = |event: &engine::event::Event| {
        matches!(
            event,
            engine::event::Event::Line {
                what: engine::event::LineEvent::Stalled { .. },
                ..
            }
        )
    };
    assert!(
        !events(&world.a).iter().any(stalled),
        "taking back is no fault of the line"
    );
    assert_eq!(epoch(&world), (0, 0));
    let now = world.now();
    world.a.ask(now, Role::Watch, say("going on")).expect("said");
    world.settle();
    assert_eq!(sizes(&world)[0].0, sizes(&world)[1].2);
    assert!(sizes(&world)[0].0 > lived[0].0);
}

fn epoch(world: &World) -> (u32, u32) {
    let of = |node: &Node| node.engine.line_views(world.now())[0].epoch;
    (of(&world.a), of(&world.b))
}

#[test]
fn two_copies_of_one_node_are_found_and_a_new_epoch_follows() {
    let mut world = World::new();
    let now = world.now();
    world.a.ask(now, Role::Watch, say("one")).expect("said");
    world.settle();
    world.disconnect();
    let copy = world.a.disk.clone();
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("said while cut off"))
        .expect("said");
    let original = std::mem::replace(&mut world.a, Node::new("alpha", engine::event::Side::A, now));
    world.a.disk = copy;
    world.a.restart(at(world.now_us));
    world.connect();
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("said by the copy"))
        .expect("said");
    world.a.ask(now, Role::Watch, say("and again")).expect("said");
    world.settle();
    world.disconnect();
    world.a = original;
    world.connect();
    assert_eq!(epoch(&world), (1, 1), "both opened the next epoch");
    for node in [&world.a, &world.b] {
        let evidence = node.engine.contradictions(&line());
        assert_eq!(evidence.len(), 1, "{} holds the evidence", node.name);
    }
    let now = world.now();
    world.a.ask(now, Role::Watch, cease()).expect("ceased");
    world.a.ask(now, Role::Watch, say("waits")).expect("said");
    world.settle();
    assert_eq!(ceases_heard(&world.b), 1, "safety traffic passes at once");
    let view = &world.a.engine.line_views(world.now())[0];
    assert!(view.unsealed > 0, "the rest waits for both commanders");
    accept(&mut world);
    let view = &world.a.engine.line_views(world.now())[0];
    assert_eq!(view.unsealed, 0);
    assert_eq!(view.own_size, view.cosigned_size);
}

fn accept(world: &mut World) {
    for node in [&mut world.a, &mut world.b] {
        let keep = engine::input::Keep::AcceptEpoch { line: line() };
        let officer = officer("commander", Role::Commander);
        node.engine
            .input(Input::Keep {
                reply: 500,
                key: None,
                officer,
                keep,
            })
            .expect("room");
    }
    world.settle();
    for node in [&world.a, &world.b] {
        assert!(node.replies[&500].is_ok(), "{:?}", node.replies[&500]);
    }
}

#[test]
fn a_flipped_byte_in_a_frame_stalls_the_line_and_is_said_at_both_ends() {
    let mut world = World::new();
    let now = world.now();
    world.a.ask(now, Role::Watch, say("true words")).expect("said");
    for bytes in &mut world.a.sent {
        if let Ok(Frame::Acts(mut acts)) = Frame::parse(bytes) {
            let body = acts.entries[0].body.as_mut().expect("a body");
            let at = body.len() - 4;
            body[at] ^= 1;
            *bytes = Frame::Acts(acts).to_bytes();
        }
    }
    world.settle();
    let view = &world.b.engine.line_views(world.now())[0];
    assert!(
        view.stalled.as_ref().is_some_and(|why| why.contains("entry")),
        "{:?}",
        view.stalled
    );
    assert!(view.peer_size < world.a.engine.line_views(world.now())[0].own_size);
    world.disconnect();
    world.connect();
    let view = &world.b.engine.line_views(world.now())[0];
    assert_eq!(view.stalled, None, "good entries resume it");
    assert_eq!(view.peer_size, world.a.engine.line_views(world.now())[0].own_size);
}

#[test]
fn garbage_is_reported_and_harms_nothing() {
    let mut world = World::new();
    let conn = world.conn;
    for bytes in [
        vec![],
        vec![200, 1, 2],
        vec![3, 0, 0],
        vec![1, b'{'],
        vec![5; 3000],
    ] {
        world
            .b
            .engine
            .input(Input::Frame {
                line: line(),
                conn,
                bytes,
            })
            .expect("room");
    }
    world.settle();
    assert!(!world.b.closed.is_empty());
    let now = world.now();
    world.a.ask(now, Role::Watch, say("still here")).expect("said");
    world.settle();
    assert_eq!(sizes(&world)[0].0, sizes(&world)[1].2);
}

#[test]
fn replayed_and_reordered_frames_change_nothing() {
    let mut world = World::new();
    let mut recorded = Vec::new();
    for n in 0..10 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say(&format!("number {n}")))
            .expect("said");
        recorded.extend(world.a.sent.clone());
        world.settle();
    }
    let size = sizes(&world)[1].2;
    let conn = world.conn;
    for bytes in recorded.iter().rev().chain(&recorded) {
        let bytes = bytes.clone();
        world
            .b
            .engine
            .input(Input::Frame {
                line: line(),
                conn,
                bytes,
            })
            .expect("room");
        world.settle();
    }
    assert_eq!(sizes(&world)[1].2, size);
    assert_eq!(world.b.engine.line_views(world.now())[0].stalled, None);
}

#[test]
fn silence_turns_the_line_amber_then_red() {
    let mut world = World::new();
    world.pass(10);
    assert_eq!(
        world.a.engine.line_views(world.now())[0].light,
        Light::Up,
        "beats keep it up"
    );
    world.cut = true;
    world.pass(7);
    assert_eq!(world.a.engine.line_views(world.now())[0].light, Light::Amber);
    world.pass(15);
    assert_eq!(world.a.engine.line_views(world.now())[0].light, Light::Red);
}

#[test]
fn a_flood_of_frames_leaves_room_for_a_cease() {
    let mut world = World::new();
    let conn = world.conn;
    let mut refused = 0;
    for _ in 0..20_000 {
        for kind in [2_u8, 5] {
            let input = Input::Frame {
                line: line(),
                conn,
                bytes: vec![kind; 64],
            };
            refused += usize::from(world.b.engine.input(input).is_err());
        }
    }
    assert!(refused > 30_000, "a line fills only its quota");
    let now = world.now();
    world
        .b
        .ask(now, Role::Watch, cease())
        .expect("a desk's own cease is taken");
}

#[test]
fn below_the_disk_reserve_planning_is_refused_and_safety_passes() {
    let mut world = World::new();
    world.a.engine.set_space(engine::input::Space::Reserve);
    let now = world.now();
    let volume = circle(35_000, 36_000, 1000, T0 + 3_600_000_000, T0 + 7_200_000_000);
    let plan = accord::command::Command::Plan(draft("x", accord::act::Class::Transit, vec![volume]));
    assert_eq!(world.a.ask(now, Role::Watch, plan), Err(Refused::DiskReserve));
    world.a.ask(now, Role::Watch, cease()).expect("ceased");
    world
        .b
        .ask(now, Role::Watch, say("an act of the peer"))
        .expect("said");
    world.settle();
    assert_eq!(sizes(&world)[1].0, sizes(&world)[0].2, "acts of peers are taken");
    assert_eq!(ceases_heard(&world.b), 1);
}

#[test]
fn a_clock_that_jumps_back_is_told_once_and_time_in_the_journal_never_runs_back() {
    use accord::{Event as MindEvent, Trouble};
    let mut world = World::new();
    let mono_us = world.now().mono_us;
    for step in 1..=5 {
        let jumped = accord::time::Now {
            wall_us: T0 - 3_600_000_000 + step,
            mono_us: mono_us + step,
            boot: 1,
        };
        world.a.step(jumped);
    }
    let is_jump = |event: &engine::event::Event| {
        matches!(
            event,
            engine::event::Event::Mind {
                mind: MindEvent::Trouble(Trouble::ClockJump { .. })
            }
        )
    };
    assert_eq!(events(&world.a).iter().filter(|event| is_jump(event)).count(), 1);
    let records = world.a.disk.records.iter();
    let walls: Vec<i64> = records
        .map(|bytes| {
            serde_json::from_slice::<engine::event::Record>(bytes)
                .expect("a record")
                .now
                .wall_us
        })
        .collect();
    assert!(walls.is_sorted(), "wall time never runs back");
}

#[test]
fn the_second_officer_who_confirms_the_words_is_not_told_that_they_wait() {
    let mut world = World::new();
    let now = world.now();
    let words = world.a.engine.line_views(now)[0].words.join(" ");
    let confirm = Command::ConfirmWords { line: line(), words };
    let waits = |answer: Result<Answer, Refused>| match answer {
        Ok(Answer::Done(outcome)) => outcome
            .notes
            .iter()
            .any(|note| matches!(note, Note::LineUnverified { .. })),
        other => panic!("{other:?}"),
    };
    assert!(waits(world.a.ask(now, Role::Watch, confirm.clone())));
    world.settle();
    let now = world.now();
    assert!(!waits(world.b.ask(now, Role::Watch, confirm)));
    world.settle();
    let now = world.now();
    assert!(world.a.engine.line_views(now)[0].verified);
}
