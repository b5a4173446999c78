//! Two engines with a journal each, on one line in memory: what the benches of the line drive.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use accord::command::{Command, Officer, Role};
use accord::ids::{Desk, LineId, Party};
use accord::time::Now;
use engine::Engine;
use engine::event::{Answer, LineConfig, Side};
use engine::input::{Input, Keep, Output};
use engine::keyring::{KeySet, Keyring, SecretKeyring};
use ledger::journal::{Blob, Journal, Options, Record, SqliteJournal};

/// One node of the pair: engine and journal, as the node's core thread holds them.
pub(super) struct Node {
    pub(super) engine: Engine,
    pub(super) journal: SqliteJournal,
    started: Instant,
    /// Commands answered.
    pub(super) answered: usize,
    /// Ids that commands came to, in order.
    pub(super) made: Vec<String>,
    /// Commands refused; a bench that sees one is wrong.
    pub(super) refused: Vec<String>,
    /// Frames to the peer.
    pub(super) sent: Vec<Vec<u8>>,
}

/// What a node on a thread of its own is sent.
pub(super) enum Message {
    Frame(Vec<u8>),
    Command(Command),
    Stop,
}

pub(super) fn line() -> LineId {
    LineId::from("bench")
}

pub(super) fn desks() -> Vec<Desk> {
    vec![Desk::from("watch")]
}

pub(super) fn keyring(side: Side) -> SecretKeyring {
    let mut keyring = SecretKeyring::new([side as u8 + 1; 32]);
    keyring.add_line(&line(), [side as u8 + 11; 32], &desks());
    keyring
}

fn keys(side: Side) -> KeySet {
    let party = if side == Side::A { "alpha" } else { "bravo" };
    let keys = keyring(side).key_set(&line(), party, &"ab".repeat(32));
    keys.expect("the line's secret was just added")
}

/// Two nodes, joined and connected, in folders under `dir`.
pub(super) fn pair(dir: &Path) -> (Node, Node) {
    let (mut a, mut b) = (Node::new(dir, Side::A), Node::new(dir, Side::B));
    for node in [&mut a, &mut b] {
        node.input(Input::Connected {
            line: line(),
            conn: 1,
        });
    }
    settle(&mut a, &mut b);
    (a, b)
}

/// Both by turns until nothing moves.
pub(super) fn settle(a: &mut Node, b: &mut Node) {
    loop {
        a.step();
        b.step();
        let idle = a.sent.is_empty() && b.sent.is_empty();
        if idle && !a.engine.has_input() && !b.engine.has_input() {
            return;
        }
        exchange(a, b);
    }
}

/// Carries frames between two nodes.
pub(super) fn exchange(a: &mut Node, b: &mut Node) {
    for bytes in std::mem::take(&mut a.sent) {
        b.input(Input::Frame {
            line: line(),
            conn: 1,
            bytes,
        });
    }
    for bytes in std::mem::take(&mut b.sent) {
        a.input(Input::Frame {
            line: line(),
            conn: 1,
            bytes,
        });
    }
}

impl Node {
    fn new(dir: &Path, side: Side) -> Node {
        let folder = dir.join(side.letter());
        let journal = SqliteJournal::open(&folder, Options::default()).expect("a new journal opens");
        let own = keys(side);
        let mut engine = Engine::new(Party(own.party.clone()), desks(), Box::new(keyring(side)));
        let mut node_now = Instant::now();
        engine.started(1, now(&mut node_now));
        let mut node = Node {
            engine,
            journal,
            started: node_now,
            answered: 0,
            made: Vec::new(),
            refused: Vec::new(),
            sent: Vec::new(),
        };
        let config = LineConfig {
            line: line(),
            side,
            own,
            peer: keys(side.other()),
            dial: None,
        };
        let officer = Officer {
            desk: Desk::from("admin"),
            role: Role::Admin,
        };
        node.input(Input::Keep {
            reply: 0,
            key: None,
            officer,
            keep: Keep::Join { config },
        });
        node.step();
        node
    }

    pub(super) fn input(&mut self, input: Input) {
        self.engine.input(input).expect("benches keep within the queues");
    }

    pub(super) fn command(&mut self, command: Command) {
        let officer = Officer {
            desk: Desk::from("watch"),
            role: Role::Watch,
        };
        self.input(Input::Desk {
            reply: 0,
            key: None,
            officer,
            command,
        });
    }

    /// One batch: decided, journaled with one fsync, released.
    pub(super) fn step(&mut self) {
        let now = now(&mut self.started);
        if let Some(batch) = self.engine.run(now) {
            let records: Vec<Record> = batch
                .records
                .iter()
                .map(|record| Record {
                    seq: record.seq,
                    data: serde_json::to_vec(record).expect("records are plain data"),
                })
                .collect();
            let blobs: Vec<Blob> = batch
                .stores
                .into_iter()
                .map(|(key, data)| Blob { key, data })
                .collect();
            let upto = records.last().map_or(0, |record| record.seq);
            self.journal
                .append(batch.first_seq, &records, &blobs)
                .expect("a disk with room");
            self.engine.durable(upto);
        }
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            self.answered += usize::from(matches!(output, Output::Reply { .. }));
            match output {
                Output::Send { bytes, .. } => self.sent.push(bytes),
                Output::Reply {
                    result: Ok(Answer::Done(outcome)),
                    ..
                } => self.made.extend(outcome.id),
                Output::Reply {
                    result: Ok(Answer::Made(_)),
                    ..
                } => {}
                Output::Reply {
                    result: Err(refused), ..
                } => self.refused.push(refused.to_string()),
                Output::Close { .. } | Output::Fetch { .. } | Output::Shown { .. } => {}
            }
        }
    }

    /// Entries of our log, and those the peer has cosigned.
    pub(super) fn sizes(&mut self) -> (u64, u64) {
        let now = now(&mut self.started);
        let views = self.engine.line_views(now);
        views
            .first()
            .map_or((0, 0), |view| (view.own_size, view.cosigned_size))
    }

    /// Runs on a thread of its own until told to stop, or until so many commands were answered
    /// and the peer has cosigned all of our log.
    pub(super) fn serve(mut self, inbox: &Receiver<Message>, peer: &Sender<Message>, until: usize) -> Node {
        loop {
            for _ in 0..255 {
                let Ok(message) = inbox.try_recv() else { break };
                if self.take(message) {
                    return self;
                }
            }
            self.step();
            for bytes in std::mem::take(&mut self.sent) {
                let _ = peer.send(Message::Frame(bytes));
            }
            if self.answered >= until && self.is_cosigned() {
                return self;
            }
            if !self.engine.has_input()
                && let Ok(message) = inbox.recv_timeout(Duration::from_millis(5))
                && self.take(message)
            {
                return self;
            }
        }
    }

    fn is_cosigned(&mut self) -> bool {
        let (own, cosigned) = self.sizes();
        own == cosigned
    }

    /// Whether it was told to stop.
    fn take(&mut self, message: Message) -> bool {
        match message {
            Message::Frame(bytes) => self.input(Input::Frame {
                line: line(),
                conn: 1,
                bytes,
            }),
            Message::Command(command) => self.command(command),
            Message::Stop => return true,
        }
        false
    }
}

fn now(started: &mut Instant) -> Now {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now {
        wall_us: i64::try_from(wall.as_micros()).expect("microseconds since 1970 fit"),
        mono_us: i64::try_from(started.elapsed().as_micros()).expect("an hour fits"),
        boot: 1,
    }
}
