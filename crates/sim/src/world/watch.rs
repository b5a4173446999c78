//! What must hold of every frame that leaves, while it leaves; and how soon safety traffic is heard.

use super::*;
use crate::limits::{HEARD_WITHIN_US, MOST_BEFORE_SAFETY, ONLY_FOR, QUIET_US, TOLD_TO_NOBODY};
use crate::node::Request;
use accord::act::Urgency;
use engine::event::Answer;
use engine::frame::Frame;
use engine::input::LogOf;
use engine::session::Light;

impl World {
    /// A frame that leaves a node, as its engine made it.
    pub(super) fn watch_sent(&mut self, from: usize, wire: usize, bytes: &[u8]) {
        let line = self.wires[wire].line.clone();
        let words = || format!("on {line}: {}", crate::story::frame(bytes));
        let stranger = stranger(&self.wires[wire], bytes);
        self.findings
            .check("invariant_nothing_of_other_lines", stranger.is_none(), || {
                format!("{} tells {stranger:?} {}", self.nodes[from].name, words())
            });
        let Ok(frame) = Frame::parse(bytes) else { return };
        if let Some(durable) = self.is_durable(from, &line, &frame) {
            self.findings
                .check("invariant_nothing_leaves_before_it_is_durable", durable, || {
                    format!("{} {}", self.nodes[from].name, words())
                });
        }
        self.watch_order(from, wire, &frame);
    }

    /// Entries, and what a cosignature covers, are on the disk of who sends them.
    fn is_durable(&self, from: usize, line: &LineId, frame: &Frame) -> Option<bool> {
        let disk = &self.nodes[from].disk;
        let stands = |of, epoch, seq| disk.text(&entry_key(line, of, epoch, seq));
        Some(match frame {
            Frame::Acts(acts) => (acts.first..)
                .zip(&acts.entries)
                .all(|(seq, entry)| stands(LogOf::Own, acts.epoch, seq) == Some(&entry.to_bytes())),
            Frame::Cosign(cosign) => {
                cosign.size == 0 || stands(LogOf::Peer, cosign.epoch, cosign.size - 1).is_some()
            }
            _ => return None,
        })
    }

    /// Of what leaves after a safety act was acknowledged, little leaves before it.
    fn watch_order(&mut self, from: usize, wire: usize, frame: &Frame) {
        let wire = &mut self.wires[wire];
        let lane = wire.end_of(from).map(|end| &mut wire.safety[end]);
        let before = match (frame, lane) {
            (Frame::Acts(acts), Some(lane)) => {
                let before = acts.entries.iter().filter_map(|entry| lane.sent(entry, true));
                before.max()
            }
            (Frame::Urgent { epoch: _, entry }, Some(lane)) => lane.sent(entry, false),
            _ => None,
        };
        let line = wire.line.clone();
        if let Some(before) = before.filter(|_| !self.doubts(from)) {
            let name = &self.nodes[from].name;
            self.findings.check(
                "invariant_safety_is_not_behind",
                before <= MOST_BEFORE_SAFETY,
                || format!("{name} on {line}: {before} entries first"),
            );
        }
    }

    /// A request was answered well: when it is safety traffic, it is to leave soon, and to be heard soon.
    pub(super) fn watch_safety(&mut self, at: usize, request: usize) {
        let request = &self.nodes[at].requests[request];
        let Some((line, what)) = safety(request).filter(|_| request.asked == 1) else {
            return;
        };
        let Some(wire) = self.wire_of(&line) else { return };
        let end = self.wires[wire].end_of(at).expect("a node asks on its own lines");
        self.wires[wire].safety[end].owe(what.clone());
        let quiet = self.is_quiet(wire)
            && self.is_up(at, &line)
            && self.is_up(self.wires[wire].nodes[1 - end], &line);
        if let Some(conn) = self.wires[wire].conn.filter(|_| quiet) {
            let to = 1 - end;
            self.after(HEARD_WITHIN_US, Event::Heard { wire, to, conn, what });
        }
    }

    /// What was to be heard by now is heard, unless something has befallen the line meanwhile.
    pub(super) fn heard(&mut self, wire: usize, to: End, conn: Conn, what: &What) {
        let Wire { line, nodes, .. } = &self.wires[wire];
        let (line, node) = (line.clone(), nodes[to]);
        let Some(engine) = self.nodes[node].engine.as_ref() else {
            return;
        };
        if self.wires[wire].conn != Some(conn) || !self.is_quiet(wire) {
            return;
        }
        let heard = check::items(engine.mind(), &line, Author::Peer).contains(what);
        self.findings.check("invariant_safety_is_heard", heard, || {
            format!("{} on {line} has not heard {what:?}", self.nodes[node].name)
        });
    }

    /// Nothing befell a wire for a while, and nobody at its ends lies.
    fn is_quiet(&self, wire: usize) -> bool {
        let wire = &self.wires[wire];
        self.now_us - wire.disturbed_us >= QUIET_US && !self.doubts_wire(wire)
    }

    fn is_up(&self, at: usize, line: &LineId) -> bool {
        let now = self.nodes[at].now(self.now_us);
        let engine = self.nodes[at].engine.as_ref();
        let mut views = engine.into_iter().flat_map(|engine| engine.line_views(now));
        views.any(|view| view.line == *line && view.light == Light::Up)
    }
}

/// What of other lines, or of what no line is told, stands in a frame.
fn stranger(wire: &Wire, bytes: &[u8]) -> Option<String> {
    let own = [
        format!("{ONLY_FOR}{}", wire.line),
        format!("{PARTY}{}", wire.nodes[0]),
        format!("{PARTY}{}", wire.nodes[1]),
    ];
    let strange = |mark: &&str| {
        places(bytes, mark).find_map(|rest| {
            let shown = &rest[..rest.len().min(mark.len() + 8)];
            let known = own.iter().any(|own| shown.starts_with(own.as_bytes()));
            (!known).then(|| String::from_utf8_lossy(shown).into_owned())
        })
    };
    [ONLY_FOR, PARTY, TOLD_TO_NOBODY].iter().find_map(strange)
}

/// What of `bytes` begins with `mark`.
fn places<'b>(bytes: &'b [u8], mark: &'b str) -> impl Iterator<Item = &'b [u8]> {
    let starts = (0..bytes.len()).filter(|at| bytes[*at] == mark.as_bytes()[0]);
    starts
        .map(|at| &bytes[at..])
        .filter(|rest| rest.starts_with(mark.as_bytes()))
}

/// The safety act that a request stated, and on which line.
fn safety(request: &Request) -> Option<(LineId, What)> {
    let (Some(Ok(Answer::Done(outcome))), Wish::Desk(command)) = (&request.answer, &request.wish) else {
        return None;
    };
    Some(match command {
        Command::Cease { line, .. } | Command::CheckFire { line, .. } => {
            (line.clone(), What::Stop(outcome.id.clone()?))
        }
        Command::Say {
            line,
            text,
            urgency: Urgency::Distress,
            ..
        } => (line.clone(), What::Text(text.clone())),
        _ => return None,
    })
}
