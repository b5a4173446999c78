//! The way of a request: its size, its route, its client, its body, its answer; the first that is wrong is what its
//! client hears.

use super::asked::{Asked, Reply};
use super::fault::Fault;
use super::router::{CMSA, Deed, Read, Route, Show, find};
use super::token::Client;
use super::{Ask, Open, reports};
use crate::clock::{random, wall_us};
use crate::limits::{MAX_OPEN_BODY_BYTES, OPEN_REQUEST_WAIT};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use pool::ids::EntityId;
use pool::{Answer, Call};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use tokio::time::timeout;

/// Answers a request, whatever it is.
pub(super) async fn enter<A: Ask + 'static>(State(open): State<Arc<Open<A>>>, request: Request) -> Response {
    match timeout(OPEN_REQUEST_WAIT, open.answer(request)).await {
        Ok(Ok(reply)) => reply.into_response(),
        Ok(Err(fault)) => fault.into_response(),
        Err(_) => Fault::unavailable("the request took too long; whether it was carried out is not known")
            .into_response(),
    }
}

impl<A: Ask + 'static> Open<A> {
    async fn answer(&self, request: Request) -> Result<Reply, Fault> {
        ensure_size(request.headers())?;
        let (parts, body) = request.into_parts();
        let (route, names, client) = match self.admit(&parts).await {
            Ok(admitted) => admitted,
            Err(fault) => {
                discard(body).await;
                return Err(fault);
            }
        };
        let _room = self.workers.room(body_bytes(&parts.headers))?;
        let asked = Asked {
            names,
            query: query(&parts)?,
            body: read(body).await?,
            client,
        };
        match route.deed {
            Deed::Tell(tell) => tell(&self.board, &asked),
            Deed::Ask(read, show) => self.carry_out(read, show, asked).await,
        }
    }

    /// The route of a request, if there is one and its client may use it.
    async fn admit(&self, parts: &Parts) -> Result<(&Route, Vec<String>, Arc<Client>), Fault> {
        let (route, names) =
            find(&self.routes, &parts.method, parts.uri.path()).ok_or_else(|| nowhere(parts))?;
        if route.scopes.is_empty() {
            return Ok((route, names, Arc::default()));
        }
        let client = self.gate.client(&parts.headers, wall_us()).await;
        let client = client.map_err(|why| Fault::new(StatusCode::UNAUTHORIZED, why))?;
        if !route.scopes.iter().any(|scope| client.has(scope)) {
            let needed = route.scopes.join(", ");
            return Err(Fault::forbidden(format_args!(
                "the access token has none of the scopes {needed}"
            )));
        }
        Ok((route, names, client))
    }

    /// Asks the pool, and says what came of it.
    async fn carry_out(&self, read: Read, show: Show, asked: Asked) -> Result<Reply, Fault> {
        let client = Arc::clone(&asked.client);
        let options = Arc::clone(&self.options);
        let call = match asked.body.is_empty() && asked.query.is_empty() {
            true => read(&asked, &options)?,
            false => self.workers.run(move || read(&asked, &options)).await??,
        };
        let report = match &call {
            Call::Report { text } => Some(text.clone()),
            _ => None,
        };
        let fresh = random().map_err(|_| Fault::unavailable("this machine gives no random numbers"))?;
        let answer = self.core.ask(pool::Request {
            manager: client.manager.clone(),
            may_be_off_nominal: client.has(CMSA),
            fresh: EntityId::from_random(fresh),
            call,
        });
        match answer.await?? {
            Answer::Reported { id } => reports::echo(id, report.as_deref().unwrap_or_default()),
            answer => Ok(show(&answer)),
        }
    }
}

fn nowhere(parts: &Parts) -> Fault {
    let shown: String = parts.uri.path().chars().take(200).collect();
    Fault::new(
        StatusCode::NOT_FOUND,
        format_args!("nothing answers {} {shown}", parts.method),
    )
}

/// A body that is said to be too large is not waited for.
fn ensure_size(headers: &HeaderMap) -> Result<(), Fault> {
    if body_bytes(headers).is_some_and(|bytes| bytes > MAX_OPEN_BODY_BYTES as u64) {
        let told = format_args!("a body has {MAX_OPEN_BODY_BYTES} bytes at most");
        return Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, told));
    }
    Ok(())
}

/// How long the body is, if that is known before it is there.
fn body_bytes(headers: &HeaderMap) -> Option<u64> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return None;
    }
    let declared = headers.get(header::CONTENT_LENGTH);
    declared.map_or(Some(0), |length| length.to_str().ok()?.parse().ok())
}

fn query(parts: &Parts) -> Result<BTreeMap<String, String>, Fault> {
    let read = Query::try_from_uri(&parts.uri);
    read.map(|Query(pairs)| pairs)
        .map_err(|why| Fault::bad(format_args!("the query cannot be read: {why}")))
}

async fn read(body: Body) -> Result<Bytes, Fault> {
    to_bytes(body, MAX_OPEN_BODY_BYTES).await.map_err(|why| {
        Fault::bad(format_args!(
            "the body cannot be read: {why}; it has {MAX_OPEN_BODY_BYTES} bytes at most"
        ))
    })
}

/// Takes a body in without keeping it: a client that is still sending would lose the answer otherwise.
async fn discard(body: Body) {
    let mut left = MAX_OPEN_BODY_BYTES;
    let mut stream = pin!(body.into_data_stream());
    while let Some(Ok(chunk)) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            return;
        }
    }
}
