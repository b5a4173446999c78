//! OVNs that clients wish for.

use crate::room::{Heard, Row, id, no, row, uss1};
use crate::words::{Placed, oi, uuid};
use Heard::{Code, That};
use pool::answer::{Bad, Conflict, Thing};
use pool::{Answer, Call};

fn end() -> Call {
    Call::DeleteIntent {
        id: id(1),
        ovn: "@1".to_owned(),
    }
}

pub(crate) fn suffixes() -> Vec<Row> {
    const SKEW_MS: i64 = 300_000;
    let with = |suffix: String| uss1(oi(1).suffix(&suffix));
    let refused = |claim, suffix| row(claim, [], with(suffix), no(Bad::Suffix));
    let taken = |claim, suffix| row(claim, [], with(suffix), Code(201));
    vec![
        row(
            "the_suffix_follows_the_id",
            [],
            with(uuid(7, 0)),
            That(|heard| {
                let wished = format!("{}_{}", id(1), uuid(7, 0));
                matches!(heard, Answer::IntentChanged { intent, .. } if intent.intent.ovn.0 == wished)
            }),
        ),
        row(
            "the_suffix_stands_as_it_was_written",
            [],
            with(uuid(7, 0).to_uppercase()),
            That(|heard| {
                let wished = format!("{}_{}", id(1), uuid(7, 0).to_uppercase());
                matches!(heard, Answer::IntentChanged { intent, .. } if intent.intent.ovn.0 == wished)
            }),
        ),
        row(
            "without_a_wish_the_ovn_is_made",
            [with(uuid(7, 0))],
            uss1(oi(1).of("@1")),
            That(|heard| {
                let wish = format!("{}_", id(1));
                matches!(heard, Answer::IntentChanged { intent, .. } if !intent.intent.ovn.0.starts_with(&wish))
            }),
        ),
        taken("a_suffix_of_5_minutes_ago_is_taken", uuid(7, -SKEW_MS)),
        taken("a_suffix_of_in_5_minutes_is_taken", uuid(7, SKEW_MS)),
        refused("an_older_suffix_is_refused", uuid(7, -SKEW_MS - 1)),
        refused("a_later_suffix_is_refused", uuid(7, SKEW_MS + 1)),
        refused("a_suffix_of_version_6_is_refused", uuid(6, 0)),
        refused("a_suffix_of_version_4_is_refused", uuid(4, 0)),
        refused("an_empty_suffix_is_refused", String::new()),
        refused("a_suffix_that_is_no_uuid_is_refused", "soon".to_owned()),
        row(
            "a_suffix_does_not_come_twice",
            [with(uuid(7, 0)), uss1(oi(1).of("@1"))],
            uss1(oi(1).of("@1").suffix(&uuid(7, 0))),
            no(Bad::SuffixUsed),
        ),
        row(
            "a_suffix_does_not_come_twice_though_it_ended",
            [with(uuid(7, 0)), uss1(end())],
            with(uuid(7, 0)),
            no(Bad::SuffixUsed),
        ),
        row(
            "another_id_may_have_the_suffix",
            [with(uuid(7, 0))],
            uss1(oi(2).cells(2).suffix(&uuid(7, 0))),
            Code(201),
        ),
        row(
            "a_write_repeated_is_a_conflict_whatever_its_suffix",
            [with(uuid(7, 0))],
            with(uuid(7, 0)),
            no(Conflict::Exists(Thing::Intent, id(1))),
        ),
    ]
}
