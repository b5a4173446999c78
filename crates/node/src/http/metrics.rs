//! `/metrics`: figures in the Prometheus text format. Numbers and line names only.

use super::Surface;
use super::problem::Problem;
use crate::core::Pulse;
use accord::alarm::{AlarmState, Priority};
use accord::time::Now;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use engine::Engine;
use engine::input::Space;
use engine::queue::Lane;
use engine::session::Light;
use std::fmt::Write;

/// Content type of the text format.
pub const MEDIA: &str = "text/plain; version=0.0.4";

/// Serves the figures.
pub async fn metrics(State(surface): State<Surface>) -> Response {
    let pulse = surface.core.pulse();
    match surface
        .core
        .query(move |engine, now| text(engine, now, &pulse))
        .await
    {
        Ok(text) => ([(header::CONTENT_TYPE, MEDIA)], text).into_response(),
        Err(failure) => Problem::from(failure).into_response(),
    }
}

/// One family of figures.
struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

fn text(engine: &Engine, now: Now, pulse: &Pulse) -> String {
    let mut text = String::new();
    node(&mut text, pulse);
    queues(&mut text, engine);
    lines(&mut text, engine, now);
    alarms(&mut text, engine, now);
    text
}

fn node(text: &mut String, pulse: &Pulse) {
    let space = match pulse.space {
        Space::Normal => 0,
        Space::Reserve => 1,
        Space::Full => 2,
    };
    let commit_us = i64::try_from(pulse.commit_us).unwrap_or(i64::MAX);
    gauge(text, "detente_running", "1 while the core thread serves").put("", i64::from(pulse.running));
    counter(text, "detente_journal_records_total", "Records on disk").put("", count(pulse.records));
    counter(text, "detente_journal_commits_total", "Transactions of this run").put("", count(pulse.commits));
    gauge(text, "detente_journal_commit_us", "Time of the last transaction").put("", commit_us);
    gauge(
        text,
        "detente_disk_space",
        "0 normal, 1 below the reserve, 2 full",
    )
    .put("", space);
}

fn queues(text: &mut String, engine: &Engine) {
    let mut waiting = gauge(text, "detente_queue_waiting", "Inputs that wait to be decided");
    for lane in [Lane::Safety, Lane::Lines, Lane::Desks, Lane::Pool] {
        waiting.put(
            &format!("{{queue=\"{}\"}}", lane.name()),
            count(engine.waiting(lane) as u64),
        );
    }
}

fn lines(text: &mut String, engine: &Engine, now: Now) {
    let views = engine.line_views(now);
    let of = |line: &engine::view::LineView| format!("{{line=\"{}\"}}", line.line);
    let mut up = gauge(text, "detente_line_up", "1 while beats come in time");
    views
        .iter()
        .for_each(|line| up.put(&of(line), i64::from(line.light == Light::Up)));
    let mut stalled = gauge(
        text,
        "detente_line_stalled",
        "1 while the peer's log is not cosigned",
    );
    views
        .iter()
        .for_each(|line| stalled.put(&of(line), i64::from(line.stalled.is_some())));
    let mut owed = gauge(
        text,
        "detente_line_owed",
        "Entries of our log that the peer has not cosigned",
    );
    views
        .iter()
        .for_each(|line| owed.put(&of(line), count(line.own_size.saturating_sub(line.cosigned_size))));
    let mut own = counter(
        text,
        "detente_line_own_entries_total",
        "Entries of our log in this epoch",
    );
    views
        .iter()
        .for_each(|line| own.put(&of(line), count(line.own_size)));
    let mut peer = counter(
        text,
        "detente_line_peer_entries_total",
        "Entries of the peer's log that we hold",
    );
    views
        .iter()
        .for_each(|line| peer.put(&of(line), count(line.peer_size)));
}

fn alarms(text: &mut String, engine: &Engine, now: Now) {
    let alarms = engine.mind().alarms(now);
    let unacked = |priority: Priority| {
        let waiting = [AlarmState::Unacked, AlarmState::ReturnedUnacked];
        let live = alarms.queue.iter().filter(|alarm| waiting.contains(&alarm.state));
        live.filter(|alarm| alarm.priority == priority).count() as u64
    };
    let mut waiting = gauge(
        text,
        "detente_alarms_unacknowledged",
        "Alarms that nobody has acknowledged",
    );
    for (word, priority) in [
        ("high", Priority::High),
        ("medium", Priority::Medium),
        ("low", Priority::Low),
    ] {
        waiting.put(&format!("{{priority=\"{word}\"}}"), count(unacked(priority)));
    }
}

fn gauge<'a>(text: &'a mut String, name: &'static str, help: &str) -> Family<'a> {
    family(text, name, help, "gauge")
}

fn counter<'a>(text: &'a mut String, name: &'static str, help: &str) -> Family<'a> {
    family(text, name, help, "counter")
}

fn family<'a>(text: &'a mut String, name: &'static str, help: &str, kind: &str) -> Family<'a> {
    let _infallible = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    Family { text, name }
}

impl Family<'_> {
    fn put(&mut self, labels: &str, value: i64) {
        let _infallible = writeln!(self.text, "{}{labels} {value}", self.name);
    }
}

fn count(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}
