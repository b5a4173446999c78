//! A request whose client is known, and the answer to it.

use super::fault::{Fault, JSON};
use super::token::Client;
use super::wire::Faults;
use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pool::ids::EntityId;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A request. Its body has not been looked at.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// What its path names, in order.
    pub(super) names: Vec<String>,
    /// What its query names.
    pub(super) query: BTreeMap<String, String>,
    /// Its body.
    pub(super) body: Bytes,
    /// Who asks; nobody where no token is needed.
    pub(super) client: Arc<Client>,
}

impl Asked {
    /// The id that the path names first.
    pub(super) fn id(&self, faults: &mut Faults) -> Option<EntityId> {
        faults.keep("id in the path", EntityId::parse(self.name(0)))
    }

    /// The same, where nothing else can be wrong.
    pub(super) fn only_id(&self) -> Result<EntityId, Fault> {
        EntityId::parse(self.name(0)).map_err(|why| Fault::bad(format_args!("id in the path: {why}")))
    }

    /// The OVN or version that the path names second; empty counts as none.
    pub(super) fn version(&self) -> Option<String> {
        Some(self.name(1))
            .filter(|version| !version.is_empty())
            .map(str::to_owned)
    }

    /// A name of the path; empty where there is none.
    pub(super) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }
}

/// An answer that is no refusal.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    media: HeaderValue,
    body: Vec<u8>,
}

impl Reply {
    /// JSON.
    pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("replies are plain data with names as keys");
        Reply {
            status,
            media: JSON,
            body,
        }
    }

    /// JSON, 200.
    pub(super) fn ok(body: &impl Serialize) -> Self {
        Reply::json(StatusCode::OK, body)
    }

    /// JSON that is written already, 200.
    pub(super) fn written(body: &[u8]) -> Self {
        Reply {
            status: StatusCode::OK,
            media: JSON,
            body: body.to_vec(),
        }
    }

    /// Text, 200.
    pub(super) fn plain(body: &'static str) -> Self {
        Reply {
            status: StatusCode::OK,
            media: HeaderValue::from_static("text/plain; charset=utf-8"),
            body: body.into(),
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        (self.status, [(header::CONTENT_TYPE, self.media)], self.body).into_response()
    }
}
