//! Every step of a short life as its last, where trials draw some.

use crate::trial::{self, Ends, Trial, options};
use crate::truth::{Given, Truth};
use crate::work::{Size, Work, body};
use crate::{assert_none_failed, run_all_of};
use ledger::journal::{Journal, Record, Schema, SqliteJournal, restore};
use powercut::{Disk, Fault, Leaves, Rng};
use std::fs;
use std::path::Path;

/// What cuts leave here; the trials draw the others too.
const LEAVES: [Leaves; 2] = [Leaves::Nothing, Leaves::Any];

/// Faults other than a power cut.
const FAULTS: [Fault; 3] = [
    Fault::Kill,
    Fault::Error { calls: 1 },
    Fault::ErrorForgotten { calls: 1 },
];

/// More steps than any script here takes.
const MOST_STEPS: u64 = 1_000;

/// Each thing a node does, once.
fn script() -> Vec<Work> {
    let records = |seqs: std::ops::Range<u64>| seqs.map(record).collect();
    vec![
        Work::Append(records(1..3), vec![body(b"first")]),
        Work::Append(records(3..4), vec![body(b"second")]),
        Work::Snapshot(2, b"state after two".to_vec()),
        Work::Erase(b"first".to_vec()),
        Work::Backup,
        Work::Reopen,
        Work::Append(records(4..6), vec![body(b"third")]),
    ]
}

fn record(seq: u64) -> Record {
    let data = format!("record {seq}").repeat(1 + seq as usize * 30 % 77);
    Record {
        seq,
        data: data.into_bytes(),
    }
}

/// How many steps the script takes.
fn steps() -> u64 {
    let mut trial = Trial::new(1, Ends::All, Size::Usual);
    let lived = trial
        .scripted(&script(), None, 0, Leaves::Nothing)
        .map(|_struck| ());
    trial.result(1, lived).expect("nothing strikes").steps
}

/// The script with a fault at a step; then a power cut that leaves nothing unsynchronised, and a quiet life.
fn one(fault: Fault, step: u64, leaves: Leaves) -> Result<trial::Tally, String> {
    let mut trial = Trial::new(step, Ends::All, Size::Usual);
    let mut live = || {
        if !trial.scripted(&script(), Some(fault), step, leaves)? {
            return Err("nothing struck".to_owned());
        }
        trial.scripted(&[], Some(Fault::PowerCut), MOST_STEPS, Leaves::Nothing)?;
        trial.last_life()
    };
    let lived = live();
    trial.result(step, lived)
}

fn sweep(fault: Fault, leaves: Leaves) {
    let what = format!("{fault:?} at each step, {leaves:?} left");
    let done = run_all_of(1, steps(), |step| one(fault, step, leaves));
    assert_none_failed(&what, &done);
}

#[test]
fn any_step_may_be_the_last_before_a_power_cut() {
    LEAVES
        .into_iter()
        .for_each(|leaves| sweep(Fault::PowerCut, leaves));
}

#[test]
fn any_step_may_fail_or_be_the_last_of_a_process() {
    FAULTS.into_iter().for_each(|fault| sweep(fault, Leaves::Nothing));
}

/// A folder with a backup in it, and what the backup holds.
fn backed_up() -> (tempfile::TempDir, Truth) {
    let root = trial::folder();
    let mut journal = SqliteJournal::open(&root.path().join("journal"), options()).expect("opens");
    let (records, blobs) = (vec![record(1), record(2)], vec![body(b"kept")]);
    journal.append(1, &records, &blobs).expect("appends");
    journal.backup(&root.path().join("backup")).expect("backs up");
    (root, Truth::default().appended(&records, &blobs))
}

fn assert_holds(folder: &Path, truth: &Truth, when: &str) {
    let journal = SqliteJournal::open(folder, options()).unwrap_or_else(|error| panic!("{when}: {error}"));
    let given = Given::by(&journal).unwrap_or_else(|error| panic!("{when}: {error}"));
    assert_eq!(truth.differs_from(&given), None, "{when}");
}

/// A restore with a fault at a step; says whether it struck.
fn restore_with(fault: Fault, step: u64, leaves: Leaves) -> bool {
    let (root, truth) = backed_up();
    let (from, to) = (root.path().join("backup"), root.path().join("new"));
    let when = format!("{fault:?} at step {step}, {leaves:?} left");
    let disk = Disk::watch(root.path(), trial::PASSING).expect("watches");
    disk.plan(fault, step);
    let restored = restore(&from, &to, &Schema::default());
    let (struck, was_cut) = (disk.has_struck(), disk.is_down());
    assert!(restored.is_ok() || struck, "{when}: {restored:?}");
    let there = || to.join("journal.sqlite").exists();
    assert!(
        restored.is_ok() || was_cut || !there(),
        "{when}: a journal is left"
    );
    if was_cut {
        disk.cut(leaves, &mut Rng::new(step)).expect("cuts");
        assert!(restored.is_err() || there(), "{when}: acknowledged and gone");
    } else {
        disk.unplan();
    }
    if !there() {
        restore(&from, &to, &Schema::default()).unwrap_or_else(|error| panic!("{when}, again: {error}"));
    }
    assert_holds(&to, &truth, &when);
    disk.cut(Leaves::Nothing, &mut Rng::new(step)).expect("cuts");
    assert_holds(&to, &truth, &when);
    struck
}

#[test]
fn any_step_of_a_restore_may_fail_or_be_the_last() {
    for fault in [Fault::PowerCut, Fault::Error { calls: 1 }] {
        for leaves in LEAVES {
            let struck = (1..)
                .take_while(|step| restore_with(fault, *step, leaves))
                .count();
            assert!(struck > 3, "{struck} steps");
        }
    }
}

#[test]
fn backup_that_fails_leaves_no_file_of_its_name() {
    for step in 1..MOST_STEPS {
        let (root, _) = backed_up();
        let journal = SqliteJournal::open(&root.path().join("journal"), options()).expect("opens");
        let to = root.path().join("another");
        let disk = Disk::watch(root.path(), trial::PASSING).expect("watches");
        disk.plan(Fault::Error { calls: 1 }, step);
        let made = journal.backup(&to);
        let struck = disk.has_struck();
        disk.unplan();
        assert_eq!(made.is_ok(), to.exists(), "step {step}: {made:?}");
        if made.is_err() {
            let names = fs::read_dir(root.path()).expect("reads").count();
            assert_eq!(
                names, 2,
                "step {step}: only the journal and the older backup are left"
            );
            journal
                .backup(&to)
                .unwrap_or_else(|error| panic!("step {step}, again: {error}"));
        }
        if !struck {
            return;
        }
    }
    panic!("a backup takes fewer steps");
}
