//! Every limit of this crate, with its reason and how it relates to the others.
//!
//! A desk that meets a limit is refused with its name; a peer that meets one gets
//! NOT UNDERSTOOD for that entry, with an alarm here. Safety traffic has room of its own.

/// One second in µs.
pub const SECOND_US: i64 = 1_000_000;
/// One minute in µs.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// One hour in µs.
pub const HOUR_US: i64 = 60 * MINUTE_US;
/// One day in µs.
pub const DAY_US: i64 = 24 * HOUR_US;

/// Longest free text in characters: a page, so that an act stays far below a frame.
pub const MAX_TEXT_CHARS: usize = 2_000;
/// Longest name of an operation, a zone, a desk, in characters: one line of a screen.
pub const MAX_NAME_CHARS: usize = 120;
/// Longest id that is accepted from a line.
pub const MAX_ID_CHARS: usize = 32;
/// Volumes of one operation or notice: a day's legs of one aircraft.
pub const MAX_VOLUMES: usize = 64;
/// Secondary hazards of one operation or notice.
pub const MAX_HAZARDS_PER_NOTICE: usize = 16;
/// Versions of one notice that are kept; an author amends no more often and gives a new
/// notice instead.
pub const MAX_VERSIONS: usize = 32;
/// Answers kept per version; STANDBY may repeat.
pub const MAX_ANSWERS: usize = 32;
/// Entries of "told to" per notice.
pub const MAX_TOLD: usize = 64;

/// Notices per line and author that are not retired: twice the largest exercise day.
pub const MAX_NOTICES: usize = 20_000;
/// Notices per line and author when the next one is safety traffic.
pub const MAX_NOTICES_WITH_SAFETY: usize = 24_000;
/// Secondary hazards per line and author that are not retired.
pub const MAX_HAZARDS: usize = 40_000;
/// Stops per line and author: nobody stops the same war a thousand times in a day.
pub const MAX_STOPS: usize = 1_000;
/// Dialogue messages per line and author.
pub const MAX_MESSAGES: usize = 5_000;
/// Dialogue messages per line and author when the next one is of distress.
pub const MAX_MESSAGES_WITH_DISTRESS: usize = 6_250;
/// Voice accounts per line and author.
pub const MAX_VOICES: usize = 2_000;
/// Operations of this party.
pub const MAX_OPERATIONS: usize = 20_000;
/// Zones of this party.
pub const MAX_ZONES: usize = 5_000;
/// Groups of people of this party.
pub const MAX_PEOPLE: usize = 5_000;
/// Declared positions of this party.
pub const MAX_TRACKS: usize = 5_000;
/// Lines of one node.
pub const MAX_LINES: usize = 64;

/// Live alarms. Beyond this only alarms of high priority are listed one by one; the rest
/// is counted in the flood alarm.
pub const MAX_ALARMS: usize = 2_000;
/// Live alarms of any priority: a peer that floods with hazards cannot fill the memory.
pub const MAX_ALARMS_WITH_HIGH: usize = 4_000;
/// Rows of one alarm, and findings of one comparison; more are counted.
pub const MAX_FINDINGS: usize = 64;
/// Alarms that were cleared and are still listed.
pub const MAX_CLEARED_ALARMS: usize = 256;
/// Entries of the hand-over list.
pub const MAX_HANDOVERS: usize = 64;
/// Entries of the list of what may be probing, and of refused contents.
pub const MAX_LISTED: usize = 256;
/// Entries of a peer that wait for this node's own RECEIVED to get its place.
pub const MAX_AWAITING: usize = 65_536;
/// Separate times in one list of receipts.
pub const MAX_RECEIPTS: usize = 65_536;
/// Timers handled in one tick, so that a tick after a long sleep stays short.
pub const MAX_TIMERS_PER_TICK: usize = 256;

/// An item that is over stays in views for this long; the log keeps it for ever.
pub const RETAIN_US: i64 = 6 * HOUR_US;
/// A stop, a message, a voice account stays in views for this long.
pub const RETAIN_TALK_US: i64 = 7 * DAY_US;
/// A closed hazard stays in views for this long.
pub const RETAIN_HAZARD_US: i64 = DAY_US;
/// Longest time an alarm may be shelved: it comes back within one watch.
pub const MAX_SHELF_US: i64 = HOUR_US;
/// A notice that starts nearer than this is a flash item: a desk can still turn traffic
/// away, and only just.
pub const FLASH_LEAD_US: i64 = 10 * MINUTE_US;
/// An alarm of high priority that nobody acknowledged goes to the next desk after this.
pub const ESCALATE_US: i64 = MINUTE_US;
/// A line that is red for this long is an alarm even with no item open.
pub const LINE_RED_US: i64 = MINUTE_US;
/// An answer of STANDBY is reminded of after this.
pub const STANDBY_US: i64 = 5 * MINUTE_US;
/// The alarm rate is counted over this span (ISA-18.2 states its figures for ten minutes).
pub const RATE_SPAN_US: i64 = 10 * MINUTE_US;
/// More alarms than this within [`RATE_SPAN_US`] are a flood (EEMUA 191).
pub const FLOOD_RATE: u32 = 10;
/// Less time to act than this is high priority.
pub const HIGH_US: i64 = 2 * MINUTE_US;
/// Less time to act than this is at least medium priority.
pub const MEDIUM_US: i64 = 10 * MINUTE_US;
/// Largest number of seconds that terms may state: a year.
pub const MAX_TERM_S: u32 = 366 * 24 * 3_600;
/// Shortest clock that terms may set: less would be an alarm for every act.
pub const MIN_CLOCK_S: u32 = 1;
/// Largest notice that terms may leave unmarked, in km²·h: the whole Earth for the longest window. A log holds no larger
/// integer than 2^53 − 1.
pub const MAX_BLANKET_KM2_H: u64 = 510_100_000 * 24 * 3_653;
/// Largest reaction time of an operation.
pub const MAX_REACTION_US: i64 = DAY_US;
/// Fastest declared ground speed in mm/s: three times the speed of sound, rounded up.
pub const MAX_SPEED_MM_S: i64 = 1_100_000;
/// Most people in one place that may be declared.
pub const MAX_COUNT: u32 = 10_000_000;

/// The largest separation that may be filed or signed, in each dimension: beyond it a
/// figure is a mistake in units, and every comparison would return the whole picture.
pub const MAX_SEPARATION: geo4d::Separation = geo4d::Separation {
    horizontal_mm: 500_000_000,
    vertical_mm: 20_000_000,
    time_us: DAY_US,
};
/// Pairs compared exactly for one notice: about a fifth of a second at the very most. The
/// soonest come first; what is left is reported as unchecked.
pub const MAX_CHECKS: usize = 2_048;
/// How long before the first instant together own traffic or people must be told, unless
/// an operation says otherwise: a desk to find the crew, a call, a turn.
pub const REACTION_US: i64 = 3 * MINUTE_US;
/// A hazard that nobody here closed is UNKNOWN after its stated end. Own things are
/// compared with it this far beyond that end, and beyond now.
pub const UNKNOWN_AHEAD_US: i64 = 2 * HOUR_US;
/// How far ahead a declared aircraft is followed: with less than ten minutes to a danger
/// the crew must hear of it; with more, its next report will tell better.
pub const LOOKAHEAD_US: i64 = 10 * MINUTE_US;
/// A position older than this says little: where the aircraft is is UNKNOWN. It is taken to
/// have got no farther than in this time and [`LOOKAHEAD_US`], it is compared so until a desk
/// declares it anew or drops it, and the officer is told where that matters.
pub const TRACK_STALE_US: i64 = 30 * MINUTE_US;
/// Clocks of reporters may be ahead of ours by this much; a report from the future counts as
/// one from now.
pub const TRACK_EARLY_US: i64 = DAY_US;

/// Longest text that is read for places, in bytes; a longer one is too vague to check.
pub const MAX_WORDS_BYTES: usize = 8_192;
/// Places that one text may name; a text that names more names none.
pub const MAX_PLACES: usize = 16;
/// Pairs of place and vertex compared for one text: a hostile notice of the largest size
/// costs tens of milliseconds, and beyond it the answer is too vague.
pub const MAX_PLACE_PAIRS: usize = 200_000;
/// Names of places that are looked through: agreements may add hundreds, nobody a million.
pub const MAX_REFERENCES: usize = 4_096;
/// Rings with more vertices than this are measured by the box around them, which is larger:
/// a hostile ring costs microseconds.
pub const MAX_MEASURED_VERTICES: usize = 512;

const _: () = assert!(MAX_BLANKET_KM2_H <= geo4d::limits::MAX_INTEGER as u64);
const _: () = assert!(
    MAX_NOTICES < MAX_NOTICES_WITH_SAFETY,
    "safety traffic has room of its own"
);
const _: () = assert!(
    MAX_MESSAGES < MAX_MESSAGES_WITH_DISTRESS,
    "distress has room of its own"
);
const _: () = assert!(
    MAX_ALARMS < MAX_ALARMS_WITH_HIGH,
    "alarms of high priority have room of their own"
);
const _: () = assert!(
    MAX_HAZARDS >= MAX_NOTICES_WITH_SAFETY,
    "each hazard notice may carry a hazard"
);
const _: () = assert!(HIGH_US < MEDIUM_US, "priorities are ordered");
const _: () = assert!(
    MAX_SHELF_US <= RETAIN_US,
    "a shelved alarm outlives nothing it speaks of"
);
const _: () = assert!(
    ESCALATE_US <= HIGH_US,
    "the next desk hears of it while there is time to act"
);
const _: () = assert!(
    RETAIN_HAZARD_US >= RETAIN_US,
    "a hazard stays at least as long as its notice"
);
const _: () = assert!(MAX_FINDINGS < MAX_CHECKS, "a full list of rows can be checked");
const _: () = assert!(
    REACTION_US < UNKNOWN_AHEAD_US / 2,
    "a hazard that became UNKNOWN is found in time to act"
);
const _: () = assert!(
    REACTION_US < LOOKAHEAD_US && LOOKAHEAD_US < TRACK_STALE_US,
    "an aircraft is followed for long enough to turn it away"
);
const _: () = assert!(
    TRACK_EARLY_US < geo4d::limits::MAX_DURATION_US,
    "a lost aircraft is compared from before it was seen until long after"
);
const _: () = assert!(
    MAX_TEXT_CHARS * 4 <= MAX_WORDS_BYTES,
    "any text that an act may carry is read"
);
