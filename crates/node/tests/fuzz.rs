//! Fuzz targets of what officers and strangers hand to a node: drawings in `tests/fuzz/drawings.rs`, files, figures and
//! requests in `tests/fuzz/texts.rs`. What only the crate itself can reach is driven there, in modules `fuzzed`.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

#[path = "fuzz/drawings.rs"]
mod drawings;
#[path = "fuzz/texts.rs"]
mod texts;
