//! Which entities stand in a cell, by when they end.
//!
//! Guarantee: a search costs what stands in its cells and has not ended before it begins, and a step
//! for each cell; what has long ended costs nothing.

use crate::extent::Span;
use crate::ids::EntityId;
use geo4d::s2::Cells;
use std::collections::{BTreeMap, BTreeSet};

/// Entities by cell and end.
#[derive(Clone, Debug, Default)]
pub(crate) struct CellIndex {
    cells: BTreeMap<u64, BTreeSet<(i64, EntityId)>>,
}

impl CellIndex {
    /// Adds an entity.
    pub(crate) fn insert(&mut self, id: EntityId, cells: &Cells, span: &Span) {
        for cell in cells.iter() {
            self.cells.entry(cell).or_default().insert((span.end_us, id));
        }
    }

    /// Takes an entity away, with the cells and the span that it was added with.
    pub(crate) fn remove(&mut self, id: EntityId, cells: &Cells, span: &Span) {
        for cell in cells.iter() {
            let Some(here) = self.cells.get_mut(&cell) else {
                continue;
            };
            here.remove(&(span.end_us, id));
            if here.is_empty() {
                self.cells.remove(&cell);
            }
        }
    }

    /// What shares a cell with these and has not ended before `from_us`, in order of ids.
    pub(crate) fn in_cells(&self, cells: &Cells, from_us: i64) -> BTreeSet<EntityId> {
        cells
            .iter()
            .flat_map(|cell| self.in_cell(cell, from_us))
            .collect()
    }

    /// What stands in one cell and has not ended before `from_us`.
    pub(crate) fn in_cell(&self, cell: u64, from_us: i64) -> impl Iterator<Item = EntityId> {
        let here = self.cells.get(&cell).into_iter();
        here.flat_map(move |here| here.range((from_us, EntityId::LEAST)..))
            .map(|(_, id)| *id)
    }

    /// How many entities stand in cells, each counted once in each of its cells.
    pub(crate) fn len(&self) -> usize {
        self.cells.values().map(BTreeSet::len).sum()
    }
}
