//! Acts as header type and body, and back.

use super::{Act, Class, Hazard, Notice, Place, Urgency};
use crate::limits::{
    MAX_BLANKET_KM2_H, MAX_HAZARDS_PER_NOTICE, MAX_ID_CHARS, MAX_NAME_CHARS, MAX_TERM_S, MAX_TEXT_CHARS,
    MAX_VOLUMES, MIN_CLOCK_S,
};
use crate::separation::MAX_SEPARATION;
use crate::terms::Terms;
use geo4d::{Position, VolumeSpec};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Why a body cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{0}")]
pub struct Unreadable(pub String);

impl Act {
    /// Its header type.
    pub fn kind(&self) -> &'static str {
        match self {
            Act::Notice(_) => "notice",
            Act::Withdraw { .. } => "withdraw",
            Act::Activate { .. } => "activate",
            Act::AllClear { .. } => "all-clear",
            Act::End { .. } => "end",
            Act::Proceed { .. } => "proceed",
            Act::Opened { .. } => "opened",
            Act::ReadBack { .. } => "read-back",
            Act::Answer { .. } => "answer",
            Act::Hazard(_) => "hazard",
            Act::HazardOver { .. } => "hazard-over",
            Act::Cease { .. } => "cease",
            Act::CheckFire { .. } => "check-fire",
            Act::StopAnswer { .. } => "stop-answer",
            Act::Say { .. } => "say",
            Act::Voice { .. } => "voice",
            Act::VoiceAnswer { .. } => "voice-answer",
            Act::SignTerms(_) => "sign-terms",
            Act::WordsConfirmed { .. } => "words-confirmed",
            Act::NotUnderstood { .. } => "not-understood",
        }
    }

    /// Its body: integers, strings, booleans, nulls, arrays and objects.
    pub fn to_body(&self) -> Value {
        let tagged =
            serde_json::to_value(self).expect("an act is made of integers and strings, which JSON can hold");
        match tagged {
            Value::Object(mut fields) => fields.remove("body").unwrap_or(Value::Null),
            _ => Value::Null,
        }
    }

    /// Reads a body. Strict: a type, a field or a value that is not known, a volume with a
    /// fault, an id or a text beyond its limit make it unreadable as a whole, with every
    /// reason found. It writes back to the same body.
    pub fn read(kind: &str, body: &Value) -> Result<Act, Unreadable> {
        let tagged = json!({ "type": kind, "body": body });
        let act: Act = serde_json::from_value(tagged).map_err(|fault| Unreadable(cut(&fault.to_string())))?;
        if act.to_body() != *body {
            return Err(Unreadable("fields or numbers that are not known here".to_owned()));
        }
        let faults = act.faults();
        if faults.is_empty() {
            Ok(act)
        } else {
            Err(Unreadable(cut(&faults.join("; "))))
        }
    }

    /// Whether it travels as safety traffic: nothing may fill, delay or freeze its way.
    /// An amendment is what its notice is; what ends, stops or withdraws something and
    /// what announces danger is always safety.
    pub fn is_safety(&self) -> bool {
        match self {
            Act::Cease { .. } | Act::CheckFire { .. } | Act::StopAnswer { .. } => true,
            Act::Hazard(_) | Act::HazardOver { .. } | Act::AllClear { .. } => true,
            Act::Notice(notice) => notice.class == Class::Hazard,
            Act::Say { urgency, .. } => *urgency == Urgency::Distress,
            _ => false,
        }
    }

    /// Everything about it that no desk could have stated.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Faults::default();
        match self {
            Act::Notice(notice) => faults.notice(notice),
            Act::Hazard(hazard) => faults.hazard("/", hazard),
            Act::Cease { id, place } | Act::CheckFire { id, place } => faults.stop(&id.0, place),
            Act::SignTerms(terms) => faults.terms(terms),
            Act::Answer {
                id, words, counter, ..
            } => {
                faults.id(&id.0);
                faults.text("/words", words);
                faults.volumes("/counter", counter);
            }
            _ => faults.plain(self),
        }
        faults.0
    }
}

/// Faults of one body.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, place: &str, why: &str) {
        self.0.push(format!("{place}: {why}"));
    }

    fn id(&mut self, id: &str) {
        let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if id.is_empty() || id.len() > MAX_ID_CHARS || !plain {
            self.add("/id", "an id has 1 to 32 letters, digits and hyphens");
        }
    }

    fn text(&mut self, place: &str, text: &str) {
        if text.chars().count() > MAX_TEXT_CHARS {
            self.add(place, "too long");
        }
    }

    fn name(&mut self, place: &str, text: &str) {
        if text.chars().count() > MAX_NAME_CHARS {
            self.add(place, "too long");
        }
    }

    fn volumes(&mut self, place: &str, volumes: &[VolumeSpec]) {
        if volumes.len() > MAX_VOLUMES {
            return self.add(place, "too many volumes");
        }
        for (i, volume) in volumes.iter().enumerate() {
            self.volume(&format!("{place}/{i}"), volume);
        }
    }

    fn volume(&mut self, place: &str, volume: &VolumeSpec) {
        for fault in volume.check().err().into_iter().flatten() {
            self.add(place, &fault.to_string());
        }
    }

    fn notice(&mut self, notice: &Notice) {
        self.id(&notice.id.0);
        self.text("/words", &notice.words);
        self.volumes("/volumes", &notice.volumes);
        if notice.version == 0 {
            self.add("/version", "starts at 1");
        }
        if notice.window.start_us >= notice.window.end_us {
            self.add("/window", "ends before it starts");
        }
        self.level(notice);
        if notice.hazards.len() > MAX_HAZARDS_PER_NOTICE {
            return self.add("/hazards", "too many");
        }
        for (i, hazard) in notice.hazards.iter().enumerate() {
            self.hazard(&format!("/hazards/{i}"), hazard);
        }
        let ids: std::collections::BTreeSet<_> = notice.hazards.iter().map(|hazard| &hazard.id).collect();
        if ids.len() < notice.hazards.len() {
            self.add("/hazards", "one id twice");
        }
    }

    fn level(&mut self, notice: &Notice) {
        let words_only = notice.level == super::Level::Words;
        if words_only != notice.volumes.is_empty() {
            self.add("/volumes", "none exactly when the level is words");
        }
        if words_only && notice.words.trim().is_empty() {
            self.add("/words", "the level is words and there are none");
        }
        let outside = |volume: &VolumeSpec| {
            volume.window.start_us < notice.window.start_us || volume.window.end_us > notice.window.end_us
        };
        if notice.volumes.iter().any(outside) {
            self.add("/window", "does not span the volumes");
        }
    }

    fn hazard(&mut self, place: &str, hazard: &Hazard) {
        self.id(&hazard.id.0);
        self.text(place, &hazard.words);
        self.volume(place, &hazard.volume);
    }

    fn stop(&mut self, id: &str, place: &Place) {
        self.id(id);
        self.text("/place/words", &place.words);
        if place.at.is_some_and(|at| !is_on_earth(at)) {
            self.add("/place/at", "no place on Earth");
        }
    }

    fn terms(&mut self, terms: &Terms) {
        self.name("/name", &terms.name);
        let clocks = [
            terms.received_within_s,
            terms.opened_within_s,
            terms.opened_flash_within_s,
            terms.stop_within_s,
        ];
        if clocks.iter().any(|s| !(MIN_CLOCK_S..=MAX_TERM_S).contains(s)) {
            self.add("/…_within_s", "1 second to a year");
        }
        if terms.lead_floor_s.values().any(|floor_s| *floor_s > MAX_TERM_S) {
            self.add("/lead_floor_s", "a year at most");
        }
        if terms.blanket_km2_h > MAX_BLANKET_KM2_H {
            self.add("/blanket_km2_h", "more than the whole Earth for ten years");
        }
        for figure in terms.separation.values() {
            let within = |value: i64, limit: i64| (0..=limit).contains(&value);
            let fits = within(figure.horizontal_mm, MAX_SEPARATION.horizontal_mm)
                && within(figure.vertical_mm, MAX_SEPARATION.vertical_mm)
                && within(figure.time_us, MAX_SEPARATION.time_us);
            if !fits {
                self.add("/separation", "outside what may be agreed");
            }
        }
    }

    fn plain(&mut self, act: &Act) {
        match act {
            Act::Withdraw { id, words } | Act::Proceed { id, words } => {
                self.id(&id.0);
                self.text("/words", words);
            }
            Act::ReadBack { id, words, check, .. } => {
                self.id(&id.0);
                self.text("/words", words);
                self.name("/check", check);
            }
            Act::Activate { id } | Act::AllClear { id } | Act::End { id } | Act::Opened { id, .. } => {
                self.id(&id.0)
            }
            Act::HazardOver { id } => self.id(&id.0),
            Act::StopAnswer { id, words, .. } | Act::VoiceAnswer { id, words, .. } => {
                self.id(&id.0);
                self.text("/words", words);
            }
            Act::WordsConfirmed { words } => self.name("/words", words),
            Act::NotUnderstood { why, .. } => self.text("/why", why),
            _ => self.talk(act),
        }
    }

    fn talk(&mut self, act: &Act) {
        match act {
            Act::Say {
                id, answers, text, ..
            } => {
                self.id(&id.0);
                self.text("/text", text);
                if let Some(answers) = answers {
                    self.id(&answers.0);
                }
            }
            Act::Voice {
                id,
                words,
                tape_sha256,
                ..
            } => {
                self.id(&id.0);
                self.text("/words", words);
                if tape_sha256.as_ref().is_some_and(|hash| !is_sha256(hash)) {
                    self.add("/tape_sha256", "64 hexadecimal digits");
                }
            }
            _ => {}
        }
    }
}

/// Whether this is a SHA-256 as it is written on a line.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether these are a latitude and a longitude.
pub(crate) fn is_on_earth(at: Position) -> bool {
    let within = |value: i64, limit: i64| (-limit..=limit).contains(&value);
    within(at.lat_nd, geo4d::limits::MAX_LAT_ND) && within(at.lon_nd, geo4d::limits::MAX_LON_ND)
}

/// As much of a reason as fits a text.
fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS / 4).collect()
}
