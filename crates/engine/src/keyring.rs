//! The keys of a node, one secret per line.
//!
//! Guarantee: nothing derived for one line can be told from, or computed out of, what
//! stands on another. Log, cosigning and desk keys, salts and ids of a line all come from
//! that line's own secret.

use crate::stall::in_short;
use accord::ids::{Desk, LineId};
use ledger::keys::{Ed25519, Ed25519Signer, PartyKeys, Signer, Verifier, derive_seed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The desk name under which the node itself makes automatic statements.
pub const NODE_DESK: &str = "node";

/// What a key is for. One key per role, never shared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyRole {
    /// Signs checkpoints of this party's log.
    Log,
    /// Countersigns the peer's checkpoints.
    Cosign,
    /// Signs the headers of one desk's acts.
    Desk(Desk),
}

/// Keys and random streams, per line.
pub trait Keyring: Send {
    /// The signer of a role on a line; none when the line or the desk is not known.
    fn signer(&self, line: &LineId, role: &KeyRole) -> Option<&dyn Signer>;
    /// Value `n` of a random stream: of a line's own, or of the node's where `line` is none.
    fn stream(&self, line: Option<&LineId>, label: &str, n: u64) -> [u8; 32];
    /// Checks signatures, strictly.
    fn verifier(&self) -> &dyn Verifier;
    /// Takes the secret of a line; the same secret twice is no change.
    fn add_line(&mut self, line: &LineId, secret: [u8; 32], desks: &[Desk]);
    /// Whether the secret of `line` is held.
    fn holds(&self, line: &LineId) -> bool;
}

/// The public keys of one party on one line: what an invitation carries and what the six
/// words are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySet {
    /// Name of the party, as it calls itself.
    pub party: String,
    /// SHA-256 of the TLS public key (SubjectPublicKeyInfo), hexadecimal.
    pub tls: String,
    /// Log key, hexadecimal.
    pub log: String,
    /// Cosigning key, hexadecimal.
    pub cosign: String,
    /// Desk keys, hexadecimal, with the node's own under [`NODE_DESK`].
    pub desks: BTreeMap<Desk, String>,
}

impl KeySet {
    /// Every fault of a key set that came from outside, with its place.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.party.is_empty() || self.party.len() > 64 || self.party.chars().any(char::is_control) {
            faults.push("party: 1 to 64 printable characters are needed".to_owned());
        }
        if self.desks.len() > 64 || !self.desks.contains_key(&Desk::from(NODE_DESK)) {
            faults.push("desks: at most 64, and one must be \"node\"".to_owned());
        }
        for desk in self.desks.keys() {
            if !is_name(&desk.0) {
                let desk = in_short(&desk.0);
                faults.push(format!("desks/{desk}: a desk name is 1 to 32 of a-z, 0-9 and -"));
            }
        }
        let keys = [("tls", &self.tls), ("log", &self.log), ("cosign", &self.cosign)];
        let desks = self.desks.iter().map(|(desk, key)| (desk.0.as_str(), key));
        for (place, key) in keys.into_iter().chain(desks) {
            if public_key(key).is_none() {
                let place = in_short(place);
                faults.push(format!("{place}: 64 hexadecimal digits are needed"));
            }
        }
        let mut all: Vec<&String> = self.desks.values().chain([&self.log, &self.cosign]).collect();
        all.sort();
        if all.windows(2).any(|pair| pair[0] == pair[1]) {
            faults.push("one key stands in two roles; each role needs a key of its own".to_owned());
        }
        faults
    }

    /// The public key of a role.
    pub fn public(&self, role: &KeyRole) -> Option<[u8; 32]> {
        match role {
            KeyRole::Log => public_key(&self.log),
            KeyRole::Cosign => public_key(&self.cosign),
            KeyRole::Desk(desk) => self.desks.get(desk).and_then(|key| public_key(key)),
        }
    }

    /// The keys as the ledger checks with them; none when one cannot be read.
    pub fn party_keys(&self) -> Option<PartyKeys> {
        let desks = self
            .desks
            .iter()
            .map(|(desk, key)| Some((desk.0.clone(), public_key(key)?)));
        Some(PartyKeys {
            party: self.party.clone(),
            log: public_key(&self.log)?,
            cosign: public_key(&self.cosign)?,
            desks: desks.collect::<Option<_>>()?,
        })
    }
}

/// Reads 32 bytes of hexadecimal.
pub fn public_key(text: &str) -> Option<[u8; 32]> {
    hex::decode(text).ok()?.try_into().ok()
}

/// Whether `text` is a name that may stand in an origin: 1 to 32 of a-z, 0-9 and -.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 32
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Keys derived from secrets by [`derive_seed`], with real signatures.
pub struct SecretKeyring {
    node: [u8; 32],
    lines: BTreeMap<LineId, LineKeys>,
}

struct LineKeys {
    secret: [u8; 32],
    signers: BTreeMap<KeyRole, Ed25519Signer>,
}

impl SecretKeyring {
    /// A keyring whose own stream comes from `node`.
    pub fn new(node: [u8; 32]) -> Self {
        SecretKeyring {
            node,
            lines: BTreeMap::new(),
        }
    }

    /// The public keys of a line whose secret is held.
    pub fn key_set(&self, line: &LineId, party: &str, tls: &str) -> Option<KeySet> {
        let keys = self.lines.get(line)?;
        let public = |role: &KeyRole| keys.signers.get(role).map(|signer| hex::encode(signer.public()));
        let desks = keys.signers.keys().filter_map(|role| match role {
            KeyRole::Desk(desk) => Some((desk.clone(), public(role)?)),
            KeyRole::Log | KeyRole::Cosign => None,
        });
        Some(KeySet {
            party: party.to_owned(),
            tls: tls.to_owned(),
            log: public(&KeyRole::Log)?,
            cosign: public(&KeyRole::Cosign)?,
            desks: desks.collect(),
        })
    }
}

impl Keyring for SecretKeyring {
    fn signer(&self, line: &LineId, role: &KeyRole) -> Option<&dyn Signer> {
        self.lines
            .get(line)?
            .signers
            .get(role)
            .map(|signer| signer as &dyn Signer)
    }

    fn stream(&self, line: Option<&LineId>, label: &str, n: u64) -> [u8; 32] {
        let secret = line
            .and_then(|line| self.lines.get(line))
            .map_or(&self.node, |keys| &keys.secret);
        derive_seed(secret, &format!("stream/{label}/{n}"))
    }

    fn verifier(&self) -> &dyn Verifier {
        &Ed25519
    }

    fn add_line(&mut self, line: &LineId, secret: [u8; 32], desks: &[Desk]) {
        let node = Desk::from(NODE_DESK);
        let desk_roles = desks
            .iter()
            .chain([&node])
            .map(|desk| KeyRole::Desk(desk.clone()));
        let roles = desk_roles.chain([KeyRole::Log, KeyRole::Cosign]);
        let signers = roles.map(|role| {
            let seed = derive_seed(&secret, &role_label(&role));
            (role, Ed25519Signer::from_seed(seed))
        });
        let keys = LineKeys {
            secret,
            signers: signers.collect(),
        };
        self.lines.insert(line.clone(), keys);
    }

    fn holds(&self, line: &LineId) -> bool {
        self.lines.contains_key(line)
    }
}

/// The keyring of whoever only replays records: no secret is needed for that, none is held here, and nothing can
/// be signed or drawn.
pub struct NoKeys;

impl Keyring for NoKeys {
    fn signer(&self, _line: &LineId, _role: &KeyRole) -> Option<&dyn Signer> {
        None
    }

    /// # Panics
    /// Always: what draws decides, and a replay never does.
    fn stream(&self, _line: Option<&LineId>, label: &str, _n: u64) -> [u8; 32] {
        panic!("{label}: without keys nothing is drawn, because nothing may be decided")
    }

    fn verifier(&self) -> &dyn Verifier {
        &Ed25519
    }

    fn add_line(&mut self, _line: &LineId, _secret: [u8; 32], _desks: &[Desk]) {}

    fn holds(&self, _line: &LineId) -> bool {
        false
    }
}

fn role_label(role: &KeyRole) -> String {
    match role {
        KeyRole::Log => "log".to_owned(),
        KeyRole::Cosign => "cosign".to_owned(),
        KeyRole::Desk(desk) => format!("desk/{desk}"),
    }
}
