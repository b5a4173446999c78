//! Fuzz targets of the engine: the bytes of frames in `tests/fuzz/frames.rs`, frames that reach a living engine in
//! `tests/fuzz/lines.rs`, what is read back from a disk in `tests/fuzz/stored.rs`.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

#[path = "fuzz/commands.rs"]
mod commands;
mod common;
#[path = "fuzz/frames.rs"]
mod frames;
#[path = "fuzz/lines.rs"]
mod lines;
#[path = "fuzz/stored.rs"]
mod stored;
