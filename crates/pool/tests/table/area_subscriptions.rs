//! Subscriptions to identification service areas (F3411).

use crate::room::{BEGIN_US, Heard, Row, id, no, not_found, row, uss1, uss2};
use crate::words::{Placed, area, isa, isa_sub};
use Heard::{Code, Found, That};
use pool::answer::{Bad, Conflict, Forbidden, Refused, Thing};
use pool::limits::{DAY_US, MINUTE_US};
use pool::{Answer, Call};

fn get(which: u8) -> Call {
    Call::GetAreaSubscription { id: id(which) }
}

fn search(bits: u8) -> Call {
    Call::SearchAreaSubscriptions { area: area(bits) }
}

fn delete(which: u8, version: &str) -> Call {
    Call::DeleteAreaSubscription {
        id: id(which),
        version: version.to_owned(),
    }
}

fn stale() -> Heard {
    no(Conflict::Stale(Thing::AreaSubscription, id(5)))
}

fn others() -> Heard {
    no(Forbidden::NotManager(Thing::AreaSubscription, id(5)))
}

const OLD: &str = "1iobe3p3800";

pub(crate) fn writes() -> Vec<Row> {
    let one = || uss1(isa_sub(5));
    vec![
        row("what_is_made_is_200", [], one(), Code(200)),
        row(
            "without_times_it_is_a_day_from_now",
            [],
            uss1(isa_sub(5).starts(None).ends(None)),
            That(|heard| put(heard).is_some_and(|(span, ..)| span == (BEGIN_US, BEGIN_US + DAY_US))),
        ),
        row(
            "a_day_is_not_too_long",
            [],
            uss1(isa_sub(5).lasts(0, 1_440)),
            Code(200),
        ),
        row("more_is", [], uss1(isa_sub(5).lasts(0, 1_441)), no(Bad::TooLong)),
        row(
            "on_updates_too",
            [one()],
            uss1(isa_sub(5).of("@b5").lasts(0, 1_441)),
            no(Bad::TooLong),
        ),
        row(
            "it_does_not_run_backwards",
            [],
            uss1(isa_sub(5).lasts(5, 4)),
            no(Bad::Backwards),
        ),
        row(
            "it_began_5_minutes_ago_at_most",
            [],
            one().at(6),
            no(Bad::LongBegun),
        ),
        row(
            "it_needs_a_place",
            [],
            uss1(isa_sub(5).cells(0)),
            no(Bad::NoFootprint),
        ),
        row(
            "what_stands_is_not_made",
            [one()],
            one(),
            no(Conflict::Exists(Thing::AreaSubscription, id(5))),
        ),
        row(
            "what_is_changed_is_200",
            [one()],
            uss1(isa_sub(5).of("@b5")),
            Code(200),
        ),
        row(
            "an_update_takes_over_the_times",
            [uss1(isa_sub(5).lasts(10, 20))],
            uss1(isa_sub(5).of("@b5").starts(None).ends(None)).at(30),
            That(|heard| {
                let at = |min| BEGIN_US + min * MINUTE_US;
                put(heard).is_some_and(|(span, ..)| span == (at(10), at(20)))
            }),
        ),
        row(
            "what_there_is_not_is_not_changed",
            [],
            uss1(isa_sub(5).of(OLD)),
            no(Bad::NothingToChange(Thing::AreaSubscription, id(5))),
        ),
        row(
            "an_empty_version_is_none",
            [one()],
            uss1(isa_sub(5).of("")),
            no(Bad::NoVersion),
        ),
        row(
            "nor_is_any_text_one",
            [one()],
            uss1(isa_sub(5).of("fake_version")),
            no(Bad::NotAVersion),
        ),
        row(
            "another_version_is_stale",
            [one()],
            uss1(isa_sub(5).of(OLD)),
            stale(),
        ),
        row(
            "the_version_comes_before_the_owner",
            [one()],
            uss2(isa_sub(5).of(OLD)),
            stale(),
        ),
        row("another_may_not", [one()], uss2(isa_sub(5).of("@b5")), others()),
        row(
            "the_times_come_before_what_stands",
            [one()],
            uss2(isa_sub(5).of(OLD).lasts(5, 4)),
            no(Bad::Backwards),
        ),
    ]
}

pub(crate) fn ends() -> Vec<Row> {
    let one = || uss1(isa_sub(5));
    vec![
        row("what_is_ended_is_200", [one()], uss1(delete(5, "@b5")), Code(200)),
        row(
            "what_there_is_not_is_404",
            [],
            uss1(delete(5, OLD)),
            not_found(Thing::AreaSubscription, 5),
        ),
        row(
            "without_a_version_400",
            [one()],
            uss1(delete(5, "")),
            no(Bad::NoVersion),
        ),
        row(
            "nor_is_any_text_one",
            [one()],
            uss1(delete(5, "notacorrectversion")),
            no(Bad::NotAVersion),
        ),
        row(
            "the_version_comes_before_the_owner",
            [one()],
            uss2(delete(5, OLD)),
            stale(),
        ),
        row("another_may_not", [one()], uss2(delete(5, "@b5")), others()),
    ]
}

pub(crate) fn looks() -> Vec<Row> {
    let one = || uss1(isa_sub(5));
    vec![
        row("anybody_may_look", [one()], uss2(get(5)), Code(200)),
        row("after_its_end_too", [one()], uss2(get(5)).at(61), Code(200)),
        row(
            "a_search_finds_ones_own",
            [one(), uss2(isa_sub(6))],
            uss1(search(1)),
            Found(&[5]),
        ),
        row("in_its_cells", [one()], uss1(search(2)), Found(&[])),
        row("until_its_end", [one()], uss1(search(1)).at(60), Found(&[5])),
        row("and_no_longer", [one()], uss1(search(1)).at(61), Found(&[])),
        row(
            "a_search_needs_a_place",
            [one()],
            uss1(search(0)),
            no(Bad::NoFootprint),
        ),
        row(
            "what_is_there_is_told",
            [
                uss2(isa(1)),
                uss2(isa(2).lasts(600, 700)),
                uss2(isa(3).cells(2)),
                uss2(isa(4).lasts(0, 1)),
            ],
            one().at(2),
            That(|heard| put(heard).is_some_and(|(_, _, areas)| areas == 2)),
        ),
        row(
            "an_update_keeps_the_index",
            [one(), uss2(isa(1))],
            uss1(isa_sub(5).of("@b5")),
            That(|heard| put(heard).is_some_and(|(_, index, _)| index == 1)),
        ),
        row(
            "not_in_the_reference",
            [one(), uss2(isa(1))],
            uss1(isa_sub(5).of("@b5")),
            That(|heard| put(heard).is_some_and(|(_, index, _)| index == 0)),
        )
        .strict(),
    ]
}

/// Ten of one client in a cell.
fn ten() -> [crate::room::Step; 10] {
    std::array::from_fn(|nth| uss1(isa_sub(10 + nth as u8).cells(0b11)))
}

pub(crate) fn limits() -> Vec<Row> {
    let full = || no(Refused::TooManyHere);
    vec![
        row(
            "the_eleventh_in_a_cell_is_refused",
            ten(),
            uss1(isa_sub(5)),
            full(),
        ),
        row(
            "in_one_cell_of_several_too",
            ten(),
            uss1(isa_sub(5).cells(0b110)),
            full(),
        ),
        row(
            "elsewhere_there_is_room",
            ten(),
            uss1(isa_sub(5).cells(0b100)),
            Code(200),
        ),
        row("for_others_there_is_room", ten(), uss2(isa_sub(5)), Code(200)),
        row(
            "those_that_have_ended_do_not_count",
            ten(),
            uss1(isa_sub(5).lasts(61, 90)).at(61),
            Code(200),
        ),
        row(
            "those_that_last_still_do",
            ten(),
            uss1(isa_sub(5).lasts(60, 90)).at(60),
            full(),
        ),
        row(
            "one_of_them_can_be_changed",
            ten(),
            uss1(isa_sub(10).of("@b10")),
            Code(200),
        ),
        row(
            "not_in_the_reference",
            ten(),
            uss1(isa_sub(10).of("@b10")),
            full(),
        )
        .strict(),
        row(
            "what_stands_is_told_before_there_being_no_room",
            ten(),
            uss1(isa_sub(10)),
            no(Conflict::Exists(Thing::AreaSubscription, id(10))),
        ),
    ]
}

/// Span, index, how many areas there are.
fn put(heard: &Answer) -> Option<((i64, i64), u32, usize)> {
    let Answer::AreaSubscriptionPut { subscription, areas } = heard else {
        return None;
    };
    let span = (subscription.span.start_us, subscription.span.end_us);
    Some((span, subscription.index, areas.len()))
}
