//! Files are read whole: about 300 lines, a question at 600, a stop at 900.

use crate::house::House;
use crate::limits::{MAX_FILE_LINES, NOTE_FILE_LINES};

use super::Finding;

/// Finds source files over the limit.
pub(super) fn check(house: &House) -> Vec<Finding> {
    longer_than(
        house,
        MAX_FILE_LINES,
        "Split it by subject; tests that outgrow a module go to `<module>/tests.rs`",
    )
}

/// Source files that deserve a question, though they pass.
pub(super) fn notes(house: &House) -> Vec<Finding> {
    let asked = longer_than(house, NOTE_FILE_LINES, "Has it one subject?");
    let stopped = check(house);
    asked
        .into_iter()
        .filter(|note| stopped.iter().all(|stop| stop.place != note.place))
        .collect()
}

fn longer_than(house: &House, limit: usize, instead: &str) -> Vec<Finding> {
    let lines = house
        .rust()
        .chain(scripts(house))
        .map(|(path, text)| (path, text.lines().count()));
    let long = lines.filter(|(_, lines)| *lines > limit);
    long.map(|(path, lines)| Finding {
        place: path.to_owned(),
        what: format!("{lines} lines, over {limit}"),
        instead: instead.to_owned(),
    })
    .collect()
}

fn scripts(house: &House) -> impl Iterator<Item = (&str, &str)> {
    let script = |path: &str| [".ts", ".py", ".sh", ".go"].iter().any(|end| path.ends_with(end));
    house
        .files
        .iter()
        .filter(move |(path, _)| script(path))
        .map(|(path, text)| (path.as_str(), text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    #[test]
    fn a_file_over_the_limit_stops_and_one_at_it_is_asked() {
        let (at, over, short) = (
            "\n".repeat(MAX_FILE_LINES),
            "\n".repeat(MAX_FILE_LINES + 1),
            "\n".repeat(NOTE_FILE_LINES),
        );
        let files = [
            ("crates/a/src/at.rs", at.as_str()),
            ("crates/a/src/over.rs", over.as_str()),
            ("crates/a/src/short.rs", short.as_str()),
            ("docs/long.txt", over.as_str()),
            ("scripts/over.py", over.as_str()),
        ];
        let house = house(&files);
        assert_places(&check(&house), &["crates/a/src/over.rs", "scripts/over.py"]);
        assert_places(&notes(&house), &["crates/a/src/at.rs"]);
    }
}
