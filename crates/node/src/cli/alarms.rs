//! `detente alarms` and `detente handover`.

use super::desk::Session;
use crate::client::part;
use crate::failed::Failed;
use crate::figures::{self, write};
use crate::http::ask;
use crate::http::show::{AlarmShown, Alarms};
use crate::table::plain;
use serde_json::json;

/// The queue by time to act, or one of its alarms.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// Acknowledge an alarm.
    Ack {
        /// Its id.
        alarm: String,
    },
    /// Shelve an alarm for a limited time.
    Shelve {
        /// Its id.
        alarm: String,
        /// For how long, as in 15m.
        #[arg(long = "for", value_name = "SPAN")]
        span: String,
        /// Why; goes on record.
        #[arg(long)]
        why: String,
    },
}

/// What the next watch has to know.
#[derive(clap::Args, Debug)]
pub(super) struct HandOver {
    /// Who hands to whom, and what is open.
    words: String,
}

pub(super) fn run(args: Args, desk: &Session<'_>) -> Result<(), Failed> {
    match args.verb {
        None => desk.show("/v1/alarms", list_text),
        Some(Verb::Ack { alarm }) => desk.post(
            &format!("/v1/alarms/{}/ack", part(&alarm)),
            &json!({}),
            "acknowledged",
        ),
        Some(Verb::Shelve { alarm, span, why }) => {
            let body = ask::ShelveAlarm {
                for_us: figures::duration(&span)?,
                why,
            };
            desk.post(
                &format!("/v1/alarms/{}/shelve", part(&alarm)),
                &body,
                "shelved, on record",
            )
        }
    }
}

pub(super) fn hand_over(args: HandOver, desk: &Session<'_>) -> Result<(), Failed> {
    desk.post(
        "/v1/hand-overs",
        &ask::HandOver { words: args.words },
        "watch handed over, on record",
    )
}

fn list_text(list: &Alarms) -> String {
    if list.alarms.is_empty() {
        return "no alarms".to_owned();
    }
    let flood = if list.flood { "  FLOOD" } else { "" };
    let mut lines = vec![format!(
        "{} alarms, {} raised in 10 min{flood}",
        list.alarms.len(),
        list.raised_in_10_min
    )];
    if list.not_listed > 0 {
        lines.push(format!("and {} that could only be counted", list.not_listed));
    }
    lines.extend(list.alarms.iter().map(alarm_text));
    lines.join("\n")
}

fn alarm_text(alarm: &AlarmShown) -> String {
    let drill = if alarm.drill { "DRILL " } else { "" };
    let left = alarm.left_us.map_or_else(|| "no clock".to_owned(), write::span);
    let line = alarm
        .line
        .as_ref()
        .map(|line| format!(" on {line}"))
        .unwrap_or_default();
    let subject = alarm
        .subject
        .id
        .as_ref()
        .map(|id| format!(" · {} {id}", alarm.subject.kind))
        .unwrap_or_default();
    let mut text = format!(
        "{}  {drill}{} {left}  {}{line}{subject} · {} · with {}\n    cause        {}\n    consequence  {}\n    response     {}",
        alarm.id,
        alarm.priority.to_uppercase(),
        alarm.kind.replace('_', " ").to_uppercase(),
        alarm.state.replace('_', " "),
        alarm.desk,
        plain(&alarm.cause),
        plain(&alarm.consequence),
        plain(&alarm.response),
    );
    for row in &alarm.rows {
        let ended = if row.ended_at_us.is_some() {
            " (no longer found)"
        } else {
            ""
        };
        text.push_str(&format!(
            "\n    - {}: {} {}: act by {}, {} to {}{ended}",
            row.kind.replace('_', " ").to_uppercase(),
            row.against_kind,
            row.against,
            write::instant(row.act_by_us),
            write::clock(row.first_us),
            write::clock(row.last_us)
        ));
    }
    if alarm.more_rows > 0 {
        text.push_str(&format!("\n    and {} more", alarm.more_rows));
    }
    text
}
