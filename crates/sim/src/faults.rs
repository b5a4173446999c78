//! Which faults a world has, and how often.

use crate::limits::{MINUTE_US, SECOND_US};
use crate::rng::Rng;

/// Mean time between two faults of a kind for one node or one wire, µs; none when a world
/// has none of that kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// A process dies at a random step and comes back.
    pub crash_us: Option<i64>,
    /// A wire is cut in both directions for a while.
    pub cut_us: Option<i64>,
    /// One direction of a wire falls silent for a while.
    pub silence_us: Option<i64>,
    /// A record on disk rots; the keeper puts the last backup back.
    pub rot_us: Option<i64>,
    /// A node is put back to its last backup.
    pub rollback_us: Option<i64>,
    /// A wall clock jumps.
    pub jump_us: Option<i64>,
    /// A machine sleeps.
    pub sleep_us: Option<i64>,
    /// A disk runs short, then full, then has room again.
    pub shortage_us: Option<i64>,
    /// A second copy of a node takes its place for a while, and the first comes back as if nothing
    /// had been.
    pub copy_us: Option<i64>,
    /// Of the frames of one party, so many of a thousand are lies.
    pub lies: u64,
    /// Frames of a thousand that come twice, late or out of order.
    pub unruly: u64,
    /// Frames of a thousand that are garbage.
    pub garbage: u64,
    /// Largest difference of a wall clock from true time at the beginning, µs.
    pub skew_us: i64,
    /// Largest drift of a clock, parts per million.
    pub drift_ppm: i64,
}

impl Faults {
    /// A day on which nothing goes wrong.
    pub fn none() -> Self {
        Faults::default()
    }

    /// Everything at once.
    pub fn all() -> Self {
        Faults {
            crash_us: Some(4 * MINUTE_US),
            cut_us: Some(3 * MINUTE_US),
            silence_us: Some(5 * MINUTE_US),
            rot_us: Some(40 * MINUTE_US),
            rollback_us: Some(25 * MINUTE_US),
            jump_us: Some(20 * MINUTE_US),
            sleep_us: Some(20 * MINUTE_US),
            shortage_us: Some(15 * MINUTE_US),
            copy_us: Some(6 * MINUTE_US),
            lies: 30,
            unruly: 20,
            garbage: 1,
            skew_us: SECOND_US,
            drift_ppm: 50,
        }
    }

    /// Those of [`Faults::all`] whose names are given; the names that are none are returned.
    pub fn only(names: &[String]) -> (Self, Vec<String>) {
        let mut faults = Faults::none();
        let all = Faults::all();
        let mut unknown = Vec::new();
        for name in names {
            match name.as_str() {
                "crash" => faults.crash_us = all.crash_us,
                "cut" => faults.cut_us = all.cut_us,
                "silence" => faults.silence_us = all.silence_us,
                "rot" => faults.rot_us = all.rot_us,
                "rollback" => faults.rollback_us = all.rollback_us,
                "jump" => faults.jump_us = all.jump_us,
                "sleep" => faults.sleep_us = all.sleep_us,
                "shortage" => faults.shortage_us = all.shortage_us,
                "copy" => faults.copy_us = all.copy_us,
                "lies" => faults.lies = all.lies,
                "unruly" => faults.unruly = all.unruly,
                "garbage" => faults.garbage = all.garbage,
                "clocks" => (faults.skew_us, faults.drift_ppm) = (all.skew_us, all.drift_ppm),
                _ => unknown.push(name.clone()),
            }
        }
        (faults, unknown)
    }

    /// The faults of the world of a seed.
    pub fn of(seed: u64) -> Self {
        Self::draw(&mut Rng::new(seed, "faults"))
    }

    /// The faults of one world of the swarm: each kind is there or not by a coin of its own,
    /// so that what only shows without the others shows too.
    pub fn draw(rng: &mut Rng) -> Self {
        let mut faults = Faults::all();
        for kind in faults.intervals() {
            *kind = kind.filter(|_| rng.chance(500)).map(|mean_us| rng.wait(mean_us));
        }
        for rate in [&mut faults.unruly, &mut faults.garbage] {
            *rate *= rng.below(2);
        }
        faults.skew_us *= rng.between(0, 1);
        faults.drift_ppm *= rng.between(0, 1);
        faults.lies *= u64::from(rng.chance(250));
        faults.copy_us = faults.copy_us.filter(|_| rng.chance(150));
        faults
    }

    /// Whether one party is not to be believed.
    pub fn suspect(&self) -> bool {
        self.lies > 0 || self.copy_us.is_some()
    }

    fn intervals(&mut self) -> [&mut Option<i64>; 8] {
        [
            &mut self.crash_us,
            &mut self.cut_us,
            &mut self.silence_us,
            &mut self.rot_us,
            &mut self.rollback_us,
            &mut self.jump_us,
            &mut self.sleep_us,
            &mut self.shortage_us,
        ]
    }
}
