//! The state of a node's mind.
//!
//! Invariants, checked by [`Mind::check_invariants`]:
//! - a notice of the peer or a hazard of it is compared with own things exactly as long as
//!   the notice is live or the hazard is not closed;
//! - each live alarm is the only one of its key, and each clock runs once;
//! - only the peer's hazards are closed, and each names the desk that closed it;
//! - the versions of a notice ascend, and what waits for a place or a receipt is known.

mod alarms;
mod own;

pub(crate) use alarms::Alarms;
pub use own::{FoundBook, Handover, OperationState, Row};
pub(crate) use own::{OperationBook, PeopleBook, TrackBook, ZoneBook};

use crate::alarm::Subject;
use crate::event::Event;
use crate::ids::{Desk, Fresh, LineId, OperationId, Party, PeopleId, TrackId, ZoneId};
use crate::input::Input;
use crate::line::Line;
use crate::outcome::Decision;
use crate::pairs;
use crate::picture::{Notified, Picture};
use crate::refusal::Refusal;
use crate::time::Now;
use crate::timers::Timers;
use crate::{apply, decide};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names what is compared with own things: a notice or a lone hazard of the peer of a line.
pub(crate) type FoundKey = (LineId, Subject);

/// All that a node knows besides its logs. Serialises to a snapshot.
#[derive(Serialize, Deserialize)]
pub struct Mind {
    pub(crate) own: Party,
    pub(crate) desks: Vec<Desk>,
    pub(crate) boot: Option<u64>,
    pub(crate) lines: BTreeMap<LineId, Line>,
    pub(crate) operations: BTreeMap<OperationId, OperationBook>,
    pub(crate) zones: BTreeMap<ZoneId, ZoneBook>,
    pub(crate) people: BTreeMap<PeopleId, PeopleBook>,
    pub(crate) tracks: BTreeMap<TrackId, TrackBook>,
    pub(crate) picture: Picture,
    pub(crate) notified: Notified<FoundKey>,
    #[serde(with = "pairs")]
    pub(crate) found: BTreeMap<FoundKey, FoundBook>,
    pub(crate) alarms: Alarms,
    pub(crate) timers: Timers,
    pub(crate) handovers: Vec<Handover>,
}

impl Mind {
    /// The mind of `own`. `desks` is the ladder: the watch first, then those that alarms go
    /// up to.
    pub fn new(own: Party, desks: Vec<Desk>) -> Mind {
        Mind {
            own,
            desks,
            boot: None,
            lines: BTreeMap::new(),
            operations: BTreeMap::new(),
            zones: BTreeMap::new(),
            people: BTreeMap::new(),
            tracks: BTreeMap::new(),
            picture: Picture::new(),
            notified: Notified::new(),
            found: BTreeMap::new(),
            alarms: Alarms::default(),
            timers: Timers::default(),
            handovers: Vec::new(),
        }
    }

    /// Takes a fact. Total: never refuses, and equal events in equal order give equal minds.
    pub fn apply(&mut self, now: Now, event: &Event) {
        apply::apply(self, now, event);
    }

    /// What follows from an input. Changes nothing; equal minds and inputs, with equal ids
    /// drawn, give equal decisions.
    ///
    /// # Errors
    /// Only commands are refused; see [`Refusal`]. Of a refused command nothing happens.
    pub fn decide(&self, now: Now, input: &Input, fresh: &mut dyn Fresh) -> Result<Decision, Refusal> {
        decide::decide(self, now, input, fresh)
    }

    /// Time from `now` until [`Input::Tick`] may have something to do, µs; none when nothing
    /// waits.
    pub fn next_due(&self, now: Now) -> Option<i64> {
        if self.boot.is_some_and(|boot| boot != now.boot) {
            return Some(0);
        }
        self.timers.next_due_us(now)
    }

    /// Stops the process when what must hold does not. Costs time in proportion to all that
    /// is known.
    pub fn check_invariants(&self) {
        self.picture.sanity_check();
        self.notified.sanity_check();
        self.timers.check_invariants();
        self.alarms.check_invariants();
        self.invariant_compared_while_it_matters();
        self.invariant_own_hazards_are_not_closed();
        self.invariant_versions_ascend();
        self.invariant_what_waits_is_known();
    }

    /// This party.
    pub fn own(&self) -> &Party {
        &self.own
    }

    /// The ladder of desks, the watch first.
    pub fn ladder(&self) -> &[Desk] {
        &self.desks
    }

    /// Names the desks of this run, the watch first. They are settings of the node and no
    /// fact of its journal: what was snapshot under others goes on under these.
    pub fn set_ladder(&mut self, desks: Vec<Desk>) {
        self.desks = desks;
    }

    /// How many statements of ours there were on a line, ever: the `act_ref` of the next.
    pub fn stated(&self, line: &LineId) -> u64 {
        self.lines.get(line).map_or(0, |line| line.stated)
    }

    pub(crate) fn watch(&self) -> Desk {
        self.desks.first().cloned().unwrap_or_else(|| Desk::from("watch"))
    }

    fn invariant_compared_while_it_matters(&self) {
        let mut compared = 0;
        for line in self.lines.values() {
            let open = line
                .hazards
                .peer
                .values()
                .filter(|book| book.notice.is_none() && !book.is_closed());
            compared += open.count();
            let of_notice = |id| {
                line.hazards
                    .peer
                    .values()
                    .any(|book| book.notice.as_ref() == Some(id) && !book.is_closed())
            };
            compared += line
                .notices
                .peer
                .iter()
                .filter(|(id, book)| book.is_live() || of_notice(id))
                .count();
        }
        assert_eq!(
            self.notified.len(),
            compared,
            "what matters is compared, and nothing else"
        );
    }

    fn invariant_own_hazards_are_not_closed(&self) {
        for line in self.lines.values() {
            let closed = line.hazards.own.values().filter(|book| book.is_closed()).count();
            assert_eq!(closed, 0, "own hazards are said to be over, never closed");
        }
    }

    fn invariant_versions_ascend(&self) {
        for book in self.lines.values().flat_map(|line| line.notices.both()) {
            let numbers: Vec<u32> = book
                .versions
                .iter()
                .map(|version| version.notice.version)
                .collect();
            assert!(numbers.is_sorted_by(|a, b| a < b), "versions ascend");
            assert!(!numbers.is_empty(), "a notice has a version");
        }
    }

    fn invariant_what_waits_is_known(&self) {
        for line in self.lines.values() {
            for (act_ref, sent) in &line.sent {
                assert!(*act_ref < line.stated, "what waits was stated");
                let placed = sent.place.is_none_or(|place| line.placed.contains_key(&place));
                assert!(placed, "a place names what stands there");
            }
        }
    }
}
