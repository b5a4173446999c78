//! Entries shown before the log covers them: safety ahead of a backlog, and what is not
//! cosigned. UNPROVEN until the log reaches them.

use crate::engine::Engine;
use crate::event::LineEvent;
use crate::frame::Entry;
use crate::intake::Checked;
use crate::keyring::KeyRole;
use crate::limits::MAX_AHEAD;
use crate::line::{KIND_ACCEPT, KIND_OPEN, KIND_RECEIVED, Line};
use accord::ids::{Desk, LineId};
use accord::time::Now;
use ledger::header::Header;

impl Engine {
    /// A safety entry ahead of the log: shown at once, proven later.
    pub(crate) fn urgent(&mut self, now: Now, id: &LineId, epoch: u32, entry: Entry) {
        let Some(line) = self.state.lines.get(id) else {
            return;
        };
        let Ok(header) = Header::parse(&entry.header) else {
            return self.stall(now, id, "an urgent entry could not be read");
        };
        if epoch != line.epoch {
            return;
        }
        if let Some(other) = self.find_other(line, header.seq, std::slice::from_ref(&entry)) {
            return self.doubled(now, id, other);
        }
        let known = header.seq < line.peer.tree.size() || line.peer.ahead.contains_key(&header.seq);
        if known || line.peer.ahead.len() >= MAX_AHEAD {
            return;
        }
        match self.check_ahead(line, header, entry) {
            Ok(one) => self.take_ahead(now, id, epoch, &one),
            Err(why) => self.stall(now, id, &format!("an urgent entry: {why}")),
        }
    }

    /// What of an envelope can be checked before the entries in front of it are here.
    fn check_ahead(&self, line: &Line, header: Header, entry: Entry) -> Result<Checked, String> {
        let public = line.config.peer.public(&KeyRole::Desk(Desk(header.desk.clone())));
        let public = public.ok_or("its desk has no key on this line")?;
        let signed = header.origin == line.peer_origin() && header.verify(&public, self.keyring.verifier());
        let committed = entry
            .body
            .as_deref()
            .map(|body| Header::commitment(&entry.salt, body));
        if !signed || committed != Some(header.body) {
            return Err("its signature or its body does not hold".to_owned());
        }
        Ok(Checked {
            leaf: Header::leaf_hash(&entry.header),
            header,
            entry,
        })
    }

    fn take_ahead(&mut self, now: Now, id: &LineId, epoch: u32, one: &Checked) {
        let seq = one.header.seq;
        let header = String::from_utf8(one.entry.header.clone()).expect("a parsed header is UTF-8");
        self.emit_line(
            now,
            id,
            LineEvent::Ahead {
                epoch,
                seq,
                header,
                at_us: now.wall_us,
            },
        );
        self.hear(now, id, one, now.wall_us, false);
    }

    /// Content of a batch that is not cosigned, shown as UNPROVEN where a desk signed it.
    pub(crate) fn show_unproven(&mut self, now: Now, id: &LineId, entries: Vec<Entry>) {
        for entry in entries {
            let Some(line) = self.state.lines.get(id) else {
                return;
            };
            let Ok(header) = Header::parse(&entry.header) else {
                continue;
            };
            let system = [KIND_OPEN, KIND_ACCEPT, KIND_RECEIVED].contains(&header.kind.as_str());
            let known = header.seq < line.peer.tree.size() || line.peer.ahead.contains_key(&header.seq);
            if system || known || line.peer.ahead.len() >= MAX_AHEAD {
                continue;
            }
            let epoch = line.epoch;
            if let Ok(one) = self.check_ahead(line, header, entry) {
                self.take_ahead(now, id, epoch, &one);
            }
        }
    }
}
