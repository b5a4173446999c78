//! The only place that reads clocks and draws random bytes.

use crate::failed::Failed;
use accord::time::Now;
use rustix::time::{ClockId, clock_gettime};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The clock that nobody sets. It counts on while the machine is suspended: a deadline that ran out
/// meanwhile is over when the machine wakes, and not as long after as it slept.
#[cfg(target_os = "linux")]
const STEADY: ClockId = ClockId::Boottime;
/// Where there is no such clock, one that stands still meanwhile.
#[cfg(not(target_os = "linux"))]
const STEADY: ClockId = ClockId::Monotonic;

/// The two clocks of one run.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    boot: u64,
}

/// What moves the clocks.
#[derive(Clone, Debug)]
enum Source {
    /// This machine.
    Machine { start_us: i64 },
    /// A scenario: both clocks stand still until it moves them.
    Scenario { start_us: i64, at: Arc<AtomicI64> },
}

/// Moves the clocks of a run that follows a scenario.
#[derive(Clone, Debug)]
pub struct Hands {
    at: Arc<AtomicI64>,
}

impl Clock {
    /// Starts a run under a random name, on this machine's clocks.
    pub fn start() -> Result<Self, Failed> {
        Ok(Clock {
            source: Source::Machine {
                start_us: steady_us(),
            },
            boot: boot()?,
        })
    }

    /// Starts a run whose clocks stand at `start_us` (µs UTC since 1970) until the hands
    /// move them. For reconstructions only.
    pub fn scenario(start_us: i64) -> Result<(Self, Hands), Failed> {
        let at = Arc::new(AtomicI64::new(start_us));
        let hands = Hands { at: Arc::clone(&at) };
        Ok((
            Clock {
                source: Source::Scenario { start_us, at },
                boot: boot()?,
            },
            hands,
        ))
    }

    /// Both clocks, read together.
    pub fn now(&self) -> Now {
        let (wall_us, mono_us) = match &self.source {
            Source::Machine { start_us } => (wall_us(), steady_us() - start_us),
            Source::Scenario { start_us, at } => {
                let at_us = at.load(Ordering::SeqCst);
                (at_us, at_us.saturating_sub(*start_us))
            }
        };
        Now {
            wall_us,
            mono_us,
            boot: self.boot,
        }
    }

    /// Whether the time is that of a scenario.
    pub fn is_scenario(&self) -> bool {
        matches!(self.source, Source::Scenario { .. })
    }

    /// The name of this run.
    pub fn boot(&self) -> u64 {
        self.boot
    }
}

impl Hands {
    /// Moves both clocks forward to `at_us`; never back. Says where they stand.
    pub fn forward_to(&self, at_us: i64) -> i64 {
        self.at.fetch_max(at_us, Ordering::SeqCst).max(at_us)
    }
}

/// A random name of a run, below 2^53 so that every JSON reader keeps it.
fn boot() -> Result<u64, Failed> {
    random().map(|bytes: [u8; 8]| u64::from_be_bytes(bytes) >> 11)
}

fn steady_us() -> i64 {
    let time = clock_gettime(STEADY);
    time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
}

/// Wall time in µs since 1970, UTC; a clock set before 1970 reads zero.
pub fn wall_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Bytes nobody can guess.
pub fn random<const N: usize>() -> Result<[u8; N], Failed> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|why| {
        Failed::internal(format_args!(
            "the system gives no random numbers ({why}); no key can be made on this machine"
        ))
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_moves_both_clocks_alike_and_never_back() {
        let (clock, hands) = Clock::scenario(1_000).unwrap();
        let before = clock.now();
        assert_eq!((before.wall_us, before.mono_us), (1_000, 0));
        assert_eq!(hands.forward_to(5_000), 5_000);
        assert_eq!(hands.forward_to(2_000), 5_000);
        let after = clock.now();
        assert_eq!(
            (after.wall_us, after.mono_us, after.boot),
            (5_000, 4_000, before.boot)
        );
    }
}
