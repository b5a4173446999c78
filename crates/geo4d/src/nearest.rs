//! The least distance between two skeletons, by branch and bound over their trees of balls.
//!
//! Balls are compared by straight lines through the Earth, which bound distances along it from below; pieces are
//! compared by [`estimate_m`], whose error is stated.

use crate::ellipsoid::{chord_within_m, estimate_m, lift, shortest_m};
use crate::limits::MAX_SEARCH_VISITS;
use crate::skeleton::{BULGE_M, Node, Skeleton};
use crate::vector::V3;

/// The nearest points of two skeletons.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Nearest {
    /// Their distance along the ellipsoid is at least this, metres.
    pub(crate) at_least_m: f64,
    /// A point of the first skeleton.
    pub(crate) p: V3,
    /// A point of the second.
    pub(crate) q: V3,
}

/// The nearest points, or `None` when the skeletons are further apart than `cutoff_m`.
pub(crate) fn nearest(a: &Skeleton, b: &Skeleton, cutoff_m: f64) -> Option<Nearest> {
    if let Some(inside) = containment(a, b) {
        return Some(inside);
    }
    let error_m = a.error_m() + b.error_m();
    let mut search = Search::new(a, b, cutoff_m + error_m + estimate_error_m(cutoff_m));
    let unseen_m = search.run();
    if search.best.is_none() && unseen_m <= cutoff_m {
        search.chord_m = f64::INFINITY;
        search.offer(a.points()[0], b.points()[0]);
    }
    let (p, q) = search.best?;
    let error_m = error_m + estimate_error_m(search.best_m);
    let at_least_m = (search.best_m - error_m).min(unseen_m).max(0.0);
    (at_least_m <= cutoff_m).then_some(Nearest { at_least_m, p, q })
}

/// False only when no point of the skeleton is within `limit_m` of the point.
pub(crate) fn within(skeleton: &Skeleton, point: V3, limit_m: f64) -> bool {
    let chord_m = chord_within_m(limit_m + skeleton.error_m());
    skeleton.contains(point) || node_within(skeleton, skeleton.root(), point, chord_m)
}

fn node_within(skeleton: &Skeleton, node: Node, point: V3, chord_m: f64) -> bool {
    let ball = skeleton.ball(node);
    if (ball.center - point).norm() - ball.radius > chord_m {
        return false;
    }
    match node.halves() {
        Some((left, right)) => {
            node_within(skeleton, left, point, chord_m) || node_within(skeleton, right, point, chord_m)
        }
        None => (foot(point, skeleton.piece(node.first)) - point).norm() <= chord_m,
    }
}

/// Bound on the error of [`estimate_m`] and of the feet it is taken at, metres. Measured against exact
/// geodesics by the test `estimates_stay_within_their_error`.
pub(crate) fn estimate_error_m(distance_m: f64) -> f64 {
    let megametres = distance_m / 1_000_000.0;
    if megametres > 5.0 {
        return 0.02 * distance_m;
    }
    let squared = megametres * megametres;
    0.001 + 0.04 * squared * squared * megametres
}

/// One skeleton lies in the other's region: the point in both that shows it.
fn containment(a: &Skeleton, b: &Skeleton) -> Option<Nearest> {
    let point = if b.contains(a.points()[0]) {
        a.points()[0]
    } else if a.contains(b.points()[0]) {
        b.points()[0]
    } else {
        return None;
    };
    Some(Nearest {
        at_least_m: 0.0,
        p: point,
        q: point,
    })
}

struct Search<'s> {
    a: &'s Skeleton,
    b: &'s Skeleton,
    best: Option<(V3, V3)>,
    best_m: f64,
    /// Nodes further apart than this in a straight line cannot be better.
    chord_m: f64,
    stack: Vec<(f64, Node, Node)>,
}

impl<'s> Search<'s> {
    fn new(a: &'s Skeleton, b: &'s Skeleton, cutoff_m: f64) -> Search<'s> {
        let chord_m = chord_within_m(cutoff_m);
        Search {
            a,
            b,
            best: None,
            best_m: f64::INFINITY,
            chord_m,
            stack: Vec::with_capacity(64),
        }
    }

    /// Searches until nothing better can be left, and returns a lower bound of what was not looked at.
    fn run(&mut self) -> f64 {
        self.push(self.a.root(), self.b.root());
        for _ in 0..MAX_SEARCH_VISITS {
            let Some((chord_m, na, nb)) = self.stack.pop() else {
                return f64::INFINITY;
            };
            if chord_m >= self.chord_m {
                continue;
            }
            self.open(na, nb);
        }
        let closest = self
            .stack
            .iter()
            .map(|(chord_m, ..)| *chord_m)
            .fold(f64::INFINITY, f64::min);
        shortest_m(closest)
    }

    fn open(&mut self, na: Node, nb: Node) {
        let wider_a = self.a.ball(na).radius >= self.b.ball(nb).radius;
        match (na.halves(), nb.halves()) {
            (None, None) => self.compare(na.first, nb.first),
            (Some((left, right)), other) if wider_a || other.is_none() => {
                self.push_both((left, nb), (right, nb))
            }
            (_, Some((left, right))) => self.push_both((na, left), (na, right)),
            (Some(_), None) => unreachable!("the second arm takes every split of `a` against a piece of `b`"),
        }
    }

    /// The nearer pair goes on top of the stack.
    fn push_both(&mut self, one: (Node, Node), two: (Node, Node)) {
        let (one_m, two_m) = (self.bound(one.0, one.1), self.bound(two.0, two.1));
        let (near, far) = if one_m <= two_m {
            ((one_m, one), (two_m, two))
        } else {
            ((two_m, two), (one_m, one))
        };
        for (bound_m, (na, nb)) in [far, near] {
            if bound_m < self.chord_m {
                self.stack.push((bound_m, na, nb));
            }
        }
    }

    fn push(&mut self, na: Node, nb: Node) {
        let bound_m = self.bound(na, nb);
        if bound_m < self.chord_m {
            self.stack.push((bound_m, na, nb));
        }
    }

    /// No point below one node is nearer to one below the other than this, in a straight line.
    fn bound(&self, na: Node, nb: Node) -> f64 {
        let (a, b) = (self.a.ball(na), self.b.ball(nb));
        let apart_m = match (na.count, nb.count) {
            (1, 1) => (a.center - b.center).norm() - a.radius - b.radius,
            (1, _) => from_piece_m(b.center, self.a.piece(na.first)) - b.radius - BULGE_M,
            (_, 1) => from_piece_m(a.center, self.b.piece(nb.first)) - a.radius - BULGE_M,
            _ => (a.center - b.center).norm() - a.radius - b.radius,
        };
        apart_m.max(0.0)
    }

    fn compare(&mut self, i: usize, j: usize) {
        let (a, b) = (self.a.piece(i), self.b.piece(j));
        if let Some(at) = crossing(a, b) {
            return self.offer(at, at);
        }
        self.offer(a.0, foot(a.0, b));
        self.offer(a.1, foot(a.1, b));
        self.offer(foot(b.0, a), b.0);
        self.offer(foot(b.1, a), b.1);
    }

    fn offer(&mut self, p: V3, q: V3) {
        let distance_m = estimate_m(p, q);
        if distance_m < self.best_m && (q - p).norm() <= self.chord_m {
            self.best_m = distance_m;
            self.best = Some((p, q));
            self.chord_m = self.chord_m.min(chord_within_m(distance_m));
        }
    }
}

/// Distance in a straight line from a point to the chord of a piece.
fn from_piece_m(point: V3, (a, b): (V3, V3)) -> f64 {
    (point - (a + (b - a) * along(point, a, b))).norm()
}

/// The point of a piece nearest to `point`.
pub(crate) fn foot(point: V3, (a, b): (V3, V3)) -> V3 {
    let t = along(point, a, b);
    if t <= 0.0 {
        a
    } else if t >= 1.0 {
        b
    } else {
        lift(a + (b - a) * t)
    }
}

fn along(point: V3, a: V3, b: V3) -> f64 {
    let chord = b - a;
    let length2 = chord.dot(chord);
    if length2 == 0.0 {
        0.0
    } else {
        ((point - a).dot(chord) / length2).clamp(0.0, 1.0)
    }
}

/// Where two pieces cross, if they do. Pieces that only touch are found by their ends.
fn crossing(a: (V3, V3), b: (V3, V3)) -> Option<V3> {
    let (plane_a, plane_b) = (a.0.cross(a.1), b.0.cross(b.1));
    let (b0, b1) = (plane_a.dot(b.0), plane_a.dot(b.1));
    let (a0, a1) = (plane_b.dot(a.0), plane_b.dot(a.1));
    if b0 * b1 >= 0.0 || a0 * a1 >= 0.0 || a.0.dot(b.0) < 0.0 {
        return None;
    }
    let at = lift(a.0 + (a.1 - a.0) * (a0 / (a0 - a1)));
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ellipsoid::surface;
    use crate::geodesic::{direct, inverse};
    use crate::units::Position;

    #[test]
    fn estimates_stay_within_their_error() {
        let mut worst = [0.0f64; 8];
        for i in 0..200_000 {
            let share = f64::from(i) / 200_000.0;
            let lat_nd = (180e9 * share - 90e9) as i64;
            let azimuth = (f64::from(i) * 2.399_963) % std::f64::consts::TAU;
            let length_m = 10.0 * libm::pow(500_000.0, (f64::from(i) * 0.618_034) % 1.0);
            let from = Position { lat_nd, lon_nd: 0 };
            let to = direct(from, azimuth, length_m);
            let exact_m = inverse(from, to).length_m;
            let off_m = (estimate_m(surface(from), surface(to)) - exact_m).abs();
            let share = off_m / estimate_error_m(exact_m);
            let decade = libm::log10(exact_m) as usize;
            worst[decade] = worst[decade].max(share);
            assert!(
                share < 0.8,
                "{off_m} m at {exact_m} m from {lat_nd} towards {azimuth}: {worst:?}"
            );
        }
    }

    #[test]
    fn chords_never_promise_more_than_the_way_along_the_surface() {
        for i in 0..100_000 {
            let share = f64::from(i) / 100_000.0;
            let from = Position {
                lat_nd: (180e9 * share - 90e9) as i64,
                lon_nd: 0,
            };
            let length_m = 20_000_000.0 * ((f64::from(i) * 0.618_034) % 1.0);
            let to = direct(from, (f64::from(i) * 2.399_963) % std::f64::consts::TAU, length_m);
            let exact_m = inverse(from, to).length_m;
            let chord_m = (surface(to) - surface(from)).norm();
            assert!(shortest_m(chord_m) <= exact_m + 0.001, "at {exact_m} m");
            assert!(chord_m <= chord_within_m(exact_m) + 0.001, "at {exact_m} m");
        }
    }
}
