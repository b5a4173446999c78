//! What HELLO brings again, and connections that bring nothing.

mod common;

use accord::command::Role;
use common::wire::{connect_through, settle_through};
use common::*;
use engine::event::{Event, LineEvent};
use engine::frame::{Entry, Frame, Hello};
use engine::input::{Input, LogOf, Output, Purpose, Reading, Space};
use engine::limits::{FETCH_CHUNK, HELLO_WAIT_US, MAX_BODY_BYTES, MAX_FRAME_BYTES, RED_US};

fn said(world: &mut World, text: &str) {
    let now = world.now();
    world.a.ask(now, Role::Watch, say(text)).expect("said");
    world.settle();
}

/// Sizes of the peer's log that a node cosigned, in order.
fn cosigned_by(node: &Node) -> Vec<u64> {
    let held = node.events().into_iter().filter_map(|event| match event {
        Event::Line {
            what: LineEvent::Held { size, .. },
            ..
        } => Some(size),
        _ => None,
    });
    held.collect()
}

#[test]
fn what_was_cosigned_once_and_is_lost_at_both_ends_is_never_cosigned_anew() {
    let mut world = World::new();
    said(&mut world, "common");
    let (a, b) = (world.a.disk.clone(), world.b.disk.clone());
    for n in 0..6 {
        said(&mut world, &format!("first life {n}"));
    }
    let floor = world.b.view(world.now()).peer_size;
    // Bravo, restored, hears of its cosignature and of nothing else; then alpha is restored.
    let mut world = World::on(&world.a.disk, &b, world.now_us);
    connect_through(&mut world, |name, frame| match frame {
        Frame::Hello(hello) if name == "alpha" => Some(Frame::Hello(hello)),
        _ => None,
    });
    let before = cosigned_by(&world.b);
    let mut world = World::on(&a, &world.b.disk, world.now_us);
    world.connect();
    assert_eq!(world.epochs(), (1, 1), "at once");
    let log = world.b.engine.closed_logs(&line(), LogOf::Peer).remove(0);
    assert!(log.cosigned_size < floor);
    let after = cosigned_by(&world.b);
    assert_eq!(after[..before.len()], before);
    let in_old_epoch = world.b.events().into_iter().skip_while(|event| {
        !matches!(
            event,
            Event::Line {
                what: LineEvent::CosignFloor { .. },
                ..
            }
        )
    });
    let in_old_epoch = in_old_epoch.take_while(|event| {
        !matches!(
            event,
            Event::Line {
                what: LineEvent::EpochOpened { .. },
                ..
            }
        )
    });
    let cosigned = in_old_epoch.filter(|event| {
        matches!(
            event,
            Event::Line {
                what: LineEvent::Held { .. },
                ..
            }
        )
    });
    assert_eq!(cosigned.count(), 0, "nothing below {floor}");
    world.accept();
    said(&mut world, "second life");
    assert_eq!(world.b.messages("second life"), 1);
}

/// One byte of every cosignature is flipped, and its entries are lost.
fn spoil_cosign(name: &str, frame: Frame) -> Option<Frame> {
    match frame {
        Frame::Cosign(mut cosign) if name == "bravo" => {
            let at = cosign.line.trim_end().len() - 8;
            let other = if &cosign.line[at..=at] == "A" { "B" } else { "A" };
            cosign.line.replace_range(at..=at, other);
            Some(Frame::Cosign(cosign))
        }
        Frame::Acts(_) if name == "bravo" => None,
        frame => Some(frame),
    }
}

#[test]
fn a_spoilt_cosignature_comes_again_with_hello_and_the_stall_is_over() {
    let mut world = World::new();
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("cosigned badly"))
        .expect("said");
    settle_through(&mut world, spoil_cosign);
    let view = world.a.view(world.now());
    assert!(view.cosigned_size < view.own_size);
    assert!(view.stalled.is_some(), "it is said");
    world.pass(6);
    let view = world.a.view(world.now());
    assert_eq!((view.stalled, view.cosigned_size), (None, view.own_size));
    assert_eq!(world.a.engine.mind().stalled(&line()), None);
    let own = world.a.engine.mind().dialogues(&line());
    assert!(
        own.iter().all(|view| view.book.received_at_us.is_some()),
        "and RECEIVED with it"
    );
}

#[test]
fn a_hello_that_does_not_hold_stalls_the_line_until_one_does() {
    let mut world = World::new();
    said(&mut world, "one");
    connect_through(&mut world, |name, frame| match frame {
        Frame::Hello(mut hello) if name == "bravo" => {
            let held = hello.held.as_mut().expect("it holds something");
            held.note = held.note.replacen("north", "south", 1);
            Some(Frame::Hello(hello))
        }
        frame => Some(frame),
    });
    assert!(world.a.view(world.now()).stalled.is_some());
    world.disconnect();
    world.connect();
    assert_eq!(
        world.a.view(world.now()).stalled,
        None,
        "though nothing new was said"
    );
    assert_eq!(world.a.engine.mind().stalled(&line()), None);
}

#[test]
fn a_hello_that_hid_what_the_peer_holds_is_heard_anew() {
    let mut world = World::new();
    let early = world.a.disk.clone();
    said(&mut world, "lost");
    let mut world = World::on(&early, &world.b.disk, world.now_us);
    connect_through(&mut world, |name, frame| match frame {
        Frame::Hello(hello) if name == "bravo" => {
            let hidden = Hello { held: None, ..hello };
            Some(Frame::Hello(hidden))
        }
        frame => Some(frame),
    });
    assert!(world.a.view(world.now()).stalled.is_some(), "it is said");
    world.pass(RED_US / 1_000_000);
    assert!(
        world.a.closed.iter().any(|why| why.contains("cosigned more")),
        "{:?}",
        world.a.closed
    );
    world.disconnect();
    world.connect();
    assert_eq!(world.a.view(world.now()).stalled, None);
    assert_eq!(world.a.messages("lost"), 1);
}

#[test]
fn a_connection_that_brings_nothing_is_closed() {
    let mut world = World::new();
    world.pass(2 * RED_US / 1_000_000);
    assert_eq!(world.a.closed, Vec::<String>::new(), "beats are something");
    world.cut = true;
    world.pass(RED_US / 1_000_000 - 3);
    assert_eq!(world.a.closed, Vec::<String>::new());
    world.pass(4);
    for node in [&world.a, &world.b] {
        assert_eq!(node.closed.len(), 1, "{}: once", node.name);
        assert!(node.closed[0].contains("nothing was heard"), "{:?}", node.closed);
    }
}

#[test]
fn a_connection_on_which_hello_is_not_settled_is_closed_for_all_its_beats() {
    let mut world = World::new();
    world.disconnect();
    let beats_only = |_: &str, frame| match frame {
        Frame::Beat(beat) => Some(Frame::Beat(beat)),
        _ => None,
    };
    connect_through(&mut world, beats_only);
    for second in 0..HELLO_WAIT_US / 1_000_000 {
        assert!(world.a.closed.is_empty(), "{second} s: {:?}", world.a.closed);
        world.now_us += 1_000_000;
        settle_through(&mut world, beats_only);
    }
    for node in [&world.a, &world.b] {
        assert_eq!(node.closed.len(), 1, "{}: once", node.name);
        assert!(
            node.closed[0].contains("HELLO was not settled"),
            "{:?}",
            node.closed
        );
    }
    world.disconnect();
    world.connect();
    said(&mut world, "the next one works");
    assert_eq!(world.b.messages("the next one works"), 1);
}

#[test]
fn large_bodies_are_given_back_in_frames_within_the_limit() {
    let mut world = World::new();
    let (of, purpose) = (LogOf::Peer, Purpose::GiveBack);
    for (bytes, count) in [(MAX_BODY_BYTES, 3), (100_000, FETCH_CHUNK), (200, FETCH_CHUNK)] {
        let (header, body) = (vec![b'h'; 300], Some(vec![b'b'; bytes]));
        let entry = Entry {
            header,
            salt: [3; 32],
            body,
        };
        let reading = Reading {
            of,
            epoch: 0,
            from: 0,
            upto: count,
            purpose,
        };
        let entries = vec![entry; count as usize];
        let (line, conn) = (line(), world.conn);
        let input = Input::Fetched {
            line,
            conn,
            reading,
            entries,
        };
        world.a.engine.input(input).expect("room");
        world.a.engine.run(at(world.now_us));
        let mut given = 0;
        while let Some(output) = world.a.engine.poll_output() {
            let Output::Send { bytes, .. } = output else {
                continue;
            };
            assert!(bytes.len() <= MAX_FRAME_BYTES, "{} bytes", bytes.len());
            if let Frame::Returned(returned) = Frame::parse(&bytes).expect("a frame") {
                given += returned.entries.len();
            }
        }
        assert!(
            given > 0 && (bytes > 200 || given as u64 == count),
            "{given} of {count}"
        );
    }
}

#[test]
fn a_full_disk_takes_nothing_back_until_there_is_room() {
    let mut world = World::new();
    let early = world.a.disk.clone();
    said(&mut world, "to be taken back");
    let mut world = World::on(&early, &world.b.disk, world.now_us);
    world.a.engine.set_space(Space::Full);
    world.connect();
    assert_eq!(world.a.messages("to be taken back"), 0);
    assert_eq!(world.epochs(), (0, 0), "want of room costs no log");
    world.a.engine.set_space(Space::Normal);
    world.disconnect();
    world.connect();
    assert_eq!(
        (world.a.messages("to be taken back"), world.epochs()),
        (1, (0, 0))
    );
}
