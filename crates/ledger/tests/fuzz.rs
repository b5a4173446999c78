//! Fuzz targets of every reader of the ledger: texts in `tests/fuzz/texts.rs`, evidence in `tests/fuzz/evidence.rs`.
//! The readers of headers are compared beside them, in the crate.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod common;
#[path = "fuzz/evidence.rs"]
mod evidence;
#[path = "fuzz/texts.rs"]
mod texts;
