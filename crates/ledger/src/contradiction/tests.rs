use super::*;
use crate::checkpoint::sign_checkpoint;
use crate::header::{Seen, Unsigned};
use crate::keys::{Ed25519, Ed25519Signer, Signer};
use crate::merkle::{Tree, leaf_hash};
use proptest::prelude::*;
use std::collections::BTreeMap;

const ORIGIN: &str = "detente/v1/il-20/a/0";

fn log() -> Ed25519Signer {
    Ed25519Signer::from_seed([1; 32])
}

fn desk() -> Ed25519Signer {
    Ed25519Signer::from_seed([2; 32])
}

fn keys() -> PartyKeys {
    let desks = BTreeMap::from([("watch".to_owned(), desk().public())]);
    PartyKeys {
        party: "Alba".to_owned(),
        log: log().public(),
        cosign: [0; 32],
        desks,
    }
}

/// A tree of `size` leaves of which those from `fork` on are others.
fn tree(size: u64, fork: u64) -> Tree {
    let mut tree = Tree::new();
    for n in 0..size {
        tree.push(leaf_hash(format!("{n} {}", n >= fork).as_bytes()));
    }
    tree
}

fn note(tree: &Tree, size: u64) -> String {
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size,
        root: tree.root_at(size),
    };
    sign_checkpoint(&checkpoint, ORIGIN, &log())
}

fn header(seq: u64, at: i64) -> String {
    let unsigned = Unsigned {
        origin: ORIGIN.to_owned(),
        seq,
        kind: "notice".to_owned(),
        desk: "watch".to_owned(),
        drill: false,
        at,
        seen: Seen {
            size: 0,
            root: merkle::empty_root(),
        },
        body: [9; 32],
    };
    String::from_utf8(unsigned.sign(&desk()).to_bytes()).unwrap()
}

fn inconsistent(small: u64, large: u64) -> Contradiction {
    let (first, other) = (tree(large, u64::MAX), tree(large, 0));
    Contradiction::Inconsistent {
        small: note(&first, small),
        large: note(&other, large),
        root: other.root_at(small),
        proof: other.consistency(small, large),
    }
}

fn samples() -> [Contradiction; 3] {
    let (first, other) = (tree(9, u64::MAX), tree(9, 4));
    [
        Contradiction::TwoRoots {
            note_a: note(&first, 9),
            note_b: note(&other, 9),
        },
        inconsistent(5, 9),
        Contradiction::TwoHeaders {
            header_a: header(4, 1),
            header_b: header(4, 2),
        },
    ]
}

#[test]
fn each_kind_is_proven_and_survives_its_encoding() {
    for found in samples() {
        assert_eq!(found.verify(&keys(), &Ed25519), Ok(()), "{found:?}");
        assert_eq!(Contradiction::decode(&found.encode()), Ok(found));
    }
}

#[test]
fn the_wording_names_the_log_and_three_causes_and_no_culprit() {
    for found in samples() {
        let text = "two signed states of log detente/v1/il-20/a/0 cannot both hold; possible causes: restored backup, copied node, forgery";
        assert_eq!(found.to_string(), text);
    }
}

#[test]
fn statements_that_can_both_hold_are_no_contradiction() {
    let first = tree(9, u64::MAX);
    let proof = first.consistency(5, 9);
    let honest = Contradiction::Inconsistent {
        small: note(&first, 5),
        large: note(&first, 9),
        root: first.root_at(5),
        proof: proof.clone(),
    };
    let Contradiction::Inconsistent { small, large, .. } = inconsistent(5, 9) else {
        unreachable!()
    };
    let unproven = Contradiction::Inconsistent {
        small,
        large,
        root: first.root_at(5),
        proof,
    };
    let cases = [
        (honest, "the larger grew out of the smaller"),
        (unproven, "the larger grew out of the smaller"),
        (
            Contradiction::TwoRoots {
                note_a: note(&first, 9),
                note_b: note(&first, 9),
            },
            "their roots are the same",
        ),
        (
            Contradiction::TwoRoots {
                note_a: note(&first, 8),
                note_b: note(&first, 9),
            },
            "their sizes differ, and no proof relates them",
        ),
        (
            Contradiction::TwoHeaders {
                header_a: header(4, 1),
                header_b: header(4, 1),
            },
            "the headers are the same",
        ),
        (
            Contradiction::TwoHeaders {
                header_a: header(4, 1),
                header_b: header(5, 1),
            },
            "the headers have different places",
        ),
    ];
    for (found, why) in cases {
        assert_eq!(
            found.verify(&keys(), &Ed25519),
            Err(ContradictionFault::Compatible(why))
        );
    }
}

/// Every tree grows out of nothing: a proof from size 0 would accuse anybody.
#[test]
fn a_proof_from_nothing_or_a_broken_proof_accuses_nobody() {
    let (first, other) = (tree(9, u64::MAX), tree(9, 0));
    let small = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 0,
        root: [1; 32],
    };
    let nothing = Contradiction::Inconsistent {
        small: sign_checkpoint(&small, ORIGIN, &log()),
        large: note(&other, 9),
        root: merkle::empty_root(),
        proof: Vec::new(),
    };
    let why = ContradictionFault::Compatible("the sizes are not a smaller and a larger one");
    assert_eq!(nothing.verify(&keys(), &Ed25519), Err(why));
    let broken = Contradiction::Inconsistent {
        small: note(&first, 5),
        large: note(&first, 9),
        root: other.root_at(5),
        proof: other.consistency(5, 9),
    };
    let why = ContradictionFault::Compatible("the proof does not hold");
    assert_eq!(broken.verify(&keys(), &Ed25519), Err(why));
}

#[test]
fn statements_under_other_keys_accuse_nobody() {
    let stranger = Ed25519Signer::from_seed([7; 32]).public();
    let desks = BTreeMap::from([("watch".to_owned(), stranger)]);
    let others = PartyKeys {
        log: stranger,
        desks,
        ..keys()
    };
    for found in samples() {
        assert!(found.verify(&keys(), &Ed25519).is_ok());
        assert!(found.verify(&others, &Ed25519).is_err(), "{found:?}");
    }
    let nameless = PartyKeys {
        desks: BTreeMap::new(),
        ..keys()
    };
    assert!(samples()[2].verify(&nameless, &Ed25519).is_err());
}

#[test]
fn evidence_of_the_largest_log_is_below_4_kib() {
    let line = "l".repeat(64);
    let origin = format!("detente/v1/{line}/a/{}", u32::MAX);
    let checkpoint = |size| Checkpoint {
        origin: origin.clone(),
        size,
        root: [0xff; 32],
    };
    let note = |size| sign_checkpoint(&checkpoint(size), &origin, &log());
    let largest = Contradiction::Inconsistent {
        small: note((1 << 53) - 2),
        large: note((1 << 53) - 1),
        root: [0xff; 32],
        proof: vec![[0xff; 32]; MAX_PROOF_HASHES],
    };
    assert!(
        largest.encode().len() <= MAX_CONTRADICTION_BYTES,
        "{} bytes",
        largest.encode().len()
    );
    assert_eq!(Contradiction::decode(&largest.encode()), Ok(largest));
}

proptest! {
    #[test]
    fn a_flipped_byte_never_panics_and_never_makes_other_evidence(
        which in 0_usize..3, place in any::<prop::sample::Index>(), mask in 1_u8..=127,
    ) {
        let mut bytes = samples()[which].encode().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= mask;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        if let Ok(found) = Contradiction::decode(&text) {
            prop_assert_eq!(found.encode(), text);
            prop_assert!(found.verify(&keys(), &Ed25519).is_err());
        }
    }
}
