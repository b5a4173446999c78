//! Where and when.

use super::{CELLS, cells};
use crate::limits::MINUTE_US;
use crate::rng::Rng;
use pool::Extent;

/// What an extent is drawn from.
pub(super) struct Draft<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) now_us: i64,
    /// Now and then something is missing, or long over.
    pub(super) wrong: bool,
}

impl Draft<'_> {
    /// Of a flight, or of a closed place: a cell or two, some minutes, one of few heights.
    pub(super) fn extent(mut self) -> Extent {
        let start_us = self.now_us + self.rng.between(-MINUTE_US, 6 * MINUTE_US);
        let lower_mm = self.rng.between(0, 2) * 100_000;
        let mut extent = Extent {
            cells: cells(1 << self.rng.below(CELLS) | 1 << self.rng.below(CELLS)),
            start_us: Some(start_us),
            end_us: Some(start_us + self.rng.between(2 * MINUTE_US, 30 * MINUTE_US)),
            lower_mm: Some(lower_mm),
            upper_mm: Some(lower_mm + self.rng.between(0, 2) * 100_000),
        };
        if self.wrong && self.rng.chance(150) {
            self.spoil(&mut extent);
        }
        extent
    }

    /// Of a subscription: wide enough for most flights that begin soon.
    pub(super) fn wide(self) -> Extent {
        Extent {
            cells: cells(self.rng.below(1 << CELLS) | 1 << self.rng.below(CELLS)),
            start_us: Some(self.now_us - 2 * MINUTE_US),
            end_us: Some(self.now_us + self.rng.between(30, 120) * MINUTE_US),
            lower_mm: None,
            upper_mm: None,
        }
    }

    fn spoil(&mut self, extent: &mut Extent) {
        let long_us = 60 * MINUTE_US;
        match self.rng.below(4) {
            0 => extent.lower_mm = None,
            1 => extent.end_us = None,
            2 => extent.cells = cells(0),
            _ => {
                extent.start_us = extent.start_us.map(|start_us| start_us - long_us);
                extent.end_us = extent.start_us.map(|start_us| start_us + MINUTE_US);
            }
        }
    }
}
