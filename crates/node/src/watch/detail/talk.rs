//! Stops, messages and accounts of calls in full.

use super::{Told, Tone};
use crate::figures::write::{clock, instant, place, span};
use crate::http::show::lines::StopShown;
use crate::table::plain;
use crate::watch::item::Item;
use crate::watch::picture::Picture;
use crate::watch::queue::stop_name;
use crate::watch::tell::{quoted, shout};

/// CEASE or CHECK FIRE.
pub(super) fn stop_lines(picture: &Picture, item: &Item, now_us: i64, told: &mut Vec<Told>) {
    let Some(stop) = picture.stop(item) else { return };
    let who = if item.of_peer {
        plain(picture.peer(&item.line))
    } else {
        "us".to_owned()
    };
    let drill = if stop.drill { "DRILL · " } else { "" };
    let name = stop_name(stop.pause);
    told.push((
        Tone::Strong,
        format!(
            "{drill}{name} by {who}, desk {}, on {}",
            plain(&stop.desk),
            plain(&item.line)
        ),
    ));
    let at = stop
        .place
        .at
        .map_or_else(|| "UNKNOWN: words only".to_owned(), place);
    told.push((
        Tone::Strong,
        format!("PLACE        {at} · {}", quoted(&stop.place.words)),
    ));
    let ago = span(now_us - stop.at_us);
    told.push((
        Tone::Plain,
        format!(
            "STATED       {} ({ago} ago) · {}",
            clock(stop.at_us),
            received(stop.received_at_us)
        ),
    ));
    answers(stop, told);
    if item.of_peer && stop.answers.is_empty() {
        let keys = "Stop or pause at that place, then: s UNDERSTOOD-STOPPING · u UNABLE · x NOT OURS";
        told.push((Tone::Strong, keys.to_owned()));
    }
}

/// A message.
pub(super) fn message_lines(picture: &Picture, item: &Item, now_us: i64, told: &mut Vec<Told>) {
    let Some(message) = picture.message(item) else {
        return;
    };
    let who = if item.of_peer {
        plain(picture.peer(&item.line))
    } else {
        "us".to_owned()
    };
    let drill = if message.drill { "DRILL · " } else { "" };
    let urgency = shout(&message.urgency);
    told.push((
        Tone::Strong,
        format!(
            "{drill}MESSAGE ({urgency}) by {who}, desk {}, on {}",
            plain(&message.desk),
            plain(&item.line)
        ),
    ));
    told.push((
        Tone::Plain,
        format!("TEXT         {} (free text: unverified)", quoted(&message.text)),
    ));
    let ago = span(now_us - message.at_us);
    told.push((
        Tone::Plain,
        format!(
            "STATED       {} ({ago} ago) · {}",
            clock(message.at_us),
            received(message.received_at_us)
        ),
    ));
    let answered = if message.answered_by.is_empty() {
        "none. Silence is no answer."
    } else {
        "answered"
    };
    told.push((
        Tone::Plain,
        format!("ANSWER       {answered} · expects {}", plain(&message.response)),
    ));
}

/// An account of a call.
pub(super) fn voice_lines(picture: &Picture, item: &Item, told: &mut Vec<Told>) {
    let Some(voice) = picture.voice(item) else { return };
    let who = if item.of_peer {
        plain(picture.peer(&item.line))
    } else {
        "us".to_owned()
    };
    let drill = if voice.drill { "DRILL · " } else { "" };
    told.push((
        Tone::Strong,
        format!(
            "{drill}CALL as {who} remember it, desk {}, on {}",
            plain(&voice.desk),
            plain(&item.line)
        ),
    ));
    told.push((
        Tone::Plain,
        format!(
            "HEARD        {} · {}",
            instant(voice.heard_at_us),
            quoted(&voice.words)
        ),
    ));
    let tape = voice
        .tape_sha256
        .as_deref()
        .map_or("no tape", |_| "a tape is on file with its author");
    told.push((
        Tone::Plain,
        format!(
            "STATED       {} · {tape} · {}",
            clock(voice.at_us),
            received(voice.received_at_us)
        ),
    ));
    let answer = voice
        .answer
        .as_deref()
        .map_or_else(|| "none. Silence is no answer.".to_owned(), shout);
    told.push((
        Tone::Plain,
        format!(
            "ANSWER       {answer} · {}",
            quoted(voice.answer_words.as_deref().unwrap_or_default())
        ),
    ));
}

fn answers(stop: &StopShown, told: &mut Vec<Told>) {
    if stop.answers.is_empty() {
        told.push((
            Tone::Strong,
            "ANSWER       none. Silence is no answer.".to_owned(),
        ));
    }
    for made in &stop.answers {
        let who = format!("{} by desk {}", clock(made.at_us), plain(&made.desk));
        told.push((
            Tone::Plain,
            format!(
                "ANSWER       {} · {who} · {}",
                shout(&made.answer),
                quoted(&made.words)
            ),
        ));
    }
}

fn received(at_us: Option<i64>) -> String {
    at_us.map_or_else(
        || "NOT RECEIVED".to_owned(),
        |at_us| format!("RECEIVED {}", clock(at_us)),
    )
}
