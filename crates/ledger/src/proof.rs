//! Proofs that one entry stands in a log (C2SP tlog-proof): a text that is checked offline.

use crate::bundle::{Countersigned, Log};
use crate::checkpoint::{Checkpoint, open_checkpoint};
use crate::cosign::verify_cosignature;
use crate::header::Origin;
use crate::keys::{Hash, Verifier};
use crate::limits::{
    MAX_COSIGNATURES, MAX_INTEGER, MAX_NOTE_BYTES, MAX_PROOF_BYTES, MAX_PROOF_EXTRA_BYTES, MAX_PROOF_HASHES,
};
use crate::merkle::{leaf_hash, verify_inclusion};
use crate::note::{Note, NoteFault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use thiserror::Error;

const FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// Why a proof was refused, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProofFault {
    /// Not a tlog-proof, or over a limit.
    #[error("not a proof: {0}")]
    Malformed(&'static str),
    /// The checkpoint in it does not open.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] NoteFault),
    /// The entry is not in the tree of the checkpoint at that index.
    #[error("the checkpoint does not cover this entry at index {index}")]
    NotIncluded {
        /// The index stated.
        index: u64,
    },
}

/// A proof, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What opens the entry, or anything else; proves nothing.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// Inclusion proof, from the leaf's sibling to the root's child.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, with cosignatures.
    pub note: String,
}

impl Proof {
    /// The proof of entry `seq` of a log, under its first checkpoint that covers it with a
    /// cosignature, or else under the first that covers it. `extra` opens the body: salt ‖ body.
    /// `None` when nothing covers it.
    pub fn of(log: &Log, seq: u64) -> Option<Proof> {
        let size_of = |note: &str| Some(Checkpoint::parse(&Note::parse(note).ok()?.text)?.size);
        let covers = |found: &&Countersigned| {
            size_of(&found.note).is_some_and(|size| size > seq && size <= log.entries.len() as u64)
        };
        let cosigned = log
            .checkpoints
            .iter()
            .filter(covers)
            .find(|found| !found.cosignatures.is_empty());
        let found = cosigned.or_else(|| log.checkpoints.iter().find(covers))?;
        let lines = found.cosignatures.iter().map(|line| format!("{line}\n"));
        let opened = log.entries[usize::try_from(seq).ok()?].opened.as_ref();
        Some(Proof {
            extra: opened.map(|opened| [&opened.salt[..], &opened.body].concat()),
            index: seq,
            hashes: log.tree().inclusion(seq, size_of(&found.note)?),
            note: found.note.clone() + &lines.collect::<String>(),
        })
    }

    /// Reads a proof; exactly what `Display` writes.
    ///
    /// # Errors
    /// [`ProofFault::Malformed`].
    pub fn parse(text: &str) -> Result<Proof, ProofFault> {
        let malformed = ProofFault::Malformed;
        if text.len() > MAX_PROOF_BYTES {
            return Err(malformed("too long"));
        }
        let (head, note) = text.split_once("\n\n").ok_or(malformed("no empty line"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FORMAT) {
            return Err(malformed("another format"));
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra = extra
            .map(|line| extra_of(line).ok_or(malformed("extra")))
            .transpose()?;
        let index = lines.next().and_then(index_of).ok_or(malformed("index"))?;
        let hashes: Option<Vec<Hash>> = lines.take(MAX_PROOF_HASHES + 1).map(hash_of).collect();
        let hashes = hashes.filter(|hashes| hashes.len() <= MAX_PROOF_HASHES);
        let hashes = hashes.ok_or(malformed("a hash, or too many"))?;
        if note.len() > MAX_NOTE_BYTES {
            return Err(malformed("checkpoint too long"));
        }
        Ok(Proof {
            extra,
            index,
            hashes,
            note: note.to_owned(),
        })
    }

    /// Whether `entry` (the bytes of a header) stands in the log `origin` under its key.
    ///
    /// # Errors
    /// The first [`ProofFault`].
    pub fn verify(
        &self,
        entry: &[u8],
        origin: &Origin,
        log_public: &[u8; 32],
        verifier: &dyn Verifier,
    ) -> Result<Checkpoint, ProofFault> {
        let checkpoint = open_checkpoint(&self.note, &origin.to_string(), log_public, verifier)?;
        let (leaf, index) = (leaf_hash(entry), self.index);
        let included = verify_inclusion(&self.hashes, index, checkpoint.size, &leaf, &checkpoint.root);
        if included {
            Ok(checkpoint)
        } else {
            Err(ProofFault::NotIncluded { index })
        }
    }

    /// The earliest time (POSIX seconds) at which the cosigner put its name under the checkpoint;
    /// `None` when it did not.
    pub fn cosigned_at(
        &self,
        checkpoint: &Checkpoint,
        cosigner_name: &str,
        public: &[u8; 32],
        verifier: &dyn Verifier,
    ) -> Option<u64> {
        let note = Note::parse(&self.note).ok()?;
        let lines = note
            .signatures
            .iter()
            .filter(|line| line.name == cosigner_name)
            .take(MAX_COSIGNATURES);
        let time = |line: String| verify_cosignature(checkpoint, &line, cosigner_name, public, verifier);
        lines.filter_map(|line| time(line.line())).min()
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FORMAT}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.note)
    }
}

fn extra_of(line: &str) -> Option<Vec<u8>> {
    let extra = STANDARD.decode(line.strip_prefix("extra ")?).ok()?;
    (extra.len() <= MAX_PROOF_EXTRA_BYTES).then_some(extra)
}

fn index_of(line: &str) -> Option<u64> {
    let digits = line.strip_prefix("index ")?;
    let index: u64 = digits.parse().ok()?;
    (index.to_string() == digits && index <= MAX_INTEGER.unsigned_abs()).then_some(index)
}

fn hash_of(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests;
