//! This party's own operations, zones, people and aircraft, and what a notice means to
//! them. Nothing here is ever stated on a line.

use crate::command::{OperationDraft, ZoneKind};
use crate::findings::{Findings, Subject};
use crate::ids::{OperationId, PeopleId, TrackId, ZoneId};
use crate::terms::Terms;
use crate::time::Now;
use geo4d::{Band, Fault, Position, Separation, VolumeSpec, Witness};
use serde::{Deserialize, Serialize};

/// A declared position and how fast it may be left.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Where it was.
    pub at: Position,
    /// How high it was.
    pub altitude: Band,
    /// When.
    pub seen_at_us: i64,
    /// The fastest it may go over ground, in mm/s.
    pub speed_mm_s: i64,
    /// People aboard; 0 when nobody said.
    pub aboard: u32,
}

/// All own things, indexed. Adding under an id replaces what stood there; removing what
/// is not there does nothing.
pub struct Picture;

/// An own red line that a plan comes too close to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedLine {
    /// Which.
    pub zone: ZoneId,
    /// How close, where and when.
    pub witness: Witness,
}

/// Every `add…` compares what is valid; an error lists the volumes that are not and will
/// not be compared, each with its place inside what was given: those are UNKNOWN.
impl Picture {
    pub fn new() -> Picture;
    pub fn add_operation(&mut self, id: &OperationId, draft: &OperationDraft) -> Result<(), Vec<Fault>>;
    pub fn remove_operation(&mut self, id: &OperationId);
    pub fn add_zone(&mut self, id: &ZoneId, kind: ZoneKind, volumes: &[VolumeSpec], separation: Option<Separation>) -> Result<(), Vec<Fault>>;
    pub fn remove_zone(&mut self, id: &ZoneId);
    pub fn add_people(&mut self, id: &PeopleId, count: u32, volumes: &[VolumeSpec]) -> Result<(), Vec<Fault>>;
    pub fn remove_people(&mut self, id: &PeopleId);
    pub fn set_track(&mut self, id: &TrackId, track: Track) -> Result<(), Vec<Fault>>;
    pub fn drop_track(&mut self, id: &TrackId);
    pub fn findings(&self, now: Now, subject: &Subject, terms: Option<&Terms>) -> Findings;
    /// Own red lines closer to `draft` than they allow. None for a drill.
    pub fn red_lines(&self, draft: &OperationDraft) -> Vec<RedLine>;
    /// Tracks not renewed for TRACK_STALE_US: their exposure is UNKNOWN.
    pub fn stale_tracks(&self, now: Now) -> Vec<TrackId>;
    pub fn sanity_check(&self);
}

/// The peers' live notices and hazards under keys of the caller's choosing (file `notified.rs`):
/// when an own thing changes, only what is near it is compared again. Serialize + Deserialize.
pub struct Notified<K: Ord + Clone>;
impl<K: Ord + Clone> Notified<K> {
    pub fn new() -> Self;
    /// Replaces what stood under `key`. Faults as in Picture.
    pub fn add(&mut self, key: K, subject: &Subject) -> Result<(), Vec<Fault>>;
    pub fn remove(&mut self, key: &K);
    /// Keys that a change of this own thing can affect (call with the old and the new one). `terms`: those of all lines.
    pub fn near_operation(&self, draft: &OperationDraft, terms: &[&Terms]) -> Vec<K>;
    pub fn near_zone(&self, kind: ZoneKind, volumes: &[VolumeSpec], separation: Option<Separation>) -> Vec<K>;
    pub fn near_people(&self, volumes: &[VolumeSpec], terms: &[&Terms]) -> Vec<K>;
    pub fn near_track(&self, track: &Track, terms: &[&Terms]) -> Vec<K>;
    pub fn len(&self) -> usize;
    pub fn sanity_check(&self);
}
