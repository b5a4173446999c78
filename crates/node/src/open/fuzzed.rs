//! Everything that strangers send to the open service: requests down to the pool, access tokens, key sets.

use super::OpenOptions;
use super::asked::Asked;
use super::fault::Fault;
use super::router::{Deed, Route, find, routes};
use super::token::Client;
use super::trust::{Key, Rsa, header};
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{Method, Uri};
use axum::response::IntoResponse;
use fuzz::limits::STEADY_INPUTS_HEAVY;
use fuzz::target;
use pool::ids::{EntityId, Manager};
use pool::{Call, Options, Pool, Request};
use std::sync::Arc;

/// 2027-01-15, when the documents of the corpus are written.
const NOW_US: i64 = 1_800_000_000_000_000;

/// Longest refusal, in bytes: so many faults, each in short.
const REFUSAL_BYTES: usize = 16 << 10;

/// A request as its first line, `METHOD /path?query`, and its body.
fn asked<'r>(routes: &'r [Route], document: &[u8]) -> Option<(&'r Route, Asked)> {
    let end = document
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(document.len());
    let (line, body) = document.split_at(end);
    let (method, uri) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    let (method, uri): (Method, Uri) = (method.parse().ok()?, uri.trim().parse().ok()?);
    let (route, names) = find(routes, &method, uri.path())?;
    let Query(query) = Query::try_from_uri(&uri).ok()?;
    let asked = Asked {
        names,
        query,
        body: Bytes::copy_from_slice(body.get(1..).unwrap_or_default()),
        client: Arc::<Client>::default(),
    };
    Some((route, asked))
}

fn refused(fault: &Fault) -> bool {
    let told = format!("{fault:?}");
    assert!(told.len() <= REFUSAL_BYTES, "a refusal of {} bytes", told.len());
    false
}

/// The call twice, as by a client that heard nothing the first time.
fn decided(pool: &mut Pool, call: &Call) -> Vec<pool::Answer> {
    let ask = |fresh| Request {
        manager: Manager("uss1".to_owned()),
        may_be_off_nominal: true,
        fresh: EntityId::from_random([fresh; 16]),
        call: call.clone(),
    };
    let answers = [1, 2].map(|fresh| {
        let (answer, events) = pool.decide(NOW_US, &ask(fresh)).ok()?;
        events.iter().for_each(|event| pool.apply(NOW_US, event));
        pool.invariant_is_sound();
        Some(answer)
    });
    answers.into_iter().flatten().collect()
}

#[test]
fn fuzzed_open_requests_are_read_decided_and_answered_or_refused_in_short() {
    let (routes, options) = (routes(), OpenOptions::default());
    target!("open-request", STEADY_INPUTS_HEAVY, |document: &[u8]| {
        let Some((route, asked)) = asked(&routes, document) else {
            return false;
        };
        let Deed::Ask(read, show) = route.deed else {
            return false;
        };
        let call = match read(&asked, &options) {
            Ok(call) => call,
            Err(fault) => return refused(&fault),
        };
        let answers = decided(&mut Pool::new(Options::default()), &call);
        let shown = answers
            .iter()
            .filter(|answer| !matches!(answer, pool::Answer::Reported { .. }));
        shown.for_each(|answer| drop(show(answer).into_response()));
        true
    });
}

#[test]
fn fuzzed_access_tokens_are_never_believed_without_a_key() {
    let keys = Key::of_set(
        include_bytes!("../../tests/__fuzz__/key-set/corpus/00-valid-rsa-and-ec"),
        Rsa::AlsoShort,
    );
    let keys = keys.expect("a set of the corpus");
    target!("access-token", |document: &[u8]| {
        let Ok(token) = std::str::from_utf8(document) else {
            return false;
        };
        match header(token) {
            Err(why) => fuzz::refused(why),
            Ok(header) => {
                let tried = keys.iter().filter(|key| key.may_have_signed(&header));
                assert!(tried.into_iter().all(|key| key.claims(token).is_err()));
                true
            }
        }
    });
}

#[test]
fn fuzzed_key_sets_give_few_keys_or_a_reason_in_short() {
    target!(
        "key-set",
        |document: &[u8]| match Key::of_set(document, Rsa::Sound) {
            Ok(keys) => {
                assert!(keys.len() <= crate::limits::MAX_KEYS);
                !keys.is_empty()
            }
            Err(why) => fuzz::refused(why),
        }
    );
}
