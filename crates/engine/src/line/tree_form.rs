//! A tree in a snapshot: its leaf hashes, 32 bytes each, in base64.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ledger::merkle::Tree;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub(super) fn serialize<S: Serializer>(tree: &Tree, to: S) -> Result<S::Ok, S::Error> {
    let leaves: Vec<u8> = (0..tree.size()).flat_map(|seq| tree.leaf(seq)).collect();
    STANDARD.encode(leaves).serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Tree, D::Error> {
    let leaves = STANDARD
        .decode(String::deserialize(from)?)
        .map_err(de::Error::custom)?;
    let (leaves, rest) = leaves.as_chunks::<32>();
    if !rest.is_empty() {
        return Err(de::Error::custom("leaf hashes cut short"));
    }
    let mut tree = Tree::new();
    for leaf in leaves {
        tree.push(*leaf);
    }
    Ok(tree)
}
