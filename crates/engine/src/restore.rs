//! Taking back from the peer, after a restore, what was lost: our own log, and of closed epochs its.
//!
//! Guarantee: what comes back is ours (our desks' signatures, our log key over the root) and
//! continues what we still have; otherwise a new epoch is opened and nothing is taken.

use crate::engine::Engine;
use crate::event::{LineEvent, Side};
use crate::frame::{Countersigned, Entry, Fetch, Frame, Hello, Returned};
use crate::input::{Conn, LogOf, Purpose, Reading, Space};
use crate::intake::{Knows, Unfit};
use crate::keyring::KeyRole;
use crate::limits::{FETCH_CHUNK, MAX_RESTORE, MAX_RESTORE_TRIES, MAX_RESTORED_KEPT};
use crate::line::{KIND_RECEIVED, Line, Receipts, RestoredAct};
use crate::session::Restoring;
use accord::ids::{Desk, LineId};
use accord::time::Now;
use accord::{Input as MindInput, LineState, Trouble};
use ledger::checkpoint::Checkpoint;
use ledger::header::Header;
use ledger::keys::Hash;

impl Engine {
    /// The peer asks for entries: of its own log, or of ours in an epoch that is closed.
    pub(crate) fn give_back(&mut self, id: &LineId, conn: Conn, fetch: &Fetch) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let of = log_of(line, fetch.side);
        let size = match (of, line.closed_epoch(fetch.epoch)) {
            (LogOf::Peer, Some(closed)) => closed.peer_held.as_ref().map_or(0, |held| held.size),
            (LogOf::Own, Some(closed)) => closed.own_cosigned.as_ref().map_or(0, |cosigned| cosigned.size),
            (_, None) if fetch.epoch != line.epoch => 0,
            (LogOf::Peer, None) => line.peer.tree.size(),
            (LogOf::Own, None) => line.cosigned_size(),
        };
        let upto = fetch.upto.min(size);
        if fetch.from < upto {
            let reading = Reading {
                of,
                epoch: fetch.epoch,
                from: fetch.from,
                upto,
                purpose: Purpose::GiveBack,
            };
            self.fetch(id, conn, reading);
        }
    }

    /// The peer holds more of our log than we have: ask for it.
    pub(crate) fn take_back(&mut self, id: &LineId, conn: Conn, hello: &Hello, size: u64) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let (side, from) = (line.config.side, line.own.tree.size());
        if let Some(target) = hello.held.clone() {
            let restoring = Restoring {
                side,
                target,
                size,
                entries: Vec::new(),
                hello: hello.clone(),
                then_close: None,
            };
            self.ask_back(id, conn, from, restoring);
        }
    }

    /// Asks for the entries of a log from its end here on.
    pub(crate) fn ask_back(&mut self, id: &LineId, conn: Conn, from: u64, restoring: Restoring) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        let (side, size) = (restoring.side, restoring.size);
        if size - from > MAX_RESTORE {
            self.close(
                id,
                conn,
                "the peer holds more of a log than can be taken back over the line; restore a newer backup",
            );
            return;
        }
        let upto = size.min(from + FETCH_CHUNK);
        session.restoring = Some(restoring);
        session.outbox.push(Frame::Fetch(Fetch {
            side,
            epoch: line.epoch,
            from,
            upto,
        }));
        session.touched = true;
    }

    /// Entries that were asked for.
    pub(crate) fn returned(&mut self, now: Now, id: &LineId, returned: Returned) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        if self.space == Space::Full {
            session.restoring = None; // asked for again once there is room
        }
        let Some(restoring) = session.restoring.as_mut() else {
            return;
        };
        let Returned {
            side,
            epoch,
            first,
            entries,
        } = returned;
        let start = match log_of(line, side) {
            LogOf::Own => line.own.tree.size(),
            LogOf::Peer => line.peer.tree.size(),
        };
        let have = start + restoring.entries.len() as u64;
        if side != restoring.side || epoch != line.epoch || first != have || entries.is_empty() {
            return;
        }
        restoring.entries.extend(entries);
        session.settling_mono_us = now.mono_us;
        let next = start + restoring.entries.len() as u64;
        if next < restoring.size {
            let upto = restoring.size.min(next + FETCH_CHUNK);
            session.outbox.push(Frame::Fetch(Fetch {
                side,
                epoch,
                from: next,
                upto,
            }));
            session.touched = true;
            return;
        }
        if let Some(restoring) = session.restoring.take() {
            if log_of(line, side) == LogOf::Own {
                self.finish_restore(now, id, restoring);
            } else {
                self.finish_closed(now, id, restoring);
            }
        }
    }

    /// Our own log of this epoch is at hand up to what the peer cosigned of it.
    fn finish_restore(&mut self, now: Now, id: &LineId, restoring: Restoring) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let verified = self
            .own_checkpoint(line, &restoring.target)
            .and_then(|(checkpoint, _)| {
                self.check_returned(line, &restoring.entries, &checkpoint)?;
                let cosignature = self.check_cosigned(line, &restoring.target, &checkpoint)?;
                Ok((checkpoint.size, cosignature))
            });
        let conn = self.sessions.get(id).and_then(|session| session.conn);
        let (size, (time_s, cosignature)) = match verified {
            Ok(verified) => verified,
            Err(_) if self.try_again(id, &restoring) => return,
            Err(why) => {
                let why = format!("our own log could not be taken back from the peer: {why}");
                return self.catch_up(now, id, &restoring.hello, &why);
            }
        };
        let count = restoring.entries.len() as u64;
        self.take_own(now, id, restoring.entries);
        self.note_cosigned(now, id, size, time_s, cosignature);
        let trouble = Trouble::RestoredFromPeer {
            line: id.clone(),
            count,
        };
        self.tell_mind(now, &MindInput::Trouble(trouble));
        self.replay_restored(now, id, 0);
        if let Some(session) = self
            .sessions
            .get_mut(id)
            .filter(|_| restoring.hello.closed.is_none())
        {
            session.ask_again();
        }
        if let Some(conn) = conn {
            self.agreed(now, id, conn, size, &restoring.hello);
        }
    }

    /// The peer's log of an epoch that it has closed is at hand, up to what we had cosigned of it.
    fn finish_closed(&mut self, now: Now, id: &LineId, restoring: Restoring) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let mut why = restoring.then_close.clone();
        let (first, note) = (line.peer.tree.size(), &restoring.target.note);
        match self.check_batch(id, first, &restoring.entries, note, Knows::WhatIsLeft) {
            Ok((checked, head, note)) => self.take(now, id, checked, &head, note),
            Err(Unfit::Forked(contradiction)) => why = Some(self.keep_evidence(now, id, &contradiction)),
            Err(Unfit::Envelope(_)) if self.try_again(id, &restoring) => return,
            Err(Unfit::Envelope(fault)) => {
                self.show_unproven(now, id, restoring.entries);
                why = Some(format!("what it gave back of its log does not hold: {fault}"));
            }
        }
        self.open_next(now, id, &why.unwrap_or_default());
    }

    /// Asks once more for what did not hold, unless it was asked for too often. Whether it did.
    fn try_again(&mut self, id: &LineId, restoring: &Restoring) -> bool {
        if restoring.hello.closed.is_some() {
            return self.ask_closed_again(id);
        }
        if !self.may_try_again(id) {
            return false;
        }
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get(id)) else {
            return false;
        };
        let Some(conn) = session.conn else {
            return false;
        };
        let from = match log_of(line, restoring.side) {
            LogOf::Own => line.own.tree.size(),
            LogOf::Peer => line.peer.tree.size(),
        };
        self.ask_back(id, conn, from, restoring.anew());
        true
    }

    /// Something of what the peer says about a closed epoch does not hold, or of what it gave back:
    /// our HELLO makes it say all of it anew, unless it was asked too often. Whether it did.
    pub(crate) fn ask_closed_again(&mut self, id: &LineId) -> bool {
        let again = self.may_try_again(id);
        if let Some(session) = self.sessions.get_mut(id).filter(|_| again) {
            session.ask_again();
        }
        again
    }

    /// Counts a failure on this connection.
    fn may_try_again(&mut self, id: &LineId) -> bool {
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.conn.is_some()) else {
            return false;
        };
        session.restore_tries += 1;
        session.restore_tries < MAX_RESTORE_TRIES
    }

    /// Every entry under our own desk key, in order, and the root under our own log key.
    fn check_returned(&self, line: &Line, entries: &[Entry], checkpoint: &Checkpoint) -> Result<(), String> {
        let first = line.own.tree.size();
        let mut leaves: Vec<Hash> = Vec::with_capacity(entries.len());
        for (seq, entry) in (first..).zip(entries) {
            self.check_own(line, seq, entry)
                .map_err(|why| format!("entry {seq}: {why}"))?;
            leaves.push(Header::leaf_hash(&entry.header));
        }
        let complete = first + leaves.len() as u64 == checkpoint.size;
        if !complete || line.own.tree.root_with(&leaves) != checkpoint.root {
            return Err("it does not continue what this node still has".to_owned());
        }
        Ok(())
    }

    fn check_own(&self, line: &Line, seq: u64, entry: &Entry) -> Result<(), String> {
        let header = Header::parse(&entry.header).map_err(|fault| fault.to_string())?;
        let public = line.config.own.public(&KeyRole::Desk(Desk(header.desk.clone())));
        let public = public.ok_or("no desk of ours")?;
        let committed = entry
            .body
            .as_deref()
            .map(|body| Header::commitment(&entry.salt, body));
        let ours = header.origin == line.own_origin() && header.seq == seq;
        if !ours || !header.verify(&public, self.keyring.verifier()) {
            return Err("not signed by our desk for this place".to_owned());
        }
        if committed.is_some_and(|committed| committed != header.body) {
            return Err("its body is not the one it commits to".to_owned());
        }
        Ok(())
    }

    fn take_own(&mut self, now: Now, id: &LineId, entries: Vec<Entry>) {
        for entry in entries {
            let Some(line) = self.state.lines.get(id) else {
                return;
            };
            let (epoch, seq) = (line.epoch, line.own.tree.size());
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap_or_default();
            let (header, body) = (text(&entry.header), entry.body.as_deref().map(text));
            let salt = hex::encode(entry.salt);
            let accepted = line.accepted_own;
            self.store(id, LogOf::Own, epoch, seq, entry);
            self.emit_line(now, id, LineEvent::TakenBack { header, body, salt });
            let accepts = self.state.lines.get(id).is_some_and(|line| line.accepted_own);
            if accepts && !accepted {
                let (line, state) = (id.clone(), LineState::EpochAccepted { own: true });
                self.tell_mind(now, &MindInput::Line { line, state });
            }
        }
    }

    /// What the peer returned it also cosigned: when, and how. Without that nothing would say that
    /// the peer holds it.
    pub(crate) fn check_cosigned(
        &self,
        line: &Line,
        target: &Countersigned,
        checkpoint: &Checkpoint,
    ) -> Result<(u64, String), String> {
        let text = target.cosignature.clone();
        let text = text.ok_or("the peer shows no cosignature of its own on it")?;
        let time_s = self.peer_cosigned(line, checkpoint, &text);
        let time_s = time_s.ok_or("the peer's cosignature on it does not hold")?;
        Ok((time_s, text))
    }

    /// Gives the mind our own restored acts back, each when the peer's entries that it had
    /// seen are here again: below `peer_size`, or of an epoch that is closed. What speaks of something that is still
    /// missing waits on: it was heard ahead of the log, or without being cosigned, or its author has lost it too and
    /// states it again in the next epoch.
    pub(crate) fn replay_restored(&mut self, now: Now, id: &LineId, peer_size: u64) {
        let mut passed = 0;
        while let Some(line) = self.state.lines.get(id) {
            let reach = peer_size.max(line.peer.tree.size());
            let due = |act: &&RestoredAct| act.epoch < line.epoch || act.seen_size <= reach;
            let Some(act) = line.restored.get(passed).filter(due) else {
                return;
            };
            let mind = &self.state.mind;
            let early = !mind.has_subject(id, &act.kind, (act.drill, act.at_us), &act.body());
            if early && act.act_ref.is_none() {
                passed += 1;
            } else {
                self.restore(now, id, act.clone());
            }
        }
    }

    /// The same when both logs are about to be closed: nothing more of the peer's is to be waited for, save what it
    /// states again.
    pub(crate) fn replay_last_restored(&mut self, now: Now, id: &LineId) {
        self.replay_restored(now, id, u64::MAX);
        while let Some(line) = self.state.lines.get(id) {
            let excess = line.restored.len() > MAX_RESTORED_KEPT;
            let Some(act) = line.restored.front().filter(|_| excess) else {
                return;
            };
            self.restore(now, id, act.clone());
        }
    }

    fn restore(&mut self, now: Now, id: &LineId, act: RestoredAct) {
        let (epoch, body) = (act.epoch, act.body());
        let told = LineEvent::RestoredTold {
            epoch: Some(epoch),
            seq: act.seq,
        };
        self.emit_line(now, id, told);
        if act.kind == KIND_RECEIVED {
            if let Ok(receipts) = serde_json::from_str::<Receipts>(&act.body) {
                self.tell_receipted(now, id, &receipts);
            }
            return;
        }
        let (line, seq, at_us) = (id.clone(), act.seq, act.at_us);
        let input = match act.act_ref {
            Some(act_ref) => MindInput::Sealed {
                line,
                epoch,
                seq,
                act_ref,
                at_us,
            },
            None => MindInput::Restored {
                line,
                epoch,
                seq,
                kind: act.kind,
                desk: act.desk,
                drill: act.drill,
                at_us,
                body,
            },
        };
        self.tell_mind(now, &input);
    }
}

/// Which of a line's logs a side's is, seen from here.
fn log_of(line: &Line, side: Side) -> LogOf {
    if side == line.config.side {
        LogOf::Own
    } else {
        LogOf::Peer
    }
}
