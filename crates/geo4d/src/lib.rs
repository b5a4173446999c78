//! Volumes in space and time: validity, exact conflict, distances, the index.

mod check;
mod conflict;
mod datum;
mod ellipsoid;
mod fault;
mod geodesic;
mod geoid;
pub mod limits;
mod nearest;
mod outline;
mod skeleton;
mod spec;
mod units;
mod vector;

pub use conflict::{Prepared, Witness, conflict, point_in_volume};
pub use datum::{EllipsoidRange, to_ellipsoid_range};
pub use fault::{Fault, Reason};
pub use spec::{Faults, Footprint, Volume, VolumeSpec};
pub use units::{Band, Datum, Position, Separation, Window};
