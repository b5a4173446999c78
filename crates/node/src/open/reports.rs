//! Reports of faults that clients saw (F3548-21 `ErrorReport`).

use super::OpenOptions;
use super::asked::{Asked, Reply};
use super::fault::Fault;
use super::wire::{Faults, parse};
use crate::limits::MAX_REPORT_BYTES;
use axum::http::StatusCode;
use pool::Call;
use pool::ids::EntityId;
use serde_json::{Map, Value};

pub(super) fn make(asked: &Asked, _: &OpenOptions) -> Result<Call, Fault> {
    if asked.body.len() > MAX_REPORT_BYTES {
        return Err(Fault::bad(format_args!(
            "a report has {MAX_REPORT_BYTES} bytes at most"
        )));
    }
    let report: Map<String, Value> = parse(&asked.body)?;
    let mut faults = Faults::default();
    check(&report, &mut faults);
    faults.settle(Some(()), StatusCode::BAD_REQUEST)?;
    let text = Value::Object(report).to_string();
    Ok(Call::Report { text })
}

/// What the standard requires of a report.
fn check(report: &Map<String, Value>, faults: &mut Faults) {
    let Some(exchange) = report.get("exchange").and_then(Value::as_object) else {
        return faults.at("exchange", "an object is needed");
    };
    for name in ["url", "method"] {
        let text = exchange.get(name).and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            faults.at(format_args!("exchange.{name}"), "is missing");
        }
    }
    if !matches!(
        exchange.get("recorder_role").and_then(Value::as_str),
        Some("Client" | "Server")
    ) {
        faults.at("exchange.recorder_role", "Client or Server is needed");
    }
    if !exchange.get("request_time").is_some_and(Value::is_object) {
        faults.at("exchange.request_time", "is missing");
    }
}

/// The report as it was kept, under its new id.
pub(super) fn echo(id: EntityId, text: &str) -> Result<Reply, Fault> {
    let mut report: Map<String, Value> = parse(text.as_bytes())?;
    report.insert("report_id".to_owned(), Value::String(id.to_string()));
    Ok(Reply::json(StatusCode::CREATED, &report))
}
