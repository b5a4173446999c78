//! The bell: once for a low alarm, a pattern for graver ones, and only for new ones.

use super::picture::Picture;
use super::queue::Rank;
use std::collections::BTreeSet;

/// Which alarms have rung.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bell {
    rung: BTreeSet<String>,
}

impl Bell {
    /// Strokes for the alarms of a picture that have not rung yet: three when one of them is
    /// high, two for medium, one for low, none when there is no new one.
    pub(super) fn strokes(&mut self, picture: &Picture) -> u8 {
        let alarms = &picture.pulse.alarms.alarms;
        let sounding = alarms.iter().filter(|alarm| alarm.state == "unacked");
        let new = sounding.filter(|alarm| !self.rung.contains(&alarm.id));
        let strokes = new.map(|alarm| strokes(&alarm.priority)).max().unwrap_or(0);
        self.rung = alarms.iter().map(|alarm| alarm.id.clone()).collect();
        strokes
    }
}

fn strokes(priority: &str) -> u8 {
    match priority {
        "high" => 3,
        "medium" => 2,
        _ => 1,
    }
}

/// How a rank is written: shape and word, so that nothing hangs on colour.
pub(super) fn sign(rank: Rank) -> &'static str {
    match rank {
        Rank::High => "!!! HIGH",
        Rank::Medium => "!!  MED ",
        Rank::Low => "!   LOW ",
        Rank::Waiting => "-   open",
        Rank::Settled => "    done",
        Rank::Shelved => "~  SHELF",
    }
}
