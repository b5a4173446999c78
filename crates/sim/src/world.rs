//! The world: true time, nodes, wires, staff and faults, driven from one queue of events.

mod faults;
mod nodes;
mod open;
mod people;
mod watch;
mod wires;

use crate::audit::{Auditor, What};
use crate::check;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::keys::{Scheme, key_set};
use crate::limits::{
    BACKUP_US, CALM_PAUSE_US, CALM_US, DISK_LEAST_US, DISK_MOST_US, FIRST_BACKUP_US, FROM_SNAPSHOT,
    LAST_WAITS, LIE_MEMORY, MAX_EVENTS_AT_ONCE, MAX_PARTIES, MIN_PARTIES, PARTY, RETRY_US, SECOND_US,
    SNAPSHOTS, T0_US,
};
use crate::net::{End, Wire};
use crate::node::{Node, Wish, desks};
use crate::open::{Open, Region};
use crate::rng::Rng;
use crate::trace::Trace;
use crate::workload::{Staff, officer};
use accord::alarm::Author;
use accord::command::{Command, Role};
use accord::ids::LineId;
use accord::terms::Terms;
use engine::event::{LineConfig, Side};
use engine::frame::Entry;
use engine::input::{Conn, Input, Keep, Output, Space};
use engine::line::entry_key;
use std::collections::{BTreeMap, BTreeSet};

/// What is to happen.
#[derive(Debug)]
enum Event {
    /// A node looks at its queues.
    Wake(usize),
    /// A node's transaction is durable.
    Synced { node: usize, boot: u64 },
    /// A frame arrives.
    Arrive {
        wire: usize,
        to: End,
        conn: Conn,
        bytes: Vec<u8>,
    },
    /// An end learns that a connection stands, or fell.
    Told(usize, Told),
    /// The joiner dials.
    Dial(usize),
    /// A safety act is to be on the peer's screen by now.
    Heard {
        wire: usize,
        to: End,
        conn: Conn,
        what: What,
    },
    /// Staff of a node do the next thing.
    Work(usize),
    /// A client asks again.
    Again { node: usize, request: usize },
    /// A USS of a node's region does the next thing.
    OpenWork { node: usize, uss: usize },
    /// A client of the open service asks again.
    OpenAgain { node: usize, asked: usize },
    /// The keeper of a node makes a backup.
    Backup(usize),
    /// A fault begins.
    Fault(Kind, usize),
    /// And ends.
    Repair(Kind, usize),
}

/// What an end learns of its wire.
#[derive(Debug)]
struct Told {
    end: End,
    conn: Conn,
    stands: bool,
}

/// Kinds of faults, of a node or a wire.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Kind {
    Crash,
    Cut,
    Silence(End),
    Rot,
    Rollback,
    Jump,
    Sleep,
    Shortage,
    Copy,
}

/// A world.
pub struct World {
    /// Where it came from.
    pub seed: u64,
    /// True time, µs UTC.
    pub now_us: i64,
    /// The parties.
    pub nodes: Vec<Node>,
    /// The lines between them.
    pub wires: Vec<Wire>,
    /// What was promised.
    pub auditor: Auditor,
    /// Open traffic, by node; a node that serves none has none.
    pub regions: Vec<Option<Region>>,
    /// Writes take no time and draw nothing, so that two worlds can be compared frame by frame.
    pub even_disk: bool,
    /// Nodes that were put back to an older state, by node.
    pub put_back: Vec<u32>,
    /// What happened.
    pub trace: Trace,
    staff: Vec<Staff>,
    faults: Faults,
    /// No more faults, no more work: everything has to settle.
    calm: bool,
    queue: BTreeMap<(i64, u64), Event>,
    ticks: u64,
    fate: Rng,
    net: Rng,
    disk: Rng,
    /// The parties that are not to be believed.
    pub suspects: BTreeSet<usize>,
    liar: Rng,
    /// What liars said before, by node.
    said: BTreeMap<usize, Vec<Vec<u8>>>,
    /// What was found while it happened.
    pub findings: check::Findings,
    /// Happenings that may happen, by name; all when there is none.
    pub keep: Option<BTreeSet<String>>,
    happened: Vec<(String, String)>,
    named: BTreeMap<String, u64>,
    /// Events since the clock last moved.
    at_once: u32,
}

/// How a run ended.
#[derive(Debug)]
pub struct Report {
    /// SHA-256 over everything that happened.
    pub digest: String,
    /// How often each kind of step was made.
    pub counts: BTreeMap<&'static str, u64>,
    /// Simulated time of all nodes together, µs.
    pub node_us: i64,
    /// What was promised to officers.
    pub promises: usize,
    /// Invariants that were checked, and how often.
    pub checked: BTreeMap<&'static str, u64>,
    /// What did not hold, in words.
    pub violations: Vec<String>,
    /// Whether there was open traffic.
    pub open: bool,
    /// Of each line, what left either end with its instants, as hashes.
    pub frames: BTreeMap<LineId, [String; 2]>,
    /// What drove the world: the name of each happening, and its instant and words.
    pub happened: Vec<(String, String)>,
}

impl World {
    /// A world out of a seed, with faults drawn from it.
    pub fn new(seed: u64, tell: bool) -> Self {
        Self::with(seed, Faults::of(seed), Open::Drawn, tell)
    }

    /// A world with these faults and without open traffic.
    pub fn with_faults(seed: u64, faults: Faults, tell: bool) -> Self {
        Self::with(seed, faults, Open::No, tell)
    }

    /// A world with these faults, with open traffic or without.
    pub fn with(seed: u64, faults: Faults, open: Open, tell: bool) -> Self {
        let mut fate = Rng::new(seed, "fate");
        let scheme = if seed.is_multiple_of(50) {
            Scheme::Ed25519
        } else {
            Scheme::Hashed
        };
        let parties = parties(&mut fate);
        let suspects = if faults.suspect() {
            suspects(seed, parties)
        } else {
            BTreeSet::new()
        };
        let wires = wires(&mut fate, parties);
        let nodes = nodes(&mut fate, (parties, &wires), &faults, scheme);
        let mut world = World {
            seed,
            now_us: T0_US,
            auditor: Auditor::default(),
            regions: open.regions(seed, parties),
            even_disk: false,
            put_back: vec![0; parties],
            trace: Trace::telling(tell),
            staff: (0..parties)
                .map(|at| Staff::new(Rng::new(seed, &format!("staff-{at}"))))
                .collect(),
            faults,
            calm: false,
            queue: BTreeMap::new(),
            ticks: 0,
            net: Rng::new(seed, "net"),
            disk: Rng::new(seed, "disk"),
            suspects,
            liar: Rng::new(seed, "liar"),
            said: BTreeMap::new(),
            findings: check::Findings::default(),
            keep: None,
            happened: Vec::new(),
            named: BTreeMap::new(),
            at_once: 0,
            fate,
            nodes,
            wires,
        };
        world.begin(scheme);
        world
    }

    /// Lets `minutes` pass with work and faults, then calm, then checks everything.
    pub fn run(mut self, minutes: i64) -> Report {
        self.pass(minutes * 60 * SECOND_US);
        self.settle();
        (0..self.nodes.len()).for_each(|at| self.open_look(at));
        let mut findings = std::mem::take(&mut self.findings);
        check::everything(&self, &mut findings);
        for violation in &findings.violations {
            self.trace
                .step(self.now_us, "VIOLATION", format_args!("{violation}"));
        }
        Report {
            digest: self.trace.digest(),
            counts: self.trace.counts().clone(),
            node_us: (self.now_us - T0_US) * self.nodes.len() as i64,
            promises: self.auditor.len(),
            checked: findings.checked,
            violations: findings.violations,
            open: self.regions.iter().any(Option::is_some),
            frames: self
                .wires
                .iter()
                .map(|wire| (wire.line.clone(), wire.frames()))
                .collect(),
            happened: self.happened,
        }
    }

    /// Whether a node was put back to an older state, ever.
    pub fn was_put_back(&self, node: usize) -> bool {
        self.put_back[node] > 0
    }

    /// Whether a node is not to be believed.
    pub fn doubts(&self, node: usize) -> bool {
        self.suspects.contains(&node)
    }

    /// Whether either end of a wire is not to be believed.
    pub fn doubts_wire(&self, wire: &Wire) -> bool {
        wire.nodes.iter().any(|node| self.doubts(*node))
    }

    fn begin(&mut self, scheme: Scheme) {
        for at in 0..self.nodes.len() {
            self.start(at);
            self.join(at, scheme);
            let pause_us = self.staff[at].pause_us();
            self.after(pause_us, Event::Work(at));
            self.after(FIRST_BACKUP_US, Event::Backup(at));
        }
        for wire in 0..self.wires.len() {
            self.after(SECOND_US, Event::Dial(wire));
        }
        self.plan_faults();
        self.begin_open();
    }

    /// Lines are made, and both sides sign the same terms and compare words, as on a good day.
    fn join(&mut self, at: usize, scheme: Scheme) {
        for wire in 0..self.wires.len() {
            let Some(end) = self.wires[wire].end_of(at) else {
                continue;
            };
            let line = self.wires[wire].line.clone();
            let peer = self.wires[wire].nodes[1 - end];
            let keys = |node: &Node| key_set(scheme, &node.name, &line, &desks());
            let config = LineConfig {
                line: line.clone(),
                side: if end == 0 { Side::A } else { Side::B },
                own: keys(&self.nodes[at]),
                peer: keys(&self.nodes[peer]),
                dial: (end == 1).then(|| "wire".to_owned()),
            };
            let words = engine::view::words(&config).join(" ");
            let keep = Wish::Keep(Keep::Join { config });
            let join = self.nodes[at].request(officer("admin", Role::Admin), keep);
            self.ask(at, join);
            let sign = Command::SignTerms {
                line: line.clone(),
                terms: Terms::pair_proposal(),
            };
            let sign = self.nodes[at].request(officer("commander", Role::Commander), Wish::Desk(sign));
            let confirm = Wish::Desk(Command::ConfirmWords { line, words });
            let confirm = self.nodes[at].request(officer("watch", Role::Watch), confirm);
            for request in [sign, confirm] {
                self.after(2 * SECOND_US, Event::Again { node: at, request });
            }
        }
    }

    fn pass(&mut self, span_us: i64) {
        let end_us = self.now_us + span_us;
        while self.step(end_us) {}
        self.now_us = end_us;
    }

    /// The next thing happens, unless it is later than `end_us`. Whether it did.
    pub fn step(&mut self, end_us: i64) -> bool {
        let Some(entry) = self.queue.first_entry() else {
            return false;
        };
        let (at_us, _) = *entry.key();
        if at_us > end_us {
            return false;
        }
        let event = entry.remove();
        self.at_once = if at_us > self.now_us { 0 } else { self.at_once + 1 };
        assert!(
            self.at_once < MAX_EVENTS_AT_ONCE,
            "seed {}: the world goes round in circles at {at_us}: {event:?}",
            self.seed
        );
        self.now_us = at_us;
        match self.sleeper(&event) {
            Some(at) => self.put_off(at, event),
            None => self.happen(event),
        }
        true
    }

    /// Faults end, everyone is up, and time passes until nothing is owed.
    fn settle(&mut self) {
        self.calm = true;
        self.trace.step(self.now_us, "calm", format_args!(""));
        self.faults = Faults::none();
        for wire in 0..self.wires.len() {
            self.repair(Kind::Cut, wire);
            self.repair(Kind::Silence(0), wire);
            self.repair(Kind::Silence(1), wire);
        }
        for at in 0..self.nodes.len() {
            self.repair(Kind::Shortage, at);
            self.nodes[at].end_twin();
            self.open_hears(at, open::Befell::TwinGone);
            if self.nodes[at].engine.is_none() {
                self.start(at);
            }
        }
        for at in 0..self.nodes.len() {
            self.after(CALM_PAUSE_US, Event::Work(at));
        }
        self.pass(CALM_US);
        for _ in 0..LAST_WAITS {
            if self.nodes.iter().any(Node::has_input) {
                self.pass(DISK_MOST_US);
            }
        }
    }

    /// The next happening of a name: whether it happens.
    fn happens(&mut self, name: &str, words: &str) -> bool {
        let number = self.named.entry(name.to_owned()).or_default();
        *number += 1;
        let name = format!("{name} {number}");
        let happens = self.keep.as_ref().is_none_or(|keep| keep.contains(&name));
        if happens {
            let seconds = (self.now_us - T0_US) as f64 / 1e6;
            self.happened
                .push((name.clone(), format!("{seconds:10.3} s  {name}: {words}")));
        }
        happens
    }

    fn after(&mut self, span_us: i64, event: Event) {
        self.ticks += 1;
        self.queue
            .insert((self.now_us + span_us.max(0), self.ticks), event);
    }

    /// The node that this concerns, when its machine is suspended.
    fn sleeper(&self, event: &Event) -> Option<usize> {
        let at = match event {
            Event::Wake(at) | Event::Work(at) | Event::Backup(at) => *at,
            Event::Synced { node, .. } | Event::Again { node, .. } => *node,
            Event::OpenWork { node, .. } | Event::OpenAgain { node, .. } => *node,
            Event::Arrive { wire, to, .. } => self.wires[*wire].nodes[*to],
            Event::Told(wire, told) => self.wires[*wire].nodes[told.end],
            Event::Dial(_) | Event::Heard { .. } | Event::Fault(..) | Event::Repair(..) => return None,
        };
        (self.nodes[at].asleep_until_us > self.now_us).then_some(at)
    }

    /// Happens when the machine wakes, and nothing befell it meanwhile.
    fn put_off(&mut self, at: usize, event: Event) {
        let span_us = self.nodes[at].asleep_until_us - self.now_us;
        for wire in self.wires.iter_mut().filter(|wire| wire.nodes.contains(&at)) {
            wire.disturbed_us = self.now_us + span_us;
        }
        self.after(span_us, event);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Wake(at) => self.turn(at),
            Event::Synced { node, boot } => self.synced(node, boot),
            Event::Arrive {
                wire,
                to,
                conn,
                bytes,
            } => self.arrive(wire, to, conn, bytes),
            Event::Told(wire, told) => self.told(wire, told.end, told.conn, told.stands),
            Event::Dial(wire) => self.dial(wire),
            Event::Heard { wire, to, conn, what } => self.heard(wire, to, conn, &what),
            Event::Work(at) => self.work(at),
            Event::Again { node, request } => self.again(node, request),
            Event::OpenWork { node, uss } => self.open_work(node, uss),
            Event::OpenAgain { node, asked } => self.open_again(node, asked),
            Event::Backup(at) => self.back_up(at),
            Event::Fault(kind, at) => self.fault(kind, at),
            Event::Repair(kind, at) => self.repair(kind, at),
        }
    }
}

/// Two parties in half of all worlds, up to seven in the others.
fn parties(fate: &mut Rng) -> usize {
    if fate.chance(500) {
        return MIN_PARTIES;
    }
    MIN_PARTIES + fate.index(MAX_PARTIES - MIN_PARTIES + 1)
}

/// The parties' nodes, with clocks as wrong as they may be.
fn nodes(fate: &mut Rng, (parties, wires): (usize, &[Wire]), faults: &Faults, scheme: Scheme) -> Vec<Node> {
    let node = |at| {
        let lines = wires.iter().filter(|wire| wire.nodes.contains(&at));
        let lines = lines.map(|wire| wire.line.clone()).collect();
        let skew_us = fate.between(-faults.skew_us, faults.skew_us);
        let clock = Clock::new(skew_us, fate.between(-faults.drift_ppm, faults.drift_ppm));
        Node::new(format!("{PARTY}{at}"), lines, clock, scheme)
    };
    (0..parties).map(node).collect()
}

/// One party; of four or more sometimes two, so that two may lie to each other and to a third.
fn suspects(seed: u64, parties: usize) -> BTreeSet<usize> {
    let mut rng = Rng::new(seed, "suspect");
    let first = rng.index(parties);
    let second = (parties > 3 && rng.chance(300)).then(|| rng.index(parties));
    [first].into_iter().chain(second).collect()
}

/// A chain, so that nobody is alone, and some lines across.
fn wires(fate: &mut Rng, parties: usize) -> Vec<Wire> {
    let mut wires = Vec::new();
    for a in 0..parties {
        for b in a + 1..parties {
            if b == a + 1 || fate.chance(250) {
                wires.push(Wire::new(LineId(format!("l-{a}-{b}")), [a, b]));
            }
        }
    }
    wires
}
