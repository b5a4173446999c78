//! A small world, so that things meet: few ids, few cells, few heights, few parties.

use geo4d::s2::Cells;
use pool::Extent;
use pool::entity::IntentState;
use pool::ids::{EntityId, Manager};
use pool::limits::MINUTE_US;

/// A little before midnight, so that histories pass it. Whole milliseconds, like all waits.
pub(crate) const BEGIN_US: i64 = 1_786_000_000_000_000;

/// Who writes; the last is also the one who sets states of others.
pub(crate) const MANAGERS: [&str; 4] = ["uss1", "uss2", "uss3", "authority"];

/// Whose state is set, and some names that nobody should have.
pub(crate) const USSS: [&str; 5] = ["uss1", "uss2", "uss3", "nobody", ""];

/// Ids of entities and subscriptions alike: one id may name one of each kind.
pub(crate) const IDS: u8 = 6;

pub(crate) const CELLS: u8 = 5;

pub(crate) const STATES: [Option<IntentState>; 5] = [
    Some(IntentState::Accepted),
    Some(IntentState::Activated),
    Some(IntentState::Nonconforming),
    Some(IntentState::Contingent),
    None,
];

pub(crate) const URLS: [&str; 3] = [
    "https://a.example/f3548",
    "https://b.example",
    "https://c.example/x",
];

pub(crate) fn manager(which: u8) -> Manager {
    Manager(MANAGERS[usize::from(which) % MANAGERS.len()].to_owned())
}

pub(crate) fn id(which: u8) -> EntityId {
    EntityId::from_random([which % IDS + 1; 16])
}

/// Ids of service areas and of subscriptions to them; some are those of other things too.
pub(crate) const AREA_IDS: u8 = 40;

pub(crate) fn area_id(which: u8) -> EntityId {
    EntityId::from_random([which % AREA_IDS + 1; 16])
}

/// An id that no other request brings.
pub(crate) fn fresh(count: u64) -> EntityId {
    let mut bytes = [0xee; 16];
    bytes[8..].copy_from_slice(&count.to_be_bytes());
    EntityId::from_random(bytes)
}

/// Level-13 cells of one face, one for each bit.
pub(crate) fn cells(bits: u8) -> Cells {
    let of = |bit: u8| (2_u64 << 61) | ((2 * u64::from(bit) + 1) << 34);
    let ids = (0..CELLS).filter(|bit| bits & (1 << bit) != 0).map(of).collect();
    Cells::from_sorted(ids).expect("higher bits are higher cells")
}

/// Everywhere, at all times, at every height.
pub(crate) fn everything() -> Extent {
    Extent {
        cells: cells(0xff),
        ..Extent::default()
    }
}

pub(crate) fn minutes(count: i64) -> i64 {
    count * MINUTE_US
}
