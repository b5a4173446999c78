//! The report as text.

use super::{Ending, Failure, LogReport, Loss, Report, Run};
use std::fmt;

/// Ends every report.
const CAVEAT: &str = "This proves who stated what when, not that it was true.";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.anchored {
            writeln!(
                f,
                "KEYS NOT ANCHORED: compare these fingerprints with the parties by another road"
            )?;
            for key in &self.unanchored {
                writeln!(
                    f,
                    "  {:<7} {}  {} ({})",
                    key.role, key.fingerprint, key.name, key.party
                )?;
            }
        }
        if let [a, b] = self.parties.as_slice() {
            writeln!(f, "line {}: side a is {a}, side b is {b}", self.line)?;
        }
        for log in &self.logs {
            writeln!(f, "{log}")?;
        }
        for contradiction in &self.contradictions {
            writeln!(f, "CONTRADICTION: {contradiction}")?;
        }
        for loss in &self.losses {
            writeln!(f, "MISSING: {loss}")?;
        }
        match &self.first_failure {
            Some(failure) => writeln!(f, "FAILED: {failure}")?,
            None if self.losses.is_empty() => writeln!(f, "every check passed")?,
            None => writeln!(f, "every check passed, of what is here: see MISSING")?,
        }
        write!(f, "{CAVEAT}")
    }
}

impl fmt::Display for LogReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (size, opened, root) = (self.size, self.opened, hex::encode(self.root));
        write!(
            f,
            "log {} of {}: {size} entries, {opened} opened, root {root}",
            self.origin, self.party
        )?;
        write!(f, "; signed to {}", self.signed_size)?;
        match self.covers.last() {
            Some(cover) => write!(f, "; countersigned to {} at {}", cover.size, utc(cover.time_s))?,
            None => write!(f, "; not countersigned")?,
        }
        if self.witnessed > 0 {
            write!(f, "; {} signatures of neutral witnesses", self.witnessed)?;
        }
        Ok(())
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "log {}: ", self.log)?;
        for run in &self.runs {
            write!(f, "{run}; ")?;
        }
        let Loss { of, held, party, .. } = self;
        write!(
            f,
            "log {of} ends here at {held}, though {party}, who kept it, countersigned those; "
        )?;
        let seen = self.runs.last().map_or(0, |run| run.seen.size);
        write!(
            f,
            "{} of its entries are lost, or kept back",
            seen.saturating_sub(*held)
        )?;
        for ending in &self.endings {
            write!(f, "; {ending}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Run { first, last, seen } = self;
        if first == last {
            write!(f, "entry {first} had seen {} of the other", seen.size)
        } else {
            write!(f, "entries {first} to {last} had seen {} of the other", seen.size)
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ending {
            party,
            stated_in,
            size,
            countersigned,
        } = self;
        let alone = if *countersigned { "" } else { ", not countersigned" };
        write!(
            f,
            "{party} stated that it had {size} when it was closed (in {stated_in}{alone})"
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(log) = &self.log {
            write!(f, "log {log}, ")?;
        }
        if let Some(seq) = self.seq {
            write!(f, "entry {seq}: ")?;
        }
        write!(f, "{}", self.why)
    }
}

/// POSIX seconds as RFC 3339; beyond the year 9999, as they are.
pub fn utc(time_s: u64) -> String {
    const DAY_S: u64 = 86_400;
    const YEAR_10000_S: u64 = 253_402_300_800;
    if time_s >= YEAR_10000_S {
        return format!("{time_s} s");
    }
    let (year, month, day) = civil(time_s / DAY_S);
    let (hour, minute, second) = (time_s % DAY_S / 3600, time_s % 3600 / 60, time_s % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of the Gregorian calendar, from days since 1970-01-01. Counts from
/// 0000-03-01, so that the leap day ends a year.
fn civil(days: u64) -> (u64, u64, u64) {
    const DAYS_TO_1970: u64 = 719_468;
    const ERA: u64 = 146_097;
    let shifted = days + DAYS_TO_1970;
    let (era, of_era) = (shifted / ERA, shifted % ERA);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn seconds_are_shown_as_rfc_3339() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_537_206_123, "2018-09-17T17:42:03Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (u64::MAX, "18446744073709551615 s"),
        ];
        for (time_s, shown) in cases {
            assert_eq!(utc(time_s), shown);
        }
    }
}
