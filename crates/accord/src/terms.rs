//! What both parties signed: lead times, clocks, separation.

use crate::act::Class;
use geo4d::Separation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A version of the agreed rules of one line. One signature makes a claim; both make it
/// binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Name shown to officers, with its source.
    pub name: String,
    /// Shortest agreed lead at received, in seconds, by class. A class that is absent
    /// has no floor and is never LATE.
    pub lead_floor_s: BTreeMap<Class, u32>,
    /// The node states RECEIVED within this many seconds.
    pub received_within_s: u32,
    /// A desk opens a notice within this many seconds.
    pub opened_within_s: u32,
    /// A desk opens a flash item (hazard, start near, cease) within this many seconds.
    pub opened_flash_within_s: u32,
    /// CEASE and CHECK FIRE are answered within this many seconds.
    pub stop_within_s: u32,
    /// A hazard notice above this many square kilometres times hours is BLANKET.
    pub blanket_km2_h: u64,
    /// Separation required by class; of two classes the larger number of each counts.
    pub separation: BTreeMap<Class, Separation>,
}
