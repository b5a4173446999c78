//! Every limit of a run, with its reason.

/// Inputs of a steady run. All targets together stay within seconds of a test build.
pub const STEADY_INPUTS: u64 = 6_000;

/// Inputs of a steady run of a target that takes about a millisecond for each.
pub const STEADY_INPUTS_HEAVY: u64 = 500;

/// Bytes of one input of a steady run: more choices than a document gets alterations.
pub const STEADY_BYTES: usize = 96;

/// Most alterations of one document. A few reach what is behind the first check; many give noise.
pub const MAX_ALTERATIONS: usize = 8;

/// Largest document that alterations make, in bytes: beyond the largest that any small reader takes, and the cost of
/// one check stays small. Targets that need a larger one make it themselves.
pub const MAX_DOCUMENT_BYTES: usize = 96 << 10;

/// Longest run of one repeated text that an alteration puts in, in repetitions.
pub const MAX_REPEATS: usize = 5_000;

/// Longest sentence that a reader may answer with, in bytes: some lines of a screen, in any script. A refusal must not carry the
/// document that it refuses into a journal, an alarm or an answer.
pub const MAX_SENTENCE_BYTES: usize = 2_048;
