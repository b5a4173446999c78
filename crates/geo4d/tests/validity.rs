//! What is refused, why, and where it says so.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod scatter;

use geo4d::limits;
use geo4d::{Band, Datum, Fault, Footprint, Position, Reason, Volume, VolumeSpec, Window, destination};
use proptest::prelude::*;
use scatter::Dice;

fn at(lat: f64, lon: f64) -> Position {
    Position {
        lat_nd: (lat * 1e9).round() as i64,
        lon_nd: (lon * 1e9).round() as i64,
    }
}

fn spec(footprint: Footprint) -> VolumeSpec {
    let band = Band {
        low_mm: 0,
        high_mm: 1,
        datum: Datum::Msl,
    };
    VolumeSpec {
        footprint,
        band,
        window: Window {
            start_us: 0,
            end_us: 1,
        },
    }
}

fn polygon(ring: Vec<Position>) -> VolumeSpec {
    spec(Footprint::Polygon { ring })
}

fn faults(spec: &VolumeSpec) -> Vec<Fault> {
    spec.check().expect_err("this is not a valid volume")
}

fn places(spec: &VolumeSpec) -> Vec<String> {
    faults(spec).into_iter().map(|fault| fault.place).collect()
}

fn regular(center: Position, corners: i64, radius_mm: i64) -> Vec<Position> {
    (0..corners)
        .map(|i| destination(center, 360_000_000_000 / corners * i, radius_mm))
        .collect()
}

#[test]
fn every_fault_is_listed_with_its_place() {
    let ring = vec![at(91.0, 0.0), at(0.0, 181.0)];
    let mut bad = polygon(ring);
    bad.band = Band {
        low_mm: 5,
        high_mm: 5,
        datum: Datum::Msl,
    };
    bad.window = Window {
        start_us: 9,
        end_us: 3,
    };
    let expected = [
        "/footprint/ring",
        "/footprint/ring/0/lat_nd",
        "/footprint/ring/1/lon_nd",
        "/band",
        "/window",
    ];
    assert_eq!(places(&bad), expected);
}

#[test]
fn a_crossing_names_both_edges() {
    let bow_tie = polygon(vec![at(0.0, 0.0), at(1.0, 1.0), at(1.0, 0.0), at(0.0, 1.0)]);
    let crossing = faults(&bow_tie)
        .into_iter()
        .find(|fault| matches!(fault.reason, Reason::CrossesItself { .. }));
    let fault = Fault {
        place: "/footprint/ring/0".into(),
        reason: Reason::CrossesItself { other: 2 },
    };
    assert_eq!(crossing, Some(fault));
}

#[test]
fn a_ring_that_touches_itself_is_refused() {
    let touching = polygon(vec![
        at(0.0, 0.0),
        at(0.0, 2.0),
        at(2.0, 2.0),
        at(0.0, 1.0),
        at(2.0, 0.0),
    ]);
    assert!(
        faults(&touching)
            .iter()
            .all(|fault| matches!(fault.reason, Reason::CrossesItself { .. }))
    );
    let spike = polygon(vec![at(0.0, 0.0), at(0.0, 2.0), at(0.0, 1.0), at(1.0, 1.0)]);
    assert!(
        faults(&spike)
            .iter()
            .any(|fault| matches!(fault.reason, Reason::CrossesItself { .. }))
    );
}

#[test]
fn a_repeated_vertex_names_the_one_it_repeats() {
    let closed = polygon(vec![at(0.0, 0.0), at(0.0, 1.0), at(1.0, 1.0), at(0.0, 0.0)]);
    let fault = Fault {
        place: "/footprint/ring/3".into(),
        reason: Reason::RepeatedVertex { of: 0 },
    };
    assert_eq!(faults(&closed), [fault]);
}

#[test]
fn two_names_of_one_place_are_one_vertex() {
    let twice = polygon(vec![at(0.0, 180.0), at(0.0, -180.0), at(1.0, 179.0)]);
    assert_eq!(places(&twice), ["/footprint/ring/1"]);
    let pole = polygon(vec![at(90.0, 0.0), at(90.0, 90.0), at(89.0, 0.0), at(89.0, 90.0)]);
    assert_eq!(places(&pole), ["/footprint/ring/1"]);
    let line = spec(Footprint::Corridor {
        line: vec![at(90.0, 0.0), at(90.0, 9.0)],
        half_width_mm: 5,
    });
    assert_eq!(places(&line), ["/footprint/line/1"]);
}

#[test]
fn a_line_may_come_back_to_a_place_but_not_stand_still() {
    let there_and_back = vec![at(0.0, 0.0), at(0.0, 1.0), at(0.0, 0.0)];
    assert!(
        spec(Footprint::Corridor {
            line: there_and_back,
            half_width_mm: 5
        })
        .check()
        .is_ok()
    );
    let standing = vec![at(0.0, 0.0), at(0.0, 0.0), at(0.0, 1.0)];
    assert_eq!(
        places(&spec(Footprint::Corridor {
            line: standing,
            half_width_mm: 5
        })),
        ["/footprint/line/1"]
    );
}

#[test]
fn a_ring_without_an_inside_is_refused() {
    let flat = polygon(vec![at(0.0, 0.0), at(0.0, 1.0), at(0.0, 2.0)]);
    assert!(faults(&flat).iter().any(|fault| fault.reason == Reason::NoArea));
}

#[test]
fn a_world_sized_ring_is_refused_either_way_round() {
    let mut ring = vec![
        at(-80.0, -170.0),
        at(-80.0, 170.0),
        at(80.0, 170.0),
        at(80.0, -170.0),
    ];
    for _ in 0..2 {
        assert!(matches!(
            faults(&polygon(ring.clone()))[..],
            [Fault {
                reason: Reason::TooLarge { .. },
                ..
            }]
        ));
        ring.reverse();
    }
    let hemisphere = polygon(regular(at(10.0, 20.0), 36, 9_900_000_000));
    assert!(matches!(
        faults(&hemisphere)[..],
        [Fault {
            reason: Reason::TooLarge { .. },
            ..
        }]
    ));
    let ocean = polygon(regular(at(10.0, 20.0), 36, 4_800_000_000));
    assert!(ocean.check().is_ok());
}

#[test]
fn a_line_longer_than_any_flight_is_refused() {
    let line: Vec<Position> = (0..200)
        .map(|i| at(f64::from(i % 2) * 40.0, 0.1 * f64::from(i % 7)))
        .collect();
    let faults = faults(&spec(Footprint::Corridor {
        line,
        half_width_mm: 5,
    }));
    assert!(matches!(
        faults[..],
        [Fault {
            reason: Reason::OutlineTooLong { .. },
            ..
        }]
    ));
}

#[test]
fn too_many_vertices_are_counted_and_not_looked_at() {
    let million = vec![at(95.0, 0.0); 1_000_000];
    let reason = Reason::TooManyVertices {
        count: 1_000_000,
        max: limits::MAX_VERTICES as u64,
    };
    assert_eq!(
        faults(&polygon(million)),
        [Fault {
            place: "/footprint/ring".into(),
            reason
        }]
    );
}

#[test]
fn thousands_of_faults_are_counted_and_not_all_listed() {
    let ring = vec![at(95.0, 0.0); 5000];
    let faults = faults(&polygon(ring));
    assert_eq!(faults.len(), limits::MAX_FAULTS);
    let more = 5000 - (limits::MAX_FAULTS as u64 - 1);
    assert_eq!(faults.last().unwrap().reason, Reason::More { count: more });
}

#[test]
fn the_most_vertices_allowed_are_taken_and_their_tangle_refused() {
    let center = at(47.0, 8.0);
    let ring = regular(center, limits::MAX_VERTICES as i64, 100_000_000);
    assert!(polygon(ring.clone()).check().is_ok());
    let mut shuffled = ring;
    let mut dice = Dice::new(3);
    for i in (1..shuffled.len()).rev() {
        shuffled.swap(i, dice.below(i as u64 + 1) as usize);
    }
    assert!(polygon(shuffled).check().is_err());
}

/// A comb of diagonal teeth a metre apart, each some kilometres long: a valid outline if it is not too intricate.
fn comb(teeth: i64) -> VolumeSpec {
    let tooth = |i: i64, along: f64| at(along - 1e-5 * i as f64, along + 1e-5 * i as f64);
    let both = |i: i64| {
        if i % 2 == 0 {
            [tooth(i, 0.0), tooth(i, 0.06)]
        } else {
            [tooth(i, 0.06), tooth(i, 0.0)]
        }
    };
    let mut ring: Vec<Position> = (0..teeth).flat_map(both).collect();
    ring.extend([tooth(teeth - 1, -0.01), tooth(0, -0.01)]);
    polygon(ring)
}

#[test]
fn a_comb_is_taken_and_one_that_costs_too_much_to_check_is_too_intricate() {
    assert!(comb(500).check().is_ok());
    let fault = Fault {
        place: "/footprint/ring".into(),
        reason: Reason::TooIntricate,
    };
    assert_eq!(faults(&comb(4998)), [fault]);
}

#[test]
fn fractions_nan_and_exponents_do_not_parse() {
    let json = |lat: &str| {
        format!(
            r#"{{"footprint":{{"shape":"circle","center":{{"lat_nd":{lat},"lon_nd":0}},"radius_mm":5}},
            "band":{{"low_mm":0,"high_mm":1,"datum":"msl"}},"window":{{"start_us":0,"end_us":1}}}}"#
        )
    };
    assert!(serde_json::from_str::<VolumeSpec>(&json("5")).is_ok());
    for lat in ["5.0", "NaN", "1e3", "null", "\"5\"", "99999999999999999999"] {
        assert!(serde_json::from_str::<VolumeSpec>(&json(lat)).is_err(), "{lat}");
    }
}

#[test]
fn unknown_members_do_not_parse() {
    let json = r#"{"footprint":{"shape":"circle","center":{"lat_nd":0,"lon_nd":0},"radius_mm":5,"why":1},
        "band":{"low_mm":0,"high_mm":1,"datum":"msl"},"window":{"start_us":0,"end_us":1}}"#;
    assert!(serde_json::from_str::<VolumeSpec>(json).is_err());
}

#[test]
fn a_volume_cannot_be_deserialised_past_its_check() {
    let bad = polygon(vec![at(0.0, 0.0), at(0.0, 1.0)]);
    let json = serde_json::to_string(&bad).unwrap();
    let refused = serde_json::from_str::<Volume>(&json).unwrap_err().to_string();
    assert!(
        refused.contains("/footprint/ring: has 2 vertices, needs at least 3"),
        "{refused}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_valid_volume_survives_json(seed: u64) {
        let mut dice = Dice::new(seed);
        let (place, size_mm) = (dice.place(), dice.magnitude(1e4, 1e9));
        let volume = dice.volume(place, size_mm);
        let json = serde_json::to_string(&volume).unwrap();
        prop_assert_eq!(serde_json::from_str::<Volume>(&json).unwrap(), volume);
    }

    #[test]
    fn any_numbers_are_answered_without_a_panic(
        numbers in prop::collection::vec(prop_oneof![any::<i64>(), -200_000_000_000i64..200_000_000_000], 6..60),
        shape in 0..3,
    ) {
        let points: Vec<Position> = numbers[4..].chunks_exact(2).map(|p| Position { lat_nd: p[0], lon_nd: p[1] }).collect();
        let footprint = match shape {
            0 => Footprint::Polygon { ring: points },
            1 => Footprint::Corridor { line: points, half_width_mm: numbers[0] },
            _ => Footprint::Circle { center: points[0], radius_mm: numbers[0] },
        };
        let band = Band { low_mm: numbers[0], high_mm: numbers[1], datum: Datum::Pressure };
        let window = Window { start_us: numbers[2], end_us: numbers[3] };
        let _ = VolumeSpec { footprint, band, window }.check();
    }

    #[test]
    fn two_edges_swapped_cross(seed: u64, corners in 5..40i64, i in 0..40usize) {
        let mut dice = Dice::new(seed);
        let mut ring = regular(dice.place(), corners, 50_000_000);
        prop_assert!(polygon(ring.clone()).check().is_ok());
        let i = i % ring.len();
        let j = (i + 1) % ring.len();
        ring.swap(i, j);
        let crossed = faults(&polygon(ring)).iter().any(|f| matches!(f.reason, Reason::CrossesItself { .. }));
        prop_assert!(crossed);
    }
}
