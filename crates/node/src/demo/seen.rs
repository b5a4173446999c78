//! What a node says that it did not say before: receipts, alarms, findings.

use super::stage::Stage;
use crate::failed::Failed;
use crate::figures::write::{clock, length, span};
use crate::http::show::{AlarmShown, Alarms, Found, FoundShown, NoticeShown, Notices, VersionShown};
use accord::lead;
use std::collections::{BTreeMap, BTreeSet};

/// Something that a node said to a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Saying {
    /// When.
    pub(super) at_us: i64,
    /// In which chair.
    pub(super) chair: usize,
    /// To which desk.
    pub(super) desk: String,
    /// Stable name of the note, alarm or receipt.
    pub(super) code: String,
    /// In words.
    pub(super) text: String,
}

/// All that one node was seen to say.
#[derive(Default)]
pub(super) struct Seen {
    /// Alarms by id, as they were when they were first seen.
    pub(super) alarms: BTreeMap<String, AlarmShown>,
    /// Notices by author and id, as they were last.
    pub(super) notices: BTreeMap<(String, String), NoticeShown>,
    /// Exposure by what meets what, as it was first found.
    pub(super) exposure: BTreeMap<String, FoundShown>,
    /// Conflicts, the same.
    pub(super) conflicts: BTreeMap<String, FoundShown>,
    facts: BTreeSet<String>,
}

impl Seen {
    /// Reads the node and gives what is new.
    ///
    /// # Errors
    /// The node does not answer.
    pub(super) fn look(
        &mut self,
        stage: &mut Stage,
        chair: usize,
        desk: &str,
        now_us: i64,
    ) -> Result<Vec<Saying>, Failed> {
        let at = Teller {
            chair,
            desk: desk.to_owned(),
        };
        let notices: Notices = stage.get(chair, desk, "/v1/notices")?;
        let mut said: Vec<Saying> = notices
            .notices
            .into_iter()
            .flat_map(|notice| self.notice(&at, notice))
            .collect();
        let alarms: Alarms = stage.get(chair, desk, "/v1/alarms")?;
        said.extend(
            alarms
                .alarms
                .into_iter()
                .filter_map(|alarm| self.alarm(chair, alarm)),
        );
        let exposure: Found = stage.get(chair, desk, "/v1/exposure")?;
        let conflicts: Found = stage.get(chair, desk, "/v1/conflicts")?;
        said.extend(
            exposure
                .rows
                .into_iter()
                .filter_map(|row| row_of(&mut self.exposure, &at, row, now_us)),
        );
        said.extend(
            conflicts
                .rows
                .into_iter()
                .filter_map(|row| row_of(&mut self.conflicts, &at, row, now_us)),
        );
        Ok(said)
    }

    fn alarm(&mut self, chair: usize, alarm: AlarmShown) -> Option<Saying> {
        if self.alarms.contains_key(&alarm.id) {
            return None;
        }
        let (at_us, desk, code) = (alarm.raised_at_us, alarm.desk.clone(), alarm.kind.clone());
        let by = alarm.act_by_us.map_or_else(String::new, |by_us| {
            format!(
                "; act by {}, {} left",
                clock(by_us),
                span(by_us.saturating_sub(at_us))
            )
        });
        let priority = alarm.priority.to_uppercase();
        let text = format!(
            "ALARM {priority} to desk {desk}: {}. Do: {}{by}",
            alarm.cause, alarm.response
        );
        self.alarms.insert(alarm.id.clone(), alarm);
        Some(Saying {
            at_us,
            chair,
            desk,
            code,
            text,
        })
    }

    fn notice(&mut self, at: &Teller, notice: NoticeShown) -> Vec<Saying> {
        let mut said = Vec::new();
        let key = (notice.author.clone(), notice.id.clone());
        for (fact, at_us, text) in facts(&notice) {
            if self.facts.insert(format!("{}/{}/{fact}", key.0, key.1)) {
                said.push(at.says(at_us, fact, text));
            }
        }
        self.notices.insert(key, notice);
        said
    }
}

/// Who speaks to whom.
struct Teller {
    chair: usize,
    desk: String,
}

impl Teller {
    fn says(&self, at_us: i64, code: &str, text: String) -> Saying {
        Saying {
            at_us,
            chair: self.chair,
            desk: self.desk.clone(),
            code: code.to_owned(),
            text,
        }
    }
}

fn row_of(
    rows: &mut BTreeMap<String, FoundShown>,
    at: &Teller,
    row: FoundShown,
    now_us: i64,
) -> Option<Saying> {
    let finding = &row.finding;
    let part = finding
        .hazard
        .clone()
        .unwrap_or_else(|| format!("volume {}", finding.volume.unwrap_or(0)));
    let key = format!("{}/{:?}/{}/{part}", finding.kind, row.subject.id, finding.against);
    if rows.contains_key(&key) {
        return None;
    }
    let to = if finding.hazard.is_some() {
        "a secondary hazard"
    } else {
        "a notified volume"
    };
    let text = format!(
        "{}: {} from {}, {} from {to}; latest time to act {}, {} left",
        row.name,
        finding.kind.to_uppercase().replace('_', " "),
        clock(finding.first_us),
        length(finding.witness.horizontal_mm),
        clock(finding.act_by_us),
        span(row.left_us)
    );
    let said = at.says(now_us, "found", text);
    rows.insert(key, row);
    Some(said)
}

/// What stands of a notice: name of the fact, when, in words.
fn facts(notice: &NoticeShown) -> Vec<(&'static str, i64, String)> {
    let current = &notice.current;
    let own = notice.author == "own";
    let mut facts = Vec::new();
    if own {
        let (class, level) = (word(&current.class), word(&current.level));
        facts.push((
            "stated",
            current.stated_at_us,
            format!("NOTICE stated: class {class}, level {level}, “{}”", current.words),
        ));
    }
    facts.extend(receipts(current, own));
    if let Some(at_us) = notice.activated_at_us {
        facts.push(("active", at_us, "ACTIVE: it has begun".to_owned()));
    }
    if let Some(at_us) = notice.all_clear_at_us {
        let text = "ALL CLEAR by its author: ends what its author does, no hazard for the other side";
        facts.push(("all_clear", at_us, text.to_owned()));
    }
    facts
}

/// Receipts are separate facts, each with its own lead.
fn receipts(version: &VersionShown, own: bool) -> Vec<(&'static str, i64, String)> {
    let lead = |lead_us: Option<i64>| {
        lead_us.map_or_else(String::new, |us| format!(", lead {} s", lead::seconds(us)))
    };
    let by = if own { "the peer's " } else { "" };
    let mut facts = Vec::new();
    if let Some(received) = &version.received {
        let floor = received.floor_us.map_or_else(
            || " (no floor agreed: never LATE)".to_owned(),
            |floor_us| {
                format!(
                    " ({} s agreed: {})",
                    lead::seconds(floor_us),
                    received.lateness.to_uppercase().replace('_', " ")
                )
            },
        );
        let text = format!("RECEIVED by {by}node{}{floor}", lead(received.lead_us));
        facts.push(("received", received.at_us, text));
    }
    if let Some(opened) = &version.opened {
        facts.push((
            "opened",
            opened.at_us,
            format!("OPENED by {by}desk {}{}", opened.desk, lead(opened.lead_us)),
        ));
    }
    if let Some(read) = &version.read_back {
        let text = format!(
            "READ BACK by {by}desk {}{}: “{}” [{}]",
            read.desk,
            lead(read.lead_us),
            read.words,
            read.check
        );
        facts.push(("read_back", read.at_us, text));
    }
    if let Some(answer) = version.answers.last() {
        let word = answer.answer.to_uppercase().replace('_', " ");
        facts.push((
            "answer",
            answer.at_us,
            format!("ANSWER of {by}desk {}: {word}", answer.desk),
        ));
    }
    facts
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
