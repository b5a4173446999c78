//! What can go wrong. Every text says what happened, what it means and what to do.

use super::limits::SQLITE_AT_LEAST;
use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why a write was not made. Only after [`AppendError::Disk`], and then [`AppendError::Stopped`],
/// does the journal take no more writes until it is opened again; in all other cases it goes on
/// and, except for [`AppendError::EraseUnfinished`], nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The compare-and-swap failed.
    #[error(
        "append refused: the writer expected record {expected} to be next, the journal is at {actual}. \
         Another writer has been here, or this one acts on an old state; nothing was written. \
         Stop this writer and load the journal again."
    )]
    Fenced {
        /// What the caller took for the next sequence number.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// The records are not numbered one after the other from the next sequence number.
    #[error(
        "append refused: a record is numbered {found} where {expected} must stand. \
         This is a fault in the program, nothing was written. Report it with this text."
    )]
    NotContiguous {
        /// The number found.
        found: u64,
        /// The number that had to be there.
        expected: u64,
    },
    /// Something exceeds a constant of [`super::limits`].
    #[error(
        "write refused: {what} has {bytes} bytes, at most {limit} are kept. Nothing was written. \
         The limit belongs where the input is accepted; report it with this text."
    )]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The size allowed.
        limit: usize,
    },
    /// The key holds other data already.
    #[error(
        "append refused: the body stored under key {key} is another one. A body never changes, so this is \
         a fault in the program; nothing was written. Report it with this text."
    )]
    BlobConflict {
        /// The key, hexadecimal.
        key: String,
    },
    /// The snapshot claims records that are not there.
    #[error(
        "snapshot refused: it covers record {upto} and the newest is {newest}. This is a fault in the program, \
         nothing was written. Report it with this text."
    )]
    SnapshotAhead {
        /// The last record the snapshot claims to cover.
        upto: u64,
        /// The newest record.
        newest: u64,
    },
    /// A snapshot would take space kept for safety traffic.
    #[error(
        "snapshot not kept: too little space on this disk. Nothing is lost, the next start takes longer. \
         Free space on this disk."
    )]
    NoRoomForSnapshot,
    /// The body is gone from the database, and a copy remains in the write-ahead log.
    #[error(
        "the body is erased, but the write-ahead log still holds a copy ({why}). Erase it again in a minute."
    )]
    EraseUnfinished {
        /// What kept the log in use.
        why: String,
    },
    /// The disk is full and the reserve is used up.
    #[error(
        "write refused: the disk is full and the reserve is used up. Nothing was written and nothing \
         acknowledged is lost. Free space on this disk; until then use voice."
    )]
    Full,
    /// The disk failed in the middle of a write.
    #[error(
        "the disk failed during a write ({why}). Whether this write is kept is unknown until the journal \
         is opened again; nothing acknowledged before is touched. Stop the node, check the disk \
         and its cable or host, start again."
    )]
    Disk {
        /// What the system said.
        why: String,
    },
    /// An earlier write failed with [`AppendError::Disk`].
    #[error(
        "write refused: an earlier write failed ({why}) and the state on disk is unknown. Stop the node, \
         check the disk, start again."
    )]
    Stopped {
        /// What the system said then.
        why: String,
    },
}

/// What is wrong with one record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// Its content or its link was changed after it was written.
    #[error("its content does not fit the hash chain")]
    Chain,
    /// It is not there, though a later record or the head says it was written.
    #[error("it is missing")]
    Missing,
    /// Its columns are not of the kinds they were written with.
    #[error("it cannot be read: {0}; where the disk failed to read it, a second try may succeed")]
    Unreadable(String),
    /// Its schema version was never written by any program.
    #[error("it claims schema version {0}")]
    Version(i64),
}

/// Damage found while reading, or a failure to read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A record fails verification; those before it are sound.
    #[error(
        "record {seq} is damaged: {why}. Records before {seq} are sound, nothing from it on can be trusted. \
         Keep this folder as it is and restore the newest backup into another."
    )]
    Record {
        /// The first record that fails.
        seq: u64,
        /// What is wrong with it.
        why: RecordFault,
    },
    /// Acknowledged records are no longer there.
    #[error(
        "records {from} to {upto} were acknowledged and are missing: the write-ahead log is damaged or \
         deleted, or an older file was put in place of the journal. Keep a copy of this folder. Then restore a backup, \
         or accept the loss explicitly and let the peers return what they hold."
    )]
    Lost {
        /// The first missing record.
        from: u64,
        /// The last record known to have been acknowledged.
        upto: u64,
    },
    /// The journal holds another record than the one acknowledged.
    #[error(
        "record {seq} is not the one that was acknowledged: another journal was put in place of this one. \
         Keep a copy of this folder. Put the right file back, or accept the change explicitly."
    )]
    OtherHistory {
        /// The record that differs.
        seq: u64,
    },
    /// A blob does not fit its check.
    #[error(
        "the body stored under key {key} is damaged: {why}. Records and proofs are not touched. Take the body \
         from a backup or from the peer."
    )]
    Blob {
        /// The key, hexadecimal.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// A snapshot does not fit its check. The next older one, or none, is used instead.
    #[error(
        "the snapshot up to record {upto} is damaged. Nothing is lost: starting takes longer, from an older \
         snapshot or the first record. Check the disk."
    )]
    Snapshot {
        /// The last record the snapshot covers.
        upto: u64,
    },
    /// SQLite finds its file malformed.
    #[error(
        "database file damaged at {place}. What is stored there cannot be trusted. Keep this folder as it is, \
         check the disk and try once more, for a disk that fails to read looks the same; then restore the newest backup \
         into another folder."
    )]
    File {
        /// The page or structure, in SQLite's words.
        place: String,
    },
    /// The system could not read.
    #[error(
        "the journal could not be read ({why}). This says nothing about what is stored. Check the disk and \
         the folder's permissions, then try again."
    )]
    Read {
        /// What the system said.
        why: String,
    },
}

impl JournalError {
    /// The first record concerned, where the damage can be tied to one.
    pub fn seq(&self) -> Option<u64> {
        match self {
            JournalError::Record { seq, .. } | JournalError::OtherHistory { seq } => Some(*seq),
            JournalError::Lost { from, .. } => Some(*from),
            _ => None,
        }
    }

    pub(super) fn unreadable(seq: u64, error: &rusqlite::Error) -> Self {
        match class_of(error) {
            Class::Disk => JournalError::Read {
                why: error.to_string(),
            },
            _ => JournalError::Record {
                seq,
                why: RecordFault::Unreadable(error.to_string()),
            },
        }
    }
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        match class_of(&error) {
            Class::Damaged => JournalError::File {
                place: format!("a page SQLite rejects or cannot read ({error})"),
            },
            Class::Full | Class::Disk => JournalError::Read {
                why: error.to_string(),
            },
        }
    }
}

impl From<std::io::Error> for JournalError {
    fn from(error: std::io::Error) -> Self {
        JournalError::Read {
            why: error.to_string(),
        }
    }
}

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the lock.
    #[error(
        "{} is in use by another process{holder}. Two writers would contradict each other before \
         every peer. Stop the other node first, or name another folder.", dir.display()
    )]
    Locked {
        /// The journal's folder.
        dir: PathBuf,
        /// ` (process 123)` where the lock file tells.
        holder: String,
    },
    /// The SQLite linked can lose committed transactions.
    #[error(
        "this program was built with SQLite {found}, which can lose committed records; {} or later is needed. \
         Install a correct build.",
        SQLITE_AT_LEAST
    )]
    SqliteTooOld {
        /// The version number linked.
        found: i32,
    },
    /// There is no database in the folder.
    #[error("{} holds no journal. Name the right folder, or restore a backup.", dir.display())]
    NoJournal {
        /// The folder.
        dir: PathBuf,
    },
    /// A journal that is only read has a write-ahead log without the index that goes with it.
    #[error(
        "the newest records of the journal at {} lie in its write-ahead log, and journal.sqlite-shm, the index of \
         that, is missing. Copy it too, or let `detente doctor` fold the log of a copy into the file.", dir.display()
    )]
    NoIndex {
        /// The journal's folder.
        dir: PathBuf,
    },
    /// The file is a database of something else.
    #[error("{} is not a journal of this program. Name the right folder.", file.display())]
    NotAJournal {
        /// The file found.
        file: PathBuf,
    },
    /// Written by a newer program.
    #[error(
        "this journal was written by a newer program ({what} {found}, this one knows {known}). Nothing was \
         changed. Start the newer program."
    )]
    TooNew {
        /// Which version number: file layout or record schema.
        what: &'static str,
        /// The version found.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The content fails verification.
    #[error(transparent)]
    Damaged(#[from] JournalError),
    /// The system refused.
    #[error(
        "the journal at {} could not be opened ({why}). Check that the folder exists, that this user may write \
         it and that the disk is sound.", dir.display()
    )]
    System {
        /// The journal's folder.
        dir: PathBuf,
        /// What the system said.
        why: String,
    },
}

/// Why a backup or a restore did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The destination exists.
    #[error("{} exists already and is never overwritten. Name another place, or move it aside.", path.display())]
    Exists {
        /// What is in the way.
        path: PathBuf,
    },
    /// The copy fails verification.
    #[error("the copy was checked and refused: {0}")]
    Damaged(#[from] JournalError),
    /// The file has a write-ahead log beside it.
    #[error(
        "{} is a running or crashed journal and not a backup: its newest records lie in another file. \
         Open that journal and make a backup of it, and restore from that.", path.display()
    )]
    NotABackup {
        /// The file named.
        path: PathBuf,
    },
    /// The file to restore cannot be opened as a journal.
    #[error("the backup cannot be used: {0}")]
    Unusable(#[from] OpenError),
    /// The system refused.
    #[error(
        "the copy to {} failed ({why}). The journal itself is not touched. Check space and permissions there.",
        path.display()
    )]
    System {
        /// The destination.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

/// What an error of SQLite means for the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// No space; the transaction was rolled back whole.
    Full,
    /// The content is malformed.
    Damaged,
    /// Everything else: the outcome is unknown.
    Disk,
}

/// Sorts an error of SQLite. Damage shows as SQLite's own verdict, as text or a type where none
/// belongs, or as a statement that no longer fits the schema.
pub(super) fn class_of(error: &rusqlite::Error) -> Class {
    use rusqlite::Error as E;
    match error {
        E::SqliteFailure(failure, _) => class_of_code(failure.code),
        E::SqlInputError { .. } | E::FromSqlConversionFailure(..) | E::IntegralValueOutOfRange(..) => {
            Class::Damaged
        }
        E::InvalidColumnType(..) | E::QueryReturnedNoRows | E::Utf8Error(..) => Class::Damaged,
        _ => Class::Disk,
    }
}

fn class_of_code(code: ErrorCode) -> Class {
    match code {
        ErrorCode::DiskFull => Class::Full,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch => Class::Damaged,
        ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::Unknown => Class::Damaged,
        _ => Class::Disk,
    }
}
