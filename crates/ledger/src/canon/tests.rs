use super::*;
use proptest::prelude::*;
use serde_json::json;

fn canonical(value: &Value) -> String {
    String::from_utf8(to_canonical(value).unwrap()).unwrap()
}

/// RFC 8785, section 3.2.3: the example of sorting, with its own escapes resolved.
#[test]
fn keys_sort_by_utf_16_as_rfc_8785_says() {
    let value = json!({
        "\u{20ac}": "Euro Sign",
        "\r": "Carriage Return",
        "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\u{1f600}": "Emoji: Grinning Face",
        "\u{80}": "Control",
        "\u{f6}": "Latin Small Letter O With Diaeresis",
    });
    let order = [
        "Carriage Return",
        "One",
        "Control",
        "Latin",
        "Euro",
        "Emoji",
        "Hebrew",
    ];
    let text = canonical(&value);
    let places: Vec<usize> = order.iter().map(|name| text.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    assert_eq!(parse_canonical(text.as_bytes()), Ok(value));
}

/// RFC 8785, section 3.2.2: the strings and literals of the sample, without its floats.
#[test]
fn strings_are_spelled_as_rfc_8785_says() {
    let value = json!({ "string": "\u{20ac}$\u{000f}\nA'B\"\\\\\"/", "literals": [null, true, false] });
    let expected = "{\"literals\":[null,true,false],\"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
    assert_eq!(canonical(&value), expected);
}

#[test]
fn the_whole_range_of_integers_passes_and_one_more_does_not() {
    for text in ["0", "-1", "9007199254740991", "-9007199254740991"] {
        assert_eq!(canonical(&parse_canonical(text.as_bytes()).unwrap()), text);
    }
    for text in [
        "9007199254740992",
        "-9007199254740992",
        "99999999999999999999999999",
    ] {
        assert_eq!(
            parse_canonical(text.as_bytes()),
            Err(CanonFault::Number { at: 0 }),
            "{text}"
        );
    }
    assert_eq!(
        to_canonical(&json!(9_007_199_254_740_992_i64)),
        Err(CanonFault::Number { at: 0 })
    );
    assert_eq!(to_canonical(&json!(u64::MAX)), Err(CanonFault::Number { at: 0 }));
    assert_eq!(to_canonical(&json!(1.0)), Err(CanonFault::Number { at: 0 }));
}

#[test]
fn everything_that_is_not_the_one_spelling_is_refused() {
    let cases: [(&[u8], CanonFault); 27] = [
        (b"", CanonFault::Syntax { at: 0 }),
        (b" 1", CanonFault::Syntax { at: 0 }),
        (b"1 ", CanonFault::Trailing { at: 1 }),
        (b"[1, 2]", CanonFault::Syntax { at: 3 }),
        (b"[1,]", CanonFault::Syntax { at: 3 }),
        (b"[1", CanonFault::Syntax { at: 2 }),
        (b"{\"a\":1,}", CanonFault::Syntax { at: 7 }),
        (b"{\"b\":1,\"a\":2}", CanonFault::KeyOrder { at: 7 }),
        (b"{\"a\":1,\"a\":1}", CanonFault::KeyOrder { at: 7 }),
        (b"{a:1}", CanonFault::Syntax { at: 1 }),
        (b"-0", CanonFault::Number { at: 0 }),
        (b"01", CanonFault::Number { at: 0 }),
        (b"+1", CanonFault::Syntax { at: 0 }),
        (b"1.0", CanonFault::Number { at: 0 }),
        (b"1e3", CanonFault::Number { at: 0 }),
        (b"-", CanonFault::Number { at: 0 }),
        (b"NaN", CanonFault::Syntax { at: 0 }),
        (b"nul", CanonFault::Syntax { at: 0 }),
        (b"\"a", CanonFault::Syntax { at: 2 }),
        (b"\"\n\"", CanonFault::Spelling { at: 1 }),
        (b"\"\\u000a\"", CanonFault::Spelling { at: 1 }),
        (b"\"\\u001F\"", CanonFault::Spelling { at: 1 }),
        (b"\"\\u0041\"", CanonFault::Spelling { at: 1 }),
        (b"\"\\/\"", CanonFault::Spelling { at: 1 }),
        (b"\"\\u00", CanonFault::Spelling { at: 1 }),
        (b"\"\xff\"", CanonFault::Spelling { at: 1 }),
        (b"\xef\xbb\xbf1", CanonFault::Syntax { at: 0 }),
    ];
    for (bytes, fault) in cases {
        assert_eq!(
            parse_canonical(bytes),
            Err(fault),
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn depth_and_size_are_bounded_in_both_directions() {
    let nested = |levels: usize| ["[".repeat(levels), "]".repeat(levels)].concat();
    let deepest = nested(MAX_DEPTH + 1);
    let value = parse_canonical(deepest.as_bytes()).unwrap();
    assert_eq!(canonical(&value), deepest);
    let fault = CanonFault::TooDeep { at: MAX_DEPTH + 1 };
    assert_eq!(parse_canonical(nested(MAX_DEPTH + 2).as_bytes()), Err(fault));
    assert_eq!(
        parse_canonical("[".repeat(MAX_DOCUMENT_BYTES).as_bytes()),
        Err(fault)
    );
    assert_eq!(to_canonical(&json!([value])), Err(fault));

    let long = format!("\"{}\"", "a".repeat(MAX_DOCUMENT_BYTES - 2));
    assert!(parse_canonical(long.as_bytes()).is_ok());
    let longer = "a".repeat(MAX_DOCUMENT_BYTES - 1);
    assert_eq!(to_canonical(&json!(longer)), Err(CanonFault::TooLong));
    assert_eq!(
        parse_canonical(format!("\"{longer}\"").as_bytes()),
        Err(CanonFault::TooLong)
    );
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-MAX_INTEGER..=MAX_INTEGER).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_survives_its_encoding_and_other_readers_agree(value in values()) {
        let bytes = to_canonical(&value).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<Value>(&bytes).unwrap(), &value);
        prop_assert_eq!(parse_canonical(&bytes).unwrap(), value);
    }

    #[test]
    fn what_is_accepted_is_the_one_encoding(
        value in values(), place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = to_canonical(&value).unwrap();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = parse_canonical(&bytes) {
            prop_assert_eq!(to_canonical(&read).unwrap(), bytes);
        }
    }

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(read) = parse_canonical(&bytes) {
            prop_assert_eq!(to_canonical(&read).unwrap(), bytes);
        }
    }
}
