//! Notices with their receipts kept apart, and hazards.

use super::word;
use crate::http::path::At;
use crate::http::problem::Problem;
use crate::http::schema;
use accord::act::{Class, Hazard, Level};
use accord::alarm::Author;
use accord::ids::{LineId, NoticeId};
use accord::lead::Lateness;
use accord::time::Now;
use accord::view::{
    AnswerMade, HazardStateAt, HazardView, NoticeFilter, NoticeView, PlaceShown as Place, ReadBackMade,
    ReceiptMade, Stamp, Version,
};
use engine::Engine;
use geo4d::{Band, Position, VolumeSpec, Window};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notices {
    /// As of when, µs.
    pub as_of_us: i64,
    /// By line, side and id.
    pub notices: Vec<NoticeShown>,
}

/// A notice. RECEIVED, OPENED, READ BACK and the answer are separate facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeShown {
    /// The line.
    pub line: String,
    /// Whose.
    #[schema(value_type = schema::Author)]
    pub author: String,
    /// Its id on the line.
    pub id: String,
    /// The operation it discloses, at home only.
    pub operation: Option<String>,
    /// `notified`, `active`, `ended` or `withdrawn`.
    pub state: String,
    /// Exercise traffic.
    pub drill: bool,
    /// Covered by its author's log; else UNPROVEN.
    pub proven: bool,
    /// Rescue or relief: short notice, protection unaffected.
    pub protected: bool,
    /// Its current version.
    pub current: VersionShown,
    /// `received`, `opened`, `read_back`, `answer` or `nothing`.
    pub waits_for: String,
    /// Any version was LATE.
    pub late: bool,
    /// km²·h, when it is BLANKET.
    pub blanket_km2_h: Option<u64>,
    /// When it was activated, µs.
    pub activated_at_us: Option<i64>,
    /// When its author said all clear, µs.
    pub all_clear_at_us: Option<i64>,
    /// When it ended or was withdrawn, µs.
    pub finished_at_us: Option<i64>,
    /// When its author went on over an objection, µs.
    pub proceeding_at_us: Option<i64>,
    /// In which words.
    pub proceeding_words: Option<String>,
    /// Withdrawn after an answer: possible probing.
    pub withdrawn_after_answer: bool,
    /// Whom the receiver told; empty is "told to nobody".
    pub told: Vec<ToldShown>,
    /// Words against volumes: `agrees`, `contradicts`, `too_vague` or `words_only`.
    pub place: String,
    /// How far off contradicting words are.
    pub place_distance_mm: Option<i64>,
    /// Words that both desks see when they see the same place and time.
    pub check_words: Vec<String>,
    /// Versions before, oldest first.
    pub history: Vec<VersionShown>,
    /// Versions that only the log still has.
    pub dropped_versions: u32,
}

/// One version of a notice and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VersionShown {
    /// 1 for the first statement.
    pub version: u32,
    /// Kind of operation.
    #[schema(value_type = schema::Class)]
    pub class: Class,
    /// How much is disclosed.
    #[schema(value_type = schema::Level)]
    pub level: Level,
    /// Earliest start and latest end.
    #[schema(value_type = schema::Window)]
    pub window: Window,
    /// Empty when the place was given in words only: UNKNOWN.
    #[schema(value_type = Vec<schema::Volume>)]
    pub volumes: Vec<VolumeSpec>,
    /// The place in words.
    pub words: String,
    /// Dangers beyond the operation.
    #[schema(value_type = Vec<schema::Hazard>)]
    pub hazards: Vec<Hazard>,
    /// The desk that stated it.
    pub desk: String,
    /// When, by its author's clock, µs.
    pub stated_at_us: i64,
    /// RECEIVED: the receiver's node had it on disk.
    pub received: Option<ReceivedShown>,
    /// OPENED: a desk opened it.
    pub opened: Option<StampShown>,
    /// READ BACK: a desk read place and time back.
    pub read_back: Option<ReadBackShown>,
    /// Answers, first to last; the last counts.
    pub answers: Vec<AnswerShown>,
}

/// RECEIVED.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceivedShown {
    /// By the receiver's clock, µs.
    pub at_us: i64,
    /// Lead at that instant; none when the version added nothing.
    pub lead_us: Option<i64>,
    /// `no_floor`, `in_time`, `late`, `protected` or `nothing_added`.
    pub lateness: String,
    /// The floor that both signed, where there is one.
    pub floor_us: Option<i64>,
}

/// What a desk did, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StampShown {
    /// The desk.
    pub desk: String,
    /// By its own node's clock, µs.
    pub at_us: i64,
    /// Lead at that instant.
    pub lead_us: Option<i64>,
}

/// READ BACK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadBackShown {
    /// The desk.
    pub desk: String,
    /// By its own node's clock, µs.
    pub at_us: i64,
    /// Lead at that instant.
    pub lead_us: Option<i64>,
    /// As typed.
    pub words: String,
    /// Check words as typed; may be empty.
    pub check: String,
}

/// A desk's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnswerShown {
    /// The answer.
    #[schema(value_type = schema::AnswerWord)]
    pub answer: String,
    /// The desk.
    pub desk: String,
    /// By its own node's clock, µs.
    pub at_us: i64,
    /// In its words.
    pub words: String,
    /// Counter-proposal.
    #[schema(value_type = Vec<schema::Volume>)]
    pub counter: Vec<VolumeSpec>,
    /// When this node knew that NO CONFLICT KNOWN no longer holds, µs.
    pub lapsed_at_us: Option<i64>,
}

/// Whom the receiver told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToldShown {
    /// The desk that told.
    pub desk: String,
    /// Whom.
    pub to: String,
    /// When, µs.
    pub at_us: i64,
}

/// Secondary hazards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hazards {
    /// As of when, µs.
    pub as_of_us: i64,
    /// Of both sides.
    pub hazards: Vec<HazardShown>,
}

/// A secondary hazard. It ends for this party's traffic only by this party's own desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HazardShown {
    /// The line.
    pub line: String,
    /// Whose.
    #[schema(value_type = schema::Author)]
    pub author: String,
    /// `active`, `unknown` or `closed`.
    pub state: String,
    /// As stated.
    #[schema(value_type = schema::Hazard)]
    pub hazard: Hazard,
    /// The notice it belongs to, if any.
    pub notice: Option<String>,
    /// Exercise traffic.
    pub drill: bool,
    /// When it was stated, µs.
    pub stated_at_us: i64,
    /// When its author said it was over, µs. Clears nothing for the other side.
    pub said_over_at_us: Option<i64>,
    /// The own desk that closed it.
    pub closed_by: Option<String>,
    /// When, µs.
    pub closed_at_us: Option<i64>,
    /// In which words.
    pub closed_words: Option<String>,
}

/// What is known of danger at a place and instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HazardsAt {
    /// As of when, µs.
    pub as_of_us: i64,
    /// `unknown` when none is on file there, which is not clear; else `on_file`.
    pub state: String,
    /// In words.
    pub text: String,
    /// Those on file.
    pub hazards: Vec<HazardShown>,
}

/// Notices that fit the query.
pub fn notices(engine: &Engine, now: Now, at: &At) -> Result<Notices, Problem> {
    let filter = NoticeFilter {
        line: at.query("line").map(LineId::from),
        author: at.query("author").map(author).transpose()?,
        live: at.query("open").is_some(),
        open: at.query("open").is_some_and(|open| open == "true"),
    };
    let notices = engine
        .mind()
        .notices(&filter)
        .iter()
        .map(NoticeShown::from)
        .collect();
    Ok(Notices {
        as_of_us: now.wall_us,
        notices,
    })
}

/// One notice.
pub fn notice(engine: &Engine, _now: Now, at: &At) -> Result<NoticeShown, Problem> {
    let author = author(at.name("author").unwrap_or_default())?;
    let view = engine
        .mind()
        .notice(&at.line(), author, &NoticeId(at.id_or_empty()));
    view.as_ref()
        .map(NoticeShown::from)
        .ok_or_else(|| Problem::not_found("such notice"))
}

/// All hazards.
pub fn hazards(engine: &Engine, now: Now, _at: &At) -> Result<Hazards, Problem> {
    let hazards = engine
        .mind()
        .hazards(now)
        .into_iter()
        .map(HazardShown::from)
        .collect();
    Ok(Hazards {
        as_of_us: now.wall_us,
        hazards,
    })
}

/// What is known of danger at a place.
pub fn hazards_at(engine: &Engine, now: Now, at: &At) -> Result<HazardsAt, Problem> {
    let place = Position {
        lat_nd: figure(at, "lat_nd")?,
        lon_nd: figure(at, "lon_nd")?,
    };
    let datum = serde_json::from_value(at.query("datum").unwrap_or("msl").into());
    let datum = datum.map_err(|_| Problem::unreadable("datum: msl, ellipsoid, pressure or ground"))?;
    let band = Band {
        low_mm: figure(at, "low_mm")?,
        high_mm: figure(at, "high_mm")?,
        datum,
    };
    let at_us = if at.query("at_us").is_some() {
        figure(at, "at_us")?
    } else {
        now.wall_us
    };
    let state = engine.mind().hazard_state_at(now, place, band, at_us);
    let text = state.to_string();
    let (state, hazards) = match state {
        HazardStateAt::Unknown => ("unknown", Vec::new()),
        HazardStateAt::Hazards(hazards) => ("on_file", hazards),
    };
    let hazards = hazards.into_iter().map(HazardShown::from).collect();
    Ok(HazardsAt {
        as_of_us: now.wall_us,
        state: state.to_owned(),
        text,
        hazards,
    })
}

fn author(word: &str) -> Result<Author, Problem> {
    match word {
        "own" => Ok(Author::Own),
        "peer" => Ok(Author::Peer),
        _ => Err(Problem::unreadable("author: own or peer")),
    }
}

fn figure(at: &At, name: &str) -> Result<i64, Problem> {
    let figure = at.query(name).and_then(|text| text.parse().ok());
    figure.ok_or_else(|| Problem::unreadable(format!("{name}: an integer is needed")))
}

impl From<&NoticeView> for NoticeShown {
    fn from(view: &NoticeView) -> Self {
        let distance = match view.place {
            Place::Contradicts(distance_mm) => Some(distance_mm),
            _ => None,
        };
        NoticeShown {
            line: view.line.0.clone(),
            author: word(&view.author),
            id: view.current.notice.id.0.clone(),
            operation: view.operation.as_ref().map(|id| id.0.clone()),
            state: word(&view.state),
            drill: view.drill,
            proven: view.current.proven,
            protected: view.protected,
            current: (&view.current).into(),
            waits_for: word(&view.waits_for),
            late: view.late,
            blanket_km2_h: view.blanket_km2_h,
            activated_at_us: view.activated_at_us,
            all_clear_at_us: view.all_clear_at_us,
            finished_at_us: view.finished_at_us,
            proceeding_at_us: view.proceeding.as_ref().map(|(_, at_us)| *at_us),
            proceeding_words: view.proceeding.as_ref().map(|(words, _)| words.clone()),
            withdrawn_after_answer: view.withdrawn_after_answer,
            told: told(view),
            place: word(&view.place),
            place_distance_mm: distance,
            check_words: view.check_words.iter().map(|word| (*word).to_owned()).collect(),
            history: view.history.iter().map(VersionShown::from).collect(),
            dropped_versions: view.dropped_versions,
        }
    }
}

fn told(view: &NoticeView) -> Vec<ToldShown> {
    let one = view.told.iter();
    one.map(|told| ToldShown {
        desk: told.desk.0.clone(),
        to: told.to.clone(),
        at_us: told.at_us,
    })
    .collect()
}

impl From<&Version> for VersionShown {
    fn from(version: &Version) -> Self {
        let notice = version.notice.clone();
        VersionShown {
            version: notice.version,
            class: notice.class,
            level: notice.level,
            window: notice.window,
            volumes: notice.volumes,
            words: notice.words,
            hazards: notice.hazards,
            desk: version.desk.0.clone(),
            stated_at_us: version.stated_at_us,
            received: version.received.as_ref().map(ReceivedShown::from),
            opened: version.opened.as_ref().map(StampShown::from),
            read_back: version.read_back.as_ref().map(ReadBackShown::from),
            answers: version.answers.iter().map(AnswerShown::from).collect(),
        }
    }
}

impl From<&ReceiptMade> for ReceivedShown {
    fn from(made: &ReceiptMade) -> Self {
        let floor_us = match made.lateness {
            Lateness::InTime { floor_us } | Lateness::Late { floor_us } => Some(floor_us),
            Lateness::NoFloor | Lateness::Protected | Lateness::NothingAdded => None,
        };
        ReceivedShown {
            at_us: made.at_us,
            lead_us: made.lead_us,
            lateness: word(&made.lateness),
            floor_us,
        }
    }
}

impl From<&Stamp> for StampShown {
    fn from(stamp: &Stamp) -> Self {
        StampShown {
            desk: stamp.desk.0.clone(),
            at_us: stamp.at_us,
            lead_us: stamp.lead_us,
        }
    }
}

impl From<&ReadBackMade> for ReadBackShown {
    fn from(made: &ReadBackMade) -> Self {
        ReadBackShown {
            desk: made.stamp.desk.0.clone(),
            at_us: made.stamp.at_us,
            lead_us: made.stamp.lead_us,
            words: made.words.clone(),
            check: made.check.clone(),
        }
    }
}

impl From<&AnswerMade> for AnswerShown {
    fn from(made: &AnswerMade) -> Self {
        AnswerShown {
            answer: word(&made.answer),
            desk: made.desk.0.clone(),
            at_us: made.at_us,
            words: made.words.clone(),
            counter: made.counter.clone(),
            lapsed_at_us: made.lapsed_at_us,
        }
    }
}

impl From<HazardView> for HazardShown {
    fn from(view: HazardView) -> Self {
        let (state, book) = (word(&view.state), view.book);
        let closed = book.closed;
        HazardShown {
            line: view.line.0,
            author: word(&view.author),
            state,
            hazard: book.hazard,
            notice: book.notice.map(|id| id.0),
            drill: book.drill,
            stated_at_us: book.stated_at_us,
            said_over_at_us: book.said_over_at_us,
            closed_by: closed.as_ref().map(|closed| closed.desk.0.clone()),
            closed_at_us: closed.as_ref().map(|closed| closed.at_us),
            closed_words: closed.map(|closed| closed.words),
        }
    }
}
