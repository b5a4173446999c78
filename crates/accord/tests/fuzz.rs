//! Fuzz targets of what peers and officers put into words and bodies.

use accord::act::Act;
use accord::check_words::{check_words, matches};
use accord::limits::{MAX_PLACES, MAX_TEXT_CHARS};
use accord::words::{GAZETTEER, PlaceCheck, place_check, places};
use fuzz::{assert_bounded, target};
use geo4d::limits::{MAX_LAT_ND, MAX_LON_ND};
use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};
use serde_json::Value;

/// A body that is understood is written back as it was: nothing in it was passed over. One that is not says why in as
/// much as a text may hold.
#[test]
fn an_act_that_is_read_is_written_back_as_it_was() {
    target!("act", |document: &[u8]| {
        let Ok(value) = serde_json::from_slice::<Value>(document) else {
            return false;
        };
        let kind = value["type"].as_str().unwrap_or_default();
        match Act::read(kind, &value["body"]) {
            Err(why) => {
                assert!(!why.0.is_empty() && why.0.chars().count() <= MAX_TEXT_CHARS);
                false
            }
            Ok(act) => {
                assert_eq!((act.kind(), &act.to_body()), (kind, &value["body"]));
                assert!(act.faults().is_empty());
                true
            }
        }
    });
}

fn circle(center: Position) -> VolumeSpec {
    VolumeSpec {
        footprint: Footprint::Circle {
            center,
            radius_mm: 1_000_000,
        },
        band: Band {
            low_mm: 0,
            high_mm: 1_000_000,
            datum: Datum::Msl,
        },
        window: Window {
            start_us: 0,
            end_us: 1_000_000,
        },
    }
}

#[test]
fn any_words_are_compared_with_a_place_and_name_places_on_earth() {
    target!("words", |document: &[u8]| {
        let text = String::from_utf8_lossy(document);
        let said = places(&text, GAZETTEER);
        assert!(said.len() <= MAX_PLACES);
        for said in &said {
            let Position { lat_nd, lon_nd } = said.at;
            assert!(
                lat_nd.abs() <= MAX_LAT_ND && lon_nd.abs() <= MAX_LON_ND,
                "{said:?}"
            );
            assert!(said.within_mm >= 0, "{said:?}");
        }
        // Where a place is said, a volume there fits it, unless the words name other places besides.
        if let [said] = said[..] {
            let check = place_check(&text, &[circle(said.at)], GAZETTEER);
            assert!(!matches!(check, PlaceCheck::Contradicts { .. }), "{check:?}");
        }
        if said.is_empty() {
            let volumes = [circle(Position { lat_nd: 0, lon_nd: 0 })];
            assert_eq!(place_check(&text, &volumes, GAZETTEER), PlaceCheck::TooVague);
        }
        let spoken = check_words(&[7; 32], 3).join(" ");
        assert!(matches(&spoken, &[7; 32], 3) && !matches(&text, &[7; 32], 3));
        assert_bounded(spoken);
        !said.is_empty()
    });
}
