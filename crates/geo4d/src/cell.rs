//! Cells of the globe: a cube around it, each face halved both ways again and again.
//!
//! A cell's number has its face in the top three bits, two bits a level below, and a one behind the last; so the
//! numbers of all cells within a cell are one range, and a cell's ancestors follow by arithmetic. The numbering is
//! that of S2 without its curve, which only serves to merge ranges; the warp of the faces is S2's quadratic one
//! (s2geometry.io/devguide/s2cell_hierarchy), so cells of one level differ in area by at most 2.1.

use crate::limits::MAX_LEVEL;
use crate::vector::V3;

/// Only every so many levels are used: fewer sizes make fewer places for a query to look at.
pub(crate) const STEP: u32 = 2;

const _: () = assert!(MAX_LEVEL.is_multiple_of(STEP));

/// The number of a cell.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell(u64);

/// Where a cell lies: a circle around it, as seen from the Earth's centre.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Frame {
    /// Direction of its middle.
    pub(crate) center: V3,
    /// Angle to its furthest corner, rounded up, radians.
    pub(crate) radius: f64,
}

impl Cell {
    pub(crate) fn faces() -> impl Iterator<Item = Cell> {
        (0..6).map(|face| Cell::new(face, 0, 0, 0))
    }

    /// The cell of a level that holds a direction.
    #[cfg(test)]
    pub(crate) fn containing(direction: V3, level: u32) -> Cell {
        let (face, u, v) = face_uv(direction);
        let scale = f64::from(1u32 << level);
        let index = |u: f64| ((st_of(u) * scale) as u64).min((1 << level) - 1);
        Cell::new(face, level, index(u), index(v))
    }

    fn new(face: u64, level: u32, i: u64, j: u64) -> Cell {
        let shift = 61 - 2 * level;
        Cell((face << 61) | (((spread(i) << 1) | spread(j)) << shift) | (1 << (shift - 1)))
    }

    /// The bit behind the last level.
    fn last(self) -> u64 {
        self.0 & self.0.wrapping_neg()
    }

    pub(crate) fn level(self) -> u32 {
        (60 - self.0.trailing_zeros()) / 2
    }

    /// The cell of the next coarseness around it; a face has none.
    pub(crate) fn parent(self) -> Option<Cell> {
        let last = self.last() << (2 * STEP);
        (self.level() > 0).then_some(Cell((self.0 & last.wrapping_neg()) | last))
    }

    /// The cells of the next coarseness within it, in order; the smallest cells have none.
    pub(crate) fn children(self) -> Option<impl Iterator<Item = Cell>> {
        let child = self.last() >> (2 * STEP);
        let first = self.0 - self.last() + child;
        (self.level() < MAX_LEVEL).then(|| (0..1 << (2 * STEP)).map(move |k| Cell(first + 2 * k * child)))
    }

    /// The cells of a level that a circle around a direction may touch; `None` when it leaves the face.
    pub(crate) fn around(middle: V3, radius: f64, level: u32) -> Option<Vec<Cell>> {
        let (face, u, v) = face_uv(middle);
        let scale = f64::from(1u32 << level);
        let index = |u: f64| ((st_of(u) * scale) as u64).min((1 << level) - 1);
        let norm2 = 1.0 + u * u + v * v;
        let (u0, u1) = spread_of(u, (1.0 + u * u) / norm2, radius)?;
        let (v0, v1) = spread_of(v, (1.0 + v * v) / norm2, radius)?;
        let rows = index(v0)..=index(v1);
        let row = |j: u64| (index(u0)..=index(u1)).map(move |i| Cell::new(face, level, i, j));
        Some(rows.flat_map(row).collect())
    }

    /// The smallest and largest number of a cell within it.
    pub(crate) fn range(self) -> (Cell, Cell) {
        (Cell(self.0 - (self.last() - 1)), Cell(self.0 + (self.last() - 1)))
    }

    /// True when no cell lies between the end of one range and the start of another.
    pub(crate) fn meets(self, start: Cell) -> bool {
        self.0 + 2 == start.0
    }

    pub(crate) fn contains(self, other: Cell) -> bool {
        let (low, high) = self.range();
        (low..=high).contains(&other)
    }

    /// Bounds in the plane of the face: (face, low u, low v, high u, high v).
    fn bounds(self) -> (u64, [f64; 4]) {
        let level = self.level();
        let bits = (self.0 & !(7 << 61)) >> (61 - 2 * level);
        let (i, j) = (gather(bits >> 1), gather(bits));
        let scale = 1.0 / f64::from(1u32 << level);
        let u = |index: u64| uv_of(index as f64 * scale);
        (self.0 >> 61, [u(i), u(j), u(i + 1), u(j + 1)])
    }

    pub(crate) fn frame(self) -> Frame {
        let (face, [u0, v0, u1, v1]) = self.bounds();
        let (u, v) = (0.5 * (u0 + u1), 0.5 * (v0 + v1));
        let unit = |u: f64, v: f64| direction(face, u, v) * (1.0 / (1.0 + u * u + v * v).sqrt());
        let center = unit(u, v);
        let off = |u, v| {
            let chord = unit(u, v) - center;
            chord.dot(chord)
        };
        let chord = off(u0, v0)
            .max(off(u0, v1))
            .max(off(u1, v0))
            .max(off(u1, v1))
            .sqrt();
        Frame {
            center,
            radius: arc_of(chord),
        }
    }
}

/// The bounds of a coordinate of the face within a circle around a direction at which it is `u`, and whose distance
/// from the coordinate's axis has the square `off2`; `None` when they leave the face.
fn spread_of(u: f64, off2: f64, radius: f64) -> Option<(f64, f64)> {
    let sine = if radius < 1.0 {
        libm::sin(radius) + 1e-15
    } else {
        1.0
    };
    let room = off2 - sine * sine;
    if room <= 0.0 {
        return None;
    }
    let t = sine / room.sqrt();
    let (below, above) = (1.0 + u * t, 1.0 - u * t);
    if below <= 0.0 || above <= 0.0 {
        return None;
    }
    let (low, high) = ((u - t) / below, (u + t) / above);
    (low > -1.0 && high < 1.0).then_some((low, high))
}

/// An angle not below that of a chord of the unit sphere.
pub(crate) fn arc_of(chord: f64) -> f64 {
    if chord < 0.1 {
        chord * (1.0 + 0.05 * chord * chord)
    } else {
        2.0 * libm::asin((0.5 * chord).min(1.0)) * 1.000_001
    }
}

fn face_uv(p: V3) -> (u64, f64, f64) {
    let (x, y, z) = (p.x.abs(), p.y.abs(), p.z.abs());
    if x >= y && x >= z {
        (if p.x >= 0.0 { 0 } else { 3 }, p.y / x, p.z / x)
    } else if y >= z {
        (if p.y >= 0.0 { 1 } else { 4 }, p.z / y, p.x / y)
    } else {
        (if p.z >= 0.0 { 2 } else { 5 }, p.x / z, p.y / z)
    }
}

/// The inverse of [`face_uv`], not of unit length.
fn direction(face: u64, u: f64, v: f64) -> V3 {
    let side = if face < 3 { 1.0 } else { -1.0 };
    match face % 3 {
        0 => V3::new(side, u, v),
        1 => V3::new(v, side, u),
        _ => V3::new(u, v, side),
    }
}

/// From the plane of a face (−1 to 1) to the square that is halved (0 to 1).
fn st_of(u: f64) -> f64 {
    let s = if u >= 0.0 {
        0.5 * (1.0 + 3.0 * u).sqrt()
    } else {
        1.0 - 0.5 * (1.0 - 3.0 * u).sqrt()
    };
    s.clamp(0.0, 1.0)
}

fn uv_of(s: f64) -> f64 {
    if s >= 0.5 {
        (4.0 * s * s - 1.0) / 3.0
    } else {
        (1.0 - 4.0 * (1.0 - s) * (1.0 - s)) / 3.0
    }
}

/// Puts a zero between the bits of an index.
fn spread(index: u64) -> u64 {
    let mut x = index;
    x = (x | (x << 16)) & 0x0000_ffff_0000_ffff;
    x = (x | (x << 8)) & 0x00ff_00ff_00ff_00ff;
    x = (x | (x << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    x = (x | (x << 2)) & 0x3333_3333_3333_3333;
    (x | (x << 1)) & 0x5555_5555_5555_5555
}

/// The inverse of [`spread`]; ignores the bits between.
fn gather(bits: u64) -> u64 {
    let mut x = bits & 0x5555_5555_5555_5555;
    x = (x | (x >> 1)) & 0x3333_3333_3333_3333;
    x = (x | (x >> 2)) & 0x0f0f_0f0f_0f0f_0f0f;
    x = (x | (x >> 4)) & 0x00ff_00ff_00ff_00ff;
    x = (x | (x >> 8)) & 0x0000_ffff_0000_ffff;
    (x | (x >> 16)) & 0xffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ellipsoid::surface;
    use crate::units::Position;
    use proptest::prelude::*;

    fn anywhere() -> impl Strategy<Value = V3> {
        (
            -90_000_000_000i64..=90_000_000_000,
            -180_000_000_000i64..=180_000_000_000,
        )
            .prop_map(|(lat_nd, lon_nd)| surface(Position { lat_nd, lon_nd }))
    }

    proptest! {
        #[test]
        fn a_cell_holds_the_direction_it_was_made_for(at in anywhere(), level in 0..=MAX_LEVEL) {
            let cell = Cell::containing(at, level);
            prop_assert_eq!(cell.level(), level);
            let frame = cell.frame();
            let off = (at.unit().unwrap() - frame.center).norm();
            prop_assert!(arc_of(off) <= frame.radius * 1.01 + 1e-9);
        }

        #[test]
        fn parents_and_children_agree(at in anywhere(), step in 1..=MAX_LEVEL / STEP) {
            let cell = Cell::containing(at, step * STEP);
            let parent = cell.parent().unwrap();
            prop_assert_eq!(parent, Cell::containing(at, (step - 1) * STEP));
            prop_assert!(parent.contains(cell) && !cell.contains(parent));
            prop_assert!(parent.children().unwrap().any(|child| child == cell));
        }

        #[test]
        fn cells_around_a_circle_hold_its_rim(at in anywhere(), level in 0..12u32, share in 0.0..2.0f64, turn in 0.0..6.3f64) {
            let middle = at.unit().unwrap();
            let r = share / f64::from(1 << level);
            if let Some(cells) = Cell::around(middle, r, level) {
                let side = middle.perpendicular();
                let other = middle.cross(side);
                let rim = middle * libm::cos(r) + (side * libm::cos(turn) + other * libm::sin(turn)) * libm::sin(r);
                prop_assert!(cells.contains(&Cell::containing(rim, level)));
            } else {
                prop_assert!(r > 0.0);
            }
        }
    }

    #[test]
    fn a_face_has_no_parent_and_the_smallest_cell_no_children() {
        assert!(Cell::faces().all(|face| face.parent().is_none() && face.level() == 0));
        assert!(
            Cell::containing(V3::new(1.0, 0.2, 0.3), MAX_LEVEL)
                .children()
                .is_none()
        );
    }
}
