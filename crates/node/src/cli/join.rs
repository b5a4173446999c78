//! `detente join FILE`

use super::At;
use crate::client::Client;
use crate::dir::read_text;
use crate::failed::Failed;
use crate::invite::InvitationFile;
use crate::keeper::Joined;
use serde_json::json;
use std::path::PathBuf;

/// Joins a line with an invitation file. May be repeated with the same file until it works.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The invitation file.
    file: PathBuf,
}

pub(super) fn run(args: &Args, at: &At) -> Result<(), Failed> {
    let text = read_text(&args.file)?
        .ok_or_else(|| Failed::usage(format_args!("there is no file {}", args.file.display())))?;
    let file = InvitationFile::parse(&text)
        .map_err(|faults| Failed::refused(format_args!("{}: {}", args.file.display(), faults.join("; "))))?;
    let joined: Joined = Client::admin(at)?.post("/v1/lines", &file)?;
    let text = format!(
        "joined line {} with {}.\nUNVERIFIED until both officers have compared these words by voice:\n\n    {}\n\n\
         Then each runs: detente words --line {} {}",
        joined.line,
        joined.peer,
        joined.words.join(" "),
        joined.line,
        joined.words.join(" ")
    );
    at.print(&json!(joined), text);
    Ok(())
}
