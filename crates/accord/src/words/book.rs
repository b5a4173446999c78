//! References by the first word of their names.

use super::Reference;
use super::tokens::{Token, tokens};
use crate::limits::MAX_REFERENCES;
use std::collections::BTreeMap;

/// A gazetteer ready to be asked.
pub(super) struct Book<'a>(BTreeMap<String, Vec<(Vec<Token>, &'a Reference)>>);

impl<'a> Book<'a> {
    pub(super) fn new(gazetteer: &'a [Reference]) -> Self {
        let mut names = BTreeMap::<String, Vec<_>>::new();
        for reference in gazetteer.iter().take(MAX_REFERENCES) {
            let name = tokens(&reference.name);
            if let Some(Token::Word(first)) = name.first() {
                names.entry(first.clone()).or_default().push((name, reference));
            }
        }
        Book(names)
    }

    /// The longest name that starts at `at`, and where it ends; of equal names the first
    /// filed.
    pub(super) fn find(&self, tokens: &[Token], at: usize) -> Option<(&'a Reference, usize)> {
        let Some(Token::Word(first)) = tokens.get(at) else {
            return None;
        };
        let mut longest: Option<(&Reference, usize)> = None;
        for (name, reference) in self.0.get(first)? {
            let end = at + name.len();
            if tokens[at..].starts_with(name) && longest.is_none_or(|(_, other)| end > other) {
                longest = Some((reference, end));
            }
        }
        longest
    }
}
