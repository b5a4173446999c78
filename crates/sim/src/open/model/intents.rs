//! Operational intents: what the request says, scope, manager, OVN, state of the USS, subscription, key.

use super::bounds::{
    around, both, bounded_heights, meets_heights, meets_time, searchable, share_cell, to_come,
};
use super::{BAD, CONFLICT, DOWN, FORBIDDEN, Heard, Model, NOT_FOUND, Refusal, unless};
use crate::limits::MINUTE_US;
use pool::answer::IntentView;
use pool::call::{Attach, PutIntent};
use pool::entity::{Availability, Intent, IntentState};
use pool::ids::{EntityId, Manager, Ovn};
use pool::{Answer, Extent, Request};

impl Model {
    /// Also those that have expired.
    pub(super) fn intents_in(&self, area: &Extent, who: &Manager) -> Vec<IntentView> {
        let meets = |one: &&Intent| {
            share_cell(&one.cells, &area.cells)
                && meets_time(area, &one.span)
                && meets_heights(area, &one.heights)
        };
        let found = self.intents.iter().filter(meets);
        found.map(|one| self.see_intent(one, who)).collect()
    }

    pub(super) fn query_intents(&self, area: &Extent, who: &Manager) -> Heard {
        searchable(area)?;
        Ok(Answer::Intents(self.intents_in(area, who)))
    }

    pub(super) fn get_intent(&self, id: EntityId, who: &Manager) -> Heard {
        let one = self.intent(id).ok_or(NOT_FOUND)?;
        Ok(Answer::Intent(self.see_intent(one, who)))
    }

    pub(super) fn put_intent(&mut self, now: i64, request: &Request, put: &PutIntent) -> Heard {
        let who = &request.manager;
        let mut new = said(now, who, put)?;
        unless(is_on_plan(new.state) || request.may_be_off_nominal, FORBIDDEN)?;
        let old = self.intent(put.id).cloned();
        may_write(old.as_ref(), who, put.ovn.as_deref())?;
        let down = self.availability(&who.0) == Availability::Down;
        unless(!down || !is_on_plan(new.state), DOWN)?;
        new.version = old.as_ref().map_or(1, |old| old.version + 1);
        new.subscription = self.attach(request, &new, &put.attach)?;
        new.ovn = self.next_ovn(put)?;
        self.refuse_lacking_key(who, &new, &put.key)?;
        self.intents.retain(|one| one.id != new.id);
        self.intents.push(new.clone());
        let before = old.as_ref().unwrap_or(&new);
        self.let_go(before.subscription);
        let cells = both(&before.cells, &new.cells);
        let tell = self.tell(&cells, &around(&before.span, &new.span), |wants| wants.intents);
        Ok(Answer::IntentChanged {
            made: old.is_none(),
            intent: self.see_intent(&new, who),
            tell,
        })
    }

    pub(super) fn delete_intent(&mut self, who: &Manager, id: EntityId, ovn: &str) -> Heard {
        unless(!ovn.is_empty(), BAD)?;
        let old = self.intent(id).cloned().ok_or(NOT_FOUND)?;
        unless(old.manager == *who, FORBIDDEN)?;
        unless(old.ovn.0 == ovn, CONFLICT)?;
        let tell = self.tell(&old.cells, &old.span, |wants| wants.intents);
        self.intents.retain(|one| one.id != id);
        self.let_go(old.subscription);
        Ok(Answer::IntentChanged {
            made: false,
            intent: self.see_intent(&old, who),
            tell,
        })
    }

    /// The OVN that is wished for, if it never was there; otherwise any that is new.
    fn next_ovn(&mut self, put: &PutIntent) -> Result<Ovn, Refusal> {
        let Some(suffix) = &put.ovn_suffix else {
            return Ok(self.unseen());
        };
        let wished = format!("{}_{suffix}", put.id);
        unless(self.wished.insert(wished.clone()), BAD)?;
        Ok(Ovn(wished))
    }

    /// What is planned or in use has to know of all that it may meet, except for what a USS that is Down only plans.
    fn refuse_lacking_key(&self, who: &Manager, new: &Intent, key: &[String]) -> Result<(), Refusal> {
        if !is_on_plan(new.state) {
            return Ok(());
        }
        let area = whole(new);
        let mut intents = self.intents_in(&area, who);
        intents.retain(|met| {
            let passed_over =
                met.intent.state == IntentState::Accepted && met.availability == Availability::Down;
            met.intent.id != new.id && !passed_over && !key.contains(&met.intent.ovn.0)
        });
        let subscription = new.subscription.and_then(|id| self.subscription(id));
        let with_constraints = subscription.is_some_and(|one| one.wants.constraints);
        let mut constraints = self.constraints_in(&area, who);
        constraints.retain(|met| with_constraints && !key.contains(&met.constraint.ovn.0));
        let complete = intents.is_empty() && constraints.is_empty();
        unless(complete, Refusal::Missing { intents, constraints })
    }
}

fn is_on_plan(state: IntentState) -> bool {
    state == IntentState::Accepted || state == IntentState::Activated
}

/// The whole of it, as an area to be searched.
fn whole(one: &Intent) -> Extent {
    Extent {
        cells: one.cells.clone(),
        start_us: Some(one.span.start_us),
        end_us: Some(one.span.end_us),
        lower_mm: Some(one.heights.lower_mm),
        upper_mm: Some(one.heights.upper_mm),
    }
}

/// What the request alone says, or what is wrong with it.
fn said(now: i64, who: &Manager, put: &PutIntent) -> Result<Intent, Refusal> {
    let state = put.state.ok_or(BAD)?;
    let new = Intent {
        id: put.id,
        manager: who.clone(),
        base_url: put.base_url.clone(),
        state,
        version: 0,
        ovn: Ovn(String::new()),
        span: to_come(now, &put.extent)?,
        heights: bounded_heights(&put.extent)?,
        cells: put.extent.cells.clone(),
        subscription: None,
    };
    let planned = state == IntentState::Accepted;
    let anew = put.ovn.as_deref().unwrap_or("").is_empty();
    let suffix = put.ovn_suffix.as_deref();
    unless(!anew || planned, BAD)?;
    unless(suffix.is_none_or(|suffix| is_of_now(now, suffix)), BAD)?;
    unless(put.attach != Attach::Both, BAD)?;
    unless(put.attach != Attach::Nothing || planned, BAD)?;
    Ok(new)
}

/// A UUID of version 7 made within five minutes of now: its first 48 bits are the milliseconds since 1970.
fn is_of_now(now: i64, suffix: &str) -> bool {
    let Ok(bits) = u128::from_str_radix(&suffix.replace('-', ""), 16) else {
        return false;
    };
    let millis = i64::try_from(bits >> 80).unwrap_or_default();
    suffix.len() == 36 && (bits >> 76) & 0xf == 7 && (millis * 1_000 - now).abs() <= 5 * MINUTE_US
}

/// The manager may, who knows what stands.
fn may_write(old: Option<&Intent>, who: &Manager, ovn: Option<&str>) -> Result<(), Refusal> {
    let ovn = ovn.filter(|ovn| !ovn.is_empty());
    match old {
        None => unless(ovn.is_none(), BAD),
        Some(old) => {
            unless(old.manager == *who, FORBIDDEN)?;
            unless(ovn == Some(&old.ovn.0), CONFLICT)
        }
    }
}
