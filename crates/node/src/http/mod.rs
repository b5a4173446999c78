//! The HTTP surface under `/v1`. Handlers parse, submit and reply: what may be done by whom,
//! and what follows, is decided by the engine and the mind.

pub mod ask;
pub mod auth;
pub mod events;
pub mod health;
pub mod keeping;
pub mod metrics;
pub mod openapi;
pub mod path;
pub mod problem;
pub mod route;
pub mod router;
pub mod schema;
pub mod show;

#[cfg(test)]
mod tests;

pub use auth::Bearer;
pub use health::Health;
pub use route::KEY_HEADER;
pub use router::routes;

use crate::core::Core;
use crate::keeper::Keeper;
pub use crate::limits::{MAX_BODY_BYTES, MAX_STREAMS};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// What every handler can reach; cheap to clone.
#[derive(Clone)]
pub struct Surface {
    /// The core thread.
    pub core: Core,
    /// What the node's keeper does.
    pub keeper: Keeper,
    /// What `Host` may say.
    pub hosts: Arc<[String]>,
    /// The OpenAPI document.
    pub openapi: Arc<str>,
    /// Places for event streams.
    pub streams: Arc<Semaphore>,
}

impl Surface {
    /// The surface of a running node.
    pub fn new(keeper: Keeper) -> Self {
        let document = openapi::document(&routes());
        let openapi = serde_json::to_string(&document).expect("the document is plain data");
        Surface {
            core: keeper.core.clone(),
            hosts: hosts(&keeper).into(),
            keeper,
            openapi: openapi.into(),
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
        }
    }

    /// The surface as a service.
    pub fn router(self) -> Router {
        let mut by_path = BTreeMap::new();
        for route in routes() {
            let handler = by_path.remove(route.path).unwrap_or_default();
            by_path.insert(
                route.path,
                axum::routing::MethodRouter::merge(handler, route.handler),
            );
        }
        let mut router = Router::new();
        for (path, handler) in by_path {
            router = router.route(
                path,
                handler.fallback(|| async { problem::Problem::wrong_method() }),
            );
        }
        router
            .fallback(|| async { problem::Problem::not_found("such address") })
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .layer(from_fn_with_state(self.clone(), auth::meant_for_us))
            .with_state(self)
    }
}

/// Serves for as long as the node runs.
pub async fn serve(listener: TcpListener, keeper: Keeper) {
    let router = Surface::new(keeper).router();
    if let Err(why) = axum::serve(listener, router).await {
        eprintln!("detente: the HTTP surface broke off: {why}. Lines go on; start the node again.");
    }
}

/// What `Host` and `Origin` may say: the address listened on, its name `localhost`, and what
/// the settings add for a proxy.
fn hosts(keeper: &Keeper) -> Vec<String> {
    let address = keeper.http_address;
    let mut hosts = vec![address.to_string(), format!("localhost:{}", address.port())];
    hosts.extend(keeper.config.http.hosts.iter().cloned());
    hosts
}
