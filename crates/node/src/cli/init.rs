//! `detente init DIR --party NAME`

use super::At;
use crate::config::{ClockConfig, Config, DeskConfig, HooksConfig, HttpConfig, LinesConfig};
use crate::dir::{NodeDir, write_private};
use crate::failed::Failed;
use crate::keys::Keys;
use crate::open::OpenOptions;
use crate::time_source::TimeSource;
use accord::command::Role;
use accord::ids::Desk;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Sets up a node. Nothing that stands is overwritten.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The node's new folder.
    folder: PathBuf,
    /// Name of the party, as its peers will see it.
    #[arg(long)]
    party: String,
    /// A desk and its role (read, watch, commander), in ladder order; may be repeated.
    #[arg(long = "desk", value_name = "NAME:ROLE", value_parser = parse_desk,
          default_values = ["watch:watch", "commander:commander"])]
    desks: Vec<DeskConfig>,
    /// Where the HTTP surface listens (loopback); any free port when left out.
    #[arg(long, value_name = "ADDRESS:PORT")]
    http: Option<SocketAddr>,
    /// Where lines are taken; any free loopback port when left out.
    #[arg(long, value_name = "ADDRESS:PORT")]
    lines: Option<SocketAddr>,
    /// What invitations name as address, where it differs.
    #[arg(long, value_name = "HOST:PORT")]
    public: Option<String>,
    /// Who vouches for this machine's clock: `kernel`, `unwatched`, or a shell command that ends
    /// with 0 while the clock is synchronised. Every lead time rests on it.
    #[arg(long, value_name = "SOURCE", default_value = "kernel")]
    clock: TimeSource,
}

pub(super) fn run(args: Args, at: &At) -> Result<(), Failed> {
    let dir = NodeDir::at(&args.folder);
    if dir.exists() {
        return Err(Failed::refused(format_args!(
            "{} holds a node already; nothing was changed. Start it: detente serve --dir {}",
            args.folder.display(),
            args.folder.display()
        )));
    }
    let config = config_of(args);
    let faults = config.faults();
    if !faults.is_empty() {
        return Err(Failed::usage(faults.join("; ")));
    }
    dir.create()?;
    let keys = Keys::of(&dir);
    keys.create()?;
    let pin = keys.identity()?.pin().to_owned();
    // Last: a folder with settings is a node.
    write_private(&dir.config(), config.to_toml().as_bytes())?;
    let folder = dir.root().display().to_string();
    let text = format!(
        "{} is set up in {folder}.\nStart it:        detente serve --dir {folder}\nThen make a line: detente invite \
         LINE --dir {folder}",
        config.party
    );
    at.print(
        &json!({ "party": config.party, "folder": folder, "tls": pin }),
        text,
    );
    Ok(())
}

fn config_of(args: Args) -> Config {
    let http = args.http.map_or_else(HttpConfig::default, |listen| HttpConfig {
        listen,
        ..HttpConfig::default()
    });
    let lines = LinesConfig {
        public: args.public,
        ..LinesConfig::default()
    };
    let lines = args
        .lines
        .map_or(lines.clone(), |listen| LinesConfig { listen, ..lines });
    Config {
        party: args.party,
        http,
        lines,
        hooks: HooksConfig::default(),
        open: OpenOptions::default(),
        clock: ClockConfig {
            vouched_by: args.clock,
        },
        dial: BTreeMap::new(),
        desks: args.desks,
    }
}

fn parse_desk(text: &str) -> Result<DeskConfig, String> {
    let (name, role) = text.split_once(':').unwrap_or((text, "watch"));
    let role = match role {
        "read" => Role::Read,
        "watch" => Role::Watch,
        "commander" => Role::Commander,
        _ => return Err("a desk is NAME:ROLE with role read, watch or commander".to_owned()),
    };
    Ok(DeskConfig {
        name: Desk::from(name),
        role,
    })
}
