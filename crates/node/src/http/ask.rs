//! What clients ask: request bodies, each with the command it stands for.

use super::path::At;
use super::schema;
use accord::Command;
use accord::act::{Answer, Class, HazardKind, Level, Place, Response, StopAnswer, Urgency, VoiceAnswer};
use accord::command::{HazardDraft, OperationDraft, ZoneKind};
use accord::ids::{ActId, AlarmId, HazardId, NoticeId, OperationId, PeopleId, TrackId, ZoneId};
use accord::terms::Terms;
use geo4d::{Band, Position, Separation, VolumeSpec};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request body that is one command of a desk.
pub trait Ask: DeserializeOwned + ToSchema + Send + 'static {
    /// The command, with what the path names.
    fn command(self, at: &At) -> Command;
}

/// Nothing besides the path: `{}`, or no body at all.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

macro_rules! asks {
    ($($(#[$doc:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* } |$ask:ident, $at:ident| $command:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$meta])* pub $field: $type,)* }

        impl Ask for $name {
            fn command(self, $at: &At) -> Command {
                let $ask = self;
                $command
            }
        }
    )+};
}

macro_rules! bare_asks {
    ($($(#[$doc:meta])* $name:ident |$at:ident| $command:expr;)+) => {
        $(asks! { $(#[$doc])* $name {} |ask, $at| { let Self {} = ask; $command }; })+
    };
}

asks! {
    /// An operation as its own party plans it. Private until a notice discloses it.
    Plan {
        /// Name shown at home only.
        name: String,
        /// Kind of operation.
        #[schema(value_type = schema::Class)]
        class: Class,
        /// Places, heights and times; one or more.
        #[schema(value_type = Vec<schema::Volume>)]
        volumes: Vec<VolumeSpec>,
        /// Dangers it may provoke beyond itself.
        #[serde(default)]
        #[schema(value_type = Vec<schema::HazardDraft>)]
        hazards: Vec<HazardDraft>,
        /// Exercise traffic.
        #[serde(default)]
        drill: bool,
        /// Separation for this party's own findings.
        #[serde(default)]
        #[schema(value_type = Option<schema::Separation>)]
        separation: Option<Separation>,
        /// How long ahead this party's own traffic must be told.
        #[serde(default)]
        reaction_us: Option<i64>,
    } |ask, at| match at.id() {
        Some(id) => Command::Replan { operation: OperationId(id), draft: ask.draft() },
        None => Command::Plan(ask.draft()),
    };

    /// Gives notice of an operation.
    Notify {
        /// The operation.
        operation: String,
        /// How much of it is disclosed.
        #[schema(value_type = schema::Level)]
        level: Level,
        /// The place in words.
        #[serde(default)]
        words: String,
        /// Repeats a request that was answered with what the officer has to know first.
        #[serde(default)]
        confirmed: bool,
    } |ask, at| Command::Notify {
        operation: OperationId(ask.operation),
        line: at.line(),
        level: ask.level,
        words: ask.words,
        confirmed: ask.confirmed,
    };

    /// States the operation behind a notice as it is planned now.
    Amend {
        /// How much is disclosed.
        #[schema(value_type = schema::Level)]
        level: Level,
        /// The place in words.
        #[serde(default)]
        words: String,
        /// As in a notice.
        #[serde(default)]
        confirmed: bool,
    } |ask, at| Command::Amend {
        notice: NoticeId(at.id_or_empty()),
        line: at.line(),
        level: ask.level,
        words: ask.words,
        confirmed: ask.confirmed,
    };

    /// The operation will not take place.
    Withdraw {
        /// In words; may be empty.
        #[serde(default)]
        words: String,
    } |ask, at| Command::Withdraw { notice: NoticeId(at.id_or_empty()), line: at.line(), words: ask.words };

    /// Going on in spite of an objection.
    Proceed {
        /// In words.
        #[serde(default)]
        words: String,
    } |ask, at| Command::Proceed { notice: NoticeId(at.id_or_empty()), line: at.line(), words: ask.words };

    /// Place and time as the desk read them.
    ReadBack {
        /// As read.
        words: String,
        /// The check words that the desk sees.
        #[serde(default)]
        check: String,
    } |ask, at| Command::ReadBack {
        notice: NoticeId(at.id_or_empty()),
        line: at.line(),
        words: ask.words,
        check: ask.check,
    };

    /// A desk's answer to the peer's notice.
    AnswerNotice {
        /// The answer.
        #[schema(value_type = schema::AnswerWord)]
        answer: Answer,
        /// The reason, in words.
        #[serde(default)]
        words: String,
        /// Counter-proposal.
        #[serde(default)]
        #[schema(value_type = Vec<schema::Volume>)]
        counter: Vec<VolumeSpec>,
        /// An objection first comes back with what it gives away.
        #[serde(default)]
        confirmed: bool,
    } |ask, at| Command::Answer {
        notice: NoticeId(at.id_or_empty()),
        line: at.line(),
        answer: ask.answer,
        words: ask.words,
        counter: ask.counter,
        confirmed: ask.confirmed,
    };

    /// Who of this party's own traffic, units or consoles was told.
    Told {
        /// Whom.
        to: String,
    } |ask, at| Command::Told { notice: NoticeId(at.id_or_empty()), line: at.line(), to: ask.to };

    /// Warns of a danger without a notice.
    WarnHazard {
        /// What kind of danger.
        #[schema(value_type = schema::HazardKind)]
        kind: HazardKind,
        /// Where and when.
        #[schema(value_type = schema::Volume)]
        volume: VolumeSpec,
        /// In words; may be empty.
        #[serde(default)]
        words: String,
        /// Exercise traffic.
        #[serde(default)]
        drill: bool,
    } |ask, at| Command::WarnHazard {
        line: at.line(),
        hazard: HazardDraft { kind: ask.kind, volume: ask.volume, words: ask.words },
        drill: ask.drill,
    };

    /// For this party's own traffic the peer's hazard is closed.
    CloseHazard {
        /// Why.
        #[serde(default)]
        words: String,
    } |ask, at| Command::CloseHazard { line: at.line(), hazard: HazardId(at.id_or_empty()), words: ask.words };

    /// Stop for good, to every desk at once.
    Cease {
        /// Where.
        #[schema(value_type = schema::Place)]
        place: Place,
        /// Exercise traffic.
        #[serde(default)]
        drill: bool,
    } |ask, at| Command::Cease { line: at.line(), place: ask.place, drill: ask.drill };

    /// Pause, to every desk at once.
    CheckFire {
        /// Where.
        #[schema(value_type = schema::Place)]
        place: Place,
        /// Exercise traffic.
        #[serde(default)]
        drill: bool,
    } |ask, at| Command::CheckFire { line: at.line(), place: ask.place, drill: ask.drill };

    /// Answers the peer's CEASE or CHECK FIRE.
    AnswerStop {
        /// The answer.
        #[schema(value_type = schema::StopAnswer)]
        answer: StopAnswer,
        /// In words; may be empty.
        #[serde(default)]
        words: String,
    } |ask, at| Command::AnswerStop {
        line: at.line(),
        stop: ActId(at.id_or_empty()),
        answer: ask.answer,
        words: ask.words,
    };

    /// One message of a dialogue.
    Say {
        /// The message that this one answers.
        #[serde(default)]
        answers: Option<String>,
        /// How urgent.
        #[schema(value_type = schema::Urgency)]
        urgency: Urgency,
        /// Which answers it expects.
        #[schema(value_type = schema::Response)]
        response: Response,
        /// Whether it closes the dialogue that it answers.
        #[serde(default)]
        closes: bool,
        /// Free text: unverified.
        text: String,
        /// Exercise traffic.
        #[serde(default)]
        drill: bool,
    } |ask, at| Command::Say {
        line: at.line(),
        answers: ask.answers.map(ActId),
        urgency: ask.urgency,
        response: ask.response,
        closes: ask.closes,
        text: ask.text,
        drill: ask.drill,
    };

    /// One side's account of a voice call.
    LogVoice {
        /// When it was heard, µs.
        heard_at_us: i64,
        /// What was said.
        words: String,
        /// SHA-256 of the tape, hexadecimal.
        #[serde(default)]
        tape_sha256: Option<String>,
        /// Exercise traffic.
        #[serde(default)]
        drill: bool,
    } |ask, at| Command::LogVoice {
        line: at.line(),
        heard_at_us: ask.heard_at_us,
        words: ask.words,
        tape_sha256: ask.tape_sha256,
        drill: ask.drill,
    };

    /// Answers the peer's account of a call.
    AnswerVoice {
        /// The answer.
        #[schema(value_type = schema::VoiceAnswer)]
        answer: VoiceAnswer,
        /// In words; may be empty.
        #[serde(default)]
        words: String,
    } |ask, at| Command::AnswerVoice {
        line: at.line(),
        voice: ActId(at.id_or_empty()),
        answer: ask.answer,
        words: ask.words,
    };

    /// Signs terms. In force when the peer has signed the same.
    SignTerms {
        /// The whole text that is signed.
        #[schema(value_type = schema::Terms)]
        terms: Terms,
    } |ask, at| Command::SignTerms { line: at.line(), terms: ask.terms };

    /// Confirms the six words as read over another channel.
    ConfirmWords {
        /// The six words.
        words: String,
    } |ask, at| Command::ConfirmWords { line: at.line(), words: ask.words };

    /// Files a standing volume of this party. Local.
    AddZone {
        /// Its name.
        name: String,
        /// What it is for.
        #[schema(value_type = schema::ZoneKind)]
        kind: ZoneKind,
        /// Where.
        #[schema(value_type = Vec<schema::Volume>)]
        volumes: Vec<VolumeSpec>,
        /// Distance that it asks for.
        #[serde(default)]
        #[schema(value_type = Option<schema::Separation>)]
        separation: Option<Separation>,
        /// For an exercise: compared with drills only.
        #[serde(default)]
        drill: bool,
    } |ask, _at| Command::AddZone {
        name: ask.name,
        kind: ask.kind,
        volumes: ask.volumes,
        separation: ask.separation,
        drill: ask.drill,
    };

    /// Files people or a protected site in this party's care. Local.
    AddPeople {
        /// Their name.
        name: String,
        /// How many; 0 when nobody knows.
        #[serde(default)]
        count: u32,
        /// Where and when.
        #[schema(value_type = Vec<schema::Volume>)]
        volumes: Vec<VolumeSpec>,
        /// For an exercise: compared with drills only.
        #[serde(default)]
        drill: bool,
    } |ask, _at| Command::AddPeople {
        name: ask.name,
        count: ask.count,
        volumes: ask.volumes,
        drill: ask.drill,
    };

    /// Where an aircraft of this party is. Local.
    DeclarePosition {
        /// Its name.
        name: String,
        /// Where it was seen.
        #[schema(value_type = schema::Position)]
        at: Position,
        /// How high.
        #[schema(value_type = schema::Band)]
        altitude: Band,
        /// When it was seen, µs.
        seen_at_us: i64,
        /// Ground speed; the fastest it may go when it is not known.
        speed_mm_s: i64,
        /// People aboard.
        #[serde(default)]
        aboard: u32,
        /// For an exercise: compared with drills only.
        #[serde(default)]
        drill: bool,
    } |ask, at| Command::DeclarePosition {
        track: TrackId(at.id_or_empty()),
        name: ask.name,
        at: ask.at,
        altitude: ask.altitude,
        seen_at_us: ask.seen_at_us,
        speed_mm_s: ask.speed_mm_s,
        aboard: ask.aboard,
        drill: ask.drill,
    };

    /// Takes an alarm out of the queue for a limited time.
    ShelveAlarm {
        /// For how long.
        for_us: i64,
        /// Why; goes on record.
        why: String,
    } |ask, at| Command::ShelveAlarm { alarm: AlarmId(at.id_or_empty()), for_us: ask.for_us, why: ask.why };

    /// Hands the watch over.
    HandOver {
        /// Who to whom, and what is open.
        words: String,
    } |ask, _at| Command::HandOver { words: ask.words };
}

bare_asks! {
    /// Takes an operation off the books.
    Scrap |at| Command::Scrap { operation: OperationId(at.id_or_empty()) };
    /// The operation left its volumes or cannot keep its plan.
    Contingent |at| Command::Contingent { operation: OperationId(at.id_or_empty()) };
    /// The operation has begun.
    Activate |at| Command::Activate { notice: NoticeId(at.id_or_empty()), line: at.line() };
    /// What we do there is over.
    AllClear |at| Command::AllClear { notice: NoticeId(at.id_or_empty()), line: at.line() };
    /// The operation is over and will not resume.
    End |at| Command::End { notice: NoticeId(at.id_or_empty()), line: at.line() };
    /// A desk opened the peer's notice in an attended session.
    Open |at| Command::Open { notice: NoticeId(at.id_or_empty()), line: at.line() };
    /// Our hazard is over.
    HazardOver |at| Command::HazardOver { line: at.line(), hazard: HazardId(at.id_or_empty()) };
    /// Removes a zone.
    RemoveZone |at| Command::RemoveZone { zone: ZoneId(at.id_or_empty()) };
    /// Removes people.
    RemovePeople |at| Command::RemovePeople { people: PeopleId(at.id_or_empty()) };
    /// The aircraft is down or out of the area.
    DropTrack |at| Command::DropTrack { track: TrackId(at.id_or_empty()) };
    /// Acknowledges an alarm.
    AckAlarm |at| Command::AckAlarm { alarm: AlarmId(at.id_or_empty()) };
}

impl Plan {
    fn draft(self) -> OperationDraft {
        OperationDraft {
            name: self.name,
            class: self.class,
            volumes: self.volumes,
            hazards: self.hazards,
            drill: self.drill,
            separation: self.separation,
            reaction_us: self.reaction_us,
        }
    }
}
