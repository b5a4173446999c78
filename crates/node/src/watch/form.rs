//! One line of writing: words that go with an answer.

use super::deed::Deed;
use super::item::Item;
use super::key::Key;
use accord::act::{Answer, Urgency, VoiceAnswer};
use accord::limits::MAX_TEXT_CHARS;

/// What the words are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Place and time as read, with the check words on this screen.
    ReadBack { item: Item, check: String },
    /// An answer that needs words.
    Answer { item: Item, answer: Answer },
    /// A message; `!` makes it urgent, `!!` distress.
    Message {
        line: String,
        answers: Option<String>,
        drill: bool,
    },
    /// An account of a call; `-5m` says how long ago.
    Voice { line: String, drill: bool },
    /// The peer's account is disputed.
    Dispute { item: Item },
    /// The hazard is over for own traffic.
    Close { item: Item },
    /// Who was told.
    Told { item: Item },
    /// The watch is handed over.
    HandOver { open: String },
}

/// A form of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// What for.
    pub(super) purpose: Purpose,
    /// What is asked.
    pub(super) title: String,
    /// What stands there.
    pub(super) text: String,
}

/// What a key made of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Goes on.
    More,
    /// Given up.
    Left,
    /// Done.
    Sent(Box<Deed>),
    /// Cannot be sent like this.
    Wrong(&'static str),
}

impl Form {
    /// An empty form, or one with a proposal that may be sent as it stands.
    pub(super) fn new(purpose: Purpose, title: impl Into<String>, text: impl Into<String>) -> Self {
        Form {
            purpose,
            title: title.into(),
            text: text.into(),
        }
    }

    /// Takes a key.
    pub(super) fn typed(&mut self, key: Key, now_us: i64) -> Typed {
        match key {
            Key::Esc => return Typed::Left,
            Key::Enter => return self.sent(now_us),
            Key::Ctrl('u') => self.text.clear(),
            Key::Backspace => {
                self.text.pop();
            }
            Key::Char(c) if self.text.chars().count() < MAX_TEXT_CHARS => self.text.push(c),
            _ => {}
        }
        Typed::More
    }

    fn sent(&self, now_us: i64) -> Typed {
        let words = self.text.trim();
        let optional = matches!(
            &self.purpose,
            Purpose::Answer {
                answer: Answer::Unable,
                ..
            }
        );
        if words.is_empty() && !optional {
            return Typed::Wrong("words are needed; Esc gives up");
        }
        self.deed(words, now_us)
            .map_or(Typed::Wrong("-5m WORDS: how long ago is not readable"), |deed| {
                Typed::Sent(Box::new(deed))
            })
    }

    fn deed(&self, words: &str, now_us: i64) -> Option<Deed> {
        Some(match &self.purpose {
            Purpose::ReadBack { item, check } => Deed::read_back(item, words, check),
            Purpose::Answer { item, answer } => Deed::answer(item, *answer, words),
            Purpose::Message { line, answers, drill } => {
                let (urgency, text) = urgency(words);
                Deed::say(line, answers.clone(), urgency, text, *drill)
            }
            Purpose::Voice { line, drill } => {
                let (heard_at_us, words) = heard(words, now_us)?;
                Deed::log_voice(line, heard_at_us, words, *drill)
            }
            Purpose::Dispute { item } => Deed::answer_voice(item, VoiceAnswer::Disputed, words),
            Purpose::Close { item } => Deed::close_hazard(item, words),
            Purpose::Told { item } => Deed::told(item, words),
            Purpose::HandOver { open } => Deed::hand_over(&format!("{words} | {open}")),
        })
    }
}

fn urgency(words: &str) -> (Urgency, &str) {
    if let Some(text) = words.strip_prefix("!!") {
        (Urgency::Distress, text.trim_start())
    } else if let Some(text) = words.strip_prefix('!') {
        (Urgency::Urgent, text.trim_start())
    } else {
        (Urgency::Normal, words)
    }
}

/// When a call was, and what was said. `-5m WORDS`, `-90s WORDS`, or words alone for now.
fn heard(words: &str, now_us: i64) -> Option<(i64, &str)> {
    let Some(rest) = words.strip_prefix('-') else {
        return Some((now_us, words));
    };
    let (ago, words) = rest.split_once(' ')?;
    let ago_us = crate::figures::duration(ago).ok()?;
    Some((now_us.checked_sub(ago_us)?, words.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_logged_at_the_time_it_was_heard() {
        assert_eq!(
            heard("-5m bogey north", 600_000_000),
            Some((300_000_000, "bogey north"))
        );
        assert_eq!(
            heard("bogey north", 600_000_000),
            Some((600_000_000, "bogey north"))
        );
        assert_eq!(heard("-soon bogey", 600_000_000), None);
    }

    #[test]
    fn marks_before_a_message_say_how_urgent_it_is() {
        assert_eq!(urgency("!! mayday"), (Urgency::Distress, "mayday"));
        assert_eq!(urgency("! call me"), (Urgency::Urgent, "call me"));
        assert_eq!(urgency("call me"), (Urgency::Normal, "call me"));
    }
}
