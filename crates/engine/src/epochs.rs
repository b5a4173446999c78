//! Closing both logs and opening their successors; following a peer that has.
//!
//! Guarantee: a node that is epochs behind, as after a restore, goes through each of them: it takes
//! back what either side cosigned there before it opens the next, as far as the peer gives it. So
//! does a node that finds a contradiction before what a restore cost it is back.

use crate::engine::Engine;
use crate::event::LineEvent;
use crate::flow::closed_hello;
use crate::frame::{ContradictionFrame, Frame, Hello};
use crate::input::Conn;
use crate::keyring::KeyRole;
use crate::limits::{MAX_EPOCHS, MAX_RESTORE_TRIES};
use crate::line::Line;
use crate::session::Restoring;
use crate::stall::in_short;
use accord::ids::LineId;
use accord::time::Now;
use accord::{Input as MindInput, LineState, Trouble};
use ledger::contradiction::Contradiction;

/// What comes before the reason that a peer gives for having closed an epoch.
const BY_PEER: &str = "the peer has closed the epoch: ";

/// The reason that a peer gives, marked as its: the mark first, so that no length of the rest pushes it out of sight.
pub(crate) fn by_peer(why: &str) -> String {
    format!("{BY_PEER}{}", in_short(why.trim_start_matches(BY_PEER)))
}

/// Why a line is stalled for good.
pub(crate) const LAST_EPOCH: &str =
    "these logs cannot go on, and no more epochs can be opened on this line; make a new line with this peer";

/// Whether a line is over until an officer makes another.
pub(crate) fn is_spent(line: &Line) -> bool {
    line.stalled.as_deref() == Some(LAST_EPOCH)
}

impl Engine {
    /// The peer is in an epoch that is closed here: it hears what stands of it for good, and why.
    pub(crate) fn show_closed(&mut self, now: Now, id: &LineId, conn: Conn, epoch: u32) {
        if !self.tell_closed(now, id, epoch) {
            self.close(id, conn, "the peer's epoch is not one that was closed here");
        }
    }

    fn tell_closed(&mut self, now: Now, id: &LineId, epoch: u32) -> bool {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return false;
        };
        let keys = self
            .keyring
            .signer(id, &KeyRole::Log)
            .zip(self.keyring.signer(id, &KeyRole::Cosign));
        let (Some(closed), Some(keys)) = (line.closed_epoch(epoch), keys) else {
            return false;
        };
        let hello = closed_hello(line, closed, keys, now.wall_us);
        session.outbox.extend([epoch_frame(line), Frame::Hello(hello)]);
        session.told_closed = true;
        session.touched = true;
        true
    }

    /// The peer is an epoch further, or more, and says what stands of ours; or its HELLO does not
    /// hold. Until that is settled the line carries nothing.
    pub(crate) fn fall_behind(&mut self, now: Now, id: &LineId) {
        if let Some(session) = self.sessions.get_mut(id).filter(|session| session.ready) {
            session.ready = false;
            session.settling_mono_us = now.mono_us;
        }
    }

    /// Both logs are to be closed, and ours is settled: what is missing of the peer's, and was ours
    /// once, is asked for; then the next epoch is opened.
    pub(crate) fn catch_up(&mut self, now: Now, id: &LineId, hello: &Hello, why: &str) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get(id)) else {
            return;
        };
        let conn = session.conn;
        let (side, from) = (line.config.side.other(), line.peer.tree.size());
        let ours = self.ours_on(line, hello);
        let spoilt = ours.is_none() && hello.own_cosigned.is_some() && hello.closed.is_some();
        let size = ours.map_or(0, |(checkpoint, _)| checkpoint.size);
        if spoilt && self.ask_closed_again(id) {
            return;
        }
        match (&hello.own_cosigned, conn) {
            (Some(target), Some(conn)) if size > from => {
                let restoring = Restoring {
                    side,
                    target: target.clone(),
                    size,
                    entries: Vec::new(),
                    hello: hello.clone(),
                    then_close: Some(why.to_owned()),
                };
                self.ask_back(id, conn, from, restoring);
            }
            _ => self.open_next(now, id, why),
        }
    }

    /// Opens the next epoch.
    pub(crate) fn open_next(&mut self, now: Now, id: &LineId, why: &str) {
        if let Some(line) = self.state.lines.get(id) {
            let epoch = line.epoch + 1;
            self.open_epoch(now, id, epoch, why);
        }
    }

    /// Evidence that two signed states cannot both hold: recorded, shown, sent, and followed
    /// by a new epoch.
    pub(crate) fn contradicted(&mut self, now: Now, id: &LineId, contradiction: &Contradiction) {
        let why = self.keep_evidence(now, id, contradiction);
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        match (session.conn, session.shown.clone()) {
            (Some(conn), Some(hello))
                if session.closing.is_none() && session.last_asked < MAX_RESTORE_TRIES =>
            {
                session.closing = Some(why.clone());
                session.last_asked += 1;
                session.settling_mono_us = now.mono_us;
                session.ready = false;
                self.settle_last(now, id, conn, &hello, &why);
            }
            _ => self.open_next(now, id, &why),
        }
    }

    /// Records and shows evidence, one piece of a log: one proves it. Gives its wording.
    pub(crate) fn keep_evidence(&mut self, now: Now, id: &LineId, contradiction: &Contradiction) -> String {
        let text = contradiction.to_string();
        let line = self.state.lines.get(id);
        if line.is_some_and(|line| !is_proven(line, contradiction)) {
            self.add_evidence(now, id, contradiction.encode(), text.clone());
        }
        text
    }

    fn add_evidence(&mut self, now: Now, id: &LineId, evidence: String, text: String) {
        self.emit_line(now, id, LineEvent::Contradiction { evidence });
        let line = id.clone();
        self.tell_mind(now, &MindInput::Trouble(Trouble::Contradiction { line, text }));
    }

    /// No log can follow these two, and they cannot go on: the line is over until an officer makes
    /// another.
    pub(crate) fn spent(&mut self, now: Now, id: &LineId) {
        self.stall(now, id, LAST_EPOCH);
        if let Some(session) = self.sessions.get_mut(id) {
            session.ready = false;
            if let Some(conn) = session.conn {
                self.close(id, conn, LAST_EPOCH);
            }
        }
    }

    /// Closes both logs and opens their successors.
    pub(crate) fn open_epoch(&mut self, now: Now, id: &LineId, epoch: u32, why: &str) {
        if epoch > MAX_EPOCHS {
            return self.spent(now, id);
        }
        let why = in_short(why);
        // What came back of the log that is closed here has its place there, and nowhere else.
        self.replay_last_restored(now, id);
        self.emit_line(
            now,
            id,
            LineEvent::EpochOpened {
                epoch,
                why: why.clone(),
            },
        );
        self.queue_open(now, id);
        let state = LineState::NewEpoch { epoch, why };
        self.tell_mind(
            now,
            &MindInput::Line {
                line: id.clone(),
                state,
            },
        );
        if let Some(session) = self.sessions.get_mut(id) {
            session.restart();
            session.last_asked = 0;
            session.settling_mono_us = now.mono_us;
        }
        self.show_stall(now, id);
        self.tell_closed(now, id, epoch - 1);
    }

    /// Gives the evidence to a peer that followed into an epoch without knowing why.
    fn give_evidence(&mut self, id: &LineId) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        if !line.contradictions.is_empty() {
            session.outbox.push(epoch_frame(line));
            session.touched = true;
        }
    }

    /// The peer has opened a new epoch and says why.
    pub(crate) fn peer_contradiction(&mut self, now: Now, id: &LineId, frame: &ContradictionFrame) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let known = line.contradictions.contains(&frame.evidence);
        let proven = crate::evidence::check(line, &frame.evidence, self.keyring.verifier());
        let ahead = frame.epoch > line.epoch && frame.epoch <= MAX_EPOCHS;
        if frame.evidence.is_empty() {
            self.give_evidence(id);
        }
        if let (Ok(text), false) = (&proven, known) {
            self.add_evidence(now, id, frame.evidence.clone(), text.clone());
        }
        if ahead {
            self.fall_behind(now, id);
        }
    }
}

/// Whether evidence about that log is kept already.
fn is_proven(line: &Line, contradiction: &Contradiction) -> bool {
    let known = line.contradictions.iter();
    let mut known = known.filter_map(|evidence| Contradiction::decode(evidence).ok());
    known.any(|known| known.origin() == contradiction.origin())
}

/// Why a line is in the epoch it is in, with the evidence where there is some.
fn epoch_frame(line: &Line) -> Frame {
    Frame::Contradiction(ContradictionFrame {
        epoch: line.epoch,
        evidence: line.contradictions.last().cloned().unwrap_or_default(),
        why: line
            .closed
            .last()
            .map(|closed| closed.why.clone())
            .unwrap_or_default(),
    })
}
