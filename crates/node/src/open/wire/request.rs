//! Bodies of requests (F3548-21 Annex A), and checks that several of them share.

use super::volume::{self, Volume4D};
use super::{Faults, Object, parse};
use crate::open::OpenOptions;
use crate::open::asked::Asked;
use crate::open::fault::Fault;
use axum::http::StatusCode;
use pool::Extent;
use pool::limits::MAX_URL_BYTES;
use serde::Deserialize;

/// `Query…Parameters`, the same for operational intents, constraints and subscriptions.
#[derive(Clone, Debug, Default, Deserialize)]
struct Query {
    area_of_interest: Option<Object<Volume4D>>,
}

/// The area of interest of a query; `too_large` is the status when only its size is wrong.
pub(in crate::open) fn area(
    asked: &Asked,
    options: &OpenOptions,
    too_large: StatusCode,
) -> Result<Extent, Fault> {
    let body: Query = parse(&asked.body)?;
    let mut faults = Faults::default();
    let (place, strict) = ("area_of_interest", options.strict_reference);
    let area = volume::one(body.area_of_interest, place, strict, &mut faults);
    faults.settle(area, too_large)
}

/// `PutOperationalIntentReferenceParameters`, with `requested_ovn_suffix` of the reference implementation.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::open) struct PutIntent {
    pub(in crate::open) extents: Option<Vec<Object<Volume4D>>>,
    pub(in crate::open) key: Option<Vec<String>>,
    pub(in crate::open) state: Option<String>,
    pub(in crate::open) uss_base_url: Option<String>,
    pub(in crate::open) subscription_id: Option<String>,
    pub(in crate::open) new_subscription: Option<Object<NewSubscription>>,
    pub(in crate::open) requested_ovn_suffix: Option<String>,
}

/// `ImplicitSubscriptionParameters`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::open) struct NewSubscription {
    pub(in crate::open) uss_base_url: Option<String>,
    pub(in crate::open) notify_for_constraints: Option<bool>,
}

/// `PutConstraintReferenceParameters`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::open) struct PutConstraint {
    pub(in crate::open) extents: Option<Vec<Object<Volume4D>>>,
    pub(in crate::open) uss_base_url: Option<String>,
}

/// `PutSubscriptionParameters`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::open) struct PutSubscription {
    pub(in crate::open) extents: Option<Object<Volume4D>>,
    pub(in crate::open) uss_base_url: Option<String>,
    pub(in crate::open) notify_for_operational_intents: Option<bool>,
    pub(in crate::open) notify_for_constraints: Option<bool>,
}

/// `SetUssAvailabilityStatusParameters`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::open) struct SetAvailability {
    pub(in crate::open) availability: Option<String>,
    pub(in crate::open) old_version: Option<String>,
}

/// Where a USS can be reached: an absolute URL, https unless the options say otherwise.
pub(in crate::open) fn base_url(
    url: Option<String>,
    place: &str,
    options: &OpenOptions,
    faults: &mut Faults,
) -> String {
    let url = url.unwrap_or_default();
    let is = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let odd = |one: char| one.is_whitespace() || one.is_control();
    if url.is_empty() {
        faults.at(place, "is missing");
    } else if url.len() > MAX_URL_BYTES {
        faults.at(place, format_args!("has more than {MAX_URL_BYTES} bytes"));
    } else if !(is("https://") || options.allow_http_base_urls && is("http://")) {
        faults.at(place, "an address that starts with https:// is needed");
    } else if url.contains(odd) || url.ends_with("://") {
        faults.at(place, "is no address");
    }
    url
}
