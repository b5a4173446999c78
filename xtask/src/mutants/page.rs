//! The page of planted faults: written here, and read again so that a run of a few keeps the rows of the others.

use std::collections::BTreeMap;

/// Where the page is.
pub(crate) const PAGE: &str = "docs/mutants.md";

const HEAD: &str = "\
# Planted faults

Each row is a fault that `make mutants` puts into a copy of the sources, and what failed of it. A fault that nothing
finds fails that run: it is a hole in the tests. The faults stand in `xtask/mutants`, one patch each; `cargo xtask tidy`
holds that every patch still applies and has its row. `cargo xtask mutants NAME…` runs some of them again.

| fault | what is wrong | why it matters | caught by | what failed |
|---|---|---|---|---|
";

/// What is known of one planted fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// What is wrong with it planted.
    pub(crate) fault: String,
    /// Why that matters.
    pub(crate) harm: String,
    /// The command that failed.
    pub(crate) caught_by: String,
    /// What of it failed.
    pub(crate) how: String,
}

/// The page.
pub(super) fn text(rows: &BTreeMap<String, Row>) -> String {
    let row = |(name, row): (&String, &Row)| {
        let Row {
            fault,
            harm,
            caught_by,
            how,
        } = row;
        format!("| `{name}` | {fault} | {harm} | `{caught_by}` | {how} |\n")
    };
    HEAD.to_owned() + &rows.iter().map(row).collect::<String>()
}

/// The rows of a page, by the fault's name.
pub(crate) fn rows(page: &str) -> BTreeMap<String, Row> {
    page.lines().filter_map(row_of).collect()
}

fn row_of(line: &str) -> Option<(String, Row)> {
    let inside = line.strip_prefix("| `")?.strip_suffix(" |")?;
    let cells: Vec<&str> = inside.split(" | ").collect();
    let [name, fault, harm, caught_by, how] = cells.as_slice() else {
        return None;
    };
    let plain = |cell: &str| cell.trim_matches('`').to_owned();
    let row = Row {
        fault: (*fault).to_owned(),
        harm: (*harm).to_owned(),
        caught_by: plain(caught_by),
        how: (*how).to_owned(),
    };
    Some((plain(name), row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_back_as_it_was_written() {
        let row = Row {
            fault: "one is two.".to_owned(),
            harm: "sums are wrong.".to_owned(),
            caught_by: "cargo test -p a --lib".to_owned(),
            how: "one_is_one".to_owned(),
        };
        let wanted = BTreeMap::from([("one".to_owned(), row)]);
        assert_eq!(rows(&text(&wanted)), wanted);
    }
}
