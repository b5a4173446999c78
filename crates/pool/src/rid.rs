//! What a pool knows of remote identification: identification service areas and subscriptions to them, by id, by cell
//! and by end. Their ids are no business of anything else in the pool.

use crate::entity::{Area, AreaSubscription};
use crate::event::Event;
use crate::extent::Span;
use crate::ids::EntityId;
use crate::index::CellIndex;
use crate::limits::{EVICT_AT_ONCE, KEEP_EXPIRED_AREAS_US};
use crate::state::Values;
use crate::version;
use geo4d::s2::Cells;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// Areas and subscriptions.
///
/// Invariants, checked by [`Rid::invariant_is_sound`]: each index has each of them in each of its cells and nothing
/// else, `ends` has each of them once, and no version is above `last`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rid {
    pub(crate) areas: BTreeMap<EntityId, Area>,
    pub(crate) subscriptions: BTreeMap<EntityId, AreaSubscription>,
    /// Number of the last version there was.
    pub(crate) last: i64,
    areas_in: CellIndex,
    subscriptions_in: CellIndex,
    ends: BTreeSet<(i64, Ends)>,
}

/// What comes to an end. One id may name one of each kind.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ends {
    Area(EntityId),
    Subscription(EntityId),
}

/// What a snapshot keeps: the rest follows from it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    areas: Vec<Area>,
    subscriptions: Vec<AreaSubscription>,
    last_version: i64,
}

impl Serialize for Rid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut snapshot = serializer.serialize_struct("Snapshot", 3)?;
        snapshot.serialize_field("areas", &Values(&self.areas))?;
        snapshot.serialize_field("subscriptions", &Values(&self.subscriptions))?;
        snapshot.serialize_field("last_version", &self.last)?;
        snapshot.end()
    }
}

impl<'de> Deserialize<'de> for Rid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rid, D::Error> {
        let snapshot = Snapshot::deserialize(deserializer)?;
        let mut rid = Rid {
            last: snapshot.last_version,
            ..Rid::default()
        };
        snapshot.areas.into_iter().for_each(|area| rid.keep_area(area));
        let subscriptions = snapshot.subscriptions.into_iter();
        subscriptions.for_each(|one| rid.keep_subscription(one));
        Ok(rid)
    }
}

impl Rid {
    pub(crate) fn keep_area(&mut self, area: Area) {
        self.drop_area(area.id);
        self.see(&area.version.0);
        self.areas_in.insert(area.id, &area.cells, &area.span);
        self.ends.insert((area.span.end_us, Ends::Area(area.id)));
        self.areas.insert(area.id, area);
    }

    pub(crate) fn drop_area(&mut self, id: EntityId) {
        if let Some(area) = self.areas.remove(&id) {
            self.areas_in.remove(id, &area.cells, &area.span);
            self.ends.remove(&(area.span.end_us, Ends::Area(id)));
        }
    }

    pub(crate) fn keep_subscription(&mut self, one: AreaSubscription) {
        self.drop_subscription(one.id);
        self.see(&one.version.0);
        self.subscriptions_in.insert(one.id, &one.cells, &one.span);
        self.ends.insert((one.span.end_us, Ends::Subscription(one.id)));
        self.subscriptions.insert(one.id, one);
    }

    pub(crate) fn drop_subscription(&mut self, id: EntityId) {
        if let Some(one) = self.subscriptions.remove(&id) {
            self.subscriptions_in.remove(id, &one.cells, &one.span);
            self.ends.remove(&(one.span.end_us, Ends::Subscription(id)));
        }
    }

    /// Counts a notification of each.
    pub(crate) fn notified(&mut self, subscriptions: &[EntityId]) {
        for id in subscriptions {
            if let Some(one) = self.subscriptions.get_mut(id) {
                one.index = one.index.saturating_add(1);
            }
        }
    }

    fn see(&mut self, version: &str) {
        self.last = self.last.max(version::number(version).unwrap_or_default());
    }

    /// Areas that share a cell and an instant with a box. Those that have long ended cost nothing.
    pub(crate) fn areas_meeting<'a>(
        &'a self,
        cells: &Cells,
        span: &'a Span,
    ) -> impl Iterator<Item = &'a Area> {
        let near = self.areas_in.in_cells(cells, span.start_us).into_iter();
        near.filter_map(|id| self.areas.get(&id))
            .filter(|area| area.span.overlaps(span))
    }

    /// Subscriptions that share a cell with these and have not ended by now, in order of their ids.
    pub(crate) fn subscriptions_near(
        &self,
        now_us: i64,
        cells: &Cells,
    ) -> impl Iterator<Item = &AreaSubscription> {
        let near = self.subscriptions_in.in_cells(cells, now_us).into_iter();
        near.filter_map(|id| self.subscriptions.get(&id))
    }

    /// Subscriptions in one cell that have not ended by now.
    pub(crate) fn subscriptions_at(&self, now_us: i64, cell: u64) -> impl Iterator<Item = &AreaSubscription> {
        let here = self.subscriptions_in.in_cell(cell, now_us);
        here.filter_map(|id| self.subscriptions.get(&id))
    }

    /// When something is to be evicted next, µs.
    pub(crate) fn evicts_at_us(&self) -> Option<i64> {
        let (end_us, _) = self.ends.first()?;
        Some(end_us.saturating_add(KEEP_EXPIRED_AREAS_US + 1))
    }

    /// Some of what goes now: what expired longest ago.
    pub(crate) fn evict(&self, now_us: i64) -> impl Iterator<Item = Event> {
        let until_us = now_us - KEEP_EXPIRED_AREAS_US;
        let expired = self.ends.iter().take_while(move |(end_us, _)| *end_us < until_us);
        expired.take(EVICT_AT_ONCE).map(|(_, what)| match *what {
            Ends::Area(id) => Event::AreaGone { id },
            Ends::Subscription(id) => Event::AreaSubscriptionGone { id },
        })
    }

    /// Panics if an invariant is broken.
    pub(crate) fn invariant_is_sound(&self) {
        let areas: usize = self.areas.values().map(|one| one.cells.len()).sum();
        assert_eq!(self.areas_in.len(), areas, "areas in cells");
        let subscriptions: usize = self.subscriptions.values().map(|one| one.cells.len()).sum();
        assert_eq!(
            self.subscriptions_in.len(),
            subscriptions,
            "subscriptions to areas in cells"
        );
        let ends = self.areas.len() + self.subscriptions.len();
        assert_eq!(self.ends.len(), ends, "ends of areas");
        let areas = self.areas.values().map(|one| &one.version);
        let mut versions = areas.chain(self.subscriptions.values().map(|one| &one.version));
        let above = versions.find(|one| version::number(&one.0).is_ok_and(|of| of > self.last));
        assert_eq!(above, None, "a version above the last");
    }
}
