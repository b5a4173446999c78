//! Which of many standing volumes may be in conflict with one.
//!
//! Volumes stand under the cells that cover them, there by how long they last, and there by when they start. A query
//! visits its own cells, what lies within them and what lies around them, and in each only the starts that can still
//! be lasting.
//!
//! What always holds:
//! 1. Every key has one slot, and every slot in use one key.
//! 2. `entries` has exactly one entry for every cell of every slot, with the slot's window and heights rounded
//!    outward.
//! 3. `levels` counts the entries of each level.

use std::collections::BTreeMap;

use crate::cell::{Cell, MAX_LEVEL};
use crate::conflict::{Prepared, Shape};
use crate::cover::Reach;
use crate::datum::{self, EllipsoidRange};
use crate::skeleton::Skeleton;
use crate::spec::Volume;
use crate::units::{Band, Position, Separation, Window};

/// Bands of one datum compare as written although their geoids differ: by at most this over all the Earth.
const GEOID_SPAN_MM: i64 = 200_000;
/// Directions are kept in single precision: 0.8 m on the ground. Twice over, with margin, radians.
const DIRECTION_PAD: f32 = 1e-6;
/// Windows of the first class last up to about a second, those of each following one four times as long.
const FIRST_CLASS_US: i64 = 1 << 20;

/// Standing volumes under keys of the caller's, found again by where, how high and when.
#[derive(Clone, Debug)]
pub struct Index<K> {
    slots: Vec<Option<Slot<K>>>,
    circles: Vec<Circle>,
    free: Vec<u32>,
    keys: BTreeMap<K, u32>,
    entries: BTreeMap<Stand, Extent>,
    levels: [usize; MAX_LEVEL as usize + 1],
}

#[derive(Clone, Debug)]
struct Slot<K> {
    key: K,
    cells: Box<[Cell]>,
    window: Window,
    extent: Extent,
}

/// A circle around a volume, as seen from the Earth's centre.
#[derive(Copy, Clone, Debug)]
struct Circle {
    center: [f32; 3],
    angle: f32,
}

/// Where an entry stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stand {
    cell: Cell,
    class: u8,
    start_us: i64,
    slot: u32,
}

/// What else of an entry a query needs: its end, and its heights on the ellipsoid rounded outward to metres.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Extent {
    end_us: i64,
    low_m: i32,
    high_m: i32,
}

/// What a query looks for.
struct Quest<'s> {
    reach: Reach<'s>,
    window: Window,
    low_m: i64,
    high_m: i64,
}

impl<K> Default for Index<K> {
    fn default() -> Index<K> {
        Index {
            slots: Vec::new(),
            circles: Vec::new(),
            free: Vec::new(),
            keys: BTreeMap::new(),
            entries: BTreeMap::new(),
            levels: [0; MAX_LEVEL as usize + 1],
        }
    }
}

impl<K: Ord + Clone> Index<K> {
    /// An index of nothing.
    #[must_use]
    pub fn new() -> Index<K> {
        Index::default()
    }

    /// Lets a volume stand under a key, in place of any that stood there.
    pub fn insert(&mut self, key: K, volume: &Volume) {
        let shape = Shape::of(volume.footprint()).expect("a checked volume has a valid outline");
        let heights = datum::range_over(volume.band(), datum::around(&shape.skeleton, shape.radius_mm));
        self.insert_shape(key, &shape, *volume.window(), heights);
    }

    /// As [`Index::insert`], for a volume that is prepared already.
    pub fn insert_prepared(&mut self, key: K, volume: &Prepared) {
        self.insert_shape(key, volume.shape(), *volume.volume().window(), volume.heights());
    }

    /// Takes a volume out; false when none stood under the key.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(at) = self.keys.remove(key) else {
            return false;
        };
        let slot = self.slots[at as usize].take().expect("a key's slot is in use");
        for cell in &slot.cells {
            self.entries.remove(&slot.stand(*cell, at));
            self.levels[cell.level() as usize] -= 1;
        }
        self.free.push(at);
        true
    }

    fn insert_shape(&mut self, key: K, shape: &Shape, window: Window, heights: EllipsoidRange) {
        self.remove(&key);
        let reach = Reach::new(&shape.skeleton, shape.radius_mm as f64 / 1000.0);
        let extent = Extent {
            end_us: window.end_us,
            low_m: metres_i32(heights.low_mm.div_euclid(1000)),
            high_m: metres_i32(heights.high_mm.div_euclid(1000) + 1),
        };
        let slot = Slot {
            key: key.clone(),
            cells: reach.cover().into_boxed_slice(),
            window,
            extent,
        };
        let circle = Circle::around(&reach);
        let at = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.circles.push(circle);
            u32::try_from(self.slots.len() - 1).expect("four thousand million volumes do not fit in memory")
        });
        for cell in &slot.cells {
            self.entries.insert(slot.stand(*cell, at), extent);
            self.levels[cell.level() as usize] += 1;
        }
        self.circles[at as usize] = circle;
        self.slots[at as usize] = Some(slot);
        self.keys.insert(key, at);
    }
}

impl<K: Ord + Clone> Index<K> {
    /// How many volumes stand.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// True when none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// True when a volume stands under the key.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.keys.contains_key(key)
    }

    /// The keys of all volumes that may be in conflict with this one, ascending: all that are, and some that are near.
    #[must_use]
    pub fn query(&self, volume: &Volume, separation: &Separation) -> Vec<K> {
        self.query_prepared(&Prepared::new(volume), separation)
    }

    /// As [`Index::query`], for a volume that is prepared already.
    #[must_use]
    pub fn query_prepared(&self, volume: &Prepared, separation: &Separation) -> Vec<K> {
        self.seek(&Quest::new(
            volume.shape(),
            *volume.volume().window(),
            volume.heights(),
            separation,
        ))
    }

    /// The keys of all volumes that may be in conflict with a declared position, ascending.
    #[must_use]
    pub fn at(&self, at: Position, band: &Band, at_us: i64, separation: &Separation) -> Vec<K> {
        let shape = Shape {
            skeleton: Skeleton::point(at),
            radius_mm: 0,
        };
        let heights = datum::range_over(band, datum::around(&shape.skeleton, 0));
        let window = Window {
            start_us: at_us,
            end_us: at_us,
        };
        self.seek(&Quest::new(&shape, window, heights, separation))
    }

    /// Asserts everything that always holds.
    ///
    /// # Panics
    /// When something does not.
    pub fn sanity_check(&self) {
        self.invariant_every_key_has_its_slot();
        self.invariant_every_entry_belongs_to_a_slot();
        self.invariant_levels_are_counted();
    }

    fn seek(&self, quest: &Quest<'_>) -> Vec<K> {
        let cells = quest.reach.cover();
        let mut found = Vec::new();
        for around in self.ancestors(&cells) {
            self.scan(around, around, quest, &mut found);
        }
        for cell in &cells {
            let (low, high) = cell.range();
            self.scan(low, high, quest, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        let circle = Circle::around(&quest.reach);
        found.retain(|at| self.circles[*at as usize].meets(&circle));
        let key = |at: &u32| {
            self.slots[*at as usize]
                .as_ref()
                .expect("an entry's slot is in use")
                .key
                .clone()
        };
        let mut keys: Vec<K> = found.iter().map(key).collect();
        keys.sort_unstable();
        keys
    }

    /// The cells around some cells under which anything stands.
    fn ancestors(&self, cells: &[Cell]) -> Vec<Cell> {
        let mut around = Vec::new();
        for cell in cells {
            let mut parent = cell.parent();
            while let Some(cell) = parent {
                if self.levels[cell.level() as usize] > 0 {
                    around.push(cell);
                }
                parent = cell.parent();
            }
        }
        around.sort_unstable();
        around.dedup();
        around
    }

    /// Collects the slots of matching entries whose cells have numbers from `low` to `high`.
    fn scan(&self, low: Cell, high: Cell, quest: &Quest<'_>, found: &mut Vec<u32>) {
        let mut from = Stand {
            cell: low,
            class: 0,
            start_us: i64::MIN,
            slot: 0,
        };
        'seek: loop {
            for (stand, extent) in self.entries.range(from..) {
                if stand.cell > high {
                    return;
                }
                let first_us = quest.window.start_us.saturating_sub(longest_us(stand.class));
                if stand.start_us < first_us {
                    from = Stand {
                        start_us: first_us,
                        slot: 0,
                        ..*stand
                    };
                    continue 'seek;
                }
                if stand.start_us > quest.window.end_us {
                    from = Stand {
                        class: stand.class + 1,
                        start_us: i64::MIN,
                        slot: 0,
                        cell: stand.cell,
                    };
                    continue 'seek;
                }
                if quest.meets(extent) {
                    found.push(stand.slot);
                }
            }
            return;
        }
    }

    fn invariant_every_key_has_its_slot(&self) {
        for (key, at) in &self.keys {
            let slot = self.slots[*at as usize]
                .as_ref()
                .expect("every key has a slot in use");
            assert!(slot.key == *key, "the slot of a key holds that key");
        }
        let used = self.slots.iter().flatten().count();
        assert_eq!(used, self.keys.len(), "every slot in use has a key");
        assert_eq!(
            used + self.free.len(),
            self.slots.len(),
            "every other slot is free"
        );
        assert_eq!(self.circles.len(), self.slots.len(), "every slot has a circle");
    }

    fn invariant_every_entry_belongs_to_a_slot(&self) {
        let mut count = 0;
        for (at, slot) in (0..).zip(&self.slots) {
            let Some(slot) = slot else { continue };
            assert!(!slot.cells.is_empty(), "a volume stands somewhere");
            assert!(
                slot.cells.windows(2).all(|w| w[0] < w[1] && !w[0].contains(w[1])),
                "no cell holds another"
            );
            for cell in &slot.cells {
                let entry = self.entries.get(&slot.stand(*cell, at));
                assert_eq!(entry, Some(&slot.extent), "every cell of a slot has its entry");
                count += 1;
            }
        }
        assert_eq!(count, self.entries.len(), "there are no other entries");
    }

    fn invariant_levels_are_counted(&self) {
        let mut levels = [0; MAX_LEVEL as usize + 1];
        for stand in self.entries.keys() {
            levels[stand.cell.level() as usize] += 1;
        }
        assert_eq!(levels, self.levels, "levels count their entries");
    }
}

impl<K> Slot<K> {
    fn stand(&self, cell: Cell, slot: u32) -> Stand {
        let class = class_of(self.window.end_us - self.window.start_us);
        Stand {
            cell,
            class,
            start_us: self.window.start_us,
            slot,
        }
    }
}

impl Circle {
    fn around(reach: &Reach<'_>) -> Circle {
        let c = reach.center;
        Circle {
            center: [c.x as f32, c.y as f32, c.z as f32],
            angle: reach.angle as f32 + DIRECTION_PAD,
        }
    }

    /// False only when no point is in both.
    fn meets(&self, other: &Circle) -> bool {
        let [x, y, z] = [0, 1, 2].map(|i| self.center[i] - other.center[i]);
        let angle = self.angle + other.angle;
        x * x + y * y + z * z <= angle * angle
    }
}

impl<'s> Quest<'s> {
    fn new(shape: &'s Shape, window: Window, heights: EllipsoidRange, separation: &Separation) -> Quest<'s> {
        let reach_mm = separation.horizontal_mm.max(0).saturating_add(shape.radius_mm);
        let time_us = separation.time_us.max(0);
        let slack_mm = separation.vertical_mm.max(0).saturating_add(GEOID_SPAN_MM);
        Quest {
            reach: Reach::new(&shape.skeleton, reach_mm as f64 / 1000.0),
            window: Window {
                start_us: window.start_us.saturating_sub(time_us),
                end_us: window.end_us.saturating_add(time_us),
            },
            low_m: heights.low_mm.saturating_sub(slack_mm).div_euclid(1000),
            high_m: heights
                .high_mm
                .saturating_add(slack_mm)
                .div_euclid(1000)
                .saturating_add(1),
        }
    }

    fn meets(&self, extent: &Extent) -> bool {
        extent.end_us >= self.window.start_us
            && i64::from(extent.low_m) <= self.high_m
            && i64::from(extent.high_m) >= self.low_m
    }
}

/// The class of a duration: the first whose longest is not shorter.
fn class_of(duration_us: i64) -> u8 {
    (0..)
        .find(|class| longest_us(*class) >= duration_us)
        .expect("the longest class lasts for ever")
}

/// The longest a window of a class may last.
fn longest_us(class: u8) -> i64 {
    if class > 20 {
        i64::MAX
    } else {
        FIRST_CLASS_US << (2 * class)
    }
}

fn metres_i32(metres: i64) -> i32 {
    i32::try_from(metres).expect("altitudes of checked volumes are within limits")
}
