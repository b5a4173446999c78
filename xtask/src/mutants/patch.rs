//! A planted fault as it stands in `xtask/mutants`: what it is, what must fail of it, and a unified diff.
//!
//! The lines of a diff are looked for, its line numbers are not: a patch goes on applying while what it changes
//! stands once in its file.

use std::collections::BTreeMap;

use super::catcher::Catcher;

/// Where the patches are.
const FOLDER: &str = "xtask/mutants/";
const ENDING: &str = ".patch";

/// One planted fault.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mutant {
    /// The patch's file name, without its ending.
    pub(crate) name: String,
    /// What is wrong with it planted, in one sentence.
    pub(crate) fault: String,
    /// Why that matters to whoever is on watch.
    pub(crate) harm: String,
    /// What is run, in this order, until something fails.
    pub(super) catchers: Vec<Catcher>,
    /// What changes, by file.
    pub(crate) changes: BTreeMap<String, Vec<Hunk>>,
}

/// Lines, and what stands in their place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hunk {
    old: String,
    new: String,
}

/// Every patch among these files, in the order of their names; or why it is none.
pub(crate) fn all(files: &BTreeMap<String, String>) -> Vec<Result<Mutant, String>> {
    let patches = files.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix(FOLDER)?.strip_suffix(ENDING)?;
        Some((path, name, text))
    });
    patches
        .map(|(path, name, text)| Mutant::parse(name, text).map_err(|why| format!("{path}: {why}")))
        .collect()
}

impl Mutant {
    fn parse(name: &str, text: &str) -> Result<Mutant, String> {
        let at = text.find("\n--- ").ok_or("there is no diff in it")?;
        let (head, diff) = text.split_at(at + 1);
        let one = |key| said(head, key).next().ok_or_else(|| format!("no line `{key}`"));
        let catchers = said(head, "Catcher:").map(Catcher::parse);
        let catchers: Vec<Catcher> = catchers.collect::<Result<_, _>>()?;
        if catchers.is_empty() {
            return Err("no line `Catcher:`".to_owned());
        }
        Ok(Mutant {
            name: name.to_owned(),
            fault: one("Fault:")?.to_owned(),
            harm: one("Harm:")?.to_owned(),
            catchers,
            changes: changes(diff)?,
        })
    }

    /// The text of a file with this fault in it.
    ///
    /// # Errors
    /// A sentence, when what is to be changed does not stand there exactly once.
    pub(crate) fn put_into(&self, path: &str, text: &str) -> Result<String, String> {
        let hunks = self.changes.get(path).into_iter().flatten();
        hunks
            .enumerate()
            .try_fold(text.to_owned(), |text, (index, hunk)| {
                match text.matches(&hunk.old).count() {
                    1 => Ok(text.replacen(&hunk.old, &hunk.new, 1)),
                    count => Err(format!("hunk {} stands {count} times in {path}", index + 1)),
                }
            })
    }
}

/// What stands after a key at the beginning of a line.
fn said<'t>(head: &'t str, key: &'t str) -> impl Iterator<Item = &'t str> {
    head.lines()
        .filter_map(move |line| line.strip_prefix(key))
        .map(str::trim)
}

fn changes(diff: &str) -> Result<BTreeMap<String, Vec<Hunk>>, String> {
    let mut changes: BTreeMap<String, Vec<Hunk>> = BTreeMap::new();
    let mut path = String::new();
    for line in diff.lines() {
        if let Some(named) = line.strip_prefix("--- a/") {
            named.clone_into(&mut path);
        } else if line.starts_with("@@ ") {
            changes.entry(path.clone()).or_default().push(Hunk::default());
        } else if !line.starts_with("+++ ") {
            let hunk = changes.get_mut(&path).and_then(|hunks| hunks.last_mut());
            let hunk = hunk.ok_or_else(|| format!("`{line}` stands before the first hunk"))?;
            hunk.add(line)?;
        }
    }
    Ok(changes)
}

impl Hunk {
    fn add(&mut self, line: &str) -> Result<(), String> {
        let (mark, rest) = line.split_at_checked(1).unwrap_or((" ", ""));
        let (old, new) = match mark {
            " " => (true, true),
            "-" => (true, false),
            "+" => (false, true),
            _ => return Err(format!("`{line}` is no line of a diff")),
        };
        let whole = format!("{rest}\n");
        self.old.push_str(if old { &whole } else { "" });
        self.new.push_str(if new { &whole } else { "" });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "\
Fault: one is two.
Harm: sums are wrong.
Catcher: test -p a --lib
--- a/crates/a/src/lib.rs
+++ b/crates/a/src/lib.rs
@@ -7,3 +7,3 @@
 fn one() {
-    1
+    2
 }
";

    fn mutant() -> Mutant {
        let files = BTreeMap::from([(format!("{FOLDER}one{ENDING}"), PATCH.to_owned())]);
        all(&files).pop().unwrap().unwrap()
    }

    #[test]
    fn a_patch_is_read_and_put_in_wherever_its_lines_stand() {
        let mutant = mutant();
        assert_eq!(
            (mutant.name.as_str(), mutant.fault.as_str()),
            ("one", "one is two.")
        );
        let text = "\nfn one() {\n    1\n}\n";
        let with = mutant.put_into("crates/a/src/lib.rs", text).unwrap();
        assert_eq!(with, "\nfn one() {\n    2\n}\n");
    }

    #[test]
    fn lines_that_are_gone_or_stand_twice_are_named() {
        for (text, count) in [
            ("fn two() {}\n", 0),
            ("fn one() {\n    1\n}\nfn one() {\n    1\n}\n", 2),
        ] {
            let why = mutant().put_into("crates/a/src/lib.rs", text).unwrap_err();
            assert_eq!(why, format!("hunk 1 stands {count} times in crates/a/src/lib.rs"));
        }
    }

    #[test]
    fn a_patch_says_its_fault_its_harm_and_its_catcher() {
        for key in ["Fault:", "Harm:", "Catcher:"] {
            let text = PATCH.replace(key, "Note:");
            let why = Mutant::parse("one", &text).unwrap_err();
            assert!(why.contains(key), "{why}");
        }
    }
}
