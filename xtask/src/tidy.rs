//! The house rules, as tests. Each lives in its own file, looks at a [`House`] and answers with findings whose
//! message names what to do instead.

mod arrows;
mod fence;
mod floats;
mod functions;
mod length;
mod licences;
mod limit_homes;
mod mutants;
mod outsiders;
mod pages;
mod ratchet;
mod spdx;
mod syntax;
mod unfinished;
mod unsafety;

use std::fmt;

use crate::house::House;

/// One broken rule: where, what, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) place: String,
    pub(crate) what: String,
    pub(crate) instead: String,
}

/// What to do with `xtask/ratchet.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ratchet {
    /// Compare.
    Check,
    /// Lower its figures to what is measured, then compare.
    Tighten,
}

/// A rule: its name in the output, and its check.
type Rule = (&'static str, fn(&House) -> Vec<Finding>);

const RULES: [Rule; 12] = [
    ("arrows between crates", arrows::check),
    ("fence round the pure crates", fence::check),
    ("floats only in geo4d", floats::check),
    ("paths the pages name", pages::check),
    ("length of functions", ratchet::check),
    ("length of files", length::check),
    ("limits at home", limit_homes::check),
    ("nothing unfinished", unfinished::check),
    ("nothing from outside", outsiders::check),
    ("licences", licences::check),
    ("unsafe code in one place", unsafety::check),
    ("planted faults", mutants::check),
];

/// Runs every rule and prints what they found.
///
/// # Errors
/// A sentence with the count, when any rule is broken or the house cannot be read.
pub(crate) fn run(turn: Ratchet) -> Result<(), String> {
    let house = House::read()?;
    if turn == Ratchet::Tighten {
        ratchet::tighten(&house)?;
        return run(Ratchet::Check);
    }
    let mut broken = 0;
    for (name, check) in RULES {
        let findings = check(&house);
        println!("{} {name}", if findings.is_empty() { "ok  " } else { "FAIL" });
        findings.iter().for_each(|finding| println!("     {finding}"));
        broken += usize::from(!findings.is_empty());
    }
    length::notes(&house)
        .iter()
        .for_each(|note| println!("note {note}"));
    let kept = RULES.len() - broken;
    println!("tidy: {kept} passed, {broken} failed");
    if broken == 0 {
        Ok(())
    } else {
        Err(format!(
            "{broken} house rules are broken; each line above says what to do"
        ))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}. {}", self.place, self.what, self.instead)
    }
}

#[cfg(test)]
pub(crate) mod planted {
    //! Houses with faults in them.

    use super::*;

    /// A house of these files and nothing else.
    pub(crate) fn house(files: &[(&str, &str)]) -> House {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
        House {
            files,
            ..House::default()
        }
    }

    /// Asserts that a check finds exactly these places, in order.
    pub(crate) fn assert_places(findings: &[Finding], places: &[&str]) {
        let found: Vec<&str> = findings.iter().map(|finding| finding.place.as_str()).collect();
        assert_eq!(found, places, "{findings:#?}");
        assert!(
            findings.iter().all(|finding| !finding.instead.is_empty()),
            "{findings:#?}"
        );
    }
}
