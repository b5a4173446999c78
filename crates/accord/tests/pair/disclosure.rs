//! Two worlds that differ in anything undisclosed state the same on the line, to the byte.

use crate::harness::*;
use accord::Event;
use accord::act::Class;
use accord::command::{Command, Role, ZoneKind};
use geo4d::{Band, Datum, Position};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Secret {
    Plan(i64),
    Zone(i64),
    People(i64),
    Track(i64),
    Scrap,
}

fn secret() -> impl Strategy<Value = Secret> {
    prop_oneof![
        (0i64..60).prop_map(Secret::Plan),
        (0i64..60).prop_map(Secret::Zone),
        (0i64..60).prop_map(Secret::People),
        (0i64..60).prop_map(Secret::Track),
        Just(Secret::Scrap),
    ]
}

fn keep_secret(node: &mut Node, now: accord::time::Now, secret: &Secret) {
    let window = (START, START + 24 * HOUR);
    let volumes = |km: i64| vec![circle(3552 + km, 3580, 4_000, window)];
    let command = match secret {
        Secret::Plan(km) => Command::Plan(draft(Class::Transit, volumes(*km).remove(0))),
        Secret::Zone(km) => {
            let (kind, volumes) = (ZoneKind::Protected, volumes(*km));
            Command::AddZone {
                name: "hospital".into(),
                kind,
                volumes,
                separation: None,
                drill: false,
            }
        }
        Secret::People(km) => Command::AddPeople {
            name: "camp".into(),
            count: 9,
            volumes: volumes(*km),
            drill: false,
        },
        Secret::Track(km) => Command::DeclarePosition {
            track: "t".into(),
            name: "t".into(),
            at: Position {
                lat_nd: (3552 + km) * 10_000_000,
                lon_nd: 35_800_000_000,
            },
            altitude: Band {
                low_mm: 0,
                high_mm: 1_000_000,
                datum: Datum::Msl,
            },
            seen_at_us: now.wall_us,
            speed_mm_s: 60_000,
            aboard: 2,
            drill: false,
        },
        Secret::Scrap => match node.mind.operations().first() {
            Some(view) => Command::Scrap {
                operation: view.id.clone(),
            },
            None => return,
        },
    };
    let _ = node.command(now, Role::Watch, command);
}

/// What `b` states while `a` gives notices, amends and warns, and `b` keeps its secrets.
fn world(secrets: &[Secret]) -> Vec<String> {
    let mut pair = Pair::agreed();
    let mut left = secrets.iter();
    for minutes in [2, 20, 40] {
        for secret in left.by_ref().take(2) {
            keep_secret(&mut pair.b, pair.now, secret);
        }
        let in_us = pair.now.wall_us - START + minutes * MINUTE;
        let notice = pair.a_notifies(after(Class::Hazard, in_us));
        let hazard = debris(circle(3552, 3580, 20_000, (START + HOUR, START + 2 * HOUR)));
        pair.a_does(Command::WarnHazard {
            line: line(),
            hazard,
            drill: false,
        });
        pair.carry();
        left.by_ref()
            .take(1)
            .for_each(|secret| keep_secret(&mut pair.b, pair.now, secret));
        pair.pass(7 * MINUTE);
        pair.a_does(Command::End {
            notice: id(&notice),
            line: line(),
        });
        pair.carry();
    }
    left.for_each(|secret| keep_secret(&mut pair.b, pair.now, secret));
    pair.pass(3 * HOUR);
    // An officer acts: what it says is its own, the ids are not.
    let object = Command::Say {
        line: line(),
        answers: None,
        urgency: accord::act::Urgency::Normal,
        response: accord::act::Response::N,
        closes: false,
        text: "noted".into(),
        drill: false,
    };
    pair.b_does(object);
    pair.carry();
    let stated = pair
        .b
        .journal
        .iter()
        .filter(|(_, event)| matches!(event, Event::Act { .. }));
    let mut bytes: Vec<String> = stated
        .map(|event| serde_json::to_string(event).expect("events are JSON"))
        .collect();
    bytes.extend(pair.b.log.iter().map(|entry| format!("{entry:?}")));
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_stated_is_the_same_whatever_is_kept_secret(
        secrets in proptest::collection::vec(secret(), 0..12)
    ) {
        prop_assert_eq!(world(&secrets), world(&[]));
    }
}
