//! Two minds, one line: what the officers of both sides live through.

mod alarms;
mod disclosure;
mod drills;
mod harness;
mod hazards;
mod il20;
mod life;
mod limits;
mod notices;
mod oddities;
mod old;
mod receipts;
mod replay;
mod restores;
mod roles;
mod stops;
