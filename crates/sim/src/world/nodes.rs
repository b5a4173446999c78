//! Nodes: starting, dying, one turn at a time.

use super::open::Befell;
use super::*;
use accord::Event as MindEvent;
use engine::Batch;
use engine::event::{Answer, Event as Fact};
use engine::input::{Reading, Refused, ReplyTo};

impl World {
    pub(super) fn start(&mut self, at: usize) {
        let from_snapshot = self.disk.chance(FROM_SNAPSHOT);
        let node = &mut self.nodes[at];
        match node.start(self.now_us, from_snapshot) {
            Ok(()) => {
                self.trace
                    .step(self.now_us, "start", format_args!("{}", node.name));
                self.open_look(at);
                self.turn(at);
            }
            Err(rotten) => {
                // Found, and named: the keeper puts the backup back.
                let name = node.name.clone();
                self.trace.step(
                    self.now_us,
                    "rot-found",
                    format_args!("{name} record {}", rotten.seq),
                );
                self.go_back(at);
                self.start(at);
            }
        }
    }

    /// The last backup is put in the place of the disk.
    pub(super) fn go_back(&mut self, at: usize) {
        let backup = self.nodes[at].backup.backup();
        let name = self.nodes[at].name.clone();
        let (old, new) = (self.nodes[at].disk.len(), backup.len());
        self.trace.step(
            self.now_us,
            "put-back",
            format_args!("{name} from {old} to {new}"),
        );
        self.nodes[at].stop();
        self.nodes[at].disk = backup;
        self.open_hears(at, Befell::PutBack);
        self.put_back[at] += 1;
        self.note_what_nobody_holds(at);
    }

    /// What is neither on its author's disk any more nor cosigned on the peer's may be gone for
    /// good: of both ends of every line of a node whose disk was put back.
    fn note_what_nobody_holds(&mut self, at: usize) {
        let engine = self.nodes[at].recovered(true).ok();
        for Wire { line, nodes, .. } in self.wires.iter().filter(|wire| wire.nodes.contains(&at)) {
            let peer = nodes[usize::from(nodes[0] == at)];
            let reread = self.nodes[peer].reread();
            let theirs = reread.as_ref().or(self.nodes[peer].engine.as_ref());
            let ends = [(at, engine.as_ref()), (peer, theirs)];
            for [(author, own), (reader, other)] in [ends, [ends[1], ends[0]]] {
                let own = own.map(|own| check::items(own.mind(), line, Author::Own));
                let other = other.map(|other| self.nodes[reader].cosigned_items(other, line));
                let held: BTreeSet<What> = own.into_iter().chain(other).flatten().collect();
                self.auditor
                    .nobody_holds(author, line, |what| !held.contains(what));
            }
        }
    }

    pub(super) fn crash(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        if node.engine.is_none() {
            return;
        }
        self.trace
            .step(self.now_us, "crash", format_args!("{}", node.name));
        node.stop();
        node.disk.crash(&mut self.disk);
        self.open_hears(at, Befell::Died);
        for wire in 0..self.wires.len() {
            if self.wires[wire].nodes.contains(&at) {
                self.hang_up(wire);
            }
        }
    }

    /// One turn: decide, journal; what leaves, leaves when that is durable.
    pub(super) fn turn(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        let now = node.now(self.now_us);
        let Some(engine) = node.engine.as_mut().filter(|_| !node.busy) else {
            return;
        };
        if let Some(batch) = engine.run(now) {
            self.journal(at, batch);
        }
        self.hand_out(at);
        self.wake_later(at);
    }

    fn journal(&mut self, at: usize, batch: Batch) {
        let node = &mut self.nodes[at];
        tally(&mut self.trace, &batch);
        if self.trace.tells() {
            tell_facts(&self.trace, self.now_us, &node.name, &batch);
        }
        node.disk.write(batch);
        node.busy = true;
        let boot = node.boot;
        let took_us = if self.even_disk {
            0
        } else {
            self.disk.between(DISK_LEAST_US, DISK_MOST_US)
        };
        self.after(took_us, Event::Synced { node: at, boot });
    }

    pub(super) fn synced(&mut self, at: usize, boot: u64) {
        let node = &mut self.nodes[at];
        if node.boot != boot || !node.busy {
            return;
        }
        let Some(engine) = &mut node.engine else { return };
        let upto = node.disk.sync();
        assert!(
            upto < engine.next_seq(),
            "seed {}: {} decided up to {} and wrote {upto}",
            self.seed,
            node.name,
            engine.next_seq()
        );
        engine.durable(upto);
        node.busy = false;
        if !self.even_disk && self.disk.chance(SNAPSHOTS) {
            node.disk.keep_snapshot(engine.snapshot());
        }
        self.hand_out(at);
        self.turn(at);
    }

    /// Wakes the node when something waits, or when its next clock falls due.
    pub(super) fn wake_later(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        let now = node.now(self.now_us);
        let Some(engine) = &node.engine else { return };
        if node.busy {
            return;
        }
        let wait_us = if engine.has_input() {
            0
        } else {
            engine
                .poll_timeout(now)
                .map_or(SECOND_US, |wait_us| wait_us.clamp(0, SECOND_US))
        };
        let due_us = self.now_us + wait_us.max(1);
        if node.wake_us <= self.now_us || due_us < node.wake_us {
            node.wake_us = due_us;
            self.after(due_us - self.now_us, Event::Wake(at));
        }
    }

    pub(super) fn hand_out(&mut self, at: usize) {
        while let Some(output) = self.nodes[at]
            .engine
            .as_mut()
            .and_then(engine::Engine::poll_output)
        {
            match output {
                Output::Reply { reply, result } => self.reply(at, reply, result),
                Output::Send { line, conn, bytes } => self.send(at, &line, conn, bytes),
                Output::Close { line, conn, why } => {
                    self.trace
                        .step(self.now_us, "close", format_args!("{line} {why}"));
                    if let Some(wire) = self.wire_of(&line)
                        && self.wires[wire].conn == Some(conn)
                    {
                        self.hang_up(wire);
                    }
                }
                Output::Fetch { line, conn, reading } => self.read_again(at, line, conn, reading),
                Output::OpenReply { reply, result } => self.open_reply(at, reply, &result),
                Output::Shown { .. } => {}
            }
        }
    }

    fn reply(&mut self, at: usize, reply: ReplyTo, result: Result<Answer, Refused>) {
        let Some(number) = self.nodes[at].answered(reply, result) else {
            return;
        };
        let request = &self.nodes[at].requests[number];
        let words = format!("{:?}", request.answer);
        self.trace
            .step(self.now_us, "answer", format_args!("{} {words}", request.key));
        self.auditor.acknowledged(at, self.now_us, request);
        self.open_stepped_aside(at, number);
        self.watch_safety(at, number);
    }

    fn read_again(&mut self, at: usize, line: LineId, conn: Conn, reading: Reading) {
        let node = &mut self.nodes[at];
        let key = |seq| entry_key(&line, reading.of, reading.epoch, seq);
        let texts = (reading.from..reading.upto).map_while(|seq| node.disk.text(&key(seq)));
        let entries = texts.map(|text| Entry::parse(text).expect("stored entries are whole"));
        let entries = entries.collect();
        let input = Input::Fetched {
            line,
            conn,
            reading,
            entries,
        };
        self.put(at, input);
    }

    /// Puts a fact of the edge before the engine. A full queue drops frames, as a connection
    /// that breaks does; facts find room because their lane drains every turn.
    pub(super) fn put(&mut self, at: usize, input: Input) {
        if let Some(engine) = &mut self.nodes[at].engine {
            let _full_is_back_pressure = engine.input(input);
            self.wake_later(at);
        }
    }
}

fn tally(trace: &mut Trace, batch: &Batch) {
    for event in batch.records.iter().flat_map(|record| &record.events) {
        match event {
            Fact::Mind {
                mind: MindEvent::Act { .. },
            } => trace.tally("act stated"),
            Fact::Mind {
                mind: MindEvent::AlarmRaised { .. },
            } => trace.tally("alarm raised"),
            _ => {}
        }
    }
}

fn tell_facts(trace: &Trace, at_us: i64, name: &str, batch: &Batch) {
    let facts = batch.records.iter().flat_map(|record| &record.events);
    for fact in facts.filter_map(crate::story::fact) {
        trace.aside(at_us, "fact", format_args!("{name} {fact}"));
    }
}
