//! The sizes a disk and a kernel work in.

/// What a disk writes whole or not at all, in bytes.
pub const SECTOR_BYTES: usize = 512;

/// What the kernel keeps, writes back and forgets as one, in bytes.
pub const PAGE_BYTES: usize = 4096;

/// Calls told in the story of a failure: the last ones tell how it came about.
pub const STORY_CALLS: usize = 24;

const _: () = assert!(PAGE_BYTES.is_multiple_of(SECTOR_BYTES));
