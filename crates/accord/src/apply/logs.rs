//! Statements, their places in the logs, receipts, and what follows from those.

use super::acts::{Made, record};
use super::books::{refresh_operation, sync_compared};
use crate::act::Act;
use crate::alarm::{Author, Subject};
use crate::event::Event;
use crate::ids::{LineId, NoticeId};
use crate::input::LineState;
use crate::lead::Lateness;
use crate::limits::MAX_AWAITING;
use crate::line::{Entry, EpochBook, Line, Link, Pending, Placed, ReceiptMade, Sent};
use crate::mind::Mind;
use crate::time::Now;

/// A statement of either side.
pub(super) fn stated(mind: &mut Mind, event: &Event) {
    match event {
        Event::Act {
            line,
            desk,
            drill,
            at_us,
            act,
            ..
        } => {
            let Some((line, what)) = write(mind, line, own(desk, *drill, *at_us), act) else {
                return;
            };
            if what != Pending::Other {
                line.sent.insert(line.stated, Sent { what, place: None });
            }
            line.stated += 1;
        }
        Event::Restored {
            line,
            epoch,
            seq,
            desk,
            drill,
            at_us,
            act,
        } => {
            let Some((line, what)) = write(mind, line, own(desk, *drill, *at_us), act) else {
                return;
            };
            place_own(line, (*epoch, *seq), &what);
            line.placed.insert((*epoch, *seq), Placed { what, act_ref: None });
        }
        Event::RestoredAgain { .. } => restored_again(mind, event),
        Event::HeardAgain {
            line,
            epoch,
            seq,
            proven,
            act: Act::Notice(notice),
            ..
        } => {
            let Some(line) = mind.lines.get_mut(line) else {
                return;
            };
            let (id, version) = (notice.id.clone(), notice.version);
            await_receipt(line, (*epoch, *seq), Pending::Notice { id, version }, *proven);
            if *proven && !is_proven(line, &notice.id, version) {
                prove_notice(line, &notice.id, version);
            }
        }
        _ => heard(mind, event),
    }
}

/// A version that was stated again here, at the place that it had before.
fn restored_again(mind: &mut Mind, event: &Event) {
    let Event::RestoredAgain {
        line,
        epoch,
        seq,
        id,
        version,
    } = event
    else {
        return;
    };
    if let Some(line) = mind.lines.get_mut(line) {
        let (place, id, version) = ((*epoch, *seq), id.clone(), *version);
        let what = Pending::Notice { id, version };
        place_own(line, place, &what);
        line.placed.insert(place, Placed { what, act_ref: None });
    }
}

/// A statement of the peer.
fn heard(mind: &mut Mind, event: &Event) {
    let Event::Heard {
        line,
        epoch,
        seq,
        desk,
        drill,
        at_us,
        received_at_us,
        proven,
        act,
    } = event
    else {
        return;
    };
    let (by, drill, proven) = (Author::Peer, *drill, *proven);
    let (at_us, received_at_us) = (*at_us, Some(*received_at_us));
    let made = Made {
        by,
        desk,
        drill,
        at_us,
        received_at_us,
        proven,
    };
    if let Some((line, what)) = write(mind, line, made, act) {
        await_receipt(line, (*epoch, *seq), what, proven);
    }
}

fn own(desk: &crate::ids::Desk, drill: bool, at_us: i64) -> Made<'_> {
    Made {
        by: Author::Own,
        desk,
        drill,
        at_us,
        received_at_us: None,
        proven: true,
    }
}

/// Writes a statement into the books of its line, and what follows from it elsewhere.
fn write<'m>(mind: &'m mut Mind, name: &LineId, made: Made, act: &Act) -> Option<(&'m mut Line, Pending)> {
    let line = mind.lines.get_mut(name)?;
    let what = record(line, made, act);
    match act {
        Act::Notice(notice) => after_notice(mind, name, made.by, &notice.id),
        Act::Withdraw { id, .. } | Act::End { id } | Act::Activate { id } | Act::AllClear { id } => {
            after_notice(mind, name, made.by, id);
        }
        Act::Hazard(hazard) if made.by == Author::Peer => {
            sync_compared(
                mind,
                &(
                    name.clone(),
                    Subject::Hazard {
                        author: made.by,
                        id: hazard.id.clone(),
                    },
                ),
            );
        }
        _ => {}
    }
    Some((mind.lines.get_mut(name)?, what))
}

fn after_notice(mind: &mut Mind, name: &LineId, by: Author, id: &NoticeId) {
    if by == Author::Peer {
        return sync_compared(
            mind,
            &(
                name.clone(),
                Subject::Notice {
                    author: by,
                    id: id.clone(),
                },
            ),
        );
    }
    let book = mind.lines.get(name).and_then(|line| line.notices.own.get(id));
    if let Some(operation) = book.and_then(|book| book.operation.clone()) {
        refresh_operation(mind, &operation);
    }
}

/// Notices wait for our own RECEIVED, which decides their lead; all else only for its proof.
fn await_receipt(line: &mut Line, place: (u32, u64), what: Pending, proven: bool) {
    if let Pending::Notice { id, version } = &what
        && let Some(version) = line
            .notices
            .peer
            .get_mut(id)
            .and_then(|book| book.version_mut(*version))
    {
        version.place = Some(place);
    }
    if !proven || matches!(what, Pending::Notice { .. }) {
        line.heard.insert(place, Entry { what, proven });
    }
    if line.heard.len() > MAX_AWAITING {
        line.heard.pop_first();
    }
}

/// Places and receipts.
pub(super) fn placed(mind: &mut Mind, event: &Event) {
    match event {
        Event::Sealed {
            line,
            act_ref,
            epoch,
            seq,
            ..
        } => {
            let Some(line) = mind.lines.get_mut(line) else {
                return;
            };
            let Some(sent) = line.sent.get_mut(act_ref) else {
                return;
            };
            let place = (*epoch, *seq);
            let (what, before) = (sent.what.clone(), sent.place.replace(place));
            match before {
                Some(before) => drop(line.placed.remove(&before)),
                None if came_back(line, &what) => return placed_again(line, place, what, *act_ref),
                None => {}
            }
            place_own(line, place, &what);
            line.placed.insert(
                place,
                Placed {
                    what,
                    act_ref: Some(*act_ref),
                },
            );
        }
        Event::Proven { line, epoch, seq } => {
            if let Some(line) = mind.lines.get_mut(line) {
                prove(line, (*epoch, *seq));
            }
        }
        Event::Receipted { line, epoch, entries } => {
            let Some(line) = mind.lines.get_mut(line) else {
                return;
            };
            for (seq, _) in entries {
                line.heard.remove(&(*epoch, *seq));
            }
        }
        Event::Received { line, epoch, entries } => {
            let Some(line) = mind.lines.get_mut(line) else {
                return;
            };
            for (seq, at_us) in entries {
                received(line, (*epoch, *seq), *at_us);
            }
        }
        _ => {}
    }
}

/// Whether a version has a place already, which it had before a restore.
fn came_back(line: &Line, what: &Pending) -> bool {
    let Pending::Notice { id, version } = what else {
        return false;
    };
    let book = line.notices.own.get(id);
    let version = book.and_then(|book| book.version(*version));
    version.is_some_and(|version| version.place.is_some())
}

/// A version that came back had been stated again: what was signed before its first place counts.
fn placed_again(line: &mut Line, place: (u32, u64), what: Pending, act_ref: u64) {
    if let Pending::Notice { id, version } = &what
        && let Some(book) = line.notices.own.get_mut(id)
        && let Some(version) = book.version_mut(*version)
    {
        version.place = Some(place);
    }
    let act_ref = Some(act_ref);
    line.placed.insert(place, Placed { what, act_ref });
}

/// What we had signed before this place in our log counts for a notice; what is signed
/// here counts from here.
fn place_own(line: &mut Line, place: (u32, u64), what: &Pending) {
    match what {
        Pending::Notice { id, version } => {
            let class = line.notices.own.get(id).map(|book| book.class());
            let claim = class.and_then(|class| line.claim(Author::Own, class));
            let version = line
                .notices
                .own
                .get_mut(id)
                .and_then(|book| book.version_mut(*version));
            if let Some(version) = version {
                version.place = Some(place);
                version.author_claim = claim;
            }
        }
        Pending::Terms(signed) => {
            if line.terms.pending.as_ref() == Some(signed) {
                line.terms.pending = None;
            }
            line.terms.signed.own = Some(signed.clone());
        }
        _ => {}
    }
}

/// The same for an entry of the peer, when its log covers it.
fn prove(line: &mut Line, place: (u32, u64)) {
    let Some(mut entry) = line.heard.remove(&place) else {
        return;
    };
    entry.proven = true;
    match &entry.what {
        Pending::Notice { id, version } => {
            prove_notice(line, id, *version);
            line.heard.insert(place, entry);
        }
        Pending::Terms(signed) => line.terms.signed.peer = Some(signed.clone()),
        _ => {}
    }
}

/// Whether a version of the peer's is covered by its log: then what was signed before its first
/// place counts.
fn is_proven(line: &Line, id: &NoticeId, version: u32) -> bool {
    let book = line.notices.peer.get(id);
    let version = book.and_then(|book| book.version(version));
    version.is_some_and(|version| version.proven)
}

fn prove_notice(line: &mut Line, id: &NoticeId, version: u32) {
    let class = line.notices.peer.get(id).map(|book| book.class());
    let claim = class.and_then(|class| line.claim(Author::Peer, class));
    let version = line
        .notices
        .peer
        .get_mut(id)
        .and_then(|book| book.version_mut(version));
    if let Some(version) = version {
        version.proven = true;
        version.author_claim = claim;
    }
}

fn received(line: &mut Line, place: (u32, u64), at_us: i64) {
    let Some(placed) = line.placed.remove(&place) else {
        return;
    };
    placed.act_ref.map(|act_ref| line.sent.remove(&act_ref));
    match &placed.what {
        Pending::Stop { id } => {
            if let Some(book) = line.stops.own.get_mut(id) {
                book.received_at_us = Some(at_us);
            }
        }
        Pending::Message { id } => {
            if let Some(book) = line.messages.own.get_mut(id) {
                book.received_at_us = Some(at_us);
            }
        }
        Pending::Voice { id } => {
            if let Some(book) = line.voices.own.get_mut(id) {
                book.received_at_us = Some(at_us);
            }
        }
        _ => {}
    }
}

/// Leads, sizes, probing.
pub(super) fn measured(mind: &mut Mind, event: &Event) {
    match event {
        Event::Lead {
            line,
            author,
            id,
            version,
            received_at_us,
            lead_us,
            lateness,
        } => {
            let Some(line) = mind.lines.get_mut(line) else {
                return;
            };
            let Some(book) = line.notices.of_mut(*author).get_mut(id) else {
                return;
            };
            let counted = !book.drill;
            let Some(version) = book.version_mut(*version) else {
                return;
            };
            let was_late = version.is_late();
            let (at_us, lead_us, lateness) = (*received_at_us, *lead_us, *lateness);
            version.received = Some(ReceiptMade {
                at_us,
                lead_us,
                lateness,
            });
            let is_late = matches!(lateness, Lateness::Late { .. });
            let late = &mut line.counts.of_mut(*author).late;
            *late = match (was_late, is_late && counted) {
                (false, true) => *late + 1,
                (true, false) => late.saturating_sub(u64::from(counted)),
                _ => *late,
            };
        }
        Event::Blanket {
            line,
            author,
            id,
            km2_h,
            ..
        } => {
            let Some(line) = mind.lines.get_mut(line) else {
                return;
            };
            let Some(book) = line.notices.of_mut(*author).get_mut(id) else {
                return;
            };
            let first = book.blanket_km2_h.replace(*km2_h).is_none();
            line.counts.of_mut(*author).blanket += u64::from(first && !book.drill);
        }
        Event::PossibleProbing { line, author, id } => {
            let Some(line) = mind.lines.get_mut(line) else {
                return;
            };
            let Some(book) = line.notices.of_mut(*author).get_mut(id) else {
                return;
            };
            book.withdrawn_after_answer = true;
            line.counts.of_mut(*author).withdrawn_after_answer += u64::from(!book.drill);
        }
        _ => {}
    }
}

/// What the engine knows of a line.
pub(super) fn line_state(mind: &mut Mind, now: Now, name: &LineId, state: &LineState) {
    if let LineState::Joined {
        peer,
        peer_desks,
        verified,
    } = state
    {
        let new = || Line::new(peer.clone(), peer_desks.clone(), *verified, now.wall_us);
        let line = mind.lines.entry(name.clone()).or_insert_with(new);
        line.peer_desks.clone_from(peer_desks);
        line.joined_verified |= verified;
        return;
    }
    let Some(line) = mind.lines.get_mut(name) else {
        return;
    };
    let mut link = |link| {
        if line.link != link {
            line.link = link;
            line.link_since_us = now.wall_us;
        }
    };
    match state {
        LineState::Up => link(Link::Up),
        LineState::Down => link(Link::Down),
        LineState::Amber => link(Link::Amber),
        LineState::Red => link(Link::Red),
        LineState::Stalled { why } => line.stalled = Some(why.clone()),
        LineState::Resumed => line.stalled = None,
        LineState::NewEpoch { epoch, why } => {
            let (epoch, why) = (*epoch, why.clone());
            // What is proven waits on for our own RECEIVED, which is stated in this epoch if it was not before.
            line.heard.retain(|(of, _), entry| *of >= epoch || entry.proven);
            line.epoch = Some(EpochBook {
                epoch,
                why,
                accepted_own: false,
                accepted_peer: false,
            });
        }
        LineState::EpochAccepted { own } => {
            if let Some(epoch) = &mut line.epoch {
                epoch.accepted_own |= own;
                epoch.accepted_peer |= !own;
            }
        }
        LineState::Joined { .. } => {}
    }
}
