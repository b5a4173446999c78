//! `/healthy`: whether the node does its work, without a token. Says nothing of its content.

use super::Surface;
use crate::core::Pulse;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::input::Space;
use engine::session::Light;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// A turn of the core thread that lasts this long means a disk that hangs.
const TURN_HANGS: Duration = Duration::from_secs(10);

/// How the node is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// The core thread serves, and is not stuck.
    pub running: bool,
    /// Records on disk.
    pub records: u64,
    /// Time since something was last written, µs; none before the first time in this run.
    pub journal_age_us: Option<i64>,
    /// How long the last transaction took, µs.
    pub commit_us: u64,
    /// Room on the disk: `normal`, `reserve` (planning is refused) or `full`.
    pub space: String,
    /// Requests that wait for the core thread.
    pub waiting: usize,
    /// Lines that answer.
    pub lines_up: usize,
    /// All lines.
    pub lines: usize,
}

/// 200 when the node does its work, 503 when not.
pub async fn healthy(State(surface): State<Surface>) -> Response {
    let pulse = surface.core.pulse();
    let stuck = pulse.in_turn && pulse.turned.elapsed() > TURN_HANGS;
    let lights = match pulse.running && !stuck {
        true => surface
            .core
            .query(|engine, now| engine.line_views(now))
            .await
            .ok(),
        false => None,
    };
    let (lines_up, lines) = lights.as_ref().map_or((0, 0), |lines| {
        (
            lines.iter().filter(|line| line.light == Light::Up).count(),
            lines.len(),
        )
    });
    let running = lights.is_some();
    let status = if running {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(health_of(&pulse, running, lines_up, lines))).into_response()
}

fn health_of(pulse: &Pulse, running: bool, lines_up: usize, lines: usize) -> Health {
    Health {
        running,
        records: pulse.records,
        journal_age_us: pulse
            .committed_us
            .map(|committed_us| crate::clock::wall_us() - committed_us),
        commit_us: pulse.commit_us,
        space: space_word(pulse.space).to_owned(),
        waiting: pulse.waiting,
        lines_up,
        lines,
    }
}

/// As shown on `/healthy`.
pub fn space_word(space: Space) -> &'static str {
    match space {
        Space::Normal => "normal",
        Space::Reserve => "reserve",
        Space::Full => "full",
    }
}
