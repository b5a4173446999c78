//! Facts change the state; they are never refused.

use crate::entity::{Constraint, Intent, Subscription};
use crate::event::Event;
use crate::ids::EntityId;
use crate::ovn;
use crate::state::{Ends, Pool};

impl Pool {
    /// Applies a fact, at decision and at replay alike; `now_us` is the instant of its record.
    pub fn apply(&mut self, now_us: i64, event: &Event) {
        match event {
            Event::IntentPut { intent } => {
                self.writes += 1;
                if ovn::is_wished(intent) {
                    self.wished.insert(intent.ovn.clone(), now_us);
                    self.wished_at.insert((now_us, intent.ovn.clone()));
                }
                self.keep_intent(intent.clone());
            }
            Event::IntentGone { id } => self.drop_intent(*id),
            Event::ConstraintPut { constraint } => {
                self.writes += 1;
                self.keep_constraint(constraint.clone());
            }
            Event::ConstraintGone { id } => self.drop_constraint(*id),
            Event::SubscriptionPut { subscription } => {
                self.writes += 1;
                self.keep_subscription(subscription.clone());
            }
            Event::SubscriptionGone { id } => self.drop_subscription(*id),
            Event::Notified { subscriptions } => {
                for id in subscriptions {
                    if let Some(subscription) = self.subscriptions.get_mut(id) {
                        subscription.index = subscription.index.saturating_add(1);
                    }
                }
            }
            Event::UssSet { uss, state } => {
                self.writes += 1;
                self.usss.insert(uss.clone(), state.clone());
            }
            Event::Reported { .. } => {}
            Event::SuffixesForgotten { before_us } => self.forget_wished(*before_us),
            Event::AreaPut { area } => self.rid.keep_area(area.clone()),
            Event::AreaGone { id } => self.rid.drop_area(*id),
            Event::AreaSubscriptionPut { subscription } => self.rid.keep_subscription(subscription.clone()),
            Event::AreaSubscriptionGone { id } => self.rid.drop_subscription(*id),
            Event::AreaSubscribersNotified { subscriptions } => self.rid.notified(subscriptions),
        }
    }

    fn forget_wished(&mut self, before_us: i64) {
        while let Some((at_us, ovn)) = self.wished_at.pop_first() {
            if at_us >= before_us {
                self.wished_at.insert((at_us, ovn));
                return;
            }
            self.wished.remove(&ovn);
        }
    }

    pub(crate) fn keep_intent(&mut self, intent: Intent) {
        self.drop_intent(intent.id);
        self.intents_in.insert(intent.id, &intent.cells, &intent.span);
        self.ends.insert((intent.span.end_us, Ends::Intent(intent.id)));
        if let Some(subscription) = intent.subscription {
            self.dependents.entry(subscription).or_default().insert(intent.id);
        }
        self.intents.insert(intent.id, intent);
    }

    fn drop_intent(&mut self, id: EntityId) {
        let Some(intent) = self.intents.remove(&id) else {
            return;
        };
        self.intents_in.remove(id, &intent.cells, &intent.span);
        self.ends.remove(&(intent.span.end_us, Ends::Intent(id)));
        let Some(subscription) = intent.subscription else {
            return;
        };
        if let Some(dependents) = self.dependents.get_mut(&subscription) {
            dependents.remove(&id);
            if dependents.is_empty() {
                self.dependents.remove(&subscription);
            }
        }
    }

    pub(crate) fn keep_constraint(&mut self, constraint: Constraint) {
        self.drop_constraint(constraint.id);
        self.constraints_in
            .insert(constraint.id, &constraint.cells, &constraint.span);
        self.constraints.insert(constraint.id, constraint);
    }

    fn drop_constraint(&mut self, id: EntityId) {
        if let Some(constraint) = self.constraints.remove(&id) {
            self.constraints_in
                .remove(id, &constraint.cells, &constraint.span);
        }
    }

    pub(crate) fn keep_subscription(&mut self, subscription: Subscription) {
        self.drop_subscription(subscription.id);
        self.subscriptions_in
            .insert(subscription.id, &subscription.cells, &subscription.span);
        self.ends
            .insert((subscription.span.end_us, Ends::Subscription(subscription.id)));
        self.subscriptions.insert(subscription.id, subscription);
    }

    fn drop_subscription(&mut self, id: EntityId) {
        if let Some(subscription) = self.subscriptions.remove(&id) {
            self.subscriptions_in
                .remove(id, &subscription.cells, &subscription.span);
            self.ends
                .remove(&(subscription.span.end_us, Ends::Subscription(id)));
        }
    }
}
