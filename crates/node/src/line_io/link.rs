//! One connection of a line, from its preface to its end.

use super::codec::{read_frame, write_frame};
use super::outbox::Outbox;
use super::registry::{Lines, Place};
use crate::limits::{FRAME_BUDGET_KIB, FRAME_LEAST_KIB, READ_WAIT, WRITE_WAIT};
use accord::ids::LineId;
use engine::limits::MAX_FRAME_BYTES;
use std::fmt;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, BufWriter, ReadHalf, WriteHalf};
use tokio::time::timeout;

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The peer closed it in due form: it stops, or has another one in its place.
    Closed,
    /// Anything else, in words.
    Broken(String),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Closed => f.write_str("the peer closed the connection"),
            End::Broken(why) => f.write_str(why),
        }
    }
}

/// Carries frames both ways until either end stops.
pub(super) async fn run(lines: &Lines, line: &LineId, stream: impl AsyncRead + AsyncWrite) -> End {
    let place = lines.enter(line);
    let (reader, writer) = tokio::io::split(stream);
    tokio::select! {
        end = read(lines, &place, reader) => end,
        why = write(&place.outbox, writer) => End::Broken(why),
    }
}

/// Hands frames to the core, as far as the connection's budget reaches.
async fn read(lines: &Lines, place: &Place, reader: ReadHalf<impl AsyncRead>) -> End {
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    loop {
        let frame = match timeout(READ_WAIT, read_frame(&mut reader, MAX_FRAME_BYTES)).await {
            Err(_) => return End::Broken(format!("nothing came for {} s", READ_WAIT.as_secs())),
            Ok(Err(why)) => {
                if why.kind() == io::ErrorKind::InvalidData {
                    lines.report_bad_frames(&place.line, &why);
                }
                return End::Broken(broken(&why));
            }
            Ok(Ok(None)) => return End::Closed,
            Ok(Ok(Some(frame))) => frame,
        };
        let ticket = Arc::clone(&place.budget)
            .acquire_many_owned(cost_kib(frame.len()))
            .await;
        let ticket = ticket.expect("the budget of a connection is never closed");
        lines.core().frame(place.line.clone(), place.conn, frame, ticket);
    }
}

/// What a failed read or write means to an officer.
pub(super) fn broken(why: &io::Error) -> String {
    match why.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            "the connection broke off".to_owned()
        }
        io::ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        io::ErrorKind::TimedOut => "no answer".to_owned(),
        _ => why.to_string(),
    }
}

fn cost_kib(bytes: usize) -> u32 {
    let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(FRAME_BUDGET_KIB);
    kib.clamp(FRAME_LEAST_KIB, FRAME_BUDGET_KIB)
}

async fn write(outbox: &Outbox, writer: WriteHalf<impl AsyncWrite>) -> String {
    let mut writer = BufWriter::with_capacity(64 << 10, writer);
    loop {
        let frame = match outbox.next().await {
            Ok(frame) => frame,
            Err(why) => {
                let _already_ending = timeout(WRITE_WAIT, writer.shutdown()).await;
                return why;
            }
        };
        match timeout(WRITE_WAIT, write_all(&mut writer, frame, outbox)).await {
            Err(_) => return format!("the peer took nothing for {} s", WRITE_WAIT.as_secs()),
            Ok(Err(why)) => return broken(&why),
            Ok(Ok(())) => {}
        }
    }
}

/// Writes a frame and sees it off, unless another one waits that can travel with it.
async fn write_all(
    writer: &mut BufWriter<WriteHalf<impl AsyncWrite>>,
    frame: Vec<u8>,
    outbox: &Outbox,
) -> io::Result<()> {
    write_frame(writer, &frame).await?;
    if outbox.is_empty() {
        writer.flush().await
    } else {
        Ok(())
    }
}
