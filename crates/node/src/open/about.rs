//! What the service tells about itself and the pool it takes part in: the auxiliary endpoints of the reference
//! implementation, which the standard leaves open.

use super::OpenOptions;
use super::asked::{Asked, Reply};
use super::fault::Fault;
use super::openapi::{self, part};
use super::router::Route;
use super::wire::bounds::instant_us;
use super::wire::{Faults, reply};
use crate::clock::wall_us;
use crate::limits::{MAX_HEARTBEAT_SOURCES, MAX_SUBJECT_BYTES};
use axum::http::StatusCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use utoipa::ToSchema;

/// What it tells from. Heartbeats are of this run and this instance.
pub(super) struct Board {
    options: Arc<OpenOptions>,
    description: Vec<u8>,
    beats: Mutex<BTreeMap<String, Heartbeat>>,
}

/// That somebody watches this instance.
#[derive(Clone, Debug)]
struct Heartbeat {
    at_us: i64,
    reporter: String,
    next_us: Option<i64>,
}

/// An empty object.
#[derive(Serialize, ToSchema)]
pub(super) struct Nothing {}

/// An OpenAPI document.
#[derive(ToSchema)]
#[schema(value_type = Object)]
pub(super) struct Description(());

/// The version.
#[derive(Serialize, ToSchema)]
pub(super) struct Version {
    version: String,
}

/// The version, under the name that was asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct SystemVersion {
    system_identity: String,
    system_version: String,
}

/// Name of the pool, the same with all who take part in it.
#[derive(Serialize, ToSchema)]
pub(super) struct PoolName {
    dar_id: String,
}

/// The instances of a pool that are known here.
#[derive(Serialize, ToSchema)]
pub(super) struct Instances {
    dss_instances: Vec<Instance>,
}

/// An instance of the pool.
#[derive(Serialize, ToSchema)]
struct Instance {
    id: String,
    public_endpoint: String,
    #[schema(value_type = Beat)]
    #[serde(skip_serializing_if = "Option::is_none")]
    most_recent_heartbeat: Option<Beat>,
}

/// A heartbeat.
#[derive(Serialize, ToSchema)]
#[schema(as = Heartbeat)]
struct Beat {
    #[schema(value_type = part::Instant)]
    timestamp: String,
    reporter: String,
    source: String,
    #[schema(value_type = part::Instant)]
    #[serde(skip_serializing_if = "Option::is_none")]
    next_heartbeat_expected_before: Option<String>,
}

/// The choices that all instances of a pool have to make alike.
#[derive(Serialize, ToSchema)]
pub(super) struct GlobalOptions {
    scd_global_lock: bool,
    scd_hash_lock: bool,
    time_based_notification_index: bool,
}

impl Board {
    /// A board without heartbeats.
    pub(super) fn new(options: Arc<OpenOptions>, routes: &[Route]) -> Self {
        let document = openapi::document(routes);
        Board {
            options,
            description: serde_json::to_vec(&document).expect("the document is plain data"),
            beats: Mutex::default(),
        }
    }

    /// The instances known here, with the latest heartbeat of each.
    fn instances(&self) -> Instances {
        let beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = beats.iter().max_by_key(|(_, beat)| beat.at_us);
        let instance = Instance {
            id: self.options.locality.clone(),
            public_endpoint: self.options.public_endpoint.clone(),
            most_recent_heartbeat: latest.map(|(source, beat)| beat.shown(source)),
        };
        Instances {
            dss_instances: vec![instance],
        }
    }

    /// Keeps the newest heartbeat of a source.
    fn beat(&self, source: &str, beat: Heartbeat) -> Result<(), Fault> {
        let mut beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        if beats.len() >= MAX_HEARTBEAT_SOURCES && !beats.contains_key(source) {
            let told = format_args!("no more than {MAX_HEARTBEAT_SOURCES} sources of heartbeats are kept");
            return Err(Fault::new(StatusCode::TOO_MANY_REQUESTS, told));
        }
        beats.insert(source.to_owned(), beat);
        Ok(())
    }
}

impl Heartbeat {
    fn shown(&self, source: &str) -> Beat {
        Beat {
            timestamp: reply::instant(self.at_us),
            reporter: self.reporter.clone(),
            source: source.to_owned(),
            next_heartbeat_expected_before: self.next_us.map(reply::instant),
        }
    }
}

/// The container check: it is up.
pub(super) fn healthy(_: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::plain("ok"))
}

/// What there is, to everybody.
pub(super) fn openapi(board: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::written(&board.description))
}

/// The version, to everybody.
pub(super) fn version(_: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&Version {
        version: own_version(),
    }))
}

/// The version, to the tests of the standard's community.
pub(super) fn system_version(_: &Board, asked: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&SystemVersion {
        system_identity: asked.name(0).to_owned(),
        system_version: own_version(),
    }))
}

/// Whether the token is valid, and of the client that is named.
pub(super) fn validate_oauth(_: &Board, asked: &Asked) -> Result<Reply, Fault> {
    let own = &asked.client.manager.0;
    match asked.query.get("owner").filter(|owner| !owner.is_empty()) {
        Some(owner) if owner != own => Err(Fault::forbidden("owner is not the `sub` of the access token")),
        _ => Ok(Reply::ok(&Nothing {})),
    }
}

/// The pool that this instance takes part in.
pub(super) fn pool(board: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&PoolName {
        dar_id: board.options.pool_id.clone(),
    }))
}

/// The instances of the pool.
pub(super) fn instances(board: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&board.instances()))
}

/// Somebody watches this instance.
pub(super) fn heartbeat(board: &Board, asked: &Asked) -> Result<Reply, Fault> {
    let mut faults = Faults::default();
    let source = asked.query.get("source").map_or("", String::as_str);
    if !(1..=MAX_SUBJECT_BYTES).contains(&source.len()) {
        faults.at(
            "source",
            format_args!("1 to {MAX_SUBJECT_BYTES} bytes are needed"),
        );
    }
    let mut instant = |name: &str| {
        let text = asked.query.get(name).filter(|text| !text.is_empty())?;
        faults.keep(name, instant_us(text).ok_or("a time as in RFC 3339 is needed"))
    };
    let at_us = instant("timestamp").unwrap_or_else(wall_us);
    let next_us = instant("next_heartbeat_expected_before");
    if next_us.is_some_and(|next_us| next_us < at_us) {
        faults.at("next_heartbeat_expected_before", "lies before the heartbeat");
    }
    let reporter = asked.client.manager.0.clone();
    let beat = faults.settle(
        Some(Heartbeat {
            at_us,
            reporter,
            next_us,
        }),
        StatusCode::BAD_REQUEST,
    )?;
    board.beat(source, beat)?;
    Ok(Reply::json(StatusCode::CREATED, &board.instances()))
}

/// Instances share no database here, and so no authority of its certificates.
pub(super) fn no_certificates(_: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&Nothing {}))
}

/// The choices that all instances of a pool have to make alike.
pub(super) fn global_options(board: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&GlobalOptions {
        scd_global_lock: false,
        scd_hash_lock: false,
        time_based_notification_index: board.options.time_based_index,
    }))
}

fn own_version() -> String {
    format!("detente/{}", env!("CARGO_PKG_VERSION"))
}
