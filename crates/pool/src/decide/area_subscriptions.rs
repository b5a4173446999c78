//! Subscriptions to identification service areas (F3411): their times are checked first, then what stands (whether, its
//! version, whose it is), then how many the client has. As in the reference.

use super::Decision;
use super::areas::ensure_footprint;
use super::subscriptions::lasting;
use crate::answer::{Answer, Bad, Conflict, Forbidden, Refused, Thing};
use crate::call::{PutArea, Request};
use crate::entity::AreaSubscription;
use crate::event::Event;
use crate::extent::{Extent, Span};
use crate::ids::EntityId;
use crate::limits::MAX_AREA_SUBSCRIPTIONS;
use crate::state::Pool;
use crate::version;

impl Pool {
    pub(super) fn search_area_subscriptions(
        &self,
        now_us: i64,
        request: &Request,
        area: &Extent,
    ) -> Result<Answer, Refused> {
        ensure_footprint(&area.cells)?;
        let near = self.rid.subscriptions_near(now_us, &area.cells);
        let own = near.filter(|one| one.owner == request.manager);
        Ok(Answer::AreaSubscriptions(own.cloned().collect()))
    }

    /// Anybody may look.
    pub(super) fn get_area_subscription(&self, id: EntityId) -> Result<Answer, Refused> {
        let one = self.rid.subscriptions.get(&id);
        let one = one.ok_or(Refused::NotFound(Thing::AreaSubscription, id))?;
        Ok(Answer::AreaSubscription(one.clone()))
    }

    pub(super) fn put_area_subscription(&self, now_us: i64, request: &Request, put: &PutArea) -> Decision {
        if let Some(version) = &put.version {
            version::number(version)?;
        }
        ensure_footprint(&put.extent.cells)?;
        let standing = put
            .version
            .as_ref()
            .and_then(|_| self.rid.subscriptions.get(&put.id));
        let span = lasting(now_us, &put.extent, standing.map(|one| &one.span))?;
        let old = self.area_subscription_to_write(request, put)?;
        let counted = old.filter(|_| !self.options.strict_reference);
        let subscription = AreaSubscription {
            id: put.id,
            owner: request.manager.clone(),
            url: put.url.clone(),
            version: version::text(version::after(self.rid.last, now_us)),
            index: counted.map_or(0, |old| old.index),
            span,
            cells: put.extent.cells.clone(),
        };
        self.ensure_few(now_us, &subscription)?;
        let from_now = Span {
            start_us: now_us,
            ..Span::ALWAYS
        };
        let answer = Answer::AreaSubscriptionPut {
            subscription: subscription.clone(),
            areas: self.areas_in(&subscription.cells, &from_now)?,
        };
        Ok((answer, vec![Event::AreaSubscriptionPut { subscription }]))
    }

    pub(super) fn delete_area_subscription(
        &self,
        request: &Request,
        id: EntityId,
        version: &str,
    ) -> Decision {
        version::number(version)?;
        let old = self.rid.subscriptions.get(&id);
        let old = old.ok_or(Refused::NotFound(Thing::AreaSubscription, id))?;
        ensure_same(old, request, version)?;
        let answer = Answer::AreaSubscription(old.clone());
        Ok((answer, vec![Event::AreaSubscriptionGone { id }]))
    }

    fn area_subscription_to_write(
        &self,
        request: &Request,
        put: &PutArea,
    ) -> Result<Option<&AreaSubscription>, Refused> {
        match (self.rid.subscriptions.get(&put.id), &put.version) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(Conflict::Exists(Thing::AreaSubscription, put.id).into()),
            (None, Some(_)) => Err(Bad::NothingToChange(Thing::AreaSubscription, put.id).into()),
            (Some(old), Some(version)) => ensure_same(old, request, version).map(|()| Some(old)),
        }
    }

    /// The client has room for this one in each of its cells. One that is changed does not stand in its own way,
    /// though in the reference it does.
    fn ensure_few(&self, now_us: i64, put: &AreaSubscription) -> Result<(), Refused> {
        let counts = |one: &&AreaSubscription| {
            one.owner == put.owner && (one.id != put.id || self.options.strict_reference)
        };
        let here = |cell| self.rid.subscriptions_at(now_us, cell).filter(counts).count();
        if put.cells.iter().any(|cell| here(cell) >= MAX_AREA_SUBSCRIPTIONS) {
            return Err(Refused::TooManyHere);
        }
        Ok(())
    }
}

/// The version first, then the owner.
fn ensure_same(old: &AreaSubscription, request: &Request, version: &str) -> Result<(), Refused> {
    if old.version.0 != version {
        return Err(Conflict::Stale(Thing::AreaSubscription, old.id).into());
    }
    if old.owner != request.manager {
        return Err(Forbidden::NotManager(Thing::AreaSubscription, old.id).into());
    }
    Ok(())
}
