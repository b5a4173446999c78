//! Tables for people at a terminal: aligned columns, nothing cut off.

use std::fmt;

/// Rows under a heading.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
    none: &'static str,
}

impl Table {
    /// A table with its heading, and what is said when it has no rows.
    pub fn new(heading: &[&str], none: &'static str) -> Self {
        Table {
            rows: vec![heading.iter().map(|&title| title.to_owned()).collect()],
            none,
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.len() == 1 {
            return f.write_str(self.none);
        }
        for (i, row) in self.rows.iter().enumerate() {
            let cells = row.iter().enumerate();
            let padded = cells.map(|(column, cell)| format!("{cell:<width$}", width = self.width(column)));
            let line = padded.collect::<Vec<_>>().join("  ");
            write!(f, "{}{}", if i == 0 { "" } else { "\n" }, line.trim_end())?;
        }
        Ok(())
    }
}

/// Text that came from elsewhere, made fit for one line of a terminal: what would move the
/// cursor, or hide or turn text around, is shown as `?`.
pub fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    text.chars()
        .map(|c| if c.is_control() || turns(c) { '?' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_characters() {
        let mut table = Table::new(&["id", "name"], "none");
        table.row(["é1".to_owned(), "a".to_owned()]);
        table.row(["12345".to_owned(), "b".to_owned()]);
        assert_eq!(table.to_string(), "id     name\né1     a\n12345  b");
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(Table::new(&["id"], "no notices").to_string(), "no notices");
    }

    #[test]
    fn text_of_a_peer_cannot_move_the_cursor() {
        assert_eq!(plain("a\x1b[2Jb\n\u{202e}c"), "a?[2Jb??c");
    }
}
