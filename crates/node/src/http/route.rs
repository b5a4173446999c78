//! One line a route: the handler and its description come from the same place, so the
//! OpenAPI document cannot miss a route.

use super::Surface;
use super::ask::Ask;
use super::auth::{Bearer, bearer};
use super::path::At;
use super::problem::Problem;
use super::show::Done;
use accord::time::Now;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use engine::Engine;
use engine::event::Answer;
use engine::input::{IdempotencyKey, Keep};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

/// Name of the header that makes a write safe to repeat.
pub const KEY_HEADER: &str = "idempotency-key";

/// A method of a route.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Does.
    Post,
    /// Sets under a name that the client chooses.
    Put,
    /// Takes away.
    Delete,
}

/// How a body looks.
pub struct Shape {
    /// Its schema.
    pub schema: RefOr<Schema>,
    /// Schemas that it refers to.
    pub parts: Vec<(String, RefOr<Schema>)>,
    /// Content type.
    pub media: &'static str,
}

/// One route.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path, with names in braces.
    pub path: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Names that the query may hold.
    pub query: &'static [&'static str],
    /// Whether it needs a token.
    pub token: bool,
    /// What it takes.
    pub takes: Option<Shape>,
    /// What it shows.
    pub shows: Option<Shape>,
    /// What serves it.
    pub handler: MethodRouter<Surface>,
}

type Params = Result<Path<BTreeMap<String, String>>, axum::extract::rejection::PathRejection>;
type Pairs = Result<Query<BTreeMap<String, String>>, axum::extract::rejection::QueryRejection>;

/// A command of a desk.
pub fn ask<A: Ask>(method: Method, path: &'static str, summary: &'static str) -> Route {
    let handler = move |State(surface): State<Surface>,
                        path: Params,
                        pairs: Pairs,
                        headers: HeaderMap,
                        body: Bytes| async move {
        let bearer = bearer(&surface, &headers).await?;
        let at = at(path, pairs, &[])?;
        let ask: A = read_body(&headers, &body)?;
        let key = idempotency_key(&bearer, &headers)?;
        let answer = surface
            .core
            .command(bearer.officer, key, ask.command(&at))
            .await?;
        Ok::<_, Problem>(Json(Done::from(&answer)))
    };
    let mut route = Route::new(method, path, summary, on(method.filter(), handler));
    route.takes = Some(Shape::json::<A>());
    route.shows = Some(Shape::json::<Done>());
    route
}

/// A view, read off the durable state.
pub fn view<T: Serialize + ToSchema + Send + 'static>(
    path: &'static str,
    summary: &'static str,
    query: &'static [&'static str],
    read: fn(&Engine, Now, &At) -> Result<T, Problem>,
) -> Route {
    let handler = move |State(surface): State<Surface>, path: Params, pairs: Pairs, headers: HeaderMap| async move {
        bearer(&surface, &headers).await?;
        let at = at(path, pairs, query)?;
        let shown = surface
            .core
            .query(move |engine, now| read(engine, now, &at))
            .await??;
        Ok::<_, Problem>(Json(shown))
    };
    let mut route = Route::new(Method::Get, path, summary, on(MethodFilter::GET, handler));
    route.query = query;
    route.shows = Some(Shape::json::<T>());
    route
}

/// Something that the node's keeper asks of the engine.
pub fn keep<B: DeserializeOwned + ToSchema + Send + 'static>(
    method: Method,
    path: &'static str,
    summary: &'static str,
    keep: fn(B, &At) -> Result<Keep, Problem>,
) -> Route {
    let handler = move |State(surface): State<Surface>,
                        path: Params,
                        pairs: Pairs,
                        headers: HeaderMap,
                        body: Bytes| async move {
        let bearer = bearer(&surface, &headers).await?;
        let at = at(path, pairs, &[])?;
        let keep = keep(read_body(&headers, &body)?, &at)?;
        let key = idempotency_key(&bearer, &headers)?;
        let answer = surface.core.keep(bearer.officer, key, keep).await?;
        Ok::<_, Problem>(Json(Done::from(&answer)))
    };
    let mut route = Route::new(method, path, summary, on(method.filter(), handler));
    route.takes = Some(Shape::json::<B>());
    route.shows = Some(Shape::json::<Done>());
    route
}

/// A deed of the edge that is more than one question to the engine.
pub fn deed<B, T, F>(
    method: Method,
    path: &'static str,
    summary: &'static str,
    run: fn(Surface, Bearer, Option<IdempotencyKey>, At, B) -> F,
) -> Route
where
    B: DeserializeOwned + ToSchema + Send + 'static,
    T: Serialize + ToSchema + Send + 'static,
    F: Future<Output = Result<T, Problem>> + Send + 'static,
{
    let handler = move |State(surface): State<Surface>,
                        path: Params,
                        pairs: Pairs,
                        headers: HeaderMap,
                        body: Bytes| async move {
        let bearer = bearer(&surface, &headers).await?;
        let at = at(path, pairs, &[])?;
        let body = read_body(&headers, &body)?;
        let key = idempotency_key(&bearer, &headers)?;
        run(surface, bearer, key, at, body).await.map(Json)
    };
    let mut route = Route::new(method, path, summary, on(method.filter(), handler));
    route.takes = Some(Shape::json::<B>());
    route.shows = Some(Shape::json::<T>());
    route
}

/// A route whose handler does everything itself.
pub fn raw(
    path: &'static str,
    summary: &'static str,
    media: &'static str,
    handler: MethodRouter<Surface>,
) -> Route {
    let mut route = Route::new(Method::Get, path, summary, handler);
    route.shows = Some(Shape::text(media));
    route
}

impl Method {
    fn filter(self) -> MethodFilter {
        match self {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Delete => MethodFilter::DELETE,
        }
    }
}

impl Shape {
    /// A JSON body.
    pub fn json<T: ToSchema>() -> Self {
        let mut parts = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut parts);
        let schema = RefOr::Ref(utoipa::openapi::Ref::from_schema_name(T::name()));
        Shape {
            schema,
            parts,
            media: "application/json",
        }
    }

    /// Any other text.
    pub fn text(media: &'static str) -> Self {
        use utoipa::PartialSchema;
        Shape {
            schema: String::schema(),
            parts: Vec::new(),
            media,
        }
    }
}

impl Route {
    /// Without a token: health and the description itself.
    pub fn open(mut self) -> Self {
        self.token = false;
        self
    }

    /// Shows JSON of this type.
    pub fn showing<T: ToSchema>(mut self) -> Self {
        self.shows = Some(Shape::json::<T>());
        self
    }

    fn new(
        method: Method,
        path: &'static str,
        summary: &'static str,
        handler: MethodRouter<Surface>,
    ) -> Self {
        Route {
            method,
            path,
            summary,
            query: &[],
            token: true,
            takes: None,
            shows: None,
            handler,
        }
    }
}

/// The holder of the token, for handlers of [`raw`] routes.
///
/// # Errors
/// See [`bearer`].
pub async fn holder(surface: &Surface, headers: &HeaderMap) -> Result<Bearer, Response> {
    bearer(surface, headers)
        .await
        .map_err(IntoResponse::into_response)
}

fn at(path: Params, pairs: Pairs, known: &[&str]) -> Result<At, Problem> {
    let Path(names) = path.map_err(|why| Problem::unreadable(why.body_text()))?;
    let Query(query) = pairs.map_err(|why| Problem::unreadable(why.body_text()))?;
    let at = At::new(names, query);
    let unknown = at.query_names().find(|name| !known.contains(name));
    match unknown.map(|name| format!("the query knows no {name:?}")) {
        Some(detail) => Err(Problem::unreadable(detail)),
        None => Ok(at),
    }
}

/// A JSON body; nothing at all reads as `{}`. Another content type is refused, so that no
/// page elsewhere can send one without asking first.
fn read_body<B: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<B, Problem> {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|media| media.to_str().ok())
        .unwrap_or_default();
    let json = media
        .split(';')
        .next()
        .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"));
    let nothing = body.is_empty() && media.is_empty();
    if !json && !nothing {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "JSON is needed",
            "send the body with Content-Type: application/json",
        ));
    }
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|why| {
        let title = "The body has a fault";
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "body",
            title,
            format!("the body cannot be read: {why}"),
        )
    })
}

fn idempotency_key(bearer: &Bearer, headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get(KEY_HEADER) else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .map_err(|_| Problem::unreadable("an Idempotency-Key is plain ASCII"))?;
    Ok(Some(IdempotencyKey {
        scope: bearer.token.clone(),
        key: key.to_owned(),
    }))
}

impl From<&Answer> for Done {
    fn from(answer: &Answer) -> Self {
        match answer {
            Answer::Done(outcome) => Done {
                id: outcome.id.clone(),
                notes: outcome.notes.iter().map(Into::into).collect(),
            },
            Answer::Made(id) => Done {
                id: Some(id.clone()),
                notes: Vec::new(),
            },
        }
    }
}

#[cfg(test)]
mod fuzzed;
