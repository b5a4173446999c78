//! Answers to a peer's notice.

use super::desk::Session;
use super::plan::{Extent, draw, volumes};
use crate::failed::Failed;
use crate::http::ask;
use accord::act::Answer;
use geo4d::VolumeSpec;
use std::path::PathBuf;

/// Place and time, typed as the officer reads them; with the check words on the screen.
#[derive(clap::Args, Debug)]
pub(super) struct ReadBack {
    #[command(flatten)]
    which: Which,
    /// Place and time as read.
    #[arg(long)]
    words: String,
    /// The check words.
    #[arg(long, default_value = "")]
    check: String,
}

/// An answer, perhaps with words.
#[derive(clap::Args, Debug)]
pub(super) struct Plain {
    #[command(flatten)]
    which: Which,
    /// In words.
    #[arg(long, default_value = "")]
    words: String,
}

/// An objection. Before it leaves, the node tells what it gives away.
#[derive(clap::Args, Debug)]
pub(super) struct Object {
    #[command(flatten)]
    which: Which,
    /// The reason.
    #[arg(long)]
    words: String,
    /// Drawing of a counter-proposal; needs --altitude, --start and --end.
    #[arg(long, value_name = "FILE", requires_all = ["altitude", "start", "end"])]
    counter: Option<PathBuf>,
    /// Heights of the counter-proposal: 300..900m, FL100..FL200.
    #[arg(
        long,
        value_name = "LOW..HIGH[DATUM]",
        requires = "counter",
        allow_hyphen_values = true
    )]
    altitude: Option<String>,
    /// Its start: RFC 3339, now, or +15m.
    #[arg(long, value_name = "TIME", requires = "counter")]
    start: Option<String>,
    /// Its end.
    #[arg(long, value_name = "TIME", requires = "counter")]
    end: Option<String>,
    /// Distance to either side of its lines.
    #[arg(long, value_name = "LENGTH", requires = "counter")]
    half_width: Option<String>,
    /// Radius around its points.
    #[arg(long, value_name = "LENGTH", requires = "counter")]
    radius: Option<String>,
    /// Go on without asking.
    #[arg(long)]
    yes: bool,
}

/// Who was told.
#[derive(clap::Args, Debug)]
pub(super) struct Told {
    #[command(flatten)]
    which: Which,
    /// Unit, console or crew.
    #[arg(long)]
    to: String,
}

#[derive(clap::Args, Debug)]
struct Which {
    /// The notice.
    notice: String,
    /// Its line; found by itself when the notice stands on one only.
    #[arg(long)]
    line: Option<String>,
}

pub(super) fn read_back(args: &ReadBack, desk: &Session<'_>) -> Result<(), Failed> {
    let body = ask::ReadBack {
        words: args.words.clone(),
        check: args.check.clone(),
    };
    desk.post(&args.which.path("read-back", desk)?, &body, "READ BACK")
}

pub(super) fn plain(args: &Plain, answer: &str, said: &str, desk: &Session<'_>) -> Result<(), Failed> {
    let answer: Answer = super::desk::read(&answer.into())?;
    let body = ask::AnswerNotice {
        answer,
        words: args.words.clone(),
        counter: Vec::new(),
        confirmed: false,
    };
    desk.post(&args.which.path("answer", desk)?, &body, said)
}

pub(super) fn object(args: &Object, desk: &Session<'_>) -> Result<(), Failed> {
    let counter = args.counter_proposal(desk)?;
    let body = |confirmed| ask::AnswerNotice {
        answer: Answer::Object,
        words: args.words.clone(),
        counter: counter.clone(),
        confirmed,
    };
    desk.post_confirmed(
        &args.which.path("answer", desk)?,
        body,
        args.yes,
        "OBJECTION stated",
    )
}

pub(super) fn told(args: &Told, desk: &Session<'_>) -> Result<(), Failed> {
    let body = ask::Told { to: args.to.clone() };
    desk.post(&args.which.path("told", desk)?, &body, "on record")
}

impl Object {
    fn counter_proposal(&self, desk: &Session<'_>) -> Result<Vec<VolumeSpec>, Failed> {
        let given = (&self.counter, &self.altitude, &self.start, &self.end);
        let (Some(file), Some(altitude), Some(start), Some(end)) = given else {
            return Ok(Vec::new());
        };
        let extent = Extent {
            altitude: altitude.clone(),
            start: start.clone(),
            end: end.clone(),
            half_width: self.half_width.clone(),
            radius: self.radius.clone(),
        };
        volumes(file, &draw(file)?, &extent.sizes(desk.now_us())?)
    }
}

impl Which {
    fn path(&self, deed: &str, desk: &Session<'_>) -> Result<String, Failed> {
        let line = desk.line_of(&self.notice, "peer", self.line.as_deref())?;
        Ok(desk.notice_path(&line, &self.notice, deed))
    }
}
