//! Identification service areas (F3411).

use crate::room::{BEGIN_US, Heard, Row, id, no, not_found, row, uss1, uss2};
use crate::words::{Placed, area, isa, isa_sub, oi, sub};
use Heard::{Code, Found, That, Told};
use pool::answer::{Bad, Conflict, Forbidden, Thing};
use pool::limits::MINUTE_US;
use pool::{Answer, Call, Extent};

fn search(area: Extent) -> Call {
    Call::SearchAreas { area }
}

fn get(which: u8) -> Call {
    Call::GetArea { id: id(which) }
}

fn delete(which: u8, version: &str) -> Call {
    Call::DeleteArea {
        id: id(which),
        version: version.to_owned(),
    }
}

fn stale() -> Heard {
    no(Conflict::Stale(Thing::Area, id(1)))
}

fn others() -> Heard {
    no(Forbidden::NotManager(Thing::Area, id(1)))
}

/// A version that nothing has.
const OLD: &str = "1iobe3p3800";

pub(crate) fn creations() -> Vec<Row> {
    let one = || uss1(isa(1));
    vec![
        row("what_is_made_is_200", [], one(), Code(200)),
        row(
            "what_stands_is_not_made",
            [one()],
            one(),
            no(Conflict::Exists(Thing::Area, id(1))),
        ),
        row(
            "of_another_neither",
            [one()],
            uss2(isa(1)),
            no(Conflict::Exists(Thing::Area, id(1))),
        ),
        row(
            "times_are_looked_at_before_what_stands",
            [one()],
            uss1(isa(1).ends(None)),
            no(Bad::AreaEndless),
        ),
        row(
            "it_needs_a_place",
            [],
            uss1(isa(1).cells(0)),
            no(Bad::NoFootprint),
        ),
        row(
            "it_needs_an_end",
            [],
            uss1(isa(1).ends(None)),
            no(Bad::AreaEndless),
        ),
        row(
            "without_a_start_it_begins_now",
            [],
            uss1(isa(1).starts(None)).at(7),
            That(|heard| is_from(heard, 7, 60)),
        ),
        row("it_may_begin_5_minutes_ago", [], uss1(isa(1)).at(5), Code(200)),
        row("and_no_longer", [], uss1(isa(1)).at(6), no(Bad::AreaLongBegun)),
        row(
            "it_does_not_run_backwards",
            [],
            uss1(isa(1).lasts(5, 4)),
            no(Bad::AreaBackwards),
        ),
        row("an_instant_is_a_time", [], uss1(isa(1).lasts(5, 5)), Code(200)),
        row("it_may_be_over", [], uss1(isa(1).lasts(0, 1)).at(2), Code(200)),
        row(
            "it_lasts_as_long_as_it_likes",
            [],
            uss1(isa(1).lasts(0, 1_000_000)),
            Code(200),
        ),
        row(
            "heights_are_of_no_account",
            [],
            uss1(isa(1).above(Some(9)).below(Some(3))),
            Code(200),
        ),
        row(
            "ids_of_other_things_are_free",
            [uss2(oi(1)), uss2(sub(1)), uss2(isa_sub(1).cells(2))],
            one(),
            Told(&[]),
        ),
    ]
}

pub(crate) fn updates() -> Vec<Row> {
    let one = || uss1(isa(1));
    vec![
        row(
            "what_is_changed_is_200",
            [one()],
            uss1(isa(1).of("@a1")),
            Code(200),
        ),
        row(
            "what_there_is_not_is_not_changed",
            [],
            uss1(isa(1).of(OLD)),
            no(Bad::NothingToChange(Thing::Area, id(1))),
        ),
        row(
            "an_empty_version_is_none",
            [one()],
            uss1(isa(1).of("")),
            no(Bad::NoVersion),
        ),
        row(
            "nor_is_any_text_one",
            [one()],
            uss1(isa(1).of("fake_version")),
            no(Bad::NotAVersion),
        ),
        row("another_version_is_stale", [one()], uss1(isa(1).of(OLD)), stale()),
        row(
            "the_owner_comes_before_the_version",
            [one()],
            uss2(isa(1).of(OLD)),
            others(),
        ),
        row("another_may_not", [one()], uss2(isa(1).of("@a1")), others()),
        row(
            "the_version_comes_before_the_times",
            [one()],
            uss1(isa(1).of(OLD).lasts(5, 4)),
            stale(),
        ),
        row(
            "times_that_are_not_said_stay",
            [uss1(isa(1).lasts(10, 20))],
            uss1(isa(1).of("@a1").starts(None).ends(None)).at(15),
            That(|heard| is_from(heard, 10, 20)),
        ),
        row(
            "a_start_that_stays_may_lie_in_the_past",
            [one()],
            uss1(isa(1).of("@a1")).at(30),
            That(|heard| is_from(heard, 0, 60)),
        ),
        row(
            "not_in_the_reference",
            [one()],
            uss1(isa(1).of("@a1")).at(30),
            no(Bad::AreaLongBegun),
        )
        .strict(),
        row(
            "another_may_not_lie_there",
            [one()],
            uss1(isa(1).of("@a1").lasts(1, 60)).at(30),
            no(Bad::AreaLongBegun),
        ),
        row(
            "the_end_must_not_come_before_the_start_that_stays",
            [uss1(isa(1).lasts(10, 20))],
            uss1(isa(1).of("@a1").starts(None).ends(Some(9))),
            no(Bad::AreaBackwards),
        ),
    ]
}

pub(crate) fn ends() -> Vec<Row> {
    let one = || uss1(isa(1));
    vec![
        row("what_is_ended_is_200", [one()], uss1(delete(1, "@a1")), Code(200)),
        row(
            "and_gone",
            [one(), uss1(delete(1, "@a1"))],
            uss1(get(1)),
            not_found(Thing::Area, 1),
        ),
        row(
            "what_there_is_not_is_404",
            [],
            uss1(delete(1, OLD)),
            not_found(Thing::Area, 1),
        ),
        row(
            "without_a_version_400",
            [],
            uss1(delete(1, "")),
            no(Bad::NoVersion),
        ),
        row(
            "with_no_version_at_all_too",
            [],
            uss1(delete(1, "notacorrectversion")),
            no(Bad::NotAVersion),
        ),
        row("another_version_is_stale", [one()], uss1(delete(1, OLD)), stale()),
        row(
            "the_version_comes_before_the_owner",
            [one()],
            uss2(delete(1, OLD)),
            stale(),
        ),
        row("another_may_not", [one()], uss2(delete(1, "@a1")), others()),
    ]
}

pub(crate) fn looks() -> Vec<Row> {
    let one = || uss1(isa(1));
    let from = |start: i64| search(area(1).starts(Some(start)));
    let to = |end: i64| search(area(1).ends(Some(end)));
    vec![
        row("anybody_may_look", [one()], uss2(get(1)), Code(200)),
        row("after_its_end_too", [one()], uss2(get(1)).at(61), Code(200)),
        row("anybody_may_search", [one()], uss2(search(area(1))), Found(&[1])),
        row(
            "another_cell_has_it_not",
            [one()],
            uss1(search(area(2))),
            Found(&[]),
        ),
        row(
            "a_search_needs_a_place",
            [one()],
            uss1(search(area(0))),
            no(Bad::NoFootprint),
        ),
        row(
            "the_last_instant_counts",
            [one()],
            uss1(search(area(1))).at(60),
            Found(&[1]),
        ),
        row(
            "what_has_ended_is_not_found",
            [one()],
            uss1(search(area(1))).at(61),
            Found(&[]),
        ),
        row(
            "not_by_those_who_ask_for_the_past",
            [one()],
            uss1(from(0)).at(61),
            Found(&[]),
        ),
        row(
            "who_asks_for_later_finds_less",
            [one()],
            uss1(from(61)),
            Found(&[]),
        ),
        row("until_its_end_it_is_found", [one()], uss1(from(60)), Found(&[1])),
        row(
            "who_asks_for_earlier_too",
            [uss1(isa(1).lasts(5, 60))],
            uss1(to(4)),
            Found(&[]),
        ),
        row(
            "from_its_start_it_is_found",
            [uss1(isa(1).lasts(5, 60))],
            uss1(to(5)),
            Found(&[1]),
        ),
        row(
            "a_search_may_end_before_it_begins",
            [one()],
            uss1(search(area(1).lasts(30, 20))),
            Found(&[1]),
        ),
    ]
}

pub(crate) fn notices() -> Vec<Row> {
    let heard = || uss2(isa_sub(5));
    let moved = || uss1(isa(1).of("@a1").cells(2));
    vec![
        row("another_is_told", [heard()], uss1(isa(1)), Told(&[(5, 1)])),
        row(
            "oneself_is_told",
            [uss1(isa_sub(5))],
            uss1(isa(1)),
            Told(&[(5, 1)]),
        ),
        row(
            "another_cell_is_not",
            [uss2(isa_sub(5).cells(2))],
            uss1(isa(1)),
            Told(&[]),
        ),
        row(
            "time_does_not_matter",
            [heard()],
            uss1(isa(1).lasts(600, 700)),
            Told(&[(5, 1)]),
        ),
        row(
            "not_one_that_has_ended",
            [heard()],
            uss1(isa(1).lasts(61, 99)).at(61),
            Told(&[]),
        ),
        row(
            "nor_a_moment_before",
            [heard()],
            uss1(isa(1).lasts(60, 99)).at(60),
            Told(&[(5, 1)]),
        ),
        row(
            "one_that_has_not_begun_is_told",
            [uss2(isa_sub(5).lasts(10, 20))],
            uss1(isa(1)),
            Told(&[(5, 1)]),
        ),
        row(
            "where_it_was_is_told",
            [uss1(isa(1)), heard()],
            moved(),
            Told(&[(5, 1)]),
        ),
        row(
            "where_it_goes_is_told",
            [uss1(isa(1)), uss2(isa_sub(5).cells(2))],
            moved(),
            Told(&[(5, 1)]),
        ),
        row(
            "each_notice_counts",
            [heard(), uss1(isa(1)), uss1(isa(2))],
            uss1(delete(1, "@a1")),
            Told(&[(5, 3)]),
        ),
        row(
            "by_time_it_is_the_time_of_day",
            [heard()],
            uss1(isa(1)),
            Told(&[(5, 11 * 3_600_000)]),
        )
        .by_time(),
        row(
            "subscriptions_of_f3548_are_not_told",
            [uss2(sub(5))],
            uss1(isa(1)),
            Told(&[]),
        ),
        row("nor_the_other_way_round", [heard()], uss1(oi(1)), Told(&[])),
    ]
}

fn is_from(heard: &Answer, start_min: i64, end_min: i64) -> bool {
    let Answer::AreaChanged { area, .. } = heard else {
        return false;
    };
    let at = |min| BEGIN_US + min * MINUTE_US;
    (area.span.start_us, area.span.end_us) == (at(start_min), at(end_min))
}
