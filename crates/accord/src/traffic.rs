//! Which way a command goes before it is decided: safety first, planning last.

use crate::act::{Class, Urgency};
use crate::alarm::{Alarm, Subject};
use crate::command::Command;
use crate::ids::{LineId, NoticeId};
use crate::input::TroubleKey;
use crate::line::Link;
use crate::mind::Mind;

impl Command {
    /// The line it states something on or about; none when it is local.
    pub fn line(&self) -> Option<&LineId> {
        match self {
            Command::Notify { line, .. }
            | Command::Amend { line, .. }
            | Command::Withdraw { line, .. }
            | Command::Activate { line, .. }
            | Command::AllClear { line, .. }
            | Command::End { line, .. }
            | Command::Proceed { line, .. }
            | Command::Open { line, .. }
            | Command::ReadBack { line, .. }
            | Command::Answer { line, .. }
            | Command::Told { line, .. }
            | Command::WarnHazard { line, .. }
            | Command::HazardOver { line, .. }
            | Command::CloseHazard { line, .. }
            | Command::Cease { line, .. }
            | Command::CheckFire { line, .. }
            | Command::AnswerStop { line, .. }
            | Command::Say { line, .. }
            | Command::LogVoice { line, .. }
            | Command::AnswerVoice { line, .. }
            | Command::SignTerms { line, .. }
            | Command::ConfirmWords { line, .. } => Some(line),
            _ => None,
        }
    }
}

impl Mind {
    /// Whether a command is safety traffic: it has a queue, disk and a place on the line of
    /// its own.
    pub fn is_safety(&self, command: &Command) -> bool {
        match command {
            Command::Cease { .. }
            | Command::CheckFire { .. }
            | Command::AnswerStop { .. }
            | Command::WarnHazard { .. }
            | Command::HazardOver { .. }
            | Command::CloseHazard { .. }
            | Command::AllClear { .. }
            | Command::Withdraw { .. } => true,
            Command::Say { urgency, .. } => *urgency == Urgency::Distress,
            Command::Notify { operation, .. } => self
                .operations
                .get(operation)
                .is_some_and(|book| book.draft.class == Class::Hazard),
            Command::Amend { line, notice, .. }
            | Command::Activate { line, notice }
            | Command::End { line, notice } => self.is_hazard_notice(line, notice),
            _ => false,
        }
    }

    /// Whether a command only plans ahead: refused when the disk runs short.
    pub fn is_planning(&self, command: &Command) -> bool {
        match command {
            Command::Plan(draft) | Command::Replan { draft, .. } => draft.class != Class::Hazard,
            Command::Notify { .. } | Command::Amend { .. } => !self.is_safety(command),
            Command::AddZone { .. } | Command::AddPeople { .. } | Command::SignTerms { .. } => true,
            _ => false,
        }
    }

    /// Whether both sides' officers have confirmed the six words of a line.
    pub fn is_verified(&self, line: &LineId) -> bool {
        self.lines.get(line).is_some_and(crate::line::Line::is_verified)
    }

    /// How well a line is shown to answer.
    pub fn link(&self, line: &LineId) -> Option<Link> {
        self.lines.get(line).map(|line| line.link)
    }

    /// Why a line is shown STALLED, if it is.
    pub fn stalled(&self, line: &LineId) -> Option<&String> {
        self.lines.get(line)?.stalled.as_ref()
    }

    /// Faults that were reported and are not over.
    pub fn standing_faults(&self) -> Vec<TroubleKey> {
        let standing = self.alarms.live.values().filter(|alarm| alarm.active);
        let fault = |alarm: &Alarm| match &alarm.subject {
            Subject::Fault(key) => Some(key.clone()),
            _ => None,
        };
        standing.filter_map(fault).collect()
    }

    fn is_hazard_notice(&self, line: &LineId, notice: &NoticeId) -> bool {
        let book = self.lines.get(line).and_then(|line| line.notices.own.get(notice));
        book.and_then(|book| book.versions.last())
            .is_some_and(|version| version.notice.class == Class::Hazard)
    }
}
