//! Four bounded queues, drained in this order, each with a reserved share of a batch:
//! safety, lines, desks, pool.
//!
//! Guarantees: safety never waits behind anything else; one line can fill only its own
//! quota; what one line gets into a batch never depends on another line or on a desk.

use crate::limits::{BATCH_SHARES, LINE_BATCH, LINE_QUOTA, QUEUE_LENGTHS};
use accord::ids::LineId;
use std::collections::{BTreeMap, VecDeque};

/// The four queues.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Cease, check fire, distress, hazards, all-clears, of desks and of peers.
    Safety,
    /// What peers send.
    Lines,
    /// What desks ask.
    Desks,
    /// Open traffic.
    Pool,
}

impl Lane {
    /// As shown to a client and on metrics.
    pub fn name(self) -> &'static str {
        match self {
            Lane::Safety => "safety",
            Lane::Lines => "lines",
            Lane::Desks => "desks",
            Lane::Pool => "pool",
        }
    }
}

/// The queue that had no place left.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {} queue is full; nothing was taken, try again", .0.name())]
pub struct QueueFull(pub Lane);

/// Bounded queues of `T`.
#[derive(Debug)]
pub struct Queues<T> {
    lanes: [VecDeque<(Option<LineId>, T)>; 4],
    waiting: BTreeMap<(LineId, bool), usize>,
}

impl<T> Default for Queues<T> {
    fn default() -> Self {
        Queues {
            lanes: Default::default(),
            waiting: BTreeMap::new(),
        }
    }
}

impl<T> Queues<T> {
    /// Queues an input of a desk or of the node itself.
    pub fn push(&mut self, lane: Lane, input: T) -> Result<(), QueueFull> {
        self.room(lane)?;
        self.lanes[lane as usize].push_back((None, input));
        Ok(())
    }

    /// Queues an input of a line, within that line's quota.
    pub fn push_line(&mut self, line: &LineId, urgent: bool, input: T) -> Result<(), QueueFull> {
        let lane = if urgent { Lane::Safety } else { Lane::Lines };
        if self.len(lane) >= QUEUE_LENGTHS[lane as usize] / 4 * 3 {
            return Err(QueueFull(lane));
        }
        let waiting = self.waiting.entry((line.clone(), urgent)).or_default();
        if *waiting >= LINE_QUOTA {
            return Err(QueueFull(lane));
        }
        *waiting += 1;
        self.lanes[lane as usize].push_back((Some(line.clone()), input));
        Ok(())
    }

    /// Takes the inputs of one batch, in the order in which they are to be decided.
    pub fn take_batch(&mut self) -> Vec<T> {
        let mut taken = Vec::new();
        let mut per_line = BTreeMap::new();
        for lane in [Lane::Safety, Lane::Lines, Lane::Desks, Lane::Pool] {
            self.take_lane(lane, &mut per_line, &mut taken);
        }
        taken
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.lanes.iter().all(VecDeque::is_empty)
    }

    /// Inputs waiting in a queue.
    pub fn len(&self, lane: Lane) -> usize {
        self.lanes[lane as usize].len()
    }

    /// Peers may take three quarters of a queue; the rest is for this party's own desks, so
    /// that a flood of frames leaves room for a CEASE.
    fn room(&self, lane: Lane) -> Result<(), QueueFull> {
        if self.lanes[lane as usize].len() < QUEUE_LENGTHS[lane as usize] {
            Ok(())
        } else {
            Err(QueueFull(lane))
        }
    }

    /// Inputs of lines are counted per line only, the others per queue, so that neither
    /// moves the other's border.
    fn take_lane(&mut self, lane: Lane, per_line: &mut BTreeMap<LineId, usize>, taken: &mut Vec<T>) {
        let mut own = 0;
        let mut kept = VecDeque::new();
        while let Some((line, input)) = self.lanes[lane as usize].pop_front() {
            let fits = match &line {
                Some(line) => *per_line.entry(line.clone()).or_default() < LINE_BATCH,
                None => own < BATCH_SHARES[lane as usize],
            };
            if !fits {
                kept.push_back((line, input));
                continue;
            }
            match line {
                Some(line) => {
                    *per_line.entry(line.clone()).or_default() += 1;
                    self.release(line, lane == Lane::Safety);
                }
                None => own += 1,
            }
            taken.push(input);
        }
        self.lanes[lane as usize] = kept;
    }

    fn release(&mut self, line: LineId, urgent: bool) {
        if let Some(waiting) = self.waiting.get_mut(&(line, urgent)) {
            *waiting -= 1;
        }
    }
}
