//! What is read back from a disk: written again it is the same, and what cannot be the state of a node is refused.

use crate::common::{World, keyring};
use engine::Engine;
use engine::event::Record;
use engine::limits::MAX_FRAME_BYTES;
use fuzz::{refused, target};

fn engine(bytes: &[u8]) -> Result<Engine, engine::RecoveryFault> {
    Engine::from_snapshot(bytes, Box::new(keyring("bravo")))
}

#[test]
fn a_snapshot_that_is_read_is_written_again_as_it_is() {
    target!("snapshot", |document: &[u8]| {
        let read = match engine(document) {
            Err(fault) => return refused(fault),
            Ok(read) => read,
        };
        let written = read.snapshot();
        let again = engine(&written).unwrap();
        assert_eq!(again.snapshot(), written);
        true
    });
}

#[test]
fn a_record_says_the_same_to_whoever_reads_all_of_it_and_whoever_reads_its_facts() {
    let start = World::new().b.engine.snapshot();
    target!("record", |document: &[u8]| {
        assert!(document.len() <= MAX_FRAME_BYTES);
        let facts = match (Engine::read_record(1, document), Engine::read_facts(1, document)) {
            (Ok(record), Ok(facts)) => {
                let written = serde_json::to_vec(&record).unwrap();
                assert_eq!(serde_json::from_slice::<Record>(&written).ok(), Some(record));
                assert_eq!(Engine::read_facts(1, &written).as_ref(), Ok(&facts));
                facts
            }
            (Err(fault), Err(_)) => return refused(fault),
            (Err(_), Ok(facts)) => facts,
            (Ok(record), Err(fault)) => panic!("{fault}: {record:?}"),
        };
        match engine(&start).unwrap().replay(&facts) {
            Err(fault) => refused(fault),
            Ok(()) => true,
        }
    });
}
