use super::*;
use crate::keys::{Ed25519, Ed25519Signer};
use proptest::prelude::*;

/// The example in the documentation of golang.org/x/mod/sumdb/note.
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

fn neumann() -> (Ed25519Signer, [u8; 32]) {
    let seed: [u8; 33] = STANDARD.decode(SEED).unwrap().try_into().unwrap();
    let signer = Ed25519Signer::from_seed(*seed.last_chunk().unwrap());
    let public = signer.public();
    (signer, public)
}

fn note(lines: &[&str]) -> String {
    format!("{TEXT}\n{}\n", lines.join("\n"))
}

#[test]
fn the_example_of_go_is_what_we_write_and_read() {
    let (signer, public) = neumann();
    assert_eq!(vkey("PeterNeumann", ED25519, &public), VKEY);
    assert_eq!(
        parse_vkey(VKEY),
        Some(("PeterNeumann".to_owned(), ED25519, public))
    );
    assert_eq!(sign_note(TEXT, "PeterNeumann", &signer), note(&[LINE]));
    let read = Note::parse(&note(&[LINE])).unwrap();
    assert_eq!(read.text, TEXT);
    assert!(read.signed_by("PeterNeumann", &public, &Ed25519).is_ok());
}

/// The example in C2SP signed-note, whose text holds an empty line and other letters than ASCII.
#[test]
fn the_example_of_c2sp_is_read_up_to_its_last_empty_line() {
    let text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n";
    let line = "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=";
    let note = Note::parse(&format!("{text}\n{line}\n")).unwrap();
    assert_eq!(note.text, text);
    let [signature] = note.signatures.as_slice() else {
        panic!("one line")
    };
    assert_eq!(
        (signature.name.as_str(), signature.bytes.len()),
        ("quasimodo.example/salvatore", 64)
    );
    assert_eq!(signature.line(), line);
}

#[test]
fn lines_of_unknown_keys_are_ignored_even_with_our_name_or_our_id() {
    let (_, public) = neumann();
    let other = Ed25519Signer::from_seed([3; 32]);
    let same_name = sign_note(TEXT, "PeterNeumann", &other);
    let same_name = same_name.lines().last().unwrap();
    let same_id = LINE.replace("PeterNeumann", "EnochRoot");
    let note = Note::parse(&note(&[same_name, &same_id, LINE])).unwrap();
    assert_eq!(
        note.signed_by("PeterNeumann", &public, &Ed25519).unwrap().line(),
        LINE
    );
    let without = Note {
        text: note.text,
        signatures: note.signatures[..2].to_vec(),
    };
    assert_eq!(
        without.signed_by("PeterNeumann", &public, &Ed25519),
        Err(NoteFault::Unsigned)
    );
}

#[test]
fn one_bad_line_of_our_key_refuses_the_note() {
    let (_, public) = neumann();
    let bad = LINE.replace("x08go/ZJ", "x08go/ZK");
    let note = Note::parse(&note(&[LINE, &bad])).unwrap();
    assert_eq!(
        note.signed_by("PeterNeumann", &public, &Ed25519),
        Err(NoteFault::BadSignature)
    );
}

#[test]
fn what_is_not_a_note_is_refused_for_its_reason() {
    let many = vec![LINE; MAX_NOTE_SIGNATURES + 1];
    let cases = [
        (String::new(), NoteFault::Malformed),
        (TEXT.to_owned(), NoteFault::Malformed),
        (format!("{TEXT}\n{LINE}"), NoteFault::Malformed),
        (format!("{TEXT}\n"), NoteFault::Malformed),
        (note(&[LINE]).replace("your", "your\t"), NoteFault::Control),
        (note(&[LINE]).replace('\n', "\r\n"), NoteFault::Control),
        (note(&[LINE, ""]), NoteFault::Malformed),
        (
            note(&[LINE, "- PeterNeumann x08go/ZJ"]),
            NoteFault::SignatureLine { line: 2 },
        ),
        (
            note(&["— PeterNeumann x08go/ZJ="]),
            NoteFault::SignatureLine { line: 1 },
        ),
        (
            note(&["— Peter+Neumann x08go/ZJ"]),
            NoteFault::SignatureLine { line: 1 },
        ),
        (note(&["—  x08go/ZJ"]), NoteFault::SignatureLine { line: 1 }),
        (
            note(&["— PeterNeumann x08gow=="]),
            NoteFault::SignatureLine { line: 1 },
        ),
        (note(&many), NoteFault::TooManySignatures),
        (
            format!("{}\n\n{LINE}\n", "a".repeat(MAX_NOTE_BYTES)),
            NoteFault::TooLong,
        ),
    ];
    for (text, fault) in cases {
        assert_eq!(Note::parse(&text), Err(fault), "{text}");
    }
    assert!(Note::parse(&note(&vec![LINE; MAX_NOTE_SIGNATURES])).is_ok());
}

#[test]
fn a_vkey_with_a_wrong_id_type_or_length_is_refused() {
    for bad in [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "EnochRoot+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert_eq!(parse_vkey(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn a_changed_note_is_written_again_or_refused_and_never_holds(
        place in any::<prop::sample::Index>(), mask in 1_u8..=127,
    ) {
        let (_, public) = neumann();
        let mut bytes = note(&[LINE]).into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= mask;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        if let Ok(note) = Note::parse(&text) {
            let lines: String = note.signatures.iter().map(|line| line.line() + "\n").collect();
            prop_assert_eq!(format!("{}\n{lines}", note.text), text);
            prop_assert!(note.signed_by("PeterNeumann", &public, &Ed25519).is_err());
        }
    }

    #[test]
    fn garbage_never_panics(text in "(a|—|\n|\n\n| |\\+|x08go/ZJ|é){0,40}") {
        let _ = (Note::parse(&text), NoteSignature::parse(&text));
        prop_assert_eq!(parse_vkey(&text), None);
    }
}
