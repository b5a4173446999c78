//! Commands of desks, as they are journaled and as clients ask them: whatever a desk asks is done or refused in a
//! sentence, and what came of it can be read back.

use crate::common::{World, at, cease, circle, draft, keyring, line, officer, say};
use accord::act::{Class, Level};
use accord::command::{Command, Role};
use accord::time::Now;
use engine::Engine;
use engine::event::{Answer, Record};
use engine::input::{Input, Output};
use fuzz::limits::MAX_SENTENCE_BYTES;
use fuzz::target;

/// Time that passes after each command, µs.
const STEP_US: i64 = 40_000_000;

/// Bravo on its disk, in the middle of things, and the names of what is there.
struct Scene {
    bravo: Vec<u8>,
    names: Vec<(&'static str, String)>,
    now_us: i64,
}

impl Scene {
    fn new() -> Scene {
        let mut world = World::new();
        let start_us = world.now_us + 3_600_000_000;
        let place = circle(35, 36, 9_000, start_us, start_us + 7_200_000_000);
        let mut names = Vec::new();
        let mut name = |key, answer: Answer| names.push((key, id_of(&answer)));
        for (peer, keys) in [(true, ["", "NOTICE-PEER"]), (false, ["OPERATION", "NOTICE-OWN"])] {
            let now = world.now();
            let node = if peer { &mut world.a } else { &mut world.b };
            let plan = Command::Plan(draft("flight", Class::Hazard, vec![place.clone()]));
            let operation = node.ask(now, Role::Watch, plan).unwrap();
            let notify = Command::Notify {
                operation: id_of(&operation).as_str().into(),
                line: line(),
                level: Level::Exact,
                words: String::new(),
                confirmed: true,
            };
            let notice = node.ask(now, Role::Commander, notify).unwrap();
            name(keys[0], operation);
            name(keys[1], notice);
            world.settle();
        }
        let now = world.now();
        name("STOP", world.a.ask(now, Role::Watch, cease()).unwrap());
        name("MESSAGE", world.a.ask(now, Role::Watch, say("one")).unwrap());
        world.pass(60);
        Scene {
            bravo: world.b.engine.snapshot(),
            names: names.into_iter().filter(|(key, _)| !key.is_empty()).collect(),
            now_us: world.now_us,
        }
    }

    /// The commands of a document, with the names that stand in it.
    fn commands(&self, document: &[u8]) -> Option<Vec<Command>> {
        let text = std::str::from_utf8(document).ok()?.to_owned();
        let names = self.names.iter();
        let text = names.fold(text, |text, (key, name)| text.replace(&format!("${key}"), name));
        let read = text.lines().map(|line| serde_json::from_str(line).ok());
        read.collect()
    }
}

/// The name of what was made.
fn id_of(answer: &Answer) -> String {
    match answer {
        Answer::Done(outcome) => outcome.id.clone().unwrap_or_default(),
        Answer::Made(name) => name.clone(),
    }
}

/// Carries out commands on a bravo of its own, and gives what it wrote down, how many were done, and why others were not.
fn carry_out(scene: &Scene, commands: Vec<Command>) -> (Engine, Vec<Record>, usize, Vec<String>) {
    let mut engine = Engine::from_snapshot(&scene.bravo, Box::new(keyring("bravo"))).unwrap();
    engine.started(2, at(scene.now_us));
    let (mut records, mut refused) = (Vec::new(), Vec::new());
    let (mut done, mut now_us) = (0, scene.now_us);
    for command in commands {
        let officer = officer("commander", Role::Commander);
        let (reply, key) = (1, None);
        let input = Input::Desk {
            reply,
            key,
            officer,
            command,
        };
        engine.input(input).unwrap();
        // Once for the command, once for the timers that it set.
        for _ in 0..2 {
            now_us += STEP_US;
            let now = Now {
                boot: 2,
                ..at(now_us)
            };
            if let Some(batch) = engine.run(now) {
                engine.durable(batch.records.last().unwrap().seq);
                records.extend(batch.records);
            }
        }
        while let Some(output) = engine.poll_output() {
            if let Output::Reply { result, .. } = output {
                done += usize::from(result.is_ok());
                refused.extend(result.err().map(|why| why.to_string()));
            }
        }
    }
    (engine, records, done, refused)
}

#[test]
fn whatever_a_desk_asks_is_done_or_refused_in_a_sentence_and_can_be_read_back() {
    let scene = Scene::new();
    target!("command", |document: &[u8]| {
        let Some(commands) = scene.commands(document) else {
            return false;
        };
        let asked = commands.len();
        let (engine, records, done, refused) = carry_out(&scene, commands);
        // A refusal may name what was asked for, and goes to nobody but the one who asked.
        let longest = document.len() + MAX_SENTENCE_BYTES;
        assert!(refused.iter().all(|why| (1..=longest).contains(&why.len())));
        let mut again = Engine::from_snapshot(&scene.bravo, Box::new(keyring("bravo"))).unwrap();
        for record in records {
            let bytes = serde_json::to_vec(&record).unwrap();
            again
                .replay(&Engine::read_facts(record.seq, &bytes).unwrap())
                .unwrap();
        }
        assert_eq!(again.difference(&engine), None);
        asked > 0 && done == asked
    });
}
