//! What the service tells about itself and the pool it takes part in: the auxiliary endpoints of the reference
//! implementation, which the standard leaves open.

use super::OpenOptions;
use super::asked::{Asked, Reply};
use super::fault::Fault;
use super::wire::bounds::instant_us;
use super::wire::{Faults, reply};
use crate::clock::wall_us;
use crate::limits::{MAX_HEARTBEAT_SOURCES, MAX_SUBJECT_BYTES};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What it tells from. Heartbeats are of this run and this instance.
pub(super) struct Board {
    options: Arc<OpenOptions>,
    beats: Mutex<BTreeMap<String, Heartbeat>>,
}

/// That somebody watches this instance.
#[derive(Clone, Debug)]
struct Heartbeat {
    at_us: i64,
    reporter: String,
    next_us: Option<i64>,
}

impl Board {
    /// A board without heartbeats.
    pub(super) fn new(options: Arc<OpenOptions>) -> Self {
        Board {
            options,
            beats: Mutex::default(),
        }
    }

    /// The instances known here, with the latest heartbeat of each.
    fn instances(&self) -> Value {
        let beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = beats.iter().max_by_key(|(_, beat)| beat.at_us);
        let mut instance = json!({
            "id": self.options.locality,
            "public_endpoint": self.options.public_endpoint,
        });
        if let Some((source, beat)) = latest {
            let mut shown = json!({
                "timestamp": reply::instant(beat.at_us),
                "reporter": beat.reporter,
                "source": source,
            });
            if let Some(next_us) = beat.next_us {
                shown["next_heartbeat_expected_before"] = reply::instant(next_us).into();
            }
            instance["most_recent_heartbeat"] = shown;
        }
        json!({ "dss_instances": [instance] })
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

/// The container check: it is up.
pub(super) fn healthy(_: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::plain("ok"))
}

/// The version, to everybody.
pub(super) fn version(_: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&json!({ "version": own_version() })))
}

/// The version, to the tests of the standard's community.
pub(super) fn system_version(_: &Board, asked: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(
        &json!({ "system_identity": asked.name(0), "system_version": own_version() }),
    ))
}

/// Whether the token is valid, and of the client that is named.
pub(super) fn validate_oauth(_: &Board, asked: &Asked) -> Result<Reply, Fault> {
    let own = &asked.client.manager.0;
    match asked.query.get("owner").filter(|owner| !owner.is_empty()) {
        Some(owner) if owner != own => Err(Fault::forbidden("owner is not the `sub` of the access token")),
        _ => Ok(Reply::ok(&json!({}))),
    }
}

/// The pool that this instance takes part in.
pub(super) fn pool(board: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&json!({ "dar_id": board.options.pool_id })))
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
    Ok(Reply::ok(&json!({})))
}

/// The choices that all instances of a pool have to make alike.
pub(super) fn global_options(board: &Board, _: &Asked) -> Result<Reply, Fault> {
    Ok(Reply::ok(&json!({
        "scd_global_lock": false,
        "scd_hash_lock": false,
        "time_based_notification_index": board.options.time_based_index,
    })))
}

fn own_version() -> String {
    format!("detente/{}", env!("CARGO_PKG_VERSION"))
}
