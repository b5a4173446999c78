//! A line that has been through two epochs, and backups of both ends from each.

use super::{Disk, Node, World, cease, circle, draft, line, say};
use accord::Event as MindEvent;
use accord::act::{Answer, Class, Level};
use accord::alarm::Author;
use accord::command::{Command, Role};
use accord::view::NoticeView;
use engine::event::{Event, LineEvent};
use engine::frame::{Frame, Hello};
use engine::input::{Input, LogOf};
use ledger::keys::Ed25519;
use ledger::verify::verify_bundle;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SECOND: i64 = 1_000_000;

/// A line in its epoch 2.
pub struct Life {
    pub world: World,
    /// What each end had on disk while epochs 0, 1 and 2 were open, with more to come in each.
    pub backups: Vec<(Disk, Disk)>,
}

impl Life {
    pub fn new() -> Life {
        let mut world = World::new();
        let mut backups = Vec::new();
        for epoch in 0..3 {
            if epoch > 0 {
                next_epoch(&mut world);
                world.accept();
            }
            work(&mut world, 2 * epoch);
            backups.push((world.a.disk.clone(), world.b.disk.clone()));
            work(&mut world, 2 * epoch + 1);
        }
        assert_eq!(world.epochs(), (2, 2));
        world.disconnect();
        Life { world, backups }
    }

    /// Alpha as of its backup from an epoch, bravo as it is; not connected.
    pub fn restored(&self, epoch: usize) -> World {
        World::on(&self.backups[epoch].0, &self.world.b.disk, self.world.now_us)
    }

    /// Both as of their backups.
    pub fn both_restored(&self, a: usize, b: usize) -> World {
        World::on(&self.backups[a].0, &self.backups[b].1, self.world.now_us)
    }
}

/// HELLO about an epoch that is closed, of a peer that holds nothing of it.
pub fn closed_hello(epoch: u32, why: &str) -> Hello {
    Hello {
        v: 1,
        line: line().0,
        epoch,
        closed: Some(why.to_owned()),
        wall_us: 0,
        own: None,
        own_cosigned: None,
        held: None,
    }
}

/// Bravo is told that its peer has closed the epoch; both go on in the next one.
pub fn next_epoch(world: &mut World) {
    let epoch = world.epochs().1;
    let bytes = Frame::Hello(closed_hello(epoch, "for a test")).to_bytes();
    let (line, conn) = (line(), world.conn);
    world
        .b
        .engine
        .input(Input::Frame { line, conn, bytes })
        .expect("room");
    world.settle();
    assert_eq!(world.epochs(), (epoch + 1, epoch + 1));
}

/// Each end states something of every kind that the other one receives, opens and answers.
fn work(world: &mut World, n: i64) {
    world.now_us += 60 * SECOND;
    does(world, false, say(&format!("alpha {n}")));
    does(world, true, say(&format!("bravo {n}")));
    does(world, false, cease());
    for by_b in [false, true] {
        notifies(world, by_b, n);
        world.now_us += 60 * SECOND;
        let heard = peers(if by_b { &world.a } else { &world.b });
        let notice = heard.last().expect("a notice came").notice.id.clone();
        let (line, words) = (line(), "seen".to_owned());
        let open = Command::Open {
            notice: notice.clone(),
            line: line.clone(),
        };
        does(world, !by_b, open);
        world.now_us += 60 * SECOND;
        let answer = Command::Answer {
            notice,
            line,
            answer: Answer::Noted,
            words,
            counter: Vec::new(),
            confirmed: true,
        };
        does(world, !by_b, answer);
    }
}

fn does(world: &mut World, by_b: bool, command: Command) {
    let now = world.now();
    let node = if by_b { &mut world.b } else { &mut world.a };
    node.ask(now, Role::Watch, command).expect("it may be done");
    world.settle();
}

fn notifies(world: &mut World, by_b: bool, n: i64) {
    notify(world, by_b, n);
    world.settle();
}

/// One end gives notice of flight `n`; nothing is on its way yet.
pub fn notify(world: &mut World, by_b: bool, n: i64) {
    let (now, from_us) = (world.now(), world.now_us + 7_200 * SECOND);
    let lat = 30_000 + 100 * n + if by_b { 5_000 } else { 0 };
    let volume = circle(lat, 36_000, 1_000, from_us, from_us + 3_600 * SECOND);
    let node = if by_b { &mut world.b } else { &mut world.a };
    let plan = Command::Plan(draft(&format!("flight {n}"), Class::Transit, vec![volume]));
    let planned = node.ask(now, Role::Watch, plan).expect("it may be planned");
    let engine::event::Answer::Done(outcome) = planned else {
        panic!("{planned:?}")
    };
    let notify = Command::Notify {
        operation: outcome.id.expect("a plan has an id").as_str().into(),
        line: line(),
        level: Level::Exact,
        words: String::new(),
        confirmed: true,
    };
    node.ask(now, Role::Watch, notify).expect("it may be told");
}

fn notices(node: &Node, author: Author) -> Vec<NoticeView> {
    let mut notices = node.engine.mind().notices(&Default::default());
    notices.retain(|view| view.author == author);
    notices.sort_by_key(|view| view.current.stated_at_us);
    notices
}

fn peers(node: &Node) -> Vec<NoticeView> {
    notices(node, Author::Peer)
}

/// What a node knows of what one side stated, and what became of it.
pub fn memory(node: &Node, author: Author) -> Value {
    let stated = notices(node, author).into_iter().map(|view| {
        json!({
            "notice": view.notice, "state": view.state, "place": view.current.place,
            "at": view.current.stated_at_us, "received": view.received, "opened": view.opened,
            "answers": view.current.answers, "late": view.late,
        })
    });
    let mind = node.engine.mind();
    let dialogues = mind.dialogues(&line()).into_iter();
    let messages = dialogues.filter(|view| view.author == author);
    let messages = messages.map(|view| json!([view.id, view.book.text, view.book.at_us]));
    let stops = mind.stops().into_iter().filter(|view| view.author == author);
    let stops = stops.map(|view| json!([view.id, view.book.at_us]));
    json!({
        "notices": stated.collect::<Vec<_>>(),
        "messages": messages.collect::<Vec<_>>(),
        "stops": stops.collect::<Vec<_>>(),
    })
}

/// The epochs that a node opened, in order.
pub fn opened(node: &Node) -> Vec<u32> {
    let opened = node.events().into_iter().filter_map(|event| match event {
        Event::Line {
            what: LineEvent::EpochOpened { epoch, .. },
            ..
        } => Some(epoch),
        _ => None,
    });
    opened.collect()
}

/// All that must hold of a line on which everything was settled. New acts are stated for it.
pub fn invariant_line_is_whole(world: &mut World) {
    both_know_the_same(world);
    both_prove_the_same(world);
    invariant_acts_flow(world);
    both_know_the_same(world);
}

/// The same of a line on which some of both logs is lost for ever.
pub fn invariant_acts_flow(world: &mut World) {
    heard_nothing_twice(&world.a);
    heard_nothing_twice(&world.b);
    acts_flow(world);
}

fn heard_nothing_twice(node: &Node) {
    let mut places = BTreeSet::new();
    for event in node.events() {
        match event {
            Event::Mind {
                mind: MindEvent::Heard { epoch, seq, act, .. },
            } => {
                assert!(places.insert((epoch, seq)), "{}: {act:?} came twice", node.name);
            }
            Event::Mind {
                mind: MindEvent::HeardAgain { epoch, seq, act, .. },
            } => {
                panic!(
                    "{}: {act:?} was stated again at {seq} of epoch {epoch}",
                    node.name
                )
            }
            Event::Mind {
                mind: MindEvent::HeardUnreadable { why, seq, .. },
            } => {
                panic!("{}: entry {seq}: {why}", node.name)
            }
            _ => {}
        }
    }
    node.engine.mind().check_invariants();
}

fn both_know_the_same(world: &World) {
    for (author, receiver) in [(&world.a, &world.b), (&world.b, &world.a)] {
        assert_eq!(
            memory(author, Author::Own),
            memory(receiver, Author::Peer),
            "{}",
            author.name
        );
        for view in author.engine.mind().dialogues(&line()) {
            let waits = view.author == Author::Own && view.book.received_at_us.is_none();
            assert!(!waits, "{}: RECEIVED is missing of {view:?}", author.name);
        }
    }
}

/// Both ends export the same logs, and they verify.
fn both_prove_the_same(world: &World) {
    let bundles = [&world.a, &world.b].map(super::export::bundle_of);
    for bundle in &bundles {
        let report = verify_bundle(bundle, None, &Ed25519);
        assert_eq!(report.first_failure, None, "{report}");
    }
    let sizes = bundles.map(|bundle| {
        let logs = bundle.logs.into_iter();
        let of = |log: ledger::bundle::Log| (log.origin.to_string(), log.entries);
        logs.map(of).collect::<Vec<_>>()
    });
    let [a, b] = &sizes;
    assert!(
        a == b,
        "the two ends hold other logs: {:?}",
        sizes.each_ref().map(|logs| {
            logs.iter()
                .map(|(origin, entries)| (origin.clone(), entries.len()))
                .collect::<Vec<_>>()
        })
    );
}

fn acts_flow(world: &mut World) {
    if world.a.engine.mind().lines()[0].held {
        world.accept();
    }
    does(world, false, say("alpha goes on"));
    does(world, true, say("bravo goes on"));
    for node in [&world.a, &world.b] {
        let seen = (node.messages("alpha goes on"), node.messages("bravo goes on"));
        assert_eq!(seen, (1, 1), "{}", node.name);
        for of in [LogOf::Own, LogOf::Peer] {
            let log = node.engine.log_state(&line(), of).expect("a log");
            assert_eq!(log.size, log.cosigned_size, "{}", node.name);
        }
        assert_eq!(node.view(world.now()).stalled, None, "{}", node.name);
    }
}
