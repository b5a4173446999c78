//! Refusals as RFC 9457 problems: a stable type, one sentence, every fault with its place.

use crate::core::Failure;
use crate::failed::in_short;
use accord::{Note, Refusal};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::input::Refused;
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use utoipa::ToSchema;

/// Start of every problem type.
pub const TYPE_PREFIX: &str = "urn:detente:problem:";
/// Seconds after which a client that met a full queue may try again.
pub const RETRY_AFTER_S: u64 = 1;

/// Why a request was not carried out. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Stable name, `urn:detente:problem:…`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: Box<str>,
    /// The same for every problem of this type.
    #[schema(value_type = String)]
    pub title: Box<str>,
    /// HTTP status.
    pub status: u16,
    /// What happened here and what to do.
    pub detail: String,
    /// Every fault with its place; empty when there is no place to name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultAt>,
    /// What the officer has to know before the request is repeated with `confirmed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteShown>,
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaultAt {
    /// JSON pointer inside what was sent.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

/// Something the officer should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoteShown {
    /// Stable name.
    pub note: String,
    /// In words.
    pub text: String,
    /// Whether the request has to be confirmed because of it.
    pub asks_confirmation: bool,
}

impl Problem {
    /// A problem of the surface itself.
    pub fn new(status: StatusCode, kind: &str, title: &str, detail: impl Display) -> Self {
        Problem {
            kind: format!("{TYPE_PREFIX}{kind}").into(),
            title: title.into(),
            status: status.as_u16(),
            detail: in_short(detail),
            faults: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// What was asked for is not here.
    pub fn not_found(what: &str) -> Self {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "Not here",
            format!("there is no {what} here"),
        )
    }

    /// The address is here, the method is not.
    pub fn wrong_method() -> Self {
        Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method",
            "The method is not known here",
            "see /openapi.json for the methods of this address",
        )
    }

    /// The request cannot be read.
    pub fn unreadable(detail: impl Display) -> Self {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "unreadable",
            "The request cannot be read",
            detail,
        )
    }

    /// No token, or none that is valid.
    pub fn no_token() -> Self {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "no-token",
            "A valid token is needed",
            "send Authorization: Bearer with a token of this node that is neither expired nor revoked",
        )
    }

    /// The stable name without its prefix.
    pub fn short_kind(&self) -> &str {
        self.kind.strip_prefix(TYPE_PREFIX).unwrap_or(&self.kind)
    }
}

impl From<&Note> for NoteShown {
    fn from(note: &Note) -> Self {
        let value = serde_json::to_value(note).expect("notes are plain data");
        NoteShown {
            note: value["note"].as_str().unwrap_or_default().to_owned(),
            text: note.to_string(),
            asks_confirmation: note.asks_confirmation(),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let detail = failure.to_string();
        match failure {
            Failure::Refused(refused) => refused.into(),
            Failure::Full(_) => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "queue-full",
                "The queue is full",
                detail,
            ),
            Failure::Stopped => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "node-stopped",
                "NODE STOPPED",
                detail,
            ),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let detail = refused.to_string();
        let (status, kind, title) = match &refused {
            Refused::Mind(refusal) => return of_refusal(refusal),
            Refused::KeyReused => (
                422,
                "key-reused",
                "The Idempotency-Key was used for another request",
            ),
            Refused::KeyShape => (400, "key-shape", "The Idempotency-Key has a wrong length"),
            Refused::Role { .. } => (403, "role", "The token's role does not reach"),
            Refused::DiskReserve => (507, "disk-reserve", "Disk space is below the reserve"),
            Refused::LineBacklog(_) => (503, "line-backlog", "The line owes its peer too much"),
            Refused::NoSuchLine(_) => (404, "no-such-line", "There is no such line"),
            Refused::LineExists(_) => (409, "line-exists", "Such a line stands already"),
            Refused::NoKeys(_) => (409, "no-keys", "No key material for the line"),
            Refused::Invitation => (403, "invitation", "The invitation is not valid"),
            Refused::KeySet(_) => (422, "key-set", "The key set has faults"),
            Refused::Limit(_) => (409, "limit", "A table is full"),
            Refused::NoSuchToken(_) => (404, "no-such-token", "There is no such token"),
            Refused::TokenExists(_) => (409, "token-exists", "Such a token stands already"),
            Refused::NoEpochToAccept(_) => (409, "no-epoch", "No epoch waits for a signature"),
        };
        let status = StatusCode::from_u16(status).expect("the statuses above are valid");
        let mut problem = Problem::new(status, kind, title, detail);
        if let Refused::KeySet(faults) = refused {
            problem.faults = faults
                .into_iter()
                .map(|reason| FaultAt {
                    place: String::new(),
                    reason,
                })
                .collect();
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = matches!(
            self.short_kind(),
            "queue-full" | "line-backlog" | "too-many-streams"
        );
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
        }
        response
    }
}

fn of_refusal(refusal: &Refusal) -> Problem {
    let value = serde_json::to_value(refusal).expect("refusals are plain data");
    let kind = value["reason"].as_str().unwrap_or("refused").replace('_', "-");
    let (status, title) = status_of(refusal);
    let status = StatusCode::from_u16(status).expect("the statuses below are valid");
    let mut problem = Problem::new(status, &kind, title, refusal.to_string());
    match refusal {
        Refusal::BadVolumes(faults) => {
            let shown = faults.iter();
            problem.faults = shown
                .map(|fault| FaultAt {
                    place: fault.place.clone(),
                    reason: fault.reason.to_string(),
                })
                .collect();
        }
        Refusal::NeedsConfirmation(notes) => problem.notes = notes.iter().map(NoteShown::from).collect(),
        _ => {}
    }
    problem
}

/// Status and title, in the refusals' own order of precedence.
fn status_of(refusal: &Refusal) -> (u16, &'static str) {
    use Refusal as R;
    match refusal {
        R::NotADesk | R::RoleTooLow(_) => (403, "The token's role does not reach"),
        R::TextTooLong { .. } | R::TextMissing(_) | R::OutOfRange { .. } | R::TooMany { .. } => {
            (422, "What was sent has a fault")
        }
        R::BadTerms(_) | R::BadTapeHash => (422, "What was sent has a fault"),
        R::NoVolumes | R::BadVolumes(_) => (422, "The volumes have faults"),
        R::NoSuchLine(_)
        | R::NoSuchOperation(_)
        | R::NoSuchNotice(_)
        | R::NoSuchHazard(_)
        | R::NoSuchAct(_)
        | R::NoSuchZone(_)
        | R::NoSuchPeople(_)
        | R::NoSuchTrack(_)
        | R::NoSuchAlarm(_) => (404, "What it refers to is not here"),
        R::NeedsConfirmation(_) => (409, "To be confirmed first"),
        R::Full { .. } => (409, "A table is full"),
        _ => (409, "Its state or a rule forbids it"),
    }
}
