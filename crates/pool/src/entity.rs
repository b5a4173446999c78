//! What the pool keeps: references to operational intents and constraints, subscriptions, availability; and what
//! remote identification needs.

use crate::extent::{Heights, Span};
use crate::ids::{EntityId, Manager, Ovn};
use geo4d::s2::Cells;
use serde::{Deserialize, Serialize};

/// State of an operational intent (F3548-21 `OperationalIntentState`). It ends by being deleted.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IntentState {
    /// Planned, and told to whom it may concern.
    Accepted,
    /// In use.
    Activated,
    /// Outside its volumes for a while.
    Nonconforming,
    /// Not expected back in them.
    Contingent,
}

impl IntentState {
    /// Whether it needs the key of what it may meet.
    pub fn is_nominal(self) -> bool {
        matches!(self, IntentState::Accepted | IntentState::Activated)
    }
}

/// Reference to an operational intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its id.
    pub id: EntityId,
    /// Who wrote it.
    pub manager: Manager,
    /// Where its details are.
    pub base_url: String,
    /// Its state.
    pub state: IntentState,
    /// 1, and one more at each update.
    pub version: u32,
    /// Opaque version.
    pub ovn: Ovn,
    /// When.
    pub span: Span,
    /// How high.
    pub heights: Heights,
    /// Where.
    pub cells: Cells,
    /// The subscription by which its manager hears of others.
    pub subscription: Option<EntityId>,
}

/// Reference to a constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its id.
    pub id: EntityId,
    /// Who wrote it.
    pub manager: Manager,
    /// Where its details are.
    pub base_url: String,
    /// 1, and one more at each update.
    pub version: u32,
    /// Opaque version.
    pub ovn: Ovn,
    /// When.
    pub span: Span,
    /// Where; at every height.
    pub cells: Cells,
}

/// What a subscription asks to hear of.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wants {
    /// Changes of operational intents.
    pub intents: bool,
    /// Changes of constraints.
    pub constraints: bool,
}

/// A subscription. It holds at every height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its id.
    pub id: EntityId,
    /// Whose it is.
    pub manager: Manager,
    /// Where notifications go.
    pub base_url: String,
    /// Opaque version.
    pub version: Ovn,
    /// What it asks for.
    pub wants: Wants,
    /// Made with an operational intent, and gone with the last that depends on it.
    pub implicit: bool,
    /// Notifications that were named to those who have to send them.
    pub index: u32,
    /// When.
    pub span: Span,
    /// Where.
    pub cells: Cells,
}

/// Identification service area (F3411): where and when flights can be asked for. It holds at every height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Its id; a subscription, or something of F3548, may have the same.
    pub id: EntityId,
    /// Who wrote it.
    pub owner: Manager,
    /// Where its flights can be asked for, as its owner wrote it.
    pub url: String,
    /// Opaque version; everybody sees it.
    pub version: Ovn,
    /// When.
    pub span: Span,
    /// Where.
    pub cells: Cells,
}

/// Subscription to identification service areas (F3411). It hears of all that share a cell, whenever they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaSubscription {
    /// Its id.
    pub id: EntityId,
    /// Whose it is.
    pub owner: Manager,
    /// Where notifications go, as its owner wrote it.
    pub url: String,
    /// Opaque version.
    pub version: Ovn,
    /// Notifications that were named to those who have to send them.
    pub index: u32,
    /// How long.
    pub span: Span,
    /// Where.
    pub cells: Cells,
}

/// State of a USS as an arbitrator set it.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Availability {
    /// Never said.
    #[default]
    Unknown,
    /// It answers.
    Normal,
    /// It does not: what it has only planned holds up nobody.
    Down,
}

/// An entry of the table of availability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UssState {
    /// As set.
    pub availability: Availability,
    /// Opaque version.
    pub version: Ovn,
}
