//! The table on the screen and the page in `docs/`: the same text.

use std::fmt::Write as _;

use crate::house::root;

use super::machine::Machine;
use super::{Row, Section, Verdict};

const PATH: &str = "docs/benchmarks.md";
const HEADINGS: [&str; 6] = ["what", "ours", "other", "ratio", "aim", "verdict"];
const PREFACE: &str = "\
# Benchmarks

Written by `make bench`. Each ratio compares two figures of one run on one machine; only the ratios travel.
A missed aim stands here until it is met.
";

/// A section as a Markdown table that also reads well on a terminal.
pub(super) fn table(section: &Section) -> String {
    let rows: Vec<[String; 6]> = section.rows.iter().map(cells).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([HEADINGS[column].len()]).max().unwrap_or(0)
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut text = format!("\n## {}\n\n", section.title);
    text += &line(&HEADINGS.map(str::to_owned), &widths);
    text += &line(&widths.map(|width| "-".repeat(width)), &widths);
    rows.iter().for_each(|row| text += &line(row, &widths));
    text
}

/// Writes the page.
///
/// # Errors
/// A sentence, when the file cannot be written.
pub(super) fn write(machine: &Machine, sections: &[Section]) -> Result<(), String> {
    let path = root().join(PATH);
    std::fs::create_dir_all(path.parent().expect("the path has a folder"))
        .map_err(|e| format!("{PATH}: {e}"))?;
    std::fs::write(path, page(machine, sections)).map_err(|e| format!("{PATH}: {e}"))
}

fn page(machine: &Machine, sections: &[Section]) -> String {
    let mut text = PREFACE.to_owned();
    text.push('\n');
    for (name, value) in &machine.facts {
        writeln!(text, "- {name}: {value}").expect("writing to a String does not fail");
    }
    sections.iter().for_each(|section| text += &table(section));
    text
}

fn cells(row: &Row) -> [String; 6] {
    let verdict = match row.verdict {
        Verdict::Met => "met",
        Verdict::Missed => "MISSED",
        Verdict::Reference => "reference",
    };
    let cells = [&row.what, &row.ours, &row.other, &row.ratio, &row.aim].map(|cell| cell.replace('|', "/"));
    let [what, ours, other, ratio, aim] = cells;
    [what, ours, other, ratio, aim, verdict.to_owned()]
}

fn line(cells: &[String; 6], widths: &[usize; 6]) -> String {
    let padded = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!(" {cell:<width$} |"));
    format!("|{}\n", padded.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section() -> Section {
        let row = |what: &str, verdict| Row {
            what: what.to_owned(),
            ours: "2 µs".to_owned(),
            other: "1 µs".to_owned(),
            ratio: "2.0".to_owned(),
            aim: "≤ 3".to_owned(),
            verdict,
        };
        Section {
            title: "Storage".to_owned(),
            rows: vec![row("a|b", Verdict::Met), row("longer", Verdict::Missed)],
        }
    }

    #[test]
    fn columns_line_up_and_a_bar_in_a_cell_does_not_split_it() {
        let text = table(&section());
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.matches('|').count() == 7), "{text}");
        assert!(
            lines
                .iter()
                .all(|line| line.chars().count() == lines[0].chars().count()),
            "{text}"
        );
    }

    #[test]
    fn the_page_names_the_machine_and_every_miss() {
        let machine = Machine {
            facts: vec![("cores", "2".to_owned())],
        };
        let text = page(&machine, &[section()]);
        assert!(
            text.contains("- cores: 2\n") && text.contains("| MISSED"),
            "{text}"
        );
    }
}
