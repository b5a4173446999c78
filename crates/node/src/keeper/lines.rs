//! Making lines: one side invites and listens, the other joins and dials.

use super::{KeepFault, Keeper, needs_admin, secret};
use crate::invite::{InvitationFile, VERSION, is_address};
use crate::limits::{INVITATION_DEFAULT_US, INVITATION_LONGEST_US};
use crate::line_io::{Dialer, JoinRequest, present};
use accord::command::Officer;
use accord::ids::{LineId, Party};
use engine::event::{Invitation, LineConfig, Side};
use engine::input::{IdempotencyKey, Keep};
use engine::keyring::{KeySet, Keyring, SecretKeyring};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Body of `POST /v1/invitations`; the answer is an [`InvitationFile`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    /// Name of the new line, 1 to 32 of a-z, 0-9 and -.
    #[schema(value_type = String)]
    pub line: LineId,
    /// `host:port` to be dialled, where it is not the node's own.
    #[serde(default)]
    pub address: Option<String>,
    /// Validity in seconds; a day when absent.
    #[serde(default)]
    pub valid_s: Option<u32>,
}

/// Answer of `POST /v1/lines` (body: an [`InvitationFile`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Joined {
    /// The line.
    #[schema(value_type = String)]
    pub line: LineId,
    /// The peer, as it calls itself.
    #[schema(value_type = String)]
    pub peer: Party,
    /// To be compared over another channel; until both officers did, the line is UNVERIFIED.
    pub words: Vec<String>,
}

impl Keeper {
    /// Makes an invitation. Needs the admin role.
    ///
    /// # Errors
    /// See [`KeepFault`].
    pub async fn invite(
        &self,
        officer: Officer,
        key: Option<IdempotencyKey>,
        request: InviteRequest,
    ) -> Result<InvitationFile, KeepFault> {
        needs_admin(&officer)?;
        let (address, valid_us) = self.invitation_terms(&request)?;
        let line = request.line;
        let (own, line_secret) = self.make_keys(&line).await?;
        let secret = secret(&line_secret, "invitation", key.as_ref())?;
        let secret_sha256 = hex::encode(Sha256::digest(secret.as_bytes()));
        let file = |expires_us| InvitationFile {
            detente_invitation: VERSION,
            line: line.clone(),
            address: address.clone(),
            keys: own.clone(),
            secret: secret.clone(),
            expires_us,
        };
        if let Some(expires_us) = self.open_invitation(&line, &secret_sha256).await? {
            return Ok(file(expires_us));
        }
        let expires_us = crate::clock::wall_us() + valid_us;
        let invitation = Invitation {
            line: line.clone(),
            own: own.clone(),
            secret_sha256,
            expires_us,
        };
        self.core.keep(officer, None, Keep::Invite { invitation }).await?;
        Ok(file(expires_us))
    }

    /// Joins with an invitation: presents it to the inviter's node, then keeps the line and
    /// dials. May be repeated with the same file until it succeeds. Needs the admin role.
    ///
    /// # Errors
    /// See [`KeepFault`].
    pub async fn join(&self, officer: Officer, file: InvitationFile) -> Result<Joined, KeepFault> {
        needs_admin(&officer)?;
        let faults = file.faults();
        if !faults.is_empty() {
            return Err(KeepFault::Input(faults));
        }
        let line = file.line.clone();
        let (own, _) = self.make_keys(&line).await?;
        if let Some(joined) = self.joined(&line, &own, &file.keys).await? {
            return Ok(joined);
        }
        let request = JoinRequest {
            secret: file.secret,
            keys: own.clone(),
        };
        let address = self.dial_address(&line, &file.address);
        present(&address, &file.keys.tls, &self.identity, line.clone(), request).await?;
        let config = LineConfig {
            line: line.clone(),
            side: Side::B,
            own,
            peer: file.keys,
            dial: Some(file.address),
        };
        self.core
            .keep(
                officer,
                None,
                Keep::Join {
                    config: config.clone(),
                },
            )
            .await?;
        self.dial(&config)?;
        Ok(joined_of(&config))
    }

    /// Begins to dial a line, if this end is the one that does.
    ///
    /// # Errors
    /// A TLS key that cannot be used.
    pub fn dial(&self, config: &LineConfig) -> Result<(), crate::failed::Failed> {
        let Some(address) = &config.dial else {
            return Ok(());
        };
        let address = self.dial_address(&config.line, address);
        let dialer = Dialer {
            line: config.line.clone(),
            address,
            pin: config.peer.tls.clone(),
        };
        dialer.start(self.lines.clone(), &self.identity)
    }

    fn invitation_terms(&self, request: &InviteRequest) -> Result<(String, i64), KeepFault> {
        let public = self.config.lines.public.clone();
        let address = request
            .address
            .clone()
            .or(public)
            .unwrap_or_else(|| self.line_address.to_string());
        let valid_us = request
            .valid_s
            .map_or(INVITATION_DEFAULT_US, |valid_s| i64::from(valid_s) * 1_000_000);
        let mut faults = Vec::new();
        if !is_address(&address) {
            faults.push(format!("address: {address:?} is no host:port"));
        }
        if !(1..=INVITATION_LONGEST_US).contains(&valid_us) {
            let longest_s = INVITATION_LONGEST_US / 1_000_000;
            faults.push(format!("valid_s: 1 to {longest_s} seconds"));
        }
        if faults.is_empty() {
            Ok((address, valid_us))
        } else {
            Err(KeepFault::Input(faults))
        }
    }

    /// The line's secret on disk and in the engine, and the public keys that come of it.
    async fn make_keys(&self, line: &LineId) -> Result<(KeySet, [u8; 32]), KeepFault> {
        let secret = self.keys().line_secret(line)?;
        self.core.add_secret(line.clone(), secret).await?;
        let mut keyring = SecretKeyring::new([0; 32]);
        keyring.add_line(line, secret, &self.config.desk_names());
        let own = keyring.key_set(line, &self.config.party, self.identity.pin());
        Ok((own.expect("the line was added one statement before"), secret))
    }

    async fn open_invitation(&self, line: &LineId, secret_sha256: &str) -> Result<Option<i64>, KeepFault> {
        let (line, secret_sha256) = (line.clone(), secret_sha256.to_owned());
        let open = self.core.query(move |engine, _| {
            let mut open = engine.invitations();
            open.find(|open| open.line == line && open.secret_sha256 == secret_sha256)
                .map(|open| open.expires_us)
        });
        Ok(open.await?)
    }

    /// The line, if it was joined with exactly these keys before.
    async fn joined(&self, line: &LineId, own: &KeySet, peer: &KeySet) -> Result<Option<Joined>, KeepFault> {
        let line = line.clone();
        let config = self
            .core
            .query(move |engine, _| engine.line_config(&line).cloned())
            .await?;
        let same = config.filter(|config| config.own == *own && config.peer == *peer);
        Ok(same.map(|config| joined_of(&config)))
    }

    fn dial_address(&self, line: &LineId, invited: &str) -> String {
        self.config
            .dial
            .get(line)
            .map_or(invited, String::as_str)
            .to_owned()
    }
}

fn joined_of(config: &LineConfig) -> Joined {
    Joined {
        line: config.line.clone(),
        peer: Party(config.peer.party.clone()),
        words: engine::view::words(config),
    }
}
