//! The queue: states, ladder, shelves, floods, faults of lines and nodes.

use crate::harness::*;
use accord::act::Class;
use accord::alarm::{AlarmState, Topic};
use accord::command::{Command, Role};
use accord::{Input, LineState, Refusal, Trouble, TroubleKey};

fn trouble(node: &mut Node, trouble: Trouble) {
    node.input(at(START), Input::Trouble(trouble))
        .expect("only commands are refused");
}

#[test]
fn an_alarm_is_unacked_acked_and_cleared_when_its_condition_ends() {
    let mut pair = Pair::new();
    trouble(&mut pair.a, Trouble::ClockUnsynchronised);
    let alarm = pair.a.alarm(pair.now, Topic::Fault);
    assert_eq!(alarm.state, AlarmState::Unacked);
    pair.a_does(Command::AckAlarm {
        alarm: alarm.alarm.id.clone(),
    });
    assert_eq!(pair.a.alarm(pair.now, Topic::Fault).state, AlarmState::Acked);
    pair.a
        .input(pair.now, Input::TroubleOver(TroubleKey::ClockUnsynchronised))
        .expect("taken");
    assert!(!pair.a.has(pair.now, Topic::Fault));
    let cleared = pair.a.mind.alarms(pair.now);
    assert_eq!(
        (cleared.cleared_count, cleared.cleared[0].state()),
        (1, AlarmState::Cleared)
    );
}

#[test]
fn an_alarm_whose_condition_ended_unseen_stays_until_somebody_saw_it() {
    let mut pair = Pair::new();
    trouble(&mut pair.a, Trouble::DiskReserve);
    pair.a
        .input(pair.now, Input::TroubleOver(TroubleKey::DiskReserve))
        .expect("taken");
    let alarm = pair.a.alarm(pair.now, Topic::Fault);
    assert_eq!(alarm.state, AlarmState::ReturnedUnacked);
    pair.a_does(Command::AckAlarm {
        alarm: alarm.alarm.id,
    });
    assert!(pair.a.queue(pair.now).is_empty());
}

#[test]
fn a_fault_that_returns_is_the_same_alarm_asking_again() {
    let mut pair = Pair::new();
    let failed = || Trouble::HookFailed {
        hook: "pager".into(),
        why: "exit 1".into(),
    };
    trouble(&mut pair.a, failed());
    trouble(&mut pair.a, failed());
    assert_eq!(pair.a.alarm(pair.now, Topic::Fault).alarm.again, 1);
}

#[test]
fn a_shelved_alarm_has_its_reason_and_comes_back() {
    let mut pair = Pair::new();
    trouble(&mut pair.a, Trouble::ClockUnsynchronised);
    let alarm = pair.a.alarm(pair.now, Topic::Fault).alarm.id;
    let shelve = |for_us| Command::ShelveAlarm {
        alarm: alarm.clone(),
        for_us,
        why: "being repaired".into(),
    };
    let long = pair.a.command(pair.now, Role::Watch, shelve(2 * HOUR));
    assert!(matches!(long, Err(Refusal::OutOfRange { .. })));
    pair.a_does(shelve(10 * MINUTE));
    let shelved = pair.a.alarm(pair.now, Topic::Fault);
    assert_eq!(shelved.state, AlarmState::Shelved);
    assert_eq!(shelved.alarm.shelf.expect("shelved").why, "being repaired");
    pair.pass(10 * MINUTE);
    assert_eq!(pair.a.alarm(pair.now, Topic::Fault).state, AlarmState::Unacked);
}

#[test]
fn a_red_line_is_an_alarm_at_once_with_an_item_open_and_after_a_minute_without() {
    let mut pair = Pair::new();
    pair.a.line_state(pair.now, LineState::Red);
    assert!(!pair.a.has(pair.now, Topic::Red));
    pair.pass(MINUTE);
    assert!(pair.a.has(pair.now, Topic::Red));
    pair.a.line_state(pair.now, LineState::Up);
    assert!(!pair.a.has(pair.now, Topic::Red));

    let mut pair = Pair::new();
    pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.a.line_state(pair.now, LineState::Red);
    assert!(pair.a.has(pair.now, Topic::Red));
}

#[test]
fn stalls_and_epochs_stand_until_they_are_mended() {
    let mut pair = Pair::new();
    pair.a.line_state(
        pair.now,
        LineState::Stalled {
            why: "signature".into(),
        },
    );
    pair.a.line_state(
        pair.now,
        LineState::NewEpoch {
            epoch: 1,
            why: "contradiction".into(),
        },
    );
    assert!(pair.a.has(pair.now, Topic::Stalled) && pair.a.has(pair.now, Topic::Epoch));
    assert!(pair.a.mind.lines()[0].held);
    pair.a.line_state(pair.now, LineState::Resumed);
    pair.a
        .line_state(pair.now, LineState::EpochAccepted { own: true });
    assert!(!pair.a.has(pair.now, Topic::Stalled) && pair.a.has(pair.now, Topic::Epoch));
    pair.a
        .line_state(pair.now, LineState::EpochAccepted { own: false });
    assert!(!pair.a.has(pair.now, Topic::Epoch) && !pair.a.mind.lines()[0].held);
}

#[test]
fn the_queue_is_ordered_by_time_to_act() {
    let mut pair = Pair::agreed();
    trouble(&mut pair.b, Trouble::ClockUnsynchronised);
    for start_in_us in [50 * MINUTE, 12 * MINUTE, 30 * MINUTE] {
        pair.b_does(Command::Plan(after(Class::Transit, start_in_us)));
        pair.a_notifies(after(Class::Transit, start_in_us));
    }
    pair.carry();
    let queue = pair.b.queue(pair.now);
    assert!(queue.len() >= 4);
    assert!(queue.is_sorted_by_key(|view| view.left_us.unwrap_or(i64::MAX)));
}

#[test]
fn a_flood_is_counted_and_its_figure_shown() {
    let mut pair = Pair::new();
    for i in 0..2_100 {
        trouble(
            &mut pair.a,
            Trouble::QueueFull {
                queue: format!("q{i}"),
            },
        );
    }
    let alarms = pair.a.mind.alarms(pair.now);
    assert!(alarms.flood && alarms.raised_in_10_min >= 2_100);
    assert_eq!(
        alarms.queue.len() as u64 - 1 + alarms.not_listed,
        2_100,
        "nothing is dropped without a count"
    );
    assert!(alarms.not_listed > 0 && pair.a.has(pair.now, Topic::Flood));
}

#[test]
fn every_alarm_says_cause_consequence_and_response_and_calls_nothing_safe() {
    let mut pair = Pair::agreed();
    for class in [Class::Hazard, Class::Transit] {
        pair.b_does(Command::Plan(after(class, MINUTE)));
        pair.a_notifies(after(class, MINUTE));
    }
    trouble(
        &mut pair.b,
        Trouble::Contradiction {
            line: line(),
            text: "size 4".into(),
        },
    );
    pair.carry();
    pair.pass(HOUR);
    let queue = pair.b.queue(pair.now);
    assert!(queue.len() >= 5);
    for view in queue {
        for text in [&view.cause, &view.consequence, &view.response] {
            assert!(!text.is_empty());
            let words = text.to_lowercase();
            let never = [
                "safe ",
                "deconflicted",
                "violat",
                "guilty",
                "fault of",
                "all clear",
            ];
            assert!(never.iter().all(|word| !words.contains(word)), "{text}");
        }
    }
}
