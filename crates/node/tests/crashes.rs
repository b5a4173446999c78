//! A thousand notices while either node is killed at random moments: whatever was
//! acknowledged is there once, with honest receipts, and the state is what the records give.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::desk::Desk;
use common::evidence::{ids, stated};
use common::notices::{agree, answer, assert_honest, give, notices, now_us, operation};
use common::{Node, join, verify};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

const LINE: &str = "north";
const KILLS: usize = 30;
const GIVERS: usize = 4;
const ANSWERERS: usize = 2;
/// The floor that both sign, and starts on either side of it.
const FLOOR_S: u64 = 3_600;
const SOON_US: i64 = 1_800_000_000;
const LATER_US: i64 = 7_200_000_000;

/// A number from the environment, for longer or shorter runs.
fn scale(name: &str, otherwise: u64) -> u64 {
    let told = std::env::var(name).ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(otherwise)
}

/// Numbers that look random and come again from the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }
}

/// A notice that its giver was told of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Given {
    number: usize,
    id: String,
}

/// What the threads of one run share.
struct Run {
    /// Desks by side: the inviter's, the joiner's.
    desks: [Desk; 2],
    total: usize,
    begun_us: i64,
    next: AtomicUsize,
    /// Acknowledged notices by side.
    given: [Mutex<BTreeSet<Given>>; 2],
    /// Acknowledged answers.
    answered: Mutex<BTreeSet<Given>>,
}

impl Run {
    /// Three of four notices go one way, the fourth the other.
    fn side_of(number: usize) -> usize {
        usize::from(number % 4 == 3)
    }

    fn operation(&self, number: usize) -> Value {
        let ahead_us = if number.is_multiple_of(10) {
            SOON_US
        } else {
            LATER_US
        };
        operation("transit", number, self.begun_us + ahead_us)
    }

    fn give_all(&self, to_answer: &Sender<Given>) {
        loop {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            if number >= self.total {
                return;
            }
            let side = Self::side_of(number);
            let key = number.to_string();
            let id = give(&self.desks[side], LINE, &key, &self.operation(number));
            let given = Given { number, id };
            self.given[side].lock().unwrap().insert(given.clone());
            if number.is_multiple_of(3) {
                to_answer.send(given).unwrap();
            }
        }
    }

    fn answer_all(&self, given: &Mutex<Receiver<Given>>) {
        loop {
            let next = given.lock().unwrap().recv();
            let Ok(next) = next else { return };
            let desk = &self.desks[1 - Self::side_of(next.number)];
            answer(desk, LINE, &next.number.to_string(), &next.id);
            self.answered.lock().unwrap().insert(next);
        }
    }

    fn acknowledged(&self) -> usize {
        self.given.iter().map(|given| given.lock().unwrap().len()).sum()
    }
}

/// Kills either node `KILLS` times, each at a random moment of the run; one in four dies
/// once more while it starts.
fn kill_at_random(run: &Run, nodes: &mut [Node; 2], dice: &mut Dice) {
    let mut moments: Vec<usize> = (0..KILLS)
        .map(|_| dice.below(run.total as u64 * 98 / 100) as usize)
        .collect();
    moments.sort_unstable();
    for moment in moments {
        while run.acknowledged() < moment {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(dice.below(30_000)));
        let node = &mut nodes[dice.below(2) as usize];
        node.kill();
        node.spawn(&[]);
        if dice.below(4) == 0 {
            thread::sleep(Duration::from_micros(dice.below(400_000)));
            node.kill();
            node.spawn(&[]);
        }
        node.until_serving();
    }
}

#[test]
fn a_thousand_notices_survive_kills_of_either_node_at_random_moments() {
    let total = scale("DETENTE_NOTICES", 1_000) as usize;
    let seed = scale("DETENTE_SEED", now_us().unsigned_abs());
    println!("DETENTE_NOTICES={total} DETENTE_SEED={seed}");
    let mut nodes = [Node::start_new("Blue"), Node::start_new("Red")];
    join(&nodes[0], &nodes[1], LINE, None);
    agree([&nodes[0], &nodes[1]], LINE, "transit", FLOOR_S);
    let run = Run {
        desks: [nodes[0].desk("watch"), nodes[1].desk("watch")],
        total,
        begun_us: now_us(),
        next: AtomicUsize::new(0),
        given: [Mutex::default(), Mutex::default()],
        answered: Mutex::default(),
    };
    let (to_answer, given) = channel();
    let given = Mutex::new(given);
    thread::scope(|scope| {
        for _ in 0..ANSWERERS {
            scope.spawn(|| run.answer_all(&given));
        }
        for _ in 0..GIVERS {
            let to_answer = to_answer.clone();
            let run = &run;
            scope.spawn(move || run.give_all(&to_answer));
        }
        drop(to_answer);
        kill_at_random(&run, &mut nodes, &mut Dice(seed));
    });
    assert_eq!(
        run.acknowledged(),
        total,
        "every write was acknowledged in the end"
    );
    everything_is_there_once(&run, &nodes);
    retries_change_nothing(&run, &nodes);
    the_state_is_what_the_records_give(&mut nodes);
}

fn everything_is_there_once(run: &Run, nodes: &[Node; 2]) {
    for node in nodes {
        node.until_settled(LINE);
    }
    let answered = run.answered.lock().unwrap();
    let exports = [nodes[0].export(LINE), nodes[1].export(LINE)];
    for file in &exports {
        let (holds, report) = verify(file);
        assert!(holds, "{report}");
    }
    let acts = stated(&exports[0]);
    for (side, log) in ["a/0", "b/0"].iter().enumerate() {
        let (author, receiver) = (&nodes[side], &nodes[1 - side]);
        let given: BTreeSet<String> = run.given[side]
            .lock()
            .unwrap()
            .iter()
            .map(|given| given.id.clone())
            .collect();
        author.until("received", |author| {
            let own = notices(author, LINE, "own");
            own.values()
                .all(|notice| notice["current"]["received"].is_object())
        });
        let (own, peer) = (notices(author, LINE, "own"), notices(receiver, LINE, "peer"));
        assert_eq!(own.keys().cloned().collect::<BTreeSet<_>>(), given);
        assert_eq!(peer.keys().cloned().collect::<BTreeSet<_>>(), given);
        let operations = author.get("/v1/operations");
        assert_eq!(operations["operations"].as_array().unwrap().len(), given.len());
        for (id, notice) in &own {
            assert_honest(notice, &peer[id]);
        }
        let origin = format!("detente/v1/{LINE}/{log}");
        let other = format!("detente/v1/{LINE}/{}", ["b/0", "a/0"][side]);
        once(&ids(&acts, &origin, "notice"), &given);
        let answers: BTreeSet<String> = answered
            .iter()
            .filter(|given| Run::side_of(given.number) == side)
            .map(|given| given.id.clone())
            .collect();
        assert!(!answers.is_empty());
        for kind in ["opened", "read-back", "answer"] {
            once(&ids(&acts, &other, kind), &answers);
        }
        assert!(answers.iter().all(|id| own[id]["waits_for"] == "nothing"));
    }
}

/// The log states each of these, and each of them once.
fn once(stated: &[String], expected: &BTreeSet<String>) {
    assert_eq!(stated.len(), expected.len(), "nothing twice");
    assert_eq!(stated.iter().cloned().collect::<BTreeSet<_>>(), *expected);
}

fn retries_change_nothing(run: &Run, nodes: &[Node; 2]) {
    let sizes = || [0, 1].map(|side| nodes[side].line(LINE)["own_size"].as_u64());
    let before = sizes();
    for (side, given) in run.given.iter().enumerate() {
        for given in given.lock().unwrap().iter().step_by(10) {
            let again = give(
                &run.desks[side],
                LINE,
                &given.number.to_string(),
                &run.operation(given.number),
            );
            assert_eq!(again, given.id, "the first answer");
        }
    }
    assert_eq!(sizes(), before);
}

/// What officers see that no clock moves.
fn views(node: &Node) -> Vec<Value> {
    let paths = [
        format!("/v1/notices?line={LINE}"),
        format!("/v1/lines/{LINE}/statistics"),
        format!("/v1/lines/{LINE}/terms"),
        "/v1/operations".to_owned(),
    ];
    let view = |path: &String| {
        let mut view = node.get(path);
        assert!(view.is_object(), "{path}: {view}");
        view.as_object_mut().unwrap().remove("as_of_us");
        view
    };
    paths.iter().map(view).collect()
}

fn the_state_is_what_the_records_give(nodes: &mut [Node; 2]) {
    for node in nodes.iter_mut() {
        let lived = views(node);
        node.kill();
        node.start();
        assert!(views(node) == lived, "replayed from the records alone");
        node.stop();
        let found = node.cli(&["doctor"]);
        assert_eq!(found["worst"], "note", "{found}");
        assert!(found.to_string().contains("agrees with them"), "{found}");
        node.start();
        assert!(views(node) == lived, "from the snapshot of the stop");
        node.stop();
    }
}
