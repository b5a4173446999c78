//! SPDX licence expressions, as far as manifests use them: `AND`, `OR`, `WITH`, brackets, and the older `/`.

/// Whether a licence expression can be met with allowed licences alone.
///
/// # Errors
/// A sentence, when the expression cannot be read.
pub(super) fn is_met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: &words,
        allowed,
    };
    let met = reader.either()?;
    if reader.words.is_empty() {
        Ok(met)
    } else {
        Err(format!("`{expression}` is no SPDX expression"))
    }
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a dyn Fn(&str) -> bool,
}

impl Reader<'_> {
    fn either(&mut self) -> Result<bool, String> {
        let mut met = self.both()?;
        while self.take("OR") {
            met |= self.both()?;
        }
        Ok(met)
    }

    fn both(&mut self) -> Result<bool, String> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Ok(met)
    }

    fn one(&mut self) -> Result<bool, String> {
        let word = self.next()?;
        if word == "(" {
            let met = self.either()?;
            return if self.take(")") {
                Ok(met)
            } else {
                Err("a bracket is not closed".to_owned())
            };
        }
        if self.take("WITH") {
            let exception = self.next()?;
            return Ok((self.allowed)(&format!("{word} WITH {exception}")));
        }
        Ok((self.allowed)(&word))
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.words.first() == Some(&word);
        self.words = &self.words[usize::from(there)..];
        there
    }

    fn next(&mut self) -> Result<String, String> {
        let (first, rest) = self.words.split_first().ok_or("the expression ends too early")?;
        self.words = rest;
        Ok((*first).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(expression: &str) -> Result<bool, String> {
        is_met(expression, &|licence| {
            ["MIT", "Apache-2.0", "Unicode-3.0"].contains(&licence)
        })
    }

    #[test]
    fn an_expression_is_met_when_a_choice_of_allowed_licences_is_left() {
        for yes in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "MIT AND Apache-2.0",
        ] {
            assert_eq!(met(yes), Ok(true), "{yes}");
        }
        for no in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "MPL-2.0 OR GPL-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert_eq!(met(no), Ok(false), "{no}");
        }
    }

    #[test]
    fn what_is_no_expression_is_an_error() {
        for bad in ["", "MIT OR", "(MIT", "MIT Apache-2.0", "MIT WITH"] {
            assert!(met(bad).is_err(), "{bad}");
        }
    }
}
