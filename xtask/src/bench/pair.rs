//! Two engines with a journal each, on one line in memory: what the benches of the line drive.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use accord::command::{Command, Officer, Role};
use accord::ids::{Desk, LineId, Party};
use accord::time::Now;
use engine::event::{Answer, LineConfig, Side};
use engine::input::{Input, Keep, Output};
use engine::keyring::{KeySet, Keyring, SecretKeyring};
use engine::{Batch, Engine};
use ledger::journal::{Blob, Journal, Options, Record, SqliteJournal};

/// Commands handed in with one batch: the engine takes no more of them at once.
const SHARE: usize = 256;
/// No more commands are handed in while the peer has so many entries to cosign.
const MOST_OWED: u64 = 4_096;
const SHORT_WAIT: Duration = Duration::from_millis(5);

/// One node of the pair: engine and journal, as the node's core thread holds them.
pub(super) struct Node {
    pub(super) engine: Engine,
    /// None for a peer that is only there to answer, and whose own disk is not looked at.
    pub(super) journal: Option<SqliteJournal>,
    started: Instant,
    pub(super) spent: Spent,
    /// Commands answered.
    pub(super) answered: usize,
    /// Ids that commands came to, in order.
    pub(super) made: Vec<String>,
    /// Commands refused; a bench that sees one is wrong.
    pub(super) refused: Vec<String>,
    /// Frames to the peer.
    pub(super) sent: Vec<Vec<u8>>,
}

/// Where a node's time went, on a thread of its own.
#[derive(Default)]
pub(super) struct Spent {
    /// Deciding, checking, signing, and making frames.
    pub(super) engine: Duration,
    /// Making records into bytes, and the journal's transaction with its fsync.
    pub(super) journal: Duration,
    /// Waiting for the peer.
    pub(super) waiting: Duration,
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

/// What the other side knows of a node.
pub(super) fn keys(side: Side) -> KeySet {
    let party = if side == Side::A { "alpha" } else { "bravo" };
    let keys = keyring(side).key_set(&line(), party, &"ab".repeat(32));
    keys.expect("the line's secret was just added")
}

/// Two nodes, joined and connected, in folders under `dir`.
pub(super) fn pair(dir: &Path) -> (Node, Node) {
    connect(
        Node::new(Side::A, Some(open(dir, Side::A))),
        Node::new(Side::B, Some(open(dir, Side::B))),
    )
}

/// The same, with a peer that keeps no journal.
pub(super) fn pair_with_a_bare_peer(dir: &Path) -> (Node, Node) {
    connect(
        Node::new(Side::A, Some(open(dir, Side::A))),
        Node::new(Side::B, None),
    )
}

/// The journal of one of them.
pub(super) fn open(dir: &Path, side: Side) -> SqliteJournal {
    SqliteJournal::open(&dir.join(side.letter()), Options::default()).expect("a new journal opens")
}

fn connect(mut a: Node, mut b: Node) -> (Node, Node) {
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
        exchange(a, b);
        a.step();
        b.step();
        let idle = a.sent.is_empty() && b.sent.is_empty();
        if idle && !a.engine.has_input() && !b.engine.has_input() {
            return;
        }
    }
}

/// Node a carries `commands` out on one thread, node b answers on another.
pub(super) fn carry(
    a: Node,
    b: Node,
    commands: impl Iterator<Item = Command> + Send + 'static,
) -> (Node, Node) {
    let (to_a, from_b) = channel();
    let (to_b, from_a) = channel();
    let b = std::thread::spawn(move || b.answer(&from_a, &to_a));
    let a = std::thread::spawn(move || (a.state(commands, &from_b, &to_b), from_b));
    let (mut a, from_b) = a.join().expect("node a ends");
    let mut b = b.join().expect("node b ends");
    // What was still on its way when a ended.
    b.sent = from_b.try_iter().chain(std::mem::take(&mut b.sent)).collect();
    settle(&mut a, &mut b);
    (a, b)
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
    fn new(side: Side, journal: Option<SqliteJournal>) -> Node {
        let own = keys(side);
        let mut engine = Engine::new(Party(own.party.clone()), desks(), Box::new(keyring(side)));
        let mut node_now = Instant::now();
        engine.started(1, now(&mut node_now));
        let mut node = Node {
            engine,
            journal,
            started: node_now,
            spent: Spent::default(),
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
        let begun = Instant::now();
        let batch = self.engine.run(now(&mut self.started));
        let decided = Instant::now();
        let upto = batch.map(|batch| self.keep(batch));
        let kept = Instant::now();
        if let Some(upto) = upto {
            self.engine.durable(upto);
        }
        self.drain();
        self.spent.engine += (decided - begun) + kept.elapsed();
        self.spent.journal += kept - decided;
    }

    /// Appends a batch and gives its last record.
    fn keep(&mut self, batch: Batch) -> u64 {
        let upto = batch.first_seq + batch.records.len() as u64 - 1;
        let Some(journal) = &mut self.journal else {
            return upto;
        };
        let record = |record: &engine::event::Record| Record {
            seq: record.seq,
            data: serde_json::to_vec(record).expect("records are plain data"),
        };
        let records: Vec<Record> = batch.records.iter().map(record).collect();
        let stores = batch.stores.into_iter();
        let blobs: Vec<Blob> = stores.map(|(key, data)| Blob { key, data }).collect();
        journal
            .append(batch.first_seq, &records, &blobs)
            .expect("a disk with room");
        upto
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
                Output::OpenReply { .. }
                | Output::Close { .. }
                | Output::Fetch { .. }
                | Output::Shown { .. } => {}
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

    /// Carries `commands` out, until all were answered and the peer has cosigned all of our log. To be called on a
    /// thread of its own.
    ///
    /// # Panics
    /// When a command is refused: a refused bench measures nothing.
    pub(super) fn state(
        mut self,
        commands: impl Iterator<Item = Command>,
        inbox: &Receiver<Vec<u8>>,
        peer: &Sender<Vec<u8>>,
    ) -> Node {
        let mut commands = commands.peekable();
        loop {
            let (own, cosigned) = self.sizes();
            if own == cosigned && commands.peek().is_none() && !self.engine.has_input() {
                return self;
            }
            if own - cosigned < MOST_OWED {
                commands
                    .by_ref()
                    .take(SHARE)
                    .for_each(|command| self.command(command));
            }
            self.turn(inbox, peer);
            assert!(self.refused.is_empty(), "refused: {:?}", self.refused.first());
        }
    }

    /// Answers a peer until it is gone. To be called on a thread of its own.
    pub(super) fn answer(mut self, inbox: &Receiver<Vec<u8>>, peer: &Sender<Vec<u8>>) -> Node {
        while self.turn(inbox, peer) {}
        self
    }

    /// One batch with what came, or a short wait for something to come. Whether the peer is there.
    fn turn(&mut self, inbox: &Receiver<Vec<u8>>, peer: &Sender<Vec<u8>>) -> bool {
        let begun = Instant::now();
        let first = if self.engine.has_input() {
            inbox.try_recv().ok()
        } else {
            match inbox.recv_timeout(SHORT_WAIT) {
                Err(RecvTimeoutError::Disconnected) => return false,
                came => came.ok(),
            }
        };
        self.spent.waiting += begun.elapsed();
        let more = std::iter::from_fn(|| inbox.try_recv().ok()).take(SHARE);
        for bytes in first.into_iter().chain(more) {
            self.input(Input::Frame {
                line: line(),
                conn: 1,
                bytes,
            });
        }
        self.step();
        let unsent = std::mem::take(&mut self.sent).into_iter();
        self.sent = unsent
            .filter_map(|bytes| peer.send(bytes).err())
            .map(|back| back.0)
            .collect();
        true
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
