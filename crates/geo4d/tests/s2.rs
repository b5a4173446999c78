//! Cells of shapes as a discovery service takes them: what is refused, what is covered, and with what.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod rings;
mod scatter;

use std::collections::BTreeSet;
use std::f64::consts::PI;

use geo4d::limits::{MAX_FAULTS, MAX_S2_CELLS, MAX_S2_UNION_CELLS, MAX_S2_VERTICES};
use geo4d::s2::{self, Cells, LatLng, Limits, NotCells, Place, Shape, ShapeFault, cover, cover_all};
use proptest::prelude::*;
use rings::{Drawn, at};
use scatter::Dice;

fn polygon(places: &[[f64; 2]]) -> Vec<LatLng> {
    places.iter().map(|&[lat, lng]| at(lat, lng)).collect()
}

fn circle(lat: f64, lng: f64, radius_m: f64) -> Shape<'static> {
    let center = at(lat, lng);
    Shape::Circle { center, radius_m }
}

fn cells(shape: &Shape<'_>) -> Cells {
    cover(shape, &Limits::REFERENCE).unwrap_or_else(|faults| panic!("{shape:?}: {faults:?}"))
}

fn faults(ring: &[LatLng]) -> Vec<ShapeFault> {
    cover(&Shape::Polygon(ring), &Limits::REFERENCE).expect_err("this is no valid polygon")
}

fn cell_at(place: LatLng) -> Cells {
    cells(&circle(place.lat, place.lng, 1e-9))
}

/// A square with its south-west corner at a place, so many degrees long.
fn square(lat: f64, lng: f64, side: f64) -> Vec<LatLng> {
    polygon(&[
        [lat, lng],
        [lat, lng + side],
        [lat + side, lng + side],
        [lat + side, lng],
    ])
}

#[test]
fn fewer_than_three_vertices_are_refused() {
    for count in 0..3 {
        let ring = &square(1.0, 1.0, 0.1)[..count];
        assert_eq!(faults(ring), [ShapeFault::TooFewVertices { count, min: 3 }]);
    }
}

#[test]
fn every_number_off_the_earth_is_listed_with_its_vertex() {
    let ring = polygon(&[[90.1, 0.0], [0.0, -180.1], [0.0, 0.0], [-91.0, 181.0]]);
    let said: Vec<String> = faults(&ring).iter().map(ShapeFault::to_string).collect();
    assert_eq!(
        said,
        [
            "vertex 0: latitude 90.1 is outside -90 to 90",
            "vertex 1: longitude -180.1 is outside -180 to 180",
            "vertex 3: latitude -91.0 is outside -90 to 90",
            "vertex 3: longitude 181.0 is outside -180 to 180",
        ]
    );
}

#[test]
fn a_refusal_is_a_sentence_however_odd_the_number() {
    for odd in [f64::MAX, f64::MIN_POSITIVE, -5e-324] {
        let found = cover(&circle(0.0, odd, odd), &Limits::REFERENCE);
        for fault in found.err().into_iter().flatten() {
            assert!(fault.to_string().len() < 100, "{fault}");
        }
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let ring = [at(odd, odd), at(0.0, 0.0), at(0.0, 1.0)];
        assert_eq!(faults(&ring).len(), 2);
        let found = cover(&circle(odd, odd, odd), &Limits::REFERENCE).expect_err("no circle");
        assert_eq!(found.len(), 3);
    }
}

#[test]
fn the_ends_of_the_ranges_are_taken() {
    for (lat, lng) in [(90.0, 180.0), (-90.0, -180.0), (90.0, -180.0), (0.0, 180.0)] {
        assert!(!cell_at(at(lat, lng)).is_empty());
    }
}

#[test]
fn rings_that_cross_repeat_a_vertex_or_are_closed_are_refused() {
    let bow = polygon(&[[0.0, 0.0], [0.1, 0.1], [0.1, 0.0], [0.0, 0.1]]);
    assert_eq!(faults(&bow), [ShapeFault::CrossesItself { at: 0, other: 2 }]);
    let mut closed = square(10.0, 10.0, 0.1);
    closed.push(closed[0]);
    assert_eq!(faults(&closed), [ShapeFault::RepeatedVertex { at: 4, of: 0 }]);
    let eight = polygon(&[
        [0.0, 0.0],
        [0.1, 0.1],
        [0.1, -0.1],
        [0.0, 0.0],
        [-0.1, 0.1],
        [-0.1, -0.1],
    ]);
    assert_eq!(faults(&eight), [ShapeFault::RepeatedVertex { at: 3, of: 0 }]);
    let point = [at(5.0, 5.0); 3];
    assert_eq!(faults(&point).len(), 2, "each vertex after the first");
}

#[test]
fn an_edge_is_the_shortest_way_and_no_straight_line_on_the_map() {
    let ring = polygon(&[[60.0, 0.0], [60.0, 60.0], [65.0, 30.0], [62.0, 30.0]]);
    assert_eq!(faults(&ring), [ShapeFault::CrossesItself { at: 0, other: 2 }]);
}

#[test]
fn a_zero_is_one_place_whatever_its_sign() {
    let ring = polygon(&[[0.0, 0.0], [0.1, 0.1], [-0.0, -0.0]]);
    assert_eq!(faults(&ring), [ShapeFault::RepeatedVertex { at: 2, of: 0 }]);
}

#[test]
fn a_ring_in_one_line_takes_the_cells_along_it() {
    let line = polygon(&[[40.0, 20.0], [40.1, 20.0], [40.05, 20.0]]);
    let found = cells(&Shape::Polygon(&line));
    for step in 0..=100 {
        let along = cell_at(at(40.0 + 0.1 * f64::from(step) / 100.0, 20.0));
        assert!(found.contains_all(&along), "{step}");
    }
    assert!(found.len() < 40, "{} cells for 11 km", found.len());
}

#[test]
fn a_line_between_cells_lies_in_those_on_both_sides() {
    let equator = polygon(&[[0.0, 10.0], [0.0, 10.1], [0.0, 10.05]]);
    let found = cells(&Shape::Polygon(&equator));
    for lng in [10.01, 10.04, 10.09] {
        assert!(found.contains_all(&cell_at(at(1e-4, lng))) && found.contains_all(&cell_at(at(-1e-4, lng))));
    }
}

#[test]
fn either_winding_is_the_smaller_side() {
    let ring = square(47.0, 8.0, 0.2);
    let back: Vec<LatLng> = ring.iter().rev().copied().collect();
    assert_eq!(cells(&Shape::Polygon(&ring)), cells(&Shape::Polygon(&back)));
    let km2 = s2::area_km2(&Shape::Polygon(&back)).unwrap();
    assert!((330.0..345.0).contains(&km2), "{km2}");
}

#[test]
fn a_polygon_over_the_limit_says_its_area() {
    let (fits, over) = (square(0.0, 0.0, 0.44), square(0.0, 0.0, 0.46));
    assert!(cells(&Shape::Polygon(&fits)).len() > 1000);
    let found = faults(&over);
    let [ShapeFault::TooLarge { km2, limit }] = found[..] else {
        panic!("{found:?}")
    };
    assert!((2600.0..2650.0).contains(&km2) && limit == 2500.0, "{km2}");
    assert!(found[0].is_size());
    assert!(!faults(&[]).iter().any(ShapeFault::is_size));
}

#[test]
fn circles_have_a_limit_where_the_caller_wants_one() {
    let over = circle(50.0, 8.0, 40_000.0);
    assert!(cells(&over).len() > 3000);
    let found = cover(&over, &Limits::BOUNDED).expect_err("over the limit");
    assert!(
        matches!(found[..], [ShapeFault::TooLarge { limit: 2500.0, .. }]),
        "{found:?}"
    );
}

#[test]
fn no_shape_takes_more_cells_than_the_limit() {
    for radius_m in [100_000.0, 5e6, 1.1e7, 1e30] {
        let found = cover(&circle(10.0, 20.0, radius_m), &Limits::REFERENCE).expect_err("too many cells");
        assert_eq!(found, [ShapeFault::TooManyCells { max: MAX_S2_CELLS }]);
    }
    let thread = polygon(&[[0.0, 0.0], [0.0, 150.0], [1e-6, 75.0]]);
    assert_eq!(faults(&thread), [ShapeFault::TooManyCells { max: MAX_S2_CELLS }]);
}

/// Ten thousand edges drawn to cost as much as they can.
#[test]
fn what_would_cost_too_much_is_given_up() {
    let hundred_thousand = vec![at(1.0, 1.0); 100_000];
    let [
        ShapeFault::TooManyVertices {
            count: 100_000,
            max: MAX_S2_VERTICES,
        },
    ] = faults(&hundred_thousand)[..]
    else {
        panic!("vertices are counted before anything else")
    };
    let tooth = |i: usize| {
        at(
            10.0 + 1e-7 * i as f64,
            if i.is_multiple_of(2) { 20.0 } else { 20.3 },
        )
    };
    let mut comb: Vec<LatLng> = (0..MAX_S2_VERTICES - 3).map(tooth).collect();
    comb.extend(polygon(&[[10.1, 19.9], [9.9, 19.9], [9.9, 20.0]]));
    assert_eq!(faults(&comb), [ShapeFault::TooIntricate]);
}

/// Rows along the equator that only exact arithmetic tells apart.
#[test]
fn exact_arithmetic_is_bounded_too() {
    let rows = |count: usize| {
        let row = |i: usize| at(1e-18 * i as f64, if i.is_multiple_of(2) { 10.0 } else { 10.1 });
        let mut ring: Vec<LatLng> = (0..count).map(row).collect();
        ring.extend(polygon(&[[0.01, 10.2], [0.01, 9.9], [-0.01, 9.9]]));
        ring
    };
    assert!(!cells(&Shape::Polygon(&rows(200))).is_empty());
    assert_eq!(faults(&rows(600)), [ShapeFault::TooIntricate]);
}

#[test]
fn a_round_outline_of_ten_thousand_vertices_is_common() {
    let turn = 2.0 * PI / MAX_S2_VERTICES as f64;
    let vertex = |i: usize| {
        at(
            45.0 + 0.2 * libm::sin(turn * i as f64),
            8.0 + 0.2 * libm::cos(turn * i as f64),
        )
    };
    let ring: Vec<LatLng> = (0..MAX_S2_VERTICES).map(vertex).collect();
    assert!(cells(&Shape::Polygon(&ring)).len() > 1000);
}

#[test]
fn a_radius_is_a_number_above_zero() {
    for radius_m in [0.0, -0.0, -1.0, f64::NEG_INFINITY] {
        let found = cover(&circle(1.0, 1.0, radius_m), &Limits::REFERENCE).expect_err("no radius");
        assert_eq!(found, [ShapeFault::RadiusNotPositive { radius_m }]);
    }
    let bad = circle(91.0, 0.0, 5.0);
    let at_center = ShapeFault::LatitudeOutOfRange {
        at: Place::Center,
        lat: 91.0,
    };
    assert_eq!(cover(&bad, &Limits::REFERENCE), Err(vec![at_center]));
}

#[test]
fn circles_by_the_pole_meet_across_it() {
    for radius_m in [120.0, 300.0, 5000.0] {
        let (here, there) = (
            cells(&circle(89.999, 0.0, radius_m)),
            cells(&circle(89.999, 180.0, radius_m)),
        );
        assert!(here.intersects(&there), "{radius_m}");
        let south = [
            cells(&circle(-89.999, 90.0, radius_m)),
            cells(&circle(-89.999, -90.0, radius_m)),
        ];
        assert!(south[0].intersects(&south[1]) && !here.intersects(&south[0]));
    }
}

#[test]
fn the_antimeridian_is_no_edge() {
    let (west, east) = (
        cells(&circle(10.0, 179.999, 500.0)),
        cells(&circle(10.0, -179.999, 500.0)),
    );
    assert!(west.intersects(&east));
    let across = polygon(&[[9.9, 179.9], [9.9, -179.9], [10.1, -179.9], [10.1, 179.9]]);
    let found = cells(&Shape::Polygon(&across));
    assert!(found.contains_all(&west) && found.contains_all(&east));
    assert!(found.len() < 700, "the smaller side: {}", found.len());
    assert_eq!(cell_at(at(12.0, 180.0)), cell_at(at(12.0, -180.0)));
}

#[test]
fn a_ring_around_a_pole_holds_the_pole() {
    let ring: Vec<LatLng> = (0..12).map(|i| at(89.9, f64::from(i) * 30.0 - 180.0)).collect();
    let found = cells(&Shape::Polygon(&ring));
    assert!(found.contains_all(&cell_at(at(90.0, 77.0))));
    assert!(found.contains_all(&cells(&circle(89.99, 123.0, 100.0))));
}

#[test]
fn a_circle_has_the_area_of_twenty_triangles() {
    for radius_m in [10.0, 1000.0, 20_000.0] {
        let km2 = s2::area_km2(&circle(33.0, -70.0, radius_m)).unwrap();
        let flat = 10.0 * libm::sin(PI / 10.0) * radius_m * radius_m / 1e6;
        let scale = s2::EARTH_KM2 * 1e6 / (4.0 * PI * s2::EARTH_RADIUS_M * s2::EARTH_RADIUS_M);
        assert!((km2 / (flat * scale) - 1.0).abs() < 1e-4, "{km2} {flat}");
    }
}

#[test]
fn a_larger_circle_holds_a_smaller_one() {
    let sizes = [1e-12, 1e-6, 0.01, 1.0, 30.0, 900.0, 9000.0];
    let found = sizes.map(|radius_m| cells(&circle(-33.0, 151.0, radius_m)));
    assert!(found.windows(2).all(|pair| pair[1].contains_all(&pair[0])));
    assert_eq!(found[0].len(), 1);
}

/// Shapes and their cells as the C++ S2 library answered (oracle/s2_cells.cc).
#[test]
fn recorded_shapes_take_the_recorded_cells() {
    let mut lines = include_str!("s2_cells.txt").lines();
    let mut count = 0;
    while let (Some(shape), Some(answer)) = (lines.next(), lines.next()) {
        let (kind, numbers) = shape.split_once(' ').unwrap();
        let numbers: Vec<f64> = numbers.split(' ').map(|word| word.parse().unwrap()).collect();
        let ring: Vec<LatLng> = numbers
            .chunks(2)
            .map(|pair| at(pair[0], *pair.last().unwrap()))
            .collect();
        let shape = match kind {
            "P" => Shape::Polygon(&ring),
            _ => circle(numbers[0], numbers[1], numbers[2]),
        };
        let ids: Vec<u64> = answer
            .split(' ')
            .skip(1)
            .map(|word| word.parse().unwrap())
            .collect();
        assert_eq!(cells(&shape).as_slice(), ids, "{shape:?}");
        count += 1;
    }
    assert_eq!(count, 12);
}

#[test]
fn shapes_of_one_entity_are_refused_by_their_index() {
    let (fine, bad) = (square(3.0, 3.0, 0.01), square(3.0, 3.0, 0.0));
    let shapes = [
        Shape::Polygon(&fine),
        Shape::Polygon(&bad),
        circle(3.0, 3.0, -1.0),
    ];
    let found = cover_all(&shapes, &Limits::BOUNDED).expect_err("two of three");
    let places: BTreeSet<usize> = found.iter().map(|(i, _)| *i).collect();
    assert_eq!(Vec::from_iter(places), [1, 2]);
}

#[test]
fn shapes_of_one_entity_are_covered_together() {
    let shapes = [
        circle(3.0, 3.0, 2000.0),
        circle(3.0, 3.0, 1000.0),
        circle(3.0, 4.0, 1000.0),
    ];
    let found = cover_all(&shapes, &Limits::BOUNDED).unwrap();
    assert_eq!(found, Cells::union(&shapes.map(|shape| cells(&shape))));
    assert!(cover_all(&[], &Limits::BOUNDED).unwrap().is_empty());
}

#[test]
fn an_entity_is_bounded_as_its_shapes_are() {
    let large: Vec<Shape<'_>> = (0..20).map(|i| circle(0.0, f64::from(i), 25_000.0)).collect();
    let found = cover_all(&large, &Limits::BOUNDED).expect_err("over 10 000 km²");
    assert!(
        matches!(found[..], [(19, ShapeFault::TooLarge { limit: 10_000.0, .. })]),
        "{found:?}"
    );
    let same = vec![circle(0.0, 0.0, 25_000.0); 60];
    assert!(
        cover_all(&same[..5], &Limits::BOUNDED).is_ok(),
        "area counts once"
    );
    let found = cover_all(&same, &Limits::REFERENCE).expect_err("work counts each time");
    assert!(
        matches!(
            found[..],
            [(
                _,
                ShapeFault::TooManyCells {
                    max: MAX_S2_UNION_CELLS
                }
            )]
        ),
        "{found:?}"
    );
    let many = vec![circle(0.0, 0.0, 1.0); MAX_S2_VERTICES + 1];
    let found = cover_all(&many, &Limits::REFERENCE).expect_err("too many shapes");
    assert!(matches!(
        found[..],
        [(MAX_S2_VERTICES, ShapeFault::TooManyVertices { .. })]
    ));
}

#[test]
fn a_list_of_numbers_is_a_set_of_cells_only_if_it_is_one() {
    let found = cells(&circle(3.0, 3.0, 2000.0));
    let ids: Vec<u64> = found.iter().collect();
    assert_eq!(Cells::from_sorted(ids.clone()), Ok(found));
    let repeated = vec![ids[0], ids[0]];
    assert_eq!(
        Cells::from_sorted(repeated),
        Err(NotCells::OutOfOrder { id: ids[0] })
    );
    let parent = (ids[0] & !((1 << 37) - 1)) | (1 << 36);
    for id in [0, 1, parent, ids[0] + 2, u64::MAX, (6 << 61) | (1 << 34)] {
        assert_eq!(Cells::from_sorted(vec![id]), Err(NotCells::NotACell { id }));
    }
}

#[test]
fn cells_are_written_as_a_list_and_read_with_care() {
    let found = cells(&circle(3.0, 3.0, 2000.0));
    let text = serde_json::to_string(&found).unwrap();
    assert!(text.starts_with("[1"), "{text}");
    assert_eq!(serde_json::from_str::<Cells>(&text).unwrap(), found);
    assert!(serde_json::from_str::<Cells>("[5]").is_err());
}

#[test]
fn more_faults_than_are_listed_are_counted() {
    let ring = vec![at(91.0, 0.0); 100];
    let found = faults(&ring);
    assert_eq!(
        (found.len(), &found[MAX_FAULTS - 1]),
        (MAX_FAULTS, &ShapeFault::More { count: 37 })
    );
}

/// Vertices that are as near, as far or as much in line as numbers allow.
fn hostile(dice: &mut Dice) -> Vec<LatLng> {
    let count = 3 + dice.below(60) as usize;
    let step = dice.magnitude(1e-16, 1.0);
    let home = [at(0.0, 0.0), at(90.0, 0.0), at(45.0, -135.0), at(-30.0, 180.0)][dice.below(4) as usize];
    let kind = dice.below(4);
    let vertex = |i: usize| match kind {
        0 => at(dice.within(-90.0, 90.0), dice.within(-180.0, 180.0)),
        1 => at(home.lat - step * dice.share(), home.lng - step * dice.share()),
        2 => at(
            home.lat - step * i as f64 / 64.0,
            home.lng - if i.is_multiple_of(2) { 0.0 } else { 0.3 },
        ),
        _ => at(
            home.lat * dice.below(2) as f64,
            (home.lng + 180.0 * dice.below(2) as f64 + step).min(180.0),
        ),
    };
    (0..count).map(vertex).collect()
}

fn drawn() -> impl Strategy<Value = Drawn> {
    any::<u64>().prop_map(|seed| rings::draw(&mut Dice::new(seed)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn turning_or_reversing_a_ring_changes_nothing(drawn in drawn(), turn in 0..100_usize) {
        let Drawn::Polygon(ring) = &drawn else { return Ok(()) };
        let found = cover(&drawn.shape(), &Limits::REFERENCE);
        let mut other = ring.clone();
        other.rotate_left(turn % ring.len());
        other.reverse();
        let again = cover(&Shape::Polygon(&other), &Limits::REFERENCE);
        prop_assert_eq!(found.clone().ok(), again.clone().ok());
        prop_assert_eq!(found.map_err(|faults| faults.len()), again.map_err(|faults| faults.len()));
    }

    #[test]
    fn a_polygon_lies_in_the_cells_of_all_its_vertices(drawn in drawn()) {
        let Drawn::Polygon(ring) = &drawn else { return Ok(()) };
        if let Ok(found) = cover(&drawn.shape(), &Limits::REFERENCE) {
            for vertex in ring {
                prop_assert!(found.contains_all(&cell_at(*vertex)), "{vertex:?}");
            }
        }
    }

    #[test]
    fn whatever_the_vertices_there_is_an_answer(seed in any::<u64>()) {
        let ring = hostile(&mut Dice::new(seed));
        match cover(&Shape::Polygon(&ring), &Limits::REFERENCE) {
            Ok(found) => prop_assert!((1..=MAX_S2_CELLS).contains(&found.len())),
            Err(found) => prop_assert!((1..=MAX_FAULTS).contains(&found.len())),
        }
    }

    #[test]
    fn area_is_no_more_than_that_of_the_cells(drawn in drawn()) {
        if let Ok(found) = cover(&drawn.shape(), &Limits::REFERENCE) {
            let km2 = s2::area_km2(&drawn.shape()).unwrap();
            prop_assert!(!found.is_empty() && km2 <= found.area_km2() * (1.0 + 1e-9));
        }
    }

    #[test]
    fn sets_of_cells_behave_as_sets(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let mut part = || {
            let reach = dice.within(0.0, 0.1);
            circle(dice.within(-reach, reach), dice.within(10.0 - reach, 10.0), dice.magnitude(1.0, 9000.0))
        };
        let (a, b) = (cells(&part()), cells(&part()));
        let sets = [&a, &b].map(|cells| cells.iter().collect::<BTreeSet<u64>>());
        prop_assert_eq!(a.intersects(&b), !sets[0].is_disjoint(&sets[1]));
        prop_assert_eq!(a.contains_all(&b), sets[0].is_superset(&sets[1]));
        let both = Cells::union(&[a.clone(), b.clone()]);
        prop_assert_eq!(both.iter().collect::<BTreeSet<u64>>(), &sets[0] | &sets[1]);
        prop_assert!(both.contains_all(&a) && both.contains_all(&b) && both.contains_all(&Cells::default()));
    }
}
