//! Identification service areas (F3411). When one is made, its times are checked before what stands; when one is
//! changed, after: whether it stands, whose it is, its version. When one is ended, its version before its owner. All as
//! in the reference.

use super::Decision;
use crate::answer::{Answer, Bad, Conflict, Forbidden, Refused, Subscriber, Thing, by_url};
use crate::call::{PutArea, Request};
use crate::entity::Area;
use crate::event::Event;
use crate::extent::{Extent, Span};
use crate::ids::EntityId;
use crate::limits::CLOCK_SKEW_US;
use crate::state::Pool;
use crate::version;
use geo4d::s2::Cells;

impl Pool {
    /// What has ended is not searched for, whatever time is asked for.
    pub(super) fn search_areas(&self, now_us: i64, area: &Extent) -> Result<Answer, Refused> {
        let mut span = area.span();
        span.start_us = span.start_us.max(now_us);
        let found = self.areas_in(&area.cells, &span)?;
        Ok(Answer::Areas(found))
    }

    pub(super) fn get_area(&self, id: EntityId) -> Result<Answer, Refused> {
        let area = self.rid.areas.get(&id);
        let area = area.ok_or(Refused::NotFound(Thing::Area, id))?;
        Ok(Answer::Area(area.clone()))
    }

    pub(super) fn put_area(&self, now_us: i64, request: &Request, put: &PutArea) -> Decision {
        ensure_footprint(&put.extent.cells)?;
        let old = match &put.version {
            Some(version) => Some(self.area_to_change(request, put.id, version)?),
            None => None,
        };
        let span = self.area_span(now_us, &put.extent, old)?;
        if old.is_none() && self.rid.areas.contains_key(&put.id) {
            return Err(Conflict::Exists(Thing::Area, put.id).into());
        }
        let area = Area {
            id: put.id,
            owner: request.manager.clone(),
            url: put.url.clone(),
            version: version::text(version::after(self.rid.last, now_us)),
            span,
            cells: put.extent.cells.clone(),
        };
        let near = old.map_or(area.cells.clone(), |old| {
            Cells::union(&[old.cells.clone(), area.cells.clone()])
        });
        let (tell, notified) = self.notify_of_area(now_us, &near);
        let answer = Answer::AreaChanged {
            area: area.clone(),
            tell,
        };
        let events = [Event::AreaPut { area }].into_iter().chain(notified);
        Ok((answer, events.collect()))
    }

    pub(super) fn delete_area(
        &self,
        now_us: i64,
        request: &Request,
        id: EntityId,
        version: &str,
    ) -> Decision {
        version::number(version)?;
        let old = self.rid.areas.get(&id);
        let old = old.ok_or(Refused::NotFound(Thing::Area, id))?;
        if old.version.0 != version {
            return Err(Conflict::Stale(Thing::Area, id).into());
        }
        if old.owner != request.manager {
            return Err(Forbidden::NotManager(Thing::Area, id).into());
        }
        let (tell, notified) = self.notify_of_area(now_us, &old.cells);
        let area = old.clone();
        let events = [Event::AreaGone { id }].into_iter().chain(notified);
        Ok((Answer::AreaChanged { area, tell }, events.collect()))
    }

    /// Areas that share a cell with these and an instant with a span.
    pub(super) fn areas_in(&self, cells: &Cells, span: &Span) -> Result<Vec<Area>, Bad> {
        ensure_footprint(cells)?;
        Ok(self.rid.areas_meeting(cells, span).cloned().collect())
    }

    fn area_to_change(&self, request: &Request, id: EntityId, version: &str) -> Result<&Area, Refused> {
        version::number(version)?;
        let old = self.rid.areas.get(&id);
        let old = old.ok_or(Bad::NothingToChange(Thing::Area, id))?;
        if old.owner != request.manager {
            return Err(Forbidden::NotManager(Thing::Area, id).into());
        }
        if old.version.0 != version {
            return Err(Conflict::Stale(Thing::Area, id).into());
        }
        Ok(old)
    }

    /// When an area is: what is not said stays as it is, or begins now. A start that stays may lie in the past, as
    /// the standard has it; the reference does not take it.
    fn area_span(&self, now_us: i64, extent: &Extent, old: Option<&Area>) -> Result<Span, Bad> {
        let old = old.map(|old| old.span);
        let stays =
            |start_us| old.is_some_and(|old| old.start_us == start_us) && !self.options.strict_reference;
        let is_past = |start_us: i64| start_us < now_us - CLOCK_SKEW_US;
        if extent
            .start_us
            .is_some_and(|start_us| is_past(start_us) && !stays(start_us))
        {
            return Err(Bad::AreaLongBegun);
        }
        let start_us = extent.start_us.or(old.map(|old| old.start_us));
        let end_us = extent.end_us.or(old.map(|old| old.end_us));
        let (start_us, end_us) = (start_us.unwrap_or(now_us), end_us.ok_or(Bad::AreaEndless)?);
        if end_us < start_us {
            return Err(Bad::AreaBackwards);
        }
        Ok(Span { start_us, end_us })
    }

    /// Whoever has a subscription here that has not ended is to be told, whenever the area is.
    fn notify_of_area(&self, now_us: i64, cells: &Cells) -> (Vec<Subscriber>, Option<Event>) {
        let near = self.rid.subscriptions_near(now_us, cells);
        let told: Vec<_> = near
            .map(|one| (one.url.as_str(), one.id, self.next_index(now_us, one.index)))
            .collect();
        let subscriptions: Vec<EntityId> = told.iter().map(|(_, id, _)| *id).collect();
        let counted = !self.options.time_based_index && !subscriptions.is_empty();
        let event = Event::AreaSubscribersNotified { subscriptions };
        (by_url(told), counted.then_some(event))
    }
}

/// Searches and writes need a place.
pub(super) fn ensure_footprint(cells: &Cells) -> Result<(), Bad> {
    if cells.is_empty() {
        return Err(Bad::NoFootprint);
    }
    Ok(())
}
