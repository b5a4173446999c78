//! The loss of the Il-20 of 17 September 2018 as far as a mind could have spoken: geometry
//! and times reconstructed from public claims. START stands for 18:39 UTC.

use crate::harness::*;
use accord::Note;
use accord::act::{Class, HazardKind};
use accord::alarm::{AlarmKind, Author, Priority, Topic};
use accord::command::{Command, HazardDraft, OperationDraft};
use accord::lead::Lateness;
use accord::view::{HazardState, HazardStateAt};
use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};

const KHMEIMIM: Position = Position {
    lat_nd: 35_400_000_000,
    lon_nd: 35_950_000_000,
};
const IDLIB: Position = Position {
    lat_nd: 35_900_000_000,
    lon_nd: 36_600_000_000,
};
const AT_5000_M: Band = Band {
    low_mm: 4_900_000,
    high_mm: 5_100_000,
    datum: Datum::Msl,
};

/// Home from Idlib, from the call until 40 minutes after it.
fn road_home() -> OperationDraft {
    let volume = VolumeSpec {
        footprint: Footprint::Corridor {
            line: vec![IDLIB, KHMEIMIM],
            half_width_mm: 5_000_000,
        },
        band: Band {
            low_mm: 0,
            high_mm: 5_500_000,
            datum: Datum::Msl,
        },
        window: Window {
            start_us: START,
            end_us: START + 40 * MINUTE,
        },
    };
    OperationDraft {
        name: "Il-20, 15 aboard".into(),
        ..draft(Class::Reconnaissance, volume)
    }
}

/// A strike at 18:54 that may provoke air defence over the approach.
fn strike() -> OperationDraft {
    let window = (START + 15 * MINUTE, START + 45 * MINUTE);
    let mut plan = draft(Class::Hazard, circle(3552, 3580, 5_000, window));
    let volume = VolumeSpec {
        band: Band {
            low_mm: 0,
            high_mm: 20_000_000,
            datum: Datum::Msl,
        },
        ..circle(3540, 3595, 40_000, window)
    };
    plan.hazards.push(HazardDraft {
        kind: HazardKind::AirDefence,
        volume,
        words: "air defence".into(),
    });
    plan
}

#[test]
fn a_call_in_words_leaves_place_and_hazard_unknown() {
    let mut pair = Pair::new();
    pair.b_does(Command::Plan(road_home()));
    let call = pair.b_does(Command::LogVoice {
        line: line(),
        heard_at_us: pair.now.wall_us,
        words: "strikes in the next minutes in northern Syria".into(),
        tape_sha256: None,
        drill: false,
    });
    assert!(has_note(&call, |note| *note == Note::PlaceTooVague));
    assert!(has_note(&call, |note| *note == Note::NoHazardOnFile));
    pair.pass(12 * MINUTE);
    let approach = pair
        .b
        .mind
        .hazard_state_at(pair.now, KHMEIMIM, AT_5000_M, pair.now.wall_us);
    assert_eq!(approach, HazardStateAt::Unknown);
    assert!(
        pair.b.mind.exposure(pair.now).is_empty(),
        "nothing to compare, and nothing called clear"
    );
}

#[test]
fn with_an_agreement_the_road_home_is_exposed_while_there_is_time_to_hold() {
    let mut pair = Pair::agreed();
    pair.b_does(Command::Plan(road_home()));
    let notice = pair.a_notifies(strike());
    pair.carry();
    let received = pair
        .b
        .notice(Author::Peer, &notice)
        .received
        .expect("it was received");
    assert_eq!(
        received.lateness,
        Lateness::InTime {
            floor_us: 15 * MINUTE
        }
    );
    let alarm = pair.b.alarm(pair.now, Topic::Picture);
    assert_eq!(
        (alarm.alarm.kind, alarm.priority),
        (AlarmKind::Exposure, Priority::High)
    );
    let rows = pair.b.mind.exposure(pair.now);
    assert!(rows.iter().all(|row| row.name == "Il-20, 15 aboard"));
    let act_by_us = rows[0].finding.act_by_us;
    assert!(
        act_by_us > START && act_by_us < START + 15 * MINUTE,
        "before the danger begins"
    );

    // 19:03, the time of the hit: the alarm has stood for 24 minutes.
    pair.pass(24 * MINUTE);
    let alarm = pair.b.alarm(pair.now, Topic::Picture);
    assert!(alarm.alarm.active);
    assert_eq!(alarm.age_us, 24 * MINUTE);

    // The author says that it is over, and its stated time ends: UNKNOWN until the desk of
    // those exposed closes it.
    pair.a_does(Command::End {
        notice: id(&notice),
        line: line(),
    });
    pair.carry();
    pair.pass(60 * MINUTE);
    let hazard = pair.b.mind.hazards(pair.now).remove(0);
    assert_eq!(hazard.state, HazardState::Unknown);
    assert!(pair.b.alarm(pair.now, Topic::Picture).alarm.active);
    pair.b_does(Command::CloseHazard {
        line: line(),
        hazard: hazard.id,
        words: "all landed".into(),
    });
    assert!(!pair.b.has(pair.now, Topic::Picture));
}
