//! Checkpoints (C2SP tlog-checkpoint): the signed head of one log.

use crate::keys::{Hash, Signer, Verifier};
use crate::limits::{MAX_INTEGER, MAX_KEY_NAME_BYTES};
use crate::note::{Note, NoteFault, sign_note};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The state of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log, see [`crate::header::Origin`].
    pub origin: String,
    /// Number of entries, at most 2^53 − 1.
    pub size: u64,
    /// Merkle root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed: origin, size, root in base64, a line each.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads what [`Checkpoint::body`] wrote. Extension lines are refused: logs of this system have
    /// none, and nobody here could say what they mean.
    pub fn parse(body: &str) -> Option<Checkpoint> {
        let mut lines = body.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        if lines.next().is_some() || origin.is_empty() || origin.len() > MAX_KEY_NAME_BYTES {
            return None;
        }
        let count: u64 = size.parse().ok()?;
        if count > MAX_INTEGER.unsigned_abs() || count.to_string() != size {
            return None;
        }
        let root: Hash = STANDARD.decode(root).ok()?.try_into().ok()?;
        Some(Checkpoint {
            origin: origin.to_owned(),
            size: count,
            root,
        })
    }
}

/// Signs a checkpoint as a note. `key_name` is the origin.
pub fn sign_checkpoint(checkpoint: &Checkpoint, key_name: &str, signer: &dyn Signer) -> String {
    sign_note(&checkpoint.body(), key_name, signer)
}

/// Opens a checkpoint: the note is signed by the key `public` named `key_name`, and is the
/// checkpoint of the log of that name. Signature lines of other keys are ignored.
///
/// # Errors
/// The first [`NoteFault`] in their order.
pub fn open_checkpoint(
    note: &str,
    key_name: &str,
    public: &[u8; 32],
    verifier: &dyn Verifier,
) -> Result<Checkpoint, NoteFault> {
    open_bare(note, key_name, public, verifier).map(|(checkpoint, _)| checkpoint)
}

/// Opens a checkpoint and gives the note again with the log's own signature line alone: what
/// lines others have put on it cannot swell evidence.
///
/// # Errors
/// As [`open_checkpoint`].
pub fn open_bare(
    note: &str,
    key_name: &str,
    public: &[u8; 32],
    verifier: &dyn Verifier,
) -> Result<(Checkpoint, String), NoteFault> {
    let note = Note::parse(note)?;
    let line = note.signed_by(key_name, public, verifier)?.line();
    let checkpoint = Checkpoint::parse(&note.text).ok_or(NoteFault::NotACheckpoint)?;
    if checkpoint.origin != key_name {
        return Err(NoteFault::OtherOrigin);
    }
    Ok((checkpoint, format!("{}\n{line}\n", note.text)))
}

#[cfg(test)]
mod tests;
