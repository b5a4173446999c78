//! One notice end to end: received, opened, read back, answered.

use crate::harness::*;
use accord::act::{Answer, Class, Level};
use accord::alarm::{AlarmState, Author, Topic};
use accord::check_words::{READ_BACK_WORDS, check_words, place_hash};
use accord::command::{Command, Role};
use accord::view::WaitsFor;
use accord::{Note, Refusal};

fn answer(notice: &str, answer: Answer) -> Command {
    Command::Answer {
        notice: id(notice),
        line: line(),
        answer,
        words: String::new(),
        counter: Vec::new(),
        confirmed: true,
    }
}

#[test]
fn each_receipt_is_its_own_fact_with_its_own_lead() {
    let mut pair = Pair::agreed();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    assert_eq!(pair.a.notice(Author::Own, &notice).waits_for, WaitsFor::Received);
    pair.carry();
    assert_eq!(pair.a.notice(Author::Own, &notice).waits_for, WaitsFor::Opened);
    pair.pass(MINUTE);
    pair.b_does(Command::Open {
        notice: id(&notice),
        line: line(),
    });
    pair.pass(MINUTE);
    let words = pair.b.notice(Author::Peer, &notice).check_words.join(" ");
    pair.b_does(Command::ReadBack {
        notice: id(&notice),
        line: line(),
        words: "35.52N 35.80E at one".into(),
        check: words,
    });
    pair.carry();
    let view = pair.a.notice(Author::Own, &notice);
    assert_eq!(view.received.expect("received").lead_us, Some(HOUR));
    assert_eq!(view.opened.expect("opened").lead_us, Some(HOUR - MINUTE));
    assert_eq!(
        view.read_back.expect("read back").stamp.lead_us,
        Some(HOUR - 2 * MINUTE)
    );
    assert_eq!(view.answer, None);
    assert_eq!(view.waits_for, WaitsFor::Answer);
    assert!(!pair.a.has(pair.now, Topic::Place));
}

#[test]
fn an_answer_does_not_stand_for_opening() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.b_does(answer(&notice, Answer::Noted));
    pair.carry();
    let view = pair.a.notice(Author::Own, &notice);
    assert_eq!(view.answer.expect("answered").answer, Answer::Noted);
    assert_eq!((view.opened, view.read_back), (None, None));
    assert_eq!(view.waits_for, WaitsFor::Opened);
}

#[test]
fn listing_opens_nothing() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    let _ = pair.b.mind.notices(&Default::default());
    let _ = pair.b.mind.alarms(pair.now);
    pair.carry();
    assert_eq!(pair.a.notice(Author::Own, &notice).opened, None);
}

#[test]
fn wrong_check_words_are_refused_and_right_ones_in_any_writing_pass() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    let stated = pair.b.notice(Author::Peer, &notice).notice;
    let hash = place_hash(&stated.window, &stated.volumes, &stated.words);
    let right = check_words(&hash, READ_BACK_WORDS).join("-").to_uppercase();
    let read_back = |check: &str| Command::ReadBack {
        notice: id(&notice),
        line: line(),
        words: "as on the screen".into(),
        check: check.into(),
    };
    let wrong = pair
        .b
        .command(pair.now, Role::Watch, read_back("wrong wrong wrong"));
    assert_eq!(wrong, Err(Refusal::CheckWordsDiffer));
    let without = pair.b_does(read_back(""));
    assert!(has_note(&without, |note| *note == Note::ReadBackWithoutCheckWords));
    pair.b_does(read_back(&right));
}

#[test]
fn a_read_back_of_another_place_is_an_alarm_at_the_author() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.b_does(Command::ReadBack {
        notice: id(&notice),
        line: line(),
        words: "35.25N 40.18E".into(),
        check: String::new(),
    });
    pair.carry();
    assert!(pair.a.has(pair.now, Topic::Place));
}

#[test]
fn a_notice_that_nobody_opens_is_an_alarm_at_both_ends_one_desk_up() {
    let mut pair = Pair::agreed();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.pass(119 * SECOND);
    assert!(!pair.a.has(pair.now, Topic::Opened) && !pair.b.has(pair.now, Topic::Opened));
    pair.pass(SECOND);
    for node in [&pair.a, &pair.b] {
        let alarm = node.alarm(pair.now, Topic::Opened);
        assert_eq!(alarm.alarm.desk.0, "duty-commander");
    }
    pair.pass(MINUTE);
    assert_eq!(pair.b.alarm(pair.now, Topic::Opened).alarm.desk.0, "deputy-chief");
    pair.b_does(Command::Open {
        notice: id(&notice),
        line: line(),
    });
    pair.carry();
    for node in [&pair.a, &pair.b] {
        assert_eq!(
            node.alarm(pair.now, Topic::Opened).state,
            AlarmState::ReturnedUnacked
        );
    }
}

#[test]
fn a_flash_item_is_to_be_opened_sooner() {
    for draft in [after(Class::Hazard, 5 * HOUR), after(Class::Transit, 9 * MINUTE)] {
        let mut pair = Pair::agreed();
        pair.a_notifies(draft);
        pair.carry();
        pair.pass(30 * SECOND);
        assert!(pair.a.has(pair.now, Topic::Opened) && pair.b.has(pair.now, Topic::Opened));
    }
}

#[test]
fn no_receipt_is_an_alarm_at_the_author_after_five_seconds() {
    let mut pair = Pair::new();
    pair.a_notifies(after(Class::Transit, HOUR));
    pair.pass(5 * SECOND);
    assert!(pair.a.has(pair.now, Topic::Received));
    pair.carry();
    assert!(!pair.a.has(pair.now, Topic::Received));
}

#[test]
fn silence_is_no_answer_and_standby_closes_nothing() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.b_does(Command::Open {
        notice: id(&notice),
        line: line(),
    });
    pair.b_does(answer(&notice, Answer::Standby));
    pair.carry();
    let open = pair.a.mind.notices(&accord::view::NoticeFilter {
        open: true,
        ..Default::default()
    });
    assert_eq!(open.len(), 1);
    pair.pass(5 * MINUTE);
    assert!(pair.a.has(pair.now, Topic::Standby) && pair.b.has(pair.now, Topic::Standby));
    pair.b_does(answer(&notice, Answer::Unable));
    pair.carry();
    assert!(!pair.a.has(pair.now, Topic::Standby) && !pair.b.has(pair.now, Topic::Standby));
    assert!(pair.a.has(pair.now, Topic::Answer));
}

#[test]
fn an_objection_first_says_what_it_gives_away() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    let object = |confirmed| Command::Answer {
        notice: id(&notice),
        line: line(),
        answer: Answer::Object,
        words: "elsewhere".into(),
        counter: vec![circle(3600, 3600, 5_000, (START, START + HOUR))],
        confirmed,
    };
    let asked = pair.b.command(pair.now, Role::Watch, object(false));
    let gives = vec![Note::ObjectionGivesAway {
        volumes: 1,
        words: true,
    }];
    assert_eq!(asked, Err(Refusal::NeedsConfirmation(gives)));
    pair.b_does(object(true));
    pair.carry();
    let made = pair.a.notice(Author::Own, &notice).answer.expect("answered");
    assert_eq!(made.counter.len(), 1);
}

#[test]
fn no_conflict_known_lapses_at_home_when_the_own_picture_changes() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.b_does(answer(&notice, Answer::NoConflictKnown));
    pair.carry();
    let acts = pair.b.acts.len();
    pair.b_does(Command::Plan(after(Class::Transit, HOUR)));
    assert!(pair.b.has(pair.now, Topic::Lapsed));
    let made = pair.b.notice(Author::Peer, &notice).answer.expect("answered");
    assert!(made.lapsed_at_us.is_some());
    assert_eq!(
        pair.b.acts.len(),
        acts,
        "the peer learns of it only when an officer acts"
    );
    pair.carry();
    assert_eq!(
        pair.a
            .notice(Author::Own, &notice)
            .answer
            .expect("answered")
            .lapsed_at_us,
        None
    );
}

#[test]
fn drills_meet_drills_only_and_stay_drills() {
    let mut pair = Pair::new();
    pair.b_does(Command::Plan(after(Class::Transit, HOUR)));
    let mut drill = after(Class::Hazard, HOUR);
    drill.drill = true;
    let notice = pair.a_notifies(drill.clone());
    pair.carry();
    assert!(pair.b.notice(Author::Peer, &notice).drill);
    assert!(!pair.b.has(pair.now, Topic::Picture));
    pair.b_does(Command::Plan(drill));
    let alarm = pair.b.alarm(pair.now, Topic::Picture);
    assert!(alarm.alarm.drill);
    pair.b_does(Command::Open {
        notice: id(&notice),
        line: line(),
    });
    let entries = pair.b.journal.iter().filter_map(|(_, event)| match event {
        accord::Event::Act { drill, .. } => Some(*drill),
        _ => None,
    });
    assert!(
        entries.into_iter().all(|drill| drill),
        "every statement about a drill is a drill"
    );
    assert_eq!(
        pair.a
            .mind
            .statistics(&line())
            .expect("the line stands")
            .own
            .notices,
        0
    );
}

#[test]
fn box_and_words_tell_less_than_exact() {
    let mut pair = Pair::new();
    let operation = pair
        .a_does(Command::Plan(after(Class::Transit, HOUR)))
        .id
        .expect("an id");
    let told = Command::Notify {
        operation: operation.as_str().into(),
        line: line(),
        level: Level::Box,
        words: String::new(),
        confirmed: false,
    };
    let notice = pair.a_does(told).id.expect("an id");
    pair.carry();
    let view = pair.b.notice(Author::Peer, &notice);
    assert_eq!(view.notice.level, Level::Box);
    assert!(matches!(
        view.notice.volumes[0].footprint,
        geo4d::Footprint::Polygon { .. }
    ));
}
