//! How long the functions of each crate are.

use std::collections::BTreeMap;

use crate::house::{House, crate_of, is_test_path};
use crate::limits::{MAX_FUNCTION_LINES, MAX_TEST_FUNCTION_LINES};

use super::Finding;
use super::syntax::{self, Function};

/// Lengths of the functions one crate ships, in lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) median: usize,
    pub(super) p90: usize,
    pub(super) max: usize,
}

/// Measures every crate, and finds functions over the limit (tests too) and files that do not parse.
pub(super) fn measure(house: &House) -> (BTreeMap<String, Figures>, Vec<Finding>) {
    let mut lengths: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut findings = Vec::new();
    for (path, text) in house.rust() {
        match syntax::parse(text) {
            Err(why) => findings.push(unreadable(path, why)),
            Ok(file) => {
                let functions = syntax::functions(&file);
                findings.extend(
                    functions
                        .iter()
                        .filter(|f| f.lines > limit_of(path, f))
                        .map(|f| long(path, f)),
                );
                let shipped = functions
                    .iter()
                    .filter(|f| !f.test && !is_test_path(path))
                    .map(|f| f.lines);
                lengths
                    .entry(crate_of(path).to_owned())
                    .or_default()
                    .extend(shipped);
            }
        }
    }
    let figures = lengths
        .into_iter()
        .filter_map(|(name, lines)| Some((name, figures(lines)?)));
    (figures.collect(), findings)
}

/// A test that tells a story from beginning to end may take a page and a half.
fn limit_of(path: &str, function: &Function) -> usize {
    if function.test || is_test_path(path) {
        MAX_TEST_FUNCTION_LINES
    } else {
        MAX_FUNCTION_LINES
    }
}

fn figures(mut lines: Vec<usize>) -> Option<Figures> {
    lines.sort_unstable();
    let max = *lines.last()?;
    let at = |percent: usize| lines[(lines.len() - 1) * percent / 100];
    Some(Figures {
        median: at(50),
        p90: at(90),
        max,
    })
}

fn long(path: &str, function: &Function) -> Finding {
    Finding {
        place: format!("{path}:{}", function.line),
        what: format!(
            "`{}` has {} lines; {} is the limit",
            function.name,
            function.lines,
            limit_of(path, function)
        ),
        instead: "Name its steps and make each a function".to_owned(),
    }
}

fn unreadable(path: &str, why: String) -> Finding {
    Finding {
        place: path.to_owned(),
        what: why,
        instead: "Make it compile".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    fn function(name: &str, lines: usize) -> String {
        format!("fn {name}() {{\n{}}}\n", "    let _ = 1;\n".repeat(lines - 2))
    }

    #[test]
    fn a_function_over_the_limit_is_found_in_tests_as_well() {
        let shipped = function("long", MAX_FUNCTION_LINES + 1) + &function("at", MAX_FUNCTION_LINES);
        let tests = function("long", MAX_TEST_FUNCTION_LINES + 1) + &function("at", MAX_TEST_FUNCTION_LINES);
        let (_, findings) = measure(&house(&[
            ("crates/a/src/lib.rs", &shipped),
            ("crates/a/tests/t.rs", &tests),
        ]));
        assert_places(&findings, &["crates/a/src/lib.rs:1", "crates/a/tests/t.rs:1"]);
    }

    #[test]
    fn figures_leave_tests_out() {
        let text: String = (2..=11)
            .map(|lines| function(&format!("f{lines}"), lines))
            .collect();
        let (figures, _) = measure(&house(&[
            ("crates/a/src/lib.rs", &text),
            ("crates/a/tests/t.rs", &function("t", 60)),
        ]));
        assert_eq!(
            figures["a"],
            Figures {
                median: 6,
                p90: 10,
                max: 11
            }
        );
    }

    #[test]
    fn a_file_that_does_not_parse_is_found() {
        let (_, findings) = measure(&house(&[("crates/a/src/lib.rs", "fn")]));
        assert_places(&findings, &["crates/a/src/lib.rs"]);
    }
}
