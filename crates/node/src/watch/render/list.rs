//! The queue as a table.

use super::text::{fit, pad, plain, rank_style, strong};
use crate::figures::write::span;
use crate::table::plain as fit_for_terminal;
use crate::watch::bell::sign;
use crate::watch::queue::{Due, Row};
use crate::watch::state::Model;
use ratatui::text::Line;

/// The queue in at most `room` lines, scrolled so that the selected row shows.
pub(super) fn lines(model: &Model, width: usize, room: usize) -> Vec<Line<'static>> {
    let (rows, now_us) = (model.rows(), model.now_us());
    if rows.is_empty() {
        return vec![
            strong("QUEUE: nothing waits for this desk."),
            plain("That nothing waits does not say that nothing is there: UNKNOWN."),
        ];
    }
    let page = room.saturating_sub(1).max(1);
    let at = rows
        .iter()
        .position(|row| model.selected() == Some(&row.item))
        .unwrap_or(0);
    let skip = (at + 1).saturating_sub(page);
    let more = rows.len().saturating_sub(page);
    let heading = if more > 0 {
        format!(" · {} of {} rows", page.min(rows.len()), rows.len())
    } else {
        String::new()
    };
    let mut lines = vec![strong(fit(
        &format!("  PRIORITY      TIME          LINE      WHAT{heading}"),
        width,
    ))];
    let shown = rows.iter().skip(skip).take(page);
    lines.extend(shown.map(|row| line_of(row, model.selected() == Some(&row.item), now_us, width)));
    lines
}

fn line_of(row: &Row, selected: bool, now_us: i64, width: usize) -> Line<'static> {
    Line::styled(
        fit(&text_of(row, selected, now_us), width),
        rank_style(row.rank, row.unacked),
    )
}

/// A row as text.
pub(super) fn text_of(row: &Row, selected: bool, now_us: i64) -> String {
    let mark = if selected { '>' } else { ' ' };
    let line = row
        .line
        .as_deref()
        .map_or_else(|| "-".to_owned(), fit_for_terminal);
    let drill = if row.drill { "DRILL " } else { "" };
    let acked = if row.is_alarm() && !row.unacked {
        "(acked) "
    } else {
        ""
    };
    format!(
        "{mark} {} {} {} {drill}{acked}{}",
        pad(sign(row.rank), 9),
        pad(&time_of(row, now_us), 16),
        pad(&line, 9),
        row.what
    )
}

/// What the clock of a row says: to act, to the start, or since when.
fn time_of(row: &Row, now_us: i64) -> String {
    let left_us = row.left_us(now_us);
    let (word, past) = match row.due {
        Due::Act(_) => ("act in", "OVERDUE"),
        Due::Start(_) => ("start in", "begun"),
        Due::Since(_) => ("", "since"),
    };
    if left_us < 0 {
        format!("{past} {}", span(-left_us))
    } else {
        format!("{word} {}", span(left_us)).trim_start().to_owned()
    }
}
