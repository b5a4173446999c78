//! What the checks need to know of Rust's syntax.

use syn::visit::{self, Visit};

/// One function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    /// Where its signature starts.
    pub(super) line: usize,
    /// From its signature to its closing brace.
    pub(super) lines: usize,
    /// Whether only tests are built with it.
    pub(super) test: bool,
}

/// Parses a file.
///
/// # Errors
/// A sentence with the line that does not parse.
pub(super) fn parse(text: &str) -> Result<syn::File, String> {
    syn::parse_file(text).map_err(|e| format!("does not parse at line {}: {e}", e.span().start().line))
}

/// Every function with a body, in order of its first line; functions inside functions count for both.
pub(super) fn functions(file: &syn::File) -> Vec<Function> {
    let mut walk = Functions::default();
    walk.visit_file(file);
    walk.found.sort_by_key(|function| function.line);
    walk.found
}

/// Whether an item is built for tests alone: `#[cfg(test)]` or `#[test]`.
pub(super) fn only_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_cfg_test = attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|path| path.is_ident("test"));
        is_cfg_test || attribute.path().is_ident("test")
    })
}

#[derive(Default)]
struct Functions {
    found: Vec<Function>,
    /// How many enclosing items only tests are built with.
    in_test: usize,
}

impl Functions {
    fn add(&mut self, signature: &syn::Signature, body: &syn::Block, attributes: &[syn::Attribute]) {
        let line = signature.fn_token.span.start().line;
        self.found.push(Function {
            name: signature.ident.to_string(),
            line,
            lines: body.brace_token.span.close().end().line - line + 1,
            test: self.in_test > 0 || only_tests(attributes),
        });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let test = usize::from(only_tests(&module.attrs));
        self.in_test += test;
        visit::visit_item_mod(self, module);
        self.in_test -= test;
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, &function.block, &function.attrs);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, &function.block, &function.attrs);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(body) = &function.default {
            self.add(&function.sig, body, &function.attrs);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_every_kind_are_measured_from_signature_to_brace() {
        let text = "/// Doc.\nfn a() {\n    1;\n}\nimpl X {\n    fn b(\n        c: u8,\n    ) {}\n}\ntrait T {\n    fn c();\n    fn d() {}\n}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn e() {}\n}\n";
        let found: Vec<(String, usize, usize, bool)> = functions(&parse(text).unwrap())
            .into_iter()
            .map(|f| (f.name, f.line, f.lines, f.test))
            .collect();
        let wanted = [
            ("a", 2, 3, false),
            ("b", 6, 3, false),
            ("d", 12, 1, false),
            ("e", 17, 1, true),
        ];
        assert_eq!(
            found,
            wanted.map(|(name, line, lines, test)| (name.to_owned(), line, lines, test))
        );
    }

    #[test]
    fn text_that_is_not_rust_is_an_error_with_its_line() {
        assert!(parse("fn a() {}\nfn 5() {}\n").is_err_and(|why| why.contains("line 2")));
    }
}
