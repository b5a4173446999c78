//! What makes an outline valid: distinct vertices, bounded size, and for rings an inside.
//!
//! The steps run from cheap to costly, and each only when all before it found nothing.

use crate::ellipsoid::{FARTHEST_M, surface};
use crate::fault::Reason;
use crate::limits;
use crate::skeleton::{Cap, Outline, Region, widest_cap};
use crate::units::Position;

/// A fault at a vertex, or (at `None`) of the outline as a whole.
pub(crate) type Finding = (Option<usize>, Reason);

/// Mean Earth radius squared, for areas in the plane of a region.
const RADIUS2_M2: f64 = 6_371_000.0 * 6_371_000.0;
/// [`limits::TOUCH_MM`] in the plane of a region, whose unit is the Earth's radius.
const TOUCH: f64 = limits::TOUCH_MM as f64 / 1000.0 / 6_400_000.0;

/// Everything wrong with a ring of at least three vertices in range.
pub(crate) fn ring_findings(ring: &[Position]) -> Vec<Finding> {
    let mut findings = repeats_anywhere(ring);
    if findings.is_empty() {
        findings = short_edges(ring, true);
    }
    if !findings.is_empty() {
        return findings;
    }
    if let Some(reason) = too_wide(ring) {
        return vec![(None, reason)];
    }
    let Some(outline) = Outline::cut(ring, true) else {
        return vec![(None, too_long())];
    };
    let Some(region) = Region::new(&outline.points) else {
        return vec![(None, too_wide_reason(widest_cap()))];
    };
    if area_m2(region.ring()) < limits::MIN_AREA_M2 {
        findings.push((None, Reason::NoArea));
    }
    crossings(region.ring(), &outline.edges, &mut findings);
    findings
}

/// Everything wrong with a line of at least two vertices in range.
pub(crate) fn line_findings(line: &[Position]) -> Vec<Finding> {
    let findings = short_edges(line, false);
    if !findings.is_empty() {
        return findings;
    }
    if let Some(reason) = too_wide(line) {
        return vec![(None, reason)];
    }
    match Outline::cut(line, false) {
        Some(_) => findings,
        None => vec![(None, too_long())],
    }
}

fn repeats_anywhere(ring: &[Position]) -> Vec<Finding> {
    let mut sorted: Vec<(Position, usize)> = ring
        .iter()
        .enumerate()
        .map(|(i, at)| (at.canonical(), i))
        .collect();
    sorted.sort_unstable();
    let mut findings: Vec<Finding> = Vec::new();
    for pair in sorted.windows(2) {
        if pair[0].0 == pair[1].0 {
            findings.push((Some(pair[1].1), Reason::RepeatedVertex { of: pair[0].1 as u64 }));
        }
    }
    findings.sort_unstable_by_key(|(at, _)| *at);
    findings
}

fn short_edges(vertices: &[Position], closed: bool) -> Vec<Finding> {
    let least_m = limits::MIN_EDGE_MM as f64 / 1000.0;
    let points: Vec<_> = vertices.iter().map(|at| surface(*at)).collect();
    let last = if closed { points.len() - 1 } else { 0 };
    let mut findings = Vec::new();
    for i in 0..points.len() {
        let before = if i == 0 { last } else { i - 1 };
        if before != i && (points[i] - points[before]).norm() < least_m {
            let (first, second) = (before.min(i), before.max(i));
            findings.push((Some(second), Reason::RepeatedVertex { of: first as u64 }));
        }
    }
    findings.sort_unstable_by_key(|(at, _)| *at);
    findings
}

fn too_wide(vertices: &[Position]) -> Option<Reason> {
    let points: Vec<_> = vertices.iter().map(|at| surface(*at)).collect();
    match Cap::around(&points) {
        Some(cap) if cap.radius() <= widest_cap() => None,
        Some(cap) => Some(too_wide_reason(cap.radius())),
        None => Some(too_wide_reason(std::f64::consts::PI)),
    }
}

fn too_wide_reason(radius: f64) -> Reason {
    let size_mm = (radius / std::f64::consts::PI * FARTHEST_M * 1000.0).ceil() as i64;
    Reason::TooLarge {
        size_mm,
        max_mm: limits::MAX_EXTENT_MM,
    }
}

fn too_long() -> Reason {
    Reason::OutlineTooLong {
        max_mm: limits::MAX_OUTLINE_MM,
    }
}

/// Area of a flat ring, in square metres, by the shoelace formula about its first vertex.
fn area_m2(ring: &[[f64; 2]]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    let from_first = |p: &[f64; 2]| [p[0] - first[0], p[1] - first[1]];
    let twice: f64 = ring
        .windows(2)
        .map(|w| cross(from_first(&w[0]), from_first(&w[1])))
        .sum();
    0.5 * twice.abs() * RADIUS2_M2
}

/// A piece of a ring in the plane, with its box and the edge it is cut from.
#[derive(Copy, Clone)]
struct Piece {
    from: [f64; 2],
    to: [f64; 2],
    low: [f64; 2],
    high: [f64; 2],
    at: usize,
    edge: usize,
}

/// Finds pieces that cross or touch, sweeping along the longer side of the ring.
fn crossings(ring: &[[f64; 2]], edges: &[usize], findings: &mut Vec<Finding>) {
    let mut pieces = pieces_of(ring, edges);
    let axis = sweep_axis(&pieces);
    pieces.sort_unstable_by(|a, b| a.low[axis].total_cmp(&b.low[axis]).then(a.at.cmp(&b.at)));
    let mut tests = 0;
    let mut found = std::collections::BTreeSet::new();
    for (i, a) in pieces.iter().enumerate() {
        for b in pieces[i + 1..].iter().take_while(|b| b.low[axis] <= a.high[axis]) {
            tests += 1;
            if tests > limits::MAX_CROSSING_TESTS {
                return findings.push((None, Reason::TooIntricate));
            }
            let apart = a.low[1 - axis] > b.high[1 - axis] || b.low[1 - axis] > a.high[1 - axis];
            if !apart && clash(a, b, ring.len()) {
                found.insert((a.edge.min(b.edge), a.edge.max(b.edge)));
            }
        }
        if found.len() > limits::MAX_FAULTS {
            break;
        }
    }
    let reasons = found
        .into_iter()
        .map(|(edge, other)| (Some(edge), Reason::CrossesItself { other: other as u64 }));
    findings.extend(reasons);
}

fn pieces_of(ring: &[[f64; 2]], edges: &[usize]) -> Vec<Piece> {
    let count = ring.len();
    let piece = |i: usize| {
        let (from, to) = (ring[i], ring[(i + 1) % count]);
        let low = [from[0].min(to[0]) - TOUCH, from[1].min(to[1]) - TOUCH];
        let high = [from[0].max(to[0]) + TOUCH, from[1].max(to[1]) + TOUCH];
        Piece {
            from,
            to,
            low,
            high,
            at: i,
            edge: edges[i],
        }
    };
    (0..count).map(piece).collect()
}

/// The axis along which the ring is longer compared with its pieces.
fn sweep_axis(pieces: &[Piece]) -> usize {
    let length = |axis: usize| pieces.iter().map(|p| p.high[axis] - p.low[axis]).sum::<f64>();
    let span = |axis: usize| {
        let low = pieces.iter().map(|p| p.low[axis]).fold(f64::INFINITY, f64::min);
        pieces
            .iter()
            .map(|p| p.high[axis])
            .fold(f64::NEG_INFINITY, f64::max)
            - low
    };
    usize::from(length(0) * span(1) > length(1) * span(0))
}

/// Two pieces share more than a common end.
fn clash(a: &Piece, b: &Piece, count: usize) -> bool {
    let (first, second) = if a.at < b.at { (a, b) } else { (b, a) };
    if second.at == first.at + 1 {
        return folds_back(first, second);
    }
    if first.at == 0 && second.at == count - 1 {
        return folds_back(second, first);
    }
    touches(first, second)
}

/// Neighbours that share an end and run back over each other.
fn folds_back(before: &Piece, after: &Piece) -> bool {
    from_segment(before.from, after.from, after.to) < TOUCH
        || from_segment(after.to, before.from, before.to) < TOUCH
}

fn touches(a: &Piece, b: &Piece) -> bool {
    let side = |p: &Piece, at: [f64; 2]| cross(minus(p.to, p.from), minus(at, p.from));
    let crossing = side(a, b.from) * side(a, b.to) < 0.0 && side(b, a.from) * side(b, a.to) < 0.0;
    crossing
        || from_segment(a.from, b.from, b.to) < TOUCH
        || from_segment(a.to, b.from, b.to) < TOUCH
        || from_segment(b.from, a.from, a.to) < TOUCH
        || from_segment(b.to, a.from, a.to) < TOUCH
}

fn from_segment(at: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let (way, off) = (minus(to, from), minus(at, from));
    let length2 = way[0] * way[0] + way[1] * way[1];
    let t = if length2 > 0.0 {
        ((off[0] * way[0] + off[1] * way[1]) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let left = minus(off, [way[0] * t, way[1] * t]);
    (left[0] * left[0] + left[1] * left[1]).sqrt()
}

fn minus(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

fn cross(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}
