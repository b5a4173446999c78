//! `detente lines`

use super::At;
use crate::client::Client;
use crate::failed::Failed;
use serde_json::Value;

/// Shows every line: how it stands, what it owes, whether its words were compared.
#[derive(clap::Args, Debug)]
pub(super) struct Args {}

pub(super) fn run(_args: &Args, at: &At) -> Result<(), Failed> {
    let answer: Value = Client::desk(at)?.get("/v1/lines")?;
    let lines = answer
        .get("lines")
        .unwrap_or(&answer)
        .as_array()
        .cloned()
        .unwrap_or_default();
    let shown: Vec<String> = lines.iter().map(line_text).collect();
    let none = "no line yet. Make one: detente invite LINE, or detente join FILE".to_owned();
    at.print(&answer, if shown.is_empty() { none } else { shown.join("\n") });
    Ok(())
}

fn line_text(line: &Value) -> String {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    let count = |name: &str| line.get(name).and_then(Value::as_u64).unwrap_or(0);
    let verified = line.get("verified").and_then(Value::as_bool).unwrap_or(false);
    let mut out = format!(
        "{:<16} {:<6} {}{} · epoch {} · ours {} of which the peer holds {} · theirs {}",
        text("line"),
        text("light").to_uppercase(),
        text("peer"),
        if verified { "" } else { " · UNVERIFIED" },
        count("epoch"),
        count("own_size"),
        count("cosigned_size"),
        count("peer_size"),
    );
    if let Some(why) = line.get("stalled").and_then(Value::as_str) {
        out.push_str(&format!("\n                 STALLED: {why}"));
    }
    if !verified && let Some(words) = line.get("words").and_then(Value::as_array) {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        out.push_str(&format!(
            "\n                 compare by voice: {}",
            words.join(" ")
        ));
    }
    out
}
