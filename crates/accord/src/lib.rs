//! The mind of a node: operations, notices, answers, alarms; decide and apply.
