//! What stands in the description about each route of remote identification: one line a route, in the order of the
//! router.

use super::about::{About, Members, Whole, about};
use super::example;
use crate::open::openapi::part;
use crate::open::router::*;
use crate::open::wire::rid_reply::{BodyV19, BodyV22a};
use crate::open::wire::rid_request::{PutAreaV19, PutSubscriptionV19, PutV22a};
use axum::http::Method;

const V19: Whole = (BodyV19::whole, BodyV19::parts);
const V22A: Whole = (BodyV22a::whole, BodyV22a::parts);

const V1_AREAS_FOUND: Members = Members::within(V19, "AreasFoundV19", &["service_areas"]);
const V1_AREA_SHOWN: Members = Members::within(V19, "AreaShownV19", &["service_area"]);
const V1_AREA_CHANGED: Members = Members::within(V19, "AreaChangedV19", &["service_area", "subscribers"])
    .versioned("/service_area/version");
const V1_SUBS_FOUND: Members = Members::within(V19, "SubscriptionsFoundV19", &["subscriptions"]);
const V1_SUB_SHOWN: Members = Members::within(V19, "SubscriptionShownV19", &["subscription"]);
const V1_SUB_PUT: Members = Members::within(V19, "SubscriptionPutV19", &["subscription", "service_areas"])
    .versioned("/subscription/version");

const V2_AREAS_FOUND: Members = Members::within(V22A, "AreasFoundV22a", &["service_areas"]);
const V2_AREA_SHOWN: Members = Members::within(V22A, "AreaShownV22a", &["service_area"]);
const V2_AREA_CHANGED: Members = Members::within(V22A, "AreaChangedV22a", &["service_area", "subscribers"])
    .versioned("/service_area/version");
const V2_SUBS_FOUND: Members = Members::within(V22A, "SubscriptionsFoundV22a", &["subscriptions"]);
const V2_SUB_SHOWN: Members = Members::within(V22A, "SubscriptionShownV22a", &["subscription"]);
const V2_SUB_PUT: Members = Members::within(V22A, "SubscriptionPutV22a", &["subscription", "service_areas"])
    .versioned("/subscription/version");

const ONE_AREA: &str = "One identification service area, also one that has ended";
const MAKES_AREA: &str = "Makes an identification service area; tells who wants to know";
const CHANGES_AREA: &str = "Changes an identification service area; tells who wants to know";
const ENDS_AREA: &str = "Ends an identification service area; tells who wants to know";
const SUBS: &str = "The client's own subscriptions to areas that share a place with one and last";
const ONE_SUB: &str = "One subscription to areas, also one that has ended, to everybody";
const MAKES_SUB: &str = "Makes a subscription to areas; tells which are there already";
const CHANGES_SUB: &str = "Changes a subscription to areas; tells which are there already";
const ENDS_SUB: &str = "Ends a subscription to areas";

/// Of F3411-19.
#[rustfmt::skip]
pub(super) fn of_v19() -> Vec<About> {
    let (get, put, delete) = (Method::GET, Method::PUT, Method::DELETE);
    vec![
        areas(&get, V1_AREAS).gives(200, V1_AREAS_FOUND),
        about(&get,    V1_AREA,         ONE_AREA).gives(200, V1_AREA_SHOWN).may(&[404]),
        about(&put,    V1_AREA,         MAKES_AREA).takes::<PutAreaV19>(example::area_v19).gives(200, V1_AREA_CHANGED).may(&[409]),
        about(&put,    V1_AREA_VERSION, CHANGES_AREA).takes::<PutAreaV19>(example::area_v19).gives(200, V1_AREA_CHANGED).may(&[409]),
        about(&delete, V1_AREA_VERSION, ENDS_AREA).gives(200, V1_AREA_CHANGED).may(&[404, 409]),
        about(&get,    V1_SUBS,         SUBS).asks::<part::Ring>("area", true).gives(200, V1_SUBS_FOUND),
        about(&get,    V1_SUB,          ONE_SUB).gives(200, V1_SUB_SHOWN).may(&[404]),
        about(&put,    V1_SUB,          MAKES_SUB).takes::<PutSubscriptionV19>(example::subscription_v19).gives(200, V1_SUB_PUT).may(&[409, 429]),
        about(&put,    V1_SUB_VERSION,  CHANGES_SUB).takes::<PutSubscriptionV19>(example::subscription_v19).gives(200, V1_SUB_PUT).may(&[409, 429]),
        about(&delete, V1_SUB_VERSION,  ENDS_SUB).gives(200, V1_SUB_SHOWN).may(&[404, 409]),
    ]
}

/// Of F3411-22a.
#[rustfmt::skip]
pub(super) fn of_v22a() -> Vec<About> {
    let (get, put, delete) = (Method::GET, Method::PUT, Method::DELETE);
    vec![
        areas(&get, V2_AREAS).gives(200, V2_AREAS_FOUND),
        about(&get,    V2_AREA,         ONE_AREA).gives(200, V2_AREA_SHOWN).may(&[404]),
        about(&put,    V2_AREA,         MAKES_AREA).takes::<PutV22a>(example::put_v22a).gives(200, V2_AREA_CHANGED).may(&[409]),
        about(&put,    V2_AREA_VERSION, CHANGES_AREA).takes::<PutV22a>(example::put_v22a).gives(200, V2_AREA_CHANGED).may(&[409]),
        about(&delete, V2_AREA_VERSION, ENDS_AREA).gives(200, V2_AREA_CHANGED).may(&[404, 409]),
        about(&get,    V2_SUBS,         SUBS).asks::<part::Ring>("area", true).gives(200, V2_SUBS_FOUND),
        about(&get,    V2_SUB,          ONE_SUB).gives(200, V2_SUB_SHOWN).may(&[404]),
        about(&put,    V2_SUB,          MAKES_SUB).takes::<PutV22a>(example::put_v22a).gives(200, V2_SUB_PUT).may(&[409, 429]),
        about(&put,    V2_SUB_VERSION,  CHANGES_SUB).takes::<PutV22a>(example::put_v22a).gives(200, V2_SUB_PUT).may(&[409, 429]),
        about(&delete, V2_SUB_VERSION,  ENDS_SUB).gives(200, V2_SUB_SHOWN).may(&[404, 409]),
    ]
}

fn areas(method: &Method, path: &'static str) -> About {
    let what = "Identification service areas that share a place with an area and have not ended";
    let about = about(method, path, what).asks::<part::Ring>("area", true);
    about
        .asks::<part::Instant>("earliest_time", false)
        .asks::<part::Instant>("latest_time", false)
}
