//! This party's own things, and what was found of the peers' notices.

use super::OperationState;
use crate::alarm::Subject;
use crate::command::{OperationDraft, ZoneKind};
use crate::findings::{Against, Finding, FindingKind};
use crate::ids::{LineId, NoticeId, OperationId, PeopleId, TrackId, ZoneId};
use crate::mind::Mind;
use crate::picture::Track;
use crate::time::Now;
use geo4d::{Separation, VolumeSpec};
use serde::Serialize;

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OperationView {
    /// Its local id.
    pub id: OperationId,
    /// Where it stands.
    pub state: OperationState,
    /// When it was filed, µs.
    pub filed_at_us: i64,
    /// Notices that disclose it, first to last.
    pub notices: Vec<(LineId, NoticeId)>,
    /// As planned.
    pub draft: OperationDraft,
}

/// A zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneView {
    /// Its local id.
    pub id: ZoneId,
    /// Its name.
    pub name: String,
    /// What for.
    pub kind: ZoneKind,
    /// Where, how high, when.
    pub volumes: Vec<VolumeSpec>,
    /// How far to keep from it, when it says so itself.
    pub separation: Option<Separation>,
    /// For an exercise.
    pub drill: bool,
}

/// People or a site.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PeopleView {
    /// Its local id.
    pub id: PeopleId,
    /// Its name.
    pub name: String,
    /// How many.
    pub count: u32,
    /// Where, when.
    pub volumes: Vec<VolumeSpec>,
    /// For an exercise.
    pub drill: bool,
    /// The stated time was over then, µs: since then it is UNKNOWN whether they are there.
    pub unknown_since_us: Option<i64>,
}

/// A declared position.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrackView {
    /// Its local id.
    pub id: TrackId,
    /// Its name.
    pub name: String,
    /// Where, how high, when, how fast.
    #[serde(flatten)]
    pub track: Track,
    /// Not renewed for so long that what it is exposed to is UNKNOWN.
    pub stale: bool,
}

/// One row of what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundView {
    /// The line.
    pub line: LineId,
    /// The peer's notice or hazard.
    pub subject: Subject,
    /// Name of the own thing.
    pub name: String,
    /// Time left to act, µs; negative when it is past.
    pub left_us: i64,
    /// Exercise traffic.
    pub drill: bool,
    /// Since when it is UNKNOWN where the own thing is, µs: it is compared as it was last known.
    pub unknown_since_us: Option<i64>,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

impl Mind {
    /// All operations.
    pub fn operations(&self) -> Vec<OperationView> {
        let view = |(id, book): (&OperationId, &crate::mind::OperationBook)| OperationView {
            id: id.clone(),
            state: book.state,
            filed_at_us: book.filed_at_us,
            notices: book.notices.clone(),
            draft: book.draft.clone(),
        };
        self.operations.iter().map(view).collect()
    }

    /// All zones.
    pub fn zones(&self) -> Vec<ZoneView> {
        let view = |(id, book): (&ZoneId, &crate::mind::ZoneBook)| ZoneView {
            id: id.clone(),
            name: book.name.clone(),
            kind: book.kind,
            volumes: book.volumes.clone(),
            separation: book.separation,
            drill: book.drill,
        };
        self.zones.iter().map(view).collect()
    }

    /// All people and sites.
    pub fn people(&self, now: Now) -> Vec<PeopleView> {
        let view = |(id, book): (&PeopleId, &crate::mind::PeopleBook)| PeopleView {
            id: id.clone(),
            name: book.name.clone(),
            count: book.count,
            volumes: book.volumes.clone(),
            drill: book.drill,
            unknown_since_us: self.unknown_since_us(&Against::People(id.clone()), now),
        };
        self.people.iter().map(view).collect()
    }

    /// All declared positions.
    pub fn tracks(&self, now: Now) -> Vec<TrackView> {
        let stale = self.picture.stale_tracks(now);
        let view = |(id, book): (&TrackId, &crate::mind::TrackBook)| TrackView {
            id: id.clone(),
            name: book.name.clone(),
            track: book.track,
            stale: stale.contains(id),
        };
        self.tracks.iter().map(view).collect()
    }

    /// Own and protected aircraft and people in or near danger, by latest time to act.
    pub fn exposure(&self, now: Now) -> Vec<FoundView> {
        self.found_views(now, |kind| kind == FindingKind::Exposure)
    }

    /// Conflicts and broken zones, by latest time to act.
    pub fn conflicts(&self, now: Now) -> Vec<FoundView> {
        self.found_views(now, |kind| kind != FindingKind::Exposure)
    }

    fn found_views(&self, now: Now, wanted: impl Fn(FindingKind) -> bool) -> Vec<FoundView> {
        let mut views = Vec::new();
        for ((line, subject), book) in &self.found {
            let drill = self
                .compared(&(line.clone(), subject.clone()))
                .is_some_and(|compared| compared.drill);
            let rows = book.standing().filter(|row| wanted(row.kind));
            views.extend(rows.map(|finding| FoundView {
                line: line.clone(),
                subject: subject.clone(),
                name: self.name_of(&finding.against),
                left_us: finding.act_by_us.saturating_sub(now.wall_us),
                drill,
                unknown_since_us: self.unknown_since_us(&finding.against, now),
                finding: finding.clone(),
            }));
        }
        views.sort_by_key(|view| view.finding.act_by_us);
        views
    }

    /// Since when it is UNKNOWN where an own thing is; none while it is known.
    pub(crate) fn unknown_since_us(&self, against: &Against, now: Now) -> Option<i64> {
        let from_us = match against {
            Against::Track(id) => self.tracks.get(id)?.track.unknown_from_us(),
            Against::People(id) => self.people.get(id)?.unknown_from_us(),
            Against::Operation(_) | Against::Zone(_) => return None,
        };
        (from_us <= now.wall_us).then_some(from_us)
    }

    /// Whether an own thing is for an exercise.
    pub(crate) fn is_drill(&self, against: &Against) -> bool {
        match against {
            Against::Operation(id) => self.operations.get(id).is_some_and(|book| book.draft.drill),
            Against::Zone(id) => self.zones.get(id).is_some_and(|book| book.drill),
            Against::People(id) => self.people.get(id).is_some_and(|book| book.drill),
            Against::Track(id) => self.tracks.get(id).is_some_and(|book| book.track.drill),
        }
    }

    /// The name of an own thing.
    pub(crate) fn name_of(&self, against: &Against) -> String {
        let name = match against {
            Against::Operation(id) => self.operations.get(id).map(|book| &book.draft.name),
            Against::Zone(id) => self.zones.get(id).map(|book| &book.name),
            Against::People(id) => self.people.get(id).map(|book| &book.name),
            Against::Track(id) => self.tracks.get(id).map(|book| &book.name),
        };
        name.cloned().unwrap_or_default()
    }
}
