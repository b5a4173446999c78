//! Words read aloud to find out whether two sides look at the same thing.
//!
//! A read-back carries three, over the place and time of a notice; the join ceremony six,
//! over both key sets. One word stands for one byte, so `n` words agree by chance once in
//! 256ⁿ. They are no secret and no signature: they catch the wrong item and the mistyped
//! figure, and, with six over another channel, a key in the middle.

use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};
use sha2::{Digest, Sha256};

mod list;

use list::WORDS;

/// Words of a read-back: a slip goes unnoticed once in sixteen million.
pub const READ_BACK_WORDS: usize = 3;
/// Words of the join ceremony: forging costs an attacker 2⁴⁸ key pairs in the minutes the
/// two officers take to read them.
pub const CEREMONY_WORDS: usize = 6;
/// Bytes of a hash, and so the most words there are.
const HASH_BYTES: usize = 32;

const _: () = assert!(READ_BACK_WORDS < CEREMONY_WORDS && CEREMONY_WORDS <= HASH_BYTES);
const _: () = assert!(WORDS.len() == 256, "one word for each byte");

/// The first `n` words of `hash`; all 32 when `n` is larger.
pub fn check_words(hash: &[u8; 32], n: usize) -> Vec<&'static str> {
    hash.iter()
        .take(n)
        .map(|byte| WORDS[usize::from(*byte)])
        .collect()
}

/// Whether `typed` is the first `n` words of `hash`, in order; case, spaces, hyphens and
/// punctuation do not matter. Never true for `n` = 0.
pub fn matches(typed: &str, hash: &[u8; 32], n: usize) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    n > 0 && letters(typed) == letters(&check_words(hash, n).concat())
}

/// SHA-256 over the place and time of a notice: what the check words of a read-back stand
/// for. Both ends compute it from what the act says, so equal words mean equal volumes in
/// equal order, equal window and equal words.
///
/// The bytes are `detente/check/v1\n`, then integers as eight bytes big-endian: window;
/// number of volumes; of each its footprint (0 polygon, 1 circle, 2 corridor; number of
/// positions; each latitude and longitude; radius or half-width, 0 for a polygon), band
/// (low, high, datum 0 ellipsoid, 1 mean sea level, 2 pressure, 3 ground) and window;
/// then the number of bytes of the words, and the words in UTF-8.
pub fn place_hash(window: &Window, volumes: &[VolumeSpec], words: &str) -> [u8; 32] {
    let mut hash = Hasher(Sha256::new_with_prefix(b"detente/check/v1\n"));
    hash.window(window);
    hash.count(volumes.len());
    for volume in volumes {
        hash.footprint(&volume.footprint);
        hash.band(&volume.band);
        hash.window(&volume.window);
    }
    hash.count(words.len());
    hash.0.update(words.as_bytes());
    hash.0.finalize().into()
}

struct Hasher(Sha256);

impl Hasher {
    fn integer(&mut self, value: i64) {
        self.0.update(value.to_be_bytes());
    }

    fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_be_bytes());
    }

    fn window(&mut self, window: &Window) {
        self.integer(window.start_us);
        self.integer(window.end_us);
    }

    fn band(&mut self, band: &Band) {
        self.integer(band.low_mm);
        self.integer(band.high_mm);
        self.integer(match band.datum {
            Datum::Ellipsoid => 0,
            Datum::Msl => 1,
            Datum::Pressure => 2,
            Datum::Ground => 3,
        });
    }

    fn footprint(&mut self, footprint: &Footprint) {
        match footprint {
            Footprint::Polygon { ring } => self.shape(0, ring, 0),
            Footprint::Circle { center, radius_mm } => self.shape(1, &[*center], *radius_mm),
            Footprint::Corridor { line, half_width_mm } => self.shape(2, line, *half_width_mm),
        }
    }

    fn shape(&mut self, tag: i64, positions: &[Position], reach_mm: i64) {
        self.integer(tag);
        self.count(positions.len());
        for position in positions {
            self.integer(position.lat_nd);
            self.integer(position.lon_nd);
        }
        self.integer(reach_mm);
    }
}

#[cfg(test)]
mod tests;
