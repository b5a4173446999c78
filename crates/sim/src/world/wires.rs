//! Wires: dialling, sending, falling silent.

use super::open::Befell;
use super::*;

impl World {
    pub(super) fn wire_of(&self, line: &LineId) -> Option<usize> {
        self.wires.iter().position(|wire| wire.line == *line)
    }

    pub(super) fn dial(&mut self, at: usize) {
        let again_us = self.net.between(SECOND_US / 5, 5 * SECOND_US);
        self.after(again_us, Event::Dial(at));
        let wire = &mut self.wires[at];
        let awake = |node: &Node| node.engine.is_some() && node.asleep_until_us <= self.now_us;
        let up = wire.nodes.iter().all(|node| awake(&self.nodes[*node]));
        if wire.conn.is_some() || wire.cut || !up {
            return;
        }
        let conn = wire.connect();
        wire.disturbed_us = self.now_us;
        self.trace.step(
            self.now_us,
            "connect",
            format_args!("{} {conn}", self.wires[at].line),
        );
        for end in 0..2 {
            let late_us = self.net.between(0, SECOND_US / 50);
            self.tell_later(late_us, at, end, conn, true);
        }
    }

    fn tell_later(&mut self, late_us: i64, wire: usize, end: End, conn: Conn, stands: bool) {
        let (at, told) = (wire, Told { end, conn, stands });
        self.after(late_us, Event::Told(at, told));
    }

    /// The connection of a wire is gone; either end learns it in its own time.
    pub(super) fn hang_up(&mut self, at: usize) {
        let Some(conn) = self.wires[at].conn.take() else {
            return;
        };
        self.wires[at].held = Default::default();
        self.wires[at].disturbed_us = self.now_us;
        for end in 0..2 {
            let late_us = self.net.wait(SECOND_US / 2);
            self.tell_later(late_us, at, end, conn, false);
        }
    }

    pub(super) fn told(&mut self, at: usize, end: End, conn: Conn, stands: bool) {
        let wire = &mut self.wires[at];
        let (line, node) = (wire.line.clone(), wire.nodes[end]);
        let newer = wire.told[end].is_some_and(|told| told > conn);
        let known = wire.told[end] == Some(conn);
        if stands && !newer && !known && wire.conn == Some(conn) {
            // A newer connection takes the place of an older one.
            if let Some(old) = wire.told[end].replace(conn) {
                self.put(
                    node,
                    Input::Disconnected {
                        line: line.clone(),
                        conn: old,
                    },
                );
            }
            self.put(node, Input::Connected { line, conn });
        } else if !stands && wire.told[end] == Some(conn) {
            wire.told[end] = None;
            self.put(node, Input::Disconnected { line, conn });
        }
    }

    pub(super) fn send(&mut self, from: usize, line: &LineId, conn: Conn, bytes: Vec<u8>) {
        let Some(at) = self.wire_of(line) else { return };
        self.trace.bytes("frame", &bytes);
        if self.trace.tells() {
            let (name, words) = (&self.nodes[from].name, crate::story::frame(&bytes));
            self.trace
                .aside(self.now_us, "frame", format_args!("{line} {name} {words}"));
        }
        let wire = &mut self.wires[at];
        if wire.conn != Some(conn) {
            return;
        }
        let to = 1 - wire.end_of(from).expect("a node sends on its own lines");
        wire.note_left(1 - to, self.now_us, &bytes);
        self.watch_sent(from, at, &bytes);
        for bytes in self.as_it_says(from, bytes) {
            self.carry(at, to, conn, bytes);
        }
    }

    /// What leaves a node that is not to be believed.
    fn as_it_says(&mut self, from: usize, bytes: Vec<u8>) -> Vec<Vec<u8>> {
        if !self.doubts(from) || self.faults.lies == 0 {
            return vec![bytes];
        }
        let said = self.said.entry(from).or_default();
        let lie = self.liar.chance(self.faults.lies);
        let out = if lie {
            self.trace
                .step(self.now_us, "lie", format_args!("{}", self.nodes[from].name));
            crate::lies::instead(&mut self.liar, &bytes, said)
        } else {
            vec![bytes.clone()]
        };
        if said.len() == LIE_MEMORY {
            said.remove(0);
        }
        said.push(bytes);
        out
    }

    fn carry(&mut self, at: usize, to: End, conn: Conn, mut bytes: Vec<u8>) {
        let wire = &mut self.wires[at];
        if bytes.is_empty() {
            return;
        }
        if self.net.chance(self.faults.garbage) {
            wire.disturbed_us = self.now_us;
            let place = self.net.index(bytes.len());
            bytes[place] ^= 1 << self.net.below(8);
        }
        for due_us in wire.due(to, self.now_us, &self.faults, &mut self.net) {
            let bytes = bytes.clone();
            self.after(
                due_us - self.now_us,
                Event::Arrive {
                    wire: at,
                    to,
                    conn,
                    bytes,
                },
            );
        }
    }

    pub(super) fn arrive(&mut self, at: usize, to: End, conn: Conn, bytes: Vec<u8>) {
        // Nothing comes out of a connection before it stands.
        self.told(at, to, conn, true);
        let wire = &mut self.wires[at];
        if wire.told[to] != Some(conn) {
            return;
        }
        if wire.silent[to] {
            wire.disturbed_us = self.now_us;
            wire.held[to].push((conn, bytes));
            return;
        }
        let (line, node) = (wire.line.clone(), wire.nodes[to]);
        let engine = self.nodes[node].engine.as_mut();
        let taken = engine.is_some_and(|engine| engine.input(Input::Frame { line, conn, bytes }).is_ok());
        if !taken {
            // The edge reads no further; here the connection breaks, which loses as much.
            self.hang_up(at);
        }
        self.wake_later(node);
    }

    pub(super) fn back_up(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        if node.engine.is_some() {
            node.backup = node.disk.backup();
            self.open_hears(at, Befell::BackedUp);
        }
        let wait_us = self.disk.wait(BACKUP_US);
        self.after(wait_us, Event::Backup(at));
    }
}
