//! Every limit of the engine, with its reason, and how they relate.

/// Largest frame on a line, in bytes. Large enough for any batch that is worth one
/// signature, small enough that a hostile peer cannot make the node hold much.
pub const MAX_FRAME_BYTES: usize = 1 << 20;

/// Largest body of one act, in bytes: 64 volumes of some hundred vertices. Leaves room for
/// the header and the salt in one frame.
pub const MAX_BODY_BYTES: usize = 512 << 10;

/// Largest header, in bytes; the same bound as in `ledger`.
pub const MAX_HEADER_BYTES: usize = 4 << 10;

/// Most entries in one ACTS frame; one checkpoint signature is spread over them.
pub const MAX_ENTRIES_PER_FRAME: usize = 512;

/// Bytes of entries after which an ACTS frame is closed.
pub const ACTS_FRAME_BYTES: usize = 384 << 10;

/// Most entries sent ahead of the peer's cosignature. Bounds what a slow peer makes us send
/// twice after a cut.
pub const MAX_IN_FLIGHT: u64 = 4096;

/// A safety act that finds more than this many entries before it on the line goes ahead of
/// the log as an URGENT frame as well.
pub const URGENT_BEHIND: u64 = 32;

/// Most URGENT entries sent when a line comes back, the newest; older ones travel with the log,
/// which reaches them first.
pub const MAX_URGENT_ON_RETURN: usize = 256;

/// Most URGENT entries of one peer kept unproven. Beyond it the oldest proof is awaited.
pub const MAX_AHEAD: usize = 1024;

/// Most acts that one line may owe its peer before planning traffic is refused.
pub const MAX_OWED: usize = 100_000;

/// Places beyond [`MAX_OWED`] that only safety traffic may take.
pub const OWED_RESERVE: usize = 10_000;

/// Most acts that one line may owe its peer before nothing more of the peer's is taken: each taking makes us
/// state a receipt. An honest peer that sends also cosigns, and never gets here; one that does not would
/// fill the memory.
pub const MAX_OWED_IN_ALL: usize = MAX_OWED + 2 * OWED_RESERVE;

/// Pieces of evidence of contradictions kept for one line, the newest.
pub const MAX_CONTRADICTIONS: usize = 16;

/// Queue lengths, by queue: safety, lines, desks, pool.
pub const QUEUE_LENGTHS: [usize; 4] = [4096, 8192, 4096, 4096];

/// Most inputs of each queue in one batch: the reserved share of each.
pub const BATCH_SHARES: [usize; 4] = [256, 512, 256, 128];

/// Most inputs that one line may have waiting in the safety queue, and in the line queue.
/// A flooding peer fills its own quota and nobody else's.
pub const LINE_QUOTA: usize = 512;

/// Frames of one line taken in one batch. Counted per line, so that the border of a batch on
/// one line never depends on another.
pub const LINE_BATCH: usize = 64;

/// Interval of beats, in µs.
pub const BEAT_US: i64 = 2_000_000;

/// Silence after which a line is amber, in µs.
pub const AMBER_US: i64 = 6_000_000;

/// A connection on which HELLO is not settled, and nothing comes that it asked for, in this time, in
/// µs, is closed: the next one begins anew.
pub const HELLO_WAIT_US: i64 = 20_000_000;

/// Silence after which a line is red, in µs.
pub const RED_US: i64 = 20_000_000;

/// A wall clock that jumps by more than this between two batches raises an alarm, in µs.
pub const CLOCK_JUMP_US: i64 = 1_000_000;

/// A peer's instant further than this outside what we can bound is disputed, in µs
/// (F3548-21 allows 5 s of skew between participants).
pub const CLOCK_DISPUTE_US: i64 = 5_000_000;

/// Idempotency keys kept; the oldest go first.
pub const MAX_IDEMPOTENCY_KEYS: usize = 100_000;

/// Longest idempotency key, in bytes.
pub const MAX_KEY_BYTES: usize = 128;

/// Most entries that a restored node takes back from its peer in one go.
pub const MAX_RESTORE: u64 = 1_000_000;

/// Most own acts given back that wait beyond the close of their epoch for what they speak of: it is lost at both ends
/// until its author states it again, and each entry that comes is held against all of them.
pub const MAX_RESTORED_KEPT: usize = 1_000;

/// Entries asked for in one FETCH.
pub const FETCH_CHUNK: u64 = 512;

/// What a peer gave back is asked for this often on one connection when it does not hold; then
/// both logs are closed. A frame that was spoilt on the way must not cost a log.
pub const MAX_RESTORE_TRIES: u32 = 4;

/// Longest reason of a stall, of a new epoch or of a closed connection that is kept and shown, in
/// characters: a few lines of a screen.
pub const MAX_WHY_CHARS: usize = 300;

/// Most lines of one node.
pub const MAX_LINES: usize = 64;

/// Most invitations open at once.
pub const MAX_INVITATIONS: usize = 64;

/// Most tokens.
pub const MAX_TOKENS: usize = 1024;

/// Most epochs a line may open; beyond it an officer has to make a new line. Each costs a kibibyte in
/// memory for as long as the line lasts, and a peer that lies can have as many as it likes.
pub const MAX_EPOCHS: u32 = 1_000;

/// Characters of each of two differing values that are shown. Enough to tell them apart,
/// and a tree is one value.
pub const SHOWN_CHARS: usize = 120;

/// Most cosigned heads of one log in a bundle. Each costs a reader two signatures and half a
/// KiB: the whole of this as much as a quarter of a million acts, some seconds and 64 MiB.
pub const MAX_BUNDLE_HEADS: usize = 1 << 17;

const _: () = assert!(MAX_BUNDLE_HEADS <= ledger::limits::MAX_CHECKPOINTS);
const _: () = assert!(MAX_BODY_BYTES + MAX_HEADER_BYTES + 1024 <= MAX_FRAME_BYTES);
const _: () = assert!(ACTS_FRAME_BYTES + MAX_BODY_BYTES + MAX_HEADER_BYTES + 8192 <= MAX_FRAME_BYTES);
const _: () = assert!(LINE_BATCH <= LINE_QUOTA && LINE_QUOTA <= QUEUE_LENGTHS[0]);
const _: () = assert!(AMBER_US > 2 * BEAT_US && RED_US > AMBER_US);
const _: () = assert!(URGENT_BEHIND < MAX_IN_FLIGHT);
const _: () = assert!(FETCH_CHUNK as usize <= MAX_ENTRIES_PER_FRAME);
