//! What a desk does with the peer's notices and hazards.

use crate::act::{Act, Answer, Hazard};
use crate::alarm::{Author, Topic};
use crate::check_words::{READ_BACK_WORDS, matches, place_hash};
use crate::command::HazardDraft;
use crate::decide::case::{self, Case};
use crate::decide::shape;
use crate::event::{Event, Retired, Timer};
use crate::ids::{Desk, HazardId, LineId, NoticeId};
use crate::lead::is_protected;
use crate::limits::{MAX_ANSWERS, MAX_HAZARDS, MAX_TOLD, RETAIN_HAZARD_US, STANDBY_US};
use crate::line::{Line, NoticeBook};
use crate::outcome::Note;
use crate::refusal::Refusal;
use crate::words::{GAZETTEER, PlaceCheck, place_check};
use geo4d::VolumeSpec;

/// An answer as a desk gives it.
pub(crate) struct Answering<'c> {
    pub(crate) answer: Answer,
    pub(crate) words: &'c str,
    pub(crate) counter: &'c [VolumeSpec],
    pub(crate) confirmed: bool,
}

impl<'a> Case<'a> {
    /// A desk opened it in an attended session.
    pub(crate) fn open(&mut self, desk: &Desk, line: &LineId, id: &NoticeId) -> Result<(), Refusal> {
        let book = self.of_peer(self.known_line(line)?, id)?;
        if book.current().opened.is_some() {
            self.note(Note::AlreadySo);
            return Ok(());
        }
        let version = book.notice().version;
        self.state(
            line,
            desk,
            book.drill,
            None,
            Act::Opened {
                id: id.clone(),
                version,
            },
        );
        self.stop(Timer::Opened {
            line: line.clone(),
            author: Author::Peer,
            id: id.clone(),
        });
        self.settle(Topic::Opened, Some(line), case::notice(Author::Peer, id));
        Ok(())
    }

    /// A desk read it back.
    pub(crate) fn read_back(
        &mut self,
        desk: &Desk,
        line: &LineId,
        id: &NoticeId,
        words: &str,
        check: &str,
    ) -> Result<(), Refusal> {
        shape::some_text("words", words)?;
        shape::count("check", check.chars().count(), crate::limits::MAX_NAME_CHARS)?;
        let book = self.of_peer(self.known_line(line)?, id)?;
        let notice = book.notice();
        let hash = place_hash(&notice.window, &notice.volumes, &notice.words);
        if check.trim().is_empty() {
            self.note(Note::ReadBackWithoutCheckWords);
        } else if !matches(check, &hash, READ_BACK_WORDS) {
            return Err(Refusal::CheckWordsDiffer);
        }
        if let PlaceCheck::Contradicts { said, distance_mm } = place_check(words, &notice.volumes, GAZETTEER)
        {
            self.note(Note::PlaceContradicts { said, distance_mm });
        }
        let (words, check, version) = (words.to_owned(), check.to_owned(), notice.version);
        self.state(
            line,
            desk,
            book.drill,
            None,
            Act::ReadBack {
                id: id.clone(),
                version,
                words,
                check,
            },
        );
        Ok(())
    }

    /// A desk answers.
    pub(crate) fn answer(
        &mut self,
        desk: &Desk,
        line: &LineId,
        id: &NoticeId,
        answering: &Answering,
    ) -> Result<(), Refusal> {
        let Answering {
            answer,
            words,
            counter,
            confirmed,
        } = *answering;
        shape::text("words", words)?;
        let counters = if answer == Answer::Object {
            crate::limits::MAX_VOLUMES
        } else {
            0
        };
        shape::count("counter-proposed volumes", counter.len(), counters)?;
        shape::volumes_in("counter", counter)?;
        let book = self.of_peer(self.known_line(line)?, id)?;
        if !book.is_live() {
            return Err(Refusal::Finished(format!("{:?}", book.state).to_uppercase()));
        }
        rules(answer, is_protected(book.class()))?;
        shape::room(
            "answers to this version",
            book.current().answers.len(),
            MAX_ANSWERS,
        )?;
        if answer == Answer::Object {
            self.gives_away(words, counter, confirmed)?;
        }
        let version = book.notice().version;
        let (words, counter) = (words.to_owned(), counter.to_vec());
        let act = Act::Answer {
            id: id.clone(),
            version,
            answer,
            words,
            counter,
        };
        self.state(line, desk, book.drill, None, act);
        self.answered(line, Author::Peer, id, answer);
        self.settle(Topic::Lapsed, Some(line), case::notice(Author::Peer, id));
        Ok(())
    }

    /// The clock behind STANDBY, for a notice of `author`.
    pub(crate) fn answered(&mut self, line: &LineId, author: Author, id: &NoticeId, answer: Answer) {
        if answer != Answer::Standby {
            return self.standby_is_over(line, author, id);
        }
        let (line, id) = (line.clone(), id.clone());
        self.start(Timer::Standby { line, author, id }, STANDBY_US);
    }

    /// Nothing is awaited after STANDBY any more.
    pub(crate) fn standby_is_over(&mut self, line: &LineId, author: Author, id: &NoticeId) {
        self.stop(Timer::Standby {
            line: line.clone(),
            author,
            id: id.clone(),
        });
        self.settle(Topic::Standby, Some(line), case::notice(author, id));
    }

    /// A desk told its traffic or units.
    pub(crate) fn told(
        &mut self,
        desk: &Desk,
        line: &LineId,
        notice: &NoticeId,
        to: &str,
    ) -> Result<(), Refusal> {
        shape::name("to", to)?;
        let book = self.of_peer(self.known_line(line)?, notice)?;
        shape::room("entries of who was told", book.told.len(), MAX_TOLD)?;
        let (line, notice, to, at_us) = (line.clone(), notice.clone(), to.to_owned(), self.now.wall_us);
        self.push(Event::Told {
            line,
            notice,
            desk: desk.clone(),
            to,
            at_us,
        });
        Ok(())
    }

    /// Warns of a danger on its own.
    pub(crate) fn warn_hazard(
        &mut self,
        desk: &Desk,
        line: &LineId,
        draft: &HazardDraft,
        drill: bool,
    ) -> Result<(), Refusal> {
        shape::hazard(draft)?;
        let known = self.known_line(line)?;
        shape::room("hazards on this line", known.hazards.own.len(), MAX_HAZARDS)?;
        let id = HazardId(self.fresh.on_line(line));
        self.outcome.id = Some(id.0.clone());
        let end_us = draft.volume.window.end_us;
        self.start_at(
            Timer::HazardEnd {
                line: line.clone(),
                author: Author::Own,
                id: id.clone(),
            },
            end_us,
        );
        let HazardDraft { kind, volume, words } = draft.clone();
        self.state(
            line,
            desk,
            drill,
            None,
            Act::Hazard(Hazard {
                id,
                kind,
                volume,
                words,
            }),
        );
        Ok(())
    }

    /// Our hazard is over.
    pub(crate) fn hazard_over(&mut self, desk: &Desk, line: &LineId, id: &HazardId) -> Result<(), Refusal> {
        let known = self.known_line(line)?;
        let book = known
            .hazards
            .own
            .get(id)
            .ok_or_else(|| Refusal::NoSuchHazard(id.clone()))?;
        if book.said_over_at_us.is_some() {
            self.note(Note::AlreadySo);
            return Ok(());
        }
        let about = book
            .notice
            .as_ref()
            .and_then(|notice| known.notices.own.get(notice));
        self.state(line, desk, book.drill, about, Act::HazardOver { id: id.clone() });
        Ok(())
    }

    /// For this party's traffic a hazard of the peer is closed.
    pub(crate) fn close_hazard(
        &mut self,
        desk: &Desk,
        line: &LineId,
        id: &HazardId,
        words: &str,
    ) -> Result<(), Refusal> {
        shape::text("words", words)?;
        let known = self.known_line(line)?;
        let book = known
            .hazards
            .peer
            .get(id)
            .ok_or_else(|| Refusal::NoSuchHazard(id.clone()))?;
        if book.is_closed() {
            self.note(Note::AlreadySo);
            return Ok(());
        }
        let (words, at_us) = (words.to_owned(), self.now.wall_us);
        self.push(Event::HazardClosed {
            line: line.clone(),
            hazard: id.clone(),
            desk: desk.clone(),
            words,
            at_us,
        });
        self.stop(Timer::HazardEnd {
            line: line.clone(),
            author: Author::Peer,
            id: id.clone(),
        });
        let what = Retired::Hazard {
            author: Author::Peer,
            id: id.clone(),
        };
        self.start(
            Timer::Retire {
                line: Some(line.clone()),
                what,
            },
            RETAIN_HAZARD_US,
        );
        self.settle(Topic::Hazard, Some(line), case::hazard(Author::Peer, id));
        self.settle(Topic::HazardEnd, Some(line), case::hazard(Author::Peer, id));
        self.compare_without(line, id, book.notice.as_ref());
        Ok(())
    }

    /// A notice of the peer.
    fn of_peer(&self, line: &'a Line, id: &NoticeId) -> Result<&'a NoticeBook, Refusal> {
        line.notices
            .peer
            .get(id)
            .ok_or_else(|| Refusal::NoSuchNotice(id.clone()))
    }

    /// Looks again at what a hazard belonged to.
    fn compare_without(&mut self, line: &LineId, id: &HazardId, notice: Option<&NoticeId>) {
        let Some(notice) = notice else {
            return self.compare_after(&(line.clone(), case::hazard(Author::Peer, id)), None);
        };
        let key = Case::notice_key(line, notice);
        let Some(mut compared) = self.mind.compared(&key) else {
            return;
        };
        compared.hazards.retain(|open| open.id != *id);
        if compared.volumes.is_empty() {
            self.compare_after(&key, Some(compared));
        } else {
            self.compare(&key, &compared);
        }
    }

    fn gives_away(&mut self, words: &str, counter: &[VolumeSpec], confirmed: bool) -> Result<(), Refusal> {
        let (volumes, words) = (counter.len() as u64, !words.trim().is_empty());
        let note = Note::ObjectionGivesAway { volumes, words };
        if !confirmed {
            return Err(Refusal::NeedsConfirmation(vec![note]));
        }
        self.note(note);
        Ok(())
    }
}

/// Rescue and relief are never objected to and ask for no agreement.
fn rules(answer: Answer, protected: bool) -> Result<(), Refusal> {
    match (answer, protected) {
        (Answer::Object, true) => Err(Refusal::ProtectedIsNotObjectedTo),
        (Answer::NoConflictKnown, true) => Err(Refusal::ProtectedNeedsNoConflictAnswer),
        (Answer::ProblemReported, false) => Err(Refusal::OnlyForProtected),
        _ => Ok(()),
    }
}
