//! `/v1/events`: durable facts as server-sent events, named `history-seq-index`.
//!
//! A client that comes back with `Last-Event-ID` misses nothing as long as the ring holds
//! it; otherwise it gets `reset` and starts from the views. What a role may not see is left
//! out, never renumbered.

use super::Surface;
use super::problem::Problem;
use super::route::holder;
use crate::core::{EventId, Next, Subscription};
use accord::command::Role;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use engine::event::{Event, LineEvent, Record};
use futures_core::Stream;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// Pause after which a silent stream shows that it still lives.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Serves one stream.
pub async fn stream(State(surface): State<Surface>, headers: HeaderMap) -> Response {
    let bearer = match holder(&surface, &headers).await {
        Ok(bearer) => bearer,
        Err(refused) => return refused,
    };
    let Ok(place) = surface.streams.clone().try_acquire_owned() else {
        let title = "Too many event streams";
        let detail = format!("{} streams are open; close one", super::MAX_STREAMS);
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-many-streams", title, detail)
            .into_response();
    };
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last.map(|id| id.parse().unwrap_or_else(|()| unknown()));
    let subscription = surface.core.subscribe(after);
    let stream = Events::new(subscription, bearer.officer.role, place);
    Sse::new(stream)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

type Step = (Subscription, Next);

/// A subscription as a stream.
struct Events {
    step: Option<Pin<Box<dyn Future<Output = Step> + Send>>>,
    role: Role,
    _place: OwnedSemaphorePermit,
}

impl Events {
    fn new(subscription: Subscription, role: Role, place: OwnedSemaphorePermit) -> Self {
        Events {
            step: Some(step(subscription)),
            role,
            _place: place,
        }
    }
}

impl Stream for Events {
    type Item = Result<Sent, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(pending) = self.step.as_mut() else {
                return Poll::Ready(None);
            };
            let Poll::Ready((subscription, next)) = pending.as_mut().poll(context) else {
                return Poll::Pending;
            };
            let stopped = matches!(next, Next::Stopped);
            self.step = (!stopped).then(|| step(subscription));
            if let Some(sent) = sent(&next, self.role) {
                return Poll::Ready(Some(Ok(sent)));
            }
        }
    }
}

fn step(mut subscription: Subscription) -> Pin<Box<dyn Future<Output = Step> + Send>> {
    Box::pin(async move {
        let next = subscription.next().await;
        (subscription, next)
    })
}

/// An id that no journal has: gives `reset`.
fn unknown() -> EventId {
    EventId {
        history: String::new(),
        seq: 0,
        index: 0,
    }
}

fn sent(next: &Next, role: Role) -> Option<Sent> {
    match next {
        Next::Event(shown) => {
            let (kind, data) = fact(shown.event(), &shown.record, role)?;
            Some(
                Sent::default()
                    .id(shown.id.to_string())
                    .event(kind)
                    .data(data.to_string()),
            )
        }
        Next::Reset(at) => {
            let why = "events in between are no longer at hand; read the views again";
            Some(
                Sent::default()
                    .id(at.to_string())
                    .event("reset")
                    .data(json!({ "why": why }).to_string()),
            )
        }
        Next::Stopped => {
            let why = "NODE STOPPED: what was last shown may be out of date; use voice";
            Some(
                Sent::default()
                    .event("stopped")
                    .data(json!({ "why": why }).to_string()),
            )
        }
    }
}

/// A fact as it is shown to a role: its kind and its content. None when the role may not see
/// it, or when it says nothing to anybody outside (retry keys, salts).
fn fact(event: &Event, record: &Record, role: Role) -> Option<(String, Value)> {
    let (kind, line, detail) = match event {
        Event::Mind { mind } => named(serde_json::to_value(mind).ok()?)?,
        Event::Line { line, what } => {
            let (kind, detail) = of_line(what)?;
            (kind, Some(line.0.clone()), detail)
        }
        Event::LineAdded { config } => (
            "line-added",
            config.line.0.clone(),
            json!({ "peer": config.peer.party }),
        )
            .into_parts(),
        Event::Invited { .. }
        | Event::InvitationGone { .. }
        | Event::TokenAdded { .. }
        | Event::TokenRevoked { .. }
            if role < Role::Admin =>
        {
            return None;
        }
        Event::Invited { invitation } => ("invited", invitation.line.0.clone(), Value::Null).into_parts(),
        Event::InvitationGone { line } => ("invitation-gone", line.0.clone(), Value::Null).into_parts(),
        Event::TokenAdded { token } => (
            "token-added".to_owned(),
            None,
            json!({ "name": token.name, "desk": token.desk, "role": token.role }),
        ),
        Event::TokenRevoked { name } => ("token-revoked".to_owned(), None, json!({ "name": name })),
        _ => return None,
    };
    let data = json!({ "seq": record.seq, "at_us": record.now.wall_us, "line": line, "detail": detail });
    Some((kind, data))
}

/// An externally tagged event: its tag, the line it names and the rest.
fn named(value: Value) -> Option<(String, Option<String>, Value)> {
    let (tag, detail) = match value {
        Value::String(tag) => (tag, Value::Null),
        Value::Object(fields) => fields.into_iter().next()?,
        _ => return None,
    };
    let line = detail.get("line").and_then(Value::as_str).map(str::to_owned);
    Some((tag.replace('_', "-"), line, detail))
}

/// Facts of a line's log, without salts, texts and keys.
fn of_line(what: &LineEvent) -> Option<(String, Value)> {
    let shown = match what {
        LineEvent::Held { size, .. } => ("held", json!({ "size": size })),
        LineEvent::Cosigned { size, time_s, .. } => ("cosigned", json!({ "size": size, "time_s": time_s })),
        LineEvent::Stalled { why } => ("stalled", json!({ "why": why })),
        LineEvent::Resumed => ("resumed", Value::Null),
        LineEvent::EpochOpened { epoch, why, .. } => ("epoch-opened", json!({ "epoch": epoch, "why": why })),
        LineEvent::EpochAccepted { own } => ("epoch-accepted", json!({ "own": own })),
        LineEvent::Contradiction { .. } => ("contradiction", Value::Null),
        LineEvent::Joined => ("joined", Value::Null),
        _ => return None,
    };
    Some((shown.0.to_owned(), shown.1))
}

trait IntoParts {
    fn into_parts(self) -> (String, Option<String>, Value);
}

impl IntoParts for (&str, String, Value) {
    fn into_parts(self) -> (String, Option<String>, Value) {
        (self.0.to_owned(), Some(self.1), self.2)
    }
}
