//! Styles, cutting and wrapping.

use crate::watch::detail::{Told, Tone};
use crate::watch::queue::Rank;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

/// A line in bold.
pub(super) fn strong(text: impl Into<String>) -> Line<'static> {
    Line::styled(text.into(), Style::new().add_modifier(Modifier::BOLD))
}

/// A line of plain text.
pub(super) fn plain(text: impl Into<String>) -> Line<'static> {
    Line::raw(text.into())
}

/// A line in reverse.
pub(super) fn reversed(text: impl Into<String>) -> Line<'static> {
    Line::styled(
        text.into(),
        Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD),
    )
}

/// The style of an alarm; the only place of red and amber besides a node that stopped.
pub(super) fn rank_style(rank: Rank, unacked: bool) -> Style {
    match (rank, unacked) {
        (Rank::High, true) => Style::new()
            .fg(Color::White)
            .bg(Color::Red)
            .add_modifier(Modifier::BOLD),
        (Rank::High, false) => Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
        (Rank::Medium, true) => Style::new().fg(Color::Black).bg(Color::Yellow),
        (Rank::Medium, false) => Style::new().fg(Color::Yellow),
        (Rank::Low, true) => Style::new().add_modifier(Modifier::REVERSED),
        (Rank::Settled | Rank::Shelved, _) => Style::new().add_modifier(Modifier::DIM),
        (Rank::Low | Rank::Waiting, _) => Style::new(),
    }
}

/// A line of detail.
pub(super) fn told_line((tone, text): &Told) -> Line<'static> {
    match tone {
        Tone::Plain => plain(text.clone()),
        Tone::Strong => strong(text.clone()),
        Tone::High => Line::styled(text.clone(), rank_style(Rank::High, false)),
        Tone::Medium => Line::styled(text.clone(), rank_style(Rank::Medium, false)),
    }
}

/// Columns that a text takes.
pub(super) fn width_of(text: &str) -> usize {
    Span::raw(text).width()
}

/// Cuts a text to a width; what is cut off is marked.
pub(super) fn fit(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut taken = 1;
    for c in text.chars() {
        taken += width_of(c.encode_utf8(&mut [0; 4]));
        if taken > width {
            break;
        }
        out.push(c);
    }
    if width > 0 { out + "…" } else { out }
}

/// Cuts or pads a text to exactly a width.
pub(super) fn pad(text: &str, width: usize) -> String {
    let mut out = fit(text, width);
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(width_of(&out))));
    out
}

/// `left`, and `right` at the right edge.
pub(super) fn ends(left: &str, right: &str, width: usize) -> String {
    let room = width.saturating_sub(width_of(right) + 1);
    fit(&format!("{} {right}", pad(left, room)), width)
}

/// A title in a rule.
pub(super) fn rule(title: &str, width: usize) -> String {
    let title = fit(&format!("── {title} "), width);
    let rest = width.saturating_sub(width_of(&title));
    title + &"─".repeat(rest)
}

/// Wraps at spaces; lines after the first are indented. Nothing is lost.
pub(super) fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let indent = if width > 2 * indent { indent } else { 0 };
    let room = width.saturating_sub(indent).max(1);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        for (part, piece) in pieces(word, room).into_iter().enumerate() {
            match lines.last_mut() {
                None => lines.push(piece),
                Some(last) if part == 0 && width_of(last) + 1 + width_of(&piece) <= width => {
                    last.push(' ');
                    last.push_str(&piece);
                }
                Some(_) => lines.push(format!("{}{piece}", " ".repeat(indent))),
            }
        }
    }
    lines
}

/// Adds empty lines up to a height, or cuts to it.
pub(super) fn fill(lines: &mut Vec<Line<'static>>, height: usize) {
    lines.resize(height, Line::default());
}

/// A word in parts that fit.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in word.chars() {
        let last = out.last_mut().expect("there is always a piece");
        if width_of(last) + width_of(c.encode_utf8(&mut [0; 4])) > width {
            out.push(String::new());
        }
        out.last_mut().expect("there is always a piece").push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_is_marked() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("abcd", 4), "abcd");
        assert_eq!(pad("ab", 4), "ab  ");
        assert_eq!(ends("left side", "right", 12), "left … right");
    }

    #[test]
    fn wrapping_loses_nothing() {
        let lines = wrap("PLACE  one two three abcdefghijklmnopqrstuvwxyz", 14, 3);
        assert!(lines.iter().all(|line| width_of(line) <= 14), "{lines:?}");
        let joined: String = lines.concat().chars().filter(|c| *c != ' ').collect();
        assert_eq!(joined, "PLACEonetwothreeabcdefghijklmnopqrstuvwxyz");
        assert_eq!(lines[0], "PLACE  one two");
        assert_eq!(wrap("abcdefghijklmno", 12, 3), ["abcdefghi", "   jklmno"]);
    }
}
