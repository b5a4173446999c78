//! Footprints as skeletons: a point, a line or a ring, cut into short pieces, with a radius around it.
//!
//! What always holds:
//! 1. A piece is at most [`PIECE_M`] long, so the plane through its ends and the Earth's centre leaves the
//!    geodesic by less than [`PIECE_ERROR_M`].
//! 2. `balls` is a binary tree over the pieces in pre-order: the node over `n` pieces takes `2n − 1` places, its
//!    left half follows it, and every ball contains the balls below it and the pieces it stands for.
//! 3. A region lies within 45° of its centre, so great circles are straight in its plane.

use crate::ellipsoid::{FARTHEST_M, estimate_m, position, surface};
use crate::geodesic::{direct, inverse};
use crate::limits;
use crate::units::Position;
use crate::vector::V3;

/// Longest piece of an edge, metres.
const PIECE_M: f64 = 20_000.0;
/// How far a piece may lie from the geodesic it stands for, metres: 7.9 m of sagitta, leaning by at most 0.0034
/// (the angle between the plumb line of the ellipsoid and the direction to the centre).
pub(crate) const PIECE_ERROR_M: f64 = 0.03;
/// How far the middle of a piece may stand out of its chord, metres.
pub(crate) const BULGE_M: f64 = 8.0;

/// A ball in space.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Ball {
    pub(crate) center: V3,
    pub(crate) radius: f64,
}

/// A node of the tree of balls: its place, and the pieces below it.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) first: usize,
    pub(crate) count: usize,
}

/// A circle on the globe, as seen from the Earth's centre.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Cap {
    /// Direction of its middle.
    pub(crate) center: V3,
    /// Cosine of its angular radius.
    pub(crate) cos_radius: f64,
}

/// A footprint without its radius.
#[derive(Clone, Debug)]
pub(crate) struct Skeleton {
    points: Vec<V3>,
    closed: bool,
    balls: Vec<Ball>,
    cap: Option<Cap>,
    region: Option<Region>,
}

/// The inside of a ring, in the plane that touches the globe at the ring's middle.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    center: V3,
    east: V3,
    north: V3,
    ring: Vec<[f64; 2]>,
}

/// The points of an outline, and the edge each of them lies on or starts.
pub(crate) struct Outline {
    pub(crate) points: Vec<V3>,
    pub(crate) edges: Vec<usize>,
}

impl Outline {
    /// Cuts geodesic edges into pieces; `None` when together they are longer than
    /// [`limits::MAX_OUTLINE_MM`].
    pub(crate) fn cut(vertices: &[Position], closed: bool) -> Option<Outline> {
        let mut outline = Outline {
            points: Vec::with_capacity(vertices.len()),
            edges: Vec::new(),
        };
        let mut left_m = limits::MAX_OUTLINE_MM as f64 / 1000.0;
        for (i, from) in vertices.iter().enumerate() {
            outline.push(surface(*from), i);
            let to = match vertices.get(i + 1) {
                Some(to) => *to,
                None if closed => vertices[0],
                None => break,
            };
            left_m -= outline.cut_edge(i, *from, to);
            if left_m < 0.0 {
                return None;
            }
        }
        Some(outline)
    }

    fn push(&mut self, point: V3, edge: usize) {
        self.points.push(point);
        self.edges.push(edge);
    }

    /// Adds the inner points of an edge and returns its length in metres.
    fn cut_edge(&mut self, edge: usize, from: Position, to: Position) -> f64 {
        let rough_m = estimate_m(surface(from), surface(to));
        if rough_m < PIECE_M - 1.0 {
            return rough_m;
        }
        let geodesic = inverse(from, to);
        let pieces = (geodesic.length_m / PIECE_M).ceil().max(1.0);
        for i in 1..pieces as usize {
            let length_m = geodesic.length_m * (i as f64 / pieces);
            self.push(surface(direct(from, geodesic.azimuth, length_m)), edge);
        }
        geodesic.length_m
    }
}

impl Skeleton {
    /// A single point.
    pub(crate) fn point(at: Position) -> Skeleton {
        Skeleton::new(vec![surface(at)], false)
    }

    /// A line; `None` when it has no vertex or is too long.
    pub(crate) fn line(vertices: &[Position]) -> Option<Skeleton> {
        let points = Outline::cut(vertices, false)?.points;
        (!points.is_empty()).then(|| Skeleton::new(points, false))
    }

    /// The smaller side of a ring; `None` when it has no vertex, is too long or spans more than 45° around its
    /// middle.
    pub(crate) fn region(vertices: &[Position]) -> Option<Skeleton> {
        let points = Outline::cut(vertices, true)?.points;
        let region = Region::new(&points)?;
        let mut skeleton = Skeleton::new(points, true);
        skeleton.region = Some(region);
        Some(skeleton)
    }

    fn new(points: Vec<V3>, closed: bool) -> Skeleton {
        let cap = Cap::around(&points);
        let mut skeleton = Skeleton {
            points,
            closed,
            balls: Vec::new(),
            cap,
            region: None,
        };
        let pieces = skeleton.pieces();
        let mut balls = Vec::with_capacity(2 * pieces - 1);
        skeleton.grow(&mut balls, 0, pieces);
        skeleton.balls = balls;
        skeleton
    }

    fn grow(&self, balls: &mut Vec<Ball>, first: usize, count: usize) -> Ball {
        let at = balls.len();
        let ball = if count == 1 {
            let (a, b) = self.piece(first);
            let ball = Ball {
                center: (a + b) * 0.5,
                radius: 0.5 * (b - a).norm(),
            };
            balls.push(ball);
            ball
        } else {
            balls.push(Ball {
                center: V3::default(),
                radius: 0.0,
            });
            let left = self.grow(balls, first, count / 2);
            let right = self.grow(balls, first + count / 2, count - count / 2);
            left.around(right)
        };
        balls[at] = ball;
        ball
    }

    /// Number of pieces; a lone point is one piece that goes nowhere.
    pub(crate) fn pieces(&self) -> usize {
        let gaps = if self.closed {
            self.points.len()
        } else {
            self.points.len() - 1
        };
        gaps.max(1)
    }

    /// Both ends of a piece.
    pub(crate) fn piece(&self, i: usize) -> (V3, V3) {
        let next = if i + 1 < self.points.len() { i + 1 } else { 0 };
        (self.points[i], self.points[next])
    }

    pub(crate) fn points(&self) -> &[V3] {
        &self.points
    }

    /// True for a ring.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// `None` when the points are spread over more than half the globe.
    pub(crate) fn cap(&self) -> Option<Cap> {
        self.cap
    }

    pub(crate) fn root(&self) -> Node {
        Node {
            at: 0,
            first: 0,
            count: self.pieces(),
        }
    }

    pub(crate) fn ball(&self, node: Node) -> Ball {
        self.balls[node.at]
    }

    /// True inside a ring; a point within a nanometre of it may go either way.
    pub(crate) fn contains(&self, point: V3) -> bool {
        self.region.as_ref().is_some_and(|region| {
            let near = self.cap.is_none_or(|cap| cap.contains(point));
            near && region.contains(point)
        })
    }

    /// Error of the pieces against the geodesics, metres.
    pub(crate) fn error_m(&self) -> f64 {
        if self.points.len() > 1 { PIECE_ERROR_M } else { 0.0 }
    }
}

impl Node {
    /// Both halves, unless it is a single piece.
    pub(crate) fn halves(self) -> Option<(Node, Node)> {
        if self.count == 1 {
            return None;
        }
        let half = self.count / 2;
        let left = Node {
            at: self.at + 1,
            first: self.first,
            count: half,
        };
        let right = Node {
            at: self.at + 2 * half,
            first: self.first + half,
            count: self.count - half,
        };
        Some((left, right))
    }
}

impl Ball {
    /// The smallest ball around two.
    fn around(self, other: Ball) -> Ball {
        let between = other.center - self.center;
        let distance = between.norm();
        if distance + other.radius <= self.radius {
            return self;
        }
        if distance + self.radius <= other.radius {
            return other;
        }
        let radius = 0.5 * (distance + self.radius + other.radius);
        let center = self.center + between * ((radius - self.radius) / distance);
        Ball {
            center,
            radius: radius * (1.0 + 1e-12),
        }
    }
}

impl Cap {
    /// A cap around points of the surface and the great-circle pieces between them; `None` when they do not fit
    /// in 80°.
    pub(crate) fn around(points: &[V3]) -> Option<Cap> {
        let (mut low, mut high) = (*points.first()?, *points.first()?);
        for p in points {
            low = V3::new(low.x.min(p.x), low.y.min(p.y), low.z.min(p.z));
            high = V3::new(high.x.max(p.x), high.y.max(p.y), high.z.max(p.z));
        }
        let center = (low + high).unit()?;
        let cosine = |p: &V3| center.dot(*p) / p.norm();
        let cos_radius = points.iter().map(cosine).fold(1.0, f64::min) - 1e-12;
        (cos_radius > 0.17).then_some(Cap { center, cos_radius })
    }

    fn contains(self, point: V3) -> bool {
        self.center.dot(point) >= self.cos_radius * point.norm()
    }

    /// Angular radius, radians.
    pub(crate) fn radius(self) -> f64 {
        libm::acos(self.cos_radius.clamp(-1.0, 1.0))
    }

    /// The position in its middle.
    pub(crate) fn middle(self) -> Position {
        position(crate::ellipsoid::lift(self.center))
    }
}

impl Region {
    /// `None` when the points do not fit in [`limits::MAX_EXTENT_MM`].
    pub(crate) fn new(points: &[V3]) -> Option<Region> {
        let cap = Cap::around(points)?;
        if cap.radius() > widest_cap() {
            return None;
        }
        let center = cap.center;
        let east = center.perpendicular();
        let north = center.cross(east);
        let mut region = Region {
            center,
            east,
            north,
            ring: Vec::new(),
        };
        region.ring = points.iter().filter_map(|p| region.flat(*p)).collect();
        Some(region)
    }

    /// The ring in the plane, in Earth radii.
    pub(crate) fn ring(&self) -> &[[f64; 2]] {
        &self.ring
    }

    /// Where the ray through a point meets the plane; `None` behind the horizon.
    fn flat(&self, point: V3) -> Option<[f64; 2]> {
        let depth = self.center.dot(point);
        (depth > 1.0).then(|| [self.east.dot(point) / depth, self.north.dot(point) / depth])
    }

    fn contains(&self, point: V3) -> bool {
        let Some([x, y]) = self.flat(point) else {
            return false;
        };
        let mut inside = false;
        let mut from = self.ring[self.ring.len() - 1];
        for to in &self.ring {
            if (from[1] > y) != (to[1] > y) {
                let along = (y - from[1]) / (to[1] - from[1]);
                inside ^= x < from[0] + along * (to[0] - from[0]);
            }
            from = *to;
        }
        inside
    }
}

/// Angular radius of the widest footprint, radians.
pub(crate) fn widest_cap() -> f64 {
    limits::MAX_EXTENT_MM as f64 / 1000.0 * std::f64::consts::PI / FARTHEST_M
}
