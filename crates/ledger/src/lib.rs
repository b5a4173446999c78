//! Entries, Merkle logs, notes, cosignatures, proofs, bundles, and the journal.
//!
//! Each party of a line keeps one append-only log of what it stated there. An entry is a signed
//! [`header`], which commits to a body; its hash is a leaf of a [`merkle`] tree; the tree's head
//! is signed as a [`checkpoint`] and countersigned by the peer with [`cosign`]. A [`bundle`] holds
//! both logs of a line, and [`verify`] checks it offline. Every format stands in
//! `docs/formats.md`, with test vectors.
//!
//! What holds everywhere but in the journal: no clock, no randomness, no I/O. Every parser takes
//! bytes from an enemy: it is bounded by a constant in [`limits`], refuses by a value, and never
//! panics.

pub mod bundle;
pub mod canon;
pub mod checkpoint;
pub mod contradiction;
pub mod cosign;
pub mod header;
#[cfg(feature = "journal")]
pub mod journal;
pub mod keys;
pub mod limits;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod tiles;
pub mod verify;
