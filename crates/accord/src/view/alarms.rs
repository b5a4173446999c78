//! The queue.

use super::Row;
use crate::alarm::{Alarm, AlarmState, Priority, Topic};
use crate::limits::FLOOD_RATE;
use crate::mind::Mind;
use crate::time::Now;
use serde::Serialize;

/// One alarm as an officer sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlarmView {
    /// The alarm.
    #[serde(flatten)]
    pub alarm: Alarm,
    /// Where it stands.
    pub state: AlarmState,
    /// As of now.
    pub priority: Priority,
    /// What it is counted under.
    pub topic: Topic,
    /// Time left to act, µs; negative when it is past; none when no clock runs.
    pub left_us: Option<i64>,
    /// How long it has stood, µs.
    pub age_us: i64,
    /// Why it was raised.
    pub cause: String,
    /// What follows if nobody responds.
    pub consequence: String,
    /// What to do.
    pub response: String,
    /// What meets what, for alarms about exposure, zones and conflicts.
    pub rows: Vec<Row>,
    /// Rows beyond those listed.
    pub more_rows: u64,
}

/// All alarms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlarmsView {
    /// By time to act; shelved ones last.
    pub queue: Vec<AlarmView>,
    /// Alarms that could only be counted.
    pub not_listed: u64,
    /// Raised in the last ten minutes.
    pub raised_in_10_min: u32,
    /// Whether that is more than an officer can take in.
    pub flood: bool,
    /// The last ones that were cleared, oldest first.
    pub cleared: Vec<Alarm>,
    /// How many were cleared, ever.
    pub cleared_count: u64,
}

impl Mind {
    /// The queue as of `now`.
    pub fn alarms(&self, now: Now) -> AlarmsView {
        let mut queue: Vec<AlarmView> = self
            .alarms
            .live
            .values()
            .map(|alarm| self.alarm_view(alarm, now))
            .collect();
        queue.sort_by_key(|view| {
            let shelved = view.state == AlarmState::Shelved;
            (
                shelved,
                view.left_us.unwrap_or(i64::MAX),
                view.priority,
                view.alarm.raised_at_us,
            )
        });
        let raised_in_10_min = self.alarms.rate(now.wall_us);
        AlarmsView {
            queue,
            not_listed: self.alarms.not_listed,
            raised_in_10_min,
            flood: raised_in_10_min > FLOOD_RATE,
            cleared: self.alarms.cleared.iter().cloned().collect(),
            cleared_count: self.alarms.cleared_count,
        }
    }

    fn alarm_view(&self, alarm: &Alarm, now: Now) -> AlarmView {
        let found = alarm
            .line
            .as_ref()
            .and_then(|line| self.found.get(&(line.clone(), alarm.subject.clone())));
        let found = found.filter(|_| alarm.kind.topic() == Topic::Picture);
        AlarmView {
            alarm: alarm.clone(),
            state: alarm.state(),
            priority: alarm.priority(now),
            topic: alarm.kind.topic(),
            left_us: alarm.left_us(now),
            age_us: now.wall_us.saturating_sub(alarm.raised_at_us),
            cause: alarm.cause(),
            consequence: alarm.consequence(),
            response: alarm.response(),
            rows: found.map_or_else(Vec::new, |book| book.rows.clone()),
            more_rows: found.map_or(0, |book| book.more),
        }
    }
}
