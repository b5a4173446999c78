//! The selected item in full, as lines of text. What a peer's notice says stands here only
//! after it was opened.

mod notice;
mod talk;

use super::item::{Item, Kind};
use super::picture::Picture;
use super::queue::word;
use super::tell::{left, say, shout, until};
use crate::figures::write::{clock, length, place, span};
use crate::http::show::alarms::AlarmShown;
use crate::http::show::own::FoundShown;
use crate::table::plain;

pub(super) use notice::read_back_words;

/// How a line is set.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// As it is.
    Plain,
    /// Bold.
    Strong,
    /// Of a high alarm.
    High,
    /// Of a medium alarm.
    Medium,
}

/// A line of detail.
pub(super) type Told = (Tone, String);

/// What is known of an item. `opened` says that the officer opened it, or that opening was
/// tried: reading is never withheld from one who asked.
pub(super) fn detail(picture: &Picture, item: &Item, opened: bool, now_us: i64) -> Vec<Told> {
    let mut told = Vec::new();
    if let Some(alarm) = picture.alarm(&item.id).filter(|_| item.kind == Kind::Alarm) {
        alarm_lines(alarm, picture, now_us, &mut told);
    }
    let subject = picture.subject(item);
    let Some(subject) = subject else { return told };
    match subject.kind {
        Kind::Notice => notice::lines(picture, &subject, opened, now_us, &mut told),
        Kind::Hazard => notice::hazard_lines(picture, &subject, now_us, &mut told),
        Kind::Stop => talk::stop_lines(picture, &subject, now_us, &mut told),
        Kind::Message => talk::message_lines(picture, &subject, now_us, &mut told),
        Kind::Voice => talk::voice_lines(picture, &subject, &mut told),
        Kind::Alarm => {}
    }
    told
}

fn alarm_lines(alarm: &AlarmShown, picture: &Picture, now_us: i64, told: &mut Vec<Told>) {
    let tone = match alarm.priority.as_str() {
        "high" => Tone::High,
        "medium" => Tone::Medium,
        _ => Tone::Strong,
    };
    let drill = if alarm.drill { "DRILL · " } else { "" };
    told.push((
        tone,
        format!("{drill}ALARM {}: {}", shout(&alarm.priority), plain(&alarm.cause)),
    ));
    told.push((Tone::Plain, format!("CONSEQUENCE  {}", plain(&alarm.consequence))));
    told.push((Tone::Strong, format!("RESPONSE     {}", plain(&alarm.response))));
    let as_of_us = picture.pulse.alarms.as_of_us;
    let act = alarm.left_us.map_or_else(
        || "no clock runs".to_owned(),
        |left_us| format!("act by {}", until(as_of_us.saturating_add(left_us), now_us)),
    );
    let acked = match (&alarm.acked_by, alarm.acked_at_us) {
        (Some(desk), Some(at_us)) => format!("acknowledged by {} {}", plain(desk), clock(at_us)),
        _ => "NOT ACKNOWLEDGED".to_owned(),
    };
    let stood = span(now_us - alarm.raised_at_us);
    told.push((
        Tone::Plain,
        format!(
            "STANDS       {stood} · {act} · with {} · {acked}",
            plain(&alarm.desk)
        ),
    ));
    if let Some(why) = &alarm.shelved_why {
        told.push((Tone::Plain, format!("SHELVED      {}", plain(why))));
    }
    if alarm.more_rows > 0 {
        told.push((
            Tone::Strong,
            format!("{} more rows are not listed here", alarm.more_rows),
        ));
    }
}

/// One line for each thing that an item meets, soonest first.
pub(super) fn found_lines(picture: &Picture, item: &Item, now_us: i64, told: &mut Vec<Told>) {
    for found in picture.found_of(item) {
        told.push((
            Tone::Strong,
            format!("MEETS        {}", found_line(found, now_us)),
        ));
    }
}

fn found_line(found: &FoundShown, now_us: i64) -> String {
    let finding = &found.finding;
    let aboard = match finding.aboard {
        0 => String::new(),
        aboard => format!(", {aboard} people"),
    };
    let part = match (&finding.hazard, finding.volume) {
        (Some(hazard), _) => format!("its hazard {}", plain(hazard)),
        (None, Some(volume)) => format!("its volume {}", volume.saturating_add(1)),
        (None, None) => "it".to_owned(),
    };
    let unknown = found.unknown_since_us.map_or_else(String::new, |since_us| {
        format!(", UNKNOWN where for {}", span(now_us.saturating_sub(since_us)))
    });
    let witness = &finding.witness;
    let gap = match witness.gap_us {
        0 => String::new(),
        gap_us => format!(", {} apart in time", span(gap_us)),
    };
    format!(
        "{} by {part}: {} {}{aboard}{unknown} · act by {} · {} apart, {} in height{gap} at {} from {}",
        shout(&finding.kind),
        say(&finding.against_kind),
        plain(&found.name),
        until(finding.act_by_us, now_us),
        length(witness.horizontal_mm),
        length(witness.vertical_mm),
        place(witness.at),
        clock(finding.first_us),
    )
}

/// `starts in …`, `runs, ends in …` or `over since …`.
fn phase(window: &geo4d::Window, now_us: i64) -> String {
    if now_us < window.start_us {
        format!("starts {}", left(window.start_us - now_us))
    } else if now_us <= window.end_us {
        format!("RUNS, ends {}", left(window.end_us - now_us))
    } else {
        format!("its time is over since {}", span(now_us - window.end_us))
    }
}

fn word_of(value: &impl serde::Serialize) -> String {
    say(&word(value))
}
