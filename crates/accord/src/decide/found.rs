//! What the peers' notices and hazards mean to own things, and the alarms that follow.
//!
//! Nothing of this ever leaves: findings are facts of this node alone.

use crate::act::{Class, Hazard, Notice};
use crate::alarm::{AlarmKind, Author, Subject, Topic};
use crate::decide::case::{self, Case, Raise};
use crate::event::{Event, Timer, When};
use crate::findings::{Against, Finding, FindingKind, Findings, Part, Subject as Disclosed};
use crate::ids::{LineId, NoticeId};
use crate::limits::MAX_FINDINGS;
use crate::line::{Line, NoticeState};
use crate::mind::{FoundKey, Mind};
use crate::picture::Picture;
use geo4d::VolumeSpec;

/// What of a notice or hazard still matters to own things.
pub(crate) struct Compared {
    pub(crate) class: Class,
    pub(crate) volumes: Vec<VolumeSpec>,
    pub(crate) hazards: Vec<Hazard>,
    pub(crate) drill: bool,
    /// The notice is active: its volumes matter also after their stated time.
    pub(crate) active: bool,
}

impl Compared {
    /// A hazard that is stated on its own.
    pub(crate) fn hazard(hazard: &Hazard, drill: bool) -> Compared {
        let hazards = vec![hazard.clone()];
        Compared {
            class: Class::Hazard,
            volumes: Vec::new(),
            hazards,
            drill,
            active: false,
        }
    }

    /// As the picture compares it.
    pub(crate) fn disclosed(&self) -> Disclosed<'_> {
        Disclosed {
            class: self.class,
            volumes: &self.volumes,
            hazards: &self.hazards,
            drill: self.drill,
        }
    }

    /// Whether this finding still matters at a wall instant.
    fn matters(&self, finding: &Finding, wall_us: i64) -> bool {
        matches!(finding.part, Part::Hazard(_)) || self.active || finding.last_us >= wall_us
    }
}

impl Mind {
    /// What of a notice or hazard still matters; none when nothing does.
    pub(crate) fn compared(&self, key: &FoundKey) -> Option<Compared> {
        let line = self.lines.get(&key.0)?;
        match &key.1 {
            Subject::Notice {
                author: Author::Peer,
                id,
            } => of_notice(line, id),
            Subject::Hazard {
                author: Author::Peer,
                id,
            } => {
                let book = line.hazards.peer.get(id).filter(|book| !book.is_closed())?;
                Some(Compared::hazard(&book.hazard, book.drill))
            }
            _ => None,
        }
    }
}

/// A notice as its author now states it, with what else stays open of it.
pub(crate) fn of_stated(line: &Line, notice: &Notice, drill: bool) -> Compared {
    let mut hazards = open_hazards(line, &notice.id);
    hazards.retain(|open| notice.hazards.iter().all(|stated| stated.id != open.id));
    let closed = |stated: &&Hazard| {
        line.hazards
            .peer
            .get(&stated.id)
            .is_some_and(|book| book.is_closed())
    };
    hazards.extend(notice.hazards.iter().filter(|stated| !closed(stated)).cloned());
    let active = line
        .notices
        .peer
        .get(&notice.id)
        .is_some_and(|book| book.state == NoticeState::Active);
    Compared {
        class: notice.class,
        volumes: notice.volumes.clone(),
        hazards,
        drill,
        active,
    }
}

fn of_notice(line: &Line, id: &NoticeId) -> Option<Compared> {
    let book = line.notices.peer.get(id)?;
    let hazards = open_hazards(line, id);
    let volumes = if book.is_live() {
        book.notice().volumes.clone()
    } else {
        Vec::new()
    };
    let active = book.state == NoticeState::Active;
    let matters = book.is_live() || !hazards.is_empty();
    matters.then(|| Compared {
        class: book.class(),
        volumes,
        hazards,
        drill: book.drill,
        active,
    })
}

fn open_hazards(line: &Line, id: &NoticeId) -> Vec<Hazard> {
    let ids = line
        .notices
        .peer
        .get(id)
        .map(|book| &book.hazards)
        .into_iter()
        .flatten();
    let books = ids.filter_map(|id| line.hazards.peer.get(id));
    books
        .filter(|book| !book.is_closed())
        .map(|book| book.hazard.clone())
        .collect()
}

impl<'a> Case<'a> {
    /// Compares with everything this party has.
    pub(crate) fn compare(&mut self, key: &FoundKey, compared: &Compared) {
        let terms = self.mind.lines.get(&key.0).and_then(Line::in_force);
        let found = self.mind.picture.findings(self.now, &compared.disclosed(), terms);
        self.found_old(&found);
        self.found(key, compared, found);
    }

    /// The conditions behind what was found are over, except those of open hazards.
    pub(crate) fn compare_after(&mut self, key: &FoundKey, compared: Option<Compared>) {
        let nothing = Compared {
            class: Class::Transit,
            volumes: Vec::new(),
            hazards: Vec::new(),
            drill: false,
            active: false,
        };
        match compared {
            Some(compared) if !compared.hazards.is_empty() => self.compare(key, &compared),
            _ => self.found(key, &nothing, Findings::default()),
        }
    }

    /// An own thing was filed, changed or removed: looks again at what is near it.
    /// `alone` holds the thing as it is now and nothing else.
    pub(crate) fn own_changed(&mut self, mut near: Vec<FoundKey>, thing: &Against, alone: Option<&Picture>) {
        near.sort();
        near.dedup();
        for key in near {
            let Some(compared) = self.mind.compared(&key) else {
                continue;
            };
            let terms = self.mind.lines.get(&key.0).and_then(Line::in_force);
            let fresh = alone.map(|alone| alone.findings(self.now, &compared.disclosed(), terms));
            let found = self.merged(&key, thing, fresh.unwrap_or_default());
            self.found(&key, &compared, found);
        }
    }

    /// What stands of all other things, and what is found of this one.
    fn merged(&self, key: &FoundKey, thing: &Against, mut fresh: Findings) -> Findings {
        let Some(book) = self.mind.found.get(key) else {
            return fresh;
        };
        fresh
            .rows
            .extend(book.standing().filter(|row| row.against != *thing).cloned());
        fresh.rows.sort_by(by_time_to_act);
        let over = fresh.rows.len().saturating_sub(MAX_FINDINGS);
        fresh.rows.truncate(MAX_FINDINGS);
        fresh.more += book.more + over as u64;
        fresh.unchecked += book.unchecked;
        // Rows that did not fit cannot be merged one by one: all is looked at again at once.
        if fresh.more > 0 {
            fresh.recheck_us = Some(self.now.wall_us);
        }
        fresh
    }

    fn found(&mut self, key: &FoundKey, compared: &Compared, mut found: Findings) {
        let wall_us = self.now.wall_us;
        found.rows.retain(|row| compared.matters(row, wall_us));
        self.recheck(key, &found);
        let (before, more) = self.mind.found.get(key).map_or((Vec::new(), 0), |book| {
            (book.standing().cloned().collect::<Vec<_>>(), book.more)
        });
        self.not_compared(key, compared, &found);
        if before == found.rows && more == found.more {
            return;
        }
        let fresh = found
            .rows
            .iter()
            .any(|row| !before.iter().any(|old| same_matter(old, row)));
        let changed = fresh
            || before
                .iter()
                .any(|old| !found.rows.iter().any(|row| same_matter(old, row)));
        self.found_alarm(key, compared, &found, fresh);
        if changed {
            self.lapse(key);
        }
        let drill = self
            .mind
            .compared(key)
            .map_or(compared.drill, |known| known.drill);
        let (line, subject) = key.clone();
        let (more, unchecked, faults) = (found.more, found.unchecked, found.faults.len() as u64);
        self.push(Event::Found {
            line,
            subject,
            at_us: wall_us,
            rows: found.rows,
            more,
            unchecked,
            faults,
            drill,
        });
    }

    fn found_alarm(&mut self, key: &FoundKey, compared: &Compared, found: &Findings, anew: bool) {
        let kind = [
            (FindingKind::Exposure, AlarmKind::Exposure),
            (FindingKind::ZoneBroken, AlarmKind::ZoneBroken),
            (FindingKind::Conflict, AlarmKind::Conflict),
        ];
        let gravest = kind
            .into_iter()
            .find(|(kind, _)| found.rows.iter().any(|row| row.kind == *kind));
        match gravest {
            Some((_, kind)) => {
                let act_by_us = found.rows.iter().map(|row| row.act_by_us).min();
                let raise = Raise::on(&key.0, key.1.clone(), compared.drill, kind);
                self.raise(raise.act_by(act_by_us).anew(anew));
            }
            None => self.settle(Topic::Picture, Some(&key.0), key.1.clone()),
        }
    }

    fn not_compared(&mut self, key: &FoundKey, compared: &Compared, found: &Findings) {
        let faults = found.faults.len() as u64;
        let before = self
            .mind
            .found
            .get(key)
            .map_or((0, 0), |book| (book.unchecked, book.faults));
        if (found.unchecked, faults) != before && found.unchecked + faults > 0 {
            let kind = AlarmKind::NotCompared {
                unchecked: found.unchecked,
                faults,
            };
            self.raise(Raise::on(&key.0, key.1.clone(), compared.drill, kind));
        }
    }

    /// Our NO CONFLICT KNOWN to this notice no longer says what we know.
    fn lapse(&mut self, key: &FoundKey) {
        let (line, Subject::Notice { author, id }) = key else {
            return;
        };
        let book = self
            .mind
            .lines
            .get(line)
            .and_then(|line| line.notices.peer.get(id));
        let Some(book) = book.filter(|book| book.is_live()) else {
            return;
        };
        let stands = book.current().closing_answer().is_some_and(|made| {
            made.answer == crate::act::Answer::NoConflictKnown && made.lapsed_at_us.is_none()
        });
        if stands {
            let at_us = self.now.wall_us;
            self.push(Event::AnswerLapsed {
                line: line.clone(),
                author: *author,
                id: id.clone(),
                at_us,
            });
            let subject = case::notice(Author::Peer, id);
            self.raise(Raise::on(line, subject, book.drill, AlarmKind::NoConflictLapsed));
        }
    }

    /// When looking again may find something else although nothing was changed.
    fn recheck(&mut self, key: &FoundKey, found: &Findings) {
        let wall_us = self.now.wall_us;
        let timer = Timer::Recheck {
            line: key.0.clone(),
            subject: key.1.clone(),
        };
        let ends = found
            .rows
            .iter()
            .filter(|row| matches!(row.part, Part::Volume(_)));
        let ends = ends
            .map(|row| row.last_us.saturating_add(1))
            .filter(|at_us| *at_us > wall_us);
        let set = match self.mind.timers.when(&timer) {
            Some(When::At(at_us)) if at_us > wall_us => Some(at_us),
            _ => None,
        };
        let next = ends.chain(found.recheck_us).chain(set).min();
        if next != set
            && let Some(at_us) = next
        {
            self.start_at(timer, at_us);
        }
    }

    /// The terms that are in force on any line.
    pub(crate) fn all_terms(&self) -> Vec<&'a crate::terms::Terms> {
        self.mind.lines.values().filter_map(Line::in_force).collect()
    }

    /// Names a notice of the peer among what is compared.
    pub(crate) fn notice_key(line: &LineId, id: &NoticeId) -> FoundKey {
        (line.clone(), case::notice(Author::Peer, id))
    }
}

fn same_matter(a: &Finding, b: &Finding) -> bool {
    (&a.part, &a.against, a.kind) == (&b.part, &b.against, b.kind)
}

fn by_time_to_act(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    let key = |row: &Finding| (row.act_by_us, row.part.clone(), row.against.clone(), row.kind);
    key(a).cmp(&key(b))
}
