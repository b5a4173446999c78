//! Contradictions: two statements under one party's keys that cannot both hold.

use crate::canon::{parse_canonical, to_canonical};
use crate::checkpoint::{Checkpoint, open_bare};
use crate::header::{Header, Origin, lower_hex};
use crate::keys::{Hash, PartyKeys, Verifier};
use crate::limits::{MAX_CONTRADICTION_BYTES, MAX_PROOF_HASHES};
use crate::merkle;
use crate::note::NoteFault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fmt;
use thiserror::Error;

const FORMAT: &str = "detente/contradiction/v1";

/// Why something is no contradiction, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ContradictionFault {
    /// Not a text that [`Contradiction::encode`] writes.
    #[error("not a contradiction: {0}")]
    Malformed(&'static str),
    /// A checkpoint that does not open under the party's log key.
    #[error("{which} checkpoint: {fault}")]
    Note {
        /// First or second, smaller or larger.
        which: &'static str,
        /// What is wrong with it.
        fault: NoteFault,
    },
    /// A header that is none, or that its desk did not sign.
    #[error("{which} header: {why}")]
    Header {
        /// First or second.
        which: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Everything is signed, and both can hold.
    #[error("the two statements can both hold: {0}")]
    Compatible(&'static str),
}

/// Evidence that two signed states of one log cannot both hold. It says so and no more: the cause
/// may be a restored backup, a copied node, or forgery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// Two checkpoints of one log and size with different roots.
    TwoRoots {
        /// A signed checkpoint.
        note_a: String,
        /// A signed checkpoint.
        note_b: String,
    },
    /// A larger checkpoint that grew out of another root than the smaller one states.
    Inconsistent {
        /// The smaller checkpoint, signed.
        small: String,
        /// The larger checkpoint, signed.
        large: String,
        /// The root at the smaller size out of which the larger tree grew.
        root: Hash,
        /// Consistency proof from `root` to the larger checkpoint.
        proof: Vec<Hash>,
    },
    /// Two headers for one place in one log.
    TwoHeaders {
        /// Bytes of a signed header.
        header_a: String,
        /// Bytes of a signed header.
        header_b: String,
    },
}

impl Contradiction {
    /// Reads what [`Contradiction::encode`] wrote. Nothing is verified.
    ///
    /// # Errors
    /// [`ContradictionFault::Malformed`].
    pub fn decode(text: &str) -> Result<Contradiction, ContradictionFault> {
        let malformed = ContradictionFault::Malformed;
        if text.len() > MAX_CONTRADICTION_BYTES {
            return Err(malformed("over 4 KiB"));
        }
        let value = parse_canonical(text.as_bytes()).map_err(|_| malformed("not canonical JSON"))?;
        Contradiction::from_value(&value)
    }

    /// One line of canonical JSON. Below 4 KiB when the notes bear the log's signature line alone,
    /// as [`open_bare`] gives them.
    pub fn encode(&self) -> String {
        let bytes = to_canonical(&self.to_value()).expect("strings and short arrays of them are canonical");
        String::from_utf8(bytes).expect("canonical JSON is UTF-8")
    }

    /// The log of which two states are stated, as the first of them names it: an [`Origin`], and not
    /// verified.
    pub fn origin(&self) -> Option<String> {
        match self {
            Contradiction::TwoRoots { note_a: note, .. }
            | Contradiction::Inconsistent { small: note, .. } => {
                let origin = note.split('\n').next()?;
                Origin::parse(origin).ok().map(|origin| origin.to_string())
            }
            Contradiction::TwoHeaders { header_a, .. } => Header::parse(header_a.as_bytes())
                .ok()
                .map(|header| header.origin),
        }
    }

    /// Whether both statements are signed under the party's keys and cannot both hold.
    ///
    /// # Errors
    /// The first [`ContradictionFault`].
    pub fn verify(&self, keys: &PartyKeys, verifier: &dyn Verifier) -> Result<(), ContradictionFault> {
        let malformed = ContradictionFault::Malformed("no origin of this system");
        let origin = self.origin().ok_or(malformed)?;
        let open = |which, note: &str| {
            let opened = open_bare(note, &origin, &keys.log, verifier);
            opened
                .map(|(checkpoint, _)| checkpoint)
                .map_err(|fault| ContradictionFault::Note { which, fault })
        };
        match self {
            Contradiction::TwoRoots { note_a, note_b } => {
                two_roots(&open("first", note_a)?, &open("second", note_b)?)
            }
            Contradiction::Inconsistent {
                small,
                large,
                root,
                proof,
            } => inconsistent(&open("smaller", small)?, &open("larger", large)?, root, proof),
            Contradiction::TwoHeaders { header_a, header_b } => {
                let first = signed_header("first", header_a, keys, verifier)?;
                two_headers(&first, &signed_header("second", header_b, keys, verifier)?)
            }
        }
    }
}

impl Contradiction {
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Contradiction::TwoRoots { note_a, note_b } => {
                json!({ "a": note_a, "b": note_b, "format": FORMAT, "kind": "two-roots" })
            }
            Contradiction::Inconsistent {
                small,
                large,
                root,
                proof,
            } => {
                let (proof, root) = (proof.iter().map(|h| STANDARD.encode(h)), hex::encode(root));
                let proof: Vec<String> = proof.collect();
                json!({
                    "format": FORMAT, "kind": "inconsistent",
                    "large": large, "proof": proof, "root": root, "small": small,
                })
            }
            Contradiction::TwoHeaders { header_a, header_b } => {
                json!({ "a": header_a, "b": header_b, "format": FORMAT, "kind": "two-headers" })
            }
        }
    }

    pub(crate) fn from_value(value: &Value) -> Result<Contradiction, ContradictionFault> {
        let malformed = ContradictionFault::Malformed;
        let found = read(value).ok_or(malformed("not the fields of one"))?;
        // The same value again: no unknown field, no second spelling.
        if found.to_value() != *value {
            return Err(malformed("a field that it does not have"));
        }
        let short = found.encode().len() <= MAX_CONTRADICTION_BYTES;
        if short {
            Ok(found)
        } else {
            Err(malformed("over 4 KiB"))
        }
    }
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.origin().unwrap_or_else(|| "(unreadable)".to_owned());
        write!(
            f,
            "two signed states of log {origin} cannot both hold; possible causes: restored backup, copied node, forgery"
        )
    }
}

fn two_roots(a: &Checkpoint, b: &Checkpoint) -> Result<(), ContradictionFault> {
    let compatible = ContradictionFault::Compatible;
    if a.size != b.size {
        return Err(compatible("their sizes differ, and no proof relates them"));
    }
    if a.root == b.root {
        Err(compatible("their roots are the same"))
    } else {
        Ok(())
    }
}

fn inconsistent(
    small: &Checkpoint,
    large: &Checkpoint,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ContradictionFault> {
    let compatible = ContradictionFault::Compatible;
    if small.size == 0 || small.size >= large.size {
        return Err(compatible("the sizes are not a smaller and a larger one"));
    }
    if small.root == *root {
        return Err(compatible("the larger grew out of the smaller"));
    }
    let grew = merkle::verify_consistency(proof, small.size, large.size, root, &large.root);
    if grew {
        Ok(())
    } else {
        Err(compatible("the proof does not hold"))
    }
}

fn two_headers(a: &Header, b: &Header) -> Result<(), ContradictionFault> {
    let compatible = ContradictionFault::Compatible;
    if (&a.origin, a.seq) != (&b.origin, b.seq) {
        return Err(compatible("the headers have different places"));
    }
    if a == b {
        Err(compatible("the headers are the same"))
    } else {
        Ok(())
    }
}

fn signed_header(
    which: &'static str,
    text: &str,
    keys: &PartyKeys,
    verifier: &dyn Verifier,
) -> Result<Header, ContradictionFault> {
    let fault = |why: String| ContradictionFault::Header { which, why };
    let header = Header::parse(text.as_bytes()).map_err(|why| fault(why.to_string()))?;
    let key = keys
        .desks
        .get(&header.desk)
        .ok_or_else(|| fault("the desk has no key".to_owned()))?;
    if header.verify(key, verifier) {
        Ok(header)
    } else {
        Err(fault("the desk's signature does not hold".to_owned()))
    }
}

fn read(value: &Value) -> Option<Contradiction> {
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
    match text("kind")?.as_str() {
        "two-roots" => Some(Contradiction::TwoRoots {
            note_a: text("a")?,
            note_b: text("b")?,
        }),
        "two-headers" => Some(Contradiction::TwoHeaders {
            header_a: text("a")?,
            header_b: text("b")?,
        }),
        "inconsistent" => {
            let proof = value
                .get("proof")?
                .as_array()
                .filter(|proof| proof.len() <= MAX_PROOF_HASHES)?;
            let hashes = proof
                .iter()
                .map(|hash| STANDARD.decode(hash.as_str()?).ok()?.try_into().ok());
            let (small, large) = (text("small")?, text("large")?);
            let root = lower_hex(&text("root")?)?;
            Some(Contradiction::Inconsistent {
                small,
                large,
                root,
                proof: hashes.collect::<Option<_>>()?,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
