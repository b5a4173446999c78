//! The header of an act: what is signed by a desk, hashed into the log and never withheld.

mod origin;
mod scan;

pub use origin::Origin;
pub(crate) use origin::{is_line_id, parse_stem};

use crate::canon::{CanonFault, parse_canonical};
use crate::keys::{Hash, Signer, Verifier, sha256};
use crate::limits::{MAX_HEADER_BYTES, MAX_INTEGER, MAX_NAME_BYTES};
use crate::merkle;
use serde_json::{Map, Value};
use thiserror::Error;

/// Version of the header that this code writes and reads.
pub const VERSION: u8 = 1;

/// Type of entry 0 of every log, which says whose it is and how the logs before it ended.
pub const KIND_OPEN: &str = "open";

const ACT_DOMAIN: &[u8] = b"detente/act/v1\n";
const BODY_DOMAIN: &[u8] = b"detente/body/v1\n";

/// Why bytes are not a header, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HeaderFault {
    /// More bytes than a header may have.
    #[error("header over {MAX_HEADER_BYTES} bytes")]
    TooLong,
    /// Not canonical JSON.
    #[error("header is not canonical: {0}")]
    Canon(#[from] CanonFault),
    /// A field that is missing, out of its range, or not known.
    #[error("header: {0}")]
    Field(&'static str),
}

/// What the signing node had seen of the peer's log: the newest checkpoint it had verified and
/// had on disk. Never goes back within a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Size of the peer's log.
    pub size: u64,
    /// Its root at that size.
    pub root: Hash,
}

/// A header that no desk has signed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// Name of the log, an [`Origin`].
    pub origin: String,
    /// Index of this entry in the log, from zero.
    pub seq: u64,
    /// Kind of the act: 1 to 32 of a–z, `.` and `-`. Key `type` in JSON.
    pub kind: String,
    /// Desk that states it: 1 to 32 of a–z, 0–9 and `-`.
    pub desk: String,
    /// Exercise traffic.
    pub drill: bool,
    /// When it was accepted, in µs since 1970 UTC, by the clock of the stating node.
    pub at: i64,
    /// What the node had seen of the peer.
    pub seen: Seen,
    /// [`Header::commitment`] to the body.
    pub body: Hash,
}

impl Unsigned {
    /// Signs under the desk's key.
    ///
    /// # Panics
    /// When [`Unsigned::check`] fails: nothing malformed may ever bear a signature.
    pub fn sign(self, signer: &dyn Signer) -> Header {
        self.check().expect("a desk signs well-formed headers only");
        let mut header = Header::of(self, [0; 64]);
        header.sig = signer.sign(&header.message());
        header
    }

    /// The first field that is out of its range, if one is.
    ///
    /// # Errors
    /// [`HeaderFault::Field`].
    pub fn check(&self) -> Result<(), HeaderFault> {
        let in_range = |n: u64| n <= MAX_INTEGER.unsigned_abs();
        let facts = [
            (
                origin::is_origin(&self.origin),
                "origin is not detente/v1/<line>/<a|b>/<epoch>",
            ),
            (in_range(self.seq), "seq is out of range"),
            (is_kind(&self.kind), "type is not 1 to 32 of a-z . -"),
            (is_desk(&self.desk), "desk is not 1 to 32 of a-z 0-9 -"),
            (
                (-MAX_INTEGER..=MAX_INTEGER).contains(&self.at),
                "at is out of range",
            ),
            (in_range(self.seen.size), "seen size is out of range"),
            (
                self.seen.size > 0 || self.seen.root == merkle::empty_root(),
                "seen root of nothing is wrong",
            ),
        ];
        let wrong = facts.iter().find(|(holds, _)| !holds);
        wrong.map_or(Ok(()), |(_, what)| Err(HeaderFault::Field(what)))
    }
}

/// A signed header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Version, 1.
    pub v: u8,
    /// See [`Unsigned::origin`].
    pub origin: String,
    /// See [`Unsigned::seq`].
    pub seq: u64,
    /// See [`Unsigned::kind`].
    pub kind: String,
    /// See [`Unsigned::desk`].
    pub desk: String,
    /// See [`Unsigned::drill`].
    pub drill: bool,
    /// See [`Unsigned::at`].
    pub at: i64,
    /// See [`Unsigned::seen`].
    pub seen: Seen,
    /// See [`Unsigned::body`].
    pub body: Hash,
    /// Ed25519 by the desk's key over `"detente/act/v1\n"` and the header without `sig`.
    pub sig: [u8; 64],
}

impl Header {
    /// The commitment to a body: SHA-256("detente/body/v1\n" ‖ salt ‖ canonical body). The salt
    /// is random and secret until the body is opened, so that a withheld body cannot be guessed.
    pub fn commitment(salt: &[u8; 32], body: &[u8]) -> Hash {
        sha256(&[BODY_DOMAIN, salt, body])
    }

    /// The leaf of a header in its log: SHA-256(0x00 ‖ bytes).
    pub fn leaf_hash(bytes: &[u8]) -> Hash {
        merkle::leaf_hash(bytes)
    }

    /// Reads a header. Accepts exactly what [`Header::to_bytes`] writes; the signature is not
    /// checked.
    ///
    /// # Errors
    /// The first [`HeaderFault`].
    pub fn parse(bytes: &[u8]) -> Result<Header, HeaderFault> {
        if bytes.len() > MAX_HEADER_BYTES {
            return Err(HeaderFault::TooLong);
        }
        scan::header(bytes).map_or_else(|| Header::read(bytes), Ok)
    }

    /// As [`Header::parse`], through any canonical JSON, so that a fault is named.
    fn read(bytes: &[u8]) -> Result<Header, HeaderFault> {
        let Value::Object(mut fields) = parse_canonical(bytes)? else {
            return Err(HeaderFault::Field("not an object"));
        };
        Header::from_fields(&mut fields)
    }

    /// The canonical bytes: what is hashed, logged and sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        let sig = hex::encode(self.sig);
        self.render(&format!(r#""sig":"{sig}","#)).into_bytes()
    }

    /// Whether the desk's key signed this header.
    pub fn verify(&self, desk_public: &[u8; 32], verifier: &dyn Verifier) -> bool {
        verifier.verify(desk_public, &self.message(), &self.sig)
    }

    fn of(unsigned: Unsigned, sig: [u8; 64]) -> Header {
        let Unsigned {
            origin,
            seq,
            kind,
            desk,
            drill,
            at,
            seen,
            body,
        } = unsigned;
        Header {
            v: VERSION,
            origin,
            seq,
            kind,
            desk,
            drill,
            at,
            seen,
            body,
            sig,
        }
    }

    fn message(&self) -> Vec<u8> {
        [ACT_DOMAIN, self.render("").as_bytes()].concat()
    }

    /// Canonical by construction: keys in order, and no field can hold a character that needs an
    /// escape.
    fn render(&self, sig: &str) -> String {
        let Header {
            v,
            origin,
            seq,
            kind,
            desk,
            drill,
            at,
            seen,
            body,
            sig: _,
        } = self;
        let (body, root, size) = (hex::encode(body), hex::encode(seen.root), seen.size);
        format!(
            r#"{{"at":{at},"body":"{body}","desk":"{desk}","drill":{drill},"origin":"{origin}","seen":{{"root":"{root}","size":{size}}},"seq":{seq},{sig}"type":"{kind}","v":{v}}}"#
        )
    }

    fn from_fields(fields: &mut Map<String, Value>) -> Result<Header, HeaderFault> {
        let field = HeaderFault::Field;
        let version = fields.remove("v").and_then(|v| v.as_u64());
        if version != Some(u64::from(VERSION)) {
            return Err(field("v is not 1"));
        }
        let mut text = |key: &str| match fields.remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let origin = text("origin").ok_or(field("origin is missing"))?;
        let kind = text("type").ok_or(field("type is missing"))?;
        let desk = text("desk").ok_or(field("desk is missing"))?;
        let body = text("body")
            .and_then(|t| lower_hex(&t))
            .ok_or(field("body is not a hash"))?;
        let sig = text("sig")
            .and_then(|t| lower_hex(&t))
            .ok_or(field("sig is not a signature"))?;
        let drill = fields
            .remove("drill")
            .and_then(|v| v.as_bool())
            .ok_or(field("drill is missing"))?;
        let seq = fields
            .remove("seq")
            .and_then(|v| v.as_u64())
            .ok_or(field("seq is missing"))?;
        let at = fields
            .remove("at")
            .and_then(|v| v.as_i64())
            .ok_or(field("at is missing"))?;
        let seen = fields
            .remove("seen")
            .and_then(parse_seen)
            .ok_or(field("seen is not size and root"))?;
        if !fields.is_empty() {
            return Err(field("a field that version 1 does not have"));
        }
        let unsigned = Unsigned {
            origin,
            seq,
            kind,
            desk,
            drill,
            at,
            seen,
            body,
        };
        unsigned.check()?;
        Ok(Header::of(unsigned, sig))
    }
}

/// Reads `2·N` lower-case hexadecimal digits: the one spelling of `N` bytes in our formats.
pub(crate) fn lower_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    (lower && hex::decode_to_slice(text, &mut out).is_ok()).then_some(out)
}

/// Whether `text` names a desk: 1 to 32 of a–z, 0–9 and `-`.
pub fn is_desk(text: &str) -> bool {
    is_word(text, |byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
    })
}

/// Whether `text` names a kind of act: 1 to 32 of a–z, `.` and `-`.
pub fn is_kind(text: &str) -> bool {
    is_word(text, |byte| {
        byte.is_ascii_lowercase() || matches!(byte, b'.' | b'-')
    })
}

fn is_word(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    (1..=MAX_NAME_BYTES).contains(&text.len()) && text.bytes().all(allowed)
}

fn parse_seen(value: Value) -> Option<Seen> {
    let Value::Object(fields) = value else { return None };
    let size = fields.get("size")?.as_u64()?;
    let root = lower_hex(fields.get("root")?.as_str()?)?;
    (fields.len() == 2).then_some(Seen { size, root })
}

#[cfg(test)]
mod tests;
