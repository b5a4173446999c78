//! Clocks that ran out.

use crate::alarm::{AlarmKind, AlarmState, Author, Priority, Subject, Topic};
use crate::decide::case::{self, Case, Raise};
use crate::event::{Event, Retired, Timer};
use crate::ids::{ActId, AlarmId, HazardId, LineId, NoticeId};
use crate::limits::{ESCALATE_US, MAX_TIMERS_PER_TICK, RETAIN_HAZARD_US, RETAIN_US};
use crate::line::Link;
use crate::mind::FoundKey;

impl Case<'_> {
    /// Time has passed. What ran on the monotonic clock of an earlier run waits for the
    /// next tick, when it runs on wall time.
    pub(crate) fn tick(&mut self) {
        if self.mind.boot.is_some_and(|boot| boot != self.now.boot) {
            return;
        }
        for timer in self.mind.timers.due(self.now, MAX_TIMERS_PER_TICK) {
            self.stop(timer.clone());
            self.ran_out(timer);
        }
    }

    fn ran_out(&mut self, timer: Timer) {
        match timer {
            Timer::Received { line, id } => self.not_received(&line, &id),
            Timer::Opened { line, author, id } => self.not_opened(&line, author, &id),
            Timer::Stop { line, author, id } => self.stop_unanswered(&line, author, &id),
            Timer::Standby { line, author, id } => self.standby_outstanding(&line, author, &id),
            Timer::Message { line, id } => self.message_waiting(&line, &id),
            Timer::HazardEnd { line, author, id } => self.hazard_expired(&line, author, &id),
            Timer::Recheck { line, subject } => self.look_again((line, subject)),
            Timer::GrowsOld { what } => self.grows_old(&what),
            Timer::Escalate { alarm } => self.escalate(&alarm),
            Timer::Shelf { alarm } => self.unshelve(alarm),
            Timer::LineRed { line } => self.line_red(&line),
            Timer::Retire { line, what } => self.retire(line, what),
        }
    }

    fn not_received(&mut self, line: &LineId, id: &NoticeId) {
        let Some(book) = self.line(line).notices.own.get(id) else {
            return;
        };
        if book.is_live() && book.current().received.is_none() {
            let act_by_us = Some(book.notice().window.start_us);
            let raise = Raise::on(
                line,
                case::notice(Author::Own, id),
                book.drill,
                AlarmKind::NotReceived,
            );
            self.raise(raise.act_by(act_by_us));
        }
    }

    fn not_opened(&mut self, line: &LineId, author: Author, id: &NoticeId) {
        let Some(book) = self.line(line).notices.of(author).get(id) else {
            return;
        };
        if book.is_live() && book.current().opened.is_none() {
            let kind = match author {
                Author::Own => AlarmKind::NotOpenedByPeer,
                Author::Peer => AlarmKind::NotOpenedHere,
            };
            let act_by_us = Some(book.notice().window.start_us);
            self.raise(Raise::on(line, case::notice(author, id), book.drill, kind).act_by(act_by_us));
        }
    }

    fn stop_unanswered(&mut self, line: &LineId, author: Author, id: &ActId) {
        let Some(book) = self.line(line).stops.of(author).get(id) else {
            return;
        };
        if !book.is_answered() {
            let subject = Subject::Stop {
                author,
                id: id.clone(),
            };
            let kind = AlarmKind::StopUnanswered {
                ours_to_give: author == Author::Peer,
            };
            self.raise(Raise::on(line, subject, book.drill, kind));
        }
    }

    fn standby_outstanding(&mut self, line: &LineId, author: Author, id: &NoticeId) {
        let Some(book) = self.line(line).notices.of(author).get(id) else {
            return;
        };
        if book.is_open() {
            let kind = AlarmKind::StandbyOutstanding {
                ours_to_give: author == Author::Peer,
            };
            let act_by_us = Some(book.notice().window.start_us);
            self.raise(Raise::on(line, case::notice(author, id), book.drill, kind).act_by(act_by_us));
        }
    }

    fn message_waiting(&mut self, line: &LineId, id: &ActId) {
        let Some(book) = self.line(line).messages.peer.get(id) else {
            return;
        };
        if !book.closed {
            let subject = Subject::Message {
                author: Author::Peer,
                id: id.clone(),
            };
            let kind = AlarmKind::MessageWaiting {
                text: book.text.clone(),
            };
            self.raise(Raise::on(line, subject, book.drill, kind));
        }
    }

    fn hazard_expired(&mut self, line: &LineId, author: Author, id: &HazardId) {
        let Some(book) = self.line(line).hazards.of(author).get(id) else {
            return;
        };
        self.push(Event::HazardExpired {
            line: line.clone(),
            author,
            hazard: id.clone(),
        });
        if author == Author::Own {
            let what = Retired::Hazard {
                author,
                id: id.clone(),
            };
            return self.start(
                Timer::Retire {
                    line: Some(line.clone()),
                    what,
                },
                RETAIN_HAZARD_US,
            );
        }
        if !book.is_closed() {
            self.raise(Raise::on(
                line,
                case::hazard(author, id),
                book.drill,
                AlarmKind::HazardExpired,
            ));
        }
    }

    fn look_again(&mut self, key: FoundKey) {
        match self.mind.compared(&key) {
            Some(compared) => self.compare(&key, &compared),
            None => self.compare_after(&key, None),
        }
    }

    /// An alarm that nobody acknowledged goes to the next desk, until the ladder ends.
    fn escalate(&mut self, id: &AlarmId) {
        let Some(alarm) = self.mind.alarms.live.get(id) else {
            return;
        };
        let waits = alarm.state() == AlarmState::Unacked;
        let presses = alarm.priority(self.now) == Priority::High || alarm.kind.topic() == Topic::Opened;
        let next = self.mind.desks.get(alarm.escalated as usize + 1);
        if let Some(desk) = next.filter(|_| waits && presses) {
            self.push(Event::AlarmEscalated {
                id: id.clone(),
                desk: desk.clone(),
            });
            self.start(Timer::Escalate { alarm: id.clone() }, ESCALATE_US);
        }
    }

    fn unshelve(&mut self, id: AlarmId) {
        if self.mind.alarms.live.contains_key(&id) {
            self.push(Event::AlarmUnshelved { id: id.clone() });
            self.start(Timer::Escalate { alarm: id }, ESCALATE_US);
        }
    }

    fn line_red(&mut self, id: &LineId) {
        let line = self.line(id);
        if matches!(line.link, Link::Red | Link::Down) {
            let kind = AlarmKind::LineRed {
                open_items: line.open_items(),
            };
            self.raise(Raise::on(id, Subject::Line, false, kind));
        }
    }

    fn retire(&mut self, line: Option<LineId>, what: Retired) {
        if self.must_stay(line.as_ref(), &what) {
            return self.start(Timer::Retire { line, what }, RETAIN_US);
        }
        if let (Some(line), Retired::Notice { author, id }) = (&line, &what) {
            self.settle_about(line, &case::notice(*author, id));
            for timer in [
                Timer::Received {
                    line: line.clone(),
                    id: id.clone(),
                },
                Timer::Opened {
                    line: line.clone(),
                    author: *author,
                    id: id.clone(),
                },
                Timer::Standby {
                    line: line.clone(),
                    author: *author,
                    id: id.clone(),
                },
                Timer::Recheck {
                    line: line.clone(),
                    subject: case::notice(*author, id),
                },
            ] {
                self.stop(timer);
            }
        }
        if let Retired::Operation { id } = &what
            && let Some(book) = self.mind.operations.get(id)
        {
            self.operation_changed(id, Some(&book.draft), None);
        }
        self.push(Event::Retired { line, what });
    }

    /// A notice stays while one of its hazards is not closed; an operation while a notice
    /// discloses it.
    fn must_stay(&self, line: Option<&LineId>, what: &Retired) -> bool {
        let line = line.and_then(|line| self.mind.lines.get(line));
        match what {
            Retired::Notice {
                author: Author::Peer,
                id,
            } => line.is_some_and(|line| {
                let ids = line
                    .notices
                    .peer
                    .get(id)
                    .map(|book| &book.hazards)
                    .into_iter()
                    .flatten();
                ids.filter_map(|id| line.hazards.peer.get(id))
                    .any(|book| !book.is_closed())
            }),
            Retired::Operation { id } => self.mind.operations.get(id).is_some_and(|book| {
                book.notices.iter().any(|(line, notice)| {
                    self.mind
                        .lines
                        .get(line)
                        .is_some_and(|line| line.notices.own.contains_key(notice))
                })
            }),
            _ => false,
        }
    }
}
