//! Writes random cases with this crate's answers, one JSON object a line, for `check.py` to answer by other means.
//!
//! Reads one line, `pairs|wide|geodesics COUNT SEED`, from standard input.

use std::io::{BufWriter, Write, stdin, stdout};

use geo4d::{
    Band, Datum, Footprint, Position, Separation, VolumeSpec, Window, bearing, conflict, destination,
    distance, volume_to_volume,
};

#[path = "../tests/scatter/mod.rs"]
mod scatter;

use scatter::Dice;

fn main() -> std::io::Result<()> {
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let [kind, count, seed] = words[..] else {
        panic!("expected: pairs|wide|geodesics COUNT SEED")
    };
    let count: u64 = count.parse().expect("COUNT is a number");
    let mut dice = Dice::new(seed.parse().expect("SEED is a number"));
    let mut out = BufWriter::new(stdout().lock());
    for _ in 0..count {
        match kind {
            "pairs" => write_pair(&mut dice, (1e5, 3e8), &mut out)?,
            "wide" => write_pair(&mut dice, (3e8, 1e9), &mut out)?,
            _ => write_geodesic(&mut dice, &mut out)?,
        }
    }
    out.flush()
}

/// Two footprints and a separation, often within a metre of their distance.
fn write_pair(dice: &mut Dice, sizes_mm: (f64, f64), out: &mut impl Write) -> std::io::Result<()> {
    let size_mm = dice.magnitude(sizes_mm.0, sizes_mm.1);
    let center = dice.place();
    let other = dice.near(center, 2.0 * size_mm);
    let other_mm = size_mm * dice.magnitude(0.1, 10.0).min(sizes_mm.1 / size_mm);
    let (a, b) = (footprint(dice, center, size_mm), footprint(dice, other, other_mm));
    let (va, vb) = (
        a.check().expect("checked before"),
        b.check().expect("checked before"),
    );
    let span = volume_to_volume(&va, &vb);
    let horizontal_mm = match dice.below(5) {
        0 => 0,
        1 => (dice.magnitude(1e3, 2e8)) as i64,
        2 => span.low_mm + dice.within(-100.0, 200.0) as i64,
        3 => span.low_mm + dice.within(-1000.0, 1000.0) as i64,
        _ => span.low_mm + dice.within(-100_000.0, 100_000.0) as i64,
    };
    let separation = Separation {
        horizontal_mm: horizontal_mm.max(0),
        vertical_mm: 0,
        time_us: 0,
    };
    let found = conflict(&va, &vb, &separation);
    write!(out, "{{\"a\":")?;
    write_footprint(&a.footprint, out)?;
    write!(out, ",\"b\":")?;
    write_footprint(&b.footprint, out)?;
    let (found_mm, at) = match found {
        Some(witness) => (witness.horizontal_mm, witness.at),
        None => (-1, center),
    };
    let sep_mm = separation.horizontal_mm;
    let (lat, lon) = (at.lat_nd, at.lon_nd);
    let (low, high) = (span.low_mm, span.high_mm);
    writeln!(
        out,
        ",\"sep\":{sep_mm},\"found\":{found_mm},\"at\":[{lat},{lon}],\"span\":[{low},{high}]}}"
    )
}

/// A valid footprint, always at one height and time.
fn footprint(dice: &mut Dice, center: Position, size_mm: f64) -> VolumeSpec {
    let band = Band {
        low_mm: 0,
        high_mm: 1,
        datum: Datum::Ellipsoid,
    };
    let footprint = dice.volume(center, size_mm).footprint().clone();
    VolumeSpec {
        footprint,
        band,
        window: Window {
            start_us: 0,
            end_us: 1,
        },
    }
}

/// A shape as `[kind, radius in mm, lat, lon, lat, lon, …]`.
fn write_footprint(footprint: &Footprint, out: &mut impl Write) -> std::io::Result<()> {
    let (kind, radius_mm, points) = match footprint {
        Footprint::Polygon { ring } => (2, 0, ring.as_slice()),
        Footprint::Corridor { line, half_width_mm } => (1, *half_width_mm, line.as_slice()),
        Footprint::Circle { center, radius_mm } => (0, *radius_mm, std::slice::from_ref(center)),
    };
    write!(out, "[{kind},{radius_mm}")?;
    for point in points {
        write!(out, ",{},{}", point.lat_nd, point.lon_nd)?;
    }
    write!(out, "]")
}

/// Two places, their distance and bearing, and where one gets from the first by a bearing and distance of its own.
fn write_geodesic(dice: &mut Dice, out: &mut impl Write) -> std::io::Result<()> {
    let from = dice.place();
    let to = match dice.below(4) {
        0 => dice.near(from, 1e7),
        1 => opposite(dice, from),
        _ => dice.place(),
    };
    let (away_nd, length_mm) = (dice.bearing(), dice.magnitude(1e3, 2e10) as i64);
    let reached = destination(from, away_nd, length_mm);
    let values = [
        [
            from.lat_nd,
            from.lon_nd,
            to.lat_nd,
            to.lon_nd,
            distance(from, to),
            bearing(from, to),
        ],
        [away_nd, length_mm, reached.lat_nd, reached.lon_nd, 0, 0],
    ];
    writeln!(out, "{:?}", values.concat())
}

/// Nearly on the other side of the globe.
fn opposite(dice: &mut Dice, from: Position) -> Position {
    let lon_nd = if from.lon_nd > 0 {
        from.lon_nd - 180_000_000_000
    } else {
        from.lon_nd + 180_000_000_000
    };
    dice.near(
        Position {
            lat_nd: -from.lat_nd,
            lon_nd,
        },
        3e8,
    )
}
