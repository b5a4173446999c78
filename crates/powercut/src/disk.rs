//! The handle by which a test holds its disk.

use crate::content::Leaves;
use crate::state::{self, State};
use crate::{Rng, calls};
use std::io;
use std::marker::PhantomData;
use std::path::Path;

/// What happens at a step. A step is one call that changes a file or synchronises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The power fails during the step, and every call fails from then on.
    PowerCut,
    /// The process dies before the step: every call of it fails from then on, what it wrote stays.
    Kill,
    /// This and the calls after it, so many in all, fail with an I/O error.
    Error {
        /// How many calls fail.
        calls: u64,
    },
    /// As [`Fault::Error`], and after a failed synchronisation the kernel takes what was written for
    /// synchronised, as Linux does: it is read back until the power is cut, and is not on the medium.
    ErrorForgotten {
        /// How many calls fail.
        calls: u64,
    },
    /// The disk is full: the first write is cut short and so many of the calls after it find no space.
    Full {
        /// How many calls fail.
        calls: u64,
    },
    /// One read fails with an I/O error; here a step is a read.
    Read,
}

/// What cuts did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Times the power was cut.
    pub cuts: u64,
    /// Unsynchronised writes that arrived whole.
    pub whole: u64,
    /// Unsynchronised writes of which some sectors arrived.
    pub torn: u64,
    /// Unsynchronised writes of which nothing arrived.
    pub dropped: u64,
    /// Unsynchronised changes of directories that were lost.
    pub names_lost: u64,
    /// Calls that were made to fail, other than by a cut or a kill.
    pub failed_calls: u64,
    /// Times a file held what no call seen had written: 0 where the disk sees all that the code under test does.
    pub unseen: u64,
}

/// A watched folder. This thread's calls on it are seen until the value is dropped.
pub struct Disk {
    // The state belongs to this thread.
    _here: PhantomData<*const ()>,
}

impl Disk {
    /// Watches the folder `root`, whose present content counts as synchronised. A file whose name ends in one of
    /// `passing` is left alone, and gone after a power cut.
    ///
    /// # Errors
    /// The system's, when the folder cannot be read.
    ///
    /// # Panics
    /// When this thread watches another folder already.
    pub fn watch(root: &Path, passing: &'static [&'static str]) -> io::Result<Self> {
        assert!(calls::in_place() > 0, "the functions are linked in");
        state::install(State::new(&root.canonicalize()?, passing)?);
        Ok(Disk { _here: PhantomData })
    }

    /// Lets `fault` happen `steps` steps from now; 1 is the next. Replaces what was planned.
    pub fn plan(&self, fault: Fault, steps: u64) {
        state::with(|state| state.plan(fault, steps, false));
    }

    /// As [`Disk::plan`], at the first synchronisation from that step on: when most is unsynchronised.
    pub fn plan_at_sync(&self, fault: Fault, steps: u64) {
        state::with(|state| state.plan(fault, steps, true));
    }

    /// Nothing more is planned.
    pub fn unplan(&self) {
        state::with(State::unplan);
    }

    /// Lets every synchronisation succeed and do nothing.
    pub fn lie(&self) {
        state::with(|state| state.lying = true);
    }

    /// Steps so far.
    pub fn steps(&self) -> u64 {
        state::with(|state| state.steps)
    }

    /// Whether the power failed or the process died.
    pub fn is_down(&self) -> bool {
        state::with(|state| state.down)
    }

    /// Whether what was planned has happened.
    pub fn has_struck(&self) -> bool {
        state::with(|state| state.struck)
    }

    /// What cuts and faults did so far.
    pub fn counts(&self) -> Counts {
        state::with(|state| state.counts)
    }

    /// Puts in place of the folder what a power cut leaves of it, and starts the disk again. Nothing in the folder
    /// may be open.
    ///
    /// # Errors
    /// The system's, when the folder cannot be rewritten.
    pub fn cut(&self, leaves: Leaves, rng: &mut Rng) -> io::Result<()> {
        state::with(|state| state.cut(leaves, rng))
    }

    /// After [`Fault::Kill`] or another fault: the next process starts on the same disk, and what was not
    /// synchronised still is not.
    ///
    /// # Errors
    /// The system's, when the folder cannot be tidied.
    pub fn restart(&self) -> io::Result<()> {
        state::with(State::restart)
    }

    /// The last calls, a line each: how a failure came about.
    pub fn story(&self) -> Vec<String> {
        state::with(|state| state.story.iter().cloned().collect())
    }

    /// A number over every step so far: kind, name, place and length. The same seed gives the same number.
    pub fn digest(&self) -> u64 {
        state::with(|state| state.digest)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        state::remove();
    }
}
