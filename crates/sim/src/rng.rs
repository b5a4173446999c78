//! Random draws that every machine and every run makes alike.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};

/// A stream of draws. Streams of different labels are independent, so that a draw more in
/// one place does not move those of all others.
#[derive(Clone, Debug)]
pub struct Rng(ChaCha8Rng);

impl Rng {
    /// The stream `label` of a seed.
    pub fn new(seed: u64, label: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_be_bytes());
        hash.update(label.as_bytes());
        Rng(ChaCha8Rng::from_seed(hash.finalize().into()))
    }

    /// A number below `n`; zero when `n` is.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.below(span))
    }

    /// True in `per_mille` of a thousand draws.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of several; none of none.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let index = usize::try_from(self.below(of.len() as u64)).expect("an index fits");
        of.get(index)
    }

    /// An index below `len`; zero when there is none.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("an index fits")
    }

    /// A waiting time around `mean_us`: half of all are shorter than 0.7 of it, one in a
    /// hundred longer than four times.
    pub fn wait(&mut self, mean_us: i64) -> i64 {
        // Halving once for each coin that falls well: geometric, which is near enough.
        let doublings = self.0.next_u64().trailing_ones().min(6);
        let span = (mean_us / 2).max(1) << doublings;
        self.between(span / 2, span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_by_seed_and_differ_by_label() {
        let draws = |seed, label| {
            let mut rng = Rng::new(seed, label);
            (0..8).map(|_| rng.below(1 << 40)).collect::<Vec<_>>()
        };
        assert_eq!(draws(7, "net"), draws(7, "net"));
        assert_ne!(draws(7, "net"), draws(7, "disk"));
        assert_ne!(draws(7, "net"), draws(8, "net"));
    }

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut rng = Rng::new(1, "bounds");
        for _ in 0..10_000 {
            assert!((-5..=5).contains(&rng.between(-5, 5)));
            assert!(rng.wait(1_000_000) > 0);
        }
        assert_eq!(rng.pick::<u8>(&[]), None);
    }
}
