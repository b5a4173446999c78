//! HELLO: what each side holds of both logs is settled before anything is sealed.
//!
//! Four cases for our log: the peer holds a part of it (we send the rest), more than we
//! have (we take it back), something else (contradiction: a new epoch), or nothing yet.

use crate::engine::Engine;
use crate::event::LineEvent;
use crate::flow::cosigner_name;
use crate::frame::{ContradictionFrame, Countersigned, Entry, Fetch, Frame, Hello};
use crate::input::{Conn, LogOf, Output};
use crate::keyring::KeyRole;
use crate::limits::{FETCH_CHUNK, MAX_EPOCHS, MAX_RESTORE};
use crate::line::Line;
use crate::session::{Light, Restoring, Session};
use accord::ids::LineId;
use accord::time::Now;
use accord::{Input as MindInput, LineState, Trouble};
use ledger::checkpoint::{Checkpoint, open_bare, sign_checkpoint};
use ledger::contradiction::Contradiction;
use ledger::cosign::verify_cosignature;

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
                hello.v, hello.line
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
        match hello.epoch.cmp(&line.epoch) {
            std::cmp::Ordering::Less => self.show_epoch(id),
            std::cmp::Ordering::Greater if hello.epoch <= MAX_EPOCHS => {
                self.open_epoch(now, id, hello.epoch, "the peer has opened a new epoch");
                self.settle(now, id, conn, hello);
            }
            std::cmp::Ordering::Greater => self.close(id, conn, "the peer's epoch is beyond the limit"),
            std::cmp::Ordering::Equal => self.settle(now, id, conn, hello),
        }
    }

    fn settle(&mut self, now: Now, id: &LineId, conn: Conn, hello: &Hello) {
        if let Some(contradiction) = self.peer_fork(id, hello) {
            self.contradicted(now, id, &contradiction);
            return;
        }
        self.raise_floor(now, id, hello);
        match self.find(id, hello) {
            Finding::Contradiction(contradiction) => self.contradicted(now, id, &contradiction),
            Finding::Unproven(why) => {
                let why = format!("the peer's HELLO about our log does not hold: {why}");
                self.stall(now, id, &why);
            }
            Finding::Behind { size } => self.take_back(id, conn, hello, size),
            Finding::Agreed { size, cosigned } => {
                if let Some((time_s, cosignature)) = cosigned {
                    self.note_cosigned(now, id, size, time_s, cosignature);
                    self.show_stall(now, id);
                }
                self.ready(now, id, conn, size);
                self.look_for_lost(now, id, hello);
            }
        }
    }

    /// What our own entries say that we had seen of the peer's log may be gone at both ends,
    /// when both were restored: then these logs cannot go on.
    fn look_for_lost(&mut self, now: Now, id: &LineId, hello: &Hello) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let note = hello.own.as_ref().map(|own| self.open_peer_note(line, &own.note));
        let peer_size = match note {
            Some(Ok((checkpoint, _))) => checkpoint.size,
            Some(Err(_)) => return,
            None => 0,
        };
        if line.own.seen_size > peer_size.max(line.held_size()) {
            let epoch = line.epoch + 1;
            let why = format!(
                "entries of the peer's log, which our own say we had seen, are lost at both ends: {peer_size} of {}",
                line.own.seen_size
            );
            self.open_epoch(now, id, epoch, &why);
        }
    }

    /// The line may carry acts from here on.
    pub(crate) fn ready(&mut self, now: Now, id: &LineId, conn: Conn, peer_holds: u64) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        session.ready = true;
        session.synced = true;
        session.worked_mono_us = now.mono_us;
        session.sent_upto = peer_holds;
        session.touched = true;
        let owes = line.own.tree.size() > line.cosigned_size();
        let (cosigned, epoch) = (line.cosigned_size(), line.epoch);
        if peer_holds < cosigned {
            self.fetch(id, conn, LogOf::Own, epoch, peer_holds, cosigned);
        }
        self.say_stall(id);
        if !owes {
            self.show_stall(now, id);
        }
        self.show_light(now, id, Light::Up);
    }

    /// Asks the store for entries, piece by piece.
    pub(crate) fn fetch(&mut self, id: &LineId, conn: Conn, of: LogOf, epoch: u32, from: u64, upto: u64) {
        let upto = upto.min(from + FETCH_CHUNK);
        self.hold(Output::Fetch {
            line: id.clone(),
            conn,
            of,
            epoch,
            from,
            upto,
        });
    }

    /// Stored entries came: to fill a gap of the peer's, or to give back what it lost.
    pub(crate) fn fetched(
        &mut self,
        now: Now,
        id: &LineId,
        conn: Conn,
        (of, epoch): (LogOf, u32),
        first: u64,
        entries: Vec<Entry>,
    ) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        if session.conn != Some(conn) || line.epoch != epoch || entries.is_empty() {
            return;
        }
        session.touched = true;
        let suspect = session
            .suspect
            .take_if(|(seq, _)| of == LogOf::Peer && *seq == first);
        if let (Some((_, header)), Some(held)) = (suspect, entries.first()) {
            let held = String::from_utf8_lossy(&held.header).into_owned();
            return self.two_headers(now, id, held, header);
        }
        match of {
            LogOf::Peer => session.outbox.push(Frame::Returned {
                epoch,
                first,
                entries,
            }),
            LogOf::Own => {
                let next = first + entries.len() as u64;
                session.refill.extend((first..).zip(entries));
                let cosigned = line.cosigned_size();
                if next < cosigned {
                    self.fetch(id, conn, LogOf::Own, epoch, next, cosigned);
                }
            }
        }
    }

    /// The peer asks for entries of its own log.
    pub(crate) fn give_back(&mut self, id: &LineId, conn: Conn, fetch: &Fetch) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let upto = fetch.upto.min(line.peer.tree.size());
        if fetch.epoch == line.epoch && fetch.from < upto {
            self.fetch(id, conn, LogOf::Peer, fetch.epoch, fetch.from, upto);
        }
    }

    /// The peer holds more of our log than we have: ask for it.
    fn take_back(&mut self, id: &LineId, conn: Conn, hello: &Hello, size: u64) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        let (Some(target), from) = (hello.held.clone(), line.own.tree.size()) else {
            return;
        };
        if size - from > MAX_RESTORE {
            self.close(
                id,
                conn,
                "the peer holds more of our log than can be taken back over the line; restore a newer backup",
            );
            return;
        }
        let upto = size.min(from + FETCH_CHUNK);
        session.restoring = Some(Restoring {
            target,
            size,
            entries: Vec::new(),
        });
        session.outbox.push(Frame::Fetch(Fetch {
            epoch: line.epoch,
            from,
            upto,
        }));
        session.touched = true;
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
        let newer = checkpoint.size > line.cosigned_size();
        let cosigned = held.cosignature.as_ref().filter(|_| newer).and_then(|text| {
            let time_s = self.peer_cosigned(line, &checkpoint, text)?;
            Some((time_s, text.clone()))
        });
        Finding::Agreed {
            size: checkpoint.size,
            cosigned,
        }
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
        let Some(shown) = &hello.own_cosigned else { return };
        let Ok((checkpoint, note)) = self.open_peer_note(line, &shown.note) else {
            return;
        };
        let public = line.config.own.public(&KeyRole::Cosign);
        let name = cosigner_name(&line.own_origin());
        let ours = shown.cosignature.as_ref().zip(public).and_then(|(text, public)| {
            verify_cosignature(&checkpoint, text, &name, &public, self.keyring.verifier())
        });
        if ours.is_some() && checkpoint.size > line.held_size().max(line.floor_size()) {
            let (size, root) = (checkpoint.size, hex::encode(checkpoint.root));
            self.emit_line(now, id, LineEvent::CosignFloor { size, root, note });
        }
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

    /// Evidence that two signed states cannot both hold: recorded, shown, sent, and followed
    /// by a new epoch.
    pub(crate) fn contradicted(&mut self, now: Now, id: &LineId, contradiction: &Contradiction) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let epoch = line.epoch + 1;
        let (text, evidence) = (contradiction.to_string(), contradiction.encode());
        self.emit_line(now, id, LineEvent::Contradiction { evidence });
        let trouble = Trouble::Contradiction {
            line: id.clone(),
            text: text.clone(),
        };
        self.tell_mind(now, &MindInput::Trouble(trouble));
        self.open_epoch(now, id, epoch, &text);
    }

    /// Closes both logs and opens their successors.
    pub(crate) fn open_epoch(&mut self, now: Now, id: &LineId, epoch: u32, why: &str) {
        let why: String = why.chars().take(500).collect();
        // What came back of the log that is closed here has its place there, and nowhere else.
        self.replay_restored(now, id, u64::MAX);
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
        }
        self.show_stall(now, id);
        self.show_epoch(id);
    }

    /// Tells a peer that is an epoch behind why there is a new one.
    fn show_epoch(&mut self, id: &LineId) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        session.outbox.push(epoch_frame(line));
        session.ask_again();
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
            let evidence = frame.evidence.clone();
            self.emit_line(now, id, LineEvent::Contradiction { evidence });
            let trouble = Trouble::Contradiction {
                line: id.clone(),
                text: text.clone(),
            };
            self.tell_mind(now, &MindInput::Trouble(trouble));
        }
        if ahead {
            let mark = if proven.is_ok() {
                "proven"
            } else {
                "stated by the peer, without proof"
            };
            let why = format!("{} ({mark})", frame.why);
            self.open_epoch(now, id, frame.epoch, &why);
        }
    }
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
