//! Why a keeper's request came to nothing.

use crate::core::Failure;
use crate::failed::Failed;
use crate::line_io::JoinFault;
use engine::input::Refused;

/// One variant for each kind of answer.
#[derive(Debug, thiserror::Error)]
pub enum KeepFault {
    /// The core refused, is full or has stopped.
    #[error(transparent)]
    Core(#[from] Failure),
    /// What was sent has faults; all of them.
    #[error("{}", .0.join("; "))]
    Input(Vec<String>),
    /// The peer's node could not be reached, or refused.
    #[error(transparent)]
    Peer(#[from] JoinFault),
    /// This machine failed: disk, keys.
    #[error("{0}")]
    Machine(#[from] Failed),
}

impl From<Refused> for KeepFault {
    fn from(refused: Refused) -> Self {
        KeepFault::Core(Failure::Refused(refused))
    }
}
