//! One sans-I/O machine over accord, pool and ledger: queues, batches, sealing, the line protocol.
//!
//! Invariants:
//! - nothing leaves before the records that led to it are durable;
//! - the state is a function of the journaled events;
//! - what is put on a line is a function of that line's own inputs and streams;
//! - nothing is sealed on a line before HELLO was settled once since the start;
//! - no tree is cosigned that is smaller than, or inconsistent with, one cosigned before.

mod ahead;
mod desk;
mod engine;
mod epochs;
pub mod event;
mod evidence;
pub mod flow;
pub mod frame;
pub mod heads;
mod hello;
pub mod holdings;
mod ids;
pub mod input;
mod intake;
pub mod keyring;
mod light;
pub mod limits;
pub mod line;
mod open;
pub mod queue;
mod record;
pub mod recovery;
mod restore;
mod seal;
pub mod session;
mod stall;
pub mod view;

pub use engine::{Batch, Engine};
pub use recovery::RecoveryFault;
pub use seal::STATEMENT;
