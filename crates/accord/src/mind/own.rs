//! This party's own things, and what was found of the peers' notices.

use crate::command::{OperationDraft, ZoneKind};
use crate::findings::Finding;
use crate::ids::{Desk, LineId, NoticeId};
use crate::limits::MAX_FINDINGS;
use crate::picture::Track;
use geo4d::{Separation, VolumeSpec};
use serde::{Deserialize, Serialize};

/// Where an operation stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Planned; no live notice discloses it.
    Draft,
    /// A live notice discloses it.
    Notified,
    /// It has begun.
    Active,
    /// It is over.
    Ended,
    /// It will not take place.
    Withdrawn,
    /// It left its volumes or cannot keep its plan.
    Contingent,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OperationBook {
    pub(crate) draft: OperationDraft,
    pub(crate) state: OperationState,
    pub(crate) contingent: bool,
    /// Notices that disclose it, first to last.
    pub(crate) notices: Vec<(LineId, NoticeId)>,
    pub(crate) filed_at_us: i64,
}

/// A zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ZoneBook {
    pub(crate) name: String,
    pub(crate) kind: ZoneKind,
    pub(crate) volumes: Vec<VolumeSpec>,
    pub(crate) separation: Option<Separation>,
    #[serde(default)]
    pub(crate) drill: bool,
}

/// People or a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PeopleBook {
    pub(crate) name: String,
    pub(crate) count: u32,
    pub(crate) volumes: Vec<VolumeSpec>,
    #[serde(default)]
    pub(crate) drill: bool,
}

/// A declared position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TrackBook {
    pub(crate) name: String,
    pub(crate) track: Track,
}

/// One row of what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What was found.
    pub finding: Finding,
    /// When it was no longer found, µs; rows are marked, never dropped in silence.
    pub ended_at_us: Option<i64>,
}

/// What a notice or hazard of the peer means to own things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundBook {
    /// Rows, those that stand first.
    pub rows: Vec<Row>,
    /// Rows beyond the limit.
    pub more: u64,
    /// Pairs that were not compared: UNKNOWN.
    pub unchecked: u64,
    /// Parts that could not be compared: UNKNOWN.
    pub faults: u64,
    /// When it was last looked at, µs.
    pub at_us: i64,
}

/// An entry of the hand-over list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The desk.
    pub desk: Desk,
    /// When, µs.
    pub at_us: i64,
    /// In its words.
    pub words: String,
}

impl OperationState {
    /// Ended or withdrawn.
    pub fn is_over(self) -> bool {
        matches!(self, OperationState::Ended | OperationState::Withdrawn)
    }
}

impl PeopleBook {
    /// From when on it is UNKNOWN whether they are there: the stated time is over.
    pub(crate) fn unknown_from_us(&self) -> i64 {
        let ends = self.volumes.iter().map(|volume| volume.window.end_us);
        ends.max().map_or(i64::MAX, |end_us| end_us.saturating_add(1))
    }
}

impl FoundBook {
    /// Replaces what stands by `rows`; what is no longer found stays, marked.
    pub(crate) fn replace(&mut self, rows: &[Finding], at_us: i64) {
        let same = |row: &Row, finding: &Finding| {
            row.finding.part == finding.part
                && row.finding.against == finding.against
                && row.finding.kind == finding.kind
        };
        let gone = self
            .rows
            .drain(..)
            .filter(|row| !rows.iter().any(|finding| same(row, finding)));
        let gone = gone.map(|row| Row {
            ended_at_us: row.ended_at_us.or(Some(at_us)),
            ..row
        });
        let mut gone: Vec<Row> = gone.collect();
        gone.drain(..gone.len().saturating_sub(MAX_FINDINGS));
        self.rows = rows
            .iter()
            .map(|finding| Row {
                finding: finding.clone(),
                ended_at_us: None,
            })
            .collect();
        self.rows.append(&mut gone);
        self.at_us = at_us;
    }

    /// Rows that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Finding> {
        self.rows
            .iter()
            .filter(|row| row.ended_at_us.is_none())
            .map(|row| &row.finding)
    }
}
