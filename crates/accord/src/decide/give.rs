//! Giving notice, and what its author states of it afterwards.

use crate::act::{Act, Class, Hazard, Level, Notice};
use crate::alarm::Author;
use crate::check_words::{READ_BACK_WORDS, check_words, place_hash};
use crate::command::{HazardDraft, OperationDraft};
use crate::decide::case::Case;
use crate::decide::own::state_name;
use crate::decide::shape;
use crate::disclose::{Disclosure, blanket_km2_h, disclosed};
use crate::event::{Event, Retired, Timer};
use crate::ids::{Desk, HazardId, LineId, NoticeId, OperationId};
use crate::lead;
use crate::limits::{
    FLASH_LEAD_US, MAX_HAZARDS, MAX_NOTICES, MAX_NOTICES_WITH_SAFETY, MAX_VERSIONS, RETAIN_US,
};
use crate::line::{Line, NoticeBook};
use crate::outcome::Note;
use crate::refusal::Refusal;
use crate::terms::Terms;
use crate::words::{GAZETTEER, PlaceCheck, place_check};
use geo4d::VolumeSpec;

/// How an operation is to be told.
pub(crate) struct Telling<'c> {
    pub(crate) line: &'c LineId,
    pub(crate) level: Level,
    pub(crate) words: &'c str,
    pub(crate) confirmed: bool,
}

impl<'a> Case<'a> {
    /// Gives notice of an operation.
    pub(crate) fn notify(&mut self, desk: &Desk, id: &OperationId, telling: &Telling) -> Result<(), Refusal> {
        shape_of(telling)?;
        let line = self.known_line(telling.line)?;
        let book = self.operation(id)?;
        if book.state.is_over() {
            return Err(Refusal::Finished(state_name(book)));
        }
        self.not_told_twice(telling.line, line, id)?;
        let told = disclosed(&book.draft, telling.level).map_err(Refusal::BadVolumes)?;
        let safety = book.draft.class == Class::Hazard;
        let limit = if safety {
            MAX_NOTICES_WITH_SAFETY
        } else {
            MAX_NOTICES
        };
        shape::room("notices on this line", line.notices.own.len(), limit)?;
        room_for_hazards(line, told.hazards.len())?;
        let from_us = Some(told.window.start_us);
        self.before_release(line, &book.draft, &told, telling, from_us)?;
        let notice = NoticeId(self.fresh.on_line(telling.line));
        self.outcome.id = Some(notice.0.clone());
        let notice = self.with_ids(telling.line, worded(telling, &book.draft, told, (notice, 1), &[]));
        let (line, operation) = (telling.line.clone(), id.clone());
        self.push(Event::Discloses {
            line,
            notice: notice.id.clone(),
            operation,
        });
        self.state_notice(telling.line, desk, book.draft.drill, None, notice);
        Ok(())
    }

    /// States an operation as it is planned now.
    pub(crate) fn amend(&mut self, desk: &Desk, id: &NoticeId, telling: &Telling) -> Result<(), Refusal> {
        shape_of(telling)?;
        let line = self.known_line(telling.line)?;
        let own = self.own_live(line, id)?;
        let gone = || Refusal::NoSuchNotice(id.clone());
        let book = self.operation(own.operation.as_ref().ok_or_else(gone)?)?;
        let told = disclosed(&book.draft, telling.level).map_err(Refusal::BadVolumes)?;
        let stated = own.notice();
        let version = stated.version + 1;
        let next = (id.clone(), version);
        let notice = worded(telling, &book.draft, told.clone(), next, &stated.hazards);
        if same_but_version(stated, &notice) {
            return Err(Refusal::NothingChanged);
        }
        shape::room("versions of this notice", version as usize - 1, MAX_VERSIONS)?;
        room_for_hazards(line, told.hazards.len())?;
        let from_us = lead::lead_from_us(Some(stated), &notice);
        self.before_release(line, &book.draft, &told, telling, from_us)?;
        self.outcome.id = Some(id.0.clone());
        let notice = self.with_ids(telling.line, notice);
        self.state_notice(telling.line, desk, own.drill, Some(own), notice);
        Ok(())
    }

    /// It will not take place.
    pub(crate) fn withdraw(
        &mut self,
        desk: &Desk,
        line: &LineId,
        id: &NoticeId,
        words: &str,
    ) -> Result<(), Refusal> {
        shape::text("words", words)?;
        let own = self.own_live(self.known_line(line)?, id)?;
        self.state(
            line,
            desk,
            own.drill,
            Some(own),
            Act::Withdraw {
                id: id.clone(),
                words: words.to_owned(),
            },
        );
        if own.was_answered() {
            let (line, id) = (line.clone(), id.clone());
            self.push(Event::PossibleProbing {
                line,
                author: Author::Own,
                id,
            });
        }
        self.own_is_over(line, id, own);
        Ok(())
    }

    /// It has begun.
    pub(crate) fn activate(&mut self, desk: &Desk, line: &LineId, id: &NoticeId) -> Result<(), Refusal> {
        let own = self.own_live(self.known_line(line)?, id)?;
        if own.is_objected_to() && own.proceeding.is_none() {
            self.note(Note::ObjectionStands);
        }
        if own.state == crate::line::NoticeState::Active {
            self.note(Note::AlreadySo);
        } else {
            self.state(line, desk, own.drill, Some(own), Act::Activate { id: id.clone() });
        }
        Ok(())
    }

    /// What we do there is over.
    pub(crate) fn all_clear(&mut self, desk: &Desk, line: &LineId, id: &NoticeId) -> Result<(), Refusal> {
        let own = self.own_live(self.known_line(line)?, id)?;
        self.state(line, desk, own.drill, Some(own), Act::AllClear { id: id.clone() });
        Ok(())
    }

    /// It is over and will not resume.
    pub(crate) fn end(&mut self, desk: &Desk, line: &LineId, id: &NoticeId) -> Result<(), Refusal> {
        let own = self.own_live(self.known_line(line)?, id)?;
        self.state(line, desk, own.drill, Some(own), Act::End { id: id.clone() });
        self.own_is_over(line, id, own);
        Ok(())
    }

    /// Going on in spite of an objection.
    pub(crate) fn proceed(
        &mut self,
        desk: &Desk,
        line: &LineId,
        id: &NoticeId,
        words: &str,
    ) -> Result<(), Refusal> {
        shape::text("words", words)?;
        let own = self.own_live(self.known_line(line)?, id)?;
        if !own.is_objected_to() {
            return Err(Refusal::NoObjectionStands(id.clone()));
        }
        let act = Act::Proceed {
            id: id.clone(),
            words: words.to_owned(),
        };
        self.state(line, desk, own.drill, Some(own), act);
        self.settle(
            crate::alarm::Topic::Answer,
            Some(line),
            crate::decide::case::notice(Author::Own, id),
        );
        Ok(())
    }

    /// A line that exists.
    pub(crate) fn known_line(&self, line: &LineId) -> Result<&'a Line, Refusal> {
        self.mind
            .lines
            .get(line)
            .ok_or_else(|| Refusal::NoSuchLine(line.clone()))
    }

    fn own_live(&self, line: &'a Line, id: &NoticeId) -> Result<&'a NoticeBook, Refusal> {
        let own = line
            .notices
            .own
            .get(id)
            .ok_or_else(|| Refusal::NoSuchNotice(id.clone()))?;
        if own.is_live() {
            Ok(own)
        } else {
            Err(Refusal::Finished(format!("{:?}", own.state).to_uppercase()))
        }
    }

    fn not_told_twice(&self, name: &LineId, line: &Line, id: &OperationId) -> Result<(), Refusal> {
        let on_line = self
            .operation(id)?
            .notices
            .iter()
            .filter(|(line, _)| line == name);
        let live = |notice: &NoticeId| line.notices.own.get(notice).is_some_and(NoticeBook::is_live);
        match on_line.map(|(_, notice)| notice).find(|notice| live(notice)) {
            Some(notice) => Err(Refusal::AlreadyNotified(notice.clone())),
            None => Ok(()),
        }
    }

    /// What the officer has to know before it leaves, gravest first; asks for confirmation
    /// where that costs no time that the receiver needs.
    fn before_release(
        &mut self,
        line: &Line,
        draft: &OperationDraft,
        told: &Disclosure,
        telling: &Telling,
        from_us: Option<i64>,
    ) -> Result<(), Refusal> {
        self.place_note(telling.words, &draft.volumes);
        self.red_lines(draft);
        let lead_us = from_us.map(|from_us| from_us.saturating_sub(self.now.wall_us));
        self.lead_note(line, draft.class, lead_us);
        self.blanket_note(line, draft.class, told);
        self.hazard_note(draft, told);
        self.check_words_note(told, telling);
        let asks = self.outcome.notes.iter().any(Note::asks_confirmation);
        if asks && !telling.confirmed && !is_near(line, draft.class, lead_us) {
            return Err(Refusal::NeedsConfirmation(std::mem::take(
                &mut self.outcome.notes,
            )));
        }
        Ok(())
    }

    /// Words against the volumes as planned, whatever the level discloses of them.
    fn place_note(&mut self, words: &str, volumes: &[VolumeSpec]) {
        if words.trim().is_empty() {
            return;
        }
        self.note(match place_check(words, volumes, GAZETTEER) {
            PlaceCheck::Agrees => Note::PlaceAgrees,
            PlaceCheck::Contradicts { said, distance_mm } => Note::PlaceContradicts { said, distance_mm },
            PlaceCheck::TooVague => Note::PlaceTooVague,
        });
    }

    fn lead_note(&mut self, line: &Line, class: Class, lead_us: Option<i64>) {
        let Some(lead_us) = lead_us else { return };
        if lead::is_protected(class) {
            return;
        }
        self.note(match line.in_force().and_then(|terms| terms.floor_us(class)) {
            None => Note::NoFloorAgreed { lead_us },
            Some(floor_us) if lead_us < floor_us => Note::WouldBeLate { lead_us, floor_us },
            Some(floor_us) => Note::Lead { lead_us, floor_us },
        });
    }

    fn blanket_note(&mut self, line: &Line, class: Class, told: &Disclosure) {
        if let Some((km2_h, limit_km2_h)) = self.blanket(line, class, &told.volumes) {
            self.note(Note::Blanket { km2_h, limit_km2_h });
        }
    }

    fn hazard_note(&mut self, draft: &OperationDraft, told: &Disclosure) {
        if draft.class == Class::Hazard && draft.hazards.is_empty() {
            self.note(Note::NoHazardOnFile);
        }
        if told.hazards.len() < draft.hazards.len() {
            self.note(Note::HazardsNotTold);
        }
    }

    fn check_words_note(&mut self, told: &Disclosure, telling: &Telling) {
        if told.volumes.is_empty() {
            self.note(Note::WordsOnly);
        }
        let hash = place_hash(&told.window, &told.volumes, telling.words);
        let words = check_words(&hash, READ_BACK_WORDS)
            .into_iter()
            .map(str::to_owned)
            .collect();
        self.note(Note::CheckWords(words));
    }

    /// Names the hazards that have no id yet. Drawn last, so that a refused command draws
    /// nothing from the stream of a line.
    fn with_ids(&mut self, line: &LineId, mut notice: Notice) -> Notice {
        for hazard in notice.hazards.iter_mut().filter(|hazard| hazard.id.0.is_empty()) {
            hazard.id = HazardId(self.fresh.on_line(line));
        }
        notice
    }

    fn state_notice(
        &mut self,
        line: &LineId,
        desk: &Desk,
        drill: bool,
        stated: Option<&NoticeBook>,
        notice: Notice,
    ) {
        let received_us = self.clocks(line).received_us;
        self.start(
            Timer::Received {
                line: line.clone(),
                id: notice.id.clone(),
            },
            received_us,
        );
        self.own_notice_clocks(line, &notice);
        let (id, blanket) = (
            notice.id.clone(),
            self.blanket(self.line(line), notice.class, &notice.volumes),
        );
        self.state(line, desk, drill, stated, Act::Notice(notice));
        if let Some((km2_h, limit_km2_h)) = blanket {
            let line = line.clone();
            self.push(Event::Blanket {
                line,
                author: Author::Own,
                id,
                km2_h,
                limit_km2_h,
            });
        }
    }

    /// Area × time of a hazard notice and what is agreed, when it is more.
    pub(crate) fn blanket(&self, line: &Line, class: Class, volumes: &[VolumeSpec]) -> Option<(u64, u64)> {
        let terms = line.in_force().filter(|_| class == Class::Hazard)?;
        let km2_h = blanket_km2_h(volumes);
        (km2_h > terms.blanket_km2_h).then_some((km2_h, terms.blanket_km2_h))
    }

    /// Clocks of a notice of ours that its receipt does not start: some time after its end
    /// it leaves memory.
    pub(crate) fn own_notice_clocks(&mut self, line: &LineId, notice: &Notice) {
        self.stop(Timer::Opened {
            line: line.clone(),
            author: Author::Own,
            id: notice.id.clone(),
        });
        self.retire_notice_at(line, Author::Own, notice);
        for hazard in &notice.hazards {
            let (line, id) = (line.clone(), hazard.id.clone());
            self.start_at(
                Timer::HazardEnd {
                    line,
                    author: Author::Own,
                    id,
                },
                hazard.volume.window.end_us,
            );
        }
    }

    /// A notice leaves memory some time after its end.
    pub(crate) fn retire_notice_at(&mut self, line: &LineId, author: Author, notice: &Notice) {
        let what = Retired::Notice {
            author,
            id: notice.id.clone(),
        };
        let from_us = notice.window.end_us.max(self.now.wall_us);
        self.start_at(
            Timer::Retire {
                line: Some(line.clone()),
                what,
            },
            from_us.saturating_add(RETAIN_US),
        );
    }

    /// Nothing more is awaited of a notice that is over.
    fn own_is_over(&mut self, line: &LineId, id: &NoticeId, own: &NoticeBook) {
        self.stop(Timer::Received {
            line: line.clone(),
            id: id.clone(),
        });
        self.stop(Timer::Opened {
            line: line.clone(),
            author: Author::Own,
            id: id.clone(),
        });
        self.stop(Timer::Standby {
            line: line.clone(),
            author: Author::Own,
            id: id.clone(),
        });
        self.settle_about(line, &crate::decide::case::notice(Author::Own, id));
        let what = Retired::Notice {
            author: Author::Own,
            id: id.clone(),
        };
        self.start(
            Timer::Retire {
                line: Some(line.clone()),
                what,
            },
            RETAIN_US,
        );
        self.own_operation_is_over(line, id, own);
    }

    /// When the last live notice of an operation is over, the plan no longer counts.
    fn own_operation_is_over(&mut self, line: &LineId, id: &NoticeId, own: &NoticeBook) {
        let Some(operation) = own.operation.as_ref() else {
            return;
        };
        let Some(book) = self.mind.operations.get(operation) else {
            return;
        };
        let mut others = book
            .notices
            .iter()
            .filter(|(on, notice)| (on, notice) != (line, id));
        let live = |(on, notice): &(LineId, NoticeId)| {
            self.mind
                .lines
                .get(on)
                .and_then(|line| line.notices.own.get(notice))
                .is_some_and(NoticeBook::is_live)
        };
        if !others.any(live) {
            let draft = book.draft.clone();
            self.operation_changed(operation, Some(&draft), None);
        }
    }
}

fn shape_of(telling: &Telling) -> Result<(), Refusal> {
    match telling.level {
        Level::Words => shape::some_text("words", telling.words),
        Level::Exact | Level::Box => shape::text("words", telling.words),
    }
}

/// The notice of a disclosure. A hazard keeps its id only when nothing of it changed: to
/// the receiver a changed one is another one, and the first stays until the receiver closes
/// it. Others have none yet.
fn worded(
    telling: &Telling,
    draft: &OperationDraft,
    told: Disclosure,
    (id, version): (NoticeId, u32),
    stated: &[Hazard],
) -> Notice {
    let mut stated: Vec<&Hazard> = stated.iter().collect();
    let hazards = told
        .hazards
        .into_iter()
        .map(|draft| hazard(draft, &mut stated))
        .collect();
    Notice {
        id,
        version,
        class: draft.class,
        level: telling.level,
        window: told.window,
        volumes: told.volumes,
        words: telling.words.to_owned(),
        hazards,
    }
}

fn hazard(draft: HazardDraft, stated: &mut Vec<&Hazard>) -> Hazard {
    let HazardDraft { kind, volume, words } = draft;
    let same = |old: &&Hazard| old.kind == kind && old.volume == volume && old.words == words;
    let kept = stated
        .iter()
        .position(same)
        .map(|at| stated.remove(at).id.clone());
    let id = kept.unwrap_or_else(|| HazardId(String::new()));
    Hazard {
        id,
        kind,
        volume,
        words,
    }
}

fn room_for_hazards(line: &Line, more: usize) -> Result<(), Refusal> {
    shape::room(
        "hazards on this line",
        line.hazards.own.len() + more,
        MAX_HAZARDS + 1,
    )
}

/// Whether the start is nearer than the floor, agreed or proposed, so that asking back
/// would cost the receiver time it needs.
fn is_near(line: &Line, class: Class, lead_us: Option<i64>) -> bool {
    let proposal = Terms::pair_proposal();
    let terms = line.in_force().unwrap_or(&proposal);
    let floor_us = terms.floor_us(class).unwrap_or(FLASH_LEAD_US);
    lead_us.is_some_and(|lead_us| lead_us < floor_us)
}

fn same_but_version(stated: &Notice, notice: &Notice) -> bool {
    Notice {
        version: stated.version,
        ..notice.clone()
    } == *stated
}
