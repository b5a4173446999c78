//! What an entry says that states RECEIVED.

use super::{KIND_RECEIVED, Line, canonical};
use crate::event::{Rank, Unsealed};
use crate::limits::MAX_ENTRIES_PER_FRAME;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which receipts an entry of kind [`super::KIND_RECEIVED`] states: runs of entries with one instant,
/// of the other log in one epoch. What was stated of an epoch and never cosigned before it was closed is
/// stated again in the next one, in the same words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipts {
    /// The epoch of the entries.
    pub epoch: u32,
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
    pub fn from_pairs(epoch: u32, pairs: &[(u64, i64)]) -> Receipts {
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
        Receipts { epoch, runs }
    }

    /// The body of an entry that states them.
    pub fn to_body(&self) -> String {
        canonical(&serde_json::to_value(self).expect("receipts are plain integers"))
    }

    /// The epoch, and single receipts of our entries there; none when it speaks of more than there were.
    /// Of a closed log the peer, which had `seen` this much of ours, may have seen more than a restore left.
    pub fn of_ours(&self, line: &Line, seen: u64) -> Option<(u32, Vec<(u64, i64)>)> {
        let (ours, most) = if self.epoch == line.epoch {
            let ours = line.own.tree.size();
            (ours, ours.max(seen))
        } else {
            (line.closed_epoch(self.epoch)?.own_size, u64::MAX)
        };
        let mut entries = self.pairs(most)?;
        entries.retain(|(seq, _)| *seq < ours);
        Some((self.epoch, entries))
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

impl Line {
    /// Our own RECEIVED came back: what it states is not stated anew, of whatever it speaks.
    pub(super) fn note_restored_receipts(&mut self, body: &str) {
        let Ok(receipts) = serde_json::from_str::<Receipts>(body) else {
            return;
        };
        let epoch = receipts.epoch;
        let pairs = receipts.pairs(u64::MAX).unwrap_or_default();
        self.forget_receipts(epoch, &pairs);
        let held = self.peer.tree.size();
        let to_come = pairs.into_iter().filter(|(seq, _)| *seq >= held);
        self.peer
            .restored_receipts
            .extend(to_come.filter(|_| epoch == self.epoch));
    }

    /// Takes receipts out of those that wait for a place.
    fn forget_receipts(&mut self, epoch: u32, stated: &[(u64, i64)]) {
        let stated: BTreeSet<u64> = stated.iter().map(|(seq, _)| *seq).collect();
        self.unsealed[Rank::System as usize].retain_mut(|act| {
            let waits = waiting(act).filter(|waits| waits.epoch == epoch);
            let Some(mut pairs) = waits.and_then(|waits| waits.pairs(u64::MAX)) else {
                return true;
            };
            pairs.retain(|(seq, _)| !stated.contains(seq));
            act.body = Receipts::from_pairs(epoch, &pairs).to_body();
            !pairs.is_empty()
        });
    }
}

fn waiting(act: &Unsealed) -> Option<Receipts> {
    let body = Some(&act.body).filter(|_| act.kind == KIND_RECEIVED)?;
    serde_json::from_str(body).ok()
}
