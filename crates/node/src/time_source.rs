//! Who vouches for this machine's clock, and telling officers when nobody does.

use crate::core::Core;
use crate::limits::{CLOCK_COMMAND_WAIT, CLOCK_LOOK, MAX_CLOCK_ERROR_US};
use accord::{Trouble, TroubleKey};
use engine::input::Input;
use rtime_clock::adjtime::{Timex, adjtimex};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::fmt;
use std::process::Stdio;
use std::str::FromStr;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

/// Bit of the kernel's clock status: nothing disciplines this clock (`adjtimex(2)`).
const STA_UNSYNC: i32 = 0x40;

/// Who says whether this machine's clock is synchronised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum TimeSource {
    /// The kernel, told by whatever disciplines its clock (an NTP or PTP daemon).
    #[default]
    Kernel,
    /// Nobody: the officers know that lead times rest on an unwatched clock.
    Unwatched,
    /// A shell command that ends with 0 while the clock is synchronised.
    Command(String),
}

impl TimeSource {
    /// Whether the clock is synchronised now; else the reason for doubt.
    ///
    /// # Errors
    /// What the source said, or that it said nothing.
    pub async fn ask(&self) -> Result<(), String> {
        match self {
            TimeSource::Kernel => kernel(),
            TimeSource::Unwatched => Ok(()),
            TimeSource::Command(line) => match timeout(CLOCK_COMMAND_WAIT, command(line)).await {
                Ok(said) => said,
                Err(_) => Err(format!(
                    "no word from it within {} s",
                    CLOCK_COMMAND_WAIT.as_secs()
                )),
            },
        }
    }
}

impl FromStr for TimeSource {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(TimeSource::from(text.to_owned()))
    }
}

impl From<String> for TimeSource {
    fn from(text: String) -> Self {
        match text.as_str() {
            "kernel" => TimeSource::Kernel,
            "unwatched" => TimeSource::Unwatched,
            _ => TimeSource::Command(text),
        }
    }
}

impl From<TimeSource> for String {
    fn from(source: TimeSource) -> Self {
        source.to_string()
    }
}

impl fmt::Display for TimeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeSource::Kernel => "kernel",
            TimeSource::Unwatched => "unwatched",
            TimeSource::Command(line) => line,
        })
    }
}

/// Asks again and again for as long as the node runs, and reports each change.
pub fn watch(core: Core, source: TimeSource) {
    tokio::spawn(async move {
        let mut doubted = false;
        loop {
            let said = source.ask().await;
            if let Some(input) = change(&mut doubted, said.is_err()) {
                if let Err(why) = &said {
                    eprintln!("detente: the clock is not vouched for ({source}): {why}");
                }
                core.edge(input);
            }
            sleep(CLOCK_LOOK).await;
        }
    });
}

/// What to report, if it changed since the last look.
fn change(doubted: &mut bool, doubt: bool) -> Option<Input> {
    (std::mem::replace(doubted, doubt) != doubt).then_some(if doubt {
        Input::Trouble(Trouble::ClockUnsynchronised)
    } else {
        Input::TroubleOver(TroubleKey::ClockUnsynchronised)
    })
}

fn kernel() -> Result<(), String> {
    // All zero: a question, which moves nothing.
    let mut clock = Timex::new();
    adjtimex(&mut clock).map_err(|why| format!("the kernel does not say: {why}"))?;
    judge(clock.0.status, clock.0.maxerror)
}

fn judge(status: i32, error_us: i64) -> Result<(), String> {
    if status & STA_UNSYNC != 0 {
        return Err(
            "the kernel says that nothing disciplines it; start a time service (chrony, ntpd, systemd-timesyncd), or \
             name another source under clock.vouched_by in config.toml"
                .to_owned(),
        );
    }
    if error_us > MAX_CLOCK_ERROR_US {
        return Err(format!("it may be wrong by {error_us} µs, says the kernel"));
    }
    Ok(())
}

async fn command(line: &str) -> Result<(), String> {
    let shell = Command::new("/bin/sh")
        .args(["-c", line])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status();
    let status = shell.await.map_err(|why| why.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("it ended with {status}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undisciplined_or_wide_clock_is_doubted() {
        assert!(judge(0x2001, 20_000).is_ok());
        assert!(judge(0x40, 20_000).unwrap_err().contains("disciplines"));
        assert!(judge(0x2001, 16_000_000).unwrap_err().contains("16000000 µs"));
    }

    #[test]
    fn the_kernel_answers_or_is_doubted_and_never_panics() {
        if let Err(why) = kernel() {
            assert!(why.contains("kernel"), "{why}");
        }
    }

    #[tokio::test]
    async fn a_command_vouches_by_ending_well_and_in_time() {
        assert!(TimeSource::Command("true".to_owned()).ask().await.is_ok());
        let why = TimeSource::Command("exit 3".to_owned()).ask().await.unwrap_err();
        assert!(why.contains('3'), "{why}");
    }

    #[test]
    fn doubt_is_told_when_it_begins_and_when_it_ends() {
        let mut doubted = false;
        let looks = [false, true, true, false, false].map(|doubt| change(&mut doubted, doubt));
        assert!(matches!(
            looks,
            [
                None,
                Some(Input::Trouble(Trouble::ClockUnsynchronised)),
                None,
                Some(Input::TroubleOver(TroubleKey::ClockUnsynchronised)),
                None
            ]
        ));
    }

    #[test]
    fn a_source_reads_back_as_it_was_written() {
        for text in ["kernel", "unwatched", "chronyc waitsync 1"] {
            let source = TimeSource::from(text.to_owned());
            assert_eq!(String::from(source), text);
        }
    }
}
