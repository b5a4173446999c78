//! Signed notes (C2SP signed-note), with Ed25519 keys.

use crate::keys::{Signer, Verifier, sha256};
use crate::limits::{MAX_KEY_NAME_BYTES, MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES, MAX_SIGNATURE_LINE_BYTES};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

/// Key type of a plain Ed25519 signature over the note's text.
pub const ED25519: u8 = 0x01;

/// Key type of a timestamped Ed25519 cosignature (C2SP tlog-cosignature).
pub const COSIGNATURE: u8 = 0x04;

/// What every signature line begins with.
const DASH: &str = "— ";

/// Why a note was refused, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoteFault {
    /// More bytes than a note may have.
    #[error("note over {MAX_NOTE_BYTES} bytes")]
    TooLong,
    /// A control character other than newline.
    #[error("note holds a control character")]
    Control,
    /// No text, empty line and signature lines, each ended by a newline.
    #[error("not a signed note")]
    Malformed,
    /// More signature lines than a note may have.
    #[error("note has over {MAX_NOTE_SIGNATURES} signatures")]
    TooManySignatures,
    /// A line that is not a signature line.
    #[error("signature line {line} is malformed")]
    SignatureLine {
        /// Counted from 1.
        line: usize,
    },
    /// No line is from the key expected.
    #[error("not signed by the key expected")]
    Unsigned,
    /// A line bears the name and id of the key expected, and its signature does not hold.
    #[error("signature does not hold")]
    BadSignature,
    /// The text is not a checkpoint as this system writes them.
    #[error("the text is not a checkpoint")]
    NotACheckpoint,
    /// The origin in the text is not the name of the key.
    #[error("checkpoint of another log")]
    OtherOrigin,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// The key's id: what [`key_id`] gives.
    pub id: [u8; 4],
    /// What follows the id.
    pub bytes: Vec<u8>,
}

/// A note whose signatures nobody has checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The signed text, with its last newline.
    pub text: String,
    /// The signature lines, in order.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a note without checking any signature.
    ///
    /// # Errors
    /// Any [`NoteFault`] before [`NoteFault::Unsigned`].
    pub fn parse(note: &str) -> Result<Note, NoteFault> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteFault::TooLong);
        }
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteFault::Control);
        }
        let border = note.rfind("\n\n").ok_or(NoteFault::Malformed)?;
        let (text, lines) = (&note[..=border], &note[border + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteFault::Malformed)?;
        if lines.split('\n').count() > MAX_NOTE_SIGNATURES {
            return Err(NoteFault::TooManySignatures);
        }
        let numbered = lines.split('\n').enumerate();
        let signatures = numbered
            .map(|(n, line)| NoteSignature::parse(line).ok_or(NoteFault::SignatureLine { line: n + 1 }));
        Ok(Note {
            text: text.to_owned(),
            signatures: signatures.collect::<Result<_, _>>()?,
        })
    }

    /// Checks the note under one Ed25519 key and gives the first signature line of that key. Lines
    /// of other keys are ignored.
    ///
    /// # Errors
    /// [`NoteFault::Unsigned`]; [`NoteFault::BadSignature`] when any line of that key does not hold.
    pub fn signed_by(
        &self,
        name: &str,
        public: &[u8; 32],
        verifier: &dyn Verifier,
    ) -> Result<&NoteSignature, NoteFault> {
        let id = key_id(name, ED25519, public);
        let mut ours = self
            .signatures
            .iter()
            .filter(|line| line.name == name && line.id == id)
            .peekable();
        let first = *ours.peek().ok_or(NoteFault::Unsigned)?;
        let holds = |line: &NoteSignature| {
            let sig = <&[u8; 64]>::try_from(line.bytes.as_slice());
            sig.is_ok_and(|sig| verifier.verify(public, self.text.as_bytes(), sig))
        };
        if ours.all(holds) {
            Ok(first)
        } else {
            Err(NoteFault::BadSignature)
        }
    }
}

impl NoteSignature {
    /// Reads one line, without its newline.
    pub fn parse(line: &str) -> Option<NoteSignature> {
        if line.len() > MAX_SIGNATURE_LINE_BYTES {
            return None;
        }
        let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded).ok()?;
        let (id, bytes) = decoded.split_first_chunk::<4>()?;
        if !is_key_name(name) || bytes.is_empty() {
            return None;
        }
        Some(NoteSignature {
            name: name.to_owned(),
            id: *id,
            bytes: bytes.to_vec(),
        })
    }

    /// The line, without its newline.
    pub fn line(&self) -> String {
        let bytes = [&self.id[..], &self.bytes].concat();
        format!("{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// Signs `text`, which ends in a newline, under the Ed25519 key of `signer` named `name`.
pub fn sign_note(text: &str, name: &str, signer: &dyn Signer) -> String {
    let id = key_id(name, ED25519, &signer.public());
    let bytes = signer.sign(text.as_bytes()).to_vec();
    let signature = NoteSignature {
        name: name.to_owned(),
        id,
        bytes,
    };
    format!("{text}\n{}\n", signature.line())
}

/// The id of a key on signature lines: the first four bytes of SHA-256(name ‖ newline ‖ type ‖ key).
pub fn key_id(name: &str, key_type: u8, public: &[u8; 32]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[key_type], public]);
    *hash.first_chunk().expect("a hash has 32 bytes")
}

/// A key in the verifier-key format of C2SP signed-note: `name+id+base64(type ‖ key)`.
pub fn vkey(name: &str, key_type: u8, public: &[u8; 32]) -> String {
    let id = hex::encode(key_id(name, key_type, public));
    let key = STANDARD.encode([&[key_type], &public[..]].concat());
    format!("{name}+{id}+{key}")
}

/// Reads what [`vkey`] wrote: name, key type, key. `None` when anything is amiss, the id included.
pub fn parse_vkey(text: &str) -> Option<(String, u8, [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let key = STANDARD.decode(key).ok()?;
    let (key_type, public) = key.split_first()?;
    let public: [u8; 32] = public.try_into().ok()?;
    let expected = hex::encode(key_id(name, *key_type, &public));
    (is_key_name(name) && id == expected).then(|| (name.to_owned(), *key_type, public))
}

/// Whether `name` may name a key: not empty, no Unicode space, no plus, no control character.
pub(crate) fn is_key_name(name: &str) -> bool {
    let barred = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && name.len() <= MAX_KEY_NAME_BYTES && !name.contains(barred)
}

#[cfg(test)]
mod tests;
