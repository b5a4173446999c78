//! Constraints: no key, no state, at every height.

use super::bounds::{around, both, meets_time, searchable, share_cell, to_come};
use super::{BAD, CONFLICT, FORBIDDEN, Heard, Model, NOT_FOUND, Refusal, unless};
use pool::answer::ConstraintView;
use pool::call::PutConstraint;
use pool::entity::Constraint;
use pool::ids::{EntityId, Manager};
use pool::{Answer, Extent};

impl Model {
    pub(super) fn constraints_in(&self, area: &Extent, who: &Manager) -> Vec<ConstraintView> {
        let meets = |one: &&Constraint| share_cell(&one.cells, &area.cells) && meets_time(area, &one.span);
        let found = self.constraints.iter().filter(meets);
        found.map(|one| self.see_constraint(one, who)).collect()
    }

    pub(super) fn query_constraints(&self, area: &Extent, who: &Manager) -> Heard {
        searchable(area)?;
        Ok(Answer::Constraints(self.constraints_in(area, who)))
    }

    pub(super) fn get_constraint(&self, id: EntityId, who: &Manager) -> Heard {
        let one = self.constraint(id).ok_or(NOT_FOUND)?;
        Ok(Answer::Constraint(self.see_constraint(one, who)))
    }

    pub(super) fn put_constraint(&mut self, now: i64, who: &Manager, put: &PutConstraint) -> Heard {
        let span = to_come(now, &put.extent)?;
        let old = self.constraint(put.id).cloned();
        may_write(old.as_ref(), who, put.ovn.as_deref())?;
        let new = Constraint {
            id: put.id,
            manager: who.clone(),
            base_url: put.base_url.clone(),
            version: old.as_ref().map_or(1, |old| old.version + 1),
            ovn: self.unseen(),
            span,
            cells: put.extent.cells.clone(),
        };
        self.constraints.retain(|one| one.id != put.id);
        self.constraints.push(new.clone());
        let before = old.as_ref().unwrap_or(&new);
        let cells = both(&before.cells, &new.cells);
        let tell = self.tell(&cells, &around(&before.span, &new.span), |wants| {
            wants.constraints
        });
        Ok(Answer::ConstraintChanged {
            made: old.is_none(),
            constraint: self.see_constraint(&new, who),
            tell,
        })
    }

    pub(super) fn delete_constraint(&mut self, who: &Manager, id: EntityId, ovn: &str) -> Heard {
        unless(!ovn.is_empty(), BAD)?;
        let old = self.constraint(id).cloned().ok_or(NOT_FOUND)?;
        unless(old.manager == *who, FORBIDDEN)?;
        unless(old.ovn.0 == ovn, CONFLICT)?;
        let tell = self.tell(&old.cells, &old.span, |wants| wants.constraints);
        self.constraints.retain(|one| one.id != id);
        Ok(Answer::ConstraintChanged {
            made: false,
            constraint: self.see_constraint(&old, who),
            tell,
        })
    }
}

fn may_write(old: Option<&Constraint>, who: &Manager, ovn: Option<&str>) -> Result<(), Refusal> {
    let ovn = ovn.filter(|ovn| !ovn.is_empty());
    match old {
        None => unless(ovn.is_none(), CONFLICT),
        Some(old) => {
            unless(old.manager == *who, FORBIDDEN)?;
            unless(ovn == Some(&old.ovn.0), CONFLICT)
        }
    }
}
