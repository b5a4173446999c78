//! The real journal on the real SQLite over a disk that loses its power.
//!
//! `DETENTE_DISK_TRIALS=10000 cargo test --release -p ledger --test disk -- --nocapture` runs more of them;
//! `DETENTE_DISK_SEED=17 DETENTE_DISK_TRIALS=1` runs the one that failed again. What must hold stands in `trial.rs`.

#![cfg(all(
    feature = "journal",
    target_os = "linux",
    target_env = "gnu",
    target_pointer_width = "64"
))]
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "trials of the I/O edge: folders, threads and settings of the run"
)]

mod named;
mod sweep;
mod trial;
mod truth;
mod work;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use trial::rot::{self, Verdict};
use trial::{Ends, Tally};
use work::Size;

/// Trials unless [`COUNT`] says otherwise.
const TRIALS: u64 = 1_000;

/// One trial in so many works with large records.
const LARGE_EVERY: u64 = 64;

/// How many trials.
const COUNT: &str = "DETENTE_DISK_TRIALS";

/// The first seed; 1 unless set.
const SEED: &str = "DETENTE_DISK_SEED";

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(otherwise)
}

fn size_of(seed: u64) -> Size {
    if seed.is_multiple_of(LARGE_EVERY) {
        Size::Large
    } else {
        Size::Usual
    }
}

/// Runs a trial for each of `count` seeds.
fn run_all(count: u64, one: impl Fn(u64) -> Result<Tally, String> + Sync) -> (Tally, Vec<String>) {
    run_all_of(setting(SEED, 1), count, one)
}

/// Runs `one` for each of `count` numbers on all cores; gives what they did and the stories of those that failed.
fn run_all_of(
    first: u64,
    count: u64,
    one: impl Fn(u64) -> Result<Tally, String> + Sync,
) -> (Tally, Vec<String>) {
    let next = AtomicU64::new(first);
    let sum = Mutex::new((Tally::default(), Vec::new()));
    let worker = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                break;
            }
            let outcome = one(seed);
            let mut sum = sum.lock().expect("no trial panics while it adds");
            match outcome {
                Ok(tally) => sum.0.add(&tally),
                Err(story) => sum.1.push(story),
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..cores).for_each(|_| _ = scope.spawn(worker)));
    sum.into_inner().expect("no trial panics while it adds")
}

fn assert_none_failed(what: &str, (tally, stories): &(Tally, Vec<String>)) {
    println!("{what}: {} violations in {tally:#?}", stories.len());
    for story in stories {
        println!("{}", story.lines().next().unwrap_or_default());
    }
    assert!(
        stories.is_empty(),
        "{} trials found something; the first:\n{}",
        stories.len(),
        stories.first().map_or("", String::as_str)
    );
}

impl Tally {
    fn add(&mut self, one: &Tally) {
        self.trials += one.trials;
        self.kills += one.kills;
        self.faults += one.faults;
        self.quiet_ends += one.quiet_ends;
        self.appends += one.appends;
        self.records += one.records;
        self.erasures += one.erasures;
        self.snapshots += one.snapshots;
        self.backups += one.backups;
        self.openings += one.openings;
        self.under_way_kept += one.under_way_kept;
        self.under_way_gone += one.under_way_gone;
        self.steps += one.steps;
        self.disk.cuts += one.disk.cuts;
        self.disk.whole += one.disk.whole;
        self.disk.torn += one.disk.torn;
        self.disk.dropped += one.disk.dropped;
        self.disk.names_lost += one.disk.names_lost;
        self.disk.failed_calls += one.disk.failed_calls;
        self.disk.unseen += one.disk.unseen;
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_power_is_cut() {
    let count = setting(COUNT, TRIALS) / 2;
    let done = run_all(count.max(1), |seed| {
        trial::run(seed, Ends::PowerCuts, size_of(seed), false)
    });
    assert_none_failed("power cuts", &done);
}

#[test]
fn nothing_acknowledged_is_lost_when_calls_fail_processes_die_and_the_power_is_cut() {
    let count = setting(COUNT, TRIALS) / 2;
    let done = run_all(count.max(1), |seed| {
        trial::run(seed, Ends::All, size_of(seed), false)
    });
    assert_none_failed("all ends", &done);
}

#[test]
fn disk_that_lies_about_synchronising_is_found() {
    let count = (setting(COUNT, TRIALS) / 10).max(10);
    let (_, stories) = run_all(count, |seed| trial::run(seed, Ends::PowerCuts, Size::Usual, true));
    let found = |how: &str| stories.iter().filter(|story| story.contains(how)).count();
    // What the journal itself says, and what only the trial can know.
    let (refused, missing) = (found("were acknowledged and are missing"), found("given out:"));
    let all = stories.len();
    println!(
        "a lying disk: found in {all} of {count} trials; {refused} refused, {missing} with records missing"
    );
    assert!(all as u64 > count / 2, "found in {all} of {count} trials");
    assert!(refused + missing > 0, "acknowledged records are gone");
}

#[test]
fn flipped_bit_is_named_or_changes_nothing() {
    let verdicts = Mutex::new(BTreeMap::new());
    let count = (setting(COUNT, TRIALS) / 2).max(1);
    let done = run_all(count, |seed| {
        let verdict = rot::run(seed)?;
        let mut verdicts = verdicts.lock().expect("no trial panics while it counts");
        *verdicts.entry(verdict).or_insert(0_u64) += 1;
        Ok(Tally::default())
    });
    println!("flipped bits: {verdicts:?}");
    assert_none_failed("flipped bits", &done);
    let verdicts = verdicts.into_inner().expect("no trial panics while it counts");
    let named: u64 = [Verdict::RefusedAtOpening, Verdict::Named]
        .iter()
        .filter_map(|verdict| verdicts.get(verdict))
        .sum();
    assert!(named > count / 4, "{named} of {count} were named");
}

#[test]
fn same_seed_takes_the_same_steps() {
    for seed in [3, 4, 5] {
        let run = || trial::run(seed, Ends::All, Size::Usual, false).map(|tally| (tally.digest, tally));
        assert_eq!(run(), run());
    }
}
