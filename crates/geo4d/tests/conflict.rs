//! What conflicts and what does not.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use geo4d::*;

fn at(lat: f64, lon: f64) -> Position {
    Position {
        lat_nd: (lat * 1e9).round() as i64,
        lon_nd: (((lon + 540.0) % 360.0 - 180.0) * 1e9).round() as i64,
    }
}

fn volume(footprint: Footprint) -> Volume {
    let band = Band {
        low_mm: 0,
        high_mm: 1_000_000,
        datum: Datum::Msl,
    };
    let window = Window {
        start_us: 0,
        end_us: 3_600_000_000,
    };
    VolumeSpec {
        footprint,
        band,
        window,
    }
    .check()
    .unwrap()
}

fn square(lat: f64, lon: f64, half: f64) -> Volume {
    let corners = [(-half, -half), (-half, half), (half, half), (half, -half)];
    volume(Footprint::Polygon {
        ring: corners.iter().map(|(a, o)| at(lat + a, lon + o)).collect(),
    })
}

fn circle(lat: f64, lon: f64, radius_mm: i64) -> Volume {
    volume(Footprint::Circle {
        center: at(lat, lon),
        radius_mm,
    })
}

#[test]
fn overlapping_squares_conflict_with_a_gap_of_zero() {
    let found = conflict(
        &square(50.0, 10.0, 0.5),
        &square(50.4, 10.4, 0.5),
        &Separation::default(),
    )
    .unwrap();
    assert_eq!((found.horizontal_mm, found.vertical_mm, found.gap_us), (0, 0, 0));
}

#[test]
fn a_circle_inside_a_square_conflicts() {
    assert!(
        conflict(
            &square(50.0, 10.0, 0.5),
            &circle(50.0, 10.0, 1000),
            &Separation::default()
        )
        .is_some()
    );
}

#[test]
fn a_square_across_the_antimeridian_holds_what_lies_on_either_side() {
    let square = square(10.0, 180.0, 0.5);
    for (lon, inside) in [
        (-179.9, true),
        (179.9, true),
        (179.0, false),
        (-179.0, false),
        (0.0, false),
    ] {
        let found = conflict(&square, &circle(10.0, lon, 1000), &Separation::default());
        assert_eq!(found.is_some(), inside, "at {lon}");
    }
}
