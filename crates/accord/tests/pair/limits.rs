//! Nothing grows without bound, and what is over leaves memory.

use crate::harness::*;
use accord::act::Class;
use accord::alarm::Author;
use accord::command::{Command, Role};
use accord::view::NoticeFilter;
use accord::{Event, Refusal};

#[test]
fn what_is_over_leaves_memory_at_both_ends() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.a_does(Command::End {
        notice: id(&notice),
        line: line(),
    });
    pair.carry();
    // Both clocks of the operation fall due at once: the first finds its notice still there.
    pair.pass(24 * HOUR);
    pair.pass(24 * HOUR);
    for node in [&pair.a, &pair.b] {
        assert!(node.mind.notices(&NoticeFilter::default()).is_empty());
        assert!(
            node.journal
                .iter()
                .any(|(_, event)| matches!(event, Event::Retired { .. })),
            "on record"
        );
    }
    assert!(pair.a.mind.operations().is_empty());
    let gone = pair.b.command(
        pair.now,
        Role::Watch,
        Command::Open {
            notice: id(&notice),
            line: line(),
        },
    );
    assert_eq!(gone, Err(Refusal::NoSuchNotice(id(&notice))));
}

#[test]
fn a_notice_with_a_hazard_that_nobody_closed_stays() {
    let mut pair = Pair::new();
    let mut plan = after(Class::Hazard, HOUR);
    plan.hazards.push(debris(circle(
        3552,
        3580,
        20_000,
        (START + HOUR, START + 2 * HOUR),
    )));
    let notice = pair.a_notifies(plan);
    pair.carry();
    pair.pass(72 * HOUR);
    assert_eq!(pair.b.notice(Author::Peer, &notice).notice.hazards.len(), 1);
    let hazard = pair.b.mind.hazards(pair.now)[0].id.clone();
    pair.b_does(Command::CloseHazard {
        line: line(),
        hazard,
        words: String::new(),
    });
    pair.pass(72 * HOUR);
    assert!(pair.b.mind.notices(&NoticeFilter::default()).is_empty());
    assert!(pair.b.mind.hazards(pair.now).is_empty());
}

#[test]
fn texts_that_are_too_long_are_refused_by_name() {
    let mut pair = Pair::new();
    let mut plan = after(Class::Transit, HOUR);
    plan.name = "x".repeat(121);
    let refused = pair.a.command(pair.now, Role::Watch, Command::Plan(plan));
    assert_eq!(
        refused,
        Err(Refusal::TextTooLong {
            field: "name".into(),
            chars: 121,
            limit: 120
        })
    );
}

#[test]
fn more_than_sixty_four_volumes_are_refused() {
    let mut pair = Pair::new();
    let mut plan = after(Class::Transit, HOUR);
    plan.volumes = vec![plan.volumes[0].clone(); 65];
    let refused = pair.a.command(pair.now, Role::Watch, Command::Plan(plan));
    assert!(
        matches!(
            refused,
            Err(Refusal::TooMany {
                got: 65,
                limit: 64,
                ..
            })
        ),
        "{refused:?}"
    );
}

#[test]
fn stops_of_a_day_are_bounded() {
    let mut pair = Pair::new();
    let cease = || Command::Cease {
        line: line(),
        place: accord::act::Place {
            at: None,
            words: String::new(),
        },
        drill: true,
    };
    let refused = (0..1_001)
        .filter_map(|_| pair.a.command(pair.now, Role::Watch, cease()).err())
        .collect::<Vec<_>>();
    assert_eq!(
        refused,
        [Refusal::Full {
            what: "stops on this line".into(),
            limit: 1_000
        }]
    );
}
