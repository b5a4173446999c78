//! Who is to be told of a change.

use crate::room::{DRAWN, Heard, Row, drawn, id, row, tell_of, uss1, uss2};
use crate::words::{Placed, cst, oi, sub};
use Heard::{Code, That, Told};
use pool::entity::Wants;
use pool::{Answer, Call};

fn end(which: u8) -> Call {
    Call::DeleteIntent {
        id: id(which),
        ovn: format!("@{which}"),
    }
}

pub(crate) fn selection() -> Vec<Row> {
    let heard = || uss2(sub(5));
    vec![
        row("nobody_is_a_list_too", [], uss1(oi(1)), Told(&[])),
        row("another_is_told", [heard()], uss1(oi(1)), Told(&[(5, 1)])),
        row("oneself_is_told", [uss1(sub(5))], uss1(oi(1)), Told(&[(5, 1)])),
        row(
            "height_does_not_matter",
            [uss2(sub(5).between(900, 999))],
            uss1(oi(1)),
            Told(&[(5, 1)]),
        ),
        row(
            "another_cell_is_not_told",
            [uss2(sub(5).cells(2))],
            uss1(oi(1)),
            Told(&[]),
        ),
        row(
            "another_time_is_not_told",
            [heard()],
            uss1(oi(1).lasts(61, 90)),
            Told(&[]),
        ),
        row(
            "the_last_instant_is_told",
            [heard()],
            uss1(oi(1).lasts(60, 90)),
            Told(&[(5, 1)]),
        ),
        row(
            "who_wants_constraints_only_is_not_told",
            [uss2(sub(5).wants(false, true))],
            uss1(oi(1)),
            Told(&[]),
        ),
        row(
            "of_constraints_it_is",
            [uss2(sub(5).wants(false, true))],
            uss1(cst(1)),
            Told(&[(5, 1)]),
        ),
        row(
            "who_wants_none_is_not_told_of_constraints",
            [uss2(sub(5).wants(true, false))],
            uss1(cst(1)),
            Told(&[]),
        ),
    ]
}

pub(crate) fn moves() -> Vec<Row> {
    let heard = || uss2(sub(5));
    vec![
        row(
            "the_one_just_made_is_told",
            [],
            uss1(oi(1).with_new(false)),
            Told(&[(DRAWN, 1)]),
        ),
        row(
            "of_an_end_it_is_told_as_well",
            [uss1(oi(1).with_new(false))],
            uss1(end(1)),
            Told(&[(DRAWN, 2)]),
        ),
        row(
            "the_one_that_is_replaced_is_not",
            [uss1(oi(1).with_new(false))],
            uss1(oi(1).of("@1").with_new(false)),
            Told(&[(DRAWN + 1, 1)]),
        ),
        row(
            "where_it_was_is_told",
            [heard(), uss1(oi(1))],
            uss1(oi(1).of("@1").cells(2)),
            Told(&[(5, 2)]),
        ),
        row(
            "when_it_was_is_told",
            [heard(), uss1(oi(1))],
            uss1(oi(1).of("@1").lasts(70, 90)),
            Told(&[(5, 2)]),
        ),
        row(
            "what_lies_between_then_and_now_is_told",
            [uss2(sub(5).lasts(70, 80)), uss1(oi(1))],
            uss1(oi(1).of("@1").lasts(90, 95)),
            Told(&[(5, 1)]),
        ),
        row(
            "where_a_constraint_was_is_told",
            [heard(), uss1(cst(1))],
            uss1(cst(1).of("@c1").cells(2)),
            Told(&[(5, 2)]),
        ),
        row(
            "what_has_expired_is_told_of_its_time",
            [heard()],
            uss1(oi(1).lasts(30, 99)).at(90),
            Told(&[(5, 1)]),
        ),
    ]
}

pub(crate) fn indices() -> Vec<Row> {
    let changed = || uss1(oi(1).of("@1"));
    let given = || [uss2(sub(5)), uss1(oi(1)), changed()];
    let seen = uss2(Call::GetSubscription { id: id(5) });
    vec![
        row("indices_count", given(), changed(), Told(&[(5, 3)])),
        row(
            "an_index_begins_at_0",
            [],
            uss2(sub(5)),
            That(
                |heard| matches!(heard, Answer::SubscriptionPut { subscription, .. } if subscription.subscription.index == 0),
            ),
        ),
        row(
            "an_index_outlives_an_update",
            [uss2(sub(5)), uss1(oi(1)), uss2(sub(5).of("@s5"))],
            changed(),
            Told(&[(5, 2)]),
        ),
        row(
            "the_owner_sees_the_index",
            given(),
            seen.clone(),
            That(|heard| matches!(heard, Answer::Subscription(view) if view.subscription.index == 2)),
        ),
        row(
            "an_index_may_be_the_time",
            given(),
            changed().at(1),
            Told(&[(5, 39_660_000)]),
        )
        .by_time(),
        row(
            "then_nothing_is_counted",
            given(),
            seen,
            That(|heard| matches!(heard, Answer::Subscription(view) if view.subscription.index == 0)),
        )
        .by_time(),
    ]
}

pub(crate) fn others() -> Vec<Row> {
    vec![
        row(
            "subscriptions_come_by_url",
            [
                uss2(sub(5)),
                uss1(sub(6)),
                uss1(sub(7).url("https://else.example")),
            ],
            uss1(oi(1)),
            That(|heard| {
                let urls = tell_of(heard)
                    .iter()
                    .map(|one| (one.base_url.as_str(), one.subscriptions.len()));
                let mut urls: Vec<_> = urls.collect();
                urls.sort();
                urls == [("https://else.example", 1), ("https://sub.example", 2)]
            }),
        ),
        row(
            "an_implicit_one_wants_what_it_was_made_for",
            [uss1(oi(1).with_new(true))],
            uss1(Call::GetSubscription { id: id(drawn(0)) }),
            That(|heard| {
                let both = Wants {
                    intents: true,
                    constraints: true,
                };
                matches!(heard, Answer::Subscription(view) if view.subscription.wants == both)
            }),
        ),
        row(
            "a_report_is_kept",
            [],
            uss1(Call::Report {
                text: "{}".to_owned(),
            }),
            Code(200),
        ),
    ]
}
