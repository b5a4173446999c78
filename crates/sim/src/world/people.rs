//! People: what staff ask, and clients that ask again.

use super::*;

impl World {
    pub(super) fn work(&mut self, at: usize) {
        let pause_us = self.staff[at].pause_us();
        let most_us = if self.calm { CALM_PAUSE_US } else { i64::MAX };
        self.after(pause_us.min(most_us), Event::Work(at));
        let node = &self.nodes[at];
        let Some(engine) = &node.engine else { return };
        let now = node.now(self.now_us);
        let wish = if self.calm {
            self.staff[at].sign_epoch(engine, now)
        } else {
            Some(self.staff[at].wish(engine, &node.lines, now))
        };
        let Some((officer, wish)) = wish else { return };
        let words: String = format!("{wish:?}").chars().take(160).collect();
        if !self.calm && !self.happens(&format!("party-{at}"), &words) {
            return;
        }
        self.open_flood(at, &wish);
        let request = self.nodes[at].request(officer, wish);
        let key = &self.nodes[at].requests[request].key;
        self.trace.step(self.now_us, "ask", format_args!("{key} {words}"));
        self.ask(at, request);
    }

    pub(super) fn ask(&mut self, at: usize, request: usize) {
        if self.nodes[at].ask(request) {
            self.open_steps_aside(at, request);
        }
        self.after(RETRY_US, Event::Again { node: at, request });
        self.wake_later(at);
    }

    pub(super) fn again(&mut self, at: usize, request: usize) {
        if self.nodes[at].requests[request].answer.is_none() {
            self.ask(at, request);
        }
    }
}
