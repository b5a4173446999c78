//! Edges of a ring that cross or touch though they are not neighbours.
//!
//! Decided as S2 decides it, by exact arithmetic where floats cannot tell, and within a bounded number of tests.

use std::collections::BTreeSet;

use crate::limits::{MAX_FAULTS, MAX_S2_CROSSING_TESTS, MAX_S2_EXACT_TESTS};
use crate::vector::V3;

use super::fault::ShapeFault;
use super::sphere;

/// More than rounding can be wrong about a coordinate of a point on the unit sphere.
const ROUNDING: f64 = 1e-15;
/// More than rounding can be wrong about [`side`], for edges of unit length.
const SIDE_ROUNDING: f64 = 16.0 * f64::EPSILON;

/// Pairs of edges that cross, in order and as many as are listed; or that the ring is too intricate to tell.
pub(super) fn crossings(ring: &[V3]) -> Vec<ShapeFault> {
    let mut edges = edges_of(ring);
    let axis = sweep_axis(&edges);
    edges.sort_unstable_by(|a, b| a.low[axis].total_cmp(&b.low[axis]).then(a.at.cmp(&b.at)));
    let mut search = Search::new(ring.len());
    let finished = search.sweep(&edges, axis);
    if search.found.is_empty() && !finished {
        return vec![ShapeFault::TooIntricate];
    }
    let found = search.found.into_iter();
    found
        .map(|(at, other)| ShapeFault::CrossesItself { at, other })
        .collect()
}

/// An edge with a box around it.
struct Edge {
    ends: [V3; 2],
    low: [f64; 3],
    high: [f64; 3],
    at: usize,
}

impl Edge {
    fn new(ends: [V3; 2], at: usize) -> Edge {
        let half = (ends[1] - ends[0]).norm() / 2.0;
        // How far the arc rises above its chord.
        let rise = 1.0 - (1.0 - half * half).max(0.0).sqrt() + ROUNDING;
        let [a, b] = ends.map(|end| [end.x, end.y, end.z]);
        let low = std::array::from_fn(|i| a[i].min(b[i]) - rise);
        let high = std::array::from_fn(|i| a[i].max(b[i]) + rise);
        Edge { ends, low, high, at }
    }
}

fn edges_of(ring: &[V3]) -> Vec<Edge> {
    let next = |at: usize| ring[(at + 1) % ring.len()];
    let edges = ring.iter().enumerate();
    edges.map(|(at, &from)| Edge::new([from, next(at)], at)).collect()
}

/// The axis along which the ring is longest compared with its edges.
fn sweep_axis(edges: &[Edge]) -> usize {
    let share = |axis: usize| {
        let lengths: f64 = edges.iter().map(|edge| edge.high[axis] - edge.low[axis]).sum();
        let low = edges
            .iter()
            .map(|edge| edge.low[axis])
            .fold(f64::INFINITY, f64::min);
        let high = edges
            .iter()
            .map(|edge| edge.high[axis])
            .fold(f64::NEG_INFINITY, f64::max);
        lengths / (high - low)
    };
    let shares = [share(0), share(1), share(2)];
    (0..3)
        .min_by(|&a, &b| shares[a].total_cmp(&shares[b]))
        .unwrap_or(0)
}

struct Search {
    edges: usize,
    tests: usize,
    exact: usize,
    found: BTreeSet<(usize, usize)>,
}

impl Search {
    fn new(edges: usize) -> Search {
        let (tests, exact, found) = (0, 0, BTreeSet::new());
        Search {
            edges,
            tests,
            exact,
            found,
        }
    }

    /// Examines the pairs that overlap along an axis; false when there are too many to tell.
    fn sweep(&mut self, edges: &[Edge], axis: usize) -> bool {
        for (i, a) in edges.iter().enumerate() {
            let overlapping = |b: &&Edge| b.low[axis] <= a.high[axis];
            if !edges[i + 1..]
                .iter()
                .take_while(overlapping)
                .all(|b| self.look_at(a, b))
            {
                return false;
            }
            if self.found.len() > MAX_FAULTS {
                break;
            }
        }
        true
    }

    /// Examines one pair; false when there have been too many.
    fn look_at(&mut self, a: &Edge, b: &Edge) -> bool {
        self.tests += 1;
        if !self.neighbours(a, b) && boxes_meet(a, b) && !surely_apart(a.ends, b.ends) {
            self.exact += 1;
            if sphere::crosses(a.ends, b.ends) {
                self.found.insert((a.at.min(b.at), a.at.max(b.at)));
            }
        }
        self.tests <= MAX_S2_CROSSING_TESTS && self.exact <= MAX_S2_EXACT_TESTS
    }

    fn neighbours(&self, a: &Edge, b: &Edge) -> bool {
        let apart = a.at.abs_diff(b.at);
        apart <= 1 || apart == self.edges - 1
    }
}

fn boxes_meet(a: &Edge, b: &Edge) -> bool {
    (0..3).all(|i| a.low[i] <= b.high[i] && b.low[i] <= a.high[i])
}

/// Both ends of one edge lie on one side of the other, beyond doubt.
fn surely_apart(a: [V3; 2], b: [V3; 2]) -> bool {
    let one_side = |edge: [V3; 2], ends: [V3; 2]| side(edge, ends[0]) * side(edge, ends[1]) > 0;
    one_side(a, b) || one_side(b, a)
}

/// 1 to the left of an edge, -1 to its right, 0 where floats cannot tell.
fn side(edge: [V3; 2], at: V3) -> i8 {
    let (way, off) = (edge[1] - edge[0], at - edge[0]);
    let volume = way.cross(off).dot(edge[0]);
    let doubt = SIDE_ROUNDING * way.norm() * off.norm();
    i8::from(volume > doubt) - i8::from(volume < -doubt)
}
