//! Words, numbers and marks of a text.

/// Decimal places that count; more are read and dropped, finer than any geometry here.
const PLACES: u32 = 9;
/// Digits before the point that any figure of place, distance or direction has at most.
const WHOLE_DIGITS: usize = 9;
const NANO: i64 = 1_000_000_000;

/// A number as it was written.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Its absolute value × 10⁹.
    pub nano: i64,
    /// Digits before the point, leading zeros counted.
    pub whole_digits: usize,
    /// Digits after the point, at most nine.
    pub places: u32,
    /// Written with a minus sign.
    pub negative: bool,
}

impl Number {
    /// Half a unit of the last digit × 10⁹: how much the writer may have rounded away.
    pub(super) fn half_unit_nano(self) -> i64 {
        10_i64.pow(PLACES - self.places) / 2
    }

    /// The part before the point.
    pub(super) fn whole(self) -> i64 {
        self.nano / NANO
    }
}

/// One piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Letters, in lower case.
    Word(String),
    /// A number that can be read.
    Number(Number),
    /// °, or the word.
    Degree,
    /// ′ after a number, or the word.
    Minute,
    /// ″ after a number, or the word.
    Second,
    /// A comma, semicolon or slash.
    Comma,
    /// What keeps its neighbours apart: a colon, a number too long to be one.
    Break,
}

/// The pieces of `text`. Spaces, hyphens and apostrophes separate words and leave no
/// token. Total on any text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let here = chars[at];
        if here.is_ascii_digit() {
            let negative = is_signed(&chars, at);
            at = push_number(&chars, at, negative, &mut found);
        } else if here.is_alphabetic() {
            at = push_word(&chars, at, &mut found);
        } else {
            push_mark(here, &mut found);
            at += 1;
        }
    }
    found
}

/// Whether a minus that joins no two words or numbers stands before `at`.
fn is_signed(chars: &[char], at: usize) -> bool {
    let minus = at >= 1 && matches!(chars[at - 1], '-' | '−');
    minus && (at < 2 || !chars[at - 2].is_alphanumeric())
}

fn push_number(chars: &[char], from: usize, negative: bool, found: &mut Vec<Token>) -> usize {
    let digits = |start: usize| chars[start..].iter().take_while(|c| c.is_ascii_digit()).count();
    let whole_digits = digits(from);
    let mut end = from + whole_digits;
    let mut fraction = 0;
    if chars.get(end) == Some(&'.') {
        fraction = digits(end + 1);
        end += if fraction > 0 { fraction + 1 } else { 0 };
    }
    if whole_digits > WHOLE_DIGITS {
        found.push(Token::Break);
        return end;
    }
    let places = fraction.min(PLACES as usize);
    let value = |range: &[char]| {
        range
            .iter()
            .filter_map(|c| c.to_digit(10))
            .fold(0_i64, |sum, digit| sum * 10 + i64::from(digit))
    };
    let whole = value(&chars[from..from + whole_digits]);
    let fraction = if places > 0 {
        value(&chars[end - fraction..end - fraction + places])
    } else {
        0
    };
    let places = places as u32;
    let nano = whole * NANO + fraction * 10_i64.pow(PLACES - places);
    found.push(Token::Number(Number {
        nano,
        whole_digits,
        places,
        negative,
    }));
    end
}

fn push_word(chars: &[char], from: usize, found: &mut Vec<Token>) -> usize {
    let length = chars[from..].iter().take_while(|c| c.is_alphabetic()).count();
    let word: String = chars[from..from + length]
        .iter()
        .flat_map(|c| c.to_lowercase())
        .collect();
    found.push(match word.as_str() {
        "deg" | "degree" | "degrees" => Token::Degree,
        "min" | "minute" | "minutes" => Token::Minute,
        "sec" | "second" | "seconds" => Token::Second,
        _ => Token::Word(word),
    });
    from + length
}

fn push_mark(mark: char, found: &mut Vec<Token>) {
    let after_number = matches!(found.last(), Some(Token::Number(_)));
    match mark {
        '°' | 'º' | '˚' => found.push(Token::Degree),
        '′' | '\'' | '’' | '‘' | '´' if after_number => found.push(Token::Minute),
        '\'' | '′' | '’' if found.last() == Some(&Token::Minute) => {
            found.pop();
            found.push(Token::Second);
        }
        '″' | '"' | '”' | '“' if after_number => found.push(Token::Second),
        ',' | ';' | '/' => found.push(Token::Comma),
        ':' => found.push(Token::Break),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(nano: i64, whole_digits: usize, places: u32, negative: bool) -> Token {
        Token::Number(Number {
            nano,
            whole_digits,
            places,
            negative,
        })
    }

    #[test]
    fn words_split_at_hyphens_and_apostrophes() {
        let word = |text: &str| Token::Word(text.into());
        assert_eq!(
            tokens("Deir ez-Zor's"),
            [word("deir"), word("ez"), word("zor"), word("s")]
        );
    }

    #[test]
    fn numbers_keep_their_digits_and_sign() {
        assert_eq!(tokens("-0.50"), [number(500_000_000, 1, 2, true)]);
        assert_eq!(
            tokens("9-12"),
            [number(9 * NANO, 1, 0, false), number(12 * NANO, 2, 0, false)]
        );
        assert_eq!(tokens("0685144E")[0], number(685_144 * NANO, 7, 0, false));
        assert_eq!(tokens("1.1234567891234"), [number(1_123_456_789, 1, 9, false)]);
        assert_eq!(tokens("35."), [number(35 * NANO, 2, 0, false)]);
        assert_eq!(tokens("12345678901"), [Token::Break]);
    }

    #[test]
    fn two_minute_marks_are_a_second_mark() {
        assert_eq!(tokens("4''")[1], Token::Second);
        assert_eq!(tokens("4″")[1], Token::Second);
        assert_eq!(tokens("4′")[1], Token::Minute);
    }
}
