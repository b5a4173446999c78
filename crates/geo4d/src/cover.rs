//! Outer coverings: few cells that together hold a shape.

use crate::cell::{Cell, STEP};
use crate::ellipsoid::{B_M, lift};
use crate::limits::{MAX_CELLS, MAX_LEVEL};
use crate::nearest::within;
use crate::skeleton::Skeleton;
use crate::vector::V3;

/// Cells a shape stands in are at least so many times as wide as it: at most four touch it.
const ROOMY: f64 = 2.0;
/// Cells it looks in are at least so many times as wide as it: at most 25 touch it.
const TIGHT: f64 = 0.15;
/// No way along the surface is longer than the angle it spans at the Earth's centre times this.
const LONGEST_RADIUS_M: f64 = 6_400_000.0;
/// Added to reaches, metres: more than the errors of pieces and estimates at the size of any shape.
const PAD_M: f64 = 1.0;

/// A shape with everything within a distance of it.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Reach<'s> {
    skeleton: &'s Skeleton,
    reach_m: f64,
    /// Direction of its middle.
    pub(crate) center: V3,
    /// Angle from there to its furthest point, radians, rounded up.
    pub(crate) angle: f64,
}

impl<'s> Reach<'s> {
    /// `reach_m` counts from the skeleton, so it includes the shape's radius.
    pub(crate) fn new(skeleton: &'s Skeleton, reach_m: f64) -> Reach<'s> {
        let reach_m = reach_m + PAD_M;
        let (center, spread) = match skeleton.cap() {
            Some(cap) => (cap.center, cap.radius() + 1e-9),
            None => (V3::new(0.0, 0.0, 1.0), std::f64::consts::PI),
        };
        Reach {
            skeleton,
            reach_m,
            center,
            angle: spread + reach_m / B_M,
        }
    }

    /// Few cells that hold it together, ascending, none within another: where it stands.
    pub(crate) fn cover(&self) -> Vec<Cell> {
        let mut cells = self.start(self.level(ROOMY));
        while let Some(finer) = self.finer(&cells) {
            cells = finer;
        }
        cells.sort_unstable();
        cells
    }

    /// More cells that follow it closer: where it looks.
    pub(crate) fn cover_finely(&self) -> Vec<Cell> {
        let mut cells = self.start(self.level(TIGHT));
        cells.retain(|cell| self.touches(*cell));
        cells.sort_unstable();
        cells
    }

    /// The finest level whose cells are about so many times as wide as it.
    fn level(&self, times: f64) -> u32 {
        let halvings = libm::log2(std::f64::consts::FRAC_PI_4 / (times * self.angle));
        halvings.clamp(0.0, f64::from(MAX_LEVEL)) as u32 / STEP * STEP
    }

    /// Cells of a level that hold it.
    fn start(&self, level: u32) -> Vec<Cell> {
        if let Some(around) = Cell::around(self.center, self.angle, level) {
            return around;
        }
        let mut cells: Vec<Cell> = Cell::faces().filter(|face| self.touches(*face)).collect();
        while cells[0].level() < level {
            cells = self.touched_children(&cells);
        }
        cells
    }

    /// Finer cells for a shape much longer than wide; `None` where they would be too many or gain little.
    fn finer(&self, cells: &[Cell]) -> Option<Vec<Cell>> {
        let frame = cells[0].frame();
        let thin = self.skeleton.points().len() > 1 && self.reach_m < 0.5 * frame.radius * B_M;
        if !thin || self.skeleton.is_closed() || cells[0].level() >= MAX_LEVEL {
            return None;
        }
        Some(self.touched_children(cells)).filter(|finer| finer.len() <= MAX_CELLS)
    }

    fn touched_children(&self, cells: &[Cell]) -> Vec<Cell> {
        let children = cells.iter().filter_map(|cell| cell.children()).flatten();
        children.filter(|child| self.touches(*child)).collect()
    }

    /// False only when no point of it lies in the cell.
    fn touches(&self, cell: Cell) -> bool {
        let frame = cell.frame();
        let chord = (frame.center - self.center).norm();
        if chord > frame.radius + self.angle {
            return false;
        }
        let limit_m = frame.radius * LONGEST_RADIUS_M + self.reach_m;
        self.skeleton.points().len() == 1 || within(self.skeleton, lift(frame.center), limit_m)
    }
}
