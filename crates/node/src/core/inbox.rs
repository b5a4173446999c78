//! What waits for the core thread.

use super::Failure;
use crate::limits::{ASKS_RESERVE, MAX_ASKS, MAX_OPEN_ASKS};
use accord::act::Urgency;
use accord::command::{Command, Officer};
use accord::ids::LineId;
use accord::time::Now;
use engine::Engine;
use engine::event::Answer;
use engine::input::{Conn, IdempotencyKey, Input, Keep, OpenRefused, Space};
use engine::queue::{Lane, QueueFull};
use ledger::journal::SqliteJournal;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// Where an answer goes.
pub(super) type ReplySender = oneshot::Sender<Result<Answer, Failure>>;

/// Where an answer of the open service goes.
pub(super) type OpenSender = oneshot::Sender<Result<Result<pool::Answer, OpenRefused>, Failure>>;

/// A reader between two batches.
pub(super) type Query = Box<dyn FnOnce(&Engine, &SqliteJournal, Now) + Send>;

/// Bytes of a connection that the engine has not decided on yet; dropping it makes room.
pub type FrameTicket = OwnedSemaphorePermit;

/// One thing asked of the core thread.
pub(super) enum Ask {
    Command {
        officer: Officer,
        key: Option<IdempotencyKey>,
        command: Box<Command>,
        reply: ReplySender,
    },
    Keep {
        officer: Officer,
        key: Option<IdempotencyKey>,
        keep: Box<Keep>,
        reply: ReplySender,
    },
    Open {
        request: Box<pool::Request>,
        reply: OpenSender,
    },
    Query(Query),
    Secret {
        line: LineId,
        secret: [u8; 32],
        reply: oneshot::Sender<()>,
    },
    Frame {
        line: LineId,
        conn: Conn,
        bytes: Vec<u8>,
        ticket: FrameTicket,
    },
    Edge(Box<Input>),
    Stop,
}

/// How the core thread is.
#[derive(Clone, Debug)]
pub struct Pulse {
    /// It serves: started, and not stopped.
    pub running: bool,
    /// When it last began or ended a turn.
    pub turned: Instant,
    /// It is inside a turn.
    pub in_turn: bool,
    /// Records on disk.
    pub records: u64,
    /// Transactions made in this run.
    pub commits: u64,
    /// Wall time of the last transaction in this run, µs.
    pub committed_us: Option<i64>,
    /// Time that transaction took, µs.
    pub commit_us: u64,
    /// Room on the disk.
    pub space: Space,
    /// Requests that wait.
    pub waiting: usize,
}

/// Bounded queue of asks. Facts of the edge always find a place: their number is bounded by
/// the connections' own budgets.
pub(super) struct Inbox {
    state: Mutex<State>,
    bell: Condvar,
}

struct State {
    asks: VecDeque<Ask>,
    /// Those among them that found a place by [`Inbox::put`].
    placed: usize,
    /// Those among them that clients of the open service ask.
    open: usize,
    stopped: bool,
    pulse: Pulse,
}

impl Default for Inbox {
    fn default() -> Self {
        let pulse = Pulse {
            running: false,
            turned: Instant::now(),
            in_turn: false,
            records: 0,
            commits: 0,
            committed_us: None,
            commit_us: 0,
            space: Space::Normal,
            waiting: 0,
        };
        let state = State {
            asks: VecDeque::new(),
            placed: 0,
            open: 0,
            stopped: false,
            pulse,
        };
        Inbox {
            state: Mutex::new(state),
            bell: Condvar::new(),
        }
    }
}

impl Inbox {
    /// Puts a request, if there is a place for its kind.
    pub(super) fn put(&self, ask: Ask) -> Result<(), Failure> {
        let mut state = self.state();
        if state.stopped {
            return Err(Failure::Stopped);
        }
        let most = if may_be_safety(&ask) {
            MAX_ASKS + ASKS_RESERVE
        } else {
            MAX_ASKS
        };
        if state.placed >= most {
            return Err(Failure::Full(QueueFull(Lane::Desks)));
        }
        state.placed += 1;
        state.asks.push_back(ask);
        drop(state);
        self.bell.notify_one();
        Ok(())
    }

    /// Puts a request of a client of the open service. These have places of their own: a flood of them
    /// takes none of a desk.
    pub(super) fn put_open(&self, ask: Ask) -> Result<(), Failure> {
        let mut state = self.state();
        if state.stopped {
            return Err(Failure::Stopped);
        }
        if state.open >= MAX_OPEN_ASKS {
            return Err(Failure::Full(QueueFull(Lane::Pool)));
        }
        state.open += 1;
        state.asks.push_back(ask);
        drop(state);
        self.bell.notify_one();
        Ok(())
    }

    /// Puts what may not be lost, and what takes nobody's place.
    pub(super) fn put_edge(&self, ask: Ask) {
        let mut state = self.state();
        if state.stopped {
            return;
        }
        state.asks.push_back(ask);
        drop(state);
        self.bell.notify_one();
    }

    /// Everything that waits; waits for something up to `longest`.
    pub(super) fn take(&self, longest: Duration) -> VecDeque<Ask> {
        let state = self.state();
        let (mut state, _) = self
            .bell
            .wait_timeout_while(state, longest, |state| state.asks.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        (state.placed, state.open) = (0, 0);
        std::mem::take(&mut state.asks)
    }

    /// Drops all that waits, and refuses everything from now on.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.stopped = true;
        state.pulse.running = false;
        let _askers_see_stopped = std::mem::take(&mut state.asks);
    }

    pub(super) fn pulse(&self) -> Pulse {
        let state = self.state();
        Pulse {
            waiting: state.asks.len(),
            ..state.pulse.clone()
        }
    }

    pub(super) fn beat(&self, change: impl FnOnce(&mut Pulse)) {
        let mut state = self.state();
        state.pulse.turned = Instant::now();
        change(&mut state.pulse);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request may be safety traffic and so take the reserve. Errs towards yes; the
/// engine decides what it is.
fn may_be_safety(ask: &Ask) -> bool {
    let Ask::Command { command, .. } = ask else {
        return false;
    };
    match command.as_ref() {
        Command::Cease { .. }
        | Command::CheckFire { .. }
        | Command::AnswerStop { .. }
        | Command::WarnHazard { .. }
        | Command::HazardOver { .. }
        | Command::CloseHazard { .. }
        | Command::Notify { .. }
        | Command::Amend { .. }
        | Command::Withdraw { .. }
        | Command::Activate { .. }
        | Command::AllClear { .. }
        | Command::End { .. } => true,
        Command::Say { urgency, .. } => *urgency == Urgency::Distress,
        _ => false,
    }
}
