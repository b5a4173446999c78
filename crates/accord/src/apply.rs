//! Facts become state. Total: a fact that does not fit what is known changes nothing, so
//! that old journals replay under newer rules.

mod acts;
mod alarms;
mod books;
mod logs;

use crate::event::Event;
use crate::mind::Mind;
use crate::time::Now;

/// Takes a fact.
pub(crate) fn apply(mind: &mut Mind, now: Now, event: &Event) {
    match event {
        Event::Booted => {
            mind.boot = Some(now.boot);
            mind.timers.reboot();
        }
        Event::Clocks { set, clear } => {
            // A clock that is stopped and started by one input runs afterwards.
            clear.iter().for_each(|timer| mind.timers.stop(timer));
            set.iter()
                .for_each(|(timer, when)| mind.timers.start(timer.clone(), *when));
        }
        Event::Act { .. }
        | Event::Restored { .. }
        | Event::RestoredAgain { .. }
        | Event::Heard { .. }
        | Event::HeardAgain { .. } => {
            logs::stated(mind, event);
        }
        Event::Sealed { .. } | Event::Proven { .. } | Event::Receipted { .. } | Event::Received { .. } => {
            logs::placed(mind, event);
        }
        Event::Lead { .. } | Event::Blanket { .. } | Event::PossibleProbing { .. } => {
            logs::measured(mind, event)
        }
        Event::Line { line, state } => logs::line_state(mind, now, line, state),
        Event::AlarmRaised { .. }
        | Event::AlarmAgain { .. }
        | Event::AlarmReturned { .. }
        | Event::AlarmAcked { .. }
        | Event::AlarmShelved { .. }
        | Event::AlarmUnshelved { .. }
        | Event::AlarmEscalated { .. }
        | Event::AlarmCounted { .. } => alarms::alarm(mind, now, event),
        // The alarm that stands beside each of these is the state.
        Event::Trouble(_) | Event::TroubleOver(_) | Event::HeardUnreadable { .. } => {}
        _ => books::book(mind, now, event),
    }
}
