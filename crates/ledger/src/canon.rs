//! Canonical JSON: RFC 8785 for values of strings, booleans, null, lists, objects and
//! integers within ±(2^53 − 1). Floats never stand in anything that is hashed.

use serde_json::Value;
use std::fmt::Write as _;

/// Largest integer, either way: what every JSON reader keeps exactly.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Deepest nesting.
pub const MAX_DEPTH: usize = 32;

/// Why something is not canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonFault {
    /// A fraction, an exponent, or an integer out of range.
    #[error("number {0} is no integer within ±(2^53 − 1)")]
    Number(String),
    /// Too deep.
    #[error("nested deeper than {MAX_DEPTH}")]
    Depth,
    /// No JSON at all.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// JSON, but not in the one canonical form.
    #[error("JSON is not in canonical form (RFC 8785)")]
    Form,
}

/// The canonical bytes of a value.
pub fn to_canonical(value: &Value) -> Result<Vec<u8>, CanonFault> {
    let mut out = String::new();
    write(value, 0, &mut out)?;
    Ok(out.into_bytes())
}

/// Reads bytes that must be canonical already. Duplicate keys, spaces, floats and any other
/// second way of writing the same value are refused.
pub fn parse_canonical(bytes: &[u8]) -> Result<Value, CanonFault> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|fault| CanonFault::Syntax(fault.to_string()))?;
    if to_canonical(&value)? == bytes { Ok(value) } else { Err(CanonFault::Form) }
}

fn write(value: &Value, depth: usize, out: &mut String) -> Result<(), CanonFault> {
    if depth > MAX_DEPTH {
        return Err(CanonFault::Depth);
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            let integer = number.as_i64().filter(|n| n.abs() <= MAX_INTEGER);
            let integer = integer.ok_or_else(|| CanonFault::Number(number.to_string()))?;
            write!(out, "{integer}").expect("writing to a string cannot fail");
        }
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, depth + 1, out)?;
            }
            out.push(']');
        }
        Value::Object(map) => write_object(map, depth, out)?,
    }
    Ok(())
}

fn write_object(map: &serde_json::Map<String, Value>, depth: usize, out: &mut String) -> Result<(), CanonFault> {
    let mut members: Vec<(&String, &Value)> = map.iter().collect();
    members.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
    out.push('{');
    for (at, (key, item)) in members.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_string(key, out);
        out.push(':');
        write(item, depth + 1, out)?;
    }
    out.push('}');
    Ok(())
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => write!(out, "\\u{:04x}", c as u32).expect("writing to a string cannot fail"),
            c => out.push(c),
        }
    }
    out.push('"');
}
