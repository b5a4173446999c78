//! What parties state to each other on a line: the bodies of acts.
//!
//! An act on the wire is a header type and a JSON body of integers, strings, arrays
//! and objects. [`Act::kind`] and [`Act::to_body`] write it, [`Act::read`] reads it.
//! Bodies never carry a local id, a reason of the author, a target or a unit.

mod codec;

pub use codec::Unreadable;
pub(crate) use codec::{is_on_earth, is_sha256};

use crate::ids::{ActId, HazardId, NoticeId};
use crate::terms::Terms;
use geo4d::{Position, VolumeSpec, Window};
use serde::{Deserialize, Serialize};

/// Kind of operation, for the rules.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Passing through.
    Transit,
    /// Looking.
    Reconnaissance,
    /// Anything that releases or fires.
    Hazard,
    /// Training.
    Exercise,
    /// Search, rescue, medical evacuation. Never late, never objected to.
    Rescue,
    /// Relief movements and sites. Never late, never objected to.
    Humanitarian,
    /// Nobody aboard.
    Unmanned,
}

/// How much of an operation a notice discloses.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The volumes as planned.
    Exact,
    /// An outward-rounded box around them.
    Box,
    /// Words only: the place is UNKNOWN.
    Words,
}

/// Danger that an operation provokes beyond itself.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardKind {
    /// Air defence may react.
    AirDefence,
    /// Falling debris.
    Debris,
    /// Jamming of navigation or voice.
    Jamming,
    /// Any other, told in words.
    Other,
}

/// A secondary hazard as stated on a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hazard {
    /// Its id on the line.
    pub id: HazardId,
    /// What kind of danger.
    pub kind: HazardKind,
    /// Where and when.
    pub volume: VolumeSpec,
    /// In words; may be empty.
    pub words: String,
}

/// A notice: what, where, when; never why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Its id on the line; an amendment keeps it.
    pub id: NoticeId,
    /// 1 for the first statement, one more with each amendment.
    pub version: u32,
    /// Kind of operation.
    pub class: Class,
    /// How much is disclosed.
    pub level: Level,
    /// Earliest start and latest end over the whole operation.
    pub window: Window,
    /// Empty when `level` is [`Level::Words`].
    pub volumes: Vec<VolumeSpec>,
    /// The place in words; required when `level` is [`Level::Words`].
    pub words: String,
    /// Dangers beyond the operation itself.
    pub hazards: Vec<Hazard>,
}

/// Answers to a notice. Silence is no answer and is never shown as one.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Seen; no position taken.
    Noted,
    /// As of now, with what this desk knows; no permission.
    NoConflictKnown,
    /// With a reason, and perhaps a counter-proposal.
    Object,
    /// An answer will follow. Closes nothing.
    Standby,
    /// Cannot answer.
    Unable,
    /// To protected movements only: route, time or danger is a problem.
    ProblemReported,
}

/// Answers to CEASE and CHECK FIRE.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopAnswer {
    /// We understood and are stopping.
    UnderstoodStopping,
    /// We cannot.
    Unable,
    /// It is not our activity.
    NotOurs,
}

/// Answers to the other side's account of a voice call.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceAnswer {
    /// So we heard it.
    Confirmed,
    /// We heard something else.
    Disputed,
    /// We heard nothing.
    NotHeard,
}

/// Response attribute of a message, after controller–pilot data link practice.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// WILCO or UNABLE.
    #[serde(rename = "W/U")]
    WilcoUnable,
    /// AFFIRM or NEGATIVE.
    #[serde(rename = "A/N")]
    AffirmNegative,
    /// ROGER.
    R,
    /// Any answer.
    Y,
    /// None expected.
    N,
}

/// Urgency of a message.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Life at risk now. Travels as safety traffic.
    Distress,
    /// Soon.
    Urgent,
    /// Routine.
    Normal,
}

/// Where something is to stop: a point, and how it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Absent when only words were given: the place is UNKNOWN.
    pub at: Option<Position>,
    /// In words; may be empty when `at` is given.
    pub words: String,
}

/// The bodies of acts, one variant per header type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Act {
    /// Discloses an operation, or amends an earlier disclosure (`version` > 1).
    Notice(Notice),
    /// The operation will not take place. Words may be empty.
    Withdraw { id: NoticeId, words: String },
    /// The operation has begun.
    Activate { id: NoticeId },
    /// What the author does there is over; ends only what its author does.
    AllClear { id: NoticeId },
    /// The operation is over and will not resume.
    End { id: NoticeId },
    /// Going on in spite of an objection; signed.
    Proceed { id: NoticeId, words: String },
    /// A desk opened the item in an attended session.
    Opened { id: NoticeId, version: u32 },
    /// Place and time typed or confirmed by a desk, with the check words it read.
    ReadBack {
        id: NoticeId,
        version: u32,
        words: String,
        check: String,
    },
    /// A desk's answer.
    Answer {
        id: NoticeId,
        version: u32,
        answer: Answer,
        words: String,
        /// Counter-proposal: place, time, height.
        counter: Vec<VolumeSpec>,
    },
    /// A secondary hazard or air-defence warning stated on its own.
    Hazard(Hazard),
    /// The author says its hazard is over. Clears nothing for the receiver's traffic.
    HazardOver { id: HazardId },
    /// Stop for good.
    Cease { id: ActId, place: Place },
    /// Pause.
    CheckFire { id: ActId, place: Place },
    /// Answer to either.
    StopAnswer {
        id: ActId,
        answer: StopAnswer,
        words: String,
    },
    /// One message of a dialogue; free text is unverified.
    Say {
        id: ActId,
        /// The message this one answers.
        answers: Option<ActId>,
        urgency: Urgency,
        response: Response,
        /// Whether this message closes the dialogue it answers. STANDBY does not.
        closes: bool,
        text: String,
    },
    /// One side's account of a voice call.
    Voice {
        id: ActId,
        heard_at_us: i64,
        words: String,
        tape_sha256: Option<String>,
    },
    /// The other side's answer to such an account.
    VoiceAnswer {
        id: ActId,
        answer: VoiceAnswer,
        words: String,
    },
    /// One signature under terms; in force when both sides' newest signatures agree.
    SignTerms(Terms),
    /// This side's officer confirmed the six words over both key sets.
    WordsConfirmed { words: String },
    /// Content of the named entry could not be understood. Automatic.
    NotUnderstood { epoch: u32, seq: u64, why: String },
}
