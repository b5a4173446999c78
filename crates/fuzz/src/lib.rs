//! What drives the fuzz targets of the other crates.
//!
//! A target is a test with a name and a check: `fuzz::target!("header", |document| …)`. Its corpus is the folder
//! `tests/__fuzz__/<name>/corpus` of its crate: documents under names that say what they are: valid ones, with
//! `-valid-` in their names, and whatever failed once.
//!
//! - `cargo test` checks the corpus in the order of its names, then documents made out of it from fixed seeds: the
//!   same ones every time.
//! - With `FUZZ_MS` set, as `make fuzz` does, bolero's own engine follows, with fresh inputs for so long.
//! - Under `cargo bolero test` the chosen fuzzer drives the same check.
//!
//! Every input is checked twice: as the document itself, so that a corpus of documents serves a fuzzer that is led
//! by coverage, and as the choices by which [`Mutant`] alters documents of the corpus, so that one that is not led
//! gets past the first bytes too.

mod choices;
pub mod limits;
mod mutant;
mod run;

pub use bolero;
pub use choices::Choices;
pub use mutant::Mutant;
pub use run::{Target, assert_bounded, refused};

/// Runs a fuzz target: its name, which is the folder of its corpus, and a check of one document, which panics when
/// something does not hold and says whether the document was accepted. A target whose check takes a millisecond names
/// [`limits::STEADY_INPUTS_HEAVY`] between the two.
#[macro_export]
macro_rules! target {
    ($name:literal, $check:expr) => {
        $crate::target!($name, $crate::limits::STEADY_INPUTS, $check)
    };
    ($name:literal, $steady_inputs:expr, $check:expr) => {{
        let target = $crate::Target::new(env!("CARGO_MANIFEST_DIR"), $name, $check);
        if target.is_steady() {
            target.steady($steady_inputs);
        }
        if let Some(time) = target.time() {
            // Not `bolero::check!`: it would look for the corpus beside each source file.
            let location = $crate::bolero::TargetLocation {
                package_name: env!("CARGO_PKG_NAME"),
                manifest_dir: env!("CARGO_MANIFEST_DIR"),
                module_path: module_path!(),
                file: "tests/fuzz.rs",
                line: line!(),
                item_path: $crate::bolero::__item_path__!(),
                test_name: Some($name.to_owned()),
            };
            if location.should_run() {
                let _ = $crate::bolero::test(location)
                    .with_test_time(time)
                    .for_each(|input: &[u8]| target.check(input));
            }
        }
        target.report();
    }};
}
