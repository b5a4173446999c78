//! Entry headers: who states what kind of act, at which place of which log, having seen
//! what, with a commitment to the body and a desk's signature.

use crate::canon::{self, CanonFault};
use crate::keys::{Hash, Signer, Verifier};
use crate::merkle;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Longest header, in bytes.
pub const MAX_HEADER_BYTES: usize = 4096;

/// What the author had durably verified of the other log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// A signed header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Format version: 1.
    pub v: u8,
    /// The log it stands in; see [`Origin`].
    pub origin: String,
    /// Zero-based leaf index.
    pub seq: u64,
    /// Type of the act; `type` in JSON.
    pub kind: String,
    /// The desk that states it.
    pub desk: String,
    /// Exercise traffic.
    pub drill: bool,
    /// Instant of stating, µs UTC.
    pub at: i64,
    /// What of the other log had been seen.
    pub seen: Seen,
    /// Commitment to the body.
    pub body: Hash,
    /// Ed25519 by the desk key.
    pub sig: [u8; 64],
}

/// A header before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// See [`Header::origin`].
    pub origin: String,
    /// See [`Header::seq`].
    pub seq: u64,
    /// See [`Header::kind`].
    pub kind: String,
    /// See [`Header::desk`].
    pub desk: String,
    /// See [`Header::drill`].
    pub drill: bool,
    /// See [`Header::at`].
    pub at: i64,
    /// See [`Header::seen`].
    pub seen: Seen,
    /// See [`Header::body`].
    pub body: Hash,
}

/// Name of a log: `detente/v1/<line>/<side>/<epoch>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Line, 1 to 64 of a-z, 0-9 and -.
    pub line: String,
    /// `a`, the inviter, or `b`, the joiner.
    pub side: String,
    /// Epoch.
    pub epoch: u32,
}

/// Why bytes are no header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// Too long.
    #[error("header of {0} bytes; at most {MAX_HEADER_BYTES}")]
    TooLong(usize),
    /// Not canonical JSON.
    #[error("header: {0}")]
    Canon(#[from] CanonFault),
    /// A member is missing, extra, or of the wrong form.
    #[error("header: member {0} is missing or malformed")]
    Member(&'static str),
}

impl Header {
    /// SHA-256("detente/body/v1\n" ‖ salt ‖ canonical body).
    pub fn commitment(salt: &[u8; 32], body: &[u8]) -> Hash {
        let mut hash = Sha256::new();
        hash.update(b"detente/body/v1\n");
        hash.update(salt);
        hash.update(body);
        hash.finalize().into()
    }

    /// The RFC 6962 leaf hash of a header's bytes.
    pub fn leaf_hash(bytes: &[u8]) -> Hash {
        merkle::leaf_hash(bytes)
    }

    /// Reads a header that must be in canonical form.
    pub fn parse(bytes: &[u8]) -> Result<Header, HeaderFault> {
        if bytes.len() > MAX_HEADER_BYTES {
            return Err(HeaderFault::TooLong(bytes.len()));
        }
        let Value::Object(map) = canon::parse_canonical(bytes)? else {
            return Err(HeaderFault::Member("v"));
        };
        if map.len() != 10 {
            return Err(HeaderFault::Member("(ten members)"));
        }
        let seen = map.get("seen").and_then(Value::as_object).filter(|seen| seen.len() == 2);
        let seen = seen.ok_or(HeaderFault::Member("seen"))?;
        if map.get("v").and_then(Value::as_u64) != Some(1) {
            return Err(HeaderFault::Member("v"));
        }
        let header = Header {
            v: 1,
            origin: text(&map, "origin")?,
            seq: map.get("seq").and_then(Value::as_u64).ok_or(HeaderFault::Member("seq"))?,
            kind: name(&map, "type")?,
            desk: name(&map, "desk")?,
            drill: map.get("drill").and_then(Value::as_bool).ok_or(HeaderFault::Member("drill"))?,
            at: map.get("at").and_then(Value::as_i64).ok_or(HeaderFault::Member("at"))?,
            seen: Seen {
                size: seen.get("size").and_then(Value::as_u64).ok_or(HeaderFault::Member("seen"))?,
                root: bytes_of(seen, "root")?,
            },
            body: bytes_of(&map, "body")?,
            sig: bytes_of(&map, "sig")?,
        };
        header.origin.parse::<Origin>().map_err(|_| HeaderFault::Member("origin"))?;
        Ok(header)
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut map = members(&Unsigned {
            origin: self.origin.clone(),
            seq: self.seq,
            kind: self.kind.clone(),
            desk: self.desk.clone(),
            drill: self.drill,
            at: self.at,
            seen: self.seen.clone(),
            body: self.body,
        });
        map.insert("sig".to_owned(), Value::String(hex::encode(self.sig)));
        canon::to_canonical(&Value::Object(map)).expect("members are strings and integers in range")
    }

    /// Whether the desk's signature holds.
    pub fn verify(&self, desk_public: &[u8; 32], verifier: &dyn Verifier) -> bool {
        let unsigned = Unsigned {
            origin: self.origin.clone(),
            seq: self.seq,
            kind: self.kind.clone(),
            desk: self.desk.clone(),
            drill: self.drill,
            at: self.at,
            seen: self.seen.clone(),
            body: self.body,
        };
        verifier.verify(desk_public, &unsigned.message(), &self.sig)
    }
}

impl Unsigned {
    /// Signs it.
    pub fn sign(self, signer: &dyn Signer) -> Header {
        let sig = signer.sign(&self.message());
        Header {
            v: 1,
            origin: self.origin,
            seq: self.seq,
            kind: self.kind,
            desk: self.desk,
            drill: self.drill,
            at: self.at,
            seen: self.seen,
            body: self.body,
            sig,
        }
    }

    fn message(&self) -> Vec<u8> {
        let body = canon::to_canonical(&Value::Object(members(self)));
        let mut message = b"detente/act/v1\n".to_vec();
        message.extend(body.expect("members are strings and integers in range"));
        message
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "detente/v1/{}/{}/{}", self.line, self.side, self.epoch)
    }
}

impl FromStr for Origin {
    type Err = HeaderFault;

    fn from_str(text: &str) -> Result<Self, HeaderFault> {
        let fault = HeaderFault::Member("origin");
        let rest = text.strip_prefix("detente/v1/").ok_or(fault.clone())?;
        let [line, side, epoch] = rest.split('/').collect::<Vec<_>>()[..] else { return Err(fault) };
        let line_ok = !line.is_empty()
            && line.len() <= 64
            && line.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let number: u32 = epoch.parse().map_err(|_| fault.clone())?;
        if !line_ok || !["a", "b"].contains(&side) || number.to_string() != epoch {
            return Err(fault);
        }
        Ok(Origin { line: line.to_owned(), side: side.to_owned(), epoch: number })
    }
}

fn members(header: &Unsigned) -> Map<String, Value> {
    let value = json!({
        "v": 1,
        "origin": header.origin,
        "seq": header.seq,
        "type": header.kind,
        "desk": header.desk,
        "drill": header.drill,
        "at": header.at,
        "seen": { "size": header.seen.size, "root": hex::encode(header.seen.root) },
        "body": hex::encode(header.body),
    });
    match value {
        Value::Object(map) => map,
        _ => unreachable!("the literal above is an object"),
    }
}

fn text(map: &Map<String, Value>, member: &'static str) -> Result<String, HeaderFault> {
    let text = map.get(member).and_then(Value::as_str).filter(|text| text.len() <= 256);
    text.map(str::to_owned).ok_or(HeaderFault::Member(member))
}

fn name(map: &Map<String, Value>, member: &'static str) -> Result<String, HeaderFault> {
    let text = text(map, member)?;
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
    let fits = (1..=32).contains(&text.len()) && text.bytes().all(allowed);
    if fits { Ok(text) } else { Err(HeaderFault::Member(member)) }
}

fn bytes_of<const N: usize>(map: &Map<String, Value>, member: &'static str) -> Result<[u8; N], HeaderFault> {
    let text = map.get(member).and_then(Value::as_str).filter(|text| !text.bytes().any(|b| b.is_ascii_uppercase()));
    let bytes = text.and_then(|text| hex::decode(text).ok()).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(HeaderFault::Member(member))
}
