//! What the officer is told besides that it was done.

use crate::event::Event;
use crate::ids::{LineId, NoticeId, ZoneId};
use crate::lead;
use geo4d::Position;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What follows from an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Facts, in order. Nothing has happened before they are applied.
    pub events: Vec<Event>,
    /// What to tell the one who asked.
    pub outcome: Outcome,
}

/// What a command came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The id of what was made, if something was.
    pub id: Option<String>,
    /// What the officer should know, gravest first.
    pub notes: Vec<Note>,
}

/// Something the officer should know. None of them says that anything is without danger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", content = "detail", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Note {
    /// The words name another place than the volumes.
    PlaceContradicts { said: Position, distance_mm: i64 },
    /// The plan comes closer to an own red line than it allows.
    RedLine {
        zone: ZoneId,
        name: String,
        horizontal_mm: i64,
        at_us: i64,
    },
    /// What an objection gives away.
    ObjectionGivesAway { volumes: u64, words: bool },
    /// The lead as of now is below the floor that both signed.
    WouldBeLate { lead_us: i64, floor_us: i64 },
    /// No floor is agreed for this class: never LATE.
    NoFloorAgreed { lead_us: i64 },
    /// The lead as of now, not below the floor.
    Lead { lead_us: i64, floor_us: i64 },
    /// A hazard notice larger than agreed.
    Blanket { km2_h: u64, limit_km2_h: u64 },
    /// The plan conflicts with what the peer notified.
    MeetsNotice {
        line: LineId,
        notice: NoticeId,
        horizontal_mm: i64,
        at_us: i64,
    },
    /// No secondary hazard was filed.
    NoHazardOnFile,
    /// The words agree with the volumes.
    PlaceAgrees,
    /// The words are too vague to compare.
    PlaceTooVague,
    /// No volumes are disclosed: the peer's machine cannot compare.
    WordsOnly,
    /// Words that both desks see when they see the same place and time.
    CheckWords(Vec<String>),
    /// The read-back carried no check words.
    ReadBackWithoutCheckWords,
    /// The line is not up; the act waits for it.
    LineNotUp { line: LineId },
    /// The peer cannot prove what it gets, or the reverse; safety traffic passes.
    LineStalled { line: LineId, why: String },
    /// Both commanders have to sign the new epoch before this act leaves.
    HeldForEpoch { line: LineId },
    /// The six words were not confirmed by both officers.
    LineUnverified { line: LineId },
    /// The peer does not know of this; amend or withdraw what it was told.
    PeerNotTold { line: LineId, notice: NoticeId },
    /// It was so already; nothing was stated again.
    AlreadySo,
    /// The peer's objection stands; it was told that this begins all the same.
    ObjectionStands,
    /// At this level dangers beyond the operation are not told; warn of them on their own.
    HazardsNotTold,
    /// Some volumes could not be compared.
    NotCompared { volumes: u64 },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::PlaceContradicts { .. } | Note::RedLine { .. } | Note::MeetsNotice { .. } => self.place(f),
            Note::WouldBeLate { .. } | Note::NoFloorAgreed { .. } | Note::Lead { .. } => self.lead(f),
            Note::ObjectionGivesAway { volumes, words } => gives_away(f, *volumes, *words),
            Note::Blanket { km2_h, limit_km2_h } => {
                write!(f, "BLANKET: {km2_h} km²·h notified, {limit_km2_h} agreed at most")
            }
            Note::NoHazardOnFile => f.write_str("no secondary hazard on file: state UNKNOWN, not CLEAR"),
            Note::PlaceAgrees => f.write_str("words and volumes AGREE"),
            Note::PlaceTooVague => f.write_str("the words are TOO VAGUE TO CHECK against the volumes"),
            Note::WordsOnly => f.write_str("words only: the peer's machine cannot compare the place"),
            Note::CheckWords(words) => write!(f, "check words: {}", words.join(" ")),
            Note::ReadBackWithoutCheckWords => f.write_str("read back without check words"),
            Note::LineNotUp { line } => write!(f, "line {line} is not up: this waits for it; use voice too"),
            Note::LineStalled { line, why } => write!(f, "line {line} is STALLED ({why}); use voice too"),
            Note::HeldForEpoch { line } => {
                write!(
                    f,
                    "line {line} is in a new epoch: this waits until both commanders sign it"
                )
            }
            Note::LineUnverified { line } => {
                write!(
                    f,
                    "line {line} is UNVERIFIED until both officers have confirmed the six words"
                )
            }
            Note::PeerNotTold { line, notice } => {
                write!(
                    f,
                    "the peer on {line} was not told; amend or withdraw notice {notice}"
                )
            }
            Note::AlreadySo => f.write_str("it was so already; nothing was stated again"),
            Note::ObjectionStands => {
                f.write_str("the peer's objection stands; the commander can state PROCEEDING")
            }
            Note::HazardsNotTold => {
                f.write_str("dangers beyond it are not told at this level: warn of them on their own")
            }
            Note::NotCompared { volumes } => write!(f, "{volumes} volumes were not compared: UNKNOWN"),
        }
    }
}

impl Note {
    /// Whether an officer has to confirm before an act leaves that carries this.
    pub fn asks_confirmation(&self) -> bool {
        matches!(
            self,
            Note::PlaceContradicts { .. } | Note::RedLine { .. } | Note::ObjectionGivesAway { .. }
        )
    }

    fn place(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::PlaceContradicts { said, distance_mm } => {
                write!(
                    f,
                    "words and volumes CONTRADICT: {} is {} from them",
                    place(said),
                    metres(*distance_mm)
                )
            }
            Note::RedLine {
                name, horizontal_mm, ..
            } => {
                write!(
                    f,
                    "comes within {} of your red line “{name}”",
                    metres(*horizontal_mm)
                )
            }
            Note::MeetsNotice {
                line,
                notice,
                horizontal_mm,
                ..
            } => {
                write!(
                    f,
                    "comes within {} of notice {notice} on {line}",
                    metres(*horizontal_mm)
                )
            }
            _ => Ok(()),
        }
    }

    fn lead(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::WouldBeLate { lead_us, floor_us } => {
                let (lead_s, floor_s) = (lead::seconds(*lead_us), lead::seconds(*floor_us));
                write!(
                    f,
                    "would be LATE: lead {lead_s} s, agreed {floor_s} s; it is delivered all the same"
                )
            }
            Note::NoFloorAgreed { lead_us } => {
                write!(f, "no floor agreed: lead {} s", lead::seconds(*lead_us))
            }
            Note::Lead { lead_us, floor_us } => {
                let (lead_s, floor_s) = (lead::seconds(*lead_us), lead::seconds(*floor_us));
                write!(f, "lead {lead_s} s, agreed {floor_s} s")
            }
            _ => Ok(()),
        }
    }
}

/// A distance as an officer reads it: rounded down to whole metres or tenths of a kilometre,
/// since nearer is graver.
pub(crate) fn metres(distance_mm: i64) -> String {
    let m = distance_mm / 1_000;
    if m < 10_000 {
        format!("{m} m")
    } else {
        format!("{}.{} km", m / 1_000, m % 1_000 / 100)
    }
}

/// A position as an officer reads it: degrees to the fourth place, about ten metres.
pub(crate) fn place(at: &Position) -> String {
    let degrees = |nd: i64, plus: char, minus: char| {
        let ten_thousandths = nd.unsigned_abs() / 100_000;
        let letter = if nd < 0 { minus } else { plus };
        format!(
            "{}.{:04}{letter}",
            ten_thousandths / 10_000,
            ten_thousandths % 10_000
        )
    };
    format!(
        "{} {}",
        degrees(at.lat_nd, 'N', 'S'),
        degrees(at.lon_nd, 'E', 'W')
    )
}

fn gives_away(f: &mut fmt::Formatter<'_>, volumes: u64, words: bool) -> fmt::Result {
    f.write_str(
        "an objection tells the peer that something of yours or in your care is near this place and time",
    )?;
    if volumes > 0 {
        write!(
            f,
            ", and your {volumes} counter-proposed volumes show where you do not mind"
        )?;
    }
    if words {
        f.write_str(", and your words leave as typed")
    } else {
        Ok(())
    }
}
