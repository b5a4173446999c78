//! Settings of open traffic.

use crate::failed::Failed;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

/// How open traffic is served. Unknown keys are refused: a misspelt setting is no setting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenOptions {
    /// Where it listens; nowhere without. It speaks plain HTTP: TLS is a proxy's affair.
    pub listen: Option<SocketAddr>,
    /// Takes `http://` where the standard asks for `https://`. For tests.
    pub allow_http_base_urls: bool,
    /// Takes RSA keys of 1024 bits and more, where 2048 are asked for. For tests: who can afford it signs with them.
    pub allow_short_rsa_keys: bool,
    /// As the reference implementation, also where the standard has it otherwise.
    pub strict_reference: bool,
    /// Notification indices are milliseconds since midnight instead of counts.
    pub time_based_index: bool,
    /// What `aud` of an access token may be: the names that authorities know this service by.
    pub audiences: Vec<String>,
    /// Public keys of authorities, PEM (`BEGIN PUBLIC KEY`).
    pub key_files: Vec<PathBuf>,
    /// Where authorities publish their keys (RFC 7517 JWK Sets).
    pub jwks_urls: Vec<String>,
    /// Whom `https://` of [`Self::jwks_urls`] is believed from, PEM; the system's list when absent.
    pub jwks_ca_file: Option<PathBuf>,
    /// Where clients reach this service.
    pub public_endpoint: String,
    /// Its name in the pool.
    pub locality: String,
    /// Name of the pool, the same with all who take part in it.
    pub pool_id: String,
}

impl OpenOptions {
    /// The choices that are the pool's.
    pub fn pool(&self) -> pool::Options {
        pool::Options {
            strict_reference: self.strict_reference,
            time_based_index: self.time_based_index,
        }
    }

    /// Whether anybody could be let in.
    pub(super) fn check(&self) -> Result<(), Failed> {
        if self.audiences.iter().all(String::is_empty) {
            return Err(Failed::usage(
                "open traffic: name at least one audience, or no access token can be meant for this service",
            ));
        }
        if self.key_files.is_empty() && self.jwks_urls.is_empty() {
            return Err(Failed::usage(
                "open traffic: name a key file or the address of a key set, or no access token can be checked",
            ));
        }
        Ok(())
    }
}
