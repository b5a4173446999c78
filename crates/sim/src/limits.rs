//! Every limit of the simulator, with its reason.

/// First instant of every world, µs UTC since 1970: a day in 2026, so that instants look like
/// those of use.
pub const T0_US: i64 = 1_790_000_000_000_000;

/// One second, µs.
pub const SECOND_US: i64 = 1_000_000;

/// One minute, µs.
pub const MINUTE_US: i64 = 60 * SECOND_US;

/// Fewest parties of a world: a line needs two.
pub const MIN_PARTIES: usize = 2;

/// Most parties of a world.
pub const MAX_PARTIES: usize = 7;

/// Shortest time the disk takes for one durable write, µs.
pub const DISK_LEAST_US: i64 = 200;

/// Longest time it takes on a day without faults, µs.
pub const DISK_MOST_US: i64 = 8_000;

/// Longest time a frame takes on a day without faults, µs.
pub const NET_MOST_US: i64 = 60_000;

/// A client that got no answer asks again after this, µs.
pub const RETRY_US: i64 = 2 * SECOND_US;

/// Events of one world that may pass without the clock moving; more is a loop in the engine.
pub const MAX_EVENTS_AT_ONCE: u32 = 200_000;

/// Length of the calm at the end of a run, in which everything must settle, µs. Longer than
/// the longest agreed clock and the slowest redial.
pub const CALM_US: i64 = 10 * MINUTE_US;

/// How often at its end the slowest disk is waited for, since a frame of the last moment may wait for one.
pub const LAST_WAITS: usize = 20;

/// Longest time for which a machine is suspended, µs: far longer than any line stays up without it, and short
/// enough that the calm is long enough for what was put off.
pub const MAX_SLEEP_US: i64 = 2 * MINUTE_US;

/// Runs that making a failing one short may take: some minutes.
pub const SHRINK_RUNS: usize = 2_000;

/// In the calm a commander looks at the screen at least this often, µs: what waits for a signature
/// is signed before the end.
pub const CALM_PAUSE_US: i64 = 30 * SECOND_US;

/// How far a lying peer's stated clock is off, at most, µs.
pub const LIE_CLOCK_US: i64 = 6 * 60 * MINUTE_US;

/// Longest reason that a lying peer gives, in characters: beyond what any node keeps of one.
pub const LIE_WORDS: usize = 2_000;

/// Records of a journal that are held in memory while they are replayed: some megabytes.
pub const REPLAY_CHUNK: usize = 1_000;

/// Frames that a lying peer remembers, to send them again.
pub const LIE_MEMORY: usize = 64;

/// The keeper's first backup, µs after the beginning: lines are joined by then.
pub const FIRST_BACKUP_US: i64 = 10 * SECOND_US;

/// Mean time between two backups, µs.
pub const BACKUP_US: i64 = 5 * MINUTE_US;

/// Of a thousand starts, so many read the newest snapshot and what came after it; the others read every
/// record.
pub const FROM_SNAPSHOT: u64 = 900;

/// Of a thousand transactions, so many are followed by a snapshot.
pub const SNAPSHOTS: u64 = 5;

/// Most other entries that leave on a connection before a safety act that was acknowledged: about one
/// glance at a screen.
pub const MOST_BEFORE_SAFETY: u32 = 32;

/// On a line that stands and that nothing befalls, safety traffic is shown to the peer's desk within this, µs:
/// a few disk writes and ways there and back.
pub const HEARD_WITHIN_US: i64 = SECOND_US;

/// Nothing has befallen a wire when nothing did for this long, µs: what came before has settled.
pub const QUIET_US: i64 = 40 * SECOND_US;

/// Begins what is said on one line alone; its name follows.
pub const ONLY_FOR: &str = "only for ";

/// Begins every party's name; its number follows.
pub const PARTY: &str = "party-";

/// Stands in the name of every operation, which no line is told.
pub const TOLD_TO_NOBODY: &str = "told to nobody";

/// Of a thousand worlds, so many have open traffic: what only shows without it shows too.
pub const OPEN_WORLDS: u64 = 500;

/// Of a thousand nodes of a world with open traffic, so many serve a region.
pub const OPEN_NODES: u64 = 750;

/// Fewest USSs of a region: two, so that somebody meets somebody.
pub const MIN_USSS: usize = 2;

/// Most USSs of a region.
pub const MAX_USSS: usize = 5;

/// Begins every USS's name; the numbers of its node and its own follow.
pub const USS: &str = "uss-";

/// How often a client of the open service asks before it gives up: some seconds, as HTTP clients do.
pub const OPEN_TRIES: u32 = 6;

/// Of a thousand answers of the open service, so many are lost on the way, and the client asks again.
pub const LOST_ANSWERS: u64 = 20;

/// How far a node's clock may have been beyond what it reads when a request comes and when its answer leaves, µs: it
/// never runs back in the journal, and clocks are set back by some seconds.
pub const OPEN_CLOCK_SLACK_US: i64 = 15 * SECOND_US;

/// Before so many of a thousand safety commands some client of the open service has lost its head.
pub const FLOODS: u64 = 300;

/// Most answers of open traffic between a safety command and its answer: those of the batch that is being written.
pub const MOST_OPEN_BEFORE_SAFETY: u64 = engine::limits::BATCH_SHARES[3] as u64;
