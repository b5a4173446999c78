//! The one core thread, and how the rest of the node speaks to it.
//!
//! The thread owns the engine and the journal. One turn: take what was asked → `run` →
//! append with one fsync → `durable` → hand out what was released → answer queries. It never
//! decides anything itself, and what a query sees is durable.
//!
//! If the journal fails, the thread stops the node: recovery repairs, guessing does not.

mod feed;
mod inbox;
mod recover;
mod seat;

#[cfg(test)]
mod tests;

pub use feed::{EventId, Feed, Next, Subscription};
pub use inbox::{FrameTicket, Pulse};
pub use recover::{Audit, Recovered, audit, recover};
pub use seat::{Seat, Wire};

use accord::command::{Command, Officer};
use accord::ids::LineId;
use accord::time::Now;
use engine::Engine;
use engine::event::Answer;
use engine::input::{Conn, IdempotencyKey, Input, Keep, OpenRefused, Refused};
use engine::queue::QueueFull;
use inbox::{Ask, Inbox};
use ledger::journal::SqliteJournal;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A handle to the core thread; cheap to clone.
#[derive(Clone)]
pub struct Core {
    inbox: Arc<Inbox>,
    feed: Arc<Feed>,
}

/// Why a request came to nothing. Nothing of it was carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Failure {
    /// Refused, with the reason.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// No place in the queue: to be tried again.
    #[error(transparent)]
    Full(#[from] QueueFull),
    /// The core thread has stopped.
    #[error(
        "the node has stopped; what it last showed may be out of date. Use voice, and start the node again"
    )]
    Stopped,
}

impl Core {
    /// A handle without a thread yet; [`Seat::run`] serves it. `feed` shows what is durable.
    pub fn new(feed: Arc<Feed>) -> Self {
        Core {
            inbox: Arc::new(Inbox::default()),
            feed,
        }
    }

    /// Carries out a desk's command. Returns once it is durable.
    ///
    /// # Errors
    /// See [`Failure`]. When the caller gives up waiting, the command may still be carried
    /// out: retry with the same key.
    pub async fn command(
        &self,
        officer: Officer,
        key: Option<IdempotencyKey>,
        command: Command,
    ) -> Result<Answer, Failure> {
        let (reply, answer) = oneshot::channel();
        self.inbox.put(Ask::Command {
            officer,
            key,
            command: Box::new(command),
            reply,
        })?;
        answer.await.map_err(|_| Failure::Stopped)?
    }

    /// Carries out what a client of the open service asks. Returns once all that it saw is durable.
    ///
    /// # Errors
    /// [`Failure::Full`] and [`Failure::Stopped`].
    pub async fn open(&self, request: pool::Request) -> Result<Result<pool::Answer, OpenRefused>, Failure> {
        let (reply, answer) = oneshot::channel();
        let request = Box::new(request);
        self.inbox.put_open(Ask::Open { request, reply })?;
        answer.await.map_err(|_| Failure::Stopped)?
    }

    /// Carries out what the node's keeper asks. Returns once it is durable.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn keep(
        &self,
        officer: Officer,
        key: Option<IdempotencyKey>,
        keep: Keep,
    ) -> Result<Answer, Failure> {
        let (reply, answer) = oneshot::channel();
        self.inbox.put(Ask::Keep {
            officer,
            key,
            keep: Box::new(keep),
            reply,
        })?;
        answer.await.map_err(|_| Failure::Stopped)?
    }

    /// Reads the engine between two batches: `read` sees only what is durable.
    ///
    /// # Errors
    /// [`Failure::Full`] and [`Failure::Stopped`].
    pub async fn query<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Engine, Now) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.query_journal(move |engine, _, now| read(engine, now)).await
    }

    /// As [`Core::query`], with the journal at hand.
    ///
    /// # Errors
    /// [`Failure::Full`] and [`Failure::Stopped`].
    pub async fn query_journal<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Engine, &SqliteJournal, Now) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        let query = move |engine: &Engine, journal: &SqliteJournal, now: Now| {
            let _asker_may_be_gone = reply.send(read(engine, journal, now));
        };
        self.inbox.put(Ask::Query(Box::new(query)))?;
        answer.await.map_err(|_| Failure::Stopped)
    }

    /// As [`Core::query`], and never refused for want of room: who asks is to be known before
    /// what is asked can be told from a CEASE. Their number is that of open connections.
    ///
    /// # Errors
    /// [`Failure::Stopped`].
    pub async fn identify<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Engine, Now) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        let query = move |engine: &Engine, _: &SqliteJournal, now: Now| {
            let _asker_may_be_gone = reply.send(read(engine, now));
        };
        self.inbox.put_edge(Ask::Query(Box::new(query)));
        answer.await.map_err(|_| Failure::Stopped)
    }

    /// Gives the engine the secret of a line, which is on disk already.
    ///
    /// # Errors
    /// [`Failure::Full`] and [`Failure::Stopped`].
    pub async fn add_secret(&self, line: LineId, secret: [u8; 32]) -> Result<(), Failure> {
        let (reply, answer) = oneshot::channel();
        self.inbox.put(Ask::Secret { line, secret, reply })?;
        answer.await.map_err(|_| Failure::Stopped)
    }

    /// Events as they become durable: after `after`, or from now on. An event that is no
    /// longer at hand, or of another copy of the journal, gives [`Next::Reset`] first.
    pub fn subscribe(&self, after: Option<EventId>) -> Subscription {
        Subscription::new(Arc::clone(&self.feed), after)
    }

    /// A frame that came on a line. The ticket is dropped once the engine has decided on it;
    /// whoever reads the connection counts what is outstanding by it.
    pub fn frame(&self, line: LineId, conn: Conn, bytes: Vec<u8>, ticket: FrameTicket) {
        self.inbox.put_edge(Ask::Frame {
            line,
            conn,
            bytes,
            ticket,
        });
    }

    /// A fact of the edge; never refused, because it may not be lost.
    pub fn edge(&self, input: Input) {
        self.inbox.put_edge(Ask::Edge(Box::new(input)));
    }

    /// How the thread is, without asking it.
    pub fn pulse(&self) -> Pulse {
        self.inbox.pulse()
    }

    /// Asks the thread to finish its turn, keep a snapshot and end.
    pub fn stop(&self) {
        self.inbox.put_edge(Ask::Stop);
    }
}
