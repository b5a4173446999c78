//! Bodies of requests (F3548-21 Annex A), and checks that several of them share.

use super::volume::{self, Volume4D};
use super::{Faults, Object, parse};
use crate::open::OpenOptions;
use crate::open::asked::Asked;
use crate::open::fault::Fault;
use crate::open::openapi::part;
use axum::http::StatusCode;
use pool::Extent;
use pool::limits::MAX_URL_BYTES;
use serde::Deserialize;
use std::net::Ipv6Addr;
use utoipa::ToSchema;

/// What is searched: an area with a footprint (`Query…Parameters`, the same for operational intents, constraints and
/// subscriptions).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct Query {
    #[schema(value_type = Volume4D, required)]
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

/// An operational intent (`PutOperationalIntentReferenceParameters`, with `requested_ovn_suffix` of the reference
/// implementation).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct PutIntent {
    /// Together they need a footprint, a start, an end that is not over, a lowest and a highest altitude.
    #[schema(value_type = Vec<Volume4D>, required, min_items = 1, max_items = 1000)]
    pub(in crate::open) extents: Option<Vec<Object<Volume4D>>>,
    /// OVNs of all that it may meet. Not needed for Nonconforming and Contingent.
    pub(in crate::open) key: Option<Vec<String>>,
    #[schema(value_type = part::IntentState, required)]
    pub(in crate::open) state: Option<String>,
    #[schema(value_type = part::BaseUrl, required)]
    pub(in crate::open) uss_base_url: Option<String>,
    /// A subscription of the same USS that covers it. This or `new_subscription`, not both; one of them in every
    /// state but Accepted.
    #[schema(value_type = Option<part::EntityId>)]
    pub(in crate::open) subscription_id: Option<String>,
    /// A subscription that is made with it.
    #[schema(value_type = Option<NewSubscription>)]
    pub(in crate::open) new_subscription: Option<Object<NewSubscription>>,
    #[schema(value_type = Option<part::OvnSuffix>)]
    pub(in crate::open) requested_ovn_suffix: Option<String>,
}

/// A subscription that is made with an operational intent (`ImplicitSubscriptionParameters`).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct NewSubscription {
    #[schema(value_type = part::BaseUrl, required)]
    pub(in crate::open) uss_base_url: Option<String>,
    /// Whether it asks for constraints as well, and the key has to have their OVNs.
    pub(in crate::open) notify_for_constraints: Option<bool>,
}

/// A constraint (`PutConstraintReferenceParameters`).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct PutConstraint {
    /// Together they need a footprint, a start and an end that is not over.
    #[schema(value_type = Vec<Volume4D>, required, min_items = 1, max_items = 1000)]
    pub(in crate::open) extents: Option<Vec<Object<Volume4D>>>,
    #[schema(value_type = part::BaseUrl, required)]
    pub(in crate::open) uss_base_url: Option<String>,
}

/// A subscription, of at least one of the two kinds (`PutSubscriptionParameters`).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct PutSubscription {
    /// With a footprint. It begins now and lasts a day where it does not say.
    #[schema(value_type = Volume4D, required)]
    pub(in crate::open) extents: Option<Object<Volume4D>>,
    #[schema(value_type = part::BaseUrl, required)]
    pub(in crate::open) uss_base_url: Option<String>,
    pub(in crate::open) notify_for_operational_intents: Option<bool>,
    pub(in crate::open) notify_for_constraints: Option<bool>,
}

/// The state of a USS, and the version that it takes the place of (`SetUssAvailabilityStatusParameters`).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct SetAvailability {
    #[schema(value_type = part::UssAvailability, required)]
    pub(in crate::open) availability: Option<String>,
    /// Empty where nothing was ever set.
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
    } else if url.contains(odd) || !has_host(&url) {
        faults.at(place, "is no address");
    }
    url
}

/// Whether an absolute URL names a host (RFC 3986 3.2); brackets are there around an address of IPv6 alone.
fn has_host(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let literal = host.strip_prefix('[').and_then(|inner| inner.split_once(']'));
    let fits = match literal {
        Some((inner, port)) => {
            inner.parse::<Ipv6Addr>().is_ok() && (port.is_empty() || port.starts_with(':'))
        }
        None => !host.is_empty() && !host.starts_with(':') && !host.contains(['[', ']']),
    };
    fits && !user.contains(['[', ']'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_host() {
        for good in [
            "https://uss.example",
            "https://uss.example:8443/utm?a=[1]#[",
            "https://user:word@uss.example/",
            "https://[2001:db8::1]:8443/utm",
            "https://[::1]",
        ] {
            assert!(has_host(good), "{good}");
        }
        for wrong in [
            "https://",
            "https:///utm",
            "https://:8443",
            "https://[",
            "https://]/utm",
            "https://[::1/utm",
            "https://[uss.example]",
            "https://[::1]x",
            "https://a[::1]",
            "https://[@uss.example",
        ] {
            assert!(!has_host(wrong), "{wrong}");
        }
    }
}
