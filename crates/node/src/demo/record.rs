//! What a run leaves: rows of the summary, and the logs of both ends.

use super::scenario::{ChairSpec, Run, Scenario};
use super::seen::{Saying, Seen};
use crate::failed::Failed;
use crate::figures::write;
use crate::http::show::{AlarmShown, Alarms, FoundShown, HazardsAt, NoticeShown};
use accord::act::VoiceAnswer;
use accord::lead;
use serde::Serialize;
use std::collections::BTreeSet;

/// Taken down while a run is played.
#[derive(Default)]
pub(super) struct Record {
    /// Calls by voice.
    pub(super) calls: Vec<Call>,
    /// What was asked.
    pub(super) asked: Vec<Asked>,
    /// Alarms of both ends.
    pub(super) alarms: Vec<AlarmRow>,
    /// Notices by voice and by line.
    pub(super) notices: Vec<NoticeRow>,
    /// Exposure found by either end.
    pub(super) exposure: Vec<FoundRow>,
    /// Conflicts found by either end.
    pub(super) conflicts: Vec<FoundRow>,
    /// The first thing said that nobody is recorded as having said.
    pub(super) finding: Option<Finding>,
    /// Both logs, as each end has them.
    pub(super) bundles: Vec<Vec<u8>>,
}

/// A call, as one side accounts for it.
pub(super) struct Call {
    /// Its name in the scenario.
    pub(super) key: String,
    /// Its id on the line.
    pub(super) id: String,
    /// Whose account.
    pub(super) party: String,
    /// When it was heard, µs.
    pub(super) heard_at_us: i64,
    /// What was said.
    pub(super) words: String,
    /// Least and most lead that the claims allow.
    pub(super) lead_s: (i64, i64),
    /// `named` or `too_vague`.
    pub(super) place: &'static str,
    /// The other side's answer to the account.
    pub(super) answer: Option<String>,
}

/// A notice, by voice or by line.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NoticeRow {
    /// `voice` or `line`.
    pub(super) by: &'static str,
    /// Whose statement; of a call, whose account.
    pub(super) party: String,
    /// Its id on the line.
    pub(super) id: String,
    /// Class of the operation; none of a call.
    pub(super) class: Option<String>,
    /// In words.
    pub(super) words: String,
    /// Words against volumes: `agrees`, `contradicts`, `too_vague`, `words_only`.
    pub(super) place: String,
    /// Start minus the instant of each receipt, whole seconds, rounded down.
    pub(super) lead_s: LeadRow,
    /// Below a floor that both signed.
    pub(super) late: bool,
    /// That floor.
    pub(super) floor_s: Option<i64>,
    /// Separate facts.
    pub(super) receipts: ReceiptRow,
    /// Of a call: what the other side says of this account.
    pub(super) account: Option<String>,
}

/// Three figures.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LeadRow {
    /// At received; the least that the claims allow.
    pub(super) received: Option<i64>,
    /// At received, the most that the claims allow.
    pub(super) received_most: Option<i64>,
    /// At opened.
    pub(super) opened: Option<i64>,
    /// At read back.
    pub(super) read_back: Option<i64>,
}

/// When each receipt was made.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ReceiptRow {
    /// RECEIVED: by the node, or by voice.
    pub(super) received: Option<String>,
    /// OPENED by a desk.
    pub(super) opened: Option<String>,
    /// READ BACK by a desk.
    pub(super) read_back: Option<String>,
    /// The answer.
    pub(super) answer: Option<String>,
}

/// An alarm.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AlarmRow {
    /// At whose node.
    pub(super) party: String,
    /// With which desk when it was raised.
    pub(super) desk: String,
    /// What happened.
    pub(super) kind: String,
    /// As raised.
    pub(super) priority: String,
    /// When.
    pub(super) raised_at: String,
    /// Latest instant at which acting helps.
    pub(super) act_by: Option<String>,
    /// Time there was.
    pub(super) left_s: Option<i64>,
    /// Why.
    pub(super) cause: String,
    /// What to do.
    pub(super) response: String,
    /// Exercise traffic.
    pub(super) drill: bool,
    /// `cleared` when it stands no longer.
    pub(super) state_at_end: String,
    /// How long it had stood at the end.
    pub(super) age_s_at_end: Option<i64>,
}

/// What meets what.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FoundRow {
    /// At whose node.
    pub(super) party: String,
    /// `exposure`, `conflict` or `zone_broken`.
    pub(super) kind: String,
    /// The own thing.
    pub(super) name: String,
    /// Whether it is about a secondary hazard.
    pub(super) secondary_hazard: bool,
    /// First instant together.
    pub(super) first: String,
    /// Latest instant at which acting helps.
    pub(super) act_by: String,
    /// Time there was when it was found.
    pub(super) left_s: i64,
    /// How close, along the ground.
    pub(super) horizontal_mm: i64,
    /// How close, in height.
    pub(super) vertical_mm: i64,
}

/// A question to a node and its answer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Asked {
    /// When.
    pub(super) at: String,
    /// Whose node.
    pub(super) party: String,
    /// `danger` or `alarms`.
    pub(super) about: &'static str,
    /// Of danger: `unknown` when nothing is on file, which is not clear; else `on_file`.
    pub(super) state: Option<String>,
    /// In the node's words.
    pub(super) text: Option<String>,
    /// Of danger: how each hazard on file stands.
    pub(super) hazards: Vec<String>,
    /// Alarms that stand.
    pub(super) alarms: Vec<Standing>,
}

/// An alarm that stands.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Standing {
    /// What happened.
    pub(super) kind: String,
    /// As of now.
    pub(super) priority: String,
    /// How long.
    pub(super) age_s: i64,
}

/// The first thing said that nobody is recorded as having said.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    /// When.
    pub(super) at: String,
    /// To whose desk.
    pub(super) party: String,
    /// Which desk.
    pub(super) desk: String,
    /// Name of the note or alarm.
    pub(super) code: String,
    /// In words.
    pub(super) said: String,
    /// Time that remained.
    pub(super) remaining_s: i64,
    /// Until what.
    pub(super) until: String,
    #[serde(skip)]
    at_us: i64,
}

impl Record {
    /// Takes a saying down where it is the first that nobody is recorded as having said.
    ///
    /// # Errors
    /// The scenario names no such instant.
    pub(super) fn said(&mut self, scenario: &Scenario, run: &Run, saying: &Saying) -> Result<(), Failed> {
        let earlier = self
            .finding
            .as_ref()
            .is_none_or(|finding| saying.at_us < finding.at_us);
        if !earlier || !run.unrecorded.contains(&saying.code) {
            return Ok(());
        }
        let until_us = scenario.instant(&run.until).map_err(Failed::usage)?;
        self.finding = Some(Finding {
            at: time(saying.at_us),
            party: scenario.chairs[saying.chair].party.clone(),
            desk: saying.desk.clone(),
            code: saying.code.clone(),
            said: saying.text.clone(),
            remaining_s: lead::seconds(until_us - saying.at_us),
            until: run.until.clone(),
            at_us: saying.at_us,
        });
        Ok(())
    }

    /// A call by its name in the scenario.
    pub(super) fn call(&self, key: &str) -> Option<&Call> {
        self.calls.iter().find(|call| call.key == key)
    }

    /// The other side's answer to an account.
    pub(super) fn answered(&mut self, key: &str, answer: &VoiceAnswer) {
        let word = serde_json::to_value(answer)
            .ok()
            .and_then(|word| word.as_str().map(str::to_owned));
        if let Some(call) = self.calls.iter_mut().find(|call| call.key == key) {
            call.answer = word;
        }
    }

    /// Alarms and findings of one end.
    pub(super) fn take_alarms(&mut self, spec: &ChairSpec, seen: &Seen, last: &Alarms) {
        for (id, raised) in &seen.alarms {
            let now = last.alarms.iter().find(|alarm| alarm.id == *id);
            self.alarms.push(alarm_row(&spec.party, raised, now));
        }
        self.alarms.sort_by(|a, b| a.raised_at.cmp(&b.raised_at));
        self.exposure
            .extend(seen.exposure.values().map(|row| found_row(&spec.party, row)));
        self.conflicts
            .extend(seen.conflicts.values().map(|row| found_row(&spec.party, row)));
    }

    /// Notices of both ends, each once, and calls.
    pub(super) fn take_notices(&mut self, scenario: &Scenario, seen: &[Seen]) {
        self.notices.extend(self.calls.iter().map(call_row));
        let mut taken = BTreeSet::new();
        for (i, seen) in seen.iter().enumerate() {
            for ((author, id), notice) in &seen.notices {
                let whose = if author == "own" { i } else { 1 - i };
                if taken.insert((whose, id.clone())) {
                    self.notices
                        .push(notice_row(&scenario.chairs[whose].party, notice));
                }
            }
        }
    }
}

impl Asked {
    /// What is known of danger.
    pub(super) fn danger(scenario: &Scenario, chair: usize, now_us: i64, known: &HazardsAt) -> Self {
        Asked {
            at: time(now_us),
            party: scenario.chairs[chair].party.clone(),
            about: "danger",
            state: Some(known.state.clone()),
            text: Some(known.text.clone()),
            hazards: known.hazards.iter().map(|hazard| hazard.state.clone()).collect(),
            alarms: Vec::new(),
        }
    }

    /// Which alarms stand.
    pub(super) fn alarms(scenario: &Scenario, chair: usize, now_us: i64, alarms: Vec<Standing>) -> Self {
        Asked {
            at: time(now_us),
            party: scenario.chairs[chair].party.clone(),
            about: "alarms",
            state: None,
            text: None,
            hazards: Vec::new(),
            alarms,
        }
    }
}

impl From<&AlarmShown> for Standing {
    fn from(alarm: &AlarmShown) -> Self {
        let (kind, priority) = (alarm.kind.clone(), alarm.priority.clone());
        Standing {
            kind,
            priority,
            age_s: lead::seconds(alarm.age_us),
        }
    }
}

/// An instant as it stands in the summary, RFC 3339 in whole seconds.
pub(super) fn time(at_us: i64) -> String {
    write::instant(at_us).replace(' ', "T")
}

fn alarm_row(party: &str, raised: &AlarmShown, now: Option<&AlarmShown>) -> AlarmRow {
    AlarmRow {
        party: party.to_owned(),
        desk: raised.desk.clone(),
        kind: raised.kind.clone(),
        priority: raised.priority.clone(),
        raised_at: time(raised.raised_at_us),
        act_by: raised.act_by_us.map(time),
        left_s: raised
            .act_by_us
            .map(|by_us| lead::seconds(by_us.saturating_sub(raised.raised_at_us))),
        cause: raised.cause.clone(),
        response: raised.response.clone(),
        drill: raised.drill,
        state_at_end: now.map_or_else(|| "cleared".to_owned(), |now| now.state.clone()),
        age_s_at_end: now.map(|now| lead::seconds(now.age_us)),
    }
}

fn found_row(party: &str, row: &FoundShown) -> FoundRow {
    FoundRow {
        party: party.to_owned(),
        kind: row.finding.kind.clone(),
        name: row.name.clone(),
        secondary_hazard: row.finding.hazard.is_some(),
        first: time(row.finding.first_us),
        act_by: time(row.finding.act_by_us),
        left_s: lead::seconds(row.left_us),
        horizontal_mm: row.finding.witness.horizontal_mm,
        vertical_mm: row.finding.witness.vertical_mm,
    }
}

fn call_row(call: &Call) -> NoticeRow {
    let (least_s, most_s) = call.lead_s;
    NoticeRow {
        by: "voice",
        party: call.party.clone(),
        id: call.id.clone(),
        class: None,
        words: call.words.clone(),
        place: call.place.to_owned(),
        lead_s: LeadRow {
            received: Some(least_s),
            received_most: Some(most_s),
            opened: None,
            read_back: None,
        },
        late: false,
        floor_s: None,
        receipts: ReceiptRow {
            received: Some(format!("by voice, {} by this account", time(call.heard_at_us))),
            opened: None,
            read_back: None,
            answer: None,
        },
        account: call.answer.clone(),
    }
}

fn notice_row(party: &str, notice: &NoticeShown) -> NoticeRow {
    let version = &notice.current;
    let seconds = |lead_us: Option<i64>| lead_us.map(lead::seconds);
    let received = version.received.as_ref();
    let received_s = received.and_then(|received| seconds(received.lead_us));
    let class = serde_json::to_value(version.class)
        .ok()
        .and_then(|class| class.as_str().map(str::to_owned));
    NoticeRow {
        by: "line",
        party: party.to_owned(),
        id: notice.id.clone(),
        class,
        words: version.words.clone(),
        place: notice.place.clone(),
        lead_s: LeadRow {
            received: received_s,
            received_most: received_s,
            opened: version.opened.as_ref().and_then(|opened| seconds(opened.lead_us)),
            read_back: version.read_back.as_ref().and_then(|read| seconds(read.lead_us)),
        },
        late: notice.late,
        floor_s: received.and_then(|received| seconds(received.floor_us)),
        receipts: ReceiptRow {
            received: received.map(|received| time(received.at_us)),
            opened: version.opened.as_ref().map(|opened| time(opened.at_us)),
            read_back: version.read_back.as_ref().map(|read| time(read.at_us)),
            answer: version
                .answers
                .last()
                .map(|answer| format!("{} {}", answer.answer, time(answer.at_us))),
        },
        account: None,
    }
}
