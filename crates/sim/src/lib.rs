//! A world of nodes out of one seed: the real `engine`, on a simulated disk, network and
//! clock, used by simulated officers, watched by checkers.
//!
//! Guarantee: a run is a function of its seed and of this commit. Nothing here reads a
//! clock, draws from the system or depends on hash order.
//!
//! A **workload** (`workload`) proposes what parties do; an **auditor** (`audit`) writes down
//! what was acknowledged and predicts, with a model that knows nothing of `accord`, what must
//! be seen; **checkers** (`check`) compare, each named `invariant_…`. Open traffic has its own of each (`open`).

pub mod audit;
pub mod check;
pub mod clock;
pub mod debug;
pub mod disk;
pub mod faults;
pub mod keys;
pub mod lies;
pub mod limits;
pub mod net;
pub mod node;
pub mod open;
pub mod replay;
pub mod rng;
pub mod shrink;
pub mod story;
pub mod trace;
pub mod workload;
pub mod world;

pub use faults::Faults;
pub use open::Open;
pub use world::{Report, World};
