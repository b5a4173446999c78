//! Durable records as numbered events, for streams that may fall behind or come back.
//!
//! Guarantee: open traffic, however much there is of it, is not in it and takes no room from what is.

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

/// The newest durable records that desks are shown.
pub struct Feed {
    history: String,
    ring: Mutex<Ring>,
    grown: Notify,
}

struct Ring {
    /// In order; those of open traffic are left out.
    records: VecDeque<Arc<Record>>,
    /// From here on nothing else is missing.
    from_seq: u64,
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
        let from_seq = next_seq - records.len() as u64;
        let shown = records.into_iter().filter(is_shown);
        let ring = Ring {
            records: shown.map(Arc::new).collect(),
            from_seq,
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
            if is_shown(&record) {
                ring.records.push_back(Arc::new(record));
            }
        }
        while ring.records.len() > FEED_RECORDS {
            ring.from_seq = ring
                .records
                .pop_front()
                .map_or(ring.next_seq, |gone| gone.seq + 1);
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

/// Whether it is any desk's affair.
fn is_shown(record: &Record) -> bool {
    !record
        .events
        .iter()
        .all(|event| matches!(event, Event::Pool { .. }))
}

impl Ring {
    /// The first record at a place or after it.
    fn from(&self, seq: u64) -> Option<&Arc<Record>> {
        let place = self.records.partition_point(|record| record.seq < seq);
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
                    .from(id.seq)
                    .is_some_and(|record| record.seq == id.seq && id.index < record.events.len())
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
        while !self.reset && self.seq >= ring.from_seq {
            let Some(record) = ring.from(self.seq) else {
                (self.seq, self.index) = (ring.next_seq, 0);
                return ring.stopped.then_some(Next::Stopped);
            };
            if record.seq > self.seq {
                (self.seq, self.index) = (record.seq, 0);
            }
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
            seq: last.map_or(ring.next_seq - 1, |record| record.seq),
            index: last.map_or(0, |record| record.events.len().saturating_sub(1)),
        };
        (self.seq, self.index, self.reset) = (ring.next_seq, 0, false);
        Some(Next::Reset(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord::ids::LineId;
    use accord::time::Now;
    use engine::event::LineEvent;

    fn of_line() -> Event {
        Event::Line {
            line: LineId("north".to_owned()),
            what: LineEvent::Joined,
        }
    }

    fn of_pool() -> Event {
        let pool = pool::Event::SuffixesForgotten { before_us: 0 };
        Event::Pool { pool }
    }

    fn record(seq: u64, events: Vec<Event>) -> Record {
        Record {
            seq,
            now: Now {
                boot: 0,
                wall_us: 0,
                mono_us: 0,
            },
            input: serde_json::Value::Null,
            events,
        }
    }

    fn feed(next_seq: u64, records: Vec<Record>) -> Arc<Feed> {
        Arc::new(Feed::new("h".to_owned(), next_seq, records))
    }

    fn seqs(feed: &mut Subscription) -> Vec<u64> {
        let event = |next| match next {
            Next::Event(shown) => Some(shown.id.seq),
            Next::Reset(_) | Next::Stopped => None,
        };
        std::iter::from_fn(|| feed.look().and_then(event)).collect()
    }

    fn id(seq: u64) -> Option<EventId> {
        Some(EventId {
            history: "h".to_owned(),
            seq,
            index: 0,
        })
    }

    #[test]
    fn open_traffic_is_left_out_and_takes_no_room() {
        let feed = feed(1, Vec::new());
        let mut live = Subscription::new(Arc::clone(&feed), None);
        feed.publish(vec![record(1, vec![of_line()])]);
        for seq in 2..FEED_RECORDS as u64 + 10 {
            feed.publish(vec![record(seq, vec![of_pool()])]);
        }
        let last = FEED_RECORDS as u64 + 10;
        feed.publish(vec![record(last, vec![of_line()])]);
        assert_eq!(seqs(&mut live), [1, last]);
        let mut back = Subscription::new(Arc::clone(&feed), id(1));
        assert_eq!(seqs(&mut back), [last]);
        assert!(back.look().is_none());
    }

    #[test]
    fn a_reader_whose_place_is_gone_starts_anew_and_misses_nothing_after() {
        let feed = feed(4, vec![record(2, vec![of_pool()]), record(3, vec![of_line()])]);
        for gone in [1, 2] {
            let mut late = Subscription::new(Arc::clone(&feed), id(gone));
            let Some(Next::Reset(place)) = late.look() else {
                panic!("place {gone} is not at hand")
            };
            assert_eq!(Some(&place), id(3).as_ref());
            assert!(late.look().is_none());
            assert!(Subscription::new(Arc::clone(&feed), Some(place)).look().is_none());
        }
        let mut slow = Subscription::new(Arc::clone(&feed), None);
        for seq in 4..FEED_RECORDS as u64 + 6 {
            feed.publish(vec![record(seq, vec![of_line()])]);
        }
        assert!(matches!(slow.look(), Some(Next::Reset(_))));
        assert!(slow.look().is_none());
        feed.stop();
        assert!(matches!(slow.look(), Some(Next::Stopped)));
    }
}
