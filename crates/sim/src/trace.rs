//! What happened, as a digest and, if asked for, as lines to read.

use crate::limits::T0_US;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// The record of one run.
#[derive(Debug, Default)]
pub struct Trace {
    hash: Sha256,
    counts: BTreeMap<&'static str, u64>,
    tell: bool,
}

impl Trace {
    /// A record that also tells each step on standard output.
    pub fn telling(tell: bool) -> Self {
        Trace {
            tell,
            ..Trace::default()
        }
    }

    /// One step: when, its kind, and what.
    pub fn step(&mut self, at_us: i64, kind: &'static str, what: fmt::Arguments<'_>) {
        let line = format!("{at_us} {kind} {what}\n");
        self.hash.update(line.as_bytes());
        *self.counts.entry(kind).or_default() += 1;
        if self.tell {
            self.aside(at_us, kind, what);
        }
    }

    /// Counts what takes no part in the digest.
    pub fn tally(&mut self, kind: &'static str) {
        *self.counts.entry(kind).or_default() += 1;
    }

    /// Whether steps are told.
    pub fn tells(&self) -> bool {
        self.tell
    }

    /// Tells what is no step of its own and takes no part in the digest.
    pub fn aside(&self, at_us: i64, kind: &'static str, what: fmt::Arguments<'_>) {
        let ms = (at_us - T0_US) / 1000;
        println!("{:>8}.{:03} {kind:<12} {what}", ms / 1000, ms % 1000);
    }

    /// Bytes that take part in the digest and are not told.
    pub fn bytes(&mut self, kind: &'static str, bytes: &[u8]) {
        self.hash.update(Sha256::digest(bytes));
        *self.counts.entry(kind).or_default() += 1;
    }

    /// How often each kind of step was made.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// SHA-256 over all steps so far, hexadecimal.
    pub fn digest(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }
}
