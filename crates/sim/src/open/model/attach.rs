//! How the manager of an operational intent hears of others.

use super::bounds::{around, both, has_all};
use super::{BAD, FORBIDDEN, Model, Refusal, unless};
use pool::Request;
use pool::call::Attach;
use pool::entity::{Intent, Subscription, Wants};
use pool::ids::{EntityId, Manager};

impl Model {
    /// The subscription that an operational intent will have, made or extended as need be.
    pub(super) fn attach(
        &mut self,
        request: &Request,
        new: &Intent,
        attach: &Attach,
    ) -> Result<Option<EntityId>, Refusal> {
        match attach {
            Attach::Nothing => Ok(None),
            Attach::Both => Err(BAD),
            Attach::To(id) => self.attach_to(&request.manager, new, *id).map(Some),
            Attach::New {
                base_url,
                constraints,
            } => Ok(Some(self.implicit(request.fresh, new, base_url, *constraints))),
        }
    }

    /// An explicit one has to cover it already; an implicit one grows.
    fn attach_to(&mut self, who: &Manager, new: &Intent, id: EntityId) -> Result<EntityId, Refusal> {
        let one = self.subscription(id).cloned().ok_or(BAD)?;
        unless(one.manager == *who, FORBIDDEN)?;
        let covers = one.span.start_us <= new.span.start_us
            && one.span.end_us >= new.span.end_us
            && has_all(&one.cells, &new.cells);
        unless(covers || one.implicit, BAD)?;
        if !covers {
            let grown = Subscription {
                version: self.unseen(),
                span: around(&one.span, &new.span),
                cells: both(&one.cells, &new.cells),
                ..one
            };
            self.subscriptions.retain(|one| one.id != id);
            self.subscriptions.push(grown);
        }
        Ok(id)
    }

    fn implicit(&mut self, id: EntityId, new: &Intent, base_url: &str, constraints: bool) -> EntityId {
        let version = self.unseen();
        self.subscriptions.push(Subscription {
            id,
            manager: new.manager.clone(),
            base_url: base_url.to_owned(),
            version,
            wants: Wants {
                intents: true,
                constraints,
            },
            implicit: true,
            index: 0,
            span: new.span,
            cells: new.cells.clone(),
        });
        id
    }

    /// An implicit subscription is gone when nothing depends on it any more.
    pub(super) fn let_go(&mut self, id: Option<EntityId>) {
        let Some(id) = id else { return };
        let needed = !self.dependents(id).is_empty();
        self.subscriptions
            .retain(|one| one.id != id || needed || !one.implicit);
    }
}
