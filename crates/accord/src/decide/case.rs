//! One input on its way to a decision: what follows so far.

use crate::act::{Act, Class};
use crate::alarm::{Alarm, AlarmKey, AlarmKind, Author, Priority, Subject, Topic};
use crate::event::{Event, Timer, When};
use crate::ids::{AlarmId, Desk, Fresh, LineId};
use crate::limits::{ESCALATE_US, MAX_ALARMS, MAX_ALARMS_WITH_HIGH, SECOND_US};
use crate::line::{Line, NoticeBook};
use crate::mind::Mind;
use crate::outcome::{Decision, Note, Outcome};
use crate::terms::Terms;
use crate::time::{Deadline, Now};
use std::collections::BTreeSet;

/// What follows so far. Reads the mind as it was before the input.
pub(crate) struct Case<'a> {
    pub(crate) mind: &'a Mind,
    pub(crate) now: Now,
    pub(crate) fresh: &'a mut dyn Fresh,
    pub(crate) outcome: Outcome,
    events: Vec<Event>,
    set: Vec<(Timer, When)>,
    clear: Vec<Timer>,
    raised: BTreeSet<AlarmKey>,
}

/// An alarm to raise.
pub(crate) struct Raise {
    pub(crate) kind: AlarmKind,
    pub(crate) line: Option<LineId>,
    pub(crate) subject: Subject,
    pub(crate) drill: bool,
    /// A clock for the response, µs from now.
    pub(crate) within_us: Option<i64>,
    /// Latest wall instant at which acting still helps.
    pub(crate) act_by_us: Option<i64>,
    /// When it stands already: whether it needs another acknowledgement.
    pub(crate) anew: bool,
}

/// Agreed clocks of a line, µs. Where nothing is in force, those of the proposal.
#[derive(Copy, Clone)]
pub(crate) struct Clocks {
    pub(crate) received_us: i64,
    pub(crate) opened_us: i64,
    pub(crate) flash_us: i64,
    pub(crate) stop_us: i64,
}

impl Raise {
    /// An alarm on a line without a clock.
    pub(crate) fn on(line: &LineId, subject: Subject, drill: bool, kind: AlarmKind) -> Raise {
        Raise {
            kind,
            line: Some(line.clone()),
            subject,
            drill,
            within_us: None,
            act_by_us: None,
            anew: true,
        }
    }

    /// With a clock for the response.
    pub(crate) fn within(mut self, within_us: i64) -> Raise {
        self.within_us = Some(within_us);
        self
    }

    /// When it stands already, whether it needs another acknowledgement.
    pub(crate) fn anew(mut self, anew: bool) -> Raise {
        self.anew = anew;
        self
    }

    /// With the latest instant at which acting still helps.
    pub(crate) fn act_by(mut self, act_by_us: Option<i64>) -> Raise {
        self.act_by_us = act_by_us;
        self
    }
}

impl<'a> Case<'a> {
    /// Nothing follows yet, except that another run of the process has begun if it has.
    pub(crate) fn new(mind: &'a Mind, now: Now, fresh: &'a mut dyn Fresh) -> Case<'a> {
        let events = if mind.boot == Some(now.boot) {
            Vec::new()
        } else {
            vec![Event::Booted]
        };
        Case {
            mind,
            now,
            fresh,
            outcome: Outcome::default(),
            events,
            set: Vec::new(),
            clear: Vec::new(),
            raised: BTreeSet::new(),
        }
    }

    /// A fact.
    pub(crate) fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Something that the officer should know.
    pub(crate) fn note(&mut self, note: Note) {
        self.outcome.notes.push(note);
    }

    /// States something on a line. `safety` is the act's own, unless `class` of the notice
    /// it belongs to is hazard; what refers to an own notice without a place yet keeps
    /// behind it.
    pub(crate) fn state(
        &mut self,
        line: &LineId,
        desk: &Desk,
        drill: bool,
        about: Option<&NoticeBook>,
        act: Act,
    ) {
        let of_hazard = about.is_some_and(|book| book.class() == Class::Hazard);
        let waits = about.is_some_and(|book| book.current().place.is_none()) && !of_hazard;
        let safety = (act.is_safety() || of_hazard) && !waits;
        self.line_notes(line, safety, &act);
        let at_us = self.now.wall_us;
        self.push(Event::Act {
            line: line.clone(),
            desk: desk.clone(),
            drill,
            safety,
            at_us,
            act,
        });
    }

    /// Starts a clock.
    pub(crate) fn start(&mut self, timer: Timer, after_us: i64) {
        self.set
            .push((timer, When::After(Deadline::after(self.now, after_us))));
    }

    /// Starts a clock that runs out at a wall instant.
    pub(crate) fn start_at(&mut self, timer: Timer, at_us: i64) {
        self.set.push((timer, When::At(at_us)));
    }

    /// Stops a clock.
    pub(crate) fn stop(&mut self, timer: Timer) {
        self.clear.push(timer);
    }

    /// Raises an alarm, or raises the one of its key again.
    pub(crate) fn raise(&mut self, raise: Raise) {
        let topic = raise.kind.topic();
        let key = AlarmKey {
            topic,
            line: raise.line.clone(),
            subject: raise.subject.clone(),
        };
        if !self.raised.insert(key.clone()) {
            return;
        }
        match self.mind.alarms.by_key(&key) {
            Some(alarm) => self.raise_again(alarm.clone(), raise),
            None => self.raise_new(raise),
        }
    }

    /// The condition of an alarm ended, if it stands.
    pub(crate) fn settle(&mut self, topic: Topic, line: Option<&LineId>, subject: Subject) {
        let key = AlarmKey {
            topic,
            line: line.cloned(),
            subject,
        };
        if let Some(alarm) = self.mind.alarms.by_key(&key) {
            self.settle_alarm(alarm);
        }
    }

    /// The conditions of all alarms about something ended. What states an instant stays
    /// until a desk acknowledges it.
    pub(crate) fn settle_about(&mut self, line: &LineId, subject: &Subject) {
        for alarm in self.mind.alarms.about(Some(line), subject) {
            if !alarm.kind.is_momentary() {
                self.settle_alarm(alarm);
            }
        }
    }

    /// All that follows.
    pub(crate) fn done(mut self) -> Decision {
        if !(self.set.is_empty() && self.clear.is_empty()) {
            self.events.push(Event::Clocks {
                set: self.set,
                clear: self.clear,
            });
        }
        Decision {
            events: self.events,
            outcome: self.outcome,
        }
    }

    /// A line of the mind, which a caller has seen to exist.
    pub(crate) fn line(&self, line: &LineId) -> &'a Line {
        self.mind
            .lines
            .get(line)
            .expect("the line was looked up before the input was taken further")
    }

    /// The clocks of a line.
    pub(crate) fn clocks(&self, line: &LineId) -> Clocks {
        let agreed = self.mind.lines.get(line).and_then(Line::in_force);
        let proposal = Terms::pair_proposal();
        let terms = agreed.unwrap_or(&proposal);
        let us = |s: u32| i64::from(s) * SECOND_US;
        Clocks {
            received_us: us(terms.received_within_s),
            opened_us: us(terms.opened_within_s),
            flash_us: us(terms.opened_flash_within_s),
            stop_us: us(terms.stop_within_s),
        }
    }

    fn settle_alarm(&mut self, alarm: &Alarm) {
        if alarm.active {
            self.push(Event::AlarmReturned {
                id: alarm.id.clone(),
                at_us: self.now.wall_us,
            });
        }
    }

    fn raise_again(&mut self, alarm: Alarm, raise: Raise) {
        let deadline = raise
            .within_us
            .map(|within_us| Deadline::after(self.now, within_us));
        let same = alarm.active && alarm.kind == raise.kind && alarm.act_by_us == raise.act_by_us;
        if same && deadline.is_none() && !raise.anew {
            return;
        }
        let anew = raise.anew || !alarm.active || alarm.kind != raise.kind;
        let (id, kind, act_by_us) = (alarm.id, raise.kind, raise.act_by_us);
        if anew {
            self.start(Timer::Escalate { alarm: id.clone() }, ESCALATE_US);
        }
        self.push(Event::AlarmAgain {
            id,
            kind,
            deadline,
            act_by_us,
            at_us: self.now.wall_us,
            anew,
        });
    }

    fn raise_new(&mut self, raise: Raise) {
        let alarm = self.new_alarm(raise);
        let high = alarm.priority(self.now) == Priority::High;
        let limit = if high { MAX_ALARMS_WITH_HIGH } else { MAX_ALARMS };
        if self.mind.alarms.live.len() + self.raised.len() > limit && alarm.kind.topic() != Topic::Flood {
            return self.count_only(alarm);
        }
        if high || alarm.kind.topic() == Topic::Opened {
            self.start(
                Timer::Escalate {
                    alarm: alarm.id.clone(),
                },
                ESCALATE_US,
            );
        }
        self.push(Event::AlarmRaised { alarm });
    }

    fn count_only(&mut self, alarm: Alarm) {
        self.push(Event::AlarmCounted {
            kind: alarm.kind,
            line: alarm.line,
        });
        let not_listed = self.mind.alarms.not_listed + 1;
        let kind = AlarmKind::Flood { not_listed };
        let subject = Subject::Alarms;
        self.raise(Raise {
            kind,
            line: None,
            subject,
            drill: false,
            within_us: None,
            act_by_us: None,
            anew: true,
        });
    }

    fn new_alarm(&mut self, raise: Raise) -> Alarm {
        let up = usize::from(raise.kind.topic() == Topic::Opened);
        let desk = self
            .mind
            .desks
            .get(up)
            .cloned()
            .unwrap_or_else(|| self.mind.watch());
        Alarm {
            id: AlarmId(self.fresh.local()),
            every_desk: matches!(raise.kind.topic(), Topic::Stop | Topic::StopAnswer),
            kind: raise.kind,
            line: raise.line,
            subject: raise.subject,
            drill: raise.drill,
            desk,
            escalated: up as u32,
            raised_at_us: self.now.wall_us,
            again: 0,
            deadline: raise
                .within_us
                .map(|within_us| Deadline::after(self.now, within_us)),
            act_by_us: raise.act_by_us,
            active: true,
            acked: None,
            shelf: None,
            cleared_at_us: None,
        }
    }

    fn line_notes(&mut self, id: &LineId, safety: bool, act: &Act) {
        let line = self.line(id);
        if line.link != crate::line::Link::Up {
            self.note(Note::LineNotUp { line: id.clone() });
        }
        if let Some(why) = &line.stalled {
            self.note(Note::LineStalled {
                line: id.clone(),
                why: why.clone(),
            });
        }
        if line.is_held() && !safety {
            self.note(Note::HeldForEpoch { line: id.clone() });
        }
        if !line.is_verified() && !line.is_verified_by(act) {
            self.note(Note::LineUnverified { line: id.clone() });
        }
    }
}

/// A notice as the subject of an alarm.
pub(crate) fn notice(author: Author, id: &crate::ids::NoticeId) -> Subject {
    Subject::Notice {
        author,
        id: id.clone(),
    }
}

/// A hazard as the subject of an alarm.
pub(crate) fn hazard(author: Author, id: &crate::ids::HazardId) -> Subject {
    Subject::Hazard {
        author,
        id: id.clone(),
    }
}
