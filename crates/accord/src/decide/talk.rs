//! Stops, dialogues, voice, signatures: what a desk states besides notices.

use crate::act::{Act, Place, Response, StopAnswer, Urgency, VoiceAnswer, is_sha256};
use crate::alarm::{AlarmKind, Author, Subject, Topic};
use crate::decide::case::{Case, Raise};
use crate::decide::shape;
use crate::event::{Retired, Timer};
use crate::ids::{ActId, Desk, LineId};
use crate::limits::{
    MAX_ANSWERS, MAX_MESSAGES, MAX_MESSAGES_WITH_DISTRESS, MAX_NAME_CHARS, MAX_STOPS, MAX_VOICES,
    RETAIN_TALK_US,
};
use crate::line::{Signed, same_words};
use crate::outcome::Note;
use crate::refusal::Refusal;
use crate::terms::Terms;
use crate::words::{GAZETTEER, places};

/// One message as a desk gives it.
pub(crate) struct Saying<'c> {
    pub(crate) answers: Option<&'c ActId>,
    pub(crate) urgency: Urgency,
    pub(crate) response: Response,
    pub(crate) closes: bool,
    pub(crate) text: &'c str,
    pub(crate) drill: bool,
}

/// A voice call as a desk remembers it.
pub(crate) struct Call<'c> {
    pub(crate) heard_at_us: i64,
    pub(crate) words: &'c str,
    pub(crate) tape_sha256: Option<&'c String>,
    pub(crate) drill: bool,
}

impl Case<'_> {
    /// CEASE, or CHECK FIRE when `pause`.
    pub(crate) fn stop_there(
        &mut self,
        desk: &Desk,
        line: &LineId,
        place: &Place,
        pause: bool,
        drill: bool,
    ) -> Result<(), Refusal> {
        shape::place(place)?;
        let known = self.known_line(line)?;
        shape::room("stops on this line", known.stops.own.len(), MAX_STOPS)?;
        let id = self.new_act(line);
        let place = place.clone();
        let act = if pause {
            Act::CheckFire {
                id: id.clone(),
                place,
            }
        } else {
            Act::Cease {
                id: id.clone(),
                place,
            }
        };
        let stop_us = self.clocks(line).stop_us;
        self.start(
            Timer::Stop {
                line: line.clone(),
                author: Author::Own,
                id: id.clone(),
            },
            stop_us,
        );
        self.retire_later(
            line,
            Retired::Stop {
                author: Author::Own,
                id,
            },
        );
        self.state(line, desk, drill, None, act);
        Ok(())
    }

    /// Answers a stop of the peer.
    pub(crate) fn answer_stop(
        &mut self,
        desk: &Desk,
        line: &LineId,
        id: &ActId,
        answer: StopAnswer,
        words: &str,
    ) -> Result<(), Refusal> {
        shape::text("words", words)?;
        let known = self.known_line(line)?;
        let book = known
            .stops
            .peer
            .get(id)
            .ok_or_else(|| Refusal::NoSuchAct(id.clone()))?;
        shape::room("answers to this stop", book.answers.len(), MAX_ANSWERS)?;
        self.state(
            line,
            desk,
            book.drill,
            None,
            Act::StopAnswer {
                id: id.clone(),
                answer,
                words: words.to_owned(),
            },
        );
        self.stop_answered(line, Author::Peer, id);
        Ok(())
    }

    /// A stop of `author` has an answer.
    pub(crate) fn stop_answered(&mut self, line: &LineId, author: Author, id: &ActId) {
        self.stop(Timer::Stop {
            line: line.clone(),
            author,
            id: id.clone(),
        });
        let subject = Subject::Stop {
            author,
            id: id.clone(),
        };
        self.settle(Topic::Stop, Some(line), subject.clone());
        self.settle(Topic::StopAnswer, Some(line), subject);
    }

    /// One message of a dialogue.
    pub(crate) fn say(&mut self, desk: &Desk, line: &LineId, saying: &Saying) -> Result<(), Refusal> {
        shape::some_text("text", saying.text)?;
        let known = self.known_line(line)?;
        if let Some(answers) = saying.answers {
            let book = known
                .messages
                .peer
                .get(answers)
                .ok_or_else(|| Refusal::NoSuchAct(answers.clone()))?;
            if book.drill != saying.drill {
                return Err(Refusal::Drill);
            }
        }
        let distress = saying.urgency == Urgency::Distress;
        let limit = if distress {
            MAX_MESSAGES_WITH_DISTRESS
        } else {
            MAX_MESSAGES
        };
        shape::room("messages on this line", known.messages.own.len(), limit)?;
        let id = self.new_act(line);
        self.retire_later(
            line,
            Retired::Message {
                author: Author::Own,
                id: id.clone(),
            },
        );
        if let Some(answers) = saying.answers {
            self.message_answered(line, answers, saying.closes);
        }
        let Saying {
            urgency,
            response,
            closes,
            drill,
            ..
        } = *saying;
        let (answers, text) = (saying.answers.cloned(), saying.text.to_owned());
        self.state(
            line,
            desk,
            drill,
            None,
            Act::Say {
                id,
                answers,
                urgency,
                response,
                closes,
                text,
            },
        );
        Ok(())
    }

    /// One side's account of a voice call.
    pub(crate) fn log_voice(&mut self, desk: &Desk, line: &LineId, call: &Call) -> Result<(), Refusal> {
        shape::some_text("words", call.words)?;
        shape::within("heard_at_us", call.heard_at_us, 0, self.now.wall_us)?;
        if call.tape_sha256.is_some_and(|hash| !is_sha256(hash)) {
            return Err(Refusal::BadTapeHash);
        }
        let known = self.known_line(line)?;
        shape::room("voice accounts on this line", known.voices.own.len(), MAX_VOICES)?;
        if places(call.words, GAZETTEER).is_empty() {
            self.note(Note::PlaceTooVague);
        }
        if !known
            .hazards
            .both()
            .any(|book| book.drill == call.drill && !book.is_closed() && book.said_over_at_us.is_none())
        {
            self.note(Note::NoHazardOnFile);
        }
        let id = self.new_act(line);
        self.retire_later(
            line,
            Retired::Voice {
                author: Author::Own,
                id: id.clone(),
            },
        );
        let (heard_at_us, words, tape_sha256) =
            (call.heard_at_us, call.words.to_owned(), call.tape_sha256.cloned());
        self.state(
            line,
            desk,
            call.drill,
            None,
            Act::Voice {
                id,
                heard_at_us,
                words,
                tape_sha256,
            },
        );
        Ok(())
    }

    /// Answers the peer's account.
    pub(crate) fn answer_voice(
        &mut self,
        desk: &Desk,
        line: &LineId,
        id: &ActId,
        answer: VoiceAnswer,
        words: &str,
    ) -> Result<(), Refusal> {
        shape::text("words", words)?;
        let known = self.known_line(line)?;
        let book = known
            .voices
            .peer
            .get(id)
            .ok_or_else(|| Refusal::NoSuchAct(id.clone()))?;
        if book.answer.is_some() {
            return Err(Refusal::AlreadyAnswered);
        }
        self.state(
            line,
            desk,
            book.drill,
            None,
            Act::VoiceAnswer {
                id: id.clone(),
                answer,
                words: words.to_owned(),
            },
        );
        Ok(())
    }

    /// Signs terms.
    pub(crate) fn sign_terms(&mut self, desk: &Desk, line: &LineId, terms: &Terms) -> Result<(), Refusal> {
        shape::name("name", &terms.name)?;
        let act = Act::SignTerms(terms.clone());
        let faults = act.faults();
        if !faults.is_empty() {
            return Err(Refusal::BadTerms(faults.join("; ")));
        }
        let known = self.known_line(line)?;
        let signed = Signed::new(terms.clone(), desk.clone(), self.now.wall_us);
        let newest = known.terms.pending.as_ref().or(known.terms.signed.own.as_ref());
        if newest.is_some_and(|newest| newest.digest == signed.digest) {
            self.note(Note::AlreadySo);
            return Ok(());
        }
        self.state(line, desk, false, None, act);
        Ok(())
    }

    /// Confirms the six words over both key sets.
    pub(crate) fn confirm_words(&mut self, desk: &Desk, line: &LineId, words: &str) -> Result<(), Refusal> {
        shape::name("words", words)?;
        shape::count("words", words.chars().count(), MAX_NAME_CHARS)?;
        let known = self.known_line(line)?;
        if known
            .words
            .own
            .as_deref()
            .is_some_and(|own| same_words(own, words))
        {
            self.note(Note::AlreadySo);
            return Ok(());
        }
        self.compare_key_words(line, Some(words), known.words.peer.as_deref());
        self.state(
            line,
            desk,
            false,
            None,
            Act::WordsConfirmed {
                words: words.to_owned(),
            },
        );
        Ok(())
    }

    /// An alarm when the two officers confirmed different words; its end when the same.
    pub(crate) fn compare_key_words(&mut self, line: &LineId, own: Option<&str>, peer: Option<&str>) {
        match own.zip(peer) {
            Some((own, peer)) if !same_words(own, peer) => {
                self.raise(Raise::on(line, Subject::Line, false, AlarmKind::KeyWordsDiffer));
            }
            Some(_) => self.settle(Topic::KeyWords, Some(line), Subject::Line),
            None => {}
        }
    }

    /// Stops, messages, voice accounts leave memory some time after they were stated.
    pub(crate) fn retire_later(&mut self, line: &LineId, what: Retired) {
        self.start(
            Timer::Retire {
                line: Some(line.clone()),
                what,
            },
            RETAIN_TALK_US,
        );
    }

    /// Our message answers one of the peer. One that does not close leaves its clock running.
    fn message_answered(&mut self, line: &LineId, id: &ActId, closes: bool) {
        if closes {
            self.stop(Timer::Message {
                line: line.clone(),
                id: id.clone(),
            });
            let subject = Subject::Message {
                author: Author::Peer,
                id: id.clone(),
            };
            self.settle(Topic::Talk, Some(line), subject);
        }
    }

    fn new_act(&mut self, line: &LineId) -> ActId {
        let id = ActId(self.fresh.on_line(line));
        self.outcome.id = Some(id.0.clone());
        id
    }
}
