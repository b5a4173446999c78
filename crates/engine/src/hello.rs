//! HELLO: what each side holds of both logs is settled before anything is sealed.
//!
//! Four cases for our log: the peer holds a part of it (we send the rest), more than we
//! have (we take it back), something else (contradiction: a new epoch), or nothing yet. About an
//! epoch that the peer has closed HELLO is settled alike, and then followed by the next epoch.

use crate::engine::Engine;
use crate::epochs::{by_peer, is_spent};
use crate::event::LineEvent;
use crate::flow::cosigner_name;
use crate::frame::{Countersigned, Entry, Frame, Hello, Returned};
use crate::input::{Conn, LogOf, Output, Purpose, Reading};
use crate::keyring::KeyRole;
use crate::limits::{ACTS_FRAME_BYTES, FETCH_CHUNK, MAX_EPOCHS, MAX_RESTORE_TRIES};
use crate::line::Line;
use crate::session::{Light, Session};
use crate::stall::HELLO_BAD;
use crate::stall::in_short;
use accord::ids::LineId;
use accord::time::Now;
use ledger::checkpoint::{Checkpoint, open_bare, sign_checkpoint};
use ledger::contradiction::Contradiction;
use ledger::cosign::verify_cosignature;
use std::cmp::Ordering;

/// What the two nodes' statements about one log come to.
enum Finding {
    /// They agree up to this size, which the peer holds.
    Agreed {
        size: u64,
        cosigned: Option<(u64, String)>,
    },
    /// The peer holds more than we have.
    Behind { size: u64 },
    /// Both cannot be true.
    Contradiction(Contradiction),
    /// The peer's statement is not under our key, or is no statement.
    Unproven(String),
}

impl Engine {
    /// Makes the volatile part of a line.
    pub(crate) fn add_session(&mut self, now: Now, line: &LineId) {
        self.sessions.insert(line.clone(), Session::new(now));
    }

    pub(crate) fn connected(&mut self, now: Now, line: &LineId, conn: Conn) {
        let Some(session) = self.sessions.get_mut(line) else {
            return;
        };
        let old = session.conn.filter(|old| *old != conn);
        session.connect(conn, now);
        if let Some(old) = old {
            self.close(line, old, "a newer connection of this line has taken its place");
        }
    }

    pub(crate) fn disconnected(&mut self, now: Now, line: &LineId, conn: Conn) {
        let Some(session) = self.sessions.get_mut(line).filter(|s| s.conn == Some(conn)) else {
            return;
        };
        session.disconnect();
        self.show_light(now, line, Light::Down);
    }

    /// The peer says what it holds.
    pub(crate) fn hello(&mut self, now: Now, id: &LineId, conn: Conn, hello: &Hello) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        if hello.v != 1 || hello.line != id.0 {
            let why = format!(
                "HELLO of version {} for line {}; version 1 for {id} is needed",
                hello.v,
                in_short(&hello.line)
            );
            self.close(id, conn, &why);
            return;
        }
        if !line.joined {
            self.emit_line(now, id, LineEvent::Joined);
        }
        self.check_peer_clock(now, id, hello.wall_us);
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        match (hello.epoch.cmp(&line.epoch), &hello.closed) {
            (Ordering::Less, Some(_)) => {} // we have followed since
            (Ordering::Less, None) => self.show_closed(now, id, conn, hello.epoch),
            (Ordering::Equal, _) if is_spent(line) => self.spent(now, id),
            (Ordering::Equal, _) => self.settle(now, id, conn, hello),
            (Ordering::Greater, _) if hello.epoch > MAX_EPOCHS => {
                self.close(id, conn, "the peer's epoch is beyond the limit");
            }
            (Ordering::Greater, _) => self.fall_behind(now, id),
        }
    }

    fn settle(&mut self, now: Now, id: &LineId, conn: Conn, hello: &Hello) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        session.shown = Some(hello.clone());
        if let Some(why) = session.closing.clone() {
            return self.settle_last(now, id, conn, hello, &why);
        }
        if let Some(contradiction) = self.peer_fork(id, hello) {
            self.contradicted(now, id, &contradiction);
            return;
        }
        self.raise_floor(now, id, hello);
        match self.find(id, hello) {
            Finding::Contradiction(contradiction) => self.contradicted(now, id, &contradiction),
            Finding::Unproven(why) => {
                let why = format!("{HELLO_BAD}: {why}");
                if hello.closed.is_none() {
                    self.fall_behind(now, id);
                    return self.stall(now, id, &why);
                }
                if !self.ask_closed_again(id) {
                    self.catch_up(now, id, hello, &why);
                }
            }
            Finding::Behind { .. } if self.hear_again(id, hello) => {
                self.close(id, conn, "the cosignature in HELLO does not hold");
            }
            Finding::Behind { size } => self.take_back(id, conn, hello, size),
            Finding::Agreed { size, cosigned } => {
                if let Some((time_s, cosignature)) = cosigned {
                    self.note_cosigned(now, id, size, time_s, cosignature);
                    self.peer_resumed(now, id);
                }
                self.agreed(now, id, conn, size, hello);
            }
        }
    }

    /// These logs cannot go on, whatever they contradict: what is left of them is settled, and comes
    /// back, before they are closed.
    pub(crate) fn settle_last(&mut self, now: Now, id: &LineId, conn: Conn, hello: &Hello, why: &str) {
        self.raise_floor(now, id, hello);
        match self.find(id, hello) {
            Finding::Behind { size } => self.take_back(id, conn, hello, size),
            Finding::Agreed {
                size,
                cosigned: Some((time_s, cosignature)),
            } => {
                self.note_cosigned(now, id, size, time_s, cosignature);
                self.catch_up(now, id, hello, why);
            }
            Finding::Agreed { .. } | Finding::Contradiction(_) | Finding::Unproven(_) => {
                self.catch_up(now, id, hello, why);
            }
        }
    }

    /// Whether the cosignature by which our log would be taken back is spoilt, and HELLO may be
    /// heard once more: on a new connection, since a peer says it once on each.
    fn hear_again(&mut self, id: &LineId, hello: &Hello) -> bool {
        let (Some(line), Some(held)) = (self.state.lines.get(id), &hello.held) else {
            return false;
        };
        let holds = self
            .own_checkpoint(line, held)
            .is_ok_and(|(checkpoint, _)| self.check_cosigned(line, held, &checkpoint).is_ok());
        let spoilt = held.cosignature.is_some() && !holds && hello.closed.is_none();
        let Some(session) = self.sessions.get_mut(id).filter(|_| spoilt) else {
            return false;
        };
        session.hello_tries += 1;
        session.hello_tries < MAX_RESTORE_TRIES
    }

    /// The peer holds our log up to `size`, and what it holds we have.
    pub(crate) fn agreed(&mut self, now: Now, id: &LineId, conn: Conn, size: u64, hello: &Hello) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let closing = self.sessions.get(id).and_then(|session| session.closing.clone());
        let closed = closing.or_else(|| hello.closed.as_deref().map(by_peer));
        if let Some(why) = closed.or_else(|| self.lost(line, hello)) {
            return self.catch_up(now, id, hello, &why);
        }
        if line
            .stalled
            .as_ref()
            .is_some_and(|why| why.starts_with(HELLO_BAD))
        {
            self.emit_line(now, id, LineEvent::Resumed);
            self.show_stall(now, id);
        }
        self.ready(now, id, conn, size);
        self.cosign_again(id, hello);
    }

    /// The peer shows the newest cosignature of ours that it has: a later one did not reach it, or
    /// was spoilt on the way.
    fn cosign_again(&mut self, id: &LineId, hello: &Hello) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let shown = hello.own_cosigned.as_ref();
        let shown = shown.and_then(|shown| self.open_peer_note(line, &shown.note).ok());
        let has = shown.map_or(0, |(checkpoint, _)| checkpoint.size);
        if let Some(session) = self.sessions.get_mut(id) {
            session.cosign_sent = session.cosign_sent.min(has);
        }
    }

    /// What our own entries say that we had seen of the peer's log, or what we once cosigned of it,
    /// may be gone at both ends, when both were restored: then these logs cannot go on, and why.
    fn lost(&self, line: &Line, hello: &Hello) -> Option<String> {
        let note = hello.own.as_ref().map(|own| self.open_peer_note(line, &own.note));
        let peer_size = match note {
            Some(note) => note.ok()?.0.size,
            None => 0,
        };
        let known = line.own.seen_size.max(line.floor_size());
        (known > peer_size.max(line.held_size())).then(|| {
            format!(
                "entries of the peer's log, which this node had held, are lost at both ends: {peer_size} of {known}"
            )
        })
    }

    /// The line may carry acts from here on.
    fn ready(&mut self, now: Now, id: &LineId, conn: Conn, peer_holds: u64) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        session.ready = true;
        session.synced = true;
        session.hello_tries = 0;
        session.hello_due |= std::mem::take(&mut session.told_closed);
        session.worked_mono_us = now.mono_us;
        session.sent_upto = peer_holds;
        session.peer_holds = peer_holds;
        session.refill = session.refill.split_off(&peer_holds);
        session.touched = true;
        let owes = line.own.tree.size() > line.cosigned_size();
        self.refill(id, conn, peer_holds);
        self.say_stall(id);
        if !owes {
            self.show_stall(now, id);
        }
        self.show_light(now, id, Light::Up);
    }

    /// Asks the store for entries, piece by piece.
    pub(crate) fn fetch(&mut self, id: &LineId, conn: Conn, reading: Reading) {
        let upto = reading.upto.min(reading.from + FETCH_CHUNK);
        self.hold(Output::Fetch {
            line: id.clone(),
            conn,
            reading: Reading { upto, ..reading },
        });
    }

    /// Reads our own entries again that the peer has lost though it had cosigned them.
    fn refill(&mut self, id: &LineId, conn: Conn, from: u64) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let (epoch, upto) = (line.epoch, line.cosigned_size());
        if let Some(session) = self.sessions.get_mut(id) {
            session.refilling = (from < upto).then_some(from);
        }
        if from < upto {
            let reading = Reading {
                of: LogOf::Own,
                epoch,
                from,
                upto,
                purpose: Purpose::Refill,
            };
            self.fetch(id, conn, reading);
        }
    }

    /// Stored entries came.
    pub(crate) fn fetched(
        &mut self,
        now: Now,
        id: &LineId,
        conn: Conn,
        reading: Reading,
        mut entries: Vec<Entry>,
    ) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        entries.truncate(fits(&entries));
        let Reading {
            of,
            epoch,
            from: first,
            ..
        } = reading;
        if session.conn != Some(conn) || entries.is_empty() {
            return;
        }
        session.touched = true;
        match reading.purpose {
            Purpose::GiveBack => {
                let side = match of {
                    LogOf::Own => line.config.side,
                    LogOf::Peer => line.config.side.other(),
                };
                session.outbox.push(Frame::Returned(Returned {
                    side,
                    epoch,
                    first,
                    entries,
                }));
            }
            Purpose::Compare => {
                let suspect = session.suspect.take_if(|(seq, _)| *seq == first);
                if let (Some((_, header)), Some(held)) = (suspect, entries.first()) {
                    let held = String::from_utf8_lossy(&held.header).into_owned();
                    self.two_headers(now, id, held, header);
                }
            }
            Purpose::Refill if epoch != line.epoch || session.refilling != Some(first) => {}
            Purpose::Refill => {
                let next = first + entries.len() as u64;
                session.refill.extend((first..).zip(entries));
                session.refill = session.refill.split_off(&session.sent_upto);
                self.refill(id, conn, next);
            }
        }
    }

    /// What the peer's statement about our log comes to.
    fn find(&self, id: &LineId, hello: &Hello) -> Finding {
        let Some(line) = self.state.lines.get(id) else {
            return Finding::Unproven("no line".to_owned());
        };
        let Some(held) = &hello.held else {
            return Finding::Agreed {
                size: 0,
                cosigned: None,
            };
        };
        let (checkpoint, note) = match self.own_checkpoint(line, held) {
            Ok(opened) => opened,
            Err(why) => return Finding::Unproven(why),
        };
        if checkpoint.size > line.own.tree.size() {
            return Finding::Behind {
                size: checkpoint.size,
            };
        }
        if line.own.tree.root_at(checkpoint.size) != checkpoint.root {
            return self.own_fork(id, line, &checkpoint, &note);
        }
        match self.newly_cosigned(line, held, &checkpoint) {
            Err(why) if hello.closed.is_some() => Finding::Unproven(why),
            cosigned => Finding::Agreed {
                size: checkpoint.size,
                cosigned: cosigned.unwrap_or_default(),
            },
        }
    }

    /// Time and text of the peer's cosignature on what we did not know it had cosigned.
    fn newly_cosigned(
        &self,
        line: &Line,
        held: &Countersigned,
        checkpoint: &Checkpoint,
    ) -> Result<Option<(u64, String)>, String> {
        let newer = checkpoint.size > line.cosigned_size();
        let Some(text) = held.cosignature.as_ref().filter(|_| newer) else {
            return Ok(None);
        };
        let time_s = self.peer_cosigned(line, checkpoint, text);
        let time_s = time_s.ok_or("its cosignature on it does not")?;
        Ok(Some((time_s, text.clone())))
    }

    /// A checkpoint of our own log, under our own key.
    pub(crate) fn own_checkpoint(
        &self,
        line: &Line,
        held: &Countersigned,
    ) -> Result<(Checkpoint, String), String> {
        let origin = line.own_origin();
        let public = line
            .config
            .own
            .public(&KeyRole::Log)
            .ok_or("our log key is unreadable")?;
        let opened = open_bare(&held.note, &origin, &public, self.keyring.verifier());
        opened.map_err(|fault| fault.to_string())
    }

    /// The time of a cosignature of the peer, if it holds.
    pub(crate) fn peer_cosigned(&self, line: &Line, checkpoint: &Checkpoint, text: &str) -> Option<u64> {
        let public = line.config.peer.public(&KeyRole::Cosign)?;
        let name = cosigner_name(&line.peer_origin());
        verify_cosignature(checkpoint, text, &name, &public, self.keyring.verifier())
    }

    /// Our key signed two roots: one stands in the peer's hands, the other is ours.
    fn own_fork(&self, id: &LineId, line: &Line, theirs: &Checkpoint, note: &str) -> Finding {
        let Some(log) = self.keyring.signer(id, &KeyRole::Log) else {
            return Finding::Unproven("our log key is missing".to_owned());
        };
        let root = line.own.tree.root_at(theirs.size);
        let ours = Checkpoint {
            origin: theirs.origin.clone(),
            size: theirs.size,
            root,
        };
        let note_b = sign_checkpoint(&ours, &ours.origin, log);
        Finding::Contradiction(Contradiction::TwoRoots {
            note_a: note.to_owned(),
            note_b,
        })
    }

    /// The peer's key signed a root that its own earlier entries, which we hold, exclude.
    fn peer_fork(&self, id: &LineId, hello: &Hello) -> Option<Contradiction> {
        let line = self.state.lines.get(id)?;
        let note = &hello.own.as_ref()?.note;
        let (checkpoint, note) = self.open_peer_note(line, note).ok()?;
        let held = line.peer.held.as_ref()?;
        if checkpoint.size > held.size || line.peer.tree.root_at(checkpoint.size) == checkpoint.root {
            return None;
        }
        let (tree, held) = (&line.peer.tree, (held.size, held.note.as_str()));
        Some(crate::evidence::fork(tree, &checkpoint, &note, held))
    }

    /// The peer shows the largest cosignature it has of ours; we may have forgotten it.
    fn raise_floor(&mut self, now: Now, id: &LineId, hello: &Hello) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let Some((checkpoint, note)) = self.ours_on(line, hello) else {
            return;
        };
        if checkpoint.size > line.held_size().max(line.floor_size()) {
            let (size, root) = (checkpoint.size, hex::encode(checkpoint.root));
            self.emit_line(now, id, LineEvent::CosignFloor { size, root, note });
        }
    }

    /// The largest checkpoint of the peer's log that bears our cosignature, as the peer shows it.
    pub(crate) fn ours_on(&self, line: &Line, hello: &Hello) -> Option<(Checkpoint, String)> {
        let shown = hello.own_cosigned.as_ref()?;
        let (checkpoint, note) = self.open_peer_note(line, &shown.note).ok()?;
        let public = line.config.own.public(&KeyRole::Cosign)?;
        let name = cosigner_name(&line.own_origin());
        let text = shown.cosignature.as_ref()?;
        verify_cosignature(&checkpoint, text, &name, &public, self.keyring.verifier())?;
        Some((checkpoint, note))
    }

    /// A checkpoint of the peer's log, under the peer's key, and its note without lines of
    /// others: they cannot swell what is kept.
    pub(crate) fn open_peer_note(&self, line: &Line, note: &str) -> Result<(Checkpoint, String), String> {
        let origin = line.peer_origin();
        let public = line
            .config
            .peer
            .public(&KeyRole::Log)
            .ok_or("the peer's log key is unreadable")?;
        let opened = open_bare(note, &origin, &public, self.keyring.verifier());
        opened.map_err(|fault| fault.to_string())
    }
}

/// How many of these entries go into one frame.
fn fits(entries: &[Entry]) -> usize {
    let before = entries.iter().scan(0, |bytes, entry| {
        let before = *bytes;
        *bytes += entry.size();
        Some(before)
    });
    before.take_while(|bytes| *bytes < ACTS_FRAME_BYTES).count()
}
