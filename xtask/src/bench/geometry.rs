//! Candidates for a prepared volume among many, and the exact check of a pair.

use std::hint::black_box;
use std::time::{Duration, Instant};

use accord::command::OperationDraft;
use geo4d::{Band, Datum, Footprint, Index, Position, Prepared, Separation, VolumeSpec, Window};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

use super::storage::{ratio, verdict};
use super::{Row, Section, Verdict};

/// Standing volumes.
const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// One query among 10^6, at most, ns.
const AIM_QUERY_NS: u128 = 20_000;
/// One exact check of a typical pair, at most, ns.
const AIM_PAIR_NS: u128 = 100_000;
const QUERIES: usize = 2_000;
/// Places lie on a grid of so many steps each way; a step is so many nanodegrees: ten degrees in all, or less than one.
const SPARSE_ND: i64 = 1_000;
const DENSE_ND: i64 = 75;
/// Brute force is slow: so many queries of it say enough.
const BRUTE_QUERIES: usize = 20;
/// And among so many volumes at most.
const MOST_BRUTE: u64 = 10_000;
/// Candidates are asked for with this much room around.
const SEPARATION: Separation = Separation {
    horizontal_mm: 1_000_000,
    vertical_mm: 300_000,
    time_us: 60_000_000,
};

/// A box in longitude, latitude and time, as `rstar` takes them.
struct Boxed {
    low: [f64; 3],
    high: [f64; 3],
}

impl RTreeObject for Boxed {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.low, self.high)
    }
}

impl PointDistance for Boxed {
    fn distance_2(&self, point: &[f64; 3]) -> f64 {
        self.envelope().distance_2(point)
    }
}

pub(super) fn run(budget: Duration) -> Section {
    let mut rows = Vec::new();
    let mut ours = Vec::new();
    let start = Instant::now();
    for size in SIZES {
        if start.elapsed() > budget * 4 {
            break;
        }
        let (nanos, row) = candidates(size, SPARSE_ND);
        ours.push((size, nanos));
        rows.extend(row);
    }
    rows.push(growth(&ours));
    rows.extend(candidates(SIZES[SIZES.len() - 1], DENSE_ND).1);
    rows.push(pairs());
    Section {
        title: "Geometry: candidates and exact checks".to_owned(),
        rows,
    }
}

/// Nanoseconds of a query among `size` volumes on a grid of `step_nd`, and rows about it.
fn candidates(size: u64, step_nd: i64) -> (u128, Vec<Row>) {
    let mut index = Index::new();
    let mut boxes = Vec::new();
    for n in 0..size {
        let spec = spec(n, step_nd);
        boxes.push(boxed(&spec, &Separation::default()));
        index.insert(n, &spec.check().expect("benches file valid volumes"));
    }
    let tree = RTree::bulk_load(boxes);
    let queries: Vec<Prepared> = (0..QUERIES as u64)
        .map(|n| Prepared::new(&spec(n * 37 + 11, step_nd).check().expect("valid")))
        .collect();
    let (nanos, found) = time(&queries, |query| index.query_prepared(query, &SEPARATION).len());
    let (peer, peer_found) = time(&queries, |query| {
        let around = boxed(query.volume().spec(), &SEPARATION);
        tree.locate_in_envelope_intersecting(&around.envelope()).count()
    });
    let (aim, met) = if size == SIZES[SIZES.len() - 1] {
        (format!("≤ {AIM_QUERY_NS} ns"), verdict(nanos <= AIM_QUERY_NS))
    } else {
        (String::new(), Verdict::Reference)
    };
    let mut rows = vec![Row {
        what: format!(
            "candidates among {size} ({found} found a query), against rstar on boxes ({peer_found} found)"
        ),
        ours: format!("{nanos} ns"),
        other: format!("{peer} ns"),
        ratio: ratio(nanos, peer),
        aim,
        verdict: met,
    }];
    if size <= MOST_BRUTE {
        rows.push(brute(size, nanos, &queries));
    }
    (nanos, rows)
}

fn brute(size: u64, nanos: u128, queries: &[Prepared]) -> Row {
    let all: Vec<Prepared> = (0..size)
        .map(|n| Prepared::new(&spec(n, SPARSE_ND).check().expect("valid")))
        .collect();
    let (slow, _) = time(&queries[..BRUTE_QUERIES], |query| {
        all.iter()
            .filter(|one| query.conflict(one, &SEPARATION).is_some())
            .count()
    });
    Row {
        what: format!("candidates among {size}, against every pair checked"),
        ours: format!("{nanos} ns"),
        other: format!("{slow} ns"),
        ratio: format!("1 / {}", slow / nanos.max(1)),
        aim: String::new(),
        verdict: Verdict::Reference,
    }
}

/// The exponent of growth from the smallest to the largest size.
fn growth(ours: &[(u64, u128)]) -> Row {
    let (first, last) = (ours[0], ours[ours.len() - 1]);
    let steps = f64::ln(last.0 as f64 / first.0 as f64);
    let exponent = f64::ln(last.1 as f64 / first.1.max(1) as f64) / steps.max(1.0);
    Row {
        what: format!(
            "growth of one query from {} to {} standing, as a power",
            first.0, last.0
        ),
        ours: format!("{exponent:.2}"),
        other: "1.00".to_owned(),
        ratio: format!("{exponent:.2}"),
        aim: "< 1".to_owned(),
        verdict: verdict(exponent < 1.0),
    }
}

/// Exact checks of corridors that lie near each other: neither clear at a glance nor alike.
fn pairs() -> Row {
    let prepared: Vec<Prepared> = (0..200)
        .map(|n| Prepared::new(&corridor(n).check().expect("valid")))
        .collect();
    let mut hits = 0_usize;
    let start = Instant::now();
    let mut checks = 0_u128;
    for one in &prepared {
        for other in &prepared {
            hits += usize::from(one.conflict(other, &SEPARATION).is_some());
            checks += 1;
        }
    }
    let nanos = start.elapsed().as_nanos() / checks;
    Row {
        what: format!(
            "exact check of a pair of corridors near each other ({checks} checks, {hits} in conflict)"
        ),
        ours: format!("{nanos} ns"),
        other: format!("{AIM_PAIR_NS} ns"),
        ratio: ratio(nanos, AIM_PAIR_NS),
        aim: "≤ 1".to_owned(),
        verdict: verdict(nanos <= AIM_PAIR_NS),
    }
}

/// Mean nanoseconds and mean count of a query.
fn time(queries: &[Prepared], mut ask: impl FnMut(&Prepared) -> usize) -> (u128, usize) {
    let mut found = 0;
    let start = Instant::now();
    for query in queries {
        found += black_box(ask(query));
    }
    (
        start.elapsed().as_nanos() / queries.len() as u128,
        found / queries.len(),
    )
}

/// Volume `n`: two kilometres across, spread over a grid and a day.
fn spec(n: u64, step_nd: i64) -> VolumeSpec {
    let OperationDraft { mut volumes, .. } = super::line::draft(n);
    let mut volume = volumes.remove(0);
    let scatter = |factor: u64| i64::try_from(n.wrapping_mul(factor) % 10_000_019).expect("small");
    volume.footprint = Footprint::Circle {
        center: Position {
            lat_nd: 30_000_000_000 + scatter(2_654_435_761) * step_nd,
            lon_nd: 30_000_000_000 + scatter(40_503_971) * step_nd,
        },
        radius_mm: 1_000_000,
    };
    let start_us = 4_000_000_000_000_000 + scatter(97_777) % 1_440 * 60_000_000;
    volume.window = Window {
        start_us,
        end_us: start_us + 900_000_000,
    };
    volume
}

fn corridor(n: i64) -> VolumeSpec {
    let at = |step: i64| Position {
        lat_nd: 46_000_000_000 + (n * 7 + step * 13) % 50 * 4_000_000,
        lon_nd: 7_000_000_000 + (n * 11 + step * 29) % 60 * 4_000_000,
    };
    VolumeSpec {
        footprint: Footprint::Corridor {
            line: (0..8).map(at).collect(),
            half_width_mm: 500_000,
        },
        band: Band {
            low_mm: 300_000,
            high_mm: 900_000,
            datum: Datum::Msl,
        },
        window: Window {
            start_us: 4_000_000_000_000_000,
            end_us: 4_000_003_600_000_000,
        },
    }
}

fn boxed(spec: &VolumeSpec, around: &Separation) -> Boxed {
    let Footprint::Circle { center, radius_mm } = &spec.footprint else {
        unreachable!("boxes are made of circles only");
    };
    let reach = (*radius_mm + around.horizontal_mm) as f64 / 111_000_000.0 * 1.3;
    let (lat, lon) = (center.lat_nd as f64 / 1e9, center.lon_nd as f64 / 1e9);
    let seconds = |us: i64| us as f64 / 1e6;
    Boxed {
        low: [
            lon - reach,
            lat - reach,
            seconds(spec.window.start_us - around.time_us),
        ],
        high: [
            lon + reach,
            lat + reach,
            seconds(spec.window.end_us + around.time_us),
        ],
    }
}
