//! What a peer sends: checked, taken, cosigned, receipted; or not, and then why.
//!
//! Two kinds of fault. Envelope (signature, order, commitment, size): nothing is cosigned,
//! the line is STALLED at both ends, the content is shown all the same, UNPROVEN. Content:
//! the mind's affair (NOT UNDERSTOOD); the entry is taken and cosigned.

use crate::engine::Engine;
use crate::epochs::is_spent;
use crate::event::{LineEvent, Rank, Unsealed};
use crate::frame::{Acts, Cosign, Entry, Frame};
use crate::input::{Conn, LogOf, Space};
use crate::keyring::{KeyRole, NODE_DESK};
use crate::limits::{CLOCK_DISPUTE_US, MAX_OWED_IN_ALL};
use crate::line::{KIND_ACCEPT, KIND_OPEN, KIND_RECEIVED, Line, Receipts, root_of};
use crate::session::Light;
use crate::stall::{COSIGNATURE_BAD, DISK_FULL, OWED_FULL};
use accord::ids::{Desk, LineId};
use accord::time::Now;
use accord::{Input as MindInput, LineState, Trouble};
use ledger::canon;
use ledger::checkpoint::Checkpoint;
use ledger::contradiction::Contradiction;
use ledger::header::Header;
use ledger::keys::Hash;

/// An entry whose envelope holds.
pub(crate) struct Checked {
    pub(crate) header: Header,
    pub(crate) leaf: Hash,
    pub(crate) entry: Entry,
}

/// What this node knows of its own log when it checks what the peer says it has seen of it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Knows {
    /// All of it.
    All,
    /// What a restore left of a log that is closed. This node has cosigned the peer's entries
    /// before; what they saw may be lost here and there.
    WhatIsLeft,
}

/// Why a batch of entries is not taken.
pub(crate) enum Unfit {
    /// Something of its envelope does not hold.
    Envelope(String),
    /// The peer signed it besides what it had signed before.
    Forked(Contradiction),
}

impl From<String> for Unfit {
    fn from(why: String) -> Self {
        Unfit::Envelope(why)
    }
}

impl Engine {
    /// One frame of a line.
    pub(crate) fn frame(&mut self, now: Now, id: &LineId, conn: Conn, bytes: &[u8]) {
        let Some(session) = self.sessions.get_mut(id).filter(|s| s.conn == Some(conn)) else {
            return;
        };
        session.heard_mono_us = now.mono_us;
        let ready = session.ready;
        if ready {
            session.worked_mono_us = now.mono_us;
        }
        let frame = match Frame::parse(bytes) {
            Ok(frame) => frame,
            Err(fault) => return self.bad_frame(now, id, conn, &fault.to_string()),
        };
        if ready {
            self.show_light(now, id, Light::Up);
        }
        match frame {
            Frame::Hello(hello) => self.hello(now, id, conn, &hello),
            Frame::Beat(beat) => self.beaten(now, id, &beat),
            Frame::Acts(acts) => self.acts(now, id, conn, acts),
            Frame::Cosign(cosign) => self.cosigned(now, id, &cosign),
            Frame::Urgent { epoch, entry } => self.urgent(now, id, epoch, entry),
            Frame::Fetch(fetch) => self.give_back(id, conn, &fetch),
            Frame::Returned(returned) => self.returned(now, id, returned),
            Frame::Stalled(stalled) => self.peer_stalled(now, id, &stalled),
            Frame::Contradiction(frame) => self.peer_contradiction(now, id, &frame),
        }
    }

    fn bad_frame(&mut self, now: Now, id: &LineId, conn: Conn, why: &str) {
        let trouble = Trouble::BadFrames {
            line: id.clone(),
            why: why.to_owned(),
        };
        self.tell_mind(now, &MindInput::Trouble(trouble));
        self.close(id, conn, why);
    }

    /// Compares a peer's stated instant, made just now, with our clock.
    pub(crate) fn check_peer_clock(&mut self, now: Now, id: &LineId, stated_us: i64) {
        let by_us = stated_us.saturating_sub(now.wall_us);
        if by_us > CLOCK_DISPUTE_US {
            self.clock_disputed(now, id, by_us);
        }
    }

    fn clock_disputed(&mut self, now: Now, id: &LineId, by_us: i64) {
        let trouble = Trouble::ClockDisputed {
            line: id.clone(),
            by_us,
        };
        self.tell_mind(now, &MindInput::Trouble(trouble));
    }

    /// Entries of the peer's log, in order.
    fn acts(&mut self, now: Now, id: &LineId, conn: Conn, acts: Acts) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        let settling = !session.synced || session.restoring.is_some();
        if acts.epoch != line.epoch || settling || is_spent(line) {
            return;
        }
        let have = line.peer.tree.size();
        if self.space == Space::Full {
            return self.stall(now, id, DISK_FULL);
        }
        if acts.first > have {
            if line.stalled.is_none() {
                session.ask_again();
            }
            return; // what is stalled is asked for again by and by, as beats come
        }
        if let Some(other) = self.find_other(line, acts.first, &acts.entries) {
            return self.doubled(now, id, other);
        }
        let skip = usize::try_from(have - acts.first).unwrap_or(usize::MAX);
        if skip >= acts.entries.len() {
            return self.repeated(now, id, conn, &acts);
        }
        let Acts {
            first,
            mut entries,
            checkpoint,
            ..
        } = acts;
        let new = entries.split_off(skip);
        if line.owes() >= MAX_OWED_IN_ALL && new.iter().any(is_receipted) {
            return self.stall(now, id, OWED_FULL);
        }
        match self.check_batch(id, first + skip as u64, &new, &checkpoint, Knows::All) {
            Ok((checked, head, note)) => self.take(now, id, checked, &head, note),
            Err(Unfit::Forked(contradiction)) => self.contradicted(now, id, &contradiction),
            Err(Unfit::Envelope(why)) => {
                self.stall(now, id, &why);
                self.show_unproven(now, id, new);
            }
        }
    }

    /// Entries that we hold already, and no desk signed others. The peer may lack our cosignature.
    fn repeated(&mut self, now: Now, id: &LineId, conn: Conn, acts: &Acts) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let differs =
            |(seq, entry): &(u64, &Entry)| line.peer.tree.leaf(*seq) != Header::leaf_hash(&entry.header);
        let mut places = (acts.first..).zip(&acts.entries);
        if let Some((seq, _)) = places.find(differs) {
            let why = format!("entry {seq} came again with another content, which no desk signed");
            self.bad_frame(now, id, conn, &why);
        } else if let Some(session) = self.sessions.get_mut(id) {
            session.cosign_sent = 0;
            session.touched = true;
        }
    }

    /// Checks entries and the checkpoint over them; nothing is changed.
    pub(crate) fn check_batch(
        &self,
        id: &LineId,
        first: u64,
        entries: &[Entry],
        note: &str,
        knows: Knows,
    ) -> Result<(Vec<Checked>, Checkpoint, String), Unfit> {
        let line = self
            .state
            .lines
            .get(id)
            .ok_or_else(|| "no such line".to_owned())?;
        let mut checked: Vec<Checked> = Vec::with_capacity(entries.len());
        let mut seen_size = line.peer.seen_size;
        for (seq, entry) in (first..).zip(entries) {
            let one = self
                .check_entry(line, seq, entry, knows)
                .map_err(|why| format!("entry {seq}: {why}"))?;
            if one.header.seen.size < seen_size {
                return Err(format!("entry {seq}: what it has seen of our log went back").into());
            }
            seen_size = one.header.seen.size;
            checked.push(one);
        }
        let (head, note) = self
            .open_peer_note(line, note)
            .map_err(|why| format!("checkpoint: {why}"))?;
        let leaves: Vec<Hash> = checked.iter().map(|one| one.leaf).collect();
        let size = first + leaves.len() as u64;
        if head.size != size || head.root != line.peer.tree.root_with(&leaves) {
            let why = format!("INCONSISTENT: the checkpoint does not cover the {size} entries that came");
            return Err(why.into());
        }
        match beside_floor(line, &leaves, &head, &note) {
            Some(contradiction) => Err(Unfit::Forked(contradiction)),
            None => Ok((checked, head, note)),
        }
    }

    /// The envelope of one entry.
    pub(crate) fn check_entry(
        &self,
        line: &Line,
        seq: u64,
        entry: &Entry,
        knows: Knows,
    ) -> Result<Checked, String> {
        let header = Header::parse(&entry.header).map_err(|fault| fault.to_string())?;
        if header.origin != line.peer_origin() || header.seq != seq {
            return Err(format!("it is entry {} of {}", header.seq, header.origin));
        }
        let role = KeyRole::Desk(Desk(header.desk.clone()));
        let public = line
            .config
            .peer
            .public(&role)
            .ok_or("its desk has no key on this line")?;
        if !header.verify(&public, self.keyring.verifier()) {
            return Err("its signature does not hold".to_owned());
        }
        let body = entry.body.as_deref().ok_or("its body was withheld")?;
        if Header::commitment(&entry.salt, body) != header.body {
            return Err("its body is not the one it commits to".to_owned());
        }
        let (seen, ours) = (&header.seen, &line.own.tree);
        let lost = seen.size > ours.size() && knows == Knows::WhatIsLeft;
        if !lost && (seen.size > ours.size() || ours.root_at(seen.size) != seen.root) {
            return Err("what it says it has seen of our log is not our log".to_owned());
        }
        Ok(Checked {
            leaf: Header::leaf_hash(&entry.header),
            header,
            entry: entry.clone(),
        })
    }

    /// Takes checked entries: journal, mind, receipts, cosignature.
    pub(crate) fn take(
        &mut self,
        now: Now,
        id: &LineId,
        checked: Vec<Checked>,
        head: &Checkpoint,
        note: String,
    ) {
        if self
            .state
            .lines
            .get(id)
            .is_some_and(|line| line.stalled.is_some())
        {
            self.emit_line(now, id, LineEvent::Resumed);
            self.show_stall(now, id);
        }
        let mut receipts = [Vec::new(), Vec::new()];
        for one in checked {
            let (seq, drill) = (one.header.seq, one.header.drill);
            let receipted = one.header.kind != KIND_RECEIVED;
            let (at_us, due) = self.take_one(now, id, one);
            if receipted && due {
                receipts[usize::from(drill)].push((seq, at_us));
            }
        }
        self.replay_restored(now, id, 0);
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        if head.size >= line.floor_size() {
            let time_s = u64::try_from(now.wall_us / 1_000_000).unwrap_or_default();
            let root = hex::encode(head.root);
            self.emit_line(
                now,
                id,
                LineEvent::Held {
                    size: head.size,
                    root,
                    time_s,
                    note,
                },
            );
        }
        for (drill, receipts) in [(false, &receipts[0]), (true, &receipts[1])] {
            self.state_receipts(now, id, receipts, drill);
        }
    }

    /// Takes one entry. Gives its instant, and whether RECEIVED is still to be stated of it.
    fn take_one(&mut self, now: Now, id: &LineId, one: Checked) -> (i64, bool) {
        let Some(line) = self.state.lines.get(id) else {
            return (now.wall_us, false);
        };
        let (epoch, seq) = (line.epoch, one.header.seq);
        self.replay_restored(now, id, seq);
        let Some(line) = self.state.lines.get(id) else {
            return (now.wall_us, false);
        };
        let ahead = line.peer.ahead.get(&seq).cloned();
        let restored = line.peer.restored_receipts.get(&seq).copied();
        let stated_us = restored.or(ahead.as_ref().map(|ahead| ahead.at_us));
        let stated_us = stated_us.or_else(|| self.first_received_us(id, &one));
        let at_us = stated_us.unwrap_or(now.wall_us);
        let text = String::from_utf8(one.entry.header.clone()).expect("a parsed header is UTF-8");
        self.store(id, LogOf::Peer, epoch, seq, one.entry.clone());
        self.emit_line(now, id, LineEvent::Taken { header: text });
        match ahead {
            Some(ahead) if !ahead.not_understood => {
                self.tell_mind(
                    now,
                    &MindInput::Proven {
                        line: id.clone(),
                        epoch,
                        seq,
                    },
                );
            }
            _ => self.hear(now, id, &one, at_us, true),
        }
        (at_us, restored.is_none())
    }

    /// When what an entry states was first received, if it states again what stood in an epoch that is
    /// closed, or was lost in a restore.
    fn first_received_us(&self, id: &LineId, one: &Checked) -> Option<i64> {
        let body = canon::parse_canonical(one.entry.body.as_deref()?).ok()?;
        let Header { kind, drill, at, .. } = &one.header;
        self.state.mind.first_received_us(id, kind, (*drill, *at), &body)
    }

    /// Hands an entry to whoever understands its kind.
    pub(crate) fn hear(&mut self, now: Now, id: &LineId, one: &Checked, received_at_us: i64, proven: bool) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let epoch = line.epoch;
        let body = one.entry.body.as_deref().unwrap_or_default();
        match one.header.kind.as_str() {
            KIND_OPEN => return,
            KIND_ACCEPT if !one.header.drill => {
                self.emit_line(now, id, LineEvent::EpochAccepted { own: false });
                let state = LineState::EpochAccepted { own: false };
                return self.tell_mind(
                    now,
                    &MindInput::Line {
                        line: id.clone(),
                        state,
                    },
                );
            }
            KIND_RECEIVED => {
                let receipts = serde_json::from_slice::<Receipts>(body).ok();
                let seen = one.header.seen.size;
                if let Some(ours) = receipts.and_then(|receipts| receipts.of_ours(line, seen)) {
                    return self.receipts(now, id, ours);
                }
            }
            _ => {}
        }
        self.check_stated(now, id, one.header.at);
        let input = MindInput::Heard {
            line: id.clone(),
            epoch,
            seq: one.header.seq,
            kind: one.header.kind.clone(),
            desk: Desk(one.header.desk.clone()),
            drill: one.header.drill,
            at_us: one.header.at,
            received_at_us,
            proven,
            body: canon::parse_canonical(body).unwrap_or(serde_json::Value::Null),
        };
        self.tell_mind(now, &input);
    }

    /// The peer states RECEIVED. What it has not cosigned yet is shown when it has: a statement
    /// of its node alone is no proof. What it never cosigned of a closed log is stated again here, and
    /// received as such.
    fn receipts(&mut self, now: Now, id: &LineId, (epoch, entries): (u32, Vec<(u64, i64)>)) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let cosigned = line.cosigned_in(epoch);
        let (entries, receipts): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(seq, _)| *seq < cosigned);
        if !receipts.is_empty() && epoch == line.epoch {
            self.emit_line(now, id, LineEvent::ReceiptsAhead { receipts });
        }
        if !entries.is_empty() {
            let line = id.clone();
            self.tell_mind(now, &MindInput::Received { line, epoch, entries });
        }
    }

    /// A verified cosignature of the peer on our log: with it come into force the receipts that
    /// were stated ahead of it.
    pub(crate) fn note_cosigned(
        &mut self,
        now: Now,
        id: &LineId,
        size: u64,
        time_s: u64,
        cosignature: String,
    ) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let epoch = line.epoch;
        let entries: Vec<(u64, i64)> = line
            .own
            .receipts
            .range(..size)
            .map(|(seq, at_us)| (*seq, *at_us))
            .collect();
        self.emit_line(
            now,
            id,
            LineEvent::Cosigned {
                size,
                time_s,
                cosignature,
            },
        );
        if let Some(session) = self.sessions.get_mut(id) {
            session.note_peer_holds(size);
        }
        if !entries.is_empty() {
            let line = id.clone();
            self.tell_mind(now, &MindInput::Received { line, epoch, entries });
        }
    }

    /// An act cannot have been stated after it came.
    fn check_stated(&mut self, now: Now, id: &LineId, at_us: i64) {
        let by_us = at_us.saturating_sub(now.wall_us);
        if by_us > CLOCK_DISPUTE_US {
            self.clock_disputed(now, id, by_us);
        }
    }

    /// States RECEIVED for each entry, in our own log. Of drills apart from the rest: the receipt
    /// of a drill is a drill, and a real one never is.
    fn state_receipts(&mut self, now: Now, id: &LineId, receipts: &[(u64, i64)], drill: bool) {
        if receipts.is_empty() {
            return;
        }
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let receipts = Receipts::from_pairs(line.epoch, receipts);
        let act = Unsealed {
            act_ref: None,
            kind: KIND_RECEIVED.to_owned(),
            desk: Desk::from(NODE_DESK),
            drill,
            at: now.wall_us,
            body: receipts.to_body(),
        };
        self.emit_line(
            now,
            id,
            LineEvent::Queued {
                rank: Rank::System,
                act,
            },
        );
    }

    /// The peer cosigned our log.
    fn cosigned(&mut self, now: Now, id: &LineId, cosign: &Cosign) {
        let (Some(line), Some(session)) = (self.state.lines.get(id), self.sessions.get_mut(id)) else {
            return;
        };
        if cosign.epoch != line.epoch {
            return;
        }
        if cosign.size <= line.cosigned_size() {
            session.note_peer_holds(cosign.size);
            if cosign.size == line.own.tree.size() {
                self.peer_resumed(now, id);
            }
            return;
        }
        if cosign.size > line.own.tree.size() {
            let restoring = self.sessions.get(id).is_some_and(|s| s.restoring.is_some());
            if restoring {
                return; // HELLO brought the cosignature of what is being taken back
            }
            return self.beyond_ours(now, id);
        }
        let root = line.own.tree.root_at(cosign.size);
        let checkpoint = Checkpoint {
            origin: line.own_origin(),
            size: cosign.size,
            root,
        };
        let Some(time_s) = self.peer_cosigned(line, &checkpoint, &cosign.line) else {
            return self.stall(now, id, COSIGNATURE_BAD);
        };
        self.note_cosigned(now, id, cosign.size, time_s, cosign.line.clone());
        self.peer_resumed(now, id);
    }
}

/// Whether taking an entry makes us state a receipt.
fn is_receipted(entry: &Entry) -> bool {
    Header::parse(&entry.header).is_ok_and(|header| header.kind != KIND_RECEIVED)
}

/// What the peer signed at the floor, when the tree that it signed now does not continue it.
fn beside_floor(line: &Line, leaves: &[Hash], head: &Checkpoint, note: &str) -> Option<Contradiction> {
    let floor = line.peer.cosign_floor.as_ref()?;
    let reached = line.held_size() < floor.size && floor.size <= head.size;
    let mut tree = reached.then(|| line.peer.tree.clone())?;
    for leaf in leaves {
        tree.push(*leaf);
    }
    let (size, root) = (floor.size, root_of(&floor.root));
    if tree.root_at(size) == root {
        return None;
    }
    let small = Checkpoint {
        origin: line.peer_origin(),
        size,
        root,
    };
    Some(crate::evidence::fork(
        &tree,
        &small,
        &floor.note,
        (head.size, note),
    ))
}
