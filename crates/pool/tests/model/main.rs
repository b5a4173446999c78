//! Histories of many clients, lived through by a pool and by a naive reading of the standard, which agree at
//! every step on every answer.
//!
//! `PROPTEST_CASES` says how many histories.

mod choices;
mod details;
mod history;
mod outcome;
mod reference;
mod resolve;
mod steps;
mod world;

use history::History;
use outcome::Tally;
use pool::Options;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;

/// Calls of a history, at least.
const CALLS: usize = 110;

/// Histories, if nobody says.
const HISTORIES: u32 = 300;

/// Histories of which it is asked what they come by.
const SURVEYED: u32 = 60;

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
    (options, prop::collection::vec(choices::step(), CALLS..2 * CALLS))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_pool_answers_as_the_naive_reading_does((options, steps) in histories()) {
        History::new(options).live(&steps);
    }
}

/// What histories come by, or they show nothing.
const OUTCOMES: [&str; 55] = [
    "Intents",
    "Intent",
    "IntentChanged",
    "Constraints",
    "Constraint",
    "ConstraintChanged",
    "Subscriptions",
    "Subscription",
    "SubscriptionPut",
    "Availability",
    "Reported",
    "Bad NoFootprint",
    "Bad Unbounded",
    "Bad Over",
    "Bad Backwards",
    "Bad State",
    "Bad FirstState",
    "Bad Suffix",
    "Bad SuffixUsed",
    "Bad BothSubscriptions",
    "Bad NeedsSubscription",
    "Bad NothingToChange",
    "Bad NoSuchSubscription",
    "Bad NotCovered",
    "Bad WantsNothing",
    "Bad LongBegun",
    "Bad TooLong",
    "Bad Uncovers",
    "Bad HasDependents",
    "Bad NoVersion",
    "Bad UssName",
    "Forbidden NotManager",
    "Forbidden OffNominal",
    "NotFound Intent",
    "NotFound Constraint",
    "NotFound Subscription",
    "Conflict Exists",
    "Conflict Stale",
    "Conflict Unknown",
    "Conflict Availability",
    "Areas",
    "Area",
    "AreaChanged",
    "AreaSubscriptions",
    "AreaSubscription",
    "AreaSubscriptionPut",
    "Bad NotAVersion",
    "Bad AreaEndless",
    "Bad AreaLongBegun",
    "Bad AreaBackwards",
    "NotFound Area",
    "NotFound AreaSubscription",
    "TooManyHere",
    "MissingKeys",
    "Down",
];

#[test]
fn histories_come_by_every_answer_and_every_refusal() {
    let all = RefCell::new(Tally::new());
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = ProptestConfig {
        cases: SURVEYED,
        ..config()
    };
    let lived = TestRunner::new_with_rng(config, rng).run(&histories(), |(options, steps)| {
        for (outcome, times) in History::new(options).live(&steps) {
            *all.borrow_mut().entry(outcome).or_default() += times;
        }
        Ok(())
    });
    lived.expect("the pool answers as the naive reading does");
    let all = all.into_inner();
    for outcome in OUTCOMES {
        assert!(all.contains_key(outcome), "{outcome} never came: {all:#?}");
    }
}
