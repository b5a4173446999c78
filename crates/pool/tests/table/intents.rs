//! Operational intents, without keys and subscriptions.

use crate::room::{Heard, Row, id, no, not_found, row, uss1, uss2};
use crate::words::{Placed, area, cst, oi, sub};
use Heard::{Code, Found, That};
use pool::answer::{Bad, Conflict, Forbidden, Thing};
use pool::entity::IntentState::{Activated, Contingent, Nonconforming};
use pool::{Answer, Call, Extent};

fn query(area: Extent) -> Call {
    Call::QueryIntents { area }
}

fn get(which: u8) -> Call {
    Call::GetIntent { id: id(which) }
}

fn delete(which: u8, ovn: &str) -> Call {
    Call::DeleteIntent {
        id: id(which),
        ovn: ovn.to_owned(),
    }
}

pub(crate) fn queries() -> Vec<Row> {
    let one = || uss1(oi(1));
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
            "a_search_of_one_instant_is_one",
            [one()],
            uss1(query(area(1).lasts(1, 1))),
            Found(&[1]),
        ),
        row(
            "a_search_without_bounds_finds_all",
            [one()],
            uss2(query(area(1))),
            Found(&[1]),
        ),
        row(
            "another_cell_is_not_found",
            [one()],
            uss1(query(area(2))),
            Found(&[]),
        ),
        row(
            "one_cell_of_several_is_enough",
            [uss1(oi(1).cells(6))],
            uss1(query(area(3))),
            Found(&[1]),
        ),
        row(
            "the_end_is_included",
            [one()],
            uss1(query(area(1).starts(Some(60)))),
            Found(&[1]),
        ),
        row(
            "the_start_is_included",
            [one()],
            uss1(query(area(1).ends(Some(0)))),
            Found(&[1]),
        ),
        row(
            "what_is_over_by_then_is_not_found",
            [one()],
            uss1(query(area(1).starts(Some(61)))),
            Found(&[]),
        ),
        row(
            "what_begins_later_is_not_found",
            [one()],
            uss1(query(area(1).ends(Some(-1)))),
            Found(&[]),
        ),
    ]
}

pub(crate) fn heights() -> Vec<Row> {
    let one = || uss1(oi(1));
    vec![
        row(
            "the_ceiling_is_included",
            [one()],
            uss1(query(area(1).above(Some(100)))),
            Found(&[1]),
        ),
        row(
            "what_is_below_is_not_found",
            [one()],
            uss1(query(area(1).above(Some(101)))),
            Found(&[]),
        ),
        row(
            "the_floor_is_included",
            [one()],
            uss1(query(area(1).below(Some(0)))),
            Found(&[1]),
        ),
        row(
            "what_is_above_is_not_found",
            [one()],
            uss1(query(area(1).below(Some(-1)))),
            Found(&[]),
        ),
    ]
}

pub(crate) fn looks() -> Vec<Row> {
    let one = || uss1(oi(1));
    vec![
        row(
            "what_has_expired_is_found",
            [one()],
            uss1(query(area(1))).at(100_000),
            Found(&[1]),
        ),
        row(
            "what_ended_is_not",
            [one(), uss1(delete(1, "@1"))],
            uss1(query(area(1))),
            Found(&[]),
        ),
        row(
            "constraints_are_something_else",
            [uss1(cst(1))],
            uss1(query(area(1))),
            Found(&[]),
        ),
        row(
            "what_is_not_there_is_not_found",
            [],
            uss1(get(1)),
            not_found(Thing::Intent, 1),
        ),
        row(
            "the_manager_may_see_the_ovn",
            [one()],
            uss1(get(1)),
            That(|heard| matches!(heard, Answer::Intent(view) if view.own)),
        ),
        row(
            "anybody_else_may_look_and_not_see_the_ovn",
            [one()],
            uss2(get(1)),
            That(|heard| matches!(heard, Answer::Intent(view) if !view.own)),
        ),
    ]
}

pub(crate) fn creations() -> Vec<Row> {
    let lacks = |what| no(Bad::Unbounded(vec![what]));
    let height = "altitude_lower or altitude_upper";
    vec![
        row("what_is_made_is_201", [], uss1(oi(1)), Code(201)),
        row(
            "the_first_version_is_1",
            [],
            uss1(oi(1)),
            That(|heard| matches!(heard, Answer::IntentChanged { intent, .. } if intent.intent.version == 1)),
        ),
        row(
            "it_needs_a_footprint",
            [],
            uss1(oi(1).cells(0)),
            lacks("a footprint"),
        ),
        row("it_needs_a_start", [], uss1(oi(1).starts(None)), lacks("a start")),
        row("it_needs_an_end", [], uss1(oi(1).ends(None)), lacks("an end")),
        row("it_needs_a_floor", [], uss1(oi(1).above(None)), lacks(height)),
        row("it_needs_a_ceiling", [], uss1(oi(1).below(None)), lacks(height)),
        row(
            "it_may_not_run_backwards",
            [],
            uss1(oi(1).lasts(9, 8)),
            no(Bad::Backwards),
        ),
        row(
            "it_may_not_end_in_the_past",
            [],
            uss1(oi(1).lasts(-9, -1)),
            no(Bad::Over),
        ),
        row("it_may_end_now", [], uss1(oi(1).lasts(-9, 0)), Code(201)),
        row(
            "it_may_have_begun_long_ago",
            [],
            uss1(oi(1).lasts(-900_000, 9)),
            Code(201),
        ),
        row("it_may_last_an_instant", [], uss1(oi(1).lasts(9, 9)), Code(201)),
    ]
}

pub(crate) fn first_states() -> Vec<Row> {
    vec![
        row(
            "it_begins_as_accepted",
            [],
            uss1(oi(1).state(Activated).with_new(false)),
            no(Bad::FirstState),
        ),
        row(
            "off_nominal_at_first_is_400_before_403",
            [],
            uss1(oi(1).state(Contingent).with_new(false)),
            no(Bad::FirstState),
        ),
        row(
            "it_cannot_be_put_as_ended",
            [],
            uss1(oi(1).ended()),
            no(Bad::State),
        ),
        row("an_empty_ovn_makes_anew", [], uss1(oi(1).of("")), Code(201)),
        row(
            "its_own_again_is_a_conflict",
            [uss1(oi(1))],
            uss1(oi(1)),
            no(Conflict::Exists(Thing::Intent, id(1))),
        ),
        row(
            "its_own_again_with_an_empty_ovn_is_a_conflict",
            [uss1(oi(1))],
            uss1(oi(1).of("")),
            no(Conflict::Exists(Thing::Intent, id(1))),
        ),
        row(
            "that_of_another_is_forbidden",
            [uss1(oi(1))],
            uss2(oi(1)),
            no(Forbidden::NotManager(Thing::Intent, id(1))),
        ),
        row(
            "a_constraint_may_have_the_same_id",
            [uss2(cst(1))],
            uss1(oi(1)),
            Code(201),
        ),
        row(
            "a_subscription_may_have_the_same_id",
            [uss2(sub(1))],
            uss1(oi(1)),
            Code(201),
        ),
        row(
            "an_id_is_free_again_when_it_ended",
            [uss1(oi(1)), uss1(delete(1, "@1"))],
            uss2(oi(1)),
            Code(201),
        ),
    ]
}

pub(crate) fn updates() -> Vec<Row> {
    let changed = || uss1(oi(1).of("@1").state(Activated).with_new(false));
    vec![
        row("an_update_is_200", [uss1(oi(1))], uss1(oi(1).of("@1")), Code(200)),
        row(
            "the_version_is_one_more",
            [uss1(oi(1)), uss1(oi(1).of("@1"))],
            uss1(oi(1).of("@1")),
            That(|heard| matches!(heard, Answer::IntentChanged { intent, .. } if intent.intent.version == 3)),
        ),
        row(
            "what_is_not_there_cannot_be_changed",
            [],
            uss1(oi(1).of("of something that is not")),
            no(Bad::NothingToChange(Thing::Intent, id(1))),
        ),
        row(
            "an_ovn_that_is_not_current_is_a_conflict",
            [uss1(oi(1)), uss1(oi(2).cells(2))],
            uss1(oi(1).of("@2")),
            no(Conflict::Stale(Thing::Intent, id(1))),
        ),
        row(
            "the_manager_is_asked_for_before_the_ovn",
            [uss1(oi(1))],
            uss2(oi(1).of("stale")),
            no(Forbidden::NotManager(Thing::Intent, id(1))),
        ),
        row("it_can_be_activated", [uss1(oi(1))], changed(), Code(200)),
        row(
            "it_can_be_accepted_again",
            [uss1(oi(1)), changed()],
            uss1(oi(1).of("@1")),
            Code(200),
        ),
        row(
            "an_update_cannot_end_it",
            [uss1(oi(1))],
            uss1(oi(1).of("@1").ended()),
            no(Bad::State),
        ),
        row(
            "nonconforming_needs_the_scope",
            [uss1(oi(1))],
            uss1(oi(1).of("@1").state(Nonconforming).with_new(false)),
            no(Forbidden::OffNominal),
        ),
        row(
            "contingent_needs_the_scope_whoever_it_is",
            [uss1(oi(1))],
            uss2(oi(1).of("stale").state(Contingent).with_new(false)),
            no(Forbidden::OffNominal),
        ),
        row(
            "nonconforming_is_200_with_the_scope",
            [uss1(oi(1))],
            uss1(oi(1).of("@1").state(Nonconforming).with_new(false)).off_nominal(),
            Code(200),
        ),
        row(
            "an_update_may_not_end_in_the_past",
            [uss1(oi(1))],
            uss1(oi(1).of("@1")).at(61),
            no(Bad::Over),
        ),
    ]
}

pub(crate) fn ends() -> Vec<Row> {
    vec![
        row("an_end_is_200", [uss1(oi(1))], uss1(delete(1, "@1")), Code(200)),
        row(
            "what_ended_is_shown_as_it_was",
            [uss1(oi(1)), uss1(oi(1).of("@1"))],
            uss1(delete(1, "@1")),
            That(|heard| matches!(heard, Answer::IntentChanged { intent, .. } if intent.intent.version == 2)),
        ),
        row(
            "an_end_needs_an_ovn",
            [uss1(oi(1))],
            uss1(delete(1, "")),
            no(Bad::NoVersion),
        ),
        row(
            "what_is_not_there_cannot_end",
            [],
            uss1(delete(1, "any")),
            not_found(Thing::Intent, 1),
        ),
        row(
            "only_the_manager_ends_it",
            [uss1(oi(1))],
            uss2(delete(1, "@1")),
            no(Forbidden::NotManager(Thing::Intent, id(1))),
        ),
        row(
            "an_end_needs_the_current_ovn",
            [uss1(oi(1))],
            uss1(delete(1, "stale")),
            no(Conflict::Stale(Thing::Intent, id(1))),
        ),
        row(
            "what_has_expired_can_be_ended",
            [uss1(oi(1))],
            uss1(delete(1, "@1")).at(600),
            Code(200),
        ),
    ]
}
