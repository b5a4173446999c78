//! The keys that somebody pinned: a file close to C2SP tlog-policy.
//!
//! ```text
//! # a comment
//! log <vkey>
//! witness <name> <vkey>
//! desk <vkey>
//! ```
//!
//! The vkey of a log bears its origin, or its origin without the epoch, which pins the key for
//! every epoch. A witness is any cosigner: the peer's key on the line, or a neutral witness; its
//! `<name>` is for the reader. The vkey of a desk bears `detente/v1/<line>/<side>/desk/<desk>`.

use crate::bundle::{Log, Manifest};
use crate::header::{Origin, is_desk, parse_stem};
use crate::limits::MAX_POLICY_BYTES;
use crate::note::{COSIGNATURE, ED25519, parse_vkey, vkey};
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

/// Why a text is not a policy, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("policy, line {line}: {why}")]
pub struct PolicyFault {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub why: &'static str,
}

/// Pinned keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    keys: BTreeMap<(Role, String), [u8; 32]>,
}

/// One key that a manifest claims.
pub(super) struct Claim {
    pub(super) role: Role,
    /// Name under which a policy pins it.
    pub(super) name: String,
    pub(super) party: String,
    pub(super) key: [u8; 32],
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Log,
    Witness,
    Desk,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// The first line that is none, bears a bad key, or pins a name or a key a second time.
    pub fn parse(text: &str) -> Result<Policy, PolicyFault> {
        if text.len() > MAX_POLICY_BYTES {
            return Err(PolicyFault {
                line: 1,
                why: "the file is too long",
            });
        }
        let mut policy = Policy::default();
        for (n, line) in (1..).zip(text.split('\n')) {
            let words: Vec<&str> = line
                .split([' ', '\t', '\r'])
                .filter(|word| !word.is_empty())
                .collect();
            if words.first().is_some_and(|word| !word.starts_with('#')) {
                policy.add(&words).map_err(|why| PolicyFault { line: n, why })?;
            }
        }
        Ok(policy)
    }

    /// A policy that pins what a manifest claims: to be compared by another road, then kept.
    pub fn of(manifest: &Manifest) -> Policy {
        let keys = claims(manifest)
            .into_iter()
            .map(|claim| ((claim.role, claim.name), claim.key));
        Policy { keys: keys.collect() }
    }

    /// The pinned key of a log: by its origin, or else for every epoch.
    pub fn log_key(&self, origin: &Origin) -> Option<[u8; 32]> {
        let exact = self.keys.get(&(Role::Log, origin.to_string()));
        exact
            .or_else(|| self.keys.get(&(Role::Log, origin.stem())))
            .copied()
    }

    /// The pinned keys of the desks of one side of a line, by desk.
    pub fn desk_keys(&self, stem: &str) -> BTreeMap<String, [u8; 32]> {
        let prefix = desk_name(stem, "");
        let desk = |((role, name), key): (&(Role, String), &[u8; 32])| {
            let desk = name.strip_prefix(&prefix).filter(|_| *role == Role::Desk)?;
            Some((desk.to_owned(), *key))
        };
        self.keys.iter().filter_map(desk).collect()
    }

    /// What this policy pins for a key of a manifest: for the key of a log, once for each epoch that
    /// the bundle holds; `None` where it pins nothing.
    pub(super) fn pins(&self, claim: &Claim, logs: &[Log]) -> Vec<Option<[u8; 32]>> {
        let exact = self.keys.get(&(claim.role, claim.name.clone())).copied();
        let epochs = logs
            .iter()
            .filter(|log| claim.role == Role::Log && log.origin.stem() == claim.name);
        let pins: Vec<_> = epochs.map(|log| self.log_key(&log.origin)).collect();
        if pins.is_empty() { vec![exact] } else { pins }
    }

    fn add(&mut self, words: &[&str]) -> Result<(), &'static str> {
        let (role, key) = match words {
            ["log", key] => (Role::Log, key),
            ["witness", _, key] => (Role::Witness, key),
            ["desk", key] => (Role::Desk, key),
            _ => return Err("not `log <vkey>`, `witness <name> <vkey>` or `desk <vkey>`"),
        };
        let (name, key_type, key) =
            parse_vkey(key).ok_or("the vkey is malformed, or its id is not its key's")?;
        if key_type != role.key_type() {
            return Err("the vkey is of another type than the role needs");
        }
        if !role.takes(&name) {
            return Err("the name in the vkey is not one of this role");
        }
        // One log key may be pinned for several epochs by their origins; nothing else twice.
        let other = |((r, n), k): (&(Role, String), &[u8; 32])| {
            *k == key && (*r != role || role != Role::Log || stem_of(n) != stem_of(&name))
        };
        if self.keys.iter().any(other) {
            return Err("the key is pinned before, under another name");
        }
        match self.keys.insert((role, name), key) {
            None => Ok(()),
            Some(_) => Err("the name is pinned before"),
        }
    }
}

/// The file that [`Policy::parse`] reads again.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((role, name), key) in &self.keys {
            let key = vkey(name, role.key_type(), key);
            match role {
                Role::Witness => writeln!(f, "witness {name} {key}")?,
                Role::Log | Role::Desk => writeln!(f, "{} {key}", role.word())?,
            }
        }
        Ok(())
    }
}

impl Role {
    pub(super) fn word(self) -> &'static str {
        match self {
            Role::Log => "log",
            Role::Witness => "witness",
            Role::Desk => "desk",
        }
    }

    /// A desk signs headers and not notes; the type says which algorithm.
    fn key_type(self) -> u8 {
        match self {
            Role::Log | Role::Desk => ED25519,
            Role::Witness => COSIGNATURE,
        }
    }

    fn takes(self, name: &str) -> bool {
        match self {
            Role::Log => parse_stem(name).is_some() || Origin::parse(name).is_ok(),
            Role::Witness => true,
            Role::Desk => {
                let parts = name.split_once("/desk/");
                parts.is_some_and(|(stem, desk)| parse_stem(stem).is_some() && is_desk(desk))
            }
        }
    }
}

/// Every key of a manifest. Of two claims to one name, which a forged manifest can make, both are
/// here: each is held against the policy.
pub(super) fn claims(manifest: &Manifest) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut claim = |role, name, party: &str, key: &[u8; 32]| {
        claims.push(Claim {
            role,
            name,
            party: party.to_owned(),
            key: *key,
        });
    };
    for (side, keys) in ["a", "b"].into_iter().zip(&manifest.sides) {
        let origin = Origin {
            line: manifest.line.clone(),
            side: side.to_owned(),
            epoch: 0,
        };
        claim(Role::Log, origin.stem(), &keys.party, &keys.log);
        claim(Role::Witness, origin.cosigner_name(), &keys.party, &keys.cosign);
        for (desk, key) in &keys.desks {
            claim(Role::Desk, desk_name(&origin.stem(), desk), &keys.party, key);
        }
    }
    for (name, key) in &manifest.witnesses {
        claim(Role::Witness, name.clone(), "neutral witness", key);
    }
    claims
}

fn desk_name(stem: &str, desk: &str) -> String {
    format!("{stem}/desk/{desk}")
}

fn stem_of(name: &str) -> String {
    Origin::parse(name).map_or_else(|_| name.to_owned(), |origin| origin.stem())
}
