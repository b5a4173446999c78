//! Constraints.

use crate::room::{Heard, Row, id, no, not_found, row, uss1, uss2};
use crate::words::{Placed, area, cst, oi};
use Heard::{Code, Found, That};
use pool::answer::{Bad, Conflict, Forbidden, Thing};
use pool::{Answer, Call, Extent};

fn query(area: Extent) -> Call {
    Call::QueryConstraints { area }
}

fn get(which: u8) -> Call {
    Call::GetConstraint { id: id(which) }
}

fn delete(which: u8, ovn: &str) -> Call {
    Call::DeleteConstraint {
        id: id(which),
        ovn: ovn.to_owned(),
    }
}

pub(crate) fn creations() -> Vec<Row> {
    let lacks = |what| no(Bad::Unbounded(vec![what]));
    let one = || uss1(cst(1));
    vec![
        row("what_is_made_is_201", [], one(), Code(201)),
        row(
            "altitudes_may_be_left_out",
            [],
            uss1(cst(1).above(None).below(None)),
            Code(201),
        ),
        row(
            "it_needs_a_footprint",
            [],
            uss1(cst(1).cells(0)),
            lacks("a footprint"),
        ),
        row(
            "it_needs_a_start",
            [],
            uss1(cst(1).starts(None)),
            lacks("a start"),
        ),
        row("it_needs_an_end", [], uss1(cst(1).ends(None)), lacks("an end")),
        row(
            "it_may_not_run_backwards",
            [],
            uss1(cst(1).lasts(2, 1)),
            no(Bad::Backwards),
        ),
        row(
            "it_may_not_end_in_the_past",
            [],
            uss1(cst(1).lasts(-2, -1)),
            no(Bad::Over),
        ),
        row("it_may_have_begun", [], uss1(cst(1).lasts(-2, 0)), Code(201)),
        row(
            "it_may_meet_another",
            [uss2(cst(2)), uss2(oi(2))],
            one(),
            Code(201),
        ),
        row("an_empty_ovn_makes_anew", [], uss1(cst(1).of("")), Code(201)),
        row(
            "its_own_again_is_a_conflict",
            [one()],
            one(),
            no(Conflict::Exists(Thing::Constraint, id(1))),
        ),
        row(
            "that_of_another_is_forbidden",
            [one()],
            uss2(cst(1)),
            no(Forbidden::NotManager(Thing::Constraint, id(1))),
        ),
    ]
}

pub(crate) fn updates() -> Vec<Row> {
    let one = || uss1(cst(1));
    vec![
        row("an_update_is_200", [one()], uss1(cst(1).of("@c1")), Code(200)),
        row(
            "the_version_is_one_more",
            [one()],
            uss1(cst(1).of("@c1")),
            That(
                |heard| matches!(heard, Answer::ConstraintChanged { constraint, .. } if constraint.constraint.version == 2),
            ),
        ),
        row(
            "what_is_not_there_is_a_conflict",
            [],
            uss1(cst(1).of("of something that is not")),
            no(Conflict::Unknown(Thing::Constraint, id(1))),
        ),
        row(
            "an_ovn_that_is_not_current_is_a_conflict",
            [one()],
            uss1(cst(1).of("stale")),
            no(Conflict::Stale(Thing::Constraint, id(1))),
        ),
        row(
            "only_the_manager_changes_it",
            [one()],
            uss2(cst(1).of("@c1")),
            no(Forbidden::NotManager(Thing::Constraint, id(1))),
        ),
    ]
}

pub(crate) fn ends() -> Vec<Row> {
    let one = || uss1(cst(1));
    vec![
        row("an_end_is_200", [one()], uss1(delete(1, "@c1")), Code(200)),
        row(
            "an_end_needs_an_ovn",
            [one()],
            uss1(delete(1, "")),
            no(Bad::NoVersion),
        ),
        row(
            "what_is_not_there_cannot_end",
            [],
            uss1(delete(1, "any")),
            not_found(Thing::Constraint, 1),
        ),
        row(
            "only_the_manager_ends_it",
            [one()],
            uss2(delete(1, "stale")),
            no(Forbidden::NotManager(Thing::Constraint, id(1))),
        ),
        row(
            "an_end_needs_the_current_ovn",
            [one()],
            uss1(delete(1, "stale")),
            no(Conflict::Stale(Thing::Constraint, id(1))),
        ),
    ]
}

pub(crate) fn looks() -> Vec<Row> {
    let one = || uss1(cst(1));
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
            "height_does_not_matter",
            [one()],
            uss1(query(area(1).between(900, 999))),
            Found(&[1]),
        ),
        row(
            "another_cell_is_not_found",
            [one()],
            uss1(query(area(2))),
            Found(&[]),
        ),
        row(
            "the_end_is_included",
            [one()],
            uss1(query(area(1).starts(Some(60)))),
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
        row(
            "what_has_expired_is_found",
            [one()],
            uss2(query(area(1))).at(100_000),
            Found(&[1]),
        ),
        row(
            "what_is_not_there_is_not_found",
            [uss1(oi(1))],
            uss1(get(1)),
            not_found(Thing::Constraint, 1),
        ),
        row(
            "anybody_may_look_and_only_the_manager_sees_the_ovn",
            [one()],
            uss2(get(1)),
            That(|heard| matches!(heard, Answer::Constraint(view) if !view.own)),
        ),
    ]
}
