//! Floats live in geo4d alone: everywhere else places, heights and times are integers, so that two nodes and a
//! replay agree to the last unit.

use syn::visit::{self, Visit};

use crate::house::{House, crate_of};

use super::arrows::PURE;
use super::{Finding, syntax};

/// The one crate that may calculate with floats.
const HOME: &str = "geo4d";

/// Finds float types and literals in what the other pure crates ship.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let pure = |path: &str| PURE.contains(&crate_of(path)) && crate_of(path) != HOME;
    house
        .shipped_rust()
        .filter(|(path, _)| pure(path))
        .flat_map(|(path, text)| of_file(path, text))
        .collect()
}

fn of_file(path: &str, text: &str) -> Vec<Finding> {
    // A file that does not parse is the business of the length check.
    let Ok(file) = syntax::parse(text) else {
        return Vec::new();
    };
    let mut walk = Floats::default();
    walk.visit_file(&file);
    let finding = |line: usize| Finding {
        place: format!("{path}:{line}"),
        what: "a float outside geo4d".to_owned(),
        instead: "Use integers with the unit in the name (nanodegrees, mm, µs), or let geo4d calculate it"
            .to_owned(),
    };
    walk.lines.dedup();
    walk.lines.into_iter().map(finding).collect()
}

#[derive(Default)]
struct Floats {
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for Floats {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !syntax::only_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        if ident == "f64" || ident == "f32" {
            self.lines.push(ident.span().start().line);
        }
    }

    fn visit_lit_float(&mut self, literal: &'ast syn::LitFloat) {
        self.lines.push(literal.span().start().line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    #[test]
    fn a_float_in_a_pure_crate_is_found_and_one_in_geo4d_or_a_test_is_not() {
        let text = "fn a(x: u8) -> u8 { x }\nfn b() -> f64 { 0.5 }\nconst C: u8 = 1.5 as u8;\n";
        let test = format!("#[cfg(test)]\nmod tests {{ {text} }}\n");
        let files = [
            ("crates/accord/src/lib.rs", text),
            ("crates/accord/src/ok.rs", test.as_str()),
            ("crates/geo4d/src/lib.rs", text),
            ("crates/node/src/lib.rs", text),
            ("crates/accord/tests/t.rs", text),
        ];
        assert_places(
            &check(&house(&files)),
            &["crates/accord/src/lib.rs:2", "crates/accord/src/lib.rs:3"],
        );
    }
}
