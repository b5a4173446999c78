//! Giving acts their place in our log, and opening logs.

use crate::engine::Engine;
use crate::event::{LineEvent, Rank, Unsealed};
use crate::frame::Entry;
use crate::input::LogOf;
use crate::keyring::{KeyRole, NODE_DESK};
use crate::line::{ClosedEpoch, KIND_OPEN, KIND_RECEIVED, Line, Receipts, canonical, entry_key, head_key};
use accord::Input as MindInput;
use accord::ids::{Desk, LineId};
use accord::time::Now;
use ledger::header::{Header, Unsigned};
use ledger::limits::MAX_PREVIOUS;
use ledger::merkle::empty_root;
use serde_json::json;

/// What a cosigning key on a line says, written in act 0 of each log (design rule: RECEIVED
/// means on the peer's disk).
pub const STATEMENT: &str = "The cosigning key named here states with each cosignature: I hold on durable storage the header and the opened body of every entry below this size.";

impl Engine {
    /// Seals whatever may be sealed. A node seals nothing on a line before HELLO was settled
    /// once since it started: a restored node would state twice what it had stated before.
    pub(crate) fn seal(&mut self, now: Now) {
        let synced: Vec<LineId> = self.synced_lines();
        for line in synced {
            while let Some(rank) = self.state.lines.get(&line).and_then(Line::next_rank) {
                if !self.seal_one(now, &line, rank) {
                    break;
                }
            }
        }
    }

    /// Queues act 0 of our log in the present epoch.
    pub(crate) fn queue_open(&mut self, now: Now, id: &LineId) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let own = &line.config.own;
        let body = json!({
            "party": own.party,
            "peer": line.config.peer.party,
            "epoch": line.epoch,
            "statement": STATEMENT,
            "log": own.log,
            "cosign": own.cosign,
            "desks": own.desks,
            "previous": previous(line),
        });
        let act = Unsealed {
            act_ref: None,
            kind: KIND_OPEN.to_owned(),
            desk: Desk::from(NODE_DESK),
            drill: false,
            at: now.wall_us,
            body: canonical(&body),
        };
        self.emit_line(
            now,
            id,
            LineEvent::Queued {
                rank: Rank::System,
                act,
            },
        );
    }

    fn synced_lines(&self) -> Vec<LineId> {
        let synced = self.sessions.iter().filter(|(_, session)| session.synced);
        synced.map(|(line, _)| line.clone()).collect()
    }

    /// Whether an entry was made. It is not when the desk's key is missing: the act then
    /// waits, and `doctor` names the key.
    fn seal_one(&mut self, now: Now, id: &LineId, rank: Rank) -> bool {
        let Some(line) = self.state.lines.get(id) else {
            return false;
        };
        let Some(act) = line.unsealed[rank as usize].front() else {
            return false;
        };
        let role = KeyRole::Desk(act.desk.clone());
        let Some(signer) = self.keyring.signer(id, &role) else {
            return false;
        };
        let (epoch, seq) = (line.epoch, line.own.tree.size());
        let salt = self
            .keyring
            .stream(Some(id), &format!("salt/{epoch}/{}", act.at), seq);
        let unsigned = Unsigned {
            origin: line.own_origin(),
            seq,
            kind: act.kind.clone(),
            desk: act.desk.0.clone(),
            drill: act.drill,
            at: act.at,
            seen: line.peer.seen_by_us(),
            body: Header::commitment(&salt, act.body.as_bytes()),
        };
        let header = unsigned.sign(signer).to_bytes();
        let (act_ref, at_us, body) = (act.act_ref, act.at, act.body.clone().into_bytes());
        let receipts = (act.kind == KIND_RECEIVED).then(|| serde_json::from_str::<Receipts>(&act.body).ok());
        self.store(
            id,
            LogOf::Own,
            epoch,
            seq,
            Entry {
                header: header.clone(),
                salt,
                body: Some(body),
            },
        );
        let header = String::from_utf8(header).expect("headers are canonical JSON");
        self.emit_line(
            now,
            id,
            LineEvent::Sealed {
                rank,
                header,
                salt: hex::encode(salt),
            },
        );
        if let Some(receipts) = receipts.flatten() {
            self.tell_receipted(now, id, &receipts);
        }
        if let Some(act_ref) = act_ref {
            let line = id.clone();
            self.tell_mind(
                now,
                &MindInput::Sealed {
                    line,
                    epoch,
                    seq,
                    act_ref,
                    at_us,
                },
            );
        }
        true
    }

    /// Our own statement of RECEIVED has its place.
    pub(crate) fn tell_receipted(&mut self, now: Now, id: &LineId, receipts: &Receipts) {
        let (epoch, entries) = (receipts.epoch, receipts.pairs(u64::MAX).unwrap_or_default());
        self.tell_mind(
            now,
            &MindInput::Receipted {
                line: id.clone(),
                epoch,
                entries,
            },
        );
    }

    /// Keeps every cosigned checkpoint in the side table: the first that covers an act is its
    /// receipt, however long the log grows.
    pub(crate) fn store_head(&mut self, id: &LineId, what: &LineEvent) {
        let (of, size) = match what {
            LineEvent::Cosigned { size, .. } => (LogOf::Own, *size),
            LineEvent::Held { size, .. } => (LogOf::Peer, *size),
            _ => return,
        };
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let Some(head) = self.log_state(id, of).and_then(|state| state.cosigned) else {
            return;
        };
        let bytes = serde_json::to_vec(&head).expect("heads are plain strings");
        let key = head_key(id, of, line.epoch, size);
        self.batch.stores.push((key, bytes));
    }

    /// Puts an entry's text into the side table with this batch.
    pub(crate) fn store(&mut self, line: &LineId, of: LogOf, epoch: u32, seq: u64, entry: Entry) {
        self.batch
            .stores
            .push((entry_key(line, of, epoch, seq), entry.to_bytes()));
    }
}

/// How both logs ended in each epoch that was closed since the last one in which the peer countersigned
/// our act 0: what was closed before that one stands there.
fn previous(line: &Line) -> Vec<serde_json::Value> {
    let stands = |closed: &ClosedEpoch| closed.own_cosigned.is_some();
    let from = line.closed.iter().rposition(stands).unwrap_or_default();
    let newest = line.closed.len().saturating_sub(MAX_PREVIOUS);
    line.closed[from.max(newest)..].iter().map(ending).collect()
}

fn ending(closed: &ClosedEpoch) -> serde_json::Value {
    let nothing = || (0, hex::encode(empty_root()));
    let own = closed.own_cosigned.as_ref();
    let own = own.map_or_else(nothing, |cosigned| (cosigned.size, closed.own_root.clone()));
    let peer = closed.peer_held.as_ref();
    let peer = peer.map_or_else(nothing, |held| (held.size, held.root.clone()));
    json!({
        "epoch": closed.epoch,
        "why": closed.why,
        "own": { "size": own.0, "root": own.1 },
        "peer": { "size": peer.0, "root": peer.1 },
    })
}
