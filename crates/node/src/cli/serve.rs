//! `detente serve --dir DIR`

use super::At;
use crate::failed::Failed;

/// Runs the node until it is stopped by Ctrl-C or SIGTERM.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// A shell command, which gets each alarm as JSON on standard input, or an `http://`
    /// address, which gets it by POST; may be repeated.
    #[arg(long = "on-alarm", value_name = "CMD|URL")]
    on_alarm: Vec<String>,
    /// Replay: the clocks stand at this instant until standard input moves them. Only for a
    /// new folder; everything stated is a drill.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    scenario_clock: Option<i64>,
}

pub(super) fn run(args: &Args, at: &At) -> Result<(), Failed> {
    crate::serve::serve(&at.node_dir()?, &args.on_alarm, args.scenario_clock)
}

fn instant(text: &str) -> Result<i64, crate::figures::Unread> {
    crate::figures::instant(text, crate::clock::wall_us())
}
