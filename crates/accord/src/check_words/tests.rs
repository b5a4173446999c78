use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

fn volume() -> VolumeSpec {
    VolumeSpec {
        footprint: Footprint::Circle {
            center: Position {
                lat_nd: 35_520_000_000,
                lon_nd: 35_800_000_000,
            },
            radius_mm: 5_000_000,
        },
        band: Band {
            low_mm: 0,
            high_mm: 8_000_000,
            datum: Datum::Msl,
        },
        window: Window {
            start_us: 1_000_000,
            end_us: 2_000_000,
        },
    }
}

#[test]
fn no_two_words_can_be_mistaken_for_each_other() {
    let heads: BTreeSet<&str> = WORDS.iter().map(|word| &word[..3]).collect();
    assert_eq!(heads.len(), WORDS.len());
    for (i, a) in WORDS.iter().enumerate() {
        assert!(
            (4..=7).contains(&a.len()) && a.bytes().all(|b| b.is_ascii_lowercase()),
            "{a}"
        );
        for b in &WORDS[i + 1..] {
            assert!(edits(a, b) >= 3, "{a} and {b}");
        }
    }
}

#[test]
fn the_first_words_are_those_of_the_first_bytes() {
    let mut hash = [0; 32];
    hash[1] = 255;
    assert_eq!(check_words(&hash, 3), ["acorn", "zodiac", "acorn"]);
    assert_eq!(check_words(&hash, 99).len(), 32);
}

#[test]
fn case_spaces_and_hyphens_do_not_matter_and_order_does() {
    let hash = place_hash(&volume().window, &[volume()], "");
    let words = check_words(&hash, 3);
    assert!(matches(
        &format!(" {}-{},  {} ", words[0].to_uppercase(), words[1], words[2]),
        &hash,
        3
    ));
    assert!(!matches(
        &format!("{} {} {}", words[1], words[0], words[2]),
        &hash,
        3
    ));
    assert!(!matches(&format!("{} {}", words[0], words[1]), &hash, 3));
    assert!(!matches("", &hash, 0));
}

#[test]
fn every_figure_of_place_and_time_changes_the_hash() {
    let base = volume();
    let changes: [fn(&mut VolumeSpec); 7] = [
        |v| v.window.start_us += 1,
        |v| v.window.end_us += 1,
        |v| v.band.low_mm += 1,
        |v| v.band.high_mm += 1,
        |v| v.band.datum = Datum::Ellipsoid,
        |v| {
            v.footprint = Footprint::Corridor {
                line: vec![],
                half_width_mm: 0,
            }
        },
        |v| {
            if let Footprint::Circle { radius_mm, .. } = &mut v.footprint {
                *radius_mm += 1;
            }
        },
    ];
    let mut seen = BTreeSet::from([place_hash(&base.window, std::slice::from_ref(&base), "")]);
    for change in changes {
        let mut other = base.clone();
        change(&mut other);
        assert!(seen.insert(place_hash(&base.window, &[other], "")));
    }
    assert!(seen.insert(place_hash(&base.window, &[base.clone(), base.clone()], "")));
    assert!(seen.insert(place_hash(&base.window, std::slice::from_ref(&base), "north")));
    assert!(seen.insert(place_hash(
        &Window {
            start_us: 0,
            end_us: 9
        },
        &[base],
        ""
    )));
}

#[test]
fn the_format_of_the_hash_is_pinned() {
    // SHA-256 of the bytes that the documentation of `place_hash` describes, computed
    // outside this crate.
    let hash = place_hash(&volume().window, &[volume()], "Latakia");
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex,
        "8bd07db32916457763c327fccc0dd5f7e90415637c2809680791b49004d998e3"
    );
}

proptest! {
    #[test]
    fn typed_words_match_only_their_own_hash(hash: [u8; 32], other: [u8; 32]) {
        let typed = check_words(&hash, READ_BACK_WORDS).join(" ");
        prop_assert!(matches(&typed, &hash, READ_BACK_WORDS));
        prop_assert_eq!(matches(&typed, &other, READ_BACK_WORDS), hash[..3] == other[..3]);
    }
}
