//! Two engines on one line, in memory: a disk each, a wire between, one clock by hand.
#![allow(dead_code, unreachable_pub)]

pub mod export;
pub mod life;
pub mod wire;

use accord::command::{Command, Officer, OperationDraft, Role};
use accord::ids::{Desk, LineId, Party};
use accord::time::Now;
use engine::Engine;
use engine::event::{Answer, Event, LineConfig, Record, Side};
use engine::frame::{Entry, Frame};
use engine::input::{Conn, Input, Keep, OpenRefused, Output, Reading, Refused};
use engine::keyring::{Keyring, SecretKeyring};
use engine::line::entry_key;
use engine::view::LineView;
use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};
use std::collections::{BTreeMap, VecDeque};

pub const T0: i64 = 1_790_000_000_000_000;
pub const LINE: &str = "north";

pub fn line() -> LineId {
    LineId::from(LINE)
}

/// What survives a crash.
#[derive(Clone, Default)]
pub struct Disk {
    pub records: Vec<Vec<u8>>,
    pub entries: BTreeMap<Vec<u8>, Vec<u8>>,
}

pub struct Node {
    pub name: &'static str,
    pub side: Side,
    pub engine: Engine,
    pub disk: Disk,
    pub replies: BTreeMap<u64, Result<Answer, Refused>>,
    pub open_replies: BTreeMap<u64, Result<pool::Answer, OpenRefused>>,
    pub sent: Vec<Vec<u8>>,
    pub closed: Vec<String>,
    /// How many entries were read from the store.
    pub entries_read: usize,
    pub next_reply: u64,
    pub boot: u64,
}

pub struct World {
    pub now_us: i64,
    pub a: Node,
    pub b: Node,
    pub conn: Conn,
    pub cut: bool,
    pub to_a: VecDeque<Vec<u8>>,
    pub to_b: VecDeque<Vec<u8>>,
}

pub fn desks() -> Vec<Desk> {
    vec![Desk::from("watch"), Desk::from("commander")]
}

fn secret(name: &str) -> [u8; 32] {
    let mut secret = [7; 32];
    secret[..name.len()].copy_from_slice(name.as_bytes());
    secret
}

pub fn keyring(name: &str) -> SecretKeyring {
    let mut keyring = SecretKeyring::new(secret(name));
    let mut of_line = secret(name);
    of_line[31] = 1;
    keyring.add_line(&line(), of_line, &desks());
    keyring
}

pub fn config(side: Side) -> LineConfig {
    let keys = |name: &str| {
        keyring(name)
            .key_set(&line(), name, &"ab".repeat(32))
            .expect("line is there")
    };
    let (own, peer) = match side {
        Side::A => (keys("alpha"), keys("bravo")),
        Side::B => (keys("bravo"), keys("alpha")),
    };
    LineConfig {
        line: line(),
        side,
        own,
        peer,
        dial: None,
    }
}

impl Node {
    pub fn new(name: &'static str, side: Side, now: Now) -> Self {
        let mut engine = Engine::new(Party::from(name), desks(), Box::new(keyring(name)));
        engine.started(1, now);
        let mut node = Node {
            name,
            side,
            engine,
            disk: Disk::default(),
            replies: BTreeMap::new(),
            open_replies: BTreeMap::new(),
            sent: Vec::new(),
            closed: Vec::new(),
            entries_read: 0,
            next_reply: 1,
            boot: 1,
        };
        let officer = officer("admin", Role::Admin);
        let keep = Keep::Join { config: config(side) };
        let input = Input::Keep {
            reply: 0,
            key: None,
            officer,
            keep,
        };
        node.engine.input(input).expect("queues are empty");
        node.step(now);
        assert!(node.replies[&0].is_ok(), "{:?}", node.replies[&0]);
        node
    }

    /// One batch: decide, journal, release. What leaves is kept in `sent`.
    pub fn step(&mut self, now: Now) {
        let now = Now {
            boot: self.boot,
            ..now
        };
        if let Some(batch) = self.engine.run(now) {
            let upto = batch.records.last().expect("a batch has records").seq;
            for record in &batch.records {
                self.disk
                    .records
                    .push(serde_json::to_vec(record).expect("records are plain data"));
            }
            self.disk.entries.extend(batch.stores);
            self.engine.durable(upto);
        }
        self.drain();
    }

    pub fn drain(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Reply { reply, result } => {
                    self.replies.insert(reply, result);
                }
                Output::OpenReply { reply, result } => {
                    self.open_replies.insert(reply, result);
                }
                Output::Send { bytes, .. } => self.sent.push(bytes),
                Output::Close { why, .. } => self.closed.push(why),
                Output::Fetch { line, conn, reading } => {
                    let entries = self.stored(&line, reading);
                    self.entries_read += entries.len();
                    let input = Input::Fetched {
                        line,
                        conn,
                        reading,
                        entries,
                    };
                    self.engine.input(input).expect("room for what was fetched");
                }
                Output::Shown { .. } => {}
            }
        }
    }

    /// A node that starts from what is on a disk.
    pub fn on(name: &'static str, side: Side, disk: &Disk, now: Now) -> Self {
        let mut node = Node::new(name, side, now);
        node.disk = disk.clone();
        node.boot = 100 + disk.records.len() as u64;
        node.restart(now);
        node
    }

    /// Everything that was ever decided, in order.
    pub fn events(&self) -> Vec<Event> {
        let records = self.disk.records.iter();
        let records = records.map(|bytes| serde_json::from_slice::<Record>(bytes).expect("a record"));
        records.flat_map(|record| record.events).collect()
    }

    /// The line as its officers see it.
    pub fn view(&self, now: Now) -> LineView {
        self.engine.line_views(now).remove(0)
    }

    /// How often a message with this text stands here, of either side.
    pub fn messages(&self, text: &str) -> usize {
        let messages = self.engine.mind().dialogues(&line());
        messages.iter().filter(|view| view.book.text == text).count()
    }

    fn stored(&self, line: &LineId, reading: Reading) -> Vec<Entry> {
        let key = |seq| entry_key(line, reading.of, reading.epoch, seq);
        let texts = (reading.from..reading.upto).map_while(|seq| self.disk.entries.get(&key(seq)));
        texts
            .map(|bytes| Entry::parse(bytes).expect("stored entries are whole"))
            .collect()
    }

    /// Starts again from what is on disk.
    pub fn restart(&mut self, now: Now) {
        let mut engine = Engine::new(Party::from(self.name), desks(), Box::new(keyring(self.name)));
        for (seq, bytes) in (1..).zip(&self.disk.records) {
            let facts = Engine::read_facts(seq, bytes).expect("records can be read");
            engine.replay(&facts).expect("records can be replayed");
        }
        self.boot += 1;
        engine.started(self.boot, now);
        self.engine = engine;
        self.sent.clear();
    }

    pub fn ask(&mut self, now: Now, role: Role, command: Command) -> Result<Answer, Refused> {
        let desk = if role == Role::Commander {
            "commander"
        } else {
            "watch"
        };
        let reply = self.next_reply;
        self.next_reply += 1;
        let officer = officer(desk, role);
        self.engine
            .input(Input::Desk {
                reply,
                key: None,
                officer,
                command,
            })
            .expect("room");
        self.step(now);
        self.replies.remove(&reply).expect("every command is answered")
    }
}

impl World {
    pub fn new() -> Self {
        let mut world = World {
            now_us: T0,
            a: Node::new("alpha", Side::A, at(T0)),
            b: Node::new("bravo", Side::B, at(T0)),
            conn: 0,
            cut: true,
            to_a: VecDeque::new(),
            to_b: VecDeque::new(),
        };
        world.connect();
        world
    }

    /// Two nodes that start from what is on their disks; they are not connected.
    pub fn on(a: &Disk, b: &Disk, now_us: i64) -> Self {
        World {
            now_us,
            a: Node::on("alpha", Side::A, a, at(now_us)),
            b: Node::on("bravo", Side::B, b, at(now_us)),
            conn: 1000,
            cut: true,
            to_a: VecDeque::new(),
            to_b: VecDeque::new(),
        }
    }

    pub fn now(&self) -> Now {
        at(self.now_us)
    }

    /// The epochs of both ends.
    pub fn epochs(&self) -> (u32, u32) {
        (self.a.view(self.now()).epoch, self.b.view(self.now()).epoch)
    }

    /// Alpha's node gets a frame that its peer never made.
    pub fn lie_to_a(&mut self, frame: &Frame) {
        let (line, conn, bytes) = (line(), self.conn, frame.to_bytes());
        self.a
            .engine
            .input(Input::Frame { line, conn, bytes })
            .expect("room");
        self.settle();
    }

    /// Both commanders sign the epoch.
    pub fn accept(&mut self) {
        for node in [&mut self.a, &mut self.b] {
            let keep = Keep::AcceptEpoch { line: line() };
            let officer = officer("commander", Role::Commander);
            let (reply, key) = (500, None);
            let input = Input::Keep {
                reply,
                key,
                officer,
                keep,
            };
            node.engine.input(input).expect("room");
        }
        self.settle();
        for node in [&self.a, &self.b] {
            assert!(node.replies[&500].is_ok(), "{:?}", node.replies[&500]);
        }
    }

    pub fn connect(&mut self) {
        self.conn += 1;
        self.cut = false;
        for node in [&mut self.a, &mut self.b] {
            let input = Input::Connected {
                line: line(),
                conn: self.conn,
            };
            node.engine.input(input).expect("room");
        }
        self.settle();
    }

    pub fn disconnect(&mut self) {
        self.cut = true;
        self.to_a.clear();
        self.to_b.clear();
        for node in [&mut self.a, &mut self.b] {
            let input = Input::Disconnected {
                line: line(),
                conn: self.conn,
            };
            node.engine.input(input).expect("room");
        }
        self.settle();
    }

    /// Runs both until nothing moves any more.
    pub fn settle(&mut self) {
        for _ in 0..10_000 {
            self.now_us += 10;
            let now = self.now();
            self.a.step(now);
            self.b.step(now);
            self.carry();
            let idle = self.to_a.is_empty() && self.to_b.is_empty();
            if idle && !self.a.engine.has_input() && !self.b.engine.has_input() {
                return;
            }
            self.deliver();
        }
        panic!("the two nodes never came to rest");
    }

    fn carry(&mut self) {
        let (a, b) = (std::mem::take(&mut self.a.sent), std::mem::take(&mut self.b.sent));
        if !self.cut {
            self.to_b.extend(a);
            self.to_a.extend(b);
        }
    }

    fn deliver(&mut self) {
        let conn = self.conn;
        let frame = |bytes| Input::Frame {
            line: line(),
            conn,
            bytes,
        };
        for bytes in self.to_a.drain(..) {
            self.a.engine.input(frame(bytes)).expect("room");
        }
        for bytes in self.to_b.drain(..) {
            self.b.engine.input(frame(bytes)).expect("room");
        }
    }

    /// Lets time pass in steps of half a second.
    pub fn pass(&mut self, seconds: i64) {
        for _ in 0..seconds * 2 {
            self.now_us += 500_000;
            self.settle();
        }
    }
}

pub fn at(wall_us: i64) -> Now {
    Now {
        wall_us,
        mono_us: wall_us - T0,
        boot: 1,
    }
}

pub fn officer(desk: &str, role: Role) -> Officer {
    Officer {
        desk: Desk::from(desk),
        role,
    }
}

pub fn say(text: &str) -> Command {
    use accord::act::{Response, Urgency};
    Command::Say {
        line: line(),
        answers: None,
        urgency: Urgency::Normal,
        response: Response::R,
        closes: false,
        text: text.to_owned(),
        drill: false,
    }
}

pub fn cease() -> Command {
    let place = accord::act::Place {
        at: None,
        words: "the whole valley".to_owned(),
    };
    Command::Cease {
        line: line(),
        place,
        drill: false,
    }
}

pub fn circle(lat: i64, lon: i64, radius_m: i64, start_us: i64, end_us: i64) -> VolumeSpec {
    let nd = 1_000_000;
    VolumeSpec {
        footprint: Footprint::Circle {
            center: Position {
                lat_nd: lat * nd,
                lon_nd: lon * nd,
            },
            radius_mm: radius_m * 1000,
        },
        band: Band {
            low_mm: 0,
            high_mm: 3_000_000,
            datum: Datum::Msl,
        },
        window: Window { start_us, end_us },
    }
}

pub fn draft(name: &str, class: accord::act::Class, volumes: Vec<VolumeSpec>) -> OperationDraft {
    OperationDraft {
        name: name.to_owned(),
        class,
        volumes,
        hazards: Vec::new(),
        drill: false,
        separation: None,
        reaction_us: None,
    }
}
