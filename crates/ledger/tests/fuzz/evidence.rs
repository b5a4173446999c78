//! Evidence: what is accepted under the keys of two parties is what these two parties stated.

use crate::common::{A, B, Line};
use fuzz::{assert_bounded, refused, target};
use ledger::bundle::Bundle;
use ledger::checkpoint::{Checkpoint, open_checkpoint};
use ledger::contradiction::Contradiction;
use ledger::header::Origin;
use ledger::keys::{Ed25519, PartyKeys};
use ledger::limits::{MAX_CONTRADICTION_BYTES, MAX_DOCUMENT_BYTES};
use ledger::verify::{Policy, Report, verify_bundle, verify_bytes, verify_contradiction};
use sha2::{Digest, Sha256};
use std::str::from_utf8;

/// The document with a last line that says the hash of what stands before it: anyone can make that one.
fn sealed(document: &[u8]) -> Vec<u8> {
    let kept = document.strip_suffix(b"\n").unwrap_or(document);
    let end = kept
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |last| last + 1);
    let hash = hex::encode(Sha256::digest(&document[..end]));
    [
        &document[..end],
        format!("{{\"sha256\":\"{hash}\"}}\n").as_bytes(),
    ]
    .concat()
}

/// A bundle that passes tells no more than the original does: entries withheld and the end left out are all that
/// an alteration can come to.
fn assert_part_of(altered: &Bundle, original: &Bundle, report: &Report) {
    let whole = verify_bundle(original, None, &Ed25519);
    for (log, found) in altered.logs.iter().zip(&report.logs) {
        let mut stated = original.logs.iter().zip(&whole.logs);
        let Some((stated, of_stated)) = stated.find(|(stated, _)| stated.origin == log.origin) else {
            // Anyone can name a log in which nothing stands.
            assert!(log.entries.is_empty() && log.checkpoints.is_empty());
            continue;
        };
        assert!(log.entries.len() <= stated.entries.len());
        for (entry, of_original) in log.entries.iter().zip(&stated.entries) {
            assert_eq!(entry.header, of_original.header);
            assert!(entry.opened.is_none() || entry.opened == of_original.opened);
        }
        assert!(found.covers.iter().all(|cover| of_stated.covers.contains(cover)));
    }
}

/// Decodes, encodes again, verifies; `Some` when everything holds.
fn accepted(document: &[u8], policy: &Policy) -> Option<(Bundle, Report)> {
    let (bundle, seal) = match Bundle::decode_any(document) {
        Err(fault) => {
            assert_bounded(&fault);
            let report = verify_bytes(document, Some(policy), &Ed25519);
            assert!(report.first_failure.is_some());
            return None;
        }
        Ok(read) => read,
    };
    let again = bundle.encode();
    assert_eq!(seal.is_ok(), again == document, "a bundle has one encoding");
    assert_eq!(Bundle::decode(&again).as_ref(), Ok(&bundle));
    let report = verify_bytes(document, Some(policy), &Ed25519);
    assert!(seal.is_ok() || report.first_failure.is_some());
    if let Some(failure) = &report.first_failure {
        assert_bounded(failure);
        return None;
    }
    Some((bundle, report))
}

#[test]
fn a_bundle_that_passes_says_what_the_parties_stated() {
    let original = Line::sample().bundle();
    let policy = Policy::of(&original.manifest);
    target!("bundle", |document: &[u8]| {
        assert!(document.len() <= MAX_DOCUMENT_BYTES);
        let sealed = sealed(document);
        let accepted = [document, &sealed].map(|document| accepted(document, &policy));
        for (bundle, report) in accepted.iter().flatten().filter(|(_, report)| report.anchored) {
            assert_part_of(bundle, &original, report);
        }
        accepted.iter().any(Option::is_some)
    });
}

/// The checkpoints and headers of the line's own evidence: whatever else a text states, no party signed.
struct Stated {
    keys: [PartyKeys; 2],
    checkpoints: Vec<Checkpoint>,
    headers: Vec<String>,
}

impl Stated {
    fn new(corpus: &[&str], keys: [PartyKeys; 2]) -> Stated {
        let mut stated = Stated {
            keys,
            checkpoints: Vec::new(),
            headers: Vec::new(),
        };
        for text in corpus {
            match Contradiction::decode(text).unwrap() {
                Contradiction::TwoRoots {
                    note_a: one,
                    note_b: other,
                }
                | Contradiction::Inconsistent {
                    small: one,
                    large: other,
                    ..
                } => {
                    let opened = [one, other].map(|note| stated.open(&note).unwrap());
                    stated.checkpoints.extend(opened);
                }
                Contradiction::TwoHeaders { header_a, header_b } => {
                    stated.headers.extend([header_a, header_b])
                }
            }
        }
        stated
    }

    fn open(&self, note: &str) -> Option<Checkpoint> {
        let origin = Origin::parse(note.split('\n').next()?).ok()?;
        let keys = &self.keys[usize::from(origin.side != "a")];
        open_checkpoint(note, &origin.to_string(), &keys.log, &Ed25519).ok()
    }

    fn holds(&self, found: &Contradiction) -> bool {
        let signed = |note: &String| self.open(note).is_some_and(|one| self.checkpoints.contains(&one));
        match found {
            Contradiction::TwoRoots { note_a, note_b } => signed(note_a) && signed(note_b),
            Contradiction::Inconsistent { small, large, .. } => signed(small) && signed(large),
            Contradiction::TwoHeaders { header_a, header_b } => {
                self.headers.contains(header_a) && self.headers.contains(header_b)
            }
        }
    }
}

#[test]
fn evidence_that_holds_accuses_nobody_of_what_they_did_not_sign() {
    let line = Line::sample();
    let keys = [line.sides[A].keys("Alba"), line.sides[B].keys("Borea")];
    let stated = Stated::new(
        &[
            include_str!("../__fuzz__/contradiction/corpus/0-valid-two-roots"),
            include_str!("../__fuzz__/contradiction/corpus/1-valid-inconsistent"),
            include_str!("../__fuzz__/contradiction/corpus/2-valid-two-headers"),
        ],
        keys,
    );
    let policy = Policy::of(&line.bundle().manifest);
    target!("contradiction", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        let found = match Contradiction::decode(text) {
            Err(fault) => return refused(fault),
            Ok(found) => found,
        };
        assert_eq!(found.encode(), text);
        assert!(text.len() <= MAX_CONTRADICTION_BYTES);
        match verify_contradiction(&found, &policy, &Ed25519) {
            Err(why) => refused(why),
            Ok(wording) => {
                assert_bounded(wording);
                assert!(stated.holds(&found), "{text}");
                true
            }
        }
    });
}
