//! What clients of one region were told, and all that may be there if it is true.
//!
//! Kept from what was answered alone. Mostly one state follows from it. A request that got no answer, because the
//! process died, happened wholly or not at all, and none did whose predecessor did not: a state for each. What is
//! answered later says which of them it was.

use super::check::{self, Told};
use super::model::{Differs, Model, Refusal, agree};
use super::region::Op;
use crate::check::Findings;
use crate::limits::OPEN_CLOCK_SLACK_US;
use pool::{Answer, Call};
use std::collections::BTreeSet;

/// A state that may be.
#[derive(Clone, Debug, Default)]
struct May {
    model: Model,
    /// Versions that somebody was shown.
    seen: BTreeSet<String>,
}

/// What may be there: on one disk, and in its last backup.
#[derive(Clone, Debug)]
struct Lineage {
    states: Vec<May>,
    backup: Vec<May>,
}

/// The audit of one region.
#[derive(Debug)]
pub struct Audit {
    now: Lineage,
    /// Of the copy of the node that waits.
    away: Option<Vec<May>>,
    /// Versions that a write was answered with, ever.
    written: BTreeSet<String>,
    /// Something did not hold: what comes after would only follow from that.
    off: bool,
}

impl Default for Audit {
    fn default() -> Self {
        let states = vec![May::default()];
        let backup = states.clone();
        Audit {
            now: Lineage { states, backup },
            away: None,
            written: BTreeSet::new(),
            off: false,
        }
    }
}

impl Audit {
    /// An answer left a node whose clock read no more than `upto_us` then.
    pub fn heard(&mut self, findings: &mut Findings, op: &Op, told: &Told, upto_us: i64) {
        let client = &op.request.manager;
        check::invariant_open_ovns_are_masked(findings, client, told);
        check::invariant_open_subscriptions_are_their_owners(findings, client, told);
        if self.off {
            return;
        }
        if let Some(version) = written(&op.request.call, told) {
            let new = self.written.insert(version.to_owned());
            check::invariant_open_no_version_comes_twice(findings, new, || format!("{version} again"));
        }
        let before = self.now.states.len();
        let how = self.explain(op, told, upto_us);
        self.off = how.is_some();
        check::differs(findings, how, || {
            format!("{op:?} was told {told:?}, which none of {before} states explains")
        });
        if how.is_none() {
            check::accepted(findings, &op.request.call, told);
        }
    }

    /// The process died with these requests unanswered, when its clock read no more than `upto_us`.
    pub fn died<'a>(&mut self, unanswered: impl Iterator<Item = &'a Op> + Clone, upto_us: i64) {
        let mut may = Vec::new();
        for mut state in std::mem::take(&mut self.now.states) {
            for op in unanswered.clone() {
                let then = state.after(op, upto_us);
                may.extend(then.map(|then| std::mem::replace(&mut state, then)));
            }
            may.push(state);
        }
        self.now.states = may;
        self.away = None;
    }

    /// A backup was made.
    pub fn backed_up(&mut self) {
        self.now.backup = self.now.states.clone();
    }

    /// It was put back, as a whole.
    pub fn put_back(&mut self) {
        self.away = None;
        self.now.states = self.now.backup.clone();
    }

    /// Another copy of the node goes on: the first time from what was durable.
    pub fn changed_places(&mut self) {
        let here = self.now.states.clone();
        if let Some(other) = self.away.replace(here) {
            self.now.states = other;
        }
    }

    /// The other copy is gone for good.
    pub fn end_twin(&mut self) {
        self.away = None;
    }

    /// How many states may be.
    pub fn states(&self) -> usize {
        self.now.states.len()
    }

    /// Leaves the states from which this answer follows; if there is none, how the first of them differs.
    fn explain(&mut self, op: &Op, told: &Told, upto_us: i64) -> Option<Differs> {
        let heard = told.clone().map_err(Refusal::of);
        let mut how = None;
        let mut states = std::mem::take(&mut self.now.states);
        states.retain_mut(|state| match state.takes(op, &heard, upto_us) {
            Ok(()) => true,
            Err(differs) => {
                how.get_or_insert(differs);
                false
            }
        });
        self.now.states = states;
        how.filter(|_| self.now.states.is_empty())
    }
}

impl May {
    /// Goes on to the state after an answer, if that follows.
    fn takes(&mut self, op: &Op, heard: &Result<Answer, Refusal>, upto_us: i64) -> Result<(), Differs> {
        let mut how = Err(Differs::Otherwise);
        for now_us in self.instants(op, upto_us) {
            let (expected, after) = self.model.answer(now_us, &op.request);
            let changes = after.is_some();
            let mut model = after.unwrap_or_else(|| std::mem::take(&mut self.model));
            how = agree(&mut model, &mut self.seen, expected, heard);
            if how.is_ok() || !changes {
                self.model = model;
            }
            if how.is_ok() {
                break;
            }
        }
        how
    }

    /// The state when a request without an answer happened; none if it changes nothing.
    fn after(&self, op: &Op, upto_us: i64) -> Option<May> {
        let mut instants = self.instants(op, upto_us).into_iter();
        let model = instants.find_map(|now_us| self.model.answer(now_us, &op.request).1)?;
        let seen = self.seen.clone();
        Some(May { model, seen })
    }

    /// Instants of the node at which the request may have been decided, one for each that may make a difference.
    fn instants(&self, op: &Op, upto_us: i64) -> Vec<i64> {
        let (from_us, upto_us) = (op.from_us - OPEN_CLOCK_SLACK_US, upto_us + OPEN_CLOCK_SLACK_US);
        let ends = matches!(op.request.call, Call::QuerySubscriptions { .. });
        let ends = self.model.ends().filter(|_| ends);
        let between = ends.filter(|end_us| (from_us..upto_us).contains(end_us));
        [from_us, upto_us]
            .into_iter()
            .chain(between.map(|end_us| end_us + 1))
            .collect()
    }
}

/// The version that a write made, unless its client chose it.
fn written<'a>(call: &Call, told: &'a Told) -> Option<&'a str> {
    let version = match (call, told.as_ref().ok()?) {
        (Call::PutIntent(put), Answer::IntentChanged { intent, .. }) => {
            put.ovn_suffix.is_none().then_some(&intent.intent.ovn)?
        }
        (Call::PutConstraint(_), Answer::ConstraintChanged { constraint, .. }) => &constraint.constraint.ovn,
        (Call::PutSubscription(_), Answer::SubscriptionPut { subscription, .. }) => {
            &subscription.subscription.version
        }
        (Call::SetAvailability { .. }, Answer::Availability { version, .. }) => version.as_ref()?,
        _ => return None,
    };
    Some(&version.0)
}
