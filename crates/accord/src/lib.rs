//! The mind of a node: operations, notices, answers, alarms; decide and apply.

pub mod act;
pub mod command;
pub mod ids;
pub mod terms;
pub mod time;
