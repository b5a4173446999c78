//! The OpenAPI document, made from the routes themselves.

use super::problem::Problem;
use super::route::{KEY_HEADER, Method, Route, Shape};
use std::collections::BTreeMap;
use utoipa::PartialSchema;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{ResponseBuilder, ResponsesBuilder};
use utoipa::openapi::schema::{ComponentsBuilder, Schema};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, RefOr, Required, Tag,
};

/// Name of the bearer scheme.
const BEARER: &str = "desk_token";

/// Describes `routes`.
pub fn document(routes: &[Route]) -> OpenApi {
    let mut parts: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    let problem = Shape::json::<Problem>();
    let shapes = routes
        .iter()
        .flat_map(|route| route.takes.iter().chain(&route.shows))
        .chain([&problem]);
    for (name, schema) in shapes.flat_map(|shape| shape.parts.iter().cloned()) {
        parts.insert(name, schema);
    }
    let mut paths = PathsBuilder::new();
    for route in routes {
        paths = paths.path(
            route.path,
            PathItem::new(method(route.method), operation(route, &problem)),
        );
    }
    let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = ComponentsBuilder::new()
        .schemas_from_iter(parts)
        .security_scheme(BEARER, token);
    let info = InfoBuilder::new().title("Détente").version(env!("CARGO_PKG_VERSION")).description(Some(
        "One party's node. Lengths in millimetres, angles in nanodegrees, instants in microseconds UTC since \
         1970: integers throughout. Nothing shown here is a permission, and nothing unseen is clear.",
    ));
    OpenApiBuilder::new()
        .info(info.build())
        .paths(paths.build())
        .components(Some(components.build()))
        .tags(None::<Vec<Tag>>)
        .build()
}

fn operation(route: &Route, problem: &Shape) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .summary(Some(route.summary))
        .operation_id(Some(operation_id(route)))
        .responses(responses(route, problem));
    for parameter in parameters(route) {
        operation = operation.parameter(parameter);
    }
    if let Some(takes) = &route.takes {
        let body = RequestBodyBuilder::new()
            .content(takes.media, content(takes))
            .required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    if route.token {
        operation = operation.security(SecurityRequirement::new(BEARER, Vec::<String>::new()));
    }
    operation
}

fn responses(route: &Route, problem: &Shape) -> utoipa::openapi::Responses {
    let mut done = ResponseBuilder::new().description(route.summary);
    if let Some(shows) = &route.shows {
        done = done.content(shows.media, content(shows));
    }
    let refused = ResponseBuilder::new()
        .description("Not carried out; nothing of it was")
        .content("application/problem+json", content(problem));
    ResponsesBuilder::new()
        .response("200", done.build())
        .response("default", refused.build())
        .build()
}

fn content(shape: &Shape) -> utoipa::openapi::Content {
    ContentBuilder::new().schema(Some(shape.schema.clone())).build()
}

fn parameters(route: &Route) -> Vec<Parameter> {
    let text = |name: &str, place: ParameterIn, required: Required| {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required);
        parameter.schema(Some(String::schema())).build()
    };
    let names = path_names(route.path).map(|name| text(name, ParameterIn::Path, Required::True));
    let query = route
        .query
        .iter()
        .map(|name| text(name, ParameterIn::Query, Required::False));
    let mut all: Vec<Parameter> = names.chain(query).collect();
    if route.takes.is_some() {
        all.push(text(KEY_HEADER, ParameterIn::Header, Required::False));
    }
    all
}

/// Names in braces, in order.
pub fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

fn operation_id(route: &Route) -> String {
    let words = route
        .path
        .split(['/', '{', '}', '.', '-'])
        .filter(|word| !word.is_empty() && *word != "v1");
    let method = format!("{:?}", route.method).to_lowercase();
    std::iter::once(method.as_str())
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}

fn method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::Get,
        Method::Post => HttpMethod::Post,
        Method::Put => HttpMethod::Put,
        Method::Delete => HttpMethod::Delete,
    }
}
