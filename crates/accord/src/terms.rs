//! What both parties signed: lead times, clocks, separation.

use crate::act::Class;
use crate::limits::SECOND_US;
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

impl Terms {
    /// This project's own proposal, offered when a line is joined. A proposal, not a derived
    /// minimum; in force only when both sign. Lead: hazard 15 min, reconnaissance 30 min,
    /// exercise 72 h. RECEIVED 5 s, OPENED 2 min, flash 30 s, stops 30 s. BLANKET above
    /// 10 000 km²·h: a circle of 40 km for two hours.
    pub fn pair_proposal() -> Terms {
        let floors = [
            (Class::Hazard, 15 * 60),
            (Class::Reconnaissance, 30 * 60),
            (Class::Exercise, 72 * 3_600),
        ];
        Terms {
            name: "pair-proposal".to_owned(),
            lead_floor_s: floors.into_iter().collect(),
            received_within_s: 5,
            opened_within_s: 120,
            opened_flash_within_s: 30,
            stop_within_s: 30,
            blanket_km2_h: 10_000,
            separation: BTreeMap::new(),
        }
    }

    /// The terms shipped under this name.
    pub fn preset(name: &str) -> Option<Terms> {
        (name == "pair-proposal").then(Terms::pair_proposal)
    }

    /// The floor for a class, µs.
    pub fn floor_us(&self, class: Class) -> Option<i64> {
        self.lead_floor_s
            .get(&class)
            .map(|floor_s| i64::from(*floor_s) * SECOND_US)
    }
}
