//! What was heard, held against what was expected; and learning the texts of versions.

use super::{Heard, Model, Refusal};
use pool::Answer;
use pool::answer::{ConstraintView, IntentView, Subscriber, SubscriptionView};
use pool::ids::Ovn;
use std::collections::BTreeSet;

/// How what was heard differs from what was expected, in the order in which it is looked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Differs {
    /// Accepted, though the key lacked something that it meets.
    Key,
    /// A version that something else had before.
    Version,
    /// Who is to be told, or with what index.
    Told,
    /// A subscription is there that should not, or is not there that should.
    Standing,
    /// Something else.
    Otherwise,
}

impl Model {
    /// Takes over texts of versions that were left open.
    fn settle(&mut self, learned: &[(String, String)]) {
        let intents = self.intents.iter_mut().map(|one| &mut one.ovn);
        let constraints = self.constraints.iter_mut().map(|one| &mut one.ovn);
        let subscriptions = self.subscriptions.iter_mut().map(|one| &mut one.version);
        let usss = self.usss.iter_mut().map(|(_, state)| &mut state.version);
        for version in intents.chain(constraints).chain(subscriptions).chain(usss) {
            if let Some((_, text)) = learned.iter().find(|(open, _)| *open == version.0) {
                version.0.clone_from(text);
            }
        }
    }
}

/// Whether what was heard is what `model` says, which learns from it. `seen` are the versions that were ever shown.
///
/// # Errors
/// How it differs; then nothing was learned.
pub fn agree(
    model: &mut Model,
    seen: &mut BTreeSet<String>,
    mut expected: Heard,
    heard: &Heard,
) -> Result<(), Differs> {
    let mut heard = heard.clone();
    sort(&mut expected);
    sort(&mut heard);
    let learned = learn(&mut expected, &mut heard);
    if expected != heard {
        return Err(why(&expected, &heard));
    }
    if learned.iter().any(|(_, text)| seen.contains(text)) {
        return Err(Differs::Version);
    }
    model.settle(&learned);
    seen.extend(learned.into_iter().map(|(_, text)| text));
    Ok(())
}

/// Fills what is open in `expected`; what it was and what it is.
fn learn(expected: &mut Heard, heard: &mut Heard) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    each_version(heard, &mut |version| texts.push(version.0.clone()));
    let (mut texts, mut learned) = (texts.into_iter(), Vec::new());
    each_version(expected, &mut |version| {
        if let Some(text) = texts.next().filter(|_| version.0.starts_with('?')) {
            learned.push((std::mem::replace(&mut version.0, text.clone()), text));
        }
    });
    learned.sort();
    learned.dedup();
    learned
}

fn why(expected: &Heard, heard: &Heard) -> Differs {
    use Answer::{ConstraintChanged, IntentChanged, Subscription, Subscriptions};
    match (expected, heard) {
        (Err(Refusal::Missing { .. }), Ok(_)) => Differs::Key,
        (Ok(IntentChanged { tell, .. }), Ok(IntentChanged { tell: told, .. }))
        | (Ok(ConstraintChanged { tell, .. }), Ok(ConstraintChanged { tell: told, .. }))
            if tell != told =>
        {
            Differs::Told
        }
        (Ok(Subscriptions(some)), Ok(Subscriptions(others))) if some.len() != others.len() => {
            Differs::Standing
        }
        (Ok(Subscription(_)), Err(_)) | (Err(_), Ok(Subscription(_))) => Differs::Standing,
        _ => Differs::Otherwise,
    }
}

/// Brings everything that has no order into one.
fn sort(of: &mut Heard) {
    match of {
        Err(Refusal::Missing { intents, constraints }) => {
            intents.sort_by_key(|view| view.intent.id);
            constraints.sort_by_key(|view| view.constraint.id);
        }
        Ok(Answer::Intents(views)) => views.sort_by_key(|view| view.intent.id),
        Ok(Answer::Constraints(views)) => views.sort_by_key(|view| view.constraint.id),
        Ok(Answer::Subscriptions(views)) => {
            views.sort_by_key(|view| view.subscription.id);
            views.iter_mut().for_each(sort_dependents);
        }
        Ok(Answer::Subscription(view)) => sort_dependents(view),
        Ok(Answer::SubscriptionPut {
            subscription,
            intents,
            constraints,
        }) => {
            sort_dependents(subscription);
            let (intents, constraints) = (intents.iter_mut(), constraints.iter_mut());
            intents.for_each(|views| views.sort_by_key(|view| view.intent.id));
            constraints.for_each(|views| views.sort_by_key(|view| view.constraint.id));
        }
        Ok(Answer::IntentChanged { tell, .. } | Answer::ConstraintChanged { tell, .. }) => sort_told(tell),
        _ => {}
    }
}

fn sort_dependents(view: &mut SubscriptionView) {
    view.dependents.sort();
}

fn sort_told(tell: &mut [Subscriber]) {
    tell.sort_by(|a, b| a.base_url.cmp(&b.base_url));
    tell.iter_mut().for_each(|one| one.subscriptions.sort());
}

/// Every version that stands in it, in its order.
pub(crate) fn each_version(of: &mut Heard, see: &mut dyn FnMut(&mut Ovn)) {
    let (mut intents, mut constraints): (Vec<&mut IntentView>, Vec<&mut ConstraintView>) =
        (Vec::new(), Vec::new());
    match of {
        Err(Refusal::Missing {
            intents: i,
            constraints: c,
        }) => {
            intents.extend(i);
            constraints.extend(c);
        }
        Ok(Answer::Intents(views)) => intents.extend(views),
        Ok(Answer::Constraints(views)) => constraints.extend(views),
        Ok(Answer::Intent(view) | Answer::IntentChanged { intent: view, .. }) => intents.push(view),
        Ok(Answer::Constraint(view) | Answer::ConstraintChanged { constraint: view, .. }) => {
            constraints.push(view);
        }
        Ok(Answer::Subscriptions(views)) => {
            let versions = views.iter_mut().map(|view| &mut view.subscription.version);
            versions.for_each(&mut *see);
        }
        Ok(Answer::Subscription(view)) => see(&mut view.subscription.version),
        Ok(Answer::SubscriptionPut {
            subscription,
            intents: i,
            constraints: c,
        }) => {
            see(&mut subscription.subscription.version);
            intents.extend(i.iter_mut().flatten());
            constraints.extend(c.iter_mut().flatten());
        }
        Ok(Answer::Availability { version, .. }) => version.iter_mut().for_each(&mut *see),
        // Nobody asks for identification service areas here.
        Ok(
            Answer::Reported { .. }
            | Answer::Areas(_)
            | Answer::Area(_)
            | Answer::AreaChanged { .. }
            | Answer::AreaSubscriptions(_)
            | Answer::AreaSubscription(_)
            | Answer::AreaSubscriptionPut { .. },
        )
        | Err(Refusal::Code(_)) => {}
    }
    let intents = intents.into_iter().map(|view| &mut view.intent.ovn);
    let constraints = constraints.into_iter().map(|view| &mut view.constraint.ovn);
    intents.chain(constraints).for_each(see);
}
