//! References to constraints: no key, no state, no subscription; they hold at every height.

use super::{Changed, Decision, Kind, bounded, checked_area, ensure_version, to_change};
use crate::answer::{Answer, Bad, Conflict, Forbidden, Refused, Thing};
use crate::call::{PutConstraint, Request};
use crate::entity::Constraint;
use crate::event::Event;
use crate::extent::Extent;
use crate::ids::EntityId;
use crate::ovn;
use crate::state::Pool;
use geo4d::s2::Cells;

impl Pool {
    pub(super) fn query_constraints(&self, request: &Request, area: &Extent) -> Result<Answer, Refused> {
        checked_area(area)?;
        let span = area.span();
        let found = self.constraints_meeting(&area.cells, &span);
        let found = found.map(|constraint| self.show_constraint(constraint, &request.manager));
        Ok(Answer::Constraints(found.collect()))
    }

    pub(super) fn get_constraint(&self, request: &Request, id: EntityId) -> Result<Answer, Refused> {
        let constraint = self.constraints.get(&id);
        let constraint = constraint.ok_or(Refused::NotFound(Thing::Constraint, id))?;
        Ok(Answer::Constraint(
            self.show_constraint(constraint, &request.manager),
        ))
    }

    pub(super) fn put_constraint(&self, now_us: i64, request: &Request, put: &PutConstraint) -> Decision {
        let span = bounded(&put.extent, None)?;
        if span.end_us < now_us {
            return Err(Bad::Over.into());
        }
        let old = self.constraint_to_write(request, put)?;
        let constraint = Constraint {
            id: put.id,
            manager: request.manager.clone(),
            base_url: put.base_url.clone(),
            version: old.map_or(1, |old| old.version.saturating_add(1)),
            ovn: ovn::made(Thing::Constraint, put.id, now_us, self.writes),
            span,
            cells: put.extent.cells.clone(),
        };
        let changed = of_constraint(&constraint, old);
        let (tell, mut events) = self.notify(now_us, &changed);
        let answer = Answer::ConstraintChanged {
            made: old.is_none(),
            constraint: self.show_constraint(&constraint, &request.manager),
            tell,
        };
        events.push(Event::ConstraintPut { constraint });
        Ok((answer, events))
    }

    pub(super) fn delete_constraint(
        &self,
        now_us: i64,
        request: &Request,
        id: EntityId,
        ovn: &str,
    ) -> Decision {
        ensure_version(ovn)?;
        let old = self
            .constraints
            .get(&id)
            .ok_or(Refused::NotFound(Thing::Constraint, id))?;
        if old.manager != request.manager {
            return Err(Forbidden::NotManager(Thing::Constraint, id).into());
        }
        if old.ovn.0 != ovn {
            return Err(Conflict::Stale(Thing::Constraint, id).into());
        }
        let (tell, mut events) = self.notify(now_us, &of_constraint(old, None));
        events.push(Event::ConstraintGone { id });
        let (made, constraint) = (false, self.show_constraint(old, &request.manager));
        let answer = Answer::ConstraintChanged {
            made,
            constraint,
            tell,
        };
        Ok((answer, events))
    }

    fn constraint_to_write(
        &self,
        request: &Request,
        put: &PutConstraint,
    ) -> Result<Option<&Constraint>, Refused> {
        let old = self.constraints.get(&put.id);
        if old.is_some_and(|old| old.manager != request.manager) {
            return Err(Forbidden::NotManager(Thing::Constraint, put.id).into());
        }
        match (old, to_change(&put.ovn)) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(Conflict::Exists(Thing::Constraint, put.id).into()),
            (None, Some(_)) => Err(Conflict::Unknown(Thing::Constraint, put.id).into()),
            (Some(old), Some(ovn)) if old.ovn.0 != ovn => {
                Err(Conflict::Stale(Thing::Constraint, put.id).into())
            }
            (old, Some(_)) => Ok(old),
        }
    }
}

fn of_constraint(constraint: &Constraint, old: Option<&Constraint>) -> Changed<'static> {
    Changed {
        cells: old.map_or(constraint.cells.clone(), |old| {
            Cells::union(&[old.cells.clone(), constraint.cells.clone()])
        }),
        span: old.map_or(constraint.span, |old| old.span.hull(&constraint.span)),
        kind: Kind::Constraint,
        made: None,
        unless: None,
    }
}
