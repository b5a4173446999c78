//! A fixed set of worlds: every kind of fault alone, faults drawn from the seed, and the
//! worlds that found something once.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

use sim::{Faults, Report, World};
use std::process::Command;

/// Work and faults in each world, in minutes of its own time.
const MINUTES: i64 = 12;

fn run(seed: u64, names: &[&str]) -> Report {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let (faults, unknown) = Faults::only(&names);
    assert_eq!(unknown, Vec::<String>::new());
    World::with_faults(seed, faults, false).run(MINUTES)
}

fn holds(seed: u64, names: &[&str]) {
    let report = run(seed, names);
    assert_eq!(report.violations, Vec::<String>::new(), "seed {seed} {names:?}");
    assert!(report.promises > 0, "seed {seed} promised nothing");
}

#[test]
fn a_day_without_faults_keeps_every_promise() {
    (1..=6).for_each(|seed| holds(seed, &[]));
}

#[test]
fn no_one_kind_of_fault_breaks_a_promise() {
    let kinds = [
        "crash", "cut", "silence", "rot", "rollback", "jump", "sleep", "shortage", "unruly", "garbage",
        "clocks", "copy", "lies",
    ];
    for kind in kinds {
        (1..=5).for_each(|seed| holds(seed, &[kind]));
    }
}

#[test]
fn faults_drawn_from_the_seed_break_no_promise() {
    for seed in 1..=30 {
        let report = World::new(seed, false).run(MINUTES);
        assert_eq!(report.violations, Vec::<String>::new(), "seed {seed}");
    }
}

#[test]
fn all_faults_at_once_break_no_promise() {
    for seed in 100..=112 {
        let report = World::with_faults(seed, Faults::all(), false).run(MINUTES);
        assert_eq!(report.violations, Vec::<String>::new(), "seed {seed}");
    }
}

#[test]
fn real_signatures_change_nothing() {
    holds(50, &["crash", "cut"]);
}

/// A batch named its first sequence after the jump was journaled: the node stopped.
#[test]
fn a_machine_that_slept_goes_on() {
    holds(1, &["sleep", "jump"]);
}

/// RECEIVED that came before its cosignature was not understood and never shown.
#[test]
fn a_receipt_ahead_of_its_cosignature_is_shown_with_it() {
    holds(10, &["unruly"]);
}

/// A late HELLO moved sending back below what was cosigned since: the line stood still.
#[test]
fn a_late_hello_does_not_stop_a_line() {
    holds(18, &["unruly"]);
}

/// A restored node sealed before it held again what its own entries said it had seen.
#[test]
fn what_a_restored_node_has_seen_never_goes_back() {
    holds(23, &["rollback"]);
}

/// OPENED that was taken back lost against a later one that the officer made meanwhile.
#[test]
fn the_first_opening_counts_also_when_it_comes_back_late() {
    holds(20, &["rollback"]);
}

/// An END went ahead of the log to a peer that had lost the notice it speaks of, was not
/// understood, and was not heard again when the log brought both.
#[test]
fn what_came_ahead_of_what_it_speaks_of_is_heard_again() {
    let report = World::new(1130, false).run(15);
    assert_eq!(report.violations, Vec::<String>::new());
}

/// Both were put back more than once, into epochs that were closed since. What either had cosigned
/// there was gone, and a node that had forgotten its own cosignature waited for ever.
#[test]
fn a_node_put_back_into_a_closed_epoch_goes_through_it() {
    for seed in [1005, 1050, 1067] {
        let report = World::new(seed, false).run(15);
        assert_eq!(report.violations, Vec::<String>::new(), "seed {seed}");
    }
}

/// One spoilt frame of what was given back cost a whole log; a spoilt cosignature stalled a line
/// for good; a connection that was dead at one end was kept at the other.
#[test]
fn what_was_spoilt_on_the_way_comes_again() {
    for seed in [83, 3227, 4003, 5276] {
        let report = World::with_faults(seed, Faults::all(), false).run(20);
        assert_eq!(report.violations, Vec::<String>::new(), "seed {seed}");
    }
}

/// A cosignature that was spoilt in HELLO cost the log that was to be taken back by it.
#[test]
fn a_spoilt_cosignature_in_hello_costs_no_log() {
    for seed in [40_088, 40_116] {
        let report = World::with_faults(seed, Faults::all(), false).run(20);
        assert_eq!(report.violations, Vec::<String>::new(), "seed {seed}");
    }
}

/// A peer's forged cosignature, and its forged HELLO, held a line up after it had stopped lying.
#[test]
fn a_peer_that_stops_lying_is_believed_again() {
    holds(42, &["lies", "copy", "crash", "cut"]);
    holds(10, &["lies", "copy", "crash", "cut"]);
}

/// A line stalled by a full disk went on only when something was left to be taken.
#[test]
fn a_disk_that_has_room_again_holds_up_no_line() {
    let report = World::new(30_050, false).run(20);
    assert_eq!(report.violations, Vec::<String>::new());
}

#[test]
fn a_debugger_shows_who_knows_what() {
    let mut world = World::with_faults(7, Faults::none(), false);
    let mut out = Vec::new();
    sim::debug::debug(&mut world, 4, &b"t 120\nw\nnonsense at all\n3\nq\n"[..], &mut out).unwrap();
    let told = String::from_utf8(out).unwrap();
    assert!(told.contains("l-0-1 party-0: epoch 0, "), "{told}");
    assert!(told.contains("notice "), "{told}");
    assert!(world.now_us >= sim::limits::T0_US + 119 * sim::limits::SECOND_US);
}

#[test]
fn what_is_kept_of_a_run_is_what_happens() {
    let keep = ["party-0 1".to_owned(), "party-1 2".to_owned()];
    let mut world = World::with_faults(7, Faults::all(), false);
    world.keep = Some(keep.clone().into());
    let report = world.run(5);
    let mut happened: Vec<String> = report.happened.into_iter().map(|(name, _)| name).collect();
    happened.sort();
    assert_eq!(happened, keep);
}

#[test]
fn a_seed_makes_one_world_in_one_process_and_in_another() {
    let here = World::new(7, false).run(MINUTES).digest;
    assert_eq!(World::new(7, false).run(MINUTES).digest, here);
    let minutes = MINUTES.to_string();
    let there = Command::new(env!("CARGO_BIN_EXE_sim"))
        .args(["--seed", "7", "--minutes", &minutes])
        .output()
        .unwrap();
    let printed = String::from_utf8(there.stdout).unwrap();
    assert_eq!(
        printed.lines().last(),
        Some(format!("seed 7 digest {here}").as_str())
    );
}

/// The checkers can fail: a world in which a promise is broken on purpose is found.
#[test]
fn a_broken_promise_is_found() {
    let mut world = World::with_faults(1, Faults::none(), false);
    world
        .auditor
        .pretend(0, &world.nodes[0].lines[0].clone(), "never said");
    let report = world.run(2);
    assert!(
        report
            .violations
            .iter()
            .any(|violation| violation.contains("never said")),
        "{:?}",
        report.violations
    );
}

/// A CEASE waited behind all that a restored peer was given again.
#[test]
fn safety_traffic_overtakes_what_a_restored_peer_lost() {
    let report = World::with_faults(60_127, Faults::all(), false).run(20);
    assert_eq!(report.violations, Vec::<String>::new());
}

/// What was read again for a restored peer, which had got it meanwhile, was kept.
#[test]
fn what_was_read_again_is_let_go_of() {
    let report = World::with_faults(60_167, Faults::all(), false).run(20);
    assert_eq!(report.violations, Vec::<String>::new());
}

/// OPENED of an older version came back after a restore, and stopped the clock of the amendment.
#[test]
fn an_amendment_that_nobody_opened_is_an_alarm_also_after_a_restore() {
    let report = World::with_faults(300_049, Faults::all(), false).run(20);
    assert_eq!(report.violations, Vec::<String>::new());
}

/// An old entry came again with a content that no desk signed, and stalled its line for good.
#[test]
fn what_a_peer_repeats_wrongly_holds_up_nothing() {
    let report = World::with_faults(101_106, Faults::all(), false).run(20);
    assert_eq!(report.violations, Vec::<String>::new());
}

/// HELLO hid what the peer held of a log that was put back, and the line stood still for good.
#[test]
fn a_lie_in_hello_holds_up_nothing_for_good() {
    let report = World::with_faults(804_573, Faults::all(), false).run(20);
    assert_eq!(report.violations, Vec::<String>::new());
}

/// What a peer made up stalled a line after it had stopped lying.
#[test]
fn what_a_peer_does_not_stand_by_holds_up_nothing() {
    let report = World::with_faults(400_270, Faults::all(), false).run(20);
    assert_eq!(report.violations, Vec::<String>::new());
}

/// A node was put back and lost what it had cosigned, its peer was put back too and stated others: the contradiction closed the
/// logs before the first had got its part again.
#[test]
fn a_contradiction_costs_nobody_what_was_cosigned() {
    let report = World::with_faults(406_816, Faults::all(), false).run(20);
    assert_eq!(report.violations, Vec::<String>::new());
}

/// Both ends of a line were put back and had lost a notice: its author stated it again in the next epoch, and what the peer's
/// desk had answered to it was gone at the peer.
#[test]
fn what_was_answered_comes_back_with_a_notice_that_both_ends_lost() {
    for seed in [2_007_027, 3_002_430] {
        let report = World::with_faults(seed, Faults::all(), false).run(20);
        assert_eq!(report.violations, Vec::<String>::new());
    }
}
