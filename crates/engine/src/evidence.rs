//! Making and checking evidence of contradictions out of what a line holds.

use crate::line::{Held, Line};
use ledger::checkpoint::Checkpoint;
use ledger::contradiction::Contradiction;
use ledger::header::Origin;
use ledger::keys::Verifier;

/// The peer signed `small`, but its own entries, which we cosigned up to `held`, lead to
/// another root at that size.
pub(crate) fn fork(line: &Line, small: &Checkpoint, note: &str, held: &Held) -> Contradiction {
    if small.size == held.size {
        return Contradiction::TwoRoots {
            note_a: note.to_owned(),
            note_b: held.note.clone(),
        };
    }
    let proof = line.peer.tree.consistency(small.size, held.size);
    Contradiction::Inconsistent {
        small: note.to_owned(),
        large: held.note.clone(),
        root: line.peer.tree.root_at(small.size),
        proof,
    }
}

/// Checks evidence that a peer sent, about either log of this line; gives its wording.
pub(crate) fn check(line: &Line, evidence: &str, verifier: &dyn Verifier) -> Result<String, String> {
    let contradiction = Contradiction::decode(evidence).map_err(|fault| fault.to_string())?;
    let origin = contradiction
        .origin()
        .and_then(|origin| Origin::parse(&origin).ok());
    let origin = origin
        .filter(|origin| origin.line == line.config.line.0)
        .ok_or("of another line")?;
    let own = origin.side == line.config.side.letter();
    let keys = if own { &line.config.own } else { &line.config.peer };
    let keys = keys.party_keys().ok_or("keys unreadable")?;
    contradiction
        .verify(&keys, verifier)
        .map_err(|fault| fault.to_string())?;
    Ok(contradiction.to_string())
}
