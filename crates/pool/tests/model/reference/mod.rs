//! A second reading of F3548-21 and F3411, as plain as it can be: records in vectors, every pair compared, no index.
//!
//! It shares the shapes of requests and answers with the crate, and no rule. An OVN is opaque, so the
//! reference cannot foretell it: it writes a placeholder, and learns the text from the answer.
//!
//! Where the rules are silent, what the operator of a USS would expect:
//! - a USS that is Down hears 412 when it has shown that the operational intent is its own and the OVN current;
//!   it may still end what it planned, and go off-nominal;
//! - a suffix that came before is refused when all but the key was looked at, so that a write that is repeated
//!   hears of the conflict;
//! - who repeats a PUT of a subscription without a version hears that it stands, whatever times it left out;
//! - an implicit subscription that grows has another version, and one that need not grow keeps its own;
//! - a subscription may be over when it is made, as long as it did not begin too long ago;
//! - the index of a subscription stays 0 where indices are the time of day.

mod areas;
mod attach;
mod availability;
mod bounds;
mod constraints;
mod intents;
mod learn;

mod subscriptions;
mod tell;

use pool::answer::{ConstraintView, IntentView, SubscriptionView};
use pool::entity::{Area, AreaSubscription, Availability, Constraint, Intent, Subscription, UssState};
use pool::ids::{EntityId, Manager, Ovn};
use pool::limits::KEEP_EXPIRED_US;
use pool::{Answer, Call, Options, Request};
use std::collections::BTreeSet;

pub(crate) use learn::is_open;

/// What a client should hear.
pub(crate) type Expected = Result<Answer, Refusal>;

/// A refusal, by the kind that clients tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// One with nothing but a message, by its status code.
    Code(u16),
    /// The key lacks these: 409.
    Missing {
        intents: Vec<IntentView>,
        constraints: Vec<ConstraintView>,
    },
}

const BAD: Refusal = Refusal::Code(400);
const FORBIDDEN: Refusal = Refusal::Code(403);
const NOT_FOUND: Refusal = Refusal::Code(404);
const CONFLICT: Refusal = Refusal::Code(409);
const DOWN: Refusal = Refusal::Code(412);
const TOO_MANY: Refusal = Refusal::Code(429);

/// `why`, unless something holds.
fn unless(holds: bool, why: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(why) }
}

/// All there is.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    options: Options,
    pub(crate) intents: Vec<Intent>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) usss: Vec<(String, UssState)>,
    pub(crate) areas: Vec<Area>,
    pub(crate) area_subscriptions: Vec<AreaSubscription>,
    /// Every OVN that was ever seen or wished for.
    seen: BTreeSet<String>,
    placeholders: u64,
}

impl Model {
    pub(crate) fn new(options: Options) -> Model {
        Model {
            options,
            intents: Vec::new(),
            constraints: Vec::new(),
            subscriptions: Vec::new(),
            usss: Vec::new(),
            areas: Vec::new(),
            area_subscriptions: Vec::new(),
            seen: BTreeSet::new(),
            placeholders: 0,
        }
    }

    /// What the client should hear. A refused request leaves nothing behind.
    pub(crate) fn answer(&mut self, now: i64, request: &Request) -> Expected {
        let mut after = self.clone();
        let answer = after.carry_out(now, request)?;
        *self = after;
        Ok(answer)
    }

    fn carry_out(&mut self, now: i64, request: &Request) -> Expected {
        let who = &request.manager;
        match &request.call {
            Call::QueryIntents { area } => self.query_intents(area, who),
            Call::GetIntent { id } => self.get_intent(*id, who),
            Call::PutIntent(put) => self.put_intent(now, request, put),
            Call::DeleteIntent { id, ovn } => self.delete_intent(now, who, *id, ovn),
            Call::QueryConstraints { area } => self.query_constraints(area, who),
            Call::GetConstraint { id } => self.get_constraint(*id, who),
            Call::PutConstraint(put) => self.put_constraint(now, who, put),
            Call::DeleteConstraint { id, ovn } => self.delete_constraint(now, who, *id, ovn),
            Call::QuerySubscriptions { area } => self.query_subscriptions(now, area, who),
            Call::GetSubscription { id } => self.get_subscription(*id, who),
            Call::PutSubscription(put) => self.put_subscription(now, who, put),
            Call::DeleteSubscription { id, version } => self.delete_subscription(who, *id, version),
            Call::GetAvailability { uss } => self.get_availability(uss),
            Call::SetAvailability {
                uss,
                availability,
                old_version,
            } => self.set_availability(uss, *availability, old_version),
            Call::Report { .. } => Ok(Answer::Reported { id: request.fresh }),
            Call::SearchAreas { area } => self.search_areas(now, area),
            Call::GetArea { id } => self.get_area(*id),
            Call::PutArea(put) => self.put_area(now, who, put),
            Call::DeleteArea { id, version } => self.delete_area(now, who, *id, version),
            Call::SearchAreaSubscriptions { area } => self.search_area_subscriptions(now, area, who),
            Call::GetAreaSubscription { id } => self.get_area_subscription(*id),
            Call::PutAreaSubscription(put) => self.put_area_subscription(now, who, put),
            Call::DeleteAreaSubscription { id, version } => self.delete_area_subscription(who, *id, version),
        }
    }

    /// What is gone once all is evicted that may be: operational intents and subscriptions that ended longer ago
    /// than they are kept, but no subscription on which an operational intent depends, and the implicit
    /// ones on which none does any more. Nobody is told.
    pub(crate) fn evict(&mut self, now: i64) {
        let old = |end_us: i64| end_us < now - KEEP_EXPIRED_US;
        let depended: Vec<_> = self.intents.iter().filter_map(|one| one.subscription).collect();
        self.intents.retain(|one| !old(one.span.end_us));
        let still: Vec<_> = self.intents.iter().filter_map(|one| one.subscription).collect();
        self.subscriptions.retain(|one| {
            let lost_its_last = one.implicit && depended.contains(&one.id);
            still.contains(&one.id) || !(old(one.span.end_us) || lost_its_last)
        });
        self.evict_areas(now);
    }

    /// Operational intents, constraints, subscriptions.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        (
            self.intents.len(),
            self.constraints.len(),
            self.subscriptions.len(),
        )
    }

    /// Service areas, subscriptions to them.
    pub(crate) fn area_counts(&self) -> (usize, usize) {
        (self.areas.len(), self.area_subscriptions.len())
    }

    fn intent(&self, id: EntityId) -> Option<&Intent> {
        self.intents.iter().find(|one| one.id == id)
    }

    fn constraint(&self, id: EntityId) -> Option<&Constraint> {
        self.constraints.iter().find(|one| one.id == id)
    }

    fn subscription(&self, id: EntityId) -> Option<&Subscription> {
        self.subscriptions.iter().find(|one| one.id == id)
    }

    fn availability(&self, uss: &str) -> Availability {
        let of = self.usss.iter().find(|(name, _)| name == uss);
        of.map_or(Availability::Unknown, |(_, state)| state.availability)
    }

    fn dependents(&self, id: EntityId) -> Vec<EntityId> {
        let on = self.intents.iter().filter(|one| one.subscription == Some(id));
        on.map(|one| one.id).collect()
    }

    fn see_intent(&self, one: &Intent, who: &Manager) -> IntentView {
        IntentView {
            intent: one.clone(),
            availability: self.availability(&one.manager.0),
            own: one.manager == *who,
        }
    }

    fn see_constraint(&self, one: &Constraint, who: &Manager) -> ConstraintView {
        ConstraintView {
            constraint: one.clone(),
            own: one.manager == *who,
        }
    }

    fn see_subscription(&self, one: &Subscription) -> SubscriptionView {
        SubscriptionView {
            subscription: one.clone(),
            dependents: self.dependents(one.id),
        }
    }

    /// A version that nobody has seen yet.
    fn unseen(&mut self) -> Ovn {
        self.placeholders += 1;
        Ovn(format!("?{}", self.placeholders))
    }
}
