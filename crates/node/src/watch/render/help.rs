//! What the keys do and what the words mean.

use super::text::{fit, plain, strong};
use ratatui::text::Line;

/// The help, cut to the screen.
pub(super) fn lines(width: usize, room: usize) -> Vec<Line<'static>> {
    let mut lines = vec![strong("KEYS AND WORDS · any key goes back")];
    lines.extend(TEXT.lines().map(|text| plain(fit(text, width))));
    lines.truncate(room);
    lines
}

const TEXT: &str = "\
arrows choose · PgUp PgDn scroll · Tab or Enter whole detail · a list all
o   open the notice: the peer is told OPENED. No list and no pane does that.
r   read back place, time and check words · t told: who of ours knows
n c x s u  answer: NOTED, NO CONFLICT KNOWN (no permission), OBJECT,
    STANDBY, UNABLE. To a CEASE: s stopping, u unable, x not ours.
k   acknowledge the alarm · h close the hazard for own traffic
C C CEASE at the selected place · C 1 CEASE on all of line 1
F F CHECK FIRE, the same · in a form: Ctrl-X, Ctrl-F
m   message (! urgent, !! distress) · v voice log (-5m: five minutes ago)
H   hand over the watch: the list, then your words
RECEIVED: the peer's node has it on disk. OPENED: a desk opened it.
READ BACK: a desk said place and time again. None stands for another.
Silence is no answer. What nobody stated is UNKNOWN.
!!! HIGH under 2 min or life · !! MED under 10 min · ! LOW · - open item";
