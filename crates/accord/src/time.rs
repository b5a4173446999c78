//! Instants and deadlines. All values are inputs; nothing here reads a clock.

use serde::{Deserialize, Serialize};

/// The instant an input was taken: three readings that the I/O edge made together.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// µs UTC since 1970, clamped so that it never runs back within a journal.
    pub wall_us: i64,
    /// µs of a clock that only moves forward within one `boot`.
    pub mono_us: i64,
    /// Names one run of one process; a monotonic reading means nothing in another.
    pub boot: u64,
}

/// An instant to come, kept on both clocks: minutes run on the monotonic clock of the
/// boot that set them, and on wall time after a restart.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Wall reading at which it falls due.
    pub wall_us: i64,
    /// Monotonic reading at which it falls due within `boot`.
    pub mono_us: i64,
    /// The boot that set it.
    pub boot: u64,
}

impl Deadline {
    /// The deadline `after_us` from `now`.
    pub fn after(now: Now, after_us: i64) -> Self {
        Deadline {
            wall_us: now.wall_us.saturating_add(after_us),
            mono_us: now.mono_us.saturating_add(after_us),
            boot: now.boot,
        }
    }

    /// Time left in µs; zero or less when due.
    pub fn left_us(&self, now: Now) -> i64 {
        if self.boot == now.boot {
            self.mono_us - now.mono_us
        } else {
            self.wall_us - now.wall_us
        }
    }

    /// Whether it has fallen due.
    pub fn is_due(&self, now: Now) -> bool {
        self.left_us(now) <= 0
    }
}
