//! Notices and hazards.

use super::{AnswerMade, HazardBook, NoticeState, ReadBackMade, ReceiptMade, Stamp, ToldTo, Version};
use crate::act::Notice;
use crate::alarm::Author;
use crate::check_words::{READ_BACK_WORDS, check_words, place_hash};
use crate::ids::{HazardId, LineId, NoticeId, OperationId};
use crate::lead::is_protected;
use crate::line::{Line, NoticeBook};
use crate::mind::Mind;
use crate::time::Now;
use crate::words::{GAZETTEER, PlaceCheck, place_check};
use geo4d::{Band, Position, Separation};
use serde::Serialize;
use std::fmt;

/// Which notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeFilter {
    /// Of this line only.
    pub line: Option<LineId>,
    /// Of this side only.
    pub author: Option<Author>,
    /// Only those that are neither ended nor withdrawn.
    pub live: bool,
    /// Only those without a closing answer.
    pub open: bool,
}

/// Words against geometry, as shown.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceShown {
    /// The words name the place of the volumes.
    Agrees,
    /// The words name another place, so far off, mm.
    Contradicts(i64),
    /// TOO VAGUE TO CHECK.
    TooVague,
    /// There are no volumes: the place is UNKNOWN.
    WordsOnly,
}

/// The next receipt that is missing. A receipt further on never stands for one before it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// SENT: the receiver's node has not stated RECEIVED.
    Received,
    /// RECEIVED, opened by nobody.
    Opened,
    /// OPENED, not read back.
    ReadBack,
    /// READ BACK, not answered.
    Answer,
    /// Nothing.
    Nothing,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoticeView {
    /// The line.
    pub line: LineId,
    /// Whose.
    pub author: Author,
    /// The operation it discloses, at home only.
    pub operation: Option<OperationId>,
    /// Where it stands.
    pub state: NoticeState,
    /// Exercise traffic.
    pub drill: bool,
    /// As it stands now.
    pub notice: Notice,
    /// The version it stands in: who stated it and when, and what became of it.
    pub current: Version,
    /// Covered by its author's log. Else UNPROVEN.
    pub proven: bool,
    /// Rescue or relief: short notice, protection unaffected; no permission is asked.
    pub protected: bool,
    /// RECEIVED by the receiver's node.
    pub received: Option<ReceiptMade>,
    /// OPENED by a desk.
    pub opened: Option<Stamp>,
    /// READ BACK by a desk.
    pub read_back: Option<ReadBackMade>,
    /// The last answer.
    pub answer: Option<AnswerMade>,
    /// The next receipt that is missing.
    pub waits_for: WaitsFor,
    /// Whether any version was LATE.
    pub late: bool,
    /// Area × time when it is BLANKET, km²·h.
    pub blanket_km2_h: Option<u64>,
    /// When it was activated, µs.
    pub activated_at_us: Option<i64>,
    /// When its author said all clear, µs.
    pub all_clear_at_us: Option<i64>,
    /// When it ended or was withdrawn, µs.
    pub finished_at_us: Option<i64>,
    /// The author's words of going on over an objection, and when.
    pub proceeding: Option<(String, i64)>,
    /// Withdrawn after an answer: possible probing.
    pub withdrawn_after_answer: bool,
    /// Whom the receiver told; empty is "told to nobody".
    pub told: Vec<ToldTo>,
    /// Its words against its volumes.
    pub place: PlaceShown,
    /// Words that both desks see when they see the same place and time.
    pub check_words: Vec<&'static str>,
    /// Versions before this one, oldest first.
    pub history: Vec<Version>,
    /// Versions that are no longer kept here; the log has them.
    pub dropped_versions: u32,
}

/// How a hazard stands for this party's traffic. There is no fourth word.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardState {
    /// Stated, and its time is not over.
    Active,
    /// Its time is over, or its author said so: nobody here knows.
    Unknown,
    /// This party's own desk closed it.
    Closed,
}

/// A hazard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HazardView {
    /// The line.
    pub line: LineId,
    /// Whose.
    pub author: Author,
    /// Its id.
    pub id: HazardId,
    /// How it stands.
    pub state: HazardState,
    /// The rest.
    #[serde(flatten)]
    pub book: HazardBook,
}

/// What is known of hazards at a place and time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardStateAt {
    /// None is on file there: UNKNOWN, not CLEAR.
    Unknown,
    /// These are on file there.
    Hazards(Vec<HazardView>),
}

impl fmt::Display for HazardStateAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HazardStateAt::Unknown => f.write_str("no secondary hazard on file: state UNKNOWN, not CLEAR"),
            HazardStateAt::Hazards(hazards) => {
                let drills = hazards.iter().filter(|view| view.book.drill).count();
                match (hazards.len() - drills, drills) {
                    (0, drills) => write!(f, "{}; DRILL: {drills} on file", HazardStateAt::Unknown),
                    (real, 0) => write!(f, "{real} secondary hazards on file"),
                    (real, drills) => write!(f, "{real} secondary hazards on file; DRILL: {drills} more"),
                }
            }
        }
    }
}

impl HazardView {
    fn new(line: &LineId, author: Author, id: &HazardId, book: &HazardBook, now: Now) -> HazardView {
        let over = book.expired || book.hazard.volume.window.end_us < now.wall_us;
        let said_over = author == Author::Own && book.said_over_at_us.is_some();
        let state = match book.is_closed() {
            true => HazardState::Closed,
            false if over || said_over => HazardState::Unknown,
            false => HazardState::Active,
        };
        HazardView {
            line: line.clone(),
            author,
            id: id.clone(),
            state,
            book: book.clone(),
        }
    }
}

impl Mind {
    /// Notices that fit a filter, by line, side and id.
    pub fn notices(&self, filter: &NoticeFilter) -> Vec<NoticeView> {
        let lines = self
            .lines
            .iter()
            .filter(|(name, _)| filter.line.as_ref().is_none_or(|line| line == *name));
        let mut views = Vec::new();
        for (name, line) in lines {
            for author in [Author::Own, Author::Peer] {
                if filter.author.is_none_or(|wanted| wanted == author) {
                    views.extend(of_side(name, line, author, filter));
                }
            }
        }
        views
    }

    /// One notice.
    pub fn notice(&self, line: &LineId, author: Author, id: &NoticeId) -> Option<NoticeView> {
        let book = self.lines.get(line)?.notices.of(author).get(id)?;
        Some(notice_view(line, author, book))
    }

    /// All hazards that are not retired, with their state as of `now`.
    pub fn hazards(&self, now: Now) -> Vec<HazardView> {
        let mut views = Vec::new();
        for (name, line) in &self.lines {
            for author in [Author::Own, Author::Peer] {
                let books = line.hazards.of(author).iter();
                views.extend(books.map(|(id, book)| HazardView::new(name, author, id, book, now)));
            }
        }
        views
    }

    /// What is known of hazards at a place, height and instant. A hazard whose time is over
    /// and that no own desk closed still counts, as UNKNOWN; one of a drill counts as one.
    pub fn hazard_state_at(&self, now: Now, at: Position, altitude: Band, at_us: i64) -> HazardStateAt {
        let there = |view: &HazardView| {
            let Ok(volume) = view.book.hazard.volume.check() else {
                return true;
            };
            let at_us = at_us.min(volume.spec().window.end_us);
            geo4d::point_in_volume(&volume, at, altitude, at_us, &Separation::default()).is_some()
        };
        let mut hazards = self.hazards(now);
        hazards.retain(|view| view.state != HazardState::Closed && there(view));
        if hazards.is_empty() {
            HazardStateAt::Unknown
        } else {
            HazardStateAt::Hazards(hazards)
        }
    }
}

fn of_side<'l>(
    name: &'l LineId,
    line: &'l Line,
    author: Author,
    filter: &'l NoticeFilter,
) -> impl Iterator<Item = NoticeView> + 'l {
    let books = line.notices.of(author).values();
    let fits = move |book: &&NoticeBook| (!filter.live || book.is_live()) && (!filter.open || book.is_open());
    books
        .filter(fits)
        .map(move |book| notice_view(name, author, book))
}

fn notice_view(line: &LineId, author: Author, book: &NoticeBook) -> NoticeView {
    let (current, history) = book
        .versions
        .split_last()
        .expect("a notice has at least one version");
    let notice = &current.notice;
    let hash = place_hash(&notice.window, &notice.volumes, &notice.words);
    NoticeView {
        line: line.clone(),
        author,
        operation: book.operation.clone(),
        state: book.state,
        drill: book.drill,
        notice: notice.clone(),
        current: current.clone(),
        proven: current.proven,
        protected: is_protected(notice.class),
        received: current.received.clone(),
        opened: current.opened.clone(),
        read_back: current.read_back.clone(),
        answer: current.answer().cloned(),
        waits_for: waits_for(current),
        late: book.versions.iter().any(Version::is_late),
        blanket_km2_h: book.blanket_km2_h,
        activated_at_us: book.activated_at_us,
        all_clear_at_us: book.all_clear_at_us,
        finished_at_us: book.finished_at_us,
        proceeding: book.proceeding.clone(),
        withdrawn_after_answer: book.withdrawn_after_answer,
        told: book.told.clone(),
        place: place_shown(notice),
        check_words: check_words(&hash, READ_BACK_WORDS),
        history: history.to_vec(),
        dropped_versions: book.dropped_versions,
    }
}

fn waits_for(version: &Version) -> WaitsFor {
    if version.received.is_none() {
        WaitsFor::Received
    } else if version.opened.is_none() {
        WaitsFor::Opened
    } else if version.read_back.is_none() {
        WaitsFor::ReadBack
    } else if version.closing_answer().is_none() {
        WaitsFor::Answer
    } else {
        WaitsFor::Nothing
    }
}

fn place_shown(notice: &Notice) -> PlaceShown {
    if notice.volumes.is_empty() {
        return PlaceShown::WordsOnly;
    }
    match place_check(&notice.words, &notice.volumes, GAZETTEER) {
        PlaceCheck::Agrees => PlaceShown::Agrees,
        PlaceCheck::Contradicts { distance_mm, .. } => PlaceShown::Contradicts(distance_mm),
        PlaceCheck::TooVague => PlaceShown::TooVague,
    }
}
