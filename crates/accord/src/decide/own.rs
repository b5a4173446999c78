//! This party's own books: operations, zones, people, positions. Nothing here leaves.

use crate::alarm::{Author, Subject};
use crate::command::OperationDraft;
use crate::decide::case::Case;
use crate::decide::shape;
use crate::event::{Event, Retired, Timer};
use crate::findings::{Against, FindingKind};
use crate::ids::{OperationId, PeopleId, TrackId, ZoneId};
use crate::limits::{
    MAX_COUNT, MAX_OPERATIONS, MAX_PEOPLE, MAX_SPEED_MM_S, MAX_TRACKS, MAX_ZONES, RETAIN_US,
};
use crate::mind::{FoundKey, OperationBook, PeopleBook, ZoneBook};
use crate::outcome::Note;
use crate::picture::{Picture, Track, until_dropped};
use crate::refusal::Refusal;
use geo4d::{Band, VolumeSpec};

impl<'a> Case<'a> {
    /// Files an operation.
    pub(crate) fn plan(&mut self, draft: &OperationDraft) -> Result<(), Refusal> {
        shape::draft(draft)?;
        shape::room("operations", self.mind.operations.len(), MAX_OPERATIONS)?;
        let id = OperationId(self.fresh.local());
        self.outcome.id = Some(id.0.clone());
        self.retire_operation(&id, draft);
        self.operation_changed(&id, None, Some(draft));
        self.red_lines(draft);
        self.push(Event::Planned {
            id,
            draft: draft.clone(),
        });
        Ok(())
    }

    /// Replaces the plan of an operation.
    pub(crate) fn replan(&mut self, id: &OperationId, draft: &OperationDraft) -> Result<(), Refusal> {
        shape::draft(draft)?;
        let book = self.operation(id)?;
        if book.state.is_over() {
            return Err(Refusal::Finished(state_name(book)));
        }
        if let Some((_, notice)) = self.live_notices(book).first() {
            let kept = (book.draft.class, book.draft.drill) == (draft.class, draft.drill);
            kept.then_some(())
                .ok_or_else(|| Refusal::LiveNotice(notice.clone()))?;
        }
        self.peer_not_told(book);
        self.retire_operation(id, draft);
        self.operation_changed(id, Some(&book.draft), Some(draft));
        self.red_lines(draft);
        self.push(Event::Replanned {
            id: id.clone(),
            draft: draft.clone(),
        });
        Ok(())
    }

    /// Takes an operation off the books.
    pub(crate) fn scrap(&mut self, id: &OperationId) -> Result<(), Refusal> {
        let book = self.operation(id)?;
        if let Some((_, notice)) = self.live_notices(book).first() {
            return Err(Refusal::LiveNotice(notice.clone()));
        }
        self.operation_changed(id, Some(&book.draft), None);
        self.stop(retire_timer(id));
        self.push(Event::Scrapped { id: id.clone() });
        Ok(())
    }

    /// Marks an operation contingent.
    pub(crate) fn contingent(&mut self, id: &OperationId) -> Result<(), Refusal> {
        let book = self.operation(id)?;
        if book.state.is_over() {
            return Err(Refusal::Finished(state_name(book)));
        }
        self.peer_not_told(book);
        if book.contingent {
            self.note(Note::AlreadySo);
        } else {
            self.push(Event::Contingent { id: id.clone() });
        }
        Ok(())
    }

    /// Files a zone.
    pub(crate) fn add_zone(&mut self, zone: ZoneBook) -> Result<(), Refusal> {
        let ZoneBook {
            name,
            kind,
            volumes,
            separation,
            drill,
        } = zone;
        shape::name("name", &name)?;
        shape::separation(separation)?;
        shape::volumes(&volumes)?;
        shape::room("zones", self.mind.zones.len(), MAX_ZONES)?;
        let id = ZoneId(self.fresh.local());
        self.outcome.id = Some(id.0.clone());
        let mut alone = Picture::new();
        let compared = alone.add_zone(&id, kind, &volumes, separation, drill);
        self.not_all_compared(compared);
        let near = self.mind.notified.near_zone(kind, &volumes, separation, drill);
        self.own_changed(near, &Against::Zone(id.clone()), Some(&alone));
        self.push(Event::ZoneAdded {
            id,
            name,
            kind,
            volumes,
            separation,
            drill,
        });
        Ok(())
    }

    /// Removes a zone.
    pub(crate) fn remove_zone(&mut self, id: &ZoneId) -> Result<(), Refusal> {
        let book = self
            .mind
            .zones
            .get(id)
            .ok_or_else(|| Refusal::NoSuchZone(id.clone()))?;
        let near = self
            .mind
            .notified
            .near_zone(book.kind, &book.volumes, book.separation, book.drill);
        self.own_changed(near, &Against::Zone(id.clone()), None);
        self.push(Event::ZoneRemoved { id: id.clone() });
        Ok(())
    }

    /// Files people or a site.
    pub(crate) fn add_people(
        &mut self,
        name: &str,
        count: u32,
        volumes: &[VolumeSpec],
        drill: bool,
    ) -> Result<(), Refusal> {
        shape::name("name", name)?;
        shape::within("count", i64::from(count), 0, i64::from(MAX_COUNT))?;
        shape::volumes(volumes)?;
        shape::room("groups of people", self.mind.people.len(), MAX_PEOPLE)?;
        let id = PeopleId(self.fresh.local());
        self.outcome.id = Some(id.0.clone());
        let mut alone = Picture::new();
        let compared = alone.add_people(&id, count, &until_dropped(volumes), drill);
        self.not_all_compared(compared);
        let book = PeopleBook {
            name: name.to_owned(),
            count,
            volumes: volumes.to_vec(),
            drill,
        };
        let near = self.near_people(&book);
        let what = Against::People(id.clone());
        self.own_changed(near, &what, Some(&alone));
        self.grows_old_at(what, book.unknown_from_us());
        let PeopleBook { name, volumes, .. } = book;
        self.push(Event::PeopleAdded {
            id,
            name,
            count,
            volumes,
            drill,
        });
        Ok(())
    }

    /// Removes people.
    pub(crate) fn remove_people(&mut self, id: &PeopleId) -> Result<(), Refusal> {
        let book = self
            .mind
            .people
            .get(id)
            .ok_or_else(|| Refusal::NoSuchPeople(id.clone()))?;
        let what = Against::People(id.clone());
        self.own_changed(self.near_people(book), &what, None);
        self.is_known(what);
        self.push(Event::PeopleRemoved { id: id.clone() });
        Ok(())
    }

    /// Declares a position.
    pub(crate) fn set_track(&mut self, id: &TrackId, name: &str, track: Track) -> Result<(), Refusal> {
        shape::name("track", &id.0)?;
        shape::name("name", name)?;
        shape::position(track.at)?;
        shape::within("speed_mm_s", track.speed_mm_s, 0, MAX_SPEED_MM_S)?;
        shape::within("aboard", i64::from(track.aboard), 0, i64::from(MAX_COUNT))?;
        altitude(track.altitude)?;
        let before = self.mind.tracks.get(id);
        let stand = self.mind.tracks.len();
        shape::room(
            "declared positions",
            stand - usize::from(before.is_some()),
            MAX_TRACKS,
        )?;
        let mut alone = Picture::new();
        alone.set_track(id, track);
        let terms = self.all_terms();
        let mut near = self.mind.notified.near_track(&track, &terms);
        near.extend(
            before
                .iter()
                .flat_map(|book| self.mind.notified.near_track(&book.track, &terms)),
        );
        let what = Against::Track(id.clone());
        self.own_changed(near, &what, Some(&alone));
        self.is_known(what.clone());
        self.grows_old_at(what, track.unknown_from_us());
        self.push(Event::TrackSet {
            id: id.clone(),
            name: name.to_owned(),
            track,
        });
        Ok(())
    }

    /// Drops a position.
    pub(crate) fn drop_track(&mut self, id: &TrackId) -> Result<(), Refusal> {
        let book = self
            .mind
            .tracks
            .get(id)
            .ok_or_else(|| Refusal::NoSuchTrack(id.clone()))?;
        let near = self.mind.notified.near_track(&book.track, &self.all_terms());
        let what = Against::Track(id.clone());
        self.own_changed(near, &what, None);
        self.is_known(what);
        self.push(Event::TrackDropped { id: id.clone() });
        Ok(())
    }

    /// An operation of this party.
    pub(crate) fn operation(&self, id: &OperationId) -> Result<&'a OperationBook, Refusal> {
        self.mind
            .operations
            .get(id)
            .ok_or_else(|| Refusal::NoSuchOperation(id.clone()))
    }

    /// Own red lines that a plan comes too close to, as notes.
    pub(crate) fn red_lines(&mut self, draft: &OperationDraft) {
        for line in self.mind.picture.red_lines(draft) {
            let name = self
                .mind
                .zones
                .get(&line.zone)
                .map_or_else(String::new, |zone| zone.name.clone());
            let (horizontal_mm, at_us) = (line.witness.horizontal_mm, line.witness.at_us);
            self.note(Note::RedLine {
                zone: line.zone,
                name,
                horizontal_mm,
                at_us,
            });
        }
    }

    /// Looks again at what is near a plan, before and after; notes what it meets.
    pub(crate) fn operation_changed(
        &mut self,
        id: &OperationId,
        before: Option<&OperationDraft>,
        after: Option<&OperationDraft>,
    ) {
        let terms = self.all_terms();
        let drafts = before.into_iter().chain(after);
        let near: Vec<FoundKey> = drafts
            .flat_map(|draft| self.mind.notified.near_operation(draft, &terms))
            .collect();
        let alone = after.map(|draft| {
            let mut alone = Picture::new();
            let compared = alone.add_operation(id, draft);
            (alone, compared)
        });
        if let Some((_, compared)) = &alone {
            self.not_all_compared(compared.clone());
        }
        let alone = alone.map(|(alone, _)| alone);
        if let Some(alone) = &alone {
            self.meets(alone, &near);
        }
        self.own_changed(near, &Against::Operation(id.clone()), alone.as_ref());
    }

    /// Notes each notice that a plan meets.
    fn meets(&mut self, alone: &Picture, near: &[FoundKey]) {
        for key in near {
            let (
                line,
                Subject::Notice {
                    author: Author::Peer,
                    id,
                },
            ) = key
            else {
                continue;
            };
            let Some(compared) = self.mind.compared(key) else {
                continue;
            };
            let terms = self.mind.lines.get(line).and_then(crate::line::Line::in_force);
            let found = alone.findings(self.now, &compared.disclosed(), terms);
            let met = found
                .rows
                .iter()
                .filter(|row| row.kind != FindingKind::ZoneBroken);
            if let Some(row) = met.min_by_key(|row| row.witness.horizontal_mm) {
                let (horizontal_mm, at_us) = (row.witness.horizontal_mm, row.witness.at_us);
                self.note(Note::MeetsNotice {
                    line: line.clone(),
                    notice: id.clone(),
                    horizontal_mm,
                    at_us,
                });
            }
        }
    }

    fn not_all_compared(&mut self, compared: Result<(), Vec<geo4d::Fault>>) {
        if let Err(faults) = compared {
            self.note(Note::NotCompared {
                volumes: faults.len() as u64,
            });
        }
    }

    fn peer_not_told(&mut self, book: &OperationBook) {
        for (line, notice) in self.live_notices(book) {
            self.note(Note::PeerNotTold { line, notice });
        }
    }

    fn live_notices(&self, book: &OperationBook) -> Vec<(crate::ids::LineId, crate::ids::NoticeId)> {
        let live = |(line, notice): &&(crate::ids::LineId, crate::ids::NoticeId)| {
            let book = self
                .mind
                .lines
                .get(line)
                .and_then(|line| line.notices.own.get(notice));
            book.is_some_and(|book| book.is_live())
        };
        book.notices.iter().filter(live).cloned().collect()
    }

    fn retire_operation(&mut self, id: &OperationId, draft: &OperationDraft) {
        let end_us = draft.volumes.iter().map(|volume| volume.window.end_us).max();
        let from_us = end_us.unwrap_or(self.now.wall_us).max(self.now.wall_us);
        self.start_at(retire_timer(id), from_us.saturating_add(RETAIN_US));
    }
}

/// The clock after which an operation leaves memory.
pub(crate) fn retire_timer(id: &OperationId) -> Timer {
    Timer::Retire {
        line: None,
        what: Retired::Operation { id: id.clone() },
    }
}

/// The state of an operation as an officer reads it.
pub(crate) fn state_name(book: &OperationBook) -> String {
    format!("{:?}", book.state).to_uppercase()
}

fn altitude(band: Band) -> Result<(), Refusal> {
    if band.low_mm <= band.high_mm {
        return Ok(());
    }
    Err(Refusal::OutOfRange {
        field: "altitude".to_owned(),
        low: band.low_mm,
        high: i64::MAX,
    })
}
