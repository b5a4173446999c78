//! A scenario: a data file of sources, places, instants, and runs of timed steps.
//!
//! Figures in texts are not typed but asked for, in braces, and computed from the file's own
//! places and instants: `{min call hit}` minutes, `{s call hit}` seconds, `{km a b}`
//! kilometres from a place to a place or a way, `{at hit}` an instant.

use super::room::{HazardRoom, Room};
use crate::failed::in_short;
use crate::figures;
use crate::limits::MAX_SCENARIO_BYTES;
use accord::act::{Answer, Class, Level, VoiceAnswer};
use geo4d::Position;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The scenarios that come with the program: name and file.
const BUILT_IN: &[(&str, &str)] = &[(
    "il-20",
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/il-20.toml")),
)];

/// A scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Short name.
    pub name: String,
    /// One line.
    pub title: String,
    /// The day, `2018-09-17`; all instants are UTC of it.
    pub date: String,
    /// Name of the line between the two nodes.
    pub line: String,
    /// What the header says.
    pub about: Vec<String>,
    /// What is deliberately not shown.
    pub not_shown: Vec<String>,
    /// What no run can show.
    pub cannot_show: Vec<String>,
    /// The last sentence on the outcome.
    pub conclusion: String,
    /// Who claims what is tagged with a letter.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
    /// Named places.
    pub places: BTreeMap<String, String>,
    /// Named ways: places in order.
    #[serde(default)]
    pub ways: BTreeMap<String, Vec<String>>,
    /// Named instants.
    pub instants: BTreeMap<String, String>,
    /// The two chairs; the first invites.
    #[serde(rename = "chair")]
    pub chairs: Vec<ChairSpec>,
    /// The runs, in order.
    #[serde(rename = "run")]
    pub runs: Vec<Run>,
}

/// Who makes the claims of one letter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The letter.
    pub tag: String,
    /// Who.
    pub who: String,
    /// Where it was published, or what it rests on.
    pub text: String,
}

/// A party and its node.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChairSpec {
    /// Its name in this file.
    pub key: String,
    /// The party, as its peer sees it.
    pub party: String,
    /// The heading of its column.
    pub post: String,
    /// Desks as `detente init` takes them, the watch first.
    pub desks: Vec<String>,
}

/// One run on two new nodes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Short name.
    pub name: String,
    /// One line.
    pub title: String,
    /// What it rests on.
    #[serde(default)]
    pub notes: Vec<String>,
    /// When the nodes start.
    pub begins: String,
    /// When they end.
    pub ends: String,
    /// Up to when the finding counts what remained.
    pub until: String,
    /// What nobody is recorded as having said: names of notes and alarms.
    pub unrecorded: Vec<String>,
    /// What happens, in order of time.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// What must hold of the run's part of the summary.
    #[serde(default, rename = "assert")]
    pub asserts: Vec<Assert>,
}

/// Something that happens or is claimed to have happened.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When.
    pub at: String,
    /// In which chair it is shown, and who acts.
    pub chair: String,
    /// Who claims it.
    pub tag: String,
    /// The claim.
    #[serde(default)]
    pub text: String,
    /// The desk that acts; the first one when left out.
    #[serde(default)]
    pub desk: Option<String>,
    /// What the desk does on its node, if anything.
    #[serde(default)]
    pub deed: Option<Deed>,
}

/// What a desk does.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Deed {
    /// Files an operation under a key.
    Plan {
        operation: String,
        name: String,
        class: Class,
        volumes: Vec<Room>,
        #[serde(default)]
        hazards: Vec<HazardRoom>,
        #[serde(default)]
        reaction: Option<String>,
    },
    /// Signs terms shipped under this name.
    SignTerms { preset: String },
    /// Gives notice of an operation.
    Notify {
        operation: String,
        level: Level,
        words: String,
    },
    /// Opens the peer's notice of this operation.
    Open { operation: String },
    /// Reads it back with the check words shown.
    ReadBack { operation: String, words: String },
    /// Answers it.
    Answer {
        operation: String,
        answer: Answer,
        words: String,
    },
    /// It has begun.
    Activate { operation: String },
    /// What we do there is over.
    AllClear { operation: String },
    /// It is over.
    End { operation: String },
    /// Logs one side's account of a call. What was called about starts at `starts`; claims
    /// in whole minutes state the width of their doubt in seconds.
    Voice {
        call: String,
        heard_at: String,
        #[serde(default)]
        heard_within_s: u32,
        starts: String,
        #[serde(default)]
        starts_within_s: u32,
        words: String,
    },
    /// Answers the peer's account.
    AnswerVoice {
        call: String,
        answer: VoiceAnswer,
        words: String,
    },
    /// Asks the node what is known of danger at a place.
    AskDanger { place: String, height: String },
    /// Asks the node who is exposed.
    AskExposure {},
    /// Asks the node which alarms stand, and for how long.
    AskAlarms {},
    /// Acknowledges standing alarms of this kind.
    Acknowledge { kind: String },
    /// Closes the hazards of the peer's notice for own traffic.
    CloseHazard { operation: String, words: String },
}

/// A claim about the run's part of the summary.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assert {
    /// JSON pointer into the run.
    pub at: String,
    /// The value it must have.
    #[serde(default)]
    pub is: Option<serde_json::Value>,
    /// The least number it may be.
    #[serde(default)]
    pub least: Option<i64>,
    /// The largest number it may be.
    #[serde(default)]
    pub most: Option<i64>,
}

impl Scenario {
    /// A scenario by name, or by the path of its file.
    ///
    /// # Errors
    /// None of that name, or every fault of the file.
    pub fn load(name: &str) -> Result<Self, String> {
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Scenario::parse(text);
        }
        let known: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        let size = std::fs::metadata(name).map_err(|why| {
            format!(
                "{name} is neither a scenario of this program ({}) nor a file: {why}",
                known.join(", ")
            )
        })?;
        if size.len() > MAX_SCENARIO_BYTES {
            return Err(format!("{name} is larger than {MAX_SCENARIO_BYTES} bytes"));
        }
        let text = std::fs::read_to_string(name).map_err(|why| format!("{name}: {why}"))?;
        Scenario::parse(&text).map_err(|why| format!("{name}: {why}"))
    }

    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// Every fault, with its place.
    pub fn parse(text: &str) -> Result<Self, String> {
        let scenario: Scenario = toml::from_str(text).map_err(in_short)?;
        let faults = scenario.faults();
        if faults.is_empty() {
            Ok(scenario)
        } else {
            let faults: Vec<String> = faults.iter().map(in_short).collect();
            Err(faults.join("\n"))
        }
    }

    /// An instant by name, or a time of day such as `18:39` or `18:39:30`, in µs.
    ///
    /// # Errors
    /// Neither.
    pub fn instant(&self, name: &str) -> Result<i64, String> {
        let time = self.instants.get(name).map_or(name, String::as_str);
        let seconds = if time.len() == 5 { ":00" } else { "" };
        figures::instant(&format!("{}T{time}{seconds}Z", self.date), 0)
            .map_err(|_| format!("{name:?} names no instant and is no time of day"))
    }

    /// A place by name, or by its coordinates.
    ///
    /// # Errors
    /// Neither.
    pub fn place(&self, name: &str) -> Result<Position, String> {
        let text = self.places.get(name).map_or(name, String::as_str);
        figures::place(text).map_err(|_| format!("{name:?} names no place and is none"))
    }

    /// A way by name.
    ///
    /// # Errors
    /// No such way, or one of its places is none.
    pub fn way(&self, name: &str) -> Result<Vec<Position>, String> {
        let way = self
            .ways
            .get(name)
            .ok_or_else(|| format!("{name:?} names no way"))?;
        way.iter().map(|place| self.place(place)).collect()
    }

    /// A text with its figures.
    ///
    /// # Errors
    /// A figure that cannot be computed.
    pub fn text(&self, template: &str) -> Result<String, String> {
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (asked, after) = after
                .split_once('}')
                .ok_or_else(|| format!("an open brace in {template:?}"))?;
            out.push_str(before);
            out.push_str(&self.figure(asked)?);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// Index of a chair.
    ///
    /// # Errors
    /// None of that name.
    pub fn chair(&self, key: &str) -> Result<usize, String> {
        self.chairs
            .iter()
            .position(|chair| chair.key == key)
            .ok_or_else(|| format!("no chair {key:?}"))
    }

    fn figure(&self, asked: &str) -> Result<String, String> {
        let words: Vec<&str> = asked.split_whitespace().collect();
        let span = |from, to| Ok::<i64, String>(self.instant(to)? - self.instant(from)?);
        match words[..] {
            ["min", from, to] => Ok((span(from, to)? / 60_000_000).to_string()),
            ["s", from, to] => Ok(accord::lead::seconds(span(from, to)?).to_string()),
            ["at", name] => Ok(figures::write::clock(self.instant(name)?)),
            ["km", from, to] => {
                let from = self.place(from)?;
                let mm = match self.way(to) {
                    Ok(way) => geo4d::point_to_line(from, &way).low_mm,
                    Err(_) => geo4d::distance(from, self.place(to)?),
                };
                Ok(((mm + 500_000) / 1_000_000).to_string())
            }
            _ => Err(format!("{{{asked}}} is no figure; there are min, s, at and km")),
        }
    }

    /// Every fault, with its place.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.chairs.len() != 2 {
            faults.push("chair: a line has two ends".to_owned());
        }
        let tags: BTreeSet<&str> = self.sources.iter().map(|source| source.tag.as_str()).collect();
        let texts = [&self.about, &self.not_shown, &self.cannot_show]
            .into_iter()
            .flatten();
        for text in texts.chain([&self.conclusion]) {
            faults.extend(self.text(text).err());
        }
        for run in &self.runs {
            let begin = format!("run {}", run.name);
            let mut found = self.run_faults(run, &tags);
            faults.extend(found.drain(..).map(|fault| format!("{begin}: {fault}")));
        }
        faults
    }

    fn run_faults(&self, run: &Run, tags: &BTreeSet<&str>) -> Vec<String> {
        let mut faults = Vec::new();
        for name in [&run.begins, &run.ends, &run.until] {
            faults.extend(self.instant(name).err());
        }
        for text in run.notes.iter().chain([&run.title]) {
            faults.extend(self.text(text).err());
        }
        let mut last_us = i64::MIN;
        for (i, step) in run.steps.iter().enumerate() {
            let mut found = self.step_faults(step, tags);
            let at_us = self.instant(&step.at).unwrap_or(last_us);
            if at_us < last_us {
                found.push(format!("{} comes after a later step", step.at));
            }
            last_us = at_us;
            faults.extend(found.into_iter().map(|fault| format!("step {i}: {fault}")));
        }
        faults
    }

    fn step_faults(&self, step: &Step, tags: &BTreeSet<&str>) -> Vec<String> {
        let mut faults = Vec::new();
        faults.extend(self.instant(&step.at).err());
        faults.extend(self.chair(&step.chair).err());
        faults.extend(self.text(&step.text).err());
        if !tags.contains(step.tag.as_str()) {
            faults.push(format!("no source {:?}", step.tag));
        }
        match &step.deed {
            Some(Deed::Plan {
                volumes,
                hazards,
                reaction,
                ..
            }) => {
                let rooms = volumes.iter().chain(hazards.iter().map(|hazard| &hazard.volume));
                faults.extend(rooms.filter_map(|room| room.volume(self).err()));
                faults.extend(
                    reaction
                        .iter()
                        .filter_map(|text| Some(figures::duration(text).err()?.to_string())),
                );
            }
            Some(Deed::Voice { heard_at, starts, .. }) => {
                faults.extend(
                    [heard_at, starts]
                        .into_iter()
                        .filter_map(|name| self.instant(name).err()),
                );
            }
            Some(Deed::AskDanger { place, height }) => {
                faults.extend(self.place(place).err());
                faults.extend(figures::height(height).err().map(|why| why.to_string()));
            }
            _ => {}
        }
        faults
    }
}

impl ChairSpec {
    /// The desk that is named, or the watch.
    pub fn desk(&self, named: Option<&str>) -> String {
        let watch = self.desks.first().map_or("", String::as_str);
        named
            .unwrap_or_else(|| watch.split(':').next().unwrap_or(watch))
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_of_the_program_are_valid() {
        for (name, text) in BUILT_IN {
            let scenario = Scenario::parse(text).unwrap();
            assert_eq!(scenario.name, *name);
        }
    }

    #[test]
    fn figures_in_texts_are_computed() {
        let scenario = Scenario::load("il-20").unwrap();
        let text = scenario
            .text("{min call hit} min, {s call hit} s, {at hit}, {km khmeimim khmeimim} km")
            .unwrap();
        assert_eq!(text, "24 min, 1440 s, 19:03:00Z, 0 km");
        assert!(
            scenario
                .text("{km nowhere khmeimim}")
                .unwrap_err()
                .contains("nowhere")
        );
        assert!(scenario.text("{parsec a b}").is_err());
    }

    #[test]
    fn every_fault_of_a_file_is_named_at_once() {
        let (_, text) = BUILT_IN[0];
        let broken = text
            .replacen("tag = \"R\"\ntext", "tag = \"X\"\ntext", 1)
            .replacen("\"18:39\"", "\"25:39\"", 1);
        let faults = Scenario::parse(&broken).unwrap_err();
        assert!(
            faults.contains("25:39") || faults.contains("names no instant"),
            "{faults}"
        );
        assert!(faults.contains("no source \"X\""), "{faults}");
    }
}
