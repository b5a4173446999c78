//! What clients of an open service were told, as a second reading of F3548-21: lists, every pair compared, no index.
//!
//! It shares the shapes of requests and answers with `pool`, and no rule. A version is opaque: the model writes a
//! placeholder, and learns the text when somebody is shown it (`learn`).

mod attach;
mod bounds;
mod constraints;
mod intents;
mod learn;
mod subscriptions;
mod tell;

pub(crate) use learn::each_version;
pub use learn::{Differs, agree};

use pool::answer::{ConstraintView, IntentView, Refused, SubscriptionView};
use pool::entity::{Availability, Constraint, Intent, Subscription, UssState};
use pool::ids::{EntityId, Manager, Ovn};
use pool::{Answer, Call, Request};
use std::collections::BTreeSet;

/// What a client hears.
pub type Heard = Result<Answer, Refusal>;

/// A refusal, by the kind that clients tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// One with nothing but a message, by its status code.
    Code(u16),
    /// The key lacks these.
    Missing {
        /// Operational intents.
        intents: Vec<IntentView>,
        /// Constraints.
        constraints: Vec<ConstraintView>,
    },
}

const BAD: Refusal = Refusal::Code(400);
const FORBIDDEN: Refusal = Refusal::Code(403);
const NOT_FOUND: Refusal = Refusal::Code(404);
const CONFLICT: Refusal = Refusal::Code(409);
const DOWN: Refusal = Refusal::Code(412);

/// `why`, unless something holds.
fn unless(holds: bool, why: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(why) }
}

impl Refusal {
    /// The kind of a refusal that was heard.
    pub fn of(refused: Refused) -> Refusal {
        match refused {
            Refused::Bad(_) => BAD,
            Refused::Forbidden(_) => FORBIDDEN,
            Refused::NotFound(..) => NOT_FOUND,
            Refused::Conflict(_) => CONFLICT,
            Refused::Down(_) => DOWN,
            Refused::TooMany | Refused::TooManyHere => Refusal::Code(429),
            Refused::MissingKeys { intents, constraints } => Refusal::Missing { intents, constraints },
        }
    }
}

/// All there is, if what was told is true.
#[derive(Clone, Debug, Default)]
pub struct Model {
    intents: Vec<Intent>,
    constraints: Vec<Constraint>,
    subscriptions: Vec<Subscription>,
    usss: Vec<(String, UssState)>,
    /// OVNs that were wished for and given.
    wished: BTreeSet<String>,
    placeholders: u64,
}

impl Model {
    /// What a client should hear at an instant of the node, µs, and what there is then; none when it stays as it is.
    pub fn answer(&self, now: i64, request: &Request) -> (Heard, Option<Model>) {
        if !request.call.writes() {
            return (self.look(now, request), None);
        }
        let mut after = self.clone();
        let heard = after.write(now, request);
        let changed = heard.is_ok().then_some(after);
        (heard, changed)
    }

    /// When subscriptions end, µs.
    pub fn ends(&self) -> impl Iterator<Item = i64> + '_ {
        self.subscriptions.iter().map(|one| one.span.end_us)
    }

    fn look(&self, now: i64, request: &Request) -> Heard {
        let who = &request.manager;
        match &request.call {
            Call::QueryIntents { area } => self.query_intents(area, who),
            Call::GetIntent { id } => self.get_intent(*id, who),
            Call::QueryConstraints { area } => self.query_constraints(area, who),
            Call::GetConstraint { id } => self.get_constraint(*id, who),
            Call::QuerySubscriptions { area } => self.query_subscriptions(now, area, who),
            Call::GetSubscription { id } => self.get_subscription(*id, who),
            Call::GetAvailability { uss } => self.get_availability(uss),
            call => unreachable!("{} writes", call.name()),
        }
    }

    fn write(&mut self, now: i64, request: &Request) -> Heard {
        let who = &request.manager;
        match &request.call {
            Call::PutIntent(put) => self.put_intent(now, request, put),
            Call::DeleteIntent { id, ovn } => self.delete_intent(who, *id, ovn),
            Call::PutConstraint(put) => self.put_constraint(now, who, put),
            Call::DeleteConstraint { id, ovn } => self.delete_constraint(who, *id, ovn),
            Call::PutSubscription(put) => self.put_subscription(now, who, put),
            Call::DeleteSubscription { id, version } => self.delete_subscription(who, *id, version),
            Call::SetAvailability {
                uss,
                availability,
                old_version,
            } => self.set_availability(uss, *availability, old_version),
            Call::Report { .. } => Ok(Answer::Reported { id: request.fresh }),
            call => unreachable!("{} does not write", call.name()),
        }
    }

    fn get_availability(&self, uss: &str) -> Heard {
        let state = self.usss.iter().find(|(name, _)| name == uss);
        Ok(Answer::Availability {
            uss: uss.to_owned(),
            availability: self.availability(uss),
            version: state.map(|(_, state)| state.version.clone()),
        })
    }

    /// Who has never been set has the version "".
    fn set_availability(&mut self, uss: &str, availability: Availability, old_version: &str) -> Heard {
        unless(!uss.is_empty(), BAD)?;
        let old = self.usss.iter().find(|(name, _)| name == uss);
        unless(
            old.map_or("", |(_, state)| &state.version.0) == old_version,
            CONFLICT,
        )?;
        let version = self.unseen();
        self.usss.retain(|(name, _)| name != uss);
        let state = UssState {
            availability,
            version,
        };
        self.usss.push((uss.to_owned(), state));
        self.get_availability(uss)
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
