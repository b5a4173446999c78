//! Bundles: both logs of a line, in every epoch, as one file that anyone can check offline.
//!
//! A bundle is text, one canonical JSON document a line:
//!
//! 1. the manifest: `{"bundle":"detente/bundle/v1","line":…,"parties":{"a":…,"b":…},"witnesses":…}`
//! 2. for each log, by epoch, side `a` before side `b`: `{"log":<origin>}`, then its entries in order,
//!    `{"body":…,"header":…,"salt":…}` or, withheld, `{"header":…}`; then its checkpoints by size,
//!    `{"cosignatures":[…],"note":…}`
//! 3. `{"contradiction":…}`, in the order they were found
//! 4. `{"sha256":…}`: of every byte before this line.
//!
//! Guarantee: a bundle has one encoding; what [`Bundle::decode`] accepts, [`Bundle::encode`] gives
//! again byte for byte. Decoding checks the form; [`crate::verify`] checks what it says.

mod read;

use crate::canon::{to_canonical, write_string};
use crate::contradiction::Contradiction;
use crate::header::{Header, Origin};
use crate::keys::{PartyKeys, sha256};
use crate::merkle::Tree;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

/// Names the format, in the first line of every bundle.
pub const FORMAT: &str = "detente/bundle/v1";

/// Why bytes are not a bundle, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct BundleFault {
    /// Line of the file, from 1.
    pub line: usize,
    /// The log in which the fault lies, if it lies in one.
    pub log: Option<String>,
    /// The entry in which it lies, if it lies in one.
    pub seq: Option<u64>,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for BundleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(log) = &self.log {
            write!(f, ", log {log}")?;
        }
        if let Some(seq) = self.seq {
            write!(f, ", entry {seq}")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// Everything two parties stated on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Who is expected to have signed.
    pub manifest: Manifest,
    /// The logs, by epoch and side.
    pub logs: Vec<Log>,
    /// Evidence of states that cannot both hold.
    pub contradictions: Vec<Contradiction>,
}

/// Every expected signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Line id.
    pub line: String,
    /// Keys of side `a`, which invited, and of side `b`, which joined.
    pub sides: [PartyKeys; 2],
    /// Neutral cosigners by key name. They add time and publicity, never receipt.
    pub witnesses: BTreeMap<String, [u8; 32]>,
}

/// One log from its first entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Its name.
    pub origin: Origin,
    /// Its entries, in order.
    pub entries: Vec<Entry>,
    /// Checkpoints by size: those that were cosigned, the first of which to cover an act says by when
    /// the peer held it, and the newest, which covers every entry.
    pub checkpoints: Vec<Countersigned>,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Canonical bytes of its header.
    pub header: Vec<u8>,
    /// Its body, unless it is withheld or erased.
    pub opened: Option<Opened>,
}

/// What opens a commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The secret salt.
    pub salt: [u8; 32],
    /// Canonical bytes of the body.
    pub body: Vec<u8>,
}

/// A checkpoint and what others put under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countersigned {
    /// The signed checkpoint; [`crate::checkpoint::open_bare`] gives it without the lines of others.
    pub note: String,
    /// Cosignature lines, without their newlines.
    pub cosignatures: Vec<String>,
}

impl Bundle {
    /// Reads a bundle whose own hash holds.
    ///
    /// # Errors
    /// The first [`BundleFault`]; the bundle's own hash comes last.
    pub fn decode(bytes: &[u8]) -> Result<Bundle, BundleFault> {
        let (bundle, seal) = Bundle::decode_any(bytes)?;
        seal.map(|()| bundle)
    }

    /// Reads a bundle and says apart whether its own hash holds, so that what was altered can be
    /// looked for.
    ///
    /// # Errors
    /// The first [`BundleFault`] of form.
    pub fn decode_any(bytes: &[u8]) -> Result<(Bundle, Result<(), BundleFault>), BundleFault> {
        read::bundle(bytes)
    }

    /// The one encoding of this bundle.
    ///
    /// # Panics
    /// When a header or body is not canonical JSON on one line, which no sealed entry is.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = line_of(&self.manifest.to_value());
        for log in &self.logs {
            out.extend(line_of(&json!({ "log": log.origin.to_string() })));
            for entry in &log.entries {
                entry.write(&mut out);
            }
            for checkpoint in &log.checkpoints {
                let Countersigned { note, cosignatures } = checkpoint;
                out.extend(line_of(&json!({ "cosignatures": cosignatures, "note": note })));
            }
        }
        for contradiction in &self.contradictions {
            out.extend(line_of(&json!({ "contradiction": contradiction.to_value() })));
        }
        let hash = hex::encode(sha256(&[&out]));
        out.extend(line_of(&json!({ "sha256": hash })));
        out
    }
}

impl Manifest {
    /// The keys of the side that keeps a log.
    pub fn keys_of(&self, origin: &Origin) -> &PartyKeys {
        &self.sides[usize::from(origin.side != "a")]
    }

    fn to_value(&self) -> Value {
        let witnesses: BTreeMap<&str, String> = self
            .witnesses
            .iter()
            .map(|(name, key)| (name.as_str(), hex::encode(key)))
            .collect();
        let [a, b] = self.sides.each_ref().map(party_to_value);
        json!({
            "bundle": FORMAT,
            "line": self.line,
            "parties": { "a": a, "b": b },
            "witnesses": witnesses,
        })
    }
}

impl Log {
    /// The Merkle tree over the entries.
    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        for entry in &self.entries {
            tree.push(Header::leaf_hash(&entry.header));
        }
        tree
    }
}

impl Entry {
    fn write(&self, out: &mut Vec<u8>) {
        let json = |bytes: &[u8]| !bytes.contains(&b'\n');
        let body_is_line = self.opened.as_ref().is_none_or(|opened| json(&opened.body));
        assert!(
            json(&self.header) && body_is_line,
            "headers and bodies are canonical JSON"
        );
        match &self.opened {
            None => out.extend_from_slice(read::HEADER_ALONE),
            Some(opened) => {
                out.extend_from_slice(read::BODY);
                out.extend_from_slice(&opened.body);
                out.extend_from_slice(read::HEADER);
            }
        }
        out.extend_from_slice(&self.header);
        if let Some(opened) = &self.opened {
            out.extend_from_slice(read::SALT);
            write_string(out, &hex::encode(opened.salt));
        }
        out.extend_from_slice(b"}\n");
    }
}

fn party_to_value(keys: &PartyKeys) -> Value {
    let desks: BTreeMap<&str, String> = keys
        .desks
        .iter()
        .map(|(desk, key)| (desk.as_str(), hex::encode(key)))
        .collect();
    json!({
        "cosign": hex::encode(keys.cosign),
        "desks": desks,
        "log": hex::encode(keys.log),
        "name": keys.party,
    })
}

fn line_of(value: &Value) -> Vec<u8> {
    let mut line = to_canonical(value).expect("a line of strings within their limits is canonical");
    line.push(b'\n');
    line
}
