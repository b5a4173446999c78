//! Both nodes come to one answer about lead and LATE, whatever the order in which
//! statements, signatures, seals and deliveries fall.

use crate::harness::*;
use accord::act::{Class, Level};
use accord::alarm::Author;
use accord::command::{Command, Role};
use accord::terms::Terms;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Notify {
        by_a: bool,
        class: Class,
        start_in_s: i64,
    },
    Amend {
        by_a: bool,
        shift_s: i64,
    },
    Sign {
        by_a: bool,
        floor_s: u32,
    },
    SealReceipts {
        by_a: bool,
    },
    SealActs {
        by_a: bool,
    },
    Deliver {
        to_b: bool,
    },
    Open {
        by_a: bool,
    },
    Pass {
        seconds: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let class = prop_oneof![Just(Class::Hazard), Just(Class::Transit), Just(Class::Rescue)];
    prop_oneof![
        3 => (any::<bool>(), class, 0i64..1_200)
            .prop_map(|(by_a, class, start_in_s)| Step::Notify { by_a, class, start_in_s }),
        1 => (any::<bool>(), -300i64..300).prop_map(|(by_a, shift_s)| Step::Amend { by_a, shift_s }),
        2 => (any::<bool>(), prop_oneof![Just(300u32), Just(900)])
            .prop_map(|(by_a, floor_s)| Step::Sign { by_a, floor_s }),
        3 => any::<bool>().prop_map(|by_a| Step::SealReceipts { by_a }),
        3 => any::<bool>().prop_map(|by_a| Step::SealActs { by_a }),
        6 => any::<bool>().prop_map(|to_b| Step::Deliver { to_b }),
        1 => any::<bool>().prop_map(|by_a| Step::Open { by_a }),
        2 => (1i64..300).prop_map(|seconds| Step::Pass { seconds }),
    ]
}

fn run(pair: &mut Pair, step: &Step) {
    let now = pair.now;
    match step {
        Step::Notify {
            by_a,
            class,
            start_in_s,
        } => {
            let node = if *by_a { &mut pair.a } else { &mut pair.b };
            let in_us = now.wall_us - START + start_in_s * SECOND;
            let plan = node.command(now, Role::Watch, Command::Plan(after(*class, in_us)));
            let operation = plan.expect("it may be planned").id.expect("an id");
            node.command(now, Role::Watch, notify(&operation))
                .expect("it may be told");
        }
        Step::Amend { by_a, shift_s } => amend(if *by_a { &mut pair.a } else { &mut pair.b }, now, *shift_s),
        Step::Sign { by_a, floor_s } => {
            let floors = [(Class::Hazard, *floor_s), (Class::Rescue, *floor_s)];
            let terms = Terms {
                lead_floor_s: floors.into_iter().collect(),
                ..Terms::pair_proposal()
            };
            let node = if *by_a { &mut pair.a } else { &mut pair.b };
            node.command(now, Role::Commander, Command::SignTerms { line: line(), terms })
                .expect("may sign");
        }
        Step::SealReceipts { by_a: true } => pair.a.seal_receipts(now),
        Step::SealReceipts { by_a: false } => pair.b.seal_receipts(now),
        Step::SealActs { by_a: true } => pair.a.seal_acts(now),
        Step::SealActs { by_a: false } => pair.b.seal_acts(now),
        Step::Deliver { to_b: true } => drop(pair.b.take(now, &pair.a.log)),
        Step::Deliver { to_b: false } => drop(pair.a.take(now, &pair.b.log)),
        Step::Open { by_a } => {
            let node = if *by_a { &mut pair.a } else { &mut pair.b };
            let heard = node
                .mind
                .notices(&Default::default())
                .into_iter()
                .find(|view| view.author == Author::Peer);
            if let Some(view) = heard {
                let open = Command::Open {
                    notice: view.notice.id,
                    line: line(),
                };
                node.command(now, Role::Watch, open).expect("it may be opened");
            }
        }
        Step::Pass { seconds } => pair.pass(seconds * SECOND),
    }
}

fn amend(node: &mut Node, now: accord::time::Now, shift_s: i64) {
    let own = node
        .mind
        .notices(&Default::default())
        .into_iter()
        .find(|view| view.author == Author::Own);
    let Some(view) = own else { return };
    let operation = view.operation.expect("an own notice has an operation");
    let planned = node
        .mind
        .operations()
        .into_iter()
        .find(|book| book.id == operation);
    let mut draft = planned.expect("the operation stands").draft;
    draft.volumes[0].window.start_us += shift_s * SECOND;
    draft.volumes[0].window.end_us += shift_s * SECOND;
    node.command(now, Role::Watch, Command::Replan { operation, draft })
        .expect("it may be planned anew");
    let (notice, words) = (view.notice.id, String::new());
    let amend = Command::Amend {
        notice,
        line: line(),
        level: Level::Exact,
        words,
        confirmed: true,
    };
    // Refused only when the shift was zero.
    let _ = node.command(now, Role::Watch, amend);
}

fn same_at_both_ends(author: &Node, receiver: &Node) -> Result<(), TestCaseError> {
    for view in author.mind.notices(&Default::default()) {
        if view.author == Author::Own {
            let there = receiver.notice(Author::Peer, &view.notice.id.0);
            prop_assert!(view.received.is_some(), "all was carried");
            prop_assert_eq!(&view.received, &there.received);
            prop_assert_eq!(view.late, there.late);
            prop_assert_eq!(&view.opened, &there.opened);
            for (here, there) in view.history.iter().zip(&there.history) {
                prop_assert_eq!(&here.received, &there.received);
            }
        }
    }
    let (own, peer) = (author.mind.statistics(&line()), receiver.mind.statistics(&line()));
    prop_assert_eq!(own.map(|counts| counts.own), peer.map(|counts| counts.peer));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn both_nodes_give_one_answer_about_lead_and_late(steps in proptest::collection::vec(step(), 1..40)) {
        let mut pair = Pair::new();
        for step in &steps {
            run(&mut pair, step);
        }
        pair.carry();
        same_at_both_ends(&pair.a, &pair.b)?;
        same_at_both_ends(&pair.b, &pair.a)?;
    }
}

/// More with `ACCORD_CASES`.
#[allow(clippy::disallowed_methods, reason = "how long a test runs is chosen outside")]
fn cases() -> u32 {
    std::env::var("ACCORD_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(96)
}
