//! A node that stopped takes the whole screen: nothing on it can be mistaken for the present.

use super::list::text_of;
use super::text::{fill, fit, pad, plain, wrap};
use crate::figures::write::{instant, span};
use crate::table::plain as fit_for_terminal;
use crate::watch::queue::{Due, Row};
use crate::watch::state::{Lost, Model};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;

/// The whole screen above the keys.
pub(super) fn lines(model: &Model, width: usize, room: usize) -> Vec<Line<'static>> {
    let (title, why) = match &model.lost {
        Some(Lost::Refused(why)) => ("NODE REFUSES THIS DESK", why.as_str()),
        Some(Lost::Stopped(why)) => ("NODE STOPPED", why.as_str()),
        None => ("NODE STOPPED ANSWERING", "it takes requests and gives no answer"),
    };
    let mut lines = vec![banner(title, width), banner("USE VOICE", width)];
    lines.extend(wrap(&true_at(model), width, 2).into_iter().map(banner_text));
    let why = fit_for_terminal(&why.replace('\n', " "));
    lines.extend(wrap(&format!("WHY: {why}"), width, 2).into_iter().map(plain));
    let closing = banner(
        &format!("{title} · USE VOICE · what stands above is not the present"),
        width,
    );
    let rows = room.saturating_sub(lines.len() + 1);
    lines.extend(old_rows(model, width, rows));
    fill(&mut lines, room.saturating_sub(1));
    lines.push(closing);
    lines
}

/// When the last picture was true, and how long ago that was.
fn true_at(model: &Model) -> String {
    match &model.picture {
        None => "No picture was ever read from it: everything is UNKNOWN.".to_owned(),
        Some(picture) => format!(
            "The last picture was true at {}, {} ago. Since then everything is UNKNOWN.",
            instant(picture.as_of_us()),
            span(model.age_us()),
        ),
    }
}

/// What stood in the queue then, with instants in place of countdowns.
fn old_rows(model: &Model, width: usize, room: usize) -> Vec<Line<'static>> {
    let rows = model.rows();
    let page = room.saturating_sub(1);
    let mut lines = vec![plain(fit(
        &format!("{} rows stood in the queue then:", rows.len()),
        width,
    ))];
    lines.extend(rows.iter().take(page).map(|row| plain(fit(&old(row), width))));
    lines.truncate(room);
    lines
}

fn old(row: &Row) -> String {
    let (word, at_us) = match row.due {
        Due::Act(at_us) => ("act by", at_us),
        Due::Start(at_us) => ("start", at_us),
        Due::Since(at_us) => ("since", at_us),
    };
    let text = text_of(row, false, at_us);
    let what = text.get(WHAT_AT..).unwrap_or(&row.what);
    format!("OLD {word} {} {what}", instant(at_us))
}

/// Byte at which line and words of a row begin: two for the mark, ten and seventeen for what
/// presses and its clock, all plain ASCII.
const WHAT_AT: usize = 2 + 10 + 17;

fn banner(text: &str, width: usize) -> Line<'static> {
    banner_text(pad(&format!(" {text}"), width))
}

fn banner_text(text: String) -> Line<'static> {
    Line::styled(
        text,
        Style::new()
            .fg(Color::White)
            .bg(Color::Red)
            .add_modifier(Modifier::BOLD),
    )
}
