use super::*;
use crate::keys::{Ed25519, Ed25519Signer};
use crate::note::vkey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const NAME: &str = "detente/v1/il-20/b/cosign";

fn sample() -> Checkpoint {
    Checkpoint {
        origin: "detente/v1/il-20/a/0".to_owned(),
        size: 12,
        root: [0xa5; 32],
    }
}

#[test]
fn a_cosignature_holds_for_its_checkpoint_cosigner_and_time_alone() {
    let signer = Ed25519Signer::from_seed([1; 32]);
    let line = cosign(&sample(), NAME, 1_537_206_123, &signer);
    let verify = |checkpoint: &Checkpoint, line: &str, name: &str, public: &[u8; 32]| {
        verify_cosignature(checkpoint, line, name, public, &Ed25519)
    };
    let public = signer.public();
    assert_eq!(verify(&sample(), &line, NAME, &public), Some(1_537_206_123));
    assert_eq!(
        verify(&sample(), &format!("{line}\n"), NAME, &public),
        Some(1_537_206_123)
    );
    assert_eq!(
        verify(&Checkpoint { size: 13, ..sample() }, &line, NAME, &public),
        None
    );
    assert_eq!(
        verify(&sample(), &line, "detente/v1/il-20/a/cosign", &public),
        None
    );
    assert_eq!(
        verify(
            &sample(),
            &line,
            NAME,
            &Ed25519Signer::from_seed([2; 32]).public()
        ),
        None
    );
    let mut later = NoteSignature::parse(&line).unwrap();
    later.bytes[7] += 1;
    assert_eq!(verify(&sample(), &later.line(), NAME, &public), None);
}

/// The line of the example in C2SP tlog-cosignature: its layout, as no key is published with it.
#[test]
fn the_published_example_has_our_layout() {
    let line = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";
    let theirs = NoteSignature::parse(line).unwrap();
    let ours = NoteSignature::parse(&cosign(&sample(), NAME, 0, &Ed25519Signer::from_seed([1; 32]))).unwrap();
    assert_eq!(theirs.bytes.len(), ours.bytes.len());
    assert_eq!(theirs.bytes[..8], 1_679_315_147_u64.to_be_bytes());
}

#[test]
fn a_time_beyond_what_c2sp_allows_is_refused() {
    let signer = Ed25519Signer::from_seed([1; 32]);
    for (time_s, found) in [(i64::MAX.unsigned_abs(), true), (1 << 63, false)] {
        let line = cosign(&sample(), NAME, time_s, &signer);
        let read = verify_cosignature(&sample(), &line, NAME, &signer.public(), &Ed25519);
        assert_eq!(read.is_some(), found);
    }
}

#[test]
fn a_checkpoint_signature_never_passes_for_a_cosignature() {
    let signer = Ed25519Signer::from_seed([1; 32]);
    let note = crate::checkpoint::sign_checkpoint(&sample(), NAME, &signer);
    let line = note.lines().last().unwrap();
    assert_eq!(
        verify_cosignature(&sample(), line, NAME, &signer.public(), &Ed25519),
        None
    );
    let key = vkey(NAME, COSIGNATURE, &signer.public());
    assert!(key.ends_with(&STANDARD.encode([&[4], &signer.public()[..]].concat())));
}
