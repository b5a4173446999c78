//! Planted faults: every patch applies to what stands here, and has its row on the page of what caught what.

use crate::house::House;
use crate::mutants::{Mutant, PAGE, all, rows};

use super::Finding;

/// Finds patches that cannot be read, or no longer apply, or have no row of their own.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let rows = rows(house.text(PAGE).unwrap_or_default());
    let mut findings = Vec::new();
    for mutant in all(&house.files) {
        match mutant {
            Ok(mutant) => {
                findings.extend(gone(house, &mutant));
                let known = rows.get(&mutant.name);
                if known.is_none_or(|row| (&row.fault, &row.harm) != (&mutant.fault, &mutant.harm)) {
                    findings.push(finding(
                        &mutant.name,
                        format!("{PAGE} has no row of it as it stands"),
                    ));
                }
            }
            Err(why) => findings.push(finding("xtask/mutants", why)),
        }
    }
    findings
}

fn gone(house: &House, mutant: &Mutant) -> Vec<Finding> {
    let paths = mutant.changes.keys();
    let why = paths.filter_map(|path| mutant.put_into(path, house.text(path).unwrap_or_default()).err());
    why.map(|why| finding(&mutant.name, why)).collect()
}

fn finding(place: &str, what: String) -> Finding {
    Finding {
        place: place.to_owned(),
        what,
        instead: "Mend its patch in xtask/mutants, then run `cargo xtask mutants NAME`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    const PATCH: &str =
        "Fault: f.\nHarm: h.\nCatcher: test -p a\n--- a/x.rs\n+++ b/x.rs\n@@ -1 +1 @@\n-1\n+2\n";
    const ROW: &str = "| `one` | f. | h. | `cargo test -p a` | t |\n";

    #[test]
    fn a_patch_that_applies_and_has_its_row_is_sound() {
        let files = [("xtask/mutants/one.patch", PATCH), ("x.rs", "1\n"), (PAGE, ROW)];
        assert_places(&check(&house(&files)), &[]);
    }

    #[test]
    fn a_patch_that_applies_no_more_or_has_no_row_is_named() {
        let patch = ("xtask/mutants/one.patch", PATCH);
        assert_places(&check(&house(&[patch, ("x.rs", "3\n"), (PAGE, ROW)])), &["one"]);
        assert_places(&check(&house(&[patch, ("x.rs", "1\n")])), &["one"]);
        let other = ROW.replace("h.", "g.");
        assert_places(
            &check(&house(&[patch, ("x.rs", "1\n"), (PAGE, &other)])),
            &["one"],
        );
    }

    #[test]
    fn a_patch_that_cannot_be_read_is_named() {
        assert_places(
            &check(&house(&[("xtask/mutants/one.patch", "Fault: f.\n")])),
            &["xtask/mutants"],
        );
    }
}
