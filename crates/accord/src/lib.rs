//! The mind of a node: operations, notices, answers, hazards, alarms.
//!
//! [`Mind::decide`] looks at an input and says what follows, as [`Event`]s, or refuses with
//! a [`Refusal`]. [`Mind::apply`] takes events and never refuses. The state is a function of
//! the events alone, so a journal of events replays to the same mind on any machine, also
//! under newer rules. Nothing here reads a clock, draws a random number or does I/O:
//! instants come as [`time::Now`], ids from [`ids::Fresh`].
//!
//! What always holds:
//! - received, opened, read back and answered are separate facts and stay separate;
//! - a hazard ends for this party's traffic only by this party's own desk;
//! - nothing is stated on a line but by a desk's command, except NOT UNDERSTOOD;
//! - what is stated on a line is a function of that line's own inputs;
//! - no word here calls anything safe.

pub mod act;
pub mod alarm;
mod apply;
pub mod check_words;
pub mod command;
mod decide;
pub mod disclose;
pub mod event;
pub mod findings;
pub mod ids;
pub mod input;
pub mod lead;
pub mod limits;
mod line;
mod mind;
pub mod outcome;
mod pairs;
pub mod picture;
pub mod refusal;
pub mod separation;
pub mod terms;
pub mod time;
mod timers;
mod traffic;
pub mod view;
pub mod words;

pub use act::Act;
pub use alarm::Alarm;
pub use command::Command;
pub use event::Event;
pub use input::{Input, LineState, Trouble, TroubleKey};
pub use mind::Mind;
pub use outcome::{Decision, Note, Outcome};
pub use refusal::Refusal;
