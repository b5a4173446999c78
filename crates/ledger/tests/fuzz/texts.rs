//! Small texts: each is read in one way or refused, and written back as it was.

use fuzz::{assert_bounded, refused, target};
use ledger::canon::{parse_canonical, to_canonical};
use ledger::checkpoint::Checkpoint;
use ledger::cosign::verify_cosignature;
use ledger::header::{Header, Origin};
use ledger::keys::Ed25519;
use ledger::limits::{
    MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_LINE_ID_BYTES, MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES, MAX_POLICY_BYTES,
    MAX_PROOF_BYTES, MAX_PROOF_HASHES,
};
use ledger::note::{Note, NoteSignature, parse_vkey, vkey};
use ledger::proof::Proof;
use ledger::verify::Policy;
use serde_json::Value;
use std::str::from_utf8;

const PROOF: &str = include_str!("../__fuzz__/proof/corpus/0-valid-cosigned");
const POLICY: &str = include_str!("../__fuzz__/policy/corpus/0-valid-line");
const HEADER: &[u8] = include_bytes!("../__fuzz__/header/corpus/0-valid-notice");

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The library's reader of any JSON is the oracle: canonical is what it reads, written canonically.
#[test]
fn canonical_json_is_what_another_reader_reads_and_has_one_spelling() {
    target!("canon", |document: &[u8]| {
        let other = serde_json::from_slice::<Value>(document).ok();
        let expected = other.filter(|value| to_canonical(value).is_ok_and(|bytes| bytes == document));
        let read = parse_canonical(document);
        if let Err(fault) = &read {
            assert_bounded(fault);
        }
        let read = read.ok();
        if let Some(value) = &read {
            assert!(document.len() <= MAX_DOCUMENT_BYTES && depth(value) <= MAX_DEPTH + 1);
        }
        assert_eq!(read, expected);
        read.is_some()
    });
}

#[test]
fn an_origin_has_one_spelling() {
    target!("origin", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        match Origin::parse(text) {
            Err(fault) => refused(fault),
            Ok(origin) => {
                assert_eq!(origin.to_string(), text);
                assert!(origin.line.len() <= MAX_LINE_ID_BYTES);
                assert_eq!(origin.peer().peer(), origin);
                true
            }
        }
    });
}

/// Another implementation of signed notes is the oracle for what is accepted.
#[test]
fn a_note_that_is_read_is_written_back_and_others_read_it_too() {
    target!("note", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        let note = match Note::parse(text) {
            Err(fault) => return refused(fault),
            Ok(note) => note,
        };
        let lines = note.signatures.iter().map(|line| line.line() + "\n");
        assert_eq!(format!("{}\n{}", note.text, lines.collect::<String>()), text);
        assert!(text.len() <= MAX_NOTE_BYTES && note.signatures.len() <= MAX_NOTE_SIGNATURES);
        assert!(signed_note::Note::from_bytes(document).is_ok(), "{text:?}");
        if let Some(checkpoint) = Checkpoint::parse(&note.text) {
            assert_eq!(checkpoint.body(), note.text);
        }
        true
    });
}

/// A cosignature says that everything below a size is held: nobody may make one out of another.
#[test]
fn no_altered_line_is_a_cosignature() {
    let proof = Proof::parse(PROOF).unwrap();
    let note = Note::parse(&proof.note).unwrap();
    let checkpoint = Checkpoint::parse(&note.text).unwrap();
    let name = Origin::parse(&checkpoint.origin).unwrap().peer().cosigner_name();
    let line = note
        .signatures
        .iter()
        .find(|line| line.name == name)
        .unwrap()
        .line();
    let policy = POLICY
        .lines()
        .filter_map(|line| parse_vkey(line.split(' ').next_back()?));
    let keys: Vec<(String, u8, [u8; 32])> = policy.collect();
    let (_, _, public) = keys.iter().find(|(key, ..)| *key == name).unwrap();
    target!("cosignature", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        let signature = NoteSignature::parse(text);
        if let Some(read) = &signature {
            assert_eq!(read.line(), text);
        }
        if verify_cosignature(&checkpoint, text, &name, public, &Ed25519).is_some() {
            assert_eq!(text.strip_suffix('\n').unwrap_or(text), line);
        }
        let key = parse_vkey(text);
        if let Some((name, key_type, public)) = &key {
            assert_eq!(vkey(name, *key_type, public), text);
        }
        signature.is_some() || key.is_some()
    });
}

/// What a proof shows is that an entry stands at an index: an altered one shows nothing else.
#[test]
fn an_altered_proof_proves_nothing_else() {
    let original = Proof::parse(PROOF).unwrap();
    let header = Header::parse(HEADER).unwrap();
    let entry = Header { seq: 1, ..header }.to_bytes();
    let origin = Origin::parse("detente/v1/il-20/a/0").unwrap();
    let keys: Vec<(String, u8, [u8; 32])> = POLICY
        .lines()
        .filter_map(|line| parse_vkey(line.split(' ').next_back()?))
        .collect();
    let (_, _, public) = keys.iter().find(|(key, ..)| *key == origin.stem()).unwrap();
    target!("proof", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        let proof = match Proof::parse(text) {
            Err(fault) => return refused(fault),
            Ok(proof) => proof,
        };
        assert_eq!(proof.to_string(), text);
        assert!(text.len() <= MAX_PROOF_BYTES && proof.hashes.len() <= MAX_PROOF_HASHES);
        for bytes in [HEADER, entry.as_slice()] {
            match proof.verify(bytes, &origin, public, &Ed25519) {
                Err(fault) => assert_bounded(fault),
                Ok(checkpoint) => {
                    assert_eq!(
                        checkpoint,
                        Checkpoint::parse(&Note::parse(&original.note).unwrap().text).unwrap()
                    );
                    assert_eq!(proof.index, Header::parse(bytes).map_or(0, |header| header.seq));
                }
            }
        }
        true
    });
}

#[test]
fn a_policy_pins_the_same_keys_when_it_is_written_and_read_again() {
    target!("policy", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        match Policy::parse(text) {
            Err(fault) => {
                assert_bounded(&fault);
                assert!(fault.line >= 1 && fault.line <= text.split('\n').count());
                false
            }
            Ok(policy) => {
                assert!(text.len() <= MAX_POLICY_BYTES);
                assert_eq!(Policy::parse(&policy.to_string()), Ok(policy));
                true
            }
        }
    });
}
