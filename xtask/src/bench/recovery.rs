//! Coming back, and checking: a journal of many acts, with and without a snapshot, and the
//! evidence of as many.

use std::path::Path;
use std::time::{Duration, Instant};

use accord::command::Command;
use accord::ids::Party;
use engine::Engine;
use engine::event::Side;
use ledger::journal::{Journal, Options, SqliteJournal};

use super::line::{draft, notify, plain_act};
use super::pair::{Node, desks, keyring, pair, settle};
use super::storage::{folder, ratio, verdict};
use super::{Row, Section};

/// Acts in the journal, unless `BENCH_ACTS` says otherwise. The aims below are for 10^6.
const ACTS: u64 = 50_000;
/// Live volumes among them.
const LIVE: u64 = 2_000;
/// For 10^6 acts: from the records alone, and from a snapshot, µs.
const AIM_RECORDS_US: u128 = 10_000_000;
const AIM_SNAPSHOT_US: u128 = 2_000_000;
const MILLION: u128 = 1_000_000;
/// Records read at once.
const CHUNK: usize = 4_096;

pub(super) fn run(_budget: Duration) -> Section {
    let dir = folder("recovery");
    let acts = std::env::var("BENCH_ACTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(ACTS);
    let live = LIVE.max(acts / 100);
    let a = fill(&dir, acts, live);
    let made = u128::from(a.engine.next_seq());
    let snapshot = a.engine.snapshot();
    let next = a.engine.next_seq();
    drop(a);
    let journal = SqliteJournal::open(&dir.join("a"), Options::default()).expect("the journal opens");
    let (records_us, engine) = from_records(&journal);
    assert_eq!(engine.next_seq(), next, "all records came back");
    assert!(
        engine.snapshot() == snapshot,
        "the replayed state is the state that was lived"
    );
    let start = Instant::now();
    let restored = Engine::from_snapshot(&snapshot, Box::new(keyring(Side::A))).expect("a snapshot");
    let snapshot_us = start.elapsed().as_micros();
    drop(restored);
    let memory = memory_mib();
    let _ = std::fs::remove_dir_all(&dir);
    let row = |what: String, us: u128, aim: u128| {
        let scaled = us * MILLION / u128::from(acts);
        Row {
            what,
            ours: format!("{} ms", us / 1_000),
            other: format!("{} ms for 10^6", aim / 1_000),
            ratio: ratio(scaled, aim),
            aim: "≤ 1, scaled to 10^6".to_owned(),
            verdict: verdict(scaled <= aim),
        }
    };
    let rows = vec![
        row(
            format!(
                "recovery of {acts} acts ({made} records, {live} live volumes) from records; peak memory {memory} MiB"
            ),
            records_us,
            AIM_RECORDS_US,
        ),
        row(
            format!("the same from a snapshot of {} MiB", snapshot.len() >> 20),
            snapshot_us,
            AIM_SNAPSHOT_US,
        ),
    ];
    Section {
        title: "Recovery".to_owned(),
        rows,
    }
}

/// A node that stated `acts` acts and knows `live` live volumes.
fn fill(dir: &Path, acts: u64, live: u64) -> Node {
    let (mut a, mut b) = pair(dir);
    for n in 0..live {
        a.command(Command::Plan(draft(n)));
        if n % 200 == 199 {
            settle(&mut a, &mut b);
        }
    }
    settle(&mut a, &mut b);
    for (n, operation) in std::mem::take(&mut a.made).into_iter().enumerate() {
        a.command(notify(operation));
        if n % 200 == 199 {
            settle(&mut a, &mut b);
        }
    }
    for n in live..acts {
        a.command(plain_act(n));
        if n % 200 == 199 {
            settle(&mut a, &mut b);
        }
    }
    settle(&mut a, &mut b);
    assert!(
        a.refused.is_empty(),
        "a refused bench measures nothing: {:?}",
        a.refused.first()
    );
    a
}

fn from_records(journal: &SqliteJournal) -> (u128, Engine) {
    let start = Instant::now();
    let mut engine = Engine::new(Party::from("alpha"), desks(), Box::new(keyring(Side::A)));
    let mut next = 1;
    loop {
        let records = journal.records(next, CHUNK).expect("records are whole");
        for record in &records {
            let record = Engine::read_record(record.seq, &record.data).expect("records can be read");
            engine.replay(&record).expect("records can be replayed");
        }
        next += records.len() as u64;
        if records.len() < CHUNK {
            return (start.elapsed().as_micros(), engine);
        }
    }
}

/// Largest resident size of this process so far, MiB.
fn memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}
