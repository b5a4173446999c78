//! Inputs become facts. Nothing here changes the mind; see [`crate::apply`] for that.

mod answer;
mod case;
mod clock;
mod command;
mod content;
mod found;
mod give;
mod heard;
mod old;
mod own;
mod plant;
mod receipts;
mod shape;
mod talk;

use crate::ids::Fresh;
use crate::input::Input;
use crate::mind::Mind;
use crate::outcome::Decision;
use crate::refusal::Refusal;
use crate::time::Now;
use case::Case;

/// What follows from an input. Only commands are refused.
pub(crate) fn decide(
    mind: &Mind,
    now: Now,
    input: &Input,
    fresh: &mut dyn Fresh,
) -> Result<Decision, Refusal> {
    let mut case = Case::new(mind, now, fresh);
    match input {
        Input::Command { officer, command } => case.command(officer, command)?,
        Input::Heard { line, .. } | Input::Restored { line, .. } if !mind.lines.contains_key(line) => {}
        Input::Heard { .. } => case.heard(input),
        Input::Restored { .. } => case.restored(input),
        Input::Proven { line, epoch, seq } => case.proven(line, *epoch, *seq),
        Input::Sealed {
            line,
            epoch,
            seq,
            act_ref,
            at_us,
        } => case.sealed(line, (*epoch, *seq), *act_ref, *at_us),
        Input::Receipted { line, epoch, entries } => case.receipted(line, *epoch, entries),
        Input::Received { line, epoch, entries } => case.received(line, *epoch, entries),
        Input::Line { line, state } => case.line_state(line, state),
        Input::Trouble(trouble) => case.trouble(trouble),
        Input::TroubleOver(key) => case.trouble_over(key),
        Input::Tick => case.tick(),
    }
    Ok(case.done())
}
