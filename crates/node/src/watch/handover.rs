//! What one watch hands to the next: open items, alarms, lines, hazards.

use super::picture::Picture;
use super::queue::{Due, Rank, Row, is_standing, queue, word};
use super::tell::{left, say, shout};
use crate::figures::write::{instant, span};
use crate::table::plain;

/// The list, as it is read aloud at the change of the watch.
pub(super) fn list(picture: &Picture, desk: &str, now_us: i64) -> Vec<String> {
    let rows = queue(picture, desk, false);
    let mut told = vec![format!(
        "HAND-OVER of desk {} at {}",
        plain(desk),
        instant(now_us)
    )];
    section(
        &mut told,
        "ALARMS",
        rows.iter()
            .filter(|row| row.rank != Rank::Waiting)
            .map(|row| row_line(row, now_us)),
    );
    section(
        &mut told,
        "OPEN ITEMS",
        rows.iter()
            .filter(|row| row.rank == Rank::Waiting)
            .map(|row| row_line(row, now_us)),
    );
    section(&mut told, "HAZARDS", hazards(picture));
    section(&mut told, "LINES", lines(picture));
    told
}

/// The figures of the list in one phrase; goes on record with the officer's words.
pub(super) fn figures(picture: &Picture, desk: &str) -> String {
    let rows = queue(picture, desk, false);
    let of = |wanted: fn(&Row) -> bool| rows.iter().filter(|row| wanted(row)).count();
    let hazards = picture
        .books
        .hazards
        .iter()
        .filter(|hazard| is_standing(hazard))
        .count();
    format!(
        "at hand-over: {} alarms ({} not acknowledged), {} open items, {hazards} hazards not closed",
        of(|row| row.rank != Rank::Waiting),
        of(|row| row.unacked),
        of(|row| row.rank == Rank::Waiting),
    )
}

fn section(told: &mut Vec<String>, title: &str, entries: impl Iterator<Item = String>) {
    told.push(title.to_owned());
    let before = told.len();
    told.extend(entries.map(|entry| format!("  {entry}")));
    if told.len() == before {
        told.push("  none on file".to_owned());
    }
}

fn row_line(row: &Row, now_us: i64) -> String {
    let line = row
        .line
        .as_deref()
        .map_or_else(String::new, |line| format!("{}: ", plain(line)));
    let acked = if row.unacked { "NOT ACKNOWLEDGED · " } else { "" };
    let drill = if row.drill { "DRILL · " } else { "" };
    let sign = super::bell::sign(row.rank).trim_end();
    let clock = match row.due {
        Due::Act(at_us) => format!("act {}", left(at_us - now_us)),
        Due::Start(at_us) => format!("start {}", left(at_us - now_us)),
        Due::Since(at_us) => format!("since {}", span(now_us - at_us)),
    };
    format!("{sign} · {drill}{acked}{line}{} · {clock}", row.what)
}

fn hazards(picture: &Picture) -> impl Iterator<Item = String> {
    picture
        .books
        .hazards
        .iter()
        .filter(|hazard| is_standing(hazard))
        .map(|hazard| {
            let (kind, state) = (say(&word(&hazard.hazard.kind)), shout(&hazard.state));
            format!("{}: {} {kind} · {state}", plain(&hazard.line), hazard.hazard.id)
        })
}

fn lines(picture: &Picture) -> impl Iterator<Item = String> {
    picture.pulse.lines.iter().map(|line| {
        let heard = line.silent_us.map_or_else(
            || "never heard".to_owned(),
            |us| format!("heard {} ago", span(us)),
        );
        let verified = if line.verified { "" } else { " · UNVERIFIED" };
        let stalled = line
            .stalled
            .as_deref()
            .map_or_else(String::new, |why| format!(" · STALLED: {}", plain(why)));
        format!(
            "{} to {}: {} · {heard}{verified}{stalled}",
            plain(&line.line),
            plain(&line.peer),
            shout(&line.light)
        )
    })
}
