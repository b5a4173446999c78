//! What is run to find a planted fault: worlds of the simulator, or tests of a crate.

use std::collections::BTreeSet;
use std::fmt;
use std::process::{Command, Output};

use super::copy::Copy;
use crate::house::cargo;
use crate::limits::{CATCHER_S, MAX_HOW_CHARS, MAX_NAMED_TESTS};
use crate::run::spelled;

/// A command, as a patch names it: `sim --seed 1 --swarm 40`, or `test -p engine --test stalls`; settings for its
/// environment may stand before it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Catcher {
    settings: Vec<(String, String)>,
    what: What,
    words: Vec<String>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Sim,
    Test,
}

/// How a run ended.
pub(super) enum Outcome {
    Passed,
    /// It failed, and these words say of what.
    Caught(String),
}

impl Catcher {
    pub(super) fn parse(text: &str) -> Result<Catcher, String> {
        let mut words = text.split_whitespace().map(str::to_owned).peekable();
        let mut settings = Vec::new();
        while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
            settings.push((name.to_owned(), value.to_owned()));
            words.next();
        }
        let what = match words.next().as_deref() {
            Some("sim") => What::Sim,
            Some("test") => What::Test,
            _ => return Err(format!("a catcher begins with `sim` or `test`, not as `{text}`")),
        };
        let words = words.collect();
        Ok(Catcher {
            settings,
            what,
            words,
        })
    }

    /// Builds it, which must succeed, and runs it.
    pub(super) fn run(&self, copy: &Copy) -> Result<Outcome, String> {
        let built = output(self.command(copy, true))?;
        if !built.status.success() {
            let said = String::from_utf8_lossy(&built.stderr).into_owned();
            return Err(format!("it does not build:\n{said}"));
        }
        let command = self.command(copy, false);
        let words = spelled(&command);
        let ended = output(command)?;
        match ended.status.code() {
            Some(0) => Ok(Outcome::Passed),
            Some(124) => Err(format!(
                "`{words}` did not end in {CATCHER_S} s; name another catcher"
            )),
            _ => Ok(Outcome::Caught(self.how(&ended))),
        }
    }

    fn command(&self, copy: &Copy, build: bool) -> Command {
        let (before, after) = self.words.split_at(self.programs_words());
        let mut command = Command::new("timeout");
        command.arg(CATCHER_S.to_string()).arg(cargo());
        match (self.what, build) {
            (What::Sim, true) => command.args(["build", "--locked", "-p", "sim"]),
            (What::Sim, false) => command
                .args(["run", "--quiet", "--locked", "-p", "sim", "--"])
                .args(&self.words),
            (What::Test, true) => command.args(["test", "--locked", "--no-run"]).args(before),
            (What::Test, false) => command.args(["test", "--locked"]).args(before).args(after),
        };
        command
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .env("CARGO_TARGET_DIR", copy.target())
            .current_dir(copy.sources());
        command
    }

    /// How many words are cargo's; from `--` on they are the program's.
    fn programs_words(&self) -> usize {
        self.words
            .iter()
            .position(|word| word == "--")
            .unwrap_or(self.words.len())
    }

    fn how(&self, ended: &Output) -> String {
        let (out, err) = (
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr),
        );
        let how = match self.what {
            What::Sim => world(&out)
                .unwrap_or_else(|| format!("seed {} stops: {}", self.next_seed(&out), last_words(&err))),
            What::Test => tests(&out).unwrap_or_else(|| format!("the tests stop: {}", last_words(&err))),
        };
        how.chars()
            .map(|c| if c == '|' { '/' } else { c })
            .take(MAX_HOW_CHARS)
            .collect()
    }

    /// The world under way when the simulator stopped: the one after the last that was told, or the first.
    fn next_seed(&self, out: &str) -> u64 {
        let told = out.lines().filter_map(seed_and).next_back();
        let after = |word: &String| self.words.iter().skip_while(|w| *w != word).nth(1)?.parse().ok();
        told.map_or_else(|| after(&"--seed".to_owned()).unwrap_or(1), |(seed, _)| seed + 1)
    }
}

impl fmt::Display for Catcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.settings {
            write!(f, "{name}={value} ")?;
        }
        let start = match self.what {
            What::Sim => "cargo run -p sim --",
            What::Test => "cargo test",
        };
        write!(f, "{start} {}", self.words.join(" "))
    }
}

fn output(mut command: Command) -> Result<Output, String> {
    let words = spelled(&command);
    command
        .output()
        .map_err(|e| format!("`{words}` did not start: {e}"))
}

fn seed_and(line: &str) -> Option<(u64, &str)> {
    let (seed, rest) = line.strip_prefix("seed ")?.split_once([':', ' '])?;
    Some((seed.parse().ok()?, rest.trim()))
}

/// The first world in which something did not hold, and what.
fn world(out: &str) -> Option<String> {
    let broken = |line| seed_and(line).filter(|(_, rest)| rest.starts_with("invariant_"));
    let (first, _) = out.lines().find_map(broken)?;
    let of_first = out.lines().filter_map(broken).filter(|(seed, _)| *seed == first);
    let names: BTreeSet<&str> = of_first.filter_map(|(_, rest)| rest.split(':').next()).collect();
    Some(format!(
        "seed {first}: {}",
        names.into_iter().collect::<Vec<_>>().join(", ")
    ))
}

/// The tests that failed.
fn tests(out: &str) -> Option<String> {
    let failed = |line: &'_ str| {
        Some(
            line.strip_prefix("test ")?
                .strip_suffix(" ... FAILED")?
                .to_owned(),
        )
    };
    let names: BTreeSet<String> = out.lines().filter_map(failed).collect();
    let more = names.len().saturating_sub(MAX_NAMED_TESTS);
    let named: Vec<String> = names.into_iter().take(MAX_NAMED_TESTS).collect();
    match (named.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(named.join(", ")),
        (false, more) => Some(format!("{} and {more} more", named.join(", "))),
    }
}

/// What a program said when it panicked.
fn last_words(err: &str) -> &str {
    let mut lines = err.lines().skip_while(|line| !line.contains("panicked at"));
    lines.nth(1).unwrap_or("without a word").trim()
}

#[cfg(test)]
mod tests_of_reading {
    use super::*;

    #[test]
    fn the_first_broken_world_is_named_with_what_did_not_hold_there() {
        let out = "seed 1 digest ab\nseed 2: invariant_b: x\nseed 2: invariant_a: y\nseed 2: invariant_b: z\nseed 3: invariant_c: x\n";
        assert_eq!(world(out).unwrap(), "seed 2: invariant_a, invariant_b");
        assert_eq!(world("seed 1 digest ab\n"), None);
    }

    #[test]
    fn a_world_that_stops_the_simulator_is_the_one_after_the_last_told() {
        let catcher = Catcher::parse("sim --seed 7 --swarm 9").unwrap();
        assert_eq!(catcher.next_seed(""), 7);
        assert_eq!(catcher.next_seed("seed 7 digest ab\nseed 8 digest cd\n"), 9);
    }

    #[test]
    fn failed_tests_are_named_in_order_and_the_rest_counted() {
        let out =
            "test b ... FAILED\ntest a ... FAILED\ntest c ... ok\ntest d ... FAILED\ntest e ... FAILED\n";
        assert_eq!(tests(out).unwrap(), "a, b, d and 1 more");
        assert_eq!(tests("test c ... ok\n"), None);
    }

    #[test]
    fn a_catcher_reads_back_as_it_is_typed() {
        let catcher = Catcher::parse("A_B=3 test -p ledger -- append").unwrap();
        assert_eq!(catcher.to_string(), "A_B=3 cargo test -p ledger -- append");
        assert_eq!(catcher.programs_words(), 2);
        assert!(Catcher::parse("make all").is_err());
    }
}
