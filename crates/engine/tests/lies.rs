//! A peer that lies about epochs, and asks for what is not its own.

mod common;

use accord::command::Role;
use common::life::{Life, closed_hello, invariant_line_is_whole};
use common::wire::{connect_through, settle_through};
use common::*;
use engine::event::Side;
use engine::frame::{Acts, Beat, ContradictionFrame, Countersigned, Entry, Fetch, Frame, Hello, Returned};
use engine::input::LogOf;
use engine::limits::{FETCH_CHUNK, MAX_EPOCHS, MAX_FRAME_BYTES, MAX_WHY_CHARS};

fn said(world: &mut World, text: &str) {
    let now = world.now();
    world.a.ask(now, Role::Watch, say(text)).expect("said");
    world.settle();
}

fn tell(world: &mut World, frame: &Frame) -> Vec<Frame> {
    let (line, conn, bytes) = (line(), world.conn, frame.to_bytes());
    let input = engine::input::Input::Frame { line, conn, bytes };
    world.a.engine.input(input).expect("room");
    while world.a.engine.has_input() {
        world.now_us += 10;
        let now = world.now();
        world.a.step(now);
    }
    let sent = std::mem::take(&mut world.a.sent);
    sent.iter()
        .map(|bytes| Frame::parse(bytes).expect("a frame"))
        .collect()
}

fn lie(epoch: u32, why: &str) -> Frame {
    Frame::Hello(closed_hello(epoch, why))
}

#[test]
fn an_epoch_that_the_peer_only_says_it_closed_takes_nothing_with_it() {
    let mut world = World::new();
    said(&mut world, "before the lie");
    let before = world.a.engine.log_state(&line(), LogOf::Own).expect("a log");
    let held = world.a.engine.log_state(&line(), LogOf::Peer).expect("a log");
    world.lie_to_a(&lie(0, "a lie"));
    assert_eq!(world.epochs(), (1, 1));
    let closed = |of| world.a.engine.closed_logs(&line(), of).remove(0);
    assert_eq!(
        (closed(LogOf::Own).size, closed(LogOf::Own).cosigned),
        (before.size, before.cosigned)
    );
    assert_eq!(
        (closed(LogOf::Peer).size, closed(LogOf::Peer).cosigned),
        (held.size, held.cosigned)
    );
    assert_eq!(
        (
            world.a.messages("before the lie"),
            world.b.messages("before the lie")
        ),
        (1, 1)
    );
    world.accept();
    said(&mut world, "after the lie");
    assert_eq!(world.b.messages("after the lie"), 1);
}

#[test]
fn forged_statements_about_a_closed_epoch_count_for_nothing() {
    let mut world = World::new();
    said(&mut world, "cosigned");
    let now = world.now();
    world.a.ask(now, Role::Watch, say("not cosigned")).expect("said");
    settle_through(&mut world, |name, frame| (name == "alpha").then_some(frame));
    let own = world.a.engine.log_state(&line(), LogOf::Own).expect("a log");
    let peer = world.a.engine.log_state(&line(), LogOf::Peer).expect("a log");
    assert!(own.cosigned_size < own.size);
    let genuine = own.head.expect("sealed").note;
    let forged = [
        (genuine.clone(), Some("forged".to_owned())),
        (genuine.replacen("\n", "0\n", 2), None),
        ("forged".to_owned(), None),
        (peer.cosigned.expect("cosigned").note, None),
    ];
    for (epoch, (note, cosignature)) in (0..).zip(forged) {
        let mut hello = closed_hello(epoch, "a lie");
        let statement = Countersigned { note, cosignature };
        hello.held = Some(statement.clone());
        hello.own = Some(statement.clone());
        hello.own_cosigned = Some(statement);
        for _ in 0..8 {
            tell(&mut world, &Frame::Hello(hello.clone()));
        }
        assert_eq!(world.a.view(world.now()).epoch, epoch + 1);
        assert_eq!(world.a.engine.contradictions(&line()).len(), 0);
        let closed = world.a.engine.closed_logs(&line(), LogOf::Own);
        assert_eq!(
            (closed.len(), closed[0].size),
            (1, own.cosigned_size),
            "no cosignature was made up"
        );
    }
}

#[test]
fn a_reason_of_a_mebibyte_is_kept_as_a_few_lines_fit_for_a_screen() {
    let mut world = World::new();
    let why = "\u{1b}[2J".to_owned() + &"x".repeat(MAX_FRAME_BYTES - 1000);
    tell(&mut world, &lie(0, &why));
    let shown = world
        .a
        .engine
        .mind()
        .lines()
        .remove(0)
        .epoch
        .expect("an epoch")
        .why;
    assert!(shown.chars().count() <= MAX_WHY_CHARS, "{}", shown.len());
    assert!(shown.contains("[2Jxxx") && !shown.contains(char::is_control));
    let records: usize = world.a.disk.records.iter().rev().take(3).map(Vec::len).sum();
    assert!(records < 16 << 10, "{records} bytes were journaled");
    let frame = Frame::Hello(engine::frame::Hello {
        line: why.clone(),
        ..closed_hello(1, "")
    });
    tell(&mut world, &frame);
    let mut bytes = frame.to_bytes();
    bytes[2] = b'x'; // a field of a mebibyte that is not known
    let (line, conn) = (line(), world.conn);
    world
        .a
        .engine
        .input(engine::input::Input::Frame { line, conn, bytes })
        .expect("room");
    world.settle();
    assert!(
        world
            .a
            .closed
            .iter()
            .all(|why| why.chars().count() <= MAX_WHY_CHARS)
    );
}

#[test]
fn an_epoch_beyond_the_limit_closes_the_connection_and_nothing_else() {
    let mut world = World::new();
    for epoch in [MAX_EPOCHS + 1, u32::MAX] {
        let records = world.a.disk.records.len();
        for frame in [
            lie(epoch, "a lie"),
            Frame::Contradiction(ContradictionFrame {
                epoch,
                evidence: String::new(),
                why: "a lie".to_owned(),
            }),
            Frame::Beat(Beat {
                wall_us: 0,
                epoch,
                size: u64::MAX,
                held: u64::MAX,
            }),
            Frame::Fetch(Fetch {
                side: Side::A,
                epoch,
                from: 0,
                upto: u64::MAX,
            }),
        ] {
            tell(&mut world, &frame);
        }
        assert_eq!(world.a.disk.records.len(), records, "nothing came of it");
        assert!(
            world
                .a
                .closed
                .pop()
                .is_some_and(|why| why.contains("beyond the limit"))
        );
    }
}

#[test]
fn a_peer_that_closes_epoch_after_epoch_comes_to_an_end_that_an_officer_sees() {
    let mut world = World::new();
    let kept = |world: &World| world.a.engine.snapshot().len();
    let (before, alarms) = (
        kept(&world),
        world.a.engine.mind().alarms(world.now()).queue.len(),
    );
    for epoch in 0..MAX_EPOCHS + 3 {
        tell(&mut world, &lie(epoch, &"why ".repeat(1000)));
    }
    assert_eq!(world.a.view(world.now()).epoch, MAX_EPOCHS);
    tell(&mut world, &lie(MAX_EPOCHS, "once more"));
    assert!(
        world
            .a
            .closed
            .pop()
            .is_some_and(|why| why.contains("make a new line"))
    );
    let stalled = world
        .a
        .view(world.now())
        .stalled
        .expect("it is said on every screen");
    assert!(stalled.contains("make a new line"), "{stalled}");
    let each = (kept(&world) - before) / MAX_EPOCHS as usize;
    assert!(each < 1 << 10, "{each} bytes are kept of each");
    let alarms = world.a.engine.mind().alarms(world.now()).queue.len() - alarms;
    assert!(alarms < 6, "{alarms} alarms");
    world.a.restart(at(world.now_us));
}

/// What alpha gives out when it is asked for entries.
fn fetched(world: &mut World, side: Side, epoch: u32, from: u64, upto: u64) -> Vec<Entry> {
    let frames = tell(
        world,
        &Frame::Fetch(Fetch {
            side,
            epoch,
            from,
            upto,
        }),
    );
    let entries = frames.into_iter().flat_map(|frame| match frame {
        Frame::Returned(returned) => returned.entries,
        _ => Vec::new(),
    });
    entries.collect()
}

#[test]
fn entries_and_epochs_that_do_not_exist_bring_nothing() {
    let mut world = Life::new().world;
    world.connect();
    let sizes =
        [LogOf::Own, LogOf::Peer].map(|of| world.a.engine.log_state(&line(), of).expect("a log").size);
    let [own, peer] = sizes;
    let asked = [
        (Side::A, 3, 0, u64::MAX),
        (Side::B, u32::MAX, 0, u64::MAX),
        (Side::A, 2, own, u64::MAX),
        (Side::B, 2, peer, u64::MAX),
        (Side::B, 2, u64::MAX, u64::MAX),
        (Side::B, 2, u64::MAX, 0),
        (Side::A, 0, 3, 3),
        (Side::A, 0, 3, 2),
        (Side::A, 1, 10_000, 10_001),
    ];
    for (side, epoch, from, upto) in asked {
        let frame = Frame::Fetch(Fetch {
            side,
            epoch,
            from,
            upto,
        });
        let (line, conn, bytes) = (line(), world.conn, frame.to_bytes());
        let input = engine::input::Input::Frame { line, conn, bytes };
        world.a.engine.input(input).expect("room");
        world.a.engine.run(at(world.now_us));
        let output = world.a.engine.poll_output();
        assert!(output.is_none(), "{side:?}/{epoch} {from}..{upto}: {output:?}");
    }
    assert!(
        !fetched(&mut world, Side::A, 0, 0, 3).is_empty(),
        "what exists comes"
    );
}

#[test]
fn a_peer_gets_of_the_other_log_what_it_cosigned_and_nothing_that_waits() {
    let mut world = World::new();
    said(&mut world, "cosigned");
    let cosigned = world.a.view(world.now()).cosigned_size;
    // From here on bravo cosigns nothing, and then alpha's statements wait for two commanders.
    let now = world.now();
    world.a.ask(now, Role::Watch, say("sealed")).expect("said");
    settle_through(&mut world, |name, frame| (name == "alpha").then_some(frame));
    assert!(world.a.view(world.now()).own_size > cosigned);
    let given = fetched(&mut world, Side::A, 0, 0, u64::MAX);
    assert_eq!(given.len() as u64, cosigned);
    tell(&mut world, &lie(0, "a lie"));
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("waits for a place"))
        .expect("said");
    assert!(world.a.view(world.now()).unsealed >= 2, "both wait now");
    let mut given = Vec::new();
    for epoch in 0..3 {
        for side in [Side::A, Side::B] {
            given.extend(fetched(&mut world, side, epoch, 0, u64::MAX));
        }
    }
    let bodies = given
        .iter()
        .flat_map(|entry| entry.body.as_deref())
        .map(String::from_utf8_lossy);
    let text: String = bodies.collect();
    assert!(
        text.contains("cosigned") && !text.contains("sealed\"") && !text.contains("waits"),
        "{text}"
    );
}

/// Entries that the peer gives though nobody asked for them.
fn unasked() -> Vec<Frame> {
    let places = [
        (Side::A, 0, 0),
        (Side::B, 0, 0),
        (Side::A, 1, 5),
        (Side::B, 3, 0),
        (Side::B, 2, u64::MAX),
    ];
    let returned = places.map(|(side, epoch, first)| {
        let (header, body) = (b"{}".to_vec(), Some(b"{}".to_vec()));
        let entry = Entry {
            header,
            salt: [1; 32],
            body,
        };
        let entries = vec![entry; 4];
        Frame::Returned(Returned {
            side,
            epoch,
            first,
            entries,
        })
    });
    returned.into()
}

#[test]
fn entries_that_nobody_asked_for_are_not_taken() {
    let life = Life::new();
    let mut world = life.restored(2);
    world.connect();
    let lived = world.a.disk.records.len();
    for frame in unasked() {
        tell(&mut world, &frame);
    }
    assert_eq!(world.a.disk.records.len(), lived);
    let given_back = |junk: &[Frame]| {
        let (mut world, mut count) = (life.restored(0), 0);
        connect_through(&mut world, |_, frame| {
            let asked = matches!(frame, Frame::Returned(_));
            count += usize::from(asked);
            let before = junk.iter().filter(|_| asked).cloned();
            before.chain([frame]).collect::<Vec<_>>()
        });
        invariant_line_is_whole(&mut world);
        count
    };
    assert_eq!(
        given_back(&unasked()),
        given_back(&[]),
        "nothing was asked for again"
    );
}

/// What was taken stands, and nothing waits for it: the line is not held up.
#[test]
fn an_old_entry_that_comes_again_with_a_content_that_no_desk_signed_stalls_nothing() {
    let mut world = World::new();
    let mut first: Option<Frame> = None;
    let now = world.now();
    world.b.ask(now, Role::Watch, say("once")).expect("said");
    settle_through(&mut world, |name, frame| {
        if name == "bravo" && matches!(frame, Frame::Acts(_)) {
            first.get_or_insert_with(|| frame.clone());
        }
        Some(frame)
    });
    let Some(Frame::Acts(mut acts)) = first else {
        panic!("bravo said something");
    };
    acts.first -= 1;
    tell(&mut world, &Frame::Acts(acts));
    let view = world.a.view(world.now());
    assert_eq!(view.stalled, None);
    let troubles = world.a.engine.mind().standing_faults();
    assert_eq!(troubles.len(), 1, "somebody is told: {troubles:?}");
    world.disconnect();
    world.connect();
    invariant_line_is_whole(&mut world);
}

/// What did not hold was made up: the peer's own log has no such entry.
#[test]
fn a_stall_about_what_the_peer_does_not_stand_by_is_over_with_its_next_beat() {
    let mut world = World::new();
    said(&mut world, "before");
    let mut view = world.a.view(world.now());
    let size = view.peer_size;
    let entry = Entry {
        header: b"{}".to_vec(),
        salt: [0; 32],
        body: None,
    };
    let acts = Acts {
        epoch: 0,
        first: size,
        entries: vec![entry],
        checkpoint: String::new(),
    };
    tell(&mut world, &Frame::Acts(acts));
    assert!(world.a.view(world.now()).stalled.is_some());
    let beat = |size| {
        Frame::Beat(Beat {
            wall_us: world.now_us,
            epoch: 0,
            size,
            held: view.own_size,
        })
    };
    let (more, whole) = (beat(size + 1), beat(size));
    tell(&mut world, &more);
    view = world.a.view(world.now());
    assert!(view.stalled.is_some(), "the peer has more than we hold");
    tell(&mut world, &whole);
    assert_eq!(world.a.view(world.now()).stalled, None);
}

/// Each HELLO that holds nothing asks for the whole log once more.
#[test]
fn however_often_a_peer_says_hello_its_entries_are_read_once() {
    let mut world = World::new();
    for n in 0..1_200 {
        said(&mut world, &format!("number {n}"));
    }
    let hello = Frame::Hello(Hello {
        v: 1,
        line: line().0,
        epoch: 0,
        closed: None,
        wall_us: world.now_us,
        own: world
            .b
            .engine
            .log_state(&line(), LogOf::Own)
            .and_then(|log| log.head),
        own_cosigned: None,
        held: None,
    });
    let own = usize::try_from(world.a.view(world.now()).own_size).expect("few");
    let (line, conn) = (line(), world.conn);
    world.a.entries_read = 0;
    for _ in 0..8 {
        let (line, bytes) = (line.clone(), hello.to_bytes());
        let input = engine::input::Input::Frame { line, conn, bytes };
        world.a.engine.input(input).expect("room");
    }
    let sent = tell(&mut world, &hello);
    let acts = sent.iter().filter_map(|frame| match frame {
        Frame::Acts(acts) => Some(acts.entries.len()),
        _ => None,
    });
    assert!(acts.sum::<usize>() >= own, "what it lost is sent");
    let (read, chunk) = (world.a.entries_read, usize::try_from(FETCH_CHUNK).expect("few"));
    assert!(
        read <= own + 8 * chunk,
        "one reading for all: {read} entries of {own}"
    );
}
