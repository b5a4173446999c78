//! Tokens: made once, shown once, stored by their hash.

use super::{KeepFault, Keeper, admin, needs_admin, secret};
use crate::config::ADMIN_DESK;
use crate::dir::{read_private, write_private};
use crate::failed::Failed;
use crate::limits::{LOCAL_TOKEN_RENEW_US, LOCAL_TOKEN_US, TOKEN_DEFAULT_US};
use accord::command::{Officer, Role};
use accord::ids::Desk;
use engine::input::{IdempotencyKey, Keep, Token};
use engine::keyring::is_name;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Body of `POST /v1/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// Name for lists and revocation, 1 to 32 of a-z, 0-9 and -.
    pub name: String,
    /// The desk it acts as; left out for an admin token.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub desk: Option<Desk>,
    /// What it may do: `read`, `watch`, `commander`, `admin`.
    #[schema(value_type = String)]
    pub role: Role,
    /// Validity in days; 90 when absent.
    #[serde(default)]
    pub valid_days: Option<u16>,
}

/// Answer of `POST /v1/tokens`: the only time the secret is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenMade {
    /// Its name.
    pub name: String,
    /// The bearer secret, 64 hexadecimal digits.
    pub secret: String,
    /// Wall time after which it is void, µs.
    pub expires_us: i64,
}

impl Keeper {
    /// Makes a token. Needs the admin role.
    ///
    /// # Errors
    /// See [`KeepFault`].
    pub async fn add_token(
        &self,
        officer: Officer,
        key: Option<IdempotencyKey>,
        request: TokenRequest,
    ) -> Result<TokenMade, KeepFault> {
        needs_admin(&officer)?;
        let desk = self.desk_of(&request)?;
        let secret = secret(
            &self.keys().node_secret()?,
            &format!("token/{}", request.name),
            key.as_ref(),
        )?;
        let sha256 = hex::encode(Sha256::digest(secret.as_bytes()));
        let name = request.name.clone();
        if let Some(Token { expires_us, .. }) = self.token(&name, &sha256).await? {
            return Ok(TokenMade {
                name,
                secret,
                expires_us,
            });
        }
        let valid_us = request
            .valid_days
            .map_or(TOKEN_DEFAULT_US, |days| i64::from(days) * 86_400_000_000);
        let expires_us = crate::clock::wall_us() + valid_us;
        let token = Token {
            name: name.clone(),
            sha256,
            desk,
            role: request.role,
            expires_us,
        };
        self.core.keep(officer, None, Keep::AddToken { token }).await?;
        Ok(TokenMade {
            name,
            secret,
            expires_us,
        })
    }

    /// Sees to it that the command line of this machine holds a valid token for every desk
    /// and one for the keeper. A token that was revoked is never taken back: its file gets a
    /// new one.
    ///
    /// # Errors
    /// A disk that fails, or a core that has stopped.
    pub async fn renew_local_tokens(&self) -> Result<(), Failed> {
        let desks = self
            .config
            .desks
            .iter()
            .map(|desk| (desk.name.clone(), desk.role));
        for (desk, role) in desks.chain([(Desk::from(ADMIN_DESK), Role::Admin)]) {
            self.renew_local(&desk, role).await.map_err(Failed::internal)?;
        }
        Ok(())
    }

    async fn renew_local(&self, desk: &Desk, role: Role) -> Result<(), KeepFault> {
        let path = self.dir.tokens().join(&desk.0);
        let wanted_us = crate::clock::wall_us() + LOCAL_TOKEN_RENEW_US;
        if let Some(secret) = read_private(&path)? {
            let sha256 = hex::encode(Sha256::digest(secret.trim().as_bytes()));
            let (desk, held) = (
                desk.clone(),
                self.core
                    .query(move |engine, now| engine.token(&sha256, now).cloned()),
            );
            let good =
                |token: &Token| token.desk == desk && token.role == role && token.expires_us > wanted_us;
            if held.await?.as_ref().is_some_and(good) {
                return Ok(());
            }
        }
        let secret = hex::encode(crate::clock::random::<32>()?);
        let sha256 = hex::encode(Sha256::digest(secret.as_bytes()));
        let name = format!("local-{desk}-{}", &sha256[..8]);
        let expires_us = crate::clock::wall_us() + LOCAL_TOKEN_US;
        let token = Token {
            name,
            sha256,
            desk: desk.clone(),
            role,
            expires_us,
        };
        self.core.keep(admin(), None, Keep::AddToken { token }).await?;
        Ok(write_private(&path, secret.as_bytes())?)
    }

    async fn token(&self, name: &str, sha256: &str) -> Result<Option<Token>, KeepFault> {
        let (name, sha256) = (name.to_owned(), sha256.to_owned());
        let found = self.core.query(move |engine, _| {
            let mut tokens = engine.tokens();
            tokens
                .find(|token| token.name == name && token.sha256 == sha256)
                .cloned()
        });
        Ok(found.await?)
    }

    /// The desk of a new token; every fault of the request at once.
    fn desk_of(&self, request: &TokenRequest) -> Result<Desk, KeepFault> {
        let mut faults = Vec::new();
        if !is_name(&request.name) {
            faults.push("name: 1 to 32 of a-z, 0-9 and - are needed".to_owned());
        }
        if request.valid_days == Some(0) {
            faults.push("valid_days: 1 or more".to_owned());
        }
        let known = |desk: &Desk| self.config.desks.iter().any(|known| known.name == *desk);
        let desk = match (&request.desk, request.role) {
            (None, Role::Admin) => Some(Desk::from(ADMIN_DESK)),
            (Some(desk), role) if role != Role::Admin && known(desk) => Some(desk.clone()),
            (Some(desk), Role::Admin) => {
                faults.push(format!(
                    "desk: an admin token keeps the node and is of no desk; leave {desk} out"
                ));
                None
            }
            (Some(desk), _) => {
                faults.push(format!("desk: there is no desk {desk} in config.toml"));
                None
            }
            (None, _) => {
                faults.push("desk: name the desk this token acts as".to_owned());
                None
            }
        };
        match desk {
            Some(desk) if faults.is_empty() => Ok(desk),
            _ => Err(KeepFault::Input(faults)),
        }
    }
}
