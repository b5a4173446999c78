//! Who asks: bearer tokens; and from where: `Host` and `Origin`.

use super::Surface;
use super::problem::Problem;
use crate::limits::MAX_TOKEN_BYTES;
use accord::command::Officer;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// Who holds a valid token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The token's name: whose idempotency keys are meant.
    pub token: String,
    /// Its desk and role.
    pub officer: Officer,
}

/// The holder of the token of this request.
///
/// # Errors
/// A problem when there is none, or none that is valid now.
pub async fn bearer(surface: &Surface, headers: &HeaderMap) -> Result<Bearer, Problem> {
    let sha256 = presented(headers).ok_or_else(Problem::no_token)?;
    let found = surface.core.identify(move |engine, now| {
        engine.token(&sha256, now).map(|token| Bearer {
            token: token.name.clone(),
            officer: Officer {
                desk: token.desk.clone(),
                role: token.role,
            },
        })
    });
    found.await?.ok_or_else(Problem::no_token)
}

/// Lets a request pass that was meant for this node: a page of another site, or a name that
/// somebody points at this address, is refused before anything is looked at.
pub async fn meant_for_us(State(surface): State<Surface>, request: Request, next: Next) -> Response {
    match check_hosts(&surface.hosts, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// SHA-256 of the secret that came, hexadecimal.
fn presented(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    let fits = scheme.eq_ignore_ascii_case("bearer") && (1..=MAX_TOKEN_BYTES).contains(&secret.len());
    fits.then(|| hex::encode(Sha256::digest(secret.trim().as_bytes())))
}

fn check_hosts(hosts: &[String], headers: &HeaderMap) -> Result<(), Problem> {
    let known = |authority: &str| hosts.iter().any(|host| host.eq_ignore_ascii_case(authority));
    let misdirected = |what: &str| {
        Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "misdirected",
            "Not meant for this node",
            format!("the {what} of the request names another place; use the node's own address"),
        )
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(known) {
        return Err(misdirected("Host"));
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let authority = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, rest)| rest);
    if authority.is_some_and(known) {
        Ok(())
    } else {
        Err(misdirected("Origin"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().expect("a header value")))
            .collect()
    }

    fn passes(pairs: &[(header::HeaderName, &str)]) -> bool {
        let hosts = ["127.0.0.1:8080".to_owned(), "localhost:8080".to_owned()];
        check_hosts(&hosts, &headers(pairs)).is_ok()
    }

    #[test]
    fn only_the_nodes_own_names_pass() {
        assert!(passes(&[(header::HOST, "127.0.0.1:8080")]));
        assert!(passes(&[
            (header::HOST, "LOCALHOST:8080"),
            (header::ORIGIN, "http://localhost:8080")
        ]));
        assert!(!passes(&[]));
        assert!(!passes(&[(header::HOST, "evil.example:8080")]));
        assert!(!passes(&[(header::HOST, "127.0.0.1:8081")]));
        assert!(!passes(&[
            (header::HOST, "127.0.0.1:8080"),
            (header::ORIGIN, "http://evil.example")
        ]));
        assert!(!passes(&[
            (header::HOST, "127.0.0.1:8080"),
            (header::ORIGIN, "null")
        ]));
    }

    #[test]
    fn a_token_is_hashed_before_it_goes_anywhere() {
        let hash = presented(&headers(&[(header::AUTHORIZATION, "Bearer abc")]));
        assert_eq!(
            hash.as_deref(),
            Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        let long = format!("Bearer {}", "a".repeat(MAX_TOKEN_BYTES + 1));
        for value in ["Bearer ", "Basic abc", "abc", &long] {
            assert_eq!(
                presented(&headers(&[(header::AUTHORIZATION, value)])),
                None,
                "{value}"
            );
        }
    }

    /// The headers of a request, a name and a value on each line.
    fn lines(document: &[u8]) -> HeaderMap {
        let pair = |line: &[u8]| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = header::HeaderName::from_bytes(&line[..colon]).ok()?;
            let value = header::HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
            Some((name, value))
        };
        document.split(|byte| *byte == b'\n').filter_map(pair).collect()
    }

    #[test]
    fn fuzzed_requests_are_heard_only_under_our_own_names_and_tokens_are_never_kept() {
        let hosts = ["127.0.0.1:8080".to_owned(), "localhost:8080".to_owned()];
        fuzz::target!("request", |document: &[u8]| {
            let headers = lines(document);
            let text =
                |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
            let token = presented(&headers);
            if let Some(hash) = &token {
                assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let value = text(header::AUTHORIZATION).unwrap();
                assert!(value.len() <= "bearer ".len() + MAX_TOKEN_BYTES && !value.contains(hash.as_str()));
            }
            match check_hosts(&hosts, &headers) {
                Err(problem) => fuzz::assert_bounded(problem.detail),
                Ok(()) => {
                    let ours = |name: &str| hosts.contains(&name.to_ascii_lowercase());
                    assert!(ours(text(header::HOST).unwrap()));
                    let origin = text(header::ORIGIN).map(|origin| origin.split_once("://").unwrap().1);
                    assert!(origin.is_none_or(ours));
                    return token.is_some();
                }
            }
            false
        });
    }
}
