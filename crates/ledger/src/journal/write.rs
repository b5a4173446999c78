//! Writing: one transaction a call, all of it or nothing.

use super::chain::{ChainHash, Linker, blob_check};
use super::error::{AppendError, Class, class_of};
use super::limits::{
    MAX_APPEND_BYTES, MAX_BLOB_BYTES, MAX_BLOB_KEY_BYTES, MAX_RECORD_BYTES, MAX_SNAPSHOT_BYTES,
    SNAPSHOTS_KEPT,
};
use super::witness::Mark;
use super::{Blob, Record};
use rusqlite::{Connection, params};

const MOVE_HEAD: &str = "UPDATE head SET seq = ?1, chain = ?2 WHERE id = 0 AND seq = ?3 AND chain = ?4";
const ADD_RECORD: &str = "INSERT INTO record (seq, version, chain, data) VALUES (?1, ?2, ?3, ?4)";
const ADD_BLOB: &str = "INSERT INTO blob (key, chk, data) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const SAME_BLOB: &str = "SELECT data IS NULL OR data = ?2 FROM blob WHERE key = ?1";
const ERASE_BLOB: &str = "UPDATE blob SET chk = NULL, data = NULL WHERE key = ?1 AND data IS NOT NULL";
const ADD_SNAPSHOT: &str = "INSERT OR REPLACE INTO snapshot (upto, chk, data) VALUES (?1, ?2, ?3)";
const DROP_SNAPSHOTS: &str =
    "DELETE FROM snapshot WHERE upto NOT IN (SELECT upto FROM snapshot ORDER BY upto DESC LIMIT ?1)";

/// Why a transaction did not commit.
pub(super) enum Fault {
    /// The input does not fit; rolled back.
    Refused(AppendError),
    /// SQLite's own error.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault::Sqlite(error)
    }
}

/// One append, checked and chained, ready to be written.
pub(super) struct Batch<'a> {
    from: Mark,
    to: Mark,
    version: u32,
    links: Vec<ChainHash>,
    records: &'a [Record],
    blobs: &'a [Blob],
    bytes: usize,
}

impl<'a> Batch<'a> {
    /// Checks numbering and sizes, and computes the links from `from` on.
    pub(super) fn new(
        from: Mark,
        linker: &Linker,
        records: &'a [Record],
        blobs: &'a [Blob],
    ) -> Result<Self, AppendError> {
        check_numbers(from.seq + 1, records)?;
        let bytes = check_sizes(records, blobs)?;
        let mut link = from.chain;
        let mut next = |record: &Record| {
            link = linker.link(&link, &record.data);
            link
        };
        let links: Vec<ChainHash> = records.iter().map(&mut next).collect();
        let to = Mark {
            seq: from.seq + records.len() as u64,
            chain: link,
        };
        Ok(Batch {
            from,
            to,
            version: linker.version(),
            links,
            records,
            blobs,
            bytes,
        })
    }

    /// The head after the batch.
    pub(super) fn mark(&self) -> Mark {
        self.to
    }

    /// Bytes of content.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes the batch; the head row moves only from the mark the batch was built on.
    pub(super) fn write(&self, connection: &Connection) -> Result<(), Fault> {
        let Mark { seq, chain } = self.to;
        let mut move_head = connection.prepare_cached(MOVE_HEAD)?;
        if move_head.execute(params![seq, chain, self.from.seq, self.from.chain])? != 1 {
            let actual = connection.query_row("SELECT seq + 1 FROM head", [], |row| row.get(0))?;
            return Err(Fault::Refused(AppendError::Fenced {
                expected: self.from.seq + 1,
                actual,
            }));
        }
        let mut add = connection.prepare_cached(ADD_RECORD)?;
        for (record, link) in self.records.iter().zip(&self.links) {
            add.execute(params![record.seq, self.version, link, record.data])?;
        }
        self.blobs
            .iter()
            .try_for_each(|blob| write_blob(connection, blob))
    }
}

/// Runs `work` in a transaction; durable when it returns `Ok`. On an error the transaction was
/// rolled back, unless [`Connection::is_autocommit`] says otherwise.
pub(super) fn transact<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let done = work(connection).and_then(|value| {
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(value)
    });
    if done.is_err() && !connection.is_autocommit() {
        connection.prepare_cached("ROLLBACK")?.execute([])?;
    }
    done
}

/// Removes the content of a blob; says whether there was any.
pub(super) fn erase_blob(connection: &Connection, key: &[u8]) -> Result<bool, Fault> {
    Ok(connection.prepare_cached(ERASE_BLOB)?.execute([key])? == 1)
}

/// Adds a snapshot and drops those no longer kept.
pub(super) fn save_snapshot(
    connection: &Connection,
    upto: u64,
    check: &ChainHash,
    data: &[u8],
) -> Result<(), Fault> {
    connection
        .prepare_cached(ADD_SNAPSHOT)?
        .execute(params![upto, check, data])?;
    connection
        .prepare_cached(DROP_SNAPSHOTS)?
        .execute([SNAPSHOTS_KEPT])?;
    Ok(())
}

/// Refuses a snapshot over the limit.
pub(super) fn check_snapshot_size(data: &[u8]) -> Result<(), AppendError> {
    within("a snapshot", data.len(), MAX_SNAPSHOT_BYTES)
}

/// Whether the fault leaves the database as it was, so that the write may be tried again.
pub(super) fn is_full(fault: &Fault) -> bool {
    matches!(fault, Fault::Sqlite(error) if class_of(error) == Class::Full)
}

fn write_blob(connection: &Connection, blob: &Blob) -> Result<(), Fault> {
    let check = blob_check(&blob.key, &blob.data);
    let mut add = connection.prepare_cached(ADD_BLOB)?;
    if add.execute(params![blob.key, check, blob.data])? == 1 {
        return Ok(());
    }
    let mut same = connection.prepare_cached(SAME_BLOB)?;
    if same.query_row(params![blob.key, blob.data], |row| row.get(0))? {
        return Ok(());
    }
    Err(Fault::Refused(AppendError::BlobConflict {
        key: hex::encode(&blob.key),
    }))
}

fn check_numbers(next: u64, records: &[Record]) -> Result<(), AppendError> {
    let wrong = records
        .iter()
        .zip(next..)
        .find(|(record, expected)| record.seq != *expected);
    wrong.map_or(Ok(()), |(record, expected)| {
        Err(AppendError::NotContiguous {
            found: record.seq,
            expected,
        })
    })
}

fn check_sizes(records: &[Record], blobs: &[Blob]) -> Result<usize, AppendError> {
    let mut bytes = 0;
    for record in records {
        within("a record", record.data.len(), MAX_RECORD_BYTES)?;
        bytes += record.data.len();
    }
    for blob in blobs {
        within("a blob's key", blob.key.len(), MAX_BLOB_KEY_BYTES)?;
        within("a blob", blob.data.len(), MAX_BLOB_BYTES)?;
        bytes += blob.key.len() + blob.data.len();
    }
    within("an append", bytes, MAX_APPEND_BYTES)?;
    Ok(bytes)
}

fn within(what: &'static str, bytes: usize, limit: usize) -> Result<(), AppendError> {
    if bytes <= limit {
        Ok(())
    } else {
        Err(AppendError::TooLarge { what, bytes, limit })
    }
}
