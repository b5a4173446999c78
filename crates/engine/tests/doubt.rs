//! What must neither be lost nor doubled, nor be shown as well when it is not.

mod common;

use accord::Outcome;
use accord::act::{Class, Level};
use accord::command::{Command, Role};
use accord::ids::OperationId;
use accord::view::NoticeFilter;
use common::wire::{connect_through, settle_through};
use common::*;
use engine::event::{Answer, Event, LineEvent, Record};
use engine::frame::Frame;
use engine::input::{Input, LogOf, Space};
use engine::limits::{MAX_RESTORE_TRIES, MAX_URGENT_ON_RETURN};
use engine::line::{KIND_RECEIVED, Receipts};
use engine::session::Light;
use ledger::header::Header;

fn events(node: &Node) -> Vec<Event> {
    let records = node.disk.records.iter();
    let records = records.map(|bytes| serde_json::from_slice::<Record>(bytes).expect("a record"));
    records.flat_map(|record| record.events).collect()
}

/// Headers that a node sealed, with their bodies.
fn sealed(node: &Node) -> Vec<(Header, String)> {
    let mut waiting: [std::collections::VecDeque<String>; 3] = Default::default();
    let mut sealed = Vec::new();
    for event in events(node) {
        match event {
            Event::Line {
                what: LineEvent::Queued { rank, act },
                ..
            } => waiting[rank as usize].push_back(act.body),
            Event::Line {
                what: LineEvent::Sealed { rank, header, .. },
                ..
            } => {
                let body = waiting[rank as usize].pop_front().unwrap_or_default();
                sealed.push((Header::parse(header.as_bytes()).expect("a header"), body));
            }
            _ => {}
        }
    }
    sealed
}

fn view(node: &Node, world: &World) -> engine::view::LineView {
    node.engine.line_views(world.now()).remove(0)
}

fn epochs(world: &World) -> (u32, u32) {
    (view(&world.a, world).epoch, view(&world.b, world).epoch)
}

fn said(world: &mut World, text: &str) {
    let now = world.now();
    world.a.ask(now, Role::Watch, say(text)).expect("said");
    world.settle();
}

fn heard(node: &Node, text: &str) -> usize {
    let messages = node.engine.mind().dialogues(&line());
    messages.iter().filter(|view| view.book.text == text).count()
}

#[test]
fn acts_that_waited_when_a_backup_was_made_are_not_stated_twice() {
    let mut world = World::new();
    world.disconnect();
    world.a.restart(at(world.now_us));
    let now = world.now();
    world.a.ask(now, Role::Watch, say("waits")).expect("taken");
    world.a.ask(now, Role::Watch, cease()).expect("taken");
    let backup = world.a.disk.clone();
    world.connect();
    let lived = view(&world.a, &world).own_size;
    assert_eq!(heard(&world.b, "waits"), 1);
    world.disconnect();
    world.a.disk = backup;
    world.a.restart(at(world.now_us));
    assert_eq!(view(&world.a, &world).unsealed, 2);
    world.connect();
    let restored = view(&world.a, &world);
    assert_eq!(
        (restored.own_size, restored.unsealed),
        (lived, 0),
        "each has the place it had"
    );
    said(&mut world, "goes on");
    let log = |node: &Node, of| node.engine.log_state(&line(), of).expect("a log").size;
    assert_eq!(log(&world.a, LogOf::Own), log(&world.b, LogOf::Peer));
    let kinds: Vec<String> = (0..log(&world.b, LogOf::Peer))
        .map(|seq| {
            let key = engine::line::entry_key(&line(), LogOf::Peer, 0, seq);
            let entry = engine::frame::Entry::parse(&world.b.disk.entries[&key]).expect("an entry");
            Header::parse(&entry.header).expect("a header").kind
        })
        .collect();
    for kind in ["open", "cease"] {
        assert_eq!(
            kinds.iter().filter(|stated| *stated == kind).count(),
            1,
            "{kinds:?}"
        );
    }
    let own = world.a.engine.mind().dialogues(&line());
    assert!(
        own.iter().all(|view| view.book.received_at_us.is_some()),
        "{own:?}"
    );
    world.a.engine.mind().check_invariants();
}

#[test]
fn a_log_that_comes_back_without_a_cosignature_is_not_taken_for_received() {
    let mut world = World::new();
    let yesterday = world.a.disk.clone();
    for n in 0..5 {
        said(&mut world, &format!("number {n}"));
    }
    world.disconnect();
    world.a.disk = yesterday;
    world.a.restart(at(world.now_us));
    connect_through(&mut world, |_, frame| {
        Some(match frame {
            Frame::Hello(mut hello) => {
                hello.held = hello.held.map(|mut held| {
                    held.cosignature = held.cosignature.filter(|_| hello.epoch > 0);
                    held
                });
                Frame::Hello(hello)
            }
            frame => frame,
        })
    });
    let covers = events(&world.a).into_iter().filter_map(|event| match event {
        Event::Line {
            what: LineEvent::Cosigned {
                cosignature, time_s, ..
            },
            ..
        } => Some((cosignature, time_s)),
        _ => None,
    });
    for (cosignature, time_s) in covers {
        assert!(!cosignature.is_empty() && time_s > 0);
    }
    assert_eq!(epochs(&world), (1, 1), "both go on in a new epoch");
}

#[test]
fn a_restored_node_knows_that_its_commander_had_signed_the_epoch() {
    let mut world = World::new();
    said(&mut world, "before");
    let backup = world.a.disk.clone();
    let frame = Frame::Hello(engine::frame::Hello {
        v: 1,
        line: line().0,
        epoch: 0,
        closed: Some("for a reason".to_owned()),
        wall_us: world.now_us,
        own: None,
        own_cosigned: None,
        held: None,
    });
    let (conn, bytes, line) = (world.conn, frame.to_bytes(), line());
    world
        .b
        .engine
        .input(Input::Frame { line, conn, bytes })
        .expect("room");
    world.settle();
    world.accept();
    said(&mut world, "in the new epoch");
    assert_eq!((epochs(&world), heard(&world.b, "in the new epoch")), ((1, 1), 1));
    world.disconnect();
    world.a.disk = backup;
    world.a.restart(at(world.now_us));
    world.connect();
    let shown = &world.a.engine.mind().lines()[0];
    assert!(!shown.held, "{shown:?}");
    said(&mut world, "after the restore");
    assert_eq!(heard(&world.b, "after the restore"), 1);
    assert_eq!(heard(&world.b, "in the new epoch"), 1);
}

#[test]
fn a_node_that_starts_again_without_its_peer_shows_the_line_down_and_raises_the_alarm() {
    let mut world = World::new();
    world.cut = true;
    world.a.restart(at(world.now_us));
    world.pass(1);
    let mind = world.a.engine.mind();
    assert_eq!(
        mind.link(&line()),
        Some(accord::view::Link::Down),
        "it is not connected"
    );
    world.pass(70);
    let queue = world.a.engine.mind().alarms(world.now()).queue;
    let red = queue.iter().find(|view| view.topic == accord::alarm::Topic::Red);
    assert!(red.is_some_and(|view| view.alarm.active), "{queue:?}");
}

#[test]
fn a_connection_on_which_hello_never_settles_turns_amber_then_red_for_all_its_beats() {
    let mut world = World::new();
    let no_hello = |_: &str, frame| match frame {
        Frame::Hello(_) => None,
        frame => Some(frame),
    };
    connect_through(&mut world, no_hello);
    for light in [Light::Up, Light::Amber, Light::Red] {
        assert_eq!(view(&world.a, &world).light, light);
        for _ in 0..5 {
            world.now_us += 1_500_000;
            settle_through(&mut world, no_hello);
        }
        if light == Light::Amber {
            world.now_us += 1_500_000;
            (0..5).for_each(|_| {
                world.now_us += 1_500_000;
                settle_through(&mut world, no_hello);
            });
        }
    }
}

#[test]
fn what_was_lost_on_the_way_is_asked_for_and_the_line_goes_on() {
    let mut world = World::new();
    let now = world.now();
    world.a.ask(now, Role::Watch, say("lost")).expect("said");
    world.a.sent.clear();
    world.settle();
    assert_eq!(heard(&world.b, "lost"), 0);
    world.pass(6);
    assert_eq!(heard(&world.b, "lost"), 1, "a beat showed that it was missing");
    let now = world.now();
    world.a.ask(now, Role::Watch, say("lost as well")).expect("said");
    world.a.sent.clear();
    said(&mut world, "after it");
    assert_eq!(
        (heard(&world.b, "lost as well"), heard(&world.b, "after it")),
        (1, 1)
    );
    let now = world.now();
    world.b.ask(now, Role::Watch, say("from here too")).expect("said");
    world.settle();
    assert_eq!(heard(&world.a, "from here too"), 1, "who asked is not mute");
    for node in [&world.a, &world.b] {
        let view = view(node, &world);
        assert_eq!((view.own_size, view.stalled), (view.cosigned_size, None));
    }
}

#[test]
fn a_full_disk_that_has_room_again_takes_what_it_had_to_refuse() {
    let mut world = World::new();
    world.b.engine.set_space(Space::Full);
    said(&mut world, "while it was full");
    assert_eq!(heard(&world.b, "while it was full"), 0);
    assert!(
        world.a.engine.mind().stalled(&line()).is_some(),
        "said at both ends"
    );
    assert!(world.b.engine.mind().stalled(&line()).is_some());
    world.pass(10);
    world.b.engine.set_space(Space::Normal);
    world.pass(4);
    assert_eq!(heard(&world.b, "while it was full"), 1);
    for node in [&world.a, &world.b] {
        assert_eq!(
            node.engine.mind().stalled(&line()),
            None,
            "{}: over at both ends",
            node.name
        );
    }
}

#[test]
fn a_stall_is_said_again_on_the_next_connection_while_it_lasts() {
    let mut world = World::new();
    let spoil = |name: &str, frame| match frame {
        Frame::Acts(mut acts) if name == "alpha" => {
            acts.entries[0].salt[0] ^= 1;
            Some(Frame::Acts(acts))
        }
        frame => Some(frame),
    };
    let now = world.now();
    world.a.ask(now, Role::Watch, say("spoiled")).expect("said");
    settle_through(&mut world, spoil);
    assert!(world.a.engine.mind().stalled(&line()).is_some());
    world.a.restart(at(world.now_us));
    connect_through(&mut world, spoil);
    assert!(world.a.engine.mind().stalled(&line()).is_some());
    assert!(world.b.engine.mind().stalled(&line()).is_some());
    world.disconnect();
    world.connect();
    for node in [&world.a, &world.b] {
        assert_eq!(node.engine.mind().stalled(&line()), None, "{}", node.name);
    }
}

#[test]
fn a_restored_node_cosigns_nothing_besides_what_it_had_cosigned() {
    let mut world = World::new();
    said(&mut world, "common");
    let before = (world.a.disk.clone(), world.b.disk.clone());
    for n in 0..5 {
        said(&mut world, &format!("first life {n}"));
    }
    let shown = world.a.engine.log_state(&line(), LogOf::Own).expect("a log");
    let floor = shown.cosigned_size;
    world.disconnect();
    (world.a.disk, world.b.disk) = before;
    for node in [&mut world.a, &mut world.b] {
        node.restart(at(world.now_us));
    }
    let with_shown = |name: &str, frame| match frame {
        Frame::Hello(mut hello) if name == "alpha" && hello.epoch == 0 => {
            hello.own_cosigned.clone_from(&shown.cosigned);
            hello.own.clone_from(&shown.cosigned); // it makes believe that it has it still
            Some(Frame::Hello(hello))
        }
        frame => Some(frame),
    };
    connect_through(&mut world, with_shown);
    for n in 0..10 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say(&format!("second life {n}")))
            .expect("said");
        settle_through(&mut world, with_shown);
    }
    for _ in 0..MAX_RESTORE_TRIES {
        assert_eq!(epochs(&world), (0, 0), "it asks for what it is shown");
        world.disconnect();
        connect_through(&mut world, with_shown);
    }
    assert_eq!(
        world.b.engine.contradictions(&line()).len(),
        1,
        "the peer signed both"
    );
    assert_eq!(epochs(&world), (1, 1));
    let closed = world.b.engine.closed_logs(&line(), LogOf::Peer);
    assert!(closed.iter().all(|log| log.cosigned_size < floor), "{closed:?}");
}

#[test]
fn of_a_long_backlog_of_safety_the_newest_goes_ahead() {
    let mut world = World::new();
    world.disconnect();
    for n in 0..MAX_URGENT_ON_RETURN + 60 {
        let now = world.now();
        world.a.ask(now, Role::Watch, cease()).expect("ceased");
        world
            .a
            .ask(now, Role::Watch, say(&format!("number {n}")))
            .expect("said");
    }
    world.conn += 1;
    world.cut = false;
    let conn = world.conn;
    for node in [&mut world.a, &mut world.b] {
        let line = line();
        node.engine.input(Input::Connected { line, conn }).expect("room");
    }
    let ahead = std::cell::RefCell::new(Vec::new());
    settle_through(&mut world, |_, frame| {
        if let Frame::Urgent { entry, .. } = &frame {
            let header = Header::parse(&entry.header).expect("a header");
            ahead.borrow_mut().push(header.seq);
        }
        Some(frame)
    });
    let ahead = ahead.into_inner();
    let ceases = sealed(&world.a);
    let newest = ceases
        .iter()
        .filter(|(header, _)| header.kind == "cease")
        .map(|(header, _)| header.seq);
    assert!(ahead.contains(&newest.max().expect("ceases")), "{ahead:?}");
    assert!(ahead.is_sorted() && ahead.len() == MAX_URGENT_ON_RETURN);
    world.settle();
    assert_eq!(
        world.b.engine.mind().stops().len(),
        MAX_URGENT_ON_RETURN + 60,
        "each once"
    );
}

#[test]
fn the_receipt_of_a_drill_is_a_drill_and_of_anything_else_is_not() {
    let mut world = World::new();
    let from = sealed(&world.b).len();
    let now = world.now();
    for n in 0..9 {
        let mut command = say(&format!("number {n}"));
        if let accord::command::Command::Say { drill, .. } = &mut command {
            *drill = n % 2 == 0;
        }
        let input = Input::Desk {
            reply: 100 + n,
            key: None,
            officer: officer("watch", Role::Watch),
            command,
        };
        world.a.engine.input(input).expect("room");
    }
    world.a.step(now);
    world.settle();
    let of_a: Vec<Header> = sealed(&world.a).into_iter().map(|(header, _)| header).collect();
    let mut seen = [0, 0];
    for (header, body) in sealed(&world.b).into_iter().skip(from) {
        assert_eq!(header.kind, KIND_RECEIVED);
        let receipts: Receipts = serde_json::from_str(&body).expect("receipts");
        for (seq, _) in receipts.pairs(u64::MAX).expect("runs") {
            assert_eq!(of_a[seq as usize].drill, header.drill, "entry {seq}");
            seen[usize::from(header.drill)] += 1;
        }
    }
    assert_eq!(seen, [4, 5], "each once");
    let own = world.a.engine.mind().dialogues(&line());
    assert!(own.iter().all(|view| view.book.received_at_us.is_some()));
}

#[test]
fn a_receipt_of_more_than_a_frame_can_bring_is_not_read() {
    let run = |first, count| engine::line::ReceiptRun {
        first,
        count,
        at_us: T0,
    };
    let pairs = |runs| {
        let receipts = Receipts { epoch: 0, runs };
        receipts.pairs(u64::MAX).map(|pairs| pairs.len())
    };
    assert_eq!(pairs(vec![run(0, 256), run(300, 256)]), Some(512));
    assert_eq!(pairs(vec![run(0, 256), run(300, 257)]), None);
    assert_eq!(pairs(vec![run(0, u64::MAX)]), None);
}

#[test]
fn what_waited_for_hello_gets_its_place_with_safety_first() {
    let mut world = World::new();
    world.disconnect();
    world.a.restart(at(world.now_us));
    let before = sealed(&world.a).len();
    for n in 0..3 {
        said(&mut world, &format!("number {n}"));
    }
    let now = world.now();
    world.a.ask(now, Role::Watch, cease()).expect("ceased");
    assert_eq!(sealed(&world.a).len(), before, "nothing has its place yet");
    world.connect();
    let sealed = sealed(&world.a).split_off(before);
    let kinds: Vec<&str> = sealed.iter().map(|(header, _)| header.kind.as_str()).collect();
    let first = |kind: &str| kinds.iter().position(|sealed| *sealed == kind);
    assert!(
        first("cease").is_some() && first("cease") < first("say"),
        "{kinds:?}"
    );
}

#[test]
fn a_notice_that_came_ahead_of_the_log_is_unproven_until_the_log_brings_it() {
    let mut world = World::new();
    world.disconnect();
    for n in 0..100 {
        said(&mut world, &format!("number {n}"));
    }
    let (now, start_us) = (world.now(), world.now_us + 3_600_000_000);
    let volume = circle(45, 30, 2_000, start_us, start_us + 3_600_000_000);
    let plan = Command::Plan(draft("trial", Class::Hazard, vec![volume]));
    let planned = world.a.ask(now, Role::Watch, plan).expect("planned");
    let Answer::Done(Outcome { id: Some(id), .. }) = planned else {
        panic!("a plan has an id: {planned:?}");
    };
    let notify = Command::Notify {
        operation: OperationId(id),
        line: line(),
        level: Level::Exact,
        words: String::new(),
        confirmed: true,
    };
    world.a.ask(now, Role::Watch, notify).expect("notified");
    let without_the_log = |name: &str, frame| match frame {
        Frame::Acts(_) if name == "alpha" => None,
        frame => Some(frame),
    };
    connect_through(&mut world, without_the_log);
    let shown = |world: &World| {
        let notices = world.b.engine.mind().notices(&NoticeFilter::default());
        notices.iter().map(|view| view.proven).collect::<Vec<_>>()
    };
    assert_eq!(shown(&world), [false], "shown, and not as proven");
    world.disconnect();
    world.connect();
    assert_eq!(shown(&world), [true]);
}
