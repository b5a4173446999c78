//! `detente demo`: a scenario played on real nodes of this program, on loopback, and told in
//! two columns. Every figure that is told comes from a node or from the geometry.

mod chair;
mod paper;
mod play;
mod record;
pub mod room;
pub mod scenario;
mod seen;
mod stage;
mod stop;
mod story;
mod summary;

pub use paper::{DEFAULT_SPEED, Speed};
pub use scenario::Scenario;

use crate::failed::Failed;
use paper::Paper;
use play::Player;
use std::path::Path;
use std::sync::atomic::Ordering;
use stop::Stop;
use summary::{RunSummary, Summary};

/// Plays all runs of a scenario; leaves summary and evidence in `out`, if one is named.
///
/// # Errors
/// A step that a node refuses, a log that does not verify, an assertion that is not met.
pub fn demo(scenario: &Scenario, out: Option<&Path>, speed: Speed) -> Result<(), Failed> {
    let stop = Stop::listen(speed != Speed::Max);
    let wanted = stop.flag();
    let told = told(scenario, out, &mut Paper::new(speed, &stop));
    drop(stop);
    match told {
        Err(_) if wanted.load(Ordering::SeqCst) => {
            println!("\r\x1b[2Kended; both nodes are stopped and nothing is left of them");
            Ok(())
        }
        told => told,
    }
}

fn told(scenario: &Scenario, out: Option<&Path>, paper: &mut Paper) -> Result<(), Failed> {
    story::header(scenario, paper)?;
    let mut runs = Vec::new();
    for run in &scenario.runs {
        story::run_header(scenario, run, paper)?;
        let mut player = Player::new(scenario, run)?;
        player.play(paper)?;
        let record = player.finish()?;
        let summary = RunSummary::of(scenario, run, record)?;
        story::run_footer(scenario, &summary, paper)?;
        runs.push(summary);
    }
    let summary = Summary::of(scenario, runs);
    story::footer(scenario, &summary, paper)?;
    if let Some(out) = out {
        summary.leave(scenario, out)?;
        paper.line(&format!(
            "Evidence left in {}: summary.json, bundle, and both ends' bundles of each run.",
            out.display()
        ))?;
    }
    summary.check()
}
