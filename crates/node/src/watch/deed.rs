//! What an officer asks of the node: one request each.

use super::item::Item;
use super::queue::stop_name;
use crate::client::part;
use crate::http::ask;
use accord::act::{Answer, Place, Response, StopAnswer, Urgency, VoiceAnswer};
use serde::Serialize;
use serde_json::Value;

/// A request that is to be made once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    /// In words, for the officer.
    pub(super) what: String,
    /// Where it goes.
    pub(super) path: String,
    /// What it says.
    pub(super) body: Value,
}

impl Deed {
    /// A desk opens a notice.
    pub(super) fn open(item: &Item) -> Self {
        Deed::of(
            format!("OPENED {}", item.id),
            on_notice(item, "open"),
            &ask::Open {},
        )
    }

    /// Place and time are read back.
    pub(super) fn read_back(item: &Item, words: &str, check: &str) -> Self {
        let body = ask::ReadBack {
            words: words.to_owned(),
            check: check.to_owned(),
        };
        Deed::of(
            format!("READ BACK {}", item.id),
            on_notice(item, "read-back"),
            &body,
        )
    }

    /// A notice is answered.
    pub(super) fn answer(item: &Item, answer: Answer, words: &str) -> Self {
        let body = ask::AnswerNotice {
            answer,
            words: words.to_owned(),
            counter: Vec::new(),
            confirmed: false,
        };
        let word = super::tell::shout(&super::queue::word(&answer));
        Deed::of(format!("{word} to {}", item.id), on_notice(item, "answer"), &body)
    }

    /// Somebody was told.
    pub(super) fn told(item: &Item, to: &str) -> Self {
        Deed::of(
            format!("told {to}"),
            on_notice(item, "told"),
            &ask::Told { to: to.to_owned() },
        )
    }

    /// A hazard is closed for own traffic.
    pub(super) fn close_hazard(item: &Item, words: &str) -> Self {
        let path = format!("/v1/lines/{}/hazards/{}/close", part(&item.line), part(&item.id));
        let body = ask::CloseHazard {
            words: words.to_owned(),
        };
        Deed::of(format!("hazard {} CLOSED for own traffic", item.id), path, &body)
    }

    /// CEASE, or CHECK FIRE when `pause`.
    pub(super) fn stop(line: &str, pause: bool, place: Place, drill: bool) -> Self {
        let what = format!(
            "{}{} on {line}",
            if drill { "DRILL " } else { "" },
            stop_name(pause)
        );
        let path = |word| format!("/v1/lines/{}/{word}", part(line));
        if pause {
            Deed::of(what, path("check-fire"), &ask::CheckFire { place, drill })
        } else {
            Deed::of(what, path("cease"), &ask::Cease { place, drill })
        }
    }

    /// A stop is answered.
    pub(super) fn answer_stop(item: &Item, answer: StopAnswer) -> Self {
        let path = format!("/v1/lines/{}/stops/{}/answer", part(&item.line), part(&item.id));
        let word = super::tell::shout(&super::queue::word(&answer));
        Deed::of(
            format!("{word} to {}", item.id),
            path,
            &ask::AnswerStop {
                answer,
                words: String::new(),
            },
        )
    }

    /// One message. One that answers another closes it, unless it is a standby.
    pub(super) fn say(
        line: &str,
        answers: Option<String>,
        urgency: Urgency,
        text: &str,
        drill: bool,
    ) -> Self {
        let closes = answers.is_some() && text != STANDBY;
        let response = if answers.is_some() {
            Response::N
        } else {
            Response::R
        };
        let text = text.to_owned();
        let body = ask::Say {
            answers,
            urgency,
            response,
            closes,
            text,
            drill,
        };
        Deed::of(
            format!("message on {line}"),
            format!("/v1/lines/{}/messages", part(line)),
            &body,
        )
    }

    /// An account of a call.
    pub(super) fn log_voice(line: &str, heard_at_us: i64, words: &str, drill: bool) -> Self {
        let body = ask::LogVoice {
            heard_at_us,
            words: words.to_owned(),
            tape_sha256: None,
            drill,
        };
        Deed::of(
            format!("call logged on {line}"),
            format!("/v1/lines/{}/voice", part(line)),
            &body,
        )
    }

    /// The peer's account is answered.
    pub(super) fn answer_voice(item: &Item, answer: VoiceAnswer, words: &str) -> Self {
        let path = format!("/v1/lines/{}/voice/{}/answer", part(&item.line), part(&item.id));
        let word = super::tell::shout(&super::queue::word(&answer));
        let body = ask::AnswerVoice {
            answer,
            words: words.to_owned(),
        };
        Deed::of(format!("{word} to the account {}", item.id), path, &body)
    }

    /// An alarm is acknowledged.
    pub(super) fn ack(alarm: &str) -> Self {
        Deed::of(
            "alarm acknowledged".to_owned(),
            format!("/v1/alarms/{}/ack", part(alarm)),
            &ask::AckAlarm {},
        )
    }

    /// The watch is handed over.
    pub(super) fn hand_over(words: &str) -> Self {
        let words: String = words.chars().take(accord::limits::MAX_TEXT_CHARS).collect();
        Deed::of(
            "watch handed over".to_owned(),
            "/v1/hand-overs".to_owned(),
            &ask::HandOver { words },
        )
    }

    /// The same, after the officer read what the node had to say about it.
    pub(super) fn confirmed(mut self) -> Self {
        self.body["confirmed"] = Value::Bool(true);
        self
    }

    fn of(what: String, path: String, body: &impl Serialize) -> Self {
        let body = serde_json::to_value(body).expect("request bodies are plain data");
        Deed { what, path, body }
    }
}

/// The text of a message that answers without closing.
pub(super) const STANDBY: &str = "STANDBY";

fn on_notice(item: &Item, verb: &str) -> String {
    format!("/v1/lines/{}/notices/{}/{verb}", part(&item.line), part(&item.id))
}
