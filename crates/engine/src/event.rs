//! What the journal keeps: records of {seq, now, input, events}.
//!
//! Guarantee: the state of an engine is a function of the events of its records, in order.
//! Replay feeds events to `apply` and never decides again.

use crate::input::Token;
use crate::keyring::KeySet;
use accord::ids::{Desk, LineId};
use accord::time::Now;
use accord::{Event as MindEvent, Outcome};
use serde::{Deserialize, Serialize};

/// One journal record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Contiguous from 1.
    pub seq: u64,
    /// The instant its input was taken.
    pub now: Now,
    /// What came in, for the audit mode and for readers.
    pub input: serde_json::Value,
    /// What became of it.
    pub events: Vec<Event>,
}

/// What replay needs of a [`Record`]: all but its input.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Facts {
    pub(crate) seq: u64,
    pub(crate) now: Now,
    pub(crate) events: Vec<Event>,
}

impl Facts {
    /// The instant the record's input was taken.
    pub fn now(&self) -> Now {
        self.now
    }

    /// What became of it.
    pub fn events(&self) -> &[Event] {
        &self.events
    }
}

/// Which end of the line: the inviter is `a`, the joiner `b`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Invited; listens.
    A,
    /// Joined; dials.
    B,
}

impl Side {
    /// The letter in an origin.
    pub fn letter(self) -> &'static str {
        match self {
            Side::A => "a",
            Side::B => "b",
        }
    }

    /// The other end.
    pub fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

/// What a node knows of a line for as long as it lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineConfig {
    /// Name, equal at both ends.
    pub line: LineId,
    /// This end.
    pub side: Side,
    /// This party's public keys on the line.
    pub own: KeySet,
    /// The peer's.
    pub peer: KeySet,
    /// Where to dial; none at the listening end.
    pub dial: Option<String>,
}

/// An invitation that waits to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The line it opens.
    pub line: LineId,
    /// The inviter's public keys on it.
    pub own: KeySet,
    /// SHA-256 of the single-use secret, hexadecimal.
    pub secret_sha256: String,
    /// Wall time after which it is void, µs.
    pub expires_us: i64,
}

/// In which order unsealed acts get their place in the log.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Statements of the node about the log itself.
    System,
    /// Safety traffic.
    Safety,
    /// All else. Waits for both commanders after an epoch was opened.
    Rest,
}

/// An act that has no place in the log yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsealed {
    /// Number of the act among all that were stated on this line; what `accord` calls `act_ref`.
    pub act_ref: Option<u64>,
    /// Header type.
    pub kind: String,
    /// The desk that states it.
    pub desk: Desk,
    /// Exercise traffic.
    pub drill: bool,
    /// When it was stated, µs.
    pub at: i64,
    /// Canonical body.
    pub body: String,
}

/// A fact about one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum LineEvent {
    /// The node itself states something.
    Queued { rank: Rank, act: Unsealed },
    /// The first unsealed act of `rank` got its place in our log.
    Sealed {
        rank: Rank,
        header: String,
        salt: String,
    },
    /// An entry of our own log that the peer gave back after a restore.
    TakenBack {
        header: String,
        body: Option<String>,
        salt: String,
    },
    /// The mind was given an entry that was taken back. Without an epoch: of any.
    RestoredTold {
        #[serde(default)]
        epoch: Option<u32>,
        seq: u64,
    },
    /// An entry of the peer's log, verified and in order.
    Taken { header: String },
    /// A safety entry that came ahead of the peer's log.
    Ahead {
        epoch: u32,
        seq: u64,
        header: String,
        at_us: i64,
    },
    /// We hold the peer's log up to `size` and cosign it.
    Held {
        size: u64,
        root: String,
        time_s: u64,
        note: String,
    },
    /// The peer showed a larger cosignature of ours than we remember: never cosign below it, nor
    /// what does not continue it.
    CosignFloor { size: u64, root: String, note: String },
    /// The peer cosigned our log.
    Cosigned {
        size: u64,
        time_s: u64,
        cosignature: String,
    },
    /// The peer stated RECEIVED for entries whose cosignature has not come: entry and instant.
    ReceiptsAhead { receipts: Vec<(u64, i64)> },
    /// What the peer sent is not cosigned, and why.
    Stalled { why: String },
    /// It is again.
    Resumed,
    /// Both logs were closed and succeeded.
    EpochOpened { epoch: u32, why: String },
    /// A commander signed the new epoch: ours, or the peer's.
    EpochAccepted { own: bool },
    /// Evidence that two signed states cannot both hold.
    Contradiction { evidence: String },
    /// The first HELLO of the peer came: the joining is done.
    Joined,
}

/// A fact, as journaled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Event {
    /// Of the mind.
    Mind { mind: MindEvent },
    /// Of open traffic.
    Pool { pool: pool::Event },
    /// Of a line.
    Line { line: LineId, what: LineEvent },
    /// A line was made.
    LineAdded { config: LineConfig },
    /// An invitation was made.
    Invited { invitation: Invitation },
    /// An invitation was used or withdrawn.
    InvitationGone { line: LineId },
    /// A token was made.
    TokenAdded { token: Token },
    /// A token was revoked.
    TokenRevoked { name: String },
    /// A client's key and what came of its command.
    Remembered {
        scope: String,
        key: String,
        digest: String,
        answer: Answer,
    },
}

/// What a command came to: kept with its idempotency key, so that a retry gets the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done.
    Done(Outcome),
    /// Done by the node itself: the name of what was made.
    Made(String),
}
