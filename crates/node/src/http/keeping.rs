//! What the node's keeper asks, as routes.

use super::Surface;
use super::auth::Bearer;
use super::path::At;
use super::problem::{FaultAt, Problem};
use super::route::holder;
use crate::invite::InvitationFile;
use crate::keeper::{BackupMade, InviteRequest, Joined, KeepFault, TokenMade, TokenRequest};
use accord::ids::LineId;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::input::IdempotencyKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a backup goes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupRequest {
    /// A new folder on the node's machine, as an absolute path.
    pub to: String,
}

/// Content type of an evidence file.
pub const BUNDLE_MEDIA: &str = "application/octet-stream";

/// Both logs of the line in the path, as one evidence file.
pub async fn bundle(
    State(surface): State<Surface>,
    Path(line): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = holder(&surface, &headers).await {
        return refused;
    }
    match surface.keeper.bundle(LineId(line)).await {
        Ok(bundle) => ([(header::CONTENT_TYPE, BUNDLE_MEDIA)], bundle).into_response(),
        Err(fault) => Problem::from(fault).into_response(),
    }
}

/// Makes an invitation.
pub async fn invite(
    surface: Surface,
    bearer: Bearer,
    key: Option<IdempotencyKey>,
    _at: At,
    request: InviteRequest,
) -> Result<InvitationFile, Problem> {
    Ok(surface.keeper.invite(bearer.officer, key, request).await?)
}

/// Joins a line with an invitation.
pub async fn join(
    surface: Surface,
    bearer: Bearer,
    _key: Option<IdempotencyKey>,
    _at: At,
    file: InvitationFile,
) -> Result<Joined, Problem> {
    Ok(surface.keeper.join(bearer.officer, file).await?)
}

/// Makes a token.
pub async fn add_token(
    surface: Surface,
    bearer: Bearer,
    key: Option<IdempotencyKey>,
    _at: At,
    request: TokenRequest,
) -> Result<TokenMade, Problem> {
    Ok(surface.keeper.add_token(bearer.officer, key, request).await?)
}

/// Makes a backup.
pub async fn back_up(
    surface: Surface,
    bearer: Bearer,
    _key: Option<IdempotencyKey>,
    _at: At,
    request: BackupRequest,
) -> Result<BackupMade, Problem> {
    Ok(surface.keeper.backup(bearer.officer, request.to.into()).await?)
}

impl From<KeepFault> for Problem {
    fn from(fault: KeepFault) -> Self {
        let detail = fault.to_string();
        match fault {
            KeepFault::Core(failure) => failure.into(),
            KeepFault::Input(faults) => {
                let mut problem = Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "body",
                    "The body has a fault",
                    detail,
                );
                problem.faults = faults.into_iter().map(fault_at).collect();
                problem
            }
            KeepFault::Peer(_) => Problem::new(
                StatusCode::BAD_GATEWAY,
                "peer",
                "The peer's node could not be asked",
                detail,
            ),
            KeepFault::Machine(_) => {
                let title = "This machine failed";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "machine", title, detail)
            }
        }
    }
}

/// `place: reason`, as the keeper words it.
fn fault_at(text: String) -> FaultAt {
    match text.split_once(": ") {
        Some((place, reason)) if !place.contains(' ') => FaultAt {
            place: format!("/{place}"),
            reason: reason.to_owned(),
        },
        _ => FaultAt {
            place: String::new(),
            reason: text,
        },
    }
}
