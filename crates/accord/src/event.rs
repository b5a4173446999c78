//! Facts: what [`crate::Mind::decide`] gives and [`crate::Mind::apply`] takes. They are
//! journaled, so their form outlives the rules that made them.

use crate::act::Act;
use crate::alarm::{Alarm, AlarmKind, Author, Shelf, Subject};
use crate::command::{OperationDraft, ZoneKind};
use crate::findings::{Against, Finding};
use crate::ids::{ActId, AlarmId, Desk, HazardId, LineId, NoticeId, OperationId, PeopleId, TrackId, ZoneId};
use crate::input::{LineState, Trouble, TroubleKey};
use crate::lead::Lateness;
use crate::picture::Track;
use crate::time::Deadline;
use geo4d::{Separation, VolumeSpec};
use serde::{Deserialize, Serialize};

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Event {
    /// The first input of another run of the process: monotonic deadlines of the run before
    /// go on by wall time.
    Booted,
    /// A statement of ours. The engine gives it a place in our log, `safety` ahead of the
    /// rest.
    Act {
        line: LineId,
        desk: Desk,
        drill: bool,
        safety: bool,
        at_us: i64,
        act: Act,
    },
    /// A statement of ours that the peer gave back. It has its place already.
    Restored {
        line: LineId,
        epoch: u32,
        seq: u64,
        desk: Desk,
        drill: bool,
        at_us: i64,
        act: Act,
    },
    /// A version of our notice that the peer gave back, and that was stated here again meanwhile:
    /// it has this place as well.
    RestoredAgain {
        line: LineId,
        epoch: u32,
        seq: u64,
        id: NoticeId,
        version: u32,
    },
    /// A statement of ours got its place in our log.
    Sealed {
        line: LineId,
        act_ref: u64,
        epoch: u32,
        seq: u64,
        at_us: i64,
    },
    /// A statement of the peer, understood.
    Heard {
        line: LineId,
        epoch: u32,
        seq: u64,
        desk: Desk,
        drill: bool,
        at_us: i64,
        received_at_us: i64,
        proven: bool,
        act: Act,
    },
    /// A statement that was heard before, stated again in another epoch.
    HeardAgain {
        line: LineId,
        epoch: u32,
        seq: u64,
        kind: String,
        received_at_us: i64,
        proven: bool,
        act: Act,
    },
    /// A statement of the peer that cannot be understood.
    HeardUnreadable {
        line: LineId,
        epoch: u32,
        seq: u64,
        kind: String,
        why: String,
        received_at_us: i64,
        proven: bool,
    },
    /// An entry heard unproven is covered by the peer's log.
    Proven { line: LineId, epoch: u32, seq: u64 },
    /// Our node's RECEIVED got its place.
    Receipted {
        line: LineId,
        epoch: u32,
        entries: Vec<(u64, i64)>,
    },
    /// The peer's node stated RECEIVED.
    Received {
        line: LineId,
        epoch: u32,
        entries: Vec<(u64, i64)>,
    },
    /// What a receipt comes to.
    Lead {
        line: LineId,
        author: Author,
        id: NoticeId,
        version: u32,
        received_at_us: i64,
        /// None when the version added nothing.
        lead_us: Option<i64>,
        lateness: Lateness,
    },
    /// A notice is larger than agreed.
    Blanket {
        line: LineId,
        author: Author,
        id: NoticeId,
        km2_h: u64,
        limit_km2_h: u64,
    },
    /// A notice of the peer was withdrawn after an answer: counted as possible probing.
    PossibleProbing {
        line: LineId,
        author: Author,
        id: NoticeId,
    },
    /// A fact about a line.
    Line { line: LineId, state: LineState },
    /// Clocks that start and stop.
    Clocks {
        set: Vec<(Timer, When)>,
        clear: Vec<Timer>,
    },
    /// An operation was filed.
    Planned { id: OperationId, draft: OperationDraft },
    /// It was planned anew.
    Replanned { id: OperationId, draft: OperationDraft },
    /// It was taken off the books.
    Scrapped { id: OperationId },
    /// It left its volumes or cannot keep its plan.
    Contingent { id: OperationId },
    /// This notice discloses that operation. Stands before the act.
    Discloses {
        line: LineId,
        notice: NoticeId,
        operation: OperationId,
    },
    /// A desk told its traffic or units.
    Told {
        line: LineId,
        notice: NoticeId,
        desk: Desk,
        to: String,
        at_us: i64,
    },
    /// For this party's traffic a hazard of the peer is closed.
    HazardClosed {
        line: LineId,
        hazard: HazardId,
        desk: Desk,
        words: String,
        at_us: i64,
    },
    /// Its stated time is over: UNKNOWN.
    HazardExpired {
        line: LineId,
        author: Author,
        hazard: HazardId,
    },
    /// A zone was filed.
    ZoneAdded {
        id: ZoneId,
        name: String,
        kind: ZoneKind,
        volumes: Vec<VolumeSpec>,
        separation: Option<Separation>,
        #[serde(default)]
        drill: bool,
    },
    /// And removed.
    ZoneRemoved { id: ZoneId },
    /// People were filed.
    PeopleAdded {
        id: PeopleId,
        name: String,
        count: u32,
        volumes: Vec<VolumeSpec>,
        #[serde(default)]
        drill: bool,
    },
    /// And removed.
    PeopleRemoved { id: PeopleId },
    /// A position was declared.
    TrackSet { id: TrackId, name: String, track: Track },
    /// And dropped.
    TrackDropped { id: TrackId },
    /// What a notice or hazard of the peer means to own things: replaces what was found
    /// before; rows that are no longer found stay, marked as ended.
    Found {
        line: LineId,
        subject: Subject,
        at_us: i64,
        rows: Vec<Finding>,
        more: u64,
        unchecked: u64,
        faults: u64,
        /// Exercise traffic.
        #[serde(default)]
        drill: bool,
    },
    /// Our NO CONFLICT KNOWN lapsed.
    AnswerLapsed {
        line: LineId,
        author: Author,
        id: NoticeId,
        at_us: i64,
    },
    /// An alarm was raised.
    AlarmRaised { alarm: Alarm },
    /// It was raised again, or its figures changed; `anew` asks for another acknowledgement.
    AlarmAgain {
        id: AlarmId,
        kind: AlarmKind,
        deadline: Option<Deadline>,
        act_by_us: Option<i64>,
        at_us: i64,
        anew: bool,
    },
    /// Its condition ended.
    AlarmReturned { id: AlarmId, at_us: i64 },
    /// A desk acknowledged it.
    AlarmAcked { id: AlarmId, desk: Desk, at_us: i64 },
    /// A desk shelved it.
    AlarmShelved { id: AlarmId, shelf: Shelf },
    /// It came back from the shelf.
    AlarmUnshelved { id: AlarmId },
    /// Nobody acknowledged it: it goes to this desk.
    AlarmEscalated { id: AlarmId, desk: Desk },
    /// An alarm that could not be listed, by its texts' kind.
    AlarmCounted { kind: AlarmKind, line: Option<LineId> },
    /// A fault began.
    Trouble(Trouble),
    /// And ended.
    TroubleOver(TroubleKey),
    /// The watch was handed over.
    HandedOver { desk: Desk, words: String, at_us: i64 },
    /// Something that is over leaves memory. The log keeps it.
    Retired { line: Option<LineId>, what: Retired },
}

/// What left memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Retired {
    /// A notice.
    Notice { author: Author, id: NoticeId },
    /// A hazard.
    Hazard { author: Author, id: HazardId },
    /// A stop.
    Stop { author: Author, id: ActId },
    /// A message.
    Message { author: Author, id: ActId },
    /// A voice account.
    Voice { author: Author, id: ActId },
    /// An operation.
    Operation { id: OperationId },
}

/// A clock that runs. There is at most one of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Timer {
    /// Our notice is to be RECEIVED.
    Received { line: LineId, id: NoticeId },
    /// A notice is to be opened.
    Opened {
        line: LineId,
        author: Author,
        id: NoticeId,
    },
    /// A stop is to be answered.
    Stop { line: LineId, author: Author, id: ActId },
    /// An answer is to follow STANDBY.
    Standby {
        line: LineId,
        author: Author,
        id: NoticeId,
    },
    /// A message of the peer is to be answered.
    Message { line: LineId, id: ActId },
    /// The stated time of a hazard ends.
    HazardEnd {
        line: LineId,
        author: Author,
        id: HazardId,
    },
    /// What is found of a notice may change by time alone.
    Recheck { line: LineId, subject: Subject },
    /// What is on file of an own thing becomes too old to rely on.
    GrowsOld { what: Against },
    /// An alarm goes up the ladder.
    Escalate { alarm: AlarmId },
    /// A shelved alarm comes back.
    Shelf { alarm: AlarmId },
    /// The line has been red for long.
    LineRed { line: LineId },
    /// Something that is over leaves memory.
    Retire { line: Option<LineId>, what: Retired },
}

/// When a clock runs out.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// So long after it was set, on the monotonic clock.
    After(Deadline),
    /// At a wall instant, µs.
    At(i64),
}
