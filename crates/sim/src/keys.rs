//! Keyrings of simulated nodes: keyed hashes in the swarm, Ed25519 in one world of fifty.

use accord::ids::{Desk, LineId};
use engine::keyring::{KeyRole, KeySet, Keyring, NODE_DESK, SecretKeyring};
use ledger::keys::{Signer, Verifier, derive_seed};
use std::collections::BTreeMap;

/// What stands for a TLS pin in a world without TLS.
fn pin() -> String {
    "ab".repeat(32)
}

/// How a world signs.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// A hash over key and message. Anyone who knows the public key can make it, so no world
    /// has a forger; it finds every other fault at a hundredth of the cost.
    Hashed,
    /// As in use.
    Ed25519,
}

/// A keyring for `party` with the secrets of its lines.
pub fn keyring(scheme: Scheme, party: &str, lines: &[LineId], desks: &[Desk]) -> Box<dyn Keyring> {
    match scheme {
        Scheme::Hashed => Box::new(with_lines(HashedKeyring::new(party), party, lines, desks)),
        Scheme::Ed25519 => Box::new(with_lines(SecretKeyring::new(node(party)), party, lines, desks)),
    }
}

/// The public keys of `party` on `line`.
pub fn key_set(scheme: Scheme, party: &str, line: &LineId, desks: &[Desk]) -> KeySet {
    let lines = [line.clone()];
    match scheme {
        Scheme::Hashed => with_lines(HashedKeyring::new(party), party, &lines, desks).key_set(line, party),
        Scheme::Ed25519 => with_lines(SecretKeyring::new(node(party)), party, &lines, desks)
            .key_set(line, party, &pin())
            .expect("the line was added"),
    }
}

fn with_lines<K: Keyring>(mut keyring: K, party: &str, lines: &[LineId], desks: &[Desk]) -> K {
    for line in lines {
        let secret = derive_seed(&node(party), &format!("line/{line}"));
        keyring.add_line(line, secret, desks);
    }
    keyring
}

fn node(party: &str) -> [u8; 32] {
    derive_seed(&[0; 32], party)
}

/// Keys whose signatures are keyed hashes.
struct HashedKeyring {
    node: [u8; 32],
    lines: BTreeMap<LineId, ([u8; 32], BTreeMap<KeyRole, HashedSigner>)>,
}

struct HashedSigner([u8; 32]);

struct HashedVerifier;

impl Signer for HashedSigner {
    fn public(&self) -> [u8; 32] {
        self.0
    }

    fn sign(&self, msg: &[u8]) -> [u8; 64] {
        tag(&self.0, msg)
    }
}

impl Verifier for HashedVerifier {
    fn verify(&self, public: &[u8; 32], msg: &[u8], sig: &[u8; 64]) -> bool {
        tag(public, msg) == *sig
    }
}

fn tag(key: &[u8; 32], msg: &[u8]) -> [u8; 64] {
    let leaf = ledger::merkle::leaf_hash(msg);
    let mut tag = [0; 64];
    tag[..32].copy_from_slice(&derive_seed(key, &hex::encode(leaf)));
    tag[32..].copy_from_slice(&leaf);
    tag
}

impl HashedKeyring {
    fn new(party: &str) -> Self {
        HashedKeyring {
            node: node(party),
            lines: BTreeMap::new(),
        }
    }

    fn key_set(&self, line: &LineId, party: &str) -> KeySet {
        let keys = &self.lines[line].1;
        let public = |role: &KeyRole| hex::encode(keys[role].public());
        let desks = keys.keys().filter_map(|role| match role {
            KeyRole::Desk(desk) => Some((desk.clone(), public(role))),
            KeyRole::Log | KeyRole::Cosign => None,
        });
        KeySet {
            party: party.to_owned(),
            tls: pin(),
            log: public(&KeyRole::Log),
            cosign: public(&KeyRole::Cosign),
            desks: desks.collect(),
        }
    }
}

impl Keyring for HashedKeyring {
    fn signer(&self, line: &LineId, role: &KeyRole) -> Option<&dyn Signer> {
        let signer = self.lines.get(line)?.1.get(role)?;
        Some(signer)
    }

    fn stream(&self, line: Option<&LineId>, label: &str, n: u64) -> [u8; 32] {
        let secret = line.map_or(&self.node, |line| &self.lines[line].0);
        derive_seed(secret, &format!("{label}/{n}"))
    }

    fn verifier(&self) -> &dyn Verifier {
        &HashedVerifier
    }

    fn add_line(&mut self, line: &LineId, secret: [u8; 32], desks: &[Desk]) {
        let node = Desk::from(NODE_DESK);
        let desks = desks
            .iter()
            .chain([&node])
            .map(|desk| KeyRole::Desk(desk.clone()));
        let roles = desks.chain([KeyRole::Log, KeyRole::Cosign]);
        let signers = roles.map(|role| {
            let seed = derive_seed(&secret, &format!("{role:?}"));
            (role, HashedSigner(seed))
        });
        self.lines.insert(line.clone(), (secret, signers.collect()));
    }

    fn holds(&self, line: &LineId) -> bool {
        self.lines.contains_key(line)
    }
}
