//! The dialling end: again and again, with growing and uneven waits.

use super::codec::{JoinRequest, Preface, Verdict, read_json, write_json};
use super::link::{self, End};
use super::registry::Lines;
use crate::clock::random;
use crate::limits::{DIAL_WAIT, PREFACE_WAIT, REDIAL_FIRST, REDIAL_LONGEST};
use crate::tls::{Identity, NAME};
use accord::ids::LineId;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Keeps one line connected.
pub struct Dialer {
    /// The line.
    pub line: LineId,
    /// Where its peer listens, `host:port`.
    pub address: String,
    /// The peer's TLS pin.
    pub pin: String,
}

/// Why an invitation could not be presented.
#[derive(Debug, thiserror::Error)]
pub enum JoinFault {
    /// The inviter refused.
    #[error("the inviter refused: {0}")]
    Refused(String),
    /// Nobody answered there, or with another key.
    #[error(
        "the inviter's node could not be reached at {address}: {why}. Ask whether it runs and whether the address is right, and join again with the same file"
    )]
    Unreachable {
        /// The address of the invitation.
        address: String,
        /// What the system said.
        why: String,
    },
}

impl Dialer {
    /// Dials until the lines are shut. A line that stood and broke off is dialled again
    /// almost at once: it costs warning time. A peer that closes it in due form is not urged.
    ///
    /// # Errors
    /// A TLS key that cannot be used.
    pub fn start(self, lines: Lines, identity: &Identity) -> Result<(), crate::failed::Failed> {
        let tls = identity.client(&self.pin)?;
        let spawner = lines.clone();
        spawner.spawn(async move { self.run(lines, tls).await });
        Ok(())
    }

    async fn run(self, lines: Lines, tls: Arc<ClientConfig>) {
        let preface = Preface {
            line: self.line.clone(),
            join: None,
        };
        let mut wait = REDIAL_FIRST;
        let mut told = String::new();
        loop {
            let begun = Instant::now();
            let mut stood = false;
            let why = match connect(&self.address, &tls, &preface).await {
                Ok((stream, Verdict { go: true, .. })) => {
                    told.clear();
                    let end = link::run(&lines, &self.line, stream).await;
                    stood = end != End::Closed;
                    end.to_string()
                }
                Ok((_, Verdict { why, .. })) => format!("refused: {}", why.unwrap_or_default()),
                Err(why) => link::broken(&why),
            };
            if told != why {
                eprintln!(
                    "detente: line {} is down ({why}); dialling {}",
                    self.line, self.address
                );
                told = why;
            }
            wait = if stood || begun.elapsed() > REDIAL_LONGEST {
                REDIAL_FIRST
            } else {
                (wait * 2).min(REDIAL_LONGEST)
            };
            tokio::time::sleep(uneven(wait)).await;
        }
    }
}

/// Presents an invitation's secret once.
///
/// # Errors
/// See [`JoinFault`].
pub async fn present(
    address: &str,
    pin: &str,
    identity: &Identity,
    line: LineId,
    request: JoinRequest,
) -> Result<(), JoinFault> {
    let unreachable = |why: String| JoinFault::Unreachable {
        address: address.to_owned(),
        why,
    };
    let tls = identity.client(pin).map_err(|why| unreachable(why.to_string()))?;
    let preface = Preface {
        line,
        join: Some(request),
    };
    match connect(address, &tls, &preface).await {
        Ok((_, Verdict { go: true, .. })) => Ok(()),
        Ok((_, Verdict { why, .. })) => Err(JoinFault::Refused(why.unwrap_or_default())),
        Err(why) => Err(unreachable(link::broken(&why))),
    }
}

async fn connect(
    address: &str,
    tls: &Arc<ClientConfig>,
    preface: &Preface,
) -> io::Result<(TlsStream<TcpStream>, Verdict)> {
    let socket = timeout(DIAL_WAIT, TcpStream::connect(address)).await??;
    socket.set_nodelay(true)?;
    let name = ServerName::try_from(NAME).expect("the name is a constant that a test reads");
    let introduce = async {
        let mut stream = TlsConnector::from(Arc::clone(tls)).connect(name, socket).await?;
        write_json(&mut stream, preface).await?;
        let verdict = read_json(&mut stream).await?;
        Ok((stream, verdict))
    };
    timeout(PREFACE_WAIT, introduce).await?
}

/// Between half of `wait` and the whole, so that the nodes of a room do not dial in step.
fn uneven(wait: Duration) -> Duration {
    let [draw] = random::<1>().unwrap_or([128]);
    wait / 2 + wait / 512 * u32::from(draw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_uneven_within_their_bounds() {
        let waits: Vec<Duration> = (0..64).map(|_| uneven(REDIAL_LONGEST)).collect();
        assert!(
            waits
                .iter()
                .all(|wait| (REDIAL_LONGEST / 2..=REDIAL_LONGEST).contains(wait))
        );
        assert!(waits.iter().any(|wait| *wait != waits[0]));
    }
}
