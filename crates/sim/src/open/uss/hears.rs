//! What a USS makes of what it hears.

use super::{Book, Mine, Uss};
use crate::open::check::Told;
use pool::answer::{Bad, Conflict, ConstraintView, IntentView, Refused, SubscriptionView, Thing};
use pool::ids::EntityId;
use pool::{Answer, Call, Extent};

impl Uss {
    /// An answer came, or word that the disk is short. Of what it does not manage it asks the manager: the book.
    pub fn hears(&mut self, call: &Call, told: Option<&Told>, book: &mut Book) {
        match told {
            Some(Ok(answer)) => self.learns(call, answer, book),
            Some(Err(refused)) => self.is_refused(call, refused, book),
            None => {}
        }
    }

    fn learns(&mut self, call: &Call, answer: &Answer, book: &mut Book) {
        match answer {
            Answer::IntentChanged { intent, .. } if matches!(call, Call::DeleteIntent { .. }) => {
                self.intents.remove(&intent.intent.id);
                book.remove(&intent.intent.id);
            }
            Answer::IntentChanged { intent, .. } | Answer::Intent(intent) => self.sees_intent(intent, book),
            Answer::Intents(views) => views.iter().for_each(|view| self.sees_intent(view, book)),
            Answer::ConstraintChanged { constraint, .. } if matches!(call, Call::DeleteConstraint { .. }) => {
                self.constraints.remove(&constraint.constraint.id);
                book.remove(&constraint.constraint.id);
            }
            Answer::ConstraintChanged { constraint, .. } | Answer::Constraint(constraint) => {
                self.sees_constraint(constraint, book);
            }
            Answer::Constraints(views) => views.iter().for_each(|view| self.sees_constraint(view, book)),
            Answer::Subscription(view) if matches!(call, Call::DeleteSubscription { .. }) => {
                self.subscriptions.remove(&view.subscription.id);
            }
            Answer::Subscription(view)
            | Answer::SubscriptionPut {
                subscription: view, ..
            } => self.sees_subscription(view),
            Answer::Subscriptions(views) => views.iter().for_each(|view| self.sees_subscription(view)),
            Answer::Availability { uss, version, .. } => {
                let version = version
                    .as_ref()
                    .map_or_else(String::new, |version| version.0.clone());
                self.states.insert(uss.clone(), version);
            }
            // Nobody asks for identification service areas here.
            Answer::Reported { .. }
            | Answer::Areas(_)
            | Answer::Area(_)
            | Answer::AreaChanged { .. }
            | Answer::AreaSubscriptions(_)
            | Answer::AreaSubscription(_)
            | Answer::AreaSubscriptionPut { .. } => {}
        }
    }

    fn sees_intent(&mut self, view: &IntentView, book: &mut Book) {
        let one = &view.intent;
        if !view.own {
            return self.asks(one.id, book);
        }
        let mine = Mine {
            ovn: one.ovn.0.clone(),
            extent: Extent {
                cells: one.cells.clone(),
                start_us: Some(one.span.start_us),
                end_us: Some(one.span.end_us),
                lower_mm: Some(one.heights.lower_mm),
                upper_mm: Some(one.heights.upper_mm),
            },
            subscription: one.subscription,
        };
        if let Some(id) = one.subscription {
            self.subscriptions.entry(id).or_default();
        }
        book.insert(one.id, mine.ovn.clone());
        self.intents.insert(one.id, mine);
    }

    fn sees_constraint(&mut self, view: &ConstraintView, book: &mut Book) {
        let one = &view.constraint;
        if !view.own {
            return self.asks(one.id, book);
        }
        book.insert(one.id, one.ovn.0.clone());
        self.constraints.insert(one.id, one.ovn.0.clone());
    }

    fn sees_subscription(&mut self, view: &SubscriptionView) {
        let one = &view.subscription;
        self.subscriptions.insert(one.id, Some(one.version.0.clone()));
    }

    /// Asks a manager for the details of what is its own.
    fn asks(&mut self, id: EntityId, book: &Book) {
        if let Some(ovn) = book.get(&id) {
            self.known.insert(id, ovn.clone());
        }
    }

    fn is_refused(&mut self, call: &Call, refused: &Refused, book: &mut Book) {
        match refused {
            Refused::MissingKeys { intents, constraints } => {
                intents.iter().for_each(|view| self.sees_intent(view, book));
                constraints
                    .iter()
                    .for_each(|view| self.sees_constraint(view, book));
            }
            Refused::NotFound(thing, id)
            | Refused::Bad(Bad::NothingToChange(thing, id))
            | Refused::Conflict(Conflict::Unknown(thing, id)) => self.loses(*thing, *id, book),
            Refused::Bad(Bad::NoSuchSubscription(id)) => self.loses(Thing::Subscription, *id, book),
            Refused::Conflict(Conflict::Stale(thing, id) | Conflict::Exists(thing, id)) => {
                self.doubts.push(match thing {
                    Thing::Intent => Call::GetIntent { id: *id },
                    Thing::Constraint => Call::GetConstraint { id: *id },
                    Thing::Subscription => Call::GetSubscription { id: *id },
                    Thing::Area => Call::GetArea { id: *id },
                    Thing::AreaSubscription => Call::GetAreaSubscription { id: *id },
                });
            }
            Refused::Conflict(Conflict::Availability(uss)) => {
                self.doubts.push(Call::GetAvailability { uss: uss.clone() });
            }
            _ => self.gives_up(call),
        }
    }

    fn loses(&mut self, thing: Thing, id: EntityId, book: &mut Book) {
        let was = match thing {
            Thing::Intent => self.intents.remove(&id).is_some(),
            Thing::Constraint => self.constraints.remove(&id).is_some(),
            Thing::Subscription => {
                self.subscriptions.remove(&id);
                false
            }
            Thing::Area | Thing::AreaSubscription => false,
        };
        if was {
            book.remove(&id);
        }
    }

    /// What does not reach, or is somebody else's, is of no more use.
    fn gives_up(&mut self, call: &Call) {
        if let Call::GetSubscription { id } | Call::DeleteSubscription { id, .. } = call {
            self.subscriptions.remove(id);
        }
    }
}
