//! One wire per line: connections that come and go, and frames under way on them.
//!
//! Within a connection frames arrive in order, as on TCP, unless the world is unruly: then
//! they also come twice, late and out of order, which no engine may mind.

use crate::audit::What;
use crate::faults::Faults;
use crate::limits::NET_MOST_US;
use crate::rng::Rng;
use accord::ids::LineId;
use engine::frame::Entry;
use engine::input::Conn;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Which end of a wire, and which node is there.
pub type End = usize;

/// A wire.
#[derive(Debug)]
pub struct Wire {
    /// Its line.
    pub line: LineId,
    /// The nodes at its ends, inviter first.
    pub nodes: [usize; 2],
    /// The connection that stands.
    pub conn: Option<Conn>,
    /// What each end believes: the connection it was told of.
    pub told: [Option<Conn>; 2],
    /// Cut in both directions.
    pub cut: bool,
    /// Silent towards an end.
    pub silent: [bool; 2],
    /// Frames held by the silence, towards each end.
    pub held: [Vec<(Conn, Vec<u8>)>; 2],
    /// What left each end on this connection, for the order of safety traffic.
    pub safety: [SafetyLane; 2],
    /// When something last befell it or one of its ends, true time, µs.
    pub disturbed_us: i64,
    /// Everything that left each end, with its instant.
    pub left: [Sha256; 2],
    newest: Conn,
    last_due_us: [i64; 2],
}

/// What an end has sent on a connection, and what of its safety traffic is still to leave.
#[derive(Debug, Default)]
pub struct SafetyLane {
    sent: BTreeSet<What>,
    /// With the number of other entries that left since it was acknowledged.
    owed: BTreeMap<What, u32>,
}

impl SafetyLane {
    /// A safety act was acknowledged.
    pub fn owe(&mut self, what: What) {
        if !self.sent.contains(&what) {
            self.owed.insert(what, 0);
        }
    }

    /// An entry leaves, in the order of the log or ahead of it. How many others left before it, when it
    /// was owed.
    pub fn sent(&mut self, entry: &Entry, in_order: bool) -> Option<u32> {
        let what = What::of_entry(&entry.to_bytes());
        let before = what.as_ref().and_then(|what| self.owed.remove(what));
        self.sent.extend(what);
        let others = self.owed.values_mut().filter(|_| in_order);
        others.for_each(|before| *before += 1);
        before
    }
}

impl Wire {
    /// A wire that nothing has crossed.
    pub fn new(line: LineId, nodes: [usize; 2]) -> Self {
        Wire {
            line,
            nodes,
            conn: None,
            told: [None; 2],
            cut: false,
            silent: [false; 2],
            held: Default::default(),
            safety: Default::default(),
            disturbed_us: 0,
            left: Default::default(),
            newest: 0,
            last_due_us: [0; 2],
        }
    }

    /// A new connection.
    pub fn connect(&mut self) -> Conn {
        self.newest += 1;
        self.conn = Some(self.newest);
        self.last_due_us = [0; 2];
        self.held = Default::default();
        self.safety = Default::default();
        self.newest
    }

    /// A frame leaves an end.
    pub fn note_left(&mut self, end: End, at_us: i64, bytes: &[u8]) {
        self.left[end].update(at_us.to_be_bytes());
        self.left[end].update(Sha256::digest(bytes));
    }

    /// What left either end, as one hash each, hexadecimal.
    pub fn frames(&self) -> [String; 2] {
        let [one, two] = &self.left;
        [one, two].map(|left| hex::encode(left.clone().finalize()))
    }

    /// The end at which a node is.
    pub fn end_of(&self, node: usize) -> Option<End> {
        self.nodes.iter().position(|at| *at == node)
    }

    /// When a frame sent now reaches `to`; several instants when it comes more than once.
    pub fn due(&mut self, to: End, now_us: i64, faults: &Faults, rng: &mut Rng) -> Vec<i64> {
        let late_us = now_us + rng.between(20, NET_MOST_US);
        if rng.chance(faults.unruly) {
            let again_us = now_us + rng.between(20, 10 * NET_MOST_US);
            return if rng.chance(500) {
                vec![late_us, again_us]
            } else {
                vec![again_us]
            };
        }
        let due_us = late_us.max(self.last_due_us[to] + 1);
        self.last_due_us[to] = due_us;
        vec![due_us]
    }
}
