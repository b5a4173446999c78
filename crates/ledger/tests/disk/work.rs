//! What a node does with its journal, drawn from a seed.

use ledger::journal::{Blob, Record};
use powercut::Rng;

use crate::truth::Truth;

/// One thing asked of the journal.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    Append(Vec<Record>, Vec<Blob>),
    Snapshot(u64, Vec<u8>),
    Erase(Vec<u8>),
    Backup,
    Reopen,
}

impl Work {
    pub(crate) fn words(&self) -> String {
        match self {
            Work::Append(records, blobs) => {
                let bytes: usize = records.iter().map(|record| record.data.len()).sum();
                format!(
                    "append {} records of {bytes} bytes and {} bodies",
                    records.len(),
                    blobs.len()
                )
            }
            Work::Snapshot(upto, data) => format!("snapshot up to {upto} of {} bytes", data.len()),
            Work::Erase(key) => format!("erase the body {}", String::from_utf8_lossy(key)),
            Work::Backup => "back up".to_owned(),
            Work::Reopen => "close and open".to_owned(),
        }
    }
}

/// How large the records of a trial are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// As a node writes them, with a long one now and then.
    Usual,
    /// So large that SQLite folds its log back while the node works.
    Large,
}

/// Draws the next thing to do.
pub(crate) fn next(rng: &mut Rng, truth: &Truth, size: Size) -> Work {
    match rng.below(20) {
        0 | 1 if truth.newest() > 0 => {
            let upto = truth.newest() - rng.below(truth.newest().min(3));
            Work::Snapshot(upto, filler(rng, "state", 40, 9_000))
        }
        2 => stored(rng, truth).map_or_else(|| append(rng, truth, size), Work::Erase),
        3 if size == Size::Usual => Work::Backup,
        4 => Work::Reopen,
        _ => append(rng, truth, size),
    }
}

fn append(rng: &mut Rng, truth: &Truth, size: Size) -> Work {
    let count = rng.below(5).max(u64::from(rng.chance(80)));
    let records = (truth.newest() + 1..).take(count as usize).map(|seq| Record {
        seq,
        data: record(rng, seq, size),
    });
    let records = records.collect();
    // A body is now and then sent again, also one that was erased.
    let blobs = (0..rng.below(3)).map(|n| {
        let old = truth.blobs.keys().nth(rng.index(truth.blobs.len()));
        match old.filter(|_| rng.chance(10)) {
            Some(key) => body(key),
            None => body(format!("{:05}-{n}", rng.below(100_000)).as_bytes()),
        }
    });
    Work::Append(records, blobs.collect())
}

fn record(rng: &mut Rng, seq: u64, size: Size) -> Vec<u8> {
    let what = format!("record {seq}");
    match (size, rng.below(20)) {
        (Size::Large, _) => filler(rng, &what, 200_000, 2_000_000),
        (Size::Usual, 0) => filler(rng, &what, 5_000, 60_000),
        (Size::Usual, 1..=4) => filler(rng, &what, 500, 5_000),
        (Size::Usual, _) => filler(rng, &what, 0, 400),
    }
}

/// A body is a function of its key, so that the same key never comes with another.
pub(crate) fn body(key: &[u8]) -> Blob {
    let length = key
        .iter()
        .fold(0_usize, |sum, byte| (sum * 31 + usize::from(*byte)) % 6_000);
    let mut data = needle(key);
    data.resize(data.len() + length, b'.');
    Blob {
        key: key.to_vec(),
        data,
    }
}

/// What a body begins with and nothing else holds: looked for in the files after it was erased.
pub(crate) fn needle(key: &[u8]) -> Vec<u8> {
    [b"SECRET<", key, b">"].concat()
}

fn stored(rng: &mut Rng, truth: &Truth) -> Option<Vec<u8>> {
    let there = truth.blobs.iter().filter(|(_, body)| body.is_some());
    let keys: Vec<&Vec<u8>> = there.map(|(key, _)| key).collect();
    keys.get(rng.index(keys.len())).map(|key| key.to_vec())
}

fn filler(rng: &mut Rng, what: &str, least: u64, most: u64) -> Vec<u8> {
    let length = least + rng.below(most - least);
    let mut data = what.as_bytes().to_vec();
    let tint = rng.below(256) as u8;
    data.extend((0..length).map(|at| tint ^ (at / 7) as u8));
    data
}
