//! Entries, Merkle logs, notes, cosignatures, proofs, bundles, and the journal.

#[cfg(feature = "journal")]
pub mod journal;
