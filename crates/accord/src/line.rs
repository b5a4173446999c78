//! One line as the mind knows it: what each side stated on it and what became of that.

mod book;
mod notice;

pub(crate) use book::{Entry, Pending, Placed, Sent, Sides};
pub(crate) use notice::NoticeBook;
pub use notice::{AnswerMade, NoticeState, ReadBackMade, ReceiptMade, Stamp, ToldTo, Version};

use crate::act::{Act, Hazard, Place, Response, StopAnswer, Urgency, VoiceAnswer};
use crate::alarm::Author;
use crate::ids::{ActId, Desk, HazardId, NoticeId, OperationId, Party};
use crate::lead::{self, Claim};
use crate::pairs;
use crate::terms::Terms;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How well the connection answers.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Beats come in time.
    Up,
    /// Beats are late.
    Amber,
    /// No beat for so long that the line is to be taken for cut.
    Red,
    /// Not connected.
    #[default]
    Down,
}

/// A signature under terms, at its place in its signer's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// What was signed.
    pub terms: Terms,
    /// SHA-256 of it, hexadecimal.
    pub digest: String,
    /// The desk that signed.
    pub desk: Desk,
    /// When, µs.
    pub at_us: i64,
}

/// A secondary hazard of either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HazardBook {
    /// As stated.
    pub hazard: Hazard,
    /// The notice it belongs to, if it is not stated on its own.
    pub notice: Option<NoticeId>,
    /// Exercise traffic.
    pub drill: bool,
    /// When it was stated, µs.
    pub stated_at_us: i64,
    /// Its stated time is over.
    pub expired: bool,
    /// When its author said that it is over, µs. Clears nothing for the other side.
    pub said_over_at_us: Option<i64>,
    /// When this party's desk closed it for its own traffic, and in which words.
    pub closed: Option<Closed>,
}

/// A desk's closing of a hazard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The desk.
    pub desk: Desk,
    /// When, µs.
    pub at_us: i64,
    /// In its words.
    pub words: String,
}

/// A cease or check fire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopBook {
    /// CHECK FIRE rather than CEASE.
    pub pause: bool,
    /// Where.
    pub place: Place,
    /// The desk that stated it.
    pub desk: Desk,
    /// Exercise traffic.
    pub drill: bool,
    /// When, µs.
    pub at_us: i64,
    /// When the receiver's node had it on disk, µs.
    pub received_at_us: Option<i64>,
    /// Answers, first to last: who, when, what, in which words.
    pub answers: Vec<StopAnswered>,
}

/// An answer to a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopAnswered {
    /// The desk that answered.
    pub desk: Desk,
    /// When, µs.
    pub at_us: i64,
    /// What.
    pub answer: StopAnswer,
    /// In its words.
    pub words: String,
}

/// A message of a dialogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageBook {
    /// The message of the other side that it answers.
    pub answers: Option<ActId>,
    /// How urgent.
    pub urgency: Urgency,
    /// Which answer it expects.
    pub response: Response,
    /// Free text, unverified.
    pub text: String,
    /// The desk that stated it.
    pub desk: Desk,
    /// Exercise traffic.
    pub drill: bool,
    /// When, µs.
    pub at_us: i64,
    /// When the receiver's node had it on disk, µs.
    pub received_at_us: Option<i64>,
    /// Messages of the other side that answer it, first to last.
    pub answered_by: Vec<ActId>,
    /// Nothing more is expected: an answer closed it, or none was expected.
    pub closed: bool,
}

/// One side's account of a voice call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceBook {
    /// When the call was, by this account, µs.
    pub heard_at_us: i64,
    /// What was said, by this account.
    pub words: String,
    /// Hash of a tape, if there is one.
    pub tape_sha256: Option<String>,
    /// The desk that stated it.
    pub desk: Desk,
    /// Exercise traffic.
    pub drill: bool,
    /// When it was stated, µs.
    pub at_us: i64,
    /// When the receiver's node had it on disk, µs.
    pub received_at_us: Option<i64>,
    /// The other side's answer, its words and when.
    pub answer: Option<(VoiceAnswer, String, i64)>,
}

/// What one side did, in figures. Drills are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Notices.
    pub notices: u64,
    /// Amendments.
    pub amended: u64,
    /// Given in words only.
    pub words_only: u64,
    /// Versions that were LATE.
    pub late: u64,
    /// Hazard notices that were BLANKET.
    pub blanket: u64,
    /// Withdrawn.
    pub withdrawn: u64,
    /// Withdrawn after an answer: possible probing.
    pub withdrawn_after_answer: u64,
    /// Objected to by the other side.
    pub objected: u64,
    /// Gone on with over an objection.
    pub proceeded: u64,
    /// Entries the other side did not understand.
    pub not_understood: u64,
    /// Time that was notified, µs.
    pub notified_us: i64,
    /// Time from activation to all-clear or end, µs.
    pub used_us: i64,
}

/// What each side's newest signature says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TermsBook {
    /// At its place in its log.
    pub(crate) signed: Sides<Option<Signed>>,
    /// Stated by our commander and without a place so far.
    pub(crate) pending: Option<Signed>,
}

/// A new epoch and who signed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochBook {
    /// Its number.
    pub epoch: u32,
    /// Why it was opened.
    pub why: String,
    /// Our commander signed.
    pub accepted_own: bool,
    /// The peer's commander signed.
    pub accepted_peer: bool,
}

/// All about one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) peer: Party,
    pub(crate) peer_desks: Vec<Desk>,
    pub(crate) joined_verified: bool,
    pub(crate) link: Link,
    pub(crate) link_since_us: i64,
    pub(crate) stalled: Option<String>,
    pub(crate) epoch: Option<EpochBook>,
    pub(crate) words: Sides<Option<String>>,
    pub(crate) terms: TermsBook,
    pub(crate) notices: Sides<BTreeMap<NoticeId, NoticeBook>>,
    pub(crate) hazards: Sides<BTreeMap<HazardId, HazardBook>>,
    pub(crate) stops: Sides<BTreeMap<ActId, StopBook>>,
    pub(crate) messages: Sides<BTreeMap<ActId, MessageBook>>,
    pub(crate) voices: Sides<BTreeMap<ActId, VoiceBook>>,
    pub(crate) counts: Sides<Counts>,
    /// Operations whose notice is about to be stated.
    pub(crate) disclosing: BTreeMap<NoticeId, OperationId>,
    /// How many statements of ours there were, ever.
    pub(crate) stated: u64,
    /// Our statements that the peer's node has not RECEIVED, by number.
    pub(crate) sent: BTreeMap<u64, Sent>,
    /// And by their place.
    #[serde(with = "pairs")]
    pub(crate) placed: BTreeMap<(u32, u64), Placed>,
    /// Entries of the peer that are unproven or wait for our own RECEIVED, by their place.
    #[serde(with = "pairs")]
    pub(crate) heard: BTreeMap<(u32, u64), Entry>,
}

impl HazardBook {
    /// Whether it ended for this party's traffic.
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
    }
}

impl StopBook {
    /// Whether somebody answered.
    pub fn is_answered(&self) -> bool {
        !self.answers.is_empty()
    }
}

impl Signed {
    /// A signature under `terms`.
    pub(crate) fn new(terms: Terms, desk: Desk, at_us: i64) -> Signed {
        let digest = lead::digest(&terms);
        Signed {
            terms,
            digest,
            desk,
            at_us,
        }
    }
}

impl Line {
    /// A line that was just joined.
    pub(crate) fn new(peer: Party, peer_desks: Vec<Desk>, joined_verified: bool, at_us: i64) -> Line {
        Line {
            peer,
            peer_desks,
            joined_verified,
            link: Link::Down,
            link_since_us: at_us,
            stalled: None,
            epoch: None,
            words: Sides::default(),
            terms: TermsBook::default(),
            notices: Sides::default(),
            hazards: Sides::default(),
            stops: Sides::default(),
            messages: Sides::default(),
            voices: Sides::default(),
            counts: Sides::default(),
            disclosing: BTreeMap::new(),
            stated: 0,
            sent: BTreeMap::new(),
            placed: BTreeMap::new(),
            heard: BTreeMap::new(),
        }
    }

    /// The terms that both sides signed, if their newest signatures are over the same.
    pub(crate) fn in_force(&self) -> Option<&Terms> {
        let own = self.terms.signed.own.as_ref()?;
        let peer = self.terms.signed.peer.as_ref()?;
        (own.digest == peer.digest).then_some(&own.terms)
    }

    /// What a side's newest signature says of a class.
    pub(crate) fn claim(&self, side: Author, class: crate::act::Class) -> Option<Claim> {
        let signed = self.terms.signed.of(side).as_ref()?;
        Some(Claim {
            digest: signed.digest.clone(),
            floor_us: signed.terms.floor_us(class),
        })
    }

    /// Whether officers confirmed the six words: elsewhere, or both on this line and alike.
    pub(crate) fn is_verified(&self) -> bool {
        let both = self.words.own.as_ref().zip(self.words.peer.as_ref());
        self.joined_verified || both.is_some_and(|(own, peer)| same_words(own, peer))
    }

    /// Whether this act of ours is the second of two officers' confirmations.
    pub(crate) fn is_verified_by(&self, act: &Act) -> bool {
        let peer = self.words.peer.as_deref();
        matches!(act, Act::WordsConfirmed { words } if peer.is_some_and(|peer| same_words(peer, words)))
    }

    /// Whether acts other than safety wait for commanders.
    pub(crate) fn is_held(&self) -> bool {
        self.epoch
            .as_ref()
            .is_some_and(|epoch| !(epoch.accepted_own && epoch.accepted_peer))
    }

    /// Items that wait for an answer of either side. Drills are not counted.
    pub(crate) fn open_items(&self) -> u64 {
        let stops = self
            .stops
            .both()
            .filter(|stop| !stop.drill && !stop.is_answered());
        let messages = self
            .messages
            .both()
            .filter(|message| !message.drill && !message.closed);
        let notices = self
            .notices
            .both()
            .filter(|notice| !notice.drill && notice.is_open());
        let (stops, messages, notices) = (stops.count(), messages.count(), notices.count());
        (stops + messages + notices) as u64
    }
}

/// Whether two typed lists of words are the same, whatever their case and spacing.
pub(crate) fn same_words(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    letters(a) == letters(b)
}
