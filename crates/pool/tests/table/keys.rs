//! What a client has to know of before it plans or flies.

use crate::room::{Heard, Room, Row, id, no, row, uss1, uss2};
use crate::words::{Placed, cst, oi, sub};
use Heard::{Code, Missing};
use pool::answer::Bad;
use pool::entity::Availability::{self, Down};
use pool::entity::IntentState::{Activated, Contingent, Nonconforming};
use pool::{Answer, Call, Options, Refused};

fn state(uss: &str, availability: Availability, old_version: &str) -> Call {
    Call::SetAvailability {
        uss: uss.to_owned(),
        availability,
        old_version: old_version.to_owned(),
    }
}

pub(crate) fn lacking() -> Vec<Row> {
    let other = || uss2(oi(2));
    vec![
        row(
            "that_of_another_is_needed",
            [other()],
            uss1(oi(1)),
            Missing(&[2], &[]),
        ),
        row(
            "its_own_other_one_is_needed",
            [uss1(oi(2))],
            uss1(oi(1)),
            Missing(&[2], &[]),
        ),
        row(
            "strangers_do_not_help",
            [other()],
            uss1(oi(1).key(&["a", "b"])),
            Missing(&[2], &[]),
        ),
        row(
            "only_what_lacks_is_named",
            [other(), uss2(oi(3).key(&["@2"]))],
            uss1(oi(1).key(&["@3"])),
            Missing(&[2], &[]),
        ),
        row(
            "one_instant_in_common_is_enough",
            [other()],
            uss1(oi(1).lasts(60, 90)),
            Missing(&[2], &[]),
        ),
        row(
            "one_height_in_common_is_enough",
            [other()],
            uss1(oi(1).between(100, 200)),
            Missing(&[2], &[]),
        ),
        row(
            "one_cell_in_common_is_enough",
            [other()],
            uss1(oi(1).cells(3)),
            Missing(&[2], &[]),
        ),
        row(
            "what_is_activated_needs_it",
            [other(), uss1(oi(1).key(&["@2"]))],
            uss1(oi(1).of("@1").state(Activated).with_new(false)),
            Missing(&[2], &[]),
        ),
    ]
}

pub(crate) fn counting() -> Vec<Row> {
    let other = || uss2(oi(2));
    vec![
        row(
            "what_has_expired_counts",
            [other()],
            uss1(oi(1).lasts(30, 90)).at(70),
            Missing(&[2], &[]),
        ),
        row(
            "what_is_activated_counts_though_its_uss_is_down",
            [
                other(),
                uss2(oi(2).of("@2").state(Activated).with_new(false)),
                uss1(state("uss2", Down, "")),
            ],
            uss1(oi(1)),
            Missing(&[2], &[]),
        ),
        row(
            "what_is_contingent_counts",
            [
                other(),
                uss2(oi(2).of("@2").state(Contingent).with_new(false)).off_nominal(),
            ],
            uss1(oi(1)),
            Missing(&[2], &[]),
        ),
    ]
}

pub(crate) fn constraints() -> Vec<Row> {
    let other = || uss2(oi(2));
    vec![
        row(
            "constraints_count_with_a_new_subscription_to_them",
            [uss2(cst(2))],
            uss1(oi(1).with_new(true)),
            Missing(&[], &[2]),
        ),
        row(
            "constraints_count_with_a_standing_subscription_to_them",
            [uss2(cst(2)), uss1(sub(3))],
            uss1(oi(1).to(3)),
            Missing(&[], &[2]),
        ),
        row(
            "constraints_count_at_every_height",
            [uss2(cst(2).between(500, 900))],
            uss1(oi(1).with_new(true)),
            Missing(&[], &[2]),
        ),
        row(
            "both_are_named",
            [other(), uss2(cst(2))],
            uss1(oi(1).with_new(true)),
            Missing(&[2], &[2]),
        ),
        row(
            "an_old_ovn_does_not_do",
            [other()],
            uss1(oi(1).key(&["0"])),
            Missing(&[2], &[]),
        ),
    ]
}

pub(crate) fn not_asked_for() -> Vec<Row> {
    let other = || uss2(oi(2));
    vec![
        row(
            "a_complete_key_is_enough",
            [other()],
            uss1(oi(1).key(&["@2"])),
            Code(201),
        ),
        row(
            "strangers_do_not_harm",
            [other()],
            uss1(oi(1).key(&["x", "@2", ""])),
            Code(201),
        ),
        row(
            "another_cell_is_not_asked_for",
            [other()],
            uss1(oi(1).cells(2)),
            Code(201),
        ),
        row(
            "another_time_is_not_asked_for",
            [other()],
            uss1(oi(1).lasts(61, 90)),
            Code(201),
        ),
        row(
            "another_height_is_not_asked_for",
            [other()],
            uss1(oi(1).between(101, 200)),
            Code(201),
        ),
        row(
            "itself_is_not_asked_for",
            [uss1(oi(1))],
            uss1(oi(1).of("@1")),
            Code(200),
        ),
        row(
            "what_it_met_before_is_not_asked_for",
            [other(), uss1(oi(1).key(&["@2"]))],
            uss1(oi(1).of("@1").cells(2)),
            Code(200),
        ),
    ]
}

pub(crate) fn exceptions() -> Vec<Row> {
    let other = || uss2(oi(2));
    vec![
        row(
            "what_a_uss_that_is_down_only_plans_is_not_asked_for",
            [other(), uss1(state("uss2", Down, ""))],
            uss1(oi(1)),
            Code(201),
        ),
        row(
            "nonconforming_needs_no_key",
            [other(), uss1(oi(1).key(&["@2"]))],
            uss1(oi(1).of("@1").state(Nonconforming).with_new(true)).off_nominal(),
            Code(200),
        ),
        row(
            "contingent_needs_no_key",
            [other(), uss1(oi(1).key(&["@2"]))],
            uss1(oi(1).of("@1").state(Contingent).with_new(true)).off_nominal(),
            Code(200),
        ),
        row(
            "constraints_are_not_asked_for_without_a_subscription",
            [uss2(cst(2))],
            uss1(oi(1)),
            Code(201),
        ),
        row(
            "constraints_are_not_asked_for_if_it_wants_none",
            [uss2(cst(2)), uss1(sub(3).wants(true, false))],
            uss1(oi(1).to(3)),
            Code(201),
        ),
        row(
            "refusals_come_before_the_key",
            [other()],
            uss1(oi(1).to(9)),
            no(Bad::NoSuchSubscription(id(9))),
        ),
    ]
}

pub(crate) fn down() -> Vec<Row> {
    vec![
        row(
            "who_is_down_may_not_plan",
            [uss1(state("uss1", Down, ""))],
            uss1(oi(1)),
            no(Refused::Down("uss1".to_owned())),
        ),
        row(
            "who_is_down_may_plan_as_in_the_reference",
            [uss1(state("uss1", Down, ""))],
            uss1(oi(1)),
            Code(201),
        )
        .strict(),
        row(
            "who_is_down_may_say_that_it_is_contingent",
            [uss1(oi(1)), uss1(state("uss1", Down, ""))],
            uss1(oi(1).of("@1").state(Contingent).with_new(false)).off_nominal(),
            Code(200),
        ),
        row(
            "who_is_down_may_end_what_it_planned",
            [uss1(oi(1)), uss1(state("uss1", Down, ""))],
            uss1(Call::DeleteIntent {
                id: id(1),
                ovn: "@1".to_owned(),
            }),
            Code(200),
        ),
    ]
}

#[test]
fn a_refused_write_leaves_no_subscription_and_no_index() {
    let mut room = Room::new(Options::default());
    room.hear(&uss2(oi(2))).expect("it is made");
    room.hear(&uss2(sub(3))).expect("it is made");
    let refused = room.hear(&uss1(oi(1).with_new(true)));
    assert!(matches!(refused, Err(Refused::MissingKeys { .. })), "{refused:?}");
    assert_eq!(room.pool.counts(), (1, 0, 1));
    let seen = room.hear(&uss2(Call::GetSubscription { id: id(3) }));
    assert!(matches!(seen, Ok(Answer::Subscription(view)) if view.subscription.index == 0));
}
