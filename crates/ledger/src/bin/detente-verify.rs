//! `detente-verify FILE [--policy FILE]`: checks a bundle, or a contradiction, offline.
//!
//! Exit status: 0 every check passed, 1 a check failed, 2 the command was not understood or a file
//! not read.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program reads files and speaks; the library beside it does not"
)]

use ledger::contradiction::Contradiction;
use ledger::keys::Ed25519;
use ledger::limits::{MAX_BUNDLE_BYTES, MAX_CONTRADICTION_BYTES};
use ledger::verify::{Policy, verify_bytes, verify_contradiction};
use std::fs::File;
use std::io::{Read, Write};
use std::process::ExitCode;

const USAGE: &str = "\
detente-verify FILE [--policy FILE]   check a bundle, or a contradiction, offline
detente-verify FILE --keys            print the keys a bundle claims, as a policy to compare and keep
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        [file, "--keys"] => keys(file),
        [file, "--policy", policy] | ["--policy", policy, file] => check(file, Some(policy)),
        [file] if !file.starts_with('-') => check(file, None),
        ["--help" | "-h"] => Ok((true, USAGE.trim_end().to_owned())),
        _ => Err(format!("not understood\n\n{USAGE}")),
    };
    match outcome {
        Ok((passed, text)) => {
            // A reader that closed the pipe has read enough.
            let _ = writeln!(std::io::stdout(), "{text}");
            ExitCode::from(u8::from(!passed))
        }
        Err(why) => {
            eprintln!("detente-verify: {why}");
            ExitCode::from(2)
        }
    }
}

/// Whether every check passed, and the report.
fn check(file: &str, policy: Option<&str>) -> Result<(bool, String), String> {
    let bytes = read(file)?;
    let policy = policy.map(read_policy).transpose()?;
    if bytes.len() <= MAX_CONTRADICTION_BYTES
        && let Some(found) = std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| Contradiction::decode(text.trim_end()).ok())
    {
        let policy = policy.ok_or("a contradiction is checked against keys: give them with --policy")?;
        return Ok(match verify_contradiction(&found, &policy, &Ed25519) {
            Ok(wording) => (true, format!("CONTRADICTION PROVEN: {wording}")),
            Err(why) => (false, format!("FAILED: {why}")),
        });
    }
    let report = verify_bytes(&bytes, policy.as_ref(), &Ed25519);
    Ok((report.first_failure.is_none(), report.to_string()))
}

fn keys(file: &str) -> Result<(bool, String), String> {
    let bundle = ledger::bundle::Bundle::decode(&read(file)?).map_err(|fault| format!("{file}: {fault}"))?;
    let policy = Policy::of(&bundle.manifest);
    Ok((
        true,
        format!("# Claimed by the bundle. Compare by another road before you keep it.\n{policy}")
            .trim_end()
            .to_owned(),
    ))
}

fn read_policy(file: &str) -> Result<Policy, String> {
    let text = String::from_utf8(read(file)?).map_err(|_| format!("{file}: not UTF-8"))?;
    Policy::parse(&text).map_err(|fault| format!("{file}: {fault}"))
}

fn read(file: &str) -> Result<Vec<u8>, String> {
    let opened = File::open(file).map_err(|error| format!("{file}: {error}"))?;
    let mut bytes = Vec::new();
    let limit = MAX_BUNDLE_BYTES as u64 + 1;
    opened
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{file}: {error}"))?;
    Ok(bytes)
}
