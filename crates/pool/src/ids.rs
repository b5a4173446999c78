//! Ids of entities and subscriptions, names of managers, OVNs.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::{Uuid, Variant};

/// Id of an entity or a subscription: a UUID of version 4 (F3548-21 `UUIDv4Format`).
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityId(Uuid);

/// Not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a UUID of version 4")]
pub struct NotAnId(String);

/// What is shown for the subscription of an operational intent that has none; nobody can have it.
pub const NO_SUBSCRIPTION: &str = "00000000-0000-4000-8000-000000000000";

/// Longest text of which a wrong id is repeated to the client, in characters.
const SHOWN_CHARS: usize = 64;

impl EntityId {
    /// Before every other.
    pub(crate) const LEAST: EntityId = EntityId(Uuid::nil());

    /// Reads an id with or without hyphens, in either case, in braces, or as a URN.
    pub fn parse(text: &str) -> Result<EntityId, NotAnId> {
        let id = Uuid::try_parse(text)
            .ok()
            .filter(|id| id.get_version_num() == 4 && id.get_variant() == Variant::RFC4122);
        id.map(EntityId)
            .ok_or_else(|| NotAnId(text.chars().take(SHOWN_CHARS).collect()))
    }

    /// Makes an id of 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> EntityId {
        EntityId(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Who manages an entity: the `sub` of the access token that it was written with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Manager(pub String);

/// Opaque version of an entity or a subscription; another one after each write.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ovn(pub String);

impl fmt::Display for Ovn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
