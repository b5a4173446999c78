//! `detente backup FOLDER`

use super::At;
use crate::client::Client;
use crate::failed::Failed;
use crate::keeper::BackupMade;
use serde_json::json;
use std::path::PathBuf;

/// Copies journal, settings and keys of the running node to a new folder, and verifies the
/// copy. Whoever holds it can speak as this node.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The new folder.
    folder: PathBuf,
}

pub(super) fn run(args: &Args, at: &At) -> Result<(), Failed> {
    let to = std::path::absolute(&args.folder)
        .map_err(|why| Failed::file("name the folder", &args.folder, &why))?;
    let request = json!({ "to": to.display().to_string() });
    let made: BackupMade = Client::admin(at)?.post("/v1/backups", &request)?;
    let text = format!(
        "{} records copied to {} and verified; it holds the node's keys",
        made.records, made.folder
    );
    at.print(&json!(made), text);
    Ok(())
}
