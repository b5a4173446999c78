//! Bodies and queries of requests.

use super::*;
use crate::http::ask::{self, Ask};
use crate::invite::InvitationFile;
use crate::keeper::{InviteRequest, TokenRequest};
use axum::http::{HeaderValue, Uri};
use fuzz::{assert_bounded, target};

fn body<B: DeserializeOwned>(document: &[u8]) -> Option<B> {
    let json = HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
    let refused = |problem: &Problem| assert_bounded(&problem.detail);
    read_body(&headers, document).inspect_err(refused).ok()
}

/// A body is the same when it is written and read again.
fn same<B: DeserializeOwned + Serialize>(document: &[u8]) -> bool {
    let Some(read) = body::<B>(document) else {
        return false;
    };
    let written = serde_json::to_vec(&read).unwrap();
    let again = body::<B>(&written).expect("what was read can be written");
    assert_eq!(serde_json::to_vec(&again).unwrap(), written);
    true
}

/// And stands for a command that the journal can hold.
fn asked<A: Ask + Serialize>(document: &[u8]) -> bool {
    if let Some(ask) = body::<A>(document) {
        let names = [("line", "north"), ("id", "N1")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let command = ask.command(&At::new(names.into(), BTreeMap::new()));
        let written = serde_json::to_vec(&command).unwrap();
        assert_eq!(
            serde_json::from_slice::<accord::Command>(&written).ok(),
            Some(command)
        );
    }
    same::<A>(document)
}

const BODIES: &[fn(&[u8]) -> bool] = &[
    asked::<ask::Plan>,
    asked::<ask::Notify>,
    asked::<ask::Amend>,
    asked::<ask::ReadBack>,
    asked::<ask::AnswerNotice>,
    asked::<ask::Told>,
    asked::<ask::WarnHazard>,
    asked::<ask::CloseHazard>,
    asked::<ask::Cease>,
    asked::<ask::AnswerStop>,
    asked::<ask::Say>,
    asked::<ask::LogVoice>,
    asked::<ask::AnswerVoice>,
    asked::<ask::SignTerms>,
    asked::<ask::ConfirmWords>,
    asked::<ask::AddZone>,
    asked::<ask::AddPeople>,
    asked::<ask::DeclarePosition>,
    asked::<ask::ShelveAlarm>,
    asked::<ask::HandOver>,
    asked::<ask::AckAlarm>,
    same::<TokenRequest>,
    same::<InviteRequest>,
    same::<InvitationFile>,
];

#[test]
fn fuzzed_bodies_are_the_same_when_they_are_written_again_or_refused_in_a_sentence() {
    target!("body", |document: &[u8]| {
        let read = BODIES.iter().filter(|read| read(document));
        read.count() > 0
    });
}

#[test]
fn fuzzed_queries_hold_known_names_or_are_refused_in_a_sentence() {
    const KNOWN: &[&str] = &["line", "author", "open"];
    target!("query", |document: &[u8]| {
        let uri = std::str::from_utf8(document)
            .ok()
            .and_then(|text| text.parse::<Uri>().ok());
        let Some(uri) = uri else { return false };
        let read = at(Ok(Path(BTreeMap::new())), Query::try_from_uri(&uri), KNOWN);
        match read {
            Err(problem) => fuzz::refused(&problem.detail),
            Ok(at) => {
                assert!(at.query_names().all(|name| KNOWN.contains(&name)));
                true
            }
        }
    });
}
