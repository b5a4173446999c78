//! Open traffic: every node may serve a region of its own, which USSs outside the node share.
//!
//! A **workload** (`uss`) proposes what USSs ask, an **audit** (`audit`) keeps what they were told with a model that
//! knows nothing of `pool` (`model`), and **checks** (`check`), each named `invariant_…`, compare. A **region**
//! (`region`) is where they meet a node. All draws come from streams of their own: a world without open traffic is
//! the same world as before there was any.

pub mod audit;
pub mod check;
pub mod model;
pub mod region;
pub mod uss;

pub use region::Region;

use crate::limits::{OPEN_NODES, OPEN_WORLDS};
use crate::rng::Rng;

/// Whether a world has open traffic.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Open {
    /// As its seed has it.
    #[default]
    Drawn,
    /// It has.
    Yes,
    /// It has none.
    No,
}

impl Open {
    /// Reads `yes`, `no` or `drawn`.
    pub fn parse(text: &str) -> Option<Open> {
        match text {
            "yes" => Some(Open::Yes),
            "no" => Some(Open::No),
            "drawn" => Some(Open::Drawn),
            _ => None,
        }
    }

    /// Whether the world of a seed has open traffic.
    pub fn in_world(self, seed: u64) -> bool {
        match self {
            Open::Yes => true,
            Open::No => false,
            Open::Drawn => Rng::new(seed, "open").chance(OPEN_WORLDS),
        }
    }

    /// The regions of a world, by node; a node that serves none has none.
    pub fn regions(self, seed: u64, nodes: usize) -> Vec<Option<Region>> {
        let mut rng = Rng::new(seed, "regions");
        let drawn = (0..nodes).map(|at| {
            let serves = rng.chance(OPEN_NODES) || at == 0;
            (self.in_world(seed) && serves).then(|| Region::new(seed, at))
        });
        drawn.collect()
    }
}
