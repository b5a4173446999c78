//! Distances, boxes and densified lines.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod scatter;

use geo4d::limits::{DEGREE_ND, MAX_VERTICES};
use geo4d::{
    Band, Datum, Footprint, Position, Separation, Span, Volume, VolumeSpec, Window, bearing, box_of,
    conflict, densify, destination, distance, point_to_line, point_to_polygon, to_ellipsoid_range,
    volume_to_line, volume_to_polygon,
};
use proptest::prelude::*;
use scatter::Dice;

const KM: i64 = 1_000_000;
const GRID_ND: i64 = 50_000_000;

fn at(lat: f64, lon: f64) -> Position {
    Position {
        lat_nd: (lat * 1e9).round() as i64,
        lon_nd: (lon * 1e9).round() as i64,
    }
}

fn circle(center: Position, radius_mm: i64) -> Volume {
    volume(Footprint::Circle { center, radius_mm })
}

fn volume(footprint: Footprint) -> Volume {
    let band = Band {
        low_mm: 150_000,
        high_mm: 250_000,
        datum: Datum::Msl,
    };
    let window = Window {
        start_us: 400_000_000,
        end_us: 500_000_000,
    };
    VolumeSpec {
        footprint,
        band,
        window,
    }
    .check()
    .unwrap()
}

/// Points all over a footprint, most of them on its edge.
fn points_of(volume: &Volume, dice: &mut Dice) -> Vec<Position> {
    let (line, radius_mm, closed) = match volume.footprint() {
        Footprint::Polygon { ring } => (ring.clone(), 0, true),
        Footprint::Corridor { line, half_width_mm } => (line.clone(), *half_width_mm, false),
        Footprint::Circle { center, radius_mm } => (vec![*center], *radius_mm, false),
    };
    let mut points = Vec::new();
    for (i, from) in line.iter().enumerate() {
        let to = line
            .get(i + 1)
            .or(line.first().filter(|_| closed))
            .unwrap_or(from);
        for _ in 0..4 {
            let along = (distance(*from, *to) as f64 * dice.share()) as i64;
            let on_edge = destination(*from, bearing(*from, *to), along);
            points.push(destination(on_edge, dice.bearing(), (radius_mm - 1).max(0)));
        }
    }
    points
}

#[test]
fn a_degree_of_the_equator_and_of_a_meridian_have_their_published_lengths() {
    // WGS 84: 111 319.491 m along the equator, 110 574.389 m from the equator north.
    assert_eq!(distance(at(0.0, 0.0), at(0.0, 1.0)), 111_319_491);
    assert_eq!(distance(at(0.0, 0.0), at(1.0, 0.0)), 110_574_389);
}

#[test]
fn distances_between_opposite_points_are_half_a_meridian() {
    // The quarter of a meridian is 10 001 965.729 m.
    assert_eq!(distance(at(90.0, 0.0), at(-90.0, 0.0)), 20_003_931_459);
    assert_eq!(distance(at(0.0, 0.0), at(0.0, 180.0)), 20_003_931_459);
}

#[test]
fn a_bearing_is_between_north_and_north() {
    assert_eq!(bearing(at(0.0, 0.0), at(0.0, 1.0)), 90 * DEGREE_ND);
    assert_eq!(bearing(at(0.0, 0.0), at(0.0, -1.0)), 270 * DEGREE_ND);
    assert_eq!(bearing(at(0.0, 0.0), at(1.0, 0.0)), 0);
    assert_eq!(bearing(at(10.0, 10.0), at(10.0, 10.0)), 0);
}

#[test]
fn a_line_of_140_km_is_told_from_one_a_metre_further() {
    let line = [at(33.0, 35.9), at(33.2, 35.8), at(33.4, 35.9)];
    let place = destination(at(33.2, 35.8), 90 * DEGREE_ND, 140 * KM);
    let span = point_to_line(place, &line);
    assert!(span.high_mm - span.low_mm < 200, "{span:?}");
    let further = point_to_line(destination(place, bearing(line[1], place) + 90, 0), &line);
    assert_eq!(span, further);
    let away = destination(line[1], bearing(line[1], place), distance(line[1], place) + 1_000);
    assert!(point_to_line(away, &line).low_mm > span.high_mm);
}

#[test]
fn a_polygon_is_no_distance_from_what_is_inside() {
    let ring = [at(50.0, 10.0), at(51.0, 10.0), at(51.0, 11.0), at(50.0, 11.0)];
    assert_eq!(point_to_polygon(at(50.5, 10.5), &ring).low_mm, 0);
    assert!(point_to_polygon(at(50.5, 10.5), &ring).high_mm < 100);
    assert!((point_to_polygon(at(49.0, 10.0), &ring).low_mm - distance(at(49.0, 10.0), ring[0])).abs() < 100);
    let volume = circle(at(49.0, 10.0), 10 * KM);
    let gap_mm = distance(at(49.0, 10.0), ring[0]) - 10 * KM;
    assert!((volume_to_polygon(&volume, &ring).low_mm - gap_mm).abs() < 100);
    assert!((volume_to_line(&volume, &ring[..2]).low_mm - gap_mm).abs() < 100);
}

#[test]
fn what_is_no_line_is_at_an_unknown_distance() {
    assert_eq!(point_to_line(at(0.0, 0.0), &[]), Span::UNKNOWN);
    assert_eq!(point_to_polygon(at(0.0, 0.0), &[]), Span::UNKNOWN);
    let world = [at(80.0, 0.0), at(0.0, 120.0), at(0.0, -120.0), at(-80.0, 0.0)];
    assert_eq!(point_to_polygon(at(0.0, 0.0), &world), Span::UNKNOWN);
}

#[test]
fn a_box_lies_on_its_grid_and_tells_no_more() {
    let exact = circle(at(35.523_456, 35.801_234), 3 * KM);
    let told = box_of(&exact, GRID_ND).unwrap();
    let Footprint::Polygon { ring } = &told.footprint else {
        panic!("a box is a polygon")
    };
    assert!(
        ring.iter()
            .all(|p| p.lat_nd % GRID_ND == 0 && p.lon_nd % GRID_ND == 0),
        "{ring:?}"
    );
    assert_eq!((told.band.low_mm, told.band.high_mm), (100_000, 300_000));
    assert_eq!(
        (told.window.start_us, told.window.end_us),
        (300_000_000, 600_000_000)
    );
    let moved = box_of(&circle(at(35.523_5, 35.801_2), 3 * KM), GRID_ND);
    assert_eq!(
        moved.as_ref(),
        Some(&told),
        "a little to the side it is the same box"
    );
}

#[test]
fn a_box_around_the_pole_and_one_across_the_antimeridian_hold_their_volume() {
    for (lat, lon) in [(89.99, 5.0), (-89.0, 170.0), (0.0, 179.99), (60.0, -179.99)] {
        let exact = circle(at(lat, lon), 200 * KM);
        let told = box_of(&exact, GRID_ND).unwrap().check().unwrap();
        for turn in 0..36 {
            let rim = destination(at(lat, lon), turn * 10 * DEGREE_ND, 200 * KM - 1);
            assert!(
                conflict(&circle(rim, 1), &told, &Separation::default()).is_some(),
                "{rim:?} from {lat} {lon}"
            );
        }
    }
}

#[test]
fn a_degree_line_across_a_continent_is_densified_to_within_a_metre() {
    let line = [at(50.0, 0.0), at(50.0, 20.0)];
    let densified = densify(&line, false);
    assert!(densified.pad_mm <= geo4d::STRAIGHT_MM);
    assert_eq!(
        (densified.points[0], *densified.points.last().unwrap()),
        (line[0], line[1])
    );
    for step in 0..=1000 {
        let on_parallel = at(50.0, 0.02 * f64::from(step));
        assert!(point_to_line(on_parallel, &densified.points).low_mm <= densified.pad_mm);
    }
    assert!(
        point_to_line(at(50.0, 10.0), &line).low_mm > 10 * KM,
        "the geodesic is kilometres off"
    );
}

#[test]
fn densifying_keeps_what_needs_nothing_and_refuses_what_needs_too_much() {
    let meridian = [at(10.0, 20.0), at(30.0, 20.0)];
    assert_eq!(densify(&meridian, false).points, meridian);
    let beyond = [at(95.0, 20.0), at(30.0, 20.0)];
    assert_eq!(densify(&beyond, true).points, beyond);
    let around: Vec<Position> = (0..2000)
        .map(|i| at(60.0 + 1e-3 * f64::from(i), f64::from(i % 2) * 170.0))
        .collect();
    assert!(densify(&around, true).points.len() > MAX_VERTICES);
}

#[test]
fn densifying_crosses_the_antimeridian_the_short_way() {
    let densified = densify(&[at(60.0, 179.0), at(60.0, -179.0)], false);
    assert!(densified.points.iter().all(|p| p.lon_nd.abs() >= 179 * DEGREE_ND));
}

#[test]
fn ranges_on_the_ellipsoid_state_what_they_add() {
    let footprint = Footprint::Circle {
        center: at(47.0, 8.0),
        radius_mm: KM,
    };
    for datum in [Datum::Ellipsoid, Datum::Msl, Datum::Pressure, Datum::Ground] {
        let band = Band {
            low_mm: 1_000_000,
            high_mm: 2_000_000,
            datum,
        };
        let range = to_ellipsoid_range(&band, &footprint);
        assert_eq!(
            range.high_mm - range.low_mm,
            1_000_000 + range.pad_mm,
            "{datum:?}"
        );
    }
    let sea = to_ellipsoid_range(
        &Band {
            low_mm: 0,
            high_mm: 1,
            datum: Datum::Msl,
        },
        &footprint,
    );
    // swisstopo: the geoid lies 47 to 50 m above the ellipsoid at Bern.
    assert!(
        sea.low_mm <= 47_000 && 50_000 <= sea.high_mm && sea.pad_mm <= 20_000,
        "{sea:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_box_contains_its_volume(seed: u64, grid_nd in prop_oneof![Just(GRID_ND), 1_000_000..1_000_000_000i64]) {
        let mut dice = Dice::new(seed);
        let (place, size_mm) = (dice.place(), dice.magnitude(1e5, 1e9));
        let exact = dice.volume(place, size_mm);
        let told = box_of(&exact, grid_nd).expect("a thousand kilometres fit in a box").check().unwrap();
        prop_assert!(told.band().low_mm <= exact.band().low_mm && exact.band().high_mm <= told.band().high_mm);
        prop_assert!(told.window().start_us <= exact.window().start_us);
        prop_assert!(exact.window().end_us <= told.window().end_us);
        let Footprint::Polygon { ring } = told.footprint() else { panic!("a box is a polygon") };
        for point in points_of(&exact, &mut dice) {
            prop_assert!(point_to_polygon(point, ring).low_mm == 0, "{:?} is outside {:?}", point, told);
        }
    }

    #[test]
    fn going_there_and_measuring_agree(seed: u64, length_mm in 1_000..19_000_000_000i64) {
        let mut dice = Dice::new(seed);
        let from = dice.place();
        let to = destination(from, dice.bearing(), length_mm);
        prop_assert!((distance(from, to) - length_mm).abs() <= 2);
        prop_assert!((distance(to, from) - length_mm).abs() <= 2);
    }

    #[test]
    fn a_span_holds_the_distance_to_the_nearest_of_many_points(seed: u64) {
        let mut dice = Dice::new(seed);
        let size_mm = dice.magnitude(1e5, 1e9);
        let center = dice.place();
        let line: Vec<Position> = (0..5).map(|_| dice.near(center, size_mm)).collect();
        let place = dice.near(center, 5.0 * size_mm);
        let span = point_to_line(place, &line);
        let nearest_mm = line.iter().map(|vertex| distance(place, *vertex)).min().unwrap();
        prop_assert!(0 <= span.low_mm && span.low_mm <= span.high_mm && span.low_mm <= nearest_mm);
    }
}
