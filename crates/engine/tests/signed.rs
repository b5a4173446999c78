//! A peer that lies under its own signatures: each entry is signed, each checkpoint covers what came, and something
//! else is not true.

mod common;

use accord::command::Role;
use common::wire::connect_through;
use common::*;
use engine::frame::{Acts, Countersigned, Entry, Frame};
use engine::input::LogOf;
use engine::keyring::{KeyRole, Keyring};
use engine::line::entry_key;
use ledger::checkpoint::{Checkpoint, sign_checkpoint};
use ledger::header::{Header, Unsigned};
use ledger::merkle::Tree;

const ORIGIN: &str = "detente/v1/north/a/0";

/// Alpha says something; what it sends of that is altered, and alpha's keys sign it again.
fn lied(alter: impl Fn(&mut Unsigned, &mut Entry), desk: &str) -> World {
    let mut world = World::new();
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("as it was said"))
        .expect("said");
    let mut sent = std::mem::take(&mut world.a.sent);
    for bytes in &mut sent {
        if let Ok(Frame::Acts(acts)) = Frame::parse(bytes) {
            *bytes = Frame::Acts(altered(&world.a, acts, &alter, desk)).to_bytes();
        }
    }
    world.a.sent = sent;
    world.settle();
    world
}

fn altered(node: &Node, mut acts: Acts, alter: &impl Fn(&mut Unsigned, &mut Entry), desk: &str) -> Acts {
    let keyring = keyring("alpha");
    let signer = |role: KeyRole| keyring.signer(&line(), &role).expect("a key");
    let entry = acts.entries.last_mut().expect("an entry");
    let mut unsigned = unsigned(&entry.header);
    alter(&mut unsigned, entry);
    entry.header = unsigned.sign(signer(KeyRole::Desk(desk.into()))).to_bytes();
    let mut tree = Tree::new();
    for seq in 0..acts.first {
        let stored = &node.disk.entries[&entry_key(&line(), LogOf::Own, 0, seq)];
        tree.push(Header::leaf_hash(&Entry::parse(stored).expect("an entry").header));
    }
    for entry in &acts.entries {
        tree.push(Header::leaf_hash(&entry.header));
    }
    let (origin, size, root) = (ORIGIN.to_owned(), tree.size(), tree.root());
    let checkpoint = Checkpoint { origin, size, root };
    acts.checkpoint = sign_checkpoint(&checkpoint, ORIGIN, signer(KeyRole::Log));
    acts
}

fn unsigned(header: &[u8]) -> Unsigned {
    let Header {
        origin,
        seq,
        kind,
        desk,
        drill,
        at,
        seen,
        body,
        ..
    } = Header::parse(header).expect("a header");
    Unsigned {
        origin,
        seq,
        kind,
        desk,
        drill,
        at,
        seen,
        body,
    }
}

/// Bravo took and cosigned nothing of it, and both ends say so in these words.
fn is_refused(world: &World, words: &str) {
    let [a, b] = [&world.a, &world.b].map(|node| node.engine.line_views(world.now()).remove(0));
    assert!(
        b.stalled.as_ref().is_some_and(|why| why.contains(words)),
        "{:?}",
        b.stalled
    );
    assert!(b.peer_size < a.own_size, "{b:?}");
    assert!(a.cosigned_size < a.own_size, "{a:?}");
    assert!(
        world.a.engine.mind().stalled(&line()).is_some(),
        "the liar is told"
    );
}

#[test]
fn an_entry_that_lies_about_nothing_is_taken() {
    let world = lied(|_, _| {}, "watch");
    let b = &world.b.engine.line_views(world.now())[0];
    assert_eq!(
        (&b.stalled, b.peer_size),
        (&None, 3),
        "the altering itself alters nothing"
    );
}

#[test]
fn an_entry_that_saw_what_we_never_said_is_refused() {
    let other_root = |unsigned: &mut Unsigned, _: &mut Entry| unsigned.seen.root[0] ^= 1;
    is_refused(&lied(other_root, "watch"), "not our log");
    let beyond = |unsigned: &mut Unsigned, _: &mut Entry| unsigned.seen.size += 1_000;
    is_refused(&lied(beyond, "watch"), "not our log");
}

#[test]
fn an_entry_that_another_desk_signed_is_refused() {
    is_refused(&lied(|_, _| {}, "commander"), "signature");
}

#[test]
fn an_entry_whose_body_is_withheld_is_neither_taken_nor_cosigned() {
    is_refused(&lied(|_, entry| entry.body = None, "watch"), "withheld");
}

#[test]
fn an_entry_with_another_body_than_its_desk_signed_is_refused() {
    let other = |_: &mut Unsigned, entry: &mut Entry| {
        let body = entry.body.take().expect("a body");
        let text = String::from_utf8(body)
            .expect("text")
            .replace("was said", "was read");
        entry.body = Some(text.into_bytes());
    };
    is_refused(&lied(other, "watch"), "commits");
}

#[test]
fn a_cosignature_that_the_peer_never_made_is_no_receipt() {
    let mut world = World::new();
    let now = world.now();
    world
        .a
        .ask(now, Role::Watch, say("as it was said"))
        .expect("said");
    let before = world.a.engine.line_views(world.now())[0].cosigned_size;
    for _ in 0..4 {
        let now = world.now();
        world.b.step(now);
        for bytes in &mut world.b.sent {
            if let Ok(Frame::Cosign(mut cosign)) = Frame::parse(bytes) {
                // Another time than the one that was signed.
                cosign.line = respelled(&cosign.line);
                *bytes = Frame::Cosign(cosign).to_bytes();
            }
        }
        let conn = world.conn;
        let frame = |bytes| engine::input::Input::Frame {
            line: line(),
            conn,
            bytes,
        };
        for bytes in std::mem::take(&mut world.b.sent) {
            world.a.engine.input(frame(bytes)).expect("room");
        }
        world.a.step(now);
        for bytes in std::mem::take(&mut world.a.sent) {
            world.b.engine.input(frame(bytes)).expect("room");
        }
    }
    let view = &world.a.engine.line_views(world.now())[0];
    assert_eq!(view.cosigned_size, before, "{view:?}");
    assert_eq!(view.peer_size, 3, "the peer did state RECEIVED");
    let said = &world.a.engine.mind().dialogues(&line())[0].book;
    assert_eq!(said.received_at_us, None, "and no more than stated it");
    let told =
        |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("cosignature on our log does not hold");
    assert!(world.a.disk.records.iter().any(told), "the fault is on file");
}

/// A signature line with one letter of the signature changed.
fn respelled(text: &str) -> String {
    let at = text.len() - 12;
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

#[test]
fn no_two_entries_share_a_salt_and_none_can_be_told_from_another_node() {
    let mut world = World::new();
    for n in 0..20 {
        let now = world.now();
        world
            .a
            .ask(now, Role::Watch, say("the same words"))
            .expect("said");
        if n % 3 == 0 {
            world.settle();
        }
    }
    world.settle();
    let size = world.a.engine.line_views(world.now())[0].own_size;
    let key = |seq| entry_key(&line(), LogOf::Own, 0, seq);
    let salts: std::collections::BTreeSet<[u8; 32]> = [&world.a, &world.b]
        .into_iter()
        .flat_map(|node| (0..size).filter_map(|seq| node.disk.entries.get(&key(seq))))
        .map(|bytes| Entry::parse(bytes).expect("an entry").salt)
        .collect();
    let entries = [&world.a, &world.b].map(|node| {
        (0..size)
            .filter(|seq| node.disk.entries.contains_key(&key(*seq)))
            .count()
    });
    assert_eq!(
        salts.len(),
        entries[0] + entries[1],
        "each entry has a salt of its own"
    );
}

#[test]
fn a_forked_hello_costs_a_restored_node_nothing_of_its_own_log() {
    let mut world = World::new();
    let behind = world.b.disk.clone();
    let now = world.now();
    world.b.ask(now, Role::Watch, say("bravo")).expect("said");
    world.settle();
    let (origin, log) = (ORIGIN.to_owned(), keyring("alpha"));
    let (size, root) = (1, [7; 32]);
    let other = Checkpoint { origin, size, root };
    let signer = log.signer(&line(), &KeyRole::Log).expect("a key");
    let note = sign_checkpoint(&other, ORIGIN, signer);
    let mut world = World::on(&world.a.disk, &behind, world.now_us);
    connect_through(&mut world, |name, frame| match frame {
        Frame::Hello(mut hello) if name == "alpha" && hello.epoch == 0 => {
            let (note, cosignature) = (note.clone(), None);
            hello.own = Some(Countersigned { note, cosignature });
            Some(Frame::Hello(hello))
        }
        frame => Some(frame),
    });
    assert_eq!(world.b.engine.contradictions(&line()).len(), 1);
    assert_eq!(world.epochs(), (1, 1));
    assert_eq!((world.a.messages("bravo"), world.b.messages("bravo")), (1, 1));
}
