//! `detente token add|list|revoke`

use super::At;
use crate::client::{Client, part};
use crate::failed::Failed;
use crate::keeper::{TokenMade, TokenRequest};
use accord::command::Role;
use accord::ids::Desk;
use serde_json::{Value, json};

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
}

pub(super) fn run(args: Args, at: &At) -> Result<(), Failed> {
    let client = Client::admin(at)?;
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
            let made: TokenMade = client.post("/v1/tokens", &request)?;
            let text = format!(
                "token {} made. Its secret is shown this once and kept nowhere:\n{}",
                made.name, made.secret
            );
            at.print(&json!(made), text);
        }
        Verb::List => {
            let answer: Value = client.get("/v1/tokens")?;
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
            let gone: Value = client.delete(&format!("/v1/tokens/{}", part(&name)))?;
            at.print(&gone, format_args!("token {name} is revoked"));
        }
    }
    Ok(())
}

fn parse_role(text: &str) -> Result<Role, String> {
    serde_json::from_value(json!(text)).map_err(|_| "read, watch, commander or admin".to_owned())
}
