//! The three sentences of each kind of alarm. They say what is known and what to do; they
//! blame nobody.

use super::AlarmKind;
use crate::input::Trouble;
use crate::lead::seconds;
use crate::outcome::{metres, place};

impl AlarmKind {
    /// Why it was raised.
    pub fn cause(&self) -> String {
        use AlarmKind as K;
        match self {
            K::Exposure => "own or protected people are in or near a notified danger".into(),
            K::ZoneBroken => "a notified volume is closer to your zone than the zone allows".into(),
            K::Conflict => "a notified volume is closer to your operation than required".into(),
            K::PositionUnknown { name, .. } => {
                format!("the position of “{name}” was not renewed: where it is is UNKNOWN")
            }
            K::PeopleUnknown { name, .. } => {
                format!("the stated time of “{name}” is over: whether they are there is UNKNOWN")
            }
            K::NotCompared { unchecked, faults } => {
                format!("{unchecked} pairs and {faults} parts were not compared: UNKNOWN")
            }
            K::Late { lead_us, floor_us } => {
                format!(
                    "LATE: lead {} s at received, {} s agreed",
                    seconds(*lead_us),
                    seconds(*floor_us)
                )
            }
            K::Blanket { km2_h, limit_km2_h } => {
                format!("BLANKET: {km2_h} km²·h notified, {limit_km2_h} agreed at most")
            }
            K::WordsOnly => "a notice came in words only: its place is UNKNOWN".into(),
            K::PlaceContradicts { said, distance_mm } => {
                format!(
                    "words and volumes CONTRADICT: {} is {} from them",
                    place(said),
                    metres(*distance_mm)
                )
            }
            K::ReadBackDiffers { words } => format!("the read-back differs from what was stated: “{words}”"),
            K::NotUnderstood { kind, why } => {
                format!("NOT UNDERSTOOD: an entry “{kind}” of the peer ({why})")
            }
            K::PeerDidNotUnderstand { why } => format!("the peer's node did not understand an entry ({why})"),
            _ => self.cause_of_waiting(),
        }
    }

    /// What follows if nobody responds.
    pub fn consequence(&self) -> String {
        use AlarmKind as K;
        let text = match self {
            K::Exposure => "people may be harmed",
            K::ZoneBroken => "what the zone protects may be harmed or provoked",
            K::Conflict => "two operations may meet",
            K::PositionUnknown { .. } | K::PeopleUnknown { .. } => {
                "people may be in a notified area and nobody here knows"
            }
            K::NotCompared { .. } => "a conflict may stand that nobody was told of",
            K::Late { .. } => "less time to turn traffic away than agreed",
            K::Blanket { .. } => "the notice tells little about where the danger is",
            K::WordsOnly | K::PlaceContradicts { .. } => "your machine cannot tell who is exposed",
            K::ReadBackDiffers { .. } => "the two desks may have different places in mind",
            K::NotUnderstood { .. } | K::PeerDidNotUnderstand { .. } => {
                "one side lacks what the other stated"
            }
            K::NotReceived => "the peer may not know",
            K::NotOpenedHere => "nobody here has looked at it",
            K::NotOpenedByPeer => "nobody there is known to have looked at it",
            K::StopHeard { .. } | K::StopUnanswered { .. } => "people may be harmed while it goes on",
            K::StandbyOutstanding { .. } => "the other desk waits",
            K::HazardHeard => "traffic nearby may be in danger",
            K::HazardExpired | K::HazardSaidOver => {
                "for your traffic it is UNKNOWN until your desk closes it"
            }
            K::Objection { .. } | K::PeerUnable { .. } => "the peer does not accept what was stated",
            K::ProblemReported { .. } => "a protected movement may be in danger",
            K::Proceeding { .. } => "what you objected to takes place",
            K::NoConflictLapsed => "the peer still has an answer that no longer says what you know",
            K::Distress { .. } => "life is at risk",
            K::MessageWaiting { .. } => "the other desk waits",
            K::VoiceDisputed { .. } => "the two logs differ about a call",
            K::LineRed { .. } => "nothing passes; the peer's state is UNKNOWN",
            K::LineStalled { .. } => "what comes is shown UNPROVEN and is not countersigned",
            K::EpochOpened { .. } => "only safety traffic passes",
            K::KeyWordsDiffer => "another party may stand in between",
            K::Trouble(trouble) => trouble_consequence(trouble),
            K::Flood { .. } => "single alarms are easily missed",
        };
        text.to_owned()
    }

    /// What to do.
    pub fn response(&self) -> String {
        use AlarmKind as K;
        let text = match self {
            K::Exposure => "order traffic and people away or to hold; tell the peer; stop it if need be",
            K::ZoneBroken => "object, propose another place or time, or accept and say so",
            K::Conflict => "move your own, or object and propose another place or time",
            K::PositionUnknown { .. } => "ask for its position and declare it, or drop it when it is down",
            K::PeopleUnknown { .. } => "ask whether they are there; file them anew, or remove them",
            K::NotCompared { .. } => "compare by hand; ask the peer for smaller or valid volumes",
            K::Late { .. } => "look at exposure first; take it up at the next review",
            K::Blanket { .. } => "ask for smaller volumes and shorter times",
            K::WordsOnly => "ask for coordinates",
            K::PlaceContradicts { .. } => "ask the peer which of the two is meant",
            K::ReadBackDiffers { .. } => "call the other desk and read it again",
            K::NotUnderstood { .. } => "call the peer's desk and have it said again",
            K::PeerDidNotUnderstand { .. } => "say it by voice; state it again in another form",
            K::NotReceived | K::NotOpenedByPeer => "call the peer's desk by voice",
            K::NotOpenedHere => "open it",
            K::StopHeard { .. } => "stop or pause at that place and answer",
            K::StopUnanswered { ours_to_give: true } => "answer now",
            K::StopUnanswered { ours_to_give: false } => "call every desk of the peer by voice",
            K::StandbyOutstanding { ours_to_give: true } => "give the answer",
            K::StandbyOutstanding { ours_to_give: false } => "ask the peer for its answer",
            K::HazardHeard => "tell your traffic",
            K::HazardExpired | K::HazardSaidOver => "close it when your own desk knows it is over",
            K::Objection { .. } => "amend, withdraw, or have the commander decide to proceed",
            K::PeerUnable { .. } => "ask why; amend or withdraw if need be",
            K::ProblemReported { .. } => "change route or time, or ask for another one",
            K::Proceeding { .. } => "move your own; use the line and voice",
            K::NoConflictLapsed => "answer anew",
            K::Distress { .. } => "help and answer",
            K::MessageWaiting { .. } => "answer",
            K::VoiceDisputed { .. } => "compare tapes; state it again in writing",
            K::LineRed { .. } => "use voice; check the connection",
            K::LineStalled { .. } => "use voice; have the line repaired at both ends",
            K::EpochOpened { .. } => "have the commander look at the reason and sign",
            K::KeyWordsDiffer => "end the joining and begin it anew over a known voice channel",
            K::Trouble(trouble) => trouble_response(trouble),
            K::Flood { .. } => "act on the first; take more desks on watch",
        };
        text.to_owned()
    }

    fn cause_of_waiting(&self) -> String {
        use AlarmKind as K;
        match self {
            K::NotReceived => "no RECEIVED from the peer's node in the agreed time".into(),
            K::NotOpenedHere => "no desk here opened it in the agreed time".into(),
            K::NotOpenedByPeer => "RECEIVED, opened by nobody at the peer in the agreed time".into(),
            K::StopHeard { pause: false } => "CEASE from the peer".into(),
            K::StopHeard { pause: true } => "CHECK FIRE from the peer".into(),
            K::StopUnanswered { ours_to_give: true } => "the peer's stop has no answer from here".into(),
            K::StopUnanswered { ours_to_give: false } => "your stop has no answer from the peer".into(),
            K::StandbyOutstanding { ours_to_give: true } => "STANDBY was answered and nothing since".into(),
            K::StandbyOutstanding { ours_to_give: false } => {
                "the peer answered STANDBY and nothing since".into()
            }
            K::HazardHeard => "the peer warns of a danger".into(),
            K::HazardExpired => "the stated time of a hazard is over: it is UNKNOWN now".into(),
            K::HazardSaidOver => "the peer says that its hazard is over".into(),
            K::Objection { words } => format!("the peer OBJECTS: “{words}”"),
            K::PeerUnable { words } => format!("the peer is UNABLE to answer: “{words}”"),
            K::ProblemReported { words } => format!("the peer reports a PROBLEM: “{words}”"),
            K::Proceeding { words } => format!("the peer is proceeding over your objection: “{words}”"),
            K::NoConflictLapsed => "your picture changed after you answered NO CONFLICT KNOWN".into(),
            K::Distress { text } => format!("DISTRESS from the peer: “{text}”"),
            K::MessageWaiting { text } => format!("a message of the peer waits for an answer: “{text}”"),
            K::VoiceDisputed { words } => format!("the peer disputes your account of a call: “{words}”"),
            _ => self.cause_of_plant(),
        }
    }

    fn cause_of_plant(&self) -> String {
        use AlarmKind as K;
        match self {
            K::LineRed { open_items } => format!("the line does not answer; {open_items} items are open"),
            K::LineStalled { why } => format!("the line is STALLED: {why}"),
            K::EpochOpened { epoch, why } => format!("epoch {epoch} was opened: {why}"),
            K::KeyWordsDiffer => "the two officers confirmed different words".into(),
            K::Flood { not_listed } => {
                format!("more alarms than can be listed; {not_listed} were only counted")
            }
            K::Trouble(trouble) => trouble_cause(trouble),
            _ => String::new(),
        }
    }
}

fn trouble_cause(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Contradiction { text, .. } => {
            format!(
                "two signed statements of one log cannot both hold ({text}); possible causes: restored backup, copied node, forgery"
            )
        }
        Trouble::RestoredFromPeer { count, .. } => format!("{count} own acts were taken back from the peer"),
        Trouble::ClockJump { by_us } => format!("this node's clock jumped by {} ms", by_us / 1_000),
        Trouble::ClockDisputed { by_us, .. } => {
            format!(
                "CLOCK DISPUTED: the peer's instants lie {} ms outside what can be bounded",
                by_us / 1_000
            )
        }
        Trouble::ClockUnsynchronised => "this node's clock is not synchronised".into(),
        Trouble::HookFailed { hook, why } => format!("alarms did not reach {hook}: {why}"),
        Trouble::DiskReserve => "disk space is below the reserve".into(),
        Trouble::DiskFull => "no disk space is left".into(),
        Trouble::QueueFull { queue } => format!("the queue “{queue}” is full"),
        Trouble::BadFrames { why, .. } => format!("what came on the line was no frame: {why}"),
        Trouble::TwoConnections { .. } => "two connections claim to be the peer".into(),
    }
}

fn trouble_consequence(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Contradiction { .. } => "the log of one side cannot be relied on as it stands",
        Trouble::RestoredFromPeer { .. } => "what happened since the backup may be missing here",
        Trouble::ClockJump { .. } | Trouble::ClockDisputed { .. } | Trouble::ClockUnsynchronised => {
            "lead times and starts may be wrong"
        }
        Trouble::HookFailed { .. } => "people who rely on it are not called",
        Trouble::DiskReserve => "planning is refused; safety traffic still passes",
        Trouble::DiskFull => "nothing of the peers is stored or countersigned",
        Trouble::QueueFull { .. } => "requests are refused",
        Trouble::BadFrames { .. } => "the connection is closed and made anew",
        Trouble::TwoConnections { .. } => "a copied node may be running",
    }
}

fn trouble_response(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Contradiction { .. } => "keep the evidence; use voice; have both commanders look at it",
        Trouble::RestoredFromPeer { .. } => "compare plans, zones and people with your own records",
        Trouble::ClockJump { .. } => "check the time source; look at open items again",
        Trouble::ClockDisputed { .. } => "compare clocks by voice",
        Trouble::ClockUnsynchronised => "repair the time source",
        Trouble::HookFailed { .. } => "call them by other means; repair the hook",
        Trouble::DiskReserve | Trouble::DiskFull => "free space on the node's disk",
        Trouble::QueueFull { .. } => "find out what floods it",
        Trouble::BadFrames { .. } => "compare versions with the peer",
        Trouble::TwoConnections { .. } => "find out with the peer which node is the right one",
    }
}
