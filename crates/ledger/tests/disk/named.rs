//! What trials found, each told once with as few steps as it takes.

use crate::trial::{self, options};
use crate::work::{body, needle};
use ledger::journal::{Journal, OpenError, Record, SqliteJournal};
use powercut::{Disk, Fault, Leaves, Rng};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A disk with an empty folder, watched.
struct Bench {
    root: TempDir,
    disk: Disk,
}

impl Bench {
    fn new() -> Self {
        let root = trial::folder();
        let disk = Disk::watch(root.path(), trial::PASSING).expect("watches");
        Bench { root, disk }
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("journal")
    }

    fn open(&self) -> SqliteJournal {
        self.try_open().expect("the journal opens")
    }

    fn try_open(&self) -> Result<SqliteJournal, OpenError> {
        SqliteJournal::open(&self.folder(), options())
    }

    /// Ends the process without a word, and cuts the power.
    fn cut(&self, journal: SqliteJournal, leaves: Leaves) {
        self.disk.plan(Fault::PowerCut, 1);
        drop(journal);
        self.disk.cut(leaves, &mut Rng::new(1)).expect("cuts");
    }

    /// Appends a record while `fault` strikes its synchronisation, and starts the process again.
    fn append_into(&self, mut journal: SqliteJournal, seq: u64, fault: Fault) -> SqliteJournal {
        self.disk.plan_at_sync(fault, 1);
        journal
            .append(seq, &[record(seq)], &[])
            .expect_err("the synchronisation fails");
        // Its own closing would fold the log back and hide what the next start meets.
        self.disk.unplan();
        self.disk.plan(Fault::Kill, 1);
        drop(journal);
        self.disk.restart().expect("restarts");
        self.open()
    }
}

fn record(seq: u64) -> Record {
    Record {
        seq,
        data: format!("record {seq}").into_bytes(),
    }
}

fn records(upto: u64) -> Vec<Record> {
    (1..=upto).map(record).collect()
}

#[test]
fn folder_made_for_a_journal_is_still_there_after_a_power_cut() {
    let bench = Bench::new();
    let mut journal = bench.open();
    journal.append(1, &records(1), &[]).expect("appends");
    bench.cut(journal, Leaves::Nothing);
    assert_eq!(bench.open().records(1, 9), Ok(records(1)));
}

#[test]
fn erased_body_does_not_come_back_with_the_longer_log_after_a_power_cut() {
    let bench = Bench::new();
    let mut journal = bench.open();
    journal
        .append(1, &records(1), &[body(b"secret")])
        .expect("appends");
    assert_eq!(journal.erase_blob(b"secret"), Ok(true));
    bench.cut(journal, Leaves::Nothing);
    for entry in fs::read_dir(bench.folder()).expect("reads") {
        let path = entry.expect("reads").path();
        let bytes = fs::read(&path).expect("reads");
        let needle = needle(b"secret");
        let holds = bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!holds, "{} holds it", path.display());
    }
}

#[test]
fn record_found_in_the_log_of_a_dead_process_survives_a_power_cut() {
    let bench = Bench::new();
    let mut journal = bench.open();
    journal.append(1, &records(1), &[]).expect("appends");
    let journal = bench.append_into(journal, 2, Fault::Kill);
    assert_eq!(
        journal.records(1, 9),
        Ok(records(2)),
        "the node acts on it from here on"
    );
    bench.cut(journal, Leaves::Nothing);
    assert_eq!(bench.open().records(1, 9), Ok(records(2)));
}

#[test]
fn records_appended_after_a_failed_synchronisation_survive_a_power_cut() {
    let bench = Bench::new();
    let mut journal = bench.open();
    journal.append(1, &records(1), &[]).expect("appends");
    let mut journal = bench.append_into(journal, 2, Fault::ErrorForgotten { calls: 1 });
    assert_eq!(journal.records(1, 9), Ok(records(2)));
    journal.append(3, &[record(3)], &[]).expect("appends");
    bench.cut(journal, Leaves::Nothing);
    assert_eq!(bench.open().records(1, 9), Ok(records(3)));
}

#[test]
fn journal_that_could_not_switch_to_its_log_does_not_open() {
    let mut opened = 0;
    for (step, calls) in (1..40).flat_map(|step| [(step, 1), (step, 2)]) {
        let bench = Bench::new();
        bench.disk.plan(Fault::Error { calls }, step);
        let Ok(mut journal) = bench.try_open() else {
            continue;
        };
        let database = fs::read(bench.folder().join("journal.sqlite")).expect("reads");
        // Bytes 18 and 19 of its header: 2 is the write-ahead log, 1 a rollback journal.
        assert_eq!(database[18..20], [2, 2], "{calls} calls fail from step {step}");
        bench.disk.unplan();
        journal.append(1, &records(1), &[]).expect("appends");
        bench.cut(journal, Leaves::Nothing);
        assert_eq!(bench.open().records(1, 9), Ok(records(1)));
        opened += 1;
    }
    assert!(opened > 0, "past the last step of an opening nothing fails");
}

#[test]
fn folder_that_could_not_be_synchronised_takes_nothing_acknowledged_with_it() {
    for step in 1..60 {
        let bench = Bench::new();
        bench.disk.plan(Fault::Error { calls: 1 }, step);
        let Ok(mut journal) = bench.try_open() else {
            continue;
        };
        let acknowledged = journal.append(1, &records(1), &[]).is_ok();
        bench.disk.unplan();
        bench.cut(journal, Leaves::Nothing);
        let kept = bench.open().records(1, 9).expect("reads");
        assert!(kept == records(1) || !acknowledged, "a call fails at step {step}");
    }
}
