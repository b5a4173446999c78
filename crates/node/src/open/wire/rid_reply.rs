//! Bodies of answers of remote identification. F3411-19 and F3411-22a name addresses and write instants differently,
//! and say the same.

use super::reply::{State, Time, instant, states, time};
use crate::open::asked::Reply;
use crate::open::openapi::part;
use pool::Answer;
use pool::answer::Subscriber;
use pool::entity;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Every answer of F3411-19.
pub(in crate::open) type BodyV19<'a> = Body<'a, AreaV19<'a>, SubscriptionV19<'a>>;
/// Every answer of F3411-22a.
pub(in crate::open) type BodyV22a<'a> = Body<'a, AreaV22a<'a>, SubscriptionV22a<'a>>;

/// An answer of the pool as F3411-19 has it.
pub(in crate::open) fn v19(answer: &Answer) -> Reply {
    let body: BodyV19<'_> = body(answer);
    Reply::ok(&body)
}

/// An answer of the pool as F3411-22a has it.
pub(in crate::open) fn v22a(answer: &Answer) -> Reply {
    let body: BodyV22a<'_> = body(answer);
    Reply::ok(&body)
}

/// Where flights can be asked for (`IdentificationServiceArea` of F3411-19).
#[derive(Serialize, ToSchema)]
#[schema(as = IdentificationServiceAreaV19)]
pub(in crate::open) struct AreaV19<'a> {
    flights_url: &'a str,
    #[schema(value_type = part::EntityId)]
    id: String,
    owner: &'a str,
    #[schema(value_type = part::Instant)]
    time_start: String,
    #[schema(value_type = part::Instant)]
    time_end: String,
    version: &'a str,
}

/// Where flights can be asked for (`IdentificationServiceArea` of F3411-22a).
#[derive(Serialize, ToSchema)]
#[schema(as = IdentificationServiceAreaV22a)]
pub(in crate::open) struct AreaV22a<'a> {
    uss_base_url: &'a str,
    #[schema(value_type = part::EntityId)]
    id: String,
    owner: &'a str,
    time_start: Time,
    time_end: Time,
    version: &'a str,
}

/// A subscription to areas (`Subscription` of F3411-19).
#[derive(Serialize, ToSchema)]
pub(in crate::open) struct SubscriptionV19<'a> {
    callbacks: Callbacks<'a>,
    #[schema(value_type = part::EntityId)]
    id: String,
    owner: &'a str,
    notification_index: u32,
    #[schema(value_type = part::Instant)]
    time_start: String,
    #[schema(value_type = part::Instant)]
    time_end: String,
    version: &'a str,
}

/// A subscription to areas (`Subscription` of F3411-22a).
#[derive(Serialize, ToSchema)]
pub(in crate::open) struct SubscriptionV22a<'a> {
    uss_base_url: &'a str,
    #[schema(value_type = part::EntityId)]
    id: String,
    owner: &'a str,
    notification_index: u32,
    time_start: Time,
    time_end: Time,
    version: &'a str,
}

/// Where its owner wants to be told (`SubscriptionCallbacks` of F3411-19).
#[derive(Serialize, ToSchema)]
#[schema(as = SubscriptionCallbacksV19)]
struct Callbacks<'a> {
    identification_service_area_url: &'a str,
}

/// Whom to tell of a change of an area (`SubscriberToNotify` of F3411).
#[derive(Serialize, ToSchema)]
#[schema(as = AreaSubscriberToNotify)]
struct Told<'a> {
    url: &'a str,
    subscriptions: Vec<State>,
}

/// Every answer, by the names of what it holds.
#[derive(Serialize, ToSchema)]
pub(in crate::open) struct Body<'a, A, S> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = A)]
    service_area: Option<A>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<A>)]
    service_areas: Option<Vec<A>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Told<'a>>)]
    subscribers: Option<Vec<Told<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = S)]
    subscription: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<S>)]
    subscriptions: Option<Vec<S>>,
}

impl<A, S> Default for Body<'_, A, S> {
    fn default() -> Self {
        Body {
            service_area: None,
            service_areas: None,
            subscribers: None,
            subscription: None,
            subscriptions: None,
        }
    }
}

impl<A: ToSchema, S: ToSchema> Body<'_, A, S> {
    /// Its schema.
    pub(in crate::open) fn whole() -> RefOr<Schema> {
        <Self as PartialSchema>::schema()
    }

    /// Schemas that its own refers to, by name. What is derived leaves out its parameters.
    pub(in crate::open) fn parts(parts: &mut Vec<(String, RefOr<Schema>)>) {
        <Self as ToSchema>::schemas(parts);
        parts.push((A::name().into_owned(), A::schema()));
        parts.push((S::name().into_owned(), S::schema()));
    }
}

fn body<'a, A, S>(answer: &'a Answer) -> Body<'a, A, S>
where
    A: From<&'a entity::Area>,
    S: From<&'a entity::AreaSubscription>,
{
    let mut body = Body::default();
    match answer {
        Answer::Areas(found) => body.service_areas = Some(all(found)),
        Answer::Area(one) => body.service_area = Some(one.into()),
        Answer::AreaChanged { area, tell } => {
            body.service_area = Some(area.into());
            body.subscribers = Some(all(tell));
        }
        Answer::AreaSubscriptions(found) => body.subscriptions = Some(all(found)),
        Answer::AreaSubscription(one) => body.subscription = Some(one.into()),
        Answer::AreaSubscriptionPut { subscription, areas } => {
            body.subscription = Some(subscription.into());
            body.service_areas = Some(all(areas));
        }
        _ => {} // no route of remote identification asks for anything else
    }
    body
}

fn all<'a, T, U: From<&'a T>>(found: &'a [T]) -> Vec<U> {
    found.iter().map(U::from).collect()
}

impl<'a> From<&'a entity::Area> for AreaV19<'a> {
    fn from(one: &'a entity::Area) -> Self {
        AreaV19 {
            flights_url: &one.url,
            id: one.id.to_string(),
            owner: &one.owner.0,
            time_start: instant(one.span.start_us),
            time_end: instant(one.span.end_us),
            version: &one.version.0,
        }
    }
}

impl<'a> From<&'a entity::Area> for AreaV22a<'a> {
    fn from(one: &'a entity::Area) -> Self {
        AreaV22a {
            uss_base_url: &one.url,
            id: one.id.to_string(),
            owner: &one.owner.0,
            time_start: time(one.span.start_us),
            time_end: time(one.span.end_us),
            version: &one.version.0,
        }
    }
}

impl<'a> From<&'a entity::AreaSubscription> for SubscriptionV19<'a> {
    fn from(one: &'a entity::AreaSubscription) -> Self {
        SubscriptionV19 {
            callbacks: Callbacks {
                identification_service_area_url: &one.url,
            },
            id: one.id.to_string(),
            owner: &one.owner.0,
            notification_index: one.index,
            time_start: instant(one.span.start_us),
            time_end: instant(one.span.end_us),
            version: &one.version.0,
        }
    }
}

impl<'a> From<&'a entity::AreaSubscription> for SubscriptionV22a<'a> {
    fn from(one: &'a entity::AreaSubscription) -> Self {
        SubscriptionV22a {
            uss_base_url: &one.url,
            id: one.id.to_string(),
            owner: &one.owner.0,
            notification_index: one.index,
            time_start: time(one.span.start_us),
            time_end: time(one.span.end_us),
            version: &one.version.0,
        }
    }
}

impl<'a> From<&'a Subscriber> for Told<'a> {
    fn from(subscriber: &'a Subscriber) -> Self {
        Told {
            url: &subscriber.base_url,
            subscriptions: states(subscriber),
        }
    }
}
