//! What has long expired goes, a little at a time, so that nobody has to run a broom beside the service.

use crate::event::Event;
use crate::ids::EntityId;
use crate::limits::{EVICT_AT_ONCE, KEEP_EXPIRED_US, SUFFIX_MEMORY_US};
use crate::state::{Ends, Pool};
use std::collections::BTreeSet;

impl Pool {
    /// When something is to be evicted next, µs; none if nothing ever will be.
    pub fn evicts_at_us(&self) -> Option<i64> {
        let expired = self
            .ends
            .first()
            .map(|(end_us, _)| end_us.saturating_add(KEEP_EXPIRED_US + 1));
        let wished = self
            .wished_at
            .first()
            .map(|(at_us, _)| at_us + SUFFIX_MEMORY_US + 1);
        let areas = self.rid.evicts_at_us();
        expired.into_iter().chain(wished).chain(areas).min()
    }

    /// What goes now: some of what expired longest ago, and never nothing when something is due. A subscription
    /// stays while an operational intent depends on it; it covers that, so that goes first.
    pub fn evict(&self, now_us: i64) -> Vec<Event> {
        let until_us = now_us - KEEP_EXPIRED_US;
        let expired = self.ends.iter().take_while(|(end_us, _)| *end_us < until_us);
        let mut intents = BTreeSet::new();
        let mut subscriptions = BTreeSet::new();
        for (_, what) in expired.take(EVICT_AT_ONCE) {
            match *what {
                Ends::Intent(id) => intents.insert(id),
                Ends::Subscription(id) => subscriptions.insert(id),
            };
        }
        let subscriptions = self.subscriptions_to_evict(subscriptions, &intents);
        let intents = intents.into_iter().map(|id| Event::IntentGone { id });
        let subscriptions = subscriptions.into_iter().map(|id| Event::SubscriptionGone { id });
        let before_us = now_us - SUFFIX_MEMORY_US;
        let first = self.wished_at.first().filter(|(at_us, _)| *at_us < before_us);
        let forgotten = first.map(|_| Event::SuffixesForgotten { before_us });
        let entities = intents.chain(subscriptions).chain(forgotten);
        entities.chain(self.rid.evict(now_us)).collect()
    }

    /// Expired ones on which nothing depends, and implicit ones that lose their last dependent.
    fn subscriptions_to_evict(
        &self,
        expired: BTreeSet<EntityId>,
        gone: &BTreeSet<EntityId>,
    ) -> BTreeSet<EntityId> {
        let lost = gone.iter().filter_map(|id| self.intents.get(id)?.subscription);
        let implicit = lost.filter(|id| self.subscriptions.get(id).is_some_and(|one| one.implicit));
        let alone = |id: &EntityId| self.depending_on(*id).all(|intent| gone.contains(&intent.id));
        implicit.chain(expired).filter(alone).collect()
    }
}
