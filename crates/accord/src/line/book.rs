//! Small shapes that the books of a line share.

use crate::alarm::Author;
use crate::ids::{ActId, HazardId, NoticeId};
use crate::line::Signed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One of each side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sides<T> {
    pub(crate) own: T,
    pub(crate) peer: T,
}

impl<T> Sides<T> {
    /// That of `side`, to change.
    pub(crate) fn of_mut(&mut self, side: Author) -> &mut T {
        match side {
            Author::Own => &mut self.own,
            Author::Peer => &mut self.peer,
        }
    }

    /// That of `side`.
    pub(crate) fn of(&self, side: Author) -> &T {
        match side {
            Author::Own => &self.own,
            Author::Peer => &self.peer,
        }
    }
}

impl<K, V> Sides<BTreeMap<K, V>> {
    /// The items of both sides.
    pub(crate) fn both(&self) -> impl Iterator<Item = &V> {
        self.own.values().chain(self.peer.values())
    }
}

/// A statement whose place or receipt still matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pending {
    Notice { id: NoticeId, version: u32 },
    Hazard { id: HazardId },
    Terms(Signed),
    Stop { id: ActId },
    Message { id: ActId },
    Voice { id: ActId },
    Other,
}

/// A statement of ours that the peer's node has not RECEIVED.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub(crate) what: Pending,
    /// Its newest epoch and entry in our log, once it has a place.
    pub(crate) place: Option<(u32, u64)>,
}

/// A statement of ours at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) what: Pending,
    /// Its number among our statements; none when it was restored from the peer.
    pub(crate) act_ref: Option<u64>,
}

/// An entry of the peer that is unproven or waits for our own RECEIVED.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) what: Pending,
    pub(crate) proven: bool,
}
