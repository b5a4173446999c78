//! Volumes in space and time: validity, exact conflict, distances, the index.

mod check;
mod fault;
pub mod limits;
mod spec;
mod units;

pub use fault::{Fault, Reason};
pub use spec::{Faults, Footprint, Volume, VolumeSpec};
pub use units::{Band, Datum, Position, Separation, Window};
