//! Failures as a person at a terminal reads them: what happened, what it means, what to do.

use crate::limits::MAX_REASON_CHARS;
use std::fmt;
use std::process::ExitCode;

/// As much of a reason as a person can take in.
pub fn in_short(why: impl fmt::Display) -> String {
    let why = why.to_string();
    match why.char_indices().nth(MAX_REASON_CHARS) {
        Some((end, _)) => format!("{}…", &why[..end]),
        None => why,
    }
}

/// A command that did not do what was asked.
#[derive(Debug)]
pub struct Failed {
    kind: Kind,
    text: String,
}

/// What an exit code stands for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Refused, or a check that failed: 1.
    Refused,
    /// The command itself makes no sense: 2.
    Usage,
    /// The node or the machine failed: 70.
    Internal,
}

impl Failed {
    /// Refused, or a check that failed.
    pub fn refused(text: impl fmt::Display) -> Self {
        Failed {
            kind: Kind::Refused,
            text: text.to_string(),
        }
    }

    /// Wrong usage.
    pub fn usage(text: impl fmt::Display) -> Self {
        Failed {
            kind: Kind::Usage,
            text: text.to_string(),
        }
    }

    /// A failure of the node or the machine.
    pub fn internal(text: impl fmt::Display) -> Self {
        Failed {
            kind: Kind::Internal,
            text: text.to_string(),
        }
    }

    /// A file or folder that could not be used. `what` names the deed: "read the settings".
    pub fn file(what: &str, path: &std::path::Path, why: &std::io::Error) -> Self {
        Failed::internal(format_args!(
            "could not {what} at {}: {why}. Nothing was changed there. Check the path and its permissions.",
            path.display()
        ))
    }

    /// What it stands for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The code for the shell.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Refused => 1,
            Kind::Usage => 2,
            Kind::Internal => 70,
        })
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failed {}
