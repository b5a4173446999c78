//! Reasons why a check failed, each one fact.

use crate::canon::CanonFault;
use crate::contradiction::ContradictionFault;
use crate::header::HeaderFault;
use crate::note::NoteFault;
use thiserror::Error;

/// Why a check failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Why {
    /// The bytes are not a bundle.
    #[error("line {line} of the file: {what}")]
    Form {
        /// Line of the file, from 1.
        line: usize,
        /// What is wrong there.
        what: String,
    },
    /// The bundle's own hash.
    #[error("the hash of the bundle does not hold: it was altered where no signature stands")]
    Seal,
    /// One key in two roles.
    #[error("the key {name} stands in another role as well")]
    SharedKey {
        /// Name of the second.
        name: String,
    },
    /// A key other than the pinned one.
    #[error("the key {name} is not the one that the policy pins")]
    OtherKey {
        /// Its name.
        name: String,
    },
    /// A key that is needed and not pinned.
    #[error("the policy pins no key for {name}")]
    NotPinned {
        /// Its name.
        name: String,
    },
    /// The header's form.
    #[error("{0}")]
    Header(HeaderFault),
    /// The header names another log.
    #[error("belongs to another log")]
    OtherLog,
    /// The header names another place.
    #[error("states that it is entry {stated}: one is missing, doubled or moved")]
    Order {
        /// The place that it names.
        stated: u64,
    },
    /// The desk is not in the manifest.
    #[error("desk {desk} is not among the signers")]
    UnknownDesk {
        /// The desk.
        desk: String,
    },
    /// The desk's signature.
    #[error("the signature of desk {desk} does not hold")]
    DeskSignature {
        /// The desk.
        desk: String,
    },
    /// The body's form.
    #[error("body is not canonical: {0}")]
    Body(CanonFault),
    /// Body and salt are not those committed to.
    #[error("body and salt are not those that the header commits to")]
    Commitment,
    /// It saw less of the peer's log than the entry before.
    #[error("had seen {now} entries of the peer, and {before} before: seen never goes back")]
    SeenWentBack {
        /// What the entry before had seen.
        before: u64,
        /// What this one had seen.
        now: u64,
    },
    /// It saw an entry of the peer that had seen it.
    #[error("had seen entry {by} of the peer, which had seen this one before")]
    SeenInTurn {
        /// The peer's entry.
        by: u64,
    },
    /// It saw more of the peer's log than the bundle holds, and nothing says that the rest may be lost:
    /// see [`super::Loss`].
    #[error("had seen {size} entries of the peer, of which the bundle holds {held}")]
    SeenBeyond {
        /// What it had seen.
        size: u64,
        /// What the bundle holds.
        held: u64,
    },
    /// It saw another log of the peer.
    #[error("saw another root of the peer's log at {size} entries")]
    SeenUntrue {
        /// What it had seen.
        size: u64,
    },
    /// A checkpoint that does not open.
    #[error("checkpoint {n}: {fault}")]
    Note {
        /// From 1.
        n: usize,
        /// What is wrong.
        fault: NoteFault,
    },
    /// A checkpoint that is not larger than the one before.
    #[error("checkpoint {n} of {size} entries is not larger than the one before")]
    CheckpointOrder {
        /// From 1.
        n: usize,
        /// Its size.
        size: u64,
    },
    /// A checkpoint of more than the bundle holds.
    #[error("missing: the checkpoint covers {size} entries")]
    Missing {
        /// Size of the checkpoint.
        size: u64,
    },
    /// A checkpoint over other entries.
    #[error("this or a later entry is not what the checkpoint of {size} entries covers")]
    Root {
        /// Size of the checkpoint.
        size: u64,
    },
    /// A cosignature line of nobody in the manifest.
    #[error("checkpoint of {size} entries: a cosignature of nobody known")]
    UnknownCosigner {
        /// Size of the checkpoint.
        size: u64,
    },
    /// A cosignature that does not hold.
    #[error("checkpoint of {size} entries: the cosignature of {name} does not hold")]
    Cosignature {
        /// Size of the checkpoint.
        size: u64,
        /// Name of the cosigner's key.
        name: String,
    },
    /// An entry that no checkpoint covers.
    #[error("covered by no checkpoint")]
    Uncovered,
    /// Evidence that does not hold.
    #[error("{0}")]
    Contradiction(ContradictionFault),
}
