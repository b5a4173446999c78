//! Lines, agreements, talk, figures; and what the node's keeper sees.

use super::word;
use crate::http::ask::Nothing;
use crate::http::path::At;
use crate::http::problem::Problem;
use crate::http::schema;
use accord::act::Place;
use accord::terms::Terms;
use accord::time::Now;
use accord::view::{Counts, MessageView, Signed, StopView, VoiceView};
use engine::Engine;
use engine::input::Keep;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lines {
    /// As of when, µs.
    pub as_of_us: i64,
    /// All.
    pub lines: Vec<LineShown>,
}

/// A line and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineShown {
    /// Its name.
    pub line: String,
    /// The peer, as it calls itself.
    pub peer: String,
    /// The peer's desks.
    pub peer_desks: Vec<String>,
    /// The inviter is a, the joiner b.
    #[schema(value_type = schema::Side)]
    pub side: String,
    /// How the connection looks.
    #[schema(value_type = schema::Light)]
    pub light: String,
    /// Time since the peer was last heard, µs; none before the first time.
    pub silent_us: Option<i64>,
    /// Why the peer's log is not cosigned; none when it is.
    pub stalled: Option<String>,
    /// Both officers confirmed the six words; else UNVERIFIED.
    pub verified: bool,
    /// The six words, to be compared over another channel.
    pub words: Vec<String>,
    /// Epoch of both logs.
    pub epoch: u32,
    /// This side's commander signed the epoch.
    pub accepted_own: bool,
    /// The peer's commander signed the epoch.
    pub accepted_peer: bool,
    /// Acts other than safety wait for commanders.
    pub held: bool,
    /// Items that wait for an answer of either side.
    pub open_items: u64,
    /// Name of the terms in force; none: no floor is agreed.
    pub in_force: Option<String>,
    /// Entries of our log.
    pub own_size: u64,
    /// Entries of our log that the peer cosigned.
    pub cosigned_size: u64,
    /// Entries of the peer's log that we hold and cosigned.
    pub peer_size: u64,
    /// Acts stated that have no place in the log yet.
    pub unsealed: usize,
    /// Contradictions on record.
    pub contradictions: usize,
    /// Where this end dials; none at the end that listens.
    pub dial: Option<String>,
}

/// What each side signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TermsShown {
    /// In force: both newest signatures are over the same.
    #[schema(value_type = Option<schema::Terms>)]
    pub in_force: Option<Terms>,
    /// Our newest signature, at its place in our log.
    pub own: Option<SignedShown>,
    /// Our newest signature that has no place yet.
    pub own_pending: Option<SignedShown>,
    /// The peer's newest.
    pub peer: Option<SignedShown>,
    /// Presets that can be signed.
    #[schema(value_type = Vec<schema::Terms>)]
    pub presets: Vec<Terms>,
}

/// One signature under terms: a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedShown {
    /// What was signed.
    #[schema(value_type = schema::Terms)]
    pub terms: Terms,
    /// SHA-256 of it, hexadecimal.
    pub digest: String,
    /// The desk that signed.
    pub desk: String,
    /// When, µs.
    pub at_us: i64,
}

/// CEASE and CHECK FIRE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stops {
    /// As of when, µs.
    pub as_of_us: i64,
    /// By the instant each was stated.
    pub stops: Vec<StopShown>,
}

/// A CEASE or CHECK FIRE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StopShown {
    /// The line.
    pub line: String,
    /// Whose.
    #[schema(value_type = schema::Author)]
    pub author: String,
    /// Its id.
    pub id: String,
    /// CHECK FIRE rather than CEASE.
    pub pause: bool,
    /// Where.
    #[schema(value_type = schema::Place)]
    pub place: Place,
    /// The desk that stated it.
    pub desk: String,
    /// Exercise traffic.
    pub drill: bool,
    /// When, µs.
    pub at_us: i64,
    /// RECEIVED by the receiver's node, µs.
    pub received_at_us: Option<i64>,
    /// First to last.
    pub answers: Vec<StopAnsweredShown>,
}

/// An answer to a stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StopAnsweredShown {
    /// The answer.
    #[schema(value_type = schema::StopAnswer)]
    pub answer: String,
    /// The desk.
    pub desk: String,
    /// When, µs.
    pub at_us: i64,
    /// In its words.
    pub words: String,
}

/// Messages of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Messages {
    /// As of when, µs.
    pub as_of_us: i64,
    /// By the instant each was stated.
    pub messages: Vec<MessageShown>,
}

/// A message; its text is unverified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageShown {
    /// Whose.
    #[schema(value_type = schema::Author)]
    pub author: String,
    /// Its id.
    pub id: String,
    /// The message that it answers.
    pub answers: Option<String>,
    /// That message is not on file here, or no longer; the logs may have it.
    pub answers_unknown: bool,
    /// How urgent.
    #[schema(value_type = schema::Urgency)]
    pub urgency: String,
    /// Which answers it expects.
    #[schema(value_type = schema::Response)]
    pub response: String,
    /// Free text.
    pub text: String,
    /// The desk that stated it.
    pub desk: String,
    /// Exercise traffic.
    pub drill: bool,
    /// When, µs.
    pub at_us: i64,
    /// RECEIVED by the receiver's node, µs.
    pub received_at_us: Option<i64>,
    /// Messages that answer it, first to last.
    pub answered_by: Vec<String>,
    /// Nothing more is expected.
    pub closed: bool,
}

/// Accounts of calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Voice {
    /// As of when, µs.
    pub as_of_us: i64,
    /// By the instant of the call.
    pub accounts: Vec<VoiceShown>,
}

/// One side's account of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoiceShown {
    /// Whose.
    #[schema(value_type = schema::Author)]
    pub author: String,
    /// Its id.
    pub id: String,
    /// When the call was, by this account, µs.
    pub heard_at_us: i64,
    /// What was said, by this account.
    pub words: String,
    /// SHA-256 of a tape, if there is one.
    pub tape_sha256: Option<String>,
    /// The desk that stated it.
    pub desk: String,
    /// Exercise traffic.
    pub drill: bool,
    /// When it was stated, µs.
    pub at_us: i64,
    /// RECEIVED by the receiver's node, µs.
    pub received_at_us: Option<i64>,
    /// The other side's answer.
    #[schema(value_type = Option<schema::VoiceAnswer>)]
    pub answer: Option<String>,
    /// Its words.
    pub answer_words: Option<String>,
    /// When, µs.
    pub answered_at_us: Option<i64>,
}

/// What each side did on a line, as this node counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statistics {
    /// As of when, µs.
    pub as_of_us: i64,
    /// This party.
    pub own: CountsShown,
    /// The peer.
    pub peer: CountsShown,
}

/// Figures of one side. Drills are not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CountsShown {
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
    /// Entries that the other side did not understand.
    pub not_understood: u64,
    /// Time that was notified, µs.
    pub notified_us: i64,
    /// Time from activation to all-clear or end, µs.
    pub used_us: i64,
}

/// Invitations that wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitations {
    /// All.
    pub invitations: Vec<InvitationShown>,
}

/// An invitation, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationShown {
    /// The line it opens.
    pub line: String,
    /// When it is void, µs.
    pub expires_us: i64,
}

/// Tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tokens {
    /// All, expired ones included.
    pub tokens: Vec<TokenShown>,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenShown {
    /// Its name.
    pub name: String,
    /// The desk it acts as.
    pub desk: String,
    /// What it may do.
    #[schema(value_type = schema::Role)]
    pub role: String,
    /// When it is void, µs.
    pub expires_us: i64,
}

/// All lines. The engine's and the mind's sight of a line, joined.
pub fn lines(engine: &Engine, now: Now, _at: &At) -> Result<Lines, Problem> {
    let known = engine.mind().lines();
    let minds: BTreeMap<_, _> = known.iter().map(|line| (&line.line, line)).collect();
    let shown = engine.line_views(now).into_iter().map(|view| {
        let mind = minds.get(&view.line);
        LineShown {
            peer: view.peer.0,
            peer_desks: mind.map_or_else(Vec::new, |line| {
                line.peer_desks.iter().map(|desk| desk.0.clone()).collect()
            }),
            side: word(&view.side),
            light: word(&view.light),
            silent_us: view.silent_us,
            stalled: view.stalled,
            verified: view.verified,
            words: view.words,
            epoch: view.epoch,
            accepted_own: view.accepted_own,
            accepted_peer: view.accepted_peer,
            held: mind.is_some_and(|line| line.held),
            open_items: mind.map_or(0, |line| line.open_items),
            in_force: mind.and_then(|line| line.in_force.clone()),
            own_size: view.own_size,
            cosigned_size: view.cosigned_size,
            peer_size: view.peer_size,
            unsealed: view.unsealed,
            contradictions: view.contradictions,
            dial: view.dial,
            line: view.line.0,
        }
    });
    Ok(Lines {
        as_of_us: now.wall_us,
        lines: shown.collect(),
    })
}

/// What each side signed.
pub fn terms(engine: &Engine, _now: Now, at: &At) -> Result<TermsShown, Problem> {
    let view = engine
        .mind()
        .terms(&at.line())
        .ok_or_else(|| Problem::not_found("such line"))?;
    Ok(TermsShown {
        in_force: view.in_force,
        own: view.own.map(SignedShown::from),
        own_pending: view.own_pending.map(SignedShown::from),
        peer: view.peer.map(SignedShown::from),
        presets: vec![Terms::pair_proposal()],
    })
}

/// All stops.
pub fn stops(engine: &Engine, now: Now, _at: &At) -> Result<Stops, Problem> {
    let stops = engine.mind().stops().into_iter().map(StopShown::from).collect();
    Ok(Stops {
        as_of_us: now.wall_us,
        stops,
    })
}

/// Messages of a line.
pub fn messages(engine: &Engine, now: Now, at: &At) -> Result<Messages, Problem> {
    known_line(engine, at)?;
    let messages = engine
        .mind()
        .dialogues(&at.line())
        .into_iter()
        .map(MessageShown::from)
        .collect();
    Ok(Messages {
        as_of_us: now.wall_us,
        messages,
    })
}

/// Accounts of calls on a line.
pub fn voice(engine: &Engine, now: Now, at: &At) -> Result<Voice, Problem> {
    known_line(engine, at)?;
    let accounts = engine
        .mind()
        .voice(&at.line())
        .into_iter()
        .map(VoiceShown::from)
        .collect();
    Ok(Voice {
        as_of_us: now.wall_us,
        accounts,
    })
}

/// Figures of a line.
pub fn statistics(engine: &Engine, now: Now, at: &At) -> Result<Statistics, Problem> {
    let view = engine
        .mind()
        .statistics(&at.line())
        .ok_or_else(|| Problem::not_found("such line"))?;
    Ok(Statistics {
        as_of_us: now.wall_us,
        own: view.own.into(),
        peer: view.peer.into(),
    })
}

/// Invitations that wait.
pub fn invitations(engine: &Engine, _now: Now, _at: &At) -> Result<Invitations, Problem> {
    let waiting = engine.invitations();
    let shown = waiting.map(|waiting| InvitationShown {
        line: waiting.line.0.clone(),
        expires_us: waiting.expires_us,
    });
    Ok(Invitations {
        invitations: shown.collect(),
    })
}

/// All tokens.
pub fn tokens(engine: &Engine, _now: Now, _at: &At) -> Result<Tokens, Problem> {
    let shown = engine.tokens().map(|token| TokenShown {
        name: token.name.clone(),
        desk: token.desk.0.clone(),
        role: word(&token.role),
        expires_us: token.expires_us,
    });
    Ok(Tokens {
        tokens: shown.collect(),
    })
}

/// Signs the epoch of the line in the path.
pub fn accept_epoch(_nothing: Nothing, at: &At) -> Result<Keep, Problem> {
    Ok(Keep::AcceptEpoch { line: at.line() })
}

/// Withdraws the invitation to the line in the path.
pub fn uninvite(_nothing: Nothing, at: &At) -> Result<Keep, Problem> {
    Ok(Keep::Uninvite { line: at.line() })
}

/// Revokes the token in the path.
pub fn revoke_token(_nothing: Nothing, at: &At) -> Result<Keep, Problem> {
    Ok(Keep::RevokeToken {
        name: at.id_or_empty(),
    })
}

fn known_line(engine: &Engine, at: &At) -> Result<(), Problem> {
    let known = engine.line_config(&at.line()).is_some();
    if known {
        Ok(())
    } else {
        Err(Problem::not_found("such line"))
    }
}

impl From<Signed> for SignedShown {
    fn from(signed: Signed) -> Self {
        let Signed {
            terms,
            digest,
            desk,
            at_us,
        } = signed;
        SignedShown {
            terms,
            digest,
            desk: desk.0,
            at_us,
        }
    }
}

impl From<StopView> for StopShown {
    fn from(view: StopView) -> Self {
        let book = view.book;
        let answers = book.answers.into_iter().map(|made| StopAnsweredShown {
            answer: word(&made.answer),
            desk: made.desk.0,
            at_us: made.at_us,
            words: made.words,
        });
        StopShown {
            line: view.line.0,
            author: word(&view.author),
            id: view.id.0,
            pause: book.pause,
            place: book.place,
            desk: book.desk.0,
            drill: book.drill,
            at_us: book.at_us,
            received_at_us: book.received_at_us,
            answers: answers.collect(),
        }
    }
}

impl From<MessageView> for MessageShown {
    fn from(view: MessageView) -> Self {
        let book = view.book;
        MessageShown {
            author: word(&view.author),
            id: view.id.0,
            answers: book.answers.map(|id| id.0),
            answers_unknown: view.answers_unknown,
            urgency: word(&book.urgency),
            response: word(&book.response),
            text: book.text,
            desk: book.desk.0,
            drill: book.drill,
            at_us: book.at_us,
            received_at_us: book.received_at_us,
            answered_by: book.answered_by.into_iter().map(|id| id.0).collect(),
            closed: book.closed,
        }
    }
}

impl From<VoiceView> for VoiceShown {
    fn from(view: VoiceView) -> Self {
        let book = view.book;
        let answer = book.answer.as_ref();
        VoiceShown {
            author: word(&view.author),
            id: view.id.0,
            heard_at_us: book.heard_at_us,
            tape_sha256: book.tape_sha256.clone(),
            desk: book.desk.0.clone(),
            drill: book.drill,
            at_us: book.at_us,
            received_at_us: book.received_at_us,
            answer: answer.map(|(answer, _, _)| word(answer)),
            answer_words: answer.map(|(_, words, _)| words.clone()),
            answered_at_us: answer.map(|(_, _, at_us)| *at_us),
            words: book.words,
        }
    }
}

impl From<Counts> for CountsShown {
    fn from(counts: Counts) -> Self {
        CountsShown {
            notices: counts.notices,
            amended: counts.amended,
            words_only: counts.words_only,
            late: counts.late,
            blanket: counts.blanket,
            withdrawn: counts.withdrawn,
            withdrawn_after_answer: counts.withdrawn_after_answer,
            objected: counts.objected,
            proceeded: counts.proceeded,
            not_understood: counts.not_understood,
            notified_us: counts.notified_us,
            used_us: counts.used_us,
        }
    }
}
