//! What was last read off the node, and when it was true.

use super::item::{Item, Kind};
use crate::http::show::alarms::{AlarmShown, Alarms};
use crate::http::show::lines::{LineShown, MessageShown, StopShown, VoiceShown};
use crate::http::show::notices::{HazardShown, NoticeShown};
use crate::http::show::own::{FoundShown, NodeShown};

/// What changes by itself: read every second. A node that serves it does its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pulse {
    /// The node and its clock.
    pub(super) node: NodeShown,
    /// Lines, with their lights.
    pub(super) lines: Vec<LineShown>,
    /// The queue.
    pub(super) alarms: Alarms,
}

/// What changes by acts: read when the node says that something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Books {
    /// Notices that are neither ended nor withdrawn.
    pub(super) notices: Vec<NoticeShown>,
    /// Hazards of both sides.
    pub(super) hazards: Vec<HazardShown>,
    /// CEASE and CHECK FIRE.
    pub(super) stops: Vec<StopShown>,
    /// Messages, with their line.
    pub(super) messages: Vec<(String, MessageShown)>,
    /// Accounts of calls, with their line.
    pub(super) voice: Vec<(String, VoiceShown)>,
    /// Exposure and conflicts.
    pub(super) found: Vec<FoundShown>,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// The fast part.
    pub(super) pulse: Pulse,
    /// The slow part.
    pub(super) books: Books,
}

impl Picture {
    /// When it was true, by the node's clock, µs.
    pub(super) fn as_of_us(&self) -> i64 {
        self.pulse.node.now_us
    }

    /// A line by its name.
    pub(super) fn line(&self, name: &str) -> Option<&LineShown> {
        self.pulse.lines.iter().find(|line| line.line == name)
    }

    /// The peer of a line, by its own name.
    pub(super) fn peer<'a>(&'a self, line: &'a str) -> &'a str {
        self.line(line).map_or(line, |line| &line.peer)
    }

    /// An alarm by its id.
    pub(super) fn alarm(&self, id: &str) -> Option<&AlarmShown> {
        self.pulse.alarms.alarms.iter().find(|alarm| alarm.id == id)
    }

    /// A notice.
    pub(super) fn notice(&self, item: &Item) -> Option<&NoticeShown> {
        self.books
            .notices
            .iter()
            .find(|notice| Item::notice(notice) == *item)
    }

    /// A hazard.
    pub(super) fn hazard(&self, item: &Item) -> Option<&HazardShown> {
        self.books
            .hazards
            .iter()
            .find(|hazard| Item::hazard(hazard) == *item)
    }

    /// A stop.
    pub(super) fn stop(&self, item: &Item) -> Option<&StopShown> {
        self.books.stops.iter().find(|stop| Item::stop(stop) == *item)
    }

    /// A message.
    pub(super) fn message(&self, item: &Item) -> Option<&MessageShown> {
        let found = self
            .books
            .messages
            .iter()
            .find(|(line, message)| Item::message(line, message) == *item);
        found.map(|(_, message)| message)
    }

    /// An account of a call.
    pub(super) fn voice(&self, item: &Item) -> Option<&VoiceShown> {
        let found = self
            .books
            .voice
            .iter()
            .find(|(line, voice)| Item::voice(line, voice) == *item);
        found.map(|(_, voice)| voice)
    }

    /// Hazards that a notice carries.
    pub(super) fn hazards_of<'a>(&'a self, notice: &'a NoticeShown) -> impl Iterator<Item = &'a HazardShown> {
        let of = |hazard: &&HazardShown| {
            hazard.line == notice.line
                && hazard.author == notice.author
                && hazard.notice.as_deref() == Some(notice.id.as_str())
        };
        self.books.hazards.iter().filter(of)
    }

    /// What an item meets, by latest time to act; for a notice also what its hazards meet.
    pub(super) fn found_of<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'a FoundShown> {
        let hazards: Vec<Item> = self.notice(item).map_or_else(Vec::new, |notice| {
            self.hazards_of(notice).map(Item::hazard).collect()
        });
        self.books.found.iter().filter(move |found| {
            let of = Item::about(&found.line, &found.subject);
            of.is_some_and(|of| of == *item || hazards.contains(&of))
        })
    }

    /// What an item is about: an alarm's subject; else itself.
    pub(super) fn subject(&self, item: &Item) -> Option<Item> {
        match item.kind {
            Kind::Alarm => self
                .alarm(&item.id)
                .and_then(|alarm| Item::about(alarm.line.as_deref()?, &alarm.subject)),
            _ => Some(item.clone()),
        }
    }

    /// The line an item belongs to.
    pub(super) fn line_of(&self, item: &Item) -> Option<String> {
        match item.kind {
            Kind::Alarm => self.alarm(&item.id)?.line.clone(),
            _ => Some(item.line.clone()),
        }
    }

    /// Whether an item is exercise traffic.
    pub(super) fn is_drill(&self, item: &Item) -> bool {
        match item.kind {
            Kind::Alarm => self.alarm(&item.id).is_some_and(|alarm| alarm.drill),
            Kind::Notice => self.notice(item).is_some_and(|notice| notice.drill),
            Kind::Hazard => self.hazard(item).is_some_and(|hazard| hazard.drill),
            Kind::Stop => self.stop(item).is_some_and(|stop| stop.drill),
            Kind::Message => self.message(item).is_some_and(|message| message.drill),
            Kind::Voice => self.voice(item).is_some_and(|voice| voice.drill),
        }
    }

    /// Whether anything shown is exercise traffic.
    pub(super) fn any_drill(&self) -> bool {
        self.pulse.alarms.alarms.iter().any(|alarm| alarm.drill)
            || self.books.notices.iter().any(|notice| notice.drill)
    }
}
