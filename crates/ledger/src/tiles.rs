//! A log as static files that other people's tools read (C2SP tlog-tiles).

use crate::limits::TILE_WIDTH;
use crate::merkle::Tree;

/// Levels of tiles over a tree of 2^53 leaves.
const LEVELS: u32 = 7;

/// Every file of a log at `size` entries: path below the log's prefix, and bytes. The checkpoint
/// comes last, as a server would publish it. `entry(seq)` gives the bytes of a header.
///
/// # Panics
/// When `size` is beyond the tree, or an entry has over 65 535 bytes, which no header has.
pub fn export<'a>(
    tree: &'a Tree,
    size: u64,
    entry: impl Fn(u64) -> &'a [u8] + 'a,
    checkpoint_note: &str,
) -> impl Iterator<Item = (String, Vec<u8>)> {
    assert!(
        size <= tree.size(),
        "a tree of {} has no state of size {size}",
        tree.size()
    );
    let hashes = (0..LEVELS).flat_map(move |level| {
        let nodes = size >> (8 * level);
        tiles(nodes).map(move |(index, width)| {
            let from = index * TILE_WIDTH;
            let row = (from..from + width).map(|node| tree.complete(8 * level, node));
            (
                format!("tile/{level}/{}", path(index, width)),
                row.flatten().collect(),
            )
        })
    });
    let entries = tiles(size).map(move |(index, width)| {
        let from = index * TILE_WIDTH;
        let bytes = (from..from + width).flat_map(|seq| prefixed(entry(seq)));
        (format!("tile/entries/{}", path(index, width)), bytes.collect())
    });
    let checkpoint = ("checkpoint".to_owned(), checkpoint_note.as_bytes().to_vec());
    hashes.chain(entries).chain([checkpoint])
}

/// Index and width of each tile over `count` nodes; the last may be partial.
fn tiles(count: u64) -> impl Iterator<Item = (u64, u64)> {
    let tiles = count.div_ceil(TILE_WIDTH);
    (0..tiles).map(move |index| (index, (count - index * TILE_WIDTH).min(TILE_WIDTH)))
}

/// `x001/x234/067`, with `.p/<width>` when partial.
fn path(index: u64, width: u64) -> String {
    let mut groups = vec![format!("{:03}", index % 1000)];
    let mut rest = index / 1000;
    while rest > 0 {
        groups.push(format!("x{:03}", rest % 1000));
        rest /= 1000;
    }
    groups.reverse();
    let partial = if width < TILE_WIDTH {
        format!(".p/{width}")
    } else {
        String::new()
    };
    format!("{}{partial}", groups.join("/"))
}

fn prefixed(entry: &[u8]) -> Vec<u8> {
    let length = u16::try_from(entry.len()).expect("a header is shorter than 64 KiB");
    [&length.to_be_bytes()[..], entry].concat()
}

#[cfg(test)]
mod tests;
