//! `detente verify FILE [--policy FILE]`: offline, without a node.

use super::At;
use crate::failed::Failed;
use ledger::bundle::Bundle;
use ledger::contradiction::Contradiction;
use ledger::keys::Ed25519;
use ledger::limits::{MAX_BUNDLE_BYTES, MAX_CONTRADICTION_BYTES};
use ledger::verify::{
    Cover, Ending, Failure, LogReport, Loss, Policy, Report, Run, verify_bytes, verify_contradiction,
};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Checks an evidence file: every signature, every place, every countersignature. Exit code
/// 0 when all of it holds, 1 when not, naming the first entry that fails and why.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// A bundle that `detente log export` made, or evidence of a contradiction.
    file: PathBuf,
    /// Keys known from elsewhere; without it nothing says whose keys they are.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print the keys that the bundle claims, as a policy to compare and keep.
    #[arg(long, conflicts_with = "policy")]
    keys: bool,
}

pub(super) fn run(args: &Args, at: &At) -> Result<(), Failed> {
    let bytes = read(&args.file)?;
    if args.keys {
        return keys(&bytes, at);
    }
    let policy = args.policy.as_deref().map(read_policy).transpose()?;
    if let Some(found) = contradiction(&bytes) {
        return check_contradiction(&found, policy.as_ref(), at);
    }
    let report = verify_bytes(&bytes, policy.as_ref(), &Ed25519);
    at.print(&as_json(&report), &report);
    match &report.first_failure {
        None => Ok(()),
        Some(_) => Err(Failed::refused(format_args!(
            "{} does not hold; see above",
            args.file.display()
        ))),
    }
}

fn keys(bytes: &[u8], at: &At) -> Result<(), Failed> {
    let bundle = Bundle::decode(bytes).map_err(Failed::refused)?;
    let policy = Policy::of(&bundle.manifest).to_string();
    let text = format!(
        "# Claimed by the bundle. Compare by another road before you keep it.\n{}",
        policy.trim_end()
    );
    at.print(&json!({ "policy": policy }), text);
    Ok(())
}

fn contradiction(bytes: &[u8]) -> Option<Contradiction> {
    let small = bytes.len() <= MAX_CONTRADICTION_BYTES;
    let text = std::str::from_utf8(bytes).ok().filter(|_| small)?;
    Contradiction::decode(text.trim_end()).ok()
}

fn check_contradiction(found: &Contradiction, policy: Option<&Policy>, at: &At) -> Result<(), Failed> {
    let policy = policy.ok_or_else(|| {
        Failed::usage("evidence of a contradiction is checked against keys known from elsewhere: name them with --policy")
    })?;
    let wording = verify_contradiction(found, policy, &Ed25519)
        .map_err(|why| Failed::refused(format_args!("the evidence does not hold: {why}")))?;
    at.print(
        &json!({ "contradiction": wording }),
        format_args!("CONTRADICTION PROVEN: {wording}"),
    );
    Ok(())
}

fn as_json(report: &Report) -> Value {
    json!({
        "holds": report.first_failure.is_none(),
        "anchored": report.anchored,
        "truth_of_contents": "not checked",
        "line": report.line,
        "parties": report.parties,
        "logs": report.logs.iter().map(log_json).collect::<Vec<_>>(),
        "contradictions": report.contradictions,
        "missing": report.losses.iter().map(loss_json).collect::<Vec<_>>(),
        "first_failure": report.first_failure.as_ref().map(failure_json),
    })
}

fn log_json(log: &LogReport) -> Value {
    json!({
        "origin": log.origin,
        "party": log.party,
        "size": log.size,
        "root": hex::encode(log.root),
        "opened": log.opened,
        "signed_size": log.signed_size,
        "cosigned_size": log.cosigned_size(),
        // Every entry below a size was held by then.
        "countersigned": log.covers.iter().map(cover_json).collect::<Vec<_>>(),
        "failure": log.failure.as_ref().map(failure_json),
    })
}

/// Entries that had seen what the bundle lacks: `holds` says nothing about what is missing.
fn loss_json(loss: &Loss) -> Value {
    let ending = |ending: &Ending| {
        json!({
            "party": ending.party,
            "stated_in": ending.stated_in,
            "size": ending.size,
            "countersigned": ending.countersigned,
        })
    };
    let run = |run: &Run| {
        json!({
            "first": run.first,
            "last": run.last,
            "size": run.seen.size,
            "root": hex::encode(run.seen.root),
        })
    };
    json!({
        "log": loss.log,
        "had_seen": loss.runs.iter().map(run).collect::<Vec<_>>(),
        "of": loss.of,
        "of_party": loss.party,
        "held": loss.held,
        "stated": loss.endings.iter().map(ending).collect::<Vec<_>>(),
    })
}

fn cover_json(cover: &Cover) -> Value {
    json!({ "size": cover.size, "at_s": cover.time_s })
}

fn failure_json(failure: &Failure) -> Value {
    json!({ "log": failure.log, "entry": failure.seq, "why": failure.why.to_string() })
}

fn read_policy(path: &Path) -> Result<Policy, Failed> {
    let text = String::from_utf8(read(path)?)
        .map_err(|_| Failed::usage(format_args!("{} is no text", path.display())))?;
    Policy::parse(&text).map_err(|fault| Failed::usage(format_args!("{}: {fault}", path.display())))
}

fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    let open = |path| {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(MAX_BUNDLE_BYTES as u64 + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    open(path).map_err(|why: std::io::Error| Failed::usage(format_args!("{}: {why}", path.display())))
}
