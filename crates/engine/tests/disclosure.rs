//! Minimum disclosure: two worlds that differ in anything a party did not disclose on a line
//! give byte-identical frames on that line, nothing exempt, until an officer acts on it.
//!
//! One party, alpha, has a line to bravo and one to charlie. In both worlds the same things
//! happen on the line to bravo. In the second world alpha also plans, files zones and people,
//! declares positions, closes hazards, acknowledges alarms, and gives notices to charlie.

mod common;

use accord::act::{Class, Level, Place, Response, Urgency};
use accord::command::{Command, Officer, Role, ZoneKind};
use accord::ids::{Desk, LineId, NoticeId, OperationId, Party, TrackId};
use accord::terms::Terms;
use accord::time::Now;
use common::{T0, circle, draft};
use engine::Engine;
use engine::event::{Answer, LineConfig, Side};
use engine::input::{Input, Keep, Output};
use engine::keyring::Keyring;
use sim::keys::{Scheme, key_set};
use std::collections::BTreeMap;

const NODES: [&str; 3] = ["alpha", "bravo", "charlie"];
const MINUTE_US: i64 = 60_000_000;

#[expect(
    clippy::disallowed_methods,
    reason = "the count of pairs is the runner's choice"
)]
fn pairs() -> u64 {
    std::env::var("DISCLOSURE_PAIRS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000)
}

/// A small generator with a stated algorithm (splitmix64), so that a seed means the same world
/// for ever.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.roll((high - low) as u64)).expect("small")
    }
}

fn line_to(peer: &str) -> LineId {
    LineId(format!("to-{peer}"))
}

fn keyring(name: &str) -> Box<dyn Keyring> {
    let peers = ["bravo", "charlie"].into_iter();
    let lines: Vec<LineId> = peers
        .filter(|peer| ["alpha", peer].contains(&name))
        .map(line_to)
        .collect();
    sim::keys::keyring(Scheme::Hashed, name, &lines, &common::desks())
}

fn config(name: &str, peer: &str) -> LineConfig {
    let line = line_to(if name == "alpha" { peer } else { name });
    let keys = |of: &str| key_set(Scheme::Hashed, of, &line, &common::desks());
    let side = if name == "alpha" { Side::A } else { Side::B };
    LineConfig {
        own: keys(name),
        peer: keys(peer),
        line,
        side,
        dial: None,
    }
}

/// Snapshots of the three nodes, joined; every world starts from them.
fn beginnings() -> Vec<Vec<u8>> {
    let join = |name: &str| {
        let peers: &[&str] = if name == "alpha" {
            &["bravo", "charlie"]
        } else {
            &["alpha"]
        };
        let mut engine = Engine::new(Party::from(name), common::desks(), keyring(name));
        engine.started(1, common::at(T0));
        for peer in peers {
            let keep = Keep::Join {
                config: config(name, peer),
            };
            let officer = common::officer("admin", Role::Admin);
            engine
                .input(Input::Keep {
                    reply: 0,
                    key: None,
                    officer,
                    keep,
                })
                .expect("room");
        }
        let batch = engine.run(common::at(T0)).expect("joined");
        engine.durable(batch.records.last().expect("records").seq);
        engine.snapshot()
    };
    NODES.iter().map(|name| join(name)).collect()
}

struct World {
    engines: Vec<Engine>,
    /// What alpha put on the line to bravo.
    seen: Vec<Vec<u8>>,
    replies: BTreeMap<u64, String>,
    next_reply: u64,
    now_us: i64,
}

impl World {
    fn new(beginnings: &[Vec<u8>]) -> World {
        let engines = NODES.iter().zip(beginnings).map(|(name, bytes)| {
            let mut engine = Engine::from_snapshot(bytes, keyring(name)).expect("a snapshot");
            engine.started(2, boot(T0));
            engine
        });
        let mut world = World {
            engines: engines.collect(),
            seen: Vec::new(),
            replies: BTreeMap::new(),
            next_reply: 1,
            now_us: T0,
        };
        for (node, line) in [(0, "bravo"), (1, "bravo"), (0, "charlie"), (2, "charlie")] {
            world.input(
                node,
                Input::Connected {
                    line: line_to(line),
                    conn: 1,
                },
            );
        }
        world.settle(T0 + 1000);
        world
    }

    fn input(&mut self, node: usize, input: Input) {
        self.engines[node].input(input).expect("room");
    }

    fn ask(&mut self, node: usize, command: Command) -> u64 {
        let reply = self.next_reply;
        self.next_reply += 1;
        let officer = Officer {
            desk: Desk::from("watch"),
            role: Role::Commander,
        };
        self.input(
            node,
            Input::Desk {
                reply,
                key: None,
                officer,
                command,
            },
        );
        reply
    }

    /// Time passes; every node wakes at each instant it asked to be woken at.
    fn advance(&mut self, to_us: i64) {
        loop {
            let now = boot(self.now_us);
            let due = self
                .engines
                .iter()
                .filter_map(|engine| engine.poll_timeout(now))
                .min();
            let due_us = self.now_us + due.unwrap_or(i64::MAX / 4).max(100);
            if due_us >= to_us {
                break;
            }
            self.settle(due_us);
        }
        self.now_us = to_us;
    }

    /// All nodes run in step, ten microseconds a hop, until no frame is under way.
    fn settle(&mut self, from_us: i64) {
        for hop in 0..40 {
            let now = boot(from_us + hop * 10);
            self.now_us = self.now_us.max(now.wall_us);
            let mut moved = false;
            for node in 0..3 {
                if let Some(batch) = self.engines[node].run(now) {
                    self.engines[node].durable(batch.records.last().expect("records").seq);
                }
                moved |= self.drain(node);
            }
            if !moved && hop > 0 {
                return;
            }
        }
    }

    fn drain(&mut self, node: usize) -> bool {
        let mut moved = false;
        while let Some(output) = self.engines[node].poll_output() {
            match output {
                Output::Send { line, bytes, .. } => {
                    moved = true;
                    let to_bravo = line == line_to("bravo");
                    if node == 0 && to_bravo {
                        self.seen.push(bytes.clone());
                    }
                    let peer = if node != 0 {
                        0
                    } else if to_bravo {
                        1
                    } else {
                        2
                    };
                    self.input(peer, Input::Frame { line, conn: 1, bytes });
                }
                Output::Reply {
                    reply,
                    result: Ok(Answer::Done(outcome)),
                } => {
                    self.replies.extend(outcome.id.map(|id| (reply, id)));
                }
                _ => {}
            }
        }
        moved
    }
}

fn boot(wall_us: i64) -> Now {
    Now {
        wall_us,
        mono_us: wall_us - T0,
        boot: 2,
    }
}

fn volume(dice: &mut Dice) -> geo4d::VolumeSpec {
    let start = T0 + dice.between(5, 60) * MINUTE_US;
    let end = start + dice.between(5, 90) * MINUTE_US;
    let (lat, lon) = (dice.between(35_000, 35_400), dice.between(36_000, 36_400));
    circle(lat, lon, dice.between(500, 20_000), start, end)
}

fn class(dice: &mut Dice) -> Class {
    let classes = [
        Class::Transit,
        Class::Hazard,
        Class::Reconnaissance,
        Class::Rescue,
        Class::Unmanned,
    ];
    classes[dice.roll(5) as usize]
}

fn plan(dice: &mut Dice) -> Command {
    let class = class(dice);
    let volumes = (0..=dice.roll(2)).map(|_| volume(dice)).collect();
    Command::Plan(draft("an operation", class, volumes))
}

fn notify(operation: String, peer: &str) -> Command {
    Command::Notify {
        operation: OperationId(operation),
        line: line_to(peer),
        level: Level::Exact,
        words: String::new(),
        confirmed: true,
    }
}

/// One thing that both worlds have in common on the line to bravo.
fn common_step(world: &mut World, dice: &mut Dice, at_us: i64) {
    match dice.roll(6) {
        0 | 1 => {
            let reply = world.ask(1, plan(dice));
            world.settle(at_us);
            if let Some(operation) = world.replies.get(&reply).cloned() {
                world.ask(1, notify(operation, "bravo"));
            }
        }
        2 => {
            let reply = world.ask(0, plan(dice));
            world.settle(at_us);
            if let Some(operation) = world.replies.get(&reply).cloned() {
                world.ask(0, notify(operation, "bravo"));
            }
        }
        3 => {
            let node = dice.roll(2) as usize;
            world.ask(node, say("are you there"));
        }
        4 => {
            let place = Place {
                at: None,
                words: "the valley".to_owned(),
            };
            world.ask(
                1,
                Command::CheckFire {
                    line: line_to("bravo"),
                    place,
                    drill: false,
                },
            );
        }
        _ => {
            let node = dice.roll(2) as usize;
            let terms = Terms::pair_proposal();
            world.ask(
                node,
                Command::SignTerms {
                    line: line_to("bravo"),
                    terms,
                },
            );
        }
    }
    world.settle(at_us + 5_000);
}

fn say(text: &str) -> Command {
    Command::Say {
        line: line_to("bravo"),
        answers: None,
        urgency: Urgency::Normal,
        response: Response::R,
        closes: false,
        text: text.to_owned(),
        drill: false,
    }
}

/// One thing that alpha does and discloses to nobody, or to charlie alone. Queued together
/// with what the worlds have in common, or in a batch of its own.
fn private_step(world: &mut World, dice: &mut Dice, at_us: i64) {
    let command = match dice.roll(7) {
        0 | 1 => plan(dice),
        2 => {
            let kinds = [
                ZoneKind::Buffer,
                ZoneKind::Protected,
                ZoneKind::RedLine,
                ZoneKind::AirDefence,
            ];
            let kind = kinds[dice.roll(4) as usize];
            Command::AddZone {
                name: "z".to_owned(),
                kind,
                volumes: vec![volume(dice)],
                separation: None,
                drill: false,
            }
        }
        3 => Command::AddPeople {
            name: "p".to_owned(),
            count: 12,
            volumes: vec![volume(dice)],
            drill: false,
        },
        4 => Command::DeclarePosition {
            track: TrackId::from("T1"),
            name: "helicopter".to_owned(),
            at: geo4d::Position {
                lat_nd: dice.between(35_000, 35_400) * 1_000_000,
                lon_nd: dice.between(36_000, 36_400) * 1_000_000,
            },
            altitude: geo4d::Band {
                low_mm: 900_000,
                high_mm: 1_000_000,
                datum: geo4d::Datum::Msl,
            },
            seen_at_us: at_us,
            speed_mm_s: 60_000,
            aboard: 4,
            drill: false,
        },
        5 => Command::Told {
            notice: NoticeId::from("none"),
            line: line_to("bravo"),
            to: "unit".to_owned(),
        },
        _ => {
            let reply = world.ask(0, plan(dice));
            world.settle(at_us);
            match world.replies.get(&reply).cloned() {
                Some(operation) => notify(operation, "charlie"),
                None => return,
            }
        }
    };
    world.ask(0, command);
    if dice.roll(2) == 0 {
        world.settle(at_us + 1_000);
    }
}

/// Frames of alpha to bravo, in a world with or without the private things of `seed`.
fn frames(beginnings: &[Vec<u8>], seed: u64, private: bool) -> Vec<Vec<u8>> {
    let mut world = World::new(beginnings);
    let mut dice = Dice(seed);
    let mut secret = Dice(seed ^ 0xA5A5_A5A5);
    let steps = 3 + dice.roll(4) as i64;
    for step in 0..steps {
        let at_us = T0 + (step + 1) * 2_500_000;
        world.advance(at_us - 1_000_000);
        if private {
            for _ in 0..=secret.roll(3) {
                private_step(&mut world, &mut secret, at_us - 1_000_000);
            }
        }
        world.advance(at_us);
        common_step(&mut world, &mut dice, at_us);
    }
    let tail_us = if seed.is_multiple_of(50) {
        3 * MINUTE_US
    } else {
        MINUTE_US / 10
    };
    world.advance(world.now_us + tail_us);
    world.seen
}

#[test]
fn worlds_that_differ_in_undisclosed_things_give_identical_frames() {
    let beginnings = beginnings();
    let mut acts = 0;
    for seed in 0..pairs() {
        let without = frames(&beginnings, seed, false);
        let with = frames(&beginnings, seed, true);
        assert_eq!(without.len(), with.len(), "seed {seed}: as many frames");
        let differs = without.iter().zip(&with).position(|(a, b)| a != b);
        assert_eq!(differs, None, "seed {seed}: frame {differs:?} differs");
        acts += without
            .iter()
            .filter(|bytes| engine::frame::Frame::kind_name(bytes) == Some("acts"))
            .count();
    }
    assert!(
        acts as u64 > pairs(),
        "the worlds did say something: {acts} frames of acts"
    );
}

#[test]
fn a_disclosed_difference_shows_so_this_test_can_fail() {
    let beginnings = beginnings();
    let mut worlds = [World::new(&beginnings), World::new(&beginnings)];
    for (n, world) in worlds.iter_mut().enumerate() {
        world.ask(0, say(if n == 0 { "one" } else { "two" }));
        world.settle(T0 + 1_000_000);
    }
    assert_ne!(worlds[0].seen, worlds[1].seen);
}
