//! The bottom: what was said last, what is being written, and the keys. Always there.

use super::text::{fit, plain, reversed, strong, width_of, wrap};
use crate::figures::write::place;
use crate::watch::item::{Item, Kind};
use crate::watch::queue::stop_name;
use crate::watch::state::{Armed, Mode, Model};
use ratatui::text::Line;

/// Most lines of text above the keys.
const TEXT_LINES: usize = 3;

/// The bottom of every screen.
pub(super) fn lines(model: &Model, width: usize) -> Vec<Line<'static>> {
    let mut lines = match &model.mode {
        Mode::Watching | Mode::Help => said(model, width),
        Mode::Writing(form) => {
            let mut lines = if model.said.trouble {
                said(model, width)
            } else {
                Vec::new()
            };
            lines.push(strong(fit(
                &format!("{} · Enter sends · Esc gives up", form.title),
                width,
            )));
            lines.push(plain(tail(&format!("> {}_", form.text), width)));
            lines
        }
        Mode::Armed(armed) => block(&armed_text(model, armed), width),
        Mode::Confirming { deed, notes } => block(
            &format!(
                "BEFORE {} LEAVES: {} · y sends, any other key gives up",
                deed.what,
                notes.join(" · ")
            ),
            width,
        ),
        Mode::Leaving => block(
            "LEAVE THE WATCH? The bell stops with it. q again leaves, any other key stays",
            width,
        ),
    };
    lines.extend(legend(model, width));
    lines
}

fn said(model: &Model, width: usize) -> Vec<Line<'static>> {
    let text = crate::table::plain(&model.said.text.replace('\n', " · "));
    let wrapped = wrap(&text, width, 2).into_iter().take(TEXT_LINES);
    wrapped
        .map(|text| {
            if model.said.trouble {
                strong(text)
            } else {
                plain(text)
            }
        })
        .collect()
}

fn block(text: &str, width: usize) -> Vec<Line<'static>> {
    wrap(&crate::table::plain(text), width, 2)
        .into_iter()
        .map(reversed)
        .collect()
}

/// The end of a text that is being written.
fn tail(text: &str, width: usize) -> String {
    let mut shown = crate::table::plain(text);
    while width_of(&shown) > width && !shown.is_empty() {
        shown.remove(0);
    }
    shown
}

fn armed_text(model: &Model, armed: &Armed) -> String {
    let (name, key) = (stop_name(armed.pause), if armed.pause { 'F' } else { 'C' });
    let lines = model
        .picture
        .as_ref()
        .map_or(&[][..], |picture| &picture.pulse.lines);
    let numbers: Vec<String> = lines
        .iter()
        .take(9)
        .enumerate()
        .map(|(i, line)| format!("{} {}", i + 1, line.line))
        .collect();
    let here = match model.stop_here(armed) {
        Ok(deed) => {
            let at = model.stop_place(armed);
            let words = match at.at {
                Some(position) => format!("{} ({})", place(position), at.words),
                None => at.words,
            };
            format!("{key} again sends {} at {words}. ", deed.what)
        }
        Err(_) => String::new(),
    };
    format!(
        "{name} IS NOT SENT YET. {here}A digit sends it for a whole line, no drill: {}. Any other key: not sent.",
        numbers.join(", ")
    )
}

/// Every key with its meaning for the selected item.
fn legend(model: &Model, width: usize) -> Vec<Line<'static>> {
    if let Mode::Writing(_) = model.mode {
        return vec![plain(fit(
            "Enter send  Esc give up  Ctrl-U empty  Ctrl-X CEASE  Ctrl-F CHECK FIRE",
            width,
        ))];
    }
    let mut lines: Vec<String> = vec![String::new()];
    for entry in entries(subject_kind(model)) {
        let last = lines.last_mut().expect("there is always a line");
        if last.is_empty() {
            entry.clone_into(last);
        } else if width_of(last) + 2 + width_of(entry) <= width {
            last.push_str("  ");
            last.push_str(entry);
        } else {
            lines.push(entry.to_owned());
        }
    }
    lines.into_iter().map(plain).collect()
}

fn subject_kind(model: &Model) -> Option<Kind> {
    let picture = model.picture.as_ref()?;
    let subject: Item = picture.subject(model.selected()?)?;
    subject.of_peer.then_some(subject.kind)
}

/// The keys in their fixed order; the answers are named for what they answer.
fn entries(kind: Option<Kind>) -> impl Iterator<Item = &'static str> {
    let answers: &[&str] = match kind {
        Some(Kind::Stop) => &["s UNDERSTOOD-STOPPING", "u UNABLE", "x NOT OURS"],
        Some(Kind::Message) => &["n roger", "s standby", "u unable", "m reply"],
        Some(Kind::Voice) => &["c confirmed", "x disputed", "u not heard"],
        _ => &[
            "n noted",
            "c no conflict known",
            "x object",
            "s standby",
            "u unable",
        ],
    };
    let before = ["o open", "r read back"];
    let after = [
        "k ack",
        "h close hazard",
        "C CEASE",
        "F CHECK FIRE",
        "m message",
        "v voice log",
        "t told",
        "H handover",
        "a all",
        "? help",
        "q quit",
    ];
    let after = after
        .into_iter()
        .filter(move |entry| *entry != "m message" || kind != Some(Kind::Message));
    before.into_iter().chain(answers.iter().copied()).chain(after)
}
