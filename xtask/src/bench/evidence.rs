//! Checking the evidence of many acts: the verifier of `detente-verify`, against bare signature checks.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer as _, SigningKey};
use engine::event::Side;
use engine::frame::Entry;
use engine::input::LogOf;
use engine::line::entry_key;
use engine::view::LogState;
use ledger::bundle::{self, Bundle, Countersigned, Log, Manifest, Opened};
use ledger::header::Origin;
use ledger::journal::{Journal, SqliteJournal};
use ledger::keys::Ed25519;
use ledger::verify::{Policy, verify_bytes};

use super::Row;
use super::pair::{keys, line, open};
use super::storage::{ratio, verdict};

/// For 10^6 acts on one core.
const AIM: Duration = Duration::from_secs(60);
const AIM_ACTS: u128 = 1_000_000;
/// Different signatures that the bare checks go round.
const ROUND: usize = 1_000;
/// A header without its signature is about so long.
const MESSAGE_BYTES: usize = 360;

/// The evidence of the line in node a's journal under `dir`, whose engine gave `logs`: checked whole, and beside it
/// as many bare checks as it holds signatures of desks.
pub(super) fn rows(dir: &Path, logs: &[LogState; 2]) -> Vec<Row> {
    let bundle = bundle(&open(dir, Side::A), logs);
    let policy = Policy::of(&bundle.manifest);
    let acts = logs.iter().map(|log| log.size).sum::<u64>();
    let bytes = bundle.encode();
    drop(bundle);
    let start = Instant::now();
    let report = verify_bytes(&bytes, Some(&policy), &Ed25519);
    let took = start.elapsed();
    assert!(
        report.anchored && report.first_failure.is_none(),
        "the bench's own evidence holds: {:?}",
        report.first_failure
    );
    let floor = bare_checks(acts);
    let scaled = took.as_micros() * AIM_ACTS / u128::from(acts);
    vec![Row {
        what: format!(
            "one core verifies evidence of {acts} acts ({} MiB), against as many bare strict signature checks",
            bytes.len() >> 20
        ),
        ours: format!("{} ms", took.as_millis()),
        other: format!("{} ms", floor.as_millis()),
        ratio: ratio(took.as_micros(), floor.as_micros()),
        aim: format!("≤ {} s for 10^6", AIM.as_secs()),
        verdict: verdict(scaled <= AIM.as_micros()),
    }]
}

/// The time of `count` strict checks by the library, of messages that are at hand.
fn bare_checks(count: u64) -> Duration {
    let signer = SigningKey::from_bytes(&[7; 32]);
    let signed = |n: usize| {
        let mut message = [b'x'; MESSAGE_BYTES];
        message[..8].copy_from_slice(&n.to_be_bytes());
        (message, signer.sign(&message))
    };
    let signed: Vec<_> = (0..ROUND).map(signed).collect();
    let key = signer.verifying_key();
    let start = Instant::now();
    for n in 0..count {
        let (message, signature) = &signed[n as usize % ROUND];
        key.verify_strict(message, signature).expect("it was just made");
    }
    start.elapsed()
}

/// Both logs of the line, as an export holds them.
fn bundle(journal: &SqliteJournal, [own, peer]: &[LogState; 2]) -> Bundle {
    let side = |side| keys(side).party_keys().expect("keys can be read");
    Bundle {
        manifest: Manifest {
            line: line().0,
            sides: [side(Side::A), side(Side::B)],
            witnesses: BTreeMap::new(),
        },
        logs: vec![log(journal, LogOf::Own, own), log(journal, LogOf::Peer, peer)],
        contradictions: Vec::new(),
    }
}

fn log(journal: &SqliteJournal, of: LogOf, state: &LogState) -> Log {
    let entry = |seq| {
        let bytes = journal.get_blob(&entry_key(&line(), of, state.epoch, seq));
        let bytes = bytes.expect("a whole journal").expect("the entry is there");
        let Entry { header, salt, body } = Entry::parse(&bytes).expect("the node's own form");
        let opened = body.map(|body| Opened { salt, body });
        bundle::Entry { header, opened }
    };
    let head = state.cosigned.as_ref().expect("the fill ends cosigned");
    let cosignature = head.cosignature.as_ref().expect("it is cosigned");
    Log {
        origin: Origin::parse(&state.origin).expect("the engine's own origin"),
        entries: (0..state.size).map(entry).collect(),
        checkpoints: vec![Countersigned {
            note: head.note.clone(),
            cosignatures: vec![cosignature.trim_end().to_owned()],
        }],
    }
}
