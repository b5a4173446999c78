//! From volumes to where and when: cells, a span of time, a span of height. Done on threads of its own, so that a
//! shape that takes long holds up nobody but those who wait for the same threads.

use super::fault::Fault;
use super::stand_in::{Limits, Shape, cover_all};
use super::wire::Faults;
use super::wire::volume::{Outline, Volume};
use crate::limits::{MAX_SHAPING, MAX_SHAPING_WAITING};
use geo4d::s2::Cells;
use pool::Extent;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Threads that read bodies, and places to wait for them.
pub(super) struct Workers {
    places: Arc<Semaphore>,
    threads: Arc<Semaphore>,
}

impl Workers {
    /// All of them free.
    pub(super) fn new() -> Self {
        Workers {
            places: Arc::new(Semaphore::new(MAX_SHAPING + MAX_SHAPING_WAITING)),
            threads: Arc::new(Semaphore::new(MAX_SHAPING)),
        }
    }

    /// Runs work on one of the threads. Work goes on when nobody waits for it any more, and keeps its place.
    ///
    /// # Errors
    /// 503 when every place is taken.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Fault::unavailable("too many requests wait to be read; try again"))?;
        let thread = Arc::clone(&self.threads).acquire_owned().await;
        let thread = thread.map_err(Fault::unavailable)?;
        let done = spawn_blocking(move || {
            let done = work();
            drop((place, thread));
            done
        });
        done.await.map_err(|_| {
            Fault::new(
                axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                "reading the request broke off",
            )
        })
    }
}

/// One box around volumes whose parts were read. `places` names each volume for its client.
pub(super) fn extent(
    volumes: &[Volume],
    places: &[String],
    strict: bool,
    faults: &mut Faults,
) -> Option<Extent> {
    let bounds: Vec<Extent> = volumes.iter().map(|volume| volume.bounds.clone()).collect();
    let mut hull = Extent::hull(&bounds)?;
    hull.cells = cover(volumes, places, strict, faults)?;
    Some(hull)
}

/// The cells of all outlines; none where there is no outline.
fn cover(volumes: &[Volume], places: &[String], strict: bool, faults: &mut Faults) -> Option<Cells> {
    let limits = if strict {
        Limits::REFERENCE
    } else {
        Limits::BOUNDED
    };
    let outlined = volumes
        .iter()
        .zip(places)
        .filter_map(|(volume, place)| Some((volume.outline.as_ref()?, place)));
    let (outlines, places): (Vec<&Outline>, Vec<&String>) = outlined.unzip();
    let shapes: Vec<Shape<'_>> = outlines.iter().map(|outline| outline.shape()).collect();
    let found = cover_all(&shapes, &limits);
    found
        .map_err(|found| {
            for (at, fault) in found {
                let place = format!("{}.volume.{}", places[at], outlines[at].name());
                if fault.is_size() {
                    faults.too_large(place, fault)
                } else {
                    faults.at(place, fault)
                }
            }
        })
        .ok()
}
