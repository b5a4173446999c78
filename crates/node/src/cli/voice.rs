//! `detente voice …`

use super::desk::Session;
use crate::client::part;
use crate::failed::Failed;
use crate::figures::{self, write};
use crate::http::ask;
use crate::http::show::Voice;
use crate::table::{Table, plain};
use accord::act::VoiceAnswer;
use clap::ValueEnum;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// Calls stay primary for years; without them the log is a minority record.
#[derive(clap::Subcommand, Debug)]
pub(super) enum Verb {
    /// Record a call as this side's account.
    Log {
        /// The line.
        #[arg(long)]
        line: String,
        /// When it was: RFC 3339, or now.
        #[arg(long, value_name = "TIME", default_value = "now")]
        heard_at: String,
        /// What was said.
        #[arg(long)]
        words: String,
        /// A recording; only its hash leaves.
        #[arg(long, value_name = "FILE")]
        tape: Option<PathBuf>,
        /// Exercise traffic.
        #[arg(long)]
        drill: bool,
    },
    /// Accounts of both sides.
    List {
        /// The line.
        #[arg(long)]
        line: String,
    },
    /// Answer the peer's account.
    Answer {
        /// Its id.
        account: String,
        /// The answer.
        answer: Word,
        /// The line.
        #[arg(long)]
        line: String,
        /// In words.
        #[arg(long, default_value = "")]
        words: String,
    },
}

/// Answers.
#[derive(Copy, Clone, Debug, ValueEnum)]
pub(super) enum Word {
    /// So we heard it.
    Confirmed,
    /// We heard something else.
    Disputed,
    /// We heard nothing.
    NotHeard,
}

pub(super) fn run(verb: Verb, desk: &Session<'_>) -> Result<(), Failed> {
    match verb {
        Verb::Log {
            line,
            heard_at,
            words,
            tape,
            drill,
        } => {
            let heard_at_us = figures::instant(&heard_at, desk.now_us())?;
            let tape_sha256 = tape.map(hash_of).transpose()?;
            let body = ask::LogVoice {
                heard_at_us,
                words,
                tape_sha256,
                drill,
            };
            desk.post(
                &format!("/v1/lines/{}/voice", part(&line)),
                &body,
                "account stated:",
            )
        }
        Verb::List { line } => desk.show(&format!("/v1/lines/{}/voice", part(&line)), list_text),
        Verb::Answer {
            account,
            answer,
            line,
            words,
        } => {
            let body = ask::AnswerVoice {
                answer: answer.into(),
                words,
            };
            let path = format!("/v1/lines/{}/voice/{}/answer", part(&line), part(&account));
            desk.post(&path, &body, "answered")
        }
    }
}

fn hash_of(tape: PathBuf) -> Result<String, Failed> {
    let failed = |why| Failed::file("read the recording", &tape, &why);
    let mut file = std::fs::File::open(&tape).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let read = std::io::Read::read(&mut file, &mut chunk).map_err(failed)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&chunk[..read]);
    }
}

fn list_text(list: &Voice) -> String {
    let heading = [
        "ACCOUNT",
        "WHOSE",
        "CALL AT",
        "STATED",
        "TAPE",
        "OTHER SIDE",
        "WORDS",
    ];
    let mut table = Table::new(&heading, "no calls on record");
    for account in &list.accounts {
        let answer = account.answer.as_ref();
        let drill = if account.drill { "DRILL " } else { "" };
        table.row([
            account.id.clone(),
            format!("{} {}", account.author, plain(&account.desk)),
            write::instant(account.heard_at_us),
            write::clock(account.at_us),
            account
                .tape_sha256
                .as_ref()
                .map_or("none", |_| "hash on file")
                .to_owned(),
            answer.map_or_else(
                || "no answer".to_owned(),
                |answer| answer.replace('_', " ").to_uppercase(),
            ),
            format!("{drill}{}", plain(&account.words)),
        ]);
    }
    table.to_string()
}

impl From<Word> for VoiceAnswer {
    fn from(word: Word) -> Self {
        match word {
            Word::Confirmed => VoiceAnswer::Confirmed,
            Word::Disputed => VoiceAnswer::Disputed,
            Word::NotHeard => VoiceAnswer::NotHeard,
        }
    }
}
