//! Subscriptions.

use crate::room::{BEGIN_US, Heard, Row, id, no, not_found, row, uss1, uss2};
use crate::words::{Placed, area, cst, oi, sub};
use Heard::{Code, Found, That};
use pool::answer::{Bad, Conflict, Forbidden, Thing};
use pool::limits::{DAY_US, MINUTE_US};
use pool::{Answer, Call, Extent};

fn query(area: Extent) -> Call {
    Call::QuerySubscriptions { area }
}

fn get(which: u8) -> Call {
    Call::GetSubscription { id: id(which) }
}

fn delete(which: u8, version: &str) -> Call {
    Call::DeleteSubscription {
        id: id(which),
        version: version.to_owned(),
    }
}

pub(crate) fn times() -> Vec<Row> {
    let one = || uss1(sub(5));
    let old = || uss1(sub(5).lasts(10, 20));
    vec![
        row("what_is_made_is_200", [], one(), Code(200)),
        row(
            "without_times_it_is_a_day_from_now",
            [],
            uss1(sub(5).starts(None).ends(None)),
            That(|heard| is_from(heard, BEGIN_US, BEGIN_US + DAY_US)),
        ),
        row(
            "without_an_end_it_is_a_day",
            [],
            uss1(sub(5).starts(Some(9)).ends(None)),
            That(|heard| is_from(heard, BEGIN_US + 9 * MINUTE_US, BEGIN_US + 9 * MINUTE_US + DAY_US)),
        ),
        row(
            "an_update_takes_over_the_times",
            [old()],
            uss1(sub(5).of("@s5").starts(None).ends(None)),
            That(|heard| is_from(heard, BEGIN_US + 10 * MINUTE_US, BEGIN_US + 20 * MINUTE_US)),
        ),
        row(
            "an_update_takes_over_the_end",
            [old()],
            uss1(sub(5).of("@s5").starts(Some(0)).ends(None)),
            That(|heard| is_from(heard, BEGIN_US, BEGIN_US + 20 * MINUTE_US)),
        ),
    ]
}

pub(crate) fn bounds() -> Vec<Row> {
    let one = || uss1(sub(5));
    vec![
        row(
            "a_day_is_not_too_long",
            [],
            uss1(sub(5).lasts(0, 1_440)),
            Code(200),
        ),
        row(
            "more_than_a_day_is",
            [],
            uss1(sub(5).lasts(0, 1_441)),
            no(Bad::TooLong),
        ),
        row(
            "more_than_a_day_from_now_is",
            [],
            uss1(sub(5).starts(None).ends(Some(1_441))),
            no(Bad::TooLong),
        ),
        row(
            "it_may_have_begun_5_minutes_ago",
            [],
            uss1(sub(5).lasts(-5, 9)),
            Code(200),
        ),
        row(
            "and_no_longer_ago",
            [],
            uss1(sub(5).lasts(-6, 9)),
            no(Bad::LongBegun),
        ),
        row(
            "a_start_that_is_taken_over_may_be_older",
            [one()],
            uss1(sub(5).of("@s5").starts(None)).at(9),
            Code(200),
        ),
        row(
            "a_start_that_is_said_may_not",
            [one()],
            uss1(sub(5).of("@s5")).at(9),
            no(Bad::LongBegun),
        ),
    ]
}

pub(crate) fn order() -> Vec<Row> {
    let one = || uss1(sub(5));
    vec![
        row(
            "it_may_not_run_backwards",
            [],
            uss1(sub(5).lasts(9, 8)),
            no(Bad::Backwards),
        ),
        row("it_may_last_an_instant", [], uss1(sub(5).lasts(9, 9)), Code(200)),
        row(
            "it_may_not_be_over_before_now",
            [],
            uss1(sub(5).starts(None).ends(Some(-1))),
            no(Bad::Backwards),
        ),
        row(
            "times_are_looked_at_before_the_version",
            [one()],
            uss1(sub(5).of("stale").lasts(9, 8)),
            no(Bad::Backwards),
        ),
        row(
            "a_new_one_takes_no_times_over",
            [one()],
            uss1(sub(5).starts(Some(90)).ends(None)),
            no(Conflict::Exists(Thing::Subscription, id(5))),
        ),
    ]
}

fn is_from(heard: &Answer, start_us: i64, end_us: i64) -> bool {
    matches!(heard, Answer::SubscriptionPut { subscription, .. }
        if subscription.subscription.span.start_us == start_us && subscription.subscription.span.end_us == end_us)
}

pub(crate) fn creations() -> Vec<Row> {
    let one = || uss1(sub(5));
    vec![
        row(
            "it_has_to_want_something",
            [],
            uss1(sub(5).wants(false, false)),
            no(Bad::WantsNothing),
        ),
        row(
            "it_needs_a_footprint",
            [],
            uss1(sub(5).cells(0)),
            no(Bad::Unbounded(vec!["a footprint"])),
        ),
        row(
            "it_needs_no_altitudes",
            [],
            uss1(sub(5).above(None).below(None)),
            Code(200),
        ),
        row("an_empty_version_makes_anew", [], uss1(sub(5).of("")), Code(200)),
        row(
            "its_own_again_is_a_conflict",
            [one()],
            one(),
            no(Conflict::Exists(Thing::Subscription, id(5))),
        ),
        row(
            "so_is_that_of_another",
            [one()],
            uss2(sub(5)),
            no(Conflict::Exists(Thing::Subscription, id(5))),
        ),
    ]
}

pub(crate) fn updates() -> Vec<Row> {
    let one = || uss1(sub(5));
    let stale = || no(Conflict::Stale(Thing::Subscription, id(5)));
    let foreign = || no(Forbidden::NotManager(Thing::Subscription, id(5)));
    vec![
        row(
            "what_is_not_there_cannot_be_changed",
            [],
            uss1(sub(5).of("of something that is not")),
            no(Bad::NothingToChange(Thing::Subscription, id(5))),
        ),
        row("an_update_is_200", [one()], uss1(sub(5).of("@s5")), Code(200)),
        row(
            "a_version_that_is_not_current_is_a_conflict",
            [one()],
            uss1(sub(5).of("stale")),
            stale(),
        ),
        row(
            "a_version_comes_once",
            [one(), uss1(sub(5).of("@s5"))],
            uss1(sub(5).of("stale")),
            stale(),
        ),
        row(
            "the_version_is_looked_at_before_the_owner",
            [one()],
            uss2(sub(5).of("stale")),
            stale(),
        ),
        row(
            "only_the_owner_changes_it",
            [one()],
            uss2(sub(5).of("@s5")),
            foreign(),
        ),
    ]
}

pub(crate) fn ends() -> Vec<Row> {
    let one = || uss1(sub(5));
    let stale = || no(Conflict::Stale(Thing::Subscription, id(5)));
    let foreign = || no(Forbidden::NotManager(Thing::Subscription, id(5)));
    vec![
        row("an_end_is_200", [one()], uss1(delete(5, "@s5")), Code(200)),
        row(
            "what_ended_is_gone",
            [one(), uss1(delete(5, "@s5"))],
            uss1(get(5)),
            not_found(Thing::Subscription, 5),
        ),
        row(
            "an_end_needs_a_version",
            [one()],
            uss1(delete(5, "")),
            no(Bad::NoVersion),
        ),
        row(
            "what_is_not_there_cannot_end",
            [],
            uss1(delete(5, "any")),
            not_found(Thing::Subscription, 5),
        ),
        row(
            "only_the_owner_ends_it",
            [one()],
            uss2(delete(5, "stale")),
            foreign(),
        ),
        row(
            "an_end_needs_the_current_version",
            [one()],
            uss1(delete(5, "stale")),
            stale(),
        ),
    ]
}

pub(crate) fn shown() -> Vec<Row> {
    vec![
        row(
            "operational_intents_are_shown_if_they_are_wanted",
            [uss2(oi(1)), uss2(cst(1))],
            uss1(sub(5).wants(true, false)),
            That(|heard| {
                matches!(heard, Answer::SubscriptionPut { intents: Some(intents), constraints: None, .. }
                    if intents.len() == 1 && !intents[0].own)
            }),
        ),
        row(
            "constraints_are_shown_if_they_are_wanted",
            [uss2(oi(1)), uss2(cst(1))],
            uss1(sub(5).wants(false, true).between(500, 600)),
            That(|heard| {
                matches!(heard, Answer::SubscriptionPut { intents: None, constraints: Some(constraints), .. }
                    if constraints.len() == 1)
            }),
        ),
        row(
            "what_flies_below_is_not_shown",
            [uss2(oi(1))],
            uss1(sub(5).between(101, 200)),
            That(|heard| {
                matches!(heard, Answer::SubscriptionPut { intents: Some(intents), constraints: Some(_), .. }
                    if intents.is_empty())
            }),
        ),
    ]
}

pub(crate) fn looks() -> Vec<Row> {
    let one = || uss1(sub(5));
    vec![
        row("the_owner_may_look", [one()], uss1(get(5)), Code(200)),
        row(
            "nobody_else_may",
            [one()],
            uss2(get(5)),
            no(Forbidden::NotManager(Thing::Subscription, id(5))),
        ),
        row(
            "what_is_not_there_is_not_found",
            [],
            uss1(get(5)),
            not_found(Thing::Subscription, 5),
        ),
        row(
            "what_has_expired_is_still_there",
            [one()],
            uss1(get(5)).at(600),
            Code(200),
        ),
    ]
}

pub(crate) fn searches() -> Vec<Row> {
    let one = || uss1(sub(5));
    vec![
        row(
            "a_search_needs_a_footprint",
            [one()],
            uss1(query(area(0))),
            no(Bad::NoFootprint),
        ),
        row(
            "a_search_may_not_run_backwards",
            [],
            uss1(query(area(1).lasts(1, 0))),
            no(Bad::Backwards),
        ),
        row(
            "a_search_finds_its_own",
            [one(), uss2(sub(6))],
            uss1(query(area(1))),
            Found(&[5]),
        ),
        row(
            "a_search_finds_implicit_ones",
            [uss1(oi(1).with_new(false))],
            uss1(query(area(1))),
            Found(&[100]),
        ),
        row(
            "another_cell_is_not_found",
            [one()],
            uss1(query(area(2))),
            Found(&[]),
        ),
        row(
            "height_does_not_matter",
            [one()],
            uss1(query(area(1).between(900, 999))),
            Found(&[5]),
        ),
    ]
}

pub(crate) fn spans() -> Vec<Row> {
    let one = || uss1(sub(5));
    vec![
        row(
            "the_end_is_included",
            [one()],
            uss1(query(area(1).starts(Some(60)))),
            Found(&[5]),
        ),
        row(
            "what_is_over_by_then_is_not_found",
            [one()],
            uss1(query(area(1).starts(Some(61)))),
            Found(&[]),
        ),
        row(
            "at_its_end_it_is_found",
            [one()],
            uss1(query(area(1))).at(60),
            Found(&[5]),
        ),
        row(
            "what_has_expired_is_not_found",
            [one()],
            uss1(query(area(1))).at(61),
            Found(&[]),
        ),
        row(
            "not_even_in_a_search_of_the_past",
            [one()],
            uss1(query(area(1).lasts(0, 60))).at(61),
            Found(&[]),
        ),
    ]
}
