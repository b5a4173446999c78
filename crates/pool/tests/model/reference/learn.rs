//! Learning the texts of versions from answers.

use super::{Expected, Model, Refusal};
use pool::Answer;
use pool::answer::{ConstraintView, IntentView};
use pool::ids::Ovn;
use pool::limits::MAX_OVN_CHARS;

/// The least that the standard's `EntityOVN` has.
const MIN_OVN_CHARS: usize = 16;

impl Model {
    /// Takes over the texts of versions that the reference had left open, after looking at each; what else
    /// differs is left as it is.
    ///
    /// # Panics
    /// If a version came before, or is too short or too long.
    pub(crate) fn learn(&mut self, expected: &mut Expected, heard: &mut Expected) {
        sort(expected);
        sort(heard);
        let mut texts = Vec::new();
        each_version(heard, &mut |version| texts.push(version.0.clone()));
        let mut texts = texts.into_iter();
        let mut learned = Vec::new();
        each_version(expected, &mut |version| {
            if let Some(text) = texts.next().filter(|_| version.0.starts_with('?')) {
                learned.push((std::mem::replace(&mut version.0, text.clone()), text));
            }
        });
        learned.sort();
        learned.dedup();
        for (open, text) in learned {
            self.settle(&open, text);
        }
    }

    fn settle(&mut self, open: &str, text: String) {
        if open.starts_with("?number") {
            assert!(is_number(&text), "no version of remote identification: {text}");
        } else {
            let chars = text.chars().count();
            assert!(
                (MIN_OVN_CHARS..=MAX_OVN_CHARS).contains(&chars),
                "{chars} characters: {text}"
            );
        }
        assert!(self.seen.insert(text.clone()), "a version came twice: {text}");
        let intents = self.intents.iter_mut().map(|one| &mut one.ovn);
        let constraints = self.constraints.iter_mut().map(|one| &mut one.ovn);
        let subscriptions = self.subscriptions.iter_mut().map(|one| &mut one.version);
        let usss = self.usss.iter_mut().map(|(_, state)| &mut state.version);
        let areas = self.areas.iter_mut().map(|one| &mut one.version);
        let to_areas = self.area_subscriptions.iter_mut().map(|one| &mut one.version);
        let of_f3548 = intents.chain(constraints).chain(subscriptions).chain(usss);
        for version in of_f3548.chain(areas).chain(to_areas) {
            if version.0 == open {
                version.0.clone_from(&text);
            }
        }
    }
}

/// What qualification suites take for a version: ten or more small letters and digits.
fn is_number(text: &str) -> bool {
    let fits = |one: char| one.is_ascii_digit() || one.is_ascii_lowercase();
    text.len() >= 10 && text.chars().all(fits)
}

/// Whether nobody has been shown this version yet.
pub(crate) fn is_open(version: &Ovn) -> bool {
    version.0.starts_with('?')
}

/// Brings everything that has no order into one.
fn sort(of: &mut Expected) {
    let intents = |views: &mut Vec<IntentView>| views.sort_by_key(|view| view.intent.id);
    let constraints = |views: &mut Vec<ConstraintView>| views.sort_by_key(|view| view.constraint.id);
    match of {
        Err(Refusal::Missing {
            intents: i,
            constraints: c,
        }) => (intents(i), constraints(c)).1,
        Ok(Answer::Intents(views)) => intents(views),
        Ok(Answer::Constraints(views)) => constraints(views),
        Ok(Answer::Subscriptions(views)) => {
            views.sort_by_key(|view| view.subscription.id);
            views.iter_mut().for_each(|view| view.dependents.sort());
        }
        Ok(Answer::Subscription(view)) => view.dependents.sort(),
        Ok(Answer::SubscriptionPut {
            subscription,
            intents: i,
            constraints: c,
        }) => {
            subscription.dependents.sort();
            i.iter_mut().for_each(intents);
            c.iter_mut().for_each(constraints);
        }
        Ok(Answer::Areas(areas) | Answer::AreaSubscriptionPut { areas, .. }) => {
            areas.sort_by_key(|one| one.id);
        }
        Ok(Answer::AreaSubscriptions(all)) => all.sort_by_key(|one| one.id),
        Ok(
            Answer::IntentChanged { tell, .. }
            | Answer::ConstraintChanged { tell, .. }
            | Answer::AreaChanged { tell, .. },
        ) => {
            tell.sort_by(|a, b| a.base_url.cmp(&b.base_url));
            tell.iter_mut().for_each(|one| one.subscriptions.sort());
        }
        _ => {}
    }
}

/// Every version that stands in it, in its order.
fn each_version(of: &mut Expected, see: &mut dyn FnMut(&mut Ovn)) {
    match of {
        Err(Refusal::Missing { intents, constraints }) => {
            intents.iter_mut().for_each(|view| see(&mut view.intent.ovn));
            constraints
                .iter_mut()
                .for_each(|view| see(&mut view.constraint.ovn));
        }
        Ok(Answer::Intents(views)) => views.iter_mut().for_each(|view| see(&mut view.intent.ovn)),
        Ok(Answer::Constraints(views)) => views.iter_mut().for_each(|view| see(&mut view.constraint.ovn)),
        Ok(Answer::Subscriptions(views)) => {
            views
                .iter_mut()
                .for_each(|view| see(&mut view.subscription.version));
        }
        Ok(Answer::SubscriptionPut {
            subscription,
            intents,
            constraints,
        }) => {
            see(&mut subscription.subscription.version);
            let intents = intents.iter_mut().flatten().map(|view| &mut view.intent.ovn);
            let constraints = constraints
                .iter_mut()
                .flatten()
                .map(|view| &mut view.constraint.ovn);
            intents.chain(constraints).for_each(see);
        }
        Ok(Answer::Intent(view) | Answer::IntentChanged { intent: view, .. }) => see(&mut view.intent.ovn),
        Ok(Answer::Constraint(view) | Answer::ConstraintChanged { constraint: view, .. }) => {
            see(&mut view.constraint.ovn);
        }
        Ok(Answer::Subscription(view)) => see(&mut view.subscription.version),
        Ok(Answer::Availability { version, .. }) => version.iter_mut().for_each(see),
        Ok(Answer::Areas(areas)) => areas.iter_mut().for_each(|one| see(&mut one.version)),
        Ok(Answer::Area(area) | Answer::AreaChanged { area, .. }) => see(&mut area.version),
        Ok(Answer::AreaSubscriptions(all)) => all.iter_mut().for_each(|one| see(&mut one.version)),
        Ok(Answer::AreaSubscription(one)) => see(&mut one.version),
        Ok(Answer::AreaSubscriptionPut { subscription, areas }) => {
            see(&mut subscription.version);
            areas.iter_mut().for_each(|one| see(&mut one.version));
        }
        Ok(Answer::Reported { .. }) | Err(Refusal::Code(_)) => {}
    }
}
