//! `detente restore BACKUP --dir DIR`

use super::At;
use crate::failed::Failed;
use crate::keeper::restore;
use serde_json::json;
use std::path::PathBuf;

/// Puts a backup back as the node in the folder, which must hold no journal. What happened
/// since the backup comes back from the peers, line by line, when the node runs.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// A folder that `detente backup` made.
    backup: PathBuf,
}

pub(super) fn run(args: &Args, at: &At) -> Result<(), Failed> {
    let dir = at.node_dir()?;
    let records = restore(&args.backup, &dir)?;
    let folder = dir.root().display();
    let text = format!(
        "{records} records restored and verified in {folder}. Make sure the old copy of this node never runs again: \
         two copies contradict each other before every peer.\nStart it: detente serve --dir {folder}"
    );
    at.print(&json!({ "records": records, "folder": folder.to_string() }), text);
    Ok(())
}
