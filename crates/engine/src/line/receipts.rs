//! What an entry says that states RECEIVED.

use crate::limits::MAX_ENTRIES_PER_FRAME;
use serde::{Deserialize, Serialize};

/// Which receipts an entry of kind [`super::KIND_RECEIVED`] states: runs of entries with one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipts {
    /// Runs, ascending.
    pub runs: Vec<ReceiptRun>,
}

/// Entries `first` to `first + count - 1` were on disk, taken at `at_us`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptRun {
    /// First entry.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// Instant, µs.
    pub at_us: i64,
}

impl Receipts {
    /// Runs out of single receipts in ascending order.
    pub fn from_pairs(pairs: &[(u64, i64)]) -> Receipts {
        let mut runs: Vec<ReceiptRun> = Vec::new();
        for &(seq, at_us) in pairs {
            match runs.last_mut() {
                Some(run) if run.first + run.count == seq && run.at_us == at_us => run.count += 1,
                _ => runs.push(ReceiptRun {
                    first: seq,
                    count: 1,
                    at_us,
                }),
            }
        }
        Receipts { runs }
    }

    /// Single receipts; none when a run reaches beyond `size`, when they are not ascending, or when
    /// they are more than one frame can bring: a node states RECEIVED frame by frame.
    pub fn pairs(&self, size: u64) -> Option<Vec<(u64, i64)>> {
        let mut pairs = Vec::new();
        let mut next = 0;
        for run in &self.runs {
            let end = run.first.checked_add(run.count)?;
            let most = (MAX_ENTRIES_PER_FRAME - pairs.len()) as u64;
            if run.first < next || end > size || run.count == 0 || run.count > most {
                return None;
            }
            pairs.extend((run.first..end).map(|seq| (seq, run.at_us)));
            next = end;
        }
        Some(pairs)
    }
}
