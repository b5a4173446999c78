//! CEASE and CHECK FIRE, dialogues, voice.

use crate::harness::*;
use accord::Refusal;
use accord::act::{Place, Response, StopAnswer, Urgency, VoiceAnswer};
use accord::alarm::{Author, Priority, Topic};
use accord::command::{Command, Role};
use accord::limits::RETAIN_TALK_US;
use accord::{Event, LineState};

fn cease() -> Command {
    Command::Cease {
        line: line(),
        place: Place {
            at: None,
            words: "all of it".into(),
        },
        drill: false,
    }
}

fn say(urgency: Urgency, response: Response, answers: Option<&str>, closes: bool) -> Command {
    Command::Say {
        line: line(),
        answers: answers.map(Into::into),
        urgency,
        response,
        closes,
        text: "is this yours".into(),
        drill: false,
    }
}

#[test]
fn a_cease_reaches_every_desk_and_is_answered() {
    let mut pair = Pair::agreed();
    let stop = pair.a_does(cease()).id.expect("an id");
    pair.carry();
    let alarm = pair.b.alarm(pair.now, Topic::Stop);
    assert!(alarm.alarm.every_desk);
    assert_eq!(alarm.priority, Priority::High);
    assert_eq!(alarm.left_us, Some(30 * SECOND));
    pair.b_does(Command::AnswerStop {
        line: line(),
        stop: stop.as_str().into(),
        answer: StopAnswer::UnderstoodStopping,
        words: String::new(),
    });
    pair.carry();
    assert!(!pair.b.has(pair.now, Topic::Stop));
    pair.pass(MINUTE);
    assert!(!pair.a.has(pair.now, Topic::StopAnswer) && !pair.b.has(pair.now, Topic::StopAnswer));
    assert_eq!(
        pair.a.mind.stops()[0].book.answers[0].answer,
        StopAnswer::UnderstoodStopping
    );
}

#[test]
fn a_stop_without_an_answer_is_an_alarm_at_both_ends_after_thirty_seconds() {
    let mut pair = Pair::agreed();
    pair.a_does(Command::CheckFire {
        line: line(),
        place: Place {
            at: None,
            words: String::new(),
        },
        drill: false,
    });
    pair.carry();
    pair.pass(29 * SECOND);
    assert!(!pair.a.has(pair.now, Topic::StopAnswer) && !pair.b.has(pair.now, Topic::StopAnswer));
    pair.pass(SECOND);
    assert!(pair.a.has(pair.now, Topic::StopAnswer) && pair.b.has(pair.now, Topic::StopAnswer));
}

#[test]
fn safety_is_never_asked_to_confirm_and_goes_ahead_on_any_line() {
    let states = [
        LineState::Down,
        LineState::Red,
        LineState::Stalled {
            why: "signature".into(),
        },
        LineState::NewEpoch {
            epoch: 1,
            why: "restored".into(),
        },
    ];
    for state in states {
        let mut pair = Pair::agreed();
        pair.a.line_state(pair.now, state);
        pair.a
            .command(pair.now, Role::Watch, cease())
            .expect("a stop is never refused for the line's state");
        let hazard = debris(circle(3552, 3580, 5_000, (START, START + HOUR)));
        pair.a_does(Command::WarnHazard {
            line: line(),
            hazard,
            drill: false,
        });
        pair.a_does(say(Urgency::Distress, Response::R, None, false));
        let safety = pair.a.journal.iter().filter_map(|(_, event)| match event {
            Event::Act { safety, act, .. } if !matches!(act, accord::Act::SignTerms(_)) => Some(*safety),
            _ => None,
        });
        assert_eq!(safety.collect::<Vec<_>>(), [true, true, true]);
    }
}

#[test]
fn distress_is_an_alarm_of_high_priority() {
    let mut pair = Pair::new();
    pair.a_does(say(Urgency::Distress, Response::R, None, false));
    pair.carry();
    assert_eq!(pair.b.alarm(pair.now, Topic::Talk).priority, Priority::High);
}

#[test]
fn an_alarm_of_high_priority_that_nobody_acknowledges_goes_up_the_ladder() {
    let mut pair = Pair::new();
    pair.a_does(say(Urgency::Distress, Response::R, None, false));
    pair.carry();
    let desk = |pair: &Pair| pair.b.alarm(pair.now, Topic::Talk).alarm.desk.0;
    let watch = desk(&pair);
    pair.pass(MINUTE - SECOND);
    assert_eq!(desk(&pair), watch, "the watch has a minute");
    pair.pass(SECOND);
    assert_ne!(desk(&pair), watch);
}

#[test]
fn a_dialogue_is_open_until_a_closing_answer() {
    let mut pair = Pair::new();
    let question = pair
        .a_does(say(Urgency::Normal, Response::AffirmNegative, None, false))
        .id
        .expect("an id");
    pair.carry();
    pair.b_does(say(Urgency::Normal, Response::N, Some(&question), false));
    pair.carry();
    assert!(
        !pair.a.mind.dialogues(&line())[0].book.closed,
        "STANDBY does not close"
    );
    pair.pass(2 * MINUTE);
    assert!(
        pair.b.has(pair.now, Topic::Talk),
        "a message that waits is an alarm"
    );
    pair.b_does(say(Urgency::Normal, Response::N, Some(&question), true));
    pair.carry();
    assert!(pair.a.mind.dialogues(&line())[0].book.closed);
    assert!(!pair.b.has(pair.now, Topic::Talk));
}

#[test]
fn an_answer_needs_a_message_of_the_other_side() {
    let mut pair = Pair::new();
    let refused = pair.a.command(
        pair.now,
        Role::Watch,
        say(Urgency::Normal, Response::N, Some("n9"), true),
    );
    assert_eq!(refused, Err(Refusal::NoSuchAct("n9".into())));
}

#[test]
fn a_voice_account_is_confirmed_or_disputed_once() {
    let mut pair = Pair::new();
    let account = Command::LogVoice {
        line: line(),
        heard_at_us: START - MINUTE,
        words: "strikes in the next minutes".into(),
        tape_sha256: Some("ab".repeat(32)),
        drill: false,
    };
    let voice = pair.a_does(account).id.expect("an id");
    pair.carry();
    let answer = |answer| Command::AnswerVoice {
        line: line(),
        voice: voice.as_str().into(),
        answer,
        words: "twelve minutes before".into(),
    };
    pair.b_does(answer(VoiceAnswer::Disputed));
    assert_eq!(
        pair.b
            .command(pair.now, Role::Watch, answer(VoiceAnswer::Confirmed)),
        Err(Refusal::AlreadyAnswered)
    );
    pair.carry();
    assert!(pair.a.has(pair.now, Topic::Talk));
    let view = &pair.a.mind.voice(&line())[0];
    assert_eq!(view.author, Author::Own);
    assert!(view.book.received_at_us.is_some());
    assert_eq!(
        view.book.answer.as_ref().map(|answer| answer.0),
        Some(VoiceAnswer::Disputed)
    );
}

#[test]
fn a_tape_hash_is_written_so_that_a_peer_can_read_it() {
    let mut pair = Pair::new();
    let account = Command::LogVoice {
        line: line(),
        heard_at_us: START,
        words: "a call".into(),
        tape_sha256: Some("AB".repeat(32)),
        drill: false,
    };
    assert_eq!(
        pair.a.command(pair.now, Role::Watch, account),
        Err(Refusal::BadTapeHash)
    );
}

#[test]
fn an_answer_to_a_message_that_left_memory_is_shown_as_one() {
    let mut pair = Pair::new();
    let asked = say(Urgency::Normal, Response::Y, None, false);
    let asked = pair.a_does(asked).id.expect("an id");
    pair.carry();
    pair.pass(RETAIN_TALK_US - HOUR);
    pair.b_does(say(Urgency::Normal, Response::N, Some(&asked), true));
    pair.pass(2 * HOUR);
    assert!(pair.a.mind.dialogues(&line()).is_empty(), "it left memory");
    pair.carry();
    for node in [&pair.a, &pair.b] {
        assert!(!node.has(pair.now, Topic::Content), "nobody failed to understand");
    }
    let shown = pair.a.mind.dialogues(&line());
    assert_eq!(shown.len(), 1);
    assert!(shown[0].answers_unknown && shown[0].book.answers == Some(asked.as_str().into()));
    assert_eq!(shown[0].book.text, "is this yours");
}
