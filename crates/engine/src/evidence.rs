//! Making and checking evidence of contradictions out of what a line holds.

use crate::engine::Engine;
use crate::frame::Entry;
use crate::input::{LogOf, Purpose, Reading};
use crate::keyring::KeyRole;
use crate::line::Line;
use accord::ids::{Desk, LineId};
use accord::time::Now;
use ledger::checkpoint::Checkpoint;
use ledger::contradiction::Contradiction;
use ledger::header::{Header, Origin};
use ledger::keys::Verifier;
use ledger::merkle::Tree;

/// The peer signed `small`, but its own entries in `tree`, which it signed up to `large`, lead
/// to another root at that size.
pub(crate) fn fork(tree: &Tree, small: &Checkpoint, note: &str, (size, large): (u64, &str)) -> Contradiction {
    let (note, large) = (note.to_owned(), large.to_owned());
    if small.size == size {
        return Contradiction::TwoRoots {
            note_a: note,
            note_b: large,
        };
    }
    Contradiction::Inconsistent {
        small: note,
        large,
        root: tree.root_at(small.size),
        proof: tree.consistency(small.size, size),
    }
}

/// Another header for a place in the peer's log than the one that is known here.
pub(crate) struct Other {
    seq: u64,
    header: String,
    /// The known one, unless it has to be read from the store.
    known: Option<String>,
}

impl Engine {
    /// The first of these entries, from place `first` on, that one of the peer's desks signed
    /// although another stands in its place: in the log, or come ahead of it.
    pub(crate) fn find_other(&self, line: &Line, first: u64, entries: &[Entry]) -> Option<Other> {
        let places = (first..).zip(entries);
        places
            .filter(|(seq, entry)| differs(line, *seq, entry))
            .find_map(|(seq, entry)| {
                let header = Header::parse(&entry.header).ok()?;
                let public = line
                    .config
                    .peer
                    .public(&KeyRole::Desk(Desk(header.desk.clone())))?;
                let of_place = header.origin == line.peer_origin() && header.seq == seq;
                let signed = of_place && header.verify(&public, self.keyring.verifier());
                let known = line.peer.ahead.get(&seq).map(|ahead| ahead.header.clone());
                signed.then(|| Other {
                    seq,
                    header: String::from_utf8_lossy(&entry.header).into_owned(),
                    known,
                })
            })
    }

    /// Two headers stand for one place. Nothing of the frame is taken; the evidence is made as
    /// soon as both are at hand.
    pub(crate) fn doubled(&mut self, now: Now, id: &LineId, other: Other) {
        let Other { seq, header, known } = other;
        if let Some(known) = known {
            return self.two_headers(now, id, known, header);
        }
        let why = format!("INCONSISTENT: entry {seq} came again with another header");
        self.stall(now, id, &why);
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        let (epoch, conn) = (line.epoch, session.conn);
        session.suspect = Some((seq, header));
        if let Some(conn) = conn {
            let reading = Reading {
                of: LogOf::Peer,
                epoch,
                from: seq,
                upto: seq + 1,
                purpose: Purpose::Compare,
            };
            self.fetch(id, conn, reading);
        }
    }

    /// Both headers are at hand: if they are what they seem, they are evidence.
    pub(crate) fn two_headers(&mut self, now: Now, id: &LineId, header_a: String, header_b: String) {
        let found = Contradiction::TwoHeaders { header_a, header_b };
        let keys = self.state.lines.get(id).map(|line| &line.config.peer);
        let holds = keys
            .and_then(crate::keyring::KeySet::party_keys)
            .is_some_and(|keys| found.verify(&keys, self.keyring.verifier()).is_ok());
        if holds {
            self.contradicted(now, id, &found);
        }
    }
}

/// Whether something else is known for this place.
fn differs(line: &Line, seq: u64, entry: &Entry) -> bool {
    if seq < line.peer.tree.size() {
        return line.peer.tree.leaf(seq) != Header::leaf_hash(&entry.header);
    }
    let ahead = line.peer.ahead.get(&seq);
    ahead.is_some_and(|ahead| ahead.header.as_bytes() != entry.header)
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
