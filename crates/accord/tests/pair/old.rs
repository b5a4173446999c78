//! What grows old on file becomes UNKNOWN: shown with its age, told where it matters, never gone.

use crate::harness::*;
use accord::act::Class;
use accord::alarm::{AlarmKind, AlarmState, Topic};
use accord::command::Command;
use accord::limits::TRACK_STALE_US;
use geo4d::{Band, Datum, Position};

fn declare(seen_at_us: i64) -> Command {
    Command::DeclarePosition {
        track: "medevac".into(),
        name: "Christoph 1".into(),
        at: Position {
            lat_nd: 35_520_000_000,
            lon_nd: 35_800_000_000,
        },
        altitude: Band {
            low_mm: 1_000_000,
            high_mm: 1_001_000,
            datum: Datum::Msl,
        },
        seen_at_us,
        speed_mm_s: 60_000,
        aboard: 3,
        drill: false,
    }
}

fn warn(from_us: i64, until_us: i64) -> Command {
    Command::WarnHazard {
        line: line(),
        hazard: debris(circle(3552, 3580, 20_000, (from_us, until_us))),
        drill: false,
    }
}

fn people(until_us: i64) -> Command {
    Command::AddPeople {
        name: "convoy".into(),
        count: 40,
        volumes: vec![circle(3552, 3580, 2_000, (START, until_us))],
        drill: false,
    }
}

#[test]
fn a_position_that_is_not_renewed_is_unknown_and_stays_exposed() {
    let mut pair = Pair::new();
    pair.b_does(declare(START));
    pair.a_does(warn(START, START + 24 * HOUR));
    pair.carry();
    assert_eq!(pair.b.mind.exposure(pair.now)[0].unknown_since_us, None);
    assert!(!pair.b.has(pair.now, Topic::Old));
    pair.pass(TRACK_STALE_US + SECOND);
    let alarm = pair.b.alarm(pair.now, Topic::Old);
    let since_us = START + TRACK_STALE_US + 1;
    let name = "Christoph 1".to_owned();
    assert_eq!(alarm.alarm.kind, AlarmKind::PositionUnknown { name, since_us });
    for days in [0, 2, 30] {
        pair.pass(days * 24 * HOUR + MINUTE);
        let rows = pair.b.mind.exposure(pair.now);
        assert_eq!(rows.len(), 1, "after {days} days");
        assert_eq!(rows[0].unknown_since_us, Some(since_us));
        assert!(pair.b.has(pair.now, Topic::Picture) && pair.b.has(pair.now, Topic::Old));
    }
    pair.b_does(declare(pair.now.wall_us));
    assert!(!pair.b.has(pair.now, Topic::Old), "declared anew, it is known");
    pair.pass(TRACK_STALE_US + SECOND);
    assert!(pair.b.has(pair.now, Topic::Old), "and grows old again");
    pair.b_does(Command::DropTrack {
        track: "medevac".into(),
    });
    assert!(pair.b.mind.exposure(pair.now).is_empty());
    assert_eq!(
        pair.b.alarm(pair.now, Topic::Old).state,
        AlarmState::ReturnedUnacked
    );
}

#[test]
fn an_old_position_is_told_when_a_danger_comes_near_it_later() {
    let mut pair = Pair::new();
    pair.b_does(declare(START));
    pair.pass(3 * HOUR);
    assert!(
        pair.b.queue(pair.now).is_empty(),
        "near nothing it asks for no response"
    );
    assert!(pair.b.mind.tracks(pair.now)[0].stale);
    pair.a_does(warn(pair.now.wall_us, pair.now.wall_us + HOUR));
    pair.carry();
    assert_eq!(pair.b.mind.exposure(pair.now).len(), 1);
    assert!(pair.b.has(pair.now, Topic::Picture) && pair.b.has(pair.now, Topic::Old));
}

#[test]
fn people_whose_time_is_over_are_unknown_and_stay_exposed_until_they_are_removed() {
    let mut pair = Pair::new();
    let id = pair.b_does(people(START + HOUR)).id.expect("an id");
    pair.a_does(warn(START + 2 * HOUR, START + 4 * HOUR));
    pair.carry();
    assert_eq!(
        pair.b.mind.exposure(pair.now).len(),
        1,
        "they may still be there then"
    );
    pair.pass(HOUR + SECOND);
    assert!(pair.b.has(pair.now, Topic::Old));
    let since_us = Some(START + HOUR + 1);
    assert_eq!(pair.b.mind.people(pair.now)[0].unknown_since_us, since_us);
    assert_eq!(pair.b.mind.exposure(pair.now)[0].unknown_since_us, since_us);
    pair.b_does(Command::RemovePeople {
        people: id.as_str().into(),
    });
    assert!(pair.b.mind.exposure(pair.now).is_empty());
    assert!(!pair.b.has(pair.now, Topic::Old));
}

#[test]
fn an_old_position_in_a_lines_area_is_told_though_nothing_exposes_it_yet() {
    let mut pair = Pair::new();
    pair.b_does(declare(START));
    pair.a_notifies(after(Class::Hazard, 2 * HOUR));
    pair.carry();
    assert!(
        pair.b.mind.exposure(pair.now).is_empty(),
        "too far ahead to follow it"
    );
    pair.pass(TRACK_STALE_US + SECOND);
    assert!(pair.b.has(pair.now, Topic::Old));
}

#[test]
fn nothing_of_what_grows_old_is_stated_on_the_line() {
    let mut pair = Pair::new();
    pair.b_does(declare(START));
    pair.b_does(people(START + HOUR));
    pair.a_does(warn(START, START + 24 * HOUR));
    pair.carry();
    let stated = pair.b.acts.len();
    pair.pass(3 * HOUR);
    pair.carry();
    assert_eq!(pair.b.acts.len(), stated);
}
