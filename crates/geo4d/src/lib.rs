//! Volumes in space and time: validity, exact conflict, distances, the index.

mod cell;
mod check;
mod conflict;
mod cover;
mod datum;
mod densify;
mod distance;
mod ellipsoid;
mod fault;
mod geodesic;
mod geoid;
mod index;
pub mod limits;
mod nearest;
mod outline;
mod place;
mod skeleton;
mod spec;
mod units;
mod vector;

pub use conflict::{Prepared, Witness, conflict, point_in_volume};
pub use datum::{EllipsoidRange, to_ellipsoid_range};
pub use densify::{Densified, STRAIGHT_MM, densify};
pub use distance::{
    Span, bearing, destination, distance, point_to_line, point_to_polygon, volume_to_line, volume_to_polygon,
    volume_to_volume,
};
pub use fault::{Fault, Reason};
pub use index::Index;
pub use place::{BOX_ALTITUDE_MM, BOX_TIME_US, box_of};
pub use spec::{Faults, Footprint, Volume, VolumeSpec};
pub use units::{Band, Datum, Position, Separation, Window};
