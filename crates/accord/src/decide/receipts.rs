//! Places in the logs and receipts, and the leads that follow from them.

use crate::act::Act;
use crate::alarm::{AlarmKind, Author, Topic};
use crate::decide::case::{self, Case, Raise};
use crate::decide::content::{Fit, fit};
use crate::decide::heard::{is_flash, opened_within_us};
use crate::event::{Event, Retired, Timer};
use crate::ids::{LineId, NoticeId};
use crate::input::Input;
use crate::lead::{self, Lateness};
use crate::line::{Line, NoticeBook, Pending, ReceiptMade, Version};
use crate::mind::Mind;

/// A lead and how it stands.
type Found = (Option<i64>, Lateness);

impl Mind {
    /// Whether what one of our own acts speaks of is known here, so that it can be taken back:
    /// [`Input::Restored`] of any other would be lost. True of what is none of the mind's.
    pub fn has_subject(
        &self,
        line: &LineId,
        kind: &str,
        (drill, at_us): (bool, i64),
        body: &serde_json::Value,
    ) -> bool {
        let (Some(line), Ok(act)) = (self.lines.get(line), Act::read(kind, body)) else {
            return true;
        };
        !matches!(fit(line, Author::Own, drill, at_us, &act), Fit::Early(_))
    }

    /// When what an act of the peer states was first received here, µs, if it was stated before: it keeps
    /// that receipt. None of what is new, and of what no receipt is shown of.
    pub fn first_received_us(
        &self,
        line: &LineId,
        kind: &str,
        (drill, at_us): (bool, i64),
        body: &serde_json::Value,
    ) -> Option<i64> {
        let (line, act) = (self.lines.get(line)?, Act::read(kind, body).ok()?);
        if fit(line, Author::Peer, drill, at_us, &act) != Fit::Again {
            return None;
        }
        match &act {
            Act::Notice(notice) => {
                let (_, stated) = find(line, Author::Peer, &notice.id, notice.version)?;
                stated.received.as_ref().map(|made| made.at_us)
            }
            Act::Say { id, .. } => line.messages.peer.get(id)?.received_at_us,
            Act::Cease { id, .. } | Act::CheckFire { id, .. } => line.stops.peer.get(id)?.received_at_us,
            Act::Voice { id, .. } => line.voices.peer.get(id)?.received_at_us,
            _ => None,
        }
    }
}

impl Case<'_> {
    /// One of our acts got its place.
    pub(crate) fn sealed(&mut self, line: &LineId, (epoch, seq): (u32, u64), act_ref: u64, at_us: i64) {
        let known = self
            .mind
            .lines
            .get(line)
            .is_some_and(|line| line.sent.contains_key(&act_ref));
        if known {
            self.push(Event::Sealed {
                line: line.clone(),
                act_ref,
                epoch,
                seq,
                at_us,
            });
        }
    }

    /// One of our acts came back from the peer.
    pub(crate) fn restored(&mut self, input: &Input) {
        let Input::Restored {
            line,
            epoch,
            seq,
            kind,
            desk,
            drill,
            at_us,
            body,
        } = input
        else {
            return;
        };
        let Ok(act) = Act::read(kind, body) else { return };
        let known = self.line(line);
        if known.placed.contains_key(&(*epoch, *seq)) {
            return;
        }
        match (fit(known, Author::Own, *drill, *at_us, &act), &act) {
            (Fit::New, _) => {}
            (Fit::Again, Act::Notice(notice)) => {
                let (line, epoch, seq) = (line.clone(), *epoch, *seq);
                let (id, version) = (notice.id.clone(), notice.version);
                return self.push(Event::RestoredAgain {
                    line,
                    epoch,
                    seq,
                    id,
                    version,
                });
            }
            _ => return,
        }
        self.restored_clocks(line, &act);
        let (line, epoch, seq, desk, drill, at_us) =
            (line.clone(), *epoch, *seq, desk.clone(), *drill, *at_us);
        self.push(Event::Restored {
            line,
            epoch,
            seq,
            desk,
            drill,
            at_us,
            act,
        });
    }

    fn restored_clocks(&mut self, line: &LineId, act: &Act) {
        match act {
            Act::Notice(notice) => self.own_notice_clocks(line, notice),
            Act::Cease { id, .. } | Act::CheckFire { id, .. } => {
                self.retire_later(
                    line,
                    Retired::Stop {
                        author: Author::Own,
                        id: id.clone(),
                    },
                );
            }
            Act::Say { id, .. } => self.retire_later(
                line,
                Retired::Message {
                    author: Author::Own,
                    id: id.clone(),
                },
            ),
            Act::Voice { id, .. } => self.retire_later(
                line,
                Retired::Voice {
                    author: Author::Own,
                    id: id.clone(),
                },
            ),
            Act::StopAnswer { id, .. } => self.stop_answered(line, Author::Peer, id),
            Act::Opened { id, version } => self.opened_again(line, id, *version),
            Act::Answer { id, answer, .. } => self.answered(line, Author::Peer, id, *answer),
            _ => {}
        }
    }

    /// Our own OPENED came back: it counts for the version that it speaks of, and the peer may have
    /// amended the notice since.
    fn opened_again(&mut self, line: &LineId, id: &NoticeId, version: u32) {
        let book = self.line(line).notices.peer.get(id);
        if book.is_some_and(|book| book.notice().version == version) {
            self.stop(Timer::Opened {
                line: line.clone(),
                author: Author::Peer,
                id: id.clone(),
            });
            self.settle(Topic::Opened, Some(line), case::notice(Author::Peer, id));
        }
    }

    /// An entry heard unproven is covered by the peer's log.
    pub(crate) fn proven(&mut self, line: &LineId, epoch: u32, seq: u64) {
        let entry = self
            .mind
            .lines
            .get(line)
            .and_then(|line| line.heard.get(&(epoch, seq)));
        if entry.is_some_and(|entry| !entry.proven) {
            self.push(Event::Proven {
                line: line.clone(),
                epoch,
                seq,
            });
        }
    }

    /// Our own RECEIVED got its place: the leads of the peer's notices are decided.
    pub(crate) fn receipted(&mut self, line: &LineId, epoch: u32, entries: &[(u64, i64)]) {
        let Some(known) = self.mind.lines.get(line) else {
            return;
        };
        let awaited = |(seq, _): &&(u64, i64)| known.heard.contains_key(&(epoch, *seq));
        let entries: Vec<(u64, i64)> = entries.iter().filter(awaited).copied().collect();
        for (seq, at_us) in &entries {
            let entry = known.heard.get(&(epoch, *seq));
            if let Some(Pending::Notice { id, version }) = entry.map(|entry| &entry.what) {
                self.receipted_notice(line, id, *version, *at_us);
            }
        }
        if !entries.is_empty() {
            self.push(Event::Receipted {
                line: line.clone(),
                epoch,
                entries,
            });
        }
    }

    /// The peer's RECEIVED: the leads of our notices are decided.
    pub(crate) fn received(&mut self, line: &LineId, epoch: u32, entries: &[(u64, i64)]) {
        let Some(known) = self.mind.lines.get(line) else {
            return;
        };
        let awaited = |(seq, _): &&(u64, i64)| known.placed.contains_key(&(epoch, *seq));
        let entries: Vec<(u64, i64)> = entries.iter().filter(awaited).copied().collect();
        for (seq, at_us) in &entries {
            let placed = known.placed.get(&(epoch, *seq));
            if let Some(Pending::Notice { id, version }) = placed.map(|placed| &placed.what) {
                self.received_notice(line, id, *version, *at_us);
            }
        }
        if !entries.is_empty() {
            self.push(Event::Received {
                line: line.clone(),
                epoch,
                entries,
            });
        }
    }

    /// Records the lead of a notice of the peer, and whether it is LATE.
    pub(crate) fn lead_of_peer(
        &mut self,
        line: &LineId,
        id: &NoticeId,
        version: u32,
        drill: bool,
        received_at_us: i64,
        (lead_us, lateness): Found,
    ) {
        let (author, subject) = (Author::Peer, case::notice(Author::Peer, id));
        let event = Event::Lead {
            line: line.clone(),
            author,
            id: id.clone(),
            version,
            received_at_us,
            lead_us,
            lateness,
        };
        self.push(event);
        match (lateness, lead_us) {
            (Lateness::Late { floor_us }, Some(lead_us)) => {
                self.raise(Raise::on(
                    line,
                    subject,
                    drill,
                    AlarmKind::Late { lead_us, floor_us },
                ));
            }
            _ => self.settle(Topic::Late, Some(line), subject),
        }
    }

    fn receipted_notice(&mut self, line: &LineId, id: &NoticeId, version: u32, at_us: i64) {
        let known = self.line(line);
        let Some((book, stated)) = find(known, Author::Peer, id, version) else {
            return;
        };
        let (lead_us, lateness) = lead_of(known, Author::Peer, stated, at_us);
        let made = ReceiptMade {
            at_us,
            lead_us,
            lateness,
        };
        if stated.received.as_ref() != Some(&made) && !was_received(stated, at_us) {
            self.lead_of_peer(line, id, version, book.drill, at_us, (lead_us, lateness));
        }
    }

    fn received_notice(&mut self, line: &LineId, id: &NoticeId, version: u32, at_us: i64) {
        let known = self.line(line);
        let Some((book, stated)) = find(known, Author::Own, id, version) else {
            return;
        };
        let (at_us, (lead_us, lateness)) = match &stated.received {
            Some(first) if first.at_us < at_us => (first.at_us, (first.lead_us, first.lateness)),
            _ => (at_us, lead_of(known, Author::Own, stated, at_us)),
        };
        let (name, author, id, received_at_us) = (line.clone(), Author::Own, id.clone(), at_us);
        self.push(Event::Lead {
            line: name,
            author,
            id: id.clone(),
            version,
            received_at_us,
            lead_us,
            lateness,
        });
        if book.notice().version != version {
            return;
        }
        self.stop(Timer::Received {
            line: line.clone(),
            id: id.clone(),
        });
        self.settle(Topic::Received, Some(line), case::notice(Author::Own, &id));
        if book.is_live() && stated.opened.is_none() {
            let within_us = opened_within_us(self.clocks(line), is_flash(&stated.notice, at_us));
            self.start(
                Timer::Opened {
                    line: line.clone(),
                    author: Author::Own,
                    id,
                },
                within_us,
            );
        }
    }
}

fn find<'l>(
    line: &'l Line,
    author: Author,
    id: &NoticeId,
    version: u32,
) -> Option<(&'l NoticeBook, &'l Version)> {
    let book = line.notices.of(author).get(id)?;
    Some((book, book.version(version)?))
}

/// The lead of a version of `author` received at an instant, by what both had signed: the
/// author before the notice in its log, the receiver before its RECEIVED in its own.
fn lead_of(line: &Line, author: Author, stated: &Version, at_us: i64) -> Found {
    let class = stated.notice.class;
    let lead_us = stated.lead_at_us(at_us);
    let receiver = line.claim(author.other(), class);
    (
        lead_us,
        lead::lateness(class, lead_us, stated.author_claim.as_ref(), receiver.as_ref()),
    )
}

/// Whether a version was received before `at_us` already: stated again, as after a restore, it
/// keeps its first receipt.
fn was_received(stated: &Version, at_us: i64) -> bool {
    stated.received.as_ref().is_some_and(|first| first.at_us < at_us)
}
