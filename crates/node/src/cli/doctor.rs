//! `detente doctor --dir DIR`

use super::At;
use crate::config::Config;
use crate::core::{Audit, audit};
use crate::dir::NodeDir;
use crate::failed::Failed;
use crate::keys::Keys;
use crate::serve::check;
use ledger::journal::{Finding, Level, Options, doctor};
use serde_json::json;

/// Examines the folder of a node that is not running: settings, keys, every record of the
/// journal, and whether the state can be rebuilt from them. Changes nothing. The last line is the
/// digest of that state: `sim --replay` prints the same of the same records.
#[derive(clap::Args, Debug)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args, at: &At) -> Result<(), Failed> {
    let dir = at.node_dir()?;
    let (findings, digest) = examine(&dir);
    let worst = findings
        .iter()
        .map(|finding| finding.level)
        .max()
        .unwrap_or(Level::Note);
    let list: Vec<_> = findings
        .iter()
        .map(|f| json!({ "level": name(f.level), "text": f.text }))
        .collect();
    let mut text: Vec<String> = findings.iter().map(ToString::to_string).collect();
    text.extend(digest.as_ref().map(|digest| format!("digest {digest}")));
    at.print(
        &json!({ "worst": name(worst), "findings": list, "digest": digest }),
        text.join("\n"),
    );
    if worst == Level::Damage {
        return Err(Failed::refused(
            "the node in this folder cannot be trusted as it is; see above",
        ));
    }
    Ok(())
}

/// What was found, and the digest of the state where it can be rebuilt.
fn examine(dir: &NodeDir) -> (Vec<Finding>, Option<String>) {
    let config = match Config::load(dir) {
        Ok(config) => config,
        Err(why) => return (vec![damage(&why)], None),
    };
    let mut findings = Vec::new();
    let keys = Keys::of(dir);
    let readable = keys
        .identity()
        .map(drop)
        .and_then(|()| keys.keyring(&config.desk_names()).map(drop));
    if let Err(why) = readable {
        findings.push(damage(&why));
    }
    findings.extend(doctor(&dir.journal(), Options::default()));
    if findings.iter().any(|finding| finding.level == Level::Damage) {
        return (findings, None);
    }
    match rebuild(dir, &config) {
        Ok(audit) => {
            findings.push(sound(&audit));
            (findings, Some(hex::encode(audit.engine.digest())))
        }
        Err(why) => {
            findings.push(damage(&why));
            (findings, None)
        }
    }
}

/// Rebuilds the state twice: as the node would, and from the first record on.
fn rebuild(dir: &NodeDir, config: &Config) -> Result<Audit, Failed> {
    let audit = audit(dir, config, Options::default())?;
    check(dir, config, &audit.engine)?;
    match &audit.difference {
        None => Ok(audit),
        Some(place) => Err(Failed::refused(format_args!(
            "the state that was kept up to record {} is not the one that the records give, at {place}. The records \
             hold; report this with a backup of the folder.",
            audit.snapshot_seq
        ))),
    }
}

fn sound(audit: &Audit) -> Finding {
    let (records, lines) = (audit.engine.next_seq() - 1, audit.engine.line_configs().count());
    let lived = match audit.snapshot_seq {
        0 => "no snapshot stands beside them".to_owned(),
        upto => format!("the snapshot up to record {upto} agrees with them"),
    };
    Finding {
        level: Level::Note,
        text: format!("the state can be rebuilt: {records} records, {lines} lines; {lived}"),
    }
}

fn damage(why: &Failed) -> Finding {
    Finding {
        level: Level::Damage,
        text: why.to_string(),
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Damage => "damage",
    }
}
