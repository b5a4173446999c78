//! The journal: one append-only file on this node's disk, from which everything else is rebuilt.
//!
//! What it promises:
//!
//! 1. When [`Journal::append`] returns `Ok`, the records and blobs of that call survive any crash,
//!    all of them. When it returns an error that says nothing was written, nothing was.
//! 2. Appending is a compare-and-swap on the next sequence number, inside the transaction. Of two
//!    writers one is refused, and a lock keeps a second process out from the start.
//! 3. Nothing is read without being checked: records against the hash chain, blobs and snapshots
//!    against their hashes, the end of the journal against a head row and against a
//!    witness outside the database. Damage is named and never passed on as content.
//! 4. When the disk fills, a reserve is given up step by step, so that safety traffic still passes
//!    long after planning is refused ([`Space`]).
//! 5. A body can be erased ([`Journal::erase_blob`]); the records, and every proof over the
//!    commitments in them, still verify.
//!
//! The folder holds `journal.sqlite` (with `-wal` and `-shm` while open), `lock`, `acknowledged`
//! and `reserve`. A backup is one file of its own, checked when it is made.
//!
//! This is the only module of the crate that touches a disk.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the journal is the crate's I/O edge: files and the process id, no clock and no randomness"
)]

mod backup;
mod chain;
mod doctor;
mod error;
mod layout;
pub mod limits;
mod lock;
mod look;
mod read;
mod space;
mod sqlite;
mod upcast;
mod witness;
mod write;

#[cfg(test)]
mod tests;

pub use backup::{BackupJob, restore};
pub use chain::{ChainHash, GENESIS};
pub use doctor::{Finding, Level, doctor};
pub use error::{AppendError, BackupError, JournalError, OpenError, RecordFault};
pub use look::ReadOnlyJournal;
pub use read::Verified;
pub use space::{DiskProbe, Space, SpaceProbe};
pub use sqlite::{Options, SqliteJournal};
pub use upcast::{Schema, Upcaster};

/// One record. Its bytes mean nothing to the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Place in the journal: from 1, without gaps.
    pub seq: u64,
    /// What the engine wrote.
    pub data: Vec<u8>,
}

/// A body with its salt, kept beside the records so that it can be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Chosen by the caller, unique in the journal.
    pub key: Vec<u8>,
    /// The content.
    pub data: Vec<u8>,
}

/// What the node needs of durable storage. One writer; the compare-and-swap lets a shared engine
/// fence a second one later.
pub trait Journal {
    /// The sequence number the next record must have: 1 in an empty journal.
    fn next_seq(&self) -> u64;

    /// Writes `records` and `blobs` in one transaction with one synchronisation; durable on return.
    ///
    /// `expected_next` must be [`Journal::next_seq`], the first record must carry it and each
    /// further one the next number. A blob whose key already holds the same data, or was erased, is
    /// skipped: an erased body does not come back.
    ///
    /// # Errors
    /// See [`AppendError`]; each variant says whether anything was written and whether the
    /// journal still takes writes.
    fn append(&mut self, expected_next: u64, records: &[Record], blobs: &[Blob]) -> Result<(), AppendError>;

    /// The records from `from` on, at most `limit`; fewer only where the journal ends. Each is
    /// verified against the hash chain and lifted to the current schema version.
    ///
    /// # Errors
    /// Names the first record that fails; none of the call's records are returned then.
    fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, JournalError>;

    /// The blob under `key`, checked; `None` when it was never stored or was erased. The first time
    /// a key is not found, the whole index is checked, at the cost of reading all blobs.
    ///
    /// # Errors
    /// Damage, or a failure to read.
    fn get_blob(&self, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError>;

    /// The blobs whose keys are not below `from` and below `below`, in the order of their keys, at
    /// most `limit`, each checked. Erased ones are left out.
    ///
    /// # Errors
    /// Damage, or a failure to read. A damaged index may hide what is there; the doctor finds that.
    fn blobs(&self, from: &[u8], below: &[u8], limit: usize) -> Result<Vec<Blob>, JournalError>;

    /// Erases the blob under `key` from the file and its write-ahead log, durably; says whether
    /// there was one. Backups made before still hold it.
    ///
    /// # Errors
    /// As for [`Journal::append`].
    fn erase_blob(&mut self, key: &[u8]) -> Result<bool, AppendError>;

    /// Keeps `data` as the state after record `upto`. The newest two snapshots are kept.
    ///
    /// # Errors
    /// As for [`Journal::append`]; also when `upto` is not a record of this journal.
    fn save_snapshot(&mut self, upto: u64, data: &[u8]) -> Result<(), AppendError>;

    /// The newest snapshot that verifies, with the last record it covers. A damaged one is passed
    /// over, because the records hold the same facts; the doctor names it.
    ///
    /// # Errors
    /// A failure to read.
    fn newest_snapshot(&self) -> Result<Option<(u64, Vec<u8>)>, JournalError>;
}
