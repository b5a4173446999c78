//! Versions of remote identification: numbers in base 32, as the reference writes them. Each is above all before, so
//! that none comes twice, also when clocks go back.

use crate::answer::Bad;
use crate::ids::Ovn;

/// Digits 0 to 9, then a to v.
const BASE: u32 = 32;

/// The number of the next version: the instant of its write, µs UTC, or one more than the last.
pub(crate) fn after(last: i64, now_us: i64) -> i64 {
    now_us.max(last.saturating_add(1))
}

/// A version as clients see it.
pub(crate) fn text(number: i64) -> Ovn {
    let mut digits = Vec::new();
    let mut rest = number.unsigned_abs();
    while rest > 0 || digits.is_empty() {
        let digit = u32::try_from(rest % u64::from(BASE)).expect("a digit is below its base");
        digits.push(char::from_digit(digit, BASE).expect("a digit is below its base"));
        rest /= u64::from(BASE);
    }
    Ovn(digits.into_iter().rev().collect())
}

/// The number of a version as a client names it. One of a few characters less than a version has is one too, but not
/// a current one.
///
/// # Errors
/// Nothing, or nothing that any version could be.
pub(crate) fn number(text: &str) -> Result<i64, Bad> {
    if text.is_empty() {
        return Err(Bad::NoVersion);
    }
    let number = i64::from_str_radix(text, BASE).ok();
    number.filter(|number| *number >= 0).ok_or(Bad::NotAVersion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_as_the_number_it_was_written_from() {
        for of in [1, 31, 32, 1_786_000_000_000_000, i64::MAX] {
            assert_eq!(number(&text(of).0), Ok(of));
        }
        assert_eq!(text(1_786_000_000_000_000).0, "1iobe3p3800");
        assert_eq!(text(0).0, "0");
    }

    #[test]
    fn what_no_version_could_be_is_told_from_what_is_not_current() {
        for wrong in [
            "fake_version",
            "notacorrectversion",
            "-1",
            "w",
            " 1",
            "8000000000000",
        ] {
            assert_eq!(number(wrong), Err(Bad::NotAVersion), "{wrong}");
        }
        assert_eq!(number(""), Err(Bad::NoVersion));
        let stripped = text(1_786_000_000_000_000).0;
        assert!(number(&stripped[1..stripped.len() - 1]).is_ok());
    }

    #[test]
    fn numbers_only_grow() {
        assert_eq!(after(0, 7), 7);
        assert_eq!(after(7, 7), 8);
        assert_eq!(after(8, 3), 9);
        assert_eq!(after(0, -5), 1);
    }
}
