//! Open traffic: the discovery and synchronization services of ASTM F3548-21 and, for remote identification, of
//! F3411-19 and F3411-22a, as a state machine.
//!
//! [`Pool::decide`] looks at a request and says what its client hears and what follows, as
//! [`Event`]s; [`Pool::apply`] takes events and never refuses. The state is a function of the
//! events alone. Nothing here reads a clock, draws a random number or does I/O: the instant and
//! a fresh id come with each [`Request`].
//!
//! What always holds:
//! - a request that is refused changes nothing, and leaves nothing behind on the way;
//! - no OVN comes twice, and each write of a reference gives it another;
//! - a notification index only grows, unless indices are the time of day ([`Options`]);
//! - an implicit subscription lives as long as an operational intent depends on it, unless its owner
//!   has made it explicit;
//! - an OVN is shown to the manager of its entity, and to nobody else;
//! - what F3411 keeps and what F3548 keeps do not know of each other, and an id of the one is free in the other;
//! - no answer depends on a notice, a zone or a line: this crate does not know that there are any.
//!
//! "Intersect" means what it means to the community of the standard: two entities meet when they share a level-13 S2
//! cell and their times overlap, ends included, and where it is said so their altitudes.

pub mod answer;
mod apply;
pub mod call;
mod decide;
pub mod entity;
pub mod event;
pub mod evict;
pub mod extent;
pub mod ids;
mod index;
pub mod limits;
mod ovn;
mod rid;
mod state;
mod version;

pub use answer::{Answer, Refused};
pub use call::{Call, Request};
pub use event::Event;
pub use extent::Extent;
pub use state::{Options, Pool};
