//! Words and times as the watch shows them.

use crate::figures::write::{clock, span};
use crate::table::plain;

/// A word of the surface as it is shouted: `no_conflict_known` → `NO CONFLICT KNOWN`.
pub(super) fn shout(word: &str) -> String {
    plain(word).replace('_', " ").to_uppercase()
}

/// A word of the surface in running text.
pub(super) fn say(word: &str) -> String {
    plain(word).replace('_', " ")
}

/// An answer to a notice, with what it does not mean where that is easily forgotten.
pub(super) fn answer(word: &str) -> String {
    match word {
        "noted" => "NOTED (no position taken)".to_owned(),
        "no_conflict_known" => "NO CONFLICT KNOWN (as of then; no permission)".to_owned(),
        "standby" => "STANDBY (no answer yet)".to_owned(),
        other => shout(other),
    }
}

/// Time left: `in 2m 05s`, or `1m 00s AGO`.
pub(super) fn left(us: i64) -> String {
    if us < 0 {
        format!("{} AGO", span(-us))
    } else {
        format!("in {}", span(us))
    }
}

/// An instant with the time left to it.
pub(super) fn until(at_us: i64, now_us: i64) -> String {
    format!("{} ({})", clock(at_us), left(at_us - now_us))
}

/// A lead time; a negative one is no lead at all.
pub(super) fn lead(us: Option<i64>) -> String {
    match us {
        None => "no lead: nothing was added".to_owned(),
        Some(us) if us < 0 => format!("NO LEAD: {} after the start", span(-us)),
        Some(us) => format!("lead {}", span(us)),
    }
}

/// Time of day at an offset: `12:00:00+02:00`.
pub(super) fn local(at_us: i64, offset_s: i32) -> String {
    let shifted = clock(at_us.saturating_add(i64::from(offset_s) * 1_000_000));
    let minutes = offset_s.unsigned_abs() / 60;
    let sign = if offset_s < 0 { '-' } else { '+' };
    format!(
        "{}{sign}{:02}:{:02}",
        shifted.trim_end_matches('Z'),
        minutes / 60,
        minutes % 60
    )
}

/// Text of a peer in quotes, fit for one line.
pub(super) fn quoted(text: &str) -> String {
    if text.trim().is_empty() {
        "(no words)".to_owned()
    } else {
        format!("“{}”", plain(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_says_its_offset() {
        let noon = 1_795_255_200_000_000;
        assert_eq!(local(noon, 7_200), "12:00:00+02:00");
        assert_eq!(local(noon, -12_600), "06:30:00-03:30");
    }

    #[test]
    fn time_that_is_past_is_not_a_lead() {
        assert_eq!(lead(Some(-60_000_000)), "NO LEAD: 1m 00s after the start");
        assert_eq!(left(-60_000_000), "1m 00s AGO");
    }
}
