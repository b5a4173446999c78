//! A real node's journal through the simulator: the same records, the same digest, no keys.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

mod common;

use common::{Node, join};
use engine::Engine;
use engine::keyring::NoKeys;
use ledger::journal::{Journal, Options, SqliteJournal};
use sim::replay::{Replayed, replay};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const LINE: &str = "north";

/// What the simulator makes of a folder: the result, or every fault.
fn through_sim(folder: &Path) -> Result<Replayed, String> {
    replay(folder, false, &mut Vec::new()).map_err(|why| why.to_string())
}

fn doctors_digest(node: &Node) -> String {
    node.cli(&["doctor"])["digest"].as_str().unwrap().to_owned()
}

/// A node that has said things on a line; it runs, and so does its peer.
fn node_with_a_past() -> (Node, Node) {
    let (blue, red) = (Node::start_new("Blue"), Node::start_new("Red"));
    join(&blue, &red, LINE, None);
    for n in 0..5 {
        blue.say(LINE, &format!("blue {n}"));
        red.say(LINE, &format!("red {n}"));
    }
    blue.until_settled(LINE);
    (blue, red)
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let listed = fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = listed.partition(|path| path.is_dir());
    let here = files
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).unwrap()));
    here.chain(folders.iter().flat_map(|folder| self::files(folder)))
        .collect()
}

/// The digest from the newest snapshot and the records after it; how many those are.
fn from_snapshot(folder: &Path) -> (String, u64) {
    let journal = SqliteJournal::open(&folder.join("journal"), Options::default()).unwrap();
    let (upto, state) = journal.newest_snapshot().unwrap().unwrap();
    let mut engine = Engine::from_snapshot(&state, Box::new(NoKeys)).unwrap();
    for stored in journal.records(upto + 1, usize::MAX).unwrap() {
        let facts = Engine::read_facts(stored.seq, &stored.data).unwrap();
        engine.replay(&facts).unwrap();
    }
    (hex::encode(engine.digest()), journal.next_seq() - 1 - upto)
}

#[test]
fn the_simulator_without_keys_and_settings_makes_the_doctors_digest_and_touches_nothing() {
    let (mut blue, _red) = node_with_a_past();
    blue.stop();
    let digest = doctors_digest(&blue);
    fs::remove_dir_all(blue.folder.join("keys")).unwrap();
    fs::remove_file(blue.folder.join("config.toml")).unwrap();
    let before = files(&blue.folder);
    let replayed = through_sim(&blue.folder).unwrap();
    assert_eq!(replayed.digest, digest);
    assert_eq!(through_sim(&blue.folder).unwrap(), replayed);
    assert_eq!(through_sim(&blue.folder.join("journal")).unwrap(), replayed);
    assert!(files(&blue.folder) == before, "nothing was touched");
    assert!(replayed.records > 10, "{replayed}");
    let (first, last) = replayed.span.unwrap();
    assert!(first.wall_us < last.wall_us, "{replayed}");
}

#[test]
fn a_snapshot_and_its_tail_make_the_digest_of_all_records_and_more_records_make_another() {
    let (mut blue, _red) = node_with_a_past();
    blue.stop();
    let stopped = through_sim(&blue.folder).unwrap();
    assert_eq!(from_snapshot(&blue.folder), (stopped.digest.clone(), 0));
    blue.start();
    blue.say(LINE, "once more");
    blue.until_settled(LINE);
    blue.kill();
    let crashed = blue.copy();
    let before = files(&crashed.folder);
    let longer = through_sim(&crashed.folder).unwrap();
    assert!(files(&crashed.folder) == before, "nothing was touched");
    assert!(longer.records > stopped.records && longer.digest != stopped.digest);
    let (digest, tail) = from_snapshot(&crashed.folder);
    assert_eq!(
        (digest, tail),
        (longer.digest.clone(), longer.records - stopped.records)
    );
    assert_eq!(doctors_digest(&crashed), longer.digest);
}

#[test]
fn a_running_node_is_replayed_beside_it_and_goes_on() {
    let (mut blue, red) = node_with_a_past();
    let journal = blue.folder.join("journal");
    let names = || files(&journal).into_keys().collect::<Vec<_>>();
    let before = (names(), through_sim(&blue.folder).unwrap());
    assert_eq!(names(), before.0);
    blue.say(LINE, "still here");
    red.until("heard", |red| {
        red.texts(LINE, "peer").contains(&"still here".to_owned())
    });
    let after = through_sim(&blue.folder).unwrap();
    assert!(after.records > before.1.records && after.digest != before.1.digest);
    blue.stop();
    assert_eq!(through_sim(&blue.folder).unwrap().digest, doctors_digest(&blue));
}

#[test]
fn what_became_of_each_record_is_told_and_what_the_node_knew() {
    let (mut blue, _red) = node_with_a_past();
    blue.stop();
    let mut told = Vec::new();
    replay(&blue.folder, true, &mut told).unwrap();
    let told = String::from_utf8(told).unwrap();
    for part in ["north states Say", "north heard Say", "north with Red: epoch 0, "] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn every_fault_of_a_rotten_journal_is_named_with_its_place() {
    let (mut blue, _red) = node_with_a_past();
    blue.stop();
    let file = blue.folder.join("journal/journal.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    let word = b"blue 3";
    let places: Vec<usize> = (0..bytes.len() - word.len())
        .filter(|at| bytes[*at..].starts_with(word))
        .collect();
    places.iter().for_each(|at| bytes[*at] ^= 1);
    fs::write(&file, bytes).unwrap();
    let why = through_sim(&blue.folder).unwrap_err();
    assert!(
        why.contains("record ") && why.contains("does not fit the hash chain"),
        "{why}"
    );
    assert!(why.contains("the snapshot up to record "), "{why}");
    assert!(why.lines().count() > 1, "{why}");
}

#[test]
fn a_folder_that_holds_no_journal_of_a_node_is_named_and_gets_none() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none");
    let why = through_sim(&none).unwrap_err();
    assert!(why.contains("none holds no journal"), "{why}");
    assert!(
        through_sim(folder.path())
            .unwrap_err()
            .contains("holds no journal")
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    fs::write(
        folder.path().join("journal.sqlite"),
        "tracks of 1999, none of ours".repeat(90),
    )
    .unwrap();
    let why = through_sim(folder.path()).unwrap_err();
    assert!(why.contains("not a database"), "{why}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
