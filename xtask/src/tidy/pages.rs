//! Pages that name files: each path in back quotes on the pages people steer by is there, and no text names a
//! page that is not.

use std::collections::BTreeSet;

use crate::house::House;
use crate::limits::MAX_ARCHITECTURE_LINES;

use super::Finding;

const ARCHITECTURE: &str = "ARCHITECTURE.md";
/// Pages whose paths are checked.
const PAGES: [&str; 2] = [ARCHITECTURE, "HACKING.md"];
/// Endings that make a word the name of a file.
const ENDINGS: [&str; 8] = [".rs", ".md", ".toml", ".txt", ".json", ".ts", ".py", ".go"];
/// The checks and their planted faults.
const OURS: &str = "xtask/src/tidy";

/// Finds missing pages, missing paths, and an architecture page too long to read in one sitting.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in PAGES {
        match house.text(page) {
            None => findings.push(absent(page)),
            Some(text) => findings.extend(gone(house, page, text)),
        }
    }
    findings.extend(too_long(house.text(ARCHITECTURE).unwrap_or_default()));
    findings.extend(
        house
            .files
            .iter()
            .flat_map(|(path, text)| unknown_pages(house, path, text)),
    );
    findings
}

fn absent(page: &str) -> Finding {
    Finding {
        place: page.to_owned(),
        what: "the page is not there".to_owned(),
        instead: "Write it: people and this check steer by it".to_owned(),
    }
}

fn too_long(architecture: &str) -> Option<Finding> {
    let lines = architecture.lines().count();
    (lines > MAX_ARCHITECTURE_LINES).then(|| Finding {
        place: ARCHITECTURE.to_owned(),
        what: format!("{lines} lines; {MAX_ARCHITECTURE_LINES} is the limit"),
        instead: "Move detail to the docstring of the place it describes".to_owned(),
    })
}

fn gone(house: &House, page: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        let quoted = line.split('`').skip(1).step_by(2).filter(|_| !fenced);
        for word in quoted.filter(|word| is_path(house, word) && !is_there(house, word)) {
            findings.push(Finding {
                place: format!("{page}:{}", index + 1),
                what: format!("`{word}` is not there"),
                instead: "Name the file that took its place, or drop the sentence".to_owned(),
            });
        }
    }
    findings
}

/// Whether a quoted word claims to be a file of ours: it starts at one of our top-level names, or ends like one.
fn is_path(house: &House, word: &str) -> bool {
    let foreign = word.contains(' ') || word.contains("::") || word.starts_with(['/', '~', '.', '-', '<']);
    if foreign || word.starts_with("target/") {
        return false;
    }
    let top = word.split('/').next().unwrap_or_default();
    let starts_at_ours = word.contains('/') && house.has(top);
    starts_at_ours
        || ENDINGS
            .iter()
            .any(|ending| word.ends_with(ending) && word.len() > ending.len())
}

/// A whole path from the root, or the end of one (`limits.rs`).
fn is_there(house: &House, word: &str) -> bool {
    house.has(word) || house.files.keys().any(|path| path.ends_with(&format!("/{word}")))
}

/// Pages named anywhere in our own texts that nobody who clones the repository can open.
fn unknown_pages(house: &House, path: &str, text: &str) -> Vec<Finding> {
    if path.starts_with(OURS) || !is_our_prose(path) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let names: BTreeSet<&str> = page_names(line).collect();
        for name in names.into_iter().filter(|name| !is_there(house, name)) {
            findings.push(Finding {
                place: format!("{path}:{}", index + 1),
                what: format!("names `{name}`, which is not in this repository"),
                instead: "Say what it says, or name a page that is here".to_owned(),
            });
        }
    }
    findings
}

fn is_our_prose(path: &str) -> bool {
    [".rs", ".md", ".toml", ".sh", ".py", ".go", ".ts"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// Names of Markdown pages in a line, without those in web addresses.
fn page_names(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split_whitespace().filter(|word| !word.contains("://"));
    let names = words.flat_map(|word| word.split(|c: char| !(c.is_alphanumeric() || "._/-".contains(c))));
    names
        .map(|name| name.trim_end_matches(['.', '-', '/']))
        .filter(|name| name.len() > 3 && name.ends_with(".md"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    const HACKING: (&str, &str) = ("HACKING.md", "");

    fn findings(architecture: &str) -> Vec<Finding> {
        check(&house(&[
            (ARCHITECTURE, architecture),
            HACKING,
            ("crates/geo4d/src/limits.rs", ""),
        ]))
    }

    #[test]
    fn paths_that_are_there_and_words_that_are_not_paths_pass() {
        let text = "`crates/geo4d/src/limits.rs` `crates/*/src` `limits.rs` `HACKING.md`\n\
            `detente/1` `node/http` `/v1` `application/json` `geo4d::Volume` `.rs` `target/demo/x.json`\n\
            ```\n`crates/old/gone.rs`\n```\n";
        assert_places(&findings(text), &[]);
    }

    #[test]
    fn a_path_long_gone_is_found_on_its_line() {
        for word in ["crates/geo4d/src/old.rs", "crates/old", "old.rs", "crates/*/old"] {
            assert_places(
                &findings(&format!("# Shape\n`geo4d` and `{word}`\n")),
                &["ARCHITECTURE.md:2"],
            );
        }
    }

    #[test]
    fn an_absent_page_and_a_long_one_are_found() {
        assert_places(&check(&house(&[HACKING])), &[ARCHITECTURE]);
        assert_places(
            &findings(&"\n".repeat(MAX_ARCHITECTURE_LINES + 1)),
            &[ARCHITECTURE],
        );
        assert_places(&findings(&"\n".repeat(MAX_ARCHITECTURE_LINES)), &[]);
    }

    #[test]
    fn a_comment_that_names_a_page_nobody_can_open_is_found() {
        let source =
            "//! See HACKING.md, section 3.\n//! See plan.md: 5.3; and https://example.org/other.md\n";
        let found = check(&house(&[
            (ARCHITECTURE, ""),
            HACKING,
            ("crates/a/src/lib.rs", source),
        ]));
        assert_places(&found, &["crates/a/src/lib.rs:2"]);
    }
}
