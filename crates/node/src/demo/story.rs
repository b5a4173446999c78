//! What is told around the columns.

use super::paper::Paper;
use super::scenario::{Run, Scenario};
use super::summary::{RunSummary, Summary};
use crate::failed::Failed;
use crate::figures::write::span;

/// The header: what this is, what the letters mean, what is not shown.
pub(super) fn header(scenario: &Scenario, paper: &mut Paper) -> Result<(), Failed> {
    paper.heading(&format!(
        "RECONSTRUCTION · DRILL · {}",
        text(scenario, &scenario.title)?
    ))?;
    for about in &scenario.about {
        paper.line(&text(scenario, about)?)?;
    }
    paper.line("")?;
    for source in &scenario.sources {
        paper.marked(
            &format!("[{}]  ", source.tag),
            &format!("{}: {}", source.who, source.text),
        )?;
    }
    paper.marked(
        "»    ",
        "what a node of this program says, in this replay; nobody is recorded as having said it",
    )?;
    paper.line("")?;
    paper.line("Not shown:")?;
    listed(scenario, &scenario.not_shown, paper)
}

/// What a run is, and the heads of its columns.
pub(super) fn run_header(scenario: &Scenario, run: &Run, paper: &mut Paper) -> Result<(), Failed> {
    paper.heading(&format!("Run {} · {}", run.name, text(scenario, &run.title)?))?;
    for note in &run.notes {
        paper.line(&text(scenario, note)?)?;
    }
    paper.line("")?;
    paper.heads(&scenario.chairs[0].post, &scenario.chairs[1].post)
}

/// What a run came to.
pub(super) fn run_footer(scenario: &Scenario, run: &RunSummary, paper: &mut Paper) -> Result<(), Failed> {
    paper.line("")?;
    for notice in &run.notices {
        let lead = &notice.lead_s;
        let range = match (lead.received, lead.received_most) {
            (Some(least), Some(most)) if least != most => format!("{least}–{most} s"),
            (least, _) => seconds(least),
        };
        let floor = notice.floor_s.map_or_else(
            || "no floor agreed".to_owned(),
            |floor| format!("{floor} s agreed"),
        );
        let late = if notice.late { ", LATE" } else { "" };
        paper.marked(
            "notice   ",
            &format!(
                "by {}: lead at received {range}, at opened {}, at read back {} ({floor}{late}); place {}",
                notice.by,
                seconds(lead.opened),
                seconds(lead.read_back),
                notice.place.to_uppercase().replace('_', " ")
            ),
        )?;
    }
    finding(scenario, run, paper)?;
    for claim in &run.unmet {
        paper.marked("CLAIM    ", claim)?;
    }
    Ok(())
}

/// What no run can show, the outcome, and what the logs prove.
pub(super) fn footer(scenario: &Scenario, summary: &Summary, paper: &mut Paper) -> Result<(), Failed> {
    paper.heading("What these runs cannot show")?;
    listed(scenario, &scenario.cannot_show, paper)?;
    paper.line("")?;
    paper.line(&text(scenario, &scenario.conclusion)?)?;
    paper.line("")?;
    let (acts, contradictions) = (summary.acts, summary.contradictions);
    let intact = if summary.log_intact {
        "log intact on both sides"
    } else {
        "LOG NOT INTACT"
    };
    paper.line(&format!(
        "{intact}: {acts} acts, {contradictions} contradictions. This proves who stated what when, not that it was true."
    ))
}

fn finding(scenario: &Scenario, run: &RunSummary, paper: &mut Paper) -> Result<(), Failed> {
    let Some(found) = &run.finding else {
        return paper.marked(
            "finding  ",
            "no node said anything that nobody is recorded as having said",
        );
    };
    let until = text(scenario, &format!("{{at {}}}", found.until))?;
    let at = found
        .at
        .split_once('T')
        .map_or(found.at.as_str(), |(_, time)| time);
    let remained = span(found.remaining_s.saturating_mul(1_000_000));
    let (party, desk, said) = (&found.party, &found.desk, &found.said);
    let sentence = format!(
        "first said by a node, recorded as said by nobody: {at}, to desk {desk} of {party}: “{said}”. {remained} \
         remained until {until}."
    );
    paper.marked("finding  ", &sentence)
}

fn listed(scenario: &Scenario, items: &[String], paper: &mut Paper) -> Result<(), Failed> {
    for item in items {
        paper.marked("  · ", &text(scenario, item)?)?;
    }
    Ok(())
}

fn seconds(lead_s: Option<i64>) -> String {
    lead_s.map_or_else(|| "never".to_owned(), |lead_s| format!("{lead_s} s"))
}

fn text(scenario: &Scenario, template: &str) -> Result<String, Failed> {
    scenario.text(template).map_err(Failed::usage)
}
