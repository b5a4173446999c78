use super::*;
use crate::act::{Class, HazardKind};
use geo4d::{Band, Datum, Footprint, Position, Separation};
use proptest::prelude::*;

const HOUR_US: i64 = 3_600_000_000;

fn at(lat_milli: i64, lon_milli: i64) -> Position {
    Position {
        lat_nd: lat_milli * 1_000_000,
        lon_nd: lon_milli * 1_000_000,
    }
}

fn volume(footprint: Footprint, hours: i64) -> VolumeSpec {
    VolumeSpec {
        footprint,
        band: Band {
            low_mm: 1_000_000,
            high_mm: 8_000_000,
            datum: Datum::Msl,
        },
        window: Window {
            start_us: 7,
            end_us: 7 + hours * HOUR_US,
        },
    }
}

fn circle(center: Position, radius_mm: i64) -> VolumeSpec {
    volume(Footprint::Circle { center, radius_mm }, 1)
}

fn draft(volumes: Vec<VolumeSpec>) -> OperationDraft {
    let hazard = HazardDraft {
        kind: HazardKind::Debris,
        volume: circle(at(35_500, 35_800), 3_000_000),
        words: "debris".into(),
    };
    OperationDraft {
        name: "home".into(),
        class: Class::Hazard,
        volumes,
        hazards: vec![hazard],
        drill: false,
        separation: None,
        reaction_us: None,
    }
}

/// A ring about a square degree large at the equator.
fn degree(lat_milli: i64, lon_milli: i64) -> Footprint {
    let corner = |lat, lon| at(lat_milli + lat, lon_milli + lon);
    Footprint::Polygon {
        ring: vec![
            corner(0, 0),
            corner(0, 1_000),
            corner(1_000, 1_000),
            corner(1_000, 0),
        ],
    }
}

fn assert_within_percent(figure: u64, expected: u64, percent: u64) {
    assert!(figure >= expected, "{figure} is less than {expected}");
    assert!(
        figure - expected <= expected * percent / 100 + 1,
        "{figure} is far more than {expected}"
    );
}

#[test]
fn exact_tells_what_was_planned_and_when() {
    let volumes = vec![volume(degree(35, 36), 2), volume(degree(37, 36), 5)];
    let told = disclosed(&draft(volumes.clone()), Level::Exact).unwrap();
    assert_eq!(told.volumes, volumes);
    assert_eq!(told.hazards, draft(volumes).hazards);
    assert_eq!(
        told.window,
        Window {
            start_us: 7,
            end_us: 7 + 5 * HOUR_US
        }
    );
}

#[test]
fn words_tell_when_and_nothing_of_where() {
    let told = disclosed(&draft(vec![volume(degree(35, 36), 2)]), Level::Words).unwrap();
    assert!(told.volumes.is_empty() && told.hazards.is_empty());
    assert_eq!(
        told.window,
        Window {
            start_us: 7,
            end_us: 7 + 2 * HOUR_US
        }
    );
}

#[test]
fn a_box_tells_the_same_for_plans_that_differ_by_less_than_its_grid() {
    let boxed = |lat_milli| {
        disclosed(&draft(vec![circle(at(lat_milli, 35_825), 1_000_000)]), Level::Box)
            .unwrap()
            .volumes
    };
    assert_eq!(boxed(35_524), boxed(35_526));
    assert_ne!(boxed(35_524), boxed(35_624));
}

#[test]
fn volumes_in_one_box_are_told_once() {
    let leg = |lat_milli| circle(at(lat_milli, 35_825), 1_000_000);
    let told = disclosed(&draft(vec![leg(35_524), leg(35_525), leg(35_526)]), Level::Box).unwrap();
    assert_eq!(told.volumes.len(), 1);
}

#[test]
fn every_fault_is_told_with_its_place_in_the_draft() {
    let mut bad = draft(vec![circle(at(0, 0), 1_000), circle(at(91_000, 0), -1)]);
    bad.hazards[0].volume.window.end_us = 0;
    for level in [Level::Exact, Level::Box, Level::Words] {
        let faults = disclosed(&bad, level).unwrap_err();
        let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert!(
            places
                .iter()
                .any(|place| place.starts_with("/volumes/1/footprint/center")),
            "{places:?}"
        );
        assert!(places.contains(&"/volumes/1/footprint/radius_mm"), "{places:?}");
        assert!(places.contains(&"/hazards/0/volume/window"), "{places:?}");
    }
}

#[test]
fn an_operation_without_a_place_cannot_be_told() {
    assert_eq!(
        disclosed(&draft(Vec::new()), Level::Words).unwrap_err()[0].place,
        "/volumes"
    );
}

#[test]
fn area_times_hours_is_never_too_small_and_little_too_large() {
    let small = |footprint, hours| blanket_km2_h(&[volume(footprint, hours)]);
    let center = at(35_500, 35_800);
    assert_within_percent(
        small(
            Footprint::Circle {
                center,
                radius_mm: 10_000_000,
            },
            2,
        ),
        628,
        2,
    );
    let line = vec![at(0, 0), at(0, 1_000)];
    // 111.32 km along the equator, 10 km wide, and a disc of 5 km.
    assert_within_percent(
        small(
            Footprint::Corridor {
                line,
                half_width_mm: 5_000_000,
            },
            1,
        ),
        1_191,
        2,
    );
    // A degree by a degree: 12 309 km² at the equator, 10 167 km² at 35° (WGS 84).
    assert_within_percent(small(degree(0, 0), 1), 12_308, 2);
    assert_within_percent(small(degree(35_000, 36_000), 3), 3 * 10_050, 3);
    assert_within_percent(small(degree(0, 179_500 - 360_000 + 180_000), 1), 12_308, 2);
}

#[test]
fn a_ring_may_turn_either_way_and_back_on_itself() {
    let ring = vec![
        at(0, 0),
        at(0, 1_000),
        at(1_000, 1_000),
        at(500, 100),
        at(1_000, 0),
    ];
    let mut backwards = ring.clone();
    backwards.reverse();
    let figure = |ring| blanket_km2_h(&[volume(Footprint::Polygon { ring }, 1)]);
    // The square less the triangle that the notch takes: a quarter of it.
    assert_within_percent(figure(ring.clone()), 12_308 * 3 / 4, 3);
    assert!(figure(ring).abs_diff(figure(backwards)) <= 2);
}

#[test]
fn a_ring_of_many_vertices_is_measured_by_its_box() {
    let edge = |n: i64, from: Position, to: Position| {
        (0..n).map(move |i| Position {
            lat_nd: from.lat_nd + (to.lat_nd - from.lat_nd) * i / n,
            lon_nd: from.lon_nd + (to.lon_nd - from.lon_nd) * i / n,
        })
    };
    let corners = [at(0, 0), at(0, 1_000), at(1_000, 1_000), at(1_000, 0)];
    let ring = (0..4)
        .flat_map(|i| edge(200, corners[i], corners[(i + 1) % 4]))
        .collect();
    assert_within_percent(
        blanket_km2_h(&[volume(Footprint::Polygon { ring }, 1)]),
        12_308,
        2,
    );
}

#[test]
fn what_lasts_a_moment_still_counts() {
    let mut moment = circle(at(35_500, 35_800), 1_000);
    moment.window.end_us = moment.window.start_us + 1;
    assert_eq!(blanket_km2_h(&[moment]), 1);
    assert_eq!(blanket_km2_h(&[]), 0);
}

fn footprints() -> impl Strategy<Value = Footprint> {
    let place = (-80_000_i64..80_000, -180_000_i64..180_000).prop_map(|(lat, lon)| at(lat, lon));
    let circle = (place.clone(), 1_i64..100_000_000)
        .prop_map(|(center, radius_mm)| Footprint::Circle { center, radius_mm });
    let corridor = (place.clone(), -900_i64..900, 20_i64..900, 1_i64..30_000_000).prop_map(
        |(from, lat, lon, half_width_mm)| {
            let lon_nd = from.lon_nd + lon * 1_000_000;
            let lon_nd = if lon_nd > 180_000_000_000 {
                lon_nd - 360_000_000_000
            } else {
                lon_nd
            };
            let to = Position {
                lat_nd: from.lat_nd + lat * 1_000_000,
                lon_nd,
            };
            Footprint::Corridor {
                line: vec![from, to],
                half_width_mm,
            }
        },
    );
    let square = (-80_000_i64..79_000, -180_000_i64..179_000).prop_map(|(lat, lon)| degree(lat, lon));
    prop_oneof![circle, corridor, square]
}

proptest! {
    #[test]
    fn a_box_contains_what_it_stands_for(footprint in footprints(), hours in 1_i64..100, low in 0_i64..5_000_000) {
        let mut exact = volume(footprint, hours);
        exact.band.low_mm = low;
        let told = disclosed(&draft(vec![exact.clone()]), Level::Box).unwrap();
        let boxed = told.volumes[0].check().expect("a box is a valid volume");
        prop_assert!(boxed.window().start_us <= exact.window.start_us);
        prop_assert!(boxed.window().end_us >= exact.window.end_us);
        prop_assert_eq!(told.window, *boxed.window());
        let (inner, outer) = (geo4d::to_ellipsoid_range(&exact.band, &exact.footprint),
            geo4d::to_ellipsoid_range(boxed.band(), boxed.footprint()));
        prop_assert!(outer.low_mm <= inner.low_mm && outer.high_mm >= inner.high_mm);
        for place in extremes(&exact.footprint) {
            let inside = geo4d::point_in_volume(&boxed, place, exact.band, exact.window.start_us, &Separation::default());
            prop_assert!(inside.is_some(), "{place:?} is outside {boxed:?}");
        }
    }
}

/// Places on the outline, all round.
fn extremes(footprint: &Footprint) -> Vec<Position> {
    let around = |center: Position, radius_mm: i64| {
        (0..360)
            .step_by(15)
            .map(move |bearing| geo4d::destination(center, bearing * 1_000_000_000, radius_mm))
    };
    match footprint {
        Footprint::Polygon { ring } => ring.clone(),
        Footprint::Circle { center, radius_mm } => around(*center, *radius_mm).collect(),
        Footprint::Corridor { line, half_width_mm } => line
            .iter()
            .flat_map(|vertex| around(*vertex, *half_width_mm))
            .collect(),
    }
}
