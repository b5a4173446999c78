//! How OVNs come about.

use crate::answer::{Bad, Thing};
use crate::entity::Intent;
use crate::ids::{EntityId, Ovn};
use crate::limits::{MAX_OVN_CHARS, SECOND_US, SUFFIX_SKEW_US};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use uuid::{Uuid, Version};

/// An OVN of a thing, for the write with this number. No two writes of a pool have one number, but one write may
/// be of several things, and they may share an id.
pub(crate) fn made(thing: Thing, id: EntityId, now_us: i64, write: u64) -> Ovn {
    made_for(&thing.to_string(), id.as_bytes(), now_us, write)
}

/// A version of the state of a USS.
pub(crate) fn made_for_uss(uss: &str, now_us: i64, write: u64) -> Ovn {
    made_for("USS", uss.as_bytes(), now_us, write)
}

fn made_for(kind: &str, name: &[u8], now_us: i64, write: u64) -> Ovn {
    let mut hash = Sha256::new();
    hash.update(b"detente/ovn/v1\n");
    hash.update(kind);
    hash.update(b"\n");
    hash.update(name);
    hash.update(now_us.to_be_bytes());
    hash.update(write.to_be_bytes());
    let text = STANDARD.encode(hash.finalize());
    Ovn(text.replace('+', "-").replace('/', ".").replace('=', "_"))
}

/// The OVN that a client wishes for: its suffix is a UUID of version 7 made just now.
pub(crate) fn wished(id: EntityId, suffix: &str, now_us: i64) -> Result<Ovn, Bad> {
    let made_us = Uuid::try_parse(suffix)
        .ok()
        .and_then(made_us)
        .ok_or(Bad::Suffix)?;
    let ovn = format!("{id}_{suffix}");
    let near = made_us.abs_diff(now_us) <= SUFFIX_SKEW_US.unsigned_abs();
    if near && ovn.len() <= MAX_OVN_CHARS {
        Ok(Ovn(ovn))
    } else {
        Err(Bad::Suffix)
    }
}

/// Whether an operational intent has an OVN that its manager wished for.
pub(crate) fn is_wished(intent: &Intent) -> bool {
    intent.ovn.0.starts_with(&format!("{}_", intent.id))
}

fn made_us(suffix: Uuid) -> Option<i64> {
    let time = suffix.get_timestamp()?;
    let (seconds, nanos) = time.to_unix();
    let seven = suffix.get_version() == Some(Version::SortRand);
    let us = i64::try_from(seconds).ok()?.checked_mul(SECOND_US)? + i64::from(nanos / 1_000);
    seven.then_some(us)
}
