//! What conflicts and what does not.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod scatter;

use geo4d::{
    Band, Datum, Footprint, Position, Prepared, Separation, Volume, VolumeSpec, Window, conflict,
    destination, distance, point_in_volume,
};
use proptest::prelude::*;
use scatter::{Dice, HOUR_US};

const EAST_ND: i64 = 90_000_000_000;
const KM: i64 = 1_000_000;

fn at(lat: f64, lon: f64) -> Position {
    let lon = (lon + 540.0).rem_euclid(360.0) - 180.0;
    Position {
        lat_nd: (lat * 1e9).round() as i64,
        lon_nd: (lon * 1e9).round() as i64,
    }
}

fn band(low_mm: i64, high_mm: i64, datum: Datum) -> Band {
    Band {
        low_mm,
        high_mm,
        datum,
    }
}

fn volume(footprint: Footprint) -> Volume {
    let window = Window {
        start_us: 0,
        end_us: HOUR_US,
    };
    VolumeSpec {
        footprint,
        band: band(0, KM, Datum::Msl),
        window,
    }
    .check()
    .unwrap()
}

fn with(volume: &Volume, change: impl Fn(&mut VolumeSpec)) -> Volume {
    let mut spec = volume.spec().clone();
    change(&mut spec);
    spec.check().unwrap()
}

fn square(lat: f64, lon: f64, half: f64) -> Volume {
    let corners = [(-half, -half), (-half, half), (half, half), (half, -half)];
    volume(Footprint::Polygon {
        ring: corners.iter().map(|(a, o)| at(lat + a, lon + o)).collect(),
    })
}

fn circle(center: Position, radius_mm: i64) -> Volume {
    volume(Footprint::Circle { center, radius_mm })
}

fn horizontal(horizontal_mm: i64) -> Separation {
    Separation {
        horizontal_mm,
        ..Separation::default()
    }
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
fn a_circle_inside_a_square_conflicts_and_neither_edge_is_near() {
    let inside = circle(at(50.0, 10.0), KM);
    let found = conflict(&square(50.0, 10.0, 0.5), &inside, &Separation::default()).unwrap();
    assert_eq!(found.horizontal_mm, 0);
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
        let found = conflict(&square, &circle(at(10.0, lon), 1000), &Separation::default());
        assert_eq!(found.is_some(), inside, "at {lon}");
    }
}

#[test]
fn a_ring_around_the_pole_holds_the_pole_whatever_its_winding() {
    let mut ring: Vec<Position> = (0..6).map(|i| at(88.0, f64::from(i) * 60.0)).collect();
    for _ in 0..2 {
        let polygon = volume(Footprint::Polygon { ring: ring.clone() });
        for (lat, lon, inside) in [
            (90.0, 77.0, true),
            (89.0, -120.0, true),
            (87.0, 0.0, false),
            (-90.0, 0.0, false),
        ] {
            let found = conflict(&polygon, &circle(at(lat, lon), 1), &Separation::default());
            assert_eq!(found.is_some(), inside, "at {lat} {lon}");
        }
        ring.reverse();
    }
}

#[test]
fn both_names_of_the_antimeridian_and_all_of_the_pole_are_one_place() {
    let (east, west) = (circle(at(10.0, 180.0), 1), circle(at(10.0, -180.0), 1));
    assert_eq!(
        conflict(&east, &west, &Separation::default())
            .unwrap()
            .horizontal_mm,
        0
    );
    let (one, other) = (circle(at(90.0, 10.0), 1), circle(at(90.0, -170.0), 1));
    assert_eq!(
        conflict(&one, &other, &Separation::default())
            .unwrap()
            .horizontal_mm,
        0
    );
}

#[test]
fn squares_that_share_an_edge_conflict_without_any_separation() {
    assert!(
        conflict(
            &square(50.0, 10.0, 0.5),
            &square(50.0, 11.0, 0.5),
            &Separation::default()
        )
        .is_some()
    );
}

#[test]
fn the_gap_between_circles_is_the_distance_less_both_radii() {
    let center = at(35.5, 35.8);
    let other = destination(center, EAST_ND, 30 * KM);
    let (a, b) = (circle(center, 4 * KM), circle(other, 6 * KM));
    assert!(conflict(&a, &b, &horizontal(20 * KM - 200)).is_none());
    let found = conflict(&a, &b, &horizontal(20 * KM)).unwrap();
    assert!((found.horizontal_mm - 20 * KM).abs() <= 2, "{found:?}");
    let half_way = distance(center, found.at);
    assert!(
        (half_way - 14 * KM).abs() <= 2,
        "half way across the gap, {half_way} mm from the first centre"
    );
}

#[test]
fn corridors_that_cross_conflict_where_they_cross() {
    let line = |a, b| {
        volume(Footprint::Corridor {
            line: vec![a, b],
            half_width_mm: 100,
        })
    };
    let (east, north) = (
        line(at(40.0, 9.0), at(40.0, 11.0)),
        line(at(39.0, 10.0), at(41.0, 10.0)),
    );
    let found = conflict(&east, &north, &Separation::default()).unwrap();
    assert!(distance(found.at, at(40.003_757, 10.0)) < 200_000, "{found:?}");
}

#[test]
fn a_corridor_may_cross_itself() {
    let line = vec![at(40.0, 9.0), at(41.0, 10.0), at(40.0, 10.0), at(41.0, 9.0)];
    let corridor = volume(Footprint::Corridor {
        line,
        half_width_mm: KM,
    });
    assert!(conflict(&corridor, &circle(at(40.5, 9.5), 1), &Separation::default()).is_some());
}

#[test]
fn windows_conflict_up_to_the_time_agreed_and_not_beyond() {
    let a = square(50.0, 10.0, 0.5);
    let b = with(&a, |spec| {
        spec.window = Window {
            start_us: HOUR_US + 300,
            end_us: 2 * HOUR_US,
        }
    });
    let within = |time_us| {
        conflict(
            &a,
            &b,
            &Separation {
                time_us,
                ..Separation::default()
            },
        )
    };
    assert_eq!(within(299), None);
    let found = within(300).unwrap();
    assert_eq!((found.gap_us, found.at_us), (300, HOUR_US + 300));
}

#[test]
fn bands_of_one_datum_conflict_up_to_the_height_agreed_and_not_beyond() {
    for datum in [Datum::Ellipsoid, Datum::Msl, Datum::Pressure, Datum::Ground] {
        let a = with(&square(50.0, 10.0, 0.5), |spec| spec.band = band(0, KM, datum));
        let b = with(&a, |spec| spec.band = band(KM + 300, 2 * KM, datum));
        let within = |vertical_mm| {
            conflict(
                &a,
                &b,
                &Separation {
                    vertical_mm,
                    ..Separation::default()
                },
            )
        };
        assert_eq!(within(299), None, "{datum:?}");
        assert_eq!(within(300).unwrap().vertical_mm, 300, "{datum:?}");
    }
}

#[test]
fn bands_of_different_datums_are_compared_on_the_ellipsoid() {
    // South of India the geoid lies some 100 m below the ellipsoid: 50 m above the sea is below −40 m.
    let sea = with(&square(3.0, 79.0, 0.1), |spec| {
        spec.band = band(0, 50_000, Datum::Msl)
    });
    let same_numbers = with(&sea, |spec| spec.band = band(0, 50_000, Datum::Ellipsoid));
    let same_place = with(&sea, |spec| spec.band = band(-100_000, -50_000, Datum::Ellipsoid));
    assert_eq!(conflict(&sea, &same_numbers, &Separation::default()), None);
    assert!(conflict(&sea, &same_place, &Separation::default()).is_some());
}

#[test]
fn a_flight_level_may_be_hundreds_of_metres_from_its_number() {
    let level = with(&square(50.0, 10.0, 0.5), |spec| {
        spec.band = band(3_000_000, 3_100_000, Datum::Pressure)
    });
    let above = |low_mm| with(&level, |spec| spec.band = band(low_mm, low_mm + 1, Datum::Msl));
    assert!(conflict(&level, &above(3_900_000), &Separation::default()).is_some());
    assert!(conflict(&level, &above(5_000_000), &Separation::default()).is_none());
}

#[test]
fn a_band_above_unknown_ground_reaches_any_mountain() {
    let low = with(&square(28.0, 87.0, 0.5), |spec| {
        spec.band = band(0, 100_000, Datum::Ground)
    });
    let at_height = |low_mm| with(&low, |spec| spec.band = band(low_mm, low_mm + 1, Datum::Msl));
    assert!(conflict(&low, &at_height(8_900_000), &Separation::default()).is_some());
    assert!(conflict(&low, &at_height(9_500_000), &Separation::default()).is_none());
}

#[test]
fn a_declared_position_is_in_a_volume_only_with_place_height_and_time() {
    let volume = square(50.0, 10.0, 0.5);
    let height = band(500_000, 500_000, Datum::Msl);
    let asked = |place, band, at_us| point_in_volume(&volume, place, band, at_us, &Separation::default());
    let found = asked(at(50.0, 10.0), height, 5).unwrap();
    assert_eq!(
        (found.horizontal_mm, found.vertical_mm, found.gap_us, found.at_us),
        (0, 0, 0, 5)
    );
    assert_eq!(asked(at(51.0, 10.0), height, 5), None);
    assert_eq!(asked(at(50.0, 10.0), band(KM + 1, KM + 1, Datum::Msl), 5), None);
    assert_eq!(asked(at(50.0, 10.0), height, HOUR_US + 1), None);
}

fn pair(seed: u64) -> (Volume, Volume, Separation) {
    let mut dice = Dice::new(seed);
    let size_mm = dice.magnitude(1e5, 1e9);
    let center = dice.place();
    let other = dice.near(center, 1.5 * size_mm);
    let (a, b) = (dice.volume(center, size_mm), dice.volume(other, size_mm));
    let separation = Separation {
        horizontal_mm: dice.magnitude(1e3, 5e8) as i64,
        vertical_mm: dice.magnitude(1e3, 1e7) as i64,
        time_us: dice.magnitude(1e6, 48.0 * HOUR_US as f64) as i64,
    };
    (a, b, separation)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn who_is_asked_makes_no_difference(seed: u64) {
        let (a, b, separation) = pair(seed);
        prop_assert_eq!(conflict(&a, &b, &separation), conflict(&b, &a, &separation));
    }

    #[test]
    fn more_separation_never_ends_a_conflict(seed: u64, more in 0..3usize, by in 0..1_000_000_000i64) {
        let (a, b, separation) = pair(seed);
        let mut wider = separation;
        *[&mut wider.horizontal_mm, &mut wider.vertical_mm, &mut wider.time_us][more] += by;
        let (pa, pb) = (Prepared::new(&a), Prepared::new(&b));
        if let Some(found) = pa.conflict(&pb, &separation) {
            prop_assert_eq!(pa.conflict(&pb, &wider).map(|f| f.gap_us), Some(found.gap_us));
        }
    }

    #[test]
    fn a_witness_is_within_the_separation_and_the_stated_error(seed: u64) {
        let (a, b, separation) = pair(seed);
        if let Some(found) = conflict(&a, &b, &separation) {
            prop_assert!(found.horizontal_mm <= separation.horizontal_mm + 5_000);
            prop_assert!(found.vertical_mm <= separation.vertical_mm && found.gap_us <= separation.time_us);
            prop_assert!(found.horizontal_mm >= 0 && found.vertical_mm >= 0 && found.gap_us >= 0);
        }
    }

    #[test]
    fn every_volume_conflicts_with_itself(seed: u64) {
        let (a, _, _) = pair(seed);
        prop_assert_eq!(conflict(&a, &a, &Separation::default()).map(|f| f.horizontal_mm), Some(0));
    }

    #[test]
    fn winding_start_and_names_of_places_make_no_difference(seed: u64) {
        let (a, b, separation) = pair(seed);
        let Footprint::Polygon { ring } = a.footprint() else { return Ok(()) };
        let mut other = ring.clone();
        other.reverse();
        other.rotate_left(1);
        let turned = with(&a, |spec| spec.footprint = Footprint::Polygon { ring: other.clone() });
        let (one, two) = (conflict(&a, &b, &separation), conflict(&turned, &b, &separation));
        prop_assert_eq!(one.is_some(), two.is_some());
        if let (Some(one), Some(two)) = (one, two) {
            prop_assert!((one.horizontal_mm - two.horizontal_mm).abs() <= 100);
        }
    }
}
