//! What clients hear.

use crate::entity::{Area, AreaSubscription, Availability, Constraint, Intent, Subscription};
use crate::ids::{EntityId, Ovn};
use crate::limits::{MAX_AREA_SUBSCRIPTIONS, MAX_USS_BYTES, MAX_USSS};
use std::collections::BTreeMap;

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Answer {
    /// What was found.
    Intents(Vec<IntentView>),
    /// One of them.
    Intent(IntentView),
    /// It was made, changed or ended, and these are to be told.
    IntentChanged {
        made: bool,
        intent: IntentView,
        tell: Vec<Subscriber>,
    },
    /// What was found.
    Constraints(Vec<ConstraintView>),
    /// One of them.
    Constraint(ConstraintView),
    /// It was made, changed or ended, and these are to be told.
    ConstraintChanged {
        made: bool,
        constraint: ConstraintView,
        tell: Vec<Subscriber>,
    },
    /// What was found.
    Subscriptions(Vec<SubscriptionView>),
    /// One of them, also one that has ended.
    Subscription(SubscriptionView),
    /// It was made or changed, and this is there already, as far as it was asked for.
    SubscriptionPut {
        subscription: SubscriptionView,
        intents: Option<Vec<IntentView>>,
        constraints: Option<Vec<ConstraintView>>,
    },
    /// State of a USS; never set, it has no version.
    Availability {
        uss: String,
        availability: Availability,
        version: Option<Ovn>,
    },
    /// The report was kept under this id.
    Reported { id: EntityId },
    /// What was found.
    Areas(Vec<Area>),
    /// One of them, also one that has ended.
    Area(Area),
    /// It was made, changed or ended, and these are to be told.
    AreaChanged { area: Area, tell: Vec<Subscriber> },
    /// What was found.
    AreaSubscriptions(Vec<AreaSubscription>),
    /// One of them, also one that has ended.
    AreaSubscription(AreaSubscription),
    /// It was made or changed, and these areas are there already.
    AreaSubscriptionPut {
        subscription: AreaSubscription,
        areas: Vec<Area>,
    },
}

/// A reference to an operational intent as one client may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentView {
    /// The reference. Its OVN is not for everybody.
    pub intent: Intent,
    /// State of its manager.
    pub availability: Availability,
    /// Whether the client manages it, and may see its OVN.
    pub own: bool,
}

/// A reference to a constraint as one client may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintView {
    /// The reference. Its OVN is not for everybody.
    pub constraint: Constraint,
    /// Whether the client manages it, and may see its OVN.
    pub own: bool,
}

/// A subscription, to its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionView {
    /// The subscription.
    pub subscription: Subscription,
    /// Operational intents that depend on it.
    pub dependents: Vec<EntityId>,
}

/// Whom the client has to tell of its change, and of which subscriptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// Where.
    pub base_url: String,
    /// Subscriptions and their notification indices.
    pub subscriptions: Vec<(EntityId, u32)>,
}

/// Gathers subscriptions by where their notifications go: where, which, and its index.
pub(crate) fn by_url<'a>(notified: impl IntoIterator<Item = (&'a str, EntityId, u32)>) -> Vec<Subscriber> {
    let mut urls: BTreeMap<String, Vec<(EntityId, u32)>> = BTreeMap::new();
    for (url, id, index) in notified {
        urls.entry(url.to_owned()).or_default().push((id, index));
    }
    urls.into_iter()
        .map(|(base_url, subscriptions)| Subscriber {
            base_url,
            subscriptions,
        })
        .collect()
}

/// Why a request was not carried out. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The request cannot be carried out as it is: 400.
    #[error("{0}")]
    Bad(Bad),
    /// The client may not do this: 403.
    #[error("{0}")]
    Forbidden(Forbidden),
    /// There is no such thing: 404.
    #[error("{0} {1} not found")]
    NotFound(Thing, EntityId),
    /// The client does not know the state that it would change: 409.
    #[error("{0}")]
    Conflict(Conflict),
    /// The client does not know of everything that it may meet: 409.
    #[error(
        "the key lacks the OVNs of {} operational intents and {} constraints that this operational intent may meet",
        .intents.len(), .constraints.len()
    )]
    MissingKeys {
        /// Operational intents whose OVN is not in the key.
        intents: Vec<IntentView>,
        /// Constraints whose OVN is not in the key.
        constraints: Vec<ConstraintView>,
    },
    /// The client was marked Down: 412 (F3548-21 DSS0100).
    #[error(
        "USS {0} is marked Down: its operational intents can be neither accepted nor activated until that is lifted"
    )]
    Down(String),
    /// A table has no more room: 429.
    #[error("no more than {MAX_USSS} USSs can be kept")]
    TooMany,
    /// The client has as many subscriptions in a place as anybody may: 429 (F3411-22a DSS0050).
    #[error(
        "{MAX_AREA_SUBSCRIPTIONS} subscriptions of yours that have not ended stand in a part of this area already"
    )]
    TooManyHere,
}

/// What is asked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Thing {
    /// An operational intent.
    #[error("operational intent")]
    Intent,
    /// A constraint.
    #[error("constraint")]
    Constraint,
    /// A subscription.
    #[error("subscription")]
    Subscription,
    /// An identification service area.
    #[error("identification service area")]
    Area,
    /// A subscription to such; the words of the reference, which tests of the standard's community look for.
    #[error("Subscription")]
    AreaSubscription,
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Bad {
    /// A search without a footprint.
    #[error("the area of interest has no footprint: outline_circle or outline_polygon is needed")]
    NoFootprint,
    /// An extent without one of its bounds.
    #[error("the extents lack {}", .0.join(", "))]
    Unbounded(Vec<&'static str>),
    /// It is over.
    #[error("the extents end in the past")]
    Over,
    /// It ends before it starts.
    #[error("the end lies before the start")]
    Backwards,
    /// A state that cannot be put.
    #[error(
        "state: one of Accepted, Activated, Nonconforming, Contingent is needed; to end an operational intent, delete it"
    )]
    State,
    /// What is made anew begins as Accepted.
    #[error("state: an operational intent begins as Accepted")]
    FirstState,
    /// A suffix that is no UUID of version 7, or not of now.
    #[error("requested_ovn_suffix: a UUID of version 7 made within 5 minutes of now is needed")]
    Suffix,
    /// A suffix that came before.
    #[error("requested_ovn_suffix: this operational intent had that OVN before")]
    SuffixUsed,
    /// Two ways to hear of others.
    #[error("only one of subscription_id and new_subscription can be given")]
    BothSubscriptions,
    /// No way to hear of others.
    #[error("subscription_id or new_subscription is needed in every state but Accepted")]
    NeedsSubscription,
    /// A change of what there is not.
    #[error("there is no {0} {1} that could be changed")]
    NothingToChange(Thing, EntityId),
    /// A subscription that there is not.
    #[error("subscription_id: there is no subscription {0}")]
    NoSuchSubscription(EntityId),
    /// One that does not reach.
    #[error("subscription_id: subscription {0} does not cover the operational intent in {1}")]
    NotCovered(EntityId, &'static str),
    /// It asks for nothing.
    #[error("notify_for_operational_intents or notify_for_constraints must be true")]
    WantsNothing,
    /// It began too long ago.
    #[error("time_start lies more than 5 minutes in the past")]
    LongBegun,
    /// It is too long.
    #[error("a subscription lasts 24 hours at most")]
    TooLong,
    /// Operational intents would no longer be covered.
    #[error("operational intent {0} depends on this subscription, which would no longer cover it in {1}")]
    Uncovers(EntityId, &'static str),
    /// Operational intents depend on it.
    #[error("{0} operational intents depend on this subscription")]
    HasDependents(usize),
    /// No version to be changed.
    #[error("an OVN or version is needed")]
    NoVersion,
    /// A text that no version has.
    #[error("this is no version: one is a number in base 32, as it came in an answer")]
    NotAVersion,
    /// An area without an end. This and the next two have words of the reference, which tests of the standard's
    /// community look for.
    #[error("IdentificationServiceArea must have a time_end")]
    AreaEndless,
    /// One that began too long ago, and does not stand so.
    #[error("IdentificationServiceArea time_start must not be in the past; 5 minutes are tolerated")]
    AreaLongBegun,
    /// One that ends before it starts.
    #[error("IdentificationServiceArea time_end must be after time_start")]
    AreaBackwards,
    /// A name of a USS that is too long, or none.
    #[error("the id of a USS has 1 to {MAX_USS_BYTES} bytes")]
    UssName,
}

/// What a client may not do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Somebody else's.
    #[error("{0} {1} is managed by another USS")]
    NotManager(Thing, EntityId),
    /// Off-nominal states need a scope.
    #[error("utm.conformance_monitoring_sa is needed for the states Nonconforming and Contingent")]
    OffNominal,
}

/// What has changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// It stands already.
    #[error("{0} {1} stands already; give its OVN or version to change it")]
    Exists(Thing, EntityId),
    /// It was changed.
    #[error("{0} {1} was changed meanwhile: this is not its current OVN or version")]
    Stale(Thing, EntityId),
    /// There is no such constraint.
    #[error("there is no {0} {1} of which this could be the OVN")]
    Unknown(Thing, EntityId),
    /// The state of a USS was changed.
    #[error("old_version is not the current version of the availability of USS {0}")]
    Availability(String),
}

macro_rules! into_refused {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Refused {
            fn from(why: $kind) -> Self {
                Refused::$kind(why)
            }
        }
    )*};
}
into_refused!(Bad, Forbidden, Conflict);
