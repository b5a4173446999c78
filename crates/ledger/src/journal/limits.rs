//! Every limit of the journal, with its reason and how it relates to the others.

/// The oldest SQLite the journal runs on, as `major * 1_000_000 + minor * 1_000 + patch`.
/// Releases before 3.51.3 can lose a committed transaction when the write-ahead log is reset.
pub const SQLITE_AT_LEAST: i32 = 3_051_003;

/// Bytes of one record. A frame on a line holds at most 1 MiB; the input that carried it and the
/// events it caused stay well under eight times that.
pub const MAX_RECORD_BYTES: usize = 8 * MIB;

/// Bytes of one body with its salt: a body arrives in one frame of at most 1 MiB.
pub const MAX_BLOB_BYTES: usize = 2 * MIB;

/// Bytes of a blob's key: an origin of about 100 bytes and a sequence number, with room to spare.
pub const MAX_BLOB_KEY_BYTES: usize = 256;

/// Bytes of records and blobs in one append, so that one batch can never eat the reserve.
pub const MAX_APPEND_BYTES: usize = 24 * MIB;

/// Bytes of one snapshot. SQLite's own ceiling for a value is 10^9.
pub const MAX_SNAPSHOT_BYTES: usize = 512 * MIB;

/// Snapshots kept: the newest, and one older in case the newest is damaged.
pub const SNAPSHOTS_KEPT: usize = 2;

/// Size of the reserve file, given up step by step when the disk is full.
pub const RESERVE_BYTES: u64 = 64 * MIB as u64;

/// Free space below which only safety traffic and peers' acts are taken. It exceeds the largest
/// append twice over: once in the write-ahead log, once more when that is copied into the file.
pub const LOW_WATER_BYTES: u64 = 64 * MIB as u64;

/// What is left, disk and reserve together, when the journal calls itself full. The rest is for
/// the node's own safety acts, which are a few KiB each.
pub const FULL_BELOW_BYTES: u64 = 8 * MIB as u64;

/// How much of the reserve is given up at a time, unless one append needs more.
pub const RESERVE_STEP_BYTES: u64 = 4 * MIB as u64;

/// Space a write is taken to need beyond twice its content: pages around it, the head row, the
/// index of the write-ahead log.
pub const WRITE_OVERHEAD_BYTES: u64 = MIB as u64;

/// Pages of 4 KiB in the write-ahead log before SQLite copies them into the file: 16 MiB. Larger
/// makes the copy rarer and longer; this keeps it near the cost of a few dozen commits.
pub const WAL_CHECKPOINT_PAGES: u32 = 4_000;

/// Size to which the write-ahead log is cut back after a long reader let it grow.
pub const WAL_KEEP_BYTES: u64 = 64 * MIB as u64;

/// Bytes of the write-ahead log held at a time while it is written over itself.
pub const WAL_COPY_BYTES: usize = MIB;

/// SQLite's page cache, in KiB. Appends touch the right edge of a tree; loading streams.
pub const PAGE_CACHE_KIB: u32 = 16 * 1024;

/// Characters read from a lock file for the number of the process that holds it.
pub const MAX_HOLDER_CHARS: u64 = 20;

/// Findings of one kind listed by the doctor before it only counts the rest.
pub const FINDINGS_LISTED: usize = 20;

const MIB: usize = 1024 * 1024;
const MAX_SQLITE_VALUE_BYTES: usize = 1_000_000_000;

const _: () = assert!(rusqlite::ffi::SQLITE_VERSION_NUMBER >= SQLITE_AT_LEAST);
const _: () = assert!(MAX_RECORD_BYTES <= MAX_APPEND_BYTES);
const _: () = assert!(MAX_BLOB_BYTES + MAX_BLOB_KEY_BYTES <= MAX_APPEND_BYTES);
const _: () = assert!(MAX_SNAPSHOT_BYTES < MAX_SQLITE_VALUE_BYTES);
const _: () = assert!(2 * MAX_APPEND_BYTES as u64 + WRITE_OVERHEAD_BYTES <= RESERVE_BYTES);
const _: () = assert!(2 * MAX_APPEND_BYTES as u64 + WRITE_OVERHEAD_BYTES <= LOW_WATER_BYTES);
const _: () = assert!(FULL_BELOW_BYTES < RESERVE_BYTES);
const _: () = assert!(RESERVE_STEP_BYTES <= FULL_BELOW_BYTES);
const _: () = assert!(WAL_CHECKPOINT_PAGES as u64 * 4096 <= WAL_KEEP_BYTES);
const _: () = assert!(SNAPSHOTS_KEPT >= 2);
