//! A drill never looks real, and nothing real looks like a drill.

use crate::harness::*;
use accord::Event;
use accord::act::{Act, Answer, Class, Place, Response, StopAnswer, Urgency, VoiceAnswer};
use accord::alarm::{Author, Topic};
use accord::command::{Command, Role, ZoneKind};
use accord::ids::LineId;
use accord::view::HazardStateAt;
use geo4d::{Band, Datum, Position};
use proptest::prelude::*;

const THERE: Position = Position {
    lat_nd: 35_520_000_000,
    lon_nd: 35_800_000_000,
};
const LOW: Band = Band {
    low_mm: 1_000_000,
    high_mm: 1_001_000,
    datum: Datum::Msl,
};

fn place() -> Place {
    Place {
        at: None,
        words: "the valley".into(),
    }
}

fn say(answers: Option<&str>, drill: bool) -> Command {
    Command::Say {
        line: line(),
        answers: answers.map(Into::into),
        urgency: Urgency::Urgent,
        response: Response::Y,
        closes: false,
        text: "are you there".into(),
        drill,
    }
}

/// One thing that one side does of itself. All of it is a drill.
fn starts(step: u8, now_us: i64) -> Command {
    let window = (now_us, now_us + HOUR);
    let volume = circle(3552, 3580, 20_000, window);
    match step {
        0 => {
            let mut plan = draft(Class::Hazard, volume.clone());
            plan.hazards.push(debris(volume));
            plan.drill = true;
            Command::Plan(plan)
        }
        1 => Command::WarnHazard {
            line: line(),
            hazard: debris(volume),
            drill: true,
        },
        2 => Command::Cease {
            line: line(),
            place: place(),
            drill: true,
        },
        3 => say(None, true),
        4 => Command::LogVoice {
            line: line(),
            heard_at_us: now_us,
            words: "a call".into(),
            tape_sha256: None,
            drill: true,
        },
        5 => Command::AddZone {
            name: "site".into(),
            kind: ZoneKind::Protected,
            volumes: vec![volume],
            separation: None,
            drill: true,
        },
        6 => Command::AddPeople {
            name: "camp".into(),
            count: 9,
            volumes: vec![volume],
            drill: true,
        },
        _ => Command::DeclarePosition {
            track: "medevac".into(),
            name: "medevac".into(),
            at: THERE,
            altitude: LOW,
            seen_at_us: now_us,
            speed_mm_s: 60_000,
            aboard: 3,
            drill: true,
        },
    }
}

/// Whatever a desk can do about what stands on its line, and what the peer did.
fn responds(node: &mut Node, now: accord::time::Now) {
    let mut commands = Vec::new();
    for view in node.mind.operations() {
        commands.push(notify(&view.id.0));
    }
    for view in node.mind.notices(&Default::default()) {
        let (notice, line) = (view.notice.id.clone(), line());
        if view.author == Author::Own {
            let (id, at) = (notice.clone(), line.clone());
            commands.push(Command::Activate { notice: id, line: at });
            commands.push(Command::AllClear { notice, line });
            continue;
        }
        commands.push(Command::Open {
            notice: notice.clone(),
            line: line.clone(),
        });
        commands.push(Command::Answer {
            notice,
            line,
            answer: Answer::NoConflictKnown,
            words: String::new(),
            counter: Vec::new(),
            confirmed: true,
        });
    }
    for view in node.mind.hazards(now) {
        let (line, hazard) = (line(), view.id.clone());
        commands.push(Command::HazardOver { line, hazard });
    }
    let stops = node.mind.stops().into_iter();
    for view in stops.filter(|view| view.author == Author::Peer && !view.book.is_answered()) {
        commands.push(Command::AnswerStop {
            line: line(),
            stop: view.id,
            answer: StopAnswer::UnderstoodStopping,
            words: String::new(),
        });
    }
    for view in node.mind.dialogues(&line()) {
        if view.author == Author::Peer && view.book.answered_by.is_empty() {
            commands.push(say(Some(&view.id.0), true));
        }
    }
    for view in node.mind.voice(&line()) {
        commands.push(Command::AnswerVoice {
            line: line(),
            voice: view.id,
            answer: VoiceAnswer::Disputed,
            words: String::new(),
        });
    }
    for command in commands {
        let _ = node.command(now, Role::Commander, command);
    }
}

/// Every statement since `from` is a drill, and so is whatever a screen shows of it.
fn shows_only_drills(node: &Node, from: usize, now: accord::time::Now) -> Result<(), TestCaseError> {
    for (_, event) in &node.journal[from..] {
        if let Event::Act { drill, act, .. } = event {
            prop_assert!(*drill, "{:?}", act);
        }
        if let Event::Found { drill, rows, .. } = event {
            prop_assert!(*drill, "{:?}", rows);
        }
    }
    let mind = &node.mind;
    for view in node.queue(now) {
        let of_line = matches!(view.topic, Topic::Red | Topic::Stalled);
        prop_assert!(view.alarm.drill || of_line, "{:?}", view.alarm);
    }
    prop_assert!(mind.notices(&Default::default()).iter().all(|view| view.drill));
    prop_assert!(mind.hazards(now).iter().all(|view| view.book.drill));
    prop_assert!(mind.stops().iter().all(|view| view.book.drill));
    prop_assert!(mind.dialogues(&line()).iter().all(|view| view.book.drill));
    prop_assert!(mind.voice(&line()).iter().all(|view| view.book.drill));
    prop_assert!(mind.operations().iter().all(|view| view.draft.drill));
    prop_assert!(mind.zones().iter().all(|view| view.drill));
    prop_assert!(mind.people(now).iter().all(|view| view.drill));
    prop_assert!(mind.tracks(now).iter().all(|view| view.track.drill));
    let found = [mind.exposure(now), mind.conflicts(now)].concat();
    prop_assert!(found.iter().all(|view| view.drill), "{:?}", found);
    prop_assert_eq!(mind.lines()[0].open_items, 0);
    let there = mind.hazard_state_at(now, THERE, LOW, now.wall_us);
    if let HazardStateAt::Hazards(hazards) = &there {
        prop_assert!(hazards.iter().all(|view| view.book.drill));
        prop_assert!(
            there.to_string().contains("UNKNOWN, not CLEAR; DRILL: "),
            "{}",
            there
        );
    }
    let counts = mind.statistics(&LineId::from(LINE)).expect("the line stands");
    prop_assert_eq!((counts.own, counts.peer), Default::default());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_follows_from_drills_alone_is_a_drill_on_the_line_and_on_every_screen(
        steps in proptest::collection::vec((0u8..8, any::<bool>(), 0i64..60), 1..9)
    ) {
        let mut pair = Pair::agreed();
        let from = [pair.a.journal.len(), pair.b.journal.len()];
        for (step, a, minutes) in steps {
            let command = starts(step, pair.now.wall_us);
            let node = if a { &mut pair.a } else { &mut pair.b };
            let _ = node.command(pair.now, Role::Watch, command);
            responds(&mut pair.a, pair.now);
            pair.carry();
            responds(&mut pair.b, pair.now);
            pair.carry();
            pair.pass(minutes * MINUTE);
            pair.carry();
            shows_only_drills(&pair.a, from[0], pair.now)?;
            shows_only_drills(&pair.b, from[1], pair.now)?;
        }
    }
}

#[test]
fn a_drill_can_be_exposed_so_the_property_looks_at_something() {
    let mut pair = Pair::agreed();
    pair.b_does(starts(7, START));
    pair.b_does(starts(6, START));
    pair.a_does(starts(1, START));
    pair.carry();
    let exposed = pair.b.mind.exposure(pair.now);
    assert_eq!(exposed.len(), 2, "{exposed:?}");
    assert!(pair.b.alarm(pair.now, Topic::Picture).alarm.drill);
}

#[test]
fn a_real_cease_under_the_id_of_a_drill_is_not_taken_for_the_drill() {
    let mut pair = Pair::agreed();
    pair.a_does(starts(2, START));
    pair.carry();
    let Some(Entry::Act { desk, at_us, act, .. }) = pair.a.log.last().cloned() else {
        panic!("the cease stands last");
    };
    assert!(matches!(act, Act::Cease { .. }));
    let drill = false;
    pair.a.log.push(Entry::Act {
        desk,
        drill,
        at_us,
        act,
    });
    assert!(pair.b.take(pair.now, &pair.a.log));
    let alarm = pair.b.alarm(pair.now, Topic::Content);
    assert!(!alarm.alarm.drill, "{:?}", alarm.alarm);
}

#[test]
fn terms_signed_as_a_drill_come_into_force_for_nothing() {
    let mut pair = Pair::new();
    let terms = accord::terms::Terms::pair_proposal();
    let signed = Command::SignTerms { line: line(), terms };
    pair.a
        .command(pair.now, Role::Commander, signed.clone())
        .expect("signed");
    pair.b.command(pair.now, Role::Commander, signed).expect("signed");
    pair.a.seal(pair.now);
    for entry in &mut pair.a.log {
        if let Entry::Act { drill, .. } = entry {
            *drill = true;
        }
    }
    pair.carry();
    assert_eq!(pair.b.mind.terms(&line()).expect("a line").in_force, None);
    assert!(pair.b.has(pair.now, Topic::Content));
}

#[test]
fn a_drill_hazard_on_file_does_not_stand_for_a_real_one() {
    let mut pair = Pair::agreed();
    pair.a_does(starts(1, START));
    pair.carry();
    let outcome = pair.b_does(Command::LogVoice {
        line: line(),
        heard_at_us: START,
        words: "a call".into(),
        tape_sha256: None,
        drill: false,
    });
    assert!(has_note(&outcome, |note| *note == accord::Note::NoHazardOnFile));
}
