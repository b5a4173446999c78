//! What this party's own desks ask of their node.

use crate::act::{Answer, Class, HazardKind, Level, Place, Response, StopAnswer, Urgency, VoiceAnswer};
use crate::ids::{ActId, AlarmId, Desk, HazardId, LineId, NoticeId, OperationId, PeopleId, TrackId, ZoneId};
use crate::terms::Terms;
use geo4d::{Band, Position, Separation, VolumeSpec};
use serde::{Deserialize, Serialize};

/// What a token allows. Each includes the one before, except that only a desk role acts
/// on lines.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees.
    Read,
    /// Sees, gives notice, answers, stops.
    Watch,
    /// Also signs terms, opens epochs, proceeds over objections.
    Commander,
    /// Also keeps desks, tokens and lines. Not a desk: cannot open or answer.
    Admin,
}

/// Who asks: the desk and role a token is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The desk that acts.
    pub desk: Desk,
    /// What it may do.
    pub role: Role,
}

/// An operation as its own party plans it. Private until a notice discloses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationDraft {
    /// Name shown at home only.
    pub name: String,
    /// Kind of operation.
    pub class: Class,
    /// Places, heights and times; one or more.
    pub volumes: Vec<VolumeSpec>,
    /// Dangers it may provoke beyond itself.
    pub hazards: Vec<HazardDraft>,
    /// Exercise traffic from the header on.
    pub drill: bool,
    /// Stricter or looser separation than the terms give, for this party's own findings.
    pub separation: Option<Separation>,
    /// How long before entering a volume this party's own traffic must be told, in µs.
    pub reaction_us: Option<i64>,
}

/// A secondary hazard before it has an id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardDraft {
    /// What kind of danger.
    pub kind: HazardKind,
    /// Where and when.
    pub volume: VolumeSpec,
    /// In words; may be empty.
    pub words: String,
}

/// What a standing volume is for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneKind {
    /// Keep out by a distance.
    Buffer,
    /// A hospital, a shelter, a relief site.
    Protected,
    /// Firing, demolition.
    Danger,
    /// Air defence is active here.
    AirDefence,
    /// Special caution area.
    Caution,
    /// A condition declared ahead: this party's own planner is warned before release.
    RedLine,
}

/// Commands of a desk. What they may be refused for, and in which order, stands at
/// [`crate::Refusal`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Command {
    /// Files an operation as draft.
    Plan(OperationDraft),
    /// Replaces a draft, or the plan behind a notice that is to be amended.
    Replan {
        operation: OperationId,
        draft: OperationDraft,
    },
    /// Takes an operation off the books. Refused while a live notice discloses it.
    Scrap { operation: OperationId },
    /// Marks it contingent: it left its volumes or cannot keep its plan.
    Contingent { operation: OperationId },
    /// Gives notice of an operation over a line. `confirmed` repeats a command that was
    /// answered with what the officer has to know first.
    Notify {
        operation: OperationId,
        line: LineId,
        level: Level,
        words: String,
        confirmed: bool,
    },
    /// States the operation as it is planned now; lead is computed anew for what was added.
    Amend {
        notice: NoticeId,
        line: LineId,
        level: Level,
        words: String,
        confirmed: bool,
    },
    /// The operation will not take place.
    Withdraw {
        notice: NoticeId,
        line: LineId,
        words: String,
    },
    /// It has begun.
    Activate { notice: NoticeId, line: LineId },
    /// What we do there is over.
    AllClear { notice: NoticeId, line: LineId },
    /// It is over and will not resume.
    End { notice: NoticeId, line: LineId },
    /// Going on in spite of an objection.
    Proceed {
        notice: NoticeId,
        line: LineId,
        words: String,
    },
    /// Records that a desk opened the peer's notice in an attended session.
    Open { notice: NoticeId, line: LineId },
    /// Place and time as the desk read them, and the check words it sees.
    ReadBack {
        notice: NoticeId,
        line: LineId,
        words: String,
        check: String,
    },
    /// Answers the peer's notice. An objection first comes back with what it gives away.
    Answer {
        notice: NoticeId,
        line: LineId,
        answer: Answer,
        words: String,
        counter: Vec<VolumeSpec>,
        confirmed: bool,
    },
    /// Says who of this party's own traffic, units or consoles has been told. Local.
    Told {
        notice: NoticeId,
        line: LineId,
        to: String,
    },
    /// Warns of a danger on its own, without a notice.
    WarnHazard {
        line: LineId,
        hazard: HazardDraft,
        drill: bool,
    },
    /// Our hazard is over.
    HazardOver { line: LineId, hazard: HazardId },
    /// For this party's own traffic the peer's hazard is closed. Local; the only way a
    /// hazard ever ends.
    CloseHazard {
        line: LineId,
        hazard: HazardId,
        words: String,
    },
    /// Stop for good, to every desk at once.
    Cease { line: LineId, place: Place, drill: bool },
    /// Pause, to every desk at once.
    CheckFire { line: LineId, place: Place, drill: bool },
    /// Answers either.
    AnswerStop {
        line: LineId,
        stop: ActId,
        answer: StopAnswer,
        words: String,
    },
    /// One message of a dialogue.
    Say {
        line: LineId,
        answers: Option<ActId>,
        urgency: Urgency,
        response: Response,
        closes: bool,
        text: String,
        drill: bool,
    },
    /// One side's account of a voice call.
    LogVoice {
        line: LineId,
        heard_at_us: i64,
        words: String,
        tape_sha256: Option<String>,
        drill: bool,
    },
    /// Answers the peer's account.
    AnswerVoice {
        line: LineId,
        voice: ActId,
        answer: VoiceAnswer,
        words: String,
    },
    /// Signs terms; in force when the peer has signed the same.
    SignTerms { line: LineId, terms: Terms },
    /// Confirms the six words read over another channel.
    ConfirmWords { line: LineId, words: String },
    /// Files a standing volume of this party. Local.
    AddZone {
        name: String,
        kind: ZoneKind,
        volumes: Vec<VolumeSpec>,
        separation: Option<Separation>,
        /// For an exercise: compared with drills only. So for people and positions.
        drill: bool,
    },
    /// Removes one.
    RemoveZone { zone: ZoneId },
    /// Files people or a protected site of this party's care. Local.
    AddPeople {
        name: String,
        count: u32,
        volumes: Vec<VolumeSpec>,
        drill: bool,
    },
    /// Removes them.
    RemovePeople { people: PeopleId },
    /// Declares where an aircraft of this party is. Local.
    DeclarePosition {
        track: TrackId,
        name: String,
        at: Position,
        altitude: Band,
        seen_at_us: i64,
        /// Ground speed in mm/s; the fastest it may go if it is not known.
        speed_mm_s: i64,
        /// People aboard, for priority.
        aboard: u32,
        drill: bool,
    },
    /// The aircraft is down or out of the area.
    DropTrack { track: TrackId },
    /// Acknowledges an alarm.
    AckAlarm { alarm: AlarmId },
    /// Shelves an alarm for a limited time, with a reason on record.
    ShelveAlarm {
        alarm: AlarmId,
        for_us: i64,
        why: String,
    },
    /// Hands the watch over: who hands, to whom, in words. Local.
    HandOver { words: String },
}
