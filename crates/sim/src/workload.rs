//! What parties do all day: planners who file and give notice, officers who open, read back
//! and answer, each in a mood of their own.

use crate::limits::{MINUTE_US, ONLY_FOR, SECOND_US, TOLD_TO_NOBODY};
use crate::node::Wish;
use crate::rng::Rng;
use accord::Mind;
use accord::act::{Answer, Class, HazardKind, Level, Place, Response, StopAnswer, Urgency, VoiceAnswer};
use accord::alarm::Author;
use accord::command::{Command, HazardDraft, Officer, OperationDraft, Role};
use accord::ids::{Desk, LineId, OperationId};
use accord::time::Now;
use accord::view::{NoticeFilter, NoticeView, WaitsFor};
use engine::Engine;
use engine::input::Keep;
use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};

/// How an officer works.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Mood {
    /// At the screen.
    Prompt,
    /// Does other things too.
    Slow,
    /// Not there: nothing is ever opened or answered.
    Absent,
    /// Types the wrong things.
    Wrong,
    /// Stops everything, says everything, at once.
    Panicking,
}

const MOODS: [Mood; 6] = [
    Mood::Prompt,
    Mood::Prompt,
    Mood::Slow,
    Mood::Absent,
    Mood::Wrong,
    Mood::Panicking,
];

const CLASSES: [Class; 6] = [
    Class::Transit,
    Class::Reconnaissance,
    Class::Hazard,
    Class::Exercise,
    Class::Rescue,
    Class::Unmanned,
];

/// Places of operations: cells so far apart that only operations of one cell meet.
const CELLS: i64 = 6;

/// The people of one node.
#[derive(Debug)]
pub struct Staff {
    mood: Mood,
    rng: Rng,
    said: u64,
}

impl Staff {
    /// Staff in a mood drawn from `rng`.
    pub fn new(mut rng: Rng) -> Self {
        let mood = *rng.pick(&MOODS).expect("there are moods");
        Staff { mood, rng, said: 0 }
    }

    /// The mood they are in.
    pub fn mood(&self) -> Mood {
        self.mood
    }

    /// Time until they do the next thing, µs.
    pub fn pause_us(&mut self) -> i64 {
        let mean_us = match self.mood {
            Mood::Prompt | Mood::Wrong => 6 * SECOND_US,
            Mood::Slow | Mood::Absent => 40 * SECOND_US,
            Mood::Panicking => 2 * SECOND_US,
        };
        self.rng.wait(mean_us)
    }

    /// The next thing they ask of their node, which shows them `engine`.
    pub fn wish(&mut self, engine: &Engine, lines: &[LineId], now: Now) -> (Officer, Wish) {
        let line = self.rng.pick(lines).expect("every node has a line").clone();
        if self.rng.chance(300)
            && let Some(signing) = self.sign_epoch(engine, now)
        {
            return signing;
        }
        let command = self.command(engine.mind(), line, now);
        let commander = matches!(command, Command::SignTerms { .. } | Command::Proceed { .. });
        let officer = if commander {
            officer("commander", Role::Commander)
        } else {
            officer("watch", Role::Watch)
        };
        (officer, Wish::Desk(command))
    }

    /// The commander signs an epoch that waits for it, if there is one.
    pub fn sign_epoch(&self, engine: &Engine, now: Now) -> Option<(Officer, Wish)> {
        let views = engine.line_views(now);
        let waiting = views
            .into_iter()
            .find(|view| view.epoch > 0 && !view.accepted_own)?;
        let keep = Keep::AcceptEpoch { line: waiting.line };
        Some((officer("commander", Role::Commander), Wish::Keep(keep)))
    }

    fn command(&mut self, mind: &Mind, line: LineId, now: Now) -> Command {
        let answering = match self.mood {
            Mood::Absent => 0,
            Mood::Panicking => 150,
            _ => 550,
        };
        if self.rng.chance(answering)
            && let Some(command) = self.answer(mind, &line, now)
        {
            return command;
        }
        match self.rng.below(if self.mood == Mood::Panicking { 14 } else { 10 }) {
            0..3 => Command::Plan(self.draft(now)),
            3..6 => self.notify(mind, line, now),
            6 => self.own_notice(mind, &line).unwrap_or_else(|| self.say(line)),
            7 => self.hazard(line, now),
            8 | 9 => self.say(line),
            10..12 => self.stop(line),
            _ => self.distress(line),
        }
    }

    fn draft(&mut self, now: Now) -> OperationDraft {
        let class = *self.rng.pick(&CLASSES).expect("there are classes");
        let start_us = now.wall_us + self.rng.between(-MINUTE_US, 50 * MINUTE_US);
        let end_us = start_us + self.rng.between(MINUTE_US, 60 * MINUTE_US);
        let volume = self.volume(start_us, end_us);
        OperationDraft {
            name: TOLD_TO_NOBODY.to_owned(),
            class,
            hazards: Vec::new(),
            volumes: vec![volume],
            drill: self.rng.chance(100),
            separation: None,
            reaction_us: None,
        }
    }

    fn volume(&mut self, start_us: i64, end_us: i64) -> VolumeSpec {
        let cell = self.rng.between(0, CELLS - 1);
        VolumeSpec {
            footprint: Footprint::Circle {
                center: Position {
                    lat_nd: 35_000_000_000 + cell * 500_000_000,
                    lon_nd: 35_000_000_000,
                },
                radius_mm: self.rng.between(500_000, 5_000_000),
            },
            band: Band {
                low_mm: 0,
                high_mm: self.rng.between(300_000, 9_000_000),
                datum: Datum::Msl,
            },
            window: Window { start_us, end_us },
        }
    }

    fn notify(&mut self, mind: &Mind, line: LineId, now: Now) -> Command {
        let operations: Vec<OperationId> = mind.operations().into_iter().map(|view| view.id).collect();
        let Some(operation) = self.rng.pick(&operations).cloned() else {
            return Command::Plan(self.draft(now));
        };
        let level = *self
            .rng
            .pick(&[Level::Exact, Level::Exact, Level::Box, Level::Words])
            .expect("there are levels");
        Command::Notify {
            operation,
            level,
            words: format!("where the river bends, {ONLY_FOR}{line}"),
            line,
            confirmed: true,
        }
    }

    fn own_notice(&mut self, mind: &Mind, line: &LineId) -> Option<Command> {
        let own = self.notices(mind, line, Author::Own);
        let id = self.rng.pick(&own)?.notice.id.clone();
        let (notice, line) = (id, line.clone());
        let words = "as stated".to_owned();
        Some(match self.rng.below(6) {
            0 => Command::Withdraw { notice, line, words },
            1 => Command::Activate { notice, line },
            2 => Command::AllClear { notice, line },
            3 => Command::End { notice, line },
            4 => Command::Proceed { notice, line, words },
            _ => Command::Amend {
                notice,
                line,
                level: Level::Exact,
                words,
                confirmed: true,
            },
        })
    }

    fn notices(&self, mind: &Mind, line: &LineId, author: Author) -> Vec<NoticeView> {
        mind.notices(&NoticeFilter {
            line: Some(line.clone()),
            author: Some(author),
            live: true,
            open: false,
        })
    }

    /// What waits for this desk's answer.
    fn answer(&mut self, mind: &Mind, line: &LineId, now: Now) -> Option<Command> {
        match self.rng.below(8) {
            0 => self.answer_stop(mind),
            1 => self.answer_voice(mind, line),
            2 => self.close_hazard(mind, now),
            3 => self.acknowledge(mind, now),
            _ => self.next_receipt(mind, line),
        }
    }

    fn next_receipt(&mut self, mind: &Mind, line: &LineId) -> Option<Command> {
        let waiting: Vec<NoticeView> = self
            .notices(mind, line, Author::Peer)
            .into_iter()
            .filter(|view| view.waits_for != WaitsFor::Nothing)
            .collect();
        let view = self.rng.pick(&waiting)?.clone();
        let (notice, line) = (view.notice.id, line.clone());
        Some(match view.waits_for {
            WaitsFor::Received | WaitsFor::Opened => Command::Open { notice, line },
            WaitsFor::ReadBack => Command::ReadBack {
                notice,
                line,
                words: "where the river bends".to_owned(),
                check: self.check(&view.check_words),
            },
            WaitsFor::Answer | WaitsFor::Nothing => Command::Answer {
                notice,
                line,
                answer: self.position(),
                words: "so we see it".to_owned(),
                counter: Vec::new(),
                confirmed: true,
            },
        })
    }

    fn check(&mut self, words: &[&str]) -> String {
        if self.mood == Mood::Wrong && self.rng.chance(500) {
            return "three other words".to_owned();
        }
        words.join(" ")
    }

    fn position(&mut self) -> Answer {
        let answers = [
            Answer::Noted,
            Answer::Noted,
            Answer::NoConflictKnown,
            Answer::Object,
            Answer::Standby,
            Answer::Unable,
        ];
        *self.rng.pick(&answers).expect("there are answers")
    }

    fn answer_stop(&mut self, mind: &Mind) -> Option<Command> {
        let stops = mind.stops();
        let open: Vec<_> = stops
            .iter()
            .filter(|stop| stop.author == Author::Peer && stop.book.answers.is_empty())
            .collect();
        let stop = self.rng.pick(&open)?;
        let answers = [
            StopAnswer::UnderstoodStopping,
            StopAnswer::Unable,
            StopAnswer::NotOurs,
        ];
        Some(Command::AnswerStop {
            line: stop.line.clone(),
            stop: stop.id.clone(),
            answer: *self.rng.pick(&answers).expect("there are answers"),
            words: String::new(),
        })
    }

    fn answer_voice(&mut self, mind: &Mind, line: &LineId) -> Option<Command> {
        let calls = mind.voice(line);
        let theirs: Vec<_> = calls.iter().filter(|call| call.author == Author::Peer).collect();
        let answers = [
            VoiceAnswer::Confirmed,
            VoiceAnswer::Disputed,
            VoiceAnswer::NotHeard,
        ];
        Some(Command::AnswerVoice {
            line: line.clone(),
            voice: self.rng.pick(&theirs)?.id.clone(),
            answer: *self.rng.pick(&answers).expect("there are answers"),
            words: "as we heard it".to_owned(),
        })
    }

    fn close_hazard(&mut self, mind: &Mind, now: Now) -> Option<Command> {
        let hazards = mind.hazards(now);
        let theirs: Vec<_> = hazards
            .iter()
            .filter(|hazard| hazard.author == Author::Peer)
            .collect();
        let hazard = self.rng.pick(&theirs)?;
        Some(Command::CloseHazard {
            line: hazard.line.clone(),
            hazard: hazard.id.clone(),
            words: "flown through".to_owned(),
        })
    }

    fn acknowledge(&mut self, mind: &Mind, now: Now) -> Option<Command> {
        let queue = mind.alarms(now).queue;
        let alarm = self.rng.pick(&queue)?.alarm.id.clone();
        Some(Command::AckAlarm { alarm })
    }

    fn hazard(&mut self, line: LineId, now: Now) -> Command {
        let volume = self.volume(now.wall_us, now.wall_us + 20 * MINUTE_US);
        Command::WarnHazard {
            line,
            hazard: HazardDraft {
                kind: HazardKind::AirDefence,
                volume,
                words: "radars are on".to_owned(),
            },
            drill: self.rng.chance(100),
        }
    }

    fn say(&mut self, line: LineId) -> Command {
        self.message(line, Urgency::Normal)
    }

    fn distress(&mut self, line: LineId) -> Command {
        self.message(line, Urgency::Distress)
    }

    /// Every text is another, so that one said twice shows.
    fn message(&mut self, line: LineId, urgency: Urgency) -> Command {
        self.said += 1;
        let mark = self.rng.below(1 << 40);
        Command::Say {
            text: format!("message {} {mark:010x} {ONLY_FOR}{line}", self.said),
            line,
            answers: None,
            urgency,
            response: Response::R,
            closes: false,
            drill: false,
        }
    }

    fn stop(&mut self, line: LineId) -> Command {
        let place = Place {
            at: None,
            words: "the whole valley".to_owned(),
        };
        if self.rng.chance(500) {
            Command::Cease {
                line,
                place,
                drill: false,
            }
        } else {
            Command::CheckFire {
                line,
                place,
                drill: false,
            }
        }
    }
}

/// A desk's officer.
pub fn officer(desk: &str, role: Role) -> Officer {
    Officer {
        desk: Desk::from(desk),
        role,
    }
}
