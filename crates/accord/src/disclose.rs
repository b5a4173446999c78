//! What a notice says of an operation at each level of disclosure.
//!
//! A function of the operation and the level alone: nothing else this party knows can
//! show in what leaves.

use crate::act::Level;
use crate::command::{HazardDraft, OperationDraft};
use geo4d::{Fault, VolumeSpec, Window};

/// The grid of [`Level::Box`]: a twentieth of a degree, 5.6 km of latitude, so that a box
/// does not tell a street and still leaves room for traffic beside it.
pub const BOX_GRID_ND: i64 = 50_000_000;

/// What a notice states of place and time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// The volumes at the level asked for; none at [`Level::Words`].
    pub volumes: Vec<VolumeSpec>,
    /// The dangers beyond the operation, at the same level. At [`Level::Words`] none: a
    /// place that is not told cannot be told here either. Whoever gives such a notice is
    /// to warn of the danger on its own.
    pub hazards: Vec<HazardDraft>,
    /// Earliest start and latest end, not finer than the level tells them.
    pub window: Window,
}

/// `draft` as it is told at `level`.
///
/// # Errors
/// All faults of all volumes and hazards, each with its place inside the draft; or that
/// the draft has no volume.
pub fn disclosed(draft: &OperationDraft, level: Level) -> Result<Disclosure, Vec<Fault>> {
    let _ = (draft, level);
    Err(Vec::new())
}

/// Area × time of `volumes` in square kilometres × hours, rounded up. Volumes that overlap
/// count twice: the figure may be too large and is never too small.
pub fn blanket_km2_h(volumes: &[VolumeSpec]) -> u64 {
    let _ = volumes;
    0
}
