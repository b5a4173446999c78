//! The digest of a state: what two who hold the same records can compare.

mod common;

use common::keyring;
use common::life::Life;
use engine::Engine;
use std::collections::BTreeSet;

/// The records from `first` on, applied.
fn replayed(mut engine: Engine, records: &[Vec<u8>]) -> Engine {
    let first = engine.next_seq();
    for (seq, bytes) in (1..).zip(records).filter(|(seq, _)| *seq >= first) {
        let facts = Engine::read_facts(seq, bytes).expect("records can be read");
        engine.replay(&facts).expect("records can be replayed");
    }
    engine
}

#[test]
fn a_replay_without_keys_or_settings_gives_the_digest_of_the_state_that_was_lived() {
    let life = Life::new();
    for node in [&life.world.a, &life.world.b] {
        let replayed = replayed(Engine::without_keys(), &node.disk.records);
        assert_eq!(replayed.digest(), node.engine.digest());
        assert_ne!(replayed.mind().own(), node.engine.mind().own());
        assert_ne!(replayed.snapshot(), node.engine.snapshot(), "settings differ");
    }
    assert_ne!(life.world.a.engine.digest(), life.world.b.engine.digest());
}

#[test]
fn a_snapshot_and_the_records_after_it_give_the_digest_of_all_records() {
    let life = Life::new();
    let records = &life.world.a.disk.records;
    let whole = replayed(Engine::without_keys(), records).digest();
    for upto in (0..records.len()).step_by(records.len() / 12) {
        let kept = replayed(Engine::without_keys(), &records[..upto]).snapshot();
        let restored = Engine::from_snapshot(&kept, Box::new(keyring("alpha"))).expect("a snapshot");
        assert_eq!(
            replayed(restored, records).digest(),
            whole,
            "snapshot up to {upto}"
        );
    }
}

#[test]
fn another_word_in_a_record_gives_another_digest() {
    let life = Life::new();
    let records = &life.world.a.disk.records;
    let altered = |bytes: &Vec<u8>| {
        let text = String::from_utf8(bytes.clone()).expect("records are JSON");
        text.replace("alpha 3", "alpha 5").into_bytes()
    };
    let altered: Vec<Vec<u8>> = records.iter().map(altered).collect();
    assert_ne!(&altered, records);
    let other = replayed(Engine::without_keys(), &altered);
    assert_eq!(other.next_seq(), life.world.a.engine.next_seq());
    assert_ne!(other.digest(), life.world.a.engine.digest());
}

#[test]
fn each_record_gives_another_digest() {
    let life = Life::new();
    let records = &life.world.a.disk.records[..60];
    let mut engine = Engine::without_keys();
    let mut digests = BTreeSet::from([engine.digest()]);
    for upto in 1..=records.len() {
        engine = replayed(engine, &records[..upto]);
        assert!(digests.insert(engine.digest()), "record {upto}");
    }
}
