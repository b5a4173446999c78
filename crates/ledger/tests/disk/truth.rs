//! What was acknowledged: an oracle that knows nothing of SQLite.

use ledger::journal::{Blob, Journal, JournalError, Record, SqliteJournal};
use std::collections::BTreeMap;

/// Snapshots the journal keeps; it promises this number.
const SNAPSHOTS_KEPT: usize = 2;

/// Everything a journal must give out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) records: Vec<Record>,
    /// Each body ever stored; `None` once it is erased.
    pub(crate) blobs: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    pub(crate) snapshots: BTreeMap<u64, Vec<u8>>,
    /// Every snapshot ever saved.
    saved: Vec<(u64, Vec<u8>)>,
}

impl Truth {
    pub(crate) fn newest(&self) -> u64 {
        self.records.len() as u64
    }

    pub(crate) fn appended(&self, records: &[Record], blobs: &[Blob]) -> Truth {
        let mut after = self.clone();
        after.records.extend_from_slice(records);
        for blob in blobs {
            let stored = after.blobs.entry(blob.key.clone());
            stored.or_insert_with(|| Some(blob.data.clone()));
        }
        after
    }

    pub(crate) fn erased(&self, key: &[u8]) -> Truth {
        let mut after = self.clone();
        after.blobs.insert(key.to_vec(), None);
        after
    }

    pub(crate) fn with_snapshot(&self, upto: u64, data: &[u8]) -> Truth {
        let mut after = self.clone();
        after.snapshots.insert(upto, data.to_vec());
        after.saved.push((upto, data.to_vec()));
        while after.snapshots.len() > SNAPSHOTS_KEPT {
            after.snapshots.pop_first();
        }
        after
    }

    /// Whether everything given out is true: all records, and of bodies and snapshots at least nothing wrong.
    pub(crate) fn holds(&self, given: &Given) -> bool {
        let body = |(key, data): (&Vec<u8>, &Vec<u8>)| {
            self.blobs
                .get(key)
                .is_some_and(|body| body.as_ref() == Some(data))
        };
        self.records == given.records
            && given.blobs.iter().all(body)
            && given
                .snapshot
                .as_ref()
                .is_none_or(|(upto, data)| self.saved.contains(&(*upto, data.clone())))
    }

    /// This, with the snapshot given out for the newest, where it is one that was saved once.
    pub(crate) fn with_snapshots_like(&self, given: &Given) -> Truth {
        let mut like = self.clone();
        like.snapshots = given
            .snapshot
            .iter()
            .filter(|saved| self.saved.contains(*saved))
            .cloned()
            .collect();
        like
    }

    /// In a few words, for the story of a failure.
    pub(crate) fn words(&self) -> String {
        let bodies = self.blobs.values().filter(|body| body.is_some()).count();
        let snapshots: Vec<&u64> = self.snapshots.keys().collect();
        format!(
            "{} records, {bodies} bodies of {}, snapshots {snapshots:?}",
            self.newest(),
            self.blobs.len()
        )
    }

    /// What differs first between this and what a journal gives out; `None` when nothing does.
    pub(crate) fn differs_from(&self, given: &Given) -> Option<String> {
        if given.records != self.records {
            let same = self
                .records
                .iter()
                .zip(&given.records)
                .take_while(|(a, b)| a == b)
                .count();
            return Some(format!("{} records, the first {same} right", given.records.len()));
        }
        let bodies: BTreeMap<&Vec<u8>, &Vec<u8>> = self
            .blobs
            .iter()
            .filter_map(|(key, body)| Some((key, body.as_ref()?)))
            .collect();
        if given.blobs.iter().collect::<BTreeMap<_, _>>() != bodies {
            return Some(format!(
                "{} bodies, not the {} stored",
                given.blobs.len(),
                bodies.len()
            ));
        }
        let snapshot = self
            .snapshots
            .last_key_value()
            .map(|(upto, data)| (*upto, data.clone()));
        (given.snapshot != snapshot).then(|| {
            let upto = given.snapshot.as_ref().map(|(upto, _)| *upto);
            format!("newest snapshot {upto:?}, or other content of it")
        })
    }
}

/// Everything a journal gives out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    records: Vec<Record>,
    blobs: BTreeMap<Vec<u8>, Vec<u8>>,
    snapshot: Option<(u64, Vec<u8>)>,
}

impl Given {
    pub(crate) fn by(journal: &SqliteJournal) -> Result<Given, JournalError> {
        let blobs = journal.blobs(&[], &[0xff; 4], usize::MAX)?;
        Ok(Given {
            records: journal.records(1, usize::MAX)?,
            blobs: blobs.into_iter().map(|blob| (blob.key, blob.data)).collect(),
            snapshot: journal.newest_snapshot()?,
        })
    }
}
