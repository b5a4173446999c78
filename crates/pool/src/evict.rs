//! What has long expired goes, a little at a time, so that nobody has to run a broom beside the service.

use crate::event::Event;
use crate::ids::EntityId;
use crate::limits::{EVICT_AT_ONCE, KEEP_EXPIRED_US, SUFFIX_MEMORY_US};
use crate::state::Pool;
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
        expired.into_iter().chain(wished).min()
    }

    /// What goes now: some of what expired longest ago. A subscription stays while an operational intent
    /// depends on it.
    pub fn evict(&self, now_us: i64) -> Vec<Event> {
        let until_us = now_us - KEEP_EXPIRED_US;
        let expired = self.ends.iter().take_while(|(end_us, _)| *end_us < until_us);
        let expired: Vec<EntityId> = expired.map(|(_, id)| *id).take(EVICT_AT_ONCE).collect();
        let mut gone = BTreeSet::new();
        let mut events = Vec::new();
        for id in expired.iter().filter(|id| self.intents.contains_key(id)) {
            gone.insert(*id);
            events.push(Event::IntentGone { id: *id });
        }
        let subscriptions = self.subscriptions_to_evict(&expired, &gone);
        events.extend(subscriptions.into_iter().map(|id| Event::SubscriptionGone { id }));
        let before_us = now_us - SUFFIX_MEMORY_US;
        if self
            .wished_at
            .first()
            .is_some_and(|(at_us, _)| *at_us < before_us)
        {
            events.push(Event::SuffixesForgotten { before_us });
        }
        events
    }

    /// Expired ones on which nothing depends, and implicit ones that lose their last dependent.
    fn subscriptions_to_evict(&self, expired: &[EntityId], gone: &BTreeSet<EntityId>) -> BTreeSet<EntityId> {
        let lost = gone.iter().filter_map(|id| self.intents.get(id)?.subscription);
        let implicit = lost.filter(|id| self.subscriptions.get(id).is_some_and(|one| one.implicit));
        let over = expired
            .iter()
            .copied()
            .filter(|id| self.subscriptions.contains_key(id));
        let alone = |id: &EntityId| self.depending_on(*id).all(|intent| gone.contains(&intent.id));
        implicit.chain(over).filter(alone).collect()
    }
}
