//! Choices out of bytes.

use crate::limits::STEADY_BYTES;

/// Reads choices off an input. When the input is used up, what follows is a function of all of it.
pub struct Choices<'a> {
    left: &'a [u8],
    state: u64,
}

impl<'a> Choices<'a> {
    /// The choices that `input` stands for.
    pub fn new(input: &'a [u8]) -> Self {
        // FNV-1a.
        let state = input.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Choices { left: input, state }
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        if let Some((byte, left)) = self.left.split_first() {
            self.left = left;
            return *byte;
        }
        (splitmix(&mut self.state) >> 32) as u8
    }

    /// A number below `end`; zero where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let bytes = match end {
            0..=1 => return 0,
            2..=0x100 => 1,
            0x101..=0x1_0000 => 2,
            _ => 4,
        };
        let wide = (0..bytes).fold(0, |wide: usize, _| wide << 8 | usize::from(self.byte()));
        wide % end
    }

    /// One of several; none out of none.
    pub fn one<'b, T>(&mut self, of: &'b [T]) -> Option<&'b T> {
        of.get(self.below(of.len()))
    }

    /// Up to `most` bytes of the input itself.
    pub fn raw(&mut self, most: usize) -> &'a [u8] {
        let (taken, left) = self.left.split_at(self.left.len().min(most));
        self.left = left;
        taken
    }
}

/// The input of a steady run that `seed` names.
pub(crate) fn steady_input(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let words = (0..STEADY_BYTES / 8).flat_map(|_| splitmix(&mut state).to_le_bytes());
    words.collect()
}

/// The next value of the generator SplitMix64 (Steele, Lea and Flood, 2014).
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
