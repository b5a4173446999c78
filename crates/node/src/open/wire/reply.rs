//! Bodies of answers (F3548-21 Annex A), to the letter.

use crate::open::asked::Reply;
use crate::open::openapi::part;
use axum::http::StatusCode;
use jiff::Timestamp;
use pool::Answer;
use pool::answer::{ConstraintView, IntentView, Subscriber, SubscriptionView};
use pool::entity::{Availability, IntentState};
use pool::ids::{EntityId, NO_SUBSCRIPTION, Ovn};
use serde::Serialize;
use utoipa::ToSchema;

/// What stands for an OVN that its reader may not see.
const ELSEWHERE: &str = "Available from USS";

/// An instant (`Time`).
#[derive(Serialize, ToSchema)]
pub(in crate::open) struct Time {
    #[schema(value_type = part::Instant)]
    value: String,
    #[schema(value_type = part::TimeFormat)]
    format: &'static str,
}

/// Where to hear more of an operational intent (`OperationalIntentReference`).
#[derive(Serialize, ToSchema)]
#[schema(as = OperationalIntentReference)]
struct Intent<'a> {
    #[schema(value_type = part::EntityId)]
    id: String,
    manager: &'a str,
    #[schema(value_type = part::UssAvailability)]
    uss_availability: &'static str,
    version: u32,
    #[schema(value_type = part::IntentState)]
    state: &'static str,
    #[schema(value_type = part::Ovn)]
    ovn: &'a str,
    time_start: Time,
    time_end: Time,
    uss_base_url: &'a str,
    #[schema(value_type = part::EntityId)]
    subscription_id: String,
}

/// Where to hear more of a constraint (`ConstraintReference`). Its availability is never told, as in the reference
/// implementation.
#[derive(Serialize, ToSchema)]
#[schema(as = ConstraintReference)]
struct Constraint<'a> {
    #[schema(value_type = part::EntityId)]
    id: String,
    manager: &'a str,
    #[schema(value_type = part::UssAvailability)]
    uss_availability: &'static str,
    version: u32,
    #[schema(value_type = part::Ovn)]
    ovn: &'a str,
    time_start: Time,
    time_end: Time,
    uss_base_url: &'a str,
}

/// A subscription, to its owner (`Subscription`).
#[derive(Serialize, ToSchema)]
struct Subscription<'a> {
    #[schema(value_type = part::EntityId)]
    id: String,
    version: &'a str,
    notification_index: u32,
    time_start: Time,
    time_end: Time,
    uss_base_url: &'a str,
    notify_for_operational_intents: bool,
    notify_for_constraints: bool,
    implicit_subscription: bool,
    #[schema(value_type = Vec<part::EntityId>)]
    dependent_operational_intents: Vec<String>,
}

/// Whom to tell of a change (`SubscriberToNotify`).
#[derive(Serialize, ToSchema)]
#[schema(as = SubscriberToNotify)]
struct Told<'a> {
    subscriptions: Vec<State>,
    uss_base_url: &'a str,
}

/// A subscription that a change concerns, and its next index (`SubscriptionState`).
#[derive(Serialize, ToSchema)]
#[schema(as = SubscriptionState)]
pub(super) struct State {
    #[schema(value_type = part::EntityId)]
    subscription_id: String,
    notification_index: u32,
}

/// Every answer, by the one name of what it holds; a list that was not asked for has no name.
#[derive(Default, Serialize, ToSchema)]
pub(in crate::open) struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = &'a str)]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Told<'a>>)]
    subscribers: Option<Vec<Told<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Intent<'a>)]
    operational_intent_reference: Option<Intent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Intent<'a>>)]
    operational_intent_references: Option<Vec<Intent<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Constraint<'a>)]
    constraint_reference: Option<Constraint<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Constraint<'a>>)]
    constraint_references: Option<Vec<Constraint<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Subscription<'a>)]
    subscription: Option<Subscription<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Subscription<'a>>)]
    subscriptions: Option<Vec<Subscription<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_operational_intents: Vec<Intent<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_constraints: Vec<Constraint<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Status<'a>)]
    status: Option<Status<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = &'a str)]
    version: Option<&'a str>,
}

/// State of a USS (`UssAvailabilityStatus`).
#[derive(Serialize, ToSchema)]
#[schema(as = UssAvailabilityStatus)]
struct Status<'a> {
    uss: &'a str,
    #[schema(value_type = part::UssAvailability)]
    availability: &'static str,
}

/// An answer of the pool. That of a report needs the report, which the pool does not give back.
pub(in crate::open) fn of(answer: &Answer) -> Reply {
    let status = match answer {
        Answer::IntentChanged { made: true, .. } | Answer::ConstraintChanged { made: true, .. } => {
            StatusCode::CREATED
        }
        Answer::Reported { .. } => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    Reply::json(status, &body(answer))
}

fn body(answer: &Answer) -> Body<'_> {
    let mut body = Body::default();
    match answer {
        Answer::Intents(found) => body.operational_intent_references = Some(intents(found)),
        Answer::Intent(found) => body.operational_intent_reference = Some(intent(found)),
        Answer::IntentChanged {
            intent: now, tell, ..
        } => {
            body.operational_intent_reference = Some(intent(now));
            body.subscribers = Some(told(tell));
        }
        Answer::Constraints(found) => body.constraint_references = Some(constraints(found)),
        Answer::Constraint(found) => body.constraint_reference = Some(constraint(found)),
        Answer::ConstraintChanged {
            constraint: now,
            tell,
            ..
        } => {
            body.constraint_reference = Some(constraint(now));
            body.subscribers = Some(told(tell));
        }
        Answer::Availability {
            uss,
            availability: now,
            version,
        } => {
            body.status = Some(Status {
                uss,
                availability: availability(*now),
            });
            body.version = Some(version.as_ref().map_or("", |version| &version.0));
        }
        _ => of_subscriptions(answer, &mut body),
    }
    body
}

fn of_subscriptions<'a>(answer: &'a Answer, body: &mut Body<'a>) {
    match answer {
        Answer::Subscriptions(found) => body.subscriptions = Some(found.iter().map(subscription).collect()),
        Answer::Subscription(found) => body.subscription = Some(subscription(found)),
        Answer::SubscriptionPut {
            subscription: now,
            intents: near,
            constraints: also,
        } => {
            body.subscription = Some(subscription(now));
            body.operational_intent_references = near.as_deref().map(intents);
            body.constraint_references = also.as_deref().map(constraints);
        }
        _ => {}
    }
}

/// A refusal, with what the client did not know of (`AirspaceConflictResponse`).
pub(in crate::open) fn refusal(
    message: &str,
    missing: Option<&(Vec<IntentView>, Vec<ConstraintView>)>,
) -> Vec<u8> {
    let body = Body {
        message: Some(message),
        missing_operational_intents: missing.map(|(found, _)| intents(found)).unwrap_or_default(),
        missing_constraints: missing.map(|(_, found)| constraints(found)).unwrap_or_default(),
        ..Body::default()
    };
    serde_json::to_vec(&body).expect("a refusal is plain data with names as keys")
}

fn intents(found: &[IntentView]) -> Vec<Intent<'_>> {
    found.iter().map(intent).collect()
}

fn intent(view: &IntentView) -> Intent<'_> {
    let one = &view.intent;
    Intent {
        id: one.id.to_string(),
        manager: &one.manager.0,
        uss_availability: availability(view.availability),
        version: one.version,
        state: state(one.state),
        ovn: ovn(&one.ovn, view.own),
        time_start: time(one.span.start_us),
        time_end: time(one.span.end_us),
        uss_base_url: &one.base_url,
        subscription_id: one
            .subscription
            .map_or(NO_SUBSCRIPTION.to_owned(), |id| id.to_string()),
    }
}

fn constraints(found: &[ConstraintView]) -> Vec<Constraint<'_>> {
    found.iter().map(constraint).collect()
}

fn constraint(view: &ConstraintView) -> Constraint<'_> {
    let one = &view.constraint;
    Constraint {
        id: one.id.to_string(),
        manager: &one.manager.0,
        uss_availability: availability(Availability::Unknown),
        version: one.version,
        ovn: ovn(&one.ovn, view.own),
        time_start: time(one.span.start_us),
        time_end: time(one.span.end_us),
        uss_base_url: &one.base_url,
    }
}

fn subscription(view: &SubscriptionView) -> Subscription<'_> {
    let one = &view.subscription;
    Subscription {
        id: one.id.to_string(),
        version: &one.version.0,
        notification_index: one.index,
        time_start: time(one.span.start_us),
        time_end: time(one.span.end_us),
        uss_base_url: &one.base_url,
        notify_for_operational_intents: one.wants.intents,
        notify_for_constraints: one.wants.constraints,
        implicit_subscription: one.implicit,
        dependent_operational_intents: view.dependents.iter().map(EntityId::to_string).collect(),
    }
}

fn told(tell: &[Subscriber]) -> Vec<Told<'_>> {
    let told = tell.iter().map(|subscriber| Told {
        subscriptions: states(subscriber),
        uss_base_url: &subscriber.base_url,
    });
    told.collect()
}

/// The subscriptions by which somebody is to be told.
pub(super) fn states(subscriber: &Subscriber) -> Vec<State> {
    let state = |(id, index): &(EntityId, u32)| State {
        subscription_id: id.to_string(),
        notification_index: *index,
    };
    subscriber.subscriptions.iter().map(state).collect()
}

fn ovn(ovn: &Ovn, own: bool) -> &str {
    if own { &ovn.0 } else { ELSEWHERE }
}

fn state(state: IntentState) -> &'static str {
    match state {
        IntentState::Accepted => "Accepted",
        IntentState::Activated => "Activated",
        IntentState::Nonconforming => "Nonconforming",
        IntentState::Contingent => "Contingent",
    }
}

fn availability(availability: Availability) -> &'static str {
    match availability {
        Availability::Unknown => "Unknown",
        Availability::Normal => "Normal",
        Availability::Down => "Down",
    }
}

/// `Time` of an instant, µs UTC.
pub(super) fn time(at_us: i64) -> Time {
    Time {
        value: instant(at_us),
        format: "RFC3339",
    }
}

/// An instant, µs UTC, as in RFC 3339 with all six digits.
pub(in crate::open) fn instant(at_us: i64) -> String {
    // What was read from RFC 3339 can be written so; the limits are for what was not.
    let at = Timestamp::from_microsecond(at_us);
    let end = if at_us < 0 { Timestamp::MIN } else { Timestamp::MAX };
    format!("{:.6}", at.unwrap_or(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_microseconds() {
        assert_eq!(instant(1_800_000_000_000_001), "2027-01-15T08:00:00.000001Z");
        assert_eq!(instant(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(instant(-1), "1969-12-31T23:59:59.999999Z");
        assert!(instant(i64::MAX).starts_with("9999-"));
    }
}
