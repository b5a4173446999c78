//! Reads pictures off a node and makes requests of it.

use super::deed::Deed;
use super::picture::{Books, Picture, Pulse};
use super::state::{Came, Outcome};
use crate::client::{Client, Fault, part};
use crate::http::show::Done;
use crate::http::show::alarms::Alarms;
use crate::http::show::lines::{LineShown, Lines, Messages, Stops, Voice};
use crate::http::show::notices::{Hazards, Notices};
use crate::http::show::own::{Found, NodeShown};

/// Reads what changes by itself. The node's own word on the time comes first, so that the
/// picture never claims to be younger than it is.
pub(super) fn pulse(client: &Client) -> Result<Pulse, Fault> {
    let node: NodeShown = client.get("/v1/node")?;
    let lines: Lines = client.get("/v1/lines")?;
    let alarms: Alarms = client.get("/v1/alarms")?;
    Ok(Pulse {
        node,
        lines: lines.lines,
        alarms,
    })
}

/// Reads what changes by acts.
pub(super) fn books(client: &Client, lines: &[LineShown]) -> Result<Books, Fault> {
    let notices: Notices = client.get("/v1/notices?open=live")?;
    let hazards: Hazards = client.get("/v1/hazards")?;
    let stops: Stops = client.get("/v1/stops")?;
    let exposure: Found = client.get("/v1/exposure")?;
    let conflicts: Found = client.get("/v1/conflicts")?;
    let mut books = Books {
        notices: notices.notices,
        hazards: hazards.hazards,
        stops: stops.stops,
        found: [exposure.rows, conflicts.rows].concat(),
        ..Books::default()
    };
    for line in lines {
        let at = format!("/v1/lines/{}", part(&line.line));
        let messages: Messages = client.get(&format!("{at}/messages"))?;
        let voice: Voice = client.get(&format!("{at}/voice"))?;
        books.messages.extend(
            messages
                .messages
                .into_iter()
                .map(|message| (line.line.clone(), message)),
        );
        books
            .voice
            .extend(voice.accounts.into_iter().map(|voice| (line.line.clone(), voice)));
    }
    Ok(books)
}

/// A whole picture; the slow part anew only when `known` is none.
pub(super) fn picture(client: &Client, known: Option<Books>) -> Result<Picture, Fault> {
    let pulse = pulse(client)?;
    let books = match known {
        Some(books) => books,
        None => books(client, &pulse.lines)?,
    };
    Ok(Picture { pulse, books })
}

/// Makes a request.
pub(super) fn make(client: &Client, deed: Deed) -> Outcome {
    let came = match client.post::<Done>(&deed.path, &deed.body) {
        Ok(done) => Came::Done(done.notes.into_iter().map(|note| note.text).collect()),
        Err(fault) => match fault.to_confirm() {
            Some(problem) if problem.notes.is_empty() => Came::Asks(vec![problem.detail.clone()]),
            Some(problem) => Came::Asks(problem.notes.iter().map(|note| note.text.clone()).collect()),
            None => Came::Not(fault.to_string()),
        },
    };
    Outcome { deed, came }
}
