//! Subscriptions on which operational intents depend.

use crate::room::{Heard, Row, drawn, id, no, row, uss1};
use crate::words::{Placed, oi, sub};
use Heard::{Code, That};
use pool::answer::{Bad, Conflict, Thing};
use pool::{Answer, Call};

fn delete(which: u8, version: &str) -> Call {
    Call::DeleteSubscription {
        id: id(which),
        version: version.to_owned(),
    }
}

pub(crate) fn dependents() -> Vec<Row> {
    let given = || [uss1(sub(5).lasts(0, 90).cells(3)), uss1(oi(1).to(5))];
    let uncovers = |what| no(Bad::Uncovers(id(1), what));
    let put = || sub(5).of("@s5");
    vec![
        row(
            "it_may_change_as_far_as_it_covers_them",
            given(),
            uss1(put()),
            Code(200),
        ),
        row(
            "it_has_to_cover_their_cells",
            given(),
            uss1(put().cells(2)),
            uncovers("space"),
        ),
        row(
            "it_has_to_cover_their_end",
            given(),
            uss1(put().lasts(0, 59)),
            uncovers("time"),
        ),
        row(
            "it_may_start_5_minutes_late",
            given(),
            uss1(put().lasts(5, 60)),
            Code(200),
        ),
        row(
            "and_no_later",
            given(),
            uss1(put().lasts(6, 60)),
            uncovers("time"),
        ),
        row(
            "it_has_to_reach_down_to_them",
            given(),
            uss1(put().between(1, 900)),
            uncovers("altitude"),
        ),
        row(
            "it_has_to_reach_up_to_them",
            given(),
            uss1(put().between(0, 99)),
            uncovers("altitude"),
        ),
        row(
            "without_altitudes_it_reaches_everywhere",
            given(),
            uss1(put().above(None).below(None)),
            Code(200),
        ),
    ]
}

pub(crate) fn with_dependents() -> Vec<Row> {
    let given = || [uss1(sub(5).lasts(0, 90).cells(3)), uss1(oi(1).to(5))];
    let put = || sub(5).of("@s5");
    vec![
        row(
            "with_dependents_it_cannot_end",
            given(),
            uss1(delete(5, "@s5")),
            no(Bad::HasDependents(1)),
        ),
        row(
            "nor_can_an_implicit_one",
            [uss1(oi(1).with_new(false))],
            uss1(delete(drawn(0), "@s100")),
            no(Bad::HasDependents(1)),
        ),
        row(
            "that_they_depend_on_it_is_said_last",
            given(),
            uss1(delete(5, "stale")),
            no(Conflict::Stale(Thing::Subscription, id(5))),
        ),
        row(
            "what_depends_on_it_is_shown",
            given(),
            uss1(put()),
            That(
                |heard| matches!(heard, Answer::SubscriptionPut { subscription, .. } if subscription.dependents == [id(1)]),
            ),
        ),
    ]
}
