//! What a notice means to this party's own things, as integers fit for events.

use crate::act::{Class, Hazard};
use crate::ids::{HazardId, OperationId, PeopleId, TrackId, ZoneId};
use geo4d::{Fault, VolumeSpec, Witness};
use serde::{Deserialize, Serialize};

/// What the peer disclosed, or what is about to be compared as if it had been.
#[derive(Copy, Clone, Debug)]
pub struct Subject<'a> {
    /// Kind of operation.
    pub class: Class,
    /// Its volumes; none when it was given in words only.
    pub volumes: &'a [VolumeSpec],
    /// The dangers beyond it.
    pub hazards: &'a [Hazard],
    /// A drill is compared with drill operations only, and the rest with the rest.
    pub drill: bool,
}

/// Which part of the subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The volume of this index.
    Volume(u32),
    /// A secondary hazard.
    Hazard(HazardId),
}

/// Which own thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// An operation this party plans.
    Operation(OperationId),
    /// A zone it filed.
    Zone(ZoneId),
    /// People or a site in its care.
    People(PeopleId),
    /// An aircraft whose position it declared.
    Track(TrackId),
}

/// What is the matter between the two.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Own aircraft, people or a protected site in or near danger: a volume of class
    /// hazard and all below it, or a secondary hazard.
    Exposure,
    /// Closer to an own operation, or to a danger it may provoke, than required.
    Conflict,
    /// Closer to an own zone than the zone allows.
    ZoneBroken,
}

/// One row: one part of the subject, one own thing, one matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which part of the subject.
    pub part: Part,
    /// Which own thing.
    pub against: Against,
    /// What is the matter.
    pub kind: FindingKind,
    /// How close, where and when; of several volumes, those that meet first.
    pub witness: Witness,
    /// First instant the two are together, the required time between them counted in.
    pub first_us: i64,
    /// Last such instant.
    pub last_us: i64,
    /// Latest instant at which acting still helps; it may lie in the past.
    pub act_by_us: i64,
    /// People in it, as filed; 0 when nobody said.
    pub aboard: u32,
}

/// All that was found, and what was not looked at. Equal inputs give equal findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// By time to act, then part, thing and kind; at most
    /// [`MAX_FINDINGS`](crate::limits::MAX_FINDINGS).
    pub rows: Vec<Finding>,
    /// Rows beyond that limit: "and N more".
    pub more: u64,
    /// Pairs that were near enough to look at and were not, because there were too many.
    /// Each is UNKNOWN, never clear: while this is not 0 the officer must be told.
    pub unchecked: u64,
    /// Parts whose geometry is not valid, with the place inside the subject. UNKNOWN.
    pub faults: Vec<Fault>,
    /// Wall instant from which looking again may find more although nothing was changed:
    /// a declared aircraft comes within reach of a danger.
    pub recheck_us: Option<i64>,
}
