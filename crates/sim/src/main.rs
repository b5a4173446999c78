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
    /// jump, sleep, shortage, unruly, garbage, clocks; or all, or none.
    #[arg(long, value_delimiter = ',')]
    faults: Vec<String>,
    /// Tells every step.
    #[arg(long)]
    tell: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut failed = 0;
    for seed in args.seed..args.seed + args.swarm {
        let report = match world(&args, seed) {
            Ok(world) => world.run(args.minutes),
            Err(why) => {
                eprintln!("sim: {why}");
                return ExitCode::from(2);
            }
        };
        failed += u64::from(!report.violations.is_empty());
        print(&args, seed, &report);
    }
    if args.swarm > 1 {
        println!("{} worlds, {failed} with violations", args.swarm);
    }
    ExitCode::from(u8::from(failed > 0))
}

fn world(args: &Args, seed: u64) -> Result<World, String> {
    let faults = match args.faults.as_slice() {
        [] => return Ok(World::new(seed, args.tell)),
        [one] if one == "all" => Faults::all(),
        [one] if one == "none" => Faults::none(),
        names => match Faults::only(names) {
            (faults, unknown) if unknown.is_empty() => faults,
            (_, unknown) => return Err(format!("no such fault: {}", unknown.join(", "))),
        },
    };
    Ok(World::with_faults(seed, faults, args.tell))
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
