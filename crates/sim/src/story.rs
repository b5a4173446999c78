//! What happened, in words for whoever reads a run.

use accord::Event as MindEvent;
use engine::event::{Event, LineEvent};
use engine::frame::{Countersigned, Frame, Hello};
use engine::input::OpenRefused;
use ledger::header::Header;
use pool::answer::Bad;
use pool::{Answer, Call, Refused};
use std::fmt::Debug;

/// Longest line that is told of one fact, in characters.
const TOLD_CHARS: usize = 220;

/// A fact, when it is one that a reader looks for.
pub fn fact(event: &Event) -> Option<String> {
    match event {
        Event::Line { line, what } => line_fact(what).map(|what| format!("{line} {what}")),
        Event::Mind { mind } => mind_fact(mind),
        Event::Pool { pool } => pool_fact(pool),
        _ => None,
    }
}

fn line_fact(what: &LineEvent) -> Option<String> {
    Some(match what {
        LineEvent::Sealed { header, .. } => format!("sealed {}", entry(header)),
        LineEvent::TakenBack { header, .. } => format!("took back {}", entry(header)),
        LineEvent::Taken { header } => format!("took {}", entry(header)),
        LineEvent::Ahead { header, .. } => format!("took ahead {}", entry(header)),
        LineEvent::Held { size, .. } => format!("cosigned up to {size}"),
        LineEvent::CosignFloor { size, .. } => format!("had cosigned up to {size}"),
        LineEvent::Cosigned { size, .. } => format!("has the cosignature up to {size}"),
        LineEvent::Stalled { why } => format!("STALLED: {why}"),
        LineEvent::Resumed => "goes on".to_owned(),
        LineEvent::EpochOpened { epoch, why } => format!("opened epoch {epoch}: {why}"),
        LineEvent::EpochAccepted { own } => {
            format!("epoch signed by {}", if *own { "us" } else { "the peer" })
        }
        LineEvent::Contradiction { evidence } => cut(&format!("has evidence: {evidence}")),
        LineEvent::Queued { .. }
        | LineEvent::RestoredTold { .. }
        | LineEvent::ReceiptsAhead { .. }
        | LineEvent::Joined => return None,
    })
}

fn mind_fact(event: &MindEvent) -> Option<String> {
    Some(match event {
        MindEvent::Act { line, act, .. } => cut(&format!("{line} states {}", named(act))),
        MindEvent::Heard {
            line, act, proven, ..
        } => {
            let how = if *proven { "heard" } else { "heard UNPROVEN" };
            cut(&format!("{line} {how} {}", named(act)))
        }
        MindEvent::Restored { line, act, .. } => cut(&format!("{line} has again {}", named(act))),
        MindEvent::Received { line, entries, .. } => format!("{line} RECEIVED of {entries:?}"),
        MindEvent::HeardUnreadable { line, seq, .. } => format!("{line} NOT UNDERSTOOD: entry {seq}"),
        MindEvent::AlarmRaised { alarm } => cut(&format!("alarm {:?} {:?}", alarm.kind, alarm.subject)),
        _ => return None,
    })
}

fn pool_fact(event: &pool::Event) -> Option<String> {
    use pool::Event as Fact;
    Some(match event {
        Fact::IntentPut { intent: one } => format!(
            "open: {} has operational intent {} {:?} version {} OVN {}",
            one.manager.0, one.id, one.state, one.version, one.ovn
        ),
        Fact::ConstraintPut { constraint: one } => format!(
            "open: {} has constraint {} version {} OVN {}",
            one.manager.0, one.id, one.version, one.ovn
        ),
        Fact::SubscriptionPut { subscription: one } => {
            let kind = if one.implicit { "implicit" } else { "explicit" };
            format!("open: {} has {kind} subscription {}", one.manager.0, one.id)
        }
        Fact::IntentGone { id } => format!("open: operational intent {id} is gone"),
        Fact::ConstraintGone { id } => format!("open: constraint {id} is gone"),
        Fact::SubscriptionGone { id } => format!("open: subscription {id} is gone"),
        Fact::UssSet { uss, state } => format!("open: {uss} is {:?}", state.availability),
        Fact::Notified { subscriptions } => {
            return (!subscriptions.is_empty())
                .then(|| cut(&format!("open: to be notified {subscriptions:?}")));
        }
        Fact::AreaPut { area: one } => format!(
            "open: {} has identification service area {} version {}",
            one.owner.0, one.id, one.version
        ),
        Fact::AreaSubscriptionPut { subscription: one } => {
            format!("open: {} has subscription {} to such areas", one.owner.0, one.id)
        }
        Fact::AreaGone { id } => format!("open: identification service area {id} is gone"),
        Fact::AreaSubscriptionGone { id } => format!("open: subscription {id} to such areas is gone"),
        Fact::AreaSubscribersNotified { subscriptions } => {
            return (!subscriptions.is_empty())
                .then(|| cut(&format!("open: to be notified {subscriptions:?}")));
        }
        Fact::Reported { .. } | Fact::SuffixesForgotten { .. } => return None,
    })
}

/// What a client of the open service asks, in short.
pub fn call(call: &Call) -> String {
    let name = call.name();
    match call {
        Call::PutIntent(put) => cut(&format!(
            "{name} {} of {:?} to {:?} by {:?}, {} OVNs in the key, suffix {:?}",
            put.id,
            put.ovn,
            put.state,
            put.attach,
            put.key.len(),
            put.ovn_suffix
        )),
        Call::PutConstraint(put) => format!("{name} {} of {:?}", put.id, put.ovn),
        Call::PutSubscription(put) => format!("{name} {} of {:?}", put.id, put.version),
        Call::DeleteIntent { id, ovn } | Call::DeleteConstraint { id, ovn } => {
            format!("{name} {id} of {ovn}")
        }
        Call::PutArea(put) | Call::PutAreaSubscription(put) => {
            format!("{name} {} of {:?}", put.id, put.version)
        }
        Call::DeleteSubscription { id, version }
        | Call::DeleteArea { id, version }
        | Call::DeleteAreaSubscription { id, version } => format!("{name} {id} of {version}"),
        Call::GetIntent { id }
        | Call::GetConstraint { id }
        | Call::GetSubscription { id }
        | Call::GetArea { id }
        | Call::GetAreaSubscription { id } => {
            format!("{name} {id}")
        }
        Call::GetAvailability { uss } => format!("{name} {uss}"),
        Call::SetAvailability {
            uss, availability, ..
        } => format!("{name} {uss} {availability:?}"),
        Call::QueryIntents { .. }
        | Call::QueryConstraints { .. }
        | Call::QuerySubscriptions { .. }
        | Call::SearchAreas { .. }
        | Call::SearchAreaSubscriptions { .. }
        | Call::Report { .. } => name.to_owned(),
    }
}

/// Several at once.
pub fn calls(calls: &[Call]) -> String {
    match calls {
        [one] => call(one),
        [one, rest @ ..] => format!("{}, and {} more", call(one), rest.len()),
        [] => String::new(),
    }
}

/// What a client of the open service is told: all of it, since the digest of a run rests on it.
pub fn told(result: &Result<Answer, OpenRefused>) -> String {
    match result {
        Ok(answer) => format!("{answer:?}"),
        Err(refused) => format!("refused: {refused}"),
    }
}

/// What kind of thing that is, as runs count it.
pub fn kind(result: &Result<Answer, OpenRefused>) -> &'static str {
    match result {
        Ok(Answer::IntentChanged { .. }) => "open intent written",
        Ok(Answer::ConstraintChanged { .. }) => "open constraint written",
        Ok(Answer::SubscriptionPut { .. }) => "open subscription written",
        Ok(_) => "open look or other",
        Err(OpenRefused::DiskReserve) => "open refused: reserve",
        Err(OpenRefused::Pool(Refused::MissingKeys { .. })) => "open refused: key",
        Err(OpenRefused::Pool(Refused::Conflict(_))) => "open refused: conflict",
        Err(OpenRefused::Pool(Refused::Bad(Bad::SuffixUsed))) => "open refused: suffix used",
        Err(OpenRefused::Pool(Refused::Down(_))) => "open refused: down",
        Err(OpenRefused::Pool(Refused::NotFound(..))) => "open refused: not found",
        Err(OpenRefused::Pool(_)) => "open refused: other",
    }
}

/// A frame, in short.
pub fn frame(bytes: &[u8]) -> String {
    match Frame::parse(bytes) {
        Ok(Frame::Acts(acts)) => format!("ACTS epoch {} {}+{}", acts.epoch, acts.first, acts.entries.len()),
        Ok(Frame::Returned(back)) => format!(
            "RETURNED {} epoch {} {}+{}",
            back.side.letter(),
            back.epoch,
            back.first,
            back.entries.len()
        ),
        Ok(Frame::Hello(hello)) => hello_words(&hello),
        Ok(frame) => cut(&format!("{frame:?}")),
        Err(why) => cut(&format!("no frame: {why}")),
    }
}

fn hello_words(hello: &Hello) -> String {
    let size = |shown: &Option<Countersigned>| {
        let size = shown.as_ref().and_then(|shown| shown.note.lines().nth(1));
        size.unwrap_or("-").to_owned()
    };
    let closed = if hello.closed.is_some() { " closed" } else { "" };
    let (own, cosigned, held) = (size(&hello.own), size(&hello.own_cosigned), size(&hello.held));
    format!(
        "HELLO epoch {}{closed} own {own} cosigned {cosigned} held {held}",
        hello.epoch
    )
}

fn entry(header: &str) -> String {
    Header::parse(header.as_bytes()).map_or_else(
        |_| "an unreadable entry".to_owned(),
        |header| format!("{} {} (seen {})", header.seq, header.kind, header.seen.size),
    )
}

/// The name of a variant, and the first id in it.
fn named(act: &impl Debug) -> String {
    let words = format!("{act:?}");
    let end = words.find(['(', ' ', '{']).unwrap_or(words.len());
    let id = words
        .split_once("Id(\"")
        .and_then(|(_, rest)| rest.split_once('"'));
    format!("{} {}", &words[..end], id.map_or("", |(id, _)| id))
}

fn cut(words: &str) -> String {
    words.chars().take(TOLD_CHARS).collect()
}
