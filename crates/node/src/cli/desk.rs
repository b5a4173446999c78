//! What a desk says to its node: the verbs, and what they share.

use super::At;
use super::{
    alarms, answer, exposure, hazard, inbox, notify, people, plan, position, say, stop, terms, voice, zone,
};
use crate::client::{Client, part};
use crate::failed::Failed;
use crate::http::problem::{NoteShown, Problem};
use crate::http::show::{Done, Notices};
use crate::table::plain;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::{IsTerminal, Write};

/// Verbs of a desk.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// File, list and take back operations.
    #[command(subcommand)]
    Plan(plan::Verb),
    /// Give notice of an operation over a line.
    Notify(notify::Notify),
    /// State an operation as it is planned now.
    Amend(notify::Amend),
    /// Say that an operation will not take place.
    Withdraw(notify::Withdraw),
    /// Say that an operation has begun.
    Activate(notify::Bare),
    /// Say that what we do there is over.
    Allclear(notify::Bare),
    /// Say that an operation is over and will not resume.
    End(notify::Bare),
    /// Go on in spite of an objection.
    Proceed(notify::Withdraw),
    /// Peers' notices and what each waits for. Opens nothing.
    Inbox(inbox::Inbox),
    /// Our own notices and what each waits for.
    Outbox(inbox::Inbox),
    /// Open a peer's notice: shows it and records OPENED.
    Open(inbox::Open),
    /// Read place and time back to the peer.
    Readback(answer::ReadBack),
    /// Answer NOTED: no position taken.
    Note(answer::Plain),
    /// Answer NO CONFLICT KNOWN, as of now, with what this desk knows. No permission.
    Noconflict(answer::Plain),
    /// Object, with a reason and perhaps a counter-proposal.
    Object(answer::Object),
    /// Answer STANDBY. Closes nothing.
    Standby(answer::Plain),
    /// Answer UNABLE.
    Unable(answer::Plain),
    /// Report a problem for a protected movement.
    Problem(answer::Plain),
    /// Record who of our own was told of a peer's notice.
    Told(answer::Told),
    /// Own or protected aircraft and people in or near danger, by time to act.
    Exposure(exposure::Args),
    /// Notices that come closer to our plans or zones than required.
    Conflicts(exposure::Args),
    /// Secondary hazards: list, warn, end, close.
    #[command(subcommand)]
    Hazard(hazard::Verb),
    /// CEASE: stop for good, to every desk of the peer at once.
    Cease(stop::Args),
    /// CHECK FIRE: pause, to every desk of the peer at once.
    Checkfire(stop::Args),
    /// CEASE and CHECK FIRE of both sides, and answers to them.
    #[command(subcommand)]
    Stop(stop::Verb),
    /// Say something to the peer's desk; free text is unverified.
    Say(say::Say),
    /// Dialogues on a line.
    Talk(say::Talk),
    /// Accounts of voice calls.
    #[command(subcommand)]
    Voice(voice::Verb),
    /// The alarm queue.
    Alarms(alarms::Args),
    /// Hand the watch over.
    Handover(alarms::HandOver),
    /// Standing volumes of this party.
    #[command(subcommand)]
    Zone(zone::Verb),
    /// People and protected sites in this party's care.
    #[command(subcommand)]
    People(people::Verb),
    /// Positions of own aircraft.
    #[command(subcommand)]
    Position(position::Verb),
    /// What both sides signed, and our signature.
    #[command(subcommand)]
    Terms(terms::Verb),
    /// Confirm the six words of a line, as the peer's officer read them by voice.
    Words(terms::Words),
    /// Sign the new epoch of a line.
    Epoch(terms::Epoch),
    /// What each side did on a line, in figures.
    Statistics(terms::Statistics),
}

/// Carries a verb out.
pub(super) fn run(verb: Verb, at: &At) -> Result<(), Failed> {
    let desk = Session::open(at)?;
    match verb {
        Verb::Plan(verb) => plan::run(verb, &desk),
        Verb::Notify(args) => notify::notify(&args, &desk),
        Verb::Amend(args) => notify::amend(&args, &desk),
        Verb::Withdraw(args) => notify::withdraw(&args, &desk),
        Verb::Activate(args) => notify::bare(&args, "activate", "ACTIVATED", &desk),
        Verb::Allclear(args) => notify::bare(&args, "all-clear", "ALL CLEAR", &desk),
        Verb::End(args) => notify::bare(&args, "end", "ENDED", &desk),
        Verb::Proceed(args) => notify::proceed(&args, &desk),
        Verb::Inbox(args) => inbox::list(&args, "peer", &desk),
        Verb::Outbox(args) => inbox::list(&args, "own", &desk),
        Verb::Open(args) => inbox::open(&args, &desk),
        Verb::Readback(args) => answer::read_back(&args, &desk),
        Verb::Note(args) => answer::plain(&args, "noted", "NOTED", &desk),
        Verb::Noconflict(args) => answer::plain(&args, "no_conflict_known", "NO CONFLICT KNOWN", &desk),
        Verb::Object(args) => answer::object(&args, &desk),
        Verb::Standby(args) => answer::plain(&args, "standby", "STANDBY", &desk),
        Verb::Unable(args) => answer::plain(&args, "unable", "UNABLE", &desk),
        Verb::Problem(args) => answer::plain(&args, "problem_reported", "PROBLEM REPORTED", &desk),
        Verb::Told(args) => answer::told(&args, &desk),
        Verb::Exposure(args) => exposure::list(&args, "exposure", &desk),
        Verb::Conflicts(args) => exposure::list(&args, "conflicts", &desk),
        Verb::Hazard(verb) => hazard::run(verb, &desk),
        Verb::Cease(args) => stop::stop(&args, "cease", "CEASE", &desk),
        Verb::Checkfire(args) => stop::stop(&args, "check-fire", "CHECK FIRE", &desk),
        Verb::Stop(verb) => stop::run(verb, &desk),
        Verb::Say(args) => say::say(args, &desk),
        Verb::Talk(args) => say::talk(&args, &desk),
        Verb::Voice(verb) => voice::run(verb, &desk),
        Verb::Alarms(args) => alarms::run(args, &desk),
        Verb::Handover(args) => alarms::hand_over(args, &desk),
        Verb::Zone(verb) => zone::run(verb, &desk),
        Verb::People(verb) => people::run(verb, &desk),
        Verb::Position(verb) => position::run(verb, &desk),
        Verb::Terms(verb) => terms::run(verb, &desk),
        Verb::Words(args) => terms::confirm(&args, &desk),
        Verb::Epoch(args) => terms::sign_epoch(&args, &desk),
        Verb::Statistics(args) => terms::statistics(&args, &desk),
    }
}

/// A desk at its node.
pub(super) struct Session<'a> {
    /// How to print.
    pub(super) at: &'a At,
    /// The way to the node.
    pub(super) client: Client,
}

impl<'a> Session<'a> {
    fn open(at: &'a At) -> Result<Self, Failed> {
        Ok(Session {
            at,
            client: Client::desk(at)?,
        })
    }

    /// The wall clock, for times typed from now.
    pub(super) fn now_us(&self) -> i64 {
        crate::clock::wall_us()
    }

    /// Reads a view and prints it.
    pub(super) fn show<T: DeserializeOwned>(
        &self,
        path: &str,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failed> {
        let value: Value = self.client.get(path)?;
        let view = read(&value)?;
        self.at.print(&value, text(&view));
        Ok(())
    }

    /// Asks for something once and prints what came of it.
    pub(super) fn post(&self, path: &str, body: &impl Serialize, said: &str) -> Result<(), Failed> {
        let value = self.client.post(path, body)?;
        self.print_done(&value, said)
    }

    /// The same for something that is taken away.
    pub(super) fn delete(&self, path: &str, said: &str) -> Result<(), Failed> {
        let value = self.client.delete(path)?;
        self.print_done(&value, said)
    }

    /// Asks; when the officer has to know something first, tells it and asks whether to go
    /// on. `yes` goes on at once.
    pub(super) fn post_confirmed<B: Serialize>(
        &self,
        path: &str,
        body: impl Fn(bool) -> B,
        yes: bool,
        said: &str,
    ) -> Result<(), Failed> {
        let first = self.client.post(path, &body(yes));
        let value = match first {
            Err(fault) => match fault.to_confirm() {
                Some(problem) if agreed(problem)? => self.client.post(path, &body(true))?,
                Some(_) => return Err(Failed::refused("not confirmed; nothing left this node")),
                None => return Err(fault.into()),
            },
            Ok(value) => value,
        };
        self.print_done(&value, said)
    }

    /// Prints what a request came to: its id, and what the officer should know.
    pub(super) fn print_done(&self, value: &Value, said: &str) -> Result<(), Failed> {
        let done: Done = read(value)?;
        let id = done.id.map(|id| format!(" {id}")).unwrap_or_default();
        self.at
            .print(value, format_args!("{said}{id}{}", notes_text(&done.notes)));
        Ok(())
    }

    /// The line of a notice: as named, or the only one on which this side has such a notice.
    pub(super) fn line_of(&self, notice: &str, author: &str, named: Option<&str>) -> Result<String, Failed> {
        if let Some(line) = named {
            return Ok(line.to_owned());
        }
        let all: Notices = self.client.get(&format!("/v1/notices?author={author}"))?;
        let mut lines = all
            .notices
            .into_iter()
            .filter(|shown| shown.id == notice)
            .map(|shown| shown.line);
        match (lines.next(), lines.next()) {
            (Some(line), None) => Ok(line),
            (Some(_), Some(_)) => Err(Failed::usage(format_args!(
                "notice {notice} stands on more than one line; say which with --line"
            ))),
            (None, _) => {
                let list = if author == "own" { "outbox" } else { "inbox" };
                Err(Failed::refused(format_args!(
                    "there is no notice {notice} here; see: detente {list} --all"
                )))
            }
        }
    }

    /// The path of something done with a notice.
    pub(super) fn notice_path(&self, line: &str, notice: &str, deed: &str) -> String {
        format!("/v1/lines/{}/notices/{}/{deed}", part(line), part(notice))
    }
}

/// A view out of JSON.
pub(super) fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Failed> {
    T::deserialize(value).map_err(|why| {
        Failed::internal(format_args!(
            "the node's answer cannot be read: {why}. Do both programs have one version?"
        ))
    })
}

/// What the officer should know, a line each.
pub(super) fn notes_text(notes: &[NoteShown]) -> String {
    notes
        .iter()
        .map(|note| format!("\n  {}", plain(&note.text)))
        .collect()
}

/// Shows what has to be known and asks; without a terminal the answer is no, and how to
/// confirm is said.
fn agreed(problem: &Problem) -> Result<bool, Failed> {
    let notes = notes_text(&problem.notes);
    if !std::io::stdin().is_terminal() {
        return Err(Failed::refused(format_args!(
            "before this leaves:{notes}\nRepeat it with --yes, or change it."
        )));
    }
    eprint!("Before this leaves:{notes}\nGo on? Type yes: ");
    let _may_not_show = std::io::stderr().flush();
    let mut typed = String::new();
    std::io::stdin()
        .read_line(&mut typed)
        .map_err(|why| Failed::internal(format_args!("nothing could be read from the terminal: {why}")))?;
    Ok(typed.trim().eq_ignore_ascii_case("yes"))
}
