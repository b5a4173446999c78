//! `detente token add|list|revoke|mint`

use super::At;
use crate::client::{Client, part};
use crate::failed::Failed;
use crate::keeper::{TokenMade, TokenRequest};
use accord::command::Role;
use accord::ids::Desk;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Bearer tokens for programs and other machines. Kept by their hash only.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// Makes a token and shows its secret, once.
    Add {
        /// Name for lists and revocation.
        name: String,
        /// The desk it acts as; left out for an admin token.
        #[arg(long)]
        desk: Option<String>,
        /// What it may do.
        #[arg(long, value_parser = parse_role, default_value = "watch", value_name = "read|watch|commander|admin")]
        role: Role,
        /// Days until it is void; 90 when left out.
        #[arg(long, value_name = "DAYS")]
        valid: Option<u16>,
    },
    /// Lists tokens, without their secrets.
    List,
    /// Revokes a token at once.
    Revoke {
        /// Its name.
        name: String,
    },
    /// Signs an access token for a trial of the open service, and prints it.
    Mint(Mint),
}

/// What stands in the token. It is printed alone, for `TOKEN=$(detente token mint …)`.
#[derive(clap::Args, Debug)]
struct Mint {
    /// Private key of the authority of the trial, PEM.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The USS that it names (`sub`).
    #[arg(long, value_name = "NAME")]
    sub: String,
    /// The service that it is for (`aud`).
    #[arg(long, value_name = "NAME")]
    audience: String,
    /// What it allows; may be repeated.
    #[arg(
        long = "scope",
        value_name = "SCOPE",
        default_value = "utm.strategic_coordination"
    )]
    scopes: Vec<String>,
    /// The authority that it names (`iss`).
    #[arg(long, value_name = "NAME", default_value = "detente-trial")]
    issuer: String,
    /// How long it holds, in minutes. Services take an hour at most.
    #[arg(long, value_name = "N", default_value_t = 55, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
}

pub(super) fn run(args: Args, at: &At) -> Result<(), Failed> {
    match args.verb {
        Verb::Add {
            name,
            desk,
            role,
            valid,
        } => {
            let request = TokenRequest {
                name,
                desk: desk.map(Desk),
                role,
                valid_days: valid,
            };
            let made: TokenMade = Client::admin(at)?.post("/v1/tokens", &request)?;
            let text = format!(
                "token {} made. Its secret is shown this once and kept nowhere:\n{}",
                made.name, made.secret
            );
            at.print(&json!(made), text);
        }
        Verb::List => {
            let answer: Value = Client::admin(at)?.get("/v1/tokens")?;
            let list = answer
                .get("tokens")
                .unwrap_or(&answer)
                .as_array()
                .cloned()
                .unwrap_or_default();
            let text =
                |token: &Value, name: &str| token.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
            let row = |t: &Value| {
                format!(
                    "{:<32} {:<16} {}",
                    text(t, "name"),
                    text(t, "desk"),
                    text(t, "role")
                )
            };
            let rows: Vec<String> = list.iter().map(row).collect();
            at.print(&answer, rows.join("\n"));
        }
        Verb::Revoke { name } => {
            let gone: Value = Client::admin(at)?.delete(&format!("/v1/tokens/{}", part(&name)))?;
            at.print(&gone, format_args!("token {name} is revoked"));
        }
        Verb::Mint(wanted) => mint(&wanted, at)?,
    }
    Ok(())
}

/// Needs no node: the authority is another.
fn mint(wanted: &Mint, at: &At) -> Result<(), Failed> {
    let now_s = crate::clock::wall_us() / 1_000_000;
    let claims = json!({
        "sub": wanted.sub, "iss": wanted.issuer, "aud": wanted.audience,
        "scope": wanted.scopes.join(" "), "iat": now_s, "exp": now_s + 60 * i64::from(wanted.minutes),
    });
    let token = crate::open::mint::mint(&wanted.key, &claims)?;
    at.print(&json!({ "token": token, "claims": claims }), &token);
    Ok(())
}

fn parse_role(text: &str) -> Result<Role, String> {
    serde_json::from_value(json!(text)).map_err(|_| "read, watch, commander or admin".to_owned())
}
