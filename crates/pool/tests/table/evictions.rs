//! What has long expired goes.

use crate::room::{BEGIN_US, Room, drawn, id, uss1, uss2};
use crate::words::{Placed, cst, isa, isa_sub, oi, sub, uuid};
use pool::call::Attach;
use pool::ids::EntityId;
use pool::limits::{EVICT_AT_ONCE, KEEP_EXPIRED_AREAS_US, KEEP_EXPIRED_US, MINUTE_US};
use pool::{Call, Event, Options};

/// When what ended so many minutes after the beginning goes.
fn due_us(end_min: i64) -> i64 {
    BEGIN_US + end_min * MINUTE_US + KEEP_EXPIRED_US + 1
}

/// Lets go what is due, and says what went.
fn evict(room: &mut Room, now_us: i64) -> Vec<Event> {
    let mut all = Vec::new();
    while room.pool.evicts_at_us().is_some_and(|at| at <= now_us) {
        let events = room.pool.evict(now_us);
        assert!(!events.is_empty(), "what is due is done");
        events.iter().for_each(|event| room.pool.apply(now_us, event));
        room.pool.invariant_is_sound();
        all.extend(events);
    }
    all
}

fn room<const N: usize>(given: [crate::room::Step; N]) -> Room {
    let mut room = Room::new(Options::default());
    for step in given {
        room.hear(&step).expect("what is given is taken");
    }
    room
}

fn intent(which: u8) -> Event {
    Event::IntentGone { id: id(which) }
}

fn subscription(which: u8) -> Event {
    Event::SubscriptionGone { id: id(which) }
}

#[test]
fn what_ended_112_days_ago_goes_and_not_before() {
    let mut room = room([uss1(oi(1)), uss1(sub(5).lasts(0, 90))]);
    assert_eq!(room.pool.evicts_at_us(), Some(due_us(60)));
    assert_eq!(room.pool.evict(due_us(60) - 1), []);
    assert_eq!(evict(&mut room, due_us(60)), [intent(1)]);
    assert_eq!(evict(&mut room, due_us(90)), [subscription(5)]);
    assert_eq!(room.pool.evicts_at_us(), None);
}

#[test]
fn constraints_and_states_of_usss_stay() {
    let down = Call::SetAvailability {
        uss: "uss1".to_owned(),
        availability: pool::entity::Availability::Down,
        old_version: String::new(),
    };
    let mut room = room([uss1(cst(1)), uss1(down)]);
    assert_eq!(evict(&mut room, i64::MAX / 2), []);
    assert_eq!(room.pool.counts(), (0, 1, 0));
}

#[test]
fn an_implicit_subscription_goes_with_its_last_operational_intent() {
    let grown = uss1(oi(2).cells(2).lasts(0, 600).to(drawn(0)));
    let end = uss1(Call::DeleteIntent {
        id: id(2),
        ovn: "@2".to_owned(),
    });
    let mut room = room([uss1(oi(1).with_new(false)), grown, end]);
    assert_eq!(evict(&mut room, due_us(60)), [intent(1), subscription(drawn(0))]);
}

#[test]
fn an_explicit_subscription_outlives_what_depended_on_it() {
    let mut room = room([uss1(sub(5).lasts(0, 90)), uss1(oi(1).to(5))]);
    assert_eq!(evict(&mut room, due_us(60)), [intent(1)]);
}

#[test]
fn one_id_and_one_end_may_be_of_two_things() {
    let mut room = room([uss1(oi(1)), uss2(sub(1))]);
    assert_eq!(evict(&mut room, due_us(60)), [intent(1), subscription(1)]);
}

#[test]
fn what_has_the_id_of_an_expired_thing_stays() {
    let mut of_intent = room([uss1(oi(1)), uss2(sub(1).lasts(0, 90))]);
    assert_eq!(evict(&mut of_intent, due_us(60)), [intent(1)]);
    let mut of_subscription = room([uss1(oi(1).lasts(0, 90)), uss2(sub(1))]);
    assert_eq!(evict(&mut of_subscription, due_us(60)), [subscription(1)]);
}

#[test]
fn subscriptions_that_wait_for_others_do_not_hold_up_everything() {
    let mut room = Room::new(Options::default());
    let numbered = |kind: u8, nth: usize| {
        let mut bytes = [kind; 16];
        bytes[8..].copy_from_slice(&nth.to_be_bytes());
        EntityId::from_random(bytes)
    };
    for nth in 0..=EVICT_AT_ONCE {
        let (first, last) = (numbered(1, nth), numbered(2, nth));
        let height = i64::try_from(nth).expect("it is small");
        let intent = oi(0).named(last).between(height * 10, height * 10);
        room.hear(&uss1(sub(0).named(first))).expect("it is taken");
        room.hear(&uss1(intent.attach(Attach::To(first))))
            .expect("it is taken");
    }
    evict(&mut room, due_us(60));
    assert_eq!(room.pool.counts(), (0, 0, 0));
}

#[test]
fn wishes_are_forgotten_when_they_cannot_come_again() {
    let mut room = room([uss1(oi(1).suffix(&uuid(7, 300_000)))]);
    let later = BEGIN_US + 10 * MINUTE_US;
    assert_eq!(evict(&mut room, later), []);
    assert!(matches!(
        evict(&mut room, later + 6 * MINUTE_US)[..],
        [Event::SuffixesForgotten { .. }]
    ));
}

#[test]
fn service_areas_and_subscriptions_to_them_go_half_an_hour_after_their_end() {
    let mut room = room([uss1(isa(1)), uss2(isa_sub(1).lasts(0, 90)), uss1(oi(1))]);
    let due = |end_min: i64| BEGIN_US + end_min * MINUTE_US + KEEP_EXPIRED_AREAS_US + 1;
    assert_eq!(room.pool.evicts_at_us(), Some(due(60)));
    assert_eq!(room.pool.evict(due(60) - 1), []);
    assert_eq!(evict(&mut room, due(60)), [Event::AreaGone { id: id(1) }]);
    assert_eq!(
        evict(&mut room, due(90)),
        [Event::AreaSubscriptionGone { id: id(1) }]
    );
    assert_eq!(room.pool.area_counts(), (0, 0));
    assert_eq!(room.pool.counts(), (1, 0, 0));
}

#[test]
fn many_that_end_at_once_go_a_few_at_a_time() {
    let mut room = Room::new(Options::default());
    let many = EVICT_AT_ONCE + 1;
    for nth in 0..many {
        let mut bytes = [1; 16];
        bytes[8..].copy_from_slice(&nth.to_be_bytes());
        room.hear(&uss1(isa(0).named(EntityId::from_random(bytes))))
            .expect("it is taken");
    }
    let due_us = BEGIN_US + 60 * MINUTE_US + KEEP_EXPIRED_AREAS_US + 1;
    assert_eq!(room.pool.evict(due_us).len(), EVICT_AT_ONCE);
    assert_eq!(evict(&mut room, due_us).len(), many);
}

#[test]
fn a_snapshot_of_before_remote_identification_is_read() {
    let mut old = serde_json::to_value(room([uss1(oi(1))]).pool).expect("a snapshot");
    old.as_object_mut()
        .expect("an object")
        .remove("rid")
        .expect("it is there");
    let pool: pool::Pool = serde_json::from_value(old).expect("it is read");
    assert_eq!((pool.counts(), pool.area_counts()), ((1, 0, 0), (0, 0)));
}

#[test]
fn a_version_does_not_come_again_after_what_had_it_is_gone() {
    let mut room = room([uss1(isa(1))]);
    let Ok(pool::Answer::AreaChanged { area: first, .. }) = room.hear(&uss1(Call::DeleteArea {
        id: id(1),
        version: "@a1".to_owned(),
    })) else {
        panic!("it is ended");
    };
    let restored = serde_json::to_string(&room.pool).expect("a snapshot");
    room.pool = serde_json::from_str(&restored).expect("it is read");
    let Ok(pool::Answer::AreaChanged { area: second, .. }) = room.hear(&uss1(isa(1))) else {
        panic!("it is made");
    };
    assert_ne!(first.version, second.version);
}
