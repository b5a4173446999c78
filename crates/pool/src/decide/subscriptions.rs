//! Subscriptions: what their owner asks for is checked first, then what stands, then what depends on them.

use super::{Decision, checked_area, ensure_version, to_change};
use crate::answer::{Answer, Bad, Conflict, Forbidden, Refused, Thing};
use crate::call::{PutSubscription, Request};
use crate::entity::{Intent, Subscription};
use crate::event::Event;
use crate::extent::{Extent, Heights, Span};
use crate::ids::EntityId;
use crate::limits::{CLOCK_SKEW_US, MAX_SUBSCRIPTION_US};
use crate::ovn;
use crate::state::Pool;

impl Pool {
    pub(super) fn query_subscriptions(
        &self,
        now_us: i64,
        request: &Request,
        area: &Extent,
    ) -> Result<Answer, Refused> {
        checked_area(area)?;
        let span = area.span();
        let found = self.subscriptions_meeting(&area.cells, &span);
        let own = found.filter(|one| one.manager == request.manager && one.span.end_us >= now_us);
        Ok(Answer::Subscriptions(
            own.map(|one| self.show_subscription(one)).collect(),
        ))
    }

    pub(super) fn get_subscription(&self, request: &Request, id: EntityId) -> Result<Answer, Refused> {
        let one = self
            .subscriptions
            .get(&id)
            .ok_or(Refused::NotFound(Thing::Subscription, id))?;
        ensure_owner(one, request)?;
        Ok(Answer::Subscription(self.show_subscription(one)))
    }

    pub(super) fn put_subscription(&self, now_us: i64, request: &Request, put: &PutSubscription) -> Decision {
        if !put.wants.intents && !put.wants.constraints {
            return Err(Bad::WantsNothing.into());
        }
        if put.extent.cells.is_empty() {
            return Err(Bad::Unbounded(vec!["a footprint"]).into());
        }
        let standing = to_change(&put.version).and_then(|_| self.subscriptions.get(&put.id));
        let span = lasting(now_us, &put.extent, standing.map(|one| &one.span))?;
        let old = self.subscription_to_write(request, put)?;
        let subscription = Subscription {
            id: put.id,
            manager: request.manager.clone(),
            base_url: put.base_url.clone(),
            version: ovn::made(Thing::Subscription, put.id, now_us, self.writes),
            wants: put.wants,
            implicit: false,
            index: old.map_or(0, |old| old.index),
            span,
            cells: put.extent.cells.clone(),
        };
        let heights = put.extent.heights();
        self.check_dependents(&subscription, &heights)?;
        let answer = self.found_by(&subscription, &heights, request);
        Ok((answer, vec![Event::SubscriptionPut { subscription }]))
    }

    pub(super) fn delete_subscription(&self, request: &Request, id: EntityId, version: &str) -> Decision {
        ensure_version(version)?;
        let old = self
            .subscriptions
            .get(&id)
            .ok_or(Refused::NotFound(Thing::Subscription, id))?;
        ensure_owner(old, request)?;
        if old.version.0 != version {
            return Err(Conflict::Stale(Thing::Subscription, id).into());
        }
        let dependents = self.depending_on(id).count();
        if dependents > 0 {
            return Err(Bad::HasDependents(dependents).into());
        }
        let answer = Answer::Subscription(self.show_subscription(old));
        Ok((answer, vec![Event::SubscriptionGone { id }]))
    }

    fn subscription_to_write(
        &self,
        request: &Request,
        put: &PutSubscription,
    ) -> Result<Option<&Subscription>, Refused> {
        let old = self.subscriptions.get(&put.id);
        match (old, to_change(&put.version)) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(Conflict::Exists(Thing::Subscription, put.id).into()),
            (None, Some(_)) => Err(Bad::NothingToChange(Thing::Subscription, put.id).into()),
            (Some(old), Some(version)) if old.version.0 != version => {
                Err(Conflict::Stale(Thing::Subscription, put.id).into())
            }
            (Some(old), Some(_)) => ensure_owner(old, request).map(|()| Some(old)),
        }
    }

    /// What depends on a subscription has to be covered by it as it will stand.
    fn check_dependents(&self, subscription: &Subscription, heights: &Heights) -> Result<(), Bad> {
        for intent in self.depending_on(subscription.id) {
            if let Some(lacking) = uncovered(intent, subscription, heights) {
                return Err(Bad::Uncovers(intent.id, lacking));
            }
        }
        Ok(())
    }

    /// What the owner of a subscription hears at once: what is there already, as far as it asks for it.
    fn found_by(&self, subscription: &Subscription, heights: &Heights, request: &Request) -> Answer {
        let (cells, span) = (&subscription.cells, &subscription.span);
        let intents = subscription.wants.intents.then(|| {
            let met = self.intents_meeting(cells, span, heights);
            met.map(|intent| self.show_intent(intent, &request.manager))
                .collect()
        });
        let constraints = subscription.wants.constraints.then(|| {
            let met = self.constraints_meeting(cells, span);
            met.map(|one| self.show_constraint(one, &request.manager))
                .collect()
        });
        Answer::SubscriptionPut {
            subscription: self.show_subscription(subscription),
            intents,
            constraints,
        }
    }
}

fn ensure_owner(subscription: &Subscription, request: &Request) -> Result<(), Refused> {
    if subscription.manager == request.manager {
        Ok(())
    } else {
        Err(Forbidden::NotManager(Thing::Subscription, subscription.id).into())
    }
}

/// How long a subscription lasts: what is not said stays as it is, or begins now and lasts a day.
pub(super) fn lasting(now_us: i64, extent: &Extent, old: Option<&Span>) -> Result<Span, Bad> {
    if extent
        .start_us
        .is_some_and(|start_us| start_us < now_us - CLOCK_SKEW_US)
    {
        return Err(Bad::LongBegun);
    }
    let start_us = extent.start_us.or(old.map(|old| old.start_us)).unwrap_or(now_us);
    let end_us = extent.end_us.or(old.map(|old| old.end_us));
    let end_us = end_us.unwrap_or(start_us.saturating_add(MAX_SUBSCRIPTION_US));
    if end_us < start_us {
        return Err(Bad::Backwards);
    }
    if end_us.saturating_sub(start_us) > MAX_SUBSCRIPTION_US {
        return Err(Bad::TooLong);
    }
    Ok(Span { start_us, end_us })
}

/// In what an operational intent is not covered. A start up to 5 minutes late is, as in the reference.
fn uncovered(intent: &Intent, subscription: &Subscription, heights: &Heights) -> Option<&'static str> {
    let Span { start_us, end_us } = subscription.span;
    let in_time =
        start_us <= intent.span.start_us.saturating_add(CLOCK_SKEW_US) && intent.span.end_us <= end_us;
    if !subscription.cells.contains_all(&intent.cells) {
        Some("space")
    } else if !in_time {
        Some("time")
    } else {
        (!heights.covers(&intent.heights)).then_some("altitude")
    }
}
