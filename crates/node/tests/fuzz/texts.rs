//! Files and figures as they are typed, sent or found.

use fuzz::{assert_bounded, refused, target};
use node::config::Config;
use node::core::EventId;
use node::demo::scenario::Scenario;
use node::figures::{self, write};
use node::invite::{InvitationFile, is_address};
use node::limits::{MAX_DESKS, MAX_INVITATION_BYTES};
use node::line_io::Preface;
use node::time_source::TimeSource;
use std::str::from_utf8;

/// Places are shown to four decimals of a degree.
const SHOWN_ND: i64 = 50_000;

/// Instants are shown to the second.
const SECOND_US: i64 = 1_000_000;

#[test]
fn an_invitation_that_is_read_is_the_same_in_its_file() {
    target!("invitation", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        match InvitationFile::parse(text) {
            Err(faults) => {
                assert!(!faults.is_empty());
                faults.iter().for_each(assert_bounded);
                false
            }
            Ok(file) => {
                assert!(text.len() <= MAX_INVITATION_BYTES && is_address(&file.address));
                assert!(file.keys.party_keys().is_some(), "its keys can be used");
                assert_eq!(InvitationFile::parse(&file.to_text()), Ok(file));
                true
            }
        }
    });
}

/// The only bytes that are taken from a stranger.
#[test]
fn a_preface_that_is_read_is_the_same_when_it_is_sent_on() {
    target!("preface", |document: &[u8]| {
        let Ok(preface) = serde_json::from_slice::<Preface>(document) else {
            return false;
        };
        if let Some(join) = &preface.join {
            join.keys.faults().iter().for_each(assert_bounded);
        }
        let sent = serde_json::to_vec(&preface).unwrap();
        assert_eq!(serde_json::from_slice::<Preface>(&sent).ok(), Some(preface));
        true
    });
}

#[test]
fn settings_that_are_read_are_the_same_in_their_file() {
    target!("config", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        match Config::parse(text) {
            Err(faults) => faults.split("; ").any(refused),
            Ok(config) => {
                assert!(config.http.listen.ip().is_loopback());
                assert!((1..=MAX_DESKS).contains(&config.desks.len()));
                assert_eq!(Config::parse(&config.to_toml()).as_ref(), Ok(&config));
                let source = config.clock.vouched_by;
                assert_eq!(TimeSource::from(source.to_string()), source);
                true
            }
        }
    });
}

#[test]
fn a_scenario_is_read_or_refused_in_a_sentence() {
    target!("scenario", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        match Scenario::parse(text) {
            Err(faults) => faults
                .split_terminator('\n')
                .any(|fault| !fault.is_empty() && refused(fault)),
            Ok(_) => true,
        }
    });
}

/// What is shown of it is read as the same again, to the last place shown.
#[test]
fn a_figure_is_read_as_one_thing_or_refused_in_a_sentence() {
    target!("figure", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        let place = figures::place(text).map(|at| {
            let shown = figures::place(&write::place(at)).unwrap();
            assert!(
                (shown.lat_nd - at.lat_nd).abs() <= SHOWN_ND && (shown.lon_nd - at.lon_nd).abs() <= SHOWN_ND
            );
        });
        let instant = figures::instant(text, 0).map(|us| {
            let shown = figures::instant(&write::instant(us), 0);
            assert_eq!(shown, Ok(us.div_euclid(SECOND_US) * SECOND_US));
        });
        let rest = [
            place,
            instant,
            figures::duration(text).map(|us| assert!(us >= 0)),
            figures::length(text).map(|mm| assert!(mm >= 0)),
            figures::band(text).map(drop),
            figures::height(text).map(|band| assert!(band.low_mm <= band.high_mm)),
        ];
        let accepted = rest.iter().any(Result::is_ok);
        rest.into_iter().filter_map(Result::err).for_each(assert_bounded);
        accepted
    });
}

#[test]
fn an_event_id_is_the_same_when_it_is_written_again() {
    target!("event-id", |document: &[u8]| {
        let Ok(text) = from_utf8(document) else {
            return false;
        };
        let Ok(id) = text.parse::<EventId>() else {
            return false;
        };
        assert_eq!(id.to_string().parse(), Ok(id));
        true
    });
}
