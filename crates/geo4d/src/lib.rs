//! Volumes in space and time: validity, exact conflict, distances, the index.
//!
//! A [`Volume`] is a footprint on WGS 84 × a band of altitudes with its datum × a window of time. It comes only from
//! [`VolumeSpec::check`], which lists every [`Fault`] with its place. [`conflict()`] says whether two volumes come within a
//! [`Separation`], and with a [`Witness`] where, when and how close; [`Index`] finds the candidates among a million;
//! [`point_to_line`] and its kin answer with a [`Span`] that holds the true distance.
//!
//! - Integers outside: nanodegrees, millimetres, microseconds. Floats stay inside, with `libm` for everything that is not
//!   exact by IEEE 754, so every machine computes the same.
//! - Rounding goes outward: what cannot be told from a conflict is one. How wide that band is stands with [`conflict()`].
//! - A footprint is a *skeleton* (point, line or ring, cut into pieces of at most 20 km) and a radius. Distances are
//!   searched for by chords through the Earth and stated along its surface.
//! - Edges are geodesics. Straight lines in degrees become geodesics through [`densify()`].
//!
//! [`s2`] stands by itself: the cells in which discovery services of ASTM F3548-21 compare areas, as they make them.
//!
//! Horizontal distances run along the ellipsoid, whatever the altitude. What is absent: terrain (bands above ground may
//! lie on any of the Earth's), weather (pressure altitudes carry it as a pad), volumes that move.
//!
//! The cells of the index are our own: it needs no more of S2 than nested numbers, and decides nothing by cells.
//! `oracle/run` compares conflicts and distances with GeographicLib and GEOS; `tests/s2_oracle.rs` compares the cells of
//! [`s2`] with those of the C++ library.

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
pub mod s2;
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
