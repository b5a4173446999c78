//! Durable records as numbered events, for streams that may fall behind or come back.

use crate::limits::FEED_RECORDS;
use engine::event::{Event, Record};
use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Names one event of one copy of the journal: `history-seq-index`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventId {
    /// The copy of the journal; a restored one has another name.
    pub history: String,
    /// The record.
    pub seq: u64,
    /// Place of the event in the record.
    pub index: usize,
}

/// What a subscription brings.
#[derive(Clone, Debug)]
pub enum Next {
    /// The next event.
    Event(Shown),
    /// Events in between are no longer at hand: start from a fresh view; what comes next
    /// follows this place.
    Reset(EventId),
    /// The node stops.
    Stopped,
}

/// One event, with the record it stands in.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its name.
    pub id: EventId,
    /// The record.
    pub record: Arc<Record>,
}

impl Shown {
    /// The event itself.
    pub fn event(&self) -> &Event {
        &self.record.events[self.id.index]
    }
}

/// The newest durable records, contiguous.
pub struct Feed {
    history: String,
    ring: Mutex<Ring>,
    grown: Notify,
}

struct Ring {
    records: VecDeque<Arc<Record>>,
    /// Sequence after the newest durable record.
    next_seq: u64,
    stopped: bool,
}

/// A reader's place in the feed.
pub struct Subscription {
    feed: Arc<Feed>,
    seq: u64,
    index: usize,
    reset: bool,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.history, self.seq, self.index)
    }
}

impl FromStr for EventId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '-');
        let mut part = || {
            parts
                .next()
                .filter(|part| !part.is_empty() && part.len() <= 20)
                .ok_or(())
        };
        let history = part()?.to_owned();
        let seq = part()?.parse().map_err(|_| ())?;
        let index = part()?.parse().map_err(|_| ())?;
        Ok(EventId { history, seq, index })
    }
}

impl Feed {
    /// A feed that stands after `records`, the newest of the journal. `next_seq` is the
    /// sequence that the next record will have.
    pub fn new(history: String, next_seq: u64, records: Vec<Record>) -> Self {
        let records = records.into_iter().map(Arc::new).collect();
        let ring = Ring {
            records,
            next_seq,
            stopped: false,
        };
        Feed {
            history,
            ring: Mutex::new(ring),
            grown: Notify::new(),
        }
    }

    /// Shows records that are durable now.
    pub(super) fn publish(&self, records: Vec<Record>) {
        let mut ring = self.ring();
        for record in records {
            assert_eq!(record.seq, ring.next_seq, "records are shown in order, each once");
            ring.next_seq += 1;
            ring.records.push_back(Arc::new(record));
        }
        while ring.records.len() > FEED_RECORDS {
            ring.records.pop_front();
        }
        drop(ring);
        self.grown.notify_waiters();
    }

    /// Ends every subscription.
    pub(super) fn stop(&self) {
        self.ring().stopped = true;
        self.grown.notify_waiters();
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn get(&self, seq: u64) -> Option<&Arc<Record>> {
        let first = self.next_seq - self.records.len() as u64;
        let place = usize::try_from(seq.checked_sub(first)?).ok()?;
        self.records.get(place)
    }
}

impl Subscription {
    pub(super) fn new(feed: Arc<Feed>, after: Option<EventId>) -> Self {
        let ring = feed.ring();
        let end = ring.next_seq;
        let known = |id: &EventId| {
            id.history == feed.history
                && ring
                    .get(id.seq)
                    .is_some_and(|record| id.index < record.events.len())
        };
        let (seq, index, reset) = match after {
            None => (end, 0, false),
            Some(id) if known(&id) => (id.seq, id.index + 1, false),
            Some(_) => (end, 0, true),
        };
        drop(ring);
        Subscription {
            feed,
            seq,
            index,
            reset,
        }
    }

    /// The next event, as soon as there is one. May be dropped and called again: nothing is
    /// lost by that.
    pub async fn next(&mut self) -> Next {
        let feed = Arc::clone(&self.feed);
        loop {
            let grown = feed.grown.notified();
            tokio::pin!(grown);
            grown.as_mut().enable();
            if let Some(next) = self.look() {
                return next;
            }
            grown.await;
        }
    }

    /// What is there without waiting.
    pub fn look(&mut self) -> Option<Next> {
        let ring = self.feed.ring();
        loop {
            if self.reset {
                break;
            }
            if self.seq >= ring.next_seq {
                return ring.stopped.then_some(Next::Stopped);
            }
            let Some(record) = ring.get(self.seq) else { break };
            if self.index < record.events.len() {
                let id = EventId {
                    history: self.feed.history.clone(),
                    seq: self.seq,
                    index: self.index,
                };
                self.index += 1;
                return Some(Next::Event(Shown {
                    id,
                    record: Arc::clone(record),
                }));
            }
            self.seq += 1;
            self.index = 0;
        }
        let last = ring.records.back();
        let id = EventId {
            history: self.feed.history.clone(),
            seq: ring.next_seq - 1,
            index: last.map_or(0, |record| record.events.len().saturating_sub(1)),
        };
        (self.seq, self.index, self.reset) = (ring.next_seq, 0, false);
        Some(Next::Reset(id))
    }
}
