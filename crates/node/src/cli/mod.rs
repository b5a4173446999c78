//! The command line. Every verb is a module with its arguments and a `run`.
//!
//! Exit codes: 0 done; 1 refused, or a check that failed; 2 wrong usage; 70 the node or the
//! machine failed.

#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "these are the verbs' help, where brackets are notation"
)]

mod alarms;
mod answer;
mod backup;
mod demo;
mod desk;
mod doctor;
mod exposure;
mod hazard;
mod inbox;
mod init;
mod invite;
mod join;
mod lines;
mod log;
mod notify;
mod people;
mod plan;
mod position;
mod restore;
mod say;
mod serve;
mod stop;
mod terms;
mod token;
mod verify;
mod voice;
mod watch;
mod zone;

use crate::dir::NodeDir;
use crate::failed::Failed;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Deconfliction for airspace shared by parties that do not trust each other.
#[derive(Parser)]
#[command(name = "detente", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    verb: Verb,
}

/// Which node, in whose name, and how to print. The same for every verb.
#[derive(Args, Clone, Debug)]
pub struct At {
    /// The node's folder.
    #[arg(long, global = true, env = "DETENTE_DIR", value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The desk that acts; the first desk when left out.
    #[arg(long = "as", global = true, value_name = "DESK")]
    pub desk: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Set up a node in a new folder.
    Init(init::Args),
    /// Run the node.
    Serve(serve::Args),
    /// Invite a peer to a new line.
    Invite(invite::Args),
    /// Join a line with an invitation file.
    Join(join::Args),
    /// Show the lines and what they need.
    Lines(lines::Args),
    /// Make, list and revoke tokens.
    Token(token::Args),
    /// Copy the whole node, keys included, to a new folder.
    Backup(backup::Args),
    /// Put a backup back as a node.
    Restore(restore::Args),
    /// Examine a node's folder.
    Doctor(doctor::Args),
    /// Take evidence out of a line's logs.
    Log(log::Args),
    /// Check an evidence file.
    Verify(verify::Args),
    /// Watch the node in a full-screen terminal.
    Watch(watch::Args),
    /// Play a reconstruction on two real nodes.
    Demo(demo::Args),
    #[command(flatten)]
    Desk(desk::Verb),
}

/// Runs the program and says how it went, in words and by the exit code.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(why) => why.exit(),
    };
    match dispatch(cli.verb, &cli.at) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("detente: {failed}");
            failed.exit_code()
        }
    }
}

fn dispatch(verb: Verb, at: &At) -> Result<(), Failed> {
    match verb {
        Verb::Init(args) => init::run(args, at),
        Verb::Serve(args) => serve::run(&args, at),
        Verb::Invite(args) => invite::run(args, at),
        Verb::Join(args) => join::run(&args, at),
        Verb::Lines(args) => lines::run(&args, at),
        Verb::Token(args) => token::run(args, at),
        Verb::Backup(args) => backup::run(&args, at),
        Verb::Restore(args) => restore::run(&args, at),
        Verb::Doctor(args) => doctor::run(&args, at),
        Verb::Log(args) => log::run(args, at),
        Verb::Verify(args) => verify::run(&args, at),
        Verb::Watch(args) => watch::run(&args, at),
        Verb::Demo(args) => demo::run(&args),
        Verb::Desk(verb) => desk::run(verb, at),
    }
}

impl At {
    /// The folder of the node that is meant.
    ///
    /// # Errors
    /// None was named.
    pub fn node_dir(&self) -> Result<NodeDir, Failed> {
        let dir = self.dir.as_ref().ok_or_else(|| {
            Failed::usage(
                "which node? Name its folder with --dir DIR, or set DETENTE_DIR once for this terminal",
            )
        })?;
        Ok(NodeDir::at(dir))
    }

    /// Prints a result: as JSON where that was asked for, else as `text`.
    pub fn print(&self, json: &serde_json::Value, text: impl std::fmt::Display) {
        if self.json {
            println!("{json}")
        } else {
            println!("{text}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
