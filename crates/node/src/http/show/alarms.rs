//! The queue, and watches handed over.

use super::{FindingShown, SubjectShown, word};
use crate::http::path::At;
use crate::http::problem::Problem;
use accord::time::Now;
use accord::view::{AlarmView, Handover};
use engine::Engine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alarms {
    /// As of when, µs.
    pub as_of_us: i64,
    /// By time to act; shelved ones last.
    pub alarms: Vec<AlarmShown>,
    /// Alarms that could only be counted.
    pub not_listed: u64,
    /// Raised in the last ten minutes.
    pub raised_in_10_min: u32,
    /// More than an officer can take in.
    pub flood: bool,
    /// How many were cleared, ever.
    pub cleared_count: u64,
}

/// An alarm: cause, consequence, response and a time to act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlarmShown {
    /// Its local id.
    pub id: String,
    /// Stable name of what happened.
    pub kind: String,
    /// What it is counted under.
    pub topic: String,
    /// The line, if it is about one.
    pub line: Option<String>,
    /// What it is about.
    pub subject: SubjectShown,
    /// Exercise traffic.
    pub drill: bool,
    /// The desk it is with.
    pub desk: String,
    /// Steps up the ladder so far.
    pub escalated: u32,
    /// `unacked`, `acked`, `returned_unacked`, `shelved` or `cleared`.
    pub state: String,
    /// `high`, `medium` or `low`, as of now.
    pub priority: String,
    /// First raised, µs.
    pub raised_at_us: i64,
    /// How often it was raised again.
    pub again: u32,
    /// How long it has stood, µs.
    pub age_us: i64,
    /// Time left to act, µs; negative when it is past; none when no clock runs.
    pub left_us: Option<i64>,
    /// Latest wall instant at which acting still helps, µs.
    pub act_by_us: Option<i64>,
    /// Why it was raised.
    pub cause: String,
    /// What follows if nobody responds.
    pub consequence: String,
    /// What to do.
    pub response: String,
    /// The desk that acknowledged it.
    pub acked_by: Option<String>,
    /// When, µs.
    pub acked_at_us: Option<i64>,
    /// Why it is shelved, if it is.
    pub shelved_why: Option<String>,
    /// What meets what.
    pub rows: Vec<FindingShown>,
    /// Rows beyond those listed.
    pub more_rows: u64,
}

/// Watches handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandOvers {
    /// Oldest first.
    pub hand_overs: Vec<HandoverShown>,
}

/// A watch handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandoverShown {
    /// The desk.
    pub desk: String,
    /// When, µs.
    pub at_us: i64,
    /// In its words.
    pub words: String,
}

/// The queue.
pub fn alarms(engine: &Engine, now: Now, _at: &At) -> Result<Alarms, Problem> {
    let view = engine.mind().alarms(now);
    Ok(Alarms {
        as_of_us: now.wall_us,
        alarms: view.queue.iter().map(AlarmShown::from).collect(),
        not_listed: view.not_listed,
        raised_in_10_min: view.raised_in_10_min,
        flood: view.flood,
        cleared_count: view.cleared_count,
    })
}

/// Watches handed over.
pub fn hand_overs(engine: &Engine, _now: Now, _at: &At) -> Result<HandOvers, Problem> {
    Ok(HandOvers {
        hand_overs: engine
            .mind()
            .handovers()
            .iter()
            .map(HandoverShown::from)
            .collect(),
    })
}

impl From<&AlarmView> for AlarmShown {
    fn from(view: &AlarmView) -> Self {
        let alarm = &view.alarm;
        AlarmShown {
            id: alarm.id.0.clone(),
            kind: word(&alarm.kind),
            topic: word(&view.topic),
            line: alarm.line.as_ref().map(|line| line.0.clone()),
            subject: (&alarm.subject).into(),
            drill: alarm.drill,
            desk: alarm.desk.0.clone(),
            escalated: alarm.escalated,
            state: word(&view.state),
            priority: word(&view.priority),
            raised_at_us: alarm.raised_at_us,
            again: alarm.again,
            age_us: view.age_us,
            left_us: view.left_us,
            act_by_us: alarm.act_by_us,
            cause: view.cause.clone(),
            consequence: view.consequence.clone(),
            response: view.response.clone(),
            acked_by: alarm.acked.as_ref().map(|(desk, _)| desk.0.clone()),
            acked_at_us: alarm.acked.as_ref().map(|(_, at_us)| *at_us),
            shelved_why: alarm.shelf.as_ref().map(|shelf| shelf.why.clone()),
            rows: view.rows.iter().map(FindingShown::from).collect(),
            more_rows: view.more_rows,
        }
    }
}

impl From<&Handover> for HandoverShown {
    fn from(made: &Handover) -> Self {
        HandoverShown {
            desk: made.desk.0.clone(),
            at_us: made.at_us,
            words: made.words.clone(),
        }
    }
}
