//! `detente inbox`, `outbox` and `open`.

use super::desk::{Session, read};
use crate::failed::Failed;
use crate::figures::write;
use crate::http::show::{NoticeShown, Notices, VersionShown};
use crate::table::{Table, plain};
use serde_json::{Value, json};

/// Notices of one side.
#[derive(clap::Args, Debug)]
pub(super) struct Inbox {
    /// Of this line only.
    #[arg(long)]
    line: Option<String>,
    /// Those that are over or answered too.
    #[arg(long)]
    all: bool,
}

/// One notice of a peer.
#[derive(clap::Args, Debug)]
pub(super) struct Open {
    /// The notice.
    notice: String,
    /// Its line; found by itself when the notice stands on one only.
    #[arg(long)]
    line: Option<String>,
}

pub(super) fn list(args: &Inbox, author: &str, desk: &Session<'_>) -> Result<(), Failed> {
    let mut path = format!("/v1/notices?author={author}");
    if let Some(line) = &args.line {
        path.push_str(&format!("&line={}", crate::client::part(line)));
    }
    if !args.all {
        path.push_str("&open=true");
    }
    desk.show(&path, |notices: &Notices| list_text(notices))
}

pub(super) fn open(args: &Open, desk: &Session<'_>) -> Result<(), Failed> {
    let line = desk.line_of(&args.notice, "peer", args.line.as_deref())?;
    let done: Value = desk
        .client
        .post(&desk.notice_path(&line, &args.notice, "open"), &json!({}))?;
    let path = format!(
        "/v1/lines/{}/notices/peer/{}",
        crate::client::part(&line),
        crate::client::part(&args.notice)
    );
    let value: Value = desk.client.get(&path)?;
    let shown: NoticeShown = read(&value)?;
    desk.at
        .print(&json!({ "opened": done, "notice": value }), notice_text(&shown));
    Ok(())
}

fn list_text(list: &Notices) -> String {
    let heading = [
        "NOTICE",
        "LINE",
        "STATE",
        "CLASS",
        "START",
        "IN",
        "WAITS FOR",
        "MARKS",
    ];
    let mut table = Table::new(&heading, "nothing waits (see --all)");
    let mut notices: Vec<&NoticeShown> = list.notices.iter().collect();
    notices.sort_by_key(|notice| notice.current.window.start_us);
    for notice in notices {
        let start_us = notice.current.window.start_us;
        table.row([
            notice.id.clone(),
            notice.line.clone(),
            notice.state.to_uppercase(),
            format!("{:?}", notice.current.class).to_lowercase(),
            write::instant(start_us),
            write::span(start_us - list.as_of_us),
            waits_text(notice),
            marks(notice).join(" "),
        ]);
    }
    table.to_string()
}

/// The last fact and what is missing; one never stands for the other.
fn waits_text(notice: &NoticeShown) -> String {
    let sent = if notice.author == "own" {
        "SENT, not received"
    } else {
        "not received"
    };
    match notice.waits_for.as_str() {
        "received" => sent.to_owned(),
        "opened" => "RECEIVED, opened by nobody".to_owned(),
        "read_back" => "OPENED, not read back".to_owned(),
        "answer" => "READ BACK, no answer".to_owned(),
        _ => notice
            .current
            .answers
            .last()
            .map_or_else(String::new, |made| answer_word(&made.answer)),
    }
}

fn marks(notice: &NoticeShown) -> Vec<String> {
    let marks = [
        (notice.drill, "DRILL"),
        (!notice.proven, "UNPROVEN"),
        (notice.late, "LATE"),
        (notice.blanket_km2_h.is_some(), "BLANKET"),
        (notice.protected, "PROTECTED"),
        (notice.place == "words_only", "PLACE UNKNOWN"),
        (notice.place == "contradicts", "PLACE CONTRADICTS"),
        (notice.proceeding_at_us.is_some(), "PROCEEDING OVER OBJECTION"),
        (notice.withdrawn_after_answer, "WITHDRAWN AFTER AN ANSWER"),
    ];
    marks
        .into_iter()
        .filter(|(set, _)| *set)
        .map(|(_, mark)| mark.to_owned())
        .collect()
}

/// An answer as it is said.
pub(super) fn answer_word(answer: &str) -> String {
    match answer {
        "object" => "OBJECTION".to_owned(),
        other => other.replace('_', " ").to_uppercase(),
    }
}

fn notice_text(notice: &NoticeShown) -> String {
    let current = &notice.current;
    let mut lines = vec![
        format!(
            "NOTICE {} version {} on {}: {} {}  {}",
            notice.id,
            current.version,
            notice.line,
            format!("{:?}", current.class).to_lowercase(),
            notice.state.to_uppercase(),
            marks(notice).join(" ")
        )
        .trim_end()
        .to_owned(),
        format!(
            "stated by {} at {}",
            plain(&current.desk),
            write::instant(current.stated_at_us)
        ),
        format!("window {}", write::window(&current.window)),
    ];
    lines.extend(
        current
            .volumes
            .iter()
            .map(|volume| format!("  {}", write::volume(volume))),
    );
    if current.volumes.is_empty() {
        lines.push("  PLACE UNKNOWN: given in words only; ask for coordinates".to_owned());
    }
    if !current.words.is_empty() {
        lines.push(format!(
            "words: {} ({})",
            plain(&current.words),
            place_text(notice)
        ));
    }
    lines.extend(hazard_lines(current));
    lines.extend(receipt_lines(current));
    lines.push(format!("check words: {}", notice.check_words.join(" ")));
    lines.join("\n")
}

fn place_text(notice: &NoticeShown) -> String {
    match (notice.place.as_str(), notice.place_distance_mm) {
        ("agrees", _) => "words and volumes AGREE".to_owned(),
        ("contradicts", distance) => {
            format!(
                "words and volumes CONTRADICT, {} apart",
                distance.map_or_else(String::new, write::length)
            )
        }
        ("too_vague", _) => "TOO VAGUE TO CHECK".to_owned(),
        _ => "words only".to_owned(),
    }
}

fn hazard_lines(current: &VersionShown) -> Vec<String> {
    if current.hazards.is_empty() {
        return vec!["no secondary hazard on file: state UNKNOWN, not CLEAR".to_owned()];
    }
    let shown = current.hazards.iter();
    shown
        .map(|hazard| {
            format!(
                "HAZARD {} {:?}: {}",
                hazard.id,
                hazard.kind,
                write::volume(&hazard.volume)
            )
        })
        .collect()
}

/// Each receipt by itself, with its own lead.
fn receipt_lines(current: &VersionShown) -> Vec<String> {
    let lead =
        |lead_us: Option<i64>| lead_us.map_or_else(String::new, |us| format!(", lead {}", write::span(us)));
    let stamp = |word: &str, at: Option<(i64, Option<i64>, &str)>| match at {
        Some((at_us, lead_us, by)) => format!("{word} {}{by}{}", write::instant(at_us), lead(lead_us)),
        None => format!("{word} no"),
    };
    let received = current.received.as_ref();
    let late = received.map_or("", |made| match made.lateness.as_str() {
        "late" => ", LATE",
        "no_floor" => ", no floor agreed",
        "protected" => ", protection unaffected",
        _ => "",
    });
    let mut lines = vec![stamp("RECEIVED ", received.map(|made| (made.at_us, made.lead_us, ""))) + late];
    let by = |desk: &str| format!(" by {}", plain(desk));
    let opened = current
        .opened
        .as_ref()
        .map(|made| (made.at_us, made.lead_us, by(&made.desk)));
    lines.push(stamp(
        "OPENED   ",
        opened
            .as_ref()
            .map(|(at_us, lead_us, by)| (*at_us, *lead_us, by.as_str())),
    ));
    let read_back = current
        .read_back
        .as_ref()
        .map(|made| (made.at_us, made.lead_us, by(&made.desk)));
    lines.push(stamp(
        "READ BACK",
        read_back
            .as_ref()
            .map(|(at_us, lead_us, by)| (*at_us, *lead_us, by.as_str())),
    ));
    if current.answers.is_empty() {
        lines.push("ANSWER    none".to_owned());
    }
    for made in &current.answers {
        let lapsed = made
            .lapsed_at_us
            .map_or_else(String::new, |at_us| format!(", LAPSED {}", write::instant(at_us)));
        let words = if made.words.is_empty() {
            String::new()
        } else {
            format!(": {}", plain(&made.words))
        };
        let answer = answer_word(&made.answer);
        lines.push(format!(
            "ANSWER    {answer} {}{}{lapsed}{words}",
            write::instant(made.at_us),
            by(&made.desk)
        ));
    }
    lines
}
