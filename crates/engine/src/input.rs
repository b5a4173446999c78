//! What comes into the engine and what leaves it.

use crate::event::{Answer, Invitation, LineConfig};
use crate::frame::Entry;
use crate::keyring::KeySet;
use accord::command::{Command, Officer, Role};
use accord::ids::{Desk, LineId};
use accord::{Refusal as MindRefusal, Trouble, TroubleKey};
use serde::{Deserialize, Serialize};

/// Names a waiting client; means nothing to the engine.
pub type ReplyTo = u64;

/// Names one connection of a line; larger is newer.
pub type Conn = u64;

/// A client's retry key: unique within its scope (a token's name).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyKey {
    /// Whose key it is.
    pub scope: String,
    /// As the client chose it.
    pub key: String,
}

/// A bearer token, stored by its hash only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Name for lists and revocation.
    pub name: String,
    /// SHA-256 of the secret, hexadecimal.
    pub sha256: String,
    /// The desk it acts as.
    pub desk: Desk,
    /// What it may do.
    pub role: Role,
    /// Wall time after which it is void, µs.
    pub expires_us: i64,
}

/// What the node's keeper does; needs [`Role::Admin`], except where said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Keep {
    /// Makes an invitation. The keyring must hold the line's secret already.
    Invite { invitation: Invitation },
    /// Withdraws one.
    Uninvite { line: LineId },
    /// A peer presents an invitation's secret and its keys. Comes from the network, not
    /// from a token.
    Accept {
        line: LineId,
        secret_sha256: String,
        peer: KeySet,
    },
    /// Joins with an invitation that was received.
    Join { config: LineConfig },
    /// Makes a token.
    AddToken { token: Token },
    /// Revokes one.
    RevokeToken { name: String },
    /// Signs the epoch that was opened on a line. Needs [`Role::Commander`].
    AcceptEpoch { line: LineId },
}

/// One input.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Input {
    /// A desk asks.
    Desk {
        reply: ReplyTo,
        key: Option<IdempotencyKey>,
        officer: Officer,
        command: Command,
    },
    /// A client of the open service asks. Its token, its shapes and their cells were checked.
    Open {
        reply: ReplyTo,
        request: Box<pool::Request>,
    },
    /// The node's keeper asks.
    Keep {
        reply: ReplyTo,
        key: Option<IdempotencyKey>,
        officer: Officer,
        keep: Keep,
    },
    /// A connection of a line stands.
    Connected { line: LineId, conn: Conn },
    /// It fell.
    Disconnected { line: LineId, conn: Conn },
    /// A frame came.
    Frame {
        line: LineId,
        conn: Conn,
        bytes: Vec<u8>,
    },
    /// Stored entries that [`Output::Fetch`] asked for, in order, as far as they were found.
    Fetched {
        line: LineId,
        conn: Conn,
        reading: Reading,
        entries: Vec<Entry>,
    },
    /// The edge has a fault to report.
    Trouble(Trouble),
    /// And it is over.
    TroubleOver(TroubleKey),
}

/// Whose log.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogOf {
    /// This party's.
    Own,
    /// The peer's.
    Peer,
}

/// How full the disk is, as the edge measured it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Space {
    /// Room for everything.
    #[default]
    Normal,
    /// Below the reserve: planning is refused; safety traffic and acts of peers are taken.
    Reserve,
    /// None: nothing of peers is taken or cosigned, and the node says so.
    Full,
}

/// What leaves, once it is durable.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Output {
    /// To a waiting client.
    Reply {
        reply: ReplyTo,
        result: Result<Answer, Refused>,
    },
    /// To a waiting client of the open service.
    OpenReply {
        reply: ReplyTo,
        result: Result<pool::Answer, OpenRefused>,
    },
    /// To a peer.
    Send {
        line: LineId,
        conn: Conn,
        bytes: Vec<u8>,
    },
    /// A connection is of no more use, and why.
    Close { line: LineId, conn: Conn, why: String },
    /// Stored entries are needed; answer with [`Input::Fetched`].
    Fetch {
        line: LineId,
        conn: Conn,
        reading: Reading,
    },
    /// Records up to here are durable and may be shown (events, alarms, hooks).
    Shown { upto: u64 },
}

/// Stored entries that are wanted, and what for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whose log.
    pub of: LogOf,
    /// Its epoch.
    pub epoch: u32,
    /// First leaf index.
    pub from: u64,
    /// One past the last.
    pub upto: u64,
    /// What for.
    pub purpose: Purpose,
}

/// What stored entries are wanted for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be sent again in our log: the peer lost them though it had cosigned them.
    Refill,
    /// To be given back: the peer asked for them.
    GiveBack,
    /// To be held against another entry for the same place.
    Compare,
}

/// Why a request of a client of the open service was not carried out. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenRefused {
    /// The pool refuses.
    #[error(transparent)]
    Pool(#[from] pool::Refused),
    /// The disk is below the reserve, which is for safety traffic.
    #[error("disk space is below the reserve: writes are refused, reads go on")]
    DiskReserve,
}

/// Why a command was not carried out. Nothing of it was.
///
/// Order of precedence: key, role, node, then the mind's own order.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refused", content = "detail", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Refused {
    /// The same idempotency key came with another command.
    #[error("this Idempotency-Key was used for another command; use a new key for a new command")]
    KeyReused,
    /// The key is empty or too long.
    #[error("an Idempotency-Key has 1 to {} bytes", crate::limits::MAX_KEY_BYTES)]
    KeyShape,
    /// The role does not reach.
    #[error("a token of role {needed:?} is needed for this")]
    Role { needed: Role },
    /// The disk is below the reserve.
    #[error(
        "disk space is below the reserve: planning is refused; safety traffic and answers still pass. Free space on the node's disk"
    )]
    DiskReserve,
    /// The line owes its peer too much.
    #[error("line {0} owes its peer too many acts; only safety traffic is taken until it catches up")]
    LineBacklog(LineId),
    /// No such line.
    #[error("there is no line {0}")]
    NoSuchLine(LineId),
    /// A line or invitation of that name stands already.
    #[error("a line or an invitation named {0} stands already; choose another name")]
    LineExists(LineId),
    /// No secret for the line in the keyring.
    #[error("no key material for line {0} on this node; restore the keys folder or make the line anew")]
    NoKeys(LineId),
    /// The invitation is unknown, used, expired, or the secret is wrong. Not told apart.
    #[error(
        "this invitation is not valid: used, expired, withdrawn, or with another secret. Ask for a new one"
    )]
    Invitation,
    /// A key set with faults.
    #[error("the key set has faults: {}", .0.join("; "))]
    KeySet(Vec<String>),
    /// A table is full.
    #[error("no room for another {0}; remove one that is no longer needed")]
    Limit(String),
    /// No such token.
    #[error("there is no token named {0}")]
    NoSuchToken(String),
    /// A token of that name stands.
    #[error("a token named {0} stands already")]
    TokenExists(String),
    /// No epoch waits for a signature.
    #[error("line {0} has no epoch that waits for this side's commander")]
    NoEpochToAccept(LineId),
    /// The mind refuses.
    #[error("{0}")]
    Mind(MindRefusal),
}
