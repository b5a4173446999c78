//! Aircraft of which only a position was declared: how far they may have got.

use super::shapes;
use crate::limits::{LOOKAHEAD_US, TRACK_EARLY_US, TRACK_STALE_US};
use geo4d::{Band, Position, Prepared, Separation, Volume, Window, limits};
use serde::{Deserialize, Serialize};

/// The longest way from the last report that is followed.
const MOTION_US: i64 = TRACK_STALE_US + LOOKAHEAD_US;
/// Slower climbs and descents than this are not counted on, however slow over ground: a
/// helicopter may go straight up (5 000 ft/min).
const CLIMB_MM_S: i64 = 25_400;
/// The stated accuracy of a witness's distance.
const WITNESS_MM: i64 = 1_000;

/// A declared position and how fast it may be left.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Where it was.
    pub at: Position,
    /// How high it was.
    pub altitude: Band,
    /// When.
    pub seen_at_us: i64,
    /// The fastest it may go over ground, in mm/s.
    pub speed_mm_s: i64,
    /// People aboard; 0 when nobody said.
    pub aboard: u32,
    /// Declared for an exercise: compared with drills only.
    #[serde(default)]
    pub drill: bool,
}

/// When an aircraft may be together with a danger.
pub(super) struct Meeting {
    pub witness: geo4d::Witness,
    /// Earliest instant, not before now.
    pub first_us: i64,
    /// Last instant.
    pub last_us: i64,
}

impl Track {
    /// From when on it is UNKNOWN where the aircraft is, unless it is declared anew.
    pub(crate) fn unknown_from_us(&self) -> i64 {
        self.seen_at_us.saturating_add(TRACK_STALE_US).saturating_add(1)
    }

    /// All that the aircraft may reach until it is declared anew or dropped; `None` when that is
    /// no valid volume.
    pub(super) fn reach(&self) -> Option<Volume> {
        let start_us = self.seen_at_us.saturating_sub(TRACK_EARLY_US);
        let longest_us = start_us.saturating_add(limits::MAX_DURATION_US);
        let window = Window {
            start_us,
            end_us: longest_us.min(limits::MAX_INTEGER),
        };
        let radius_mm = travel_mm(self.speed_mm_s, MOTION_US).max(1);
        shapes::column(self.at, radius_mm, window)
    }

    /// When the aircraft may first be within `required` of `danger` from `now_us` on, by
    /// its speed in any direction; `None` when it cannot while it is followed. Where a position
    /// is old, the way it may have gone is no longer than while it was followed, and it stays.
    pub(super) fn meets(&self, danger: &Prepared, required: &Separation, now_us: i64) -> Option<Meeting> {
        let window = danger.volume().window();
        let opens_us = window.start_us.saturating_sub(required.time_us).max(now_us);
        let last_us = window.end_us.saturating_add(required.time_us);
        if opens_us > last_us {
            return None;
        }
        let climb_mm_s = self.speed_mm_s.max(CLIMB_MM_S);
        let widest = Separation {
            horizontal_mm: required.horizontal_mm + travel_mm(self.speed_mm_s, MOTION_US),
            vertical_mm: required.vertical_mm + travel_mm(climb_mm_s, MOTION_US),
            time_us: 0,
        };
        let witness = danger.point_conflict(self.at, self.altitude, window.start_us, &widest)?;
        let beyond_mm = witness.horizontal_mm - required.horizontal_mm - WITNESS_MM;
        let along_us = time_us(beyond_mm, self.speed_mm_s)?;
        let climbing_us = time_us(witness.vertical_mm - required.vertical_mm, climb_mm_s)?;
        let seen_us = self.seen_at_us.min(now_us);
        let reached_us = seen_us.saturating_add(along_us.max(climbing_us));
        let first_us = reached_us.max(opens_us);
        (first_us <= last_us).then_some(Meeting {
            witness,
            first_us,
            last_us,
        })
    }
}

/// How far `speed_mm_s` carries in `time_us`, rounded up; at most a thousand kilometres.
fn travel_mm(speed_mm_s: i64, time_us: i64) -> i64 {
    let mm = (i128::from(speed_mm_s.max(0)) * i128::from(time_us) + 999_999) / 1_000_000;
    mm.min(i128::from(geo4d::limits::MAX_RADIUS_MM)) as i64
}

/// How long `distance_mm` takes at `speed_mm_s`, rounded down; `None` when that is longer
/// than an aircraft is followed.
fn time_us(distance_mm: i64, speed_mm_s: i64) -> Option<i64> {
    if distance_mm <= 0 {
        return Some(0);
    }
    let time_us = i128::from(distance_mm) * 1_000_000 / i128::from(speed_mm_s.max(1));
    (time_us <= i128::from(MOTION_US)).then_some(time_us as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn travel_rounds_up_and_time_rounds_down() {
        assert_eq!(travel_mm(1, 1), 1);
        assert_eq!(travel_mm(250_000, 60_000_000), 15_000_000);
        assert_eq!(travel_mm(i64::MAX, MOTION_US), geo4d::limits::MAX_RADIUS_MM);
        assert_eq!(time_us(1, 3), Some(333_333));
        assert_eq!(time_us(-5, 0), Some(0));
        assert_eq!(time_us(i64::MAX, 0), None);
    }
}
