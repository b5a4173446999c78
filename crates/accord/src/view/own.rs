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
        };
        self.zones.iter().map(view).collect()
    }

    /// All people and sites.
    pub fn people(&self) -> Vec<PeopleView> {
        let view = |(id, book): (&PeopleId, &crate::mind::PeopleBook)| PeopleView {
            id: id.clone(),
            name: book.name.clone(),
            count: book.count,
            volumes: book.volumes.clone(),
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
                finding: finding.clone(),
            }));
        }
        views.sort_by_key(|view| view.finding.act_by_us);
        views
    }

    fn name_of(&self, against: &Against) -> String {
        let name = match against {
            Against::Operation(id) => self.operations.get(id).map(|book| &book.draft.name),
            Against::Zone(id) => self.zones.get(id).map(|book| &book.name),
            Against::People(id) => self.people.get(id).map(|book| &book.name),
            Against::Track(id) => self.tracks.get(id).map(|book| &book.name),
        };
        name.cloned().unwrap_or_default()
    }
}
