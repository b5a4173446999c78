//! Outer coverings: few cells that together hold a shape.

use crate::cell::{Cell, MAX_LEVEL};
use crate::ellipsoid::{B_M, lift};
use crate::nearest::within;
use crate::skeleton::Skeleton;
use crate::vector::V3;

/// Cells a covering may have. More would fit thin shapes closer and cost every insertion and query more: four to
/// eight cells of a size with the shape are what most volumes get.
pub(crate) const MAX_CELLS: usize = 8;
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

    /// Cells that hold it together, ascending, none within another.
    pub(crate) fn cover(&self) -> Vec<Cell> {
        let mut cells = self.start();
        while let Some(finer) = self.finer(&cells).filter(|finer| finer.len() <= MAX_CELLS) {
            cells = finer;
        }
        merged(cells)
    }

    /// One cell that holds all of it, or the faces it may lie on.
    fn start(&self) -> Vec<Cell> {
        let halvings = libm::log2(std::f64::consts::FRAC_PI_4 / self.angle);
        let level = halvings.clamp(0.0, f64::from(MAX_LEVEL)) as u32;
        let mut around = Some(Cell::containing(self.center, level));
        while let Some(cell) = around {
            if cell.holds_circle(self.center, self.angle) {
                return vec![cell];
            }
            around = cell.parent();
        }
        Cell::faces().filter(|face| self.touches(*face)).collect()
    }

    /// The quarters of cells that it touches; `None` below the smallest cells.
    fn finer(&self, cells: &[Cell]) -> Option<Vec<Cell>> {
        let mut finer = Vec::with_capacity(4 * MAX_CELLS);
        for cell in cells {
            finer.extend(cell.children()?.into_iter().filter(|child| self.touches(*child)));
        }
        Some(finer)
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

/// Replaces four quarters by the cell they make, again and again.
fn merged(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.sort_unstable();
    let mut done: Vec<Cell> = Vec::with_capacity(cells.len());
    for cell in cells {
        done.push(cell);
        while let Some(parent) = whole(&done) {
            done.truncate(done.len() - 4);
            done.push(parent);
        }
    }
    done
}

/// The parent whose four quarters end the list.
fn whole(cells: &[Cell]) -> Option<Cell> {
    let last = cells.last_chunk::<4>()?;
    let parent = last[0].parent()?;
    (parent.children()? == *last).then_some(parent)
}
