//! What the node's keeper does: invitations, joining, tokens, backups. Called by the HTTP
//! surface, one method a route; each is idempotent under a client's key.

mod backup;
mod export;
mod faults;
mod lines;
mod tokens;

pub use backup::{BackupMade, restore};
pub use faults::KeepFault;
pub use lines::{InviteRequest, Joined};
pub use tokens::{TokenMade, TokenRequest};

use crate::config::{ADMIN_DESK, Config};
use crate::core::Core;
use crate::dir::NodeDir;
use crate::keys::Keys;
use crate::line_io::Lines;
use crate::tls::Identity;
use accord::command::{Officer, Role};
use accord::ids::Desk;
use engine::input::{IdempotencyKey, Refused};
use std::net::SocketAddr;
use std::sync::Arc;

/// The running node, as its keeper and its HTTP surface see it; cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    /// The core thread.
    pub core: Core,
    /// The connections.
    pub lines: Lines,
    /// The node's folder.
    pub dir: NodeDir,
    /// Its settings.
    pub config: Arc<Config>,
    /// Its TLS key.
    pub identity: Arc<Identity>,
    /// Where it takes lines.
    pub line_address: SocketAddr,
    /// Where it serves HTTP.
    pub http_address: SocketAddr,
}

impl Keeper {
    fn keys(&self) -> Keys {
        Keys::of(&self.dir)
    }
}

/// The officer in whose name the node does what its own start needs.
pub fn admin() -> Officer {
    Officer {
        desk: Desk::from(ADMIN_DESK),
        role: Role::Admin,
    }
}

fn needs_admin(officer: &Officer) -> Result<(), KeepFault> {
    if officer.role == Role::Admin {
        Ok(())
    } else {
        Err(Refused::Role { needed: Role::Admin }.into())
    }
}

/// A secret that a retry with the same key gets again: out of `seed`, or random without one.
fn secret(seed: &[u8; 32], what: &str, key: Option<&IdempotencyKey>) -> Result<String, KeepFault> {
    let Some(IdempotencyKey { scope, key }) = key else {
        return Ok(hex::encode(crate::clock::random::<32>()?));
    };
    let label = format!("{what}\n{scope}\n{key}");
    Ok(hex::encode(ledger::keys::derive_seed(seed, &label)))
}
