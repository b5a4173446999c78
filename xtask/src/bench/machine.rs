//! The machine a figure comes from.

use std::process::Command;

use crate::run::capture;

/// What a reader must know to compare: processor, cores, memory, kernel, compiler, date.
pub(super) struct Machine {
    pub(super) facts: Vec<(&'static str, String)>,
}

/// Reads the machine. What cannot be read stands as `unknown`.
pub(super) fn describe() -> Machine {
    let cores = std::thread::available_parallelism().map_or_else(|_| unknown(), |n| n.to_string());
    Machine {
        facts: vec![
            ("date", said("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
            (
                "commit",
                said(
                    "git",
                    &["-c", "safe.directory=*", "describe", "--always", "--dirty"],
                ),
            ),
            ("processor", field("/proc/cpuinfo", "model name")),
            ("cores", cores),
            ("memory", field("/proc/meminfo", "MemTotal")),
            ("kernel", said("uname", &["-srm"])),
            ("compiler", said("rustc", &["--version"])),
        ],
    }
}

fn said(program: &str, args: &[&str]) -> String {
    let text = capture(Command::new(program).args(args)).unwrap_or_default();
    if text.trim().is_empty() {
        unknown()
    } else {
        text.trim().to_owned()
    }
}

fn field(path: &str, name: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    value(&text, name).unwrap_or_else(unknown)
}

fn value(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn unknown() -> String {
    "unknown".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_what_follows_its_colon() {
        assert_eq!(
            value("a\t: 1\nmodel name\t: X 3\n", "model name"),
            Some("X 3".to_owned())
        );
        assert_eq!(value("a: 1\n", "model name"), None);
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        assert_eq!(said("detente-no-such-program", &[]), "unknown");
        assert_eq!(field("no/such/file", "x"), "unknown");
    }
}
