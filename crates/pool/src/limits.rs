//! Every limit of this crate, with its reason.

/// One second in µs.
pub const SECOND_US: i64 = 1_000_000;
/// One minute in µs.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// One day in µs.
pub const DAY_US: i64 = 24 * 60 * MINUTE_US;

/// How far a start may lie in the past, for clocks that differ (`maxClockSkew` of the reference), µs.
pub const CLOCK_SKEW_US: i64 = 5 * MINUTE_US;

/// Longest life of a subscription (F3548-21 `DSSMaxSubscriptionDurationHours`, F3411-22a
/// `NetDSSMaxSubscriptionDurationHours`), µs.
pub const MAX_SUBSCRIPTION_US: i64 = DAY_US;

/// Most subscriptions to identification service areas that one client may have in one cell at a time (F3411-22a
/// `NetDSSMaxSubscriptionPerArea`).
pub const MAX_AREA_SUBSCRIPTIONS: usize = 10;

/// Identification service areas and subscriptions to them are kept this long after their end, as the reference
/// keeps them, µs.
pub const KEEP_EXPIRED_AREAS_US: i64 = 30 * MINUTE_US;

/// How far the instant of a requested OVN suffix may lie from now, µs.
pub const SUFFIX_SKEW_US: i64 = 5 * MINUTE_US;

/// How long a requested OVN is remembered, so that it never comes twice: no suffix is taken
/// again by then, µs.
pub const SUFFIX_MEMORY_US: i64 = 3 * SUFFIX_SKEW_US;

/// Expired operational intents and subscriptions are kept this long: twice the 56 days of the
/// reference, µs.
pub const KEEP_EXPIRED_US: i64 = 2 * 56 * DAY_US;

/// Most entities evicted at once, so that no request waits for a spring-clean.
pub const EVICT_AT_ONCE: usize = 256;

/// Shortest OVN that is made (F3548-21 `EntityOVN`).
pub const MIN_OVN_CHARS: usize = 16;

/// Longest OVN that is compared (F3548-21 `EntityOVN`).
pub const MAX_OVN_CHARS: usize = 128;

/// Longest base URL of a service: the practical limit of browsers and proxies.
pub const MAX_URL_BYTES: usize = 2_048;

/// Longest name of a USS in the table of availability, which grows with every name.
pub const MAX_USS_BYTES: usize = 256;

/// Most USSs in the table of availability: a client may name any, and nothing takes a name away.
pub const MAX_USSS: usize = 100_000;

const _: () = assert!(SUFFIX_MEMORY_US > 2 * SUFFIX_SKEW_US);
const _: () = assert!(MIN_OVN_CHARS < MAX_OVN_CHARS);
const _: () = assert!(CLOCK_SKEW_US < MAX_SUBSCRIPTION_US);
const _: () = assert!(CLOCK_SKEW_US < KEEP_EXPIRED_AREAS_US);
