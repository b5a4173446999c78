//! What the officer sees and does, as a reducer: events in, effects out.

mod acts;
mod keys;
mod select;
mod stops;

use super::bell::Bell;
use super::deed::Deed;
use super::form::Form;
use super::item::Item;
use super::key::Key;
use super::picture::Picture;
use super::queue::{Row, queue};
use std::collections::BTreeSet;

/// A picture older than this says its age in bold: three readings were missed.
pub(super) const STALE_US: i64 = 4_000_000;
/// A picture older than this is that of a node that stopped.
pub(super) const STOPPED_US: i64 = 20_000_000;
/// Time after which an armed stop is no longer armed.
const ARMED_US: i64 = 15_000_000;
/// After the selected item left the queue, keys act on nothing for so long, unless the
/// officer selects.
const SETTLE_US: i64 = 3_000_000;

const _: () = assert!(STALE_US < STOPPED_US);

/// What happened.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// A key.
    Key(Key),
    /// Time went on: a clock that only moves forward, and the offset of local time.
    Tick { mono_us: i64, offset_s: i32 },
    /// A picture was read.
    Read(Box<Picture>),
    /// The node is out of sight.
    Lost(Lost),
    /// A request came back.
    Done(Box<Outcome>),
    /// The system ends the program.
    Ended,
}

/// Why no picture comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The node stopped, or nothing answers.
    Stopped(String),
    /// It answers, and shows this desk nothing.
    Refused(String),
}

/// What became of a request.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// The request.
    pub(super) deed: Deed,
    /// What the node made of it.
    pub(super) came: Came,
}

/// What the node made of a request.
#[derive(Clone, Debug)]
pub(super) enum Came {
    /// Done and durable; what the officer should know.
    Done(Vec<String>),
    /// What the officer has to know first.
    Asks(Vec<String>),
    /// Refused, or the node was not reached.
    Not(String),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Make a request.
    Ask(Deed),
    /// Ring so many strokes.
    Ring(u8),
    /// Leave.
    Quit,
}

/// A stop that one more key sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Armed {
    /// CHECK FIRE rather than CEASE.
    pub(super) pause: bool,
    /// The item whose place it is for, if it has one.
    pub(super) item: Option<Item>,
    /// Until when, on the forward clock.
    pub(super) until_us: i64,
    /// What is taken up again afterwards.
    pub(super) back: Box<Mode>,
}

/// What keys do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// They act on the selected item.
    Watching,
    /// They write.
    Writing(Form),
    /// One sends a stop.
    Armed(Armed),
    /// y sends what the node asked about.
    Confirming { deed: Deed, notes: Vec<String> },
    /// q leaves.
    Leaving,
    /// Any key goes back.
    Help,
}

/// How well the picture is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// None was read yet.
    None,
    /// Fresh.
    Fresh,
    /// Old.
    Stale,
    /// Of a node that stopped or does not answer.
    Stopped,
}

/// What was said last to the officer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// In words.
    pub(super) text: String,
    /// Something was not done.
    pub(super) trouble: bool,
}

/// The whole state of the screen.
#[derive(Clone, Debug)]
pub(super) struct Model {
    /// The desk that acts.
    pub(super) desk: String,
    /// The last picture.
    pub(super) picture: Option<Picture>,
    /// Why the node is lost, if it is.
    pub(super) lost: Option<Lost>,
    /// Offset of local time, s.
    pub(super) offset_s: i32,
    /// What keys do.
    pub(super) mode: Mode,
    /// What was said last.
    pub(super) said: Said,
    /// Rows that wait for nothing are listed too.
    pub(super) all: bool,
    /// The detail has the screen.
    pub(super) wide: bool,
    /// Lines scrolled away in the detail, or in the list of a hand-over.
    pub(super) scroll: usize,
    mono_us: i64,
    read_us: i64,
    selected: Option<Item>,
    subject: Option<Item>,
    settle_us: i64,
    opened: BTreeSet<(Item, u32)>,
    bell: Bell,
}

impl Model {
    /// A screen that has seen nothing yet.
    pub(super) fn new(desk: impl Into<String>) -> Self {
        Model {
            desk: desk.into(),
            picture: None,
            lost: None,
            offset_s: 0,
            mode: Mode::Watching,
            said: Said::default(),
            all: false,
            wide: false,
            scroll: 0,
            mono_us: 0,
            read_us: 0,
            selected: None,
            subject: None,
            settle_us: 0,
            opened: BTreeSet::new(),
            bell: Bell::default(),
        }
    }

    /// Takes an event.
    pub(super) fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Key(key) => self.pressed(key),
            Event::Tick { mono_us, offset_s } => {
                (self.mono_us, self.offset_s) = (mono_us, offset_s);
                self.disarm_in_time();
                Vec::new()
            }
            Event::Read(picture) => self.read(*picture),
            Event::Lost(why) => {
                self.lost = Some(why);
                Vec::new()
            }
            Event::Done(outcome) => self.done(*outcome),
            Event::Ended => vec![Effect::Quit],
        }
    }

    /// The node's wall clock now, µs: that of the picture and the time since.
    pub(super) fn now_us(&self) -> i64 {
        self.picture
            .as_ref()
            .map_or(0, |picture| picture.as_of_us().saturating_add(self.age_us()))
    }

    /// Age of the picture, µs.
    pub(super) fn age_us(&self) -> i64 {
        (self.mono_us - self.read_us).max(0)
    }

    /// How well the picture is.
    pub(super) fn sight(&self) -> Sight {
        match (&self.picture, &self.lost, self.age_us()) {
            (None, None, _) => Sight::None,
            (_, Some(_), _) | (_, _, STOPPED_US..) => Sight::Stopped,
            (_, _, STALE_US..) => Sight::Stale,
            _ => Sight::Fresh,
        }
    }

    /// The rows of the queue.
    pub(super) fn rows(&self) -> Vec<Row> {
        self.picture
            .as_ref()
            .map_or_else(Vec::new, |picture| queue(picture, &self.desk, self.all))
    }

    /// The selected item, while it stands in the queue.
    pub(super) fn selected(&self) -> Option<&Item> {
        self.selected.as_ref()
    }

    /// Whether the officer opened this version of a notice here, or tried to.
    pub(super) fn opened_here(&self, item: &Item) -> bool {
        let version = self
            .picture
            .as_ref()
            .and_then(|picture| picture.notice(item))
            .map(|notice| notice.current.version);
        version.is_some_and(|version| self.opened.contains(&(item.clone(), version)))
    }

    fn read(&mut self, picture: Picture) -> Vec<Effect> {
        let was_lost = self.lost.take().is_some();
        if was_lost {
            self.say("the node answers again");
        }
        let strokes = self.bell.strokes(&picture);
        self.picture = Some(picture);
        self.read_us = self.mono_us;
        self.keep_selection();
        if strokes > 0 {
            vec![Effect::Ring(strokes)]
        } else {
            Vec::new()
        }
    }

    fn done(&mut self, outcome: Outcome) -> Vec<Effect> {
        let Outcome { deed, came } = outcome;
        match came {
            Came::Done(notes) if notes.is_empty() => self.say(format!("{}: on record", deed.what)),
            Came::Done(notes) => self.say(format!("{}: on record. {}", deed.what, notes.join(" · "))),
            Came::Asks(notes) if self.mode == Mode::Watching => self.mode = Mode::Confirming { deed, notes },
            Came::Asks(notes) => self.complain(format!("NOT SENT: {}: {}", deed.what, notes.join(" · "))),
            Came::Not(why) => self.complain(format!("NOT DONE: {}: {why}", deed.what)),
        }
        Vec::new()
    }

    fn say(&mut self, text: impl Into<String>) {
        self.said = Said {
            text: text.into(),
            trouble: false,
        };
    }

    fn complain(&mut self, text: impl Into<String>) {
        self.said = Said {
            text: text.into(),
            trouble: true,
        };
    }
}
