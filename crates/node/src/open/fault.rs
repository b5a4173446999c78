//! Refusals as clients read them: a status, and JSON with a message.

use super::Busy;
use super::wire::reply;
use crate::clock::random;
use crate::http::problem::RETRY_AFTER_S;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pool::Refused;
use pool::answer::{ConstraintView, IntentView};
use pool::ids::EntityId;
use std::fmt::Display;

/// Media type of every answer.
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Why a request was not carried out, for its client.
#[derive(Debug)]
pub(super) struct Fault {
    status: StatusCode,
    message: String,
    /// What the client did not know of.
    missing: Option<(Vec<IntentView>, Vec<ConstraintView>)>,
}

impl Fault {
    /// A refusal of this status.
    pub(super) fn new(status: StatusCode, message: impl Display) -> Self {
        Fault {
            status,
            message: message.to_string(),
            missing: None,
        }
    }

    /// The request cannot be carried out as it is.
    pub(super) fn bad(message: impl Display) -> Self {
        Fault::new(StatusCode::BAD_REQUEST, message)
    }

    /// The client may not do this.
    pub(super) fn forbidden(message: impl Display) -> Self {
        Fault::new(StatusCode::FORBIDDEN, message)
    }

    /// The service cannot do it now.
    pub(super) fn unavailable(message: impl Display) -> Self {
        Fault::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// What the client reads: the message with a name by which both sides can speak of it.
    fn body(&self) -> Vec<u8> {
        let name = random().map(EntityId::from_random);
        let message = match name {
            Ok(name) => format!("{} (E:{name})", self.message),
            Err(_) => self.message.clone(),
        };
        if self.status == StatusCode::INTERNAL_SERVER_ERROR {
            eprintln!("detente: open traffic: {} {message}", self.status.as_u16());
        }
        reply::refusal(&message, self.missing.as_ref())
    }
}

impl From<Busy> for Fault {
    fn from(busy: Busy) -> Self {
        Fault::unavailable(busy)
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        let status = match &refused {
            Refused::Bad(_) => StatusCode::BAD_REQUEST,
            Refused::Forbidden(_) => StatusCode::FORBIDDEN,
            Refused::NotFound(..) => StatusCode::NOT_FOUND,
            Refused::Conflict(_) | Refused::MissingKeys { .. } => StatusCode::CONFLICT,
            Refused::Down(_) => StatusCode::PRECONDITION_FAILED,
            Refused::TooMany | Refused::TooManyHere => StatusCode::TOO_MANY_REQUESTS,
        };
        let fault = Fault::new(status, &refused);
        match refused {
            Refused::MissingKeys { intents, constraints } => Fault {
                missing: Some((intents, constraints)),
                ..fault
            },
            _ => fault,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, JSON);
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
            }
            _ => {}
        }
        response
    }
}
