//! Every limit of the house, with its reason. How they relate is checked when this file compiles.

/// No function is longer, in lines from its signature to its closing brace: more does not fit one screen.
pub(crate) const MAX_FUNCTION_LINES: usize = 70;
/// A test that tells one story from beginning to end is no longer.
pub(crate) const MAX_TEST_FUNCTION_LINES: usize = 110;
/// Nine functions in ten are no longer.
pub(crate) const MAX_P90_FUNCTION_LINES: usize = 35;
/// Half of all functions are no longer.
pub(crate) const MAX_MEDIAN_FUNCTION_LINES: usize = 10;

/// Below these figures the ratchet stops turning: shorter than this would split what belongs together.
pub(crate) const FLOOR_FUNCTION_LINES: usize = 35;
/// See [`FLOOR_FUNCTION_LINES`].
pub(crate) const FLOOR_P90_FUNCTION_LINES: usize = 20;
/// See [`FLOOR_FUNCTION_LINES`].
pub(crate) const FLOOR_MEDIAN_FUNCTION_LINES: usize = 6;

/// A source file longer than this is two files.
pub(crate) const MAX_FILE_LINES: usize = 900;
/// From here on `tidy` asks whether the file has one subject.
pub(crate) const NOTE_FILE_LINES: usize = 600;
/// The architecture page is read in one sitting.
pub(crate) const MAX_ARCHITECTURE_LINES: usize = 250;

/// How long one bench may run, in seconds, unless `--seconds` says otherwise: all of them together stay below
/// the patience of someone who waits for them.
pub(crate) const BENCH_BUDGET_S: u64 = 20;
/// Longest budget a bench accepts: an hour of the same work shows nothing more.
pub(crate) const MAX_BENCH_BUDGET_S: u64 = 3_600;

/// How long one run of what is to catch a planted fault may take, build or run, in seconds: far more than any needs,
/// so that only what never ends is cut off.
pub(crate) const CATCHER_S: u64 = 1_200;
/// How many failed tests a row names: the first few say what was found, the rest are counted.
pub(crate) const MAX_NAMED_TESTS: usize = 3;
/// A row of what failed stays one line, in characters.
pub(crate) const MAX_HOW_CHARS: usize = 300;

const _: () = assert!(FLOOR_MEDIAN_FUNCTION_LINES < MAX_MEDIAN_FUNCTION_LINES);
const _: () = assert!(FLOOR_P90_FUNCTION_LINES < MAX_P90_FUNCTION_LINES);
const _: () = assert!(FLOOR_FUNCTION_LINES < MAX_FUNCTION_LINES);
const _: () = assert!(MAX_MEDIAN_FUNCTION_LINES < MAX_P90_FUNCTION_LINES);
const _: () = assert!(MAX_P90_FUNCTION_LINES < MAX_FUNCTION_LINES);
const _: () = assert!(NOTE_FILE_LINES < MAX_FILE_LINES);
const _: () = assert!(BENCH_BUDGET_S <= MAX_BENCH_BUDGET_S);
