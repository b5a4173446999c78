//! Alarms: what needs an officer's timely response, with cause, consequence, response and a
//! time to act. All else is an event. Practice: ISA-18.2, EEMUA 191.

mod texts;

use crate::findings::Against;
use crate::ids::{ActId, AlarmId, Desk, HazardId, LineId, NoticeId};
use crate::input::{Trouble, TroubleKey};
use crate::limits::{HIGH_US, MEDIUM_US};
use crate::time::Deadline;
use geo4d::Position;
use serde::{Deserialize, Serialize};

/// Whose statement.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// This party's.
    Own,
    /// The peer's.
    Peer,
}

impl Author {
    /// The other side.
    pub fn other(self) -> Author {
        match self {
            Author::Own => Author::Peer,
            Author::Peer => Author::Own,
        }
    }
}

/// What an alarm is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Subject {
    /// A notice on the alarm's line.
    Notice { author: Author, id: NoticeId },
    /// A hazard on the alarm's line.
    Hazard { author: Author, id: HazardId },
    /// A cease or check fire on the alarm's line.
    Stop { author: Author, id: ActId },
    /// A message on the alarm's line.
    Message { author: Author, id: ActId },
    /// A voice account on the alarm's line.
    Voice { author: Author, id: ActId },
    /// An entry of a log of the alarm's line.
    Entry { author: Author, epoch: u32, seq: u64 },
    /// The line itself.
    Line,
    /// A thing of this party.
    Own(Against),
    /// A fault of the node or its surroundings.
    Fault(TroubleKey),
    /// The number of alarms itself.
    Alarms,
}

/// What happened, with the figures its texts need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum AlarmKind {
    /// Own or protected aircraft or people in or near a danger. Rows say which.
    Exposure,
    /// Closer to an own zone than it allows. Rows say which.
    ZoneBroken,
    /// Closer to an own operation than required. Rows say which.
    Conflict,
    /// A declared position was not renewed for so long that it is UNKNOWN where the aircraft is.
    PositionUnknown { name: String, since_us: i64 },
    /// The stated time of people or a site is over: UNKNOWN whether they are there.
    PeopleUnknown { name: String, since_us: i64 },
    /// Parts of a notice could not be compared.
    NotCompared { unchecked: u64, faults: u64 },
    /// Lead below the floor that both signed.
    Late { lead_us: i64, floor_us: i64 },
    /// A hazard notice larger than both agreed.
    Blanket { km2_h: u64, limit_km2_h: u64 },
    /// A notice without volumes.
    WordsOnly,
    /// The words of a notice name another place than its volumes.
    PlaceContradicts { said: Position, distance_mm: i64 },
    /// A read-back names another place or other check words.
    ReadBackDiffers { words: String },
    /// An entry of the peer that this node cannot read.
    NotUnderstood { kind: String, why: String },
    /// An entry of ours that the peer's node cannot read.
    PeerDidNotUnderstand { why: String },
    /// The peer's node did not state RECEIVED in time.
    NotReceived,
    /// No desk of this party opened it in time.
    NotOpenedHere,
    /// No desk of the peer opened it in time.
    NotOpenedByPeer,
    /// CEASE, or CHECK FIRE when `pause`, from the peer.
    StopHeard { pause: bool },
    /// A stop has no answer in time: ours to give, or the peer's.
    StopUnanswered { ours_to_give: bool },
    /// STANDBY was answered and nothing since.
    StandbyOutstanding { ours_to_give: bool },
    /// The peer warns of a hazard.
    HazardHeard,
    /// The stated time of a hazard is over.
    HazardExpired,
    /// Its author says that it is over.
    HazardSaidOver,
    /// The peer objects.
    Objection { words: String },
    /// The peer cannot answer.
    PeerUnable { words: String },
    /// The peer reports a problem for a protected movement.
    ProblemReported { words: String },
    /// The peer goes on in spite of our objection.
    Proceeding { words: String },
    /// Our NO CONFLICT KNOWN no longer says what we know.
    NoConflictLapsed,
    /// A message of distress.
    Distress { text: String },
    /// A message that expects an answer.
    MessageWaiting { text: String },
    /// The peer remembers a call otherwise.
    VoiceDisputed { words: String },
    /// The line does not answer.
    LineRed { open_items: u64 },
    /// What the peer sends is not cosigned.
    LineStalled { why: String },
    /// A new epoch waits for commanders.
    EpochOpened { epoch: u32, why: String },
    /// The two officers confirmed different words.
    KeyWordsDiffer,
    /// A fault that the engine or the edge reported.
    Trouble(Trouble),
    /// More alarms than can be listed.
    Flood { not_listed: u64 },
}

/// What an alarm is counted under: two kinds of one topic about one subject are one alarm.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Exposure, zones, conflicts.
    Picture,
    /// Own things of which too little is known by now.
    Old,
    /// What could not be compared.
    NotCompared,
    /// LATE.
    Late,
    /// BLANKET.
    Blanket,
    /// Place: words only, contradicting, read back otherwise.
    Place,
    /// Not understood.
    Content,
    /// Receipts.
    Received,
    /// Opened.
    Opened,
    /// A stop.
    Stop,
    /// A stop unanswered.
    StopAnswer,
    /// A standby outstanding.
    Standby,
    /// A hazard warned of.
    Hazard,
    /// A hazard that has to be closed.
    HazardEnd,
    /// Answers that need a response.
    Answer,
    /// Proceeding over objection.
    Proceeding,
    /// Lapsed NO CONFLICT KNOWN.
    Lapsed,
    /// Messages and voice.
    Talk,
    /// Line red.
    Red,
    /// Line stalled.
    Stalled,
    /// Epoch.
    Epoch,
    /// Six words.
    KeyWords,
    /// Faults of the node.
    Fault,
    /// Flood.
    Flood,
}

impl Topic {
    /// All of them.
    pub(crate) const ALL: [Topic; 24] = [
        Topic::Picture,
        Topic::Old,
        Topic::NotCompared,
        Topic::Late,
        Topic::Blanket,
        Topic::Place,
        Topic::Content,
        Topic::Received,
        Topic::Opened,
        Topic::Stop,
        Topic::StopAnswer,
        Topic::Standby,
        Topic::Hazard,
        Topic::HazardEnd,
        Topic::Answer,
        Topic::Proceeding,
        Topic::Lapsed,
        Topic::Talk,
        Topic::Red,
        Topic::Stalled,
        Topic::Epoch,
        Topic::KeyWords,
        Topic::Fault,
        Topic::Flood,
    ];
}

/// Names a live alarm: there is at most one of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AlarmKey {
    /// What it is counted under.
    pub topic: Topic,
    /// The line, if it is about one.
    pub line: Option<LineId>,
    /// What it is about.
    pub subject: Subject,
}

/// Consequence times time available.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Life at risk, or under two minutes.
    High,
    /// Under ten minutes.
    Medium,
    /// All else.
    Low,
}

/// Where an alarm stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmState {
    /// Its condition holds and nobody acknowledged it.
    Unacked,
    /// Its condition holds and a desk acknowledged it.
    Acked,
    /// Its condition ended before anybody acknowledged it.
    ReturnedUnacked,
    /// Out of the queue for a limited time, with a reason on record.
    Shelved,
    /// Over, and acknowledged.
    Cleared,
}

/// Shelving on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Who shelved.
    pub desk: Desk,
    /// Why.
    pub why: String,
    /// Until when.
    pub until: Deadline,
}

/// An alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its local id.
    pub id: AlarmId,
    /// What happened.
    pub kind: AlarmKind,
    /// The line, if it is about one.
    pub line: Option<LineId>,
    /// What it is about.
    pub subject: Subject,
    /// Exercise traffic.
    pub drill: bool,
    /// The desk it is now with; goes up the ladder.
    pub desk: Desk,
    /// For every desk at once.
    pub every_desk: bool,
    /// Steps up the ladder so far.
    pub escalated: u32,
    /// First raised, µs.
    pub raised_at_us: i64,
    /// How often it was raised again since.
    pub again: u32,
    /// A clock that runs for the response, if one does.
    pub deadline: Option<Deadline>,
    /// Latest wall instant at which acting still helps, if there is one.
    pub act_by_us: Option<i64>,
    /// Whether its condition holds.
    pub active: bool,
    /// The desk that acknowledged it, and when.
    pub acked: Option<(Desk, i64)>,
    /// Shelved, if it is.
    pub shelf: Option<Shelf>,
    /// When it was cleared.
    pub cleared_at_us: Option<i64>,
}

impl Alarm {
    /// Its name among live alarms.
    pub fn key(&self) -> AlarmKey {
        AlarmKey {
            topic: self.kind.topic(),
            line: self.line.clone(),
            subject: self.subject.clone(),
        }
    }

    /// Where it stands.
    pub fn state(&self) -> AlarmState {
        match (
            self.cleared_at_us.is_some(),
            &self.shelf,
            self.active,
            self.acked.is_some(),
        ) {
            (true, ..) => AlarmState::Cleared,
            (_, Some(_), ..) => AlarmState::Shelved,
            (_, _, true, false) => AlarmState::Unacked,
            (_, _, true, true) => AlarmState::Acked,
            (_, _, false, _) => AlarmState::ReturnedUnacked,
        }
    }

    /// Time left to act at this wall instant, µs; none when no clock runs.
    pub fn left_us(&self, now: crate::time::Now) -> Option<i64> {
        let by_wall = self
            .act_by_us
            .map(|act_by_us| act_by_us.saturating_sub(now.wall_us));
        let by_clock = self.deadline.map(|deadline| deadline.left_us(now));
        by_wall.into_iter().chain(by_clock).min()
    }

    /// Consequence times time available, as of `now`.
    pub fn priority(&self, now: crate::time::Now) -> Priority {
        let left_us = self.left_us(now);
        if self.life_at_risk() || left_us.is_some_and(|left_us| left_us < HIGH_US) {
            Priority::High
        } else if left_us.is_some_and(|left_us| left_us < MEDIUM_US) {
            Priority::Medium
        } else {
            self.kind.least_priority()
        }
    }

    /// Why it was raised.
    pub fn cause(&self) -> String {
        self.kind.cause()
    }

    /// What follows if nobody responds.
    pub fn consequence(&self) -> String {
        self.kind.consequence()
    }

    /// What to do.
    pub fn response(&self) -> String {
        self.kind.response()
    }

    /// Somebody may be harmed while this stands.
    fn life_at_risk(&self) -> bool {
        match &self.kind {
            AlarmKind::Exposure => self.active,
            AlarmKind::StopHeard { .. } | AlarmKind::Distress { .. } => true,
            AlarmKind::StopUnanswered { .. } => true,
            AlarmKind::NotUnderstood { kind, .. } => {
                matches!(kind.as_str(), "cease" | "check-fire" | "hazard")
            }
            _ => false,
        }
    }
}

impl AlarmKind {
    /// What it is counted under.
    pub fn topic(&self) -> Topic {
        use AlarmKind as K;
        match self {
            K::Exposure | K::ZoneBroken | K::Conflict => Topic::Picture,
            K::PositionUnknown { .. } | K::PeopleUnknown { .. } => Topic::Old,
            K::NotCompared { .. } => Topic::NotCompared,
            K::Late { .. } => Topic::Late,
            K::Blanket { .. } => Topic::Blanket,
            K::WordsOnly | K::PlaceContradicts { .. } | K::ReadBackDiffers { .. } => Topic::Place,
            K::NotUnderstood { .. } | K::PeerDidNotUnderstand { .. } => Topic::Content,
            K::NotReceived => Topic::Received,
            K::NotOpenedHere | K::NotOpenedByPeer => Topic::Opened,
            K::StopHeard { .. } => Topic::Stop,
            K::StopUnanswered { .. } => Topic::StopAnswer,
            K::StandbyOutstanding { .. } => Topic::Standby,
            K::HazardHeard => Topic::Hazard,
            K::HazardExpired | K::HazardSaidOver => Topic::HazardEnd,
            K::Objection { .. } | K::PeerUnable { .. } | K::ProblemReported { .. } => Topic::Answer,
            K::Proceeding { .. } => Topic::Proceeding,
            K::NoConflictLapsed => Topic::Lapsed,
            K::Distress { .. } | K::MessageWaiting { .. } | K::VoiceDisputed { .. } => Topic::Talk,
            K::LineRed { .. } => Topic::Red,
            K::LineStalled { .. } => Topic::Stalled,
            K::EpochOpened { .. } => Topic::Epoch,
            K::KeyWordsDiffer => Topic::KeyWords,
            K::Trouble(_) => Topic::Fault,
            K::Flood { .. } => Topic::Flood,
        }
    }

    /// A statement about an instant: acknowledging it ends it. All others end when their
    /// condition does.
    pub fn is_momentary(&self) -> bool {
        use AlarmKind as K;
        matches!(
            self,
            K::Late { .. }
                | K::Blanket { .. }
                | K::PlaceContradicts { .. }
                | K::ReadBackDiffers { .. }
                | K::NotUnderstood { .. }
                | K::PeerDidNotUnderstand { .. }
                | K::HazardHeard
                | K::Objection { .. }
                | K::PeerUnable { .. }
                | K::ProblemReported { .. }
                | K::Proceeding { .. }
                | K::NoConflictLapsed
                | K::Distress { .. }
                | K::VoiceDisputed { .. }
                | K::Trouble(Trouble::RestoredFromPeer { .. } | Trouble::ClockJump { .. })
                | K::Trouble(Trouble::HookFailed { .. } | Trouble::BadFrames { .. })
                | K::Trouble(Trouble::Contradiction { .. } | Trouble::QueueFull { .. })
                | K::NotCompared { .. }
                | K::Flood { .. }
        )
    }

    /// Priority when no clock presses.
    fn least_priority(&self) -> Priority {
        use AlarmKind as K;
        match self {
            K::ZoneBroken | K::Conflict | K::Proceeding { .. } | K::Objection { .. } => Priority::Medium,
            K::NotReceived | K::NotOpenedHere | K::NotOpenedByPeer => Priority::Medium,
            K::HazardHeard | K::HazardExpired | K::NoConflictLapsed => Priority::Medium,
            K::LineStalled { .. } | K::LineRed { .. } | K::EpochOpened { .. } => Priority::Medium,
            K::KeyWordsDiffer | K::NotCompared { .. } | K::ReadBackDiffers { .. } => Priority::Medium,
            K::PlaceContradicts { .. } | K::NotUnderstood { .. } => Priority::Medium,
            K::PositionUnknown { .. } | K::PeopleUnknown { .. } => Priority::Medium,
            K::Trouble(Trouble::DiskFull) => Priority::High,
            K::Trouble(_) => Priority::Medium,
            _ => Priority::Low,
        }
    }
}
