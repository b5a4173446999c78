//! Histories of many clients, lived through by a pool and by a naive reading of the standard, which agree at
//! every step on every answer.
//!
//! `PROPTEST_CASES` says how many histories.

mod history;
mod reference;
mod resolve;
mod steps;
mod world;

use history::History;
use pool::Options;
use proptest::prelude::*;

/// Calls of a history, at least.
const CALLS: usize = 80;

/// Histories, if nobody says.
const HISTORIES: u32 = 150;

#[allow(clippy::disallowed_methods, reason = "how long a test runs is chosen outside")]
fn config() -> ProptestConfig {
    let said = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: said.and_then(|text| text.parse().ok()).unwrap_or(HISTORIES),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn histories() -> impl Strategy<Value = (Options, Vec<steps::Step>)> {
    let options = any::<(bool, bool)>().prop_map(|(strict_reference, time_based_index)| Options {
        strict_reference,
        time_based_index,
    });
    (options, prop::collection::vec(steps::step(), CALLS..2 * CALLS))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_pool_answers_as_the_naive_reading_does((options, steps) in histories()) {
        History::new(options).live(&steps);
    }
}
