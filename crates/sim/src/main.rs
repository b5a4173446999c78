//! `sim --seed N [--minutes M]`: one world; `--swarm COUNT`: many, from that seed on.

use clap::Parser;
use sim::{Faults, Report, World};
use std::process::ExitCode;

/// Runs worlds of nodes from seeds and checks that nothing that was acknowledged is lost.
#[derive(Parser, Debug)]
struct Args {
    /// Where the world comes from; the first of a swarm.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Simulated time with work and faults, in minutes.
    #[arg(long, default_value_t = 20)]
    minutes: i64,
    /// How many worlds, each of the next seed.
    #[arg(long, default_value_t = 1)]
    swarm: u64,
    /// These faults alone, instead of those the seed draws: crash, cut, silence, rot, rollback,
    /// jump, sleep, shortage, copy, lies, unruly, garbage, clocks; or all, or none.
    #[arg(long, value_delimiter = ',')]
    faults: Vec<String>,
    /// Only these happenings, as `--shrink` names them.
    #[arg(long, value_delimiter = ',')]
    keep: Vec<String>,
    /// Step by step: reads commands from standard input, and shows who knows what.
    #[arg(long)]
    debug: bool,
    /// Leaves out of a failing run what can be left out, and tells what remains.
    #[arg(long)]
    shrink: bool,
    /// Tells every step.
    #[arg(long)]
    tell: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(failed) => ExitCode::from(u8::from(failed > 0)),
        Err(why) => {
            eprintln!("sim: {why}");
            ExitCode::from(2)
        }
    }
}

/// Runs the worlds; how many failed.
fn run(args: &Args) -> Result<u64, String> {
    if args.shrink {
        return shrink(args);
    }
    if args.debug {
        return debug(args);
    }
    let mut failed = 0;
    for seed in args.seed..args.seed + args.swarm {
        let mut world = World::with_faults(seed, faults(args, seed)?, args.tell);
        if !args.keep.is_empty() {
            world.keep = Some(args.keep.iter().cloned().collect());
        }
        let report = world.run(args.minutes);
        failed += u64::from(!report.violations.is_empty());
        print(args, seed, &report);
    }
    if args.swarm > 1 {
        println!("{} worlds, {failed} with violations", args.swarm);
    }
    Ok(failed)
}

fn debug(args: &Args) -> Result<u64, String> {
    let mut world = World::with_faults(args.seed, faults(args, args.seed)?, true);
    let (input, out) = (std::io::stdin().lock(), std::io::stdout());
    let done = sim::debug::debug(&mut world, args.minutes, input, out);
    done.map(|()| 0).map_err(|why| why.to_string())
}

fn shrink(args: &Args) -> Result<u64, String> {
    let faults = faults(args, args.seed)?;
    let run = |keep| {
        let mut world = World::with_faults(args.seed, faults.clone(), false);
        world.keep = keep;
        world.run(args.minutes)
    };
    let Some(short) = sim::shrink::shrink(run) else {
        println!("seed {}: nothing is broken", args.seed);
        return Ok(0);
    };
    for words in &short.story {
        println!("{words}");
    }
    for violation in &short.violations {
        println!("{violation}");
    }
    println!(
        "{} of {} happenings: --keep \"{}\"",
        short.keep.len(),
        short.before,
        short.keep.join(",")
    );
    Ok(1)
}

fn faults(args: &Args, seed: u64) -> Result<Faults, String> {
    match args.faults.as_slice() {
        [] => Ok(Faults::of(seed)),
        [one] if one == "all" => Ok(Faults::all()),
        [one] if one == "none" => Ok(Faults::none()),
        names => match Faults::only(names) {
            (faults, unknown) if unknown.is_empty() => Ok(faults),
            (_, unknown) => Err(format!("no such fault: {}", unknown.join(", "))),
        },
    }
}

fn print(args: &Args, seed: u64, report: &Report) {
    for violation in &report.violations {
        println!("seed {seed}: {violation}");
    }
    if args.swarm == 1 {
        for (kind, count) in &report.counts {
            println!("{kind:<12} {count}");
        }
        for (name, count) in &report.checked {
            println!("{name:<36} {count}");
        }
        println!("promises     {}", report.promises);
    }
    println!("seed {seed} digest {}", report.digest);
}
