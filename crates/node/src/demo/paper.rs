//! How a scenario is told: two columns, one for each chair, at the pace of a reader.

use super::stop::Stop;
use crate::failed::Failed;
use crate::figures::write::clock;
use crate::limits::MAX_WIDTH;
use crate::table::plain;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Narrowest page that has two columns.
const MIN_WIDTH: usize = 72;
/// Page when nothing says how wide it is.
const DEFAULT_WIDTH: usize = 116;
/// Columns of the clock.
const CLOCK_WIDTH: usize = 9;
/// Time to read one printed line at the default speed.
const READ_LINE: Duration = Duration::from_millis(140);
/// Longest wait without looking whether the player wants to end.
const NAP: Duration = Duration::from_millis(40);

/// Scenario seconds per second at which il-20 takes a little over a minute.
pub const DEFAULT_SPEED: u32 = 200;

/// How fast.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Speed {
    /// So many scenario seconds per second.
    Times(u32),
    /// As fast as the nodes go.
    Max,
}

/// Where the story is printed.
pub(super) struct Paper {
    width: usize,
    speed: Speed,
    live: bool,
    line_end: &'static str,
    clock_shown: bool,
    ticked: Option<(Instant, i64)>,
    stop: Arc<AtomicBool>,
}

impl Paper {
    /// A page on standard output, until the player wants to end.
    pub(super) fn new(speed: Speed, stop: &Stop) -> Self {
        let columns = std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse::<usize>().ok());
        let terminal = std::io::stdout()
            .is_terminal()
            .then(ratatui::crossterm::terminal::size);
        let columns = columns.or(terminal
            .and_then(Result::ok)
            .map(|(columns, _)| usize::from(columns)));
        let width = columns
            .filter(|columns| *columns > 0)
            .unwrap_or(DEFAULT_WIDTH)
            .clamp(MIN_WIDTH, MAX_WIDTH);
        let live = speed != Speed::Max && std::io::stdout().is_terminal();
        Paper {
            width,
            speed,
            live,
            line_end: if stop.is_raw() { "\r\n" } else { "\n" },
            clock_shown: false,
            ticked: None,
            stop: stop.flag(),
        }
    }

    /// A line over the whole width, broken where it is too long.
    ///
    /// # Errors
    /// The player wants to end.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Failed> {
        self.marked("", text)
    }

    /// The same with a mark before it, under which it is aligned.
    ///
    /// # Errors
    /// The player wants to end.
    pub(super) fn marked(&mut self, mark: &str, text: &str) -> Result<(), Failed> {
        let indent = mark.chars().count();
        let lines = wrapped(text, self.width.saturating_sub(indent));
        for (i, line) in lines.iter().enumerate() {
            let before = if i == 0 {
                mark.to_owned()
            } else {
                " ".repeat(indent)
            };
            self.print(&format!("{before}{line}"))?;
        }
        Ok(())
    }

    /// A heading.
    ///
    /// # Errors
    /// The player wants to end.
    pub(super) fn heading(&mut self, text: &str) -> Result<(), Failed> {
        self.print("")?;
        self.print(&"─".repeat(self.width))?;
        self.line(text)?;
        self.print(&"─".repeat(self.width))
    }

    /// The heads of both columns.
    ///
    /// # Errors
    /// The player wants to end.
    pub(super) fn heads(&mut self, left: &str, right: &str) -> Result<(), Failed> {
        let column = self.column();
        let (left, right) = (wrapped(left, column), wrapped(right, column));
        for i in 0..left.len().max(right.len()) {
            let cell = |side: &[String]| side.get(i).cloned().unwrap_or_default();
            let time = if i == 0 { "UTC" } else { "" };
            self.cells(time, &cell(&left), &cell(&right))?;
        }
        let rule = "─".repeat(column);
        self.print(&format!("{}┼─{rule}─┼─{rule}", "─".repeat(CLOCK_WIDTH)))
    }

    /// One thing in one chair's column.
    ///
    /// # Errors
    /// The player wants to end.
    pub(super) fn row(&mut self, at_us: i64, chair: usize, mark: &str, text: &str) -> Result<(), Failed> {
        let indent = mark.chars().count() + 1;
        let lines = wrapped(text, self.column().saturating_sub(indent));
        let time = clock(at_us);
        for (i, line) in lines.iter().enumerate() {
            let mark = if i == 0 {
                format!("{mark} ")
            } else {
                " ".repeat(indent)
            };
            let cell = format!("{mark}{line}");
            let time = if i == 0 { time.as_str() } else { "" };
            let (left, right) = if chair == 0 {
                (cell.as_str(), "")
            } else {
                ("", cell.as_str())
            };
            self.cells(time, left, right)?;
        }
        Ok(())
    }

    /// Scenario time has come so far: waits as long as the speed asks for.
    ///
    /// # Errors
    /// The player wants to end.
    pub(super) fn tick(&mut self, now_us: i64) -> Result<(), Failed> {
        if let Speed::Times(speed) = self.speed {
            if let Some((since, from_us)) = self.ticked {
                let passed_us = u64::try_from(now_us - from_us).unwrap_or(0);
                self.wait(
                    Duration::from_micros(passed_us / u64::from(speed.max(1)))
                        .saturating_sub(since.elapsed()),
                )?;
            }
            self.ticked = Some((Instant::now(), now_us));
        }
        if self.live {
            print!("\r\x1b[2K{}  (q ends)", clock(now_us));
            self.clock_shown = true;
            let _terminal_gone = std::io::stdout().flush();
        }
        self.may_go_on()
    }

    fn cells(&mut self, time: &str, left: &str, right: &str) -> Result<(), Failed> {
        let column = self.column();
        let line = format!("{time:<CLOCK_WIDTH$}│ {left:<column$} │ {right}");
        self.print(line.trim_end())
    }

    fn column(&self) -> usize {
        (self.width - CLOCK_WIDTH - 5) / 2
    }

    fn print(&mut self, line: &str) -> Result<(), Failed> {
        let clear = if std::mem::take(&mut self.clock_shown) {
            "\r\x1b[2K"
        } else {
            ""
        };
        let printed = write!(std::io::stdout(), "{clear}{line}{}", self.line_end);
        if printed.is_err() {
            self.stop.store(true, Ordering::SeqCst);
        }
        if let Speed::Times(speed) = self.speed {
            self.wait(READ_LINE * DEFAULT_SPEED / speed.max(1))?;
        }
        self.may_go_on()
    }

    fn wait(&self, time: Duration) -> Result<(), Failed> {
        let begun = Instant::now();
        while begun.elapsed() < time {
            self.may_go_on()?;
            std::thread::sleep(NAP.min(time.saturating_sub(begun.elapsed())));
        }
        Ok(())
    }

    fn may_go_on(&self) -> Result<(), Failed> {
        if self.stop.load(Ordering::SeqCst) {
            return Err(Failed::refused("ended by the player"));
        }
        Ok(())
    }
}

/// Words in lines of at most `width` characters; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in plain(text).split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        let length = line.chars().count();
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if length > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_by_characters() {
        assert_eq!(
            wrapped("état inconnu, pas libre", 13),
            ["état inconnu,", "pas libre"]
        );
        assert_eq!(wrapped("", 5), [""]);
        assert_eq!(wrapped("unbreakable", 5), ["unbreakable"]);
    }
}
