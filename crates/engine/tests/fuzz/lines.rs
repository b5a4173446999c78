//! Frames that reach a living engine: bravo, in the middle of what alpha says to it.
//!
//! A document stands for up to three frames: itself, if it is one, and honest frames of alpha in an altered form. No
//! alteration can sign for alpha, so whatever bravo countersigns must be what alpha's log says.

use crate::common::{World, at, cease, keyring, line, say};
use accord::command::Role;
use engine::Engine;
use engine::event::{Event, LineEvent, Record, Side};
use engine::flow::cosigner_name;
use engine::frame::{Acts, Countersigned, Entry, Frame, Hello, Returned};
use engine::input::{Input, LogOf, Output};
use engine::keyring::KeyRole;
use engine::line::entry_key;
use fuzz::limits::STEADY_INPUTS_HEAVY;
use fuzz::{Choices, Mutant, assert_bounded, target};
use ledger::checkpoint::Checkpoint;
use ledger::cosign::verify_cosignature;
use ledger::header::Header;
use ledger::keys::Ed25519;
use ledger::merkle::Tree;
use std::collections::{BTreeMap, BTreeSet};

/// What frames without entries may leave in the journal, in bytes: reasons, alarms, one piece of evidence. A peer that
/// could fill a journal with refusals would need no entries for it.
const REFUSAL_BYTES: usize = 32 << 10;

/// Which connection the frames come on.
const CONN: u64 = 99;

/// Time that passes after each frame, µs: timers have their say.
const STEP_US: i64 = 3_000_000;

/// What every document starts from.
struct Scene {
    /// Bravo, as it lies on its disk.
    bravo: Vec<u8>,
    /// What alpha sends to it, in order; HELLO first.
    honest: Vec<Frame>,
    /// The parts of it, as bytes, out of which others are made.
    parts: Vec<Vec<u8>>,
    /// Alpha's log.
    tree: Tree,
    /// The headers of its entries.
    headers: BTreeSet<String>,
    /// Its entries, under the keys under which bravo keeps them.
    entries: BTreeMap<Vec<u8>, Vec<u8>>,
    now_us: i64,
}

impl Scene {
    fn new() -> Scene {
        let mut world = World::new();
        let now = world.now();
        world.a.ask(now, Role::Watch, say("one")).unwrap();
        world.b.ask(now, Role::Watch, say("another")).unwrap();
        world.settle();
        world.disconnect();
        let bravo = world.b.engine.snapshot();
        for text in ["two", "three"] {
            world.a.ask(world.now(), Role::Watch, say(text)).unwrap();
        }
        world.a.ask(world.now(), Role::Commander, cease()).unwrap();
        let honest = heard(&mut world);
        let parts = honest.iter().flat_map(parts_of).collect();
        let size = world.a.engine.log_state(&line(), LogOf::Own).unwrap().size;
        let (mut tree, mut headers, mut entries) = (Tree::new(), BTreeSet::new(), BTreeMap::new());
        for seq in 0..size {
            let stored = &world.a.disk.entries[&entry_key(&line(), LogOf::Own, 0, seq)];
            let header = Entry::parse(stored).unwrap().header;
            tree.push(Header::leaf_hash(&header));
            headers.insert(String::from_utf8(header).unwrap());
            entries.insert(entry_key(&line(), LogOf::Peer, 0, seq), stored.clone());
        }
        Scene {
            bravo,
            honest,
            parts,
            tree,
            headers,
            entries,
            now_us: world.now_us,
        }
    }

    /// Bravo, started again and connected, after alpha's HELLO.
    fn bravo(&self) -> Bravo<'_> {
        let mut engine = Engine::from_snapshot(&self.bravo, Box::new(keyring("bravo"))).unwrap();
        engine.started(2, at(self.now_us));
        let (line, conn) = (line(), CONN);
        engine.input(Input::Connected { line, conn }).unwrap();
        let mut bravo = Bravo {
            scene: self,
            engine,
            now_us: self.now_us,
            records: Vec::new(),
        };
        bravo.step();
        bravo.hear(&self.honest[0].to_bytes());
        bravo
    }

    fn frames(&self, document: &[u8]) -> Vec<Vec<u8>> {
        let mut choices = Choices::new(document);
        let mutant = Mutant::new(&self.parts);
        let mut frames = vec![document.to_vec()];
        for _ in 0..choices.below(3) {
            let frame = choices.one(&self.honest).unwrap();
            let altered = altered(frame.clone(), &mutant, &mut choices);
            frames.push(match choices.below(4) {
                0 => mutant.altered(altered.to_bytes(), &mut choices),
                _ => altered.to_bytes(),
            });
        }
        frames
    }
}

/// What alpha says to bravo until both come to rest.
fn heard(world: &mut World) -> Vec<Frame> {
    let conn = world.conn + 1;
    for node in [&mut world.a, &mut world.b] {
        node.engine
            .input(Input::Connected { line: line(), conn })
            .unwrap();
    }
    let mut frames = Vec::new();
    for _ in 0..20 {
        world.now_us += 1_000_000;
        world.a.step(at(world.now_us));
        world.b.step(at(world.now_us));
        for bytes in std::mem::take(&mut world.b.sent) {
            world
                .a
                .engine
                .input(Input::Frame {
                    line: line(),
                    conn,
                    bytes,
                })
                .unwrap();
        }
        for bytes in std::mem::take(&mut world.a.sent) {
            frames.push(Frame::parse(&bytes).unwrap());
            world
                .b
                .engine
                .input(Input::Frame {
                    line: line(),
                    conn,
                    bytes,
                })
                .unwrap();
        }
    }
    assert!(matches!(frames[0], Frame::Hello(_)));
    let acts = frames
        .iter()
        .position(|frame| matches!(frame, Frame::Acts(_)))
        .unwrap();
    let (kept, beat) = (
        frames[..=acts].to_vec(),
        frames[acts..]
            .iter()
            .find(|frame| matches!(frame, Frame::Beat(_))),
    );
    let ahead = urgent(&frames[acts]);
    [kept, vec![ahead], beat.cloned().into_iter().collect()].concat()
}

/// The last entry of a frame, ahead of the others.
fn urgent(frame: &Frame) -> Frame {
    let Frame::Acts(acts) = frame else {
        panic!("it brings entries")
    };
    let (epoch, entry) = (acts.epoch, acts.entries.last().unwrap().clone());
    Frame::Urgent { epoch, entry }
}

fn parts_of(frame: &Frame) -> Vec<Vec<u8>> {
    match frame {
        Frame::Acts(acts) => {
            let of_entry = |entry: &Entry| [entry.header.clone(), entry.body.clone().unwrap_or_default()];
            let mut parts: Vec<Vec<u8>> = acts.entries.iter().flat_map(of_entry).collect();
            parts.push(acts.checkpoint.clone().into_bytes());
            parts
        }
        other => vec![other.to_bytes()],
    }
}

/// One thing about a frame made otherwise; what holds it together stays as it must be.
fn altered(frame: Frame, mutant: &Mutant<'_>, choices: &mut Choices<'_>) -> Frame {
    match frame {
        Frame::Hello(hello) => Frame::Hello(other_hello(hello, mutant, choices)),
        Frame::Acts(acts) => {
            let acts = other_acts(acts, mutant, choices);
            match (choices.below(4), acts.entries.last().cloned()) {
                (0, Some(entry)) => Frame::Urgent {
                    epoch: acts.epoch,
                    entry,
                },
                (1, _) => Frame::Returned(Returned {
                    side: [Side::A, Side::B][choices.below(2)],
                    epoch: acts.epoch,
                    first: acts.first,
                    entries: acts.entries,
                }),
                _ => Frame::Acts(acts),
            }
        }
        Frame::Urgent { epoch, mut entry } => {
            other_entry(&mut entry, mutant, choices);
            Frame::Urgent { epoch, entry }
        }
        other => {
            let bytes = mutant.altered(other.to_bytes(), choices);
            Frame::parse(&bytes).unwrap_or(other)
        }
    }
}

fn other_hello(hello: Hello, mutant: &Mutant<'_>, choices: &mut Choices<'_>) -> Hello {
    let mut other = hello.clone();
    match choices.below(6) {
        0 => other.epoch = choices.below(3) as u32,
        1 => other.own = hello.held.clone(),
        2 => other.held = hello.own.clone(),
        3 => other.own_cosigned = other_head(hello.own_cosigned.or(hello.own), mutant, choices),
        4 => other.own = other_head(hello.own, mutant, choices),
        _ => other.held = other_head(hello.held, mutant, choices),
    }
    other
}

fn other_head(
    head: Option<Countersigned>,
    mutant: &Mutant<'_>,
    choices: &mut Choices<'_>,
) -> Option<Countersigned> {
    let head = head?;
    let other = |text: String, choices: &mut Choices<'_>| other_text(text, mutant, choices);
    match choices.below(3) {
        0 => None,
        1 => Some(Countersigned {
            note: other(head.note, choices),
            ..head
        }),
        _ => Some(Countersigned {
            cosignature: head.cosignature.map(|text| other(text, choices)),
            ..head
        }),
    }
}

fn other_acts(mut acts: Acts, mutant: &Mutant<'_>, choices: &mut Choices<'_>) -> Acts {
    let at = choices.below(acts.entries.len());
    match choices.below(9) {
        0 => acts.first = acts.first.wrapping_add(choices.below(5) as u64).wrapping_sub(2),
        1 => acts.epoch = choices.below(3) as u32,
        2 => acts.checkpoint = other_text(acts.checkpoint, mutant, choices),
        3 => drop(acts.entries.drain(at.min(acts.entries.len())..)),
        4 => acts.entries.extend_from_within(at.min(acts.entries.len())..),
        5 => acts.entries.reverse(),
        _ => {
            if let Some(entry) = acts.entries.get_mut(at) {
                other_entry(entry, mutant, choices);
            }
        }
    }
    acts
}

fn other_entry(entry: &mut Entry, mutant: &Mutant<'_>, choices: &mut Choices<'_>) {
    match choices.below(6) {
        0 => entry.body = None,
        1 => entry.salt[choices.below(32)] ^= 1,
        2 => entry.body = entry.body.take().map(|body| mutant.altered(body, choices)),
        3 => entry.header = mutant.altered(std::mem::take(&mut entry.header), choices),
        _ => {
            let mut header = Header::parse(&entry.header).expect("alpha's own");
            other_header(&mut header, choices);
            entry.header = header.to_bytes();
        }
    }
}

/// A header that reads well, and that no desk signed.
fn other_header(header: &mut Header, choices: &mut Choices<'_>) {
    match choices.below(7) {
        0 => header.drill = !header.drill,
        1 => header.at += choices.below(1 << 30) as i64,
        2 => header.seq = choices.below(12) as u64,
        3 => header.desk = "commander".to_owned(),
        4 => header.kind = ["cease", "all-clear", "say", "open", "received"][choices.below(5)].to_owned(),
        5 => header.body[choices.below(32)] ^= 1,
        _ => header.sig[choices.below(64)] ^= 1,
    }
}

fn other_text(text: String, mutant: &Mutant<'_>, choices: &mut Choices<'_>) -> String {
    String::from_utf8_lossy(&mutant.altered(text.into_bytes(), choices)).into_owned()
}

/// A living engine, and what it wrote down.
struct Bravo<'a> {
    scene: &'a Scene,
    engine: Engine,
    now_us: i64,
    records: Vec<Record>,
}

impl Bravo<'_> {
    fn hear(&mut self, bytes: &[u8]) {
        let frame = Input::Frame {
            line: line(),
            conn: CONN,
            bytes: bytes.to_vec(),
        };
        self.engine.input(frame).unwrap();
        self.step();
        self.now_us += STEP_US;
        self.step();
    }

    fn step(&mut self) {
        let now = accord::time::Now {
            boot: 2,
            ..at(self.now_us)
        };
        if let Some(batch) = self.engine.run(now) {
            self.engine.durable(batch.records.last().unwrap().seq);
            self.records.extend(batch.records);
            // What is kept of alpha is what alpha stated, with the body that it opened.
            for (key, bytes) in batch.stores {
                let stated = self.scene.entries.get(&key);
                assert!(
                    stated.is_none_or(|stated| *stated == bytes),
                    "an entry of alpha is kept otherwise"
                );
            }
        }
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send { bytes, .. } => self.assert_true(&Frame::parse(&bytes).unwrap()),
                Output::Close { why, .. } => assert_bounded(why),
                _ => {}
            }
        }
    }

    /// Nothing is countersigned but what alpha's log says.
    fn assert_true(&self, frame: &Frame) {
        let Frame::Cosign(cosign) = frame else { return };
        assert_eq!(cosign.epoch, 0, "nobody stated anything in another epoch");
        let config = self.engine.line_config(&line()).unwrap();
        let public = config.own.public(&KeyRole::Cosign).unwrap();
        let origin = "detente/v1/north/a/0".to_owned();
        let checkpoint = Checkpoint {
            root: self.scene.tree.root_at(cosign.size),
            size: cosign.size,
            origin,
        };
        let name = cosigner_name("detente/v1/north/b/0");
        let time_s = verify_cosignature(&checkpoint, &cosign.line, &name, &public, &Ed25519);
        assert!(
            time_s.is_some(),
            "what is countersigned is alpha's log at {}",
            cosign.size
        );
    }

    /// No act is taken, in its place or ahead of it, that no desk of alpha stated.
    fn assert_stated(&self, event: &Event) {
        let Event::Line { what, .. } = event else { return };
        if let LineEvent::Taken { header } | LineEvent::Ahead { header, .. } = what {
            assert!(self.scene.headers.contains(header), "{header}");
        }
    }

    /// Whoever reads the records comes to the same state, and what refusals left behind is small.
    fn assert_recorded(&self, frames: &[Vec<u8>]) {
        let mut again = Engine::from_snapshot(&self.scene.bravo, Box::new(keyring("bravo"))).unwrap();
        for record in &self.records {
            let bytes = serde_json::to_vec(record).unwrap();
            let facts = Engine::read_facts(record.seq, &bytes).unwrap();
            again.replay(&facts).unwrap();
            record.events.iter().for_each(|event| self.assert_stated(event));
        }
        assert_eq!(again.difference(&self.engine), None);
        let brings =
            |frame: &Vec<u8>| matches!(Frame::kind_name(frame), Some("acts" | "urgent" | "returned"));
        if !frames.iter().any(brings) {
            let left: usize = self
                .records
                .iter()
                .map(|record| serde_json::to_vec(record).unwrap().len())
                .sum();
            assert!(left <= REFUSAL_BYTES, "{left} bytes of records");
        }
        let alarms = self.engine.mind().alarms(at(self.now_us));
        alarms.queue.iter().for_each(|alarm| assert_bounded(&alarm.cause));
    }
}

#[test]
fn whatever_comes_on_a_line_bravo_countersigns_only_what_alpha_stated() {
    let scene = Scene::new();
    target!("line", STEADY_INPUTS_HEAVY, |document: &[u8]| {
        let frames = scene.frames(document);
        let mut bravo = scene.bravo();
        frames.iter().for_each(|frame| bravo.hear(frame));
        bravo.assert_recorded(&frames);
        // Whatever came, an honest HELLO and honest entries are still heard without harm.
        scene
            .honest
            .iter()
            .for_each(|frame| bravo.hear(&frame.to_bytes()));
        Frame::parse(document).is_ok()
    });
}
