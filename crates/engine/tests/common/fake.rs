//! Keys whose signatures are keyed hashes: for worlds by the thousand. Never outside tests.

use accord::ids::{Desk, LineId};
use engine::keyring::{KeyRole, KeySet, Keyring, NODE_DESK};
use ledger::keys::{Signer, Verifier, derive_seed};
use std::collections::BTreeMap;

pub struct FakeKeyring {
    node: [u8; 32],
    lines: BTreeMap<LineId, ([u8; 32], BTreeMap<KeyRole, FakeSigner>)>,
}

pub struct FakeSigner([u8; 32]);

pub struct FakeVerifier;

impl Signer for FakeSigner {
    fn public(&self) -> [u8; 32] {
        self.0
    }

    fn sign(&self, msg: &[u8]) -> [u8; 64] {
        tag(&self.0, msg)
    }
}

impl Verifier for FakeVerifier {
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

impl FakeKeyring {
    pub fn new(name: &str) -> Self {
        FakeKeyring {
            node: derive_seed(&[0; 32], name),
            lines: BTreeMap::new(),
        }
    }

    pub fn key_set(&self, line: &LineId, party: &str) -> KeySet {
        let keys = &self.lines[line].1;
        let public = |role: &KeyRole| hex::encode(keys[role].public());
        let desks = keys.keys().filter_map(|role| match role {
            KeyRole::Desk(desk) => Some((desk.clone(), public(role))),
            _ => None,
        });
        KeySet {
            party: party.to_owned(),
            tls: "ab".repeat(32),
            log: public(&KeyRole::Log),
            cosign: public(&KeyRole::Cosign),
            desks: desks.collect(),
        }
    }
}

impl Keyring for FakeKeyring {
    fn signer(&self, line: &LineId, role: &KeyRole) -> Option<&dyn Signer> {
        self.lines
            .get(line)?
            .1
            .get(role)
            .map(|signer| signer as &dyn Signer)
    }

    fn stream(&self, line: Option<&LineId>, label: &str, n: u64) -> [u8; 32] {
        let secret = line.map_or(&self.node, |line| &self.lines[line].0);
        derive_seed(secret, &format!("{label}/{n}"))
    }

    fn verifier(&self) -> &dyn Verifier {
        &FakeVerifier
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
            (role, FakeSigner(seed))
        });
        self.lines.insert(line.clone(), (secret, signers.collect()));
    }

    fn holds(&self, line: &LineId) -> bool {
        self.lines.contains_key(line)
    }
}
