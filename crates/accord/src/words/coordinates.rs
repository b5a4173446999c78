//! Coordinates in words: decimal degrees, degrees and minutes, degrees, minutes and
//! seconds, with marks, with spaces or run together as aviators write them.

use super::Said;
use super::tokens::{Number, Token};
use geo4d::Position;

const NANO: i64 = 1_000_000_000;
/// A degree of a meridian at its longest, and of the equator, rounded up.
const DEGREE_MM: i64 = 111_700_000;
/// What a reading may be off beyond its last digit: another datum, a hand-held receiver.
const READING_MM: i64 = 30_000;
/// The fewest decimals by which two bare numbers are taken for a position.
const BARE_PLACES: u32 = 2;

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Axis {
    Lat,
    Lon,
}

struct Angle {
    axis: Axis,
    nd: i64,
    half_unit_nd: i64,
    next: usize,
}

/// The position that starts at `from`, and where it ends.
pub(super) fn position(tokens: &[Token], from: usize) -> Option<(Said, usize)> {
    let pair = lettered(tokens, from).or_else(|| bare(tokens, from));
    let (first, second) = pair?;
    let (lat, lon) = match (first.axis, second.axis) {
        (Axis::Lat, Axis::Lon) => (&first, &second),
        (Axis::Lon, Axis::Lat) => (&second, &first),
        _ => return None,
    };
    let half_unit_nd = lat.half_unit_nd.max(lon.half_unit_nd);
    let at = Position {
        lat_nd: lat.nd,
        lon_nd: lon.nd,
    };
    // A corner of the square of uncertainty lies √2 from its middle; 3/2 is more.
    let rounding_mm = to_mm(half_unit_nd) * 3 / 2;
    Some((
        Said {
            at,
            within_mm: rounding_mm + READING_MM,
        },
        second.next,
    ))
}

fn to_mm(nd: i64) -> i64 {
    let mm = i128::from(nd) * i128::from(DEGREE_MM) / i128::from(NANO);
    i64::try_from(mm).expect("an angle within 180 degrees is less than 2·10^10 mm") + 1
}

fn lettered(tokens: &[Token], from: usize) -> Option<(Angle, Angle)> {
    let first = angle(tokens, from)?;
    let joint = match tokens.get(first.next) {
        Some(Token::Comma) => 1,
        Some(Token::Word(word)) if word == "and" => 1,
        _ => 0,
    };
    let second = angle(tokens, first.next + joint)?;
    Some((first, second))
}

/// Two numbers with decimals and no letters: latitude first, as everybody writes it.
fn bare(tokens: &[Token], from: usize) -> Option<(Angle, Angle)> {
    let lat = bare_angle(tokens, from, Axis::Lat)?;
    let joint = usize::from(tokens.get(lat.next) == Some(&Token::Comma));
    let lon = bare_angle(tokens, lat.next + joint, Axis::Lon)?;
    let unit_follows =
        matches!(tokens.get(lon.next), Some(Token::Word(word)) if super::phrases::unit_mm(word).is_some());
    (!unit_follows).then_some((lat, lon))
}

fn bare_angle(tokens: &[Token], at: usize, axis: Axis) -> Option<Angle> {
    let number = number(tokens, at)?;
    if number.places < BARE_PLACES || number.nano > limit_nd(axis) {
        return None;
    }
    let next = at + 1 + usize::from(tokens.get(at + 1) == Some(&Token::Degree));
    let nd = if number.negative {
        -number.nano
    } else {
        number.nano
    };
    Some(Angle {
        axis,
        nd,
        half_unit_nd: number.half_unit_nano(),
        next,
    })
}

fn angle(tokens: &[Token], from: usize) -> Option<Angle> {
    let before = hemisphere(tokens, from);
    let start = from + usize::from(before.is_some());
    let (parts, end) = parts(tokens, start)?;
    let (hemisphere, next) = match before {
        Some(letter) => (letter, end),
        None => (hemisphere(tokens, end)?, end + 1),
    };
    let (axis, negative) = hemisphere;
    let (nd, half_unit_nd) = value(&parts, axis)?;
    (nd <= limit_nd(axis)).then_some(Angle {
        axis,
        nd: if negative { -nd } else { nd },
        half_unit_nd,
        next,
    })
}

fn limit_nd(axis: Axis) -> i64 {
    match axis {
        Axis::Lat => 90 * NANO,
        Axis::Lon => 180 * NANO,
    }
}

/// The axis and whether its letter makes the figure negative.
fn hemisphere(tokens: &[Token], at: usize) -> Option<(Axis, bool)> {
    let Some(Token::Word(word)) = tokens.get(at) else {
        return None;
    };
    match word.as_str() {
        "n" | "north" => Some((Axis::Lat, false)),
        "s" | "south" => Some((Axis::Lat, true)),
        "e" | "east" => Some((Axis::Lon, false)),
        "w" | "west" => Some((Axis::Lon, true)),
        _ => None,
    }
}

fn number(tokens: &[Token], at: usize) -> Option<Number> {
    match tokens.get(at) {
        Some(Token::Number(number)) => Some(*number),
        _ => None,
    }
}

/// One to three numbers, each but the last whole, with or without their marks.
fn parts(tokens: &[Token], from: usize) -> Option<(Vec<Number>, usize)> {
    let mut parts = Vec::new();
    let mut at = from;
    for mark in [Token::Degree, Token::Minute, Token::Second] {
        let Some(next) = number(tokens, at).filter(|n| !n.negative && may_follow(&parts, *n)) else {
            break;
        };
        if !parts.is_empty() && is_distance(tokens, at) {
            break;
        }
        parts.push(next);
        at += 1;
        at += usize::from(tokens.get(at) == Some(&mark));
    }
    (!parts.is_empty()).then_some((parts, at))
}

fn may_follow(parts: &[Number], next: Number) -> bool {
    match parts {
        [] => true,
        [.., last] => {
            let whole_before = parts
                .iter()
                .all(|part| part.places == 0 && part.whole_digits <= 3);
            whole_before && last.whole() <= 180 && next.whole() < 60 && next.whole_digits <= 2
        }
    }
}

fn is_distance(tokens: &[Token], at: usize) -> bool {
    matches!(tokens.get(at + 1), Some(Token::Word(word)) if super::phrases::unit_mm(word).is_some())
}

/// Nanodegrees, and half a unit of the last digit.
fn value(parts: &[Number], axis: Axis) -> Option<(i64, i64)> {
    let sixtieth = |nano: i64, times: u32| nano / 60_i64.pow(times);
    match parts {
        [one] => compact(*one, axis),
        [degrees, minutes] => Some((
            degrees.nano + sixtieth(minutes.nano, 1),
            sixtieth(minutes.half_unit_nano(), 1) + 1,
        )),
        [degrees, minutes, seconds] => Some((
            degrees.nano + sixtieth(minutes.nano, 1) + sixtieth(seconds.nano, 2),
            sixtieth(seconds.half_unit_nano(), 2) + 1,
        )),
        _ => None,
    }
}

/// `35.52`, `3643` (degrees and minutes) or `364305` (and seconds); a longitude has one
/// digit more.
fn compact(number: Number, axis: Axis) -> Option<(i64, i64)> {
    let degree_digits = if axis == Axis::Lat { 2 } else { 3 };
    let components = match number.whole_digits {
        digits if digits <= degree_digits => return Some((number.nano, number.half_unit_nano())),
        4 => 2,
        5 if axis == Axis::Lon => 2,
        6 => 3,
        7 if axis == Axis::Lon => 3,
        _ => return None,
    };
    let (whole, fraction) = (number.whole(), number.nano % NANO);
    let last = whole % 100 * NANO + fraction;
    let (degrees, minutes, seconds) = match components {
        2 => (whole / 100, last, 0),
        _ => (whole / 10_000, whole / 100 % 100 * NANO, last),
    };
    if minutes >= 60 * NANO || seconds >= 60 * NANO {
        return None;
    }
    let half_unit_nd = number.half_unit_nano() / if components == 2 { 60 } else { 3_600 } + 1;
    Some((degrees * NANO + minutes / 60 + seconds / 3_600, half_unit_nd))
}
