//! The table of contents of open traffic: one line a route, with the scopes of which a token needs one.

use super::about::{self, Board};
use super::asked::{Asked, Reply};
use super::fault::Fault;
use super::wire::{reply, rid_reply};
use super::{OpenOptions, availability, constraints, intents, reports, rid, subscriptions};
use axum::http::Method;
use pool::{Answer, Call};

const SC: &str = "utm.strategic_coordination";
/// Also what the states Nonconforming and Contingent need.
pub(super) const CMSA: &str = "utm.conformance_monitoring_sa";
const CP: &str = "utm.constraint_processing";
const CM: &str = "utm.constraint_management";
const AA: &str = "utm.availability_arbitration";
const READ: &str = "dss.read.identification_service_areas";
const WRITE: &str = "dss.write.identification_service_areas";
const DP: &str = "rid.display_provider";
const SP: &str = "rid.service_provider";
const RID: Scopes = &[READ, WRITE];
const POOL: Scopes = &["interuss.pool_status.read"];
const BEAT: Scopes = &["interuss.pool_status.heartbeat.write"];
const VERSIONS: Scopes = &["interuss.versioning.read_system_versions"];
/// No token at all.
const OPEN: Scopes = &[];

pub(super) const INTENTS: &str = "/dss/v1/operational_intent_references/query";
pub(super) const INTENT: &str = "/dss/v1/operational_intent_references/{id}";
pub(super) const INTENT_OVN: &str = "/dss/v1/operational_intent_references/{id}/{ovn}";
pub(super) const CONSTRAINTS: &str = "/dss/v1/constraint_references/query";
pub(super) const CONSTRAINT: &str = "/dss/v1/constraint_references/{id}";
pub(super) const CONSTRAINT_OVN: &str = "/dss/v1/constraint_references/{id}/{ovn}";
pub(super) const SUBSCRIPTIONS: &str = "/dss/v1/subscriptions/query";
pub(super) const SUBSCRIPTION: &str = "/dss/v1/subscriptions/{id}";
pub(super) const SUBSCRIPTION_VERSION: &str = "/dss/v1/subscriptions/{id}/{version}";
pub(super) const USS: &str = "/dss/v1/uss_availability/{uss}";
pub(super) const REPORTS: &str = "/dss/v1/reports";
pub(super) const V1_AREAS: &str = "/v1/dss/identification_service_areas";
pub(super) const V1_AREA: &str = "/v1/dss/identification_service_areas/{id}";
pub(super) const V1_AREA_VERSION: &str = "/v1/dss/identification_service_areas/{id}/{version}";
pub(super) const V1_SUBS: &str = "/v1/dss/subscriptions";
pub(super) const V1_SUB: &str = "/v1/dss/subscriptions/{id}";
pub(super) const V1_SUB_VERSION: &str = "/v1/dss/subscriptions/{id}/{version}";
pub(super) const V2_AREAS: &str = "/rid/v2/dss/identification_service_areas";
pub(super) const V2_AREA: &str = "/rid/v2/dss/identification_service_areas/{id}";
pub(super) const V2_AREA_VERSION: &str = "/rid/v2/dss/identification_service_areas/{id}/{version}";
pub(super) const V2_SUBS: &str = "/rid/v2/dss/subscriptions";
pub(super) const V2_SUB: &str = "/rid/v2/dss/subscriptions/{id}";
pub(super) const V2_SUB_VERSION: &str = "/rid/v2/dss/subscriptions/{id}/{version}";
pub(super) const HEARTBEAT: &str = "/aux/v1/pool/dss_instances/heartbeat";

/// Every route: those of F3548-21, of F3411-19 and of F3411-22a in the order of their annexes, and the rest.
#[rustfmt::skip]
pub(super) fn routes() -> Vec<Route> {
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    vec![
        ask(&post,   INTENTS,              &[SC, CMSA],             intents::query),
        ask(&get,    INTENT,               &[SC, CMSA],             intents::get),
        ask(&put,    INTENT,               &[SC, CMSA],             intents::put),
        ask(&put,    INTENT_OVN,           &[SC, CMSA],             intents::put),
        ask(&delete, INTENT_OVN,           &[SC, CMSA],             intents::delete),
        ask(&post,   CONSTRAINTS,          &[CM, CP],               constraints::query),
        ask(&get,    CONSTRAINT,           &[CM, CP],               constraints::get),
        ask(&put,    CONSTRAINT,           &[CM],                   constraints::put),
        ask(&put,    CONSTRAINT_OVN,       &[CM],                   constraints::put),
        ask(&delete, CONSTRAINT_OVN,       &[CM],                   constraints::delete),
        ask(&post,   SUBSCRIPTIONS,        &[SC, CP],               subscriptions::query),
        ask(&get,    SUBSCRIPTION,         &[SC, CP],               subscriptions::get),
        ask(&put,    SUBSCRIPTION,         &[SC, CP],               subscriptions::put),
        ask(&put,    SUBSCRIPTION_VERSION, &[SC, CP],               subscriptions::put),
        ask(&delete, SUBSCRIPTION_VERSION, &[SC, CP],               subscriptions::delete),
        ask(&post,   REPORTS,              &[CM, CP, SC, CMSA, AA], reports::make),
        ask(&get,    USS,                  &[AA, SC, CMSA],         availability::get),
        ask(&put,    USS,                  &[AA],                   availability::set),

        rid1(&get,    V1_AREAS,        &[READ],        rid::search_areas),
        rid1(&get,    V1_AREA,         &[READ],        rid::get_area),
        rid1(&put,    V1_AREA,         &[WRITE],       rid::put_area_v19),
        rid1(&put,    V1_AREA_VERSION, &[WRITE],       rid::put_area_v19),
        rid1(&delete, V1_AREA_VERSION, &[WRITE],       rid::delete_area),
        rid1(&get,    V1_SUBS,         &[READ],        rid::search_subscriptions),
        rid1(&get,    V1_SUB,          &[READ, WRITE], rid::get_subscription),
        rid1(&put,    V1_SUB,          &[READ],        rid::put_subscription_v19),
        rid1(&put,    V1_SUB_VERSION,  &[READ],        rid::put_subscription_v19),
        rid1(&delete, V1_SUB_VERSION,  &[READ],        rid::delete_subscription),

        rid2(&get,    V2_AREAS,        &[DP],          rid::search_areas),
        rid2(&get,    V2_AREA,         &[DP, SP],      rid::get_area),
        rid2(&put,    V2_AREA,         &[SP],          rid::put_area_v22a),
        rid2(&put,    V2_AREA_VERSION, &[SP],          rid::put_area_v22a),
        rid2(&delete, V2_AREA_VERSION, &[SP],          rid::delete_area),
        rid2(&get,    V2_SUBS,         &[DP],          rid::search_subscriptions),
        rid2(&get,    V2_SUB,          &[DP, SP],      rid::get_subscription),
        rid2(&put,    V2_SUB,          &[DP],          rid::put_subscription_v22a),
        rid2(&put,    V2_SUB_VERSION,  &[DP],          rid::put_subscription_v22a),
        rid2(&delete, V2_SUB_VERSION,  &[DP],          rid::delete_subscription),

        tell(&get,   "/healthy",                                OPEN,     about::healthy),
        tell(&get,   "/openapi.json",                           OPEN,     about::openapi),
        tell(&get,   "/versions/{system}",                      VERSIONS, about::system_version),
        tell(&get,   "/aux/v1/version",                         OPEN,     about::version),
        tell(&get,   "/aux/v1/validate_oauth",                  RID,      about::validate_oauth),
        tell(&get,   "/aux/v1/pool",                            POOL,     about::pool),
        tell(&get,   "/aux/v1/pool/dss_instances",              POOL,     about::instances),
        tell(&put,   HEARTBEAT,                                 BEAT,     about::heartbeat),
        tell(&get,   "/aux/v1/configuration/accepted_ca_certs", OPEN,     about::no_certificates),
        tell(&get,   "/aux/v1/configuration/ca_certs",          OPEN,     about::no_certificates),
        tell(&get,   "/aux/v1/configuration/global_options",    POOL,     about::global_options),
    ]
}

/// Scopes of which a token needs one.
pub(super) type Scopes = &'static [&'static str];
/// Reads a request for the pool.
pub(super) type Read = fn(&Asked, &OpenOptions) -> Result<Call, Fault>;
/// Writes an answer of the pool.
pub(super) type Show = fn(&Answer) -> Reply;
/// Answers at once.
pub(super) type Tell = fn(&Board, &Asked) -> Result<Reply, Fault>;

/// One route.
pub(super) struct Route {
    method: Method,
    path: &'static str,
    /// Scopes of which a token needs one; none when no token is needed.
    pub(super) scopes: Scopes,
    /// What it does.
    pub(super) deed: Deed,
}

/// What a route does.
#[derive(Copy, Clone)]
pub(super) enum Deed {
    /// Asks the pool.
    Ask(Read, Show),
    /// Answers at once.
    Tell(Tell),
}

impl Route {
    /// Whether it is this one.
    pub(super) fn is(&self, method: &Method, path: &str) -> bool {
        self.method == *method && self.path == path
    }

    /// Its method and path.
    #[cfg(test)]
    pub(super) fn place(&self) -> (String, String) {
        (self.method.to_string(), self.path.to_owned())
    }
}

/// Of F3548-21.
fn ask(method: &Method, path: &'static str, scopes: Scopes, read: Read) -> Route {
    route(method, path, scopes, Deed::Ask(read, reply::of))
}

/// Of F3411-19.
fn rid1(method: &Method, path: &'static str, scopes: Scopes, read: Read) -> Route {
    route(method, path, scopes, Deed::Ask(read, rid_reply::v19))
}

/// Of F3411-22a.
fn rid2(method: &Method, path: &'static str, scopes: Scopes, read: Read) -> Route {
    route(method, path, scopes, Deed::Ask(read, rid_reply::v22a))
}

fn tell(method: &Method, path: &'static str, scopes: Scopes, tell: Tell) -> Route {
    route(method, path, scopes, Deed::Tell(tell))
}

fn route(method: &Method, path: &'static str, scopes: Scopes, deed: Deed) -> Route {
    Route {
        method: method.clone(),
        path,
        scopes,
        deed,
    }
}

/// The route of a request, and what its path names. A name may be empty, as the reference implementation has it.
pub(super) fn find<'r>(routes: &'r [Route], method: &Method, path: &str) -> Option<(&'r Route, Vec<String>)> {
    let mut of_method = routes.iter().filter(|route| route.method == *method);
    of_method.find_map(|route| Some((route, names(route.path, path)?)))
}

fn names(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (mut wanted, mut given, mut names) = (pattern.split('/'), path.split('/'), Vec::new());
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(names),
            (Some(name), Some(text)) if name.starts_with('{') => names.push(decoded(text)),
            (Some(fixed), Some(text)) if fixed == text => {}
            _ => return None,
        }
    }
}

/// A segment of a path without its percent-encoding; what is not encoded as it should be stays as it is.
fn decoded(segment: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(segment.len()), segment.as_bytes());
    while let [first, after @ ..] = rest {
        let encoded = after.get(..2).filter(|_| *first == b'%');
        let byte = encoded.and_then(|digits| hex::decode(digits).ok());
        bytes.push(byte.as_ref().map_or(*first, |byte| byte[0]));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_may_be_empty_and_is_decoded() {
        assert_eq!(
            names("/a/{id}/{ovn}", "/a/x/"),
            Some(vec!["x".into(), String::new()])
        );
        assert_eq!(
            names("/a/{id}/{ovn}", "/a//y"),
            Some(vec![String::new(), "y".into()])
        );
        assert_eq!(
            names("/a/{id}", "/a/%7B1%7d%2f%zz%4"),
            Some(vec!["{1}/%zz%4".into()])
        );
        assert_eq!(names("/a/{id}", "/a"), None);
        assert_eq!(names("/a/{id}", "/a/x/"), None);
        assert_eq!(names("/a/{id}", "/b/x"), None);
    }

    #[test]
    fn no_two_routes_answer_the_same_request() {
        let routes = routes();
        for (at, route) in routes.iter().enumerate() {
            let path = route.path.replace(['{', '}'], "");
            let same = routes[at + 1..]
                .iter()
                .filter(|other| other.method == route.method);
            let found = same.filter(|other| names(other.path, &path).is_some()).count();
            assert_eq!(found, 0, "{} {}", route.method, route.path);
        }
    }
}
