//! Subscriptions: of their owner alone, at every height, a day at most.

use super::bounds::{has_all, meets_time, searchable, share_cell};
use super::{BAD, CONFLICT, FORBIDDEN, Heard, Model, NOT_FOUND, Refusal, unless};
use crate::limits::MINUTE_US;
use pool::call::PutSubscription;
use pool::entity::{Intent, Subscription};
use pool::extent::Span;
use pool::ids::{EntityId, Manager};
use pool::{Answer, Extent};

const DAY_US: i64 = 24 * 60 * MINUTE_US;

impl Model {
    /// The client's own that have not expired.
    pub(super) fn query_subscriptions(&self, now: i64, area: &Extent, who: &Manager) -> Heard {
        searchable(area)?;
        let meets = |one: &&Subscription| {
            one.manager == *who
                && one.span.end_us >= now
                && share_cell(&one.cells, &area.cells)
                && meets_time(area, &one.span)
        };
        let found = self.subscriptions.iter().filter(meets);
        Ok(Answer::Subscriptions(
            found.map(|one| self.see_subscription(one)).collect(),
        ))
    }

    pub(super) fn get_subscription(&self, id: EntityId, who: &Manager) -> Heard {
        let one = self.subscription(id).ok_or(NOT_FOUND)?;
        unless(one.manager == *who, FORBIDDEN)?;
        Ok(Answer::Subscription(self.see_subscription(one)))
    }

    /// However it began, it is explicit from here on.
    pub(super) fn put_subscription(&mut self, now: i64, who: &Manager, put: &PutSubscription) -> Heard {
        let version = put.version.as_deref().filter(|version| !version.is_empty());
        let old = self.subscription(put.id).cloned();
        unless(put.wants.intents || put.wants.constraints, BAD)?;
        searchable(&put.extent)?;
        let span = when(now, &put.extent, old.as_ref().filter(|_| version.is_some()))?;
        may_write(old.as_ref(), who, version)?;
        for id in self.dependents(put.id) {
            let dependent = self.intent(id).ok_or(BAD)?;
            unless(still_covers(&put.extent, &span, dependent), BAD)?;
        }
        let new = Subscription {
            id: put.id,
            manager: who.clone(),
            base_url: put.base_url.clone(),
            version: self.unseen(),
            wants: put.wants,
            implicit: false,
            index: old.map_or(0, |old| old.index),
            span,
            cells: put.extent.cells.clone(),
        };
        self.subscriptions.retain(|one| one.id != put.id);
        self.subscriptions.push(new.clone());
        let area = Extent {
            start_us: Some(span.start_us),
            end_us: Some(span.end_us),
            ..put.extent.clone()
        };
        Ok(Answer::SubscriptionPut {
            subscription: self.see_subscription(&new),
            intents: new.wants.intents.then(|| self.intents_in(&area, who)),
            constraints: new.wants.constraints.then(|| self.constraints_in(&area, who)),
        })
    }

    pub(super) fn delete_subscription(&mut self, who: &Manager, id: EntityId, version: &str) -> Heard {
        unless(!version.is_empty(), BAD)?;
        let old = self.subscription(id).cloned().ok_or(NOT_FOUND)?;
        unless(old.manager == *who, FORBIDDEN)?;
        unless(old.version.0 == version, CONFLICT)?;
        unless(self.dependents(id).is_empty(), BAD)?;
        self.subscriptions.retain(|one| one.id != id);
        Ok(Answer::Subscription(self.see_subscription(&old)))
    }
}

/// The time of a subscription: an end that is not said is that of the one that it changes, or a day later. Simulated
/// clients always say when it starts.
fn when(now: i64, extent: &Extent, old: Option<&Subscription>) -> Result<Span, Refusal> {
    let start_us = extent.start_us.ok_or(BAD)?;
    unless(now - start_us <= 5 * MINUTE_US, BAD)?;
    let end_us = extent.end_us.or(old.map(|old| old.span.end_us));
    let end_us = end_us.unwrap_or(start_us + DAY_US);
    unless(start_us <= end_us, BAD)?;
    unless(end_us - start_us <= DAY_US, BAD)?;
    Ok(Span { start_us, end_us })
}

/// The version is compared before the owner.
fn may_write(old: Option<&Subscription>, who: &Manager, version: Option<&str>) -> Result<(), Refusal> {
    match (old, version) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(BAD),
        (Some(old), version) => {
            unless(version == Some(&old.version.0), CONFLICT)?;
            unless(old.manager == *who, FORBIDDEN)
        }
    }
}

/// Clocks differ, so it may start five minutes after what depends on it.
fn still_covers(extent: &Extent, span: &Span, dependent: &Intent) -> bool {
    let heights = &dependent.heights;
    has_all(&extent.cells, &dependent.cells)
        && extent.lower_mm.is_none_or(|lower| lower <= heights.lower_mm)
        && extent.upper_mm.is_none_or(|upper| upper >= heights.upper_mm)
        && span.start_us <= dependent.span.start_us + 5 * MINUTE_US
        && span.end_us >= dependent.span.end_us
}
