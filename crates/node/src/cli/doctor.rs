//! `detente doctor --dir DIR`

use super::At;
use crate::config::Config;
use crate::core::recover;
use crate::dir::NodeDir;
use crate::failed::Failed;
use crate::keys::Keys;
use crate::serve::check;
use ledger::journal::{Finding, Level, Options, doctor};
use serde_json::json;

/// Examines the folder of a node that is not running: settings, keys, every record of the
/// journal, and whether the state can be rebuilt from them. Changes nothing.
#[derive(clap::Args, Debug)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args, at: &At) -> Result<(), Failed> {
    let dir = at.node_dir()?;
    let findings = examine(&dir);
    let worst = findings
        .iter()
        .map(|finding| finding.level)
        .max()
        .unwrap_or(Level::Note);
    let list: Vec<_> = findings
        .iter()
        .map(|f| json!({ "level": name(f.level), "text": f.text }))
        .collect();
    let text: Vec<String> = findings.iter().map(ToString::to_string).collect();
    at.print(
        &json!({ "worst": name(worst), "findings": list }),
        text.join("\n"),
    );
    if worst == Level::Damage {
        return Err(Failed::refused(
            "the node in this folder cannot be trusted as it is; see above",
        ));
    }
    Ok(())
}

fn examine(dir: &NodeDir) -> Vec<Finding> {
    let config = match Config::load(dir) {
        Ok(config) => config,
        Err(why) => return vec![damage(&why)],
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
    if findings.iter().all(|finding| finding.level != Level::Damage) {
        findings.push(rebuild(dir, &config));
    }
    findings
}

fn rebuild(dir: &NodeDir, config: &Config) -> Finding {
    match recover(dir, config, Options::default()) {
        Err(why) => damage(&why),
        Ok(recovered) => {
            if let Err(why) = check(dir, config, &recovered) {
                return damage(&why);
            }
            let (records, lines) = (
                recovered.engine.next_seq() - 1,
                recovered.engine.line_configs().count(),
            );
            let text = format!("the state can be rebuilt: {records} records, {lines} lines");
            Finding {
                level: Level::Note,
                text,
            }
        }
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
