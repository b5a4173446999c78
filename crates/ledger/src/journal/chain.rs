//! The hash chain over records: what makes a changed, missing or swapped record visible.
//!
//! `h_n = SHA-256("detente/record/v<version>\n" ‖ h_(n-1) ‖ len ‖ data)`, with `h_0` all zero and
//! `len` the length of `data` as eight bytes, big end first. `version` is the record's schema
//! version, so that a record cannot be read under another schema than it was written under.
//!
//! The chain finds damage. It has no key and stops no one who can rewrite the whole file: against
//! that stand the peers' cosignatures over the logs.

use sha2::{Digest, Sha256};

/// A link of the chain.
pub type ChainHash = [u8; 32];

/// The link before the first record.
pub const GENESIS: ChainHash = [0; 32];

/// Hashes records of one schema version; the tag is formatted once.
#[derive(Debug, Clone)]
pub(super) struct Linker {
    version: u32,
    tag: String,
}

impl Linker {
    pub(super) fn new(version: u32) -> Self {
        Linker {
            version,
            tag: format!("detente/record/v{version}\n"),
        }
    }

    pub(super) fn version(&self) -> u32 {
        self.version
    }

    /// The link after `previous` for a record holding `data`.
    pub(super) fn link(&self, previous: &ChainHash, data: &[u8]) -> ChainHash {
        let mut hash = Sha256::new();
        hash.update(self.tag.as_bytes());
        hash.update(previous);
        hash.update((data.len() as u64).to_be_bytes());
        hash.update(data);
        hash.finalize().into()
    }
}

/// The check stored beside a blob. It covers the key, so that two blobs cannot be exchanged.
pub(super) fn blob_check(key: &[u8], data: &[u8]) -> ChainHash {
    let mut hash = Sha256::new();
    hash.update(b"detente/blob/v1\n");
    hash.update((key.len() as u64).to_be_bytes());
    hash.update(key);
    hash.update(data);
    hash.finalize().into()
}

/// The check stored beside a snapshot. It covers the chain up to the snapshot's last record, so
/// that a snapshot of another history is refused.
pub(super) fn snapshot_check(upto: u64, chain: &ChainHash, data: &[u8]) -> ChainHash {
    let mut hash = Sha256::new();
    hash.update(b"detente/snapshot/v1\n");
    hash.update(upto.to_be_bytes());
    hash.update(chain);
    hash.update(data);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_is_sha256_of_tag_previous_length_and_data() {
        // printf 'detente/record/v1\n' + 32 zero bytes + 00000000 00000003 + 'act', by sha256sum.
        let link = Linker::new(1).link(&GENESIS, b"act");
        assert_eq!(hex::encode(link), include_str!("tests/link_v1.hex").trim());
    }

    #[test]
    fn link_depends_on_version_previous_and_data() {
        let base = Linker::new(1).link(&GENESIS, b"act");
        assert_ne!(base, Linker::new(2).link(&GENESIS, b"act"));
        assert_ne!(base, Linker::new(1).link(&[1; 32], b"act"));
        assert_ne!(base, Linker::new(1).link(&GENESIS, b"acu"));
    }

    #[test]
    fn blob_check_keeps_key_and_data_apart() {
        assert_ne!(blob_check(b"ab", b"c"), blob_check(b"a", b"bc"));
    }
}
