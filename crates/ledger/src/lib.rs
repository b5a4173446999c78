//! Entries, Merkle logs, notes, cosignatures, proofs, bundles, and the journal.
