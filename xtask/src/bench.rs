//! `cargo xtask bench`: measures this tree against a peer or against a limit of this machine, in one run, and
//! prints ratios. Figures go to `docs/benchmarks.md` with the machine they come from; no test asserts them.

mod machine;
mod page;

#[cfg(feature = "bench")]
mod evidence;
#[cfg(feature = "bench")]
mod geometry;
#[cfg(feature = "bench")]
mod http;
#[cfg(feature = "bench")]
mod line;
#[cfg(feature = "bench")]
mod open;
#[cfg(feature = "bench")]
mod pair;
#[cfg(feature = "bench")]
mod pool;
#[cfg(feature = "bench")]
mod processes;
#[cfg(feature = "bench")]
mod recovery;
#[cfg(feature = "bench")]
mod server;
#[cfg(feature = "bench")]
mod storage;

use std::process::Command;
use std::time::Duration;

use crate::house::{cargo, root};
use crate::limits::{BENCH_BUDGET_S, MAX_BENCH_BUDGET_S};
use crate::run::show;

/// What one bench found.
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) rows: Vec<Row>,
}

/// One comparison. Every figure carries its unit.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: String,
    /// The peer, or the limit measured in the same run.
    pub(crate) other: String,
    /// Ours over the other, in the sense that `aim` states.
    pub(crate) ratio: String,
    pub(crate) aim: String,
    pub(crate) verdict: Verdict,
}

/// Whether a row met its aim.
#[cfg_attr(
    not(feature = "bench"),
    expect(dead_code, reason = "only benches pass verdicts")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It did.
    Met,
    /// It did not; the row's words say why, or docs do.
    Missed,
    /// A figure others are measured against.
    Reference,
}

/// A bench: its name on the command line, and the work, given how long it may take.
type Bench = (&'static str, fn(Duration) -> Section);

/// Every bench. A new one is a module beside `storage` and a line here.
#[cfg(feature = "bench")]
const BENCHES: &[Bench] = &[
    ("storage", storage::run),
    ("geometry", geometry::run),
    ("line", line::run),
    ("processes", processes::run),
    ("recovery", recovery::run),
    ("pool", pool::run),
    ("open", open::run),
];
#[cfg(not(feature = "bench"))]
const BENCHES: &[Bench] = &[];

/// Runs the named benches, or all, and writes the page when all ran.
///
/// # Errors
/// A sentence, when an option is not understood or the page cannot be written. A missed aim is no error.
pub(crate) fn run(options: &[&str]) -> Result<(), String> {
    if cfg!(not(feature = "bench")) {
        return again_optimised(options);
    }
    #[cfg(feature = "bench")]
    if let ["--recover", from, dir] = options {
        // A bench asks for a process of its own.
        recovery::recover(from, dir);
        return Ok(());
    }
    let (budget, names) = parse(options)?;
    let chosen = choose(&names)?;
    let mut sections = Vec::new();
    for (name, bench) in &chosen {
        println!("\n=== {name} (up to {} s)", budget.as_secs());
        let section = bench(budget);
        print!("{}", page::table(&section));
        sections.push(section);
    }
    if chosen.len() == BENCHES.len() {
        page::write(&machine::describe(), &sections)?;
    }
    let missed = sections
        .iter()
        .flat_map(|s| &s.rows)
        .filter(|row| row.verdict == Verdict::Missed)
        .count();
    println!("\nbench: {} ran, {missed} aims missed", sections.len());
    Ok(())
}

/// Benches need our crates and an optimised build; the other tasks want neither.
fn again_optimised(options: &[&str]) -> Result<(), String> {
    let release = ["--quiet", "--locked", "--release"];
    let mut node = Command::new(cargo());
    node.current_dir(root()).arg("build").args(release);
    show(node.args(["-p", "node", "--bin", "detente"]))?;
    let mut command = Command::new(cargo());
    command.current_dir(root()).arg("run").args(release);
    show(
        command
            .args(["-p", "xtask", "--features", "bench", "--", "bench"])
            .args(options),
    )
}

fn parse<'a>(options: &[&'a str]) -> Result<(Duration, Vec<&'a str>), String> {
    let (seconds, names) = match options {
        ["--seconds", seconds, names @ ..] => (seconds.parse().ok(), names),
        names => (Some(BENCH_BUDGET_S), names),
    };
    let in_range = seconds.filter(|s| (1..=MAX_BENCH_BUDGET_S).contains(s));
    let seconds =
        in_range.ok_or_else(|| format!("--seconds takes a number from 1 to {MAX_BENCH_BUDGET_S}"))?;
    Ok((Duration::from_secs(seconds), names.to_vec()))
}

fn choose(names: &[&str]) -> Result<Vec<Bench>, String> {
    if names.is_empty() {
        return Ok(BENCHES.to_vec());
    }
    let known: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
    let find = |name: &&str| BENCHES.iter().find(|(known, _)| known == name).copied();
    names
        .iter()
        .map(|n| find(n).ok_or_else(|| format!("no bench `{n}`; there are: {}", known.join(", "))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_comes_first_and_names_follow() {
        assert_eq!(
            parse(&["storage"]).unwrap(),
            (Duration::from_secs(BENCH_BUDGET_S), vec!["storage"])
        );
        assert_eq!(
            parse(&["--seconds", "3", "storage"]).unwrap(),
            (Duration::from_secs(3), vec!["storage"])
        );
    }

    #[test]
    fn a_budget_that_is_none_is_refused() {
        for seconds in ["0", "x", "3601"] {
            assert!(
                parse(&["--seconds", seconds]).is_err_and(|why| why.contains("3600")),
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_bench_nobody_wrote_is_refused() {
        assert!(choose(&["no-such-bench"]).is_err_and(|why| why.contains("no-such-bench")));
    }
}
