//! Lines, agreements, talk, figures.

use super::{Counts, EpochBook, Link, MessageBook, Signed, StopBook, VoiceBook};
use crate::alarm::Author;
use crate::ids::{ActId, Desk, LineId, Party};
use crate::line::{Line, Sides};
use crate::mind::{Handover, Mind};
use crate::terms::Terms;
use serde::Serialize;
use std::collections::BTreeMap;

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineView {
    /// Its name.
    pub line: LineId,
    /// The peer.
    pub peer: Party,
    /// The peer's desks, its ladder.
    pub peer_desks: Vec<Desk>,
    /// Whether both officers confirmed the six words. Else UNVERIFIED on every screen.
    pub verified: bool,
    /// How well the connection answers.
    pub link: Link,
    /// Since when, µs.
    pub link_since_us: i64,
    /// Why it is STALLED, if it is.
    pub stalled: Option<String>,
    /// The newest epoch that was opened after the first, and who signed it.
    pub epoch: Option<EpochBook>,
    /// Whether acts other than safety wait for commanders.
    pub held: bool,
    /// Items that wait for an answer of either side.
    pub open_items: u64,
    /// Statements of ours that the peer's node has not RECEIVED, notices and talk.
    pub not_received: u64,
    /// The name of the terms in force.
    pub in_force: Option<String>,
}

/// What both sides signed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TermsView {
    /// In force: both newest signatures are over the same.
    pub in_force: Option<Terms>,
    /// Our newest signature, at its place in our log.
    pub own: Option<Signed>,
    /// Our newest signature that has no place yet.
    pub own_pending: Option<Signed>,
    /// The peer's newest.
    pub peer: Option<Signed>,
}

/// A cease or check fire.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StopView {
    /// The line.
    pub line: LineId,
    /// Whose.
    pub author: Author,
    /// Its id.
    pub id: ActId,
    /// The rest.
    #[serde(flatten)]
    pub book: StopBook,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MessageView {
    /// Whose.
    pub author: Author,
    /// Its id.
    pub id: ActId,
    /// It answers a message that is not on file here, or no longer; the logs may have it.
    pub answers_unknown: bool,
    /// The rest.
    #[serde(flatten)]
    pub book: MessageBook,
}

/// An account of a voice call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VoiceView {
    /// Whose.
    pub author: Author,
    /// Its id.
    pub id: ActId,
    /// The rest.
    #[serde(flatten)]
    pub book: VoiceBook,
}

/// What each side did, in figures. The two sides may count differently; these are this
/// node's.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StatisticsView {
    /// This party.
    pub own: Counts,
    /// The peer.
    pub peer: Counts,
}

impl Mind {
    /// All lines.
    pub fn lines(&self) -> Vec<LineView> {
        self.lines.iter().map(|(id, line)| line_view(id, line)).collect()
    }

    /// What both sides of a line signed.
    pub fn terms(&self, line: &LineId) -> Option<TermsView> {
        let line = self.lines.get(line)?;
        Some(TermsView {
            in_force: line.in_force().cloned(),
            own: line.terms.signed.own.clone(),
            own_pending: line.terms.pending.clone(),
            peer: line.terms.signed.peer.clone(),
        })
    }

    /// Messages of a line, by the instant each was stated.
    pub fn dialogues(&self, line: &LineId) -> Vec<MessageView> {
        let Some(line) = self.lines.get(line) else {
            return Vec::new();
        };
        let view = |author: Author, id: &ActId, book: &MessageBook| {
            let on_file = |id: &ActId| line.messages.of(author.other()).contains_key(id);
            MessageView {
                author,
                id: id.clone(),
                answers_unknown: book.answers.as_ref().is_some_and(|id| !on_file(id)),
                book: book.clone(),
            }
        };
        let mut views = each(&line.messages, view);
        views.sort_by_key(|view| view.book.at_us);
        views
    }

    /// Voice accounts of a line, by the instant of the call.
    pub fn voice(&self, line: &LineId) -> Vec<VoiceView> {
        let view = |author, id: &ActId, book: &VoiceBook| VoiceView {
            author,
            id: id.clone(),
            book: book.clone(),
        };
        let mut views = self
            .lines
            .get(line)
            .map_or_else(Vec::new, |line| each(&line.voices, view));
        views.sort_by_key(|view| view.book.heard_at_us);
        views
    }

    /// Stops of all lines, by the instant each was stated.
    pub fn stops(&self) -> Vec<StopView> {
        let of_line = |(name, line): (&LineId, &Line)| {
            each(&line.stops, |author, id, book| StopView {
                line: name.clone(),
                author,
                id: id.clone(),
                book: book.clone(),
            })
        };
        let mut views: Vec<StopView> = self.lines.iter().flat_map(of_line).collect();
        views.sort_by_key(|view| view.book.at_us);
        views
    }

    /// Figures of a line.
    pub fn statistics(&self, line: &LineId) -> Option<StatisticsView> {
        let counts = &self.lines.get(line)?.counts;
        Some(StatisticsView {
            own: counts.own.clone(),
            peer: counts.peer.clone(),
        })
    }

    /// The ladder, the watch first.
    pub fn desks(&self) -> &[Desk] {
        &self.desks
    }

    /// Hand-overs, oldest first.
    pub fn handovers(&self) -> &[Handover] {
        &self.handovers
    }
}

fn line_view(id: &LineId, line: &Line) -> LineView {
    LineView {
        line: id.clone(),
        peer: line.peer.clone(),
        peer_desks: line.peer_desks.clone(),
        verified: line.is_verified(),
        link: line.link,
        link_since_us: line.link_since_us,
        stalled: line.stalled.clone(),
        epoch: line.epoch.clone(),
        held: line.is_held(),
        open_items: line.open_items(),
        not_received: line.sent.len() as u64,
        in_force: line.in_force().map(|terms| terms.name.clone()),
    }
}

/// A view of each item of both sides, own first.
fn each<K, B, V>(books: &Sides<BTreeMap<K, B>>, view: impl Fn(Author, &K, &B) -> V) -> Vec<V> {
    let own = books.own.iter().map(|(id, book)| view(Author::Own, id, book));
    let peer = books.peer.iter().map(|(id, book)| view(Author::Peer, id, book));
    own.chain(peer).collect()
}
