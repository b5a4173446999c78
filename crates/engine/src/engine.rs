//! The machine: inputs in, records and outputs out.
//!
//! Order of one batch: `input` … `run` (decides and applies; nothing leaves) → the edge
//! journals the records → `durable` (releases what is held, stamped with the sequence it
//! saw) → `poll_output`.

use crate::event::{Answer, Event, Invitation, LineEvent, Rank, Record, Unsealed};
use crate::ids::IdStreams;
use crate::input::{Conn, Input, Output, Refused, ReplyTo, Space, Token};
use crate::keyring::Keyring;
use crate::limits::{CLOCK_JUMP_US, MAX_IDEMPOTENCY_KEYS};
use crate::line::{Line, canonical};
use crate::queue::{Lane, QueueFull, Queues};
use crate::session::Session;
use crate::stall::in_short;
use accord::ids::{Desk, LineId, Party};
use accord::time::Now;
use accord::{Event as MindEvent, Input as MindInput, Mind, Trouble};
use pool::Pool;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// All that the journal can bring back.
#[derive(Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) mind: Mind,
    /// Absent in snapshots of before there was open traffic.
    #[serde(default)]
    pub(crate) pool: Pool,
    pub(crate) lines: BTreeMap<LineId, Line>,
    pub(crate) invitations: BTreeMap<LineId, Invitation>,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) remembered: Remembered,
    pub(crate) next_seq: u64,
    pub(crate) last: Option<Now>,
}

/// Clients' keys and what came of their commands.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Remembered {
    answers: BTreeMap<String, (String, Answer)>,
    order: VecDeque<String>,
}

/// One machine for one party.
pub struct Engine {
    pub(crate) state: State,
    pub(crate) keyring: Box<dyn Keyring>,
    pub(crate) sessions: BTreeMap<LineId, Session>,
    pub(crate) ids: IdStreams,
    pub(crate) space: Space,
    /// The newest instant of this run. Only instants of records are part of the state.
    pub(crate) clock: Option<Now>,
    /// The newest readings as they came, by which a jump is told once.
    reading: Option<Now>,
    pub(crate) queues: Queues<Input>,
    durable_upto: u64,
    held: VecDeque<(u64, Held)>,
    out: VecDeque<Output>,
    pub(crate) batch: Batch,
    events: Vec<Event>,
}

/// What one `run` produced, to be journaled in one transaction.
#[derive(Default, Debug)]
pub struct Batch {
    /// Sequence of the first record.
    pub first_seq: u64,
    /// Records, contiguous.
    pub records: Vec<Record>,
    /// Texts of entries for the side table: key and bytes.
    pub stores: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What waits for a sequence to become durable.
enum Held {
    Out(Output),
    /// Frames of a line, as far as these sizes.
    Flush {
        line: LineId,
        epoch: u32,
        own_size: u64,
        peer: Option<crate::line::Held>,
    },
}

impl Engine {
    /// A new party with no lines.
    pub fn new(own: Party, desks: Vec<Desk>, keyring: Box<dyn Keyring>) -> Self {
        let state = State {
            mind: Mind::new(own, desks),
            pool: Pool::default(),
            lines: BTreeMap::new(),
            invitations: BTreeMap::new(),
            tokens: BTreeMap::new(),
            remembered: Remembered::default(),
            next_seq: 1,
            last: None,
        };
        Self::with_state(state, keyring)
    }

    pub(crate) fn with_state(state: State, keyring: Box<dyn Keyring>) -> Self {
        let durable_upto = state.next_seq - 1;
        Engine {
            state,
            keyring,
            sessions: BTreeMap::new(),
            ids: IdStreams::default(),
            space: Space::Normal,
            clock: None,
            reading: None,
            queues: Queues::default(),
            durable_upto,
            held: VecDeque::new(),
            out: VecDeque::new(),
            batch: Batch::default(),
            events: Vec::new(),
        }
    }

    pub(crate) fn name_run(&mut self, boot: u64) {
        self.ids = IdStreams::new(boot);
        self.durable_upto = self.state.next_seq - 1;
    }

    /// Queues an input. Refused only when its queue has no place left.
    pub fn input(&mut self, input: Input) -> Result<(), QueueFull> {
        match &input {
            Input::Frame { line, bytes, .. } => {
                let (line, urgent) = (line.clone(), crate::frame::Frame::is_urgent(bytes));
                self.queues.push_line(&line, urgent, input)
            }
            Input::Desk { command, .. } if self.state.mind.is_safety(command) => {
                self.queues.push(Lane::Safety, input)
            }
            Input::Desk { .. } | Input::Keep { .. } => self.queues.push(Lane::Desks, input),
            Input::Open { .. } => self.queues.push(Lane::Pool, input),
            Input::Connected { .. }
            | Input::Disconnected { .. }
            | Input::Fetched { .. }
            | Input::Trouble(_)
            | Input::TroubleOver(_) => self.queues.push(Lane::Lines, input),
        }
    }

    /// Whether something waits to be decided.
    pub fn has_input(&self) -> bool {
        !self.queues.is_empty()
    }

    /// Decides one batch. None when nothing came of it that has to be journaled; replies
    /// that saw only durable state are then released at once.
    pub fn run(&mut self, now: Now) -> Option<Batch> {
        self.batch.first_seq = self.state.next_seq;
        let now = self.take_time(now);
        for input in self.queues.take_batch() {
            let note = crate::record::note_of(&input);
            self.handle(now, input);
            self.close_record(now, note);
        }
        self.tick(now);
        self.close_record(now, serde_json::json!("tick"));
        self.seal(now);
        self.close_record(now, serde_json::json!("seal"));
        self.hold_flushes();
        if self.batch.records.is_empty() {
            self.release();
            return None;
        }
        Some(std::mem::take(&mut self.batch))
    }

    /// The edge has journaled everything up to `upto`: what saw no more than that may leave.
    pub fn durable(&mut self, upto: u64) {
        assert!(upto < self.state.next_seq, "only what was decided can be durable");
        self.durable_upto = self.durable_upto.max(upto);
        self.release();
        self.out.push_back(Output::Shown { upto });
    }

    /// The next thing to do for the edge.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// µs until `run` is to be called though nothing came in; zero or less when overdue.
    pub fn poll_timeout(&self, now: Now) -> Option<i64> {
        let sessions = self.sessions.values().filter_map(|session| session.due_in(now));
        let evicts = self
            .state
            .pool
            .evicts_at_us()
            .map(|at_us| at_us.saturating_sub(now.wall_us));
        sessions.chain(self.state.mind.next_due(now)).chain(evicts).min()
    }

    /// How full the disk is. What was not taken while it was full is asked for again.
    pub fn set_space(&mut self, space: Space) {
        let before = std::mem::replace(&mut self.space, space);
        if before == Space::Full && space != Space::Full {
            self.sessions.values_mut().for_each(Session::ask_again);
        }
    }

    /// The keys, to be given a line's secret before the line is made.
    pub fn keyring_mut(&mut self) -> &mut dyn Keyring {
        self.keyring.as_mut()
    }

    /// The mind, to be read. What it shows is durable only between `durable` and `run`.
    pub fn mind(&self) -> &Mind {
        &self.state.mind
    }

    /// Sequence of the next record.
    pub fn next_seq(&self) -> u64 {
        self.state.next_seq
    }

    /// Inputs waiting in a queue.
    pub fn waiting(&self, lane: Lane) -> usize {
        self.queues.len(lane)
    }

    /// Notes a fact: applies it and puts it into the current record.
    pub(crate) fn emit(&mut self, now: Now, event: Event) {
        self.state.apply(now, &event);
        self.events.push(event);
    }

    /// Notes a fact of a line.
    pub(crate) fn emit_line(&mut self, now: Now, line: &LineId, what: LineEvent) {
        self.emit(
            now,
            Event::Line {
                line: line.clone(),
                what: what.clone(),
            },
        );
        self.store_head(line, &what);
        if let Some(session) = self.sessions.get_mut(line) {
            session.touched = true;
        }
    }

    /// Lets the mind decide on something that it cannot refuse.
    pub(crate) fn tell_mind(&mut self, now: Now, input: &MindInput) {
        let mut fresh = self.ids.draw(self.keyring.as_ref());
        let decision = self.state.mind.decide(now, input, &mut fresh);
        let used = fresh.used();
        if let Ok(decision) = decision {
            self.ids.keep(used);
            self.emit_mind(now, decision.events);
        }
    }

    /// Notes what the mind decided.
    pub(crate) fn emit_mind(&mut self, now: Now, events: Vec<MindEvent>) {
        for mind in events {
            if let MindEvent::Act { line, .. } = &mind
                && let Some(session) = self.sessions.get_mut(line)
            {
                session.touched = true;
            }
            self.emit(now, Event::Mind { mind });
        }
    }

    /// Answers a client once all that was seen is durable.
    pub(crate) fn reply(&mut self, reply: ReplyTo, result: Result<Answer, Refused>) {
        self.hold(Output::Reply { reply, result });
    }

    /// Closes a connection once all that led to it is durable.
    pub(crate) fn close(&mut self, line: &LineId, conn: Conn, why: &str) {
        self.hold(Output::Close {
            line: line.clone(),
            conn,
            why: in_short(why),
        });
    }

    /// Holds an output until everything decided so far is durable.
    pub(crate) fn hold(&mut self, output: Output) {
        let seen = self.state.next_seq - u64::from(self.events.is_empty());
        self.held.push_back((seen, Held::Out(output)));
    }

    fn close_record(&mut self, now: Now, input: serde_json::Value) {
        if self.events.is_empty() {
            return;
        }
        let events = std::mem::take(&mut self.events);
        let seq = self.state.next_seq;
        self.state.next_seq += 1;
        self.batch.records.push(Record {
            seq,
            now,
            input,
            events,
        });
    }

    fn hold_flushes(&mut self) {
        let seen = self.state.next_seq - 1;
        for (id, session) in &mut self.sessions {
            let Some(line) = self.state.lines.get(id).filter(|_| session.touched) else {
                continue;
            };
            session.touched = false;
            line.check_invariants();
            let (own_size, peer) = (line.own.tree.size(), line.peer.held.clone());
            let flush = Held::Flush {
                line: id.clone(),
                epoch: line.epoch,
                own_size,
                peer,
            };
            self.held.push_back((seen, flush));
        }
    }

    fn release(&mut self) {
        while let Some((_, held)) = self.held.pop_front_if(|(seen, _)| *seen <= self.durable_upto) {
            match held {
                Held::Out(output) => self.out.push_back(output),
                Held::Flush {
                    line,
                    epoch,
                    own_size,
                    peer,
                } => {
                    let frames = self.flush(&line, epoch, own_size, peer.as_ref());
                    self.out.extend(frames);
                }
            }
        }
    }

    /// Wall time never runs back in the journal; a jump is an alarm.
    fn take_time(&mut self, now: Now) -> Now {
        let last = self.clock.or(self.state.last);
        let clamped = Now {
            wall_us: last.map_or(now.wall_us, |last| now.wall_us.max(last.wall_us)),
            ..now
        };
        let before = self.reading.replace(now).filter(|before| before.boot == now.boot);
        self.clock = Some(clamped);
        let jump = before.map(|before| (now.wall_us - before.wall_us) - (now.mono_us - before.mono_us));
        if let Some(by_us) = jump.filter(|by_us| by_us.abs() > CLOCK_JUMP_US) {
            self.tell_mind(clamped, &MindInput::Trouble(Trouble::ClockJump { by_us }));
            self.close_record(clamped, serde_json::json!("clock"));
        }
        clamped
    }
}

impl State {
    /// Applies a fact, at decision and at replay alike.
    pub(crate) fn apply(&mut self, now: Now, event: &Event) {
        self.last = Some(now);
        match event {
            Event::Mind { mind } => self.apply_mind(now, mind),
            Event::Pool { pool } => self.pool.apply(now.wall_us, pool),
            Event::Line { line, what } => {
                let line = self.lines.get_mut(line);
                line.expect("events name lines that were added before")
                    .apply(what);
            }
            Event::LineAdded { config } => {
                self.lines.insert(config.line.clone(), Line::new(config.clone()));
            }
            Event::Invited { invitation } => {
                self.invitations
                    .insert(invitation.line.clone(), invitation.clone());
            }
            Event::InvitationGone { line } => {
                self.invitations.remove(line);
            }
            Event::TokenAdded { token } => {
                self.tokens.insert(token.name.clone(), token.clone());
            }
            Event::TokenRevoked { name } => {
                self.tokens.remove(name);
            }
            Event::Remembered {
                scope,
                key,
                digest,
                answer,
            } => {
                self.remembered.keep(scope, key, digest, answer);
            }
        }
    }
}

impl State {
    /// Applies a fact of the mind. A statement joins what waits for its place in the log.
    fn apply_mind(&mut self, now: Now, event: &MindEvent) {
        if let MindEvent::HeardUnreadable {
            line,
            seq,
            proven: false,
            ..
        } = event
            && let Some(line) = self.lines.get_mut(line)
            && let Some(ahead) = line.peer.ahead.get_mut(seq)
        {
            ahead.not_understood = true;
        }
        if let MindEvent::Act {
            line,
            desk,
            drill,
            safety,
            at_us,
            act,
        } = event
        {
            let act_ref = Some(self.mind.stated(line));
            let line = self.lines.get_mut(line);
            let line = line.expect("the mind states acts only on lines it was told of");
            let rank = if *safety { Rank::Safety } else { Rank::Rest };
            let (kind, body) = (act.kind().to_owned(), canonical(&act.to_body()));
            line.queue(
                rank,
                Unsealed {
                    act_ref,
                    kind,
                    desk: desk.clone(),
                    drill: *drill,
                    at: *at_us,
                    body,
                },
            );
        }
        self.mind.apply(now, event);
    }
}

impl Remembered {
    /// What came of the command that this key came with first, and that command's digest.
    pub(crate) fn get(&self, scope: &str, key: &str) -> Option<&(String, Answer)> {
        self.answers.get(&Self::joined(scope, key))
    }

    fn keep(&mut self, scope: &str, key: &str, digest: &str, answer: &Answer) {
        let joined = Self::joined(scope, key);
        self.answers
            .insert(joined.clone(), (digest.to_owned(), answer.clone()));
        self.order.push_back(joined);
        while self.order.len() > MAX_IDEMPOTENCY_KEYS {
            if let Some(oldest) = self.order.pop_front() {
                self.answers.remove(&oldest);
            }
        }
    }

    /// How many answers are kept.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    fn joined(scope: &str, key: &str) -> String {
        format!("{scope}\n{key}")
    }
}
