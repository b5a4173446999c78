//! Latakia, 17 September 2018, by the geometry of the public accounts: what the room that
//! answered for the reconnaissance aircraft would have been told. A reconstruction; it
//! decides nothing about blame.

use super::*;

/// 18:00 UTC on that day, the zero of this file.
const SIX_PM: i64 = 1_537_207_200 * SECOND;

fn place(lat_milli: i64, lon_milli: i64) -> Position {
    Position {
        lat_nd: lat_milli * 1_000_000,
        lon_nd: lon_milli * 1_000_000,
    }
}

fn window(from_min: i64, to_min: i64) -> Window {
    Window {
        start_us: SIX_PM + from_min * MINUTE,
        end_us: SIX_PM + to_min * MINUTE,
    }
}

const KHMEIMIM: (i64, i64) = (35_400, 35_950);
const TARGET_AREA: (i64, i64) = (35_520, 35_800);

fn road() -> Vec<Position> {
    vec![place(35_900, 36_600), place(KHMEIMIM.0, KHMEIMIM.1)]
}

/// From the working area over Idlib south and home, at 5 000 m and then down.
fn road_home() -> OperationDraft {
    let line = road();
    let volume = VolumeSpec {
        footprint: Footprint::Corridor {
            line,
            half_width_mm: 2 * KM,
        },
        band: Band {
            low_mm: 0,
            high_mm: 5_500_000,
            datum: Datum::Msl,
        },
        window: window(40, 80),
    };
    draft(Class::Reconnaissance, volume)
}

fn strike() -> VolumeSpec {
    VolumeSpec {
        footprint: Footprint::Circle {
            center: place(TARGET_AREA.0, TARGET_AREA.1),
            radius_mm: 5 * KM,
        },
        band: Band {
            low_mm: 0,
            high_mm: 10 * KM,
            datum: Datum::Msl,
        },
        window: window(40, 55),
    }
}

/// Air defence may react over the approach.
fn reaction() -> Hazard {
    let volume = VolumeSpec {
        footprint: Footprint::Circle {
            center: place(TARGET_AREA.0, TARGET_AREA.1),
            radius_mm: 40 * KM,
        },
        band: Band {
            low_mm: 0,
            high_mm: 20 * KM,
            datum: Datum::Msl,
        },
        window: window(45, 120),
    };
    hazard(HazardKind::AirDefence, volume)
}

fn picture() -> Picture {
    let mut picture = Picture::new();
    picture.add_operation(&"il-20".into(), &road_home()).unwrap();
    picture
}

/// 18:39, the call.
const CALL: i64 = SIX_PM + 39 * MINUTE;

#[test]
fn words_alone_show_no_exposure_because_they_name_no_place() {
    let words = "strikes in northern Syria in the next minutes";
    assert_eq!(crate::words::places(words, crate::words::GAZETTEER), []);
    let found = picture().findings(now(CALL), &subject(Class::Hazard, &[], &[]), None);
    assert_eq!(found, Findings::default());
}

#[test]
fn the_strike_alone_is_farther_from_the_road_home_than_anything_requires() {
    let passes = geo4d::point_to_line(place(TARGET_AREA.0, TARGET_AREA.1), &road());
    assert!(
        passes.low_mm > 18_500_000 && passes.high_mm < 19_500_000,
        "about 19 km: {passes:?}"
    );
    let told = [strike()];
    let found = picture().findings(now(CALL), &subject(Class::Hazard, &told, &[]), None);
    assert_eq!(found, Findings::default());
}

#[test]
fn the_hazard_over_the_approach_exposes_the_road_home_in_time_to_order_a_hold() {
    let told = [strike()];
    let hazards = [reaction()];
    let found = picture().findings(now(CALL), &subject(Class::Hazard, &told, &hazards), None);
    let part = Part::Hazard(HazardId::from("h1"));
    let row = found
        .rows
        .iter()
        .find(|row| row.part == part)
        .expect("the road home leads through it");
    assert_eq!(
        (row.kind, &row.against),
        (FindingKind::Exposure, &Against::Operation("il-20".into()))
    );
    assert_eq!(row.witness.horizontal_mm, 0, "it leads through, not by");
    assert!(
        row.act_by_us < hazards[0].volume.window.start_us,
        "before the hazard begins"
    );
    assert!(row.last_us >= SIX_PM + 63 * MINUTE, "still exposed at 19:03");
}

#[test]
fn a_declared_position_on_the_road_home_is_exposed_before_it_reaches_the_hazard() {
    let mut picture = Picture::new();
    let altitude = Band {
        low_mm: 5 * KM,
        high_mm: 5 * KM,
        datum: Datum::Msl,
    };
    let track = |at, minutes: i64| Track {
        at,
        altitude,
        seen_at_us: SIX_PM + minutes * MINUTE,
        speed_mm_s: 120_000,
        aboard: 15,
        drill: false,
    };
    let hazards = [reaction()];
    let open = subject(Class::Hazard, &[], &hazards);
    picture.set_track(&"il-20".into(), track(place(35_900, 36_600), 39));
    let found = picture.findings(now(CALL), &open, None);
    let row = found.rows.first().expect("within ten minutes of the edge");
    assert_eq!(row.aboard, 15);
    assert!(row.act_by_us > CALL && row.act_by_us < hazards[0].volume.window.start_us);
    // On approach at 18:59, inside: to be told at once, and so it stays at 19:03.
    picture.set_track(&"il-20".into(), track(place(35_300, 35_700), 59));
    for minutes in [59, 63] {
        let at = SIX_PM + minutes * MINUTE;
        assert_eq!(picture.findings(now(at), &open, None).rows[0].act_by_us, at);
    }
}
