//! Ids out of random streams: one of the node's own, one per line.

use crate::keyring::Keyring;
use accord::ids::{Fresh, LineId};
use std::collections::BTreeMap;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How far each stream was used in this run. A new run has new streams, so nothing of this
/// needs to be kept.
#[derive(Default)]
pub(crate) struct IdStreams {
    boot: u64,
    next: BTreeMap<Option<LineId>, u64>,
}

/// Ids drawn for one decision; they count only when the decision stands.
pub(crate) struct Drawing<'a> {
    keyring: &'a dyn Keyring,
    boot: u64,
    base: &'a BTreeMap<Option<LineId>, u64>,
    used: BTreeMap<Option<LineId>, u64>,
}

impl IdStreams {
    pub(crate) fn new(boot: u64) -> Self {
        IdStreams {
            boot,
            next: BTreeMap::new(),
        }
    }

    pub(crate) fn draw<'a>(&'a self, keyring: &'a dyn Keyring) -> Drawing<'a> {
        Drawing {
            keyring,
            boot: self.boot,
            base: &self.next,
            used: BTreeMap::new(),
        }
    }

    pub(crate) fn keep(&mut self, used: BTreeMap<Option<LineId>, u64>) {
        self.next.extend(used);
    }
}

impl Drawing<'_> {
    pub(crate) fn used(self) -> BTreeMap<Option<LineId>, u64> {
        self.used
    }

    fn id(&mut self, line: Option<&LineId>) -> String {
        let stream = line.cloned();
        let at = self
            .used
            .get(&stream)
            .or_else(|| self.base.get(&stream))
            .copied()
            .unwrap_or(0);
        self.used.insert(stream, at + 1);
        let bytes = self.keyring.stream(line, &format!("id/{}", self.boot), at);
        bytes
            .iter()
            .take(8)
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect()
    }
}

impl Fresh for Drawing<'_> {
    fn local(&mut self) -> String {
        self.id(None)
    }

    fn on_line(&mut self, line: &LineId) -> String {
        self.id(Some(line))
    }
}
