//! One line as it stands in the journal: two logs, what waits for a place in ours, what the
//! peer is owed.
//!
//! Invariants, checked by [`Line::check_invariants`]:
//! - owed entries are exactly our entries from the peer's cosigned size to the end of our log;
//! - the peer's held size never exceeds its log as we hold it;
//! - nothing is cosigned below, or besides, the largest cosignature this node ever gave, so
//!   far as any of the two nodes remembers.

mod keys;
mod receipts;
mod tree_form;

pub use keys::{entry_key, head_key};
pub use ledger::header::KIND_OPEN;
pub use receipts::{ReceiptRun, Receipts};

use crate::event::{LineConfig, LineEvent, Rank, Side, Unsealed};
use crate::frame::Entry;
use crate::limits::MAX_CONTRADICTIONS;
use accord::ids::Desk;
use ledger::canon;
use ledger::header::{Header, Origin, Seen};
use ledger::keys::Hash;
use ledger::merkle::Tree;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Header type of the statement that entries are on this node's disk.
pub const KIND_RECEIVED: &str = "received";
/// Header type of a commander's signature under a new epoch.
pub const KIND_ACCEPT: &str = "accept-epoch";

/// A line's durable state.
#[derive(Serialize, Deserialize)]
pub struct Line {
    /// What was fixed when it was made.
    pub config: LineConfig,
    /// The epoch of both logs.
    pub epoch: u32,
    /// Our log.
    pub own: OwnLog,
    /// The peer's log, as we hold it.
    pub peer: PeerLog,
    /// Acts stated that have no place in our log yet, by [`Rank`].
    pub unsealed: [VecDeque<Unsealed>; 3],
    /// Our commander signed this epoch.
    pub accepted_own: bool,
    /// The peer's commander signed this epoch.
    pub accepted_peer: bool,
    /// Why the peer's log is not cosigned at present.
    pub stalled: Option<String>,
    /// The peer's first HELLO has come.
    pub joined: bool,
    /// Epochs that were closed, oldest first.
    pub closed: Vec<ClosedEpoch>,
    /// Evidence of contradictions, newest last; bounded.
    pub contradictions: Vec<String>,
    /// Our own acts that the peer gave back, until the peer's entries they had seen are
    /// here again.
    pub restored: VecDeque<RestoredAct>,
}

/// Our log.
#[derive(Serialize, Deserialize, Default)]
pub struct OwnLog {
    /// Leaf hashes and the tree over them.
    #[serde(with = "tree_form")]
    pub tree: Tree,
    /// Entries the peer has not cosigned.
    pub owed: BTreeMap<u64, Owed>,
    /// The peer's newest cosignature.
    pub cosigned: Option<Cosigned>,
    /// How much of the peer's log our newest entry says we had seen.
    pub seen_size: u64,
    /// Instants of receipts that the peer stated ahead of its cosignature: shown with it.
    pub receipts: BTreeMap<u64, i64>,
}

/// An entry that is owed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Owed {
    /// The unsealed act it was made from.
    pub act: Unsealed,
    /// Its rank then.
    pub rank: Rank,
    /// Canonical header.
    pub header: String,
    /// Salt, hexadecimal.
    pub salt: String,
}

/// The peer's newest cosignature on our log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cosigned {
    /// Size that it covers.
    pub size: u64,
    /// Its time, s: the peer's word.
    pub time_s: u64,
    /// The signature line.
    pub cosignature: String,
}

/// The peer's log, as we hold it.
#[derive(Serialize, Deserialize)]
pub struct PeerLog {
    /// Leaf hashes and the tree over them.
    #[serde(with = "tree_form")]
    pub tree: Tree,
    /// The newest checkpoint we cosigned.
    pub held: Option<Held>,
    /// How much of our log the peer's newest entry says it had seen.
    pub seen_size: u64,
    /// Instants of receipts that came back with our own log after a restore.
    pub restored_receipts: BTreeMap<u64, i64>,
    /// Entries that came ahead of the log.
    pub ahead: BTreeMap<u64, Ahead>,
    /// A cosignature of ours that the peer showed and this node had forgotten.
    pub cosign_floor: Option<Floor>,
}

/// An entry that came ahead of the log, signed by its desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ahead {
    /// Canonical header.
    pub header: String,
    /// When it came, µs.
    pub at_us: i64,
    /// What it speaks of was not here yet: it is heard again when the log reaches it.
    pub not_understood: bool,
}

/// Never cosign a tree smaller than this, nor one that does not continue it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// Its size.
    pub size: u64,
    /// Its root, hexadecimal.
    pub root: String,
    /// The checkpoint as the peer signed it.
    pub note: String,
}

/// A checkpoint of the peer that we cosigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its size.
    pub size: u64,
    /// Its root, hexadecimal.
    pub root: String,
    /// The time in our cosignature, s.
    pub time_s: u64,
    /// The checkpoint as the peer signed it.
    pub note: String,
}

/// An epoch that was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedEpoch {
    /// Its number.
    pub epoch: u32,
    /// Why its successor was opened.
    pub why: String,
    /// Size of our log when it was closed.
    pub own_size: u64,
    /// The peer's last cosignature on our log.
    pub own_cosigned: Option<Cosigned>,
    /// Root that the cosignature covers, hexadecimal.
    pub own_root: String,
    /// Size of the peer's log as we held it.
    pub peer_size: u64,
    /// The last checkpoint of the peer that we cosigned.
    pub peer_held: Option<Held>,
}

/// One of our own acts, given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoredAct {
    /// Its number among our statements, when it still waited here for a place.
    pub act_ref: Option<u64>,
    /// Its epoch.
    #[serde(default)]
    pub epoch: u32,
    /// How much of the peer's log of that epoch it had seen.
    pub seen_size: u64,
    /// Its leaf index.
    pub seq: u64,
    /// Its header type.
    pub kind: String,
    /// The desk that stated it.
    pub desk: Desk,
    /// Exercise traffic.
    pub drill: bool,
    /// When it was stated, µs.
    pub at_us: i64,
    /// Canonical body.
    pub body: String,
}

impl RestoredAct {
    /// Its body; null when it cannot be read.
    pub(crate) fn body(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl PeerLog {
    /// An empty log.
    pub fn new() -> Self {
        PeerLog {
            tree: Tree::new(),
            held: None,
            seen_size: 0,
            restored_receipts: BTreeMap::new(),
            ahead: BTreeMap::new(),
            cosign_floor: None,
        }
    }

    /// What an act of ours may say it has seen: the newest checkpoint that we cosigned.
    pub fn seen_by_us(&self) -> Seen {
        let held = self.held.as_ref();
        held.map_or_else(empty_seen, |held| Seen {
            size: held.size,
            root: root_of(&held.root),
        })
    }
}

impl Default for PeerLog {
    fn default() -> Self {
        Self::new()
    }
}

impl Line {
    /// A line that was just made.
    pub fn new(config: LineConfig) -> Self {
        Line {
            config,
            epoch: 0,
            own: OwnLog::default(),
            peer: PeerLog::new(),
            unsealed: Default::default(),
            accepted_own: true,
            accepted_peer: true,
            stalled: None,
            joined: false,
            closed: Vec::new(),
            contradictions: Vec::new(),
            restored: VecDeque::new(),
        }
    }

    /// Applies a fact. Never refuses: what may happen was decided before.
    pub fn apply(&mut self, event: &LineEvent) {
        match event {
            LineEvent::Queued { rank, act } => self.queue(*rank, act.clone()),
            LineEvent::Sealed { rank, header, salt } => self.sealed(*rank, header, salt),
            LineEvent::TakenBack {
                header,
                body,
                salt: _,
            } => self.taken_back(header, body.as_deref()),
            LineEvent::RestoredTold { epoch, seq } => self
                .restored
                .retain(|act| act.seq != *seq || epoch.is_some_and(|epoch| epoch != act.epoch)),
            LineEvent::Taken { header } => self.taken(header),
            LineEvent::Ahead {
                epoch: _,
                seq,
                header,
                at_us,
            } => {
                let (header, at_us) = (header.clone(), *at_us);
                let ahead = Ahead {
                    header,
                    at_us,
                    not_understood: false,
                };
                self.peer.ahead.insert(*seq, ahead);
            }
            LineEvent::Held {
                size,
                root,
                time_s,
                note,
            } => {
                let held = Held {
                    size: *size,
                    root: root.clone(),
                    time_s: *time_s,
                    note: note.clone(),
                };
                self.peer.held = Some(held);
            }
            LineEvent::CosignFloor { size, root, note } => {
                let (size, root, note) = (*size, root.clone(), note.clone());
                self.peer.cosign_floor = Some(Floor { size, root, note });
            }
            LineEvent::Cosigned {
                size,
                time_s,
                cosignature,
            } => self.cosigned(*size, *time_s, cosignature),
            LineEvent::ReceiptsAhead { receipts } => self.own.receipts.extend(receipts.iter().copied()),
            LineEvent::Stalled { why } => self.stalled = Some(why.clone()),
            LineEvent::Resumed => self.stalled = None,
            LineEvent::EpochOpened { epoch, why } => self.open_epoch(*epoch, why),
            LineEvent::EpochAccepted { own } if *own => self.accepted_own = true,
            LineEvent::EpochAccepted { own: _ } => self.accepted_peer = true,
            LineEvent::Contradiction { evidence } => {
                self.contradictions.push(evidence.clone());
                let excess = self.contradictions.len().saturating_sub(MAX_CONTRADICTIONS);
                self.contradictions.drain(..excess);
            }
            LineEvent::Joined => self.joined = true,
        }
    }

    /// Adds an act that waits for its place: act 0 before all others.
    pub fn queue(&mut self, rank: Rank, act: Unsealed) {
        let queue = &mut self.unsealed[rank as usize];
        if act.kind == KIND_OPEN {
            queue.push_front(act);
        } else {
            queue.push_back(act);
        }
    }

    /// The origin of our log.
    pub fn own_origin(&self) -> String {
        self.origin_in(self.config.side, self.epoch)
    }

    /// The origin of the peer's log.
    pub fn peer_origin(&self) -> String {
        self.origin_in(self.config.side.other(), self.epoch)
    }

    /// The origin of a log of this line.
    pub fn origin_in(&self, side: Side, epoch: u32) -> String {
        let line = self.config.line.0.clone();
        let side = side.letter().to_owned();
        Origin { line, side, epoch }.to_string()
    }

    /// What stands of an epoch that is closed.
    pub fn closed_epoch(&self, epoch: u32) -> Option<&ClosedEpoch> {
        self.closed.iter().find(|closed| closed.epoch == epoch)
    }

    /// The rank of the act that is to be sealed next, if any may be. None may while this node
    /// does not hold what its own entries say it had seen, as after a restore: what is seen
    /// never goes back.
    pub fn next_rank(&self) -> Option<Rank> {
        if self.held_size() < self.own.seen_size {
            return None;
        }
        let may = |rank: &Rank| *rank != Rank::Rest || (self.accepted_own && self.accepted_peer);
        let ranks = [Rank::System, Rank::Safety, Rank::Rest].into_iter();
        ranks
            .filter(may)
            .find(|rank| !self.unsealed[*rank as usize].is_empty())
    }

    /// Acts that the peer has not cosigned, sealed or not.
    pub fn owes(&self) -> usize {
        self.own.owed.len() + self.unsealed.iter().map(VecDeque::len).sum::<usize>()
    }

    /// The size of our log that the peer has cosigned.
    pub fn cosigned_size(&self) -> u64 {
        self.own.cosigned.as_ref().map_or(0, |cosigned| cosigned.size)
    }

    /// The size of our log in an epoch that the peer has cosigned.
    pub fn cosigned_in(&self, epoch: u32) -> u64 {
        if epoch == self.epoch {
            return self.cosigned_size();
        }
        let closed = self.closed_epoch(epoch);
        let cosigned = closed.and_then(|closed| closed.own_cosigned.as_ref());
        cosigned.map_or(0, |cosigned| cosigned.size)
    }

    /// The size of the peer's log that we have cosigned.
    pub fn held_size(&self) -> u64 {
        self.peer.held.as_ref().map_or(0, |held| held.size)
    }

    /// The size below which nothing of the peer's log is cosigned.
    pub fn floor_size(&self) -> u64 {
        self.peer.cosign_floor.as_ref().map_or(0, |floor| floor.size)
    }

    /// Stops the process when an invariant of this file does not hold.
    pub fn check_invariants(&self) {
        let owed = self.own.owed.len() as u64;
        assert_eq!(
            self.cosigned_size() + owed,
            self.own.tree.size(),
            "owed entries end our log"
        );
        assert!(
            self.held_size() <= self.peer.tree.size(),
            "no cosignature beyond what we hold"
        );
    }

    fn sealed(&mut self, rank: Rank, header: &str, salt: &str) {
        let act = self.unsealed[rank as usize].pop_front();
        let act = act.expect("an entry is sealed only from the front of its rank");
        let seq = self.own.tree.push(Header::leaf_hash(header.as_bytes()));
        self.own.seen_size = self.held_size();
        let owed = Owed {
            act,
            rank,
            header: header.to_owned(),
            salt: salt.to_owned(),
        };
        self.own.owed.insert(seq, owed);
    }

    fn taken_back(&mut self, header: &str, body: Option<&str>) {
        let seq = self.own.tree.push(Header::leaf_hash(header.as_bytes()));
        let Ok(header) = Header::parse(header.as_bytes()) else {
            return;
        };
        self.own.seen_size = header.seen.size;
        let Some(body) = body else { return };
        if header.kind == KIND_RECEIVED {
            self.note_restored_receipts(body);
        }
        let waited = self.had_a_place(&header, body);
        match header.kind.as_str() {
            KIND_OPEN => {}
            KIND_ACCEPT => self.accepted_own = true,
            _ => self.restored.push_back(RestoredAct {
                act_ref: waited.and_then(|act| act.act_ref),
                epoch: self.epoch,
                seen_size: header.seen.size,
                seq,
                kind: header.kind,
                desk: Desk(header.desk),
                drill: header.drill,
                at_us: header.at,
                body: body.to_owned(),
            }),
        }
    }

    /// Takes an act out of those that wait for a place, when it is the one that this header
    /// gave a place to: it is not stated twice.
    fn had_a_place(&mut self, header: &Header, body: &str) -> Option<Unsealed> {
        let same = |act: &Unsealed| {
            (act.at, act.drill, &act.kind, &act.desk.0)
                == (header.at, header.drill, &header.kind, &header.desk)
                && act.body == body
        };
        let mut queues = self.unsealed.iter_mut();
        queues.find_map(|queue| queue.iter().position(same).and_then(|at| queue.remove(at)))
    }

    fn taken(&mut self, header: &str) {
        let seq = self.peer.tree.push(Header::leaf_hash(header.as_bytes()));
        self.peer.ahead.remove(&seq);
        self.peer.restored_receipts.remove(&seq);
        if let Ok(header) = Header::parse(header.as_bytes()) {
            self.peer.seen_size = header.seen.size;
        }
    }

    fn cosigned(&mut self, size: u64, time_s: u64, cosignature: &str) {
        self.own.owed = self.own.owed.split_off(&size);
        self.own.receipts = self.own.receipts.split_off(&size);
        self.own.cosigned = Some(Cosigned {
            size,
            time_s,
            cosignature: cosignature.to_owned(),
        });
    }

    /// Closes both logs. What the peer never cosigned is stated again in the new epoch, so
    /// that nothing a desk said is lost.
    fn open_epoch(&mut self, epoch: u32, why: &str) {
        let own = std::mem::take(&mut self.own);
        let peer = std::mem::take(&mut self.peer);
        let own_cosigned_size = own.cosigned.as_ref().map_or(0, |cosigned| cosigned.size);
        self.closed.push(ClosedEpoch {
            epoch: self.epoch,
            why: why.to_owned(),
            own_size: own.tree.size(),
            own_root: hex::encode(own.tree.root_at(own_cosigned_size)),
            own_cosigned: own.cosigned,
            peer_size: peer.tree.size(),
            peer_held: peer.held,
        });
        self.epoch = epoch;
        self.accepted_own = false;
        self.accepted_peer = false;
        self.stalled = None;
        self.unsealed[Rank::System as usize].retain(outlives_epoch);
        for owed in own.owed.into_values().rev() {
            if owed.rank != Rank::System || outlives_epoch(&owed.act) {
                self.unsealed[owed.rank as usize].push_front(owed.act);
            }
        }
    }
}

impl Owed {
    /// The entry as it travels.
    pub fn entry(&self) -> Entry {
        let salt = hex::decode(&self.salt).ok().and_then(|salt| salt.try_into().ok());
        Entry {
            header: self.header.clone().into_bytes(),
            salt: salt.expect("salts are written by this node as 64 hexadecimal digits"),
            body: Some(self.act.body.clone().into_bytes()),
        }
    }
}

/// Whether an act of the node itself that has no standing place when an epoch is closed is stated again.
fn outlives_epoch(act: &Unsealed) -> bool {
    act.kind == KIND_RECEIVED
}

/// Reads a root kept as hexadecimal.
pub fn root_of(text: &str) -> Hash {
    hex::decode(text)
        .ok()
        .and_then(|root| root.try_into().ok())
        .unwrap_or_default()
}

/// The state of a log of which nothing was seen.
pub fn empty_seen() -> Seen {
    Seen {
        size: 0,
        root: Tree::new().root(),
    }
}

/// Canonical text of a value that holds only strings, integers, lists and objects.
pub fn canonical(value: &serde_json::Value) -> String {
    let bytes = canon::to_canonical(value).expect("bodies hold integers within the canonical range");
    String::from_utf8(bytes).expect("canonical JSON is UTF-8")
}
