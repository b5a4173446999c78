//! The strict reader. It recurses at most [`MAX_DEPTH`] levels.

use super::{CanonFault, key_order, short_escape};
use crate::limits::{MAX_DEPTH, MAX_INTEGER};
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Most digits of an integer in range, and its sign.
const LONGEST_INTEGER: usize = 17;

pub(super) fn document(bytes: &[u8]) -> Result<Value, CanonFault> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.value(0)?;
    if reader.at < bytes.len() {
        return Err(CanonFault::Trailing { at: reader.at });
    }
    Ok(value)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, CanonFault> {
        if depth > MAX_DEPTH {
            return Err(CanonFault::TooDeep { at: self.at });
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            Some(b't') => self.word(b"true", Value::Bool(true)),
            Some(b'f') => self.word(b"false", Value::Bool(false)),
            Some(b'n') => self.word(b"null", Value::Null),
            _ => Err(self.syntax()),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, CanonFault> {
        self.expect(b'{')?;
        let mut members = Map::new();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        let mut last: Option<String> = None;
        loop {
            let at = self.at;
            let key = self.string()?;
            if last.is_some_and(|last| key_order(&last, &key) != Ordering::Less) {
                return Err(CanonFault::KeyOrder { at });
            }
            self.expect(b':')?;
            members.insert(key.clone(), self.value(depth + 1)?);
            last = Some(key);
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            self.expect(b',')?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, CanonFault> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            self.expect(b',')?;
        }
    }

    fn string(&mut self) -> Result<String, CanonFault> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        loop {
            let rest = &self.bytes[self.at..];
            let plain = rest
                .iter()
                .position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'));
            let plain = plain.ok_or(CanonFault::Syntax { at: self.bytes.len() })?;
            text.extend_from_slice(&rest[..plain]);
            let from = self.at;
            self.at += plain;
            if self.take(b'"') {
                return String::from_utf8(text).map_err(|_| CanonFault::Spelling { at: from });
            }
            text.push(self.escape()?);
        }
    }

    /// One escape sequence; only what has no shorter spelling.
    fn escape(&mut self) -> Result<u8, CanonFault> {
        let fault = CanonFault::Spelling { at: self.at };
        if !self.take(b'\\') {
            return Err(fault);
        }
        let letter = self.peek().ok_or(fault)?;
        self.at += 1;
        if letter != b'u' {
            let short = (0..0x80).find(|byte| short_escape(*byte) == Some(letter));
            return short.ok_or(fault);
        }
        let digits = self.bytes.get(self.at..self.at + 4).ok_or(fault)?;
        self.at += 4;
        let control = (0..0x20_u8).find(|byte| format!("{byte:04x}").as_bytes() == digits);
        control.filter(|byte| short_escape(*byte).is_none()).ok_or(fault)
    }

    fn integer(&mut self) -> Result<Value, CanonFault> {
        let at = self.at;
        let rest = &self.bytes[at..];
        let numeric = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest
            .iter()
            .take(LONGEST_INTEGER + 1)
            .take_while(|byte| numeric(byte))
            .count();
        let text = std::str::from_utf8(&rest[..length]).expect("the bytes counted are ASCII");
        let number: i64 = text.parse().map_err(|_| CanonFault::Number { at })?;
        if !(-MAX_INTEGER..=MAX_INTEGER).contains(&number) || number.to_string() != text {
            return Err(CanonFault::Number { at });
        }
        self.at += length;
        Ok(Value::from(number))
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, CanonFault> {
        if !self.bytes[self.at..].starts_with(word) {
            return Err(self.syntax());
        }
        self.at += word.len();
        Ok(value)
    }

    fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    fn expect(&mut self, byte: u8) -> Result<(), CanonFault> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(self.syntax())
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn syntax(&self) -> CanonFault {
        CanonFault::Syntax { at: self.at }
    }
}
