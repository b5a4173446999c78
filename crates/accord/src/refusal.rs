//! Why a command was not carried out. Nothing of it was.

use crate::command::Role;
use crate::ids::{ActId, AlarmId, HazardId, LineId, NoticeId, OperationId, PeopleId, ZoneId};
use crate::outcome::Note;
use geo4d::Fault;
use serde::{Deserialize, Serialize};

/// A reason for not carrying out a command.
///
/// Order of precedence, the first that applies is returned:
/// 1. role: `NotADesk`, `RoleTooLow`;
/// 2. shape of what was given: `TextTooLong`, `TextMissing`, `OutOfRange`, `TooMany`,
///    `BadTerms`, `BadTapeHash`, `NoVolumes`, `BadVolumes` (with every fault of every
///    volume);
/// 3. what it refers to: `NoSuch…`, in the order line, operation, notice, all else;
/// 4. the state of that: `Finished`, `AlreadyNotified`,
///    `NothingChanged`, `LiveNotice`, `AlreadyAnswered`, `Drill`;
/// 5. rules: `ProtectedIsNotObjectedTo`, `ProtectedNeedsNoConflictAnswer`,
///    `OnlyForProtected`, `NoObjectionStands`, `CheckWordsDiffer`;
/// 6. room: `Full`;
/// 7. `NeedsConfirmation`. Never for what ends or stops something, and never for a notice
///    whose start is nearer than the floor. An objection always asks: what it gives away
///    cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "reason", content = "detail", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Refusal {
    /// An admin token.
    #[error("an admin token is no desk and states nothing; use a token of a desk")]
    NotADesk,
    /// The role does not reach.
    #[error("this needs a token of role {0:?} or above; ask the duty commander")]
    RoleTooLow(Role),
    /// A text is too long.
    #[error("{field} has {chars} characters and may have {limit}; shorten it")]
    TextTooLong { field: String, chars: u64, limit: u64 },
    /// A text that is needed is empty.
    #[error("{0} is empty; say it in words")]
    TextMissing(String),
    /// A number outside what it may be.
    #[error("{field} may be {low} to {high}")]
    OutOfRange { field: String, low: i64, high: i64 },
    /// A list is too long.
    #[error("{got} {field}, {limit} are allowed; split it")]
    TooMany { field: String, got: u64, limit: u64 },
    /// Terms that no two parties could keep.
    #[error("these terms cannot be agreed: {0}")]
    BadTerms(String),
    /// No SHA-256.
    #[error("tape_sha256 is 64 lower-case hexadecimal digits")]
    BadTapeHash,
    /// No volume at all.
    #[error("at least one volume is needed: a place, heights and times")]
    NoVolumes,
    /// Volumes with faults: all of them.
    #[error("the volumes have faults: {}", faults(.0))]
    BadVolumes(Vec<Fault>),
    /// No such line.
    #[error("there is no line {0}")]
    NoSuchLine(LineId),
    /// No such operation.
    #[error("there is no operation {0}; it may have been retired after its end")]
    NoSuchOperation(OperationId),
    /// No such notice of that author.
    #[error("there is no notice {0} here; it may have been retired after its end")]
    NoSuchNotice(NoticeId),
    /// No such hazard of that author.
    #[error("there is no hazard {0} here; it may have been retired after it was closed")]
    NoSuchHazard(HazardId),
    /// No such stop, message or voice account of the peer.
    #[error("the peer stated nothing under {0} that could be answered")]
    NoSuchAct(ActId),
    /// No such zone.
    #[error("there is no zone {0}")]
    NoSuchZone(ZoneId),
    /// No such people.
    #[error("there are no people {0}")]
    NoSuchPeople(PeopleId),
    /// No such track.
    #[error("there is no track {0}")]
    NoSuchTrack(crate::ids::TrackId),
    /// No such alarm.
    #[error("there is no alarm {0}; it may be cleared")]
    NoSuchAlarm(AlarmId),
    /// The notice or operation is over.
    #[error("it is {0} and nothing more can be stated of it; give a new notice")]
    Finished(String),
    /// This operation is already disclosed on that line.
    #[error("notice {0} discloses this operation on that line already; amend it")]
    AlreadyNotified(NoticeId),
    /// An amendment that amends nothing.
    #[error("nothing differs from what was stated; replan the operation first")]
    NothingChanged,
    /// The operation stands in a live notice.
    #[error("notice {0} discloses this operation; withdraw or end it first")]
    LiveNotice(NoticeId),
    /// Such an answer stands already.
    #[error("this was answered for good already")]
    AlreadyAnswered,
    /// Drill and real may not be mixed.
    #[error("one is a drill and the other is not; file it anew")]
    Drill,
    /// Rescue and relief.
    #[error("rescue and humanitarian notices are not objected to; answer NOTED or PROBLEM REPORTED")]
    ProtectedIsNotObjectedTo,
    /// Rescue and relief.
    #[error("rescue and humanitarian notices ask for no agreement; answer NOTED or PROBLEM REPORTED")]
    ProtectedNeedsNoConflictAnswer,
    /// PROBLEM REPORTED is for rescue and relief.
    #[error("PROBLEM REPORTED is for rescue and humanitarian notices; answer OBJECT or UNABLE")]
    OnlyForProtected,
    /// Proceeding needs an objection.
    #[error("the peer has no objection standing against notice {0}; activate it")]
    NoObjectionStands(NoticeId),
    /// The check words are not those of this place and time.
    #[error("the check words are not those of this notice as it stands here; read it again from the screen")]
    CheckWordsDiffer,
    /// A table is full.
    #[error("no room for more {what}: {limit} stand already; end or remove what is over")]
    Full { what: String, limit: u64 },
    /// The officer has to know something first; the same command with `confirmed` goes out.
    #[error("before this leaves: {}; repeat it as confirmed, or change it", notes(.0))]
    NeedsConfirmation(Vec<Note>),
}

fn faults(faults: &[Fault]) -> String {
    faults
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn notes(notes: &[Note]) -> String {
    notes
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
