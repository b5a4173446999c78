//! Whether an act of the peer can be understood where it stands, given what both sides
//! stated on the line before. A function of the line alone, so the reason may be stated.

use crate::act::{Act, Class, Notice};
use crate::alarm::Author;
use crate::ids::{ActId, HazardId, NoticeId};
use crate::limits::{
    MAX_HAZARDS, MAX_MESSAGES, MAX_MESSAGES_WITH_DISTRESS, MAX_NOTICES, MAX_NOTICES_WITH_SAFETY, MAX_STOPS,
    MAX_VOICES,
};
use crate::line::{Line, NoticeBook, NoticeState, Sides};
use std::collections::BTreeMap;

/// How an act fits what was stated before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It says something new.
    New,
    /// It says what was said already.
    Again,
    /// It cannot be understood yet, and why: what it speaks of is not known here, or there is no room.
    Early(String),
    /// It cannot be understood, and why.
    Not(String),
}

/// How an act of `author` fits that was stated at `at_us`.
pub(crate) fn fit(line: &Line, author: Author, drill: bool, at_us: i64, act: &Act) -> Fit {
    let stated = Stated {
        line,
        author,
        drill,
        at_us,
    };
    match act {
        Act::Notice(notice) => stated.notice(notice),
        Act::Withdraw { id, .. } => stated.of_own(id, |book| book.state == NoticeState::Withdrawn),
        Act::End { id } => stated.of_own(id, |book| book.state == NoticeState::Ended),
        Act::Activate { id } => stated.of_own(id, |book| book.state == NoticeState::Active),
        Act::AllClear { id } | Act::Proceed { id, .. } => stated.of_own(id, |_| false),
        Act::Opened { id, version } | Act::ReadBack { id, version, .. } | Act::Answer { id, version, .. } => {
            stated.of_other(id, *version)
        }
        Act::Hazard(hazard) => match stated.hazards().get(&hazard.id) {
            None => room(stated.hazards().len(), MAX_HAZARDS, "hazards"),
            Some(book) if book.drill != drill => of_two_kinds(),
            Some(book) => again(book.hazard == *hazard && book.notice.is_none()),
        },
        Act::SignTerms(_) | Act::WordsConfirmed { .. } if drill => {
            not("terms and key words hold for all traffic and are never a drill")
        }
        Act::HazardOver { id } => stated.hazard_over(id),
        _ => stated.talk(act),
    }
}

struct Stated<'a> {
    line: &'a Line,
    author: Author,
    drill: bool,
    at_us: i64,
}

impl Stated<'_> {
    fn hazards(&self) -> &BTreeMap<HazardId, crate::line::HazardBook> {
        self.line.hazards.of(self.author)
    }

    fn notice(&self, notice: &Notice) -> Fit {
        let books = self.line.notices.of(self.author);
        let Some(book) = books.get(&notice.id) else {
            return self.first(notice, books.len());
        };
        if book.drill != self.drill {
            return of_two_kinds();
        }
        if let Some(version) = book.version(notice.version) {
            return again(version.notice == *notice);
        }
        if self.overtaken(book) {
            return Fit::Again;
        }
        if !book.is_live() {
            return not("an amendment of a notice that is over");
        }
        if notice.version != book.notice().version + 1 {
            return early("an amendment that leaves out a version");
        }
        if book.class() != notice.class {
            return not("an amendment to another class");
        }
        self.notice_hazards(notice)
    }

    fn first(&self, notice: &Notice, stand: usize) -> Fit {
        if notice.version != 1 {
            return early("an amendment of a notice that is not known here");
        }
        let safety = notice.class == Class::Hazard;
        let limit = if safety {
            MAX_NOTICES_WITH_SAFETY
        } else {
            MAX_NOTICES
        };
        match room(stand, limit, "notices") {
            Fit::New => self.notice_hazards(notice),
            full => full,
        }
    }

    fn notice_hazards(&self, notice: &Notice) -> Fit {
        let stated = self.hazards();
        for hazard in &notice.hazards {
            let other = |book: &crate::line::HazardBook| {
                book.hazard != *hazard || book.notice.as_ref() != Some(&notice.id)
            };
            if stated.get(&hazard.id).is_some_and(other) {
                return not("another hazard under an id that stands");
            }
        }
        room(stated.len() + notice.hazards.len(), MAX_HAZARDS + 1, "hazards")
    }

    fn of_own(&self, id: &NoticeId, already: impl Fn(&NoticeBook) -> bool) -> Fit {
        match self.line.notices.of(self.author).get(id) {
            None => early("a notice that is not known here"),
            Some(book) if book.drill != self.drill => of_two_kinds(),
            Some(book) if already(book) || self.overtaken(book) => Fit::Again,
            Some(book) if !book.is_live() => not("a notice that is over"),
            Some(_) => Fit::New,
        }
    }

    /// Whether a notice was over when this came, but not yet when it was stated: what ends a
    /// notice is safety traffic, and goes ahead of the rest.
    fn overtaken(&self, book: &NoticeBook) -> bool {
        book.finished_at_us.is_some_and(|over_us| self.at_us <= over_us)
    }

    fn of_other(&self, id: &NoticeId, version: u32) -> Fit {
        match self.line.notices.of(self.author.other()).get(id) {
            None => early("a notice that is not known here"),
            Some(book) if book.version(version).is_none() => early("a version that is not known here"),
            Some(book) => self.same_drill(book.drill),
        }
    }

    fn hazard_over(&self, id: &HazardId) -> Fit {
        match self.hazards().get(id) {
            None => early("a hazard that is not known here"),
            Some(book) if book.drill != self.drill => of_two_kinds(),
            Some(book) if book.said_over_at_us.is_some() => Fit::Again,
            Some(_) => Fit::New,
        }
    }

    fn talk(&self, act: &Act) -> Fit {
        match act {
            Act::Cease { id, place } | Act::CheckFire { id, place } => {
                let pause = matches!(act, Act::CheckFire { .. });
                self.fresh(&self.line.stops, id, MAX_STOPS, |book| {
                    (book.drill, book.pause, &book.place) == (self.drill, pause, place)
                })
            }
            Act::Say {
                id,
                answers,
                text,
                urgency,
                ..
            } => {
                let distress = *urgency == crate::act::Urgency::Distress;
                // What it answers may have left memory here: it is shown all the same.
                let answered = answers
                    .as_ref()
                    .and_then(|id| self.line.messages.of(self.author.other()).get(id));
                if answered.is_some_and(|book| book.drill != self.drill) && !distress {
                    return of_two_kinds();
                }
                let limit = if distress {
                    MAX_MESSAGES_WITH_DISTRESS
                } else {
                    MAX_MESSAGES
                };
                self.fresh(&self.line.messages, id, limit, |book| {
                    (book.drill, &book.text) == (self.drill, text)
                })
            }
            Act::Voice { id, words, .. } => self.fresh(&self.line.voices, id, MAX_VOICES, |book| {
                (book.drill, &book.words) == (self.drill, words)
            }),
            Act::StopAnswer { id, .. } => self.known(&self.line.stops, id, |book| book.drill),
            Act::VoiceAnswer { id, .. } => self.known(&self.line.voices, id, |book| book.drill),
            _ => Fit::New,
        }
    }

    fn fresh<B>(
        &self,
        books: &Sides<BTreeMap<ActId, B>>,
        id: &ActId,
        limit: usize,
        same: impl Fn(&B) -> bool,
    ) -> Fit {
        let books = books.of(self.author);
        match books.get(id) {
            Some(book) => again(same(book)),
            None => room(books.len(), limit, "of its kind"),
        }
    }

    fn known<B>(&self, books: &Sides<BTreeMap<ActId, B>>, id: &ActId, is_drill: impl Fn(&B) -> bool) -> Fit {
        match books.of(self.author.other()).get(id) {
            Some(book) => self.same_drill(is_drill(book)),
            None => early("an answer to something that is not known here"),
        }
    }

    fn same_drill(&self, drill: bool) -> Fit {
        if self.drill == drill {
            Fit::New
        } else {
            of_two_kinds()
        }
    }
}

/// Neither may pass for the other.
fn of_two_kinds() -> Fit {
    not("a drill and a real statement about one thing")
}

fn early(what: &str) -> Fit {
    Fit::Early(what.to_owned())
}

fn not(why: &str) -> Fit {
    Fit::Not(why.to_owned())
}

fn again(same: bool) -> Fit {
    if same {
        Fit::Again
    } else {
        not("another statement under an id that stands")
    }
}

fn room(stand: usize, limit: usize, what: &str) -> Fit {
    if stand < limit {
        Fit::New
    } else {
        Fit::Early(format!("no room for more {what}: {limit} stand already"))
    }
}
