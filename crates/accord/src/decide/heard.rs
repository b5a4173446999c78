//! What follows from an entry of the peer's log. Never refused, never dropped: what cannot
//! be understood is recorded as such, with an alarm, and answered by NOT UNDERSTOOD.

mod talk;

use crate::act::{Act, Answer, Class, Hazard, Level, Notice};
use crate::alarm::{AlarmKind, Author, Subject, Topic};
use crate::check_words::{READ_BACK_WORDS, matches, place_hash};
use crate::decide::case::{self, Case, Clocks, Raise};
use crate::decide::content::{Fit, fit};
use crate::decide::found::{self, Compared};
use crate::event::{Event, Retired, Timer};
use crate::ids::{Desk, HazardId, LineId, NoticeId};
use crate::input::Input;
use crate::lead;
use crate::limits::{FLASH_LEAD_US, RETAIN_US};
use crate::line::{Line, NoticeBook};
use crate::words::{GAZETTEER, PlaceCheck, place_check};

/// Where an entry stands and how it came.
#[derive(Copy, Clone)]
pub(crate) struct Meta<'i> {
    pub(crate) line: &'i LineId,
    pub(crate) epoch: u32,
    pub(crate) seq: u64,
    pub(crate) desk: &'i Desk,
    pub(crate) drill: bool,
    pub(crate) at_us: i64,
    pub(crate) received_at_us: i64,
    pub(crate) proven: bool,
}

impl Case<'_> {
    /// An entry of the peer's log.
    pub(crate) fn heard(&mut self, input: &Input) {
        let Input::Heard {
            line,
            epoch,
            seq,
            kind,
            desk,
            drill,
            at_us,
            received_at_us,
            proven,
            body,
        } = input
        else {
            return;
        };
        let (epoch, seq, drill, proven) = (*epoch, *seq, *drill, *proven);
        let meta = Meta {
            line,
            epoch,
            seq,
            desk,
            drill,
            at_us: *at_us,
            received_at_us: *received_at_us,
            proven,
        };
        if self
            .line(line)
            .heard
            .get(&(epoch, seq))
            .is_some_and(|entry| !entry.proven)
        {
            if proven {
                self.proven(line, epoch, seq);
            }
            return;
        }
        let read = Act::read(kind, body).map_err(|fault| fault.to_string());
        let fits = read.map(|act| (fit(self.line(line), Author::Peer, drill, *at_us, &act), act));
        match fits {
            Ok((Fit::New, act)) => self.understood(meta, act),
            Ok((Fit::Again, act)) => self.heard_again(meta, act),
            Ok((Fit::Early(why) | Fit::Not(why), _)) | Err(why) => self.not_understood(meta, kind, why),
        }
    }

    fn understood(&mut self, meta: Meta, act: Act) {
        self.push(Event::Heard {
            line: meta.line.clone(),
            epoch: meta.epoch,
            seq: meta.seq,
            desk: meta.desk.clone(),
            drill: meta.drill,
            at_us: meta.at_us,
            received_at_us: meta.received_at_us,
            proven: meta.proven,
            act: act.clone(),
        });
        match &act {
            Act::Notice(notice) => self.heard_notice(meta, notice),
            Act::Withdraw { id, .. } => self.heard_over(meta, id, true),
            Act::End { id } => self.heard_over(meta, id, false),
            Act::Activate { id } => self.heard_activate(meta, id),
            Act::Proceed { id, words } => self.heard_proceed(meta, id, words),
            Act::AllClear { .. } => {}
            Act::Opened { id, version } => self.heard_opened(meta, id, *version),
            Act::ReadBack {
                id,
                version,
                words,
                check,
            } => self.heard_read_back(meta, id, *version, (words, check)),
            Act::Answer {
                id, answer, words, ..
            } => self.heard_answer(meta, id, *answer, words),
            Act::Hazard(hazard) => self.heard_hazard(meta, hazard),
            Act::HazardOver { id } => self.heard_hazard_over(meta, id),
            _ => self.heard_talk(meta, &act),
        }
    }

    fn heard_again(&mut self, meta: Meta, act: Act) {
        let (epoch, seq, proven) = (meta.epoch, meta.seq, meta.proven);
        let (line, kind, received_at_us) = (meta.line.clone(), act.kind().to_owned(), meta.received_at_us);
        self.push(Event::HeardAgain {
            line,
            epoch,
            seq,
            kind,
            received_at_us,
            proven,
            act,
        });
    }

    fn not_understood(&mut self, meta: Meta, kind: &str, why: String) {
        let (epoch, seq, proven) = (meta.epoch, meta.seq, meta.proven);
        let kind: String = kind.chars().take(crate::limits::MAX_NAME_CHARS).collect();
        self.push(Event::HeardUnreadable {
            line: meta.line.clone(),
            epoch,
            seq,
            kind: kind.clone(),
            why: why.clone(),
            received_at_us: meta.received_at_us,
            proven,
        });
        let subject = Subject::Entry {
            author: Author::Peer,
            epoch,
            seq,
        };
        let alarm = AlarmKind::NotUnderstood {
            kind: kind.clone(),
            why: why.clone(),
        };
        self.raise(Raise::on(meta.line, subject, meta.drill, alarm));
        // Two nodes that do not understand each other must not answer each other for ever.
        if kind != "not-understood" {
            let watch = self.mind.watch();
            self.state(
                meta.line,
                &watch,
                meta.drill,
                None,
                Act::NotUnderstood { epoch, seq, why },
            );
        }
    }

    fn heard_notice(&mut self, meta: Meta, notice: &Notice) {
        let line = self.line(meta.line);
        let clocks = self.clocks(meta.line);
        let flash = is_flash(notice, meta.received_at_us);
        let timer = Timer::Opened {
            line: meta.line.clone(),
            author: Author::Peer,
            id: notice.id.clone(),
        };
        self.start(timer, opened_within_us(clocks, flash));
        self.settle(
            Topic::Opened,
            Some(meta.line),
            case::notice(Author::Peer, &notice.id),
        );
        self.standby_is_over(meta.line, Author::Peer, &notice.id);
        self.retire_notice_at(meta.line, Author::Peer, notice);
        for hazard in &notice.hazards {
            self.hazard_ends(meta.line, hazard);
        }
        self.first_lead(meta, line, notice);
        self.check_size(meta, line, notice);
        self.check_place(meta, notice);
        let key = Case::notice_key(meta.line, &notice.id);
        self.compare(&key, &found::of_stated(line, notice, meta.drill));
    }

    /// The lead as of what is known now; our own RECEIVED decides it.
    fn first_lead(&mut self, meta: Meta, line: &Line, notice: &Notice) {
        let before = line.notices.peer.get(&notice.id).map(NoticeBook::notice);
        let from_us = lead::lead_from_us(before, notice);
        let lead_us = from_us.map(|from_us| from_us.saturating_sub(meta.received_at_us));
        let author = line.claim(Author::Peer, notice.class);
        let receiver = line.claim(Author::Own, notice.class);
        let lateness = lead::lateness(notice.class, lead_us, author.as_ref(), receiver.as_ref());
        let (id, version) = (&notice.id, notice.version);
        self.lead_of_peer(
            meta.line,
            id,
            version,
            meta.drill,
            meta.received_at_us,
            (lead_us, lateness),
        );
    }

    fn check_size(&mut self, meta: Meta, line: &Line, notice: &Notice) {
        let Some((km2_h, limit_km2_h)) = self.blanket(line, notice.class, &notice.volumes) else {
            return;
        };
        let (line, id) = (meta.line.clone(), notice.id.clone());
        self.push(Event::Blanket {
            line,
            author: Author::Peer,
            id,
            km2_h,
            limit_km2_h,
        });
        let subject = case::notice(Author::Peer, &notice.id);
        let kind = AlarmKind::Blanket { km2_h, limit_km2_h };
        self.raise(Raise::on(meta.line, subject, meta.drill, kind));
    }

    fn check_place(&mut self, meta: Meta, notice: &Notice) {
        let subject = case::notice(Author::Peer, &notice.id);
        let act_by_us = Some(notice.window.start_us);
        if notice.level == Level::Words {
            let raise = Raise::on(meta.line, subject, meta.drill, AlarmKind::WordsOnly);
            return self.raise(raise.act_by(act_by_us));
        }
        self.settle(Topic::Place, Some(meta.line), subject.clone());
        if let PlaceCheck::Contradicts { said, distance_mm } =
            place_check(&notice.words, &notice.volumes, GAZETTEER)
        {
            let kind = AlarmKind::PlaceContradicts { said, distance_mm };
            self.raise(Raise::on(meta.line, subject, meta.drill, kind).act_by(act_by_us));
        }
    }

    fn heard_over(&mut self, meta: Meta, id: &NoticeId, withdrawn: bool) {
        let Some(book) = self.line(meta.line).notices.peer.get(id) else {
            return;
        };
        let (line, author) = (meta.line.clone(), Author::Peer);
        if withdrawn && book.was_answered() {
            self.push(Event::PossibleProbing {
                line: line.clone(),
                author,
                id: id.clone(),
            });
        }
        self.stop(Timer::Opened {
            line: line.clone(),
            author,
            id: id.clone(),
        });
        self.stop(Timer::Standby {
            line: line.clone(),
            author,
            id: id.clone(),
        });
        let what = Retired::Notice {
            author,
            id: id.clone(),
        };
        self.start(
            Timer::Retire {
                line: Some(line),
                what,
            },
            RETAIN_US,
        );
        for topic in [Topic::Opened, Topic::Standby, Topic::Place] {
            self.settle(topic, Some(meta.line), case::notice(author, id));
        }
        let key = Case::notice_key(meta.line, id);
        let open = self.mind.compared(&key).map(|compared| Compared {
            volumes: Vec::new(),
            ..compared
        });
        self.compare_after(&key, open);
    }

    fn heard_activate(&mut self, meta: Meta, id: &NoticeId) {
        let Some(book) = self.line(meta.line).notices.peer.get(id) else {
            return;
        };
        if book.is_objected_to() && book.proceeding.is_none() {
            self.heard_proceed(meta, id, "it has begun");
        }
    }

    fn heard_proceed(&mut self, meta: Meta, id: &NoticeId, words: &str) {
        let Some(book) = self.line(meta.line).notices.peer.get(id) else {
            return;
        };
        let kind = AlarmKind::Proceeding {
            words: words.to_owned(),
        };
        let raise = Raise::on(meta.line, case::notice(Author::Peer, id), meta.drill, kind);
        self.raise(raise.act_by(Some(book.notice().window.start_us)));
    }

    fn heard_opened(&mut self, meta: Meta, id: &NoticeId, version: u32) {
        let Some(book) = self.line(meta.line).notices.own.get(id) else {
            return;
        };
        if book.notice().version == version {
            self.stop(Timer::Opened {
                line: meta.line.clone(),
                author: Author::Own,
                id: id.clone(),
            });
            self.settle(Topic::Opened, Some(meta.line), case::notice(Author::Own, id));
        }
    }

    fn heard_read_back(&mut self, meta: Meta, id: &NoticeId, version: u32, (words, check): (&str, &str)) {
        let Some(book) = self.line(meta.line).notices.own.get(id) else {
            return;
        };
        let Some(stated) = book.version(version).map(|version| &version.notice) else {
            return;
        };
        let hash = place_hash(&stated.window, &stated.volumes, &stated.words);
        let other_words = !check.trim().is_empty() && !matches(check, &hash, READ_BACK_WORDS);
        let place = place_check(words, &stated.volumes, GAZETTEER);
        if other_words || matches!(place, PlaceCheck::Contradicts { .. }) {
            let kind = AlarmKind::ReadBackDiffers {
                words: words.to_owned(),
            };
            let raise = Raise::on(meta.line, case::notice(Author::Own, id), meta.drill, kind);
            self.raise(raise.act_by(Some(stated.window.start_us)));
        }
    }

    fn heard_answer(&mut self, meta: Meta, id: &NoticeId, answer: Answer, words: &str) {
        let Some(book) = self.line(meta.line).notices.own.get(id) else {
            return;
        };
        self.answered(meta.line, Author::Own, id, answer);
        let subject = case::notice(Author::Own, id);
        let words = words.to_owned();
        let kind = match answer {
            Answer::Object => AlarmKind::Objection { words },
            Answer::Unable => AlarmKind::PeerUnable { words },
            Answer::ProblemReported => AlarmKind::ProblemReported { words },
            Answer::Standby => return,
            Answer::Noted | Answer::NoConflictKnown => {
                return self.settle(Topic::Answer, Some(meta.line), subject);
            }
        };
        let raise = Raise::on(meta.line, subject, meta.drill, kind);
        self.raise(raise.act_by(Some(book.notice().window.start_us)));
    }

    fn heard_hazard(&mut self, meta: Meta, hazard: &Hazard) {
        self.hazard_ends(meta.line, hazard);
        let subject = case::hazard(Author::Peer, &hazard.id);
        let raise = Raise::on(meta.line, subject.clone(), meta.drill, AlarmKind::HazardHeard);
        self.raise(raise.act_by(Some(hazard.volume.window.start_us)));
        self.compare(
            &(meta.line.clone(), subject),
            &Compared::hazard(hazard, meta.drill),
        );
    }

    fn heard_hazard_over(&mut self, meta: Meta, id: &HazardId) {
        let Some(book) = self.line(meta.line).hazards.peer.get(id) else {
            return;
        };
        if !book.is_closed() {
            let subject = case::hazard(Author::Peer, id);
            self.raise(Raise::on(
                meta.line,
                subject,
                meta.drill,
                AlarmKind::HazardSaidOver,
            ));
        }
    }

    fn hazard_ends(&mut self, line: &LineId, hazard: &Hazard) {
        if self.line(line).hazards.peer.contains_key(&hazard.id) {
            return;
        }
        let (line, id) = (line.clone(), hazard.id.clone());
        self.start_at(
            Timer::HazardEnd {
                line,
                author: Author::Peer,
                id,
            },
            hazard.volume.window.end_us,
        );
    }
}

/// Whether a desk has to open it at once: danger, or a start that is near.
pub(crate) fn is_flash(notice: &Notice, received_at_us: i64) -> bool {
    notice.class == Class::Hazard || notice.window.start_us.saturating_sub(received_at_us) < FLASH_LEAD_US
}

/// How soon a desk has to open it, µs.
pub(crate) fn opened_within_us(clocks: Clocks, flash: bool) -> i64 {
    if flash { clocks.flash_us } else { clocks.opened_us }
}
