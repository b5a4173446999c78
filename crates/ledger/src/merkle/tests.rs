use super::*;

/// RFC 6962, section 2.1, word for word: the oracle.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&mth(left), &mth(right))
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

fn tree(leaves: &[Hash]) -> Tree {
    let mut tree = Tree::new();
    for (n, leaf) in leaves.iter().enumerate() {
        assert_eq!(tree.push(*leaf), n as u64);
    }
    tree
}

/// The entries and roots of the test data of Certificate Transparency, from which RFC 6962 trees
/// are checked everywhere (certificate-transparency, merkle_tree_test.cc).
#[test]
fn roots_are_those_of_the_published_vectors() {
    let entries = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::new();
    assert_eq!(
        hex::encode(tree.root()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    for (entry, root) in entries.iter().zip(roots) {
        tree.push(leaf_hash(&hex::decode(entry).unwrap()));
        assert_eq!(hex::encode(tree.root()), root);
    }
}

#[test]
fn every_root_is_that_of_the_definition() {
    let leaves = leaves(130);
    let tree = tree(&leaves);
    for size in 0..=130 {
        assert_eq!(tree.root_at(size as u64), mth(&leaves[..size]), "size {size}");
    }
}

#[test]
fn a_root_with_more_leaves_is_the_root_after_adding_them() {
    let leaves = leaves(40);
    for have in 0..=40 {
        let tree = tree(&leaves[..have]);
        for upto in have..=40 {
            assert_eq!(
                tree.root_with(&leaves[have..upto]),
                mth(&leaves[..upto]),
                "{have} to {upto}"
            );
        }
    }
}

#[test]
fn every_inclusion_proof_holds_for_its_leaf_place_and_size_alone() {
    let leaves = leaves(40);
    let tree = tree(&leaves);
    for size in 1..=40 {
        let root = tree.root_at(size);
        for index in 0..size {
            let (path, leaf) = (tree.inclusion(index, size), tree.leaf(index));
            assert!(
                verify_inclusion(&path, index, size, &leaf, &root),
                "{index} of {size}"
            );
            let elsewhere = (0..size).filter(|other| verify_inclusion(&path, *other, size, &leaf, &root));
            assert_eq!(elsewhere.collect::<Vec<_>>(), [index], "of {size}");
            assert!(!verify_inclusion(&path, index, size, &root, &root) || size == 1);
            let longer = [&path[..], &[root]].concat();
            assert!(!verify_inclusion(&longer, index, size, &leaf, &root));
            assert!(path.is_empty() || !verify_inclusion(&path[1..], index, size, &leaf, &root));
        }
    }
}

#[test]
fn every_consistency_proof_holds_for_its_sizes_and_roots_alone() {
    let leaves = leaves(40);
    let tree = tree(&leaves);
    for new in 0..=40 {
        let new_root = tree.root_at(new);
        for old in 0..=new {
            let (path, old_root) = (tree.consistency(old, new), tree.root_at(old));
            assert!(
                verify_consistency(&path, old, new, &old_root, &new_root),
                "{old} to {new}"
            );
            let other = leaf_hash(b"other");
            assert!(
                !verify_consistency(&path, old, new, &other, &new_root),
                "{old} to {new}"
            );
            assert!(
                old == 0 || !verify_consistency(&path, old, new, &old_root, &other),
                "{old} to {new}"
            );
            let longer = [&path[..], &[other]].concat();
            assert!(
                !verify_consistency(&longer, old, new, &old_root, &new_root),
                "{old} to {new}"
            );
            assert!(path.is_empty() || !verify_consistency(&path[1..], old, new, &old_root, &new_root));
        }
    }
}

#[test]
fn proofs_with_absurd_sizes_are_refused_without_harm() {
    let hash = empty_root();
    let path = vec![hash; MAX_PROOF_HASHES + 1];
    for (a, b) in [
        (0, 0),
        (1, 0),
        (u64::MAX, u64::MAX),
        (0, u64::MAX),
        (u64::MAX - 1, u64::MAX),
        (1 << 63, u64::MAX),
    ] {
        for length in 0..=path.len() {
            assert!(!verify_inclusion(&path[..length], a, b, &hash, &hash));
            let trivial = length == 0 && (a == b || a == 0);
            assert_eq!(
                verify_consistency(&path[..length], a, b, &hash, &hash),
                trivial,
                "{a} {b} {length}"
            );
        }
    }
}

#[test]
#[should_panic(expected = "has no state of size 3")]
fn a_root_beyond_the_tree_is_a_bug_and_stops() {
    tree(&leaves(2)).root_at(3);
}
