//! The queue by time to act: alarms, and what still waits for somebody.

use super::item::{Item, Kind};
use super::picture::Picture;
use super::tell::{quoted, say, shout};
use crate::http::show::alarms::AlarmShown;
use crate::http::show::lines::{MessageShown, StopShown, VoiceShown};
use crate::http::show::notices::{HazardShown, NoticeShown};
use crate::table::plain;
use std::collections::BTreeSet;

/// How a row presses.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Alarm: life at risk, or under two minutes.
    High,
    /// Alarm: under ten minutes.
    Medium,
    /// Any other alarm.
    Low,
    /// No alarm: something waits.
    Waiting,
    /// Nothing is expected any more; shown on request.
    Settled,
    /// An alarm that was shelved.
    Shelved,
}

/// What a countdown runs to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The latest time to act.
    Act(i64),
    /// The start of what was notified.
    Start(i64),
    /// No clock runs; it stands since then.
    Since(i64),
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// What it stands for.
    pub(super) item: Item,
    /// How it presses.
    pub(super) rank: Rank,
    /// An alarm that nobody acknowledged.
    pub(super) unacked: bool,
    /// What its countdown runs to, µs.
    pub(super) due: Due,
    /// Exercise traffic.
    pub(super) drill: bool,
    /// The line, if it is about one.
    pub(super) line: Option<String>,
    /// In a few words.
    pub(super) what: String,
}

/// The rows of a picture, the most pressing first. `all` adds notices that wait for nothing.
pub(super) fn queue(picture: &Picture, own_desk: &str, all: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = picture
        .pulse
        .alarms
        .alarms
        .iter()
        .map(|alarm| alarm_row(picture, alarm, own_desk))
        .collect();
    let alarmed: BTreeSet<Item> = rows.iter().filter_map(|row| picture.subject(&row.item)).collect();
    let books = &picture.books;
    rows.extend(
        books
            .stops
            .iter()
            .filter(|stop| waits(stop))
            .map(|stop| stop_row(picture, stop)),
    );
    rows.extend(
        books
            .notices
            .iter()
            .filter(|notice| all || notice.waits_for != "nothing")
            .map(notice_row),
    );
    rows.extend(
        books
            .hazards
            .iter()
            .filter(|hazard| is_standing(hazard))
            .map(hazard_row),
    );
    rows.extend(
        books
            .messages
            .iter()
            .filter(|(_, message)| expects(message))
            .map(message_row),
    );
    rows.extend(
        books
            .voice
            .iter()
            .filter(|(_, voice)| unanswered(voice))
            .map(voice_row),
    );
    rows.retain(|row| row.item.kind == Kind::Alarm || !alarmed.contains(&row.item));
    rows.sort_by(|a, b| order(a).cmp(&order(b)));
    rows
}

/// Own notices that the peer's node RECEIVED and nobody opened: how many, and the instant of
/// the oldest receipt.
pub(super) fn opened_by_nobody(picture: &Picture) -> Option<(usize, i64)> {
    let own = picture
        .books
        .notices
        .iter()
        .filter(|notice| notice.author == "own" && notice.waits_for == "opened");
    let received: Vec<i64> = own
        .filter_map(|notice| notice.current.received.as_ref())
        .map(|made| made.at_us)
        .collect();
    received.iter().min().map(|first| (received.len(), *first))
}

impl Row {
    /// Time left, µs; for a row without a clock the time since it stands, negative.
    pub(super) fn left_us(&self, now_us: i64) -> i64 {
        match self.due {
            Due::Act(at_us) | Due::Start(at_us) | Due::Since(at_us) => at_us.saturating_sub(now_us),
        }
    }

    /// Whether it is an alarm that sounds: neither shelved nor a waiting item.
    pub(super) fn is_alarm(&self) -> bool {
        self.rank <= Rank::Low
    }
}

/// What is past its time or has none and is grave comes first; then by the clock; what has
/// no clock and is not grave comes last.
fn order(row: &Row) -> (u8, i64, Rank, &Item) {
    let group = match (row.rank, row.due) {
        (Rank::Shelved, _) => 4,
        (Rank::Settled, _) => 3,
        (Rank::High, _) | (_, Due::Act(_) | Due::Start(_)) => 1,
        (_, Due::Since(_)) => 2,
    };
    let at_us = match row.due {
        Due::Act(at_us) | Due::Start(at_us) | Due::Since(at_us) => at_us,
    };
    (group, at_us, row.rank, &row.item)
}

fn alarm_row(picture: &Picture, alarm: &AlarmShown, own_desk: &str) -> Row {
    let as_of_us = picture.pulse.alarms.as_of_us;
    let subject = alarm
        .line
        .as_deref()
        .and_then(|line| Item::about(line, &alarm.subject));
    let notice = subject.and_then(|item| picture.notice(&item));
    let start = notice.map(|notice| notice.current.window.start_us);
    let due = match (alarm.left_us, start) {
        (Some(left_us), _) => Due::Act(as_of_us.saturating_add(left_us)),
        (None, Some(start_us)) => Due::Start(start_us),
        (None, None) => Due::Since(alarm.raised_at_us),
    };
    let rank = match (alarm.state.as_str(), alarm.priority.as_str()) {
        ("shelved", _) => Rank::Shelved,
        (_, "high") => Rank::High,
        (_, "medium") => Rank::Medium,
        _ => Rank::Low,
    };
    let unacked = matches!(alarm.state.as_str(), "unacked" | "returned_unacked");
    let mut what = plain(&alarm.cause);
    if notice.is_some_and(|notice| notice.author == "peer" && notice.current.opened.is_none()) {
        what = format!("NOT OPENED · {what}");
    }
    if alarm.state == "returned_unacked" {
        what = format!("RETURNED: {what}");
    }
    if alarm.desk != own_desk {
        what.push_str(&format!(" [with {}]", plain(&alarm.desk)));
    }
    Row {
        item: Item::alarm(&alarm.id),
        rank,
        unacked,
        due,
        drill: alarm.drill,
        line: alarm.line.clone(),
        what,
    }
}

fn notice_row(notice: &NoticeShown) -> Row {
    let (item, version) = (Item::notice(notice), &notice.current);
    let state = standing(notice);
    let whose = if item.of_peer { "notice" } else { "own notice" };
    let late = if notice.late { " LATE" } else { "" };
    let rank = if notice.waits_for == "nothing" {
        Rank::Settled
    } else {
        Rank::Waiting
    };
    Row {
        rank,
        unacked: false,
        due: Due::Start(version.window.start_us),
        drill: notice.drill,
        line: Some(notice.line.clone()),
        what: format!("{whose}, {}:{late} {state}", say(&word(&version.class))),
        item,
    }
}

/// How far a notice got. Each receipt is named for itself.
fn standing(notice: &NoticeShown) -> &'static str {
    match (notice.author.as_str(), notice.waits_for.as_str()) {
        ("own", "received") => "SENT, NOT RECEIVED",
        ("own", "opened") => "RECEIVED, OPENED BY NOBODY",
        (_, "opened" | "received") => "NOT OPENED",
        (_, "read_back") => "OPENED, NOT READ BACK",
        (_, "answer") => "READ BACK, NOT ANSWERED",
        _ => "ANSWERED",
    }
}

fn stop_row(picture: &Picture, stop: &StopShown) -> Row {
    let item = Item::stop(stop);
    let (name, who) = (stop_name(stop.pause), plain(picture.peer(&stop.line)));
    let what = if item.of_peer {
        format!("{name} from {who}: ANSWER NOW")
    } else {
        format!("own {name}: NOT ANSWERED")
    };
    Row {
        rank: Rank::Waiting,
        unacked: false,
        due: Due::Act(stop.at_us),
        drill: stop.drill,
        line: Some(stop.line.clone()),
        what,
        item,
    }
}

fn hazard_row(hazard: &HazardShown) -> Row {
    let kind = say(&word(&hazard.hazard.kind));
    let (what, due) = match hazard.state.as_str() {
        "active" => (format!("hazard, {kind}: ACTIVE"), Due::Since(hazard.stated_at_us)),
        _ => (
            format!(
                "hazard, {kind}: {} until your desk closes it",
                shout(&hazard.state)
            ),
            Due::Since(hazard.stated_at_us),
        ),
    };
    Row {
        item: Item::hazard(hazard),
        rank: Rank::Waiting,
        unacked: false,
        due,
        drill: hazard.drill,
        line: Some(hazard.line.clone()),
        what,
    }
}

fn message_row((line, message): &(String, MessageShown)) -> Row {
    let urgency = if message.urgency == "normal" {
        "message".to_owned()
    } else {
        shout(&message.urgency)
    };
    Row {
        item: Item::message(line, message),
        rank: Rank::Waiting,
        unacked: false,
        due: Due::Since(message.at_us),
        drill: message.drill,
        line: Some(line.clone()),
        what: format!("{urgency}: {}", quoted(&message.text)),
    }
}

fn voice_row((line, voice): &(String, VoiceShown)) -> Row {
    Row {
        item: Item::voice(line, voice),
        rank: Rank::Waiting,
        unacked: false,
        due: Due::Since(voice.at_us),
        drill: voice.drill,
        line: Some(line.clone()),
        what: format!("the peer's account of a call: {}", quoted(&voice.words)),
    }
}

/// `CEASE` or `CHECK FIRE`.
pub(super) fn stop_name(pause: bool) -> &'static str {
    if pause { "CHECK FIRE" } else { "CEASE" }
}

/// The word of a value that serialises to one.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn waits(stop: &StopShown) -> bool {
    stop.answers.is_empty()
}

/// Hazards of the peer that this party's own desk has not closed.
pub(super) fn is_standing(hazard: &HazardShown) -> bool {
    hazard.author == "peer" && hazard.state != "closed"
}

fn expects(message: &MessageShown) -> bool {
    message.author == "peer" && !message.closed && message.response != "N" && message.answered_by.is_empty()
}

fn unanswered(voice: &VoiceShown) -> bool {
    voice.author == "peer" && voice.answer.is_none()
}
