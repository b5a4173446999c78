//! Bodies of answers of remote identification. F3411-19 and F3411-22a name addresses and write instants differently,
//! and say the same.

use super::reply::{State, Time, instant, states, time};
use crate::open::asked::Reply;
use pool::Answer;
use pool::answer::Subscriber;
use pool::entity;
use serde::Serialize;

/// An answer of the pool as F3411-19 has it.
pub(in crate::open) fn v19(answer: &Answer) -> Reply {
    Reply::ok(&Edition::V19.body(answer))
}

/// An answer of the pool as F3411-22a has it.
pub(in crate::open) fn v22a(answer: &Answer) -> Reply {
    Reply::ok(&Edition::V22a.body(answer))
}

/// An edition of the standard.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Edition {
    V19,
    V22a,
}

/// `IdentificationServiceArea`.
#[derive(Serialize)]
struct Area<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    flights_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uss_base_url: Option<&'a str>,
    id: String,
    owner: &'a str,
    time_start: When,
    time_end: When,
    version: &'a str,
}

/// `Subscription`.
#[derive(Serialize)]
struct Subscription<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    callbacks: Option<Callbacks<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uss_base_url: Option<&'a str>,
    id: String,
    owner: &'a str,
    notification_index: u32,
    time_start: When,
    time_end: When,
    version: &'a str,
}

/// `SubscriptionCallbacks`.
#[derive(Serialize)]
struct Callbacks<'a> {
    identification_service_area_url: &'a str,
}

/// An instant.
#[derive(Serialize)]
#[serde(untagged)]
enum When {
    Text(String),
    Time(Time),
}

/// `SubscriberToNotify`.
#[derive(Serialize)]
struct Told<'a> {
    url: &'a str,
    subscriptions: Vec<State>,
}

/// Every answer, by the names of what it holds.
#[derive(Default, Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    service_area: Option<Area<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_areas: Option<Vec<Area<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscribers: Option<Vec<Told<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<Subscription<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscriptions: Option<Vec<Subscription<'a>>>,
}

impl Edition {
    fn body(self, answer: &Answer) -> Body<'_> {
        let mut body = Body::default();
        match answer {
            Answer::Areas(found) => body.service_areas = Some(self.areas(found)),
            Answer::Area(one) => body.service_area = Some(self.area(one)),
            Answer::AreaChanged { area, tell } => {
                body.service_area = Some(self.area(area));
                body.subscribers = Some(tell.iter().map(told).collect());
            }
            Answer::AreaSubscriptions(found) => {
                body.subscriptions = Some(found.iter().map(|one| self.subscription(one)).collect());
            }
            Answer::AreaSubscription(one) => body.subscription = Some(self.subscription(one)),
            Answer::AreaSubscriptionPut { subscription, areas } => {
                body.subscription = Some(self.subscription(subscription));
                body.service_areas = Some(self.areas(areas));
            }
            _ => {} // no route of remote identification asks for anything else
        }
        body
    }

    fn areas(self, found: &[entity::Area]) -> Vec<Area<'_>> {
        found.iter().map(|one| self.area(one)).collect()
    }

    fn area(self, one: &entity::Area) -> Area<'_> {
        let is_first = self == Edition::V19;
        Area {
            flights_url: is_first.then_some(&one.url),
            uss_base_url: (!is_first).then_some(&one.url),
            id: one.id.to_string(),
            owner: &one.owner.0,
            time_start: self.when(one.span.start_us),
            time_end: self.when(one.span.end_us),
            version: &one.version.0,
        }
    }

    fn subscription(self, one: &entity::AreaSubscription) -> Subscription<'_> {
        let is_first = self == Edition::V19;
        let callbacks = Callbacks {
            identification_service_area_url: &one.url,
        };
        Subscription {
            callbacks: is_first.then_some(callbacks),
            uss_base_url: (!is_first).then_some(&one.url),
            id: one.id.to_string(),
            owner: &one.owner.0,
            notification_index: one.index,
            time_start: self.when(one.span.start_us),
            time_end: self.when(one.span.end_us),
            version: &one.version.0,
        }
    }

    fn when(self, at_us: i64) -> When {
        match self {
            Edition::V19 => When::Text(instant(at_us)),
            Edition::V22a => When::Time(time(at_us)),
        }
    }
}

fn told(subscriber: &Subscriber) -> Told<'_> {
    Told {
        url: &subscriber.base_url,
        subscriptions: states(subscriber),
    }
}
