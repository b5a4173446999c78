//! The listening end: strangers show a key and a preface, or are gone.

use super::codec::{JoinRequest, Preface, Verdict, read_json, write_json};
use super::link;
use super::registry::Lines;
use crate::config::ADMIN_DESK;
use crate::core::Failure;
use crate::limits::{ACCEPT_PAUSE, MAX_STRANGERS, PREFACE_WAIT};
use crate::tls::{Identity, peer_pin};
use accord::command::{Officer, Role};
use accord::ids::{Desk, LineId};
use engine::input::Keep;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What a stranger is told, whatever was wrong: neither which lines there are nor which key.
const UNKNOWN: &str = "this line is not known here under this key";

/// Serves `listener` until the lines are shut.
///
/// # Errors
/// A TLS key that cannot be used.
pub fn listen(lines: Lines, identity: &Identity, listener: TcpListener) -> Result<(), crate::failed::Failed> {
    let acceptor = TlsAcceptor::from(identity.server()?);
    let strangers = Arc::new(Semaphore::new(MAX_STRANGERS));
    let spawner = lines.clone();
    spawner.spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let Ok(place) = Arc::clone(&strangers).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((socket, _)) => {
                    connections.spawn(serve(lines.clone(), acceptor.clone(), socket, place));
                }
                // Out of file handles, or a connection that fell while it waited.
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(())
}

async fn serve(lines: Lines, acceptor: TlsAcceptor, socket: TcpStream, stranger: OwnedSemaphorePermit) {
    let known = timeout(PREFACE_WAIT, introduce(&lines, acceptor, socket)).await;
    drop(stranger);
    if let Ok(Some((line, stream))) = known {
        link::run(&lines, &line, stream).await;
    }
}

/// Handshake and preface. None for whoever has no business on, or no more to say.
async fn introduce(
    lines: &Lines,
    acceptor: TlsAcceptor,
    socket: TcpStream,
) -> Option<(LineId, TlsStream<TcpStream>)> {
    socket.set_nodelay(true).ok()?;
    let mut stream = acceptor.accept(socket).await.ok()?;
    let pin = peer_pin(stream.get_ref().1.peer_certificates())?;
    let preface: Preface = read_json(&mut stream).await.ok()?;
    let joins = preface.join.is_some();
    let judged = match preface.join {
        Some(request) => join(lines, &preface.line, request, &pin).await,
        None => known(lines, &preface.line, &pin).await,
    };
    let verdict = Verdict {
        go: judged.is_ok(),
        why: judged.err(),
    };
    write_json(&mut stream, &verdict).await.ok()?;
    (verdict.go && !joins).then_some((preface.line, stream))
}

async fn known(lines: &Lines, line: &LineId, pin: &str) -> Result<(), String> {
    let id = line.clone();
    let expected = lines
        .core()
        .query(move |engine, _| engine.line_config(&id).map(|config| config.peer.tls.clone()));
    match expected.await {
        Ok(Some(expected)) if expected == pin => Ok(()),
        Ok(_) => Err(UNKNOWN.to_owned()),
        Err(failure) => Err(failure.to_string()),
    }
}

/// Uses an invitation. The same joiner with the same keys may ask again: its first answer
/// may have been lost.
async fn join(lines: &Lines, line: &LineId, request: JoinRequest, pin: &str) -> Result<(), String> {
    if request.keys.tls != pin {
        return Err("the key set names another TLS key than the one in use".to_owned());
    }
    let (id, keys) = (line.clone(), request.keys.clone());
    let same = lines
        .core()
        .query(move |engine, _| engine.line_config(&id).is_some_and(|c| c.peer == keys));
    if same.await.map_err(|failure| failure.to_string())? {
        return Ok(());
    }
    let secret_sha256 = hex::encode(Sha256::digest(request.secret.as_bytes()));
    let keep = Keep::Accept {
        line: line.clone(),
        secret_sha256,
        peer: request.keys,
    };
    let stranger = Officer {
        desk: Desk::from(ADMIN_DESK),
        role: Role::Read,
    };
    match lines.core().keep(stranger, None, keep).await {
        Ok(_) => {
            eprintln!("detente: line {line} was joined; compare the six words before trusting it");
            Ok(())
        }
        Err(Failure::Refused(refused)) => Err(refused.to_string()),
        Err(failure) => Err(failure.to_string()),
    }
}
