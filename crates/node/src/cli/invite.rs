//! `detente invite LINE`

use super::At;
use crate::client::{Client, part};
use crate::dir::write_private;
use crate::failed::Failed;
use crate::invite::InvitationFile;
use crate::keeper::InviteRequest;
use accord::ids::LineId;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Makes an invitation file for one peer. Whoever holds the file can join once: hand it over
/// as you would a key.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Name of the new line, 1 to 32 of a-z, 0-9 and -.
    line: String,
    /// Where the invitation is written; LINE.invitation when left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Where the peer shall dial, if it is not the node's own address.
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
    /// Hours until it is void.
    #[arg(long, default_value_t = 24, value_name = "HOURS")]
    valid: u32,
    /// Withdraw the open invitation instead.
    #[arg(long, conflicts_with_all = ["out", "address"])]
    withdraw: bool,
}

pub(super) fn run(args: Args, at: &At) -> Result<(), Failed> {
    let client = Client::admin(at)?;
    if args.withdraw {
        let gone: Value = client.delete(&format!("/v1/invitations/{}", part(&args.line)))?;
        at.print(
            &gone,
            format_args!("the invitation to {} is withdrawn", args.line),
        );
        return Ok(());
    }
    let path = args
        .out
        .unwrap_or_else(|| PathBuf::from(format!("{}.invitation", args.line)));
    if path.exists() {
        return Err(Failed::refused(format_args!(
            "{} exists already and is not overwritten; name another file with --out",
            path.display()
        )));
    }
    let request = InviteRequest {
        line: LineId(args.line),
        address: args.address,
        valid_s: Some(args.valid.saturating_mul(3600)),
    };
    let file: InvitationFile = client.post("/v1/invitations", &request)?;
    write_private(&path, file.to_text().as_bytes())?;
    let text = format!(
        "invitation to line {} written to {} (valid {} h, one use). Hand it to the peer by a road you trust; \
         they run: detente join FILE --dir DIR",
        file.line,
        path.display(),
        args.valid
    );
    let shown =
        json!({ "line": file.line, "file": path.display().to_string(), "expires_us": file.expires_us });
    at.print(&shown, text);
    Ok(())
}
