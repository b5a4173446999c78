//! Open traffic: what USSs ask of nodes, and what they are told.

use super::*;
use crate::open::check::Told;
use crate::open::region::{Left, Op};
use engine::input::{OpenRefused, ReplyTo};
use pool::{Answer, Call, Refused};

impl World {
    pub(super) fn begin_open(&mut self) {
        for at in 0..self.regions.len() {
            let usss = self.regions[at].as_ref().map_or(0, |region| region.usss.len());
            (0..usss).for_each(|uss| self.open_pause(at, uss));
        }
    }

    fn open_pause(&mut self, at: usize, uss: usize) {
        if let Some(region) = &mut self.regions[at] {
            let pause_us = region.usss[uss].pause_us();
            self.after(pause_us, Event::OpenWork { node: at, uss });
        }
    }

    /// A USS does the next thing, unless all is to settle.
    pub(super) fn open_work(&mut self, at: usize, uss: usize) {
        if self.calm {
            return;
        }
        self.open_pause(at, uss);
        let Some(region) = &mut self.regions[at] else {
            return;
        };
        let wishes = region.wishes(uss, self.now_us);
        let name = region.usss[uss].name().to_owned();
        let words = crate::story::calls(&wishes);
        if !self.happens(&name, &words) {
            return;
        }
        self.open_calls(at, uss, wishes);
    }

    /// A USS asks these, one after the other.
    fn open_calls(&mut self, at: usize, uss: usize, calls: Vec<Call>) {
        for call in calls {
            let words = crate::story::call(&call);
            let Some(region) = &mut self.regions[at] else {
                return;
            };
            let (asked, name) = (region.ask(uss, call), region.usss[uss].name());
            self.trace
                .step(self.now_us, "open-ask", format_args!("{name} {asked} {words}"));
            self.open_ask(at, asked);
        }
    }

    /// A client puts its request before the engine, and will again when no answer comes.
    fn open_ask(&mut self, at: usize, asked: usize) {
        self.after(RETRY_US, Event::OpenAgain { node: at, asked });
        let node = &mut self.nodes[at];
        let (from_us, short) = (node.now(self.now_us).wall_us, node.space != Space::Normal);
        let (Some(region), Some(engine)) = (&mut self.regions[at], &mut node.engine) else {
            return;
        };
        let waits = engine.has_input();
        let (reply, request) = region.request(asked);
        let input = Input::Open {
            reply,
            request: Box::new(request.clone()),
        };
        if engine.input(input).is_ok() {
            region.taken(reply, asked, request, from_us, short);
        }
        if self.even_disk && !waits {
            self.turn(at);
        } else {
            self.wake_later(at);
        }
    }

    pub(super) fn open_again(&mut self, at: usize, asked: usize) {
        let goes_on = self.regions[at]
            .as_mut()
            .is_some_and(|region| region.goes_on(asked));
        if goes_on {
            self.open_ask(at, asked);
        }
    }

    /// An answer leaves a node.
    pub(super) fn open_reply(&mut self, at: usize, reply: ReplyTo, result: &Result<Answer, OpenRefused>) {
        let node = &self.nodes[at];
        let upto_us = node.now(self.now_us).wall_us;
        let Some(region) = &mut self.regions[at] else {
            return;
        };
        let on_disk = |text: &str| node.disk.holds(text);
        let left = region.answer(&mut self.findings, reply, result, (upto_us, on_disk));
        let Some(Left { op, arrived }) = left else { return };
        let (who, words) = (&op.request.manager.0, crate::story::told(result));
        let lost = if arrived { "" } else { ", which is lost on the way" };
        self.trace.tally(crate::story::kind(result));
        self.trace.step(
            self.now_us,
            "open-answer",
            format_args!("{who} {} {words}{lost}", op.asked),
        );
    }

    /// Everything that a node just started shows of its region: what was told is there.
    pub(super) fn open_look(&mut self, at: usize) {
        let node = &self.nodes[at];
        let now_us = node.now(self.now_us).wall_us;
        let (Some(region), Some(engine)) = (&mut self.regions[at], &node.engine) else {
            return;
        };
        for request in region.look_around() {
            let told: Result<_, Refused> = engine.pool().decide(now_us, &request);
            let told: Told = told.map(|(answer, _)| answer);
            let op = Op {
                asked: usize::MAX,
                request,
                from_us: now_us,
                short: false,
                room: true,
            };
            region.audit.heard(&mut self.findings, &op, &told, now_us);
        }
        if self.findings.violations.is_empty() {
            engine.pool().invariant_is_sound();
        }
    }

    /// What a region hears of what befalls its node.
    pub(super) fn open_hears(&mut self, at: usize, what: Befell) {
        let upto_us = self.nodes[at].now(self.now_us).wall_us;
        let Some(region) = &mut self.regions[at] else {
            return;
        };
        match what {
            Befell::Died => region.died(upto_us),
            Befell::PutBack => region.put_back(),
            Befell::BackedUp => region.backed_up(),
            Befell::ChangedPlaces => region.changed_places(),
            Befell::TwinGone => region.end_twin(),
            Befell::Space(space) => region.space_changed(space != Space::Normal),
        }
    }

    /// A desk is about to ask: if it is for safety traffic, a flood of open traffic may come just before.
    pub(super) fn open_flood(&mut self, at: usize, wish: &Wish) {
        let safety = self.is_safety(at, wish);
        let Some(region) = self.regions[at].as_mut().filter(|_| safety) else {
            return;
        };
        let Some((uss, calls)) = region.flood(self.now_us) else {
            return;
        };
        if self.happens(&format!("flood {at}"), &crate::story::calls(&calls)) {
            self.open_calls(at, uss, calls);
        }
    }

    fn is_safety(&self, at: usize, wish: &Wish) -> bool {
        let engine = self.nodes[at].engine.as_ref();
        matches!(wish, Wish::Desk(command) if engine.is_some_and(|engine| engine.mind().is_safety(command)))
    }

    /// A command of a desk was taken: if it is safety traffic, open traffic is behind it.
    pub(super) fn open_steps_aside(&mut self, at: usize, request: usize) {
        let node = &self.nodes[at];
        if !self.is_safety(at, &node.requests[request].wish) {
            return;
        }
        if let Some(region) = &mut self.regions[at] {
            region.safety_taken(request, node.busy);
        }
    }

    /// It was answered.
    pub(super) fn open_stepped_aside(&mut self, at: usize, request: usize) {
        if let Some(region) = &mut self.regions[at] {
            let key = &self.nodes[at].requests[request].key;
            region.safety_answered(&mut self.findings, request, key);
        }
    }
}

/// What befalls a node and with it its region.
#[derive(Copy, Clone, Debug)]
pub(super) enum Befell {
    /// The process is gone.
    Died,
    /// The backup stands in the place of the disk.
    PutBack,
    /// A backup was made.
    BackedUp,
    /// The other copy goes on.
    ChangedPlaces,
    /// The other copy is gone.
    TwinGone,
    /// The disk has so much room.
    Space(Space),
}
