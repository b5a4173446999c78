//! Evidence that two signed states of one log cannot both hold.

use crate::canon;
use crate::checkpoint::{Checkpoint, open_checkpoint};
use crate::header::Header;
use crate::keys::{Hash, Verifier};
use crate::merkle::verify_consistency;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest encoded evidence, in bytes.
pub const MAX_EVIDENCE_BYTES: usize = 16 << 10;

/// Two signed statements and what shows that they exclude each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "contradiction", rename_all = "snake_case", deny_unknown_fields)]
pub enum Contradiction {
    /// Two notes of one origin and size with different roots.
    TwoRoots { note_a: String, note_b: String },
    /// Two notes, and a consistency proof from another root at the smaller size.
    Inconsistent { small: String, large: String, other_root: String, proof: Vec<String> },
    /// Two headers of one origin and seq, both signed by a desk of one party.
    TwoHeaders { header_a: String, header_b: String },
}

/// Why evidence does not show a contradiction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the evidence does not show a contradiction: {0}")]
pub struct EvidenceFault(pub String);

impl Contradiction {
    /// The canonical encoding.
    pub fn encode(&self) -> String {
        let value = serde_json::to_value(self).expect("evidence is plain strings");
        let bytes = canon::to_canonical(&value).expect("evidence is plain strings");
        String::from_utf8(bytes).expect("canonical JSON is UTF-8")
    }

    /// Reads the canonical encoding.
    pub fn decode(text: &str) -> Result<Contradiction, EvidenceFault> {
        if text.len() > MAX_EVIDENCE_BYTES {
            return Err(EvidenceFault("too long".to_owned()));
        }
        let value = canon::parse_canonical(text.as_bytes()).map_err(|fault| EvidenceFault(fault.to_string()))?;
        serde_json::from_value(value).map_err(|fault| EvidenceFault(fault.to_string()))
    }

    /// The origin that the evidence is about, as it says itself.
    pub fn origin(&self) -> Option<String> {
        let first_line = |note: &str| note.lines().next().map(str::to_owned);
        match self {
            Contradiction::TwoRoots { note_a, .. } => first_line(note_a),
            Contradiction::Inconsistent { small, .. } => first_line(small),
            Contradiction::TwoHeaders { header_a, .. } => {
                Header::parse(header_a.as_bytes()).ok().map(|header| header.origin)
            }
        }
    }

    /// Checks it against the author's log key and, by desk, its desk keys.
    pub fn verify(
        &self,
        log_public: &[u8; 32],
        desk_public: &dyn Fn(&str) -> Option<[u8; 32]>,
        verifier: &dyn Verifier,
    ) -> Result<(), EvidenceFault> {
        let fault = |why: &str| Err(EvidenceFault(why.to_owned()));
        match self {
            Contradiction::TwoRoots { note_a, note_b } => {
                let (a, b) = self.open(note_a, note_b, log_public, verifier)?;
                if a.size != b.size || a.root == b.root {
                    return fault("the notes are not of one size with different roots");
                }
            }
            Contradiction::Inconsistent { small, large, other_root, proof } => {
                let (a, b) = self.open(small, large, log_public, verifier)?;
                let other = root_of(other_root)?;
                let proof = proof.iter().map(|hash| root_of(hash)).collect::<Result<Vec<_>, _>>()?;
                let leads = verify_consistency(a.size, b.size, &other, &b.root, &proof);
                if a.size == 0 || other == a.root || !leads {
                    return fault("the proof does not lead from another root to the larger note");
                }
            }
            Contradiction::TwoHeaders { header_a, header_b } => {
                return two_headers(header_a, header_b, desk_public, verifier);
            }
        }
        Ok(())
    }

    fn open(
        &self,
        a: &str,
        b: &str,
        public: &[u8; 32],
        verifier: &dyn Verifier,
    ) -> Result<(Checkpoint, Checkpoint), EvidenceFault> {
        let origin = self.origin().unwrap_or_default();
        let open = |note: &str| {
            let opened = open_checkpoint(note, &origin, public, verifier);
            opened.map_err(|fault| EvidenceFault(fault.to_string()))
        };
        Ok((open(a)?, open(b)?))
    }
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.origin().unwrap_or_default();
        write!(
            f,
            "two signed states of log {origin} cannot both hold; possible causes: restored backup, copied node, forgery"
        )
    }
}

fn two_headers(
    a: &str,
    b: &str,
    desk_public: &dyn Fn(&str) -> Option<[u8; 32]>,
    verifier: &dyn Verifier,
) -> Result<(), EvidenceFault> {
    let open = |text: &str| {
        let header = Header::parse(text.as_bytes()).map_err(|fault| EvidenceFault(fault.to_string()))?;
        let signed = desk_public(&header.desk).is_some_and(|public| header.verify(&public, verifier));
        if signed { Ok(header) } else { Err(EvidenceFault("a header's signature does not hold".to_owned())) }
    };
    let (a, b) = (open(a)?, open(b)?);
    if a.origin == b.origin && a.seq == b.seq && a != b {
        Ok(())
    } else {
        Err(EvidenceFault("the headers are not two of one origin and seq".to_owned()))
    }
}

fn root_of(text: &str) -> Result<Hash, EvidenceFault> {
    let root = hex::decode(text).ok().and_then(|root| root.try_into().ok());
    root.ok_or_else(|| EvidenceFault("a hash is not 64 hexadecimal digits".to_owned()))
}
