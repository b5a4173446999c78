//! What a line carries: acts and notices a second, and the way of one notice to RECEIVED.

use std::path::Path;
use std::time::{Duration, Instant};

use accord::act::{Class, Level};
use accord::command::{Command, OperationDraft};
use accord::ids::OperationId;
use engine::event::Side;
use engine::keyring::{KeyRole, Keyring};
use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};

use super::pair::{Node, Spent, carry, exchange, keyring, line, pair, settle};
use super::storage::{Times, folder, ratio, verdict};
use super::{Row, Section};

/// Acts a line must carry, a second.
pub(super) const AIM_ACTS_PER_S: u128 = 5_000;
/// Notices a line must carry, a second.
pub(super) const AIM_NOTICES_PER_S: u128 = 1_000;
/// A round trip may cost this many times what its fsyncs and signatures alone cost.
pub(super) const AIM_ROUND_TRIP: u128 = 2;
const ROUND_TRIPS: usize = 300;
const ACTS: u64 = 20_000;

pub(super) fn run(budget: Duration) -> Section {
    let dir = folder("line");
    let notices = (budget.as_secs() * 400).clamp(1_000, 8_000);
    let (a, b) = pair(&dir.join("acts"));
    let acts: Vec<Command> = (0..ACTS).map(plain_act).collect();
    let mut rows = vec![
        timed(a, b, "acts", acts.into_iter(), AIM_ACTS_PER_S),
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
    let (a, b) = pair(dir);
    let (mut a, b) = carry(a, b, (0..count).map(|n| Command::Plan(draft(n))));
    let operations = std::mem::take(&mut a.made);
    timed(
        a,
        b,
        "notices",
        operations.into_iter().map(notify),
        AIM_NOTICES_PER_S,
    )
}

/// The time until the last command's act is on b's disk and a has journaled b's cosignature.
fn timed(
    mut a: Node,
    mut b: Node,
    what: &str,
    commands: impl ExactSizeIterator<Item = Command> + Send + 'static,
    aim: u128,
) -> Row {
    let count = commands.len() as u128;
    (a.spent, b.spent) = Default::default();
    let start = Instant::now();
    let (a, b) = carry(a, b, commands);
    let elapsed = start.elapsed();
    let per_s = count * 1_000_000 / elapsed.as_micros().max(1);
    Row {
        what: format!(
            "{what} a second, cosigned by the peer ({count} in {} ms; a {}; b {})",
            elapsed.as_millis(),
            shares(&a.spent, elapsed),
            shares(&b.spent, elapsed),
        ),
        ours: per_s.to_string(),
        other: aim.to_string(),
        ratio: ratio(per_s, aim),
        aim: "≥ 1".to_owned(),
        verdict: verdict(per_s >= aim),
    }
}

/// Where a node's time went, in hundredths: the step with the largest share limits.
fn shares(spent: &Spent, of: Duration) -> String {
    let share = |part: Duration| 100 * part.as_micros() / of.as_micros().max(1);
    format!(
        "engine {} %, journal {} %, waiting {} %",
        share(spent.engine),
        share(spent.journal),
        share(spent.waiting)
    )
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
    let journal = node
        .journal
        .as_mut()
        .expect("both nodes of the trip keep a journal");
    let next = journal.next_seq();
    journal.save_snapshot(next - 1, b"{}").expect("a disk with room");
}

/// The signatures of one notice's way: 2 and 3 made, 2 and 3 checked.
pub(super) fn signature_micros() -> u128 {
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
