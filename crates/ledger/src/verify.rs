//! Checking a bundle offline, against keys known from elsewhere.
//!
//! What a clean report shows: each act was stated by the desk named, in this order; neither log was
//! rewritten below its newest checkpoint; the peer countersigned what the report says it did. It
//! rests on the keys. It says nothing about the truth of what was stated, and every report says so.

mod log;
mod loss;
mod policy;
mod show;
mod why;

pub use loss::{Ending, Loss, Run};
pub use policy::{Policy, PolicyFault};
pub use show::utc;
pub use why::Why;

use self::log::Check;
use crate::bundle::{Bundle, BundleFault, Log};
use crate::contradiction::Contradiction;
use crate::header::{Origin, Seen};
use crate::keys::{Hash, PartyKeys, Verifier};
use crate::limits::PREPARE_FROM;
use crate::merkle::Tree;
use std::collections::BTreeSet;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether a policy was given that pins every key of the manifest.
    pub anchored: bool,
    /// Keys that nothing pins, with what an officer reads out to compare them.
    pub unanchored: Vec<KeyLine>,
    /// The line, if the manifest could be read.
    pub line: String,
    /// Parties of side `a` and side `b`.
    pub parties: Vec<String>,
    /// Each log, in the order of the bundle.
    pub logs: Vec<LogReport>,
    /// Wording of each contradiction that was proven.
    pub contradictions: Vec<String>,
    /// Entries that had seen what the bundle lacks, and that fail no check for it. They are worth asking
    /// both parties about.
    pub losses: Vec<Loss>,
    /// The first check that failed: keys, then entries, then what they had seen of each other, then
    /// checkpoints, then what is missing, each log by log; then contradictions, then the bundle's own hash.
    pub first_failure: Option<Failure>,
}

/// One key of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// Name under which a policy pins it.
    pub name: String,
    /// The party that claims it.
    pub party: String,
    /// What it is for: `log`, `witness` or `desk`, as in a policy.
    pub role: &'static str,
    /// See [`crate::keys::fingerprint`].
    pub fingerprint: String,
}

/// What was found in one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogReport {
    /// Its name.
    pub origin: String,
    /// The party that kept it.
    pub party: String,
    /// Entries in the bundle.
    pub size: u64,
    /// Merkle root over them.
    pub root: Hash,
    /// Entries of which the body was opened and holds.
    pub opened: u64,
    /// Entries below the newest checkpoint that holds.
    pub signed_size: u64,
    /// Cosignatures of the peer that hold, by size.
    pub covers: Vec<Cover>,
    /// Cosignatures of neutral witnesses that hold.
    pub witnessed: u64,
    /// The first check that failed in this log.
    pub failure: Option<Failure>,
}

/// A cosignature of the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The peer held every entry below.
    pub size: u64,
    /// Since when at the latest: POSIX seconds, the peer's word.
    pub time_s: u64,
}

/// A check that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The log, if it lies in one.
    pub log: Option<String>,
    /// The entry, if it lies in one.
    pub seq: Option<u64>,
    /// What failed.
    pub why: Why,
}

impl LogReport {
    /// Entries that the peer stated to hold.
    pub fn cosigned_size(&self) -> u64 {
        self.covers.last().map_or(0, |cover| cover.size)
    }

    /// The first cosignature of the peer that covers entry `seq`: it held the entry by then. Where a
    /// bundle leaves out cosignatures, the one named came later, and what it says is true all the same.
    pub fn first_cover(&self, seq: u64) -> Option<Cover> {
        let first = self.covers.partition_point(|cover| cover.size <= seq);
        self.covers.get(first).copied()
    }
}

/// Checks the bytes of a bundle, its own hash included. Bytes that are none give a report that
/// names the place.
pub fn verify_bytes(bytes: &[u8], policy: Option<&Policy>, verifier: &dyn Verifier) -> Report {
    match Bundle::decode_any(bytes) {
        Err(fault) => Report::unreadable(&fault),
        Ok((bundle, seal)) => {
            let mut report = verify_bundle(&bundle, policy, verifier);
            let broken = seal.is_err().then_some(Failure {
                log: None,
                seq: None,
                why: Why::Seal,
            });
            report.first_failure = report.first_failure.or(broken);
            report
        }
    }
}

/// Checks what a bundle says, entry by entry.
pub fn verify_bundle(bundle: &Bundle, policy: Option<&Policy>, verifier: &dyn Verifier) -> Report {
    let claims = policy::claims(&bundle.manifest);
    let claimed: Vec<[u8; 32]> = claims.iter().map(|claim| claim.key).collect();
    let many = bundle.logs.iter().map(|log| log.entries.len()).sum::<usize>() >= PREPARE_FROM;
    let prepared = many.then(|| verifier.prepared(&claimed)).flatten();
    let verifier = prepared.as_deref().unwrap_or(verifier);
    let trees: Vec<Tree> = bundle.logs.iter().map(Log::tree).collect();
    let (logs, failure) = logs(bundle, &trees, verifier);
    let (unanchored, key_failure) = anchor(bundle, policy);
    let anchored = policy.is_some() && unanchored.is_empty() && key_failure.is_none();
    let (contradictions, evidence_failure) = evidence(bundle, verifier);
    let parties = bundle.manifest.sides.iter().map(|keys| keys.party.clone());
    Report {
        anchored,
        unanchored,
        line: bundle.manifest.line.clone(),
        parties: parties.collect(),
        logs: logs.0,
        losses: logs.1,
        contradictions,
        first_failure: key_failure.or(failure).or(evidence_failure),
    }
}

/// Checks one contradiction on its own, under the keys that a policy pins, and gives its wording.
///
/// # Errors
/// [`Why::NotPinned`] when the policy does not name the keys, [`Why::Contradiction`] when the evidence
/// does not hold.
pub fn verify_contradiction(
    found: &Contradiction,
    policy: &Policy,
    verifier: &dyn Verifier,
) -> Result<String, Why> {
    let origin = found.origin().and_then(|origin| Origin::parse(&origin).ok());
    let origin = origin.ok_or_else(|| Why::NotPinned {
        name: "a log of this system".to_owned(),
    })?;
    let log = policy.log_key(&origin).ok_or_else(|| Why::NotPinned {
        name: origin.to_string(),
    })?;
    let desks = policy.desk_keys(&origin.stem());
    let keys = PartyKeys {
        party: origin.stem(),
        log,
        cosign: [0; 32],
        desks,
    };
    found.verify(&keys, verifier).map_err(Why::Contradiction)?;
    Ok(found.to_string())
}

impl Report {
    fn unreadable(fault: &BundleFault) -> Report {
        let why = Why::Form {
            line: fault.line,
            what: fault.why.clone(),
        };
        Report {
            anchored: false,
            unanchored: Vec::new(),
            line: String::new(),
            parties: Vec::new(),
            logs: Vec::new(),
            contradictions: Vec::new(),
            losses: Vec::new(),
            first_failure: Some(Failure {
                log: fault.log.clone(),
                seq: fault.seq,
                why,
            }),
        }
    }
}

/// Checks all logs, stage by stage: what was found in each, what is lost, and the first failure.
fn logs(
    bundle: &Bundle,
    trees: &[Tree],
    verifier: &dyn Verifier,
) -> ((Vec<LogReport>, Vec<Loss>), Option<Failure>) {
    let logs = &bundle.logs;
    let peer = |log: &Log| logs.iter().position(|other| other.origin == log.origin.peer());
    let peers: Vec<Option<usize>> = logs.iter().map(peer).collect();
    let check = |at: usize| {
        let peer = peers[at].map(|peer| &trees[peer]);
        Check::new(&bundle.manifest, (&logs[at], &trees[at]), peer, verifier)
    };
    let mut checks: Vec<Check> = (0..logs.len()).map(check).collect();
    let mut first = Vec::new();
    first.extend(checks.iter_mut().filter_map(Check::entries));
    let had: Vec<Vec<Seen>> = checks
        .iter_mut()
        .map(|check| std::mem::take(&mut check.seen))
        .collect();
    let stated = loss::stated(logs);
    let relations = |(at, check): (usize, &mut Check)| {
        let peer_had = peers[at].map_or(&[][..], |peer| &had[peer]);
        check.relations((&had[at], peer_had), &stated)
    };
    first.extend(checks.iter_mut().enumerate().filter_map(relations));
    first.extend(checks.iter_mut().filter_map(Check::checkpoints));
    let agreed = loss::agreed(&stated, checks.iter().map(|check| &check.report));
    first.extend(checks.iter_mut().filter_map(|check| check.losses(&agreed)));
    let losses = checks.iter_mut().filter_map(|check| check.loss.take());
    let mut losses: Vec<Loss> = losses.collect();
    let reports: Vec<LogReport> = checks.into_iter().map(|check| check.report).collect();
    loss::attribute(&mut losses, &stated, &bundle.manifest, &reports);
    ((reports, losses), first.into_iter().next())
}

/// Keys that nothing pins, and the first key that is pinned otherwise or stands in two roles.
fn anchor(bundle: &Bundle, policy: Option<&Policy>) -> (Vec<KeyLine>, Option<Failure>) {
    let claims = policy::claims(&bundle.manifest);
    let mut seen = BTreeSet::new();
    let shared = claims.iter().find(|claim| !seen.insert(claim.key));
    let mut why = shared.map(|claim| Why::SharedKey {
        name: claim.name.clone(),
    });
    let mut unanchored = Vec::new();
    for claim in &claims {
        let pins = policy.map_or_else(Vec::new, |policy| policy.pins(claim, &bundle.logs));
        if pins.is_empty() || pins.contains(&None) {
            unanchored.push(key_line(claim));
        }
        if pins.iter().flatten().any(|pinned| *pinned != claim.key) {
            why = why.or_else(|| {
                Some(Why::OtherKey {
                    name: claim.name.clone(),
                })
            });
        }
    }
    (
        unanchored,
        why.map(|why| Failure {
            log: None,
            seq: None,
            why,
        }),
    )
}

fn key_line(claim: &policy::Claim) -> KeyLine {
    KeyLine {
        name: claim.name.clone(),
        party: claim.party.clone(),
        role: claim.role.word(),
        fingerprint: crate::keys::fingerprint(&claim.key),
    }
}

/// The wording of contradictions that hold, and the first that does not.
fn evidence(bundle: &Bundle, verifier: &dyn Verifier) -> (Vec<String>, Option<Failure>) {
    let (mut proven, mut failure) = (Vec::new(), None);
    for found in &bundle.contradictions {
        let origin = found.origin().and_then(|origin| Origin::parse(&origin).ok());
        let ours = origin.filter(|origin| origin.line == bundle.manifest.line);
        let outcome = ours.ok_or(Why::OtherLog).and_then(|origin| {
            found
                .verify(bundle.manifest.keys_of(&origin), verifier)
                .map_err(Why::Contradiction)
        });
        match outcome {
            Ok(()) => proven.push(found.to_string()),
            Err(why) => {
                failure = failure.or(Some(Failure {
                    log: found.origin(),
                    seq: None,
                    why,
                }))
            }
        }
    }
    (proven, failure)
}
