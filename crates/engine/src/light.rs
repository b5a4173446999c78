//! Beats and silence: how a line looks to its officers.

use crate::engine::Engine;
use crate::frame::Beat;
use crate::input::Space;
use crate::limits::{AMBER_US, BEAT_US, HELLO_WAIT_US, RED_US};
use crate::session::Light;
use accord::ids::LineId;
use accord::time::Now;
use accord::view::Link;
use accord::{Input as MindInput, LineState};

impl Engine {
    /// Timers: beats, silence, the mind's own deadlines.
    pub(crate) fn tick(&mut self, now: Now) {
        let lines: Vec<LineId> = self.sessions.keys().cloned().collect();
        for line in &lines {
            self.beat(now, line);
            self.watch_connection(now, line);
            self.watch_space(now, line);
            self.watch_silence(now, line);
        }
        if self.state.mind.next_due(now).is_some_and(|left_us| left_us <= 0) {
            self.tell_mind(now, &MindInput::Tick);
        }
        self.evict(now);
    }

    fn beat(&mut self, now: Now, id: &LineId) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        if session.conn.is_none() || now.mono_us < session.beat_mono_us {
            return;
        }
        let late_us = now.mono_us - session.beat_mono_us;
        session.beat_mono_us += BEAT_US * (1 + late_us / BEAT_US);
        session.beat_due = true;
        session.touched = true;
    }

    /// A connection that brings nothing is closed: the next one may.
    fn watch_connection(&mut self, now: Now, id: &LineId) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let Some(conn) = session.conn else { return };
        let silent = now.mono_us - session.heard_mono_us >= RED_US;
        let late = now.mono_us - session.settling_mono_us >= HELLO_WAIT_US;
        if silent || late && !session.ready {
            session.heard_mono_us = now.mono_us;
            session.settling_mono_us = now.mono_us;
            let why = if silent {
                "nothing was heard on it for 20 s"
            } else {
                "HELLO was not settled in time"
            };
            self.close(id, conn, why);
        }
    }

    fn watch_silence(&mut self, now: Now, id: &LineId) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let silent_us = now.mono_us - session.worked_mono_us;
        let light = match session.light {
            // A node that starts again knows of a line only that it is not connected.
            Light::Down if self.state.mind.link(id) != Some(Link::Down) => return self.show_down(now, id),
            Light::Up | Light::Amber if silent_us >= RED_US => Light::Red,
            Light::Up if silent_us >= AMBER_US => Light::Amber,
            _ => return,
        };
        self.show_light(now, id, light);
    }

    fn show_down(&mut self, now: Now, id: &LineId) {
        let (line, state) = (id.clone(), LineState::Down);
        self.tell_mind(now, &MindInput::Line { line, state });
    }

    /// Tells the mind when the look of a line has changed.
    pub(crate) fn show_light(&mut self, now: Now, id: &LineId, light: Light) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        if session.light == light {
            return;
        }
        session.light = light;
        let state = match light {
            Light::Up => LineState::Up,
            Light::Amber => LineState::Amber,
            Light::Red => LineState::Red,
            Light::Down => LineState::Down,
        };
        self.tell_mind(
            now,
            &MindInput::Line {
                line: id.clone(),
                state,
            },
        );
    }

    /// The peer is there. What it sent and we do not have was lost on the way, or there was no
    /// room for it: HELLO says what we hold, and the peer goes on from there. So it is with a
    /// cosignature, and with an epoch that the peer has opened.
    pub(crate) fn beaten(&mut self, now: Now, id: &LineId, beat: &Beat) {
        self.check_peer_clock(now, id, beat.wall_us);
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        let lacks = beat.epoch == line.epoch && beat.size > line.peer.tree.size() && session.ready;
        let behind = beat.epoch > line.epoch && session.restoring.is_none();
        let unsigned = beat.epoch == line.epoch && beat.held > line.cosigned_size() && session.ready;
        if (lacks || behind || unsigned) && self.space != Space::Full {
            session.ask_again();
        }
        let whole = beat.epoch == line.epoch && beat.held == line.cosigned_size();
        let nothing_left = beat.size > 0 && beat.size == line.held_size() && session.ready;
        let nothing_left = nothing_left && beat.epoch == line.epoch;
        if whole && line.stalled.is_some() {
            self.cosignature_holds(now, id);
        }
        if nothing_left {
            self.resume_after_beat(now, id);
        }
    }
}
