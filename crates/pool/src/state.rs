//! The state of a pool.

use crate::answer::{ConstraintView, IntentView, SubscriptionView};
use crate::entity::{Availability, Constraint, Intent, IntentState, Subscription, UssState};
use crate::extent::{Heights, Span};
use crate::ids::{EntityId, Manager, Ovn};
use crate::index::CellIndex;
use crate::rid::Rid;
use geo4d::s2::Cells;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// How a pool behaves where there is a choice.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// As the reference implementation, also where the standard has it otherwise.
    pub strict_reference: bool,
    /// Notification indices are milliseconds since midnight instead of counts.
    pub time_based_index: bool,
}

/// Everything that a pool knows.
///
/// Invariants, checked by [`Pool::invariant_is_sound`]: each index has each entity in each of its cells and
/// nothing else; `dependents` has each operational intent under its subscription, which stands.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    pub(crate) options: Options,
    pub(crate) intents: BTreeMap<EntityId, Intent>,
    pub(crate) constraints: BTreeMap<EntityId, Constraint>,
    pub(crate) subscriptions: BTreeMap<EntityId, Subscription>,
    pub(crate) usss: BTreeMap<String, UssState>,
    /// OVNs that had been wished for, with the instant of their write.
    pub(crate) wished: BTreeMap<Ovn, i64>,
    /// The same by instant.
    pub(crate) wished_at: BTreeSet<(i64, Ovn)>,
    /// Writes so far.
    pub(crate) writes: u64,
    pub(crate) intents_in: CellIndex,
    pub(crate) constraints_in: CellIndex,
    pub(crate) subscriptions_in: CellIndex,
    pub(crate) dependents: BTreeMap<EntityId, BTreeSet<EntityId>>,
    /// Operational intents and subscriptions by their end.
    pub(crate) ends: BTreeSet<(i64, Ends)>,
    /// Remote identification, by itself.
    pub(crate) rid: Rid,
}

/// What comes to an end. One id may name one of each kind. An operational intent comes before a subscription that
/// ends with it, and so before the one that it depends on.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ends {
    Intent(EntityId),
    Subscription(EntityId),
}

/// What a snapshot keeps of a pool: the rest follows from it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    intents: Vec<Intent>,
    constraints: Vec<Constraint>,
    subscriptions: Vec<Subscription>,
    usss: BTreeMap<String, UssState>,
    wished: BTreeMap<Ovn, i64>,
    writes: u64,
    /// Snapshots of before there was remote identification lack it.
    #[serde(default)]
    rid: Rid,
}

impl Serialize for Pool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut snapshot = serializer.serialize_struct("Snapshot", 7)?;
        snapshot.serialize_field("intents", &Values(&self.intents))?;
        snapshot.serialize_field("constraints", &Values(&self.constraints))?;
        snapshot.serialize_field("subscriptions", &Values(&self.subscriptions))?;
        snapshot.serialize_field("usss", &self.usss)?;
        snapshot.serialize_field("wished", &self.wished)?;
        snapshot.serialize_field("writes", &self.writes)?;
        snapshot.serialize_field("rid", &self.rid)?;
        snapshot.end()
    }
}

impl<'de> Deserialize<'de> for Pool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pool, D::Error> {
        Snapshot::deserialize(deserializer).map(Pool::of)
    }
}

/// The values of a map as a list.
pub(crate) struct Values<'a, T>(pub(crate) &'a BTreeMap<EntityId, T>);

impl<T: Serialize> Serialize for Values<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.values())
    }
}

impl Pool {
    /// An empty pool.
    pub fn new(options: Options) -> Pool {
        Pool {
            options,
            ..Pool::default()
        }
    }

    /// Other settings, as of a new run. They are no part of what a pool knows.
    pub fn set_options(&mut self, options: Options) {
        self.options = options;
    }

    fn of(snapshot: Snapshot) -> Pool {
        let Snapshot {
            intents,
            constraints,
            subscriptions,
            usss,
            wished,
            writes,
            rid,
        } = snapshot;
        let mut pool = Pool::default();
        for subscription in subscriptions {
            pool.keep_subscription(subscription);
        }
        for intent in intents {
            pool.keep_intent(intent);
        }
        for constraint in constraints {
            pool.keep_constraint(constraint);
        }
        let wished_at = wished.iter().map(|(ovn, at_us)| (*at_us, ovn.clone()));
        Pool {
            wished_at: wished_at.collect(),
            usss,
            wished,
            writes,
            rid,
            ..pool
        }
    }

    /// How much there is: operational intents, constraints, subscriptions.
    pub fn counts(&self) -> (usize, usize, usize) {
        (
            self.intents.len(),
            self.constraints.len(),
            self.subscriptions.len(),
        )
    }

    /// How much there is of remote identification: areas, subscriptions to them.
    pub fn area_counts(&self) -> (usize, usize) {
        (self.rid.areas.len(), self.rid.subscriptions.len())
    }

    /// Panics if an invariant of the state is broken.
    pub fn invariant_is_sound(&self) {
        let cells = |all: &mut dyn Iterator<Item = usize>| all.sum::<usize>();
        let intents = cells(&mut self.intents.values().map(|intent| intent.cells.len()));
        assert_eq!(self.intents_in.len(), intents, "operational intents in cells");
        let constraints = cells(&mut self.constraints.values().map(|one| one.cells.len()));
        assert_eq!(self.constraints_in.len(), constraints, "constraints in cells");
        let subscriptions = cells(&mut self.subscriptions.values().map(|one| one.cells.len()));
        assert_eq!(
            self.subscriptions_in.len(),
            subscriptions,
            "subscriptions in cells"
        );
        assert_eq!(
            self.wished.len(),
            self.wished_at.len(),
            "OVNs that had been wished for"
        );
        assert_eq!(
            self.ends.len(),
            self.intents.len() + self.subscriptions.len(),
            "ends"
        );
        self.invariant_subscriptions_have_their_dependents();
        self.rid.invariant_is_sound();
    }

    fn invariant_subscriptions_have_their_dependents(&self) {
        let mut dependents: BTreeMap<EntityId, BTreeSet<EntityId>> = BTreeMap::new();
        for intent in self.intents.values() {
            let Some(subscription) = intent.subscription else {
                continue;
            };
            let standing = self.subscriptions.get(&subscription);
            let standing = standing.expect("an operational intent depends on a subscription that stands");
            assert_eq!(standing.manager, intent.manager, "of one manager");
            assert!(standing.cells.contains_all(&intent.cells), "covered in space");
            dependents.entry(subscription).or_default().insert(intent.id);
        }
        assert_eq!(self.dependents, dependents, "dependents");
        let implicit = self.subscriptions.values().filter(|one| one.implicit);
        let mut alone = implicit.filter(|one| !dependents.contains_key(&one.id));
        assert_eq!(alone.next(), None, "an implicit subscription has dependents");
    }

    /// Operational intents that share a cell, a height and an instant with a box.
    pub(crate) fn intents_meeting<'a>(
        &'a self,
        cells: &Cells,
        span: &'a Span,
        heights: &'a Heights,
    ) -> impl Iterator<Item = &'a Intent> {
        let near = self.intents_in.in_cells(cells, span.start_us).into_iter();
        near.filter_map(|id| self.intents.get(&id))
            .filter(|intent| intent.span.overlaps(span) && intent.heights.overlaps(heights))
    }

    /// Constraints that share a cell and an instant with a box; they hold at every height.
    pub(crate) fn constraints_meeting<'a>(
        &'a self,
        cells: &Cells,
        span: &'a Span,
    ) -> impl Iterator<Item = &'a Constraint> {
        let near = self.constraints_in.in_cells(cells, span.start_us).into_iter();
        near.filter_map(|id| self.constraints.get(&id))
            .filter(|constraint| constraint.span.overlaps(span))
    }

    /// Subscriptions that share a cell and an instant with a box.
    pub(crate) fn subscriptions_meeting<'a>(
        &'a self,
        cells: &Cells,
        span: &'a Span,
    ) -> impl Iterator<Item = &'a Subscription> {
        let near = self.subscriptions_in.in_cells(cells, span.start_us).into_iter();
        near.filter_map(|id| self.subscriptions.get(&id))
            .filter(|subscription| subscription.span.overlaps(span))
    }

    /// State of a USS.
    pub(crate) fn availability(&self, uss: &str) -> Availability {
        self.usss
            .get(uss)
            .map(|state| state.availability)
            .unwrap_or_default()
    }

    /// Whether an operational intent holds up nobody: planned only, by a USS that is down.
    pub(crate) fn may_be_passed_over(&self, intent: &Intent) -> bool {
        intent.state == IntentState::Accepted && self.availability(&intent.manager.0) == Availability::Down
    }

    /// As one client may see it.
    pub(crate) fn show_intent(&self, intent: &Intent, to: &Manager) -> IntentView {
        IntentView {
            intent: intent.clone(),
            availability: self.availability(&intent.manager.0),
            own: intent.manager == *to,
        }
    }

    /// As one client may see it.
    pub(crate) fn show_constraint(&self, constraint: &Constraint, to: &Manager) -> ConstraintView {
        ConstraintView {
            constraint: constraint.clone(),
            own: constraint.manager == *to,
        }
    }

    /// To its owner.
    pub(crate) fn show_subscription(&self, subscription: &Subscription) -> SubscriptionView {
        let dependents = self.dependents.get(&subscription.id).into_iter().flatten();
        SubscriptionView {
            subscription: subscription.clone(),
            dependents: dependents.copied().collect(),
        }
    }

    /// Operational intents that depend on a subscription.
    pub(crate) fn depending_on(&self, subscription: EntityId) -> impl Iterator<Item = &Intent> {
        let dependents = self.dependents.get(&subscription).into_iter().flatten();
        dependents.filter_map(|id| self.intents.get(id))
    }
}
