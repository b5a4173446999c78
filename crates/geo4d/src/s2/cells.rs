//! Sets of level-13 cells.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::sphere;

/// Level-13 cells, sorted by their ids, each once. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub struct Cells(Arc<[u64]>);

/// Why a list of numbers is no set of cells.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum NotCells {
    /// A number that no cell of level 13 has.
    #[error("{id} is not an S2 cell of level 13")]
    NotACell {
        /// The number.
        id: u64,
    },
    /// An id that does not come after the one before it.
    #[error("cell {id} is repeated or out of order")]
    OutOfOrder {
        /// The later id.
        id: u64,
    },
}

impl Cells {
    /// Takes ids that are already sorted.
    ///
    /// # Errors
    /// The first id that is not of level 13, or not above the one before it.
    pub fn from_sorted(ids: Vec<u64>) -> Result<Cells, NotCells> {
        if let Some(&id) = ids.iter().find(|&&id| !sphere::is_cell(id)) {
            return Err(NotCells::NotACell { id });
        }
        match ids.windows(2).find(|pair| pair[0] >= pair[1]) {
            Some(pair) => Err(NotCells::OutOfOrder { id: pair[1] }),
            None => Ok(Cells(ids.into())),
        }
    }

    /// Every cell that is in any of the parts.
    pub fn union(parts: &[Cells]) -> Cells {
        let mut ids: Vec<u64> = parts.iter().flat_map(Cells::iter).collect();
        ids.sort_unstable();
        ids.dedup();
        Cells(ids.into())
    }

    /// The ids, in ascending order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = u64> + '_ {
        self.0.iter().copied()
    }

    /// The ids, in ascending order.
    pub fn as_slice(&self) -> &[u64] {
        &self.0
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There is no cell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Some cell is in both.
    pub fn intersects(&self, other: &Cells) -> bool {
        let (mut left, mut right) = (&self.0[..], &other.0[..]);
        while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
            match a.cmp(b) {
                Ordering::Equal => return true,
                Ordering::Less => left = left_rest,
                Ordering::Greater => right = right_rest,
            }
        }
        false
    }

    /// Every cell of the other is in this one too.
    pub fn contains_all(&self, other: &Cells) -> bool {
        let mut mine = self.iter();
        other.iter().all(|id| mine.find(|&at| at >= id) == Some(id))
    }

    /// Area of the cells together, in square kilometres of a sphere of [`super::EARTH_KM2`].
    pub fn area_km2(&self) -> f64 {
        super::km2(self.iter().map(sphere::cell_area).sum())
    }
}

impl TryFrom<Vec<u64>> for Cells {
    type Error = NotCells;

    fn try_from(ids: Vec<u64>) -> Result<Cells, NotCells> {
        Cells::from_sorted(ids)
    }
}

impl From<Cells> for Vec<u64> {
    fn from(cells: Cells) -> Vec<u64> {
        cells.0.to_vec()
    }
}
