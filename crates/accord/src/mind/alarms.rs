//! Alarms that stand, and the last ones that were cleared.
//!
//! Invariants, checked by [`Alarms::check_invariants`]: at most one live alarm a key; the
//! index by key names exactly the live alarms; nothing leaves the list without a count.

use crate::alarm::{Alarm, AlarmKey, Subject, Topic};
use crate::ids::{AlarmId, LineId};
use crate::limits::{MAX_CLEARED_ALARMS, MINUTE_US, RATE_SPAN_US};
use crate::pairs;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// All alarms of a node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Alarms {
    pub(crate) live: BTreeMap<AlarmId, Alarm>,
    #[serde(with = "pairs")]
    by_key: BTreeMap<AlarmKey, AlarmId>,
    pub(crate) cleared: VecDeque<Alarm>,
    /// How many were cleared, ever.
    pub(crate) cleared_count: u64,
    /// How many could not be listed since the flood began.
    pub(crate) not_listed: u64,
    /// Raised per minute (number of the minute since 1970), over the span of the rate.
    raised: BTreeMap<i64, u32>,
}

impl Alarms {
    /// Lists an alarm.
    pub(crate) fn insert(&mut self, alarm: Alarm) {
        self.count(alarm.raised_at_us);
        self.by_key.insert(alarm.key(), alarm.id.clone());
        self.live.insert(alarm.id.clone(), alarm);
    }

    /// Counts one more alarm, listed or not.
    pub(crate) fn count(&mut self, at_us: i64) {
        let minute = at_us.div_euclid(MINUTE_US);
        *self.raised.entry(minute).or_default() += 1;
        self.raised = self.raised.split_off(&(minute - RATE_SPAN_US / MINUTE_US));
    }

    /// Changes a live alarm; its key may change with its kind.
    pub(crate) fn change(&mut self, id: &AlarmId, change: impl FnOnce(&mut Alarm)) {
        let Some(alarm) = self.live.get_mut(id) else {
            return;
        };
        self.by_key.remove(&alarm.key());
        change(alarm);
        self.by_key.insert(alarm.key(), id.clone());
    }

    /// Takes an alarm off the list.
    pub(crate) fn clear(&mut self, id: &AlarmId, at_us: i64) {
        let Some(mut alarm) = self.live.remove(id) else {
            return;
        };
        self.by_key.remove(&alarm.key());
        alarm.cleared_at_us = Some(at_us);
        alarm.shelf = None;
        self.cleared.push_back(alarm);
        self.cleared_count += 1;
        let excess = self.cleared.len().saturating_sub(MAX_CLEARED_ALARMS);
        self.cleared.drain(..excess);
    }

    /// The live alarm of a key.
    pub(crate) fn by_key(&self, key: &AlarmKey) -> Option<&Alarm> {
        self.by_key.get(key).and_then(|id| self.live.get(id))
    }

    /// Live alarms about one thing.
    pub(crate) fn about(&self, line: Option<&LineId>, subject: &Subject) -> Vec<&Alarm> {
        let key = |topic| AlarmKey {
            topic,
            line: line.cloned(),
            subject: subject.clone(),
        };
        Topic::ALL
            .into_iter()
            .filter_map(|topic| self.by_key(&key(topic)))
            .collect()
    }

    /// Alarms raised within the span of the rate that ends at this wall instant.
    pub(crate) fn rate(&self, wall_us: i64) -> u32 {
        let minute = wall_us.div_euclid(MINUTE_US);
        let span = minute - RATE_SPAN_US / MINUTE_US + 1..=minute;
        self.raised.range(span).map(|(_, count)| count).sum()
    }

    /// Stops the process when an invariant of this file does not hold.
    pub(crate) fn check_invariants(&self) {
        assert_eq!(self.by_key.len(), self.live.len(), "one key names one live alarm");
        for (key, id) in &self.by_key {
            let alarm = self.live.get(id).expect("the index names live alarms only");
            assert_eq!(alarm.key(), *key, "the index names each alarm by its key");
            assert!(alarm.cleared_at_us.is_none(), "a cleared alarm is not live");
        }
    }
}
