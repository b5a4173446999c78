//! What was acknowledged, written down by a model that knows nothing of `accord`.
//!
//! The model is naive on purpose: a list per line of what each side was told has been
//! accepted. What must follow is a sentence about these lists.

use crate::node::{Request, Wish};
use accord::command::Command;
use accord::ids::LineId;
use engine::event::Answer;
use engine::frame::Entry;
use serde_json::Value;
use std::collections::BTreeMap;

/// One thing that a node acknowledged to its own officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What it is.
    pub what: What,
    /// True instant of the acknowledgement, µs.
    pub at_us: i64,
    /// A disk was put back to an older state since, and after that no disk held it.
    pub may_be_lost: bool,
}

/// What can be promised about an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Notice of this id was given.
    Notice(String),
    /// This text was said.
    Text(String),
    /// A stop of this id was stated.
    Stop(String),
}

impl What {
    /// What an entry states, as it is stored, if that is something that is promised.
    pub fn of_entry(stored: &[u8]) -> Option<What> {
        let entry = Entry::parse(stored).ok()?;
        let header: Value = serde_json::from_slice(&entry.header).ok()?;
        let body: Value = serde_json::from_slice(&entry.body?).ok()?;
        let text = |name: &str| body.get(name)?.as_str().map(str::to_owned);
        match header.get("type")?.as_str()? {
            "notice" => text("id").map(What::Notice),
            "say" => text("text").map(What::Text),
            "cease" | "check-fire" => text("id").map(What::Stop),
            _ => None,
        }
    }
}

/// Promises by node and line.
#[derive(Debug, Default)]
pub struct Auditor {
    promises: BTreeMap<(usize, LineId), Vec<Promise>>,
    /// Notices of a node whose window starts at the given instant, as it filed them.
    filed: BTreeMap<(usize, String), i64>,
    /// Start as filed of each notice given.
    starts: BTreeMap<(usize, LineId, String), i64>,
}

impl Auditor {
    /// A request was answered well: what follows from it.
    pub fn acknowledged(&mut self, node: usize, at_us: i64, request: &Request) {
        let (Some(Ok(Answer::Done(outcome))), Wish::Desk(command)) = (&request.answer, &request.wish) else {
            return;
        };
        let id = outcome.id.clone();
        match (command, id) {
            (Command::Plan(draft), Some(id)) => {
                let starts = draft.volumes.iter().map(|volume| volume.window.start_us);
                self.filed
                    .extend(starts.min().map(|start_us| ((node, id), start_us)));
            }
            (Command::Notify { operation, line, .. }, Some(id)) => {
                if let Some(start_us) = self.filed.get(&(node, operation.0.clone())) {
                    self.starts.insert((node, line.clone(), id.clone()), *start_us);
                }
                self.promise(node, line, at_us, What::Notice(id));
            }
            (Command::Say { line, text, .. }, _) => self.promise(node, line, at_us, What::Text(text.clone())),
            (Command::Cease { line, .. } | Command::CheckFire { line, .. }, Some(id)) => {
                self.promise(node, line, at_us, What::Stop(id));
            }
            _ => {}
        }
    }

    /// A disk was put back: of what a node promised on a line, these items stand on no disk any
    /// more.
    pub fn nobody_holds(&mut self, node: usize, line: &LineId, gone: impl Fn(&What) -> bool) {
        let promises = self.promises.get_mut(&(node, line.clone()));
        for promise in promises.into_iter().flatten() {
            promise.may_be_lost |= gone(&promise.what);
        }
    }

    /// A promise that nobody made, to see that the checkers miss it.
    pub fn pretend(&mut self, node: usize, line: &LineId, text: &str) {
        self.promise(node, line, 0, What::Text(text.to_owned()));
    }

    /// What a node promised on a line.
    pub fn promises(&self, node: usize, line: &LineId) -> &[Promise] {
        self.promises
            .get(&(node, line.clone()))
            .map_or(&[], Vec::as_slice)
    }

    /// The start that a notice's operation was filed with, µs, if it never changed.
    pub fn start_us(&self, node: usize, line: &LineId, notice: &str) -> Option<i64> {
        self.starts.get(&(node, line.clone(), notice.to_owned())).copied()
    }

    /// How many promises there are.
    pub fn len(&self) -> usize {
        self.promises.values().map(Vec::len).sum()
    }

    /// Whether nothing was promised.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn promise(&mut self, node: usize, line: &LineId, at_us: i64, what: What) {
        let promises = self.promises.entry((node, line.clone())).or_default();
        promises.push(Promise {
            what,
            at_us,
            may_be_lost: false,
        });
    }
}
