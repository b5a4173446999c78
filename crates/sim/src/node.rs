//! One party's node: the real engine over a simulated disk and clock.

use crate::audit::What;
use crate::clock::Clock;
use crate::disk::{Disk, Rotten};
use crate::keys::{Scheme, keyring};
use accord::command::{Command, Officer};
use accord::ids::{Desk, LineId, Party};
use accord::time::Now;
use engine::Engine;
use engine::event::Answer;
use engine::input::{IdempotencyKey, Input, Keep, LogOf, Refused, Space};
use engine::line::entry_key;
use std::collections::BTreeMap;

/// What an officer's client asks, until it is answered.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Of the mind.
    Desk(Command),
    /// Of the node.
    Keep(Keep),
}

/// One request of a client, with the key under which it is asked again.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its idempotency key.
    pub key: String,
    /// Who asks.
    pub officer: Officer,
    /// What.
    pub wish: Wish,
    /// How often it was put before an engine.
    pub asked: u32,
    /// The answer, once there is one.
    pub answer: Option<Result<Answer, Refused>>,
}

/// A node.
pub struct Node {
    /// The party's name.
    pub name: String,
    /// Its desks, in ladder order.
    pub desks: Vec<Desk>,
    /// Its lines.
    pub lines: Vec<LineId>,
    /// Runs while the process does.
    pub engine: Option<Engine>,
    /// What survives.
    pub disk: Disk,
    /// The keeper's last backup.
    pub backup: Disk,
    /// Both clocks.
    pub clock: Clock,
    /// Number of this run of the process.
    pub boot: u64,
    /// A transaction is under way.
    pub busy: bool,
    /// Its machine is suspended until then, true time.
    pub asleep_until_us: i64,
    /// When it looks again by itself, true time.
    pub wake_us: i64,
    /// How full its disk is.
    pub space: Space,
    /// Everything its clients ever asked.
    pub requests: Vec<Request>,
    waiting: BTreeMap<u64, usize>,
    next_reply: u64,
    scheme: Scheme,
    /// The other copy of this node, in the middle of what it did when it was put away.
    twin: Option<Box<Twin>>,
}

/// A copy of a node that nobody reaches at present.
struct Twin {
    engine: Engine,
    disk: Disk,
    waiting: BTreeMap<u64, usize>,
}

impl Node {
    /// A node that was never started.
    pub fn new(name: String, lines: Vec<LineId>, clock: Clock, scheme: Scheme) -> Self {
        Node {
            name,
            desks: desks(),
            lines,
            engine: None,
            disk: Disk::default(),
            backup: Disk::default(),
            clock,
            boot: 0,
            busy: false,
            asleep_until_us: i64::MIN,
            wake_us: i64::MAX,
            space: Space::Normal,
            requests: Vec::new(),
            waiting: BTreeMap::new(),
            next_reply: 1,
            scheme,
            twin: None,
        }
    }

    /// Both readings at a true instant.
    pub fn now(&self, true_us: i64) -> Now {
        self.clock.read(true_us, self.boot)
    }

    /// Starts the process from what is on disk.
    ///
    /// # Errors
    /// The first record that rotted: the node does not start.
    pub fn start(&mut self, true_us: i64, from_snapshot: bool) -> Result<(), Rotten> {
        let mut engine = self.recovered(from_snapshot)?;
        self.boot += 1;
        engine.set_space(self.space);
        engine.started(self.boot, self.now(true_us));
        self.engine = Some(engine);
        self.busy = false;
        self.waiting.clear();
        Ok(())
    }

    /// The state that the disk holds.
    ///
    /// # Errors
    /// See [`Node::start`].
    pub fn recovered(&self, from_snapshot: bool) -> Result<Engine, Rotten> {
        let keyring = || keyring(self.scheme, &self.name, &self.lines, &self.desks);
        let loaded = self.disk.load(from_snapshot)?;
        let mut engine = match loaded.snapshot {
            Some(bytes) => {
                Engine::from_snapshot(bytes, keyring()).expect("a snapshot that was kept can be read")
            }
            None => Engine::new(Party::from(self.name.as_str()), self.desks.clone(), keyring()),
        };
        for (seq, bytes) in loaded.tail {
            let facts = Engine::read_facts(seq, bytes).expect("what the chain holds can be read");
            engine.replay(&facts).expect("what was decided can be applied");
        }
        Ok(engine)
    }

    /// The state that the disk holds, read where the process does not have just that.
    pub fn reread(&self) -> Option<Engine> {
        let same = self.engine.is_some() && !self.busy;
        if same { None } else { self.recovered(true).ok() }
    }

    /// The other copy takes this one's place, and this one waits as it is; the first time it is
    /// started from a copy of the disk. Whether it did: not while it is down or busy.
    pub fn change_places(&mut self, true_us: i64) -> bool {
        if self.busy || self.engine.is_none() {
            return false;
        }
        let Some(engine) = self.engine.take() else {
            return false;
        };
        let away = Twin {
            engine,
            disk: self.disk.backup(),
            waiting: std::mem::take(&mut self.waiting),
        };
        let started = match self.twin.take() {
            Some(other) => {
                self.engine = Some(other.engine);
                self.disk = other.disk;
                self.waiting = other.waiting;
                true
            }
            None => self.start(true_us, false).is_ok(),
        };
        self.twin = Some(Box::new(away));
        started
    }

    /// The other copy is gone for good.
    pub fn end_twin(&mut self) {
        self.twin = None;
    }

    /// Whether something waits to be decided.
    pub fn has_input(&self) -> bool {
        self.engine.as_ref().is_some_and(Engine::has_input)
    }

    /// What this node has cosigned of the peer's log on a line, in every epoch, read from its disk.
    pub fn cosigned_items(&self, engine: &Engine, line: &LineId) -> Vec<What> {
        let closed = engine.closed_logs(line, LogOf::Peer);
        let logs = closed.into_iter().chain(engine.log_state(line, LogOf::Peer));
        let places = logs.flat_map(|log| (0..log.cosigned_size).map(move |seq| (log.epoch, seq)));
        let texts =
            places.filter_map(|(epoch, seq)| self.disk.text(&entry_key(line, LogOf::Peer, epoch, seq)));
        texts.filter_map(What::of_entry).collect()
    }

    /// The process is gone.
    pub fn stop(&mut self) {
        self.engine = None;
        self.twin = None;
        self.busy = false;
        self.asleep_until_us = i64::MIN;
        self.wake_us = i64::MAX;
        self.waiting.clear();
    }

    /// A client asks for the first time; its number.
    pub fn request(&mut self, officer: Officer, wish: Wish) -> usize {
        let number = self.requests.len();
        self.requests.push(Request {
            key: format!("{}-{number}", self.name),
            officer,
            wish,
            asked: 0,
            answer: None,
        });
        number
    }

    /// Puts a request before the engine, under the key it always has. Whether it was taken:
    /// not while the process is down, or its queue is full.
    pub fn ask(&mut self, number: usize) -> bool {
        let reply = self.next_reply;
        let Some(engine) = &mut self.engine else {
            return false;
        };
        let request = &self.requests[number];
        let (officer, key) = (
            request.officer.clone(),
            Some(IdempotencyKey {
                scope: self.name.clone(),
                key: request.key.clone(),
            }),
        );
        let input = match request.wish.clone() {
            Wish::Desk(command) => Input::Desk {
                reply,
                key,
                officer,
                command,
            },
            Wish::Keep(keep) => Input::Keep {
                reply,
                key,
                officer,
                keep,
            },
        };
        self.next_reply += 1;
        let taken = engine.input(input).is_ok();
        if taken {
            self.requests[number].asked += 1;
            self.waiting.insert(reply, number);
        }
        taken
    }

    /// A reply came; the request that it answers.
    pub fn answered(&mut self, reply: u64, result: Result<Answer, Refused>) -> Option<usize> {
        let number = self.waiting.remove(&reply)?;
        self.requests[number].answer = Some(result);
        Some(number)
    }
}

/// The desks of every node: two, so that a ladder has a step.
pub fn desks() -> Vec<Desk> {
    vec![Desk::from("watch"), Desk::from("commander")]
}
