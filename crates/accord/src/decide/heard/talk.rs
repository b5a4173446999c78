//! Stops, dialogues, voice and signatures of the peer.

use super::Meta;
use crate::act::{Act, Response, Urgency, VoiceAnswer};
use crate::alarm::{AlarmKind, Author, Subject};
use crate::decide::case::{Case, Raise};
use crate::event::{Retired, Timer};
use crate::ids::ActId;

impl Case<'_> {
    /// A stop, a message, a voice account, a signature, or that we were not understood.
    pub(super) fn heard_talk(&mut self, meta: Meta, act: &Act) {
        match act {
            Act::Cease { id, .. } => self.heard_stop(meta, id, false),
            Act::CheckFire { id, .. } => self.heard_stop(meta, id, true),
            Act::StopAnswer { id, .. } => self.stop_answered(meta.line, Author::Own, id),
            Act::Say {
                id,
                urgency,
                response,
                text,
                ..
            } => self.heard_say(meta, id, (*urgency, *response), text),
            Act::Voice { id, .. } => {
                self.retire_later(
                    meta.line,
                    Retired::Voice {
                        author: Author::Peer,
                        id: id.clone(),
                    },
                );
            }
            Act::VoiceAnswer { id, answer, words } => self.heard_voice_answer(meta, id, *answer, words),
            Act::WordsConfirmed { words } => {
                let own = self.line(meta.line).words.own.clone();
                self.compare_key_words(meta.line, own.as_deref(), Some(words));
            }
            Act::NotUnderstood { epoch, seq, why } => {
                let subject = Subject::Entry {
                    author: Author::Own,
                    epoch: *epoch,
                    seq: *seq,
                };
                let kind = AlarmKind::PeerDidNotUnderstand { why: why.clone() };
                self.raise(Raise::on(meta.line, subject, meta.drill, kind));
            }
            _ => {}
        }
    }

    fn heard_stop(&mut self, meta: Meta, id: &ActId, pause: bool) {
        let stop_us = self.clocks(meta.line).stop_us;
        let subject = Subject::Stop {
            author: Author::Peer,
            id: id.clone(),
        };
        let raise = Raise::on(meta.line, subject, meta.drill, AlarmKind::StopHeard { pause });
        self.raise(raise.within(stop_us));
        self.start(
            Timer::Stop {
                line: meta.line.clone(),
                author: Author::Peer,
                id: id.clone(),
            },
            stop_us,
        );
        self.retire_later(
            meta.line,
            Retired::Stop {
                author: Author::Peer,
                id: id.clone(),
            },
        );
    }

    fn heard_say(&mut self, meta: Meta, id: &ActId, (urgency, response): (Urgency, Response), text: &str) {
        self.retire_later(
            meta.line,
            Retired::Message {
                author: Author::Peer,
                id: id.clone(),
            },
        );
        let clocks = self.clocks(meta.line);
        let subject = Subject::Message {
            author: Author::Peer,
            id: id.clone(),
        };
        let text = text.to_owned();
        let timer = Timer::Message {
            line: meta.line.clone(),
            id: id.clone(),
        };
        match urgency {
            Urgency::Distress => {
                let raise = Raise::on(meta.line, subject, meta.drill, AlarmKind::Distress { text });
                self.raise(raise.within(clocks.flash_us));
            }
            _ if response == Response::N => {}
            Urgency::Urgent => {
                let raise = Raise::on(meta.line, subject, meta.drill, AlarmKind::MessageWaiting { text });
                self.raise(raise.within(clocks.flash_us));
            }
            Urgency::Normal => self.start(timer, clocks.opened_us),
        }
    }

    fn heard_voice_answer(&mut self, meta: Meta, id: &ActId, answer: VoiceAnswer, words: &str) {
        if answer != VoiceAnswer::Confirmed {
            let subject = Subject::Voice {
                author: Author::Own,
                id: id.clone(),
            };
            let kind = AlarmKind::VoiceDisputed {
                words: words.to_owned(),
            };
            self.raise(Raise::on(meta.line, subject, meta.drill, kind));
        }
    }
}
