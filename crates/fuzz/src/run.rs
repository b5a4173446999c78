//! Running one target.

use crate::choices::steady_input;
use crate::limits::MAX_SENTENCE_BYTES;
use crate::mutant::Mutant;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One target: where its corpus is, what stands in it, and how many documents were checked.
pub struct Target<F> {
    name: &'static str,
    /// Where a document that failed is put, to be named and kept.
    failed: PathBuf,
    corpus: Vec<Vec<u8>>,
    /// Which documents of the corpus are valid, by their names.
    valid: Vec<bool>,
    checked: Cell<u64>,
    accepted: Cell<u64>,
    check: F,
}

// A check has nothing that a panic could leave half done: the next document starts anew.
impl<F> RefUnwindSafe for Target<F> {}

impl<F: Fn(&[u8]) -> bool> Target<F> {
    /// Reads the corpus of a target of the crate in `manifest_dir`.
    ///
    /// # Panics
    /// When there is none: a target without a valid document would only ever see noise.
    pub fn new(manifest_dir: &str, name: &'static str, check: F) -> Self {
        let folder = Path::new(manifest_dir).join("tests/__fuzz__").join(name);
        let (valid, corpus): (Vec<bool>, Vec<Vec<u8>>) =
            documents(&folder.join("corpus")).into_iter().unzip();
        assert!(valid.contains(&true), "no valid document in {}", folder.display());
        Target {
            name,
            failed: folder.join("failed"),
            corpus,
            valid,
            checked: Cell::new(0),
            accepted: Cell::new(0),
            check,
        }
    }

    /// Checks what one input stands for: itself, and a document altered by it.
    pub fn check(&self, input: &[u8]) {
        self.one(input);
        self.one(&Mutant::new(&self.corpus).document(input));
    }

    /// Whether the corpus and the fixed seeds are to be checked: not under a fuzzer that has its own.
    pub fn is_steady(&self) -> bool {
        !cfg!(fuzzing)
    }

    /// The corpus in order, then so many inputs of fixed seeds.
    ///
    /// # Panics
    /// When a document that is valid by its name is refused: its alterations would never get far.
    pub fn steady(&self, inputs: u64) {
        for (document, valid) in self.corpus.iter().zip(&self.valid) {
            let start = String::from_utf8_lossy(&document[..document.len().min(80)]);
            assert_eq!(
                self.one(document),
                *valid,
                "{}: whether it accepts {start}",
                self.name
            );
        }
        (0..inputs).for_each(|seed| self.check(&steady_input(seed)));
    }

    /// How long bolero's engine is to follow, if at all. A fuzzer of its own knows when to stop.
    pub fn time(&self) -> Option<Duration> {
        if cfg!(fuzzing) {
            return Some(Duration::MAX);
        }
        let time = std::env::var("FUZZ_MS").ok()?;
        Some(Duration::from_millis(time.parse().expect("FUZZ_MS is a number")))
    }

    /// Says how much was checked.
    pub fn report(&self) {
        let (checked, accepted) = (self.checked.get(), self.accepted.get());
        println!("fuzz: {}: {checked} documents, {accepted} accepted", self.name);
    }

    fn one(&self, document: &[u8]) -> bool {
        self.checked.set(self.checked.get() + 1);
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.check)(document)));
        let accepted = outcome.unwrap_or_else(|panic| {
            let kept = std::fs::write(&self.failed, document);
            eprintln!(
                "fuzz: {}: failed on {} ({kept:?})",
                self.name,
                self.failed.display()
            );
            resume_unwind(panic)
        });
        self.accepted.set(self.accepted.get() + u64::from(accepted));
        accepted
    }
}

/// Holds that a refusal is a sentence, and not the document that it refuses.
///
/// # Panics
/// When it is empty or beyond [`MAX_SENTENCE_BYTES`].
pub fn assert_bounded(sentence: impl std::fmt::Display) {
    let sentence = sentence.to_string();
    let length = sentence.len();
    let start: String = sentence.chars().take(200).collect();
    assert!(length > 0, "a refusal says nothing");
    assert!(
        length <= MAX_SENTENCE_BYTES,
        "a refusal of {length} bytes: {start}"
    );
}

/// [`assert_bounded`], as the outcome of a check.
///
/// # Panics
/// As [`assert_bounded`].
pub fn refused(sentence: impl std::fmt::Display) -> bool {
    assert_bounded(sentence);
    false
}

/// The files of a folder in the order of their names, and whether the name says that it is a valid document.
fn documents(folder: &Path) -> Vec<(bool, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let valid = path.to_string_lossy().contains("-valid-");
        (valid, std::fs::read(&path).expect("a corpus can be read"))
    };
    paths.into_iter().map(read).collect()
}
