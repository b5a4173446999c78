//! The ratchet: per crate, how long functions may be. `xtask/ratchet.txt` holds one line a crate, and its figures
//! only go down, towards floors below which splitting would do harm.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::house::{House, root};
use crate::limits::{
    FLOOR_FUNCTION_LINES, FLOOR_MEDIAN_FUNCTION_LINES, FLOOR_P90_FUNCTION_LINES, MAX_FUNCTION_LINES,
    MAX_MEDIAN_FUNCTION_LINES, MAX_P90_FUNCTION_LINES,
};

use super::Finding;
use super::functions::{self, Figures};

/// Where the figures stand.
const PATH: &str = "xtask/ratchet.txt";

/// No crate may have more, whatever its line says. A crate without a line has these.
const CEILING: Figures = Figures {
    median: MAX_MEDIAN_FUNCTION_LINES,
    p90: MAX_P90_FUNCTION_LINES,
    max: MAX_FUNCTION_LINES,
};

/// No crate is asked for less.
const FLOOR: Figures = Figures {
    median: FLOOR_MEDIAN_FUNCTION_LINES,
    p90: FLOOR_P90_FUNCTION_LINES,
    max: FLOOR_FUNCTION_LINES,
};

const HEADER: &str = "\
# Lines of the functions each crate ships: crate, median, 90th percentile, longest.
# `cargo xtask tidy` fails above these; `cargo xtask tidy --tighten` lowers them to what is measured.
# They only go down.
";

/// Finds functions over the limit and crates above their figures.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let (measured, mut findings) = functions::measure(house);
    match parse(house.text(PATH).unwrap_or_default()) {
        Err(finding) => findings.push(finding),
        Ok(allowed) => {
            findings.extend(
                allowed
                    .iter()
                    .flat_map(|(name, figures)| above(name, *figures, CEILING, RAISED)),
            );
            for (name, figures) in &measured {
                let allowed = allowed.get(name).copied().unwrap_or(CEILING);
                findings.extend(above(name, *figures, allowed, LONGER));
            }
        }
    }
    findings
}

/// Lowers the figures of the file to what is measured, never below the floors.
///
/// # Errors
/// A sentence, when the file cannot be read or written.
pub(super) fn tighten(house: &House) -> Result<(), String> {
    let allowed = parse(house.text(PATH).unwrap_or_default()).map_err(|finding| finding.to_string())?;
    let (measured, _) = functions::measure(house);
    std::fs::write(root().join(PATH), render(&tightened(&allowed, &measured)))
        .map_err(|e| format!("{PATH}: {e}"))
}

fn tightened(
    allowed: &BTreeMap<String, Figures>,
    measured: &BTreeMap<String, Figures>,
) -> BTreeMap<String, Figures> {
    let lower = |name: &String, is: &Figures| {
        let was = allowed.get(name).copied().unwrap_or(CEILING);
        Figures {
            median: was.median.min(is.median.max(FLOOR.median)),
            p90: was.p90.min(is.p90.max(FLOOR.p90)),
            max: was.max.min(is.max.max(FLOOR.max)),
        }
    };
    measured
        .iter()
        .map(|(name, is)| (name.clone(), lower(name, is)))
        .collect()
}

fn render(figures: &BTreeMap<String, Figures>) -> String {
    let mut text = HEADER.to_owned();
    for (name, Figures { median, p90, max }) in figures {
        writeln!(text, "{name} {median} {p90} {max}").expect("writing to a String does not fail");
    }
    text
}

fn parse(text: &str) -> Result<BTreeMap<String, Figures>, Finding> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let figures: Vec<usize> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
        let [median, p90, max] = figures.try_into().ok()?;
        Some((name, Figures { median, p90, max }))
    };
    let unreadable = |index: usize| Finding {
        place: format!("{PATH}:{}", index + 1),
        what: "not a crate and three numbers".to_owned(),
        instead: "Write it anew with `cargo xtask tidy --tighten`".to_owned(),
    };
    lines
        .map(|(index, line)| row(line).ok_or_else(|| unreadable(index)))
        .collect()
}

const RAISED: &str = "Figures only go down: put the old one back and shorten the functions";
const LONGER: &str = "Shorten the functions you touched: name their steps and make each a function";

fn above(name: &str, is: Figures, allowed: Figures, instead: &str) -> Vec<Finding> {
    let pairs = [
        ("median", is.median, allowed.median),
        ("90th percentile", is.p90, allowed.p90),
        ("longest", is.max, allowed.max),
    ];
    let over = pairs.into_iter().filter(|(_, is, allowed)| is > allowed);
    over.map(|(figure, is, allowed)| Finding {
        place: format!("{PATH}, {name}"),
        what: format!("{figure} function has {is} lines, over {allowed}"),
        instead: instead.to_owned(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    fn lines(count: usize) -> String {
        format!("fn a() {{\n{}}}\n", "    let _ = 1;\n".repeat(count - 2))
    }

    fn places(ratchet: &str, count: usize) -> Vec<Finding> {
        check(&house(&[("crates/a/src/lib.rs", &lines(count)), (PATH, ratchet)]))
    }

    #[test]
    fn a_crate_above_its_line_fails_and_one_at_it_passes() {
        assert_places(&places("a 8 20 40\n", 8), &[]);
        let found = places("a 8 20 40\n", 9);
        assert_places(&found, &["xtask/ratchet.txt, a"]);
        assert!(found[0].what.contains("median"), "{found:?}");
    }

    #[test]
    fn a_crate_without_a_line_has_the_ceilings() {
        assert_places(&places("", CEILING.median), &[]);
        assert_places(&places("", CEILING.median + 1), &["xtask/ratchet.txt, a"]);
    }

    #[test]
    fn a_line_raised_over_the_ceiling_fails() {
        assert_places(&places("a 11 35 70\n", 5), &["xtask/ratchet.txt, a"]);
    }

    #[test]
    fn a_line_that_is_not_figures_is_named() {
        assert_places(&places("# c\na 8 x 9\n", 5), &["xtask/ratchet.txt:2"]);
    }

    #[test]
    fn tightening_lowers_never_raises_and_stops_at_the_floors() {
        let figures = |median, p90, max| Figures { median, p90, max };
        let one = |f| BTreeMap::from([("a".to_owned(), f)]);
        let tightened = |was, is| super::tightened(&one(was), &one(is))["a"];
        assert_eq!(
            tightened(figures(9, 30, 60), figures(8, 31, 10)),
            figures(8, 30, FLOOR.max)
        );
        assert_eq!(tightened(figures(9, 30, 60), figures(1, 1, 1)), FLOOR);
    }

    #[test]
    fn what_is_written_reads_back() {
        let figures = BTreeMap::from([("geo4d".to_owned(), FLOOR), ("xtask".to_owned(), CEILING)]);
        assert_eq!(parse(&render(&figures)).unwrap(), figures);
    }
}
