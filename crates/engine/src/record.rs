//! What a journal record says of its input, for readers and for the audit mode.

use crate::frame::Frame;
use crate::input::Input;
use serde_json::{Value, json};

/// A short account of an input. Frames are named, not repeated: their entries stand in the
/// record's events and in the side table.
pub(crate) fn note_of(input: &Input) -> Value {
    match input {
        Input::Desk { officer, command, .. } => json!({ "officer": officer, "command": command }),
        Input::Open { request, .. } => json!({ "open": request.call.name(), "manager": request.manager }),
        Input::Keep { officer, keep, .. } => json!({ "officer": officer, "keep": keep }),
        Input::Connected { line, .. } => json!({ "connected": line }),
        Input::Disconnected { line, .. } => json!({ "disconnected": line }),
        Input::Frame { line, bytes, .. } => json!({ "frame": kind_of(bytes), "line": line }),
        Input::Fetched {
            line,
            reading,
            entries,
            ..
        } => {
            json!({ "fetched": entries.len(), "first": reading.from, "line": line })
        }
        Input::Trouble(trouble) => json!({ "trouble": trouble }),
        Input::TroubleOver(key) => json!({ "trouble_over": key }),
    }
}

fn kind_of(bytes: &[u8]) -> &'static str {
    Frame::kind_name(bytes).unwrap_or("unknown")
}
