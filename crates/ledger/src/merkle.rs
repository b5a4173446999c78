//! The Merkle tree of RFC 6962, section 2.1, append-only, over leaf hashes.
//!
//! Guarantee: the hash of every complete subtree is kept, so a root, an inclusion proof or a
//! consistency proof of any size ever reached costs a logarithm.

use crate::keys::{Hash, sha256};
use crate::limits::MAX_PROOF_HASHES;

/// An append-only tree of leaf hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// `levels[h][i]` is the hash of the complete subtree over leaves `i·2^h .. (i+1)·2^h`.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// A tree without leaves.
    pub fn new() -> Self {
        Tree::default()
    }

    /// Adds a leaf and returns its index, from zero.
    pub fn push(&mut self, leaf_hash: Hash) -> u64 {
        let index = self.size();
        let (mut level, mut hash) = (0, leaf_hash);
        loop {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(hash);
            if row.len() % 2 == 1 {
                return index;
            }
            hash = node_hash(&row[row.len() - 2], &hash);
            level += 1;
        }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        self.root_at(self.size())
    }

    /// The root when the tree had `size` leaves.
    ///
    /// # Panics
    /// When `size` is beyond [`Tree::size`].
    pub fn root_at(&self, size: u64) -> Hash {
        self.assert_reached(size);
        self.root_with_tail(size, &[])
    }

    /// The root this tree would have with `leaf_hashes` added.
    pub fn root_with(&self, leaf_hashes: &[Hash]) -> Hash {
        self.root_with_tail(self.size(), leaf_hashes)
    }

    /// The hash of leaf `index`.
    ///
    /// # Panics
    /// When there is no such leaf.
    pub fn leaf(&self, index: u64) -> Hash {
        assert!(index < self.size(), "leaf {index} of a tree of {}", self.size());
        self.levels[0][place(index)]
    }

    /// The inclusion proof of leaf `index` in the tree of `size` leaves (RFC 6962, 2.1.1), from
    /// the leaf's sibling to the root's child.
    ///
    /// # Panics
    /// When `index` is not below `size`, or `size` is beyond [`Tree::size`].
    pub fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        self.assert_reached(size);
        assert!(index < size, "leaf {index} is not in a tree of {size}");
        let (mut low, mut high) = (0, size);
        let mut path = Vec::new();
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                path.push(self.range(middle, high));
                high = middle;
            } else {
                path.push(self.range(low, middle));
                low = middle;
            }
        }
        path.reverse();
        path
    }

    /// The proof that the tree of `new` leaves extends the tree of `old` (RFC 6962, 2.1.2). Empty
    /// when `old` is 0 or `new`.
    ///
    /// # Panics
    /// When `old` is above `new`, or `new` is beyond [`Tree::size`].
    pub fn consistency(&self, old: u64, new: u64) -> Vec<Hash> {
        self.assert_reached(new);
        assert!(old <= new, "a tree of {old} cannot grow into one of {new}");
        if old == 0 {
            return Vec::new();
        }
        let (mut low, mut high) = (0, new);
        let mut path = Vec::new();
        while high != old {
            let middle = low + split(high - low);
            if old <= middle {
                path.push(self.range(middle, high));
                high = middle;
            } else {
                path.push(self.range(low, middle));
                low = middle;
            }
        }
        if low > 0 {
            path.push(self.range(low, high));
        }
        path.reverse();
        path
    }

    /// The hash of complete subtree `index` of `2^level` leaves.
    pub(crate) fn complete(&self, level: u32, index: u64) -> Hash {
        self.levels[level as usize][place(index)]
    }

    fn assert_reached(&self, size: u64) {
        assert!(
            size <= self.size(),
            "a tree of {} has no state of size {size}",
            self.size()
        );
    }

    /// Root over the first `size` leaves and `tail` after them.
    fn root_with_tail(&self, size: u64, tail: &[Hash]) -> Hash {
        let mut open = self.complete_parts(size);
        for (seq, leaf) in (size..).zip(tail) {
            let mut hash = *leaf;
            for _ in 0..seq.trailing_ones() {
                let left = open.pop().expect("a one bit of the size is a complete subtree");
                hash = node_hash(&left, &hash);
            }
            open.push(hash);
        }
        let folded = open
            .into_iter()
            .rev()
            .reduce(|right, left| node_hash(&left, &right));
        folded.unwrap_or_else(|| sha256(&[]))
    }

    /// The complete subtrees that make up the first `size` leaves, largest first.
    fn complete_parts(&self, size: u64) -> Vec<Hash> {
        let mut start = 0;
        let mut parts = Vec::new();
        for level in (0..u64::BITS).rev().filter(|level| size >> level & 1 == 1) {
            parts.push(self.levels[level as usize][place(start >> level)]);
            start += 1 << level;
        }
        parts
    }

    /// Root over leaves `low..high`, where `low` is a multiple of the power of two that covers
    /// the range, as it always is in a proof.
    fn range(&self, low: u64, high: u64) -> Hash {
        let (mut start, mut parts) = (low, Vec::new());
        while start < high {
            let level = (high - start).ilog2();
            parts.push(self.levels[level as usize][place(start >> level)]);
            start += 1 << level;
        }
        let folded = parts
            .into_iter()
            .rev()
            .reduce(|right, left| node_hash(&left, &right));
        folded.expect("proofs ask for ranges that are not empty")
    }
}

/// The root of a tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The hash of an entry's bytes as a leaf: SHA-256(0x00 ‖ bytes).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    sha256(&[&[0], bytes])
}

/// The hash of a node over its children: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// Whether `path` proves that `leaf_hash` is leaf `index` of the tree of `size` leaves with
/// `root` (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(path: &[Hash], index: u64, size: u64, leaf_hash: &Hash, root: &Hash) -> bool {
    if index >= size || path.len() > MAX_PROOF_HASHES {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf_hash);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            // `last` is above zero and `node` is odd or equal to it, so `node` is not zero.
            hash = node_hash(sibling, &hash);
            let up = node.trailing_zeros();
            (node, last) = (node >> up, last >> up);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether `path` proves that the tree of `new` leaves with `new_root` extends the tree of `old`
/// leaves with `old_root` (RFC 9162, 2.1.4.2). A tree without leaves is extended by every tree.
pub fn verify_consistency(path: &[Hash], old: u64, new: u64, old_root: &Hash, new_root: &Hash) -> bool {
    if old > new || path.len() > MAX_PROOF_HASHES {
        return false;
    }
    if old == new {
        return path.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return path.is_empty() && *old_root == empty_root();
    }
    let up = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> up, (new - 1) >> up);
    let mut path = path.iter();
    let first = if node == 0 { Some(old_root) } else { path.next() };
    let Some(first) = first else { return false };
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            let up = node.trailing_zeros();
            (node, last) = (node >> up, last >> up);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

fn place(index: u64) -> usize {
    usize::try_from(index).expect("a tree in memory is indexed by usize")
}

#[cfg(test)]
mod tests;
