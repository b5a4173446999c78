//! Every limit is a named constant in its crate's `limits.rs`, beside its reason and its relatives.

use syn::visit::{self, Visit};

use crate::house::{House, crate_of};

use super::{Finding, syntax};

/// Finds constants named `MAX_…` that live elsewhere.
pub(super) fn check(house: &House) -> Vec<Finding> {
    let away = |path: &str| !path.ends_with("/limits.rs") && !path.contains("/limits/");
    house
        .shipped_rust()
        .filter(|(path, _)| away(path))
        .flat_map(|(path, text)| of_file(path, text))
        .collect()
}

fn of_file(path: &str, text: &str) -> Vec<Finding> {
    // A file that does not parse is the business of the length check.
    let Ok(file) = syntax::parse(text) else {
        return Vec::new();
    };
    let mut walk = Limits::default();
    walk.visit_file(&file);
    let home = path
        .split("/src/")
        .next()
        .map_or_else(|| crate_of(path).to_owned(), str::to_owned);
    let finding = |(name, line): (String, usize)| Finding {
        place: format!("{path}:{line}"),
        what: format!("the limit `{name}` is away from home"),
        instead: format!("Move it to {home}/src/limits.rs, with its reason and a compile-time check"),
    };
    walk.found.into_iter().map(finding).collect()
}

#[derive(Default)]
struct Limits {
    found: Vec<(String, usize)>,
}

impl Limits {
    fn add(&mut self, ident: &proc_macro2::Ident) {
        if ident.to_string().starts_with("MAX_") {
            self.found.push((ident.to_string(), ident.span().start().line));
        }
    }
}

impl<'ast> Visit<'ast> for Limits {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !syntax::only_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_const(&mut self, constant: &'ast syn::ItemConst) {
        self.add(&constant.ident);
    }

    fn visit_impl_item_const(&mut self, constant: &'ast syn::ImplItemConst) {
        self.add(&constant.ident);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted::{assert_places, house};

    #[test]
    fn a_limit_away_from_home_is_found_and_one_at_home_or_in_a_test_is_not() {
        let limit = "pub const MAX_A: u8 = 1;\nconst LEAST: u8 = 0;\n";
        let test = format!("#[cfg(test)]\nmod tests {{ {limit} }}\n");
        let found = check(&house(&[
            ("crates/geo4d/src/limits.rs", limit),
            ("crates/geo4d/src/a.rs", limit),
            ("crates/geo4d/src/b.rs", &test),
            ("crates/geo4d/src/c.rs", "impl X { const MAX_B: u8 = 1; }"),
        ]));
        assert_places(&found, &["crates/geo4d/src/a.rs:1", "crates/geo4d/src/c.rs:1"]);
        assert!(
            found[0].instead.contains("crates/geo4d/src/limits.rs"),
            "{found:?}"
        );
    }
}
