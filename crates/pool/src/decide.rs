//! What comes of a request: an answer and facts, or a refusal.

mod area_subscriptions;
mod areas;
mod availability;
mod constraints;
mod intents;
mod key;
mod subscriptions;

use crate::answer::{Answer, Bad, Refused, Subscriber, by_url};
use crate::call::{Call, Request};
use crate::entity::{Subscription, Wants};
use crate::event::Event;
use crate::extent::{Extent, Span};
use crate::ids::EntityId;
use crate::limits::DAY_US;
use crate::state::Pool;
use geo4d::s2::Cells;

/// What a client hears, and what follows.
pub(crate) type Decision = Result<(Answer, Vec<Event>), Refused>;

impl Pool {
    /// Decides a request at an instant, µs UTC. The facts are to be applied before the next.
    pub fn decide(&self, now_us: i64, request: &Request) -> Result<(Answer, Vec<Event>), Refused> {
        let look = |answer| Ok((answer, Vec::new()));
        match &request.call {
            Call::QueryIntents { area } => look(self.query_intents(request, area)?),
            Call::GetIntent { id } => look(self.get_intent(request, *id)?),
            Call::PutIntent(put) => self.put_intent(now_us, request, put),
            Call::DeleteIntent { id, ovn } => self.delete_intent(now_us, request, *id, ovn),
            Call::QueryConstraints { area } => look(self.query_constraints(request, area)?),
            Call::GetConstraint { id } => look(self.get_constraint(request, *id)?),
            Call::PutConstraint(put) => self.put_constraint(now_us, request, put),
            Call::DeleteConstraint { id, ovn } => self.delete_constraint(now_us, request, *id, ovn),
            Call::QuerySubscriptions { area } => look(self.query_subscriptions(now_us, request, area)?),
            Call::GetSubscription { id } => look(self.get_subscription(request, *id)?),
            Call::PutSubscription(put) => self.put_subscription(now_us, request, put),
            Call::DeleteSubscription { id, version } => self.delete_subscription(request, *id, version),
            Call::GetAvailability { uss } => look(self.get_availability(uss)),
            Call::SetAvailability {
                uss,
                availability,
                old_version,
            } => self.set_availability(now_us, uss, *availability, old_version),
            Call::Report { text } => {
                let (id, by, text) = (request.fresh, request.manager.clone(), text.clone());
                Ok((Answer::Reported { id }, vec![Event::Reported { id, by, text }]))
            }
            Call::SearchAreas { area } => look(self.search_areas(now_us, area)?),
            Call::GetArea { id } => look(self.get_area(*id)?),
            Call::PutArea(put) => self.put_area(now_us, request, put),
            Call::DeleteArea { id, version } => self.delete_area(now_us, request, *id, version),
            Call::SearchAreaSubscriptions { area } => {
                look(self.search_area_subscriptions(now_us, request, area)?)
            }
            Call::GetAreaSubscription { id } => look(self.get_area_subscription(*id)?),
            Call::PutAreaSubscription(put) => self.put_area_subscription(now_us, request, put),
            Call::DeleteAreaSubscription { id, version } => {
                self.delete_area_subscription(request, *id, version)
            }
        }
    }

    /// Who is to be told of a change in a box, and the fact that they will be: each with its next index.
    fn notify(&self, now_us: i64, changed: &Changed) -> (Vec<Subscriber>, Vec<Event>) {
        let standing = self.subscriptions_meeting(&changed.cells, &changed.span);
        let standing = standing.filter(|one| changed.unless != Some(one.id));
        let standing = standing.filter(|one| changed.made.is_none_or(|made| made.id != one.id));
        let told = standing.chain(changed.made).filter(|one| changed.concerns(one));
        let mut told: Vec<&Subscription> = told.collect();
        told.sort_by_key(|one| one.id);
        let ids = told.iter().map(|one| one.id).collect();
        let told = told.into_iter();
        let subscribers = by_url(told.map(|one| {
            let index = self.next_index(now_us, one.index);
            (one.base_url.as_str(), one.id, index)
        }));
        let counted = !self.options.time_based_index && !subscribers.is_empty();
        let event = Event::Notified { subscriptions: ids };
        (subscribers, counted.then_some(event).into_iter().collect())
    }

    /// The index of the next notification of a subscription that had this many.
    fn next_index(&self, now_us: i64, index: u32) -> u32 {
        if self.options.time_based_index {
            let since_midnight = now_us.rem_euclid(DAY_US) / 1_000;
            u32::try_from(since_midnight).expect("a day has fewer milliseconds than that")
        } else {
            index.saturating_add(1)
        }
    }
}

/// Where and when something changed, and what kind of thing it was.
struct Changed<'a> {
    cells: Cells,
    span: Span,
    kind: Kind,
    /// A subscription as it will stand with this change.
    made: Option<&'a Subscription>,
    /// One that will be gone with it.
    unless: Option<EntityId>,
}

/// What changed.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Kind {
    Intent,
    Constraint,
}

impl Changed<'_> {
    fn concerns(&self, subscription: &Subscription) -> bool {
        let Wants { intents, constraints } = subscription.wants;
        let wanted = match self.kind {
            Kind::Intent => intents,
            Kind::Constraint => constraints,
        };
        wanted && subscription.span.overlaps(&self.span) && subscription.cells.intersects(&self.cells)
    }
}

/// An area of interest needs a footprint, and must not run backwards.
fn checked_area(area: &Extent) -> Result<(), Bad> {
    if area.cells.is_empty() {
        return Err(Bad::NoFootprint);
    }
    let span = area.span();
    if span.start_us > span.end_us {
        return Err(Bad::Backwards);
    }
    Ok(())
}

/// The span of what has to start and end.
fn bounded(extent: &Extent, also: Option<&'static str>) -> Result<Span, Bad> {
    let mut missing = Vec::new();
    missing.extend(extent.cells.is_empty().then_some("a footprint"));
    missing.extend(extent.start_us.is_none().then_some("a start"));
    missing.extend(extent.end_us.is_none().then_some("an end"));
    missing.extend(also);
    if !missing.is_empty() {
        return Err(Bad::Unbounded(missing));
    }
    let span = extent.span();
    if span.start_us > span.end_us {
        return Err(Bad::Backwards);
    }
    Ok(span)
}

/// The version that a write is of. An empty one is none: with a path that ends there, something is made anew.
fn to_change(version: &Option<String>) -> Option<&str> {
    version.as_deref().filter(|version| !version.is_empty())
}

/// A delete names the version that it ends.
fn ensure_version(given: &str) -> Result<(), Bad> {
    if given.is_empty() {
        Err(Bad::NoVersion)
    } else {
        Ok(())
    }
}
