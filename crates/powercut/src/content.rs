//! One file: what the medium holds, and what was written since.

use crate::limits::{PAGE_BYTES, SECTOR_BYTES};
use crate::{Counts, Rng};
use std::collections::BTreeSet;

/// What a power cut leaves of unsynchronised changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// None of them.
    Nothing,
    /// All of them, whole.
    Everything,
    /// The first of each file whole, the next torn, the rest gone: a disk that keeps order.
    First,
    /// Any of them, whole, torn or gone.
    Any,
}

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, data: Vec<u8> },
    Resize { length: usize },
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    durable: Vec<u8>,
    pending: Vec<Change>,
    /// Pages the kernel holds for written although they are not.
    stale: BTreeSet<usize>,
}

/// What becomes of one write.
enum Fate {
    Whole,
    Gone,
    /// Sectors from the first to the second index arrive, or all but those.
    Torn {
        from: usize,
        upto: usize,
        inside: bool,
    },
}

impl Content {
    /// A file that is there and synchronised.
    pub(crate) fn durable(bytes: Vec<u8>) -> Self {
        Content {
            durable: bytes,
            ..Content::default()
        }
    }

    /// Notes a write. `live` gives the file's bytes before it, asked for where pages were forgotten.
    pub(crate) fn write(&mut self, at: u64, data: &[u8], live: impl FnOnce() -> Vec<u8>) {
        let at = at as usize;
        let pages = at / PAGE_BYTES..(at + data.len()).div_ceil(PAGE_BYTES);
        if self.stale.range(pages.clone()).next().is_some() {
            return self.write_back(pages, at, data, live());
        }
        self.pending.push(Change::Write {
            at,
            data: data.to_vec(),
        });
    }

    pub(crate) fn resize(&mut self, length: u64) {
        self.pending.push(Change::Resize {
            length: length as usize,
        });
    }

    /// The file as it stands is on the medium, but for pages the kernel forgot.
    pub(crate) fn synced(&mut self, live: Vec<u8>, counts: &mut Counts) {
        self.catch_up(&live, counts);
        let before = std::mem::replace(&mut self.durable, live);
        self.pending.clear();
        for page in &self.stale {
            let end = ((page + 1) * PAGE_BYTES).min(self.durable.len());
            for at in (page * PAGE_BYTES).min(end)..end {
                self.durable[at] = before.get(at).copied().unwrap_or(0);
            }
        }
    }

    /// A synchronisation failed, and the kernel holds the pages for written from now on.
    pub(crate) fn forgotten(&mut self) {
        let (resizes, writes) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|change| matches!(change, Change::Resize { .. }));
        self.pending = resizes;
        for change in Vec::into_iter(writes) {
            if let Change::Write { at, data } = change {
                self.stale
                    .extend(at / PAGE_BYTES..(at + data.len()).div_ceil(PAGE_BYTES));
            }
        }
    }

    /// Notes what reached the file past the calls that are seen.
    pub(crate) fn catch_up(&mut self, live: &[u8], counts: &mut Counts) {
        let mut known = self.durable.clone();
        for change in &self.pending {
            apply(change, &mut known);
        }
        if !self.stale.is_empty() || known == live {
            return;
        }
        counts.unseen += 1;
        self.pending.push(Change::Resize { length: live.len() });
        let first = known.iter().zip(live).take_while(|(a, b)| a == b).count();
        if first < live.len() {
            self.pending.push(Change::Write {
                at: first,
                data: live[first..].to_vec(),
            });
        }
    }

    /// What a power cut leaves of the file.
    pub(crate) fn after_cut(&self, leaves: Leaves, rng: &mut Rng, counts: &mut Counts) -> Vec<u8> {
        let mut left = self.durable.clone();
        let kept = match leaves {
            Leaves::Nothing => 0,
            Leaves::First => rng.index(self.pending.len() + 1),
            Leaves::Everything | Leaves::Any => self.pending.len(),
        };
        for (index, change) in self.pending.iter().enumerate() {
            let fate = match leaves {
                _ if index > kept => Fate::Gone,
                Leaves::Nothing => Fate::Gone,
                Leaves::First if index == kept => torn(change, rng),
                Leaves::First | Leaves::Everything => Fate::Whole,
                Leaves::Any => any(change, rng),
            };
            counts.add(&fate);
            let rubbish = if rng.chance(15) { rng.below(256) as u8 } else { 0 };
            settle(change, &fate, rubbish, rng, &mut left);
        }
        left
    }

    /// The pages as the kernel holds them are to be written again, whole.
    fn write_back(&mut self, pages: std::ops::Range<usize>, at: usize, data: &[u8], mut live: Vec<u8>) {
        live.resize(live.len().max(at + data.len()), 0);
        live[at..at + data.len()].copy_from_slice(data);
        let (start, end) = (pages.start * PAGE_BYTES, (pages.end * PAGE_BYTES).min(live.len()));
        self.stale.retain(|page| !pages.contains(page));
        self.pending.push(Change::Write {
            at: start,
            data: live[start..end].to_vec(),
        });
    }
}

impl Counts {
    fn add(&mut self, fate: &Fate) {
        match fate {
            Fate::Whole => self.whole += 1,
            Fate::Gone => self.dropped += 1,
            Fate::Torn { .. } => self.torn += 1,
        }
    }
}

fn any(change: &Change, rng: &mut Rng) -> Fate {
    match rng.below(3) {
        0 => Fate::Whole,
        1 => Fate::Gone,
        _ => torn(change, rng),
    }
}

fn torn(change: &Change, rng: &mut Rng) -> Fate {
    let Change::Write { at, data } = change else {
        return Fate::Gone;
    };
    let (first, end) = (at / SECTOR_BYTES, (at + data.len()).div_ceil(SECTOR_BYTES));
    if end - first < 2 {
        return if rng.chance(50) { Fate::Whole } else { Fate::Gone };
    }
    let border = first + 1 + rng.index(end - first - 1);
    match rng.below(3) {
        0 => Fate::Torn {
            from: first,
            upto: border,
            inside: true,
        },
        1 => Fate::Torn {
            from: border,
            upto: end,
            inside: true,
        },
        _ => Fate::Torn {
            from: border,
            upto: border + 1,
            inside: rng.chance(50),
        },
    }
}

/// Applies what arrives of a change. A file may grow although the data did not arrive.
fn settle(change: &Change, fate: &Fate, rubbish: u8, rng: &mut Rng, left: &mut Vec<u8>) {
    match (change, fate) {
        (_, Fate::Whole) => apply(change, left),
        (Change::Write { at, data }, Fate::Torn { from, upto, inside }) => {
            grow(left, at + data.len(), rubbish, rng);
            for (offset, byte) in data.iter().enumerate() {
                let sector = (at + offset) / SECTOR_BYTES;
                if ((*from..*upto).contains(&sector)) == *inside {
                    grow_to(left, at + offset + 1, rubbish);
                    left[at + offset] = *byte;
                }
            }
        }
        (Change::Write { at, data }, Fate::Gone) => grow(left, at + data.len(), rubbish, rng),
        (Change::Resize { .. }, _) => {}
    }
}

fn grow(left: &mut Vec<u8>, length: usize, rubbish: u8, rng: &mut Rng) {
    if rng.chance(40) {
        grow_to(left, length, rubbish);
    }
}

fn grow_to(left: &mut Vec<u8>, length: usize, filler: u8) {
    if left.len() < length {
        left.resize(length, filler);
    }
}

fn apply(change: &Change, bytes: &mut Vec<u8>) {
    match change {
        Change::Resize { length } => bytes.resize(*length, 0),
        Change::Write { at, data } => {
            grow_to(bytes, at + data.len(), 0);
            bytes[*at..at + data.len()].copy_from_slice(data);
        }
    }
}
