//! `sim --seed N [--minutes M]`: one world; `--swarm COUNT`: many, from that seed on; `--replay FOLDER`: a node's journal.

use clap::Parser;
use sim::replay::ReplayFault;
use sim::{Faults, Open, Report, World};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// µs of a day.
const DAY_US: f64 = 86_400e6;

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
    /// Open traffic beside the lines: yes, no, or drawn from the seed.
    #[arg(long, default_value = "drawn", value_parser = open)]
    open: Open,
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
    /// No world: the journal of a real node, running or not, or of a backup, record by record. Needs none of its keys.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["seed", "minutes", "swarm", "faults", "open", "keep", "debug", "shrink"])]
    replay: Option<PathBuf>,
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

/// Runs the worlds, or replays the journal; how many failed.
fn run(args: &Args) -> Result<u64, String> {
    if let Some(folder) = &args.replay {
        return replay(folder, args.tell);
    }
    if args.shrink {
        return shrink(args);
    }
    if args.debug {
        return debug(args);
    }
    let (mut failed, mut sum) = (0, Sum::default());
    for seed in args.seed..args.seed + args.swarm {
        let report = world(args, seed, args.tell)?.run(args.minutes);
        failed += u64::from(!report.violations.is_empty());
        for violation in &report.violations {
            println!("seed {seed}: {violation}");
        }
        sum.add(&report);
        if args.swarm == 1 {
            sum.print();
        }
        println!(
            "seed {seed} open traffic {}",
            if report.open { "yes" } else { "no" }
        );
        println!("seed {seed} digest {}", report.digest);
    }
    if args.swarm > 1 {
        sum.print();
        println!("{} worlds, {failed} with violations", args.swarm);
    }
    Ok(failed)
}

fn world(args: &Args, seed: u64, tell: bool) -> Result<World, String> {
    let mut world = World::with(seed, faults(args, seed)?, args.open, tell);
    if !args.keep.is_empty() {
        world.keep = Some(args.keep.iter().cloned().collect());
    }
    Ok(world)
}

/// Figures of one world or many.
#[derive(Default)]
struct Sum {
    figures: BTreeMap<String, u64>,
    node_us: i64,
}

impl Sum {
    fn add(&mut self, report: &Report) {
        let counts = report.counts.iter().chain(&report.checked);
        let more = [
            (&"promises", &(report.promises as u64)),
            (&"open worlds", &u64::from(report.open)),
        ];
        for (name, count) in counts.chain(more) {
            *self.figures.entry((*name).to_owned()).or_default() += count;
        }
        self.node_us += report.node_us;
    }

    fn print(&self) {
        for (name, count) in &self.figures {
            println!("{name:<48} {count:>12}");
        }
        let days = self.node_us as f64 / DAY_US;
        println!("{:<48} {days:>12.3}", "node-days");
    }
}

fn replay(folder: &Path, tell: bool) -> Result<u64, String> {
    match sim::replay::replay(folder, tell, &mut std::io::stdout().lock()) {
        Ok(replayed) => {
            println!("{replayed}");
            Ok(0)
        }
        Err(why @ ReplayFault::Journal(_)) => {
            eprintln!("sim: {why}");
            Ok(1)
        }
        Err(why @ ReplayFault::Out(_)) => Err(why.to_string()),
    }
}

fn debug(args: &Args) -> Result<u64, String> {
    let mut world = world(args, args.seed, true)?;
    let (input, out) = (std::io::stdin().lock(), std::io::stdout());
    let done = sim::debug::debug(&mut world, args.minutes, input, out);
    done.map(|()| 0).map_err(|why| why.to_string())
}

fn shrink(args: &Args) -> Result<u64, String> {
    let faults = faults(args, args.seed)?;
    let run = |keep| {
        let mut world = World::with(args.seed, faults.clone(), args.open, false);
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

fn open(text: &str) -> Result<Open, String> {
    Open::parse(text).ok_or_else(|| "yes, no or drawn".to_owned())
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
