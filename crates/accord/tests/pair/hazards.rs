//! Exposure and secondary hazards.

use crate::harness::*;
use accord::act::Class;
use accord::alarm::{AlarmKind, AlarmState, Author, Priority, Topic};
use accord::command::Command;
use accord::view::{HazardState, HazardStateAt};
use geo4d::{Band, Datum, Position};
use proptest::prelude::*;

const THERE: Position = Position {
    lat_nd: 35_520_000_000,
    lon_nd: 35_800_000_000,
};
const LOW: Band = Band {
    low_mm: 1_000_000,
    high_mm: 1_001_000,
    datum: Datum::Msl,
};

fn hazardous(start_in_us: i64) -> accord::command::OperationDraft {
    let mut plan = after(Class::Hazard, start_in_us);
    let start_us = START + start_in_us;
    plan.hazards
        .push(debris(circle(3552, 3580, 20_000, (start_us, start_us + HOUR))));
    plan
}

fn close(hazard: &str) -> Command {
    Command::CloseHazard {
        line: line(),
        hazard: hazard.into(),
        words: "last aircraft landed".into(),
    }
}

#[test]
fn own_traffic_in_a_notified_hazard_is_exposure_with_a_time_to_act() {
    let mut pair = Pair::new();
    pair.b_does(Command::Plan(after(Class::Transit, HOUR)));
    pair.a_notifies(hazardous(HOUR));
    pair.carry();
    let alarm = pair.b.alarm(pair.now, Topic::Picture);
    assert_eq!(alarm.alarm.kind, AlarmKind::Exposure);
    assert_eq!(alarm.priority, Priority::High);
    let exposure = pair.b.mind.exposure(pair.now);
    assert!(!exposure.is_empty());
    assert!(exposure.iter().all(|row| row.finding.act_by_us < START + HOUR));
    assert!(exposure.is_sorted_by_key(|row| row.finding.act_by_us));
    assert!(
        pair.a.mind.exposure(pair.now).is_empty(),
        "the author learns nothing of it"
    );
}

#[test]
fn one_notice_that_meets_twelve_flights_is_one_alarm_with_twelve_rows() {
    let mut pair = Pair::new();
    for _ in 0..12 {
        pair.b_does(Command::Plan(after(Class::Transit, HOUR)));
    }
    pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    assert_eq!(pair.b.alarm(pair.now, Topic::Picture).rows.len(), 12);
}

#[test]
fn an_own_plan_filed_later_is_found_as_well() {
    let mut pair = Pair::new();
    pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    assert!(!pair.b.has(pair.now, Topic::Picture));
    let outcome = pair.b_does(Command::Plan(after(Class::Transit, HOUR)));
    assert!(has_note(&outcome, |note| matches!(
        note,
        accord::Note::MeetsNotice { .. }
    )));
    assert!(pair.b.has(pair.now, Topic::Picture));
    let operation = outcome.id.expect("an id");
    pair.b_does(Command::Scrap {
        operation: operation.as_str().into(),
    });
    let alarm = pair.b.alarm(pair.now, Topic::Picture);
    assert_eq!(alarm.state, AlarmState::ReturnedUnacked);
    assert!(
        alarm.rows.iter().all(|row| row.ended_at_us.is_some()),
        "rows end on record"
    );
}

#[test]
fn a_hazard_becomes_unknown_at_expiry_and_never_clear() {
    let mut pair = Pair::new();
    pair.b_does(Command::Plan(after(Class::Transit, HOUR)));
    let notice = pair.a_notifies(hazardous(HOUR));
    pair.carry();
    pair.a_does(Command::End {
        notice: id(&notice),
        line: line(),
    });
    pair.carry();
    pair.pass(3 * HOUR);
    let hazards = pair.b.mind.hazards(pair.now);
    assert_eq!(hazards.len(), 1);
    assert_eq!(hazards[0].state, HazardState::Unknown);
    assert!(pair.b.has(pair.now, Topic::HazardEnd));
    assert!(
        !pair.b.mind.exposure(pair.now).is_empty(),
        "what it exposes stays until the desk closes it"
    );
    let there = pair
        .b
        .mind
        .hazard_state_at(pair.now, THERE, LOW, pair.now.wall_us);
    assert!(matches!(there, HazardStateAt::Hazards(_)));

    pair.b_does(close(&hazards[0].id.0));
    assert_eq!(pair.b.mind.hazards(pair.now)[0].state, HazardState::Closed);
    assert!(pair.b.mind.exposure(pair.now).is_empty());
    assert!(!pair.b.has(pair.now, Topic::HazardEnd));
    let there = pair
        .b
        .mind
        .hazard_state_at(pair.now, THERE, LOW, pair.now.wall_us);
    assert_eq!(there, HazardStateAt::Unknown);
    assert_eq!(
        there.to_string(),
        "no secondary hazard on file: state UNKNOWN, not CLEAR"
    );
}

#[test]
fn the_authors_word_that_it_is_over_closes_nothing_for_the_receiver() {
    let mut pair = Pair::new();
    let hazard = debris(circle(3552, 3580, 20_000, (START, START + HOUR)));
    let warned = pair
        .a_does(Command::WarnHazard {
            line: line(),
            hazard,
            drill: false,
        })
        .id
        .expect("an id");
    pair.carry();
    assert!(pair.b.has(pair.now, Topic::Hazard));
    pair.a_does(Command::HazardOver {
        line: line(),
        hazard: warned.as_str().into(),
    });
    pair.carry();
    let view = &pair.b.mind.hazards(pair.now)[0];
    assert_eq!(view.state, HazardState::Active);
    assert!(view.book.said_over_at_us.is_some());
    assert!(pair.b.has(pair.now, Topic::HazardEnd));
}

#[test]
fn a_hazard_dropped_from_an_amendment_stays_until_it_is_closed() {
    let mut pair = Pair::new();
    let mut plan = hazardous(HOUR);
    let operation = pair.a_does(Command::Plan(plan.clone())).id.expect("an id");
    let notice = pair.a_does(notify(&operation)).id.expect("an id");
    pair.carry();
    plan.hazards.clear();
    pair.a_does(Command::Replan {
        operation: operation.as_str().into(),
        draft: plan,
    });
    pair.a_does(Command::Amend {
        notice: id(&notice),
        line: line(),
        level: accord::act::Level::Exact,
        words: String::new(),
        confirmed: false,
    });
    pair.carry();
    assert!(pair.b.notice(Author::Peer, &notice).notice.hazards.is_empty());
    assert_eq!(pair.b.mind.hazards(pair.now)[0].state, HazardState::Active);
}

#[test]
fn a_strike_told_by_voice_leaves_the_state_unknown() {
    let mut pair = Pair::new();
    let outcome = pair.b_does(Command::LogVoice {
        line: line(),
        heard_at_us: pair.now.wall_us,
        words: "strikes in the next minutes in northern Syria".into(),
        tape_sha256: None,
        drill: false,
    });
    let shown: Vec<String> = outcome.notes.iter().map(ToString::to_string).collect();
    assert!(
        shown.contains(&"no secondary hazard on file: state UNKNOWN, not CLEAR".to_owned()),
        "{shown:?}"
    );
    assert!(has_note(&outcome, |note| *note == accord::Note::PlaceTooVague));
    let there = pair
        .b
        .mind
        .hazard_state_at(pair.now, THERE, LOW, pair.now.wall_us);
    assert_eq!(there, HazardStateAt::Unknown);
}

#[test]
fn a_declared_position_that_comes_near_is_exposure() {
    let mut pair = Pair::new();
    pair.a_notifies(hazardous(5 * MINUTE));
    pair.carry();
    let declare = |lat_nd| Command::DeclarePosition {
        track: "medevac".into(),
        name: "Christoph 1".into(),
        at: Position {
            lat_nd,
            lon_nd: THERE.lon_nd,
        },
        altitude: LOW,
        seen_at_us: START,
        speed_mm_s: 60_000,
        aboard: 3,
        drill: false,
    };
    pair.b_does(declare(38_000_000_000));
    assert!(pair.b.mind.exposure(pair.now).is_empty());
    pair.b_does(declare(35_520_000_000));
    assert!(!pair.b.mind.exposure(pair.now).is_empty());
    pair.b_does(Command::DropTrack {
        track: "medevac".into(),
    });
    assert!(pair.b.mind.exposure(pair.now).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the author states and however long it takes, without the own desk's
    /// closing a hazard is on file, and is never called closed.
    #[test]
    fn no_statement_of_the_author_and_no_time_closes_a_hazard(
        steps in proptest::collection::vec((0u8..6, 1i64..200), 1..10)
    ) {
        let mut pair = Pair::new();
        let notice = pair.a_notifies(hazardous(HOUR));
        pair.carry();
        for (step, minutes) in steps {
            let hazard = pair.a.mind.hazards(pair.now).first().map(|view| view.id.clone());
            let command = match step {
                0 => Command::Withdraw { notice: id(&notice), line: line(), words: String::new() },
                1 => Command::End { notice: id(&notice), line: line() },
                2 => Command::AllClear { notice: id(&notice), line: line() },
                3 => Command::Activate { notice: id(&notice), line: line() },
                _ => Command::HazardOver { line: line(), hazard: hazard.unwrap_or("gone".into()) },
            };
            let _ = pair.a.command(pair.now, accord::command::Role::Commander, command);
            pair.carry();
            pair.pass(minutes * MINUTE);
            pair.carry();
            let hazards = pair.b.mind.hazards(pair.now);
            prop_assert_eq!(hazards.len(), 1);
            prop_assert_ne!(hazards[0].state, HazardState::Closed);
            let there = pair.b.mind.hazard_state_at(pair.now, THERE, LOW, START + HOUR + MINUTE);
            prop_assert!(matches!(there, HazardStateAt::Hazards(_)));
        }
    }
}
