//! Who asks: access tokens (RFC 7519, signed), as F3548-21 has authorities issue them.

use super::keys::Keys;
use super::trust::{Claims, Unverified};
use crate::limits::{
    MAX_ACCESS_TOKEN_BYTES, MAX_KNOWN_TOKENS, MAX_SUBJECT_BYTES, MAX_TOKEN_AHEAD_US, TOKEN_SKEW_US,
};
use axum::http::{HeaderMap, header};
use pool::ids::Manager;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A client whose token was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Client {
    /// Its name: `sub`.
    pub(super) manager: Manager,
    scopes: BTreeSet<String>,
}

impl Client {
    /// Whether its token bears a scope.
    pub(super) fn has(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }
}

impl Default for Client {
    /// Nobody.
    fn default() -> Self {
        Client {
            manager: Manager(String::new()),
            scopes: BTreeSet::new(),
        }
    }
}

/// Why a client is not known, in order of precedence. All are 401.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unknown {
    /// No token; with words of the reference implementation, which tests of the standard's community look for.
    #[error("Missing access token: send Authorization: Bearer with one")]
    Missing,
    /// Longer than any authority makes them.
    #[error("the access token is longer than {MAX_ACCESS_TOKEN_BYTES} bytes")]
    TooLong,
    /// Not signed by anybody known, or not readable.
    #[error("{0}")]
    Unverified(#[from] Unverified),
    /// Without a client.
    #[error("the access token names no client: `sub` needs 1 to {MAX_SUBJECT_BYTES} bytes")]
    Subject,
    /// Without an authority.
    #[error("the access token names no authority: `iss` is missing or empty")]
    Issuer,
    /// Meant for somebody else.
    #[error("the access token is not meant for this service: `aud` is another, or missing")]
    Audience,
    /// Without an end.
    #[error("the access token has no end: `exp` is missing")]
    Endless,
    /// Over.
    #[error("the access token has expired")]
    Expired,
    /// Too far ahead.
    #[error("the access token ends more than an hour from now")]
    TooLongLived,
    /// Not begun.
    #[error("the access token is not valid yet")]
    NotYet,
}

/// Lets clients in.
pub(super) struct Gate {
    keys: Arc<Keys>,
    audiences: Vec<String>,
    known: Mutex<Known>,
}

/// Tokens that were checked, by hash.
#[derive(Default)]
struct Known {
    clients: BTreeMap<[u8; 32], (Arc<Client>, i64)>,
    /// Which keys they were checked with.
    keys: u64,
}

impl Gate {
    /// A gate for tokens that are meant for one of `audiences`.
    pub(super) fn new(keys: Arc<Keys>, audiences: Vec<String>) -> Self {
        Gate {
            keys,
            audiences: audiences.into_iter().filter(|name| !name.is_empty()).collect(),
            known: Mutex::default(),
        }
    }

    /// The client that sends these headers, at an instant, µs UTC.
    ///
    /// # Errors
    /// Why it is not known.
    pub(super) async fn client(&self, headers: &HeaderMap, now_us: i64) -> Result<Arc<Client>, Unknown> {
        let token = presented(headers)?;
        let hash: [u8; 32] = Sha256::digest(token).into();
        let keys = self.keys.edition();
        if let Some(client) = self.lock().find(&hash, keys, now_us) {
            return Ok(client);
        }
        let claims = self.keys.claims(token).await?;
        let (client, end_us) = check(claims, &self.audiences, now_us)?;
        let client = Arc::new(client);
        let mut known = self.lock();
        if known.keys == keys {
            known.keep(hash, Arc::clone(&client), end_us, now_us);
        }
        drop(known);
        Ok(client)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// A client whose token was checked with these keys and has not ended since.
    fn find(&mut self, hash: &[u8; 32], keys: u64, now_us: i64) -> Option<Arc<Client>> {
        if self.keys != keys {
            self.clients.clear();
            self.keys = keys;
        }
        let (client, end_us) = self.clients.get(hash)?;
        (*end_us > now_us).then(|| Arc::clone(client))
    }

    fn keep(&mut self, hash: [u8; 32], client: Arc<Client>, end_us: i64, now_us: i64) {
        if self.clients.len() >= MAX_KNOWN_TOKENS {
            self.clients.retain(|_, (_, end_us)| *end_us > now_us);
        }
        if self.clients.len() >= MAX_KNOWN_TOKENS {
            self.clients.clear();
        }
        self.clients.insert(hash, (client, end_us));
    }
}

/// The token that came, without its scheme.
fn presented(headers: &HeaderMap) -> Result<&str, Unknown> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let (scheme, token) = value
        .and_then(|value| value.split_once(' '))
        .ok_or(Unknown::Missing)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Unknown::Missing);
    }
    if token.len() > MAX_ACCESS_TOKEN_BYTES {
        return Err(Unknown::TooLong);
    }
    Ok(token)
}

/// The client of a token whose signature is valid, and when the token ends, µs.
fn check(claims: Claims, audiences: &[String], now_us: i64) -> Result<(Client, i64), Unknown> {
    let subject = claims
        .sub
        .filter(|sub| (1..=MAX_SUBJECT_BYTES).contains(&sub.len()));
    let subject = subject.ok_or(Unknown::Subject)?;
    if claims.iss.is_none_or(|iss| iss.is_empty()) {
        return Err(Unknown::Issuer);
    }
    let named = claims.aud.map(Vec::from).unwrap_or_default();
    if !named.iter().any(|name| audiences.contains(name)) {
        return Err(Unknown::Audience);
    }
    let begins = claims.nbf.into_iter().chain(claims.iat).map(micros).max();
    let end_us = ensure_now(begins, claims.exp.map(micros), now_us)?;
    let scopes = claims.scope.unwrap_or_default();
    let scopes = scopes
        .split(' ')
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned);
    let client = Client {
        manager: Manager(subject),
        scopes: scopes.collect(),
    };
    Ok((client, end_us))
}

/// When a token ends that is valid now, µs; clocks may differ by [`TOKEN_SKEW_US`].
fn ensure_now(begin_us: Option<i64>, end_us: Option<i64>, now_us: i64) -> Result<i64, Unknown> {
    let end_us = end_us.ok_or(Unknown::Endless)?;
    if end_us.saturating_add(TOKEN_SKEW_US) <= now_us {
        return Err(Unknown::Expired);
    }
    if end_us.saturating_sub(TOKEN_SKEW_US) - now_us > MAX_TOKEN_AHEAD_US {
        return Err(Unknown::TooLongLived);
    }
    if begin_us.is_some_and(|begin_us| begin_us > now_us + TOKEN_SKEW_US) {
        return Err(Unknown::NotYet);
    }
    Ok(end_us + TOKEN_SKEW_US)
}

/// A date of a token (seconds, maybe with a fraction) in µs; one that no clock reaches is the last that one does.
fn micros(seconds: f64) -> i64 {
    (seconds * 1e6) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW_S: i64 = 1_800_000_000;

    fn checked(change: serde_json::Value) -> Result<(Client, i64), Unknown> {
        let mut claims =
            json!({ "sub": "uss1", "iss": "authority", "aud": "here", "exp": NOW_S + 600, "scope": "a b" });
        let fields = claims.as_object_mut().unwrap();
        for (name, value) in change.as_object().unwrap() {
            fields.insert(name.clone(), value.clone());
        }
        let claims = serde_json::from_value(claims).unwrap();
        check(claims, &["here".to_owned()], NOW_S * 1_000_000)
    }

    #[test]
    fn a_token_tells_its_client_and_scopes() {
        let (client, end_us) = checked(json!({})).unwrap();
        assert_eq!(client.manager.0, "uss1");
        assert!(client.has("a") && client.has("b") && !client.has("a b") && !client.has(""));
        assert_eq!(end_us, (NOW_S + 660) * 1_000_000);
        assert!(checked(json!({ "aud": ["there", "here"] })).is_ok());
        assert!(checked(json!({ "exp": NOW_S as f64 + 0.5 })).is_ok());
        assert!(!checked(json!({ "scope": null })).unwrap().0.has(""));
    }

    #[test]
    fn each_claim_is_needed() {
        for (change, why) in [
            (json!({ "sub": "" }), Unknown::Subject),
            (json!({ "sub": null }), Unknown::Subject),
            (
                json!({ "sub": "x".repeat(MAX_SUBJECT_BYTES + 1) }),
                Unknown::Subject,
            ),
            (json!({ "iss": "" }), Unknown::Issuer),
            (json!({ "iss": null }), Unknown::Issuer),
            (json!({ "aud": "there" }), Unknown::Audience),
            (json!({ "aud": [] }), Unknown::Audience),
            (json!({ "aud": null }), Unknown::Audience),
            (json!({ "exp": null }), Unknown::Endless),
        ] {
            assert_eq!(checked(change.clone()), Err(why), "{change}");
        }
    }

    #[test]
    fn clocks_may_differ_by_a_minute_and_no_more() {
        let at = |name: &str, seconds: i64| checked(json!({ name: NOW_S + seconds })).map(|_| ());
        assert_eq!(at("exp", -59), Ok(()));
        assert_eq!(at("exp", -60), Err(Unknown::Expired));
        assert_eq!(at("exp", 3_660), Ok(()));
        assert_eq!(at("exp", 3_661), Err(Unknown::TooLongLived));
        assert_eq!(at("nbf", 60), Ok(()));
        assert_eq!(at("nbf", 61), Err(Unknown::NotYet));
        assert_eq!(at("iat", 61), Err(Unknown::NotYet));
        assert_eq!(checked(json!({ "exp": 1e300 })), Err(Unknown::TooLongLived));
        assert_eq!(checked(json!({ "exp": -1e300 })), Err(Unknown::Expired));
    }

    #[test]
    fn a_known_token_is_forgotten_when_it_ends_and_when_keys_change() {
        let mut known = Known::default();
        known.keep([1; 32], Arc::default(), 10, 0);
        assert!(known.find(&[1; 32], 0, 9).is_some());
        assert!(known.find(&[1; 32], 0, 10).is_none());
        assert!(known.find(&[1; 32], 1, 9).is_none());
        assert!(known.find(&[1; 32], 1, 9).is_none());
    }

    #[test]
    fn known_tokens_are_bounded() {
        let mut known = Known::default();
        for at in 0..=MAX_KNOWN_TOKENS {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&at.to_be_bytes());
            known.keep(hash, Arc::default(), 10, 0);
        }
        assert!(known.clients.len() <= MAX_KNOWN_TOKENS);
    }
}
