//! References to operational intents.
//!
//! A write is checked in this order: extents and state, suffix, attachment, scope; then manager, OVN,
//! availability, subscription, whether the suffix came before, key. The first fault is the answer, and then
//! nothing has happened.

use super::{Changed, Decision, Kind, bounded, checked_area, ensure_version, to_change};
use crate::answer::{Answer, Bad, Conflict, Forbidden, Refused, Thing};
use crate::call::{Attach, PutIntent, Request};
use crate::entity::{Availability, Intent, IntentState, Subscription, Wants};
use crate::event::Event;
use crate::extent::{Extent, Span};
use crate::ids::{EntityId, Ovn};
use crate::ovn;
use crate::state::Pool;
use geo4d::s2::Cells;

/// The subscription that an operational intent will be attached to.
struct Attached {
    subscription: Option<Subscription>,
    /// Whether it is made or changed with the operational intent.
    written: bool,
}

impl Pool {
    pub(super) fn query_intents(&self, request: &Request, area: &Extent) -> Result<Answer, Refused> {
        checked_area(area)?;
        let (span, heights) = (area.span(), area.heights());
        let found = self.intents_meeting(&area.cells, &span, &heights);
        let found = found.map(|intent| self.show_intent(intent, &request.manager));
        Ok(Answer::Intents(found.collect()))
    }

    pub(super) fn get_intent(&self, request: &Request, id: EntityId) -> Result<Answer, Refused> {
        let intent = self
            .intents
            .get(&id)
            .ok_or(Refused::NotFound(Thing::Intent, id))?;
        Ok(Answer::Intent(self.show_intent(intent, &request.manager)))
    }

    pub(super) fn put_intent(&self, now_us: i64, request: &Request, put: &PutIntent) -> Decision {
        let (state, span) = self.check_intent(now_us, request, put)?;
        let old = self.intent_to_write(request, put)?;
        if self.is_held_down(request, state) {
            return Err(Refused::Down(request.manager.0.clone()));
        }
        let attached = self.attach(now_us, request, put, &span)?;
        let intent = Intent {
            id: put.id,
            manager: request.manager.clone(),
            base_url: put.base_url.clone(),
            state,
            version: old.map_or(1, |old| old.version.saturating_add(1)),
            ovn: self.intent_ovn(now_us, put)?,
            span,
            heights: put.extent.heights(),
            cells: put.extent.cells.clone(),
            subscription: attached.subscription.as_ref().map(|one| one.id),
        };
        let subscription = attached.subscription.as_ref();
        if state.is_nominal() {
            let with_constraints = subscription.is_some_and(|one| one.wants.constraints);
            self.check_key(&intent, with_constraints, &put.key, &request.manager)?;
        }
        Ok(self.write_intent(now_us, request, intent, old, &attached))
    }

    pub(super) fn delete_intent(&self, now_us: i64, request: &Request, id: EntityId, ovn: &str) -> Decision {
        ensure_version(ovn)?;
        let old = self
            .intents
            .get(&id)
            .ok_or(Refused::NotFound(Thing::Intent, id))?;
        if old.manager != request.manager {
            return Err(Forbidden::NotManager(Thing::Intent, id).into());
        }
        if old.ovn.0 != ovn {
            return Err(Conflict::Stale(Thing::Intent, id).into());
        }
        let changed = Changed {
            cells: old.cells.clone(),
            span: old.span,
            kind: Kind::Intent,
            made: None,
            unless: None,
        };
        let (tell, mut events) = self.notify(now_us, &changed);
        events.push(Event::IntentGone { id });
        events.extend(
            self.left_alone(old, None)
                .map(|id| Event::SubscriptionGone { id }),
        );
        let intent = self.show_intent(old, &request.manager);
        let made = false;
        Ok((Answer::IntentChanged { made, intent, tell }, events))
    }

    /// What can be said of a write without looking at what stands.
    fn check_intent(
        &self,
        now_us: i64,
        request: &Request,
        put: &PutIntent,
    ) -> Result<(IntentState, Span), Refused> {
        let Extent {
            lower_mm, upper_mm, ..
        } = put.extent;
        let no_height = lower_mm.is_none() || upper_mm.is_none();
        let span = bounded(
            &put.extent,
            no_height.then_some("altitude_lower or altitude_upper"),
        )?;
        if span.end_us < now_us {
            return Err(Bad::Over.into());
        }
        let state = put.state.ok_or(Bad::State)?;
        if to_change(&put.ovn).is_none() && state != IntentState::Accepted {
            return Err(Bad::FirstState.into());
        }
        if let Some(suffix) = &put.ovn_suffix {
            ovn::wished(put.id, suffix, now_us)?;
        }
        match put.attach {
            Attach::Both => return Err(Bad::BothSubscriptions.into()),
            Attach::Nothing if state != IntentState::Accepted => return Err(Bad::NeedsSubscription.into()),
            _ => {}
        }
        if !state.is_nominal() && !request.may_be_off_nominal {
            return Err(Forbidden::OffNominal.into());
        }
        Ok((state, span))
    }

    /// The operational intent that is to be changed, or none if one is to be made.
    fn intent_to_write(&self, request: &Request, put: &PutIntent) -> Result<Option<&Intent>, Refused> {
        let old = self.intents.get(&put.id);
        if old.is_some_and(|old| old.manager != request.manager) {
            return Err(Forbidden::NotManager(Thing::Intent, put.id).into());
        }
        match (old, to_change(&put.ovn)) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(Conflict::Exists(Thing::Intent, put.id).into()),
            (None, Some(_)) => Err(Bad::NothingToChange(Thing::Intent, put.id).into()),
            (Some(old), Some(ovn)) if old.ovn.0 != ovn => Err(Conflict::Stale(Thing::Intent, put.id).into()),
            (old, Some(_)) => Ok(old),
        }
    }

    fn is_held_down(&self, request: &Request, state: IntentState) -> bool {
        let down = self.availability(&request.manager.0) == Availability::Down;
        down && state.is_nominal() && !self.options.strict_reference
    }

    fn intent_ovn(&self, now_us: i64, put: &PutIntent) -> Result<Ovn, Bad> {
        let Some(suffix) = &put.ovn_suffix else {
            return Ok(ovn::made(Thing::Intent, put.id, now_us, self.writes));
        };
        let wished = ovn::wished(put.id, suffix, now_us)?;
        if self.wished.contains_key(&wished) {
            return Err(Bad::SuffixUsed);
        }
        Ok(wished)
    }

    /// The subscription as it will stand.
    fn attach(
        &self,
        now_us: i64,
        request: &Request,
        put: &PutIntent,
        span: &Span,
    ) -> Result<Attached, Refused> {
        let (subscription, written) = match &put.attach {
            Attach::Nothing | Attach::Both => (None, false),
            Attach::To(id) => {
                let (subscription, extended) = self.attach_to(now_us, request, *id, put, span)?;
                (Some(subscription), extended)
            }
            Attach::New {
                base_url,
                constraints,
            } => {
                let subscription = Subscription {
                    id: request.fresh,
                    manager: request.manager.clone(),
                    base_url: base_url.clone(),
                    version: ovn::made(Thing::Subscription, request.fresh, now_us, self.writes),
                    wants: Wants {
                        intents: true,
                        constraints: *constraints,
                    },
                    implicit: true,
                    index: 0,
                    span: *span,
                    cells: put.extent.cells.clone(),
                };
                (Some(subscription), true)
            }
        };
        Ok(Attached {
            subscription,
            written,
        })
    }

    /// A subscription that stands: an explicit one has to cover the operational intent, an implicit one
    /// is made to.
    fn attach_to(
        &self,
        now_us: i64,
        request: &Request,
        id: EntityId,
        put: &PutIntent,
        span: &Span,
    ) -> Result<(Subscription, bool), Refused> {
        let old = self.subscriptions.get(&id).ok_or(Bad::NoSuchSubscription(id))?;
        if old.manager != request.manager {
            return Err(Forbidden::NotManager(Thing::Subscription, id).into());
        }
        let in_time = old.span.covers(span);
        let in_space = old.cells.contains_all(&put.extent.cells);
        if in_time && in_space {
            return Ok((old.clone(), false));
        }
        if !old.implicit {
            let lacking = if in_time { "space" } else { "time" };
            return Err(Bad::NotCovered(id, lacking).into());
        }
        let extended = Subscription {
            span: old.span.hull(span),
            cells: Cells::union(&[old.cells.clone(), put.extent.cells.clone()]),
            version: ovn::made(Thing::Subscription, id, now_us, self.writes),
            ..old.clone()
        };
        Ok((extended, true))
    }

    /// The facts of a write that was checked, in order: subscription, operational intent, what is left alone, who
    /// is told.
    fn write_intent(
        &self,
        now_us: i64,
        request: &Request,
        intent: Intent,
        old: Option<&Intent>,
        attached: &Attached,
    ) -> (Answer, Vec<Event>) {
        let made = attached.subscription.as_ref().filter(|_| attached.written);
        let left = old.and_then(|old| self.left_alone(old, intent.subscription));
        let changed = Changed {
            cells: old.map_or(intent.cells.clone(), |old| {
                Cells::union(&[old.cells.clone(), intent.cells.clone()])
            }),
            span: old.map_or(intent.span, |old| old.span.hull(&intent.span)),
            kind: Kind::Intent,
            made,
            unless: left,
        };
        let (tell, notified) = self.notify(now_us, &changed);
        let put = made
            .cloned()
            .map(|subscription| Event::SubscriptionPut { subscription });
        let shown = self.show_intent(&intent, &request.manager);
        let events = put.into_iter().chain([Event::IntentPut { intent }]);
        let events = events.chain(left.map(|id| Event::SubscriptionGone { id }));
        let answer = Answer::IntentChanged {
            made: old.is_none(),
            intent: shown,
            tell,
        };
        (answer, events.chain(notified).collect())
    }

    /// The implicit subscription that nothing depends on once this operational intent has left it.
    fn left_alone(&self, old: &Intent, stays_with: Option<EntityId>) -> Option<EntityId> {
        let id = old.subscription.filter(|id| Some(*id) != stays_with)?;
        let implicit = self.subscriptions.get(&id).is_some_and(|one| one.implicit);
        let alone = self.depending_on(id).all(|intent| intent.id == old.id);
        (implicit && alone).then_some(id)
    }
}
