use super::*;
use crate::checkpoint::sign_checkpoint;
use crate::cosign::cosign;
use crate::keys::{Ed25519, Ed25519Signer, Signer};
use crate::merkle::Tree;
use proptest::prelude::*;

fn origin() -> Origin {
    Origin::parse("detente/v1/il-20/a/0").unwrap()
}

fn log() -> Ed25519Signer {
    Ed25519Signer::from_seed([1; 32])
}

fn cosigner() -> Ed25519Signer {
    Ed25519Signer::from_seed([2; 32])
}

/// Proof of entry 4 of 11, countersigned twice by the peer.
fn sample() -> Proof {
    let mut tree = Tree::new();
    for n in 0..11_u8 {
        tree.push(leaf_hash(&[n]));
    }
    let checkpoint = Checkpoint {
        origin: origin().to_string(),
        size: 11,
        root: tree.root(),
    };
    let mut note = sign_checkpoint(&checkpoint, &checkpoint.origin, &log());
    for time_s in [1_537_206_199, 1_537_206_123] {
        note += &cosign(&checkpoint, &origin().peer().cosigner_name(), time_s, &cosigner());
        note.push('\n');
    }
    Proof {
        extra: Some(b"salt and body".to_vec()),
        index: 4,
        hashes: tree.inclusion(4, 11),
        note,
    }
}

#[test]
fn a_proof_survives_its_text_and_holds_for_its_entry_alone() {
    let proof = Proof::parse(&sample().to_string()).unwrap();
    assert_eq!(proof, sample());
    let verify = |entry: &[u8]| proof.verify(entry, &origin(), &log().public(), &Ed25519);
    assert_eq!(verify(&[4]).unwrap().size, 11);
    assert_eq!(verify(&[5]), Err(ProofFault::NotIncluded { index: 4 }));
    let elsewhere = Proof { index: 5, ..sample() };
    assert!(
        elsewhere
            .verify(&[4], &origin(), &log().public(), &Ed25519)
            .is_err()
    );
    let other_log = proof.verify(&[4], &origin().peer(), &log().public(), &Ed25519);
    assert_eq!(other_log, Err(ProofFault::Checkpoint(NoteFault::Unsigned)));
}

#[test]
fn the_first_time_at_which_the_peer_had_it_is_given() {
    let proof = sample();
    let checkpoint = proof.verify(&[4], &origin(), &log().public(), &Ed25519).unwrap();
    let name = origin().peer().cosigner_name();
    let at = |name: &str, public: &[u8; 32]| proof.cosigned_at(&checkpoint, name, public, &Ed25519);
    assert_eq!(at(&name, &cosigner().public()), Some(1_537_206_123));
    assert_eq!(at(&name, &log().public()), None);
    assert_eq!(at("witness.example", &cosigner().public()), None);
}

#[test]
fn what_is_not_a_proof_is_refused_for_its_reason() {
    let text = sample().to_string();
    let hash = "\n".to_owned() + &STANDARD.encode([7; 32]);
    let cases = [
        (text.replace("@v1", "@v2"), "another format"),
        (text.replace("extra ", "extra  "), "extra"),
        (text.replace("index 4", "index 04"), "index"),
        (text.replace("index 4", "index -4"), "index"),
        (text.replace("index 4", "index 9007199254740992"), "index"),
        (text.replace("index 4", "index 4\nextra "), "a hash, or too many"),
        (
            text.replace("index 4", &format!("index 4{}", hash.repeat(MAX_PROOF_HASHES))),
            "a hash, or too many",
        ),
        (text.replace("\n\n", "\n"), "no empty line"),
        ("x".repeat(MAX_PROOF_BYTES + 1), "too long"),
    ];
    for (text, why) in cases {
        assert_eq!(
            Proof::parse(&text),
            Err(ProofFault::Malformed(why)),
            "{}",
            &text[..text.len().min(400)]
        );
    }
}

proptest! {
    #[test]
    fn a_changed_text_is_refused_or_written_again_and_never_proves_another_entry(
        place in any::<prop::sample::Index>(), mask in 1_u8..=127,
    ) {
        let mut bytes = sample().to_string().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= mask;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        if let Ok(proof) = Proof::parse(&text) {
            prop_assert_eq!(proof.to_string(), text);
            let other = proof.verify(&[5], &origin(), &log().public(), &Ed25519);
            prop_assert!(other.is_err());
        }
    }
}
