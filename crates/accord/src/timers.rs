//! Clocks that run, ordered by when they run out.
//!
//! Invariants, checked by [`Timers::check_invariants`]: each timer stands in exactly one of
//! the two orders, at the instant it was set to.

use crate::event::{Timer, When};
use crate::pairs;
use crate::time::Now;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Running clocks. Deadlines of another boot have been turned into wall instants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Timers {
    #[serde(with = "pairs")]
    set: BTreeMap<Timer, When>,
    mono: BTreeSet<(i64, Timer)>,
    wall: BTreeSet<(i64, Timer)>,
}

impl Timers {
    /// Starts a clock, in the place of the one that ran under this name.
    pub(crate) fn start(&mut self, timer: Timer, when: When) {
        self.stop(&timer);
        self.order(&timer, when);
        self.set.insert(timer, when);
    }

    /// Stops a clock, if it runs.
    pub(crate) fn stop(&mut self, timer: &Timer) {
        match self.set.remove(timer) {
            Some(When::After(deadline)) => self.mono.remove(&(deadline.mono_us, timer.clone())),
            Some(When::At(at_us)) => self.wall.remove(&(at_us, timer.clone())),
            None => false,
        };
    }

    /// From now on monotonic readings are of another boot: what ran goes on by wall time.
    pub(crate) fn reboot(&mut self) {
        for (_, timer) in std::mem::take(&mut self.mono) {
            if let Some(When::After(deadline)) = self.set.get(&timer).copied() {
                self.start(timer, When::At(deadline.wall_us));
            }
        }
    }

    /// What ran out, at most `limit`, first those that ran out first on their clock.
    pub(crate) fn due(&self, now: Now, limit: usize) -> Vec<Timer> {
        let mono = self.mono.iter().take_while(|(at_us, _)| *at_us <= now.mono_us);
        let wall = self.wall.iter().take_while(|(at_us, _)| *at_us <= now.wall_us);
        mono.chain(wall)
            .map(|(_, timer)| timer.clone())
            .take(limit)
            .collect()
    }

    /// µs until the next one runs out; zero when one did already.
    pub(crate) fn next_due_us(&self, now: Now) -> Option<i64> {
        let mono = self
            .mono
            .first()
            .map(|(at_us, _)| at_us.saturating_sub(now.mono_us));
        let wall = self
            .wall
            .first()
            .map(|(at_us, _)| at_us.saturating_sub(now.wall_us));
        mono.into_iter().chain(wall).min().map(|left_us| left_us.max(0))
    }

    /// When this one runs out, if it runs.
    pub(crate) fn when(&self, timer: &Timer) -> Option<When> {
        self.set.get(timer).copied()
    }

    /// Stops the process when an invariant of this file does not hold.
    pub(crate) fn check_invariants(&self) {
        assert_eq!(
            self.set.len(),
            self.mono.len() + self.wall.len(),
            "each timer stands in one order"
        );
        for (timer, when) in &self.set {
            let ordered = match when {
                When::After(deadline) => self.mono.contains(&(deadline.mono_us, timer.clone())),
                When::At(at_us) => self.wall.contains(&(*at_us, timer.clone())),
            };
            assert!(ordered, "a timer stands at the instant it was set to");
        }
    }

    fn order(&mut self, timer: &Timer, when: When) {
        match when {
            When::After(deadline) => self.mono.insert((deadline.mono_us, timer.clone())),
            When::At(at_us) => self.wall.insert((at_us, timer.clone())),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Deadline;

    fn now(wall_us: i64, mono_us: i64, boot: u64) -> Now {
        Now {
            wall_us,
            mono_us,
            boot,
        }
    }

    fn timer(line: &str) -> Timer {
        Timer::LineRed { line: line.into() }
    }

    #[test]
    fn a_deadline_in_minutes_ignores_a_jump_of_the_wall_clock() {
        let mut timers = Timers::default();
        timers.start(timer("a"), When::After(Deadline::after(now(0, 0, 1), 100)));
        assert!(timers.due(now(1_000_000, 99, 1), 9).is_empty());
        assert_eq!(timers.due(now(0, 100, 1), 9), [timer("a")]);
        timers.check_invariants();
    }

    #[test]
    fn after_a_restart_a_deadline_goes_on_by_wall_time() {
        let mut timers = Timers::default();
        timers.start(timer("a"), When::After(Deadline::after(now(1_000, 77, 1), 100)));
        timers.reboot();
        timers.check_invariants();
        assert_eq!(timers.next_due_us(now(1_090, 5, 2)), Some(10));
        assert_eq!(timers.due(now(1_100, 5, 2), 9), [timer("a")]);
    }

    #[test]
    fn starting_a_clock_again_leaves_one_clock() {
        let mut timers = Timers::default();
        timers.start(timer("a"), When::At(5));
        timers.start(timer("a"), When::After(Deadline::after(now(0, 0, 1), 9)));
        timers.check_invariants();
        assert!(timers.due(now(5, 0, 1), 9).is_empty());
        timers.stop(&timer("a"));
        timers.check_invariants();
        assert_eq!(timers.next_due_us(now(0, 0, 1)), None);
    }
}
