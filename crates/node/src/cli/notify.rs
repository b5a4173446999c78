//! `detente notify`, and what follows a notice of our own.

use super::desk::Session;
use crate::client::part;
use crate::failed::Failed;
use crate::http::ask;
use accord::act::Level;
use clap::ValueEnum;
use serde_json::json;

/// Discloses an operation to the peer of a line: what, where, when; never why.
#[derive(clap::Args, Debug)]
pub(super) struct Notify {
    /// The operation, as `plan list` names it.
    operation: String,
    /// The line.
    #[arg(long)]
    line: String,
    #[command(flatten)]
    how: How,
}

/// Lead is computed anew for whatever is added.
#[derive(clap::Args, Debug)]
pub(super) struct Amend {
    /// The notice.
    notice: String,
    /// Its line; found by itself when the notice stands on one only.
    #[arg(long)]
    line: Option<String>,
    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
struct How {
    /// How much is disclosed.
    #[arg(long, value_enum, default_value_t = LevelWord::Exact)]
    level: LevelWord,
    /// The place in words; all that is told at the level words.
    #[arg(long, default_value = "")]
    words: String,
    /// Go on without asking, whatever there is to know first.
    #[arg(long)]
    yes: bool,
}

/// A notice of ours, and words.
#[derive(clap::Args, Debug)]
pub(super) struct Withdraw {
    /// The notice.
    notice: String,
    /// Its line; found by itself when the notice stands on one only.
    #[arg(long)]
    line: Option<String>,
    /// In words.
    #[arg(long, default_value = "")]
    words: String,
}

/// A notice of ours.
#[derive(clap::Args, Debug)]
pub(super) struct Bare {
    /// The notice.
    notice: String,
    /// Its line; found by itself when the notice stands on one only.
    #[arg(long)]
    line: Option<String>,
}

#[derive(Copy, Clone, Debug, ValueEnum)]
enum LevelWord {
    /// The volumes as planned.
    Exact,
    /// A box around them, rounded outward.
    Box,
    /// Words only: the place is UNKNOWN to the peer's machine.
    Words,
}

pub(super) fn notify(args: &Notify, desk: &Session<'_>) -> Result<(), Failed> {
    let path = format!("/v1/lines/{}/notices", part(&args.line));
    let body = |confirmed| ask::Notify {
        operation: args.operation.clone(),
        level: args.how.level(),
        words: args.how.words.clone(),
        confirmed,
    };
    desk.post_confirmed(&path, body, args.how.yes, "NOTICE given, not yet received:")
}

pub(super) fn amend(args: &Amend, desk: &Session<'_>) -> Result<(), Failed> {
    let line = desk.line_of(&args.notice, "own", args.line.as_deref())?;
    let body = |confirmed| ask::Amend {
        level: args.how.level(),
        words: args.how.words.clone(),
        confirmed,
    };
    desk.post_confirmed(
        &desk.notice_path(&line, &args.notice, "amend"),
        body,
        args.how.yes,
        "AMENDED",
    )
}

pub(super) fn withdraw(args: &Withdraw, desk: &Session<'_>) -> Result<(), Failed> {
    let line = desk.line_of(&args.notice, "own", args.line.as_deref())?;
    let body = ask::Withdraw {
        words: args.words.clone(),
    };
    desk.post(
        &desk.notice_path(&line, &args.notice, "withdraw"),
        &body,
        "WITHDRAWN",
    )
}

pub(super) fn proceed(args: &Withdraw, desk: &Session<'_>) -> Result<(), Failed> {
    let line = desk.line_of(&args.notice, "own", args.line.as_deref())?;
    let body = ask::Proceed {
        words: args.words.clone(),
    };
    desk.post(
        &desk.notice_path(&line, &args.notice, "proceed"),
        &body,
        "PROCEEDING OVER OBJECTION, signed",
    )
}

pub(super) fn bare(args: &Bare, deed: &str, said: &str, desk: &Session<'_>) -> Result<(), Failed> {
    let line = desk.line_of(&args.notice, "own", args.line.as_deref())?;
    desk.post(&desk.notice_path(&line, &args.notice, deed), &json!({}), said)
}

impl How {
    fn level(&self) -> Level {
        match self.level {
            LevelWord::Exact => Level::Exact,
            LevelWord::Box => Level::Box,
            LevelWord::Words => Level::Words,
        }
    }
}
