//! From the state to lines of text. Colour only repeats what shape and words say; red and
//! amber are for alarms and for a node that stopped.

mod foot;
mod head;
mod help;
mod list;
mod stopped;
mod text;

use super::detail::{Told, Tone, detail};
use super::form::Purpose;
use super::handover;
use super::state::{Mode, Model, Sight};
use ratatui::Frame;
use ratatui::text::{Line, Text};
use text::{fill, strong, told_line, wrap};

/// Column under which detail is continued.
const INDENT: usize = 13;
/// Fewest lines the queue takes, with its heading.
const QUEUE_LEAST: usize = 4;

/// Draws the screen.
pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let lines = screen(model, usize::from(area.width), usize::from(area.height));
    frame.render_widget(Text::from(lines), area);
}

/// The screen as lines, never more than `height`.
pub(super) fn screen(model: &Model, width: usize, height: usize) -> Vec<Line<'static>> {
    let foot = foot::lines(model, width);
    let room = height.saturating_sub(foot.len());
    let mut lines = match (model.sight(), &model.mode) {
        (Sight::Stopped, _) => stopped::lines(model, width, room),
        (_, Mode::Help) => help::lines(width, room),
        (Sight::None, _) => vec![strong("reading the node …")],
        (Sight::Fresh | Sight::Stale, _) => watch(model, width, room),
    };
    fill(&mut lines, room);
    lines.extend(foot);
    // On a screen too small for all, the last lines stay: they say what the keys do.
    let surplus = lines.len().saturating_sub(height);
    lines.drain(..surplus);
    lines
}

fn watch(model: &Model, width: usize, room: usize) -> Vec<Line<'static>> {
    let mut lines = head::lines(model, width);
    let left = room.saturating_sub(lines.len());
    if let Mode::Writing(form) = &model.mode
        && matches!(form.purpose, Purpose::HandOver { .. })
    {
        lines.extend(hand_over(model, width, left));
    } else if model.wide {
        lines.extend(pane(model, width, left));
    } else {
        let queue = list::lines(model, width, QUEUE_LEAST.max(left * 2 / 5));
        let rest = left.saturating_sub(queue.len());
        lines.extend(queue);
        lines.extend(pane(model, width, rest));
    }
    lines
}

fn pane(model: &Model, width: usize, room: usize) -> Vec<Line<'static>> {
    let Some((picture, item)) = model.picture.as_ref().zip(model.selected()) else {
        return vec![strong(text::rule("nothing is selected", width))];
    };
    let subject = picture.subject(item);
    let opened = subject.is_some_and(|subject| model.opened_here(&subject));
    let told = detail(picture, item, opened, model.now_us());
    let wrapped = told
        .iter()
        .flat_map(|(tone, text)| wrap(text, width, INDENT).into_iter().map(|text| (*tone, text)));
    scrolled(
        "selected",
        &wrapped.collect::<Vec<_>>(),
        model.scroll,
        width,
        room,
    )
}

fn hand_over(model: &Model, width: usize, room: usize) -> Vec<Line<'static>> {
    let Some(picture) = &model.picture else {
        return Vec::new();
    };
    let list = handover::list(picture, &model.desk, model.now_us());
    let wrapped = list
        .iter()
        .flat_map(|text| wrap(text, width, 4))
        .map(|text| (Tone::Plain, text));
    scrolled(
        "hand-over",
        &wrapped.collect::<Vec<_>>(),
        model.scroll,
        width,
        room,
    )
}

/// A part of a list that fits, under a rule that says how much more there is.
fn scrolled(title: &str, told: &[Told], scroll: usize, width: usize, room: usize) -> Vec<Line<'static>> {
    let page = room.saturating_sub(1);
    let skip = scroll.min(told.len().saturating_sub(page));
    let below = told.len().saturating_sub(skip + page);
    let more = match (skip, below) {
        (0, 0) => String::new(),
        _ => format!(" · {skip} lines above, {below} below: PgUp PgDn, Tab for the whole screen"),
    };
    let mut lines = vec![strong(text::rule(&format!("{title}{more}"), width))];
    lines.extend(told.iter().skip(skip).take(page).map(told_line));
    lines
}
