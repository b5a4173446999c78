//! What clients ask. Shapes, ids, urls and covers are checked before; rules are checked here.

use crate::entity::{Availability, IntentState, Wants};
use crate::extent::Extent;
use crate::ids::{EntityId, Manager};

/// One request of a client whose token was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The client.
    pub manager: Manager,
    /// Whether its token bears `utm.conformance_monitoring_sa`.
    pub may_be_off_nominal: bool,
    /// An id that nobody has: 122 random bits, drawn for this request.
    pub fresh: EntityId,
    /// What it asks.
    pub call: Call,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Call {
    /// References to operational intents in an area.
    QueryIntents { area: Extent },
    /// One of them.
    GetIntent { id: EntityId },
    /// Makes one (without an OVN) or changes it (with).
    PutIntent(Box<PutIntent>),
    /// Ends one.
    DeleteIntent { id: EntityId, ovn: String },
    /// References to constraints in an area.
    QueryConstraints { area: Extent },
    /// One of them.
    GetConstraint { id: EntityId },
    /// Makes one (without an OVN) or changes it (with).
    PutConstraint(Box<PutConstraint>),
    /// Ends one.
    DeleteConstraint { id: EntityId, ovn: String },
    /// The client's own subscriptions in an area.
    QuerySubscriptions { area: Extent },
    /// One of them.
    GetSubscription { id: EntityId },
    /// Makes one (without a version) or changes it (with).
    PutSubscription(Box<PutSubscription>),
    /// Ends one.
    DeleteSubscription { id: EntityId, version: String },
    /// State of a USS.
    GetAvailability { uss: String },
    /// Sets it, if the client knows the state that it changes.
    SetAvailability {
        uss: String,
        availability: Availability,
        old_version: String,
    },
    /// A report of a fault that the client saw; `text` is what is kept of it.
    Report { text: String },
    /// Identification service areas in an area, of those that have not ended.
    SearchAreas { area: Extent },
    /// One of them, also one that has ended.
    GetArea { id: EntityId },
    /// Makes one (without a version) or changes it (with).
    PutArea(Box<PutArea>),
    /// Ends one.
    DeleteArea { id: EntityId, version: String },
    /// The client's own subscriptions to such areas, of those that have not ended.
    SearchAreaSubscriptions { area: Extent },
    /// One of anybody's, also one that has ended.
    GetAreaSubscription { id: EntityId },
    /// Makes one (without a version) or changes it (with).
    PutAreaSubscription(Box<PutArea>),
    /// Ends one.
    DeleteAreaSubscription { id: EntityId, version: String },
}

impl Call {
    /// As records and figures name it.
    pub fn name(&self) -> &'static str {
        match self {
            Call::QueryIntents { .. } => "query-intents",
            Call::GetIntent { .. } => "get-intent",
            Call::PutIntent(_) => "put-intent",
            Call::DeleteIntent { .. } => "delete-intent",
            Call::QueryConstraints { .. } => "query-constraints",
            Call::GetConstraint { .. } => "get-constraint",
            Call::PutConstraint(_) => "put-constraint",
            Call::DeleteConstraint { .. } => "delete-constraint",
            Call::QuerySubscriptions { .. } => "query-subscriptions",
            Call::GetSubscription { .. } => "get-subscription",
            Call::PutSubscription(_) => "put-subscription",
            Call::DeleteSubscription { .. } => "delete-subscription",
            Call::GetAvailability { .. } => "get-availability",
            Call::SetAvailability { .. } => "set-availability",
            Call::Report { .. } => "report",
            Call::SearchAreas { .. } => "search-areas",
            Call::GetArea { .. } => "get-area",
            Call::PutArea(_) => "put-area",
            Call::DeleteArea { .. } => "delete-area",
            Call::SearchAreaSubscriptions { .. } => "search-area-subscriptions",
            Call::GetAreaSubscription { .. } => "get-area-subscription",
            Call::PutAreaSubscription(_) => "put-area-subscription",
            Call::DeleteAreaSubscription { .. } => "delete-area-subscription",
        }
    }

    /// Whether it may change something.
    pub fn writes(&self) -> bool {
        match self {
            Call::PutIntent(_)
            | Call::DeleteIntent { .. }
            | Call::PutConstraint(_)
            | Call::DeleteConstraint { .. }
            | Call::PutSubscription(_)
            | Call::DeleteSubscription { .. }
            | Call::SetAvailability { .. }
            | Call::Report { .. }
            | Call::PutArea(_)
            | Call::DeleteArea { .. }
            | Call::PutAreaSubscription(_)
            | Call::DeleteAreaSubscription { .. } => true,
            Call::QueryIntents { .. }
            | Call::GetIntent { .. }
            | Call::QueryConstraints { .. }
            | Call::GetConstraint { .. }
            | Call::QuerySubscriptions { .. }
            | Call::GetSubscription { .. }
            | Call::GetAvailability { .. }
            | Call::SearchAreas { .. }
            | Call::GetArea { .. }
            | Call::SearchAreaSubscriptions { .. }
            | Call::GetAreaSubscription { .. } => false,
        }
    }
}

/// An operational intent as a client writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutIntent {
    /// Its id.
    pub id: EntityId,
    /// The version to be changed; none, or an empty one, makes it anew.
    pub ovn: Option<String>,
    /// All its volumes in one.
    pub extent: Extent,
    /// OVNs of all that it may meet and that the client knows.
    pub key: Vec<String>,
    /// The state asked for; `None` is one that nothing can be put into.
    pub state: Option<IntentState>,
    /// Where its details are.
    pub base_url: String,
    /// How its manager hears of others.
    pub attach: Attach,
    /// Suffix of the OVN that is wished for.
    pub ovn_suffix: Option<String>,
}

/// How the manager of an operational intent hears of others.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Attach {
    /// Not by a subscription.
    Nothing,
    /// By one that stands.
    To(EntityId),
    /// By one that is made with it.
    New { base_url: String, constraints: bool },
    /// By both, which cannot be.
    Both,
}

/// A constraint as a client writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutConstraint {
    /// Its id.
    pub id: EntityId,
    /// The version to be changed; none, or an empty one, makes it anew.
    pub ovn: Option<String>,
    /// All its volumes in one.
    pub extent: Extent,
    /// Where its details are.
    pub base_url: String,
}

/// A subscription as a client writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutSubscription {
    /// Its id.
    pub id: EntityId,
    /// The version to be changed; none, or an empty one, makes it anew.
    pub version: Option<String>,
    /// Where and when.
    pub extent: Extent,
    /// Where notifications go.
    pub base_url: String,
    /// What it asks for.
    pub wants: Wants,
}

/// An identification service area, or a subscription to such, as a client writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutArea {
    /// Its id.
    pub id: EntityId,
    /// The version to be changed; none makes it anew, and an empty one is none that could be changed.
    pub version: Option<String>,
    /// Where and when; heights are of no account.
    pub extent: Extent,
    /// Where its flights can be asked for, or where notifications go.
    pub url: String,
}
