//! From volumes to where and when: cells, a span of time, a span of height. Done on threads of its own, so that a
//! shape that takes long holds up nobody but those who wait for the same threads.

use super::fault::Fault;
use super::wire::Faults;
use super::wire::volume::{Outline, Volume};
use crate::limits::{MAX_OPEN_BODY_BYTES, MAX_SHAPING, OPEN_BODIES_KIB};
use axum::http::StatusCode;
use geo4d::s2::{Cells, Limits, Shape, ShapeFault, cover_all};
use pool::Extent;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

/// Threads that read bodies, and room for bodies that wait for them.
pub(super) struct Workers {
    room: Arc<Semaphore>,
    threads: Arc<Semaphore>,
}

impl Workers {
    /// All of them free.
    pub(super) fn new() -> Self {
        Workers {
            room: Arc::new(Semaphore::new(OPEN_BODIES_KIB as usize)),
            threads: Arc::new(Semaphore::new(MAX_SHAPING)),
        }
    }

    /// Room for a body; of one whose length is not known, for the longest.
    ///
    /// # Errors
    /// 503 when there is none.
    pub(super) fn room(&self, bytes: Option<u64>) -> Result<OwnedSemaphorePermit, Fault> {
        let most = (MAX_OPEN_BODY_BYTES / 1024) as u32;
        let kib = bytes.map_or(most, |bytes| {
            u32::try_from(bytes / 1024).unwrap_or(most).clamp(1, most)
        });
        let room = Arc::clone(&self.room).try_acquire_many_owned(kib);
        room.map_err(|_| Fault::unavailable("too many requests wait to be read; try again"))
    }

    /// Runs work on one of the threads. Work goes on when nobody waits for it any more, and keeps its thread.
    ///
    /// # Errors
    /// 500 when the work breaks off.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let broken = |_| Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "reading the request broke off");
        let thread = Arc::clone(&self.threads).acquire_owned().await;
        let thread = thread.expect("the semaphore lives as long as its workers and is never closed");
        let done = spawn_blocking(move || {
            let done = work();
            drop(thread);
            done
        });
        done.await.map_err(broken)
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

/// The cells of one outline that its client knows by this place.
pub(super) fn cells(outline: &Outline, place: &str, strict: bool, faults: &mut Faults) -> Option<Cells> {
    let found = cover_all(&[outline.shape()], limits(strict));
    let tell =
        |found: Vec<(usize, ShapeFault)>| found.iter().for_each(|(_, fault)| tell(place, fault, faults));
    found.map_err(tell).ok()
}

fn limits(strict: bool) -> &'static Limits {
    if strict {
        &Limits::REFERENCE
    } else {
        &Limits::BOUNDED
    }
}

fn tell(place: &str, fault: &ShapeFault, faults: &mut Faults) {
    match fault {
        // In the words of the reference implementation, which tests of the standard's community look for.
        ShapeFault::TooFewVertices { .. } => {
            faults.at(place, format_args!("Not enough points in polygon: {fault}"));
        }
        _ if fault.is_size() => faults.too_large(place, fault),
        _ => faults.at(place, fault),
    }
}

/// The cells of all outlines; none where there is no outline.
fn cover(volumes: &[Volume], places: &[String], strict: bool, faults: &mut Faults) -> Option<Cells> {
    let outlined = volumes
        .iter()
        .zip(places)
        .filter_map(|(volume, place)| Some((volume.outline.as_ref()?, place)));
    let (outlines, places): (Vec<&Outline>, Vec<&String>) = outlined.unzip();
    let shapes: Vec<Shape<'_>> = outlines.iter().map(|outline| outline.shape()).collect();
    let found = cover_all(&shapes, limits(strict));
    found
        .map_err(|found| {
            for (at, fault) in found {
                let place = format!("{}.volume.{}", places[at], outlines[at].name());
                tell(&place, &fault, faults);
            }
        })
        .ok()
}
