//! Worlds with open traffic: every kind of fault alone, all at once, and drawn from the seed.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing fails the test where it is missing"
)]

use sim::{Faults, Open, Report, World};

/// Work and faults in each world, in minutes of its own time.
const MINUTES: i64 = 12;

fn world(seed: u64, names: &[&str], open: Open) -> World {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let (faults, unknown) = Faults::only(&names);
    assert_eq!(unknown, Vec::<String>::new());
    World::with(seed, faults, open, false)
}

fn holds(report: &Report, what: &str) {
    assert_eq!(report.violations, Vec::<String>::new(), "{what}");
    assert!(report.open, "{what} has no open traffic");
    assert!(
        checked(report, "invariant_open_answers_follow") > 100,
        "{what}: {:?}",
        report.checked
    );
}

fn checked(report: &Report, invariant: &str) -> u64 {
    report.checked.get(invariant).copied().unwrap_or_default()
}

#[test]
fn without_faults_every_answer_follows_from_those_before() {
    for seed in 1..=6 {
        holds(&world(seed, &[], Open::Yes).run(MINUTES), &format!("seed {seed}"));
    }
}

#[test]
fn no_one_kind_of_fault_breaks_what_open_clients_were_told() {
    for kind in ["crash", "rot", "rollback", "jump", "sleep", "shortage", "copy"] {
        for seed in 1..=3 {
            let report = world(seed, &[kind], Open::Yes).run(MINUTES);
            holds(&report, &format!("seed {seed} {kind}"));
        }
    }
}

#[test]
fn all_faults_at_once_break_nothing_that_open_clients_were_told() {
    for seed in 100..=109 {
        let report = World::with(seed, Faults::all(), Open::Yes, false).run(MINUTES);
        holds(&report, &format!("seed {seed}"));
    }
}

#[test]
fn faults_drawn_from_the_seed_break_nothing_that_open_clients_were_told() {
    for seed in 200..=209 {
        let report = World::with(seed, Faults::of(seed), Open::Yes, false).run(MINUTES);
        holds(&report, &format!("seed {seed}"));
    }
}

/// Nobody on a line can tell whether there is open traffic, not by a byte, nor by when it comes, but for the time that
/// the disk takes. Clocks do not drift here: a timer that is set anew meanwhile would ring some microseconds earlier.
#[test]
fn frames_of_lines_are_the_same_with_open_traffic_and_without() {
    for seed in 1..=6 {
        let [with, without] = [Open::Yes, Open::No].map(|open| {
            let mut world = world(seed, &[], open);
            world.even_disk = true;
            world.run(MINUTES)
        });
        holds(&with, &format!("seed {seed}"));
        assert!(without.counts["frame"] > 1_000 && !without.open);
        assert_eq!(with.frames, without.frames, "seed {seed}");
    }
}

/// What a seed draws for the lines is the same whether or not there are any others.
#[test]
fn half_of_all_worlds_have_open_traffic() {
    let with = (0..1_000).filter(|seed| Open::Drawn.in_world(*seed)).count();
    assert!((400..600).contains(&with), "{with} of 1000");
}

#[test]
fn a_seed_makes_one_world_with_open_traffic_too() {
    let run = || {
        World::with(9, Faults::all(), Open::Yes, false)
            .run(MINUTES)
            .digest
    };
    assert_eq!(run(), run());
}

#[test]
fn what_uss_asks_can_be_left_out_by_name() {
    let keep = ["uss-0-0 3".to_owned(), "uss-0-1 2".to_owned()];
    let mut world = World::with(7, Faults::all(), Open::Yes, false);
    world.keep = Some(keep.clone().into());
    let report = world.run(5);
    let mut happened: Vec<String> = report.happened.into_iter().map(|(name, _)| name).collect();
    happened.sort();
    assert_eq!(happened, keep);
}

#[test]
fn a_debugger_shows_what_managers_know() {
    let mut world = World::with(7, Faults::none(), Open::Yes, false);
    let mut out = Vec::new();
    sim::debug::debug(&mut world, 4, &b"t 200\nw\nq\n"[..], &mut out).unwrap();
    let told = String::from_utf8(out).unwrap();
    assert!(told.contains("open at party-0: "), "{told}");
    assert!(told.contains("operational intent "), "{told}");
}
