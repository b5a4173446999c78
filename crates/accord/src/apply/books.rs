//! This party's own books, what was found, what leaves memory.

use crate::alarm::{Author, Subject};
use crate::event::{Event, Retired};
use crate::ids::{HazardId, LineId, OperationId};
use crate::limits::MAX_HANDOVERS;
use crate::line::{Closed, NoticeState, ToldTo};
use crate::mind::{FoundKey, Handover, Mind, OperationBook, OperationState, PeopleBook, TrackBook, ZoneBook};
use crate::picture::until_dropped;
use crate::time::Now;

/// Takes a fact about own things.
pub(super) fn book(mind: &mut Mind, now: Now, event: &Event) {
    match event {
        Event::Planned { id, draft } => {
            let (draft, filed_at_us) = (draft.clone(), now.wall_us);
            let state = OperationState::Draft;
            let book = OperationBook {
                draft,
                state,
                contingent: false,
                notices: Vec::new(),
                filed_at_us,
            };
            mind.operations.insert(id.clone(), book);
            refresh_operation(mind, id);
        }
        Event::Replanned { id, draft } => {
            if let Some(book) = mind.operations.get_mut(id) {
                book.draft = draft.clone();
                book.contingent = false;
            }
            refresh_operation(mind, id);
        }
        Event::Scrapped { id } => remove_operation(mind, id),
        Event::Contingent { id } => {
            if let Some(book) = mind.operations.get_mut(id) {
                book.contingent = true;
            }
            refresh_operation(mind, id);
        }
        Event::Discloses {
            line,
            notice,
            operation,
        } => {
            if let Some(line) = mind.lines.get_mut(line) {
                line.disclosing.insert(notice.clone(), operation.clone());
            }
            if let Some(book) = mind.operations.get_mut(operation) {
                book.notices.push((line.clone(), notice.clone()));
            }
        }
        Event::Retired { line, what } => retired(mind, line.as_ref(), what),
        _ => standing(mind, event),
    }
}

/// What stands: zones, people, positions.
fn standing(mind: &mut Mind, event: &Event) {
    match event {
        Event::ZoneAdded {
            id,
            name,
            kind,
            volumes,
            separation,
            drill,
        } => {
            let (name, volumes) = (name.clone(), volumes.clone());
            // What could not be compared was told when it was decided.
            let _ = mind.picture.add_zone(id, *kind, &volumes, *separation, *drill);
            let book = ZoneBook {
                name,
                kind: *kind,
                volumes,
                separation: *separation,
                drill: *drill,
            };
            mind.zones.insert(id.clone(), book);
        }
        Event::ZoneRemoved { id } => {
            mind.picture.remove_zone(id);
            mind.zones.remove(id);
        }
        Event::PeopleAdded {
            id,
            name,
            count,
            volumes,
            drill,
        } => {
            let (name, volumes) = (name.clone(), volumes.clone());
            let _ = mind
                .picture
                .add_people(id, *count, &until_dropped(&volumes), *drill);
            mind.people.insert(
                id.clone(),
                PeopleBook {
                    name,
                    count: *count,
                    volumes,
                    drill: *drill,
                },
            );
        }
        Event::PeopleRemoved { id } => {
            mind.picture.remove_people(id);
            mind.people.remove(id);
        }
        Event::TrackSet { id, name, track } => {
            mind.picture.set_track(id, *track);
            mind.tracks.insert(
                id.clone(),
                TrackBook {
                    name: name.clone(),
                    track: *track,
                },
            );
        }
        Event::TrackDropped { id } => {
            mind.picture.drop_track(id);
            mind.tracks.remove(id);
        }
        _ => desk(mind, event),
    }
}

/// What a desk did without stating it.
fn desk(mind: &mut Mind, event: &Event) {
    match event {
        Event::Told {
            line,
            notice,
            desk,
            to,
            at_us,
        } => {
            let line = mind.lines.get_mut(line);
            if let Some(book) = line.and_then(|line| line.notices.peer.get_mut(notice)) {
                let (desk, to, at_us) = (desk.clone(), to.clone(), *at_us);
                book.told.push(ToldTo { desk, to, at_us });
            }
        }
        Event::HazardClosed {
            line,
            hazard,
            desk,
            words,
            at_us,
        } => {
            let (desk, words, at_us) = (desk.clone(), words.clone(), *at_us);
            close_hazard(mind, line, hazard, Closed { desk, at_us, words });
        }
        Event::HandedOver { desk, words, at_us } => {
            let (desk, words, at_us) = (desk.clone(), words.clone(), *at_us);
            mind.handovers.push(Handover { desk, at_us, words });
            let excess = mind.handovers.len().saturating_sub(MAX_HANDOVERS);
            mind.handovers.drain(..excess);
        }
        _ => known(mind, event),
    }
}

/// What this node found, or what time made of it.
fn known(mind: &mut Mind, event: &Event) {
    match event {
        Event::HazardExpired { line, author, hazard } => {
            let line = mind.lines.get_mut(line);
            if let Some(book) = line.and_then(|line| line.hazards.of_mut(*author).get_mut(hazard)) {
                book.expired = true;
            }
        }
        Event::Found {
            line,
            subject,
            at_us,
            rows,
            more,
            unchecked,
            faults,
            drill: _,
        } => {
            let book = mind.found.entry((line.clone(), subject.clone())).or_default();
            book.replace(rows, *at_us);
            (book.more, book.unchecked, book.faults) = (*more, *unchecked, *faults);
        }
        Event::AnswerLapsed {
            line,
            author,
            id,
            at_us,
        } => {
            let line = mind.lines.get_mut(line);
            let book = line.and_then(|line| line.notices.of_mut(*author).get_mut(id));
            if let Some(made) = book.and_then(|book| book.current_mut().answers.last_mut()) {
                made.lapsed_at_us = Some(*at_us);
            }
        }
        _ => {}
    }
}

fn close_hazard(mind: &mut Mind, name: &LineId, id: &HazardId, closed: Closed) {
    let line = mind.lines.get_mut(name);
    let Some(book) = line.and_then(|line| line.hazards.peer.get_mut(id)) else {
        return;
    };
    book.closed = Some(closed);
    let author = Author::Peer;
    let subject = match book.notice.clone() {
        Some(id) => Subject::Notice { author, id },
        None => Subject::Hazard {
            author,
            id: id.clone(),
        },
    };
    sync_compared(mind, &(name.clone(), subject));
}

/// What a notice or hazard of the peer still means stands among what is compared, and
/// nothing else does.
pub(super) fn sync_compared(mind: &mut Mind, key: &FoundKey) {
    match mind.compared(key) {
        // Parts that are not valid were found by the comparison and told.
        Some(compared) => drop(mind.notified.add(key.clone(), &compared.disclosed())),
        None => mind.notified.remove(key),
    }
}

/// The state of an operation follows from the notices that disclose it. A plan counts in
/// the picture until it is over.
pub(super) fn refresh_operation(mind: &mut Mind, id: &OperationId) {
    let Some(book) = mind.operations.get_mut(id) else {
        return;
    };
    let state_of = |(line, notice): &(LineId, _)| {
        mind.lines
            .get(line)
            .and_then(|line| line.notices.own.get(notice))
            .map(|book| book.state)
    };
    let states: Vec<NoticeState> = book.notices.iter().filter_map(state_of).collect();
    book.state = state(&states, book.contingent).unwrap_or(book.state);
    if book.state.is_over() {
        mind.picture.remove_operation(id);
    } else {
        let _ = mind.picture.add_operation(id, &book.draft);
    }
}

fn state(notices: &[NoticeState], contingent: bool) -> Option<OperationState> {
    let any = |state| notices.contains(&state);
    Some(match notices.last()? {
        _ if contingent && (any(NoticeState::Active) || any(NoticeState::Notified)) => {
            OperationState::Contingent
        }
        _ if any(NoticeState::Active) => OperationState::Active,
        _ if any(NoticeState::Notified) => OperationState::Notified,
        NoticeState::Withdrawn => OperationState::Withdrawn,
        _ => OperationState::Ended,
    })
}

fn remove_operation(mind: &mut Mind, id: &OperationId) {
    mind.picture.remove_operation(id);
    mind.operations.remove(id);
}

fn retired(mind: &mut Mind, line: Option<&LineId>, what: &Retired) {
    if let Retired::Operation { id } = what {
        return remove_operation(mind, id);
    }
    let Some(name) = line else { return };
    let Some(line) = mind.lines.get_mut(name) else {
        return;
    };
    let subject = match what {
        Retired::Notice { author, id } => {
            line.notices.of_mut(*author).remove(id);
            Subject::Notice {
                author: *author,
                id: id.clone(),
            }
        }
        Retired::Hazard { author, id } => {
            line.hazards.of_mut(*author).remove(id);
            Subject::Hazard {
                author: *author,
                id: id.clone(),
            }
        }
        Retired::Stop { author, id } => return drop(line.stops.of_mut(*author).remove(id)),
        Retired::Message { author, id } => return drop(line.messages.of_mut(*author).remove(id)),
        Retired::Voice { author, id } => return drop(line.voices.of_mut(*author).remove(id)),
        Retired::Operation { .. } => return,
    };
    let key = (name.clone(), subject);
    mind.found.remove(&key);
    sync_compared(mind, &key);
}
