//! Frames of a line: one kind byte, then JSON, or entries in a length-prefixed form.
//!
//! Every reader is bounded by the frame's own length and refuses what it does not know;
//! nothing here trusts a peer.

use crate::event::Side;
use crate::limits::{MAX_BODY_BYTES, MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES, MAX_HEADER_BYTES};
use crate::stall::in_short;
use serde::{Deserialize, Serialize};

/// One entry with what its commitment hides, as it travels and as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Canonical header, exactly as signed.
    pub header: Vec<u8>,
    /// Salt of the commitment.
    pub salt: [u8; 32],
    /// Canonical body; none when it was withheld or erased.
    pub body: Option<Vec<u8>>,
}

/// A peer's signed tree head and this side's countersignature, as kept and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Countersigned {
    /// The checkpoint as a signed note.
    pub note: String,
    /// The cosignature line; absent where the holder has not cosigned.
    pub cosignature: Option<String>,
}

/// First frame of a connection, and again after an epoch opens: what each side holds of
/// both logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// Version of the line protocol: 1.
    pub v: u32,
    /// The line that the sender means.
    pub line: String,
    /// The epoch that is spoken of.
    pub epoch: u32,
    /// Why the sender has closed that epoch, when it has: then this is what it holds of it for
    /// good, and where a receiver that is still there goes on from.
    pub closed: Option<String>,
    /// Its wall clock, µs.
    pub wall_us: i64,
    /// Its own log: newest checkpoint, and the receiver's newest cosignature on it.
    pub own: Option<Countersigned>,
    /// The size that the cosignature in `own` covers, with its checkpoint, if it is smaller.
    pub own_cosigned: Option<Countersigned>,
    /// The receiver's log: the newest checkpoint it holds, with its own cosignature.
    pub held: Option<Countersigned>,
}

/// What two nodes say to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Frame {
    /// What I hold.
    Hello(Hello),
    /// Still here, every two seconds.
    Beat(Beat),
    /// Entries of the sender's log in order, and a checkpoint that covers exactly them.
    Acts(Acts),
    /// The sender's cosignature on the receiver's log.
    Cosign(Cosign),
    /// A safety entry ahead of the log.
    Urgent { epoch: u32, entry: Entry },
    /// Asks for entries that are lost to the asker.
    Fetch(Fetch),
    /// Entries that the receiver asked for.
    Returned(Returned),
    /// The sender does not cosign what it got, and why.
    Stalled(Stalled),
    /// Evidence that two signed states cannot both hold, and the epoch that follows.
    Contradiction(ContradictionFrame),
}

/// A beat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beat {
    /// The sender's wall clock, µs.
    pub wall_us: i64,
    /// The sender's epoch.
    pub epoch: u32,
    /// Size of the sender's own log that it has sent.
    pub size: u64,
    /// Size of the receiver's log that the sender holds.
    pub held: u64,
}

/// Entries in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acts {
    /// Epoch of the log.
    pub epoch: u32,
    /// Leaf index of the first entry.
    pub first: u64,
    /// One after the other.
    pub entries: Vec<Entry>,
    /// Checkpoint at `first + entries.len()`, as a signed note.
    pub checkpoint: String,
}

/// A cosignature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosign {
    /// Epoch of the receiver's log.
    pub epoch: u32,
    /// Size that is cosigned.
    pub size: u64,
    /// The signature line.
    pub line: String,
}

/// A request for lost entries: of the asker's own log, or of the other one in an epoch that is
/// closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// Whose log.
    pub side: Side,
    /// Its epoch.
    pub epoch: u32,
    /// First leaf index wanted.
    pub from: u64,
    /// One past the last.
    pub upto: u64,
}

/// Entries in order, given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Whose log.
    pub side: Side,
    /// Its epoch.
    pub epoch: u32,
    /// Leaf index of the first entry.
    pub first: u64,
    /// One after the other.
    pub entries: Vec<Entry>,
}

/// A refusal to cosign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stalled {
    /// Epoch of the log that is not cosigned.
    pub epoch: u32,
    /// Size up to which all was well.
    pub size: u64,
    /// Why, in words for an officer.
    pub why: String,
}

/// Evidence and what follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContradictionFrame {
    /// The epoch the sender has opened.
    pub epoch: u32,
    /// Canonical evidence; empty where the epoch was opened for another reason.
    pub evidence: String,
    /// In words.
    pub why: String,
}

/// Why bytes are no frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// Longer than any frame may be.
    #[error("a frame of {0} bytes; at most {MAX_FRAME_BYTES} are taken")]
    TooLong(usize),
    /// A first byte that names no kind.
    #[error("frame kind {0} is not known to this version")]
    UnknownKind(u8),
    /// It ended early, went on too long, or counts do not fit.
    #[error("frame cut short or with bytes left over in {0}")]
    Shape(&'static str),
    /// JSON that is not what the kind needs.
    #[error("frame content: {0}")]
    Json(String),
}

const HELLO: u8 = 1;
const BEAT: u8 = 2;
const ACTS: u8 = 3;
const COSIGN: u8 = 4;
const URGENT: u8 = 5;
const FETCH: u8 = 6;
const RETURNED: u8 = 7;
const STALLED: u8 = 8;
const CONTRADICTION: u8 = 9;
const WITHHELD: u32 = u32::MAX;

impl Frame {
    /// Whether bytes that came in claim to be safety traffic: it has a queue of its own.
    pub fn is_urgent(bytes: &[u8]) -> bool {
        bytes.first() == Some(&URGENT)
    }

    /// The name of the kind that bytes claim to be.
    pub fn kind_name(bytes: &[u8]) -> Option<&'static str> {
        Some(match *bytes.first()? {
            HELLO => "hello",
            BEAT => "beat",
            ACTS => "acts",
            COSIGN => "cosign",
            URGENT => "urgent",
            FETCH => "fetch",
            RETURNED => "returned",
            STALLED => "stalled",
            CONTRADICTION => "contradiction",
            _ => return None,
        })
    }

    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Frame::Hello(hello) => json(HELLO, hello),
            Frame::Beat(beat) => json(BEAT, beat),
            Frame::Cosign(cosign) => json(COSIGN, cosign),
            Frame::Fetch(fetch) => json(FETCH, fetch),
            Frame::Stalled(stalled) => json(STALLED, stalled),
            Frame::Contradiction(frame) => json(CONTRADICTION, frame),
            Frame::Acts(acts) => {
                let mut out = batch(ACTS, acts.epoch, acts.first, &acts.entries);
                put(&mut out, acts.checkpoint.as_bytes());
                out
            }
            Frame::Returned(returned) => {
                let mut out = batch(RETURNED, returned.epoch, returned.first, &returned.entries);
                out.extend_from_slice(returned.side.letter().as_bytes());
                out
            }
            Frame::Urgent { epoch, entry } => batch(URGENT, *epoch, 0, std::slice::from_ref(entry)),
        }
    }

    /// Reads what a peer sent.
    pub fn parse(bytes: &[u8]) -> Result<Frame, FrameFault> {
        if bytes.len() > MAX_FRAME_BYTES {
            return Err(FrameFault::TooLong(bytes.len()));
        }
        let (&kind, rest) = bytes.split_first().ok_or(FrameFault::Shape("kind"))?;
        Ok(match kind {
            HELLO => Frame::Hello(from_json(rest)?),
            BEAT => Frame::Beat(from_json(rest)?),
            COSIGN => Frame::Cosign(from_json(rest)?),
            FETCH => Frame::Fetch(from_json(rest)?),
            STALLED => Frame::Stalled(from_json(rest)?),
            CONTRADICTION => Frame::Contradiction(from_json(rest)?),
            ACTS => Self::parse_acts(rest)?,
            RETURNED => Self::parse_returned(rest)?,
            URGENT => Self::parse_urgent(rest)?,
            other => return Err(FrameFault::UnknownKind(other)),
        })
    }

    fn parse_acts(rest: &[u8]) -> Result<Frame, FrameFault> {
        let mut reader = Reader(rest);
        let (epoch, first, entries) = reader.batch()?;
        let note = reader.bytes(MAX_HEADER_BYTES, "checkpoint")?;
        reader.end("acts")?;
        let checkpoint = String::from_utf8(note.to_vec()).map_err(|_| FrameFault::Shape("checkpoint"))?;
        Ok(Frame::Acts(Acts {
            epoch,
            first,
            entries,
            checkpoint,
        }))
    }

    fn parse_returned(rest: &[u8]) -> Result<Frame, FrameFault> {
        let mut reader = Reader(rest);
        let (epoch, first, entries) = reader.batch()?;
        let side = match reader.take(1, "side")? {
            b"a" => Side::A,
            b"b" => Side::B,
            _ => return Err(FrameFault::Shape("side")),
        };
        reader.end("returned")?;
        Ok(Frame::Returned(Returned {
            side,
            epoch,
            first,
            entries,
        }))
    }

    fn parse_urgent(rest: &[u8]) -> Result<Frame, FrameFault> {
        let mut reader = Reader(rest);
        let (epoch, _, mut entries) = reader.batch()?;
        reader.end("urgent")?;
        match (entries.pop(), entries.is_empty()) {
            (Some(entry), true) => Ok(Frame::Urgent { epoch, entry }),
            _ => Err(FrameFault::Shape("urgent: exactly one entry")),
        }
    }
}

impl Entry {
    /// Bytes that this entry takes in a frame or in the store.
    pub fn size(&self) -> usize {
        self.header.len() + 40 + self.body.as_ref().map_or(0, Vec::len)
    }

    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.size());
        self.put(&mut out);
        out
    }

    /// Reads the stored form.
    pub fn parse(bytes: &[u8]) -> Result<Entry, FrameFault> {
        let mut reader = Reader(bytes);
        let entry = reader.entry()?;
        reader.end("entry")?;
        Ok(entry)
    }

    fn put(&self, out: &mut Vec<u8>) {
        put(out, &self.header);
        out.extend_from_slice(&self.salt);
        match &self.body {
            Some(body) => put(out, body),
            None => out.extend_from_slice(&WITHHELD.to_be_bytes()),
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], FrameFault> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(FrameFault::Shape(what))?;
        self.0 = tail;
        Ok(head)
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, FrameFault> {
        let bytes = self.take(4, what)?;
        Ok(u32::from_be_bytes(
            bytes.try_into().expect("take returned four bytes"),
        ))
    }

    fn u64(&mut self, what: &'static str) -> Result<u64, FrameFault> {
        let bytes = self.take(8, what)?;
        Ok(u64::from_be_bytes(
            bytes.try_into().expect("take returned eight bytes"),
        ))
    }

    fn bytes(&mut self, most: usize, what: &'static str) -> Result<&'a [u8], FrameFault> {
        let length = self.u32(what)? as usize;
        if length > most {
            return Err(FrameFault::Shape(what));
        }
        self.take(length, what)
    }

    fn entry(&mut self) -> Result<Entry, FrameFault> {
        let header = self.bytes(MAX_HEADER_BYTES, "header")?.to_vec();
        let salt = self.take(32, "salt")?.try_into().expect("take returned 32 bytes");
        let withheld = self.0.starts_with(&WITHHELD.to_be_bytes());
        let body = if withheld {
            self.take(4, "body")?;
            None
        } else {
            Some(self.bytes(MAX_BODY_BYTES, "body")?.to_vec())
        };
        Ok(Entry { header, salt, body })
    }

    fn batch(&mut self) -> Result<(u32, u64, Vec<Entry>), FrameFault> {
        let epoch = self.u32("epoch")?;
        let first = self.u64("first")?;
        let count = self.u32("count")? as usize;
        if count > MAX_ENTRIES_PER_FRAME {
            return Err(FrameFault::Shape("count"));
        }
        let entries = (0..count).map(|_| self.entry()).collect::<Result<_, _>>()?;
        Ok((epoch, first, entries))
    }

    fn end(&self, what: &'static str) -> Result<(), FrameFault> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(FrameFault::Shape(what))
        }
    }
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("limits keep every part far below 4 GiB");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

fn batch(kind: u8, epoch: u32, first: u64, entries: &[Entry]) -> Vec<u8> {
    let bytes: usize = entries.iter().map(Entry::size).sum();
    let mut out = Vec::with_capacity(bytes + 1024);
    out.push(kind);
    out.extend_from_slice(&epoch.to_be_bytes());
    out.extend_from_slice(&first.to_be_bytes());
    out.extend_from_slice(&(entries.len() as u32).to_be_bytes());
    for entry in entries {
        entry.put(&mut out);
    }
    out
}

fn json<T: Serialize>(kind: u8, value: &T) -> Vec<u8> {
    let mut out = vec![kind];
    serde_json::to_writer(&mut out, value).expect("frames hold only strings and integers");
    out
}

fn from_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, FrameFault> {
    serde_json::from_slice(bytes).map_err(|fault| FrameFault::Json(in_short(&fault.to_string())))
}
