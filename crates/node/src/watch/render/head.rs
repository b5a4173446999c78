//! The top: who, when, what is true of node and lines.

use super::text::{ends, fit, plain, reversed, strong};
use crate::figures::write::{instant, span};
use crate::http::show::lines::LineShown;
use crate::table::plain as fit_for_terminal;
use crate::watch::picture::Picture;
use crate::watch::queue::opened_by_nobody;
use crate::watch::state::{Model, Sight};
use crate::watch::tell::{local, shout};
use ratatui::text::Line;

/// Lines (of the node) that are shown one by one.
const LINES_SHOWN: usize = 4;

/// The top of the watch.
pub(super) fn lines(model: &Model, width: usize) -> Vec<Line<'static>> {
    let Some(picture) = &model.picture else {
        return Vec::new();
    };
    let now_us = model.now_us();
    let who = format!(
        "{} · desk {}",
        fit_for_terminal(&picture.pulse.node.party),
        fit_for_terminal(&model.desk)
    );
    let clocks = format!("{}  {}", instant(now_us), local(now_us, model.offset_s));
    let mut told = vec![strong(ends(&who, &clocks, width)), state(model, picture, width)];
    told.extend(
        picture
            .pulse
            .lines
            .iter()
            .take(LINES_SHOWN)
            .enumerate()
            .map(|(i, line)| line_of(i + 1, line, width)),
    );
    if let Some(more) = picture
        .pulse
        .lines
        .len()
        .checked_sub(LINES_SHOWN)
        .filter(|more| *more > 0)
    {
        told.push(strong(format!("{more} more lines: detente lines")));
    }
    if picture.pulse.lines.is_empty() {
        told.push(strong("NO LINE: nothing can be told to anybody but by voice"));
    }
    if let Some((count, since_us)) = opened_by_nobody(picture) {
        let text = format!(
            "{count} own RECEIVED, OPENED BY NOBODY · oldest {} · call by voice",
            span(now_us - since_us)
        );
        told.push(reversed(fit(&text, width)));
    }
    told
}

/// What is true of the node, and how old the picture is.
fn state(model: &Model, picture: &Picture, width: usize) -> Line<'static> {
    let alarms = &picture.pulse.alarms;
    let unacked = alarms
        .alarms
        .iter()
        .filter(|alarm| alarm.state.ends_with("unacked"))
        .count();
    let mut flags = Vec::new();
    if picture.pulse.node.desks.len() < 2 {
        flags.push("NO SECOND DESK".to_owned());
    }
    if picture.any_drill() {
        flags.push("DRILL TRAFFIC".to_owned());
    }
    if alarms.flood {
        flags.push("ALARM FLOOD".to_owned());
    }
    flags.push(format!(
        "{} alarms, {unacked} not acknowledged, {} in 10 min",
        alarms.alarms.len(),
        alarms.raised_in_10_min
    ));
    if alarms.not_listed > 0 {
        flags.push(format!("{} NOT LISTED", alarms.not_listed));
    }
    let age = span(model.age_us());
    match model.sight() {
        Sight::Stale => reversed(ends(&flags.join(" · "), &format!("PICTURE {age} OLD"), width)),
        _ => plain(ends(&flags.join(" · "), &format!("picture {age} old"), width)),
    }
}

fn line_of(number: usize, line: &LineShown, width: usize) -> Line<'static> {
    let heard = line.silent_us.map_or_else(
        || "never heard".to_owned(),
        |us| format!("heard {} ago", span(us)),
    );
    let mut text = format!(
        "{number} {} {} · {} {heard}",
        fit_for_terminal(&line.line),
        fit_for_terminal(&line.peer),
        shout(&line.light)
    );
    let faults = faults(line);
    for fault in &faults {
        text.push_str(&format!(" · {fault}"));
    }
    if line.open_items > 0 {
        text.push_str(&format!(" · {} open", line.open_items));
    }
    let text = fit(&text, width);
    if faults.is_empty() && line.light == "up" {
        plain(text)
    } else {
        strong(text)
    }
}

/// What keeps a line from being in order, gravest first.
fn faults(line: &LineShown) -> Vec<String> {
    let mut faults = Vec::new();
    if !line.verified {
        faults.push("UNVERIFIED".to_owned());
    }
    if line.contradictions > 0 {
        faults.push("CONTRADICTION ON RECORD".to_owned());
    }
    if let Some(why) = &line.stalled {
        faults.push(format!("STALLED: {}", fit_for_terminal(why)));
    }
    if line.held {
        let signed = match (line.accepted_own, line.accepted_peer) {
            (false, false) => "",
            (true, _) => " (ours is there)",
            (_, true) => " (theirs is there)",
        };
        faults.push(format!("EPOCH {} WAITS FOR SIGNATURES{signed}", line.epoch));
    }
    let not_received = line.own_size.saturating_sub(line.cosigned_size);
    if not_received > 0 {
        faults.push(format!("{not_received} not RECEIVED"));
    }
    faults
}
