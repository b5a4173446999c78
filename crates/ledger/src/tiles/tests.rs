use super::*;
use crate::merkle::leaf_hash;
use std::collections::BTreeMap;

fn exported(size: u64) -> (Tree, BTreeMap<String, Vec<u8>>) {
    let entries: Vec<Vec<u8>> = (0..size).map(|n| format!("entry {n}").into_bytes()).collect();
    let mut tree = Tree::new();
    for entry in &entries {
        tree.push(leaf_hash(entry));
    }
    let files = export(
        &tree,
        size,
        |seq| &entries[usize::try_from(seq).unwrap()],
        "note\n",
    )
    .collect();
    (tree, files)
}

/// The example in C2SP tlog-tiles: a log of 70 000 entries.
#[test]
fn the_files_of_70_000_entries_are_those_of_the_published_example() {
    let (tree, files) = exported(70_000);
    let count = |prefix: &str| files.keys().filter(|path| path.starts_with(prefix)).count();
    assert_eq!(
        (
            count("tile/0/"),
            count("tile/1/"),
            count("tile/2/"),
            count("tile/3/")
        ),
        (274, 2, 1, 0)
    );
    let widths = ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"].map(|path| files[path].len() / 32);
    assert_eq!(widths, [112, 17, 1]);
    assert_eq!(files["tile/1/000"].len(), 256 * 32);
    assert_eq!(files["tile/2/000.p/1"], tree.root_at(65_536));
    assert_eq!(count("tile/entries/"), 274);
    assert_eq!(files["checkpoint"], b"note\n");
}

#[test]
fn entries_are_prefixed_by_their_length() {
    let (_, files) = exported(2);
    assert_eq!(files["tile/entries/000.p/2"], b"\x00\x07entry 0\x00\x07entry 1");
    assert_eq!(exported(0).1.into_keys().collect::<Vec<_>>(), ["checkpoint"]);
}

/// C2SP tlog-tiles: index 1234067 is x001/x234/067.
#[test]
fn large_indexes_are_split_into_folders() {
    assert_eq!(path(1_234_067, 256), "x001/x234/067");
    assert_eq!(path(1_234_067, 3), "x001/x234/067.p/3");
    assert_eq!(path(0, 256), "000");
}
