//! Checkpoints (C2SP tlog-checkpoint) as signed notes (C2SP signed-note).

use crate::keys::{Hash, Signer, Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Longest note, in bytes.
pub const MAX_NOTE_BYTES: usize = 16 << 10;

/// Most signature lines looked at.
pub const MAX_SIGNATURES: usize = 64;

/// Signature type of Ed25519 over the note text.
pub const TYPE_ED25519: u8 = 1;

/// Signature type of a timestamped cosignature.
pub const TYPE_COSIGNATURE: u8 = 4;

/// A tree head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// Why a note does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// Too long, not UTF-8, or not text, blank line, signatures.
    #[error("not a signed note")]
    Shape,
    /// The text is no checkpoint.
    #[error("the note's text is not a checkpoint")]
    Checkpoint,
    /// Of another log.
    #[error("the checkpoint is of log {0}")]
    Origin(String),
    /// No signature line of the key.
    #[error("the note has no signature of {0}")]
    Unsigned(String),
    /// There is one, and it does not hold.
    #[error("the signature of {0} does not hold")]
    Signature(String),
}

impl Checkpoint {
    /// The note text: origin, size, root, a line each.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads a note text; extension lines are allowed and ignored.
    pub fn parse(text: &str) -> Result<Checkpoint, NoteFault> {
        let mut lines = text.strip_suffix('\n').ok_or(NoteFault::Checkpoint)?.split('\n');
        let mut next = || lines.next().filter(|line| !line.is_empty()).ok_or(NoteFault::Checkpoint);
        let (origin, size, root) = (next()?, next()?, next()?);
        let number: u64 = size.parse().map_err(|_| NoteFault::Checkpoint)?;
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        if number.to_string() != size {
            return Err(NoteFault::Checkpoint);
        }
        Ok(Checkpoint { origin: origin.to_owned(), size: number, root: root.ok_or(NoteFault::Checkpoint)? })
    }
}

/// A checkpoint as a note with one Ed25519 signature.
pub fn sign_checkpoint(checkpoint: &Checkpoint, key_name: &str, signer: &dyn Signer) -> String {
    let body = checkpoint.body();
    let line = signature_line(key_name, TYPE_ED25519, &signer.public(), &signer.sign(body.as_bytes()));
    format!("{body}\n{line}")
}

/// Opens a note that must be signed by the key; unknown signature lines are ignored.
pub fn open_checkpoint(
    note: &str,
    key_name: &str,
    public: &[u8; 32],
    verifier: &dyn Verifier,
) -> Result<Checkpoint, NoteFault> {
    let (text, signatures) = split_note(note)?;
    let mut found = false;
    for line in signatures.lines().take(MAX_SIGNATURES) {
        let Some(signature) = read_signature(line, key_name, TYPE_ED25519, public) else { continue };
        found = true;
        let signature: [u8; 64] = signature.try_into().map_err(|_| NoteFault::Signature(key_name.to_owned()))?;
        if verifier.verify(public, text.as_bytes(), &signature) {
            let checkpoint = Checkpoint::parse(text)?;
            let same = checkpoint.origin == key_name;
            return if same { Ok(checkpoint) } else { Err(NoteFault::Origin(checkpoint.origin)) };
        }
    }
    let name = key_name.to_owned();
    Err(if found { NoteFault::Signature(name) } else { NoteFault::Unsigned(name) })
}

/// The verifier key of C2SP signed-note: name+hash+base64(type ‖ key).
pub fn vkey(name: &str, kind: u8, public: &[u8; 32]) -> String {
    let mut key = vec![kind];
    key.extend_from_slice(public);
    format!("{name}+{}+{}", hex::encode(key_id(name, kind, public)), STANDARD.encode(key))
}

/// Splits a note into its text (with its last newline) and its signature lines.
pub fn split_note(note: &str) -> Result<(&str, &str), NoteFault> {
    if note.len() > MAX_NOTE_BYTES || note.chars().any(|c| c.is_control() && c != '\n') {
        return Err(NoteFault::Shape);
    }
    let at = note.rfind("\n\n").ok_or(NoteFault::Shape)?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    let lines_ok = !signatures.is_empty() && signatures.ends_with('\n');
    if lines_ok { Ok((text, signatures)) } else { Err(NoteFault::Shape) }
}

pub(crate) fn signature_line(name: &str, kind: u8, public: &[u8; 32], signature: &[u8]) -> String {
    let mut bytes = key_id(name, kind, public).to_vec();
    bytes.extend_from_slice(signature);
    format!("\u{2014} {name} {}\n", STANDARD.encode(bytes))
}

/// The signature bytes of a line, if it is of this key.
pub(crate) fn read_signature(line: &str, name: &str, kind: u8, public: &[u8; 32]) -> Option<Vec<u8>> {
    let rest = line.strip_prefix("\u{2014} ")?.strip_prefix(name)?.strip_prefix(' ')?;
    let bytes = STANDARD.decode(rest).ok()?;
    let signature = bytes.strip_prefix(&key_id(name, kind, public))?;
    Some(signature.to_vec())
}

fn key_id(name: &str, kind: u8, public: &[u8; 32]) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([b'\n', kind]);
    hash.update(public);
    let hash: Hash = hash.finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}
