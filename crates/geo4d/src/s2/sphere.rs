//! The unit sphere as S2 divides it. The only file that names the S2 crate.

use s2rst::r3::Vector;
use s2rst::s2::edge_crossings::{Crossing, crossing_sign};
use s2rst::s2::lax_polyline::LaxPolyline;
use s2rst::s2::shape_index::{CellRelation, ShapeIndex};
use s2rst::s2::shape_index_region::ShapeIndexRegion;
use s2rst::s2::{Cell, CellId, Level, Loop, Point, Region, loop_measures, ortho};

use crate::limits::{MAX_S2_CELLS, MAX_S2_EDGE_TESTS};
use crate::vector::V3;

use super::fault::ShapeFault;

/// The only level in use, by agreement of those who run discovery services: cells of 0.76 to 1.59 km².
const LEVEL: u8 = 13;
/// The bit that ends the id of a cell of this level; those below it are zero.
const LAST_BIT: u64 = 1 << (2 * (30 - LEVEL as u32));
/// Faces of the cube that the sphere is projected to; their number stands in the top three bits.
const FACES: u64 = 6;

/// The farthest that two points of one cell lie apart, in radians (S2's `kMaxDiag` at this level).
pub(super) const LONGEST_CELL: f64 = 2.438_654_594_434_021 / (1 << LEVEL as u32) as f64;

/// The number is the id of a cell of level 13.
pub(super) fn is_cell(id: u64) -> bool {
    id >> 61 < FACES && id & (2 * LAST_BIT - 1) == LAST_BIT
}

/// Steradians of one cell.
pub(super) fn cell_area(id: u64) -> f64 {
    Cell::from(CellId(id)).exact_area()
}

/// Two edges cross, share a vertex, or lie so that S2 decides for a crossing. Exact: swapping the edges or their ends
/// changes nothing.
pub(super) fn crosses(a: [V3; 2], b: [V3; 2]) -> bool {
    crossing_sign(point(a[0]), point(a[1]), point(b[0]), point(b[1])) != Crossing::DoNotCross
}

/// Some direction at right angles to this one: the one from which S2 starts regular loops.
pub(super) fn start_direction(center: V3) -> V3 {
    vector(ortho(point(center)))
}

/// The inside of a ring, seen to its left, is larger than its outside.
pub(super) fn is_inside_out(ring: &[V3]) -> bool {
    loop_measures::get_curvature(&points(ring)) < 0.0
}

/// Steradians to the left of a ring whose inside is the smaller side. Rounding may leave it below zero.
pub(super) fn area(ring: &[V3]) -> f64 {
    loop_measures::get_signed_area(&points(ring))
}

/// The cells that the inside of a valid ring meets, to its left.
pub(super) fn cover_ring(ring: &[V3]) -> Result<Vec<u64>, ShapeFault> {
    let ring = Loop::new(points(ring));
    // Not the loop's own test, which looks at every edge and leaves no margin for rounding.
    descend(ring.shape_index(), ring.cell_union_bound())
}

/// The cells that a line of at least two points meets.
pub(super) fn cover_line(line: &[V3]) -> Result<Vec<u64>, ShapeFault> {
    let mut index = ShapeIndex::new();
    index.add(Box::new(LaxPolyline::new(points(line))));
    index.build();
    descend(&index, ShapeIndexRegion::new(&index).cell_union_bound())
}

/// The cells that S2's region coverer finds with 13 for its smallest and largest level, in ascending order, and no
/// more work than the limits allow.
fn descend(index: &ShapeIndex, bound: Vec<CellId>) -> Result<Vec<u64>, ShapeFault> {
    let level = Level::new(LEVEL);
    let region = ShapeIndexRegion::new(index);
    let mut open = roots(bound, level);
    let (mut cells, mut left) = (Vec::new(), MAX_S2_EDGE_TESTS);
    while let Some(id) = open.pop() {
        left = left
            .checked_sub(cost(index, id))
            .ok_or(ShapeFault::TooIntricate)?;
        if !region.intersects_cell(&Cell::from(id)) {
            continue;
        }
        if id.level() < level {
            open.extend(id.children().into_iter().rev());
        } else if cells.len() < MAX_S2_CELLS {
            cells.push(id.0);
        } else {
            return Err(ShapeFault::TooManyCells { max: MAX_S2_CELLS });
        }
    }
    Ok(cells)
}

/// How many edges are looked at to tell whether a cell is met.
fn cost(index: &ShapeIndex, cell: CellId) -> usize {
    let mut at = index.iter();
    let indexed = at.locate_cell_id(cell) == CellRelation::Indexed;
    let edges = at.index_cell().filter(|_| indexed);
    1 + edges.map_or(0, |cell| cell.num_edges())
}

/// Where to begin, last cell first, none finer than the level and none twice.
fn roots(bound: Vec<CellId>, level: Level) -> Vec<CellId> {
    let coarse = |id: CellId| {
        if id.level() > level {
            id.parent_at_level(level)
        } else {
            id
        }
    };
    let mut roots: Vec<CellId> = bound.into_iter().map(coarse).collect();
    roots.sort_unstable();
    roots.dedup();
    roots.reverse();
    roots
}

fn points(ring: &[V3]) -> Vec<Point> {
    ring.iter().copied().map(point).collect()
}

fn point(at: V3) -> Point {
    Point(Vector::new(at.x, at.y, at.z))
}

fn vector(at: Point) -> V3 {
    V3::new(at.0.x, at.0.y, at.0.z)
}
