//! The OpenAPI document of open traffic, made of the table of routes, the types that go over the wire, and a table of what
//! there is to say about each route.
//!
//! What always holds: every route is described, and nothing else; every status that a route can give is named, with
//! its body. It tells what is enough for success: requests are read more leniently than that.

mod about;
mod example;
pub(super) mod part;
mod table;
mod table_rid;

#[cfg(test)]
mod tests;

use super::router::{Deed, Route};
use crate::http::openapi::path_names;
use crate::http::route::Shape;
use about::{About, Members};
use axum::http::{Method, StatusCode};
use std::collections::BTreeMap;
use utoipa::PartialSchema;
use utoipa::openapi::link::{Link, LinkBuilder};
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ComponentsBuilder, Schema};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, RefOr, Required, Tag,
};

/// Name of the bearer scheme.
const BEARER: &str = "access_token";

/// Every refusal says why.
const REFUSED: Members = Members::of("Refused", &["message"]);

const INTRODUCTION: &str = "A discovery and synchronization service of ASTM F3548-21, and of remote identification by \
    ASTM F3411-19 and F3411-22a, on one store. Of the scopes that stand with an operation an access token needs one. What is described is enough for success; requests are read more leniently: what \
    is not known is ignored, what is missing or null counts as zero, empty or none and is judged as such.";

/// Describes routes. Whoever adds a route adds to the table here as well.
pub(super) fn document(routes: &[Route]) -> OpenApi {
    let abouts = table::abouts();
    let described = abouts.iter().filter_map(|about| {
        let mut all = routes.iter();
        let route = all.find(|route| route.is(&about.method, about.path))?;
        Some((about, operation(about, route, &abouts)))
    });
    let mut paths = PathsBuilder::new();
    for (about, operation) in described {
        paths = paths.path(about.path, PathItem::new(method(&about.method), operation));
    }
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT");
    let components = ComponentsBuilder::new()
        .schemas_from_iter(parts(&abouts))
        .security_scheme(BEARER, SecurityScheme::Http(token.build()));
    let info = InfoBuilder::new()
        .title("Détente: the open service")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(INTRODUCTION));
    OpenApiBuilder::new()
        .info(info.build())
        .paths(paths.build())
        .components(Some(components.build()))
        .tags(None::<Vec<Tag>>)
        .build()
}

/// Schemas that bodies refer to, by name.
fn parts(abouts: &[About]) -> BTreeMap<String, RefOr<Schema>> {
    let refused = REFUSED.shape();
    let taken = abouts.iter().filter_map(|about| about.takes.as_ref());
    let taken = taken.map(|(shape, _)| shape);
    let given = abouts
        .iter()
        .flat_map(|about| &about.gives)
        .map(|(_, shape)| shape);
    let mut parts = BTreeMap::new();
    for (name, schema) in taken
        .chain(given)
        .chain([&refused])
        .flat_map(|shape| &shape.parts)
    {
        let before = parts.insert(name.clone(), schema.clone());
        assert!(
            before.is_none_or(|before| before == *schema),
            "two schemas are called {name}"
        );
    }
    parts
}

fn operation(about: &About, route: &Route, all: &[About]) -> Operation {
    let mut operation = OperationBuilder::new()
        .summary(Some(about.summary))
        .operation_id(Some(operation_id(about)));
    for parameter in parameters(about) {
        operation = operation.parameter(parameter);
    }
    if let Some((shape, example)) = &about.takes {
        let content = ContentBuilder::new()
            .schema(Some(shape.schema.clone()))
            .example(Some(example()));
        let body = RequestBodyBuilder::new()
            .content(shape.media, content.build())
            .required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    for (status, response) in responses(about, route, &links(about, all)) {
        operation = operation.response(status.to_string(), response);
    }
    for scope in route.scopes {
        operation = operation.security(SecurityRequirement::new(BEARER, [*scope]));
    }
    operation.build()
}

/// Every status that a route can give, and its body.
fn responses(about: &About, route: &Route, links: &[(String, Link)]) -> BTreeMap<u16, Response> {
    let refused = REFUSED.shape();
    let given = about.gives.iter().map(|(status, shape)| {
        let response = response(*status, shape);
        let links = links.iter().filter(|_| *status < 300);
        let response = links.fold(response, |response, (name, link)| {
            response.link(name, link.clone())
        });
        (*status, response.build())
    });
    let mut responses: BTreeMap<u16, Response> = given.collect();
    for status in everywhere(route).iter().chain(about.may) {
        responses
            .entry(*status)
            .or_insert_with(|| response(*status, &refused).build());
    }
    responses
}

/// Refusals that a route shares with all of its kind: a query, body or token that cannot be read, a body that is too large,
/// too much that waits already; where the pool is asked, a reading that breaks off.
fn everywhere(route: &Route) -> &'static [u16] {
    match (route.scopes.is_empty(), route.deed) {
        (true, Deed::Tell(_)) => &[400, 413, 503],
        (false, Deed::Tell(_)) => &[400, 401, 403, 413, 503],
        (true, Deed::Ask(..)) => &[400, 413, 500, 503],
        (false, Deed::Ask(..)) => &[400, 401, 403, 413, 500, 503],
    }
}

fn response(status: u16, shape: &Shape) -> ResponseBuilder {
    let status = StatusCode::from_u16(status).ok();
    let reason = status.and_then(|status| status.canonical_reason());
    let content = ContentBuilder::new().schema(Some(shape.schema.clone()));
    let response = ResponseBuilder::new().description(reason.unwrap_or_default());
    response.content(shape.media, content.build())
}

/// Where what was written can be read, changed and ended: with the id that it was written under, and its new version.
fn links(about: &About, all: &[About]) -> Vec<(String, Link)> {
    let Some(pointer) = about.version.filter(|_| about.method == Method::PUT) else {
        return Vec::new();
    };
    let one = about
        .path
        .trim_end_matches("/{ovn}")
        .trim_end_matches("/{version}");
    let of_it = all.iter().filter(|other| other.path.starts_with(one));
    let next = of_it.filter(|other| !(other.method == Method::PUT && other.path == one));
    let version = format!("$response.body#{pointer}");
    let link = |other: &About| {
        let id = operation_id(other);
        let names = path_names(other.path).zip(["$request.path.id", version.as_str()]);
        let link = names.fold(LinkBuilder::new().operation_id(&id), |link, (name, from)| {
            link.parameter(name, from)
        });
        (id, link.build())
    };
    next.map(link).collect()
}

fn parameters(about: &About) -> Vec<Parameter> {
    let parameter = |name: &str, place: ParameterIn, required: Required, schema: RefOr<Schema>| {
        let parameter = ParameterBuilder::new().name(name).parameter_in(place);
        parameter.required(required).schema(Some(schema)).build()
    };
    let names =
        path_names(about.path).map(|name| parameter(name, ParameterIn::Path, Required::True, named(name)));
    let query = about.query.iter().map(|(name, schema, required)| {
        let required = if *required {
            Required::True
        } else {
            Required::False
        };
        parameter(name, ParameterIn::Query, required, schema.clone())
    });
    names.chain(query).collect()
}

/// What a name in a path has to look like; the same name means the same everywhere.
fn named(name: &str) -> RefOr<Schema> {
    match name {
        "id" => part::EntityId::schema(),
        "ovn" | "version" => part::VersionGiven::schema(),
        "uss" => part::Uss::schema(),
        _ => String::schema(),
    }
}

fn operation_id(about: &About) -> String {
    let words = about.path.split(['/', '{', '}', '.', '-']);
    let words = words.filter(|word| !word.is_empty());
    let method = about.method.as_str().to_lowercase();
    std::iter::once(method.as_str())
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}
