//! Names of logs.

use crate::limits::MAX_LINE_ID_BYTES;
use std::fmt;
use thiserror::Error;

/// A text that is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not an origin: detente/v1/<line>/<a|b>/<epoch>")]
pub struct OriginFault;

/// Names one log: `detente/v1/<line>/<side>/<epoch>`. Side `a` invited, side `b` joined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Line id: 1 to 64 of a–z, 0–9 and `-`.
    pub line: String,
    /// `a` or `b`.
    pub side: String,
    /// Which log of this side on this line, from zero.
    pub epoch: u32,
}

impl Origin {
    /// Reads an origin; exactly what `Display` writes.
    ///
    /// # Errors
    /// [`OriginFault`].
    pub fn parse(text: &str) -> Result<Origin, OriginFault> {
        let (line, side, epoch) = parts(text).ok_or(OriginFault)?;
        Ok(Origin {
            line: line.to_owned(),
            side: side.to_owned(),
            epoch,
        })
    }

    /// The log in the other direction, in the same epoch.
    pub fn peer(&self) -> Origin {
        let side = if self.side == "a" { "b" } else { "a" };
        Origin {
            side: side.to_owned(),
            ..self.clone()
        }
    }

    /// The origin without its epoch: names one direction of a line.
    pub fn stem(&self) -> String {
        format!("detente/v1/{}/{}", self.line, self.side)
    }

    /// Name of the key with which this side countersigns its peer's checkpoints, in every epoch.
    pub fn cosigner_name(&self) -> String {
        format!("{}/cosign", self.stem())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.stem(), self.epoch)
    }
}

/// Whether `text` is an origin.
pub(super) fn is_origin(text: &str) -> bool {
    parts(text).is_some()
}

/// Line, side and epoch of an origin, whose number has one spelling.
fn parts(text: &str) -> Option<(&str, &str, u32)> {
    let (stem, epoch) = text.rsplit_once('/')?;
    let spelled = epoch == "0" || !epoch.starts_with(['0', '+']);
    let number = epoch.parse().ok().filter(|_| spelled)?;
    let (line, side) = parse_stem(stem)?;
    Some((line, side, number))
}

/// Line and side of an origin without its epoch.
pub(crate) fn parse_stem(stem: &str) -> Option<(&str, &str)> {
    let (line, side) = stem.strip_prefix("detente/v1/")?.split_once('/')?;
    (is_line_id(line) && matches!(side, "a" | "b")).then_some((line, side))
}

/// Whether `text` is a line id: 1 to 64 of a–z, 0–9 and `-`.
pub(crate) fn is_line_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_LINE_ID_BYTES).contains(&text.len()) && text.bytes().all(allowed)
}
