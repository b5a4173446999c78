//! Connections: so many at once, and each for as long as it gets on.

use crate::limits::{ACCEPT_PAUSE, MAX_OPEN_CONNECTIONS, OPEN_ASKING_WAIT, OPEN_QUIET_WAIT};
use axum::serve::Listener;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Takes connections while there are places.
pub(super) struct Patient {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

/// A connection that ends when it does not get on: [`OPEN_ASKING_WAIT`] from the first byte of a request to the first
/// of its answer, [`OPEN_QUIET_WAIT`] between any two bytes of an answer and after it.
pub(super) struct Connection {
    stream: TcpStream,
    until: Pin<Box<Sleep>>,
    asking: bool,
    _place: OwnedSemaphorePermit,
}

impl Patient {
    /// All places free.
    pub(super) fn new(listener: TcpListener) -> Self {
        let places = Arc::new(Semaphore::new(MAX_OPEN_CONNECTIONS));
        Patient { listener, places }
    }
}

impl Listener for Patient {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("the semaphore lives as long as its listener and is never closed");
        loop {
            match self.listener.accept().await {
                Ok((stream, from)) => return (Connection::new(stream, place), from),
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connection {
    fn new(stream: TcpStream, place: OwnedSemaphorePermit) -> Self {
        // Answers are written at once; where this is refused they come a little later.
        let _may_be_closed = stream.set_nodelay(true);
        Connection {
            stream,
            until: Box::pin(sleep_until(Instant::now() + OPEN_QUIET_WAIT)),
            asking: false,
            _place: place,
        }
    }

    /// Notes that bytes came or went.
    fn moved(&mut self, asking: bool) {
        if asking && self.asking {
            return;
        }
        self.asking = asking;
        let wait = if asking { OPEN_ASKING_WAIT } else { OPEN_QUIET_WAIT };
        self.until.as_mut().reset(Instant::now() + wait);
    }

    /// Waits on, or breaks off.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        ready!(self.until.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(context, into) {
            Poll::Pending => self.wait(context),
            read => {
                self.moved(true);
                read
            }
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.wait(context),
            written => {
                self.moved(false);
                written
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
