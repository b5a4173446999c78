use super::*;
use crate::keys::{Ed25519, Ed25519Signer};
use crate::merkle::empty_root;

const ORIGIN: &str = "detente/v1/il-20/a/0";

fn sample() -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 12,
        root: [0xa5; 32],
    }
}

#[test]
fn a_checkpoint_survives_signing_and_opening() {
    let signer = Ed25519Signer::from_seed([1; 32]);
    let note = sign_checkpoint(&sample(), ORIGIN, &signer);
    assert_eq!(
        open_checkpoint(&note, ORIGIN, &signer.public(), &Ed25519),
        Ok(sample())
    );
}

/// The checkpoint of the example in C2SP tlog-cosignature.
#[test]
fn the_body_of_the_published_example_is_read_and_written() {
    let body = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint = Checkpoint::parse(body).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root[0]), (20_852_163, 0x0a));
    assert_eq!(checkpoint.body(), body);
}

#[test]
fn the_lines_of_others_are_taken_off() {
    let signer = Ed25519Signer::from_seed([1; 32]);
    let bare = sign_checkpoint(&sample(), ORIGIN, &signer);
    let other = sign_checkpoint(&sample(), "witness.example", &Ed25519Signer::from_seed([2; 32]));
    let both = format!("{bare}{}\n", other.lines().last().unwrap());
    assert_eq!(
        open_bare(&both, ORIGIN, &signer.public(), &Ed25519),
        Ok((sample(), bare))
    );
}

#[test]
fn a_signed_text_that_is_no_checkpoint_of_this_log_is_refused() {
    let signer = Ed25519Signer::from_seed([1; 32]);
    let open = |text: &str| {
        let note = sign_note(text, ORIGIN, &signer);
        open_checkpoint(&note, ORIGIN, &signer.public(), &Ed25519)
    };
    let other = Checkpoint {
        origin: "detente/v1/il-20/a/1".to_owned(),
        ..sample()
    };
    assert_eq!(open(&other.body()), Err(NoteFault::OtherOrigin));
    let body = sample().body();
    let cases = [
        body.replace("12", "012"),
        body.replace("12", "+12"),
        body.replace("12", "-1"),
        body.replace("12", "9007199254740992"),
        body.replace("12", ""),
        body.replace('=', ""),
        body.replace("paU=", "paV="),
        format!("{body}extension\n"),
        format!("\n{body}"),
        "one line\n".to_owned(),
    ];
    for text in cases {
        assert_eq!(open(&text), Err(NoteFault::NotACheckpoint), "{text}");
    }
}

#[test]
fn a_log_without_entries_has_a_checkpoint() {
    let empty = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 0,
        root: empty_root(),
    };
    assert_eq!(Checkpoint::parse(&empty.body()), Some(empty));
}
