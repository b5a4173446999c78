//! References by the first word of their names.

use super::Reference;
use super::tokens::{Token, tokens};
use crate::limits::MAX_REFERENCES;
use std::collections::{BTreeMap, BTreeSet};

/// A gazetteer ready to be asked.
pub(super) struct Book<'a>(BTreeMap<String, Vec<(Vec<Token>, &'a Reference)>>);

impl<'a> Book<'a> {
    /// The references that `text` may name: those whose first letter some word of it has.
    pub(super) fn for_text(text: &[Token], gazetteer: &'a [Reference]) -> Self {
        let initials: BTreeSet<char> = text.iter().filter_map(initial).collect();
        let may_be_named = |reference: &&Reference| {
            let first = reference.name.chars().find(|c| c.is_alphabetic());
            let first = first.and_then(|first| first.to_lowercase().next());
            first.is_some_and(|first| initials.contains(&first))
        };
        let mut names = BTreeMap::<String, Vec<_>>::new();
        for reference in gazetteer.iter().take(MAX_REFERENCES).filter(may_be_named) {
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

fn initial(token: &Token) -> Option<char> {
    match token {
        Token::Word(word) => word.chars().next(),
        _ => None,
    }
}
