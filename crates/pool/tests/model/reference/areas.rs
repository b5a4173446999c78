//! Remote identification (F3411): service areas and subscriptions to them. Nothing of F3548 knows of them.
//!
//! Where the rules are silent, what the operator of a USS would expect:
//! - an area that goes on may keep a start that lies in the past, unless all is as in the reference;
//! - a subscription that is changed does not count against itself, and keeps its index, unless all is as in the
//!   reference;
//! - a search that ends before it begins finds what lasts from the one to the other.

use super::bounds::{both, share_cell};
use super::tell::{add, millis_of_day};
use super::{BAD, CONFLICT, Expected, FORBIDDEN, Model, NOT_FOUND, Refusal, TOO_MANY, unless};
use geo4d::s2::Cells;
use pool::answer::Subscriber;
use pool::call::PutArea;
use pool::entity::{Area, AreaSubscription};
use pool::extent::Span;
use pool::ids::{EntityId, Manager, Ovn};
use pool::limits::{DAY_US, MINUTE_US};
use pool::{Answer, Extent};

/// Subscriptions of one client in one cell.
const MOST: usize = 10;

impl Model {
    pub(crate) fn search_areas(&self, now: i64, area: &Extent) -> Expected {
        unless(!area.cells.is_empty(), BAD)?;
        let earliest = area.start_us.unwrap_or(now).max(now);
        Ok(Answer::Areas(self.areas_from(earliest, area.end_us, &area.cells)))
    }

    fn areas_from(&self, earliest: i64, latest: Option<i64>, cells: &Cells) -> Vec<Area> {
        let found = self.areas.iter().filter(|one| share_cell(&one.cells, cells));
        let found = found.filter(|one| one.span.end_us >= earliest);
        let found = found.filter(|one| latest.is_none_or(|latest| one.span.start_us <= latest));
        found.cloned().collect()
    }

    pub(crate) fn get_area(&self, id: EntityId) -> Expected {
        let one = self.areas.iter().find(|one| one.id == id);
        Ok(Answer::Area(one.ok_or(NOT_FOUND)?.clone()))
    }

    pub(crate) fn put_area(&mut self, now: i64, who: &Manager, put: &PutArea) -> Expected {
        unless(!put.extent.cells.is_empty(), BAD)?;
        let old = self.areas.iter().find(|one| one.id == put.id).cloned();
        let span = match &put.version {
            None => {
                let span = self.area_time(now, &put.extent, None)?;
                unless(old.is_none(), CONFLICT)?;
                span
            }
            Some(version) => {
                readable(version)?;
                let old = old.as_ref().ok_or(BAD)?;
                unless(old.owner == *who, FORBIDDEN)?;
                unless(old.version.0 == *version, CONFLICT)?;
                self.area_time(now, &put.extent, Some(&old.span))?
            }
        };
        let area = Area {
            id: put.id,
            owner: who.clone(),
            url: put.url.clone(),
            version: self.unseen_number(),
            span,
            cells: put.extent.cells.clone(),
        };
        let near = old.map_or(area.cells.clone(), |old| both(&old.cells, &area.cells));
        self.areas.retain(|one| one.id != put.id);
        self.areas.push(area.clone());
        let tell = self.tell_of_area(now, &near);
        Ok(Answer::AreaChanged { area, tell })
    }

    pub(crate) fn delete_area(&mut self, now: i64, who: &Manager, id: EntityId, version: &str) -> Expected {
        readable(version)?;
        let area = self.areas.iter().find(|one| one.id == id).cloned();
        let area = area.ok_or(NOT_FOUND)?;
        unless(area.version.0 == version, CONFLICT)?;
        unless(area.owner == *who, FORBIDDEN)?;
        self.areas.retain(|one| one.id != id);
        let tell = self.tell_of_area(now, &area.cells);
        Ok(Answer::AreaChanged { area, tell })
    }

    fn area_time(&self, now: i64, extent: &Extent, old: Option<&Span>) -> Result<Span, Refusal> {
        if let Some(start) = extent.start_us {
            let kept = old.is_some_and(|old| old.start_us == start);
            let may_be_kept = kept && !self.options.strict_reference;
            unless(may_be_kept || now - start <= 5 * MINUTE_US, BAD)?;
        }
        let start_us = extent.start_us.or(old.map(|old| old.start_us)).unwrap_or(now);
        let end_us = extent.end_us.or(old.map(|old| old.end_us)).ok_or(BAD)?;
        unless(start_us <= end_us, BAD)?;
        Ok(Span { start_us, end_us })
    }

    /// Every subscription that has not ended and shares a cell, whosever it is and whenever the area is.
    fn tell_of_area(&mut self, now: i64, cells: &Cells) -> Vec<Subscriber> {
        let mut told = Vec::new();
        let by_time = self.options.time_based_index;
        for one in &mut self.area_subscriptions {
            if one.span.end_us < now || !share_cell(&one.cells, cells) {
                continue;
            }
            one.index += u32::from(!by_time);
            let index = if by_time { millis_of_day(now) } else { one.index };
            add(&mut told, &one.url, one.id, index);
        }
        told
    }

    pub(crate) fn search_area_subscriptions(&self, now: i64, area: &Extent, who: &Manager) -> Expected {
        unless(!area.cells.is_empty(), BAD)?;
        let own = self.area_subscriptions.iter().filter(|one| one.owner == *who);
        let here = own.filter(|one| one.span.end_us >= now && share_cell(&one.cells, &area.cells));
        Ok(Answer::AreaSubscriptions(here.cloned().collect()))
    }

    /// Anybody's.
    pub(crate) fn get_area_subscription(&self, id: EntityId) -> Expected {
        Ok(Answer::AreaSubscription(
            self.area_subscription(id).ok_or(NOT_FOUND)?.clone(),
        ))
    }

    pub(crate) fn put_area_subscription(&mut self, now: i64, who: &Manager, put: &PutArea) -> Expected {
        put.version.as_deref().map_or(Ok(()), readable)?;
        unless(!put.extent.cells.is_empty(), BAD)?;
        let old = self.area_subscription(put.id).cloned();
        let span = when(now, &put.extent, old.as_ref().filter(|_| put.version.is_some()))?;
        match (&old, &put.version) {
            (None, Some(_)) => return Err(BAD),
            (Some(_), None) => return Err(CONFLICT),
            (Some(old), Some(version)) => may_write(old, who, version)?,
            (None, None) => {}
        }
        let strict = self.options.strict_reference;
        let mut others = self.area_subscriptions.clone();
        others.retain(|one| one.owner == *who && one.span.end_us >= now && (strict || one.id != put.id));
        for cell in put.extent.cells.iter() {
            let here = others
                .iter()
                .filter(|one| one.cells.iter().any(|own| own == cell));
            unless(here.count() < MOST, TOO_MANY)?;
        }
        let subscription = AreaSubscription {
            id: put.id,
            owner: who.clone(),
            url: put.url.clone(),
            version: self.unseen_number(),
            index: old.filter(|_| !strict).map_or(0, |old| old.index),
            span,
            cells: put.extent.cells.clone(),
        };
        self.area_subscriptions.retain(|one| one.id != put.id);
        self.area_subscriptions.push(subscription.clone());
        let areas = self.areas_from(now, None, &put.extent.cells);
        Ok(Answer::AreaSubscriptionPut { subscription, areas })
    }

    pub(crate) fn delete_area_subscription(
        &mut self,
        who: &Manager,
        id: EntityId,
        version: &str,
    ) -> Expected {
        readable(version)?;
        let old = self.area_subscription(id).cloned().ok_or(NOT_FOUND)?;
        may_write(&old, who, version)?;
        self.area_subscriptions.retain(|one| one.id != id);
        Ok(Answer::AreaSubscription(old))
    }

    /// What ended more than half an hour ago goes.
    pub(crate) fn evict_areas(&mut self, now: i64) {
        let kept = |span: &Span| span.end_us >= now - 30 * MINUTE_US;
        self.areas.retain(|one| kept(&one.span));
        self.area_subscriptions.retain(|one| kept(&one.span));
    }

    fn area_subscription(&self, id: EntityId) -> Option<&AreaSubscription> {
        self.area_subscriptions.iter().find(|one| one.id == id)
    }

    /// A version of remote identification that nobody has seen yet.
    fn unseen_number(&mut self) -> Ovn {
        Ovn(format!("?number{}", self.unseen().0))
    }
}

/// The time of a subscription: what is not said is taken from the one that it changes, or is a day from now on.
fn when(now: i64, extent: &Extent, old: Option<&AreaSubscription>) -> Result<Span, Refusal> {
    if let Some(start) = extent.start_us {
        unless(now - start <= 5 * MINUTE_US, BAD)?;
    }
    let start_us = extent
        .start_us
        .unwrap_or(old.map_or(now, |old| old.span.start_us));
    let end_us = extent
        .end_us
        .unwrap_or(old.map_or(start_us + DAY_US, |old| old.span.end_us));
    unless((0..=DAY_US).contains(&(end_us - start_us)), BAD)?;
    Ok(Span { start_us, end_us })
}

/// The version is compared before the owner.
fn may_write(old: &AreaSubscription, who: &Manager, version: &str) -> Result<(), Refusal> {
    unless(old.version.0 == version, CONFLICT)?;
    unless(old.owner == *who, FORBIDDEN)
}

/// A version is a number of 63 bits with digits 0 to 9 and a to v.
fn readable(version: &str) -> Result<(), Refusal> {
    let digits = "0123456789abcdefghijklmnopqrstuv";
    let mut number = 0_u128;
    for one in version.to_ascii_lowercase().chars() {
        let digit = digits.chars().position(|digit| digit == one).ok_or(BAD)?;
        number = number * 32 + digit as u128;
        unless(number < 1 << 63, BAD)?;
    }
    unless(!version.is_empty(), BAD)
}
