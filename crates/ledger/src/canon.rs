//! Canonical JSON: RFC 8785, restricted to integers within ±(2^53 − 1).
//!
//! Guarantee: a value has exactly one encoding. [`parse_canonical`] accepts `bytes` only if
//! [`to_canonical`] of what it returns gives the same bytes again, so a hash over bytes is a hash
//! over a value. Floats, duplicate keys, whitespace and other spellings of a string are refused.

mod read;

use crate::limits::{MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_INTEGER};
use serde_json::Value;
use std::cmp::Ordering;
use thiserror::Error;

/// Why a value or its bytes are not canonical JSON. Precedence: size, then the first place from
/// the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CanonFault {
    /// More bytes than [`MAX_DOCUMENT_BYTES`].
    #[error("over {MAX_DOCUMENT_BYTES} bytes")]
    TooLong,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("byte {at}: nested deeper than {MAX_DEPTH} levels")]
    TooDeep {
        /// Offset in bytes.
        at: usize,
    },
    /// A number with a fraction or an exponent, or beyond ±(2^53 − 1).
    #[error("byte {at}: not an integer within ±(2^53−1)")]
    Number {
        /// Offset in bytes; 0 when a value was encoded.
        at: usize,
    },
    /// A key that stands twice, or before a smaller one by UTF-16 code units.
    #[error("byte {at}: key out of order or repeated")]
    KeyOrder {
        /// Offset in bytes.
        at: usize,
    },
    /// A string not spelled as RFC 8785 spells it, or not UTF-8.
    #[error("byte {at}: string not in canonical spelling")]
    Spelling {
        /// Offset in bytes.
        at: usize,
    },
    /// Anything else that canonical JSON does not have there, whitespace included.
    #[error("byte {at}: not canonical JSON")]
    Syntax {
        /// Offset in bytes.
        at: usize,
    },
    /// Bytes after the end of the value.
    #[error("byte {at}: bytes after the end")]
    Trailing {
        /// Offset in bytes.
        at: usize,
    },
}

/// The canonical encoding of `value`.
///
/// # Errors
/// [`CanonFault::Number`] for a float or an integer out of range, [`CanonFault::TooDeep`],
/// [`CanonFault::TooLong`].
pub fn to_canonical(value: &Value) -> Result<Vec<u8>, CanonFault> {
    let mut out = Vec::new();
    write_value(&mut out, value, 0)?;
    if out.len() > MAX_DOCUMENT_BYTES {
        return Err(CanonFault::TooLong);
    }
    Ok(out)
}

/// Reads canonical JSON, and nothing else.
///
/// # Errors
/// The first fault, with its place.
pub fn parse_canonical(bytes: &[u8]) -> Result<Value, CanonFault> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(CanonFault::TooLong);
    }
    read::document(bytes)
}

/// Order of object keys: by UTF-16 code units (RFC 8785, section 3.2.3).
fn key_order(a: &str, b: &str) -> Ordering {
    // Below the surrogates, UTF-8 and UTF-16 sort alike; almost every key is ASCII.
    if a.is_ascii() || b.is_ascii() {
        a.cmp(b)
    } else {
        a.encode_utf16().cmp(b.encode_utf16())
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), CanonFault> {
    if depth > MAX_DEPTH {
        return Err(CanonFault::TooDeep { at: out.len() });
    }
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            let integer = number
                .as_i64()
                .filter(|n| (-MAX_INTEGER..=MAX_INTEGER).contains(n));
            let integer = integer.ok_or(CanonFault::Number { at: 0 })?;
            out.extend_from_slice(integer.to_string().as_bytes());
        }
        Value::String(text) => write_string(out, text),
        Value::Array(items) => {
            write_all(out, [b'[', b']'], items, |out, item| {
                write_value(out, item, depth + 1)
            })?;
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_unstable_by(|(a, _), (b, _)| key_order(a, b));
            write_all(out, [b'{', b'}'], members, |out, (key, value)| {
                write_string(out, key);
                out.push(b':');
                write_value(out, value, depth + 1)
            })?;
        }
    }
    Ok(())
}

fn write_all<T>(
    out: &mut Vec<u8>,
    [open, close]: [u8; 2],
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T) -> Result<(), CanonFault>,
) -> Result<(), CanonFault> {
    out.push(open);
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        write(out, item)?;
    }
    out.push(close);
    Ok(())
}

/// Writes a string as RFC 8785, section 3.2.2.2, spells it.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        match short_escape(byte) {
            Some(letter) => out.extend_from_slice(&[b'\\', letter]),
            None if byte < 0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            None => out.push(byte),
        }
    }
    out.push(b'"');
}

/// The letter of a byte that has a two-character escape.
fn short_escape(byte: u8) -> Option<u8> {
    match byte {
        0x08 => Some(b'b'),
        0x09 => Some(b't'),
        0x0a => Some(b'n'),
        0x0c => Some(b'f'),
        0x0d => Some(b'r'),
        b'"' | b'\\' => Some(byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
