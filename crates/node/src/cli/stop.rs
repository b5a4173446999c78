//! `detente cease`, `detente checkfire` and answers to them.

use super::desk::Session;
use crate::client::part;
use crate::failed::Failed;
use crate::figures::{self, write};
use crate::http::ask;
use crate::http::show::{StopShown, Stops};
use crate::table::{Table, plain};
use accord::act::{Place, StopAnswer};
use clap::ValueEnum;
use serde_json::Value;

/// Goes out at once, to every desk; asks nothing back first.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The line.
    #[arg(long)]
    line: String,
    /// Where: 35.40,35.95, or 36°43'4.91"N 68°51'43.96"E, or words.
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    at: String,
    /// The place in words, besides coordinates.
    #[arg(long, default_value = "")]
    words: String,
    /// Exercise traffic.
    #[arg(long)]
    drill: bool,
}

/// CEASE and CHECK FIRE.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// Those of both sides, with their answers.
    List,
    /// Answer one of the peer's.
    Answer {
        /// Its id.
        stop: String,
        /// The answer.
        answer: Word,
        /// Its line; found by itself when it stands on one only.
        #[arg(long)]
        line: Option<String>,
        /// In words.
        #[arg(long, default_value = "")]
        words: String,
    },
}

/// Answers.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub(super) enum Word {
    /// UNDERSTOOD, STOPPING.
    Stopping,
    /// UNABLE.
    Unable,
    /// NOT OURS.
    NotOurs,
}

pub(super) fn stop(args: &Args, deed: &str, said: &str, desk: &Session<'_>) -> Result<(), Failed> {
    let path = format!("/v1/lines/{}/{deed}", part(&args.line));
    let place = place(&args.at, &args.words);
    let unknown = if place.at.is_none() {
        " (place in words: UNKNOWN to machines)"
    } else {
        ""
    };
    // Both bodies have the same shape; the path says which it is.
    let body = ask::Cease {
        place,
        drill: args.drill,
    };
    desk.post(&path, &body, &format!("{said}{unknown} stated:"))
}

pub(super) fn run(verb: Verb, desk: &Session<'_>) -> Result<(), Failed> {
    match verb {
        Verb::List => desk.show("/v1/stops", list_text),
        Verb::Answer {
            stop,
            answer,
            line,
            words,
        } => {
            let line = match line {
                Some(line) => line,
                None => line_of(&stop, desk)?,
            };
            let path = format!("/v1/lines/{}/stops/{}/answer", part(&line), part(&stop));
            let body = ask::AnswerStop {
                answer: answer.into(),
                words,
            };
            let value: Value = desk.client.post(&path, &body)?;
            desk.print_done(&value, "answered")
        }
    }
}

/// Coordinates where they can be read as such; else words, never refused: a stop goes out.
fn place(typed: &str, words: &str) -> Place {
    match figures::place(typed) {
        Ok(at) => Place {
            at: Some(at),
            words: words.to_owned(),
        },
        Err(_) if words.is_empty() => Place {
            at: None,
            words: typed.to_owned(),
        },
        Err(_) => Place {
            at: None,
            words: format!("{typed}; {words}"),
        },
    }
}

fn line_of(stop: &str, desk: &Session<'_>) -> Result<String, Failed> {
    let all: Stops = desk.client.get("/v1/stops")?;
    let same = |shown: &&StopShown| shown.author == "peer" && shown.id == stop;
    let lines: Vec<&str> = all
        .stops
        .iter()
        .filter(same)
        .map(|shown| shown.line.as_str())
        .collect();
    match lines[..] {
        [line] => Ok(line.to_owned()),
        [] => Err(Failed::refused(format_args!(
            "the peer stated no stop {stop}; see: detente stop list"
        ))),
        _ => Err(Failed::usage(format_args!(
            "stop {stop} stands on several lines; say --line"
        ))),
    }
}

fn list_text(list: &Stops) -> String {
    let mut table = Table::new(
        &[
            "STOP", "LINE", "WHOSE", "WHAT", "STATED", "RECEIVED", "WHERE", "ANSWERS",
        ],
        "no stops on file",
    );
    for stop in &list.stops {
        let what = if stop.pause { "CHECK FIRE" } else { "CEASE" };
        let drill = if stop.drill { "DRILL " } else { "" };
        let answers = stop.answers.iter();
        let answers: Vec<String> = answers
            .map(|made| {
                format!(
                    "{} by {} {}",
                    made.answer.replace('_', " ").to_uppercase(),
                    made.desk,
                    write::clock(made.at_us)
                )
            })
            .collect();
        table.row([
            stop.id.clone(),
            stop.line.clone(),
            stop.author.clone(),
            format!("{drill}{what}"),
            write::instant(stop.at_us),
            stop.received_at_us.map_or_else(|| "no".to_owned(), write::clock),
            place_text(&stop.place),
            if answers.is_empty() {
                "NONE".to_owned()
            } else {
                answers.join(", ")
            },
        ]);
    }
    table.to_string()
}

fn place_text(place: &Place) -> String {
    let at = place.at.map_or_else(|| "UNKNOWN".to_owned(), write::place);
    if place.words.is_empty() {
        at
    } else {
        format!("{at} “{}”", plain(&place.words))
    }
}

impl From<Word> for StopAnswer {
    fn from(word: Word) -> Self {
        match word {
            Word::Stopping => StopAnswer::UnderstoodStopping,
            Word::Unable => StopAnswer::Unable,
            Word::NotOurs => StopAnswer::NotOurs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_never_held_up_by_how_its_place_is_typed() {
        assert!(place("35.4,35.9", "").at.is_some());
        assert_eq!(
            place("the bridge", ""),
            Place {
                at: None,
                words: "the bridge".to_owned()
            }
        );
        assert_eq!(place("the bridge", "east end").words, "the bridge; east end");
    }
}
