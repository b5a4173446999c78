//! What is left of a demonstration: figures, evidence, and whether the claims of the
//! scenario hold.

use super::record::{AlarmRow, Asked, Finding, FoundRow, NoticeRow, Record, time};
use super::scenario::{Assert, Run, Scenario};
use crate::failed::Failed;
use ledger::bundle::Bundle;
use ledger::keys::Ed25519;
use ledger::verify::{Policy, Report, verify_bytes};
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// What no proof says anything about.
const NOT_CHECKED: &str = "not checked";

/// `summary.json`.
#[derive(Serialize)]
pub(super) struct Summary {
    scenario: String,
    title: String,
    /// Nothing here is a record of what happened.
    reconstruction: bool,
    date: String,
    sources: Vec<String>,
    /// Both ends' bundles of every run verify and agree.
    pub(super) log_intact: bool,
    truth_of_contents: &'static str,
    /// Acts in all logs of all runs.
    pub(super) acts: u64,
    /// Contradictions in them.
    pub(super) contradictions: usize,
    /// The runs.
    pub(super) runs: Vec<RunSummary>,
}

/// One run.
#[derive(Serialize)]
pub(super) struct RunSummary {
    /// Its name.
    pub(super) run: String,
    title: String,
    begins: String,
    ends: String,
    /// Both ends' bundles verify, each against the other's keys, and agree.
    pub(super) log_intact: bool,
    truth_of_contents: &'static str,
    /// Acts in both logs.
    pub(super) acts: u64,
    /// Contradictions in them.
    pub(super) contradictions: usize,
    /// Notices by voice and by line.
    pub(super) notices: Vec<NoticeRow>,
    /// Alarms of both ends.
    pub(super) alarms: Vec<AlarmRow>,
    conflicts: Vec<FoundRow>,
    /// Exposure found.
    pub(super) exposure: Vec<FoundRow>,
    asked: Vec<Asked>,
    /// The first thing said that nobody is recorded as having said.
    pub(super) finding: Option<Finding>,
    /// Claims of the scenario that are not met.
    pub(super) unmet: Vec<String>,
    #[serde(skip)]
    bundles: Vec<Vec<u8>>,
    #[serde(skip)]
    policy: String,
}

impl Summary {
    /// All runs together.
    pub(super) fn of(scenario: &Scenario, runs: Vec<RunSummary>) -> Self {
        Summary {
            scenario: scenario.name.clone(),
            title: scenario.title.clone(),
            reconstruction: true,
            date: scenario.date.clone(),
            sources: scenario
                .sources
                .iter()
                .map(|s| format!("[{}] {}: {}", s.tag, s.who, s.text))
                .collect(),
            log_intact: runs.iter().all(|run| run.log_intact),
            truth_of_contents: NOT_CHECKED,
            acts: runs.iter().map(|run| run.acts).sum(),
            contradictions: runs.iter().map(|run| run.contradictions).sum(),
            runs,
        }
    }

    /// Writes summary and evidence.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(super) fn leave(&self, scenario: &Scenario, out: &Path) -> Result<(), Failed> {
        let write = |name: String, bytes: &[u8]| {
            let path = out.join(name);
            fs::write(&path, bytes).map_err(|why| Failed::file("write", &path, &why))
        };
        fs::create_dir_all(out).map_err(|why| Failed::file("create the folder", out, &why))?;
        for run in &self.runs {
            for (spec, bundle) in scenario.chairs.iter().zip(&run.bundles) {
                write(format!("{}.{}.bundle", run.run, spec.key), bundle)?;
            }
            write(format!("{}.policy", run.run), run.policy.as_bytes())?;
        }
        if let Some(bundle) = self.runs.last().and_then(|run| run.bundles.first()) {
            write("bundle".to_owned(), bundle)?;
        }
        let json = serde_json::to_vec_pretty(self).expect("a summary is plain data with string keys");
        write("summary.json".to_owned(), &json)
    }

    /// Whether all logs verify and all claims of the scenario are met.
    ///
    /// # Errors
    /// Everything that is not so.
    pub(super) fn check(&self) -> Result<(), Failed> {
        let mut unmet: Vec<String> = Vec::new();
        for run in &self.runs {
            unmet.extend(run.unmet.iter().map(|claim| format!("{}: {claim}", run.run)));
            if !run.log_intact {
                unmet.push(format!("{}: the logs of the two ends do not verify", run.run));
            }
        }
        if unmet.is_empty() {
            Ok(())
        } else {
            Err(Failed::refused(unmet.join("\n")))
        }
    }
}

impl RunSummary {
    /// What was taken down, verified and held against the claims of the scenario.
    ///
    /// # Errors
    /// A bundle that cannot be read, or an instant that names none.
    pub(super) fn of(scenario: &Scenario, run: &Run, record: Record) -> Result<Self, Failed> {
        let at = |name: &str| scenario.instant(name).map(time).map_err(Failed::usage);
        let text = |text: &str| scenario.text(text).map_err(Failed::usage);
        let checked = Checked::of(&record.bundles)?;
        let mut summary = RunSummary {
            run: run.name.clone(),
            title: text(&run.title)?,
            begins: at(&run.begins)?,
            ends: at(&run.ends)?,
            log_intact: checked.intact,
            truth_of_contents: NOT_CHECKED,
            acts: checked.acts,
            contradictions: checked.contradictions,
            notices: record.notices,
            alarms: record.alarms,
            conflicts: record.conflicts,
            exposure: record.exposure,
            asked: record.asked,
            finding: record.finding,
            unmet: Vec::new(),
            bundles: record.bundles,
            policy: checked.policy,
        };
        let shown = serde_json::to_value(&summary).expect("a summary is plain data with string keys");
        summary.unmet = run
            .asserts
            .iter()
            .filter_map(|claim| unmet(claim, &shown))
            .collect();
        Ok(summary)
    }
}

/// Both ends' bundles, each verified against the keys that the other end holds.
struct Checked {
    intact: bool,
    acts: u64,
    contradictions: usize,
    policy: String,
}

impl Checked {
    fn of(bundles: &[Vec<u8>]) -> Result<Self, Failed> {
        let policies = bundles
            .iter()
            .map(|bundle| policy(bundle))
            .collect::<Result<Vec<_>, _>>()?;
        // Two ends: the keys that one end holds check what the other gave out.
        let reports = bundles.iter().zip(policies.iter().rev());
        let reports: Vec<Report> = reports
            .map(|(bundle, policy)| verify_bytes(bundle, Some(policy), &Ed25519))
            .collect();
        let holds = |report: &Report| {
            let countersigned = report.logs.iter().all(|log| log.cosigned_size() == log.size);
            report.first_failure.is_none() && report.anchored && countersigned
        };
        let heads = |report: &Report| -> Vec<_> {
            report
                .logs
                .iter()
                .map(|log| (log.origin.clone(), log.size, log.root))
                .collect()
        };
        let same = reports.windows(2).all(|two| heads(&two[0]) == heads(&two[1]));
        Ok(Checked {
            intact: reports.len() == 2 && same && reports.iter().all(holds),
            acts: reports
                .first()
                .map_or(0, |report| report.logs.iter().map(|log| log.size).sum()),
            contradictions: reports
                .iter()
                .map(|report| report.contradictions.len())
                .max()
                .unwrap_or(0),
            policy: policies.first().map(ToString::to_string).unwrap_or_default(),
        })
    }
}

fn policy(bundle: &[u8]) -> Result<Policy, Failed> {
    Bundle::decode(bundle)
        .map(|bundle| Policy::of(&bundle.manifest))
        .map_err(Failed::refused)
}

/// The claim in words, when it is not met.
fn unmet(claim: &Assert, run: &Value) -> Option<String> {
    let found = run.pointer(&claim.at).unwrap_or(&Value::Null);
    let is = claim.is.as_ref().is_none_or(|wanted| wanted == found);
    let least = claim
        .least
        .is_none_or(|least| found.as_i64().is_some_and(|found| found >= least));
    let most = claim
        .most
        .is_none_or(|most| found.as_i64().is_some_and(|found| found <= most));
    if is && least && most {
        return None;
    }
    let wanted = [
        claim.is.as_ref().map(|is| format!("is {is}")),
        claim.least.map(|least| format!("is at least {least}")),
        claim.most.map(|most| format!("is at most {most}")),
    ];
    let wanted: Vec<String> = wanted.into_iter().flatten().collect();
    Some(format!(
        "claim not met: {} {}; it is {found}",
        claim.at,
        wanted.join(" and ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_that_is_not_met_is_named_with_what_was_found() {
        let run = json!({ "notices": [{ "lead_s": { "received": 1200 } }] });
        let claim = |is, least, most| Assert {
            at: "/notices/0/lead_s/received".to_owned(),
            is,
            least,
            most,
        };
        assert_eq!(unmet(&claim(Some(json!(1200)), None, None), &run), None);
        assert_eq!(unmet(&claim(None, Some(900), Some(1300)), &run), None);
        assert!(
            unmet(&claim(None, Some(1201), None), &run)
                .unwrap()
                .contains("it is 1200")
        );
        let absent = Assert {
            at: "/nowhere".to_owned(),
            is: Some(json!(1)),
            least: None,
            most: None,
        };
        assert!(unmet(&absent, &run).unwrap().contains("it is null"));
    }
}
