//! What stands in the description about each route: one line a route, in the order of the router; those of remote
//! identification stand in [`super::table_rid`].

use super::about::{About, Members, about};
use super::{example, table_rid};
use crate::open::about as own;
use crate::open::openapi::part;
use crate::open::router::*;
use crate::open::wire::request;
use axum::http::Method;

const INTENTS_FOUND: Members = Members::of("OperationalIntentsFound", &["operational_intent_references"]);
const INTENT_SHOWN: Members = Members::of("OperationalIntentShown", &["operational_intent_reference"]);
const INTENT_CHANGED: Members = Members::of(
    "OperationalIntentChanged",
    &["operational_intent_reference", "subscribers"],
);
const KEY_LACKS: Members =
    Members::of("KeyLacks", &["message"]).or(&["missing_operational_intents", "missing_constraints"]);
const CONSTRAINTS_FOUND: Members = Members::of("ConstraintsFound", &["constraint_references"]);
const CONSTRAINT_SHOWN: Members = Members::of("ConstraintShown", &["constraint_reference"]);
const CONSTRAINT_CHANGED: Members =
    Members::of("ConstraintChanged", &["constraint_reference", "subscribers"])
        .versioned("/constraint_reference/ovn");
const SUBSCRIPTIONS_FOUND: Members = Members::of("SubscriptionsFound", &["subscriptions"]);
const SUBSCRIPTION_SHOWN: Members = Members::of("SubscriptionShown", &["subscription"]);
const SUBSCRIPTION_PUT: Members = Members::of("SubscriptionPut", &["subscription"])
    .or(&["operational_intent_references", "constraint_references"])
    .versioned("/subscription/version");
const STATUS: Members = Members::of("UssAvailabilityTold", &["status", "version"]);

/// About every route; a test holds this table against that of the routes.
pub(super) fn abouts() -> Vec<About> {
    let mut all = of_operational_intents();
    all.extend(of_constraints());
    all.extend(of_subscriptions());
    all.extend(of_usss());
    all.extend(table_rid::of_v19());
    all.extend(table_rid::of_v22a());
    all.extend(of_itself());
    all
}

#[rustfmt::skip]
fn of_operational_intents() -> Vec<About> {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    vec![
        about(&post,   INTENTS,    "Operational intents that meet an area, expired ones too").takes::<request::Query>(example::area).gives(200, INTENTS_FOUND),
        about(&get,    INTENT,     "One operational intent").gives(200, INTENT_SHOWN).may(&[404]),
        about(&put,    INTENT,     "Makes an operational intent").takes::<request::PutIntent>(example::intent).gives(201, INTENT_CHANGED).gives(409, KEY_LACKS).may(&[412]),
        about(&put,    INTENT_OVN, "Changes an operational intent").takes::<request::PutIntent>(example::intent).gives(200, INTENT_CHANGED).gives(201, INTENT_CHANGED).gives(409, KEY_LACKS).may(&[412]),
        about(&delete, INTENT_OVN, "Ends an operational intent").gives(200, INTENT_CHANGED).may(&[404, 409]),
    ]
}

#[rustfmt::skip]
fn of_constraints() -> Vec<About> {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    vec![
        about(&post,   CONSTRAINTS,    "Constraints that meet an area, at every height").takes::<request::Query>(example::area).gives(200, CONSTRAINTS_FOUND),
        about(&get,    CONSTRAINT,     "One constraint").gives(200, CONSTRAINT_SHOWN).may(&[404]),
        about(&put,    CONSTRAINT,     "Makes a constraint").takes::<request::PutConstraint>(example::constraint).gives(201, CONSTRAINT_CHANGED).may(&[409]),
        about(&put,    CONSTRAINT_OVN, "Changes a constraint").takes::<request::PutConstraint>(example::constraint).gives(200, CONSTRAINT_CHANGED).gives(201, CONSTRAINT_CHANGED).may(&[409]),
        about(&delete, CONSTRAINT_OVN, "Ends a constraint").gives(200, CONSTRAINT_CHANGED).may(&[404, 409]),
    ]
}

#[rustfmt::skip]
fn of_subscriptions() -> Vec<About> {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    vec![
        about(&post,   SUBSCRIPTIONS,        "The client's own subscriptions that meet an area and last").takes::<request::Query>(example::area).gives(200, SUBSCRIPTIONS_FOUND),
        about(&get,    SUBSCRIPTION,         "One subscription, to its owner").gives(200, SUBSCRIPTION_SHOWN).may(&[404]),
        about(&put,    SUBSCRIPTION,         "Makes a subscription; tells what is there already").takes::<request::PutSubscription>(example::subscription).gives(200, SUBSCRIPTION_PUT).may(&[409]),
        about(&put,    SUBSCRIPTION_VERSION, "Changes a subscription; tells what is there already").takes::<request::PutSubscription>(example::subscription).gives(200, SUBSCRIPTION_PUT).may(&[409]),
        about(&delete, SUBSCRIPTION_VERSION, "Ends a subscription that nothing depends on").gives(200, SUBSCRIPTION_SHOWN).may(&[404, 409]),
    ]
}

#[rustfmt::skip]
fn of_usss() -> Vec<About> {
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    vec![
        about(&post, REPORTS, "Keeps a report of an exchange that went wrong").takes::<part::Report>(example::report).shows::<part::ReportKept>(201),
        about(&get,  USS,     "State of a USS; Unknown where nothing was ever set").gives(200, STATUS),
        about(&put,  USS,     "Sets the state of a USS").takes::<request::SetAvailability>(example::availability).gives(200, STATUS).may(&[409, 429]),
    ]
}

#[rustfmt::skip]
fn of_itself() -> Vec<About> {
    let (get, put) = (Method::GET, Method::PUT);
    vec![
        about(&get, "/healthy",                                "Whether it is up: `ok`").tells(200),
        about(&get, "/openapi.json",                           "This description").shows::<own::Description>(200),
        about(&get, "/versions/{system}",                      "The version, under the name that is asked for").shows::<own::SystemVersion>(200),
        about(&get, "/aux/v1/version",                         "The version").shows::<own::Version>(200),
        about(&get, "/aux/v1/validate_oauth",                  "Whether the access token is valid, and of the client that is named").asks::<String>("owner", false).shows::<own::Nothing>(200),
        about(&get, "/aux/v1/pool",                            "Name of the pool").shows::<own::PoolName>(200),
        about(&get, "/aux/v1/pool/dss_instances",              "The instances of the pool").shows::<own::Instances>(200),
        about(&put, HEARTBEAT,                                 "Notes that somebody watches this instance")
            .asks::<part::Source>("source", true).asks::<part::Instant>("timestamp", false).asks::<part::Instant>("next_heartbeat_expected_before", false)
            .shows::<own::Instances>(201).may(&[429]),
        about(&get, "/aux/v1/configuration/accepted_ca_certs", "Nothing: instances share no database").shows::<own::Nothing>(200),
        about(&get, "/aux/v1/configuration/ca_certs",          "Nothing: instances share no database").shows::<own::Nothing>(200),
        about(&get, "/aux/v1/configuration/global_options",    "Choices that all instances of a pool make alike").shows::<own::GlobalOptions>(200),
    ]
}
