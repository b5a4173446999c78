//! Taking our own log back from the peer after a restore.
//!
//! Guarantee: what comes back is ours (our desks' signatures, our log key over the root) and
//! continues what we still have; otherwise a new epoch is opened and nothing is taken.

use crate::engine::Engine;
use crate::event::LineEvent;
use crate::frame::{Countersigned, Entry, Fetch, Frame};
use crate::input::LogOf;
use crate::keyring::KeyRole;
use crate::limits::FETCH_CHUNK;
use crate::line::{KIND_RECEIVED, Line, Receipts};
use crate::session::Restoring;
use accord::ids::{Desk, LineId};
use accord::time::Now;
use accord::{Input as MindInput, LineState, Trouble};
use ledger::checkpoint::Checkpoint;
use ledger::header::Header;
use ledger::keys::Hash;

impl Engine {
    /// Entries of our own log, given back.
    pub(crate) fn returned(&mut self, now: Now, id: &LineId, epoch: u32, first: u64, entries: Vec<Entry>) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        let Some(restoring) = session.restoring.as_mut() else {
            return;
        };
        let have = line.own.tree.size() + restoring.entries.len() as u64;
        if epoch != line.epoch || first != have || entries.is_empty() {
            return;
        }
        restoring.entries.extend(entries);
        let next = line.own.tree.size() + restoring.entries.len() as u64;
        if next < restoring.size {
            let upto = restoring.size.min(next + FETCH_CHUNK);
            session.outbox.push(Frame::Fetch(Fetch {
                epoch,
                from: next,
                upto,
            }));
            session.touched = true;
            return;
        }
        if let Some(restoring) = session.restoring.take() {
            self.finish_restore(now, id, restoring);
        }
    }

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
        let (size, (time_s, cosignature)) = match verified {
            Ok(verified) => verified,
            Err(why) => {
                let why = format!("our own log could not be taken back from the peer: {why}");
                let epoch = line.epoch + 1;
                return self.open_epoch(now, id, epoch, &why);
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
        if let Some(conn) = self.sessions.get(id).and_then(|session| session.conn) {
            self.ready(now, id, conn, size);
        }
        if let Some(session) = self.sessions.get_mut(id) {
            session.ask_again();
        }
        self.replay_restored(now, id, 0);
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
    fn check_cosigned(
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
    /// seen are here again: below `peer_size`.
    pub(crate) fn replay_restored(&mut self, now: Now, id: &LineId, peer_size: u64) {
        while let Some(line) = self.state.lines.get(id) {
            let reach = peer_size.max(line.peer.tree.size());
            let epoch = line.epoch;
            let Some(act) = line
                .restored
                .front()
                .filter(|act| act.seen_size <= reach)
                .cloned()
            else {
                return;
            };
            self.emit_line(now, id, LineEvent::RestoredTold);
            if act.kind == KIND_RECEIVED {
                let receipts = serde_json::from_str(&act.body).unwrap_or(Receipts { runs: Vec::new() });
                self.tell_receipted(now, id, epoch, &receipts);
                continue;
            }
            if let Some(act_ref) = act.act_ref {
                let (line, seq, at_us) = (id.clone(), act.seq, act.at_us);
                let placed = MindInput::Sealed {
                    line,
                    epoch,
                    seq,
                    act_ref,
                    at_us,
                };
                self.tell_mind(now, &placed);
                continue;
            }
            let input = MindInput::Restored {
                line: id.clone(),
                epoch,
                seq: act.seq,
                kind: act.kind,
                desk: act.desk,
                drill: act.drill,
                at_us: act.at_us,
                body: serde_json::from_str(&act.body).unwrap_or(serde_json::Value::Null),
            };
            self.tell_mind(now, &input);
        }
    }
}
