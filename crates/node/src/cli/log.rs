//! `detente log export --line LINE --out FILE`

use super::At;
use crate::client::{Client, part};
use crate::dir::write_private;
use crate::failed::Failed;
use serde_json::json;
use std::path::PathBuf;

/// Evidence out of the logs of a line.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// Writes both logs of a line as one evidence file.
    Export {
        /// The line.
        #[arg(long)]
        line: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub(super) fn run(args: Args, at: &At) -> Result<(), Failed> {
    let Verb::Export { line, out } = args.verb;
    if out.exists() {
        return Err(Failed::refused(format_args!(
            "{} exists already and is not overwritten; name another file",
            out.display()
        )));
    }
    let bundle = Client::desk(at)?.get_bytes(&format!("/v1/lines/{}/bundle", part(&line)))?;
    write_private(&out, &bundle)?;
    let shown = json!({ "line": line, "file": out.display().to_string(), "bytes": bundle.len() });
    let text = format!(
        "both logs of line {line} written to {} ({} bytes). Anyone can check it: detente verify {}",
        out.display(),
        bundle.len(),
        out.display()
    );
    at.print(&shown, text);
    Ok(())
}
