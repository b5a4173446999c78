//! Coming back: newest snapshot, the records after it, the same `apply`; and a second look
//! at everything that was loaded.

use crate::engine::{Engine, State};
use crate::event::{Event, Facts, LineEvent, Record};
use crate::input::Input;
use crate::keyring::{Keyring, NoKeys};
use crate::limits::SHOWN_CHARS;
use crate::stall::in_short;
use accord::ids::{Desk, LineId, Party};
use accord::time::Now;
use accord::{Event as MindEvent, TroubleKey};
use ledger::canon::to_canonical;
use ledger::header::Header;
use ledger::keys::Hash;
use ledger::merkle::Tree;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Members of the mind that come from settings and not from records.
const SETTINGS: [&str; 2] = ["own", "desks"];

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
        read(seq, bytes)
    }

    /// Reads of a record as journaled what [`Engine::replay`] needs; sooner than all of it.
    pub fn read_facts(seq: u64, bytes: &[u8]) -> Result<Facts, RecoveryFault> {
        read(seq, bytes)
    }

    /// Applies the facts of a journaled record. Re-verifies: order of records, place of every entry in its
    /// log, and, where a cosignature names a root, that root.
    pub fn replay(&mut self, facts: &Facts) -> Result<(), RecoveryFault> {
        let Facts { seq, now, events } = facts;
        if *seq != self.state.next_seq {
            return Err(RecoveryFault::Order {
                expected: self.state.next_seq,
                found: *seq,
            });
        }
        for event in events {
            self.state.recheck(event).map_err(|why| RecoveryFault::Entry {
                seq: *seq,
                why: in_short(&why),
            })?;
            self.state.apply(*now, event);
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
        let state: State = serde_json::from_slice(bytes)
            .map_err(|why| RecoveryFault::Snapshot(in_short(&why.to_string())))?;
        if state.next_seq == 0 {
            return Err(RecoveryFault::Snapshot("records count from 1".to_owned()));
        }
        for line in state.lines.values() {
            if let Some(held) = &line.peer.held
                && !is_root(&line.peer.tree, held.size, &held.root)
            {
                return Err(RecoveryFault::Snapshot(format!(
                    "line {}: root differs",
                    line.config.line
                )));
            }
        }
        Ok(Engine::with_state(state, keyring))
    }

    /// Names the desks of this run, which the settings may have changed since a snapshot.
    pub fn set_desks(&mut self, desks: Vec<Desk>) {
        self.state.mind.set_ladder(desks);
    }

    /// An engine before the first record that has neither keys nor settings: for replays alone, which need none.
    pub fn without_keys() -> Engine {
        Engine::new(Party(String::new()), Vec::new(), Box::new(NoKeys))
    }

    /// SHA-256 over `detente/state/v1\n` and what the records made of the state: as compact JSON with members in the
    /// order of their names, without the party's name and its desks, which are settings. The same records give the
    /// same digest, whether they were lived, replayed, or covered by a snapshot, to programs of one version. Costs the
    /// state as JSON.
    pub fn digest(&self) -> Hash {
        let mut state = serde_json::to_value(&self.state).expect("the state is plain data with string keys");
        let mind = state["mind"].as_object_mut().expect("the mind has members");
        for setting in SETTINGS {
            mind.remove(setting).expect("settings stand in the mind");
        }
        state.sort_all_objects();
        let mut hash = Sha256::new();
        hash.update(b"detente/state/v1\n");
        hash.update(state.to_string().as_bytes());
        hash.finalize().into()
    }

    /// The first place where the state of `other` is not this one's, as a JSON pointer with
    /// both values, shortened; none when they are equal. Costs both states as JSON.
    pub fn difference(&self, other: &Engine) -> Option<String> {
        let (own, others) = (self.snapshot(), other.snapshot());
        if own == others {
            return None;
        }
        let read = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap_or(Value::Null);
        let found = differing(&read(&own), &read(&others), String::new());
        Some(found.unwrap_or_else(|| "equal values, written differently".to_owned()))
    }

    /// To be called once, after recovery and before the first input. `boot` names this run.
    pub fn started(&mut self, boot: u64, now: Now) {
        self.name_run(boot);
        let lines: Vec<LineId> = self.state.lines.keys().cloned().collect();
        for line in lines {
            self.add_session(now, &line);
        }
        let faults = self.state.mind.standing_faults().into_iter();
        for key in faults.filter(TroubleKey::ends_with_run) {
            let over = self.input(Input::TroubleOver(key));
            over.expect("at the start nothing waits, and faults are few");
        }
    }
}

/// Whether a tree has reached a size, and had this root there.
fn is_root(tree: &Tree, size: u64, root: &str) -> bool {
    tree.size() >= size && hex::encode(tree.root_at(size)) == root
}

/// Where two values part, depth first.
fn differing(one: &Value, other: &Value, at: String) -> Option<String> {
    let nothing = Value::Null;
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            let value = |of: &Map<String, Value>, key: &String| of.get(key).unwrap_or(&nothing).clone();
            keys.into_iter()
                .find_map(|key| differing(&value(one, key), &value(other, key), format!("{at}/{key}")))
        }
        (Value::Array(one), Value::Array(other)) => (0..one.len().max(other.len())).find_map(|place| {
            let value = |of: &[Value]| of.get(place).unwrap_or(&nothing).clone();
            differing(&value(one), &value(other), format!("{at}/{place}"))
        }),
        _ if one == other => None,
        _ => Some(format!("{at}: {} here, {} there", short(one), short(other))),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(SHOWN_CHARS).collect()
}

fn read<T: DeserializeOwned>(seq: u64, bytes: &[u8]) -> Result<T, RecoveryFault> {
    serde_json::from_slice(bytes).map_err(|why| RecoveryFault::Record {
        seq,
        why: in_short(&why.to_string()),
    })
}

impl State {
    /// A second look at a fact before it is applied.
    fn recheck(&self, event: &Event) -> Result<(), String> {
        match event {
            Event::Line { line, what } => self.recheck_line(line, what),
            Event::Mind {
                mind: MindEvent::Act { line, act, .. },
            } => {
                if !self.lines.contains_key(line) {
                    return Err(format!("line {line} was never added"));
                }
                let body = to_canonical(&act.to_body());
                body.map(|_| ())
                    .map_err(|fault| format!("line {line}: an act that no log can hold: {fault}"))
            }
            _ => Ok(()),
        }
    }

    fn recheck_line(&self, id: &LineId, what: &LineEvent) -> Result<(), String> {
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
                return is_root(&line.peer.tree, *size, root)
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
