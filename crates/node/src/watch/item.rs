//! Names of what stands in the queue.

use crate::http::show::SubjectShown;
use crate::http::show::lines::{MessageShown, StopShown, VoiceShown};
use crate::http::show::notices::{HazardShown, NoticeShown};

/// What kind of thing.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// An alarm.
    Alarm,
    /// CEASE or CHECK FIRE.
    Stop,
    /// A notice.
    Notice,
    /// A secondary hazard.
    Hazard,
    /// A message.
    Message,
    /// An account of a call.
    Voice,
}

/// Names one thing across pictures.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    /// What kind of thing.
    pub(super) kind: Kind,
    /// The line; empty for an alarm, whose id is enough.
    pub(super) line: String,
    /// Whether the peer stated it.
    pub(super) of_peer: bool,
    /// Its id.
    pub(super) id: String,
}

impl Item {
    /// An alarm.
    pub(super) fn alarm(id: &str) -> Self {
        Item {
            kind: Kind::Alarm,
            line: String::new(),
            of_peer: false,
            id: id.to_owned(),
        }
    }

    /// A notice.
    pub(super) fn notice(notice: &NoticeShown) -> Self {
        Item::new(Kind::Notice, &notice.line, &notice.author, &notice.id)
    }

    /// A hazard.
    pub(super) fn hazard(hazard: &HazardShown) -> Self {
        Item::new(Kind::Hazard, &hazard.line, &hazard.author, &hazard.hazard.id.0)
    }

    /// A stop.
    pub(super) fn stop(stop: &StopShown) -> Self {
        Item::new(Kind::Stop, &stop.line, &stop.author, &stop.id)
    }

    /// A message.
    pub(super) fn message(line: &str, message: &MessageShown) -> Self {
        Item::new(Kind::Message, line, &message.author, &message.id)
    }

    /// An account of a call.
    pub(super) fn voice(line: &str, voice: &VoiceShown) -> Self {
        Item::new(Kind::Voice, line, &voice.author, &voice.id)
    }

    /// What an alarm or a finding is about, where that is a thing with a name.
    pub(super) fn about(line: &str, subject: &SubjectShown) -> Option<Self> {
        let kind = match subject.kind.as_str() {
            "notice" => Kind::Notice,
            "hazard" => Kind::Hazard,
            "stop" => Kind::Stop,
            "message" => Kind::Message,
            "voice" => Kind::Voice,
            _ => return None,
        };
        Some(Item::new(
            kind,
            line,
            subject.author.as_deref()?,
            subject.id.as_deref()?,
        ))
    }

    fn new(kind: Kind, line: &str, author: &str, id: &str) -> Self {
        Item {
            kind,
            line: line.to_owned(),
            of_peer: author == "peer",
            id: id.to_owned(),
        }
    }
}
