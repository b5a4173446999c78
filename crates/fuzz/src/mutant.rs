//! Documents made out of valid ones: what an enemy would send, and what a slip makes.

use crate::choices::Choices;
use crate::limits::{MAX_ALTERATIONS, MAX_DOCUMENT_BYTES, MAX_REPEATS};
use std::ops::Range;

/// What stands between the parts of the texts that are read here: JSON, XML, TOML, lines, headers.
const BORDERS: &[u8] = b",:{}[]()\"'\n <>/&=.+-;";

/// Numbers at the edges of what a field can hold.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "01",
    "+1",
    "1.0",
    "0.5",
    "1e3",
    "1e400",
    "-1e-400",
    "90",
    "90.000000001",
    "180",
    "-180.0000000001",
    "255",
    "256",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "-9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "NaN",
    "Infinity",
];

/// Texts that readers trip over.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\"",
    "\\",
    "\\u0000",
    "\\u000a",
    "\\ud800",
    "\\ud83d\\ude00",
    "\\/",
    "\0",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u{7f}",
    "\u{80}",
    "\u{a0}",
    "\u{ad}",
    "\u{200d}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10ffff}",
    "é",
    "e\u{301}",
    "ﬃ",
    "İ",
    "ß",
    "Ⅷ",
    "٣",
    "𝟗",
    "null",
    "true",
    "false",
    "{}",
    "[]",
    "[[]]",
    "\"\"",
    "null,",
    "\"a\":1,",
    "<a>",
    "</a>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&x;",
    "&#0;",
    "&#x10ffff;",
    "<!DOCTYPE a>",
    "<?xml version=\"1.0\"?>",
    "../",
    "%00",
    "%2e",
    "— ",
    "====",
    "a.b.c = 1\n",
    "[[desk]]\n",
];

/// What long runs are made of.
const RUNS: &[&str] = &[
    "a", "0", "9", "[", "{\"a\":", "<a>", " ", "\n", "é", "\u{1}", "\"", "=", "-", "1,", "/",
];

/// Makes documents out of those of a corpus.
pub struct Mutant<'a> {
    corpus: &'a [Vec<u8>],
}

impl<'a> Mutant<'a> {
    /// One that starts from `corpus`.
    pub fn new(corpus: &'a [Vec<u8>]) -> Self {
        Mutant { corpus }
    }

    /// The document that `input` stands for.
    pub fn document(&self, input: &[u8]) -> Vec<u8> {
        let mut choices = Choices::new(input);
        let base = choices.one(self.corpus).cloned().unwrap_or_default();
        self.altered(base, &mut choices)
    }

    /// `base` with some alterations.
    pub fn altered(&self, mut base: Vec<u8>, choices: &mut Choices<'_>) -> Vec<u8> {
        for _ in 0..MAX_ALTERATIONS {
            self.alter(&mut base, choices);
            base.truncate(MAX_DOCUMENT_BYTES);
            // One alteration alone gets furthest, so that is what most documents have.
            if choices.below(2) == 0 {
                break;
            }
        }
        base
    }

    fn alter(&self, document: &mut Vec<u8>, choices: &mut Choices<'_>) {
        let at = choices.below(document.len() + 1);
        match choices.below(18) {
            0 => {
                if let Some(byte) = document.get_mut(at) {
                    *byte ^= 1 << choices.below(8);
                }
            }
            1 => {
                if let Some(byte) = document.get_mut(at) {
                    *byte = choices.byte();
                }
            }
            2 => document.truncate(at),
            3 => put(document, at..at, choices.raw(16)),
            4 => put_text(document, at..at, choices.one(TEXTS)),
            5 => put_run(document, at, choices),
            6 => {
                let number = numeric(document, at);
                put_text(document, number, choices.one(NUMBERS));
            }
            7 => put(document, part(document, at), b""),
            8 => {
                let part = part(document, at);
                put_text(document, part, choices.one(TEXTS));
            }
            9 => {
                let end = (at + choices.below(64)).min(document.len());
                put(document, at..end, b"");
            }
            10 => twice(document, member(document, at)),
            11 => put(document, member(document, at), b""),
            12 => self.splice(document, at, choices),
            13 => put_member(document, at, choices),
            14..=16 => nudge(document, at, choices),
            _ => swap(document, at, choices),
        }
    }

    /// A part of another document of the corpus in place of one of this.
    fn splice(&self, document: &mut Vec<u8>, at: usize, choices: &mut Choices<'_>) {
        let Some(other) = choices.one(self.corpus) else {
            return;
        };
        let from = choices.below(other.len() + 1);
        let (theirs, ours) = match choices.below(2) {
            0 => (part(other, from), part(document, at)),
            _ => (member(other, from), member(document, at)),
        };
        put(document, ours, &other[theirs]);
    }
}

/// What stands between two borders around `at`.
fn part(document: &[u8], at: usize) -> Range<usize> {
    let border = |byte: &u8| BORDERS.contains(byte);
    around(document, at, border)
}

/// What stands between two commas or ends of lines around `at`, with the comma: a member of a list.
fn member(document: &[u8], at: usize) -> Range<usize> {
    let border = |byte: &u8| matches!(byte, b',' | b'\n');
    let Range { start, end } = around(document, at, border);
    start..(end + 1).min(document.len())
}

/// The next number at `at` or behind it, or nothing there. Digits inside a hash are none.
fn numeric(document: &[u8], at: usize) -> Range<usize> {
    let figure = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.');
    let begins =
        |pair: &[u8]| figure(&pair[1]) && matches!(pair[0], b':' | b',' | b'[' | b'=' | b' ' | b'/' | b'\n');
    let from = at.min(document.len());
    let Some(ahead) = document[from..].windows(2).position(begins) else {
        return from..from;
    };
    let start = from + ahead + 1;
    let length = document[start..].iter().take_while(|byte| figure(byte)).count();
    start..start + length
}

fn around(document: &[u8], at: usize, border: impl Fn(&u8) -> bool) -> Range<usize> {
    let at = at.min(document.len());
    let start = document[..at]
        .iter()
        .rposition(&border)
        .map_or(0, |last| last + 1);
    let end = document[at..]
        .iter()
        .position(&border)
        .map_or(document.len(), |next| at + next);
    start..end
}

fn put(document: &mut Vec<u8>, place: Range<usize>, bytes: &[u8]) {
    document.splice(place, bytes.iter().copied());
}

fn put_text(document: &mut Vec<u8>, place: Range<usize>, text: Option<&&str>) {
    put(document, place, text.map_or(b"", |text| text.as_bytes()));
}

fn put_run(document: &mut Vec<u8>, at: usize, choices: &mut Choices<'_>) {
    let text = choices.one(RUNS).copied().unwrap_or_default();
    // As often a little over a small limit as over a large one.
    let most = 1 << choices.below(14);
    let times = choices.below(most).min(MAX_REPEATS);
    put(document, at..at, text.repeat(times).as_bytes());
}

/// Another digit in a number: what stays valid most often.
fn nudge(document: &mut [u8], at: usize, choices: &mut Choices<'_>) {
    let number = numeric(document, at);
    let place = number.start + choices.below(number.len());
    if let Some(digit) = document.get_mut(place).filter(|byte| byte.is_ascii_digit()) {
        *digit = b'0' + choices.below(10) as u8;
    }
}

/// A member that no reader knows, where one of an object may stand.
fn put_member(document: &mut Vec<u8>, at: usize, choices: &mut Choices<'_>) {
    let ahead = document
        .iter()
        .skip(at)
        .position(|byte| matches!(byte, b'{' | b','));
    let at = ahead.map_or(document.len(), |ahead| at + ahead + 1);
    let key = choices.one(RUNS).copied().unwrap_or_default();
    let key = key.repeat(1 << choices.below(13));
    let value = choices.one(NUMBERS).copied().unwrap_or_default();
    put(document, at..at, format!("\"{key}\":{value},").as_bytes());
}

fn twice(document: &mut Vec<u8>, member: Range<usize>) {
    let again = document[member.clone()].to_vec();
    put(document, member.end..member.end, &again);
}

fn swap(document: &mut Vec<u8>, at: usize, choices: &mut Choices<'_>) {
    let first = member(document, at);
    let taken: Vec<u8> = document.drain(first).collect();
    let to = choices.below(document.len() + 1);
    let to = member(document, to).start;
    put(document, to..to, &taken);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::steady_input;

    fn corpus() -> Vec<Vec<u8>> {
        vec![b"{\"a\":1,\"b\":[2,3]}".to_vec(), b"one\ntwo\n".to_vec()]
    }

    #[test]
    fn one_input_always_makes_one_document() {
        let corpus = corpus();
        for seed in 0..500 {
            let input = steady_input(seed);
            let documents = [0, 1].map(|_| Mutant::new(&corpus).document(&input));
            assert_eq!(documents[0], documents[1]);
            assert!(documents[0].len() <= MAX_DOCUMENT_BYTES);
        }
    }

    #[test]
    fn documents_are_altered_and_stay_alike() {
        let corpus = corpus();
        let documents: Vec<Vec<u8>> = (0..500)
            .map(|seed| Mutant::new(&corpus).document(&steady_input(seed)))
            .collect();
        let unaltered = documents
            .iter()
            .filter(|document| corpus.contains(document))
            .count();
        let alike = documents
            .iter()
            .filter(|document| document.starts_with(b"{\"a\""))
            .count();
        assert!(unaltered < 100, "{unaltered} of 500 are unaltered");
        assert!(alike > 50, "{alike} of 500 begin as a document does");
    }

    #[test]
    fn a_member_is_taken_with_its_comma() {
        let mut document = corpus().remove(0);
        let found = member(&document, 2);
        assert_eq!(&document[found.clone()], b"{\"a\":1,");
        twice(&mut document, found);
        assert_eq!(document, b"{\"a\":1,{\"a\":1,\"b\":[2,3]}");
    }
}
