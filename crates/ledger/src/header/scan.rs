//! The canonical bytes of a header, read straight through.
//!
//! Guarantee: a header has one spelling, so this accepts exactly what reading it as canonical JSON accepts. It does
//! not say why it refuses; the reader of canonical JSON does.

use super::{Header, Seen, Unsigned, VERSION};
use crate::limits::MAX_INTEGER;

/// The header in `bytes`; `None` for anything but the one spelling of one.
pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let mut scan = Scan(bytes);
    let at = scan.after(b"{\"at\":")?.integer()?;
    let body = scan.after(b",\"body\":\"")?.hash()?;
    let desk = scan.after(b"\",\"desk\":\"")?.word()?;
    let drill = scan.after(b",\"drill\":")?.boolean()?;
    let origin = scan.after(b",\"origin\":\"")?.word()?;
    let root = scan.after(b",\"seen\":{\"root\":\"")?.hash()?;
    let size = scan.after(b"\",\"size\":")?.count()?;
    let seq = scan.after(b"},\"seq\":")?.count()?;
    let sig = scan.after(b",\"sig\":\"")?.hash()?;
    let kind = scan.after(b"\",\"type\":\"")?.word()?;
    let version = scan.after(b",\"v\":")?.count()?;
    let unsigned = Unsigned {
        origin,
        seq,
        kind,
        desk,
        drill,
        at,
        seen: Seen { size, root },
        body,
    };
    let whole = scan.0 == b"}" && version == u64::from(VERSION) && unsigned.check().is_ok();
    whole.then(|| Header::of(unsigned, sig))
}

/// What is left to read.
struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn after(&mut self, text: &[u8]) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(text)?;
        Some(self)
    }

    /// An integer of canonical JSON.
    fn integer(&mut self) -> Option<i64> {
        let negative = self.after(b"-").is_some();
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (text, rest) = self.0.split_at(digits);
        let spelled = match text.first() {
            Some(b'0') => digits == 1 && !negative,
            first => first.is_some(),
        };
        // Seventeen digits fit an `i64`, and what is in range has at most sixteen.
        if !spelled || digits > 17 {
            return None;
        }
        self.0 = rest;
        let number = text
            .iter()
            .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
        (number <= MAX_INTEGER).then_some(if negative { -number } else { number })
    }

    fn count(&mut self) -> Option<u64> {
        self.integer().and_then(|number| u64::try_from(number).ok())
    }

    fn boolean(&mut self) -> Option<bool> {
        if self.after(b"true").is_some() {
            return Some(true);
        }
        self.after(b"false").map(|_| false)
    }

    /// `2·N` lower-case hexadecimal digits.
    fn hash<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (digits, rest) = self.0.split_at_checked(2 * N)?;
        self.0 = rest;
        let mut out = [0; N];
        for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(out)
    }

    /// Everything up to a quotation mark, and that. Names are ASCII and need no escapes: a header with others does
    /// not pass [`Unsigned::check`].
    fn word(&mut self) -> Option<String> {
        let end = self.0.iter().position(|byte| *byte == b'"')?;
        let word = std::str::from_utf8(&self.0[..end]).ok()?;
        self.0 = &self.0[end + 1..];
        Some(word.to_owned())
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
