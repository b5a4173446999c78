//! The rules of F3548-21 that can be seen below HTTP, a row each.

mod attachments;
mod availability;
mod constraints;
mod evictions;
mod intents;
mod keys;
mod notices;
mod room;
mod subscriptions;
mod words;

use room::Row;

/// Names every rule that does not hold.
fn check(rows: impl IntoIterator<Item = Row>) {
    let broken: Vec<String> = rows.into_iter().filter_map(|row| row.check().err()).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn operational_intents_keep_every_rule() {
    check(intents::queries());
    check(intents::creations());
    check(intents::updates());
    check(intents::ends());
    check(intents::suffixes());
}

#[test]
fn keys_keep_every_rule() {
    check(keys::lacking());
    check(keys::not_asked_for());
}

#[test]
fn attachments_keep_every_rule() {
    check(attachments::refusals());
    check(attachments::lives());
}

#[test]
fn constraints_keep_every_rule() {
    check(constraints::rows());
}

#[test]
fn subscriptions_keep_every_rule() {
    check(subscriptions::times());
    check(subscriptions::writes());
    check(subscriptions::dependents());
    check(subscriptions::looks());
}

#[test]
fn notices_keep_every_rule() {
    check(notices::rows());
}

#[test]
fn availability_keeps_every_rule() {
    check(availability::rows());
}
