//! What follows from requests. The state of a pool is a function of its events, in order.

use crate::entity::{Area, AreaSubscription, Constraint, Intent, Subscription, UssState};
use crate::ids::{EntityId, Manager};
use serde::{Deserialize, Serialize};

/// A fact, as journaled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Event {
    /// An operational intent stands as it is here.
    IntentPut { intent: Intent },
    /// One ended, or was evicted.
    IntentGone { id: EntityId },
    /// A constraint stands as it is here.
    ConstraintPut { constraint: Constraint },
    /// One ended.
    ConstraintGone { id: EntityId },
    /// A subscription stands as it is here.
    SubscriptionPut { subscription: Subscription },
    /// One ended, or was evicted.
    SubscriptionGone { id: EntityId },
    /// Somebody was told to notify these subscriptions, in order of their ids.
    Notified { subscriptions: Vec<EntityId> },
    /// A USS is in this state.
    UssSet { uss: String, state: UssState },
    /// A client reported a fault.
    Reported { id: EntityId, by: Manager, text: String },
    /// OVNs that had been wished for need no longer be remembered before this instant, µs.
    SuffixesForgotten { before_us: i64 },
    /// An identification service area stands as it is here.
    AreaPut { area: Area },
    /// One ended, or was evicted.
    AreaGone { id: EntityId },
    /// A subscription to such areas stands as it is here.
    AreaSubscriptionPut { subscription: AreaSubscription },
    /// One ended, or was evicted.
    AreaSubscriptionGone { id: EntityId },
    /// Somebody was told to notify these subscriptions to such areas, in order of their ids.
    AreaSubscribersNotified { subscriptions: Vec<EntityId> },
}
