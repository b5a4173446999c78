//! Lines, clocks, disks, hooks: facts that no desk stated.

use crate::alarm::{AlarmKind, Subject, Topic};
use crate::decide::case::{Case, Raise};
use crate::event::{Event, Timer};
use crate::ids::LineId;
use crate::input::{LineState, Trouble, TroubleKey};
use crate::limits::{LINE_RED_US, MAX_LINES};

impl Case<'_> {
    /// A fact about a line. Only a joined line has facts.
    pub(crate) fn line_state(&mut self, line: &LineId, state: &LineState) {
        let known = self.mind.lines.get(line);
        let joins = matches!(state, LineState::Joined { .. });
        if (known.is_none() && !joins) || (known.is_none() && self.mind.lines.len() >= MAX_LINES) {
            return;
        }
        self.push(Event::Line {
            line: line.clone(),
            state: state.clone(),
        });
        match state {
            LineState::Up => self.line_up(line),
            LineState::Red => self.line_cut(line, true),
            LineState::Down => self.line_cut(line, false),
            LineState::Stalled { why } => {
                let kind = AlarmKind::LineStalled { why: why.clone() };
                self.raise(Raise::on(line, Subject::Line, false, kind));
            }
            LineState::Resumed => self.settle(Topic::Stalled, Some(line), Subject::Line),
            LineState::NewEpoch { epoch, why } => {
                let kind = AlarmKind::EpochOpened {
                    epoch: *epoch,
                    why: why.clone(),
                };
                self.raise(Raise::on(line, Subject::Line, false, kind));
            }
            LineState::EpochAccepted { own } => self.epoch_accepted(line, *own),
            LineState::Joined { .. } | LineState::Amber => {}
        }
    }

    fn line_up(&mut self, line: &LineId) {
        self.stop(Timer::LineRed { line: line.clone() });
        self.settle(Topic::Red, Some(line), Subject::Line);
    }

    /// With an item open a red line is an alarm at once, else after a while.
    fn line_cut(&mut self, id: &LineId, red: bool) {
        let open_items = self.line(id).open_items();
        if red && open_items > 0 {
            return self.raise(Raise::on(
                id,
                Subject::Line,
                false,
                AlarmKind::LineRed { open_items },
            ));
        }
        let timer = Timer::LineRed { line: id.clone() };
        if self.mind.timers.when(&timer).is_none() {
            self.start(timer, LINE_RED_US);
        }
    }

    fn epoch_accepted(&mut self, line: &LineId, own: bool) {
        let epoch = self.line(line).epoch.as_ref();
        let other = epoch.is_none_or(|epoch| {
            if own {
                epoch.accepted_peer
            } else {
                epoch.accepted_own
            }
        });
        if other {
            self.settle(Topic::Epoch, Some(line), Subject::Line);
        }
    }

    /// A fault began.
    pub(crate) fn trouble(&mut self, trouble: &Trouble) {
        let key = trouble.key();
        let line = key.line().cloned();
        self.push(Event::Trouble(trouble.clone()));
        let (kind, subject) = (AlarmKind::Trouble(trouble.clone()), Subject::Fault(key));
        self.raise(Raise {
            kind,
            line,
            subject,
            drill: false,
            within_us: None,
            act_by_us: None,
            anew: true,
        });
    }

    /// And ended.
    pub(crate) fn trouble_over(&mut self, key: &TroubleKey) {
        self.push(Event::TroubleOver(key.clone()));
        self.settle(Topic::Fault, key.line(), Subject::Fault(key.clone()));
    }
}
