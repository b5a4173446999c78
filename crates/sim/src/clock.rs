//! Clocks that are wrong: skewed, drifting, jumping.

use crate::limits::T0_US;
use accord::time::Now;

/// The two clocks of one machine, as functions of true time.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Wall time minus true time, µs.
    skew_us: i64,
    /// Parts per million that both clocks run fast.
    drift_ppm: i64,
}

impl Clock {
    /// A clock that is off by `skew_us` at the beginning and runs `drift_ppm` fast.
    pub fn new(skew_us: i64, drift_ppm: i64) -> Self {
        Clock { skew_us, drift_ppm }
    }

    /// Sets the wall clock on by `by_us`, which may be negative.
    pub fn jump(&mut self, by_us: i64) {
        self.skew_us += by_us;
    }

    /// Both readings at a true instant, in the run `boot` of the process.
    pub fn read(&self, true_us: i64, boot: u64) -> Now {
        let since = true_us - T0_US;
        let run = since + since * self.drift_ppm / 1_000_000;
        Now {
            wall_us: T0_US + run + self.skew_us,
            mono_us: run,
            boot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_moves_wall_time_alone() {
        let mut clock = Clock::new(5, 0);
        clock.jump(100);
        let now = clock.read(T0_US + 1_000, 3);
        assert_eq!((now.wall_us, now.mono_us, now.boot), (T0_US + 1_105, 1_000, 3));
    }
}
