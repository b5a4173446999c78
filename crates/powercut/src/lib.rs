//! For tests: a real folder, under the real system calls of the code under test, whose power can be cut.
//!
//! A test program that uses this crate has the C functions by which files are written (`pwrite`, `fsync`, `rename`
//! and the few in `calls.rs`) replaced by ones that ask here first and then make the same system call. Rust's own
//! library and SQLite both go through them, so the code under test is the code that ships, down to SQLite's own
//! file layer: nothing is modelled above the kernel. [`Disk::watch`] names a folder. For each file in it the disk
//! keeps what would be on the medium and what was written since; [`Disk::cut`] then puts in place of the folder what
//! a power cut may leave of it:
//!
//! - everything that was synchronised;
//! - of each write, truncation and change of a directory since then any subset, in any order;
//! - of a write any of its sectors of [`limits::SECTOR_BYTES`], for only a sector is written whole or not at all;
//! - a file grown to its new size, with zeros or old rubbish where its data did not arrive.
//!
//! Bytes next to those written keep what they held: SQLite, too, counts on that ("powersafe overwrite").
//!
//! The process can also die without the power ([`Fault::Kill`]: what it wrote stays written and stays unsynchronised),
//! calls can fail, and the disk can lie about synchronising, so that a test can show that it would notice.
//!
//! A thread watches one folder and sees its own calls only; others are not touched. Mapped memory is not seen
//! (SQLite's `-shm` is rebuilt at every first opening). What reaches a file by calls that are not replaced, as when the
//! kernel copies a file, is found by comparing and counted ([`Counts::unseen`]). Linux with glibc on 64 bits
//! only.

#![cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]

mod calls;
mod content;
mod disk;
mod entries;
pub mod limits;
mod rng;
mod state;

pub use content::Leaves;
pub use disk::{Counts, Disk, Fault};
pub use rng::Rng;
