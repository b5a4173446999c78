//! How the manager of an operational intent hears of others.

use crate::room::{BEGIN_US, Heard, Room, Row, drawn, id, no, not_found, row, uss1, uss2};
use crate::words::{Placed, oi, sub};
use Heard::{Code, That};
use pool::answer::{Bad, Forbidden, Thing};
use pool::call::Attach;
use pool::entity::IntentState::{Activated, Nonconforming};
use pool::limits::MINUTE_US;
use pool::{Answer, Call, Options};

fn get(which: u8) -> Call {
    Call::GetSubscription { id: id(which) }
}

fn end(which: u8) -> Call {
    Call::DeleteIntent {
        id: id(which),
        ovn: format!("@{which}"),
    }
}

fn gone(which: u8) -> Heard {
    not_found(Thing::Subscription, which)
}

pub(crate) fn refusals() -> Vec<Row> {
    let heard = || uss1(sub(5));
    vec![
        row(
            "both_is_none",
            [heard()],
            uss1(oi(1).attach(Attach::Both)),
            no(Bad::BothSubscriptions),
        ),
        row(
            "what_is_activated_needs_one",
            [uss1(oi(1))],
            uss1(oi(1).of("@1").state(Activated)),
            no(Bad::NeedsSubscription),
        ),
        row(
            "what_is_activated_needs_one_at_every_update",
            [uss1(oi(1)), uss1(oi(1).of("@1").state(Activated).with_new(false))],
            uss1(oi(1).of("@1").state(Activated)),
            no(Bad::NeedsSubscription),
        ),
        row(
            "that_it_needs_one_is_said_before_the_scope",
            [uss1(oi(1))],
            uss1(oi(1).of("@1").state(Nonconforming)),
            no(Bad::NeedsSubscription),
        ),
    ]
}

pub(crate) fn coverage() -> Vec<Row> {
    let uncovered = |what| no(Bad::NotCovered(id(5), what));
    let heard = || uss1(sub(5));
    vec![
        row(
            "it_has_to_stand",
            [],
            uss1(oi(1).to(5)),
            no(Bad::NoSuchSubscription(id(5))),
        ),
        row(
            "it_has_to_be_its_own",
            [uss2(sub(5))],
            uss1(oi(1).to(5)),
            no(Forbidden::NotManager(Thing::Subscription, id(5))),
        ),
        row(
            "it_has_to_cover_the_cells",
            [heard()],
            uss1(oi(1).cells(3).to(5)),
            uncovered("space"),
        ),
        row(
            "it_has_to_cover_the_start",
            [heard()],
            uss1(oi(1).lasts(-1, 60).to(5)),
            uncovered("time"),
        ),
        row(
            "it_has_to_cover_the_end",
            [heard()],
            uss1(oi(1).lasts(0, 61).to(5)),
            uncovered("time"),
        ),
        row(
            "it_need_not_cover_the_height",
            [heard()],
            uss1(oi(1).between(0, 900).to(5)),
            Code(201),
        ),
        row(
            "covered_from_end_to_end_is_covered",
            [heard()],
            uss1(oi(1).to(5)),
            Code(201),
        ),
    ]
}

pub(crate) fn lives() -> Vec<Row> {
    let implicit = || uss1(oi(1).with_new(false));
    let second = || uss1(oi(2).key(&["@1"]).to(drawn(0)));
    vec![
        row(
            "without_one_it_has_none",
            [],
            uss1(oi(1)),
            That(
                |heard| matches!(heard, Answer::IntentChanged { intent, .. } if intent.intent.subscription.is_none()),
            ),
        ),
        row(
            "a_new_one_is_as_long_and_wide_as_it_is",
            [implicit()],
            uss1(get(drawn(0))),
            That(|heard| {
                matches!(heard, Answer::Subscription(view)
                    if view.subscription.implicit
                        && view.subscription.span.start_us == BEGIN_US
                        && view.subscription.span.end_us == BEGIN_US + 60 * MINUTE_US
                        && view.subscription.cells.len() == 1
                        && view.dependents == [id(1)])
            }),
        ),
        row(
            "an_implicit_one_grows",
            [
                implicit(),
                uss1(oi(1).of("@1").cells(2).lasts(-5, 90).to(drawn(0))),
            ],
            uss1(get(drawn(0))),
            That(|heard| {
                matches!(heard, Answer::Subscription(view)
                    if view.subscription.span.start_us == BEGIN_US - 5 * MINUTE_US
                        && view.subscription.span.end_us == BEGIN_US + 90 * MINUTE_US
                        && view.subscription.cells.len() == 2)
            }),
        ),
        row(
            "it_does_not_shrink",
            [implicit(), uss1(oi(1).of("@1").lasts(5, 9).to(drawn(0)))],
            uss1(get(drawn(0))),
            That(|heard| {
                matches!(heard, Answer::Subscription(view)
                    if view.subscription.span.end_us == BEGIN_US + 60 * MINUTE_US)
            }),
        ),
        row(
            "two_may_depend_on_one",
            [implicit(), second()],
            uss1(get(drawn(0))),
            That(|heard| matches!(heard, Answer::Subscription(view) if view.dependents == [id(1), id(2)])),
        ),
    ]
}

pub(crate) fn ends() -> Vec<Row> {
    let implicit = || uss1(oi(1).with_new(false));
    let second = || uss1(oi(2).key(&["@1"]).to(drawn(0)));
    let kept = || uss1(get(drawn(0)));
    vec![
        row(
            "an_implicit_one_ends_with_it",
            [implicit(), uss1(end(1))],
            kept(),
            gone(drawn(0)),
        ),
        row(
            "an_explicit_one_does_not",
            [uss1(sub(5)), uss1(oi(1).to(5)), uss1(end(1))],
            uss1(get(5)),
            Code(200),
        ),
        row(
            "not_while_another_depends_on_it",
            [implicit(), second(), uss1(end(1))],
            kept(),
            Code(200),
        ),
        row(
            "it_ends_with_the_last",
            [implicit(), second(), uss1(end(1)), uss1(end(2))],
            kept(),
            gone(drawn(0)),
        ),
        row(
            "it_ends_when_it_is_replaced",
            [implicit(), uss1(oi(1).of("@1").with_new(false))],
            kept(),
            gone(drawn(0)),
        ),
        row(
            "it_ends_when_it_is_left",
            [implicit(), uss1(oi(1).of("@1"))],
            kept(),
            gone(drawn(0)),
        ),
        row(
            "it_is_left_for_another",
            [implicit(), uss1(sub(5)), uss1(oi(1).of("@1").to(5))],
            kept(),
            gone(drawn(0)),
        ),
        row(
            "it_is_not_left_while_another_depends_on_it",
            [implicit(), second(), uss1(oi(1).of("@1").key(&["@2"]))],
            kept(),
            Code(200),
        ),
    ]
}

pub(crate) fn edited() -> Vec<Row> {
    let implicit = || uss1(oi(1).with_new(false));
    let kept = || uss1(get(drawn(0)));
    vec![
        row(
            "it_stays_when_it_is_named",
            [implicit(), uss1(oi(1).of("@1").to(drawn(0)))],
            kept(),
            Code(200),
        ),
        row(
            "edited_by_its_owner_it_outlives_it",
            [implicit(), uss1(sub(drawn(0)).of("@s100")), uss1(end(1))],
            kept(),
            That(|heard| matches!(heard, Answer::Subscription(view) if !view.subscription.implicit)),
        ),
        row(
            "edited_by_its_owner_it_does_not_grow",
            [implicit(), uss1(sub(drawn(0)).of("@s100"))],
            uss1(oi(1).of("@1").lasts(0, 61).to(drawn(0))),
            no(Bad::NotCovered(id(drawn(0)), "time")),
        ),
    ]
}

#[test]
fn what_has_the_id_of_its_subscription_has_another_ovn() {
    let mut room = Room::new(Options::default());
    room.hear(&uss1(oi(1).with_new(false))).expect("it is made");
    let namesake = oi(drawn(0)).key(&["@1"]).cells(3).to(drawn(0));
    let made = room.hear(&uss1(namesake)).expect("it is made");
    let grown = room.hear(&uss1(get(drawn(0)))).expect("it stands");
    let (Answer::IntentChanged { intent, .. }, Answer::Subscription(view)) = (made, grown) else {
        panic!("one was made and the other shown");
    };
    assert_eq!(view.subscription.cells.len(), 2, "it has grown");
    assert_ne!(view.subscription.version, intent.intent.ovn);
}
