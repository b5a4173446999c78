//! Coming back: newest snapshot, the records after it, the same `apply`; and a second look
//! at everything that was loaded.

use crate::engine::{Engine, State};
use crate::event::{Event, LineEvent, Record};
use crate::keyring::Keyring;
use accord::ids::LineId;
use accord::time::Now;
use ledger::header::Header;

/// Why a journal cannot be the state of this node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum RecoveryFault {
    /// A record out of order.
    #[error("record {found} stands where record {expected} belongs; restore a backup")]
    Order { expected: u64, found: u64 },
    /// An entry that its own log contradicts.
    #[error("record {seq}: {why}; the journal was altered or damaged, restore a backup")]
    Entry { seq: u64, why: String },
    /// A snapshot that cannot be read.
    #[error("the snapshot cannot be read ({0}); the records before it are still there: recover without it")]
    Snapshot(String),
    /// The bytes of a record are no record.
    #[error("record {seq} cannot be read: {why}")]
    Record { seq: u64, why: String },
}

impl Engine {
    /// Reads a record as journaled.
    pub fn read_record(seq: u64, bytes: &[u8]) -> Result<Record, RecoveryFault> {
        serde_json::from_slice(bytes).map_err(|why| RecoveryFault::Record {
            seq,
            why: why.to_string(),
        })
    }

    /// Applies a journaled record. Re-verifies: order of records, place of every entry in its
    /// log, and, where a cosignature names a root, that root.
    pub fn replay(&mut self, record: &Record) -> Result<(), RecoveryFault> {
        if record.seq != self.state.next_seq {
            return Err(RecoveryFault::Order {
                expected: self.state.next_seq,
                found: record.seq,
            });
        }
        for event in &record.events {
            self.state
                .recheck(event)
                .map_err(|why| RecoveryFault::Entry { seq: record.seq, why })?;
            self.state.apply(record.now, event);
        }
        self.state.next_seq += 1;
        Ok(())
    }

    /// The state, to be stored beside the journal with the sequence it covers.
    pub fn snapshot(&self) -> Vec<u8> {
        serde_json::to_vec(&self.state).expect("the state is plain data with string keys")
    }

    /// An engine out of a snapshot.
    pub fn from_snapshot(bytes: &[u8], keyring: Box<dyn Keyring>) -> Result<Engine, RecoveryFault> {
        let state: State =
            serde_json::from_slice(bytes).map_err(|why| RecoveryFault::Snapshot(why.to_string()))?;
        for line in state.lines.values() {
            if let Some(held) = &line.peer.held
                && hex::encode(line.peer.tree.root_at(held.size)) != held.root
            {
                return Err(RecoveryFault::Snapshot(format!(
                    "line {}: root differs",
                    line.config.line
                )));
            }
        }
        Ok(Engine::with_state(state, keyring))
    }

    /// To be called once, after recovery and before the first input. `boot` names this run.
    pub fn started(&mut self, boot: u64, now: Now) {
        self.name_run(boot);
        let lines: Vec<LineId> = self.state.lines.keys().cloned().collect();
        for line in lines {
            self.add_session(now, &line);
        }
    }
}

impl State {
    /// A second look at a fact before it is applied.
    fn recheck(&self, event: &Event) -> Result<(), String> {
        let Event::Line { line: id, what } = event else {
            return Ok(());
        };
        let line = self
            .lines
            .get(id)
            .ok_or_else(|| format!("line {id} was never added"))?;
        let (header, origin, seq) = match what {
            LineEvent::Sealed { header, rank, .. } => {
                if line.unsealed[*rank as usize].is_empty() {
                    return Err(format!("line {id}: an entry was sealed that nobody stated"));
                }
                (header, line.own_origin(), line.own.tree.size())
            }
            LineEvent::TakenBack { header, .. } => (header, line.own_origin(), line.own.tree.size()),
            LineEvent::Taken { header } => (header, line.peer_origin(), line.peer.tree.size()),
            LineEvent::Held { size, root, .. } => {
                let holds =
                    line.peer.tree.size() >= *size && hex::encode(line.peer.tree.root_at(*size)) == *root;
                return holds
                    .then_some(())
                    .ok_or_else(|| format!("line {id}: root at {size} differs"));
            }
            _ => return Ok(()),
        };
        let header = Header::parse(header.as_bytes()).map_err(|fault| format!("line {id}: {fault}"))?;
        if header.origin == origin && header.seq == seq {
            Ok(())
        } else {
            Err(format!(
                "line {id}: entry {} of {} stands at place {seq}",
                header.seq, header.origin
            ))
        }
    }
}
