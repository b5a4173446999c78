//! House tasks: `cargo xtask ci | tidy | bench | mutants`. The Makefile and `.ci/run` call nothing else, so a laptop and
//! the build machine run the same commands.

mod bench;
mod ci;
mod house;
mod limits;
mod mutants;
mod run;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>
  ci                    everything that must hold before a change is kept
  tidy [--tighten]      the house rules; --tighten lowers xtask/ratchet.txt to what is measured
  bench [--seconds N] [NAME…]
                        measure, print ratios, write docs/benchmarks.md
  mutants [NAME…]       plant faults in a copy of the sources, see what catches them, write docs/mutants.md";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<(), String> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(tidy::Ratchet::Check),
        ["tidy", "--tighten"] => tidy::run(tidy::Ratchet::Tighten),
        ["bench", options @ ..] => bench::run(options),
        ["mutants", names @ ..] => mutants::run(names),
        _ => Err(USAGE.to_owned()),
    }
}
