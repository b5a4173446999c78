//! Nothing from outside: no path of one machine, no address of one registry, no word about how the work was done.
//! What is in the repository is true for everybody who clones it.

use crate::house::House;

use super::Finding;

/// Where a mark counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// Not in the middle of a longer path.
    Path,
    /// Not in the middle of a longer word.
    Word,
}

const PORTABLE: &str =
    "Use a path from the root of the workspace, or a temporary folder the program asks for";
const REGISTRY: &str = "Let the reader's own cargo, npm or pip settings name the registry";
const ABOUT: &str = "Say what is, and why; not who made it or when";

/// What must not stand in a text. Written in halves: this file is a text too.
const MARKS: &[(&str, Bound, &str)] = &[
    (concat!("/wo", "rk/"), Bound::Path, PORTABLE),
    (concat!("/ro", "ot/"), Bound::Path, PORTABLE),
    (concat!("/ho", "me/"), Bound::Path, PORTABLE),
    (concat!("/Us", "ers/"), Bound::Path, PORTABLE),
    (concat!("/tm", "p/"), Bound::Path, PORTABLE),
    (concat!("arti", "factory"), Bound::Word, REGISTRY),
    (concat!("index.cra", "tes.io"), Bound::Word, REGISTRY),
    (concat!("registry.np", "mjs.org"), Bound::Word, REGISTRY),
    (concat!("pypi.or", "g/simple"), Bound::Word, REGISTRY),
    (concat!("clau", "de"), Bound::Word, ABOUT),
    (concat!("anthro", "pic"), Bound::Word, ABOUT),
    (concat!("chat", "gpt"), Bound::Word, ABOUT),
    (concat!("language ", "model"), Bound::Word, ABOUT),
    (concat!("sub", "agent"), Bound::Word, ABOUT),
    (concat!("ai ", "agent"), Bound::Word, ABOUT),
    (concat!("coding ", "agent"), Bound::Word, ABOUT),
    (concat!("another ", "helper"), Bound::Word, ABOUT),
    (concat!("this se", "ssion"), Bound::Word, ABOUT),
    (concat!("next se", "ssion"), Bound::Word, ABOUT),
    (concat!("previous se", "ssion"), Bound::Word, ABOUT),
    (concat!("the br", "ief"), Bound::Word, ABOUT),
];

/// Lock files name where cargo and npm found things; the licence check reads the sources in Cargo.lock.
const GENERATED: [&str; 2] = ["Cargo.lock", "package-lock.json"];

/// Finds every mark and every number of an issue.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let texts = house
        .files
        .iter()
        .filter(|(path, _)| !GENERATED.iter().any(|name| path.ends_with(name)));
    texts.flat_map(|(path, text)| of_text(path, text)).collect()
}

fn of_text(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        let found = |mark: &str, instead: &str| Finding {
            place: format!("{path}:{}", index + 1),
            what: format!("`{mark}` is from outside"),
            instead: instead.to_owned(),
        };
        let marks = MARKS
            .iter()
            .filter(|(mark, bound, _)| holds(&lower, &mark.to_lowercase(), *bound));
        findings.extend(marks.map(|(mark, _, instead)| found(mark, instead)));
        findings.extend(issue_number(&lower).map(|number| found(number, ABOUT)));
    }
    findings
}

/// Whether `line` holds `mark` and not only as a part of something longer.
fn holds(line: &str, mark: &str, bound: Bound) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + mark.len()..].chars().next();
        match bound {
            Bound::Path => !before.is_some_and(|c| c.is_alphanumeric() || "._-*$}".contains(c)),
            Bound::Word => ![before, after].into_iter().flatten().any(char::is_alphanumeric),
        }
    })
}

/// The word and a number after it, which only a tracker can explain.
fn issue_number(line: &str) -> Option<&str> {
    let mark = concat!("iss", "ue ");
    line.match_indices(mark).find_map(|(at, _)| {
        let number = line[at + mark.len()..].trim_start_matches('#');
        let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        (digits > 0).then(|| &line[at..line.len() - number.len() + digits])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    #[test]
    fn every_mark_is_found_in_any_kind_of_text() {
        for (mark, ..) in MARKS {
            let text = format!("fine\nsee {mark}\n");
            for path in ["README.md", "crates/a/src/lib.rs", "Makefile", "scenarios/a.json"] {
                assert_places(&check(&house(&[(path, &text)])), &[&format!("{path}:2")]);
            }
        }
    }

    #[test]
    fn capitals_do_not_hide_a_mark() {
        let text = concat!("By Clau", "de\n");
        assert_places(&check(&house(&[("README.md", text)])), &["README.md:1"]);
    }

    #[test]
    fn longer_paths_and_words_that_only_contain_a_mark_pass() {
        let text = concat!(
            "crates/node/wo",
            "rk/mod.rs\n$",
            "X/tm",
            "p/a\nartifactories\nan attended session\n"
        );
        assert_places(&check(&house(&[("README.md", text)])), &[]);
    }

    #[test]
    fn numbers_of_issues_are_found_and_other_numbers_are_not() {
        for text in [concat!("iss", "ue 12"), concat!("see Iss", "ue #3.")] {
            assert_places(&check(&house(&[("README.md", text)])), &["README.md:1"]);
        }
        assert_places(
            &check(&house(&[(
                "README.md",
                concat!("an iss", "ue with 12 parts; alarm 3; #12aaff"),
            )])),
            &[],
        );
    }

    #[test]
    fn lock_files_may_name_registries() {
        let text = concat!("https://registry.np", "mjs.org/x");
        assert_places(&check(&house(&[("console/package-lock.json", text)])), &[]);
    }
}
