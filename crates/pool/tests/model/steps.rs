//! What may happen in a history, before it is known what stands by then.

use pool::entity::Availability;

/// Somebody waits, and asks.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) wait_ms: i64,
    /// Who, unless the manager of what is asked for.
    pub(crate) who: u8,
    pub(crate) as_manager: bool,
    pub(crate) may_be_off_nominal: bool,
    pub(crate) ask: Ask,
}

#[derive(Clone, Debug)]
pub(crate) enum Ask {
    QueryIntents(Box4),
    GetIntent(u8),
    PutIntent {
        id: u8,
        version: Version,
        extent: Box4,
        fits: bool,
        key: Key,
        state: u8,
        attach: Hears,
        suffix: Suffix,
    },
    DeleteIntent(u8, Version),
    QueryConstraints(Box4),
    GetConstraint(u8),
    PutConstraint(u8, Version, Box4),
    DeleteConstraint(u8, Version),
    QuerySubscriptions(Box4),
    GetSubscription(u8),
    PutSubscription {
        id: u8,
        version: Version,
        extent: Box4,
        fits: bool,
        intents: bool,
        constraints: bool,
        url: u8,
    },
    DeleteSubscription(u8, Version),
    GetAvailability(u8),
    SetAvailability(u8, Version, Availability),
    Report,
    SearchAreas(Box4),
    GetArea(u8),
    PutArea(AreaPut),
    DeleteArea(u8, Version),
    SearchAreaSubscriptions(Box4),
    GetAreaSubscription(u8),
    PutAreaSubscription(AreaPut),
    DeleteAreaSubscription(u8, Version),
    /// Spring-clean now, or as soon as there is something to be cleaned.
    Evict {
        at_deadline: bool,
    },
}

/// A service area or a subscription to such.
#[derive(Clone, Debug)]
pub(crate) struct AreaPut {
    pub(crate) id: u8,
    pub(crate) version: Version,
    pub(crate) extent: Box4,
    pub(crate) url: u8,
    /// Whether it is for one client that wants all there is.
    pub(crate) greedy: bool,
    /// Whether it starts where it did.
    pub(crate) same_start: bool,
}

/// Which version a client names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Version {
    /// The current one, or none if nothing stands.
    Right,
    Absent,
    Empty,
    /// One that it had before.
    Stale,
    /// That of something else.
    Foreign,
    Garbage,
}

/// A box, before it is known what time it is: minutes from now, hundreds of metres.
#[derive(Clone, Debug)]
pub(crate) struct Box4 {
    pub(crate) cells: u8,
    pub(crate) start_min: Option<i64>,
    pub(crate) lasts_min: Option<i64>,
    pub(crate) lower: Option<i64>,
    pub(crate) upper: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    /// Every OVN there is, so also strangers'.
    All,
    /// All but one.
    AllBut(u8),
    /// All but those of constraints.
    OnlyIntents,
    Old,
    None,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Hears {
    Nothing,
    /// By one of those that stand, rather its own.
    To {
        which: u8,
        own: bool,
    },
    /// By one that there is not.
    ToNone,
    /// By the one that has the same id as itself.
    ToNamesake,
    New {
        url: u8,
        constraints: bool,
    },
    Both,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Suffix {
    None,
    /// Made this many milliseconds from now.
    Made(i64),
    /// Made now, written otherwise.
    Upper,
    Simple,
    /// The last that this id had, or a new one.
    Again,
    /// Of another version of UUID.
    OfVersion(u8),
    Empty,
    Garbage,
}
