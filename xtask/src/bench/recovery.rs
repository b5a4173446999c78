//! Coming back, and checking: a journal of many acts, with and without a snapshot, and the evidence of as many.

use std::path::Path;
use std::process::Command as Program;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use accord::command::Command;
use accord::ids::Party;
use engine::Engine;
use engine::event::{Facts, Side};
use engine::input::LogOf;
use engine::view::LogState;
use ledger::journal::{Journal, Record, SqliteJournal};
use ledger::merkle::leaf_hash;
use serde_json::{Value, json};

use super::evidence;
use super::line::{draft, notify, plain_act};
use super::pair::{Node, carry, desks, keyring, line, open, pair_with_a_bare_peer};
use super::storage::{folder, ratio, verdict};
use super::{Row, Section};
use crate::run::capture;

/// Acts in the journal, unless `BENCH_ACTS` says otherwise. The aims below are for so many.
const ACTS: u64 = 1_000_000;
/// Filling may take so many times the budget of a bench; then there are fewer acts, and the aims shrink with them.
const FILL_BUDGETS: u32 = 12;
/// One act in so many is a notice of an operation that lives.
const ACTS_A_LIVE_VOLUME: u64 = 100;
/// Acts after the snapshot: a node makes one every so many records, so that it never replays more.
const TAIL: u64 = 50_000;
/// From the records alone, and from a snapshot, µs.
const AIM_RECORDS_US: u128 = 10_000_000;
const AIM_SNAPSHOT_US: u128 = 2_000_000;
/// Records read at once.
const CHUNK: usize = 1_024;
/// Chunks read ahead.
const AHEAD: usize = 4;

/// A journal that was filled, and what its engine was when it was dropped.
struct Filled {
    acts: u64,
    live: u64,
    /// Acts after the snapshot.
    tail: u64,
    records: u64,
    snapshot_mib: usize,
    /// Hash of the lived state.
    state: String,
    /// Its own log and the peer's.
    logs: [LogState; 2],
    took: Duration,
}

/// What a process that came back says of itself.
struct Back {
    us: u128,
    cpu_ms: u64,
    peak_mib: u64,
}

pub(super) fn run(budget: Duration) -> Section {
    let dir = folder("recovery");
    let asked = std::env::var("BENCH_ACTS").ok();
    let acts = asked.and_then(|text| text.parse().ok()).unwrap_or(ACTS);
    let filled = fill(&dir, acts, budget * FILL_BUDGETS);
    println!("filled with {} acts in {} s", filled.acts, filled.took.as_secs());
    let mut rows = vec![
        row(
            &filled,
            "records",
            AIM_RECORDS_US,
            &come_back(&dir, &filled, "records"),
        ),
        row(
            &filled,
            "snapshot",
            AIM_SNAPSHOT_US,
            &come_back(&dir, &filled, "snapshot"),
        ),
    ];
    rows.extend(evidence::rows(&dir, &filled.logs));
    // The folder lies under the build's own and goes with it if this fails.
    let _ = std::fs::remove_dir_all(&dir);
    Section {
        title: format!("{} acts: recovery and evidence", filled.acts),
        rows,
    }
}

fn row(filled: &Filled, from: &str, aim_us: u128, back: &Back) -> Row {
    let scaled = back.us * u128::from(ACTS) / u128::from(filled.acts);
    let how = match from {
        "records" => format!("{} records alone", filled.records),
        _ => format!(
            "a snapshot of {} MiB and the {} acts after it",
            filled.snapshot_mib, filled.tail
        ),
    };
    Row {
        what: format!(
            "a process that recovers {} acts, {} live volumes, from {how} (processor {} ms, peak \
             memory {} MiB)",
            filled.acts, filled.live, back.cpu_ms, back.peak_mib
        ),
        ours: format!("{} ms", back.us / 1_000),
        other: format!(
            "{} ms",
            aim_us / 1_000 * u128::from(filled.acts) / u128::from(ACTS)
        ),
        ratio: ratio(scaled, aim_us),
        aim: "≤ 1".to_owned(),
        verdict: verdict(scaled <= aim_us),
    }
}

/// The journal of a node that stated `acts` acts to a peer, or fewer when time ran out, some of them notices that
/// live. It holds a snapshot.
fn fill(dir: &Path, acts: u64, within: Duration) -> Filled {
    let start = Instant::now();
    let (live, tail) = ((acts / ACTS_A_LIVE_VOLUME).max(1), TAIL.min(acts / 2));
    let (a, b) = pair_with_a_bare_peer(dir);
    let (mut a, b) = carry(a, b, (0..live).map(|n| Command::Plan(draft(n))));
    let operations = std::mem::take(&mut a.made);
    let (a, b) = carry(a, b, operations.into_iter().map(notify));
    let in_time = move |_: &u64| start.elapsed() < within;
    let (mut a, b) = carry(a, b, (live..acts - tail).take_while(in_time).map(plain_act));
    let snapshot_mib = keep_snapshot(&mut a);
    let (a, _) = carry(a, b, (0..tail).map(plain_act));
    let logs =
        [LogOf::Own, LogOf::Peer].map(|of| a.engine.log_state(&line(), of).expect("the line is there"));
    Filled {
        acts: logs[0].size,
        live,
        tail,
        records: a.engine.next_seq() - 1,
        snapshot_mib,
        state: state_of(&a.engine),
        logs,
        took: start.elapsed(),
    }
}

/// As a node does between two batches; its size in MiB.
fn keep_snapshot(node: &mut Node) -> usize {
    let snapshot = node.engine.snapshot();
    let journal = node.journal.as_mut().expect("node a keeps a journal");
    journal
        .save_snapshot(node.engine.next_seq() - 1, &snapshot)
        .expect("a disk with room");
    snapshot.len() >> 20
}

fn state_of(engine: &Engine) -> String {
    format!("{:02x?}", leaf_hash(&engine.snapshot()))
}

/// Lets a process of its own recover the journal, so that its memory and its time are nobody else's.
fn come_back(dir: &Path, filled: &Filled, from: &str) -> Back {
    let program = std::env::current_exe().expect("a running program has a path");
    let mut command = Program::new(program);
    let said = capture(command.args(["bench", "--recover", from]).arg(dir)).expect("it recovers");
    let said: Value = serde_json::from_str(said.trim()).expect("it says what it did");
    assert_eq!(said["records"], filled.records, "all records came back");
    assert_eq!(
        said["state"], filled.state,
        "the state that came back is the state that was lived"
    );
    let figure = |name: &str| said[name].as_u64().expect("it is a figure");
    Back {
        us: figure("us").into(),
        cpu_ms: figure("cpu_ms"),
        peak_mib: figure("peak_mib"),
    }
}

/// What [`come_back`] runs: recovers as a node does when it starts, and says how it went.
pub(super) fn recover(from: &str, dir: &str) {
    let start = Instant::now();
    let journal = open(Path::new(dir), Side::A);
    let mut engine = match (from, journal.newest_snapshot()) {
        ("snapshot", Ok(Some((_, bytes)))) => {
            Engine::from_snapshot(&bytes, Box::new(keyring(Side::A))).expect("a snapshot")
        }
        _ => Engine::new(Party::from("alpha"), desks(), Box::new(keyring(Side::A))),
    };
    replay(&mut engine, &journal);
    let us = start.elapsed().as_micros();
    let (cpu, peak_mib) = (super::server::cpu(std::process::id()), peak_memory_mib());
    let (records, state) = (engine.next_seq() - 1, state_of(&engine));
    let us = u64::try_from(us).expect("an hour fits");
    println!(
        "{}",
        json!({ "us": us, "cpu_ms": cpu.as_millis() as u64, "peak_mib": peak_mib, "records": records, "state": state })
    );
}

/// As a node does: one thread applies while the other reads and checks.
fn replay(engine: &mut Engine, journal: &SqliteJournal) {
    let mut from = engine.next_seq();
    let (ahead, chunks) = sync_channel::<Vec<Facts>>(AHEAD);
    thread::scope(|scope| {
        scope.spawn(|| {
            for facts in chunks.into_iter().flatten() {
                engine.replay(&facts).expect("records can be replayed");
            }
        });
        loop {
            let records = journal.records(from, CHUNK).expect("records are whole");
            let read = |record: &Record| Engine::read_facts(record.seq, &record.data);
            let facts: Result<Vec<_>, _> = records.iter().map(read).collect();
            from += records.len() as u64;
            let sent = ahead.send(facts.expect("records can be read"));
            if sent.is_err() || records.len() < CHUNK {
                break;
            }
        }
        drop(ahead);
    });
}

/// Largest resident size of this process so far, MiB.
fn peak_memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}
