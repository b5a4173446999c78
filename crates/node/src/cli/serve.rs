//! `detente serve --dir DIR`

use super::At;
use crate::failed::Failed;
use crate::open::OpenOptions;
use std::net::SocketAddr;
use std::path::PathBuf;

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
    #[command(flatten)]
    open: OpenArgs,
}

/// The open service: an ASTM F3548-21 discovery and synchronization service. What is not said here is as in `[open]` of
/// config.toml.
#[derive(clap::Args, Debug)]
struct OpenArgs {
    /// Serves it at this address, in plain HTTP: put a proxy with TLS before it.
    #[arg(long, value_name = "ADDRESS")]
    pool: Option<SocketAddr>,
    /// A name that access tokens may be meant for (`aud`); may be repeated.
    #[arg(long = "audience", value_name = "NAME")]
    audiences: Vec<String>,
    /// Public key of an authority, PEM; may be repeated.
    #[arg(long = "key-file", value_name = "FILE")]
    key_files: Vec<PathBuf>,
    /// Where an authority publishes its keys; may be repeated.
    #[arg(long = "jwks-url", value_name = "URL")]
    jwks_urls: Vec<String>,
    /// Takes `http://` base URLs. For trials.
    #[arg(long)]
    allow_http_base_urls: bool,
    /// Takes RSA keys of 1024 bits and more, which prove little. For trials with a test authority.
    #[arg(long)]
    allow_short_rsa_keys: bool,
    /// Behaves as the reference implementation, also where the standard has it otherwise.
    #[arg(long)]
    strict_reference: bool,
}

impl OpenArgs {
    /// Over what config.toml says.
    fn over(&self, mut options: OpenOptions) -> OpenOptions {
        options.listen = self.pool.or(options.listen);
        options.audiences.extend(self.audiences.iter().cloned());
        options.key_files.extend(self.key_files.iter().cloned());
        options.jwks_urls.extend(self.jwks_urls.iter().cloned());
        options.allow_http_base_urls |= self.allow_http_base_urls;
        options.allow_short_rsa_keys |= self.allow_short_rsa_keys;
        options.strict_reference |= self.strict_reference;
        options
    }
}

pub(super) fn run(args: &Args, at: &At) -> Result<(), Failed> {
    let with_open = |options| args.open.over(options);
    crate::serve::serve(&at.node_dir()?, &args.on_alarm, args.scenario_clock, with_open)
}

fn instant(text: &str) -> Result<i64, crate::figures::Unread> {
    crate::figures::instant(text, crate::clock::wall_us())
}
