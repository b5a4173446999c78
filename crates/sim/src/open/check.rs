//! What must hold of everything that clients of an open service are told, while they are told it.

use super::model::Differs;
use super::region::Op;
use crate::check::Findings;
use engine::input::OpenRefused;
use pool::answer::{Answer, ConstraintView, IntentView, SubscriptionView};
use pool::ids::Manager;
use pool::{Call, Refused};

/// What a client heard, as it left the engine.
pub type Told = Result<Answer, Refused>;

/// Answers follow from those before, in the order in which they left: what was acknowledged stands, what was shown is
/// not taken back, what had no answer happened wholly or not at all, and a refusal leaves nothing. Without it a USS
/// flies on a plan that the service forgot, or on one that it never had.
pub fn invariant_open_answers_follow(findings: &mut Findings, holds: bool, words: impl FnOnce() -> String) {
    findings.check("invariant_open_answers_follow", holds, words);
}

/// Nobody is accepted whose key lacks the OVN of something that he meets. Without it two USSs fly through one another
/// and neither ever saw the other's plan.
pub fn invariant_open_keys_are_complete(
    findings: &mut Findings,
    holds: bool,
    words: impl FnOnce() -> String,
) {
    findings.check("invariant_open_keys_are_complete", holds, words);
}

/// No OVN and no version comes twice, also over crashes. Without it a key that names an old plan passes for the
/// knowledge of a new one.
pub fn invariant_open_no_version_comes_twice(
    findings: &mut Findings,
    holds: bool,
    words: impl FnOnce() -> String,
) {
    findings.check("invariant_open_no_version_comes_twice", holds, words);
}

/// Each change names every subscription that it concerns, with the index after the last, also over crashes. Without it
/// a USS cannot tell that it missed a notification.
pub fn invariant_open_indices_count_on(findings: &mut Findings, holds: bool, words: impl FnOnce() -> String) {
    findings.check("invariant_open_indices_count_on", holds, words);
}

/// An implicit subscription is there as long as something depends on it, and no longer. Without it a USS flies and hears
/// of nobody, or everybody notifies one that asked for nothing.
pub fn invariant_open_subscriptions_live_while_needed(
    findings: &mut Findings,
    holds: bool,
    words: impl FnOnce() -> String,
) {
    findings.check("invariant_open_subscriptions_live_while_needed", holds, words);
}

/// The check that a difference belongs to.
pub fn differs(findings: &mut Findings, how: Option<Differs>, words: impl FnOnce() -> String) {
    let holds = how.is_none();
    match how {
        Some(Differs::Key) => invariant_open_keys_are_complete(findings, holds, words),
        Some(Differs::Version) => invariant_open_no_version_comes_twice(findings, holds, words),
        Some(Differs::Told) => invariant_open_indices_count_on(findings, holds, words),
        Some(Differs::Standing) => invariant_open_subscriptions_live_while_needed(findings, holds, words),
        Some(Differs::Otherwise) | None => invariant_open_answers_follow(findings, holds, words),
    }
}

/// An accepted request, by what it shows to have been checked: counted, so that a run tells what it looked at.
pub fn accepted(findings: &mut Findings, request: &Call, told: &Told) {
    match (request, told) {
        (Call::PutIntent(_), Ok(Answer::IntentChanged { tell, .. })) => {
            invariant_open_keys_are_complete(findings, true, String::new);
            if !tell.is_empty() {
                invariant_open_indices_count_on(findings, true, String::new);
            }
        }
        (Call::GetSubscription { .. }, _) => {
            invariant_open_subscriptions_live_while_needed(findings, true, String::new);
        }
        _ => {}
    }
}

/// An OVN is for the manager of its entity alone: every reference says whether the client is that. Without it who never
/// asked a manager for its details can pretend in a key that he knows them.
pub fn invariant_open_ovns_are_masked(findings: &mut Findings, client: &Manager, told: &Told) {
    let (intents, constraints) = references(told);
    let intents = intents
        .iter()
        .map(|view| (view.own, &view.intent.manager, view.intent.id));
    let constraints = constraints
        .iter()
        .map(|view| (view.own, &view.constraint.manager, view.constraint.id));
    for (own, manager, id) in intents.chain(constraints) {
        findings.check(
            "invariant_open_ovns_are_masked",
            own == (manager == client),
            || format!("{id} of {} to {}", manager.0, client.0),
        );
    }
}

/// A subscription is shown to its owner alone, and an implicit one has something that depends on it. Without it nobody
/// ever ends it, and everybody goes on notifying a USS that left.
pub fn invariant_open_subscriptions_are_their_owners(findings: &mut Findings, client: &Manager, told: &Told) {
    for view in subscriptions(told) {
        let one = &view.subscription;
        let holds = one.manager == *client && (!one.implicit || !view.dependents.is_empty());
        findings.check("invariant_open_subscriptions_are_their_owners", holds, || {
            format!("to {}: {view:?}", client.0)
        });
    }
}

/// Every version that somebody is shown is on the disk by then. Without it a power cut takes back what another USS
/// planned by.
pub fn invariant_open_answers_are_durable(findings: &mut Findings, op: &Op, missing: Option<&str>) {
    findings.check("invariant_open_answers_are_durable", missing.is_none(), || {
        let (who, what) = (&op.request.manager.0, op.request.call.name());
        format!("{who} {what} shows {missing:?}, which is not on the disk")
    });
}

/// Answers leave in the order in which the requests came. Without it a client that sends one thing after the other
/// cannot tell what came of which.
pub fn invariant_open_answers_come_in_order(findings: &mut Findings, first: bool, op: &Op) {
    findings.check("invariant_open_answers_come_in_order", first, || {
        format!("{} {}", op.request.manager.0, op.request.call.name())
    });
}

/// Between a safety command and its answer leave no more answers of open traffic than those of the batch that was being
/// written when it came; none when none was. Without it a flood of clients that nobody here knows holds up a CEASE.
pub fn invariant_open_traffic_is_behind_safety(
    findings: &mut Findings,
    (before, most): (u64, u64),
    words: &str,
) {
    findings.check("invariant_open_traffic_is_behind_safety", before <= most, || {
        format!("{before} answers of open traffic before that of {words}, where {most} may be")
    });
}

/// Below the reserve of the disk open clients read and do not write; with room nobody hears of it. Without it open
/// traffic takes the place that is kept for a CEASE.
pub fn invariant_open_writes_leave_the_reserve(
    findings: &mut Findings,
    op: &Op,
    result: &Result<Answer, OpenRefused>,
) {
    let writes = op.request.call.writes();
    let holds = match result {
        Err(OpenRefused::DiskReserve) => op.short && writes,
        Ok(_) => op.room || !writes,
        Err(OpenRefused::Pool(_)) => true,
    };
    findings.check("invariant_open_writes_leave_the_reserve", holds, || {
        let (name, short, room) = (op.request.call.name(), op.short, op.room);
        format!("{name}: {result:?}, short {short}, room {room}")
    });
}

fn references(told: &Told) -> (&[IntentView], &[ConstraintView]) {
    use std::slice::from_ref;
    match told {
        Ok(Answer::Intents(views)) => (views, &[]),
        Ok(Answer::Intent(view) | Answer::IntentChanged { intent: view, .. }) => (from_ref(view), &[]),
        Ok(Answer::Constraints(views)) => (&[], views),
        Ok(Answer::Constraint(view) | Answer::ConstraintChanged { constraint: view, .. }) => {
            (&[], from_ref(view))
        }
        Ok(Answer::SubscriptionPut {
            intents, constraints, ..
        }) => (
            intents.as_deref().unwrap_or_default(),
            constraints.as_deref().unwrap_or_default(),
        ),
        Err(Refused::MissingKeys { intents, constraints }) => (intents, constraints),
        _ => (&[], &[]),
    }
}

fn subscriptions(told: &Told) -> &[SubscriptionView] {
    match told {
        Ok(Answer::Subscriptions(views)) => views,
        Ok(Answer::Subscription(view)) => std::slice::from_ref(view),
        Ok(Answer::SubscriptionPut { subscription, .. }) => std::slice::from_ref(subscription),
        _ => &[],
    }
}
