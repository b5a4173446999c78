//! One run: desks act, nodes answer, and everything a node says is taken down.

use super::paper::Paper;
use super::record::{Asked, Call, Record, Standing};
use super::room::{HazardRoom, Room};
use super::scenario::{Deed, Run, Scenario, Step};
use super::seen::{Saying, Seen};
use super::stage::Stage;
use crate::client::part;
use crate::failed::Failed;
use crate::figures;
use crate::figures::write::{clock, span};
use crate::http::ask;
use crate::http::show::{Alarms, Done, Found, Hazards, HazardsAt, NoticeShown};
use accord::act::Class;
use accord::lead;
use accord::terms::Terms;
use serde_json::json;
use std::collections::BTreeMap;

/// How often the nodes are looked at while nothing is asked of them, µs.
const LOOK_EVERY_US: i64 = 60_000_000;

/// A run that is being played.
pub(super) struct Player<'s> {
    scenario: &'s Scenario,
    run: &'s Run,
    stage: Stage,
    seen: Vec<Seen>,
    operations: BTreeMap<String, String>,
    notices: BTreeMap<String, String>,
    record: Record,
}

impl<'s> Player<'s> {
    /// Sets the stage of a run.
    ///
    /// # Errors
    /// The nodes cannot be started or joined.
    pub(super) fn new(scenario: &'s Scenario, run: &'s Run) -> Result<Self, Failed> {
        let stage = Stage::set(scenario, run)?;
        let seen = scenario.chairs.iter().map(|_| Seen::default()).collect();
        let (operations, notices) = (BTreeMap::new(), BTreeMap::new());
        let mut player = Player {
            scenario,
            run,
            stage,
            seen,
            operations,
            notices,
            record: Record::default(),
        };
        player.look()?;
        Ok(player)
    }

    /// Plays all steps on paper.
    ///
    /// # Errors
    /// A step that a node refuses, or the end that the player asked for.
    pub(super) fn play(&mut self, paper: &mut Paper) -> Result<(), Failed> {
        for step in &self.run.steps {
            self.forward(self.at(&step.at)?, paper)?;
            self.step(step, paper)?;
        }
        self.forward(self.at(&self.run.ends)?, paper)
    }

    /// What was taken down, with the logs of both ends.
    ///
    /// # Errors
    /// A node does not answer any more.
    pub(super) fn finish(mut self) -> Result<Record, Failed> {
        for (i, seen) in self.seen.iter().enumerate() {
            let alarms: Alarms = self
                .stage
                .get(i, &self.scenario.chairs[i].desk(None), "/v1/alarms")?;
            self.record.take_alarms(&self.scenario.chairs[i], seen, &alarms);
        }
        self.record.take_notices(self.scenario, &self.seen);
        for (i, spec) in self.scenario.chairs.iter().enumerate() {
            let bundle = self.stage.bundle(i, &spec.desk(None))?;
            self.record.bundles.push(bundle);
        }
        Ok(self.record)
    }

    /// Lets time pass up to an instant, looking at the nodes on the way.
    fn forward(&mut self, to_us: i64, paper: &mut Paper) -> Result<(), Failed> {
        let mut next_look_us = self.stage.now_us() + LOOK_EVERY_US;
        while self.stage.step(to_us)? {
            paper.tick(self.stage.now_us())?;
            if self.stage.now_us() >= next_look_us {
                self.tell(paper)?;
                next_look_us = self.stage.now_us() + LOOK_EVERY_US;
            }
        }
        self.tell(paper)
    }

    fn step(&mut self, step: &Step, paper: &mut Paper) -> Result<(), Failed> {
        let (chair, at_us) = (
            self.scenario.chair(&step.chair).map_err(Failed::usage)?,
            self.at(&step.at)?,
        );
        let text = self.scenario.text(&step.text).map_err(Failed::usage)?;
        if !text.is_empty() {
            paper.row(at_us, chair, &format!("[{}]", step.tag), &text)?;
        }
        if let Some(deed) = &step.deed {
            let desk = self.scenario.chairs[chair].desk(step.desk.as_deref());
            let context = |why: Failed| {
                Failed::refused(format_args!("{} at {}, {deed:?}: {why}", self.run.name, step.at))
            };
            let said = self.perform(chair, &desk, deed).map_err(context)?;
            self.told(said, paper)?;
            self.tell(paper)?;
        }
        Ok(())
    }

    /// Prints what the nodes say that they did not say before.
    fn tell(&mut self, paper: &mut Paper) -> Result<(), Failed> {
        let said = self.look()?;
        self.told(said, paper)
    }

    fn told(&mut self, said: Vec<Saying>, paper: &mut Paper) -> Result<(), Failed> {
        for saying in said {
            paper.row(saying.at_us, saying.chair, "»", &saying.text)?;
            self.record.said(self.scenario, self.run, &saying)?;
        }
        Ok(())
    }

    fn look(&mut self) -> Result<Vec<Saying>, Failed> {
        let mut said = Vec::new();
        for chair in 0..self.seen.len() {
            let desk = self.scenario.chairs[chair].desk(None);
            let now_us = self.stage.now_us();
            said.extend(self.seen[chair].look(&mut self.stage, chair, &desk, now_us)?);
        }
        said.sort_by_key(|saying| saying.at_us);
        Ok(said)
    }

    fn perform(&mut self, chair: usize, desk: &str, deed: &Deed) -> Result<Vec<Saying>, Failed> {
        match deed {
            Deed::Plan {
                operation,
                name,
                class,
                volumes,
                hazards,
                reaction,
            } => {
                let plan = self.plan(name, *class, (volumes, hazards), reaction.as_deref())?;
                let done = self.stage.post(chair, desk, "/v1/operations", &plan)?;
                self.operations.insert(operation.clone(), id_of(&done)?);
                Ok(self.notes(chair, desk, &done))
            }
            Deed::SignTerms { preset } => {
                let terms = Terms::preset(preset)
                    .ok_or_else(|| Failed::usage(format_args!("no preset {preset:?}")))?;
                let done = self
                    .stage
                    .on_line(chair, desk, "terms", &ask::SignTerms { terms })?;
                Ok(self.notes(chair, desk, &done))
            }
            Deed::Notify {
                operation,
                level,
                words,
            } => {
                let planned = known(&self.operations, operation)?;
                let ask = ask::Notify {
                    operation: planned,
                    level: *level,
                    words: words.clone(),
                    confirmed: false,
                };
                let done = self.stage.on_line(chair, desk, "notices", &ask)?;
                self.notices.insert(operation.clone(), id_of(&done)?);
                Ok(self.notes(chair, desk, &done))
            }
            Deed::Open { operation } => self.of_notice(chair, desk, operation, "open", &json!({})),
            Deed::ReadBack { operation, words } => {
                let check = self.peers_notice(chair, desk, operation)?.check_words.join(" ");
                let ask = ask::ReadBack {
                    words: words.clone(),
                    check,
                };
                self.of_notice(chair, desk, operation, "read-back", &json!(ask))
            }
            Deed::Answer {
                operation,
                answer,
                words,
            } => {
                let (answer, words) = (*answer, words.clone());
                let ask = ask::AnswerNotice {
                    answer,
                    words,
                    counter: Vec::new(),
                    confirmed: true,
                };
                self.of_notice(chair, desk, operation, "answer", &json!(ask))
            }
            Deed::Activate { operation } => self.of_notice(chair, desk, operation, "activate", &json!({})),
            Deed::AllClear { operation } => self.of_notice(chair, desk, operation, "all-clear", &json!({})),
            Deed::End { operation } => self.of_notice(chair, desk, operation, "end", &json!({})),
            _ => self.perform_more(chair, desk, deed),
        }
    }

    fn perform_more(&mut self, chair: usize, desk: &str, deed: &Deed) -> Result<Vec<Saying>, Failed> {
        match deed {
            Deed::Voice { .. } => self.voice(chair, desk, deed),
            Deed::AnswerVoice { call, answer, words } => {
                let id = self.record.call(call).ok_or_else(|| unknown(call))?.id.clone();
                let ask = ask::AnswerVoice {
                    answer: *answer,
                    words: words.clone(),
                };
                let done = self
                    .stage
                    .on_line(chair, desk, &format!("voice/{}/answer", part(&id)), &ask)?;
                self.record.answered(call, answer);
                Ok(self.notes(chair, desk, &done))
            }
            Deed::AskDanger { place, height } => self.ask_danger(chair, desk, place, height),
            Deed::AskExposure {} => self.ask_exposure(chair, desk),
            Deed::AskAlarms {} => self.ask_alarms(chair, desk),
            Deed::Acknowledge { kind } => self.acknowledge(chair, desk, kind),
            Deed::CloseHazard { operation, words } => self.close_hazard(chair, desk, operation, words),
            _ => Ok(Vec::new()),
        }
    }

    fn plan(
        &self,
        name: &str,
        class: Class,
        (volumes, hazards): (&[Room], &[HazardRoom]),
        reaction: Option<&str>,
    ) -> Result<ask::Plan, Failed> {
        let volumes = volumes
            .iter()
            .map(|room| room.volume(self.scenario))
            .collect::<Result<_, _>>();
        let hazards = hazards
            .iter()
            .map(|hazard| hazard.draft(self.scenario))
            .collect::<Result<_, _>>();
        Ok(ask::Plan {
            name: name.to_owned(),
            class,
            volumes: volumes.map_err(Failed::usage)?,
            hazards: hazards.map_err(Failed::usage)?,
            drill: true,
            separation: None,
            reaction_us: reaction
                .map(figures::duration)
                .transpose()
                .map_err(Failed::usage)?,
        })
    }

    fn of_notice(
        &mut self,
        chair: usize,
        desk: &str,
        operation: &str,
        deed: &str,
        body: &serde_json::Value,
    ) -> Result<Vec<Saying>, Failed> {
        let id = known(&self.notices, operation)?;
        let done = self
            .stage
            .on_line(chair, desk, &format!("notices/{}/{deed}", part(&id)), body)?;
        Ok(self.notes(chair, desk, &done))
    }

    fn peers_notice(&mut self, chair: usize, desk: &str, operation: &str) -> Result<NoticeShown, Failed> {
        let id = known(&self.notices, operation)?;
        let path = format!(
            "/v1/lines/{}/notices/peer/{}",
            part(&self.scenario.line),
            part(&id)
        );
        self.stage.get(chair, desk, &path)
    }

    /// The call is RECEIVED by voice; its lead follows from the claims, rounded down.
    fn voice(&mut self, chair: usize, desk: &str, deed: &Deed) -> Result<Vec<Saying>, Failed> {
        let Deed::Voice {
            call,
            heard_at,
            heard_within_s,
            starts,
            starts_within_s,
            words,
        } = deed
        else {
            return Ok(Vec::new());
        };
        let (heard_us, starts_us) = (self.at(heard_at)?, self.at(starts)?);
        let ask = ask::LogVoice {
            heard_at_us: heard_us,
            words: words.clone(),
            tape_sha256: None,
            drill: true,
        };
        let done = self.stage.on_line(chair, desk, "voice", &ask)?;
        let last = |at_us: i64, within_s: u32| at_us + (i64::from(within_s) * 1_000_000 - 1).max(0);
        let least_s = lead::seconds(starts_us - last(heard_us, *heard_within_s));
        let most_s = lead::seconds(last(starts_us, *starts_within_s) - heard_us);
        let vague = done.notes.iter().any(|note| note.note == "place_too_vague");
        let lead = if least_s == most_s {
            format!("{least_s} s")
        } else {
            format!("{least_s}–{most_s} s")
        };
        let text = format!("RECEIVED by voice, read back by nobody: “{words}” — lead {lead} by this account");
        let mut said = vec![self.saying(chair, desk, "voice", text)];
        said.extend(self.notes(chair, desk, &done));
        self.record.calls.push(Call {
            key: call.clone(),
            id: id_of(&done)?,
            party: self.scenario.chairs[chair].party.clone(),
            heard_at_us: heard_us,
            words: words.clone(),
            lead_s: (least_s, most_s),
            place: if vague { "too_vague" } else { "named" },
            answer: None,
        });
        Ok(said)
    }

    fn ask_danger(
        &mut self,
        chair: usize,
        desk: &str,
        place: &str,
        height: &str,
    ) -> Result<Vec<Saying>, Failed> {
        let at = self.scenario.place(place).map_err(Failed::usage)?;
        let band = figures::height(height).map_err(Failed::usage)?;
        let (lat, lon, low, high) = (at.lat_nd, at.lon_nd, band.low_mm, band.high_mm);
        let path = format!("/v1/hazards/at?lat_nd={lat}&lon_nd={lon}&low_mm={low}&high_mm={high}&datum=msl");
        let known: HazardsAt = self.stage.get(chair, desk, &path)?;
        let mut text = known.text.clone();
        for hazard in &known.hazards {
            let over_us = hazard.hazard.volume.window.end_us;
            let open = if hazard.closed_at_us.is_none() {
                ", closed by no desk here"
            } else {
                ""
            };
            text.push_str(&format!(
                " · state {}, stated until {}{open}",
                hazard.state.to_uppercase(),
                clock(over_us)
            ));
        }
        self.record
            .asked
            .push(Asked::danger(self.scenario, chair, self.stage.now_us(), &known));
        Ok(vec![self.saying(chair, desk, "danger_at_place", text)])
    }

    fn ask_exposure(&mut self, chair: usize, desk: &str) -> Result<Vec<Saying>, Failed> {
        let found: Found = self.stage.get(chair, desk, "/v1/exposure")?;
        let rows = found.rows.iter().map(|row| {
            let (by, left) = (clock(row.finding.act_by_us), span(row.left_us));
            format!("{}: EXPOSED; latest time to act {by}, {left} left", row.name)
        });
        let texts: Vec<String> = rows.collect();
        let none = "no exposure on file: state UNKNOWN, not CLEAR".to_owned();
        let texts = if texts.is_empty() { vec![none] } else { texts };
        Ok(texts
            .into_iter()
            .map(|text| self.saying(chair, desk, "exposure_row", text))
            .collect())
    }

    fn ask_alarms(&mut self, chair: usize, desk: &str) -> Result<Vec<Saying>, Failed> {
        let alarms: Alarms = self.stage.get(chair, desk, "/v1/alarms")?;
        let standing: Vec<Standing> = alarms.alarms.iter().map(Standing::from).collect();
        let said = alarms.alarms.iter().map(|alarm| {
            let text = format!(
                "ALARM stands for {}: {} ({})",
                span(alarm.age_us),
                alarm.cause,
                alarm.state
            );
            self.saying(chair, desk, "alarm_stands", text)
        });
        let said: Vec<Saying> = said.collect();
        self.record
            .asked
            .push(Asked::alarms(self.scenario, chair, self.stage.now_us(), standing));
        let none = || vec![self.saying(chair, desk, "alarm_stands", "no alarm stands".to_owned())];
        Ok(if said.is_empty() { none() } else { said })
    }

    fn acknowledge(&mut self, chair: usize, desk: &str, kind: &str) -> Result<Vec<Saying>, Failed> {
        let alarms: Alarms = self.stage.get(chair, desk, "/v1/alarms")?;
        let ids = alarms
            .alarms
            .into_iter()
            .filter(|alarm| alarm.kind == kind)
            .map(|alarm| alarm.id);
        let mut said = Vec::new();
        for id in ids {
            let done = self
                .stage
                .post(chair, desk, &format!("/v1/alarms/{}/ack", part(&id)), &json!({}))?;
            said.extend(self.notes(chair, desk, &done));
        }
        Ok(said)
    }

    fn close_hazard(
        &mut self,
        chair: usize,
        desk: &str,
        operation: &str,
        words: &str,
    ) -> Result<Vec<Saying>, Failed> {
        let notice = known(&self.notices, operation)?;
        let hazards: Hazards = self.stage.get(chair, desk, "/v1/hazards")?;
        let of_it = hazards
            .hazards
            .into_iter()
            .filter(|hazard| hazard.notice.as_deref() == Some(&notice));
        let mut said = Vec::new();
        for hazard in of_it {
            let path = format!("hazards/{}/close", part(&hazard.hazard.id.0));
            let done = self.stage.on_line(
                chair,
                desk,
                &path,
                &ask::CloseHazard {
                    words: words.to_owned(),
                },
            )?;
            said.extend(self.notes(chair, desk, &done));
            let text = format!("hazard CLOSED by this party's own desk {desk}, for its own traffic");
            said.push(self.saying(chair, desk, "hazard_closed", text));
        }
        Ok(said)
    }

    fn notes(&self, chair: usize, desk: &str, done: &Done) -> Vec<Saying> {
        done.notes
            .iter()
            .map(|note| self.saying(chair, desk, &note.note, note.text.clone()))
            .collect()
    }

    fn saying(&self, chair: usize, desk: &str, code: &str, text: String) -> Saying {
        Saying {
            at_us: self.stage.now_us(),
            chair,
            desk: desk.to_owned(),
            code: code.to_owned(),
            text,
        }
    }

    fn at(&self, name: &str) -> Result<i64, Failed> {
        self.scenario.instant(name).map_err(Failed::usage)
    }
}

fn known(ids: &BTreeMap<String, String>, key: &str) -> Result<String, Failed> {
    ids.get(key).cloned().ok_or_else(|| unknown(key))
}

fn unknown(key: &str) -> Failed {
    Failed::usage(format_args!("nothing was filed under {key:?} before"))
}

fn id_of(done: &Done) -> Result<String, Failed> {
    done.id
        .clone()
        .ok_or_else(|| Failed::internal("the node named nothing it made"))
}
