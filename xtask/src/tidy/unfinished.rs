//! What is on main is finished: no placeholders, no tests switched off.

use crate::house::House;

use super::Finding;

/// What must not stand in a source, and what to do instead. Written in halves: this file is a source too.
const MARKS: &[(&str, &str)] = &[
    (
        concat!("to", "do!("),
        "Write it, or return the refusal that says it is not there yet",
    ),
    (
        concat!("unimple", "mented!("),
        "Write it, or return the refusal that says it is not there yet",
    ),
    (
        concat!("#[ig", "nore"),
        "Make the test fast enough to run, scale it by an environment variable, or delete it",
    ),
    (
        concat!("FIX", "ME"),
        "Fix it, or write down in CHANGELOG.md what does not work yet",
    ),
];

/// Finds placeholders and ignored tests.
pub(super) fn check(house: &House) -> Vec<Finding> {
    house
        .rust()
        .flat_map(|(path, text)| of_file(path, text))
        .collect()
}

fn of_file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (mark, instead) in MARKS.iter().filter(|(mark, _)| line.contains(mark)) {
            findings.push(Finding {
                place: format!("{path}:{}", index + 1),
                what: format!("`{mark}` on main"),
                instead: (*instead).to_owned(),
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    #[test]
    fn every_mark_is_found_where_it_stands() {
        for (mark, _) in MARKS {
            let text = format!("fn a() {{}}\n{mark}\n");
            assert_places(
                &check(&house(&[("crates/a/src/lib.rs", &text)])),
                &["crates/a/src/lib.rs:2"],
            );
        }
        assert_places(
            &check(&house(&[("crates/a/src/lib.rs", "fn ignore() {}\n")])),
            &[],
        );
    }
}
