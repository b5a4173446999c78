//! Every limit of the node's edge, with its reason, and how they relate.

use engine::limits::{BEAT_US, LINE_QUOTA, MAX_FRAME_BYTES, RED_US};
use std::time::Duration;

/// Longest preface of a connection, in bytes: a line's name, a secret and one key set of at
/// most 64 desks. The only bytes taken from a stranger.
pub const MAX_PREFACE_BYTES: usize = 16 << 10;

/// Time for the TLS handshake and the preface together. A stranger holds a place no longer.
pub const PREFACE_WAIT: Duration = Duration::from_secs(10);

/// Strangers served at once: connections that have not shown a known key yet.
pub const MAX_STRANGERS: usize = 64;

/// Connections that the system keeps until they are accepted. A burst of clients beyond it
/// would make everybody's connection wait for a retransmission, a second, a CEASE's too.
pub const LISTEN_BACKLOG: u32 = 4096;

/// Pause of the listener when the system has no socket to give.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A connection that takes no byte for this long is closed: the line is red by then, and a
/// new connection starts with HELLO.
pub const WRITE_WAIT: Duration = Duration::from_secs(20);

/// A connection that brings no byte for this long is closed, so that a cut without a
/// goodbye ends. Longer than red: the officer is told before.
pub const READ_WAIT: Duration = Duration::from_secs(30);

/// Frames waiting for one connection. The engine's own window bounds entries; this bounds
/// everything else towards a peer that does not read.
pub const MAX_OUTBOX_FRAMES: usize = 4096;

/// Bytes waiting for one connection.
pub const MAX_OUTBOX_BYTES: usize = 64 << 20;

/// Budget of one connection for frames that came in and are not decided, in KiB. A peer that
/// sends more is not read until there is room: nothing is dropped.
pub const FRAME_BUDGET_KIB: u32 = 8192;

/// What even the smallest frame takes of [`FRAME_BUDGET_KIB`].
pub const FRAME_LEAST_KIB: u32 = 16;

/// First wait before dialling again.
pub const REDIAL_FIRST: Duration = Duration::from_millis(200);

/// Longest wait before dialling again: short, because a line that is down costs warning time.
pub const REDIAL_LONGEST: Duration = Duration::from_secs(5);

/// Time for a TCP connection to come about.
pub const DIAL_WAIT: Duration = Duration::from_secs(5);

/// Live connections of one line displaced within [`DISPLACED_WITHIN`] that make two copies of
/// the peer's key likely: an honest peer redials, but not while its connection lives.
pub const MAX_DISPLACED: usize = 3;

/// Window of [`MAX_DISPLACED`].
pub const DISPLACED_WITHIN: Duration = Duration::from_secs(60);

/// Requests waiting for the core thread. Each batch drains them all into the engine's own
/// queues, so this fills only while the disk stalls.
pub const MAX_ASKS: usize = 8192;

/// Places beyond [`MAX_ASKS`] for commands that may be safety traffic.
pub const ASKS_RESERVE: usize = 1024;

/// Requests of clients of the open service that wait for the core thread.
pub const MAX_OPEN_ASKS: usize = 4096;

/// Journal records kept in memory for event streams that come back.
pub const FEED_RECORDS: usize = 4096;

/// Records between two snapshots. Replay of so many takes about a second.
pub const SNAPSHOT_EVERY: u64 = 50_000;

/// Records read from the journal at once during recovery.
pub const RECOVERY_CHUNK: usize = 1024;

/// Chunks of records read ahead of those applied during recovery: some MiB.
pub const RECOVERY_AHEAD: usize = 4;

/// Entries of an export read between two turns of the core thread: about a millisecond.
pub const EXPORT_CHUNK: u64 = 256;

/// Longest sleep of the core thread without a reason, so that disk space is looked at.
pub const CORE_WAKE: Duration = Duration::from_secs(1);

/// Validity of the tokens that `serve` writes for the command line of this machine. Renewed
/// at every start when less than [`LOCAL_TOKEN_RENEW_US`] is left.
pub const LOCAL_TOKEN_US: i64 = 400 * DAY_US;

/// See [`LOCAL_TOKEN_US`].
pub const LOCAL_TOKEN_RENEW_US: i64 = 100 * DAY_US;

/// Validity of a token made by an officer who names none.
pub const TOKEN_DEFAULT_US: i64 = 90 * DAY_US;

/// Validity of an invitation whose maker names none.
pub const INVITATION_DEFAULT_US: i64 = DAY_US;

/// Longest validity of an invitation: its secret lies in a file.
pub const INVITATION_LONGEST_US: i64 = 30 * DAY_US;

/// Largest invitation file, in bytes.
pub const MAX_INVITATION_BYTES: usize = 64 << 10;

/// Tries of one alarm hook before its failure becomes an alarm itself.
pub const HOOK_TRIES: u32 = 4;

/// Wait before the second try of a hook; doubled for each further one.
pub const HOOK_RETRY: Duration = Duration::from_millis(500);

/// Time one try of a hook may take.
pub const HOOK_WAIT: Duration = Duration::from_secs(10);

/// Time the watch has to leave its terminal in order, and between two looks at whether there
/// still is one.
pub const WATCH_GRACE: Duration = Duration::from_secs(1);

/// Time between two looks at whether the clock is synchronised. A free quartz clock drifts less
/// than a millisecond in it.
pub const CLOCK_LOOK: Duration = Duration::from_secs(5);

/// Time the command that vouches for the clock may take; after it nobody vouches.
pub const CLOCK_COMMAND_WAIT: Duration = Duration::from_secs(5);

/// Largest error of a synchronised clock, as its own keeper bounds it, in µs. The same 5 s from
/// which on a peer disputes a stated instant would be no use as a warning.
pub const MAX_CLOCK_ERROR_US: i64 = 1_000_000;

/// Desks of one node.
pub const MAX_DESKS: usize = 32;

const DAY_US: i64 = 24 * 3600 * 1_000_000;

const _: () = assert!(MAX_PREFACE_BYTES < MAX_FRAME_BYTES);
const _: () = assert!(MAX_OUTBOX_BYTES >= 8 * MAX_FRAME_BYTES);
const _: () = assert!(READ_WAIT.as_micros() as i64 > RED_US && READ_WAIT.as_micros() as i64 > 3 * BEAT_US);
const _: () = assert!(REDIAL_FIRST.as_millis() < REDIAL_LONGEST.as_millis());
const _: () = assert!(REDIAL_LONGEST.as_micros() as i64 + (DIAL_WAIT.as_micros() as i64) < RED_US);
const _: () = assert!(FRAME_BUDGET_KIB as usize >= 2 * MAX_FRAME_BYTES / 1024);
const _: () = assert!((FRAME_BUDGET_KIB / FRAME_LEAST_KIB) as usize <= LINE_QUOTA);
const _: () = assert!(LOCAL_TOKEN_RENEW_US < LOCAL_TOKEN_US);
const _: () = assert!(INVITATION_DEFAULT_US <= INVITATION_LONGEST_US);

/// Largest answer that a client reads, in bytes: a bundle of a long line.
pub const MAX_ANSWER_BYTES: u64 = 1 << 30;

/// Longest line of an event stream that a client reads, in bytes.
pub const MAX_EVENT_BYTES: usize = 8 << 20;

/// Longest figure that is looked at, in bytes.
pub const MAX_FIGURE_BYTES: usize = 100;

/// Longest token that is looked at, in bytes: a 256-bit secret in any notation.
pub const MAX_TOKEN_BYTES: usize = 256;

/// Largest body of a request, in bytes: an operation of 64 volumes of 10 000 vertices would
/// not fit, one that an officer can oversee does.
pub const MAX_BODY_BYTES: usize = 4 << 20;

/// Event streams open at once; each holds a task and its place in the ring.
pub const MAX_STREAMS: usize = 64;

/// Largest drawing that is read, in bytes: a day's tracks of a squadron. A larger one is
/// refused before it is parsed.
pub const MAX_DRAWING_BYTES: usize = 16 << 20;

/// Longest text of one element of a drawing that is kept, in bytes.
pub const MAX_TEXT_BYTES: usize = 4 << 20;

/// Most shapes of one drawing that are looked at.
pub const MAX_SHAPES: usize = 1_000;

/// Deepest nesting of collections and folders in a drawing.
pub const MAX_DRAWING_DEPTH: usize = 32;

/// Faults of a drawing told at once; more are counted.
pub const MAX_DRAWING_FAULTS: usize = 100;

const _: () = assert!(MAX_TEXT_BYTES <= MAX_DRAWING_BYTES);
const _: () = assert!(MAX_EVENT_BYTES as u64 <= MAX_ANSWER_BYTES);

/// Longest reason that is given for a refusal, in characters: some lines of a screen. Readers of JSON, TOML and XML repeat
/// what they refuse, and that can be as long as a whole request.
pub const MAX_REASON_CHARS: usize = 500;

/// Widest page: longer lines are hard to read.
pub const MAX_WIDTH: usize = 160;

/// Largest scenario file, in bytes.
pub const MAX_SCENARIO_BYTES: u64 = 1 << 20;

/// Longest step of a scenario's clock. Each end hears the other once a step, so that no
/// line looks silent for longer than two steps.
pub const MAX_STEP_US: i64 = 2_900_000;

/// Largest body of a request of open traffic, in bytes, as the reference implementation takes it.
pub const MAX_OPEN_BODY_BYTES: usize = 4 << 20;

/// Time for one request of open traffic, its body read and its answer found. Clients of the standard's community give
/// up after the same 10 s.
pub const OPEN_REQUEST_WAIT: Duration = Duration::from_secs(10);

/// Longest time from the first byte of a request to the first of its answer, whatever the client does: what is
/// left beyond [`OPEN_REQUEST_WAIT`] is for its headers.
pub const OPEN_ASKING_WAIT: Duration = Duration::from_secs(15);

/// A connection of open traffic that carries nothing for this long is closed.
pub const OPEN_QUIET_WAIT: Duration = Duration::from_secs(30);

/// Connections of open traffic served at once; more wait in the listener's queue.
pub const MAX_OPEN_CONNECTIONS: usize = 2048;

/// Threads that read bodies and cover shapes at once: what they leave of a small machine is for the lines.
pub const MAX_SHAPING: usize = 2;

/// Memory for the bodies of all requests of open traffic that are not answered yet, in KiB. What finds no room is told to
/// come again.
pub const OPEN_BODIES_KIB: u32 = 128 << 10;

/// Volumes of one request. An operation of so many stays far within [`MAX_OPEN_BODY_BYTES`].
pub const MAX_OPEN_VOLUMES: usize = 1_000;

/// Faults of one request told at once; more are counted.
pub const MAX_OPEN_FAULTS: usize = 20;

/// Lowest altitude that a volume may name, in metres (F3548-21 `Altitude`).
pub const LOWEST_ALTITUDE_M: f64 = -8_000.0;

/// Highest altitude that a volume may name, in metres (F3548-21 `Altitude`).
pub const HIGHEST_ALTITUDE_M: f64 = 100_000.0;

/// Longest report that is kept, in bytes: an exchange with bodies of some tens of kilobytes.
pub const MAX_REPORT_BYTES: usize = 256 << 10;

/// Longest access token that is looked at, in bytes: several times what an authority issues.
pub const MAX_ACCESS_TOKEN_BYTES: usize = 8 << 10;

/// How far the clock of whoever issued an access token may be from ours, in µs.
pub const TOKEN_SKEW_US: i64 = 60 * 1_000_000;

/// Furthest end of an access token (F3548-21: an hour; [`TOKEN_SKEW_US`] is allowed on top), in µs.
pub const MAX_TOKEN_AHEAD_US: i64 = 3600 * 1_000_000;

/// Access tokens remembered as checked, so that a signature is verified once and not with each request.
pub const MAX_KNOWN_TOKENS: usize = 4096;

/// Longest `sub` of an access token, in bytes: it is kept with everything its client writes.
pub const MAX_SUBJECT_BYTES: usize = 256;

/// Shortest RSA key that is trusted, in bits.
pub const MIN_RSA_BITS: usize = 2048;

/// Shortest RSA key that is taken for trials, in bits: the test authority of the public suites has such a one.
pub const MIN_TRIAL_RSA_BITS: usize = 1024;

/// Keys of authorities taken from one file or one address.
pub const MAX_KEYS: usize = 64;

/// Largest key set or key file, in bytes.
pub const MAX_KEY_SET_BYTES: u64 = 1 << 20;

/// Time to fetch a key set.
pub const KEY_SET_WAIT: Duration = Duration::from_secs(5);

/// Time between two looks at a key set, as in the reference implementation.
pub const KEY_SET_EVERY: Duration = Duration::from_secs(60);

/// Shortest time between two looks at the key sets for the sake of a token whose key is not known.
pub const KEY_SET_SOONEST: Duration = Duration::from_secs(5);

/// How long the keys of an address hold that cannot be reached, as in the reference implementation.
pub const KEY_SET_HOLDS: Duration = Duration::from_secs(3600);

/// Sources of heartbeats that are remembered.
pub const MAX_HEARTBEAT_SOURCES: usize = 64;

const _: () = assert!(OPEN_REQUEST_WAIT.as_secs() < OPEN_ASKING_WAIT.as_secs());
const _: () = assert!(OPEN_ASKING_WAIT.as_secs() < OPEN_QUIET_WAIT.as_secs());
const _: () = assert!(KEY_SET_WAIT.as_secs() < OPEN_REQUEST_WAIT.as_secs());
const _: () = assert!(KEY_SET_SOONEST.as_secs() < KEY_SET_EVERY.as_secs());
const _: () = assert!(KEY_SET_EVERY.as_secs() < KEY_SET_HOLDS.as_secs());
const _: () = assert!(OPEN_BODIES_KIB as usize >= 8 * MAX_OPEN_BODY_BYTES / 1024);
const _: () = assert!(MAX_REPORT_BYTES < MAX_OPEN_BODY_BYTES);
const _: () = assert!(TOKEN_SKEW_US < MAX_TOKEN_AHEAD_US);
