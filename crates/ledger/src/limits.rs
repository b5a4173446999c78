//! Every limit of the formats, with its reason, and how they relate.

/// Largest integer of canonical JSON, 2^53 − 1: the largest that every JSON reader keeps exact
/// (RFC 8785, section 3.2.2.3; RFC 7493, section 2.2).
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Deepest nesting of canonical JSON. Bodies nest about eight levels (act, volume, footprint,
/// ring, point); the parser recurses, so this also bounds its stack.
pub const MAX_DEPTH: usize = 32;

/// Largest document that [`crate::canon`] reads, in bytes: one line of a bundle.
pub const MAX_DOCUMENT_BYTES: usize = 1 << 20;

/// Largest body of one act, in bytes.
pub const MAX_BODY_BYTES: usize = 512 << 10;

/// Largest header, in bytes (design: at most 4 KiB). A valid one stays far below.
pub const MAX_HEADER_BYTES: usize = 4 << 10;

/// Longest line id, in bytes: it stands in every origin and in file names.
pub const MAX_LINE_ID_BYTES: usize = 64;

/// Longest name of an act kind or of a desk, in bytes.
pub const MAX_NAME_BYTES: usize = 32;

/// Longest party name in a manifest, in bytes; shown on one line of a report.
pub const MAX_PARTY_BYTES: usize = 256;

/// Most desks of one party in a manifest; each has a key of its own.
pub const MAX_DESKS: usize = 64;

/// Largest signed note, in bytes. A checkpoint with ours and the peer's signature needs 500; the
/// rest is room for signature lines of others, which we ignore (C2SP signed-note).
pub const MAX_NOTE_BYTES: usize = 16 << 10;

/// Most signature lines on a note. C2SP signed-note demands that at least 16 be accepted.
pub const MAX_NOTE_SIGNATURES: usize = 32;

/// Largest signature line, in bytes: an Ed25519 cosignature with a long name needs 300; post-quantum
/// signatures of others, which we skip, can fill 5 kB.
pub const MAX_SIGNATURE_LINE_BYTES: usize = 8 << 10;

/// Longest key name on a signature line, in bytes.
pub const MAX_KEY_NAME_BYTES: usize = 256;

/// Most hashes in an inclusion or consistency proof: a tree of 2^53 leaves is 53 high, and a
/// consistency proof may carry one more.
pub const MAX_PROOF_HASHES: usize = 54;

/// Largest contradiction, in bytes: small enough to be printed, read out or sent by any means.
pub const MAX_CONTRADICTION_BYTES: usize = 4 << 10;

/// Most bytes of `extra` in a C2SP tlog-proof that we read: a salt and a body.
pub const MAX_PROOF_EXTRA_BYTES: usize = MAX_BODY_BYTES + 64;

/// Largest C2SP tlog-proof, in bytes.
pub const MAX_PROOF_BYTES: usize = 1 << 20;

/// Largest bundle, in bytes: 10^6 acts of 2 KiB, twice.
pub const MAX_BUNDLE_BYTES: usize = 4 << 30;

/// Most logs in a bundle: both directions of 512 epochs.
pub const MAX_LOGS: usize = 1024;

/// Most checkpoints of one log in a bundle. One a batch is kept where it was the first to cover
/// an act, so there are never more than entries; this bounds a forged list.
pub const MAX_CHECKPOINTS: usize = 1 << 24;

/// Most cosignature lines kept with one checkpoint of a bundle: the peer's and some witnesses'.
pub const MAX_COSIGNATURES: usize = 16;

/// Most contradictions in a bundle: one an epoch, and some.
pub const MAX_CONTRADICTIONS: usize = 1024;

/// Most closed epochs of which entry 0 of a log speaks. It speaks of more than one only where the peer never
/// countersigned an entry 0 between them.
pub const MAX_PREVIOUS: usize = 64;

/// Largest policy file, in bytes.
pub const MAX_POLICY_BYTES: usize = 64 << 10;

/// Entries from which verification prepares its keys: a manifest of 130 keys is prepared in the time
/// of some hundred signatures.
pub const PREPARE_FROM: usize = 1000;

/// Width of a tile: 2^8 hashes, or entries (C2SP tlog-tiles).
pub const TILE_WIDTH: u64 = 256;

const _: () = assert!(
    MAX_HEADER_BYTES + MAX_BODY_BYTES + 256 <= MAX_DOCUMENT_BYTES,
    "an entry is one line"
);
const _: () = assert!(MAX_NOTE_BYTES + MAX_COSIGNATURES * MAX_SIGNATURE_LINE_BYTES <= MAX_DOCUMENT_BYTES);
const _: () = assert!(MAX_SIGNATURE_LINE_BYTES <= MAX_NOTE_BYTES);
const _: () = assert!(
    MAX_NOTE_SIGNATURES >= 16,
    "C2SP signed-note: verifiers accept at least 16"
);
const _: () =
    assert!(MAX_PROOF_EXTRA_BYTES * 4 / 3 + MAX_NOTE_BYTES + MAX_PROOF_HASHES * 45 < MAX_PROOF_BYTES);
const _: () = assert!(
    MAX_LINE_ID_BYTES + 32 <= MAX_KEY_NAME_BYTES,
    "an origin is a key name"
);
const _: () = assert!(
    MAX_HEADER_BYTES <= u16::MAX as usize,
    "an entry bundle counts bytes in 16 bits"
);
