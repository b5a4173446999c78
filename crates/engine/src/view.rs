//! What a reader may see of the engine.

use crate::engine::Engine;
use crate::event::{Invitation, LineConfig, Side};
use crate::frame::Countersigned;
use crate::input::{LogOf, Token};
use crate::keyring::{KeyRole, KeySet};
use crate::line::{ClosedEpoch, Line, canonical, root_of};
use crate::session::Light;
use accord::ids::{LineId, Party};
use accord::time::Now;
use ledger::checkpoint::{Checkpoint, sign_checkpoint};
use ledger::cosign::cosign;
use ledger::header::Origin;
use ledger::keys::Hash;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// One line, for officers.
#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    /// Its name.
    pub line: LineId,
    /// The peer.
    pub peer: Party,
    /// This end.
    pub side: Side,
    /// Epoch of both logs.
    pub epoch: u32,
    /// How it looks.
    pub light: Light,
    /// Why the peer's log is not cosigned; none when it is.
    pub stalled: Option<String>,
    /// This side's commander and the peer's have signed the epoch.
    pub accepted_own: bool,
    /// The peer's commander has.
    pub accepted_peer: bool,
    /// Both officers have confirmed the six words.
    pub verified: bool,
    /// The six words over both key sets.
    pub words: Vec<String>,
    /// Entries of our log.
    pub own_size: u64,
    /// Entries of our log that the peer cosigned.
    pub cosigned_size: u64,
    /// Acts stated that have no place in the log yet.
    pub unsealed: usize,
    /// Entries of the peer's log that we hold and cosigned.
    pub peer_size: u64,
    /// µs since the peer was last heard; none before the first time.
    pub silent_us: Option<i64>,
    /// Where this end dials.
    pub dial: Option<String>,
    /// Contradictions on record.
    pub contradictions: usize,
}

/// The state of one log, for an export.
#[derive(Clone, Debug)]
pub struct LogState {
    /// Its origin.
    pub origin: String,
    /// Its epoch.
    pub epoch: u32,
    /// Entries that are stored.
    pub size: u64,
    /// The newest checkpoint, with the other side's cosignature where there is one.
    pub head: Option<Countersigned>,
    /// The newest checkpoint that the other side has cosigned.
    pub cosigned: Option<Countersigned>,
    /// Entries that it covers.
    pub cosigned_size: u64,
}

impl Engine {
    /// All lines.
    pub fn line_views(&self, now: Now) -> Vec<LineView> {
        self.state
            .lines
            .values()
            .map(|line| self.line_view(line, now))
            .collect()
    }

    /// What was fixed when a line was made.
    pub fn line_config(&self, line: &LineId) -> Option<&LineConfig> {
        self.state.lines.get(line).map(|line| &line.config)
    }

    /// All lines' fixed parts.
    pub fn line_configs(&self) -> impl Iterator<Item = &LineConfig> {
        self.state.lines.values().map(|line| &line.config)
    }

    /// Whether the joining of a line is done: the peer has said HELLO.
    pub fn is_joined(&self, line: &LineId) -> bool {
        self.state.lines.get(line).is_some_and(|line| line.joined)
    }

    /// Invitations that wait.
    pub fn invitations(&self) -> impl Iterator<Item = &Invitation> {
        self.state.invitations.values()
    }

    /// Tokens, expired ones included.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.state.tokens.values()
    }

    /// The token whose secret has this SHA-256 (hexadecimal), if it is valid at `now`.
    pub fn token(&self, sha256: &str, now: Now) -> Option<&Token> {
        self.tokens()
            .find(|token| token.sha256 == sha256 && now.wall_us < token.expires_us)
    }

    /// Evidence of contradictions on a line, oldest first.
    pub fn contradictions(&self, line: &LineId) -> &[String] {
        self.state
            .lines
            .get(line)
            .map_or(&[], |line| &line.contradictions)
    }

    /// The log of one side in the present epoch.
    pub fn log_state(&self, id: &LineId, of: LogOf) -> Option<LogState> {
        let line = self.state.lines.get(id)?;
        match of {
            LogOf::Own => self.own_log(line),
            LogOf::Peer => self.peer_log(line),
        }
    }

    /// The logs of one side in the epochs that were closed, oldest first, as far as the
    /// other side had cosigned them: what was stated beyond that was stated again.
    pub fn closed_logs(&self, id: &LineId, of: LogOf) -> Vec<LogState> {
        let Some(line) = self.state.lines.get(id) else {
            return Vec::new();
        };
        let state = |closed: &ClosedEpoch| match of {
            LogOf::Own => self.closed_own(line, closed),
            LogOf::Peer => self.closed_peer(line, closed),
        };
        line.closed.iter().filter_map(state).collect()
    }

    fn closed_own(&self, line: &Line, closed: &ClosedEpoch) -> Option<LogState> {
        let log = self.keyring.signer(&line.config.line, &KeyRole::Log)?;
        let cosigned = closed.own_cosigned.as_ref()?;
        let origin = origin_of(line, line.config.side, closed.epoch);
        let checkpoint = Checkpoint {
            origin: origin.clone(),
            size: cosigned.size,
            root: root_of(&closed.own_root),
        };
        let head = Countersigned {
            note: sign_checkpoint(&checkpoint, &origin, log),
            cosignature: Some(cosigned.cosignature.clone()),
        };
        Some(LogState::closed(origin, closed.epoch, cosigned.size, head))
    }

    fn closed_peer(&self, line: &Line, closed: &ClosedEpoch) -> Option<LogState> {
        let cosigner = self.keyring.signer(&line.config.line, &KeyRole::Cosign)?;
        let held = closed.peer_held.as_ref()?;
        let origin = origin_of(line, line.config.side.other(), closed.epoch);
        let checkpoint = Checkpoint {
            origin: origin.clone(),
            size: held.size,
            root: root_of(&held.root),
        };
        let name = crate::flow::cosigner_name(&origin_of(line, line.config.side, closed.epoch));
        let head = Countersigned {
            note: held.note.clone(),
            cosignature: Some(cosign(&checkpoint, &name, held.time_s, cosigner)),
        };
        Some(LogState::closed(origin, closed.epoch, held.size, head))
    }

    fn own_log(&self, line: &Line) -> Option<LogState> {
        let log = self.keyring.signer(&line.config.line, &KeyRole::Log)?;
        let origin = line.own_origin();
        let note = |size: u64| {
            let checkpoint = Checkpoint {
                origin: origin.clone(),
                size,
                root: line.own.tree.root_at(size),
            };
            sign_checkpoint(&checkpoint, &origin, log)
        };
        let size = line.own.tree.size();
        let cosigned = line.own.cosigned.as_ref().map(|cosigned| Countersigned {
            note: note(cosigned.size),
            cosignature: Some(cosigned.cosignature.clone()),
        });
        let head = (size > 0).then(|| Countersigned {
            note: note(size),
            cosignature: None,
        });
        Some(LogState {
            epoch: line.epoch,
            size,
            head,
            cosigned,
            cosigned_size: line.cosigned_size(),
            origin,
        })
    }

    fn peer_log(&self, line: &Line) -> Option<LogState> {
        let cosigner = self.keyring.signer(&line.config.line, &KeyRole::Cosign)?;
        let origin = line.peer_origin();
        let cosigned = line.peer.held.as_ref().map(|held| {
            let checkpoint = Checkpoint {
                origin: origin.clone(),
                size: held.size,
                root: root_of(&held.root),
            };
            let name = crate::flow::cosigner_name(&line.own_origin());
            let cosignature = Some(cosign(&checkpoint, &name, held.time_s, cosigner));
            Countersigned {
                note: held.note.clone(),
                cosignature,
            }
        });
        let size = line.held_size();
        Some(LogState {
            epoch: line.epoch,
            size,
            head: cosigned.clone(),
            cosigned,
            cosigned_size: size,
            origin,
        })
    }

    fn line_view(&self, line: &Line, now: Now) -> LineView {
        let id = &line.config.line;
        let session = self.sessions.get(id);
        LineView {
            line: id.clone(),
            peer: Party(line.config.peer.party.clone()),
            side: line.config.side,
            epoch: line.epoch,
            light: session.map_or(Light::Down, |session| session.light),
            stalled: line.stalled.clone(),
            accepted_own: line.accepted_own,
            accepted_peer: line.accepted_peer,
            verified: self.state.mind.is_verified(id),
            words: words(&line.config),
            own_size: line.own.tree.size(),
            cosigned_size: line.cosigned_size(),
            unsealed: line.unsealed.iter().map(std::collections::VecDeque::len).sum(),
            peer_size: line.held_size(),
            silent_us: session
                .filter(|_| line.joined)
                .map(|session| now.mono_us - session.heard_mono_us),
            dial: line.config.dial.clone(),
            contradictions: line.contradictions.len(),
        }
    }
}

impl LogState {
    fn closed(origin: String, epoch: u32, size: u64, head: Countersigned) -> Self {
        LogState {
            origin,
            epoch,
            size,
            head: Some(head.clone()),
            cosigned: Some(head),
            cosigned_size: size,
        }
    }
}

fn origin_of(line: &Line, side: Side, epoch: u32) -> String {
    let origin = Origin {
        line: line.config.line.0.clone(),
        side: side.letter().to_owned(),
        epoch,
    };
    origin.to_string()
}

/// The six words over both key sets: equal at both ends, and only there.
pub fn words(config: &LineConfig) -> Vec<String> {
    let words = accord::check_words::check_words(&fingerprint(config), 6);
    words.into_iter().map(str::to_owned).collect()
}

/// SHA-256 over the line's name and both key sets, the inviter's first.
pub fn fingerprint(config: &LineConfig) -> Hash {
    let (a, b) = match config.side {
        Side::A => (&config.own, &config.peer),
        Side::B => (&config.peer, &config.own),
    };
    let value = serde_json::json!({ "line": config.line, "a": key_json(a), "b": key_json(b) });
    let mut hash = Sha256::new();
    hash.update(b"detente/keys/v1\n");
    hash.update(canonical(&value).as_bytes());
    hash.finalize().into()
}

fn key_json(keys: &KeySet) -> serde_json::Value {
    serde_json::to_value(keys).expect("key sets are plain strings")
}
