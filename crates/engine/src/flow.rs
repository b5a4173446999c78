//! What leaves on a line once it is durable: cosignatures, urgent entries, entries in order.

use crate::engine::Engine;
use crate::event::Rank;
use crate::frame::{Acts, Beat, Cosign, Countersigned, Entry, Frame, Hello};
use crate::input::{Conn, Output};
use crate::keyring::KeyRole;
use crate::limits::{
    ACTS_FRAME_BYTES, MAX_ENTRIES_PER_FRAME, MAX_IN_FLIGHT, MAX_URGENT_ON_RETURN, URGENT_BEHIND,
};
use crate::line::{ClosedEpoch, Held, Line, root_of};
use crate::session::Session;
use accord::ids::LineId;
use accord::time::Now;
use ledger::checkpoint::{Checkpoint, sign_checkpoint};
use ledger::cosign::cosign;
use ledger::header::Origin;
use ledger::keys::Signer;

impl Engine {
    /// Frames of one line, none of them about more than `own_size` entries of ours in `epoch`;
    /// none at all when another epoch was opened since.
    pub(crate) fn flush(
        &mut self,
        id: &LineId,
        epoch: u32,
        own_size: u64,
        held: Option<&Held>,
    ) -> Vec<Output> {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return Vec::new();
        };
        let Some(conn) = session.conn.filter(|_| line.epoch == epoch) else {
            return Vec::new();
        };
        let (log, cosigner) = (
            self.keyring.signer(id, &KeyRole::Log),
            self.keyring.signer(id, &KeyRole::Cosign),
        );
        let (Some(log), Some(cosigner)) = (log, cosigner) else {
            return Vec::new();
        };
        let mut flow = Flow {
            line,
            session,
            log,
            cosigner,
            own_size,
            held,
            frames: Vec::new(),
        };
        flow.fill(self.clock);
        let frames = flow.frames.into_iter();
        frames.map(|frame| send(id, conn, &frame)).collect()
    }
}

struct Flow<'a> {
    line: &'a Line,
    session: &'a mut Session,
    log: &'a dyn Signer,
    cosigner: &'a dyn Signer,
    own_size: u64,
    held: Option<&'a Held>,
    frames: Vec<Frame>,
}

impl Flow<'_> {
    fn fill(&mut self, now: Option<Now>) {
        if self.session.hello_due {
            self.session.hello_due = false;
            let hello = self.hello(now.map_or(0, |now| now.wall_us));
            self.frames.push(Frame::Hello(hello));
        }
        self.frames.append(&mut self.session.outbox);
        if self.session.ready && self.own_size <= self.line.own.tree.size() {
            self.cosign();
            self.urgent();
            while self.acts() {}
        }
        if std::mem::take(&mut self.session.beat_due) {
            self.beat(now.map_or(0, |now| now.wall_us));
        }
    }

    /// Behind the entries that go now: it says how much was sent.
    fn beat(&mut self, wall_us: i64) {
        self.frames.push(Frame::Beat(Beat {
            wall_us,
            epoch: self.line.epoch,
            size: self.session.sent_upto,
            held: self.held.map_or(0, |held| held.size),
        }));
    }

    /// The largest checkpoint and cosignature this side holds, for both logs.
    fn hello(&self, wall_us: i64) -> Hello {
        let origin = self.line.peer_origin();
        let held = self
            .held
            .map(|held| countersigned(self.line, held, origin, self.cosigner));
        let own = (self.own_size > 0).then(|| self.own_at(self.own_size));
        Hello {
            v: 1,
            line: self.line.config.line.0.clone(),
            epoch: self.line.epoch,
            closed: None,
            wall_us,
            own,
            own_cosigned: self.line.own.cosigned.as_ref().map(|cosigned| Countersigned {
                cosignature: Some(cosigned.cosignature.clone()),
                ..self.own_at(cosigned.size)
            }),
            held,
        }
    }

    fn own_at(&self, size: u64) -> Countersigned {
        let checkpoint = Checkpoint {
            origin: self.line.own_origin(),
            size,
            root: self.line.own.tree.root_at(size),
        };
        Countersigned {
            note: sign_checkpoint(&checkpoint, &checkpoint.origin, self.log),
            cosignature: None,
        }
    }

    fn cosign(&mut self) {
        let Some(held) = self.held else { return };
        if held.size <= self.session.cosign_sent || held.size < self.line.floor_size() {
            return;
        }
        self.session.cosign_sent = held.size;
        let origin = self.line.peer_origin();
        let line = cosignature(self.line, held, origin, self.cosigner);
        let (epoch, size) = (self.line.epoch, held.size);
        self.frames.push(Frame::Cosign(Cosign { epoch, size, line }));
    }

    /// Safety entries that would wait behind others, or that the peer will not cosign, go
    /// ahead; the log brings their proof later.
    fn urgent(&mut self) {
        let cosigned = self.line.cosigned_size();
        let from = self.session.urgent_upto.max(cosigned);
        let held = self.session.peer_holds.min(cosigned);
        let behind = |seq: u64| seq > held + URGENT_BEHIND || self.session.peer_stalled.is_some();
        let owed = self.line.own.owed.range(from..self.own_size);
        let safety = owed.filter(|(seq, owed)| owed.rank == Rank::Safety && behind(**seq));
        let newest = safety.rev().take(MAX_URGENT_ON_RETURN);
        let entries: Vec<Entry> = newest.map(|(_, owed)| owed.entry()).collect();
        let epoch = self.line.epoch;
        let oldest_first = entries.into_iter().rev();
        self.frames
            .extend(oldest_first.map(|entry| Frame::Urgent { epoch, entry }));
        self.session.urgent_upto = self.own_size;
    }

    /// One frame of entries in order. Whether there may be another.
    fn acts(&mut self) -> bool {
        let first = self.session.sent_upto;
        let window = self.line.cosigned_size() + MAX_IN_FLIGHT;
        let end = self
            .own_size
            .min(window)
            .min(first + MAX_ENTRIES_PER_FRAME as u64);
        let mut entries = Vec::new();
        let mut bytes = 0;
        for seq in first..end {
            let Some(entry) = self.entry(seq).filter(|_| bytes < ACTS_FRAME_BYTES) else {
                break;
            };
            bytes += entry.size();
            entries.push(entry);
        }
        if entries.is_empty() {
            return false;
        }
        let upto = first + entries.len() as u64;
        self.session.sent_upto = upto;
        self.session.refill = self.session.refill.split_off(&upto);
        let checkpoint = self.own_at(upto).note;
        self.frames.push(Frame::Acts(Acts {
            epoch: self.line.epoch,
            first,
            entries,
            checkpoint,
        }));
        true
    }

    fn entry(&self, seq: u64) -> Option<Entry> {
        let owed = self.line.own.owed.get(&seq).map(crate::line::Owed::entry);
        owed.or_else(|| self.session.refill.get(&seq).cloned())
    }
}

/// HELLO about an epoch that is closed: what the peer cosigned of our log, and what we cosigned of
/// its.
pub(crate) fn closed_hello(
    line: &Line,
    closed: &ClosedEpoch,
    (log, cosigner): (&dyn Signer, &dyn Signer),
    wall_us: i64,
) -> Hello {
    let side = line.config.side;
    let own = closed.own_cosigned.as_ref().map(|cosigned| {
        let checkpoint = Checkpoint {
            origin: line.origin_in(side, closed.epoch),
            size: cosigned.size,
            root: root_of(&closed.own_root),
        };
        Countersigned {
            note: sign_checkpoint(&checkpoint, &checkpoint.origin, log),
            cosignature: Some(cosigned.cosignature.clone()),
        }
    });
    let theirs = line.origin_in(side.other(), closed.epoch);
    let held = closed.peer_held.as_ref();
    Hello {
        v: 1,
        line: line.config.line.0.clone(),
        epoch: closed.epoch,
        closed: Some(closed.why.clone()),
        wall_us,
        own_cosigned: own.clone(),
        own,
        held: held.map(|held| countersigned(line, held, theirs, cosigner)),
    }
}

/// What we cosigned of the peer's log of this origin.
fn countersigned(line: &Line, held: &Held, origin: String, cosigner: &dyn Signer) -> Countersigned {
    Countersigned {
        note: held.note.clone(),
        cosignature: Some(cosignature(line, held, origin, cosigner)),
    }
}

fn cosignature(line: &Line, held: &Held, origin: String, cosigner: &dyn Signer) -> String {
    let checkpoint = Checkpoint {
        origin,
        size: held.size,
        root: root_of(&held.root),
    };
    let name = cosigner_name(&line.own_origin());
    cosign(&checkpoint, &name, held.time_s, cosigner)
}

/// The name in a party's cosignatures: its own origin without the epoch, so that one name
/// and one key serve every epoch.
pub fn cosigner_name(origin: &str) -> String {
    Origin::parse(origin).map_or_else(|_| String::new(), |origin| origin.cosigner_name())
}

fn send(line: &LineId, conn: Conn, frame: &Frame) -> Output {
    Output::Send {
        line: line.clone(),
        conn,
        bytes: frame.to_bytes(),
    }
}
