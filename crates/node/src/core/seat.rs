//! The core thread's turn.

use super::Failure;
use super::feed::Feed;
use super::inbox::{Ask, FrameTicket, Inbox, OpenSender, Query, ReplySender};
use super::{Core, Recovered};
use crate::clock::Clock;
use crate::failed::Failed;
use crate::limits::{CORE_WAKE, SNAPSHOT_EVERY};
use crate::reconstruction;
use crate::space::SpaceWatch;
use accord::command::Command;
use accord::ids::{Desk, LineId};
use accord::time::Now;
use accord::{Trouble, TroubleKey};
use engine::event::Record;
use engine::frame::Entry;
use engine::input::{Conn, Input, Output, Reading, ReplyTo};
use engine::limits::LINE_BATCH;
use engine::line::entry_key;
use engine::queue::Lane;
use engine::{Batch, Engine};
use ledger::journal::{Blob, Journal, Record as Stored, SqliteJournal};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The connections, as the core thread sees them. Neither call waits.
pub trait Wire: Send {
    /// Hands a frame to a connection; a connection that is gone drops it.
    fn send(&mut self, line: &LineId, conn: Conn, bytes: Vec<u8>);
    /// Ends a connection.
    fn close(&mut self, line: &LineId, conn: Conn, why: &str);
}

/// Engine, journal and what waits for them. Owned by the core thread.
pub struct Seat {
    inbox: Arc<Inbox>,
    feed: Arc<Feed>,
    engine: Engine,
    journal: SqliteJournal,
    clock: Clock,
    wire: Box<dyn Wire>,
    desks: Vec<Desk>,
    space: SpaceWatch,
    replies: BTreeMap<ReplyTo, ReplySender>,
    open_replies: BTreeMap<ReplyTo, OpenSender>,
    next_reply: ReplyTo,
    backlog: VecDeque<Input>,
    tickets: BTreeMap<LineId, VecDeque<FrameTicket>>,
    full: BTreeSet<Lane>,
    queries: Vec<Query>,
    snapshot_seq: u64,
    stopping: bool,
}

impl Seat {
    /// Joins what recovery gave with a handle that was given out before.
    pub fn new(
        core: &Core,
        recovered: Recovered,
        desks: Vec<Desk>,
        clock: Clock,
        wire: Box<dyn Wire>,
    ) -> Self {
        Seat {
            inbox: Arc::clone(&core.inbox),
            feed: Arc::clone(&core.feed),
            engine: recovered.engine,
            journal: recovered.journal,
            clock,
            wire,
            desks,
            space: SpaceWatch::default(),
            replies: BTreeMap::new(),
            open_replies: BTreeMap::new(),
            next_reply: 0,
            backlog: VecDeque::new(),
            tickets: BTreeMap::new(),
            full: BTreeSet::new(),
            queries: Vec::new(),
            snapshot_seq: recovered.snapshot_seq,
            stopping: false,
        }
    }

    /// Serves until asked to stop or until the journal fails.
    ///
    /// # Errors
    /// The journal's failure, to be printed before the process ends.
    pub fn run(mut self) -> Result<(), Failed> {
        let records = self.journal.next_seq() - 1;
        self.inbox
            .beat(|pulse| (pulse.running, pulse.records) = (true, records));
        self.engine.started(self.clock.boot(), self.clock.now());
        let done = self.serve();
        self.inbox.close();
        self.feed.stop();
        done
    }

    fn serve(&mut self) -> Result<(), Failed> {
        while !self.stopping {
            let wait = self.wait();
            let asks = self.inbox.take(wait);
            self.inbox.beat(|pulse| pulse.in_turn = true);
            self.turn(asks)?;
            self.inbox.beat(|pulse| pulse.in_turn = false);
        }
        self.snapshot();
        Ok(())
    }

    fn turn(&mut self, asks: VecDeque<Ask>) -> Result<(), Failed> {
        for ask in asks {
            self.take(ask);
        }
        self.measure_space();
        self.feed_backlog();
        let now = self.clock.now();
        if let Some(batch) = self.engine.run(now) {
            self.append(batch)?;
        }
        self.release_tickets();
        self.report_drained();
        self.hand_out();
        self.answer_queries();
        if self.journal.next_seq() > self.snapshot_seq + SNAPSHOT_EVERY {
            self.snapshot();
        }
        Ok(())
    }

    fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Command {
                officer,
                key,
                command,
                reply,
            } => {
                let command = self.marked(*command);
                self.ask(reply, |reply| Input::Desk {
                    reply,
                    key,
                    officer,
                    command,
                });
            }
            Ask::Keep {
                officer,
                key,
                keep,
                reply,
            } => {
                self.ask(reply, |reply| Input::Keep {
                    reply,
                    key,
                    officer,
                    keep: *keep,
                });
            }
            Ask::Open { request, reply } => self.ask_open(reply, request),
            Ask::Query(query) => self.queries.push(query),
            Ask::Secret { line, secret, reply } => {
                self.engine.keyring_mut().add_line(&line, secret, &self.desks);
                let _asker_may_be_gone = reply.send(());
            }
            Ask::Frame {
                line,
                conn,
                bytes,
                ticket,
            } => {
                self.tickets.entry(line.clone()).or_default().push_back(ticket);
                self.backlog.push_back(Input::Frame { line, conn, bytes });
            }
            Ask::Edge(input) => self.backlog.push_back(*input),
            Ask::Stop => self.stopping = true,
        }
    }

    fn ask(&mut self, reply: ReplySender, input: impl FnOnce(ReplyTo) -> Input) {
        let id = self.next_reply;
        self.next_reply += 1;
        match self.engine.input(input(id)) {
            Ok(()) => {
                self.replies.insert(id, reply);
            }
            Err(full) => {
                self.report_full(full.0);
                let _asker_may_be_gone = reply.send(Err(Failure::Full(full)));
            }
        }
    }

    /// A full queue of open traffic is its clients' affair: no officer is woken for it.
    fn ask_open(&mut self, sender: OpenSender, request: Box<pool::Request>) {
        let reply = self.next_reply;
        self.next_reply += 1;
        match self.engine.input(Input::Open { reply, request }) {
            Ok(()) => {
                self.open_replies.insert(reply, sender);
            }
            Err(full) => {
                let _asker_may_be_gone = sender.send(Err(Failure::Full(full)));
            }
        }
    }

    /// An officer hears of a full queue once, and once more when it has drained.
    fn report_full(&mut self, lane: Lane) {
        if self.full.insert(lane) {
            let queue = lane.name().to_owned();
            self.backlog
                .push_back(Input::Trouble(Trouble::QueueFull { queue }));
        }
    }

    fn report_drained(&mut self) {
        let drained: Vec<Lane> = self
            .full
            .iter()
            .copied()
            .filter(|lane| self.engine.waiting(*lane) == 0)
            .collect();
        for lane in drained {
            self.full.remove(&lane);
            let over = TroubleKey::QueueFull(lane.name().to_owned());
            self.backlog.push_back(Input::TroubleOver(over));
        }
    }

    /// On a scenario's clock nothing can look real.
    fn marked(&self, command: Command) -> Command {
        if self.clock.is_scenario() {
            reconstruction::as_drill(command)
        } else {
            command
        }
    }

    /// Facts of the edge and frames, in order; what finds no place stays, and what is of the
    /// same line after it too.
    fn feed_backlog(&mut self) {
        let mut blocked = BTreeSet::new();
        for input in std::mem::take(&mut self.backlog) {
            let line = line_of(&input).cloned();
            if blocked.contains(&line) || self.engine.input(input.clone()).is_err() {
                if blocked.insert(line.clone()) && line.is_some() {
                    self.report_full(Lane::Lines);
                }
                self.backlog.push_back(input);
            }
        }
    }

    /// One transaction, one fsync; after it everything in the batch may be shown.
    fn append(&mut self, batch: Batch) -> Result<(), Failed> {
        let records: Vec<Stored> = batch.records.iter().map(stored).collect();
        let blobs: Vec<Blob> = batch
            .stores
            .into_iter()
            .map(|(key, data)| Blob { key, data })
            .collect();
        let upto = batch.first_seq + batch.records.len() as u64 - 1;
        let begun = Instant::now();
        self.journal
            .append(batch.first_seq, &records, &blobs)
            .map_err(stopped)?;
        let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        // Shown before anybody is answered: who was answered finds it in the feed.
        self.feed.publish(batch.records);
        self.engine.durable(upto);
        self.inbox.beat(|pulse| {
            pulse.records = upto;
            pulse.commits += 1;
            pulse.commit_us = took_us;
            pulse.committed_us = Some(crate::clock::wall_us());
        });
        Ok(())
    }

    fn hand_out(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Reply { reply, result } => {
                    if let Some(sender) = self.replies.remove(&reply) {
                        let _asker_may_be_gone = sender.send(result.map_err(Failure::Refused));
                    }
                }
                Output::OpenReply { reply, result } => {
                    if let Some(sender) = self.open_replies.remove(&reply) {
                        let _asker_may_be_gone = sender.send(Ok(result));
                    }
                }
                Output::Send { line, conn, bytes } => self.wire.send(&line, conn, bytes),
                Output::Close { line, conn, why } => self.wire.close(&line, conn, &why),
                Output::Fetch { line, conn, reading } => {
                    let entries = self.fetch(&line, reading);
                    self.backlog.push_back(Input::Fetched {
                        line,
                        conn,
                        reading,
                        entries,
                    });
                }
                // The feed shows records as soon as they are on disk.
                Output::Shown { .. } => {}
            }
        }
    }

    /// Stored entries in order; stops at the first that is missing or damaged.
    fn fetch(&self, line: &LineId, reading: Reading) -> Vec<Entry> {
        let entry = |seq| {
            let key = entry_key(line, reading.of, reading.epoch, seq);
            let bytes = self.journal.get_blob(&key).ok()??;
            Entry::parse(&bytes).ok()
        };
        (reading.from..reading.upto).map_while(entry).collect()
    }

    fn answer_queries(&mut self) {
        let now = self.clock.now();
        for query in std::mem::take(&mut self.queries) {
            query(&self.engine, &self.journal, now);
        }
    }

    /// The engine decides at most [`LINE_BATCH`] frames of a line in one batch, in order.
    fn release_tickets(&mut self) {
        let all_decided = !self.engine.has_input() && self.backlog.is_empty();
        for tickets in self.tickets.values_mut() {
            let decided = if all_decided {
                tickets.len()
            } else {
                tickets.len().min(LINE_BATCH)
            };
            tickets.drain(..decided);
        }
        self.tickets.retain(|_, tickets| !tickets.is_empty());
    }

    fn measure_space(&mut self) {
        let Some((space, troubles)) = self.space.look(&mut self.journal) else {
            return;
        };
        self.engine.set_space(space);
        self.inbox.beat(|pulse| pulse.space = space);
        self.backlog.extend(troubles);
    }

    /// A snapshot only makes the next start faster: without room it is left out.
    fn snapshot(&mut self) {
        let upto = self.journal.next_seq() - 1;
        if upto <= self.snapshot_seq || self.engine.next_seq() != upto + 1 {
            return;
        }
        self.snapshot_seq = upto;
        if let Err(why) = self.journal.save_snapshot(upto, &self.engine.snapshot()) {
            eprintln!("detente: {why}");
        }
    }

    fn wait(&self) -> Duration {
        if self.engine.has_input() || !self.backlog.is_empty() {
            return Duration::ZERO;
        }
        let now: Now = self.clock.now();
        let due = self
            .engine
            .poll_timeout(now)
            .map(|left_us| u64::try_from(left_us).unwrap_or(0));
        due.map_or(CORE_WAKE, |left_us| CORE_WAKE.min(Duration::from_micros(left_us)))
    }
}

fn line_of(input: &Input) -> Option<&LineId> {
    match input {
        Input::Connected { line, .. }
        | Input::Disconnected { line, .. }
        | Input::Frame { line, .. }
        | Input::Fetched { line, .. } => Some(line),
        Input::Desk { .. }
        | Input::Keep { .. }
        | Input::Open { .. }
        | Input::Trouble(_)
        | Input::TroubleOver(_) => None,
    }
}

fn stored(record: &Record) -> Stored {
    let data = serde_json::to_vec(record).expect("records are plain data with string keys");
    Stored {
        seq: record.seq,
        data,
    }
}

fn stopped(why: ledger::journal::AppendError) -> Failed {
    Failed::internal(format_args!(
        "NODE STOPPED: {why}\nNothing that was acknowledged is lost. Until the node runs again, peers see this line \
         as down: use voice."
    ))
}
