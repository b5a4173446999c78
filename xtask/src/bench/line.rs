//! What a line carries: acts and notices a second, and the way of one notice to RECEIVED.

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use accord::act::{Class, Level};
use accord::command::{Command, OperationDraft};
use accord::ids::OperationId;
use engine::event::Side;
use engine::keyring::{KeyRole, Keyring};
use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};

use super::pair::{Message, Node, exchange, keyring, line, pair, settle};
use super::storage::{Times, folder, ratio, verdict};
use super::{Row, Section};

/// Acts a line must carry, a second.
const AIM_ACTS_PER_S: u128 = 5_000;
/// Notices a line must carry, a second.
const AIM_NOTICES_PER_S: u128 = 1_000;
/// A round trip may cost this many times what its fsyncs and signatures alone cost.
const AIM_ROUND_TRIP: u128 = 2;
const ROUND_TRIPS: usize = 300;
const ACTS: u64 = 20_000;

pub(super) fn run(budget: Duration) -> Section {
    let dir = folder("line");
    let notices = (budget.as_secs() * 400).clamp(1_000, 8_000);
    let mut rows = vec![
        throughput(
            &dir.join("acts"),
            "acts",
            (0..ACTS).map(plain_act).collect(),
            AIM_ACTS_PER_S,
        ),
        throughput_of_notices(&dir.join("notices"), notices),
    ];
    rows.extend(round_trip(&dir.join("trip")));
    // The folder lies under the build's own and goes with it if this fails.
    let _ = std::fs::remove_dir_all(&dir);
    Section {
        title: "One line: two engines, two journals, this machine".to_owned(),
        rows,
    }
}

fn throughput_of_notices(dir: &Path, count: u64) -> Row {
    let (mut a, mut b) = pair(dir);
    let operations = plan(&mut a, &mut b, count);
    carry(
        (a, b),
        "notices",
        operations.into_iter().map(notify).collect(),
        AIM_NOTICES_PER_S,
    )
}

fn throughput(dir: &Path, what: &str, commands: Vec<Command>, aim: u128) -> Row {
    carry(pair(dir), what, commands, aim)
}

/// Hands all commands to node a on its thread while node b answers on another, and takes the
/// time until the last is on b's disk and a has journaled b's cosignature.
fn carry((a, b): (Node, Node), what: &str, commands: Vec<Command>, aim: u128) -> Row {
    let until = a.answered + commands.len();
    let count = commands.len() as u128;
    let (to_a, from_a) = channel();
    let (to_b, from_b) = channel();
    for command in commands {
        let _ = to_a.send(Message::Command(command));
    }
    let (peer_of_a, peer_of_b) = (to_b.clone(), to_a);
    let start = Instant::now();
    let b_thread = std::thread::spawn(move || b.serve(&from_b, &peer_of_b, usize::MAX));
    let a_thread = std::thread::spawn(move || a.serve(&from_a, &peer_of_a, until));
    let a = a_thread.join().expect("node a ends");
    let elapsed = start.elapsed();
    let _ = to_b.send(Message::Stop);
    let _ = b_thread.join().expect("node b ends");
    assert!(
        a.refused.is_empty(),
        "a refused bench measures nothing: {:?}",
        a.refused.first()
    );
    let per_s = count * 1_000_000 / elapsed.as_micros().max(1);
    Row {
        what: format!(
            "{what} a second, cosigned by the peer ({count} in {} ms)",
            elapsed.as_millis()
        ),
        ours: per_s.to_string(),
        other: aim.to_string(),
        ratio: ratio(per_s, aim),
        aim: "≥ 1".to_owned(),
        verdict: verdict(per_s >= aim),
    }
}

fn plan(a: &mut Node, b: &mut Node, count: u64) -> Vec<String> {
    for n in 0..count {
        a.command(Command::Plan(draft(n)));
        if n % 200 == 199 {
            a.step();
        }
    }
    settle(a, b);
    std::mem::take(&mut a.made)
}

/// One notice at a time, from the command to RECEIVED in the sender's journal.
fn round_trip(dir: &Path) -> Vec<Row> {
    let (mut a, mut b) = pair(dir);
    let operations: Vec<String> = {
        for n in 0..ROUND_TRIPS as u64 {
            a.command(Command::Plan(draft(n)));
        }
        settle(&mut a, &mut b);
        std::mem::take(&mut a.made)
    };
    let mut trips = Times::default();
    let mut floor = Times::default();
    for operation in operations {
        let start = Instant::now();
        a.command(notify(operation));
        a.step();
        exchange(&mut a, &mut b);
        b.step();
        exchange(&mut a, &mut b);
        a.step();
        trips.add(start.elapsed());
        settle(&mut a, &mut b);
        let start = Instant::now();
        for _ in 0..3 {
            fsync_once(&mut a);
        }
        floor.add(start.elapsed());
    }
    let signatures = signature_micros();
    let floor_us = floor.at(50) + signatures;
    vec![Row {
        what: format!(
            "notice to RECEIVED, median of {ROUND_TRIPS}, against 3 commits and {signatures} µs of signatures"
        ),
        ours: format!("{} µs", trips.at(50)),
        other: format!("{floor_us} µs"),
        ratio: ratio(trips.at(50), floor_us),
        aim: format!("≤ {AIM_ROUND_TRIP}"),
        verdict: verdict(trips.at(50) <= AIM_ROUND_TRIP * floor_us),
    }]
}

/// One commit of one small record through the same journal. Its sequence is the journal's own.
fn fsync_once(node: &mut Node) {
    use ledger::journal::Journal;
    let next = node.journal.next_seq();
    node.journal
        .save_snapshot(next - 1, b"{}")
        .expect("a disk with room");
}

/// The signatures of one notice's way: 2 and 3 made, 2 and 3 checked.
fn signature_micros() -> u128 {
    let keys = keyring(Side::A);
    let signer = keys.signer(&line(), &KeyRole::Log).expect("the line is there");
    let (public, start) = (signer.public(), Instant::now());
    for n in 0_u32..100 {
        let message = n.to_be_bytes();
        let signature = signer.sign(&message);
        assert!(
            keys.verifier().verify(&public, &message, &signature),
            "it was just made"
        );
    }
    start.elapsed().as_micros() * 5 / 100
}

pub(super) fn notify(operation: String) -> Command {
    Command::Notify {
        operation: OperationId(operation),
        line: line(),
        level: Level::Exact,
        words: String::new(),
        confirmed: true,
    }
}

/// An act that leaves nothing open behind it, so that any number of them can be carried.
pub(super) fn plain_act(n: u64) -> Command {
    Command::ConfirmWords {
        line: line(),
        words: if n.is_multiple_of(2) {
            "amber lamp"
        } else {
            "copper bell"
        }
        .to_owned(),
    }
}

/// Operation `n` of many, spread over a country and a day.
pub(super) fn draft(n: u64) -> OperationDraft {
    let spread = i64::try_from(n.wrapping_mul(2_654_435_761) % 4_000_000).expect("small");
    let center = Position {
        lat_nd: 34_000_000_000 + spread * 1_000,
        lon_nd: 36_000_000_000 + (spread % 2_000_000) * 2_000,
    };
    let start_us = 4_000_000_000_000_000 + i64::try_from(n % 1_440).expect("small") * 60_000_000;
    OperationDraft {
        name: format!("operation {n}"),
        class: Class::Transit,
        volumes: vec![VolumeSpec {
            footprint: Footprint::Circle {
                center,
                radius_mm: 2_000_000,
            },
            band: Band {
                low_mm: 300_000,
                high_mm: 900_000,
                datum: Datum::Msl,
            },
            window: Window {
                start_us,
                end_us: start_us + 1_800_000_000,
            },
        }],
        hazards: Vec::new(),
        drill: false,
        separation: None,
        reaction_us: None,
    }
}
