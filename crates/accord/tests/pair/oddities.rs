//! What a peer should not send: recorded, shown, answered, never dropped and never fatal.

use crate::harness::*;
use accord::act::{Act, Class};
use accord::alarm::{Author, Topic};
use accord::command::Command;
use accord::ids::Desk;
use accord::view::NoticeState;
use accord::{Event, Input};
use proptest::prelude::*;
use serde_json::{Value, json};

fn heard(kind: &str, seq: u64, body: Value) -> Input {
    Input::Heard {
        line: line(),
        epoch: 0,
        seq,
        kind: kind.to_owned(),
        desk: Desk::from("watch"),
        drill: false,
        at_us: START,
        received_at_us: START,
        proven: true,
        body,
    }
}

fn not_understood(node: &Node) -> usize {
    node.acts
        .iter()
        .filter(|act| matches!(act, Act::NotUnderstood { .. }))
        .count()
}

#[test]
fn what_cannot_be_read_is_recorded_alarmed_and_answered() {
    let cases = [
        ("telegram", json!({})),
        ("end", json!({})),
        ("end", json!({ "id": "n1", "more": 1 })),
        ("end", json!({ "id": "no such notice" })),
        ("end", json!({ "id": "n1" })),
        ("opened", json!({ "id": "n1", "version": 1 })),
        (
            "cease",
            json!({ "id": "n1", "place": { "at": { "lat_nd": i64::MAX, "lon_nd": 0 }, "words": "" } }),
        ),
        ("notice", Value::Null),
    ];
    let mut pair = Pair::new();
    for (seq, (kind, body)) in cases.iter().enumerate() {
        pair.a
            .input(pair.now, heard(kind, seq as u64, body.clone()))
            .expect("only commands are refused");
    }
    assert_eq!(not_understood(&pair.a), cases.len());
    let alarms = pair
        .a
        .queue(pair.now)
        .into_iter()
        .filter(|view| view.topic == Topic::Content)
        .count();
    assert_eq!(alarms, cases.len());
    let kept = pair
        .a
        .journal
        .iter()
        .filter(|(_, event)| matches!(event, Event::HeardUnreadable { .. }))
        .count();
    assert_eq!(kept, cases.len());
}

#[test]
fn a_not_understood_is_never_answered_by_another() {
    let mut pair = Pair::new();
    pair.a
        .input(pair.now, heard("not-understood", 0, json!({ "odd": true })))
        .expect("taken");
    let why = "no such type";
    let body = json!({ "epoch": 0, "seq": 3, "why": why });
    pair.a
        .input(pair.now, heard("not-understood", 1, body))
        .expect("taken");
    assert_eq!(not_understood(&pair.a), 0);
    assert!(pair.a.has(pair.now, Topic::Content));
}

#[test]
fn a_notice_with_bad_geometry_is_not_understood() {
    let mut pair = Pair::new();
    pair.a_notifies(after(Class::Transit, HOUR));
    let Some(Act::Notice(mut notice)) = pair.a.acts.last().cloned() else {
        panic!("a notice was stated")
    };
    notice.volumes[0].band.high_mm = -1;
    let body = Act::Notice(notice).to_body();
    pair.b.input(pair.now, heard("notice", 0, body)).expect("taken");
    assert_eq!(not_understood(&pair.b), 1);
    assert!(pair.b.mind.notices(&Default::default()).is_empty());
}

#[test]
fn the_same_statement_in_another_epoch_changes_nothing() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    let body = pair.a.acts[0].to_body();
    pair.b.input(pair.now, heard("notice", 7, body)).expect("taken");
    assert_eq!(not_understood(&pair.b), 0);
    assert_eq!(
        pair.b
            .mind
            .statistics(&line())
            .expect("the line stands")
            .peer
            .notices,
        1
    );
    assert!(pair.b.notice(Author::Peer, &notice).history.is_empty());
}

#[test]
fn another_statement_under_the_same_id_is_not_understood_and_the_first_stays() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    let Some(Act::Notice(mut other)) = pair.a.acts.last().cloned() else {
        panic!("a notice was stated")
    };
    other.words = "elsewhere".into();
    pair.b
        .input(pair.now, heard("notice", 7, Act::Notice(other).to_body()))
        .expect("taken");
    assert_eq!(not_understood(&pair.b), 1);
    assert_eq!(pair.b.notice(Author::Peer, &notice).notice.words, "");
}

#[test]
fn a_real_statement_about_a_drill_is_not_understood() {
    let mut pair = Pair::new();
    let mut drill = after(Class::Transit, HOUR);
    drill.drill = true;
    let notice = pair.a_notifies(drill);
    pair.carry();
    pair.b
        .input(pair.now, heard("activate", 7, json!({ "id": notice })))
        .expect("taken");
    assert_eq!(not_understood(&pair.b), 1);
    assert_eq!(pair.b.notice(Author::Peer, &notice).state, NoticeState::Notified);
}

#[test]
fn an_urgent_entry_ahead_of_the_log_is_shown_unproven_until_it_is_covered() {
    let mut pair = Pair::agreed();
    let notice = pair.a_notifies(after(Class::Hazard, MINUTE));
    let act = pair.a.acts.last().cloned().expect("it was stated");
    let mut ahead = heard("notice", 40, act.to_body());
    if let Input::Heard { proven, .. } = &mut ahead {
        *proven = false;
    }
    pair.b.input(pair.now, ahead).expect("taken");
    assert!(!pair.b.notice(Author::Peer, &notice).proven);
    pair.b
        .input(
            pair.now,
            Input::Proven {
                line: line(),
                epoch: 0,
                seq: 40,
            },
        )
        .expect("taken");
    assert!(pair.b.notice(Author::Peer, &notice).proven);
    let entries = vec![(40, START)];
    pair.b
        .input(
            pair.now,
            Input::Receipted {
                line: line(),
                epoch: 0,
                entries,
            },
        )
        .expect("taken");
    assert!(pair.b.notice(Author::Peer, &notice).late);
}

#[test]
fn own_acts_given_back_are_known_again_and_not_stated_twice() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Hazard, HOUR));
    pair.carry();
    let act = pair.a.acts[0].clone();
    let mut restored = Node::new("alpha", "bravo");
    let back = || Input::Restored {
        line: line(),
        epoch: 0,
        seq: 0,
        kind: act.kind().to_owned(),
        desk: Desk::from("watch"),
        drill: false,
        at_us: START,
        body: act.to_body(),
    };
    restored.input(pair.now, back()).expect("taken");
    restored.input(pair.now, back()).expect("taken");
    assert!(restored.acts.is_empty(), "it is in the log already");
    assert_eq!(restored.mind.stated(&line()), 0);
    let entries = vec![(0, START)];
    restored
        .input(
            pair.now,
            Input::Received {
                line: line(),
                epoch: 0,
                entries,
            },
        )
        .expect("taken");
    assert!(restored.notice(Author::Own, &notice).received.is_some());
    restored
        .command(
            pair.now,
            accord::command::Role::Watch,
            Command::End {
                notice: id(&notice),
                line: line(),
            },
        )
        .expect("known");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z0-9-]{0,8}".prop_map(Value::from),
    ];
    let keys = prop_oneof![
        Just("id"),
        Just("version"),
        Just("words"),
        Just("volumes"),
        Just("place"),
        Just("at")
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(keys.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_body_of_any_kind_stops_the_mind(
        kind in prop_oneof![
            Just("notice"), Just("cease"), Just("say"), Just("answer"), Just("hazard"), Just("sign-terms"),
            Just("opened"), Just("voice"), Just("not-understood"), Just("x"),
        ],
        body in json_value(),
    ) {
        let mut node = Node::new("alpha", "bravo");
        node.input(at(START), heard(kind, 0, body)).expect("only commands are refused");
        node.tick(at(START + HOUR));
    }

    #[test]
    fn an_act_that_is_written_reads_back_the_same(words in "\\PC{0,40}", n in 0u32..1_000) {
        let acts = [
            Act::Withdraw { id: "n1".into(), words: words.clone() },
            Act::ReadBack { id: "n1".into(), version: n, words: words.clone(), check: words.clone() },
            Act::NotUnderstood { epoch: n, seq: u64::from(n), why: words.clone() },
            Act::SignTerms(accord::terms::Terms::pair_proposal()),
        ];
        for act in acts {
            prop_assert_eq!(Act::read(act.kind(), &act.to_body()), Ok(act));
        }
    }
}
