//! Running other programs and reading what they print.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// Runs a program with its output going where ours goes.
///
/// # Errors
/// A sentence naming the command, when it cannot start or ends with anything but success.
pub(crate) fn show(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| cannot_start(command, &e))?;
    if status.success() {
        Ok(())
    } else {
        Err(failed(command, &status.to_string()))
    }
}

/// Runs a program, passing each line of its standard output on and giving it to `line` as well.
///
/// # Errors
/// As [`show`].
pub(crate) fn tee(command: &mut Command, mut line: impl FnMut(&str)) -> Result<(), String> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| cannot_start(command, &e))?;
    let stdout = child.stdout.take().expect("stdout was piped two lines above");
    let mut out = std::io::stdout();
    for bytes in BufReader::new(stdout).split(b'\n') {
        let bytes = bytes.map_err(|e| failed(command, &e.to_string()))?;
        let text = String::from_utf8_lossy(&bytes);
        line(&text);
        // A reader that went away does not stop the work.
        let _ = writeln!(out, "{text}");
    }
    let status = child.wait().map_err(|e| failed(command, &e.to_string()))?;
    if status.success() {
        Ok(())
    } else {
        Err(failed(command, &status.to_string()))
    }
}

/// Runs a program silently and returns its standard output.
///
/// # Errors
/// As [`show`], with what the program wrote to standard error.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|e| cannot_start(command, &e))?;
    if !output.status.success() {
        return Err(failed(command, String::from_utf8_lossy(&output.stderr).trim()));
    }
    String::from_utf8(output.stdout).map_err(|e| failed(command, &e.to_string()))
}

/// The command as someone would type it.
pub(crate) fn spelled(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|w| w.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn cannot_start(command: &Command, why: &std::io::Error) -> String {
    format!(
        "`{}` did not start: {why}. Is it installed? `make setup` installs what is missing.",
        spelled(command)
    )
}

fn failed(command: &Command, how: &str) -> String {
    format!("`{}` failed: {how}", spelled(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let problem = show(Command::new("cargo").arg("no-such-task").stderr(Stdio::null())).unwrap_err();
        assert!(problem.contains("cargo no-such-task"), "{problem}");
    }

    #[test]
    fn an_absent_program_is_an_error_that_says_how_to_get_it() {
        let problem = capture(&mut Command::new("detente-no-such-program")).unwrap_err();
        assert!(problem.contains("make setup"), "{problem}");
    }

    #[test]
    fn tee_sees_every_line() {
        let mut seen = Vec::new();
        tee(Command::new("cargo").arg("--version"), |line| {
            seen.push(line.to_owned())
        })
        .unwrap();
        assert!(seen.len() == 1 && seen[0].starts_with("cargo "), "{seen:?}");
    }
}
