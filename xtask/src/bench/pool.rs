//! What deciding costs, apart from HTTP and disk: one pool in memory.

use std::hint::black_box;
use std::time::{Duration, Instant};

use geo4d::s2::{Cells, LatLng, Limits, Shape, cover_all};
use pool::call::{Attach, PutIntent};
use pool::entity::{Intent, IntentState};
use pool::extent::{Heights, Span};
use pool::ids::{EntityId, Manager, Ovn};
use pool::{Answer, Call, Event, Extent, Options, Pool, Request};

use super::storage::{ratio, verdict};
use super::{Row, Section, Verdict};

/// Standing intents.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Lengths of keys, each of them complete.
const KEYS: [usize; 4] = [10, 100, 1_000, 10_000];
/// Places over a country of about 500 by 700 km, each with traffic of its own.
const PLACES: usize = 20_000;
/// Degrees of the country.
const COUNTRY: [[f64; 2]; 2] = [[45.0, 50.0], [5.0, 14.0]];
/// Radius of an area of 2 490 km², the largest that may be asked for being 2 500.
const WIDE_M: f64 = 28_150.0;
const NOW_US: i64 = 1_800_000_000_000_000;
const HOUR_US: i64 = 3_600_000_000;
/// Growth that counts as none: caches and deeper trees cost something.
const AIM_GROWTH: u128 = 3;
const ROUNDS: usize = 200;

pub(super) fn run(_budget: Duration) -> Section {
    let places: Vec<Cells> = (0..PLACES).map(|n| circle(place(n), 150.0)).collect();
    let (mut rows, mut writes, mut finds) = (Vec::new(), Vec::new(), Vec::new());
    let mut pool = Pool::new(Options::default());
    let mut standing = 0;
    for size in SIZES {
        (standing..size).for_each(|n| stand(&mut pool, n, &places));
        standing = size;
        writes.push(write_nanos(&mut pool, &places));
        let (wide, found) = wide_nanos(&pool);
        finds.push(wide / found.max(1) as u128);
        rows.extend(size_rows(size, writes[writes.len() - 1], (wide, found)));
    }
    rows.push(growth(
        format!("a write among {}, against one among {}", SIZES[3], SIZES[0]),
        (writes[3], writes[0]),
    ));
    rows.push(growth(
        format!(
            "a search among {}, for each that is found, against one among {}",
            SIZES[3], SIZES[1]
        ),
        (finds[3], finds[1]),
    ));
    drop(pool);
    rows.extend(key_rows());
    Section {
        title: "The open service: deciding alone, in memory".to_owned(),
        rows,
    }
}

fn size_rows(size: usize, write: u128, (wide, found): (u128, usize)) -> [Row; 2] {
    [
        reference(
            format!("a write decided and applied among {size} standing intents, median"),
            format!("{write} ns"),
        ),
        reference(
            format!("a search over 2 490 km² among {size}, {found} found, median"),
            format!("{} µs", wide / 1_000),
        ),
    ]
}

fn reference(what: String, ours: String) -> Row {
    Row {
        what,
        ours,
        other: String::new(),
        ratio: String::new(),
        aim: String::new(),
        verdict: Verdict::Reference,
    }
}

fn growth(what: String, (ours, other): (u128, u128)) -> Row {
    Row {
        what,
        ours: format!("{ours} ns"),
        other: format!("{other} ns"),
        ratio: ratio(ours, other),
        aim: format!("≤ {AIM_GROWTH}"),
        verdict: verdict(ours <= AIM_GROWTH * other.max(1)),
    }
}

/// Somewhere in the country, the same for the same number.
fn place(n: usize) -> LatLng {
    let at = |[from, to]: [f64; 2], step: f64| {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand places")]
        let part = (n as f64 * step).fract();
        from + part * (to - from)
    };
    LatLng {
        lat: at(COUNTRY[0], 0.754_877_666),
        lng: at(COUNTRY[1], 0.569_840_290),
    }
}

fn circle(center: LatLng, radius_m: f64) -> Cells {
    let shape = Shape::Circle { center, radius_m };
    cover_all(&[shape], &Limits::REFERENCE).expect("a round area has cells")
}

fn id(n: usize) -> EntityId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(n as u64).to_be_bytes());
    EntityId::from_random(bytes)
}

/// Which hour an intent has at its place: those of one place do not meet.
fn span(n: usize) -> Span {
    let start_us = NOW_US + i64::try_from(n / PLACES).expect("few") * 2 * HOUR_US;
    Span {
        start_us,
        end_us: start_us + HOUR_US,
    }
}

fn stand(pool: &mut Pool, n: usize, places: &[Cells]) {
    let intent = Intent {
        id: id(n),
        manager: Manager(format!("uss{}", n % 20)),
        base_url: "https://uss.example/utm".to_owned(),
        state: IntentState::Accepted,
        version: 1,
        ovn: Ovn(format!("{n:044}")),
        span: span(n),
        heights: Heights {
            lower_mm: 100_000,
            upper_mm: 120_000,
        },
        cells: places[n % PLACES].clone(),
        subscription: None,
    };
    pool.apply(NOW_US, &Event::IntentPut { intent });
}

fn request(call: Call, n: usize) -> Request {
    Request {
        manager: Manager("uss1".to_owned()),
        may_be_off_nominal: false,
        fresh: id(usize::MAX - n),
        call,
    }
}

fn extent(cells: Cells, span: Span) -> Extent {
    Extent {
        cells,
        start_us: Some(span.start_us),
        end_us: Some(span.end_us),
        lower_mm: Some(100_000),
        upper_mm: Some(120_000),
    }
}

fn put(id: EntityId, extent: Extent, key: Vec<String>) -> Call {
    Call::PutIntent(Box::new(PutIntent {
        id,
        ovn: None,
        extent,
        key,
        state: Some(IntentState::Accepted),
        base_url: "https://uss.example/utm".to_owned(),
        attach: Attach::New {
            base_url: "https://uss.example/utm".to_owned(),
            constraints: false,
        },
        ovn_suffix: None,
    }))
}

/// A new intent with a subscription of its own, somewhere in the country when nobody else flies, in ns.
fn write_nanos(pool: &mut Pool, places: &[Cells]) -> u128 {
    let mut times = Vec::new();
    let start_us = NOW_US + 10_000 * HOUR_US;
    let later = Span {
        start_us,
        end_us: start_us + HOUR_US,
    };
    for n in 0..ROUNDS {
        let (made, cells) = (id(10_000_000 + n), places[n * 97 % PLACES].clone());
        let request = request(put(made, extent(cells, later), Vec::new()), n);
        let start = Instant::now();
        let (answer, events) = pool.decide(NOW_US, &request).expect("nobody is met");
        events.iter().for_each(|event| pool.apply(NOW_US, event));
        times.push(start.elapsed());
        black_box(answer);
        events.iter().for_each(|event| undo(pool, event));
    }
    median(times)
}

fn undo(pool: &mut Pool, event: &Event) {
    let gone = match event {
        Event::IntentPut { intent } => Event::IntentGone { id: intent.id },
        Event::SubscriptionPut { subscription } => Event::SubscriptionGone { id: subscription.id },
        _ => return,
    };
    pool.apply(NOW_US, &gone);
}

/// A search at every time, in ns, and how many it finds.
fn wide_nanos(pool: &Pool) -> (u128, usize) {
    let (mut times, mut found) = (Vec::new(), 0);
    for n in 0..ROUNDS / 20 {
        let area = extent(
            circle(place(n), WIDE_M),
            Span {
                start_us: NOW_US,
                end_us: NOW_US + 1_000 * HOUR_US,
            },
        );
        let request = request(Call::QueryIntents { area }, n);
        let start = Instant::now();
        let (answer, _) = pool.decide(NOW_US, &request).expect("an area may be asked for");
        times.push(start.elapsed());
        if let Answer::Intents(intents) = black_box(answer) {
            found = intents.len();
        }
    }
    (median(times), found)
}

/// A write into a cell in which all of its key stands.
fn key_rows() -> Vec<Row> {
    let cells = circle(place(0), 150.0);
    let crowd = vec![cells.clone(); PLACES];
    let mut pool = Pool::new(Options::default());
    let (mut rows, mut times, mut standing) = (Vec::new(), Vec::new(), 0);
    for length in KEYS {
        (standing..length).for_each(|n| stand(&mut pool, n, &crowd));
        standing = length;
        let nanos = key_nanos(&pool, &cells, length);
        times.push(nanos);
        rows.push(reference(
            format!("a write with a complete key of {length}, median"),
            format!("{} µs", nanos / 1_000),
        ));
    }
    let per_ovn = |at: usize| times[at] / KEYS[at] as u128;
    rows.push(growth(
        format!("each OVN of a key of {}, against one of {}", KEYS[3], KEYS[1]),
        (per_ovn(3), per_ovn(1)),
    ));
    rows
}

fn key_nanos(pool: &Pool, cells: &Cells, length: usize) -> u128 {
    let key: Vec<String> = (0..length).map(|n| format!("{n:044}")).collect();
    let mut each = Vec::new();
    for n in 0..ROUNDS / 10 {
        let wanted = put(id(20_000_000 + n), extent(cells.clone(), span(0)), key.clone());
        let request = request(wanted, n);
        let start = Instant::now();
        black_box(pool.decide(NOW_US, &request).expect("the key is complete"));
        each.push(start.elapsed());
    }
    median(each)
}

/// In ns.
fn median(mut times: Vec<Duration>) -> u128 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0, Duration::as_nanos)
}
