//! What a mind shows: plain data, made when asked for. Receipts and answers stand in
//! separate fields, and nothing is called safe.

mod alarms;
mod lines;
mod notices;
mod own;

pub use crate::line::{
    AnswerMade, Closed, Counts, EpochBook, HazardBook, Link, MessageBook, NoticeState, ReadBackMade,
    ReceiptMade, Signed, Stamp, StopAnswered, StopBook, ToldTo, Version, VoiceBook,
};
pub use crate::mind::{FoundBook, Handover, OperationState, Row};
pub use alarms::{AlarmView, AlarmsView};
pub use lines::{LineView, MessageView, StatisticsView, StopView, TermsView, VoiceView};
pub use notices::{HazardState, HazardStateAt, HazardView, NoticeFilter, NoticeView, PlaceShown, WaitsFor};
pub use own::{FoundView, OperationView, PeopleView, TrackView, ZoneView};
