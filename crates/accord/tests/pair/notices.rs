//! Giving notice, lead times, LATE, BLANKET, amendments.

use crate::harness::*;
use accord::act::{Answer, Class, Level};
use accord::alarm::{AlarmKind, Author, Topic};
use accord::command::{Command, Role, ZoneKind};
use accord::ids::OperationId;
use accord::lead::Lateness;
use accord::terms::Terms;
use accord::view::{NoticeState, OperationState, PlaceShown};
use accord::{Note, Refusal};

#[test]
fn late_notice_is_delivered_and_marked_at_both_ends() {
    let mut pair = Pair::agreed();
    let notice = pair.a_notifies(after(Class::Hazard, 2 * MINUTE));
    pair.carry();
    for (node, author) in [(&pair.a, Author::Own), (&pair.b, Author::Peer)] {
        let view = node.notice(author, &notice);
        let received = view.received.expect("it was received");
        assert_eq!(received.lead_us, Some(2 * MINUTE));
        assert_eq!(
            received.lateness,
            Lateness::Late {
                floor_us: 15 * MINUTE
            }
        );
        assert!(view.late);
    }
    let alarm = pair.b.alarm(pair.now, Topic::Late);
    assert!(matches!(alarm.alarm.kind, AlarmKind::Late { lead_us, .. } if lead_us == 2 * MINUTE));
    assert_eq!(
        pair.a.mind.statistics(&line()).expect("the line stands").own.late,
        1
    );
    assert_eq!(
        pair.b
            .mind
            .statistics(&line())
            .expect("the line stands")
            .peer
            .late,
        1
    );
}

#[test]
fn lead_is_counted_to_the_receipt_and_not_to_the_sending() {
    let mut pair = Pair::agreed();
    let notice = pair.a_notifies(after(Class::Hazard, 16 * MINUTE));
    pair.a.seal(pair.now);
    pair.pass(3 * MINUTE);
    pair.carry();
    let received = pair
        .a
        .notice(Author::Own, &notice)
        .received
        .expect("it was received");
    assert_eq!(received.lead_us, Some(13 * MINUTE));
    assert!(matches!(received.lateness, Lateness::Late { .. }));
}

#[test]
fn without_terms_signed_by_both_no_notice_is_late() {
    let mut pair = Pair::new();
    let terms = Terms::pair_proposal();
    pair.a
        .command(
            pair.now,
            Role::Commander,
            Command::SignTerms { line: line(), terms },
        )
        .expect("may sign");
    pair.carry();
    let operation = pair
        .a_does(Command::Plan(after(Class::Hazard, MINUTE)))
        .id
        .expect("an id");
    let outcome = pair.a_does(notify(&operation));
    let note = |note: &Note| matches!(note, Note::NoFloorAgreed { lead_us } if *lead_us == MINUTE);
    assert!(has_note(&outcome, note));
    let shown: Vec<String> = outcome.notes.iter().map(ToString::to_string).collect();
    assert!(
        shown.contains(&"no floor agreed: lead 60 s".to_owned()),
        "{shown:?}"
    );
    pair.carry();
    let view = pair.b.notice(Author::Peer, &outcome.id.expect("an id"));
    assert_eq!(
        view.received.expect("it was received").lateness,
        Lateness::NoFloor
    );
    assert!(!pair.b.has(pair.now, Topic::Late));
}

#[test]
fn terms_that_differ_in_one_second_are_not_in_force() {
    let mut pair = Pair::agreed();
    let terms = Terms {
        opened_within_s: 121,
        ..Terms::pair_proposal()
    };
    pair.b
        .command(
            pair.now,
            Role::Commander,
            Command::SignTerms { line: line(), terms },
        )
        .expect("may sign");
    pair.carry();
    for node in [&pair.a, &pair.b] {
        assert_eq!(node.mind.terms(&line()).expect("the line stands").in_force, None);
    }
}

#[test]
fn rescue_is_never_late_and_never_objected_to() {
    let mut pair = Pair::agreed();
    let terms = Terms {
        lead_floor_s: [(Class::Rescue, 3_600)].into_iter().collect(),
        ..Terms::pair_proposal()
    };
    pair.sign(terms);
    let notice = pair.a_notifies(after(Class::Rescue, MINUTE));
    pair.carry();
    let view = pair.b.notice(Author::Peer, &notice);
    assert_eq!(
        view.received.expect("it was received").lateness,
        Lateness::Protected
    );
    assert!(view.protected);
    let answer = |answer| Command::Answer {
        notice: id(&notice),
        line: line(),
        answer,
        words: String::new(),
        counter: Vec::new(),
        confirmed: true,
    };
    let refused = |pair: &mut Pair, given| pair.b.command(pair.now, Role::Watch, answer(given));
    assert_eq!(
        refused(&mut pair, Answer::Object),
        Err(Refusal::ProtectedIsNotObjectedTo)
    );
    assert_eq!(
        refused(&mut pair, Answer::NoConflictKnown),
        Err(Refusal::ProtectedNeedsNoConflictAnswer)
    );
    assert!(refused(&mut pair, Answer::ProblemReported).is_ok());
    pair.carry();
    assert!(pair.a.has(pair.now, Topic::Answer));
}

#[test]
fn words_only_is_delivered_with_place_unknown_and_asks_for_coordinates() {
    let mut pair = Pair::new();
    let operation = pair
        .a_does(Command::Plan(after(Class::Hazard, MINUTE)))
        .id
        .expect("an id");
    let told = Command::Notify {
        operation: OperationId::from(operation.as_str()),
        line: line(),
        level: Level::Words,
        words: "northern Syria".to_owned(),
        confirmed: false,
    };
    let notice = pair.a_does(told).id.expect("an id");
    pair.carry();
    let view = pair.b.notice(Author::Peer, &notice);
    assert!(view.notice.volumes.is_empty());
    assert_eq!(view.place, PlaceShown::WordsOnly);
    assert_eq!(
        pair.b.alarm(pair.now, Topic::Place).response,
        "ask for coordinates"
    );
}

#[test]
fn words_that_name_another_place_ask_for_confirmation_while_there_is_time() {
    let mut pair = Pair::agreed();
    let operation = pair
        .a_does(Command::Plan(after(Class::Hazard, 3 * HOUR)))
        .id
        .expect("an id");
    let told = |confirmed| Command::Notify {
        operation: OperationId::from(operation.as_str()),
        line: line(),
        level: Level::Exact,
        words: "35.25N 40.18E".to_owned(),
        confirmed,
    };
    let asked = pair.a.command(pair.now, Role::Watch, told(false));
    let Err(Refusal::NeedsConfirmation(why)) = asked else {
        panic!("it asks first: {asked:?}")
    };
    assert!(
        why.iter()
            .any(|note| matches!(note, Note::PlaceContradicts { .. }))
    );
    assert!(pair.a.acts.is_empty() || !matches!(pair.a.acts.last(), Some(accord::Act::Notice(_))));
    pair.a_does(told(true));
    pair.carry();
    assert!(matches!(
        pair.b.alarm(pair.now, Topic::Place).alarm.kind,
        AlarmKind::PlaceContradicts { .. }
    ));
}

#[test]
fn nothing_is_asked_when_the_start_is_nearer_than_the_floor() {
    let mut pair = Pair::agreed();
    let operation = pair
        .a_does(Command::Plan(after(Class::Hazard, 10 * MINUTE)))
        .id
        .expect("an id");
    let told = Command::Notify {
        operation: OperationId::from(operation.as_str()),
        line: line(),
        level: Level::Exact,
        words: "35.25N 40.18E".to_owned(),
        confirmed: false,
    };
    let outcome = pair.a_does(told);
    assert!(has_note(&outcome, |note| matches!(
        note,
        Note::PlaceContradicts { .. }
    )));
    assert!(has_note(&outcome, |note| matches!(
        note,
        Note::WouldBeLate { .. }
    )));
}

#[test]
fn an_own_red_line_warns_before_release() {
    let mut pair = Pair::agreed();
    let volumes = vec![circle(3552, 3580, 20_000, (START, START + 24 * HOUR))];
    let zone = Command::AddZone {
        name: "coast".into(),
        kind: ZoneKind::RedLine,
        volumes,
        separation: None,
        drill: false,
    };
    pair.a_does(zone);
    let planned = pair.a_does(Command::Plan(after(Class::Transit, 5 * HOUR)));
    assert!(has_note(&planned, |note| matches!(note, Note::RedLine { .. })));
    let asked = pair
        .a
        .command(pair.now, Role::Watch, notify(&planned.id.expect("an id")));
    assert!(matches!(asked, Err(Refusal::NeedsConfirmation(_))), "{asked:?}");
}

#[test]
fn a_blanket_is_marked_at_both_ends() {
    let mut pair = Pair::agreed();
    let wide = circle(3552, 3580, 80_000, (START + HOUR, START + 9 * HOUR));
    let notice = pair.a_notifies(draft(Class::Hazard, wide));
    pair.carry();
    assert!(pair.a.notice(Author::Own, &notice).blanket_km2_h.is_some());
    assert!(pair.b.notice(Author::Peer, &notice).blanket_km2_h.is_some());
    assert!(pair.b.has(pair.now, Topic::Blanket));
}

#[test]
fn an_amendment_is_late_for_what_it_adds_and_not_for_what_it_takes_away() {
    let mut pair = Pair::agreed();
    let mut plan = after(Class::Hazard, 20 * MINUTE);
    let operation = pair.a_does(Command::Plan(plan.clone())).id.expect("an id");
    let notice = pair.a_does(notify(&operation)).id.expect("an id");
    pair.carry();
    pair.pass(10 * MINUTE);

    plan.volumes[0].window.end_us -= 10 * MINUTE;
    amend(&mut pair, &operation, &notice, &plan);
    let view = pair.b.notice(Author::Peer, &notice);
    assert_eq!(
        view.received.expect("it was received").lateness,
        Lateness::NothingAdded
    );
    assert!(!view.late);

    plan.volumes
        .push(circle(3600, 3600, 5_000, (START + 20 * MINUTE, START + HOUR)));
    amend(&mut pair, &operation, &notice, &plan);
    for (node, author) in [(&pair.a, Author::Own), (&pair.b, Author::Peer)] {
        let view = node.notice(author, &notice);
        assert_eq!(view.received.expect("it was received").lead_us, Some(10 * MINUTE));
        assert!(view.late);
        assert_eq!(view.history.len(), 2);
    }
}

fn amend(pair: &mut Pair, operation: &str, notice: &str, plan: &accord::command::OperationDraft) {
    let replan = Command::Replan {
        operation: OperationId::from(operation),
        draft: plan.clone(),
    };
    let outcome = pair.a_does(replan);
    assert!(has_note(&outcome, |note| matches!(
        note,
        Note::PeerNotTold { .. }
    )));
    pair.a_does(Command::Amend {
        notice: id(notice),
        line: line(),
        level: Level::Exact,
        words: String::new(),
        confirmed: false,
    });
    pair.carry();
}

#[test]
fn an_amendment_asks_for_every_receipt_anew() {
    let mut pair = Pair::agreed();
    let mut plan = after(Class::Transit, HOUR);
    let operation = pair.a_does(Command::Plan(plan.clone())).id.expect("an id");
    let notice = pair.a_does(notify(&operation)).id.expect("an id");
    pair.carry();
    pair.b_does(Command::Open {
        notice: id(&notice),
        line: line(),
    });
    pair.carry();
    assert!(pair.a.notice(Author::Own, &notice).opened.is_some());
    plan.volumes[0].window.end_us += HOUR;
    amend(&mut pair, &operation, &notice, &plan);
    let view = pair.a.notice(Author::Own, &notice);
    assert!(view.received.is_some());
    assert_eq!(view.opened, None);
    assert_eq!(view.answer, None);
    assert!(view.history[0].opened.is_some());
}

#[test]
fn an_amendment_that_amends_nothing_is_refused() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    let amend = Command::Amend {
        notice: id(&notice),
        line: line(),
        level: Level::Exact,
        words: String::new(),
        confirmed: false,
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Watch, amend),
        Err(Refusal::NothingChanged)
    );
}

#[test]
fn one_operation_stands_in_one_live_notice_a_line() {
    let mut pair = Pair::new();
    let operation = pair
        .a_does(Command::Plan(after(Class::Transit, HOUR)))
        .id
        .expect("an id");
    let notice = pair.a_does(notify(&operation)).id.expect("an id");
    let twice = pair.a.command(pair.now, Role::Watch, notify(&operation));
    assert_eq!(twice, Err(Refusal::AlreadyNotified(id(&notice))));
    let scrap = Command::Scrap {
        operation: OperationId::from(operation.as_str()),
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Watch, scrap),
        Err(Refusal::LiveNotice(id(&notice)))
    );
}

#[test]
fn an_operation_goes_from_draft_to_its_end() {
    let mut pair = Pair::new();
    let operation = pair
        .a_does(Command::Plan(after(Class::Transit, HOUR)))
        .id
        .expect("an id");
    let state = |pair: &Pair| pair.a.mind.operations()[0].state;
    assert_eq!(state(&pair), OperationState::Draft);
    let notice = pair.a_does(notify(&operation)).id.expect("an id");
    assert_eq!(state(&pair), OperationState::Notified);
    pair.a_does(Command::Activate {
        notice: id(&notice),
        line: line(),
    });
    assert_eq!(state(&pair), OperationState::Active);
    pair.a_does(Command::Contingent {
        operation: OperationId::from(operation.as_str()),
    });
    assert_eq!(state(&pair), OperationState::Contingent);
    pair.a_does(Command::AllClear {
        notice: id(&notice),
        line: line(),
    });
    pair.a_does(Command::End {
        notice: id(&notice),
        line: line(),
    });
    assert_eq!(state(&pair), OperationState::Ended);
    pair.carry();
    let view = pair.b.notice(Author::Peer, &notice);
    assert_eq!(view.state, NoticeState::Ended);
    assert!(
        view.activated_at_us.is_some() && view.all_clear_at_us.is_some() && view.finished_at_us.is_some()
    );
    assert!(!pair.b.has(pair.now, Topic::Content));
    let end = Command::End {
        notice: id(&notice),
        line: line(),
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Watch, end),
        Err(Refusal::Finished("ENDED".into()))
    );
}

#[test]
fn a_notice_withdrawn_after_an_answer_is_counted_as_possible_probing() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    pair.b_does(Command::Answer {
        notice: id(&notice),
        line: line(),
        answer: Answer::Object,
        words: "not there".into(),
        counter: Vec::new(),
        confirmed: true,
    });
    pair.carry();
    pair.a_does(Command::Withdraw {
        notice: id(&notice),
        line: line(),
        words: String::new(),
    });
    pair.carry();
    assert!(pair.b.notice(Author::Peer, &notice).withdrawn_after_answer);
    assert_eq!(
        pair.a
            .mind
            .statistics(&line())
            .expect("the line stands")
            .own
            .withdrawn_after_answer,
        1
    );
    assert_eq!(
        pair.b
            .mind
            .statistics(&line())
            .expect("the line stands")
            .peer
            .withdrawn_after_answer,
        1
    );
}

#[test]
fn proceeding_needs_a_commander_and_a_standing_objection() {
    let mut pair = Pair::new();
    let notice = pair.a_notifies(after(Class::Transit, HOUR));
    pair.carry();
    let proceed = Command::Proceed {
        notice: id(&notice),
        line: line(),
        words: "needed".into(),
    };
    let asked = pair.a.command(pair.now, Role::Commander, proceed.clone());
    assert_eq!(asked, Err(Refusal::NoObjectionStands(id(&notice))));
    pair.b_does(Command::Answer {
        notice: id(&notice),
        line: line(),
        answer: Answer::Object,
        words: String::new(),
        counter: Vec::new(),
        confirmed: true,
    });
    pair.carry();
    assert!(pair.a.has(pair.now, Topic::Answer));
    let asked = pair.a.command(pair.now, Role::Watch, proceed.clone());
    assert_eq!(asked, Err(Refusal::RoleTooLow(Role::Commander)));
    pair.a
        .command(pair.now, Role::Commander, proceed)
        .expect("a commander may proceed");
    pair.carry();
    assert!(pair.b.has(pair.now, Topic::Proceeding));
}

#[test]
fn bad_volumes_are_refused_with_every_fault() {
    let mut pair = Pair::new();
    let mut plan = after(Class::Transit, HOUR);
    plan.volumes[0].band.high_mm = -1;
    plan.volumes[0].window.end_us = 0;
    plan.volumes.push(circle(9_999, 0, 100, (0, 1)));
    let refused = pair.a.command(pair.now, Role::Watch, Command::Plan(plan));
    let Err(Refusal::BadVolumes(faults)) = refused else {
        panic!("it is refused: {refused:?}")
    };
    assert!(faults.len() >= 3, "{faults:?}");
    assert!(faults.iter().any(|fault| fault.place.starts_with("/volumes/1")));
}

#[test]
fn a_refused_command_draws_no_id_of_the_line() {
    let mut pair = Pair::agreed();
    let mut plan = after(Class::Hazard, 5 * HOUR);
    plan.hazards = vec![debris(plan.volumes[0].clone()); 2];
    let operation = pair.a_does(Command::Plan(plan)).id.expect("an id");
    let notice = pair.a_does(notify(&operation)).id.expect("an id");
    let before = pair.a.fresh.clone();
    let amend = |words: &str| Command::Amend {
        notice: id(&notice),
        line: line(),
        level: Level::Exact,
        words: words.into(),
        confirmed: false,
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Watch, amend("")),
        Err(Refusal::NothingChanged)
    );
    let asked = pair.a.command(pair.now, Role::Watch, amend("35.25N 40.18E"));
    assert_eq!(
        asked.is_err(),
        matches!(asked, Err(Refusal::NeedsConfirmation(_)))
    );
    assert_eq!(pair.a.fresh, before);
    let ids = pair.a.notice(Author::Own, &notice).notice.hazards;
    assert_ne!(ids[0].id, ids[1].id);
}
