//! What both ends of a line may have lost: entries that the other log had seen, and that a bundle lacks.
//!
//! Two honest parties that were both put back to older backups hold less of one log than entries of the
//! other say they had seen. A bundle is not at fault for that while all of this holds:
//!
//! 1. The epoch is closed, and the size at which the log ended is stated: by act 0 of a log of a later
//!    epoch, signed, opened and countersigned, of either party; it is no larger than what the bundle holds.
//! 2. The party whose log it is countersigned each entry that had seen more: it agreed that its log had
//!    gone that far.
//! 3. What is left of the log had not itself seen such an entry: nobody sees what comes later.
//!
//! Then it is a [`Loss`], which the report names. Whether a party lost entries or keeps them back no
//! bundle can tell: a party that stated to hold more of them is named, and its own bundle has to show them.

use super::LogReport;
use crate::bundle::{Entry, Log, Manifest};
use crate::canon::parse_canonical;
use crate::header::{Header, KIND_OPEN, Origin, Seen};
use crate::keys::Hash;
use crate::limits::MAX_PREVIOUS;
use crate::merkle::{Tree, empty_root};
use serde_json::Value;
use std::collections::BTreeSet;

/// Entries of one log that had seen more of the other than the bundle holds, though nothing speaks
/// against them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Their log.
    pub log: String,
    /// Which entries, and what they had seen. Ascending.
    pub runs: Vec<Run>,
    /// The other log.
    pub of: String,
    /// The party that kept it, and countersigned these entries.
    pub party: String,
    /// How many entries of it the bundle holds: what follows, up to what was seen, is missing.
    pub held: u64,
    /// What the parties stated that they had of it when it was closed.
    pub endings: Vec<Ending>,
}

/// Entries that had seen the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first of them.
    pub first: u64,
    /// The last of them.
    pub last: u64,
    /// What they had seen of the other log.
    pub seen: Seen,
}

/// What a party stated about the end of a closed log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The party.
    pub party: String,
    /// The log whose act 0 states it.
    pub stated_in: String,
    /// Entries that it had of the closed log: of its own, those that were countersigned.
    pub size: u64,
    /// Whether the other party countersigned the statement.
    pub countersigned: bool,
}

/// An ending as it was read, with the root that it states.
#[derive(Clone)]
pub(super) struct Stated {
    of: Origin,
    by: Origin,
    size: u64,
    root: Hash,
}

/// What the first entries of all logs state about the logs before them.
pub(super) fn stated(logs: &[Log]) -> Vec<Stated> {
    logs.iter().filter_map(of_log).flatten().collect()
}

fn of_log(log: &Log) -> Option<Vec<Stated>> {
    let closed = log.entries.first().and_then(closed_in)?;
    let (own, peer) = (&log.origin, log.origin.peer());
    let of = |origin: &Origin, epoch: u32, state: &Value| {
        let (size, root) = (
            state["size"].as_u64()?,
            hex::decode(state["root"].as_str()?).ok()?,
        );
        let root = root.try_into().ok()?;
        let of = Origin {
            epoch,
            ..origin.clone()
        };
        (epoch < own.epoch).then(|| Stated {
            of,
            by: own.clone(),
            size,
            root,
        })
    };
    let both = |closed: &Value| {
        let epoch = closed["epoch"]
            .as_u64()
            .and_then(|epoch| u32::try_from(epoch).ok())?;
        Some([of(own, epoch, &closed["own"]), of(&peer, epoch, &closed["peer"])])
    };
    let closed = closed.iter().take(MAX_PREVIOUS);
    Some(closed.filter_map(both).flatten().flatten().collect())
}

/// The epochs that an act 0 says were closed before it.
fn closed_in(entry: &Entry) -> Option<Vec<Value>> {
    let header = Header::parse(&entry.header)
        .ok()
        .filter(|header| header.kind == KIND_OPEN)?;
    let opened = entry.opened.as_ref().filter(|_| header.seq == 0)?;
    match parse_canonical(&opened.body).ok()?.get_mut("previous")?.take() {
        Value::Array(closed) => Some(closed),
        _ => None,
    }
}

/// Those that the other party countersigned: what one party alone states excuses nothing.
pub(super) fn agreed<'r>(stated: &[Stated], logs: impl Iterator<Item = &'r LogReport>) -> Vec<Stated> {
    let countersigned = logs.filter(|log| log.cosigned_size() > 0);
    let countersigned: BTreeSet<&str> = countersigned.map(|log| log.origin.as_str()).collect();
    let both = |stated: &&Stated| countersigned.contains(stated.by.to_string().as_str());
    stated.iter().filter(both).cloned().collect()
}

/// Whether a party stated that a log ended within what the bundle holds of it.
pub(super) fn ended(stated: &[Stated], of: &Origin, tree: Option<&Tree>) -> bool {
    let (held, root_at) = (tree.map_or(0, Tree::size), |size| {
        tree.map_or_else(empty_root, |tree| tree.root_at(size))
    });
    let mut endings = stated.iter().filter(|stated| stated.of == *of);
    endings.any(|stated| stated.size <= held && root_at(stated.size) == stated.root)
}

/// Fills in who stated what about the log that is short.
pub(super) fn attribute(losses: &mut [Loss], stated: &[Stated], manifest: &Manifest, logs: &[LogReport]) {
    for loss in losses {
        let of_log = stated.iter().filter(|stated| stated.of.to_string() == loss.of);
        let ending = |stated: &Stated| {
            let stated_in = stated.by.to_string();
            let mut reports = logs.iter().filter(|log| log.origin == stated_in);
            Ending {
                party: manifest.keys_of(&stated.by).party.clone(),
                size: stated.size,
                countersigned: reports.any(|log| log.cosigned_size() > 0),
                stated_in,
            }
        };
        loss.endings = of_log.map(ending).collect();
    }
}
