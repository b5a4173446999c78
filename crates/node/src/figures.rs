//! Figures as officers type them: places, instants, heights, lengths.
//!
//! Every reader gives integers in the units of `geo4d`, without a float on the way, or says
//! in one sentence what it expected. Nothing is guessed: a figure without a unit or a place
//! without a sign that tells north from east is refused where two readings are possible.

pub mod write;

use crate::limits::MAX_FIGURE_BYTES;
use geo4d::{Band, Datum, Position};

/// A figure that could not be read: what was typed and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{typed:?} is no {what}; expected {expected}")]
pub struct Unread {
    typed: String,
    what: &'static str,
    expected: &'static str,
}

/// Nanodegrees of a degree.
const DEGREE_ND: i128 = 1_000_000_000;
/// µs of a second.
const SECOND_US: i64 = 1_000_000;
/// A foot is 304.8 mm; in tenths so that it is an integer.
const FOOT_TENTH_MM: i128 = 3_048;
/// Metres of a nautical mile.
const NAUTICAL_MILE_M: i128 = 1_852;

/// Reads a decimal number, perhaps with an exponent, as an integer of 10^-`digits`; what is
/// finer is rounded half away from zero. None when it is no number or does not fit.
pub fn fixed(text: &str, digits: u32) -> Option<i64> {
    if text.len() > MAX_FIGURE_BYTES {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (negative, unsigned) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let plain = !whole.is_empty()
        && whole
            .bytes()
            .chain(part.bytes())
            .all(|byte| byte.is_ascii_digit());
    if !plain {
        return None;
    }
    let shift = i32::try_from(digits).ok()?.checked_add(exponent)?;
    let size = shifted(whole, part, shift)?;
    Some(if negative { -size } else { size })
}

/// Reads a place: `35.40,35.95`, `35.40N 35.95E`, `35°24'N 35°57'E`, `36°43′4.91″N
/// 68°51′43.96″E`, `364305N 0685144E`. Latitude first.
///
/// # Errors
/// That it is none of these, or out of range.
pub fn place(text: &str) -> Result<Position, Unread> {
    read_place(text.trim()).ok_or_else(|| Unread {
        typed: shown(text),
        what: "place",
        expected: "latitude and longitude, as in 35.40,35.95 or 36°43'4.91\"N 68°51'43.96\"E or 364305N 0685144E",
    })
}

/// Reads an instant: RFC 3339 with its offset, `now`, or a time from now such as `+15m`.
/// Gives µs UTC since 1970.
///
/// # Errors
/// That it is none of these.
pub fn instant(text: &str, now_us: i64) -> Result<i64, Unread> {
    let text = text.trim();
    let read = if text == "now" {
        Some(now_us)
    } else if let Some(rest) = text.strip_prefix('+') {
        read_duration(rest).and_then(|after| now_us.checked_add(after))
    } else {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(jiff::Timestamp::as_microsecond)
    };
    read.ok_or_else(|| Unread {
        typed: shown(text),
        what: "instant",
        expected: "RFC 3339 with an offset, as in 2026-11-21T10:00:00Z, or a time from now, as in +15m",
    })
}

/// Reads a span of time such as `90s`, `15m`, `2h`, `1d`, in µs.
///
/// # Errors
/// That it is none of these.
pub fn duration(text: &str) -> Result<i64, Unread> {
    read_duration(text.trim()).ok_or_else(|| Unread {
        typed: shown(text),
        what: "span of time",
        expected: "a number with s, m, h or d, as in 15m",
    })
}

/// Reads a length such as `250m`, `9km`, `5NM`, `1000ft`, in mm, rounded up; a plain number
/// is metres.
///
/// # Errors
/// That it is none of these, or negative.
pub fn length(text: &str) -> Result<i64, Unread> {
    let text = text.trim();
    let unit = unit_of(text);
    let mm = match unit {
        "" | "m" => Some((1_000, 1)),
        "km" => Some((1_000_000, 1)),
        "NM" | "nm" => Some((NAUTICAL_MILE_M * 1_000, 1)),
        "ft" => Some((FOOT_TENTH_MM, 10)),
        _ => None,
    };
    let read = mm.and_then(|scale| scaled(&text[..text.len() - unit.len()], scale, true));
    read.filter(|mm| *mm >= 0).ok_or_else(|| Unread {
        typed: shown(text),
        what: "length",
        expected: "metres, or a number with m, km, NM or ft, as in 250m",
    })
}

/// Reads a band of heights: `300..900m`, `FL100..FL200`, `0..120m[ground]`,
/// `1000..5000ft[msl]`. Without a datum metres and feet are above mean sea level; flight
/// levels are pressure altitude and nothing else. Rounded outward to mm.
///
/// # Errors
/// That it is none of these. That low lies below high is for `geo4d` to check.
pub fn band(text: &str) -> Result<Band, Unread> {
    read_band(text.trim()).ok_or_else(|| Unread {
        typed: shown(text),
        what: "band of heights",
        expected: "LOW..HIGH with a unit and perhaps a datum (msl, ellipsoid, pressure, ground), as in 300..900m, FL100..FL200, 0..120m[ground]",
    })
}

/// Reads one height, such as `5000m`, `FL160`, `300ft[ground]`, as a band of no thickness
/// beyond rounding.
///
/// # Errors
/// That it is none of these.
pub fn height(text: &str) -> Result<Band, Unread> {
    let text = text.trim();
    let (figure, _) = text.split_once('[').unwrap_or((text, ""));
    let twice = format!("{}..{text}", figure.trim());
    read_band(&twice).ok_or_else(|| Unread {
        typed: shown(text),
        what: "height",
        expected: "a number with m or ft, or a flight level, as in 5000m, FL160, 300ft[ground]",
    })
}

impl From<Unread> for crate::failed::Failed {
    fn from(unread: Unread) -> Self {
        crate::failed::Failed::usage(unread)
    }
}

fn shifted(whole: &str, part: &str, shift: i32) -> Option<i64> {
    let mut size: i128 = 0;
    let digits = whole
        .bytes()
        .chain(part.bytes())
        .map(|byte| i128::from(byte - b'0'));
    for digit in digits {
        size = size.checked_mul(10)?.checked_add(digit)?;
    }
    let by = shift.checked_sub(i32::try_from(part.len()).ok()?)?;
    if size == 0 {
        return Some(0);
    }
    let scale = 10_i128.checked_pow(by.unsigned_abs());
    let rounded = match (by >= 0, scale) {
        (true, scale) => size.checked_mul(scale?)?,
        (false, Some(scale)) => size.checked_add(scale / 2)? / scale,
        (false, None) => 0,
    };
    i64::try_from(rounded).ok()
}

fn shown(text: &str) -> String {
    text.chars().take(MAX_FIGURE_BYTES).collect()
}

fn read_place(text: &str) -> Option<Position> {
    if text.len() > MAX_FIGURE_BYTES {
        return None;
    }
    let text = text.to_uppercase();
    let (lat, lon) = match text.find(['N', 'S']) {
        Some(end) => {
            let (lat, lon) = text.split_at(end + 1);
            (
                angle(lat, 'N', 'S', 2)?,
                angle(lon.trim_start_matches([' ', ',']), 'E', 'W', 3)?,
            )
        }
        None => {
            let mut parts = text.split([' ', ',']).filter(|part| !part.is_empty());
            let pair = (fixed(parts.next()?, 9)?, fixed(parts.next()?, 9)?);
            parts.next().is_none().then_some(pair)?
        }
    };
    let inside = lat.abs() <= 90 * DEGREE_ND as i64 && lon.abs() <= 180 * DEGREE_ND as i64;
    inside.then_some(Position {
        lat_nd: lat,
        lon_nd: lon,
    })
}

/// One angle with its letter; `width` digits of degrees when packed without signs.
fn angle(text: &str, plus: char, minus: char, width: usize) -> Option<i64> {
    let text = text.trim();
    let letter = text
        .chars()
        .next_back()
        .filter(|letter| [plus, minus].contains(letter))?;
    let figures = &text[..text.len() - 1];
    let signs = |c: char| " °'′’\"″”:".contains(c);
    let mut parts: Vec<&str> = figures.split(signs).filter(|part| !part.is_empty()).collect();
    let split;
    if let [packed] = parts[..] {
        split = unpacked(packed, width);
        parts = split.iter().map(String::as_str).collect();
    }
    let nd = sum_of(&parts)?;
    Some(if letter == minus { -nd } else { nd })
}

/// `364305.5` as 36, 43, 05.5; a number of degrees stays whole.
fn unpacked(text: &str, width: usize) -> Vec<String> {
    let whole = text.split('.').next().unwrap_or(text).len();
    if !text.is_ascii() || (whole != width + 2 && whole != width + 4) {
        return vec![text.to_owned()];
    }
    let (degrees, rest) = text.split_at(width);
    if whole == width + 2 {
        return vec![degrees.to_owned(), rest.to_owned()];
    }
    let (minutes, seconds) = rest.split_at(2);
    vec![degrees.to_owned(), minutes.to_owned(), seconds.to_owned()]
}

/// Degrees, minutes and seconds in nanodegrees; only the last may have decimals.
fn sum_of(parts: &[&str]) -> Option<i64> {
    if parts.is_empty() || parts.len() > 3 {
        return None;
    }
    let mut sum: i128 = 0;
    for (place, part) in parts.iter().enumerate() {
        let last = place + 1 == parts.len();
        if part.starts_with(['+', '-']) || (!last && part.contains('.')) {
            return None;
        }
        let value = i128::from(fixed(part, 9)?);
        if place > 0 && value >= 60 * DEGREE_ND {
            return None;
        }
        sum += value * [3_600, 60, 1][place];
    }
    i64::try_from((sum + 1_800) / 3_600).ok()
}

fn read_duration(text: &str) -> Option<i64> {
    let unit = unit_of(text);
    let seconds = match unit {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let us = scaled(
        &text[..text.len() - unit.len()],
        (i128::from(SECOND_US) * seconds, 1),
        true,
    )?;
    (us >= 0).then_some(us)
}

fn read_band(text: &str) -> Option<Band> {
    let (figures, datum) = match text.strip_suffix(']') {
        Some(rest) => {
            let (figures, datum) = rest.split_once('[')?;
            (figures.trim(), Some(datum_named(datum.trim())?))
        }
        None => (text, None),
    };
    let (low, high) = figures.split_once("..")?;
    let (low, high) = (low.trim(), high.trim());
    if let (Some(low), Some(high)) = (flight_level(low), flight_level(high)) {
        let pressure = datum.is_none_or(|datum| datum == Datum::Pressure);
        return pressure.then_some(Band {
            low_mm: low,
            high_mm: high,
            datum: Datum::Pressure,
        });
    }
    let unit = unit_of(high);
    let scale = match unit {
        "m" => (1_000, 1),
        "ft" => (FOOT_TENTH_MM, 10),
        _ => return None,
    };
    let low = low.strip_suffix(unit).unwrap_or(low);
    let high = &high[..high.len() - unit.len()];
    let (low_mm, high_mm) = (scaled(low, scale, false)?, scaled(high, scale, true)?);
    Some(Band {
        low_mm,
        high_mm,
        datum: datum.unwrap_or(Datum::Msl),
    })
}

fn flight_level(text: &str) -> Option<i64> {
    let level = text.strip_prefix("FL").or_else(|| text.strip_prefix("fl"))?;
    let digits = level.len() <= 3 && !level.is_empty() && level.bytes().all(|byte| byte.is_ascii_digit());
    let hundreds: i64 = digits.then(|| level.parse().ok()).flatten()?;
    Some(hundreds * 30_480)
}

fn datum_named(name: &str) -> Option<Datum> {
    match name.to_ascii_lowercase().as_str() {
        "msl" | "egm96" | "amsl" => Some(Datum::Msl),
        "ellipsoid" | "wgs84" | "hae" => Some(Datum::Ellipsoid),
        "pressure" | "std" => Some(Datum::Pressure),
        "ground" | "agl" => Some(Datum::Ground),
        _ => None,
    }
}

fn unit_of(text: &str) -> &str {
    text.trim_start_matches(|c: char| !c.is_ascii_alphabetic())
}

/// A decimal number times a fraction, rounded up or down to an integer.
fn scaled(text: &str, (by, over): (i128, i128), up: bool) -> Option<i64> {
    /// Decimals that are looked at; more are refused rather than rounded the wrong way.
    const DECIMALS: u32 = 9;
    let text = text.trim();
    let finer = text
        .split_once('.')
        .is_some_and(|(_, part)| part.len() > DECIMALS as usize);
    if finer || text.contains(['e', 'E']) {
        return None;
    }
    let value = i128::from(fixed(text, DECIMALS)?) * by;
    let over = over * 10_i128.pow(DECIMALS);
    let down = value.div_euclid(over);
    let rounded = if up && value.rem_euclid(over) != 0 {
        down + 1
    } else {
        down
    };
    i64::try_from(rounded).ok()
}

#[cfg(test)]
mod tests;
