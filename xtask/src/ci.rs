//! Everything that must hold before a change is kept, in order, stopping at the first thing that does not.

use std::process::Command;
use std::time::Instant;

use crate::house::{cargo, root};
use crate::run::{show, tee};
use crate::tidy;

/// One step: its heading, and what it does.
type Step = (&'static str, fn() -> Result<Outcome, String>);

/// How a step ended that did not fail.
enum Outcome {
    Passed,
    /// It could not run here; the words say why.
    NotRun(&'static str),
}

/// Cheap steps first, so that a slip costs seconds.
const STEPS: [Step; 10] = [
    ("format", format),
    ("house rules", house_rules),
    ("lints", lints),
    ("lints, without the journal", lints_without_journal),
    ("tests", tests),
    ("verifier, without the journal", verifier),
    ("pages from docstrings", pages),
    ("geometry against its oracles", geometry_oracle),
    ("open service against its oracles", open_oracle),
    ("licences, by cargo-deny", deny),
];

/// Runs every step. The last line is `ci: N passed, 0 failed`, counting steps, after what could not run here.
///
/// # Errors
/// The failed step's own words; the closing line then says where it stopped.
pub(crate) fn run() -> Result<(), String> {
    let start = Instant::now();
    let mut passed = 0;
    let mut not_run = Vec::new();
    for (index, (name, step)) in STEPS.iter().enumerate() {
        println!("\n=== {}/{} {name}", index + 1, STEPS.len());
        match timed(name, *step) {
            Ok(Outcome::Passed) => passed += 1,
            Ok(Outcome::NotRun(why)) => not_run.push(format!("not run: {name}: {why}")),
            Err(problem) => {
                let left = STEPS.len() - index - 1;
                println!("\nci: {passed} passed, 1 failed ({name}), {left} not reached");
                return Err(problem);
            }
        }
    }
    println!("\nci took {} s", start.elapsed().as_secs());
    not_run.iter().for_each(|line| println!("{line}"));
    println!("ci: {passed} passed, 0 failed, {} not run", not_run.len());
    Ok(())
}

fn timed(name: &str, step: fn() -> Result<Outcome, String>) -> Result<Outcome, String> {
    let begun = Instant::now();
    let outcome = step();
    let how = match &outcome {
        Ok(Outcome::Passed) => "passed",
        Ok(Outcome::NotRun(why)) => why,
        Err(_) => "FAILED",
    };
    println!("=== {name}: {how} ({} s)", begun.elapsed().as_secs());
    outcome
}

fn format() -> Result<Outcome, String> {
    passes(&mut task("fmt --all --check")).map_err(|e| format!("{e}\n`make fmt` formats everything"))
}

fn house_rules() -> Result<Outcome, String> {
    tidy::run(tidy::Ratchet::Check).map(|()| Outcome::Passed)
}

fn lints() -> Result<Outcome, String> {
    passes(&mut task(
        "clippy --locked --workspace --all-targets --all-features -- -Dwarnings",
    ))
}

fn lints_without_journal() -> Result<Outcome, String> {
    passes(&mut task(
        "clippy --locked -p ledger --no-default-features --all-targets -- -Dwarnings",
    ))
}

fn tests() -> Result<Outcome, String> {
    let mut sum = Sum::default();
    let ran = tee(&mut task("test --locked --workspace"), |line| sum.add(line));
    println!(
        "tests: {} passed, {} failed, {} ignored",
        sum.passed, sum.failed, sum.ignored
    );
    ran?;
    match (sum.passed, sum.ignored) {
        (0, _) => Err("no test ran: a suite that tests nothing cannot pass".to_owned()),
        (_, 0) => Ok(Outcome::Passed),
        (_, off) => Err(format!(
            "{off} tests are switched off: make them run or delete them"
        )),
    }
}

fn verifier() -> Result<Outcome, String> {
    passes(&mut task(
        "build --locked -p ledger --no-default-features --bin detente-verify",
    ))
}

fn pages() -> Result<Outcome, String> {
    let mut command = task("doc --locked --workspace --no-deps --document-private-items");
    passes(command.env("RUSTDOCFLAGS", "-Dwarnings -Arustdoc::private-intra-doc-links"))
}

fn geometry_oracle() -> Result<Outcome, String> {
    oracle("crates/geo4d/oracle/run")
}

/// The part that needs the standard's own OpenAPI file, which is nobody's to pass on, says itself when it was not run.
fn open_oracle() -> Result<Outcome, String> {
    oracle("crates/node/oracle/run")
}

fn oracle(script: &str) -> Result<Outcome, String> {
    passes(Command::new(root().join(script)).current_dir(root()))
}

/// Takes minutes to install, so a machine without it relies on the house rules, which hold to the same lists.
/// Advisories need a network and are the business of `make deny`.
fn deny() -> Result<Outcome, String> {
    let there = Command::new("cargo-deny")
        .arg("--version")
        .output()
        .is_ok_and(|out| out.status.success());
    if !there {
        return Ok(Outcome::NotRun(
            "not installed; the house rules hold to deny.toml",
        ));
    }
    passes(&mut task("deny --offline check licenses bans sources"))
}

fn passes(command: &mut Command) -> Result<Outcome, String> {
    show(command).map(|()| Outcome::Passed)
}

/// A cargo command, in words without spaces of their own.
fn task(words: &str) -> Command {
    let mut command = Command::new(cargo());
    command.args(words.split(' ')).current_dir(root());
    command
}

/// What the closing lines of cargo's test programs add up to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Sum {
    /// Adds a line of the form `test result: ok. 3 passed; 0 failed; 0 ignored; …`; passes over all others.
    fn add(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        let words: Vec<&str> = counts
            .split([' ', ';', '.'])
            .filter(|word| !word.is_empty())
            .collect();
        for pair in words.windows(2) {
            let count = pair[0].parse().unwrap_or(0);
            match pair[1] {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_add_up_and_other_lines_do_not_count() {
        let mut sum = Sum::default();
        sum.add(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s",
        );
        sum.add("test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s");
        sum.add("test tests::five_passed ... ok");
        assert_eq!(
            sum,
            Sum {
                passed: 7,
                failed: 2,
                ignored: 1
            }
        );
    }
}
