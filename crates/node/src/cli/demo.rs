//! `detente demo SCENARIO`

use crate::demo::{DEFAULT_SPEED, Scenario, Speed, demo};
use crate::failed::Failed;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Plays a reconstruction of public claims on two real nodes on this machine.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// A scenario of this program (il-20), or a scenario file.
    scenario: String,
    /// Leave summary.json and evidence in this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Scenario seconds per second, or max; max when there is no terminal or CI is true.
    #[arg(long, value_name = "N|max", value_parser = speed)]
    speed: Option<Speed>,
}

pub(super) fn run(args: &Args) -> Result<(), Failed> {
    let scenario = Scenario::load(&args.scenario).map_err(Failed::usage)?;
    let watched =
        std::io::stdout().is_terminal() && std::env::var("CI").is_ok_and(|ci| ci == "true").eq(&false);
    let usual = if watched {
        Speed::Times(DEFAULT_SPEED)
    } else {
        Speed::Max
    };
    demo(&scenario, args.out.as_deref(), args.speed.unwrap_or(usual))
}

fn speed(text: &str) -> Result<Speed, String> {
    match text.parse() {
        _ if text == "max" => Ok(Speed::Max),
        Ok(times) if times > 0 => Ok(Speed::Times(times)),
        _ => Err("a whole number above 0, or max".to_owned()),
    }
}
