//! The rules of F3548-21 and F3411 that can be seen below HTTP, a row each.

mod area_subscriptions;
mod areas;
mod attachments;
mod availability;
mod constraints;
mod dependents;
mod evictions;
mod intents;
mod keys;
mod notices;
mod room;
mod subscriptions;
mod suffixes;
mod words;

use room::Row;

/// Names every rule that does not hold.
fn check<const N: usize>(tables: [fn() -> Vec<Row>; N]) {
    let rows = tables.into_iter().flat_map(|table| table());
    let broken: Vec<String> = rows.filter_map(|row| row.check().err()).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn operational_intents_keep_every_rule() {
    use intents::*;
    check([queries, heights, looks, creations, first_states, updates, ends]);
    check([suffixes::suffixes]);
}

#[test]
fn keys_keep_every_rule() {
    use keys::*;
    check([lacking, counting, constraints, not_asked_for, exceptions, down]);
}

#[test]
fn attachments_keep_every_rule() {
    use attachments::*;
    check([refusals, coverage, lives, ends, edited]);
}

#[test]
fn constraints_keep_every_rule() {
    use constraints::*;
    check([creations, updates, ends, looks]);
}

#[test]
fn subscriptions_keep_every_rule() {
    use subscriptions::*;
    check([times, bounds, order, creations, updates, ends, shown]);
    check([looks, searches, spans]);
    check([dependents::dependents, dependents::with_dependents]);
}

#[test]
fn notices_keep_every_rule() {
    use notices::*;
    check([selection, moves, indices, others]);
}

#[test]
fn availability_keeps_every_rule() {
    use availability::*;
    check([states, names]);
}

#[test]
fn service_areas_keep_every_rule() {
    use areas::*;
    check([creations, updates, ends, looks, notices]);
}

#[test]
fn subscriptions_to_service_areas_keep_every_rule() {
    use area_subscriptions::*;
    check([writes, ends, looks, limits]);
}
