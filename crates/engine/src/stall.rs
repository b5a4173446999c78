//! Lines on which something is not cosigned: by us, by the peer.

use crate::engine::Engine;
use crate::epochs::LAST_EPOCH;
use crate::event::LineEvent;
use crate::frame::{Frame, Stalled};
use crate::input::Space;
use crate::limits::{MAX_RESTORE_TRIES, MAX_WHY_CHARS};
use crate::line::Line;
use accord::ids::LineId;
use accord::time::Now;
use accord::{Input as MindInput, LineState};

/// Why a line is stalled by a cosignature of the peer's. Over with the next one that holds.
pub(crate) const BEYOND_OURS: &str = "the peer cosigned more of our log than we have";
/// Why a line is stalled by this node's own disk. Over with the next look after there is room: what
/// was not taken is asked for again.
pub(crate) const DISK_FULL: &str = "this node's disk is full: nothing is taken or cosigned";
/// Why a line is stalled by a peer that sends and does not cosign. Over with the next batch that is taken.
pub(crate) const OWED_FULL: &str =
    "the peer does not cosign our log, and too much waits for it: nothing is taken";
/// Why a line is stalled by a HELLO. Over with the next one that holds.
pub(crate) const HELLO_BAD: &str = "the peer's HELLO about our log does not hold";
/// See [`BEYOND_OURS`].
pub(crate) const COSIGNATURE_BAD: &str = "the peer's cosignature on our log does not hold";

/// Whether a line is stalled by what the peer sent of its own log.
fn is_about_entries(why: &str) -> bool {
    let others = [
        BEYOND_OURS,
        COSIGNATURE_BAD,
        DISK_FULL,
        HELLO_BAD,
        OWED_FULL,
        LAST_EPOCH,
    ];
    !others.iter().any(|other| why.starts_with(other))
}

/// As much of a peer's words, or of our own about them, as is journaled and shown: one line, and not the frame that they
/// came in.
pub(crate) fn in_short(words: &str) -> String {
    let plain = words.chars().filter(|c| !c.is_control());
    plain.take(MAX_WHY_CHARS).collect()
}

impl Engine {
    /// What came is not cosigned: said at both ends, once per reason and connection.
    pub(crate) fn stall(&mut self, now: Now, id: &LineId, why: &str) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let why = in_short(why);
        if line.stalled.as_ref() != Some(&why) {
            self.emit_line(now, id, LineEvent::Stalled { why });
            if let Some(session) = self.sessions.get_mut(id) {
                session.stall_said = false;
            }
        }
        self.show_stall(now, id);
        self.say_stall(id);
    }

    /// The peer cosigned what is not here, and HELLO had not said so: one that says it again and again is
    /// heard anew, since what it says in HELLO can be taken back.
    pub(crate) fn beyond_ours(&mut self, now: Now, id: &LineId) {
        self.stall(now, id, BEYOND_OURS);
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        session.beyond_ours += 1;
        let again = session.beyond_ours >= MAX_RESTORE_TRIES;
        if let Some(conn) = session.conn.filter(|_| again) {
            self.close(id, conn, BEYOND_OURS);
        }
    }

    /// Tells the peer why its log is not cosigned, unless it was told on this connection.
    pub(crate) fn say_stall(&mut self, id: &LineId) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        let Some(why) = line.stalled.clone().filter(|_| !session.stall_said) else {
            return;
        };
        let (epoch, size) = (line.epoch, line.held_size());
        session.outbox.push(Frame::Stalled(Stalled { epoch, size, why }));
        session.stall_said = true;
        session.touched = true;
    }

    /// The peer does not cosign our log.
    pub(crate) fn peer_stalled(&mut self, now: Now, id: &LineId, stalled: &Stalled) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        if stalled.epoch != line.epoch {
            return;
        }
        let why = in_short(&stalled.why);
        session.peer_stalled = Some(format!("the peer does not cosign our log: {why}"));
        session.urgent_upto = 0;
        session.touched = true;
        self.show_stall(now, id);
    }

    /// The peer cosigned our log: what held it up is over.
    pub(crate) fn peer_resumed(&mut self, now: Now, id: &LineId) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.peer_stalled = None;
        }
        self.cosignature_holds(now, id);
        self.show_stall(now, id);
    }

    /// What the peer says that it holds of our log is what it has cosigned: a cosignature that did
    /// not hold is of the past.
    pub(crate) fn cosignature_holds(&mut self, now: Now, id: &LineId) {
        let why = self.state.lines.get(id).and_then(|line| line.stalled.as_deref());
        if why.is_some_and(|why| [BEYOND_OURS, COSIGNATURE_BAD].contains(&why)) {
            self.emit_line(now, id, LineEvent::Resumed);
            self.show_stall(now, id);
        }
    }

    /// The peer says that it has no more than what we have cosigned: what did not hold of what it sent, it
    /// does not stand by. Both ends go on.
    pub(crate) fn resume_after_beat(&mut self, now: Now, id: &LineId) {
        let why = self.state.lines.get(id).and_then(|line| line.stalled.as_deref());
        if !why.is_some_and(is_about_entries) {
            return;
        }
        self.emit_line(now, id, LineEvent::Resumed);
        self.show_stall(now, id);
        if let Some(session) = self.sessions.get_mut(id) {
            session.cosign_sent = 0;
            session.touched = true;
        }
    }

    /// There is room on the disk again.
    pub(crate) fn watch_space(&mut self, now: Now, id: &LineId) {
        let full = |line: &Line| line.stalled.as_deref() == Some(DISK_FULL);
        if self.space != Space::Full && self.state.lines.get(id).is_some_and(full) {
            self.emit_line(now, id, LineEvent::Resumed);
            self.show_stall(now, id);
        }
    }

    /// Tells the mind how the line stands: stalled for our reason, else for the peer's, or not.
    pub(crate) fn show_stall(&mut self, now: Now, id: &LineId) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get(id)) else {
            return;
        };
        let why = line.stalled.as_ref().or(session.peer_stalled.as_ref());
        let state = match (why, self.state.mind.stalled(id)) {
            (Some(why), shown) if shown != Some(why) => LineState::Stalled { why: why.clone() },
            (None, Some(_)) => LineState::Resumed,
            _ => return,
        };
        let line = id.clone();
        self.tell_mind(now, &MindInput::Line { line, state });
    }
}
