//! A disk: one transaction at a time, durable when it says so, and everything that goes
//! wrong with disks.
//!
//! A transaction is whole or absent after a crash; tearing below that is the business of the
//! real SQLite and of the trials on it. What was durable stays, unless a fault of its own
//! takes it: rot, an old copy put back.

use crate::rng::Rng;
use engine::Batch;
use ledger::keys::Hash;
use ledger::merkle::leaf_hash;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What survives a crash.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    records: Vec<Arc<Stored>>,
    texts: BTreeMap<Vec<u8>, Arc<[u8]>>,
    snapshot: Option<(u64, Arc<[u8]>)>,
    /// The first place at which something was changed since it was written.
    touched: Option<usize>,
    pending: Option<Pending>,
}

#[derive(Clone, Debug)]
struct Stored {
    bytes: Vec<u8>,
    /// Hash over the chain up to here.
    chain: Hash,
}

#[derive(Clone, Debug)]
struct Pending {
    records: Vec<Vec<u8>>,
    texts: Vec<(Vec<u8>, Vec<u8>)>,
    upto: u64,
}

/// A record that is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotten {
    /// Its sequence.
    pub seq: u64,
}

impl Disk {
    /// Begins a transaction.
    pub fn write(&mut self, batch: Batch) {
        assert!(self.pending.is_none(), "one transaction at a time");
        let upto = batch.first_seq + batch.records.len() as u64 - 1;
        let bytes = |record| serde_json::to_vec(record).expect("records are plain data");
        self.pending = Some(Pending {
            records: batch.records.iter().map(bytes).collect(),
            texts: batch.stores,
            upto,
        });
    }

    /// The transaction is durable; the sequence up to which everything is.
    pub fn sync(&mut self) -> u64 {
        let pending = self.pending.take().expect("a transaction was begun");
        for bytes in pending.records {
            let chain = self.link(&bytes);
            self.records.push(Arc::new(Stored { bytes, chain }));
        }
        let texts = pending.texts.into_iter();
        self.texts.extend(texts.map(|(key, text)| (key, text.into())));
        pending.upto
    }

    /// The power fails: a transaction under way is wholly there or wholly not.
    pub fn crash(&mut self, rng: &mut Rng) {
        if self.pending.is_some() && rng.chance(500) {
            self.sync();
        }
        self.pending = None;
    }

    /// Keeps a snapshot of the state after the newest record.
    pub fn keep_snapshot(&mut self, bytes: Vec<u8>) {
        self.snapshot = Some((self.len(), bytes.into()));
    }

    /// Flips a bit of one record, if there is one; its sequence.
    pub fn rot(&mut self, rng: &mut Rng) -> Option<u64> {
        let place = rng.index(self.records.len());
        let record = Arc::make_mut(self.records.get_mut(place)?);
        let byte = rng.index(record.bytes.len());
        record.bytes[byte] ^= 1 << rng.below(7);
        self.snapshot = None;
        self.touched = self.touched.or(Some(place)).map(|first| first.min(place));
        Some(place as u64 + 1)
    }

    /// A copy for a backup: what is durable.
    pub fn backup(&self) -> Disk {
        Disk {
            pending: None,
            ..self.clone()
        }
    }

    /// Records in order, after a snapshot if one is wanted and there is one.
    ///
    /// # Errors
    /// The first record that the chain does not hold.
    pub fn load(&self, from_snapshot: bool) -> Result<Loaded<'_>, Rotten> {
        self.verify()?;
        let snapshot = self.snapshot.as_ref().filter(|_| from_snapshot);
        let skip = snapshot.map_or(0, |(upto, _)| *upto);
        let tail = (1..)
            .zip(&self.records)
            .skip(usize::try_from(skip).expect("fits"));
        Ok(Loaded {
            snapshot: snapshot.map(|(_, bytes)| bytes.as_ref()),
            tail: tail.map(|(seq, stored)| (seq, stored.bytes.as_slice())).collect(),
        })
    }

    /// The text of an entry.
    pub fn text(&self, key: &[u8]) -> Option<&[u8]> {
        self.texts.get(key).map(AsRef::as_ref)
    }

    /// Whether a text stands in a record that is durable; the newest are looked at first.
    pub fn holds(&self, text: &str) -> bool {
        let stands = |stored: &Arc<Stored>| String::from_utf8_lossy(&stored.bytes).contains(text);
        self.records.iter().rev().any(stands)
    }

    /// Durable records.
    pub fn len(&self) -> u64 {
        self.records.len() as u64
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The chain from the first place that was touched: before it nothing can have changed.
    fn verify(&self) -> Result<(), Rotten> {
        let Some(first) = self.touched else {
            return Ok(());
        };
        let mut chain = first
            .checked_sub(1)
            .map_or_else(Hash::default, |before| self.records[before].chain);
        for (seq, stored) in (1..).zip(&self.records).skip(first) {
            chain = next(&chain, &stored.bytes);
            if chain != stored.chain {
                return Err(Rotten { seq });
            }
        }
        Ok(())
    }

    fn link(&self, bytes: &[u8]) -> Hash {
        let last = self.records.last().map_or_else(Hash::default, |last| last.chain);
        next(&last, bytes)
    }
}

/// What a start reads.
pub struct Loaded<'a> {
    /// The state at some record.
    pub snapshot: Option<&'a [u8]>,
    /// The records after it, with their sequence.
    pub tail: Vec<(u64, &'a [u8])>,
}

fn next(chain: &Hash, bytes: &[u8]) -> Hash {
    leaf_hash(&[chain.as_slice(), bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(seq: u64) -> Batch {
        let record = engine::event::Record {
            seq,
            now: crate::clock::Clock::new(0, 0).read(crate::limits::T0_US, 1),
            input: serde_json::Value::Null,
            events: Vec::new(),
        };
        Batch {
            first_seq: seq,
            records: vec![record],
            stores: vec![(vec![1], vec![2])],
        }
    }

    #[test]
    fn what_is_not_durable_is_whole_or_absent_after_a_crash() {
        let mut rng = Rng::new(3, "disk");
        let mut lengths = [0; 2];
        for _ in 0..200 {
            let mut disk = Disk::default();
            disk.write(batch(1));
            assert_eq!(disk.sync(), 1);
            disk.write(batch(2));
            disk.crash(&mut rng);
            lengths[usize::try_from(disk.len() - 1).unwrap()] += 1;
        }
        assert!(lengths.iter().all(|often| *often > 50), "{lengths:?}");
    }

    #[test]
    fn rot_is_named_by_its_record() {
        let mut disk = Disk::default();
        for seq in 1..=5 {
            disk.write(batch(seq));
            disk.sync();
        }
        assert_eq!(disk.load(false).unwrap().tail.len(), 5);
        let seq = disk.rot(&mut Rng::new(1, "rot")).unwrap();
        assert_eq!(disk.load(false).err(), Some(Rotten { seq }));
    }
}
