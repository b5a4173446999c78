//! The open service beside the mind: neither knows the other.
//!
//! Guarantee: what a client hears, reads and refusals too, leaves once all that it saw is durable.

use crate::engine::Engine;
use crate::event::Event;
use crate::input::{OpenRefused, Output, ReplyTo, Space};
use accord::time::Now;
use pool::{Answer, Options, Pool, Request};

impl Engine {
    /// How the open service behaves in this run, which the settings may have changed.
    pub fn set_open_options(&mut self, options: Options) {
        self.state.pool.set_options(options);
    }

    /// The open service, to be read. What it shows is durable only between `durable` and `run`.
    pub fn pool(&self) -> &Pool {
        &self.state.pool
    }

    pub(crate) fn open(&mut self, now: Now, reply: ReplyTo, request: &Request) {
        let result = self.ask_pool(now, request);
        self.hold(Output::OpenReply { reply, result });
    }

    fn ask_pool(&mut self, now: Now, request: &Request) -> Result<Answer, OpenRefused> {
        if self.space != Space::Normal && request.call.writes() {
            return Err(OpenRefused::DiskReserve);
        }
        let (answer, events) = self.state.pool.decide(now.wall_us, request)?;
        self.emit_pool(now, events);
        Ok(answer)
    }

    /// Lets go of some of what has long expired.
    pub(crate) fn evict(&mut self, now: Now) {
        let due = self.state.pool.evicts_at_us();
        if due.is_some_and(|at_us| at_us <= now.wall_us) {
            let events = self.state.pool.evict(now.wall_us);
            self.emit_pool(now, events);
        }
    }

    fn emit_pool(&mut self, now: Now, events: Vec<pool::Event>) {
        for pool in events {
            self.emit(now, Event::Pool { pool });
        }
    }
}
