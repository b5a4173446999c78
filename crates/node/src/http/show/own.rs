//! This party's own things, and what the peers' notices mean to them.

use super::{FindingShown, SubjectShown, word};
use crate::http::path::At;
use crate::http::problem::Problem;
use crate::http::schema;
use accord::act::Class;
use accord::command::{HazardDraft, ZoneKind};
use accord::time::Now;
use accord::view::{FoundView, OperationView, PeopleView, TrackView, ZoneView};
use engine::Engine;
use geo4d::{Band, Position, Separation, VolumeSpec};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The node itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeShown {
    /// The party.
    pub party: String,
    /// Its desks in ladder order, the watch first.
    pub desks: Vec<String>,
    /// The node's wall clock, µs.
    pub now_us: i64,
    /// Number of the next journal record.
    pub next_seq: u64,
}

/// Operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Operations {
    /// As of when, µs.
    pub as_of_us: i64,
    /// All that are not retired.
    pub operations: Vec<OperationShown>,
}

/// An operation. Private; only its notices leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OperationShown {
    /// Its local id.
    pub id: String,
    /// Its name, shown at home only.
    pub name: String,
    /// `draft`, `notified`, `active`, `ended`, `withdrawn` or `contingent`.
    pub state: String,
    /// Kind of operation.
    #[schema(value_type = schema::Class)]
    pub class: Class,
    /// Exercise traffic.
    pub drill: bool,
    /// When it was filed, µs.
    pub filed_at_us: i64,
    /// Places, heights and times.
    #[schema(value_type = Vec<schema::Volume>)]
    pub volumes: Vec<VolumeSpec>,
    /// Dangers it may provoke beyond itself.
    #[schema(value_type = Vec<schema::HazardDraft>)]
    pub hazards: Vec<HazardDraft>,
    /// Separation for this party's own findings.
    #[schema(value_type = Option<schema::Separation>)]
    pub separation: Option<Separation>,
    /// How long ahead own traffic must be told.
    pub reaction_us: Option<i64>,
    /// Notices that disclose it, first to last.
    pub notices: Vec<Disclosed>,
}

/// A notice that discloses an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Disclosed {
    /// The line.
    pub line: String,
    /// The notice.
    pub notice: String,
}

/// What meets what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Found {
    /// As of when, µs.
    pub as_of_us: i64,
    /// By latest time to act.
    pub rows: Vec<FoundShown>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundShown {
    /// The line.
    pub line: String,
    /// The peer's notice or hazard.
    pub subject: SubjectShown,
    /// Name of the own thing.
    pub name: String,
    /// Time left to act, µs; negative when it is past.
    pub left_us: i64,
    /// Exercise traffic.
    pub drill: bool,
    /// Since when it is UNKNOWN where the own thing is, µs: it is compared as it was last known.
    pub unknown_since_us: Option<i64>,
    /// What was found.
    pub finding: FindingShown,
}

/// Zones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Zones {
    /// As of when, µs.
    pub as_of_us: i64,
    /// All.
    pub zones: Vec<ZoneShown>,
}

/// A standing volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ZoneShown {
    /// Its local id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What for.
    #[schema(value_type = schema::ZoneKind)]
    pub kind: ZoneKind,
    /// Where, how high, when.
    #[schema(value_type = Vec<schema::Volume>)]
    pub volumes: Vec<VolumeSpec>,
    /// How far to keep from it, when it says so itself.
    #[schema(value_type = Option<schema::Separation>)]
    pub separation: Option<Separation>,
    /// For an exercise.
    pub drill: bool,
}

/// People and sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct People {
    /// As of when, µs.
    pub as_of_us: i64,
    /// All.
    pub people: Vec<PeopleShown>,
}

/// People or a protected site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeopleShown {
    /// Their local id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// How many; 0 when nobody said.
    pub count: u32,
    /// Where, when.
    #[schema(value_type = Vec<schema::Volume>)]
    pub volumes: Vec<VolumeSpec>,
    /// For an exercise.
    pub drill: bool,
    /// Their stated time was over then, µs: UNKNOWN since whether they are there.
    pub unknown_since_us: Option<i64>,
}

/// Declared positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Positions {
    /// As of when, µs.
    pub as_of_us: i64,
    /// All.
    pub positions: Vec<PositionShown>,
}

/// Where an own aircraft was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PositionShown {
    /// Its local id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it was.
    #[schema(value_type = schema::Position)]
    pub at: Position,
    /// How high.
    #[schema(value_type = schema::Band)]
    pub altitude: Band,
    /// When, µs.
    pub seen_at_us: i64,
    /// The fastest it may go over ground.
    pub speed_mm_s: i64,
    /// People aboard; 0 when nobody said.
    pub aboard: u32,
    /// Not renewed for so long that what it is exposed to is UNKNOWN.
    pub stale: bool,
    /// For an exercise.
    pub drill: bool,
}

/// The node itself.
pub fn node(engine: &Engine, now: Now, _at: &At) -> Result<NodeShown, Problem> {
    let mind = engine.mind();
    Ok(NodeShown {
        party: mind.own().0.clone(),
        desks: mind.desks().iter().map(|desk| desk.0.clone()).collect(),
        now_us: now.wall_us,
        next_seq: engine.next_seq(),
    })
}

/// All operations.
pub fn operations(engine: &Engine, now: Now, _at: &At) -> Result<Operations, Problem> {
    let operations = engine
        .mind()
        .operations()
        .into_iter()
        .map(OperationShown::from)
        .collect();
    Ok(Operations {
        as_of_us: now.wall_us,
        operations,
    })
}

/// Own or protected in or near danger.
pub fn exposure(engine: &Engine, now: Now, _at: &At) -> Result<Found, Problem> {
    Ok(found(engine.mind().exposure(now), now))
}

/// Conflicts and broken zones.
pub fn conflicts(engine: &Engine, now: Now, _at: &At) -> Result<Found, Problem> {
    Ok(found(engine.mind().conflicts(now), now))
}

/// All zones.
pub fn zones(engine: &Engine, now: Now, _at: &At) -> Result<Zones, Problem> {
    let zones = engine.mind().zones().into_iter().map(ZoneShown::from).collect();
    Ok(Zones {
        as_of_us: now.wall_us,
        zones,
    })
}

/// All people and sites.
pub fn people(engine: &Engine, now: Now, _at: &At) -> Result<People, Problem> {
    let people = engine
        .mind()
        .people(now)
        .into_iter()
        .map(PeopleShown::from)
        .collect();
    Ok(People {
        as_of_us: now.wall_us,
        people,
    })
}

/// All declared positions.
pub fn positions(engine: &Engine, now: Now, _at: &At) -> Result<Positions, Problem> {
    let positions = engine
        .mind()
        .tracks(now)
        .into_iter()
        .map(PositionShown::from)
        .collect();
    Ok(Positions {
        as_of_us: now.wall_us,
        positions,
    })
}

fn found(rows: Vec<FoundView>, now: Now) -> Found {
    Found {
        as_of_us: now.wall_us,
        rows: rows.iter().map(FoundShown::from).collect(),
    }
}

impl From<OperationView> for OperationShown {
    fn from(view: OperationView) -> Self {
        let draft = view.draft;
        let disclosed = view.notices.into_iter().map(|(line, notice)| Disclosed {
            line: line.0,
            notice: notice.0,
        });
        OperationShown {
            id: view.id.0,
            name: draft.name,
            state: word(&view.state),
            class: draft.class,
            drill: draft.drill,
            filed_at_us: view.filed_at_us,
            volumes: draft.volumes,
            hazards: draft.hazards,
            separation: draft.separation,
            reaction_us: draft.reaction_us,
            notices: disclosed.collect(),
        }
    }
}

impl From<&FoundView> for FoundShown {
    fn from(view: &FoundView) -> Self {
        FoundShown {
            line: view.line.0.clone(),
            subject: (&view.subject).into(),
            name: view.name.clone(),
            left_us: view.left_us,
            drill: view.drill,
            unknown_since_us: view.unknown_since_us,
            finding: (&view.finding).into(),
        }
    }
}

impl From<ZoneView> for ZoneShown {
    fn from(view: ZoneView) -> Self {
        let ZoneView {
            id,
            name,
            kind,
            volumes,
            separation,
            drill,
        } = view;
        ZoneShown {
            id: id.0,
            name,
            kind,
            volumes,
            separation,
            drill,
        }
    }
}

impl From<PeopleView> for PeopleShown {
    fn from(view: PeopleView) -> Self {
        let PeopleView {
            id,
            name,
            count,
            volumes,
            drill,
            unknown_since_us,
        } = view;
        PeopleShown {
            id: id.0,
            name,
            count,
            volumes,
            drill,
            unknown_since_us,
        }
    }
}

impl From<TrackView> for PositionShown {
    fn from(view: TrackView) -> Self {
        let track = view.track;
        PositionShown {
            id: view.id.0,
            name: view.name,
            at: track.at,
            altitude: track.altitude,
            seen_at_us: track.seen_at_us,
            speed_mm_s: track.speed_mm_s,
            aboard: track.aboard,
            stale: view.stale,
            drill: track.drill,
        }
    }
}
