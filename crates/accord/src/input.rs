//! What comes into the mind.

use crate::command::{Command, Officer};
use crate::ids::{Desk, LineId, Party};
use serde::{Deserialize, Serialize};

/// One input. Inputs of one line come in the order in which its logs grow, except that
/// urgent entries of the peer may come ahead with `proven` false.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Input {
    /// A desk of this party asks.
    Command { officer: Officer, command: Command },
    /// An entry of the peer's log, its signature verified.
    Heard {
        line: LineId,
        epoch: u32,
        seq: u64,
        /// Header type.
        kind: String,
        /// The peer's desk that states it.
        desk: Desk,
        drill: bool,
        /// The peer's instant of stating, µs.
        at_us: i64,
        /// Our instant of taking it, µs: the one that RECEIVED will name.
        received_at_us: i64,
        /// False when it came ahead of the log, or while the log does not verify.
        proven: bool,
        body: serde_json::Value,
    },
    /// An entry heard unproven is now covered by the peer's log. Comes at its place in that
    /// log.
    Proven { line: LineId, epoch: u32, seq: u64 },
    /// One of our acts got its place in our log. `act_ref` counts the [`crate::Event::Act`]s
    /// of the line from zero. An act whose log was closed before the peer had it may be
    /// sealed again.
    Sealed {
        line: LineId,
        epoch: u32,
        seq: u64,
        act_ref: u64,
        at_us: i64,
    },
    /// Our node's own RECEIVED for these entries of the peer's log got its place in our log:
    /// (entry, instant in µs). Comes at that place among our [`Input::Sealed`].
    Receipted {
        line: LineId,
        epoch: u32,
        entries: Vec<(u64, i64)>,
    },
    /// The peer's RECEIVED for our entries: (entry, instant in µs). Comes at its place among
    /// the peer's entries.
    Received {
        line: LineId,
        epoch: u32,
        entries: Vec<(u64, i64)>,
    },
    /// One of our own acts, given back by the peer after this node was restored from an
    /// older copy. It has its place already and is not to be sealed again.
    Restored {
        line: LineId,
        epoch: u32,
        seq: u64,
        kind: String,
        desk: Desk,
        drill: bool,
        at_us: i64,
        body: serde_json::Value,
    },
    /// A fact about a line that the engine knows by itself.
    Line { line: LineId, state: LineState },
    /// A fault that the engine or the I/O edge reports.
    Trouble(Trouble),
    /// And it is over.
    TroubleOver(TroubleKey),
    /// Time has passed.
    Tick,
}

/// Facts about a line that do not stand in its logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum LineState {
    /// The line exists. `verified` when officers confirmed the six words elsewhere already.
    Joined {
        peer: Party,
        peer_desks: Vec<Desk>,
        verified: bool,
    },
    /// Beats come in time.
    Up,
    /// The connection is closed.
    Down,
    /// Beats are late.
    Amber,
    /// No beat for so long that the line is to be taken for cut.
    Red,
    /// What the peer sends is not cosigned, and why.
    Stalled { why: String },
    /// It is again.
    Resumed,
    /// Both logs were closed and succeeded. Only safety traffic until both commanders sign.
    NewEpoch { epoch: u32, why: String },
    /// A commander signed the new epoch: ours, or the peer's.
    EpochAccepted { own: bool },
}

/// A fault outside the mind that an officer has to know of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Trouble {
    /// Two signed statements of one log cannot both hold.
    Contradiction { line: LineId, text: String },
    /// This node took its own acts back from the peer.
    RestoredFromPeer { line: LineId, count: u64 },
    /// The wall clock jumped.
    ClockJump { by_us: i64 },
    /// The peer's instants lie outside what this node can bound.
    ClockDisputed { line: LineId, by_us: i64 },
    /// The system does not vouch for its clock.
    ClockUnsynchronised,
    /// A hook that carries alarms away failed for good.
    HookFailed { hook: String, why: String },
    /// Disk space is below the reserve.
    DiskReserve,
    /// No disk space is left.
    DiskFull,
    /// A queue is full.
    QueueFull { queue: String },
    /// What came on a line was no frame of the protocol.
    BadFrames { line: LineId, why: String },
    /// Two connections claim to be the peer of one line.
    TwoConnections { line: LineId },
}

/// Names a fault, so that its end can be reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TroubleKey {
    /// See [`Trouble::Contradiction`].
    Contradiction(LineId),
    /// See [`Trouble::RestoredFromPeer`].
    RestoredFromPeer(LineId),
    /// See [`Trouble::ClockJump`].
    ClockJump,
    /// See [`Trouble::ClockDisputed`].
    ClockDisputed(LineId),
    /// See [`Trouble::ClockUnsynchronised`].
    ClockUnsynchronised,
    /// See [`Trouble::HookFailed`].
    HookFailed(String),
    /// See [`Trouble::DiskReserve`].
    DiskReserve,
    /// See [`Trouble::DiskFull`].
    DiskFull,
    /// See [`Trouble::QueueFull`].
    QueueFull(String),
    /// See [`Trouble::BadFrames`].
    BadFrames(LineId),
    /// See [`Trouble::TwoConnections`].
    TwoConnections(LineId),
}

impl Trouble {
    /// Its name.
    pub fn key(&self) -> TroubleKey {
        match self {
            Trouble::Contradiction { line, .. } => TroubleKey::Contradiction(line.clone()),
            Trouble::RestoredFromPeer { line, .. } => TroubleKey::RestoredFromPeer(line.clone()),
            Trouble::ClockJump { .. } => TroubleKey::ClockJump,
            Trouble::ClockDisputed { line, .. } => TroubleKey::ClockDisputed(line.clone()),
            Trouble::ClockUnsynchronised => TroubleKey::ClockUnsynchronised,
            Trouble::HookFailed { hook, .. } => TroubleKey::HookFailed(hook.clone()),
            Trouble::DiskReserve => TroubleKey::DiskReserve,
            Trouble::DiskFull => TroubleKey::DiskFull,
            Trouble::QueueFull { queue } => TroubleKey::QueueFull(queue.clone()),
            Trouble::BadFrames { line, .. } => TroubleKey::BadFrames(line.clone()),
            Trouble::TwoConnections { line } => TroubleKey::TwoConnections(line.clone()),
        }
    }
}

impl TroubleKey {
    /// Whether each run of a node finds out anew: it does not outlive the run that told it.
    pub fn ends_with_run(&self) -> bool {
        matches!(
            self,
            TroubleKey::ClockUnsynchronised
                | TroubleKey::HookFailed(_)
                | TroubleKey::DiskReserve
                | TroubleKey::DiskFull
                | TroubleKey::QueueFull(_)
                | TroubleKey::TwoConnections(_)
        )
    }

    /// The line it is about, if it is about one.
    pub fn line(&self) -> Option<&LineId> {
        match self {
            TroubleKey::Contradiction(line)
            | TroubleKey::RestoredFromPeer(line)
            | TroubleKey::ClockDisputed(line)
            | TroubleKey::BadFrames(line)
            | TroubleKey::TwoConnections(line) => Some(line),
            _ => None,
        }
    }
}
