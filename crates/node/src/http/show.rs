//! What clients are shown: views of the mind and the engine in the surface's own JSON.
//!
//! Receipts and answers stay separate fields here too. Every list says as of when it was
//! true. Words such as states and classes are the ones of the OpenAPI document.

pub mod alarms;
pub mod lines;
pub mod notices;
pub mod own;

pub use alarms::{AlarmShown, Alarms, HandOvers, HandoverShown, alarms, hand_overs};
pub use lines::{
    InvitationShown, Invitations, LineShown, Lines, Messages, SignedShown, Statistics, StopShown, Stops,
    TermsShown, TokenShown, Tokens, Voice, VoiceShown, accept_epoch, invitations, lines, messages,
    revoke_token, statistics, stops, terms, tokens, uninvite, voice,
};
pub use notices::{
    HazardShown, Hazards, HazardsAt, NoticeShown, Notices, VersionShown, hazards, hazards_at, notice, notices,
};
pub use own::{
    Found, FoundShown, NodeShown, OperationShown, Operations, People, PositionShown, Positions, Zones,
    conflicts, exposure, node, operations, people, positions, zones,
};

use super::problem::NoteShown;
use super::schema;
use accord::alarm::{Author, Subject};
use accord::findings::{Against, Finding, Part};
use accord::view::Row;
use geo4d::Witness;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a request came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// The id of what was made, if something was.
    pub id: Option<String>,
    /// What the officer should know, gravest first.
    pub notes: Vec<NoteShown>,
}

/// What an alarm or a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubjectShown {
    /// `notice`, `hazard`, `stop`, `message`, `voice`, `entry`, `line`, `fault` or `alarms`.
    pub kind: String,
    /// Whose, where it is somebody's.
    #[schema(value_type = Option<schema::Author>)]
    pub author: Option<String>,
    /// Its id; epoch and place of an entry.
    pub id: Option<String>,
}

/// One part of a notice or hazard against one own thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingShown {
    /// `exposure`, `conflict` or `zone_broken`.
    pub kind: String,
    /// `operation`, `zone`, `people` or `track`.
    pub against_kind: String,
    /// Its local id.
    pub against: String,
    /// Index of the notice's volume, when that is the part.
    pub volume: Option<u32>,
    /// Id of the secondary hazard, when that is the part.
    pub hazard: Option<String>,
    /// How close, where and when.
    #[schema(value_type = schema::Witness)]
    pub witness: Witness,
    /// First instant the two are together.
    pub first_us: i64,
    /// Last such instant.
    pub last_us: i64,
    /// Latest instant at which acting still helps; it may be past.
    pub act_by_us: i64,
    /// People in it, as filed; 0 when nobody said.
    pub aboard: u32,
    /// When it was no longer found.
    pub ended_at_us: Option<i64>,
}

/// The word of a value that serialises to one.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(serde_json::Value::Object(fields)) => fields.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

/// The local id of an own thing.
fn own_id(own: &Against) -> &str {
    match own {
        Against::Operation(id) => &id.0,
        Against::Zone(id) => &id.0,
        Against::People(id) => &id.0,
        Against::Track(id) => &id.0,
    }
}

impl From<&Subject> for SubjectShown {
    fn from(subject: &Subject) -> Self {
        let of = |author: &Author, id: &str| (Some(word(author)), Some(id.to_owned()));
        let (author, id) = match subject {
            Subject::Notice { author, id } => of(author, &id.0),
            Subject::Hazard { author, id } => of(author, &id.0),
            Subject::Stop { author, id }
            | Subject::Message { author, id }
            | Subject::Voice { author, id } => of(author, &id.0),
            Subject::Entry { author, epoch, seq } => of(author, &format!("{epoch}/{seq}")),
            Subject::Own(own) => (None, Some(own_id(own).to_owned())),
            Subject::Line | Subject::Fault(_) | Subject::Alarms => (None, None),
        };
        SubjectShown {
            kind: word(subject),
            author,
            id,
        }
    }
}

impl From<&Finding> for FindingShown {
    fn from(finding: &Finding) -> Self {
        let (volume, hazard) = match &finding.part {
            Part::Volume(index) => (Some(*index), None),
            Part::Hazard(id) => (None, Some(id.0.clone())),
        };
        FindingShown {
            kind: word(&finding.kind),
            against_kind: word(&finding.against),
            against: own_id(&finding.against).to_owned(),
            volume,
            hazard,
            witness: finding.witness,
            first_us: finding.first_us,
            last_us: finding.last_us,
            act_by_us: finding.act_by_us,
            aboard: finding.aboard,
            ended_at_us: None,
        }
    }
}

impl From<&Row> for FindingShown {
    fn from(row: &Row) -> Self {
        FindingShown {
            ended_at_us: row.ended_at_us,
            ..FindingShown::from(&row.finding)
        }
    }
}
