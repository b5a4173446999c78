//! What waits to be written to one connection.

use crate::limits::{MAX_OUTBOX_BYTES, MAX_OUTBOX_FRAMES};
use engine::frame::Frame;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Frames in the order in which they leave. Safety frames go before batches of acts, and
/// before nothing else: what settles HELLO or opens an epoch keeps its place.
#[derive(Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    frames: VecDeque<Vec<u8>>,
    bytes: usize,
    closed: Option<String>,
}

impl Outbox {
    /// Adds a frame. A peer that lets too much wait loses the connection, not a frame of the
    /// log: the next HELLO brings everything again.
    pub(super) fn push(&self, frame: Vec<u8>) {
        let mut state = self.state();
        if state.closed.is_some() {
            return;
        }
        state.bytes += frame.len();
        if state.frames.len() >= MAX_OUTBOX_FRAMES || state.bytes > MAX_OUTBOX_BYTES {
            state.frames.clear();
            state.closed = Some("the peer does not take what is sent".to_owned());
        } else {
            let place = place_of(&state.frames, &frame);
            state.frames.insert(place, frame);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Takes no more frames; what waits is still written.
    pub(super) fn close(&self, why: &str) {
        self.state().closed.get_or_insert_with(|| why.to_owned());
        self.changed.notify_one();
    }

    /// The next frame, as soon as there is one; the reason once closed and empty.
    pub(super) async fn next(&self) -> Result<Vec<u8>, String> {
        loop {
            if let Some(next) = self.look() {
                return next;
            }
            self.changed.notified().await;
        }
    }

    /// The next frame, if there is one now.
    pub(super) fn look(&self) -> Option<Result<Vec<u8>, String>> {
        let mut state = self.state();
        if let Some(frame) = state.frames.pop_front() {
            state.bytes -= frame.len();
            return Some(Ok(frame));
        }
        state.closed.clone().map(Err)
    }

    /// Whether nothing waits to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.state().frames.is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place_of(frames: &VecDeque<Vec<u8>>, frame: &[u8]) -> usize {
    if !Frame::is_urgent(frame) {
        return frames.len();
    }
    let acts = frames
        .iter()
        .rev()
        .take_while(|waiting| Frame::kind_name(waiting) == Some("acts"));
    frames.len() - acts.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEAT: u8 = 2;
    const ACTS: u8 = 3;
    const URGENT: u8 = 5;

    fn order(frames: &[[u8; 2]]) -> Vec<Vec<u8>> {
        let outbox = Outbox::default();
        frames.iter().for_each(|frame| outbox.push(frame.to_vec()));
        std::iter::from_fn(|| outbox.look()).map(Result::unwrap).collect()
    }

    #[test]
    fn safety_overtakes_acts_and_nothing_else() {
        assert_eq!(Frame::kind_name(&[ACTS]), Some("acts"));
        assert!(Frame::is_urgent(&[URGENT]));
        let order = order(&[
            [ACTS, 1],
            [BEAT, 2],
            [ACTS, 3],
            [ACTS, 4],
            [URGENT, 5],
            [URGENT, 6],
        ]);
        assert_eq!(
            order,
            [
                [ACTS, 1],
                [BEAT, 2],
                [URGENT, 5],
                [URGENT, 6],
                [ACTS, 3],
                [ACTS, 4]
            ]
        );
    }

    #[test]
    fn a_peer_that_does_not_read_loses_the_connection() {
        let outbox = Outbox::default();
        for _ in 0..=MAX_OUTBOX_FRAMES {
            outbox.push(vec![BEAT]);
        }
        assert!(outbox.look().unwrap().is_err());
    }

    #[tokio::test]
    async fn what_waits_is_written_before_the_end() {
        let outbox = Outbox::default();
        outbox.push(vec![BEAT]);
        outbox.close("enough");
        assert_eq!(outbox.next().await, Ok(vec![BEAT]));
        assert_eq!(outbox.next().await, Err("enough".to_owned()));
    }
}
