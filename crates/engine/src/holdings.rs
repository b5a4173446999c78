//! What this node holds in memory that others can make grow, each beside its limit.

use crate::engine::Engine;
use crate::limits::{
    LINE_BATCH, LINE_QUOTA, MAX_AHEAD, MAX_CONTRADICTIONS, MAX_EPOCHS, MAX_IDEMPOTENCY_KEYS, MAX_OWED_IN_ALL,
    MAX_RESTORE, MAX_RESTORED_KEPT, QUEUE_LENGTHS,
};
use crate::line::Line;
use crate::queue::Lane;
use crate::session::Session;
use accord::ids::LineId;
use std::collections::VecDeque;

/// Something that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// What, in words.
    pub what: &'static str,
    /// The line for which it is held; none for the node as a whole.
    pub line: Option<LineId>,
    /// How many.
    pub held: usize,
    /// How many at the very most.
    pub most: usize,
    /// It is let go of as soon as its line has settled; else it stays, within its limit.
    pub passing: bool,
}

impl Holding {
    fn passing(what: &'static str, held: usize, most: usize) -> Self {
        Holding {
            what,
            line: None,
            held,
            most,
            passing: true,
        }
    }

    fn lasting(what: &'static str, held: usize, most: usize) -> Self {
        Holding {
            passing: false,
            ..Holding::passing(what, held, most)
        }
    }
}

impl Engine {
    /// Everything that is held, each beside its limit.
    pub fn holdings(&self) -> Vec<Holding> {
        let mut holdings = self.of_node();
        for (id, line) in &self.state.lines {
            let session = self.sessions.get(id);
            let of_line = of_line(line).into_iter();
            let of_line = of_line.chain(session.into_iter().flat_map(of_session));
            holdings.extend(of_line.map(|holding| Holding {
                line: Some(id.clone()),
                ..holding
            }));
        }
        holdings
    }

    fn of_node(&self) -> Vec<Holding> {
        let lane =
            |lane: Lane| Holding::passing(lane.name(), self.queues.len(lane), QUEUE_LENGTHS[lane as usize]);
        let mut holdings = [Lane::Safety, Lane::Lines, Lane::Desks, Lane::Pool]
            .map(lane)
            .to_vec();
        holdings.push(Holding::lasting(
            "answers kept for retries",
            self.state.remembered.len(),
            MAX_IDEMPOTENCY_KEYS,
        ));
        holdings
    }
}

fn of_line(line: &Line) -> [Holding; 7] {
    let most = MAX_OWED_IN_ALL + LINE_BATCH;
    let restored = usize::try_from(MAX_RESTORE).unwrap_or(usize::MAX);
    let unsealed = line.unsealed.iter().map(VecDeque::len).sum();
    [
        Holding::passing(
            "entries that the peer has not cosigned",
            line.own.owed.len(),
            most,
        ),
        Holding::passing("acts that wait for a place", unsealed, most),
        Holding::passing(
            "receipts ahead of their cosignature",
            line.own.receipts.len(),
            most,
        ),
        // A peer that was put back may never get as far again.
        Holding::lasting("entries ahead of the log", line.peer.ahead.len(), MAX_AHEAD),
        // What they speak of may be lost at both ends: then they wait until it is stated again.
        Holding::lasting(
            "own acts given back",
            line.restored.len(),
            restored + MAX_RESTORED_KEPT,
        ),
        Holding::lasting("closed epochs", line.closed.len(), MAX_EPOCHS as usize),
        Holding::lasting("contradictions", line.contradictions.len(), MAX_CONTRADICTIONS),
    ]
}

fn of_session(session: &Session) -> [Holding; 3] {
    let restored = usize::try_from(MAX_RESTORE).unwrap_or(usize::MAX);
    let restoring = session
        .restoring
        .as_ref()
        .map_or(0, |restoring| restoring.entries.len());
    [
        Holding::passing("entries read again for the peer", session.refill.len(), restored),
        Holding::passing("entries being taken back", restoring, restored),
        Holding::passing("frames of this batch", session.outbox.len(), LINE_QUOTA),
    ]
}
