//! Connections of lines: TLS, frames, dialling and listening.
//!
//! Guarantees: nothing that came in is dropped for want of room — the connection is not read
//! instead; a safety frame overtakes every batch of acts that waits for the same connection;
//! a stranger gets one bounded, timed preface and nothing else.

mod codec;
mod dial;
mod link;
mod listen;
mod outbox;
mod registry;

pub use codec::{JoinRequest, Preface};
pub use dial::{Dialer, JoinFault, present};
pub use listen::listen;
pub use registry::Lines;
