//! What comes in another order than it was stated, and what comes twice, as after a restore.

use crate::harness::*;
use accord::act::{Act, Answer, Class, Level, Place};
use accord::alarm::{Author, Topic};
use accord::command::{Command, Role};
use accord::limits::MAX_STOPS;
use accord::terms::Terms;
use accord::view::NoticeState;
use accord::{Event, Input};

fn activate(notice: &str) -> Command {
    Command::Activate {
        notice: id(notice),
        line: line(),
    }
}

fn all_clear(notice: &str) -> Command {
    Command::AllClear {
        notice: id(notice),
        line: line(),
    }
}

fn states(pair: &Pair, notice: &str) -> [NoticeState; 2] {
    [
        pair.a.notice(Author::Own, notice).state,
        pair.b.notice(Author::Peer, notice).state,
    ]
}

fn not_understood(node: &Node) -> usize {
    let acts = node.acts.iter();
    acts.filter(|act| matches!(act, Act::NotUnderstood { .. }))
        .count()
}

/// Moves the plan behind a notice and states it anew.
fn amend(node: &mut Node, now: accord::time::Now, notice: &str, start_in_us: i64) {
    let operation = node
        .notice(Author::Own, notice)
        .operation
        .expect("an own notice has one");
    let class = node.notice(Author::Own, notice).notice.class;
    let draft = after(class, start_in_us);
    node.command(now, Role::Watch, Command::Replan { operation, draft })
        .expect("it may be planned anew");
    let amend = Command::Amend {
        notice: id(notice),
        line: line(),
        level: Level::Exact,
        words: String::new(),
        confirmed: true,
    };
    node.command(now, Role::Watch, amend).expect("it may be amended");
}

#[test]
fn an_all_clear_that_comes_before_its_activation_leaves_the_notice_notified() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.a_does(activate(&notice));
    pair.pass(MINUTE);
    pair.a_does(all_clear(&notice));
    pair.carry();
    let kinds = pair.a.log.iter().filter_map(|entry| match entry {
        Entry::Act { act, .. } => Some(act.kind()),
        Entry::Received(_) => None,
    });
    assert_eq!(kinds.collect::<Vec<_>>(), ["notice", "all-clear", "activate"]);
    assert_eq!(states(&pair, &notice), [NoticeState::Notified; 2]);
    let view = pair.b.notice(Author::Peer, &notice);
    assert_eq!(
        (view.activated_at_us, view.all_clear_at_us),
        (Some(START), Some(START + MINUTE))
    );
    pair.pass(MINUTE);
    pair.a_does(activate(&notice));
    pair.carry();
    assert_eq!(
        states(&pair, &notice),
        [NoticeState::Active; 2],
        "the next one counts"
    );
}

#[test]
fn of_an_activation_and_an_all_clear_of_one_instant_both_ends_keep_the_one_that_warns() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.a_does(activate(&notice));
    pair.a_does(all_clear(&notice));
    pair.carry();
    assert_eq!(states(&pair, &notice), [NoticeState::Active; 2]);
}

/// An entry of alpha's log as bravo hears it, in its turn or ahead of it.
fn heard(pair: &Pair, seq: usize, proven: bool) -> Input {
    let Entry::Act {
        desk,
        drill,
        at_us,
        act,
    } = pair.a.log[seq].clone()
    else {
        panic!("entry {seq} is a statement of RECEIVED")
    };
    Input::Heard {
        line: line(),
        epoch: 0,
        seq: seq as u64,
        kind: act.kind().to_owned(),
        desk,
        drill,
        at_us,
        received_at_us: pair.now.wall_us,
        proven,
        body: act.to_body(),
    }
}

#[test]
fn what_an_ending_overtook_is_understood_and_changes_nothing() {
    for withdrawn in [false, true] {
        let mut pair = Pair::new();
        let notice = pair.a_notifies(after(Class::Hazard, HOUR));
        pair.carry();
        amend(&mut pair.a, pair.now, &notice, 2 * HOUR);
        pair.a_does(activate(&notice));
        pair.pass(MINUTE);
        let (notice, line, words) = (id(&notice), line(), String::new());
        pair.a_does(if withdrawn {
            Command::Withdraw {
                notice: notice.clone(),
                line,
                words,
            }
        } else {
            Command::End {
                notice: notice.clone(),
                line,
            }
        });
        let from = pair.a.log.len();
        pair.a.seal(pair.now);
        assert_eq!(pair.a.log.len(), from + 3);
        for (seq, proven) in [
            (from + 2, false),
            (from, true),
            (from + 1, true),
            (from + 2, true),
        ] {
            let input = heard(&pair, seq, proven);
            pair.b.input(pair.now, input).expect("only commands are refused");
        }
        assert_eq!(not_understood(&pair.b), 0);
        let over = if withdrawn {
            NoticeState::Withdrawn
        } else {
            NoticeState::Ended
        };
        assert_eq!(states(&pair, &notice.0), [over; 2]);
    }
}

#[test]
fn what_is_stated_after_an_ending_is_not_understood() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.a_does(Command::End {
        notice: id(&notice),
        line: line(),
    });
    pair.carry();
    for (seq, at_us) in [(90, START), (91, START + 1)] {
        let input = Input::Heard {
            line: line(),
            epoch: 0,
            seq,
            kind: "activate".to_owned(),
            desk: "watch".into(),
            drill: false,
            at_us,
            received_at_us: START + 2,
            proven: true,
            body: Act::Activate { id: id(&notice) }.to_body(),
        };
        pair.b.input(pair.now, input).expect("only commands are refused");
    }
    assert_eq!(not_understood(&pair.b), 1, "the later one alone");
    assert_eq!(states(&pair, &notice)[1], NoticeState::Ended);
}

#[test]
fn an_act_that_comes_back_before_what_it_speaks_of_has_no_subject_yet() {
    let mut pair = Pair::new();
    let backup = pair.b.backup();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.b_does(Command::Open {
        notice: id(&notice),
        line: line(),
    });
    let answer = Command::Answer {
        notice: id(&notice),
        line: line(),
        answer: Answer::Noted,
        words: String::new(),
        counter: Vec::new(),
        confirmed: true,
    };
    pair.b_does(answer);
    pair.carry();
    let lived = pair.b.notice(Author::Peer, &notice);
    let mut node = pair.b.restored("bravo", "alpha", &backup);
    let said = pair.b.log.iter().filter_map(|entry| match entry {
        Entry::Act { act, at_us, .. } => Some((act.clone(), *at_us)),
        Entry::Received(_) => None,
    });
    let said: Vec<_> = said.collect();
    assert_eq!(said.len(), 2);
    let known = |node: &Node| {
        let known = said.iter().map(|(act, at_us)| {
            node.mind
                .has_subject(&line(), act.kind(), (false, *at_us), &act.to_body())
        });
        known.collect::<Vec<_>>()
    };
    assert_eq!(known(&node), [false, false], "they have to wait");
    node.take(pair.now, &pair.a.log);
    assert_eq!(known(&node), [true, true]);
    node.take_back(pair.now, backup.entries);
    let view = node.notice(Author::Peer, &notice);
    assert_eq!(
        (view.opened, view.answer),
        (lived.opened, lived.answer),
        "then they count"
    );
    assert!(node.mind.has_subject(
        &line(),
        "of another version",
        (false, 0),
        &serde_json::Value::Null
    ));
}

/// Of what comes back all at once, what finds no room comes when there is some.
#[test]
fn an_act_that_finds_no_room_waits_for_it() {
    let mut pair = Pair::new();
    for _ in 0..MAX_STOPS {
        pair.a_does(Command::Cease {
            line: line(),
            place: Place {
                at: None,
                words: "the valley".to_owned(),
            },
            drill: false,
        });
    }
    let one_more = Act::Cease {
        id: "ONEMORE".into(),
        place: Place {
            at: None,
            words: "the valley".to_owned(),
        },
    };
    let now_us = pair.now.wall_us;
    let (kind, body) = (one_more.kind(), one_more.to_body());
    assert!(!pair.a.mind.has_subject(&line(), kind, (false, now_us), &body));
    let node = Pair::new().a;
    assert!(node.mind.has_subject(&line(), kind, (false, now_us), &body));
}

/// Bravo opened the first version; alpha amended it meanwhile; bravo's node was put back.
#[test]
fn an_opening_that_comes_back_leaves_the_clock_of_the_amendment_running() {
    let mut pair = Pair::agreed();
    let backup = pair.b.backup();
    let notice = pair.a_notifies(after(Class::Transit, 10 * HOUR));
    pair.carry();
    let open = Command::Open {
        notice: id(&notice),
        line: line(),
    };
    pair.b_does(open.clone());
    pair.a_does(Command::Amend {
        notice: id(&notice),
        line: line(),
        level: Level::Exact,
        words: "half an hour later".to_owned(),
        confirmed: true,
    });
    pair.carry();
    let mut node = pair.b.restored("bravo", "alpha", &backup);
    while node.take(pair.now, &pair.a.log) {}
    node.take_back(pair.now, backup.entries);
    pair.now = at(pair.now.wall_us + HOUR);
    node.tick(pair.now);
    assert!(node.has(pair.now, Topic::Opened), "the amendment is unopened");
    node.command(pair.now, Role::Watch, open).expect("opened");
    assert!(!node.has(pair.now, Topic::Opened));
}

/// It was stated after a restore about a notice that had been withdrawn before: the withdrawal came
/// back first. It waits for nothing.
#[test]
fn an_act_about_what_is_over_does_not_wait_for_it() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.a_does(Command::Withdraw {
        notice: id(&notice),
        line: line(),
        words: String::new(),
    });
    let late_us = pair.now.wall_us + 1;
    let known = |id: &str| {
        let act = Act::AllClear { id: id.into() };
        let kind = act.kind();
        pair.a
            .mind
            .has_subject(&line(), kind, (false, late_us), &act.to_body())
    };
    assert!(known(&notice));
    assert!(!known("NEVERWAS"));
}

/// Alpha amended its notice, was restored from a backup before that, and stated the same amendment
/// again before its log came back. Terms with another floor were signed in between.
fn amended_twice(floors_s: [u32; 2]) -> (Pair, String) {
    let mut pair = Pair::new();
    let floor = |floor_s| Terms {
        lead_floor_s: [(Class::Hazard, floor_s)].into_iter().collect(),
        ..Terms::pair_proposal()
    };
    pair.sign(floor(floors_s[0]));
    let notice = pair.a_notifies(after(Class::Hazard, HOUR));
    pair.carry();
    let backup = pair.a.backup();
    let start_in_us = pair.now.wall_us - START + 600 * SECOND;
    amend(&mut pair.a, pair.now, &notice, start_in_us);
    pair.carry();
    pair.sign(floor(floors_s[1]));
    pair.pass(MINUTE);
    pair.a = pair.a.restored("alpha", "bravo", &backup);
    amend(&mut pair.a, pair.now, &notice, start_in_us);
    pair.a.take_back(pair.now, backup.entries);
    (pair, notice)
}

#[test]
fn a_version_stated_again_keeps_its_first_receipt_with_lead_and_late_at_both_ends() {
    for floors_s in [[300, 300], [300, 900], [900, 300]] {
        let (mut pair, notice) = amended_twice(floors_s);
        let first = pair.b.notice(Author::Peer, &notice);
        assert_eq!(first.notice.version, 2);
        let late = floors_s[0] == 900;
        assert_eq!(first.current.is_late(), late, "{floors_s:?}");
        pair.carry();
        pair.pass(MINUTE);
        pair.carry();
        for view in [
            pair.b.notice(Author::Peer, &notice),
            pair.a.notice(Author::Own, &notice),
        ] {
            assert_eq!(view.received, first.received, "{floors_s:?}");
            assert_eq!(view.late, late, "{floors_s:?}");
        }
        let counts = [&pair.a, &pair.b].map(|node| node.mind.statistics(&line()).expect("a line"));
        assert_eq!(counts[0].own.late, counts[1].peer.late, "{floors_s:?}");
    }
}

#[test]
fn an_amendment_that_came_back_after_it_was_stated_again_gets_its_receipts_by_both_places() {
    let (mut pair, notice) = amended_twice([300, 300]);
    let again = |event: &Event| matches!(event, Event::RestoredAgain { .. });
    let restored = pair.a.journal.iter().filter(|(_, event)| again(event)).count();
    assert_eq!(restored, 1);
    assert_eq!(pair.a.notice(Author::Own, &notice).received, None);
    while pair.a.take(pair.now, &pair.b.log) {}
    let first = pair.b.notice(Author::Peer, &notice).received;
    assert!(first.is_some());
    assert_eq!(
        pair.a.notice(Author::Own, &notice).received,
        first,
        "by the place that it had"
    );
    pair.carry();
    assert_eq!(
        pair.a.notice(Author::Own, &notice).received,
        first,
        "and not by the next"
    );
    assert_eq!(
        pair.a.mind.lines()[0].not_received,
        0,
        "neither place waits for a receipt"
    );
}
