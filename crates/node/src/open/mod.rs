//! Open traffic: the HTTP face of the ASTM F3548-21, F3411-19 and F3411-22a discovery and synchronization services.
//!
//! Here requests are read and answers written; what comes of a request is decided by the pool, behind [`Ask`].
//! What always holds:
//! - a client without a valid token hears 401, one whose token does not reach 403, before its body is looked at;
//! - everything wrong with a body is told at once, each fault with its place;
//! - every answer is JSON, refusals of any kind too, save `ok` of `/healthy`;
//! - nothing is read, kept or waited for without a limit.

mod about;
mod asked;
mod availability;
mod constraints;
mod door;
mod fault;
#[cfg(test)]
mod fuzzed;
mod intents;
mod keys;
mod listen;
pub(crate) mod mint;
mod openapi;
mod options;
mod reports;
mod rid;
mod router;
mod shape;
mod short_rsa;
mod subscriptions;
mod token;
mod trust;
mod wire;

pub use options::OpenOptions;

use crate::core::{Core, Failure};
use crate::failed::Failed;
use about::Board;
use axum::Router;
use engine::input::OpenRefused;
use keys::Keys;
use pool::{Answer, Refused, Request};
use router::{Route, routes};
use shape::Workers;
use std::future::Future;
use std::sync::Arc;
use token::Gate;
use tokio::net::TcpListener;

/// What decides requests: the engine, or a pool in memory.
pub trait Ask: Send + Sync {
    /// What came of a request, once it is durable.
    fn ask(&self, request: Request) -> impl Future<Output = Result<Result<Answer, Refused>, Busy>> + Send;
}

/// Why a request was not decided. Nothing of it was.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// Too much waits already.
    #[error("too many requests wait already; try again")]
    Full,
    /// The disk is nearly full.
    #[error("disk space is below the reserve: writes are refused, reads go on")]
    DiskReserve,
    /// The node stopped.
    #[error("this node has stopped deciding")]
    Stopped,
}

impl Ask for Core {
    async fn ask(&self, request: Request) -> Result<Result<Answer, Refused>, Busy> {
        match self.open(request).await {
            Ok(Ok(answer)) => Ok(Ok(answer)),
            Ok(Err(OpenRefused::Pool(refused))) => Ok(Err(refused)),
            Ok(Err(OpenRefused::DiskReserve)) => Err(Busy::DiskReserve),
            Err(Failure::Stopped) => Err(Busy::Stopped),
            Err(Failure::Full(_) | Failure::Refused(_)) => Err(Busy::Full),
        }
    }
}

/// The open traffic of one node.
pub struct Open<A> {
    core: A,
    options: Arc<OpenOptions>,
    routes: Vec<Route>,
    gate: Gate,
    keys: Arc<Keys>,
    workers: Workers,
    board: Board,
}

impl<A: Ask + 'static> Open<A> {
    /// Open traffic in front of what decides it.
    ///
    /// # Errors
    /// Options that let nobody in, and keys that cannot be read.
    pub fn new(core: A, options: OpenOptions) -> Result<Arc<Self>, Failed> {
        options.check()?;
        let keys = Arc::new(Keys::new(&options)?);
        let options = Arc::new(options);
        let routes = routes();
        Ok(Arc::new(Open {
            core,
            gate: Gate::new(Arc::clone(&keys), options.audiences.clone()),
            keys,
            workers: Workers::new(),
            board: Board::new(Arc::clone(&options), &routes),
            routes,
            options,
        }))
    }

    /// The face as a service.
    pub fn router(self: Arc<Self>) -> Router {
        Router::new().fallback(door::enter::<A>).with_state(self)
    }

    /// Serves for as long as the node runs.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        let keys = Arc::clone(&self.keys);
        keys.look().await;
        tokio::spawn(keys.keep_looking());
        if let Err(why) = axum::serve(listen::Patient::new(listener), self.router()).await {
            eprintln!("detente: open traffic broke off: {why}. Lines go on; start the node again.");
        }
    }
}
