use super::*;
use crate::keys::{Ed25519, Ed25519Signer};
use proptest::prelude::*;

fn sample() -> Unsigned {
    Unsigned {
        origin: "detente/v1/il-20/a/0".to_owned(),
        seq: 7,
        kind: "notice".to_owned(),
        desk: "watch".to_owned(),
        drill: false,
        at: 1_537_206_123_000_001,
        seen: Seen {
            size: 3,
            root: [0xa5; 32],
        },
        body: Header::commitment(&[1; 32], b"{}"),
    }
}

fn signer() -> Ed25519Signer {
    Ed25519Signer::from_seed([4; 32])
}

fn signed() -> String {
    String::from_utf8(sample().sign(&signer()).to_bytes()).unwrap()
}

#[test]
fn a_header_survives_its_bytes_and_its_signature_holds() {
    let header = sample().sign(&signer());
    let read = Header::parse(&header.to_bytes()).unwrap();
    assert_eq!(read, header);
    assert!(read.verify(&signer().public(), &Ed25519));
    assert!(!read.verify(&Ed25519Signer::from_seed([5; 32]).public(), &Ed25519));
}

#[test]
fn the_bytes_are_canonical_json() {
    let value = parse_canonical(signed().as_bytes()).unwrap();
    assert_eq!(crate::canon::to_canonical(&value).unwrap(), signed().as_bytes());
}

#[test]
fn every_field_is_under_the_signature() {
    let header = sample().sign(&signer());
    let change: [fn(&mut Header); 10] = [
        |h| h.v = 2,
        |h| h.origin = "detente/v1/il-20/b/0".to_owned(),
        |h| h.seq += 1,
        |h| h.kind = "message".to_owned(),
        |h| h.desk = "node".to_owned(),
        |h| h.drill = true,
        |h| h.at -= 1,
        |h| h.seen.size += 1,
        |h| h.seen.root[31] ^= 1,
        |h| h.body[0] ^= 1,
    ];
    for (n, change) in change.iter().enumerate() {
        let mut other = header.clone();
        change(&mut other);
        assert!(!other.verify(&signer().public(), &Ed25519), "change {n}");
    }
}

#[test]
fn what_is_not_a_header_of_version_1_is_refused_for_its_reason() {
    let cases = [
        ("\"v\":1", "\"v\":2", "v is not 1"),
        (
            "\"v\":1",
            "\"v\":1,\"x\":0",
            "a field that version 1 does not have",
        ),
        ("\"v\":1", "\"v\":true", "v is not 1"),
        (
            "il-20/a/0",
            "il-20/c/0",
            "origin is not detente/v1/<line>/<a|b>/<epoch>",
        ),
        (
            "il-20/a/0",
            "il-20/a/00",
            "origin is not detente/v1/<line>/<a|b>/<epoch>",
        ),
        (
            "il-20/a/0",
            "Il-20/a/0",
            "origin is not detente/v1/<line>/<a|b>/<epoch>",
        ),
        (
            "il-20/a/0",
            "il-20/a/4294967296",
            "origin is not detente/v1/<line>/<a|b>/<epoch>",
        ),
        ("\"seq\":7", "\"seq\":-7", "seq is missing"),
        ("\"notice\"", "\"Notice\"", "type is not 1 to 32 of a-z . -"),
        ("\"notice\"", "\"\"", "type is not 1 to 32 of a-z . -"),
        (
            "\"watch\"",
            "\"watch officer\"",
            "desk is not 1 to 32 of a-z 0-9 -",
        ),
        ("\"watch\"", "null", "desk is missing"),
        ("false", "0", "drill is missing"),
        ("\"size\":3", "\"size\":0", "seen root of nothing is wrong"),
        ("\"size\":3", "\"size\":3,\"x\":1", "seen is not size and root"),
        ("a5a5\"", "A5A5\"", "seen is not size and root"),
        ("a5a5\"", "a5a\"", "seen is not size and root"),
    ];
    for (from, to, what) in cases {
        let text = signed().replace(from, to);
        assert_ne!(text, signed(), "{from}");
        assert_eq!(
            Header::parse(text.as_bytes()),
            Err(HeaderFault::Field(what)),
            "{text}"
        );
    }
}

#[test]
fn bytes_that_are_not_the_one_spelling_are_refused() {
    let spaced = signed().replace("\"v\":1", "\"v\": 1");
    assert!(matches!(
        Header::parse(spaced.as_bytes()),
        Err(HeaderFault::Canon(_))
    ));
    assert_eq!(Header::parse(b"[]"), Err(HeaderFault::Field("not an object")));
    assert_eq!(
        Header::parse(&[b' '; MAX_HEADER_BYTES + 1]),
        Err(HeaderFault::TooLong)
    );
}

#[test]
fn the_longest_header_is_far_below_the_limit() {
    let longest = Unsigned {
        origin: Origin {
            line: "l".repeat(64),
            side: "a".to_owned(),
            epoch: u32::MAX,
        }
        .to_string(),
        seq: MAX_INTEGER.unsigned_abs(),
        kind: "k".repeat(MAX_NAME_BYTES),
        desk: "d".repeat(MAX_NAME_BYTES),
        drill: false,
        at: -MAX_INTEGER,
        seen: Seen {
            size: MAX_INTEGER.unsigned_abs(),
            root: [0xff; 32],
        },
        body: [0xff; 32],
    };
    let bytes = longest.sign(&signer()).to_bytes();
    assert!(Header::parse(&bytes).is_ok());
    assert!(bytes.len() < MAX_HEADER_BYTES / 4, "{} bytes", bytes.len());
}

#[test]
#[should_panic(expected = "well-formed headers only")]
fn a_malformed_header_is_never_signed() {
    Unsigned {
        kind: "No kind".to_owned(),
        ..sample()
    }
    .sign(&signer());
}

#[test]
fn an_origin_knows_its_peer_and_its_cosigner() {
    let origin = Origin::parse("detente/v1/il-20/a/3").unwrap();
    assert_eq!(origin.peer().to_string(), "detente/v1/il-20/b/3");
    assert_eq!(origin.peer().peer(), origin);
    assert_eq!(origin.cosigner_name(), "detente/v1/il-20/a/cosign");
    for bad in [
        "",
        "detente/v1/il-20/a",
        "detente/v2/il-20/a/0",
        "detente/v1//a/0",
        "detente/v1/il/20/a/0",
        "detente/v1/x/a/+1",
    ] {
        assert_eq!(Origin::parse(bad), Err(origin::OriginFault), "{bad}");
    }
}

/// The reader of canonical JSON is the oracle of the one that reads straight through.
#[test]
fn fuzzed_headers_are_read_alike_by_both_readers() {
    fuzz::target!("header", |document: &[u8]| {
        let read = Header::read(document);
        assert_eq!(scan::header(document), read.as_ref().ok().cloned());
        match Header::parse(document) {
            Err(fault) => {
                fuzz::assert_bounded(fault);
                false
            }
            Ok(header) => {
                assert_eq!(header.to_bytes(), document);
                assert!(document.len() <= MAX_HEADER_BYTES);
                assert!(header.kind.len() <= MAX_NAME_BYTES && header.desk.len() <= MAX_NAME_BYTES);
                assert_eq!(Ok(header), read);
                true
            }
        }
    });
}

proptest! {
    #[test]
    fn what_is_accepted_is_written_again(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = signed().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(header) = Header::parse(&bytes) {
            prop_assert_eq!(header.to_bytes(), bytes);
        }
    }

    /// The reader of canonical JSON is the oracle: what it reads is read straight through, and nothing else is.
    #[test]
    fn reading_straight_through_is_reading_canonical_json(
        fields in (any::<bool>(), -MAX_INTEGER..=MAX_INTEGER, 0..=MAX_INTEGER, 1..=MAX_INTEGER, any::<[u8; 32]>()),
        place in any::<prop::sample::Index>(),
        cut in 0_usize..3,
        put in prop::sample::select(vec!["", "0", "1", "-", "+", ".", "e", "a", "F", "\"", ",", "{", "}", " ", "\\u0061", "é"]),
    ) {
        let (drill, at, seq, size, root) = fields;
        let seq = seq.unsigned_abs();
        let seen = Seen { size: size.unsigned_abs(), root };
        let whole = Unsigned { drill, at, seq, seen, ..sample() }.sign(&signer()).to_bytes();
        prop_assert!(scan::header(&whole).is_some());
        let place = place.index(whole.len());
        let end = (place + cut).min(whole.len());
        let altered = [&whole[..place], put.as_bytes(), &whole[end..]].concat();
        for bytes in [whole, altered] {
            prop_assert_eq!(scan::header(&bytes), Header::read(&bytes).ok(), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Header::parse(&bytes).is_err());
    }
}
