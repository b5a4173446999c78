//! Bytes of a connection: frames of a length and its content, and the preface.

use crate::failed::in_short;
use crate::limits::MAX_PREFACE_BYTES;
use accord::ids::LineId;
use engine::keyring::KeySet;
use serde::{Deserialize, Serialize};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// First frame of the dialling end: which line it means, or how it joins one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preface {
    /// The line.
    pub line: LineId,
    /// Present when an invitation is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<JoinRequest>,
}

/// The use of an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinRequest {
    /// The single-use secret, hexadecimal.
    pub secret: String,
    /// The joiner's keys on the line.
    pub keys: KeySet,
}

/// The listening end's answer to a preface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verdict {
    /// Go on.
    pub go: bool,
    /// Why not, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Reads one frame of at most `most` bytes; none when the other end has finished.
pub(super) async fn read_frame(
    from: &mut (impl AsyncRead + Unpin),
    most: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let first = from.read(&mut length).await?;
    if first == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[first..]).await?;
    let length = u32::from_be_bytes(length) as usize;
    if length > most {
        let why = format!("a frame of {length} bytes was announced; at most {most} are taken");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    let mut frame = Vec::new();
    from.take(length as u64).read_to_end(&mut frame).await?;
    if frame.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(frame))
}

/// Writes one frame; what is written need not have left yet.
pub(super) async fn write_frame(to: &mut (impl AsyncWrite + Unpin), frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).expect("frames are bounded far below 4 GiB");
    to.write_all(&length.to_be_bytes()).await?;
    to.write_all(frame).await
}

/// Reads a small JSON frame.
pub(super) async fn read_json<T: serde::de::DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin),
) -> io::Result<T> {
    let frame = read_frame(from, MAX_PREFACE_BYTES)
        .await?
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    serde_json::from_slice(&frame).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, in_short(why)))
}

/// Writes a small JSON frame, and sees it off.
pub(super) async fn write_json<T: Serialize>(
    to: &mut (impl AsyncWrite + Unpin),
    value: &T,
) -> io::Result<()> {
    let frame = serde_json::to_vec(value).expect("prefaces are plain strings");
    write_frame(to, &frame).await?;
    to.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn frames_come_back_as_they_went() {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, b"one").await.unwrap();
        write_frame(&mut bytes, b"").await.unwrap();
        let mut from = bytes.as_slice();
        assert_eq!(read_frame(&mut from, 3).await.unwrap().unwrap(), b"one");
        assert_eq!(read_frame(&mut from, 3).await.unwrap().unwrap(), b"");
        assert_eq!(read_frame(&mut from, 3).await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_announced_giant_is_refused_before_a_byte_of_it_is_held() {
        let bytes = u32::MAX.to_be_bytes();
        let refused = read_frame(&mut bytes.as_slice(), 1024).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn a_frame_cut_short_is_no_frame() {
        for cut in 1..7 {
            let mut bytes = Vec::new();
            write_frame(&mut bytes, b"abc").await.unwrap();
            assert!(read_frame(&mut &bytes[..cut], 10).await.is_err(), "cut at {cut}");
        }
    }

    /// What comes on a wire is read as frames within the limit, and nothing is read twice or passed over.
    #[test]
    fn fuzzed_streams_are_frames_within_the_limit_and_the_rest_is_refused() {
        const MOST: usize = 300;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        fuzz::target!("stream", |document: &[u8]| {
            runtime.block_on(async {
                let (mut from, mut again) = (document, Vec::new());
                loop {
                    match read_frame(&mut from, MOST).await {
                        Ok(Some(frame)) => {
                            assert!(frame.len() <= MOST);
                            write_frame(&mut again, &frame).await.unwrap();
                            assert_eq!(again, document[..document.len() - from.len()]);
                        }
                        Ok(None) => return again == document,
                        Err(why) => return fuzz::refused(why),
                    }
                }
            })
        });
    }
}
