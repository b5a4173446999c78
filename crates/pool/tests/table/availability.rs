//! States of USSs.

use crate::room::{Heard, Room, Row, id, no, row, uss1, uss2};
use crate::words::oi;
use Heard::That;
use pool::answer::{Bad, Conflict, Refused};
use pool::entity::Availability::{self, Down, Normal, Unknown};
use pool::limits::{MAX_USS_BYTES, MAX_USSS};
use pool::{Answer, Call, Options};

fn get(uss: &str) -> Call {
    Call::GetAvailability { uss: uss.to_owned() }
}

fn set(uss: &str, availability: Availability, old_version: &str) -> Call {
    Call::SetAvailability {
        uss: uss.to_owned(),
        availability,
        old_version: old_version.to_owned(),
    }
}

fn is(heard: &Answer, expected: Availability) -> bool {
    matches!(heard, Answer::Availability { availability, .. } if *availability == expected)
}

pub(crate) fn states() -> Vec<Row> {
    let down = || uss2(set("uss1", Down, ""));
    let conflict = || no(Conflict::Availability("uss1".to_owned()));
    vec![
        row(
            "who_was_never_set_is_unknown_and_has_no_version",
            [],
            uss1(get("uss1")),
            That(|heard| {
                matches!(
                    heard,
                    Answer::Availability {
                        availability: Unknown,
                        version: None,
                        ..
                    }
                )
            }),
        ),
        row(
            "who_was_set_is_so",
            [down()],
            uss1(get("uss1")),
            That(|heard| is(heard, Down)),
        ),
        row(
            "it_can_be_set_back",
            [down()],
            uss2(set("uss1", Normal, "@uss1")),
            That(|heard| is(heard, Normal)),
        ),
        row(
            "it_can_be_set_to_unknown",
            [down()],
            uss2(set("uss1", Unknown, "@uss1")),
            That(|heard| is(heard, Unknown)),
        ),
        row(
            "the_first_has_no_old_version",
            [],
            uss1(set("uss1", Down, "any")),
            conflict(),
        ),
        row(
            "an_empty_version_is_a_conflict_then",
            [down()],
            down(),
            conflict(),
        ),
        row(
            "an_old_version_is_a_conflict",
            [down()],
            uss2(set("uss1", Down, "old")),
            conflict(),
        ),
    ]
}

pub(crate) fn names() -> Vec<Row> {
    let down = || uss2(set("uss1", Down, ""));
    let name = |length| "x".repeat(length);
    vec![
        row("a_uss_has_a_name", [], uss1(set("", Down, "")), no(Bad::UssName)),
        row(
            "a_name_may_be_long",
            [],
            uss1(set(&name(MAX_USS_BYTES), Down, "")),
            That(|heard| is(heard, Down)),
        ),
        row(
            "and_no_longer",
            [],
            uss1(set(&name(MAX_USS_BYTES + 1), Down, "")),
            no(Bad::UssName),
        ),
        row(
            "it_is_shown_with_what_the_uss_manages",
            [uss1(oi(1)), down()],
            uss2(Call::GetIntent { id: id(1) }),
            That(|heard| matches!(heard, Answer::Intent(view) if view.availability == Down)),
        ),
    ]
}

#[test]
fn the_table_of_states_has_an_end() {
    let mut room = Room::new(Options::default());
    for nth in 0..MAX_USSS {
        room.hear(&uss1(set(&format!("uss {nth}"), Normal, "")))
            .expect("there is room");
    }
    let one_more = room.hear(&uss1(set("one more", Normal, "")));
    assert_eq!(one_more, Err(Refused::TooMany));
    let known = room.hear(&uss1(set("uss 7", Down, "old")));
    assert_eq!(known, Err(Conflict::Availability("uss 7".to_owned()).into()));
}
