//! How often what happens: mostly what succeeds, so that much stands, and everything else now and then.

use crate::steps::{AreaPut, Ask, Box4, Hears, Key, Step, Suffix, Version};
use crate::world::{AREA_IDS, CELLS, IDS};
use pool::entity::Availability;
use proptest::prelude::*;

fn wait_ms() -> impl Strategy<Value = i64> {
    const MIN: i64 = 60_000;
    prop_oneof![
        70 => Just(0),
        10 => Just(1),
        10 => Just(1_000),
        5 => Just(4 * MIN),
        5 => Just(5 * MIN),
        4 => Just(60 * MIN),
        2 => Just(720 * MIN),
        1 => Just(1_441 * MIN),
        1 => Just(113 * 1_440 * MIN),
    ]
}

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![
        40 => Just(Version::Right),
        1 => Just(Version::Absent),
        1 => Just(Version::Empty),
        1 => Just(Version::Stale),
        1 => Just(Version::Foreign),
        1 => Just(Version::Garbage),
    ]
}

/// `open` in a hundred bounds are left open.
fn box4(open: u32) -> impl Strategy<Value = Box4> {
    let start = prop_oneof![
        1 => Just(-3_000_i64), 1 => Just(-60), 1 => Just(-6), 3 => Just(-5), 14 => Just(0), 4 => Just(10),
        4 => Just(60), 1 => Just(1_440)
    ];
    let lasts = prop_oneof![
        1 => Just(-1_i64), 2 => Just(0), 8 => Just(10), 14 => Just(60), 6 => Just(120), 2 => Just(1_440),
        1 => Just(1_441), 1 => Just(5_000)
    ];
    let some_bits = 1_u8..1 << CELLS;
    let bits = prop_oneof![1 => Just(0_u8), 30 => some_bits, 15 => (0..CELLS).prop_map(|bit| 1 << bit)];
    let some = f64::from(100 - open) / 100.0;
    let bound = move |range| prop::option::weighted(some, range);
    let time = (
        prop::option::weighted(some, start),
        prop::option::weighted(some, lasts),
    );
    (bits, time, bound(-1_i64..=2), bound(0_i64..=2)).prop_map(
        |(cells, (start_min, lasts_min), lower, thick)| {
            let upper = thick.map(|thick| lower.unwrap_or(0) + thick);
            Box4 {
                cells,
                start_min,
                lasts_min,
                lower,
                upper,
            }
        },
    )
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        9 => Just(Key::All),
        3 => any::<u8>().prop_map(Key::AllBut),
        2 => Just(Key::OnlyIntents),
        1 => Just(Key::Old),
        2 => Just(Key::None),
    ]
}

fn hears() -> impl Strategy<Value = Hears> {
    prop_oneof![
        8 => Just(Hears::Nothing),
        16 => (any::<u8>(), prop::bool::weighted(0.9)).prop_map(|(which, own)| Hears::To { which, own }),
        1 => Just(Hears::ToNone),
        3 => Just(Hears::ToNamesake),
        12 => (0_u8..3, any::<bool>()).prop_map(|(url, constraints)| Hears::New { url, constraints }),
        1 => Just(Hears::Both),
    ]
}

fn suffix() -> impl Strategy<Value = Suffix> {
    const SKEW_MS: i64 = 300_000;
    let made = prop::sample::select(vec![0, 1, -1, SKEW_MS, -SKEW_MS, SKEW_MS + 1, -SKEW_MS - 1]);
    prop_oneof![
        30 => Just(Suffix::None),
        16 => Just(Suffix::Made(0)),
        3 => made.prop_map(Suffix::Made),
        1 => Just(Suffix::Upper),
        1 => Just(Suffix::Simple),
        12 => Just(Suffix::Again),
        1 => prop::sample::select(vec![1_u8, 4, 6, 8]).prop_map(Suffix::OfVersion),
        1 => Just(Suffix::Empty),
        1 => Just(Suffix::Garbage),
    ]
}

/// More than there are names: the rest are those of implicit subscriptions.
fn ids() -> impl Strategy<Value = u8> {
    prop_oneof![5 => 0..IDS, 2 => IDS..2 * IDS]
}

fn put_intent() -> impl Strategy<Value = Ask> {
    let state = prop_oneof![10 => Just(0_u8), 5 => Just(1), 3 => Just(2), 3 => Just(3), 1 => Just(4)];
    let fits = prop::bool::weighted(0.75);
    (ids(), version(), (box4(2), fits), key(), state, hears(), suffix()).prop_map(
        |(id, version, (extent, fits), key, state, attach, suffix)| Ask::PutIntent {
            id,
            version,
            extent,
            fits,
            key,
            state,
            attach,
            suffix,
        },
    )
}

fn put_subscription() -> impl Strategy<Value = Ask> {
    let wants = (prop::bool::weighted(0.8), prop::bool::weighted(0.5));
    (
        ids(),
        version(),
        box4(40),
        prop::bool::weighted(0.75),
        wants,
        0_u8..3,
    )
        .prop_map(
            |(id, version, extent, fits, (intents, constraints), url)| Ask::PutSubscription {
                id,
                version,
                extent,
                fits,
                intents,
                constraints,
                url,
            },
        )
}

fn set_availability() -> impl Strategy<Value = Ask> {
    let states = vec![Availability::Unknown, Availability::Normal, Availability::Down];
    let what = (0_u8..5, version(), prop::sample::select(states));
    what.prop_map(|(uss, version, state)| Ask::SetAvailability(uss, version, state))
}

/// `open` in a hundred times are left open.
fn area_put(ids: u8, open: u32) -> impl Strategy<Value = AreaPut> {
    let how = (prop::bool::weighted(0.8), prop::bool::weighted(0.2));
    (0..ids, version(), box4(open), 0_u8..3, how).prop_map(
        |(id, version, extent, url, (greedy, same_start))| AreaPut {
            id,
            version,
            extent,
            url,
            greedy,
            same_start,
        },
    )
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![79 => of_f3548(), 50 => of_f3411()]
}

fn of_f3411() -> impl Strategy<Value = Ask> {
    let versioned = || (0..AREA_IDS, version());
    prop_oneof![
        12 => area_put(8, 10).prop_map(Ask::PutArea),
        3 => (0_u8..8, version()).prop_map(|(id, version)| Ask::DeleteArea(id, version)),
        3 => box4(40).prop_map(Ask::SearchAreas),
        1 => (0_u8..8).prop_map(Ask::GetArea),
        30 => area_put(AREA_IDS, 40).prop_map(Ask::PutAreaSubscription),
        3 => versioned().prop_map(|(id, version)| Ask::DeleteAreaSubscription(id, version)),
        2 => box4(40).prop_map(Ask::SearchAreaSubscriptions),
        1 => (0..AREA_IDS).prop_map(Ask::GetAreaSubscription),
    ]
}

fn of_f3548() -> impl Strategy<Value = Ask> {
    prop_oneof![
        24 => put_intent(),
        6 => (ids(), version()).prop_map(|(id, version)| Ask::DeleteIntent(id, version)),
        3 => box4(40).prop_map(Ask::QueryIntents),
        1 => ids().prop_map(Ask::GetIntent),
        8 => (ids(), version(), box4(2)).prop_map(|(id, version, extent)| Ask::PutConstraint(id, version, extent)),
        2 => (ids(), version()).prop_map(|(id, version)| Ask::DeleteConstraint(id, version)),
        2 => box4(40).prop_map(Ask::QueryConstraints),
        1 => ids().prop_map(Ask::GetConstraint),
        12 => put_subscription(),
        5 => (ids(), version()).prop_map(|(id, version)| Ask::DeleteSubscription(id, version)),
        3 => box4(40).prop_map(Ask::QuerySubscriptions),
        2 => ids().prop_map(Ask::GetSubscription),
        1 => (0_u8..5).prop_map(Ask::GetAvailability),
        6 => set_availability(),
        1 => Just(Ask::Report),
        2 => any::<bool>().prop_map(|at_deadline| Ask::Evict { at_deadline }),
    ]
}

/// One step.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    (
        wait_ms(),
        any::<u8>(),
        prop::bool::weighted(0.85),
        prop::bool::weighted(0.8),
        ask(),
    )
        .prop_map(|(wait_ms, who, as_manager, may_be_off_nominal, ask)| Step {
            wait_ms,
            who,
            as_manager,
            may_be_off_nominal,
            ask,
        })
}
