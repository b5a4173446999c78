//! Which of many standing volumes may be in conflict with one.
//!
//! Volumes stand under the cells that cover them, there by how long they last, and there in the order they start. A
//! query visits its own cells, what lies within them and what lies around them, and in each only the starts that can
//! still be lasting.
//!
//! What always holds:
//! 1. Every key has one slot, and every slot in use one key.
//! 2. For every cell of every slot there is exactly one entry, in the group of that cell and of the slot's window, with
//!    heights and circle rounded outward.
//! 3. Groups are in the order of starts and never empty.
//! 4. `levels` counts the groups of each level.

use std::collections::BTreeMap;

use crate::cell::Cell;
use crate::conflict::{Prepared, Shape};
use crate::cover::Reach;
use crate::datum::{self, EllipsoidRange};
use crate::limits::MAX_LEVEL;
use crate::skeleton::Skeleton;
use crate::spec::Volume;
use crate::units::{Band, Position, Separation, Window};

/// Bands of one datum compare as written although their geoids differ: by at most this over all the Earth.
const GEOID_SPAN_MM: i64 = 200_000;
/// Directions are kept in single precision: 0.8 m on the ground. Twice over, with margin, radians.
const DIRECTION_PAD: f32 = 1e-6;
/// Windows of the first class last up to eighteen minutes, those of each following one sixteen times as long.
const FIRST_CLASS_US: i64 = 1 << 30;
/// Longest windows to an era.
const ERA: i64 = 64;

/// Standing volumes under keys of the caller's, found again by where, how high and when.
#[derive(Clone, Debug)]
pub struct Index<K> {
    slots: Vec<Option<Slot<K>>>,
    free: Vec<u32>,
    keys: BTreeMap<K, u32>,
    groups: BTreeMap<Stand, Vec<Entry>>,
    levels: [usize; MAX_LEVEL as usize + 1],
}

#[derive(Clone, Debug)]
struct Slot<K> {
    key: K,
    cells: Box<[Cell]>,
    entry: Entry,
}

/// A circle around a volume, as seen from the Earth's centre.
#[derive(Copy, Clone, Debug, PartialEq)]
struct Circle {
    center: [f32; 3],
    angle: f32,
}

/// Where a group of entries stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stand {
    cell: Cell,
    class: u8,
    /// Starts are cut into eras of [`ERA`] times the longest window of the class, so that no group grows for ever.
    era: i64,
}

/// A volume as a query sees it: its window, its heights on the ellipsoid rounded outward to metres, and a circle around
/// it.
#[derive(Copy, Clone, Debug, PartialEq)]
struct Entry {
    start_us: i64,
    end_us: i64,
    circle: Circle,
    low_m: i32,
    high_m: i32,
    slot: u32,
}

/// What a query looks for.
struct Quest<'s> {
    reach: Reach<'s>,
    circle: Circle,
    window: Window,
    low_m: i64,
    high_m: i64,
}

impl<K> Default for Index<K> {
    fn default() -> Index<K> {
        Index {
            slots: Vec::new(),
            free: Vec::new(),
            keys: BTreeMap::new(),
            groups: BTreeMap::new(),
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
            self.leave(slot.entry.stand(*cell), &slot.entry);
        }
        self.free.push(at);
        true
    }

    fn insert_shape(&mut self, key: K, shape: &Shape, window: Window, heights: EllipsoidRange) {
        self.remove(&key);
        let reach = Reach::new(&shape.skeleton, shape.radius_mm as f64 / 1000.0);
        let at = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).expect("four thousand million volumes do not fit in memory")
        });
        let entry = Entry {
            start_us: window.start_us,
            end_us: window.end_us,
            circle: Circle::around(&reach),
            low_m: metres_i32(heights.low_mm.div_euclid(1000)),
            high_m: metres_i32(heights.high_mm.div_euclid(1000) + 1),
            slot: at,
        };
        let cells = reach.cover().into_boxed_slice();
        for cell in &cells {
            self.join(entry.stand(*cell), entry);
        }
        self.slots[at as usize] = Some(Slot {
            key: key.clone(),
            cells,
            entry,
        });
        self.keys.insert(key, at);
    }

    fn join(&mut self, stand: Stand, entry: Entry) {
        let group = self.groups.entry(stand).or_default();
        if group.is_empty() {
            group.reserve_exact(1);
            self.levels[stand.cell.level() as usize] += 1;
        }
        let place = group.partition_point(|other| other.order() < entry.order());
        group.insert(place, entry);
    }

    fn leave(&mut self, stand: Stand, entry: &Entry) {
        let group = self.groups.get_mut(&stand).expect("an entry's group stands");
        let place = group
            .binary_search_by_key(&entry.order(), Entry::order)
            .expect("an entry is in its group");
        group.remove(place);
        if group.is_empty() {
            self.groups.remove(&stand);
            self.levels[stand.cell.level() as usize] -= 1;
        }
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
        self.invariant_groups_are_ordered_and_counted();
    }

    fn seek(&self, quest: &Quest<'_>) -> Vec<K> {
        let cells = quest.reach.cover_finely();
        let mut found = Vec::new();
        for around in self.ancestors(&cells) {
            self.scan(around, around, quest, &mut found);
        }
        for (low, high) in runs(&cells) {
            self.scan(low, high, quest, &mut found);
        }
        found.sort_unstable();
        found.dedup();
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
        let first = Stand {
            cell: low,
            class: 0,
            era: i64::MIN,
        };
        for (stand, group) in self
            .groups
            .range(first..)
            .take_while(|(stand, _)| stand.cell <= high)
        {
            let earliest_us = quest.window.start_us.saturating_sub(longest_us(stand.class));
            let eras = era_of(earliest_us, stand.class)..=era_of(quest.window.end_us, stand.class);
            if !eras.contains(&stand.era) {
                continue;
            }
            let from = group.partition_point(|entry| entry.start_us < earliest_us);
            let in_time = group[from..]
                .iter()
                .take_while(|entry| entry.start_us <= quest.window.end_us);
            found.extend(in_time.filter(|entry| quest.meets(entry)).map(|entry| entry.slot));
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
    }

    fn invariant_every_entry_belongs_to_a_slot(&self) {
        let mut count = 0;
        for (at, slot) in (0..).zip(&self.slots) {
            let Some(slot) = slot else { continue };
            assert_eq!(slot.entry.slot, at, "a slot's entry names it");
            assert!(!slot.cells.is_empty(), "a volume stands somewhere");
            assert!(
                slot.cells.windows(2).all(|w| w[0] < w[1] && !w[0].contains(w[1])),
                "no cell holds another"
            );
            for cell in &slot.cells {
                let group = self.groups.get(&slot.entry.stand(*cell));
                let held = group.is_some_and(|group| group.contains(&slot.entry));
                assert!(held, "every cell of a slot has its entry");
                count += 1;
            }
        }
        assert_eq!(
            count,
            self.groups.values().map(Vec::len).sum::<usize>(),
            "there are no other entries"
        );
    }

    fn invariant_groups_are_ordered_and_counted(&self) {
        let mut levels = [0; MAX_LEVEL as usize + 1];
        for (stand, group) in &self.groups {
            assert!(!group.is_empty(), "no group is empty");
            assert!(
                group.is_sorted_by_key(Entry::order),
                "groups are in the order of starts"
            );
            levels[stand.cell.level() as usize] += 1;
        }
        assert_eq!(levels, self.levels, "levels count their groups");
    }
}

impl Entry {
    fn stand(&self, cell: Cell) -> Stand {
        let class = class_of(self.end_us - self.start_us);
        Stand {
            cell,
            class,
            era: era_of(self.start_us, class),
        }
    }

    fn order(&self) -> (i64, u32) {
        (self.start_us, self.slot)
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
        let reach = Reach::new(&shape.skeleton, reach_mm as f64 / 1000.0);
        Quest {
            reach,
            circle: Circle::around(&reach),
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

    fn meets(&self, entry: &Entry) -> bool {
        entry.end_us >= self.window.start_us
            && i64::from(entry.low_m) <= self.high_m
            && i64::from(entry.high_m) >= self.low_m
            && entry.circle.meets(&self.circle)
    }
}

/// The numbers of cells, and of all within them, as few ranges.
fn runs(cells: &[Cell]) -> Vec<(Cell, Cell)> {
    let mut runs: Vec<(Cell, Cell)> = Vec::with_capacity(cells.len());
    for (low, high) in cells.iter().map(|cell| cell.range()) {
        match runs.last_mut() {
            Some(last) if last.1.meets(low) => last.1 = high,
            _ => runs.push((low, high)),
        }
    }
    runs
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
        FIRST_CLASS_US << (4 * class)
    }
}

fn era_of(at_us: i64, class: u8) -> i64 {
    at_us.div_euclid(longest_us(class).saturating_mul(ERA))
}

fn metres_i32(metres: i64) -> i32 {
    i32::try_from(metres).expect("altitudes of checked volumes are within limits")
}
