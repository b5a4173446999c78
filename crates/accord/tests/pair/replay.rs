//! The state is a function of the events: replay, snapshots, restarts.

use crate::harness::*;
use accord::Mind;
use accord::act::{Answer, Class};
use accord::alarm::Topic;
use accord::command::Command;
use accord::ids::{Desk, Party};
use accord::time::Now;

/// A day with a little of everything.
fn day() -> Pair {
    let mut pair = Pair::agreed();
    pair.b_does(Command::Plan(after(Class::Transit, HOUR)));
    let mut hazard = after(Class::Hazard, HOUR);
    hazard.hazards.push(debris(circle(
        3552,
        3580,
        20_000,
        (START + HOUR, START + 2 * HOUR),
    )));
    let notice = pair.a_notifies(hazard);
    pair.carry();
    pair.pass(MINUTE);
    pair.b_does(Command::Open {
        notice: id(&notice),
        line: line(),
    });
    pair.b_does(Command::Answer {
        notice: id(&notice),
        line: line(),
        answer: Answer::Standby,
        words: String::new(),
        counter: Vec::new(),
        confirmed: false,
    });
    pair.carry();
    pair.a_does(Command::Activate {
        notice: id(&notice),
        line: line(),
    });
    pair.pass(10 * MINUTE);
    pair.carry();
    pair
}

fn snapshot(mind: &Mind) -> String {
    serde_json::to_string(mind).expect("a mind is written to a snapshot")
}

fn replay(node: &Node, own: &str) -> Mind {
    let desks = ["watch", "duty-commander", "deputy-chief"].map(Desk::from);
    let mut mind = Mind::new(Party::from(own), desks.to_vec());
    for (now, event) in &node.journal {
        mind.apply(*now, event);
    }
    mind
}

#[test]
fn a_replay_of_the_events_gives_the_same_mind() {
    let pair = day();
    for (node, own) in [(&pair.a, "alpha"), (&pair.b, "bravo")] {
        let mind = replay(node, own);
        mind.check_invariants();
        assert_eq!(snapshot(&mind), snapshot(&node.mind));
    }
}

#[test]
fn a_mind_from_a_snapshot_is_the_same_mind() {
    let mut pair = day();
    let before = snapshot(&pair.b.mind);
    pair.b.mind = serde_json::from_str(&before).expect("a snapshot is read back");
    pair.b.mind.check_invariants();
    assert_eq!(snapshot(&pair.b.mind), before);
    pair.b_does(Command::Plan(after(Class::Transit, HOUR)));
    assert!(
        pair.b.alarm(pair.now, Topic::Picture).rows.len() >= 2,
        "the index was rebuilt with it"
    );
}

#[test]
fn clocks_go_on_by_wall_time_after_a_restart() {
    let mut pair = Pair::agreed();
    pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    let restarted = |wall_us| Now {
        wall_us,
        mono_us: 5,
        boot: 2,
    };
    let due = pair.b.mind.next_due(restarted(pair.now.wall_us));
    assert_eq!(due, Some(0), "the first tick of a run takes note of it");
    pair.b.tick(restarted(START + 119 * SECOND));
    assert!(!pair.b.has(restarted(START + 119 * SECOND), Topic::Opened));
    pair.b.tick(restarted(START + 120 * SECOND));
    assert!(pair.b.has(restarted(START + 120 * SECOND), Topic::Opened));
}

#[test]
fn a_jump_of_the_wall_clock_makes_no_deadline_fall_due() {
    let mut pair = Pair::agreed();
    pair.a_notifies(after(Class::Transit, 5 * HOUR));
    pair.carry();
    let jumped = Now {
        wall_us: START + HOUR,
        mono_us: pair.now.mono_us + SECOND,
        boot: 1,
    };
    pair.b.tick(jumped);
    assert!(!pair.b.has(jumped, Topic::Opened));
}

#[test]
fn a_fact_that_fits_nothing_changes_nothing() {
    let pair = day();
    let mut mind = Mind::new(Party::from("alpha"), vec![Desk::from("watch")]);
    for (now, event) in &pair.a.journal[2..] {
        mind.apply(*now, event);
    }
}
