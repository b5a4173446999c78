//! A node that replays a scenario can never look real.
//!
//! What always holds:
//! - its clocks follow the scenario, and it says so on its first line;
//! - its folder carries a mark: it never runs on real time, and no real node ever runs on
//!   a scenario's;
//! - everything a desk plans, files, warns of, says, calls or stops is a drill, whatever the
//!   desk asked for; what it states about the line itself holds for all traffic and is none;
//! - it ends when the one who plays the scenario does.

use crate::clock::Hands;
use crate::core::{Core, Failure};
use crate::dir::{NodeDir, write_private};
use crate::failed::Failed;
pub use crate::limits::MAX_STEP_US;
use accord::command::Command;
use engine::limits::{AMBER_US, BEAT_US};
use engine::session::Light;
use std::io::BufRead;
use std::time::{Duration, Instant};

/// Time given to a line to be heard of after a step; then the step is reported all the same.
const HEAR_WAIT: Duration = Duration::from_secs(5);

/// Pause between two looks.
const LOOK_AGAIN: Duration = Duration::from_micros(400);

const _: () = assert!(MAX_STEP_US > BEAT_US, "each step makes a beat due");
const _: () = assert!(2 * MAX_STEP_US < AMBER_US, "a line that lives never looks silent");

/// Keeps reconstructions and real nodes apart by a mark in the folder. `fresh` says that
/// nothing was ever journaled there.
///
/// # Errors
/// A real node on a scenario's clock, or a reconstruction on the machine's.
pub fn check(dir: &NodeDir, scenario: bool, fresh: bool) -> Result<(), Failed> {
    let mark = dir.root().join("RECONSTRUCTION");
    let marked = mark.exists();
    match (scenario, marked) {
        (true, false) if fresh => {
            write_private(&mark, b"This node replays a scenario. Nothing in it is real.\n")
        }
        (true, false) => Err(Failed::refused(format_args!(
            "{} holds a node that has run on real time; it is never run on a scenario's clock. Set up another one: \
             detente init DIR --party NAME",
            dir.root().display()
        ))),
        (false, true) => Err(Failed::refused(format_args!(
            "{} holds a reconstruction; it is never run on real time. Play it again: detente demo SCENARIO",
            dir.root().display()
        ))),
        (true, true) | (false, false) => Ok(()),
    }
}

/// The command as a drill, where it can be one.
pub fn as_drill(mut command: Command) -> Command {
    match &mut command {
        Command::Plan(draft) | Command::Replan { draft, .. } => draft.drill = true,
        Command::Cease { drill, .. }
        | Command::CheckFire { drill, .. }
        | Command::Say { drill, .. }
        | Command::LogVoice { drill, .. }
        | Command::WarnHazard { drill, .. }
        | Command::AddZone { drill, .. }
        | Command::AddPeople { drill, .. }
        | Command::DeclarePosition { drill, .. } => *drill = true,
        _ => {}
    }
    command
}

/// Reads instants (µs) from standard input, one a line, moves the clocks there, and answers
/// each with `at INSTANT` once the node has taken its turn and heard its peers. At the end
/// of the input the node stops.
pub fn obey(core: Core, hands: Hands, runtime: tokio::runtime::Handle) {
    for line in std::io::stdin().lock().lines() {
        let Ok(Ok(at_us)) = line.map(|line| line.trim().parse::<i64>()) else {
            break;
        };
        let now_us = hands.forward_to(at_us);
        if runtime.block_on(settled(&core)).is_err() {
            break;
        }
        println!("at {now_us}");
    }
    core.stop();
}

/// Waits until every line that is up was heard of within the last step.
async fn settled(core: &Core) -> Result<(), Failure> {
    let begun = Instant::now();
    loop {
        let heard = core.query(|engine, now| {
            let up = engine
                .line_views(now)
                .into_iter()
                .filter(|line| line.light == Light::Up);
            up.filter_map(|line| line.silent_us)
                .all(|silent_us| silent_us <= MAX_STEP_US)
        });
        if heard.await? || begun.elapsed() > HEAR_WAIT {
            return Ok(());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord::ids::LineId;

    #[test]
    fn what_a_desk_states_in_a_reconstruction_is_a_drill() {
        let voice = Command::LogVoice {
            line: LineId::from("north"),
            heard_at_us: 0,
            words: "words".to_owned(),
            tape_sha256: None,
            drill: false,
        };
        assert!(matches!(as_drill(voice), Command::LogVoice { drill: true, .. }));
    }

    #[test]
    fn a_real_node_never_runs_on_a_scenarios_clock_nor_the_reverse() {
        let folder = tempfile::tempdir().unwrap();
        let dir = NodeDir::at(folder.path());
        assert!(check(&dir, true, false).is_err(), "it has run on real time");
        check(&dir, false, true).unwrap();
        check(&dir, true, true).unwrap();
        check(&dir, true, false).unwrap();
        assert!(check(&dir, false, false).is_err(), "it is marked now");
    }
}
