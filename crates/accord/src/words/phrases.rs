//! A place told from another: "27 km west of Baniyas", "25 NM 270 from Khmeimim".

use super::Said;
use super::book::Book;
use super::tokens::{Number, Token};

const NANO: i128 = 1_000_000_000;
const METRE_MM: i64 = 1_000;
/// Hundredths of a degree in a circle.
const CIRCLE_CD: i64 = 36_000;
/// The longest distance that words are followed over: beyond it a bearing in words means
/// nothing.
const REACH_MM: i64 = 1_000_000_000;
/// A distance in words is rounded to its last digit or to a twentieth, whichever is more.
const ROUNDED_TO: i64 = 20;
/// The most tokens that one phrase takes before its "of".
const PHRASE_TOKENS: usize = 10;

/// Sixteen points, clockwise from north.
const POINTS: [(&str, &str); 16] = [
    ("north", "n"),
    ("northnortheast", "nne"),
    ("northeast", "ne"),
    ("eastnortheast", "ene"),
    ("east", "e"),
    ("eastsoutheast", "ese"),
    ("southeast", "se"),
    ("southsoutheast", "sse"),
    ("south", "s"),
    ("southsouthwest", "ssw"),
    ("southwest", "sw"),
    ("westsouthwest", "wsw"),
    ("west", "w"),
    ("westnorthwest", "wnw"),
    ("northwest", "nw"),
    ("northnorthwest", "nnw"),
];

/// A direction and how far beside it a place may lie, in thousandths of its distance.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Direction {
    bearing_cd: i64,
    beside_permille: i64,
}

/// Chord of 22.5°: one of eight points may mean its whole eighth.
const EIGHTH_PERMILLE: i64 = 391;
/// Chord of 11.25°.
const SIXTEENTH_PERMILLE: i64 = 197;
/// Chord of 5°: a figure in degrees, true or magnetic.
const DEGREES_PERMILLE: i64 = 88;

#[derive(Copy, Clone, Debug)]
struct Distance {
    mm: i64,
    rounding_mm: i64,
    /// Given in metres, which are as often a height.
    in_metres: bool,
}

/// What the words from a place on say.
pub(super) enum Phrase {
    /// A place.
    Place(Said),
    /// A direction from a named place without a distance: nothing that can be checked.
    Vague,
}

/// Millimetres in a unit of distance.
pub(super) fn unit_mm(word: &str) -> Option<i64> {
    match word {
        "km" | "kms" | "kilometer" | "kilometers" | "kilometre" | "kilometres" => Some(1_000_000),
        "nm" | "nmi" | "nautical" => Some(1_852_000),
        "mi" | "mile" | "miles" => Some(1_609_344),
        "m" | "meter" | "meters" | "metre" | "metres" => Some(METRE_MM),
        _ => None,
    }
}

/// The phrase that starts at `from`, and where it ends.
pub(super) fn phrase(tokens: &[Token], from: usize, book: &Book<'_>) -> Option<(Phrase, usize)> {
    let (distance, direction, of) = before_of(tokens, from)?;
    let the = usize::from(is_word(tokens, of + 1, &["the"]));
    let (reference, end) = book.find(tokens, of + 1 + the)?;
    let Some(distance) = distance.filter(|d: &Distance| direction.is_some() || !d.in_metres) else {
        return Some((Phrase::Vague, end));
    };
    let said = match direction {
        Some(direction) => Said {
            at: super::from_here(reference.at, direction.bearing_cd, distance.mm),
            within_mm: distance.rounding_mm
                + distance.mm / 1_000 * direction.beside_permille
                + reference.radius_mm,
        },
        None => Said {
            at: reference.at,
            within_mm: distance.mm + distance.rounding_mm + reference.radius_mm,
        },
    };
    Some((Phrase::Place(said), end))
}

type BeforeOf = (Option<Distance>, Option<Direction>, usize);

/// Distance and direction in either order, up to "of", "from" or "off".
fn before_of(tokens: &[Token], from: usize) -> Option<BeforeOf> {
    let (mut distance, mut direction) = (None, None);
    let mut at = from;
    while at < from + PHRASE_TOKENS {
        if is_word(tokens, at, &["of", "from", "off"]) {
            return (distance.is_some() || direction.is_some()).then_some((distance, direction, at));
        }
        if let Some((found, next)) = distance_at(tokens, at).filter(|_| distance.is_none()) {
            (distance, at) = (Some(found), next);
        } else if let Some((found, next)) = direction_at(tokens, at).filter(|_| direction.is_none()) {
            (direction, at) = (Some(found), next);
        } else if at > from && is_filler(tokens, at) {
            at += 1;
        } else {
            return None;
        }
    }
    None
}

fn is_filler(tokens: &[Token], at: usize) -> bool {
    const FILLERS: [&str; 9] = [
        "to", "the", "on", "a", "bearing", "true", "magnetic", "due", "radial",
    ];
    tokens.get(at) == Some(&Token::Comma) || is_word(tokens, at, &FILLERS)
}

fn is_word(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    matches!(tokens.get(at), Some(Token::Word(word)) if words.contains(&word.as_str()))
}

fn number(tokens: &[Token], at: usize) -> Option<Number> {
    match tokens.get(at) {
        Some(Token::Number(number)) if !number.negative => Some(*number),
        _ => None,
    }
}

fn distance_at(tokens: &[Token], at: usize) -> Option<(Distance, usize)> {
    let number = number(tokens, at)?;
    let Some(Token::Word(unit)) = tokens.get(at + 1) else {
        return None;
    };
    let unit_mm = unit_mm(unit)?;
    let in_mm = |nano: i64| i64::try_from(i128::from(nano) * i128::from(unit_mm) / NANO).ok();
    let mm = in_mm(number.nano).filter(|mm| *mm <= REACH_MM)?;
    let rounding_mm = in_mm(number.half_unit_nano())?.max(mm / ROUNDED_TO);
    let miles = usize::from(unit == "nautical" && is_word(tokens, at + 2, &["mile", "miles"]));
    let in_metres = unit_mm == METRE_MM;
    Some((
        Distance {
            mm,
            rounding_mm,
            in_metres,
        },
        at + 2 + miles,
    ))
}

fn direction_at(tokens: &[Token], at: usize) -> Option<(Direction, usize)> {
    point_at(tokens, at).or_else(|| degrees_at(tokens, at))
}

/// The longest of up to three words that together name one of the sixteen points.
fn point_at(tokens: &[Token], at: usize) -> Option<(Direction, usize)> {
    let mut name = String::new();
    let mut longest = None;
    for (taken, token) in tokens.iter().skip(at).take(3).enumerate() {
        let Token::Word(word) = token else { break };
        name.push_str(word);
        let point = POINTS
            .iter()
            .position(|(full, short)| *full == name || *short == name);
        let Some(point) = point else { continue };
        let bearing_cd = point as i64 * CIRCLE_CD / POINTS.len() as i64;
        let beside_permille = if point % 2 == 0 {
            EIGHTH_PERMILLE
        } else {
            SIXTEENTH_PERMILLE
        };
        longest = Some((
            Direction {
                bearing_cd,
                beside_permille,
            },
            at + taken + 1,
        ));
    }
    longest
}

/// `270`, `270°`, `045 degrees`, `bearing 45`.
fn degrees_at(tokens: &[Token], at: usize) -> Option<(Direction, usize)> {
    let named = usize::from(is_word(tokens, at, &["bearing", "radial"]));
    let number = number(tokens, at + named)?;
    let marked = usize::from(tokens.get(at + named + 1) == Some(&Token::Degree));
    let like_degrees = named + marked > 0 || (number.whole_digits == 3 && number.places == 0);
    let bearing_cd = number.nano / 10_000_000;
    (like_degrees && bearing_cd <= CIRCLE_CD).then_some((
        Direction {
            bearing_cd: bearing_cd % CIRCLE_CD,
            beside_permille: DEGREES_PERMILLE,
        },
        at + named + 1 + marked,
    ))
}
