//! Reading: nothing leaves this file unverified.

use super::chain::{ChainHash, GENESIS, Linker, blob_check, snapshot_check};
use super::error::{Class, JournalError, OpenError, RecordFault, class_of};
use super::upcast::Schema;
use super::witness::Mark;
use super::{Blob, Record};
use rusqlite::{Connection, OptionalExtension, Row};
use std::cell::Cell;

const RECORDS: &str = "SELECT seq, version, chain, data FROM record WHERE seq >= ?1 ORDER BY seq LIMIT ?2";
const LINK: &str = "SELECT chain FROM record WHERE seq = ?1";
const BLOB: &str = "SELECT chk, data FROM blob WHERE key = ?1";
const BLOBS_BETWEEN: &str = "SELECT key, chk, data FROM blob WHERE key >= ?1 AND key < ?2 AND (chk IS NOT NULL OR data IS NOT NULL) ORDER BY key LIMIT ?3";
const BLOBS: &str = "SELECT key, chk, data FROM blob ORDER BY rowid";
const SNAPSHOTS: &str = "SELECT upto FROM snapshot ORDER BY upto DESC";
const SNAPSHOT: &str = "SELECT chk, data FROM snapshot WHERE upto = ?1";
const LAST: &str = "SELECT seq, version, chain FROM record ORDER BY seq DESC LIMIT 1";

/// A journal that verified from its first record to its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Number of records, which is also the sequence number of the last.
    pub records: u64,
    /// Number of blobs, erased ones included.
    pub blobs: u64,
    /// The chain's link at the last record; [`GENESIS`] when there is none.
    pub head_hash: ChainHash,
}

/// The hash of each schema version from 1 to the current one.
pub(super) fn linkers(schema: &Schema) -> Vec<Linker> {
    (1..=schema.version()).map(Linker::new).collect()
}

/// The head row, after comparing it with the last record.
pub(super) fn head(connection: &Connection, schema: &Schema) -> Result<Mark, OpenError> {
    let named = connection.query_row("SELECT seq, chain FROM head WHERE id = 0", [], mark_of);
    let named = named.map_err(JournalError::from)?;
    let last = connection.query_row(LAST, [], |row| {
        Ok((
            Mark {
                seq: row.get(0)?,
                chain: row.get(2)?,
            },
            row.get::<_, i64>(1)?,
        ))
    });
    let Some((last, version)) = last.optional().map_err(JournalError::from)? else {
        let empty = Mark {
            seq: 0,
            chain: GENESIS,
        };
        return if named == empty {
            Ok(named)
        } else {
            Err(missing(1).into())
        };
    };
    if last.seq < named.seq {
        return Err(missing(last.seq + 1).into());
    }
    if last != named {
        let place = format!("the head row: it does not fit record {}", last.seq);
        return Err(JournalError::File { place }.into());
    }
    let known = i64::from(schema.version());
    if version > known {
        return Err(OpenError::TooNew {
            what: "record schema",
            found: version,
            known,
        });
    }
    Ok(named)
}

/// A verified view of one connection, up to `head`.
pub(super) struct Reader<'c> {
    pub(super) connection: &'c Connection,
    pub(super) linkers: &'c [Linker],
    pub(super) schema: &'c Schema,
    pub(super) head: Mark,
    /// Whether the index over the blobs has been checked since the connection was opened.
    pub(super) blobs_checked: &'c Cell<bool>,
}

impl Reader<'_> {
    /// The records from `from`, at most `limit`.
    pub(super) fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, JournalError> {
        let mut records = Vec::with_capacity(self.count(from, limit));
        self.scan(from, limit, |seq, version, data| {
            records.push(self.schema.lift(
                version,
                Record {
                    seq,
                    data: data.to_vec(),
                },
            ));
        })?;
        Ok(records)
    }

    /// The stored link at `seq`.
    pub(super) fn link_at(&self, seq: u64) -> Result<ChainHash, JournalError> {
        if seq == 0 {
            return Ok(GENESIS);
        }
        let mut statement = self.connection.prepare_cached(LINK)?;
        let link = statement.query_row([seq], |row| row.get(0)).optional();
        link.map_err(|error| JournalError::unreadable(seq, &error))?
            .ok_or_else(|| missing(seq))
    }

    /// The blob under `key`. That there is none is said only of an index that was checked: a damaged
    /// one hides what is there.
    pub(super) fn blob(&self, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        let mut statement = self.connection.prepare_cached(BLOB)?;
        let mut rows = statement.query([key])?;
        match rows.next().map_err(|error| blob_fault(key, &error))? {
            Some(row) => checked_blob(key, row, 0),
            None => self.check_blob_index().map(|()| None),
        }
    }

    /// Blobs of the keys from `from` on and before `below`, in the order of their keys.
    pub(super) fn blobs(&self, from: &[u8], below: &[u8], limit: usize) -> Result<Vec<Blob>, JournalError> {
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(BLOBS_BETWEEN)?;
        let mut rows = statement.query((from, below, most))?;
        let mut blobs = Vec::new();
        while let Some(row) = rows.next().map_err(|error| blob_fault(from, &error))? {
            let key: Vec<u8> = row.get(0)?;
            if let Some(data) = checked_blob(&key, row, 1)? {
                blobs.push(Blob { key, data });
            }
        }
        Ok(blobs)
    }

    /// The newest snapshot that verifies.
    pub(super) fn newest_snapshot(&self) -> Result<Option<(u64, Vec<u8>)>, JournalError> {
        for upto in self.snapshots()? {
            match self.snapshot(upto) {
                Ok(data) => return Ok(Some((upto, data))),
                Err(JournalError::Read { why }) => return Err(JournalError::Read { why }),
                Err(_damaged) => {}
            }
        }
        Ok(None)
    }

    /// The whole journal: every record, blob and snapshot, then SQLite's own check of its file.
    pub(super) fn verify(&self) -> Result<Verified, JournalError> {
        self.verify_records()?;
        let mut damaged = Vec::new();
        let blobs = self.verify_blobs(&mut damaged)?;
        self.verify_snapshots(&mut damaged)?;
        damaged.extend(self.malformed()?);
        match damaged.into_iter().next() {
            Some(first) => Err(first),
            None => Ok(Verified {
                records: self.head.seq,
                blobs,
                head_hash: self.head.chain,
            }),
        }
    }

    /// Every record against the chain and the head.
    pub(super) fn verify_records(&self) -> Result<(), JournalError> {
        self.scan(1, usize::MAX, |_, _, _| {})
    }

    /// Every blob against its check. Returns how many there are, and adds those damaged.
    pub(super) fn verify_blobs(&self, damaged: &mut Vec<JournalError>) -> Result<u64, JournalError> {
        let mut statement = self.connection.prepare(BLOBS)?;
        let mut rows = statement.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let key: Vec<u8> = row.get(0)?;
            if let Err(damage) = checked_blob(&key, row, 1) {
                damaged.push(damage);
            }
            count += 1;
        }
        Ok(count)
    }

    /// Every snapshot against its check; adds those damaged.
    pub(super) fn verify_snapshots(&self, damaged: &mut Vec<JournalError>) -> Result<(), JournalError> {
        for upto in self.snapshots()? {
            if let Err(damage) = self.snapshot(upto) {
                damaged.push(damage);
            }
        }
        Ok(())
    }

    /// What SQLite's integrity check says about the structure of its file.
    pub(super) fn malformed(&self) -> Result<Vec<JournalError>, JournalError> {
        self.complaints("PRAGMA integrity_check")
    }

    fn check_blob_index(&self) -> Result<(), JournalError> {
        if self.blobs_checked.get() {
            return Ok(());
        }
        if let Some(first) = self
            .complaints("PRAGMA integrity_check(blob)")?
            .into_iter()
            .next()
        {
            return Err(first);
        }
        self.blobs_checked.set(true);
        Ok(())
    }

    fn complaints(&self, check: &str) -> Result<Vec<JournalError>, JournalError> {
        let mut statement = self.connection.prepare(check)?;
        let lines: Vec<String> = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let complaints = lines.into_iter().filter(|line| line != "ok");
        Ok(complaints
            .map(|place| JournalError::File {
                place: place.replace('\n', " "),
            })
            .collect())
    }

    /// How many records a call for `limit` from `from` returns.
    fn count(&self, from: u64, limit: usize) -> usize {
        let available = (self.head.seq + 1).saturating_sub(from.max(1));
        usize::try_from(available).unwrap_or(usize::MAX).min(limit)
    }

    /// Visits records in order, each after verifying it; at the head, compares with the head.
    fn scan(
        &self,
        from: u64,
        limit: usize,
        mut visit: impl FnMut(u64, u32, &[u8]),
    ) -> Result<(), JournalError> {
        let from = from.max(1);
        let end = from.saturating_add(self.count(from, limit) as u64);
        if from == end {
            return Ok(());
        }
        let mut link = self.link_at(from - 1)?;
        let mut statement = self.connection.prepare_cached(RECORDS)?;
        let mut rows = statement.query([from, end - from])?;
        for seq in from..end {
            let row = rows
                .next()
                .map_err(|error| JournalError::unreadable(seq, &error))?;
            let row = row.ok_or_else(|| missing(seq))?;
            link = self.checked_record(seq, &link, row, &mut visit)?;
        }
        if end == self.head.seq + 1 && link != self.head.chain {
            return Err(JournalError::Record {
                seq: self.head.seq,
                why: RecordFault::Chain,
            });
        }
        Ok(())
    }

    fn checked_record(
        &self,
        seq: u64,
        previous: &ChainHash,
        row: &Row<'_>,
        visit: &mut impl FnMut(u64, u32, &[u8]),
    ) -> Result<ChainHash, JournalError> {
        let fault = |why| JournalError::Record { seq, why };
        let unreadable = |error: rusqlite::Error| JournalError::unreadable(seq, &error);
        if row.get::<_, u64>(0).map_err(unreadable)? != seq {
            return Err(missing(seq));
        }
        let version: i64 = row.get(1).map_err(unreadable)?;
        let linker = usize::try_from(version - 1)
            .ok()
            .and_then(|index| self.linkers.get(index));
        let linker = linker.ok_or(fault(RecordFault::Version(version)))?;
        let stored: ChainHash = row.get(2).map_err(unreadable)?;
        let data = row
            .get_ref(3)
            .map_err(unreadable)?
            .as_blob()
            .map_err(|error| unreadable(error.into()))?;
        let link = linker.link(previous, data);
        if link != stored {
            return Err(fault(RecordFault::Chain));
        }
        visit(seq, linker.version(), data);
        Ok(link)
    }

    fn snapshots(&self) -> Result<Vec<u64>, JournalError> {
        let mut statement = self.connection.prepare_cached(SNAPSHOTS)?;
        let found = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(found)
    }

    fn snapshot(&self, upto: u64) -> Result<Vec<u8>, JournalError> {
        let damaged = JournalError::Snapshot { upto };
        if upto > self.head.seq {
            return Err(damaged);
        }
        let chain = self.link_at(upto)?;
        let mut statement = self.connection.prepare_cached(SNAPSHOT)?;
        let stored = statement.query_row([upto], |row| Ok((row.get(0)?, row.get(1)?)));
        let (check, data): (ChainHash, Vec<u8>) = match stored {
            Ok(stored) => stored,
            Err(error) if class_of(&error) == Class::Damaged => return Err(damaged),
            Err(error) => return Err(error.into()),
        };
        if snapshot_check(upto, &chain, &data) == check {
            Ok(data)
        } else {
            Err(damaged)
        }
    }
}

fn mark_of(row: &Row<'_>) -> rusqlite::Result<Mark> {
    Ok(Mark {
        seq: row.get(0)?,
        chain: row.get(1)?,
    })
}

fn missing(seq: u64) -> JournalError {
    JournalError::Record {
        seq,
        why: RecordFault::Missing,
    }
}

/// The blob in the columns `chk, data` from `first` on; `None` when erased, which is both NULL.
fn checked_blob(key: &[u8], row: &Row<'_>, first: usize) -> Result<Option<Vec<u8>>, JournalError> {
    let check: Option<ChainHash> = row.get(first).map_err(|error| blob_fault(key, &error))?;
    let data: Option<Vec<u8>> = row.get(first + 1).map_err(|error| blob_fault(key, &error))?;
    match (check, data) {
        (None, None) => Ok(None),
        (Some(check), Some(data)) if blob_check(key, &data) == check => Ok(Some(data)),
        _ => Err(JournalError::Blob {
            key: hex::encode(key),
            why: "it does not fit its check".into(),
        }),
    }
}

fn blob_fault(key: &[u8], error: &rusqlite::Error) -> JournalError {
    match class_of(error) {
        Class::Damaged => JournalError::Blob {
            key: hex::encode(key),
            why: error.to_string(),
        },
        Class::Full | Class::Disk => JournalError::Read {
            why: error.to_string(),
        },
    }
}
