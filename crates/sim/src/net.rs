//! One wire per line: connections that come and go, and frames under way on them.
//!
//! Within a connection frames arrive in order, as on TCP, unless the world is unruly: then
//! they also come twice, late and out of order, which no engine may mind.

use crate::faults::Faults;
use crate::limits::NET_MOST_US;
use crate::rng::Rng;
use accord::ids::LineId;
use engine::input::Conn;

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
    newest: Conn,
    last_due_us: [i64; 2],
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
        self.newest
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
