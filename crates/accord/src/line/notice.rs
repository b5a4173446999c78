//! One notice with all its versions, receipts and answers, kept apart from one another.

use crate::act::{Answer, Class, Notice};
use crate::ids::{Desk, HazardId, OperationId};
use crate::lead::{Claim, Lateness};
use geo4d::VolumeSpec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where a notice stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// Stated, not begun.
    Notified,
    /// Its author says that it has begun.
    Active,
    /// Its author says that it is over.
    Ended,
    /// Its author says that it will not take place.
    Withdrawn,
}

/// The receiver's node had it on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptMade {
    /// Instant, by the receiver's clock, µs.
    pub at_us: i64,
    /// Lead at received; none when the version added nothing.
    pub lead_us: Option<i64>,
    /// How that stands to the agreed floor.
    pub lateness: Lateness,
}

/// A desk did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The desk.
    pub desk: Desk,
    /// Instant, by its own node's clock, µs.
    pub at_us: i64,
    /// Lead at that instant; none when the version added nothing.
    pub lead_us: Option<i64>,
}

/// A desk read it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBackMade {
    /// Who and when.
    pub stamp: Stamp,
    /// Place and time as typed.
    pub words: String,
    /// Check words as typed; may be empty.
    pub check: String,
}

/// A desk answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerMade {
    /// The desk.
    pub desk: Desk,
    /// Instant, by its own node's clock, µs.
    pub at_us: i64,
    /// What.
    pub answer: Answer,
    /// In its words.
    pub words: String,
    /// Counter-proposal.
    pub counter: Vec<VolumeSpec>,
    /// When this node knew that NO CONFLICT KNOWN no longer holds, µs.
    pub lapsed_at_us: Option<i64>,
}

/// Whom the receiver told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldTo {
    /// The desk that told.
    pub desk: Desk,
    /// Whom.
    pub to: String,
    /// When, µs.
    pub at_us: i64,
}

/// One version of a notice and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// As stated.
    pub notice: Notice,
    /// When it was stated, by its author's clock, µs.
    pub stated_at_us: i64,
    /// The desk that stated it.
    pub desk: Desk,
    /// Its epoch and entry in its author's log, once it has a place.
    pub place: Option<(u32, u64)>,
    /// Whether the author's log covers it.
    pub proven: bool,
    /// The instant its lead counts to; none when it added nothing.
    pub lead_from_us: Option<i64>,
    /// What the author had signed before it in its log.
    pub(crate) author_claim: Option<Claim>,
    /// The receiver's node had it on disk.
    pub received: Option<ReceiptMade>,
    /// A desk of the receiver opened it: the first that did.
    pub opened: Option<Stamp>,
    /// A desk of the receiver read it back: the newest.
    pub read_back: Option<ReadBackMade>,
    /// Answers, first to last; the last one counts.
    pub answers: Vec<AnswerMade>,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NoticeBook {
    pub(crate) drill: bool,
    /// At home only.
    pub(crate) operation: Option<OperationId>,
    pub(crate) state: NoticeState,
    pub(crate) activated_at_us: Option<i64>,
    pub(crate) all_clear_at_us: Option<i64>,
    pub(crate) finished_at_us: Option<i64>,
    /// The author's words of going on over an objection, and when.
    pub(crate) proceeding: Option<(String, i64)>,
    pub(crate) withdrawn_after_answer: bool,
    /// km²·h, when it is BLANKET.
    pub(crate) blanket_km2_h: Option<u64>,
    /// First to last; never empty.
    pub(crate) versions: Vec<Version>,
    /// Versions that are no longer kept here; the log has them.
    pub(crate) dropped_versions: u32,
    pub(crate) told: Vec<ToldTo>,
    /// Hazards of any version.
    pub(crate) hazards: BTreeSet<HazardId>,
}

impl Version {
    /// The last answer, STANDBY included.
    pub fn answer(&self) -> Option<&AnswerMade> {
        self.answers.last()
    }

    /// The last answer, when it closes something: STANDBY does not.
    pub fn closing_answer(&self) -> Option<&AnswerMade> {
        self.answer().filter(|made| made.answer != Answer::Standby)
    }

    /// Lead at an instant; none when the version added nothing.
    pub fn lead_at_us(&self, at_us: i64) -> Option<i64> {
        self.lead_from_us.map(|from_us| from_us.saturating_sub(at_us))
    }

    /// Whether it was LATE at received.
    pub fn is_late(&self) -> bool {
        self.received
            .as_ref()
            .is_some_and(|made| matches!(made.lateness, Lateness::Late { .. }))
    }
}

impl NoticeBook {
    /// Active when it was activated after its last all-clear: by the author's instants, since an
    /// all-clear goes ahead of what was stated before it. Of one instant, the one that warns.
    pub(crate) fn begun_or_clear(&mut self) {
        if self.is_live() {
            let begun = self.activated_at_us.is_some() && self.activated_at_us >= self.all_clear_at_us;
            self.state = if begun {
                NoticeState::Active
            } else {
                NoticeState::Notified
            };
        }
    }

    /// A notice that was just stated.
    pub(crate) fn new(version: Version, drill: bool, operation: Option<OperationId>) -> NoticeBook {
        NoticeBook {
            drill,
            operation,
            state: NoticeState::Notified,
            activated_at_us: None,
            all_clear_at_us: None,
            finished_at_us: None,
            proceeding: None,
            withdrawn_after_answer: false,
            blanket_km2_h: None,
            versions: vec![version],
            dropped_versions: 0,
            told: Vec::new(),
            hazards: BTreeSet::new(),
        }
    }

    /// A version by its number, to change.
    pub(crate) fn version_mut(&mut self, number: u32) -> Option<&mut Version> {
        self.versions
            .iter_mut()
            .rfind(|version| version.notice.version == number)
    }

    /// The newest version, to change.
    pub(crate) fn current_mut(&mut self) -> &mut Version {
        self.versions
            .last_mut()
            .expect("a notice has a version from the start and drops only older ones")
    }

    /// A version by its number.
    pub(crate) fn version(&self, number: u32) -> Option<&Version> {
        self.versions
            .iter()
            .rfind(|version| version.notice.version == number)
    }

    /// The newest version.
    pub(crate) fn current(&self) -> &Version {
        self.versions
            .last()
            .expect("a notice has a version from the start and drops only older ones")
    }

    /// As it stands now.
    pub(crate) fn notice(&self) -> &Notice {
        &self.current().notice
    }

    /// Its class.
    pub(crate) fn class(&self) -> Class {
        self.notice().class
    }

    /// Neither ended nor withdrawn.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.state, NoticeState::Notified | NoticeState::Active)
    }

    /// Live, and no closing answer was given.
    pub(crate) fn is_open(&self) -> bool {
        self.is_live() && self.current().closing_answer().is_none()
    }

    /// An objection stands: it is the last closing answer of the current version.
    pub(crate) fn is_objected_to(&self) -> bool {
        self.current()
            .closing_answer()
            .is_some_and(|made| made.answer == Answer::Object)
    }

    /// Any closing answer to any version.
    pub(crate) fn was_answered(&self) -> bool {
        self.versions
            .iter()
            .any(|version| version.answers.iter().any(|made| made.answer != Answer::Standby))
    }
}
