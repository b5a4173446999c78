//! Claims about the watch: what keys do, and what screens say.

mod keys;
mod screens;

use super::deed::Deed;
use super::key::Key;
use super::render::screen;
use super::state::{Effect, Event, Model};

/// The text of a screen of 80 × 24.
fn text(model: &Model) -> String {
    text_of(model, 80, 24)
}

fn text_of(model: &Model, width: usize, height: usize) -> String {
    let lines = screen(model, width, height);
    assert!(lines.len() <= height, "{} lines", lines.len());
    assert!(
        lines.iter().all(|line| line.width() <= width),
        "a line is wider than the screen"
    );
    lines.iter().map(|line| line.to_string() + "\n").collect()
}

/// Presses keys; what they asked of the node.
fn press(model: &mut Model, keys: &str) -> Vec<Deed> {
    let mut asked = Vec::new();
    for c in keys.chars() {
        let key = match c {
            '\n' => Key::Enter,
            '\t' => Key::Tab,
            c => Key::Char(c),
        };
        asked.extend(hit(model, key));
    }
    asked
}

/// Presses one key; what it asked of the node.
fn hit(model: &mut Model, key: Key) -> Vec<Deed> {
    let effects = model.update(Event::Key(key));
    let asked = |effect| match effect {
        Effect::Ask(deed) => Some(deed),
        Effect::Ring(_) | Effect::Quit => None,
    };
    effects.into_iter().filter_map(asked).collect()
}
