//! What a statement of either side changes. One function for both: whose it is decides
//! only which book it is written in.

use crate::act::{Act, Answer, Hazard, Level, Notice, Response};
use crate::alarm::Author;
use crate::ids::{ActId, Desk, NoticeId};
use crate::lead;
use crate::limits::MAX_VERSIONS;
use crate::line::{
    AnswerMade, HazardBook, Line, MessageBook, NoticeBook, NoticeState, Pending, ReadBackMade, Signed, Stamp,
    StopAnswered, StopBook, Version, VoiceBook,
};

/// Who stated it and when.
#[derive(Copy, Clone)]
pub(super) struct Made<'e> {
    pub(super) by: Author,
    pub(super) desk: &'e Desk,
    pub(super) drill: bool,
    pub(super) at_us: i64,
    /// When the receiver had it: ours for what the peer stated.
    pub(super) received_at_us: Option<i64>,
    /// Covered by its author's log.
    pub(super) proven: bool,
}

/// Writes a statement into the books of its line. Returns what of it waits for a place or
/// a receipt.
pub(super) fn record(line: &mut Line, made: Made, act: &Act) -> Pending {
    match act {
        Act::Notice(notice) => record_notice(line, made, notice),
        Act::Withdraw { id, .. } => finish(line, made, id, NoticeState::Withdrawn),
        Act::End { id } => finish(line, made, id, NoticeState::Ended),
        Act::Activate { id } => of_author(line, made, id, |book| {
            book.activated_at_us = book.activated_at_us.max(Some(made.at_us));
            book.begun_or_clear();
        }),
        Act::AllClear { id } => all_clear(line, made, id),
        Act::Proceed { id, words } => {
            line.counts.of_mut(made.by).proceeded += u64::from(!made.drill);
            of_author(line, made, id, |book| {
                book.proceeding = Some((words.clone(), made.at_us))
            })
        }
        Act::Opened { id, version } => of_other(line, made, (id, *version), |version| {
            // An act that was taken back after a restore comes after younger ones.
            if version
                .opened
                .as_ref()
                .is_none_or(|first| made.at_us < first.at_us)
            {
                version.opened = Some(stamp(version.lead_from_us, made));
            }
        }),
        Act::ReadBack {
            id,
            version,
            words,
            check,
        } => of_other(line, made, (id, *version), |version| {
            let stamp = stamp(version.lead_from_us, made);
            if version
                .read_back
                .as_ref()
                .is_none_or(|newest| newest.stamp.at_us <= made.at_us)
            {
                version.read_back = Some(ReadBackMade {
                    stamp,
                    words: words.clone(),
                    check: check.clone(),
                });
            }
        }),
        Act::Answer { .. } => record_answer(line, made, act),
        Act::Hazard(hazard) => {
            record_hazard(line, made, hazard, None);
            Pending::Hazard {
                id: hazard.id.clone(),
            }
        }
        Act::HazardOver { id } => {
            if let Some(book) = line.hazards.of_mut(made.by).get_mut(id) {
                book.said_over_at_us.get_or_insert(made.at_us);
            }
            Pending::Other
        }
        _ => record_talk(line, made, act),
    }
}

fn record_talk(line: &mut Line, made: Made, act: &Act) -> Pending {
    match act {
        Act::Cease { .. } | Act::CheckFire { .. } => record_stop(line, made, act),
        Act::StopAnswer { id, answer, words } => {
            if let Some(book) = line.stops.of_mut(made.by.other()).get_mut(id) {
                let (desk, at_us, words) = (made.desk.clone(), made.at_us, words.clone());
                book.answers.push(StopAnswered {
                    desk,
                    at_us,
                    answer: *answer,
                    words,
                });
                let excess = book.answers.len().saturating_sub(crate::limits::MAX_ANSWERS);
                book.answers.drain(..excess);
            }
            Pending::Other
        }
        Act::Say { .. } => record_message(line, made, act),
        Act::Voice {
            id,
            heard_at_us,
            words,
            tape_sha256,
        } => {
            let book = VoiceBook {
                heard_at_us: *heard_at_us,
                words: words.clone(),
                tape_sha256: tape_sha256.clone(),
                desk: made.desk.clone(),
                drill: made.drill,
                at_us: made.at_us,
                received_at_us: made.received_at_us,
                answer: None,
            };
            line.voices.of_mut(made.by).insert(id.clone(), book);
            Pending::Voice { id: id.clone() }
        }
        Act::VoiceAnswer { id, answer, words } => {
            if let Some(book) = line.voices.of_mut(made.by.other()).get_mut(id) {
                book.answer = Some((*answer, words.clone(), made.at_us));
            }
            Pending::Other
        }
        Act::SignTerms(terms) => {
            let signed = Signed::new(terms.clone(), made.desk.clone(), made.at_us);
            match (made.by, made.proven) {
                (Author::Own, _) => line.terms.pending = Some(signed.clone()),
                (Author::Peer, true) => line.terms.signed.peer = Some(signed.clone()),
                (Author::Peer, false) => {}
            }
            Pending::Terms(signed)
        }
        Act::WordsConfirmed { words } => {
            *line.words.of_mut(made.by) = Some(words.clone());
            Pending::Other
        }
        Act::NotUnderstood { .. } => {
            line.counts.of_mut(made.by.other()).not_understood += u64::from(!made.drill);
            Pending::Other
        }
        _ => Pending::Other,
    }
}

fn record_notice(line: &mut Line, made: Made, notice: &Notice) -> Pending {
    count_notice(line, made, notice);
    let author_claim = if made.by == Author::Peer && made.proven {
        line.claim(made.by, notice.class)
    } else {
        None
    };
    let operation = line
        .disclosing
        .remove(&notice.id)
        .filter(|_| made.by == Author::Own);
    let books = line.notices.of_mut(made.by);
    let before = books.get(&notice.id).map(NoticeBook::notice);
    let version = Version {
        lead_from_us: lead::lead_from_us(before, notice),
        notice: notice.clone(),
        stated_at_us: made.at_us,
        desk: made.desk.clone(),
        place: None,
        proven: made.proven,
        author_claim,
        received: None,
        opened: None,
        read_back: None,
        answers: Vec::new(),
    };
    match books.get_mut(&notice.id) {
        None => drop(books.insert(notice.id.clone(), NoticeBook::new(version, made.drill, operation))),
        Some(book) => {
            book.versions.push(version);
            let excess = book.versions.len().saturating_sub(MAX_VERSIONS);
            book.versions.drain(..excess);
            book.dropped_versions += excess as u32;
        }
    }
    for hazard in &notice.hazards {
        record_hazard(line, made, hazard, Some(&notice.id));
    }
    Pending::Notice {
        id: notice.id.clone(),
        version: notice.version,
    }
}

fn count_notice(line: &mut Line, made: Made, notice: &Notice) {
    if made.drill {
        return;
    }
    let counts = line.counts.of_mut(made.by);
    if notice.version > 1 {
        counts.amended += 1;
        return;
    }
    counts.notices += 1;
    counts.words_only += u64::from(notice.level == Level::Words);
    let span_us = notice.window.end_us.saturating_sub(notice.window.start_us);
    counts.notified_us = counts.notified_us.saturating_add(span_us);
}

fn record_hazard(line: &mut Line, made: Made, hazard: &Hazard, notice: Option<&NoticeId>) {
    if let Some(book) = notice.and_then(|id| line.notices.of_mut(made.by).get_mut(id)) {
        book.hazards.insert(hazard.id.clone());
    }
    let book = HazardBook {
        hazard: hazard.clone(),
        notice: notice.cloned(),
        drill: made.drill,
        stated_at_us: made.at_us,
        expired: false,
        said_over_at_us: None,
        closed: None,
    };
    line.hazards
        .of_mut(made.by)
        .entry(hazard.id.clone())
        .or_insert(book);
}

fn record_answer(line: &mut Line, made: Made, act: &Act) -> Pending {
    let Act::Answer {
        id,
        version,
        answer,
        words,
        counter,
    } = act
    else {
        return Pending::Other;
    };
    let objected = *answer == Answer::Object && !made.drill;
    line.counts.of_mut(made.by.other()).objected += u64::from(objected);
    of_other(line, made, (id, *version), |version| {
        let excess = (version.answers.len() + 1).saturating_sub(crate::limits::MAX_ANSWERS);
        version.answers.drain(..excess);
        let place = version.answers.partition_point(|other| other.at_us <= made.at_us);
        let answer = AnswerMade {
            desk: made.desk.clone(),
            at_us: made.at_us,
            answer: *answer,
            words: words.clone(),
            counter: counter.clone(),
            lapsed_at_us: None,
        };
        version.answers.insert(place, answer);
    })
}

fn record_stop(line: &mut Line, made: Made, act: &Act) -> Pending {
    let (Act::Cease { id, place } | Act::CheckFire { id, place }) = act else {
        return Pending::Other;
    };
    let book = StopBook {
        pause: matches!(act, Act::CheckFire { .. }),
        place: place.clone(),
        desk: made.desk.clone(),
        drill: made.drill,
        at_us: made.at_us,
        received_at_us: made.received_at_us,
        answers: Vec::new(),
    };
    line.stops.of_mut(made.by).insert(id.clone(), book);
    Pending::Stop { id: id.clone() }
}

fn record_message(line: &mut Line, made: Made, act: &Act) -> Pending {
    let Act::Say {
        id,
        answers,
        urgency,
        response,
        closes,
        text,
    } = act
    else {
        return Pending::Other;
    };
    if let Some(answered) = answers
        .as_ref()
        .and_then(|id| line.messages.of_mut(made.by.other()).get_mut(id))
        .filter(|answered| answered.drill == made.drill)
    {
        answered.closed |= closes;
        if answered.answered_by.len() < crate::limits::MAX_ANSWERS {
            answered.answered_by.push(id.clone());
        }
    }
    let book = MessageBook {
        answers: answers.clone(),
        urgency: *urgency,
        response: *response,
        text: text.clone(),
        desk: made.desk.clone(),
        drill: made.drill,
        at_us: made.at_us,
        received_at_us: made.received_at_us,
        answered_by: Vec::<ActId>::new(),
        closed: *response == Response::N,
    };
    line.messages.of_mut(made.by).insert(id.clone(), book);
    Pending::Message { id: id.clone() }
}

fn finish(line: &mut Line, made: Made, id: &NoticeId, state: NoticeState) -> Pending {
    let withdrawn = u64::from(state == NoticeState::Withdrawn && !made.drill);
    line.counts.of_mut(made.by).withdrawn += withdrawn;
    count_use(line, made, id);
    of_author(line, made, id, |book| {
        book.state = state;
        book.finished_at_us = Some(made.at_us);
    })
}

fn all_clear(line: &mut Line, made: Made, id: &NoticeId) -> Pending {
    count_use(line, made, id);
    of_author(line, made, id, |book| {
        book.all_clear_at_us = book.all_clear_at_us.max(Some(made.at_us));
        book.begun_or_clear();
    })
}

/// Time from activation to now counts as used.
fn count_use(line: &mut Line, made: Made, id: &NoticeId) {
    let book = line.notices.of(made.by).get(id);
    let active = book.filter(|book| book.state == NoticeState::Active && !book.drill);
    if let Some(from_us) = active.and_then(|book| book.activated_at_us) {
        let counts = line.counts.of_mut(made.by);
        counts.used_us = counts
            .used_us
            .saturating_add(made.at_us.saturating_sub(from_us).max(0));
    }
}

fn of_author(line: &mut Line, made: Made, id: &NoticeId, change: impl FnOnce(&mut NoticeBook)) -> Pending {
    if let Some(book) = line.notices.of_mut(made.by).get_mut(id) {
        change(book);
    }
    Pending::Other
}

fn of_other(
    line: &mut Line,
    made: Made,
    (id, version): (&NoticeId, u32),
    change: impl FnOnce(&mut Version),
) -> Pending {
    let book = line.notices.of_mut(made.by.other()).get_mut(id);
    if let Some(version) = book.and_then(|book| book.version_mut(version)) {
        change(version);
    }
    Pending::Other
}

fn stamp(lead_from_us: Option<i64>, made: Made) -> Stamp {
    let lead_us = lead_from_us.map(|from_us| from_us.saturating_sub(made.at_us));
    Stamp {
        desk: made.desk.clone(),
        at_us: made.at_us,
        lead_us,
    }
}
