//! Bundles: one encoding, and no byte of one can change unnoticed.

#![allow(clippy::unwrap_used, reason = "a helper of tests may stop")]

mod common;

use common::{A, B, Line};
use ledger::bundle::Bundle;
use ledger::checkpoint::sign_checkpoint;
use ledger::contradiction::Contradiction;
use ledger::header::Header;
use ledger::keys::{Ed25519, Signer};
use ledger::proof::Proof;
use ledger::verify::{Why, verify_bytes};
use proptest::prelude::*;

/// A bundle with all that one can hold.
fn full() -> Bundle {
    let line = Line::sample();
    let (mut bundle, side) = (line.bundle(), &line.sides[A]);
    let mut other = side.checkpoint();
    other.root[0] ^= 1;
    let note = |checkpoint| sign_checkpoint(checkpoint, &side.checkpoint().origin, &side.log);
    let found = Contradiction::TwoRoots {
        note_a: note(&side.checkpoint()),
        note_b: note(&other),
    };
    bundle.contradictions.push(found);
    bundle
}

/// Where each entry stands in the bytes: log, seq, first byte, one past its newline.
fn places(bytes: &[u8]) -> Vec<(String, u64, usize, usize)> {
    let (mut log, mut seq, mut at, mut found) = (String::new(), 0, 0, Vec::new());
    for line in std::str::from_utf8(bytes).unwrap().split_inclusive('\n') {
        if let Some(origin) = line.strip_prefix("{\"log\":\"") {
            (log, seq) = (origin.trim_end_matches("\"}\n").to_owned(), 0);
        } else if line.starts_with("{\"body\"") || line.starts_with("{\"header\"") {
            found.push((log.clone(), seq, at, at + line.len()));
            seq += 1;
        }
        at += line.len();
    }
    found
}

#[test]
fn a_bundle_has_one_encoding() {
    let bundle = full();
    let bytes = bundle.encode();
    assert_eq!(Bundle::decode(&bytes), Ok(bundle.clone()));
    assert_eq!(Bundle::decode(&bytes).unwrap().encode(), bytes);
    assert_eq!(places(&bytes).len(), 6);
    assert_eq!(verify_bytes(&bytes, None, &Ed25519).first_failure, None);
}

#[test]
fn each_flip_in_an_entry_names_that_entry() {
    let bytes = full().encode();
    for (log, seq, from, to) in places(&bytes) {
        for at in from..to - 1 {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            let failure = verify_bytes(&bytes, None, &Ed25519).first_failure;
            let named = failure
                .as_ref()
                .map(|failure| (failure.log.as_deref(), failure.seq));
            assert_eq!(
                named,
                Some((Some(log.as_str()), Some(seq))),
                "byte {at} of {from}..{to}: {failure:?}"
            );
        }
    }
}

#[test]
fn a_file_that_was_cut_is_named_as_such() {
    let bytes = full().encode();
    for end in 0..bytes.len() {
        let failure = verify_bytes(&bytes[..end], None, &Ed25519).first_failure.unwrap();
        assert!(matches!(failure.why, Why::Form { .. }), "cut at {end}: {failure}");
    }
}

#[test]
fn a_line_taken_out_doubled_or_moved_is_found() {
    let text = String::from_utf8(full().encode()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for n in 0..lines.len() - 1 {
        let (mut without, mut twice, mut moved) = (lines.clone(), lines.clone(), lines.clone());
        without.remove(n);
        twice.insert(n, lines[n]);
        moved.swap(n, n + 1);
        for other in [without, twice, moved] {
            let report = verify_bytes(other.concat().as_bytes(), None, &Ed25519);
            assert!(report.first_failure.is_some(), "line {n}");
        }
    }
}

/// What no signature covers stands under the bundle's own hash.
#[test]
fn a_changed_party_name_breaks_the_seal() {
    let text = String::from_utf8(full().encode())
        .unwrap()
        .replace("\"Borea\"", "\"Corea\"");
    let failure = verify_bytes(text.as_bytes(), None, &Ed25519)
        .first_failure
        .unwrap();
    // The act in which the party named itself was changed with it, and is found first.
    assert_eq!((failure.seq, &failure.why), (Some(0), &Why::Commitment));
    let mut bundle = full();
    let bytes = bundle.encode();
    bundle.manifest.sides[B].party = "Corea".to_owned();
    let mut other = bundle.encode();
    let seal = "{\"sha256\":".len() + 64 + 4;
    let kept = other.len() - seal;
    other.truncate(kept);
    other.extend_from_slice(&bytes[bytes.len() - seal..]);
    let failure = verify_bytes(&other, None, &Ed25519).first_failure.unwrap();
    assert_eq!((failure.log, failure.seq, failure.why), (None, None, Why::Seal));
}

#[test]
fn what_is_not_a_bundle_is_refused_for_its_reason() {
    let text = String::from_utf8(full().encode()).unwrap();
    let key = "\"cosign\":\"";
    let cases = [
        (String::new(), "line 0: byte 0: not canonical JSON"),
        ("\n".to_owned(), "line 1: byte 0: not canonical JSON"),
        ("[]\n".to_owned(), "line 1: an object is needed here"),
        (
            text.replace("bundle/v1", "bundle/v2"),
            "line 1: not a bundle of format detente/bundle/v1",
        ),
        (
            text.replacen(key, "\"cosign\":\"x", 1),
            "line 1: not 64 lower-case hexadecimal digits",
        ),
        (
            text.replacen("\"watch\":", "\"watch officer\":", 1),
            "line 1: a name in the manifest is not well formed",
        ),
        (
            text.replacen("\"witnesses\":{}", "\"witnesses\":{},\"x\":1", 1),
            "line 1: unknown field \"x\"",
        ),
        (
            text.replacen("{\"log\":", "{\"loga\":", 1),
            "line 2: a line of a log before the first log",
        ),
        (
            text.replacen("il-20/a/0", "il-21/a/0", 1),
            "line 2: a log of another line",
        ),
        (
            text.replacen("il-20/a/0", "il-20/b/0", 1),
            "line 8, log detente/v1/il-20/b/0: logs out of order",
        ),
        (text.clone() + "\n", "there is something after the hash"),
        (text.trim_end().to_owned(), "line is not ended, or too long"),
    ];
    for (text, why) in cases {
        let fault = Bundle::decode(text.as_bytes()).unwrap_err().to_string();
        assert!(fault.ends_with(why), "{fault}, not {why}");
    }
}

/// What one party shows a third: one act, and nothing of the others.
#[test]
fn each_entry_is_proven_alone_with_the_peers_first_cosignature() {
    let line = Line::sample();
    for (own, peer) in [(A, B), (B, A)] {
        let (log, side) = (&line.bundle().logs[own], &line.sides[own]);
        for (seq, entry) in (0..).zip(&log.entries) {
            let proof = Proof::parse(&Proof::of(log, seq).unwrap().to_string()).unwrap();
            let checkpoint = proof
                .verify(&entry.header, &log.origin, &side.log.public(), &Ed25519)
                .unwrap();
            assert_eq!(checkpoint.size, if seq == 0 { 1 } else { 3 });
            let (name, key) = (
                log.origin.peer().cosigner_name(),
                line.sides[peer].cosign.public(),
            );
            assert!(proof.cosigned_at(&checkpoint, &name, &key, &Ed25519).is_some());
            let commitment = Header::parse(&entry.header).unwrap().body;
            let opens = |extra: Vec<u8>| {
                let (salt, body) = extra.split_first_chunk().unwrap();
                Header::commitment(salt, body) == commitment
            };
            assert_eq!(proof.extra.map(opens), entry.opened.as_ref().map(|_| true));
        }
        assert_eq!(Proof::of(log, 3), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_flipped_byte_is_found(place in any::<prop::sample::Index>(), mask in 1_u8..) {
        let mut bytes = full().encode();
        let place = place.index(bytes.len());
        bytes[place] ^= mask;
        prop_assert!(verify_bytes(&bytes, None, &Ed25519).first_failure.is_some());
    }

    #[test]
    fn what_decodes_is_encoded_again(place in any::<prop::sample::Index>(), with in any::<Vec<u8>>()) {
        let mut bytes = full().encode();
        let place = place.index(bytes.len());
        bytes.splice(place..(place + with.len() / 2).min(bytes.len()), with);
        if let Ok((bundle, seal)) = Bundle::decode_any(&bytes) {
            prop_assert_eq!(bundle.encode() == bytes, seal.is_ok());
        }
    }

    #[test]
    fn garbage_never_panics(bytes in any::<Vec<u8>>()) {
        prop_assert!(Bundle::decode(&bytes).is_err());
    }
}
