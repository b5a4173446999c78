//! A peer that lies: what it sends instead of what its engine wanted to say.
//!
//! It has its own keys and nobody else's. What it signs with them, besides, is the business of
//! copies of a node (`Kind::Copy`).

use crate::limits::{LIE_CLOCK_US, LIE_WORDS};
use crate::rng::Rng;
use engine::event::Side;
use engine::frame::{Acts, ContradictionFrame, Fetch, Frame, Hello, Returned, Stalled};

/// Kinds of lies.
const KINDS: u64 = 10;

/// What goes out in the place of a frame; `before` are frames that went out earlier.
pub fn instead(rng: &mut Rng, bytes: &[u8], before: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let said = bytes.to_vec();
    match rng.below(KINDS) {
        0 => Vec::new(),
        1 => rng
            .pick(before)
            .map_or_else(Vec::new, |old| vec![said, old.clone()]),
        2 => vec![said[..rng.index(said.len())].to_vec()],
        3 => vec![(0..rng.below(400)).map(|_| rng.below(256) as u8).collect()],
        4 => vec![said, forged(rng).to_bytes()],
        _ => Frame::parse(bytes).map_or_else(|_| Vec::new(), |frame| vec![bent(rng, frame).to_bytes()]),
    }
}

/// A frame that nothing led to.
fn forged(rng: &mut Rng) -> Frame {
    let epoch = u32::try_from(rng.below(4)).unwrap_or_default();
    let from = rng.below(40);
    match rng.below(4) {
        0 => Frame::Fetch(Fetch {
            side: side(rng),
            epoch,
            from,
            upto: from + rng.below(1_000),
        }),
        1 => Frame::Contradiction(ContradictionFrame {
            epoch: epoch + 1,
            evidence: "{}".to_owned(),
            why: "x".repeat(rng.index(LIE_WORDS)),
        }),
        2 => Frame::Returned(Returned {
            side: side(rng),
            epoch,
            first: from,
            entries: Vec::new(),
        }),
        _ => Frame::Stalled(Stalled {
            epoch,
            size: from,
            why: "y".repeat(rng.index(LIE_WORDS)),
        }),
    }
}

fn bent(rng: &mut Rng, frame: Frame) -> Frame {
    match frame {
        Frame::Hello(hello) => Frame::Hello(bent_hello(rng, hello)),
        Frame::Acts(acts) => Frame::Acts(bent_acts(rng, acts)),
        Frame::Beat(mut beat) => {
            beat.wall_us += rng.between(-LIE_CLOCK_US, LIE_CLOCK_US);
            beat.size += rng.below(50);
            beat.held = rng.below(beat.held + 50);
            Frame::Beat(beat)
        }
        Frame::Cosign(mut cosign) => {
            cosign.size = rng.below(cosign.size + 5);
            Frame::Cosign(cosign)
        }
        Frame::Returned(mut returned) => {
            returned.entries.reverse();
            Frame::Returned(returned)
        }
        other => other,
    }
}

fn bent_hello(rng: &mut Rng, mut hello: Hello) -> Hello {
    match rng.below(7) {
        0 => hello.held = None,
        1 => hello.own = None,
        2 => hello.own_cosigned = None,
        3 => hello.closed = Some("z".repeat(rng.index(LIE_WORDS))),
        4 => hello.epoch += 1,
        5 => std::mem::swap(&mut hello.own, &mut hello.held),
        _ => hello.wall_us += rng.between(-LIE_CLOCK_US, LIE_CLOCK_US),
    }
    hello
}

fn bent_acts(rng: &mut Rng, mut acts: Acts) -> Acts {
    let place = rng.index(acts.entries.len());
    match rng.below(5) {
        0 => {
            if let Some(entry) = acts.entries.get_mut(place) {
                entry.body = None;
            }
        }
        1 => acts.entries.reverse(),
        2 => acts.first += 1,
        3 => {
            acts.entries.pop();
        }
        _ => {
            if let Some(entry) = acts.entries.get_mut(place) {
                entry.salt[0] ^= 1;
            }
        }
    }
    acts
}

fn side(rng: &mut Rng) -> Side {
    if rng.chance(500) { Side::A } else { Side::B }
}
