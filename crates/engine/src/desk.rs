//! What desks and the node's keeper ask: retry keys, room, then the mind or the keeping.

use crate::engine::Engine;
use crate::event::{Answer, Event, LineConfig, LineEvent, Rank, Unsealed};
use crate::input::{IdempotencyKey, Input, Keep, Refused, ReplyTo, Space};
use crate::keyring::{KeySet, NODE_DESK};
use crate::limits::{MAX_INVITATIONS, MAX_KEY_BYTES, MAX_LINES, MAX_OWED, MAX_TOKENS, OWED_RESERVE};
use crate::line::{KIND_ACCEPT, canonical};
use accord::Input as MindInput;
use accord::command::{Command, Officer, Role};
use accord::ids::{Desk, LineId, Party};
use accord::time::Now;
use accord::{LineState, Outcome};
use sha2::{Digest, Sha256};

impl Engine {
    /// One input, decided and applied.
    pub(crate) fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Desk {
                reply,
                key,
                officer,
                command,
            } => {
                let digest = digest_of(&(&officer, &command));
                self.answer(now, reply, key, &digest, |engine| {
                    engine.desk(now, &officer, command)
                });
            }
            Input::Open { reply, request } => self.open(now, reply, &request),
            Input::Keep {
                reply,
                key,
                officer,
                keep,
            } => {
                let digest = digest_of(&(&officer, &keep));
                self.answer(now, reply, key, &digest, |engine| {
                    engine.keep(now, &officer, keep)
                });
            }
            Input::Connected { line, conn } => self.connected(now, &line, conn),
            Input::Disconnected { line, conn } => self.disconnected(now, &line, conn),
            Input::Frame { line, conn, bytes } => self.frame(now, &line, conn, &bytes),
            Input::Fetched {
                line,
                conn,
                reading,
                entries,
            } => {
                self.fetched(now, &line, conn, reading, entries);
            }
            Input::Trouble(trouble) => self.tell_mind(now, &MindInput::Trouble(trouble)),
            Input::TroubleOver(key) => self.tell_mind(now, &MindInput::TroubleOver(key)),
        }
    }

    /// Carries a command out once per key: a retry gets the first answer, and changes nothing.
    fn answer(
        &mut self,
        now: Now,
        reply: ReplyTo,
        key: Option<IdempotencyKey>,
        digest: &str,
        carry_out: impl FnOnce(&mut Engine) -> Result<Answer, Refused>,
    ) {
        let known = key.as_ref().map(|key| self.known(key, digest)).transpose();
        let result = match known.map(Option::flatten) {
            Err(refused) => Err(refused),
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => {
                let result = carry_out(self);
                if let (Ok(answer), Some(key)) = (&result, key) {
                    let IdempotencyKey { scope, key } = key;
                    let (digest, answer) = (digest.to_owned(), answer.clone());
                    self.emit(
                        now,
                        Event::Remembered {
                            scope,
                            key,
                            digest,
                            answer,
                        },
                    );
                }
                result
            }
        };
        self.reply(reply, result);
    }

    fn known(&self, key: &IdempotencyKey, digest: &str) -> Result<Option<Answer>, Refused> {
        if key.key.is_empty() || key.key.len() > MAX_KEY_BYTES {
            return Err(Refused::KeyShape);
        }
        match self.state.remembered.get(&key.scope, &key.key) {
            Some((first, answer)) if first == digest => Ok(Some(answer.clone())),
            Some(_) => Err(Refused::KeyReused),
            None => Ok(None),
        }
    }

    fn desk(&mut self, now: Now, officer: &Officer, command: Command) -> Result<Answer, Refused> {
        let safety = self.state.mind.is_safety(&command);
        if self.space != Space::Normal && !safety && self.state.mind.is_planning(&command) {
            return Err(Refused::DiskReserve);
        }
        if let Some(line) = command.line() {
            self.check_backlog(line, safety)?;
        }
        let input = MindInput::Command {
            officer: officer.clone(),
            command,
        };
        let mut fresh = self.ids.draw(self.keyring.as_ref());
        let decision = self
            .state
            .mind
            .decide(now, &input, &mut fresh)
            .map_err(Refused::Mind)?;
        let used = fresh.used();
        self.ids.keep(used);
        self.emit_mind(now, decision.events);
        Ok(Answer::Done(decision.outcome))
    }

    fn check_backlog(&self, id: &LineId, safety: bool) -> Result<(), Refused> {
        let Some(line) = self.state.lines.get(id) else {
            return Err(Refused::NoSuchLine(id.clone()));
        };
        let most = if safety { MAX_OWED + OWED_RESERVE } else { MAX_OWED };
        if line.owes() >= most {
            Err(Refused::LineBacklog(id.clone()))
        } else {
            Ok(())
        }
    }

    fn keep(&mut self, now: Now, officer: &Officer, keep: Keep) -> Result<Answer, Refused> {
        let needed = match keep {
            Keep::Accept { .. } => Role::Read,
            Keep::AcceptEpoch { .. } => Role::Commander,
            _ => Role::Admin,
        };
        let allowed = officer.role >= needed && (needed != Role::Commander || officer.role == needed);
        if !allowed {
            return Err(Refused::Role { needed });
        }
        match keep {
            Keep::Invite { invitation } => {
                self.check_new_line(&invitation.line, &invitation.own)?;
                if self.state.invitations.len() >= MAX_INVITATIONS {
                    return Err(Refused::Limit("invitation".to_owned()));
                }
                let line = invitation.line.clone();
                self.emit(now, Event::Invited { invitation });
                Ok(Answer::Made(line.0))
            }
            Keep::Uninvite { line } => self.uninvite(now, line),
            Keep::Accept {
                line,
                secret_sha256,
                peer,
            } => self.accept(now, line, &secret_sha256, peer),
            Keep::Join { config } => {
                self.check_new_line(&config.line, &config.own)?;
                self.check_keys(&config.peer)?;
                self.add_line(now, config)
            }
            Keep::AddToken { token } => {
                if self.state.tokens.contains_key(&token.name) {
                    return Err(Refused::TokenExists(token.name));
                }
                if self.state.tokens.len() >= MAX_TOKENS {
                    return Err(Refused::Limit("token".to_owned()));
                }
                let name = token.name.clone();
                self.emit(now, Event::TokenAdded { token });
                Ok(Answer::Made(name))
            }
            Keep::RevokeToken { name } => {
                if !self.state.tokens.contains_key(&name) {
                    return Err(Refused::NoSuchToken(name));
                }
                self.emit(now, Event::TokenRevoked { name: name.clone() });
                Ok(Answer::Made(name))
            }
            Keep::AcceptEpoch { line } => self.accept_epoch(now, line, &officer.desk),
        }
    }

    fn uninvite(&mut self, now: Now, line: LineId) -> Result<Answer, Refused> {
        if !self.state.invitations.contains_key(&line) {
            return Err(Refused::Invitation);
        }
        self.emit(now, Event::InvitationGone { line: line.clone() });
        Ok(Answer::Made(line.0))
    }

    /// A peer presents a secret. What is wrong with it is not told apart.
    fn accept(
        &mut self,
        now: Now,
        line: LineId,
        secret_sha256: &str,
        peer: KeySet,
    ) -> Result<Answer, Refused> {
        let invitation = self.state.invitations.get(&line).ok_or(Refused::Invitation)?;
        let valid = invitation.secret_sha256 == secret_sha256 && now.wall_us < invitation.expires_us;
        if !valid {
            return Err(Refused::Invitation);
        }
        self.check_keys(&peer)?;
        let own = invitation.own.clone();
        self.emit(now, Event::InvitationGone { line: line.clone() });
        let config = LineConfig {
            line,
            side: crate::event::Side::A,
            own,
            peer,
            dial: None,
        };
        self.add_line(now, config)
    }

    fn check_new_line(&self, line: &LineId, own: &KeySet) -> Result<(), Refused> {
        if !crate::keyring::is_name(&line.0) {
            return Err(Refused::KeySet(vec![format!(
                "line {line}: 1 to 32 of a-z, 0-9 and -"
            )]));
        }
        if self.state.lines.contains_key(line) || self.state.invitations.contains_key(line) {
            return Err(Refused::LineExists(line.clone()));
        }
        if self.state.lines.len() >= MAX_LINES {
            return Err(Refused::Limit("line".to_owned()));
        }
        if !self.keyring.holds(line) {
            return Err(Refused::NoKeys(line.clone()));
        }
        self.check_keys(own)
    }

    fn check_keys(&self, keys: &KeySet) -> Result<(), Refused> {
        let faults = keys.faults();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Refused::KeySet(faults))
        }
    }

    fn add_line(&mut self, now: Now, config: LineConfig) -> Result<Answer, Refused> {
        let line = config.line.clone();
        let joined = LineState::Joined {
            peer: Party(config.peer.party.clone()),
            peer_desks: config
                .peer
                .desks
                .keys()
                .filter(|desk| desk.0 != NODE_DESK)
                .cloned()
                .collect(),
            verified: false,
        };
        self.emit(now, Event::LineAdded { config });
        self.add_session(now, &line);
        self.queue_open(now, &line);
        self.tell_mind(
            now,
            &MindInput::Line {
                line: line.clone(),
                state: joined,
            },
        );
        Ok(Answer::Made(line.0))
    }

    fn accept_epoch(&mut self, now: Now, id: LineId, desk: &Desk) -> Result<Answer, Refused> {
        let line = self
            .state
            .lines
            .get(&id)
            .ok_or_else(|| Refused::NoSuchLine(id.clone()))?;
        if line.accepted_own {
            return Err(Refused::NoEpochToAccept(id));
        }
        let body = canonical(&serde_json::json!({ "epoch": line.epoch }));
        let act = Unsealed {
            act_ref: None,
            kind: KIND_ACCEPT.to_owned(),
            desk: desk.clone(),
            drill: false,
            at: now.wall_us,
            body,
        };
        self.emit_line(
            now,
            &id,
            LineEvent::Queued {
                rank: Rank::System,
                act,
            },
        );
        self.emit_line(now, &id, LineEvent::EpochAccepted { own: true });
        let state = LineState::EpochAccepted { own: true };
        self.tell_mind(now, &MindInput::Line { line: id, state });
        Ok(Answer::Done(Outcome::default()))
    }
}

fn digest_of<T: serde::Serialize>(command: &T) -> String {
    let text = serde_json::to_vec(command).expect("commands are plain data");
    hex::encode(Sha256::digest(text))
}
