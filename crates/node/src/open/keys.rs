//! The keys of all authorities: from files, for good; from addresses, as they are published.

use super::OpenOptions;
use super::trust::{Claims, Key, Rsa, Unverified, header};
use crate::failed::{Failed, in_short};
use crate::limits::{KEY_SET_EVERY, KEY_SET_HOLDS, KEY_SET_SOONEST, KEY_SET_WAIT, MAX_KEY_SET_BYTES};
use jsonwebtoken::Header;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Where Debian, and many others, keep whom the system believes.
const SYSTEM_CA_FILE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Every key that a token may be signed with.
pub(super) struct Keys {
    of_files: Vec<Key>,
    addresses: Vec<String>,
    rsa: Rsa,
    published: RwLock<Vec<Published>>,
    /// Counts changes of `published`.
    edition: AtomicU64,
    /// When the addresses were last looked at for the sake of a token.
    looked: Mutex<Option<Instant>>,
    agent: Agent,
}

/// What an address published.
#[derive(Clone, Default)]
struct Published {
    document: Vec<u8>,
    keys: Vec<Key>,
    at: Option<Instant>,
}

impl Keys {
    /// The keys of all files; those of addresses come with the first look.
    ///
    /// # Errors
    /// A file that cannot be read or has no key, an address that cannot be reached by this node.
    pub(super) fn new(options: &OpenOptions) -> Result<Self, Failed> {
        let rsa = match options.allow_short_rsa_keys {
            true => Rsa::AlsoShort,
            false => Rsa::Sound,
        };
        let files = options.key_files.iter();
        let of_files: Result<Vec<Vec<Key>>, _> = files.map(|path| Key::of_file(path, rsa)).collect();
        let addresses = options.jwks_urls.clone();
        let spoken = |address: &&String| address.starts_with("http://") || address.starts_with("https://");
        if let Some(other) = addresses.iter().find(|address| !spoken(address)) {
            return Err(Failed::usage(format_args!(
                "open traffic: {other} is neither https:// nor http://"
            )));
        }
        Ok(Keys {
            of_files: of_files?.concat(),
            published: RwLock::new(vec![Published::default(); addresses.len()]),
            addresses,
            rsa,
            edition: AtomicU64::new(0),
            looked: Mutex::new(None),
            agent: agent(options)?,
        })
    }

    /// Another number whenever a key may have gone.
    pub(super) fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// What a token claims, if a known key has signed it. A token that names a key nobody has makes the addresses be
    /// looked at again, at most once in [`KEY_SET_SOONEST`].
    pub(super) async fn claims(&self, token: &str) -> Result<Claims, Unverified> {
        let header = header(token)?;
        let first = self.try_all(token, &header);
        let new_name = header.kid.is_some() && !self.knows(&header);
        if first.is_ok() || !new_name || self.addresses.is_empty() {
            return first;
        }
        self.look_again().await;
        self.try_all(token, &header)
    }

    fn try_all(&self, token: &str, header: &Header) -> Result<Claims, Unverified> {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        let all = self
            .of_files
            .iter()
            .chain(published.iter().flat_map(|one| &one.keys));
        let mut why = Unverified::NoKey;
        for key in all.filter(|key| key.may_have_signed(header)) {
            match key.claims(token) {
                Err(Unverified::Signature) => why = Unverified::Signature,
                settled => return settled,
            }
        }
        Err(why)
    }

    fn knows(&self, header: &Header) -> bool {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        published
            .iter()
            .flat_map(|one| &one.keys)
            .any(|key| key.is_named(header))
    }

    /// Looks, unless somebody has just looked; who comes meanwhile waits for what is found.
    async fn look_again(&self) {
        let mut looked = self.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= KEY_SET_SOONEST) {
            *looked = Some(Instant::now());
            self.look().await;
        }
    }

    /// Looks at every address.
    pub(super) async fn look(&self) {
        for (at, address) in self.addresses.iter().enumerate() {
            let (agent, from, rsa) = (self.agent.clone(), address.clone(), self.rsa);
            let fetched = spawn_blocking(move || fetch(&agent, &from, rsa)).await;
            let fetched = fetched.unwrap_or_else(|why| Err(why.to_string()));
            if let Err(why) = &fetched {
                eprintln!("detente: open traffic: no keys from {address}: {why}");
            }
            let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
            if published[at].settle(Instant::now(), fetched) {
                self.edition.fetch_add(1, Ordering::Release);
            }
        }
    }

    /// Looks at every address, again and again.
    pub(super) async fn keep_looking(self: Arc<Self>) {
        while !self.addresses.is_empty() {
            tokio::time::sleep(KEY_SET_EVERY).await;
            self.look().await;
        }
    }
}

impl Published {
    /// Takes what came of a look. Keys of an address that cannot be reached hold for [`KEY_SET_HOLDS`]. Says whether
    /// the keys are others now.
    fn settle(&mut self, now: Instant, fetched: Result<(Vec<u8>, Vec<Key>), String>) -> bool {
        match fetched {
            Ok((document, keys)) => {
                let changed = document != self.document;
                *self = Published {
                    document,
                    keys,
                    at: Some(now),
                };
                changed
            }
            Err(_) if self.at.is_some_and(|at| now - at >= KEY_SET_HOLDS) => {
                *self = Published::default();
                true
            }
            Err(_) => false,
        }
    }
}

fn fetch(agent: &Agent, address: &str, rsa: Rsa) -> Result<(Vec<u8>, Vec<Key>), String> {
    let mut answer = agent.get(address).call().map_err(in_short)?;
    let body = answer.body_mut().with_config().limit(MAX_KEY_SET_BYTES);
    let document = body.read_to_vec().map_err(in_short)?;
    let keys = Key::of_set(&document, rsa)?;
    Ok((document, keys))
}

/// What fetches key sets. It believes whom the settings or the system name, and nobody else.
fn agent(options: &OpenOptions) -> Result<Agent, Failed> {
    let mut config = Agent::config_builder().timeout_global(Some(KEY_SET_WAIT));
    if options
        .jwks_urls
        .iter()
        .any(|address| address.starts_with("https://"))
    {
        let file = options
            .jwks_ca_file
            .as_deref()
            .unwrap_or(Path::new(SYSTEM_CA_FILE));
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(believed(file)?)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        config = config.tls_config(tls.build());
    }
    Ok(config.build().into())
}

fn believed(file: &Path) -> Result<Vec<Certificate<'static>>, Failed> {
    let read = std::fs::read(file).map_err(|why| Failed::file("read the authorities of TLS", file, &why))?;
    let certificates = parse_pem(&read).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<_> = certificates.collect();
    if certificates.is_empty() {
        let none = format_args!("{}: no certificate in it", file.display());
        return Err(Failed::refused(none));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn keys_hold_for_an_hour_without_their_address_and_no_longer() {
        let start = Instant::now();
        let mut published = Published::default();
        assert!(!published.settle(start, Err("down".to_owned())));
        assert!(published.settle(start, Ok((b"a".to_vec(), Vec::new()))));
        assert!(!published.settle(start, Ok((b"a".to_vec(), Vec::new()))));
        let within = start + KEY_SET_HOLDS - Duration::from_secs(1);
        assert!(!published.settle(within, Err("down".to_owned())));
        assert_eq!(published.document, b"a");
        assert!(published.settle(start + KEY_SET_HOLDS, Err("down".to_owned())));
        assert!(published.document.is_empty());
    }
}
