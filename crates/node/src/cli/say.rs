//! `detente say` and `detente talk`.

use super::desk::Session;
use crate::client::part;
use crate::failed::Failed;
use crate::figures::write;
use crate::http::ask;
use crate::http::show::Messages;
use crate::http::show::lines::MessageShown;
use crate::table::{Table, plain};
use accord::act::{Response, Urgency};
use clap::ValueEnum;

/// One message. Distress goes ahead of everything.
#[derive(clap::Args, Debug)]
pub(super) struct Say {
    /// What to say.
    text: String,
    /// The line.
    #[arg(long)]
    line: String,
    /// How urgent.
    #[arg(long, value_enum, default_value_t = UrgencyWord::Normal)]
    urgency: UrgencyWord,
    /// Which answers are expected.
    #[arg(long, value_enum, default_value_t = ResponseWord::Roger)]
    response: ResponseWord,
    /// The peer's message that this one answers.
    #[arg(long, value_name = "MESSAGE")]
    answers: Option<String>,
    /// Closes the dialogue that it answers.
    #[arg(long, requires = "answers")]
    closes: bool,
    /// Exercise traffic.
    #[arg(long)]
    drill: bool,
}

/// Messages.
#[derive(clap::Args, Debug)]
pub(super) struct Talk {
    /// The line.
    #[arg(long)]
    line: String,
}

#[derive(Copy, Clone, Debug, ValueEnum)]
enum UrgencyWord {
    /// Life at risk now.
    Distress,
    /// Soon.
    Urgent,
    /// Routine.
    Normal,
}

#[derive(Copy, Clone, Debug, ValueEnum)]
enum ResponseWord {
    /// WILCO or UNABLE.
    Wilco,
    /// AFFIRM or NEGATIVE.
    Affirm,
    /// ROGER.
    Roger,
    /// Any answer.
    Any,
    /// None.
    None,
}

pub(super) fn say(args: Say, desk: &Session<'_>) -> Result<(), Failed> {
    let body = ask::Say {
        answers: args.answers,
        urgency: args.urgency.into(),
        response: args.response.into(),
        closes: args.closes,
        text: args.text,
        drill: args.drill,
    };
    desk.post(
        &format!("/v1/lines/{}/messages", part(&args.line)),
        &body,
        "said, not yet received:",
    )
}

pub(super) fn talk(args: &Talk, desk: &Session<'_>) -> Result<(), Failed> {
    desk.show(&format!("/v1/lines/{}/messages", part(&args.line)), list_text)
}

fn list_text(list: &Messages) -> String {
    let heading = [
        "MESSAGE",
        "WHOSE",
        "STATED",
        "RECEIVED",
        "URGENCY",
        "EXPECTS",
        "ANSWERS",
        "STATE",
        "TEXT (unverified)",
    ];
    let mut table = Table::new(&heading, "no messages");
    for message in &list.messages {
        let drill = if message.drill { "DRILL " } else { "" };
        table.row([
            message.id.clone(),
            format!("{} {}", message.author, plain(&message.desk)),
            write::instant(message.at_us),
            message
                .received_at_us
                .map_or_else(|| "no".to_owned(), write::clock),
            message.urgency.to_uppercase(),
            message.response.clone(),
            answered(message),
            if message.closed { "closed" } else { "OPEN" }.to_owned(),
            format!("{drill}{}", plain(&message.text)),
        ]);
    }
    table.to_string()
}

fn answered(message: &MessageShown) -> String {
    let id = message.answers.clone().unwrap_or_default();
    let unknown = if message.answers_unknown {
        " (no longer on file)"
    } else {
        ""
    };
    format!("{id}{unknown}")
}

impl From<UrgencyWord> for Urgency {
    fn from(word: UrgencyWord) -> Self {
        match word {
            UrgencyWord::Distress => Urgency::Distress,
            UrgencyWord::Urgent => Urgency::Urgent,
            UrgencyWord::Normal => Urgency::Normal,
        }
    }
}

impl From<ResponseWord> for Response {
    fn from(word: ResponseWord) -> Self {
        match word {
            ResponseWord::Wilco => Response::WilcoUnable,
            ResponseWord::Affirm => Response::AffirmNegative,
            ResponseWord::Roger => Response::R,
            ResponseWord::Any => Response::Y,
            ResponseWord::None => Response::N,
        }
    }
}
