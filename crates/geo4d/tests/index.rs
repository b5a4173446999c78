//! The index finds what comparing with every volume finds.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod scatter;

use std::collections::BTreeMap;

use geo4d::{Index, Position, Prepared, Separation, Volume};
use scatter::{Dice, HOUR_US};

/// Volumes among which places, sizes and times are so mixed that some of each kind meet.
struct World {
    dice: Dice,
    centers: Vec<Position>,
}

impl World {
    fn new(seed: u64) -> World {
        let mut dice = Dice::new(seed);
        let centers = (0..4).map(|_| dice.place()).collect();
        World { dice, centers }
    }

    fn volume(&mut self) -> Volume {
        let size_mm = self.dice.magnitude(1e4, 2e9);
        let center = self.centers[self.dice.below(4) as usize];
        let place = self.dice.near(center, 1e8);
        self.dice.volume(place, size_mm)
    }

    fn separation(&mut self) -> Separation {
        if self.dice.chance(0.3) {
            return Separation::default();
        }
        Separation {
            horizontal_mm: self.dice.magnitude(1e3, 3e8) as i64,
            vertical_mm: self.dice.magnitude(1e3, 1e6) as i64,
            time_us: self.dice.magnitude(1e6, 10.0 * HOUR_US as f64) as i64,
        }
    }
}

/// Compares the index with every standing volume, and returns how many of them are in conflict.
fn compare(world: &mut World, index: &Index<u64>, standing: &BTreeMap<u64, Prepared>) -> usize {
    let asked = Prepared::new(&world.volume());
    let separation = world.separation();
    let found = index.query_prepared(&asked, &separation);
    assert!(
        found.is_sorted_by(|a, b| a < b),
        "keys ascend and none comes twice"
    );
    let in_conflict = |volume: &Prepared| asked.conflict(volume, &separation).is_some();
    let conflicts: Vec<u64> = standing
        .iter()
        .filter(|(_, volume)| in_conflict(volume))
        .map(|(key, _)| *key)
        .collect();
    for key in &conflicts {
        assert!(
            found.binary_search(key).is_ok(),
            "{key} is missed: {asked:?} {:?}",
            standing[key]
        );
    }
    assert!(
        found.iter().all(|key| standing.contains_key(key)),
        "only what stands is found"
    );
    conflicts.len()
}

#[test]
fn the_index_misses_nothing_that_brute_force_finds() {
    let (mut compared, mut conflicts) = (0, 0);
    for seed in 0..10 {
        let mut world = World::new(seed);
        let (mut index, mut standing) = (Index::new(), BTreeMap::new());
        for key in 0..150 {
            let volume = Prepared::new(&world.volume());
            index.insert_prepared(key, &volume);
            standing.insert(key, volume);
        }
        for _ in 0..150 {
            conflicts += compare(&mut world, &index, &standing);
            compared += standing.len();
        }
    }
    assert!(compared >= 200_000, "{compared} comparisons");
    assert!(conflicts >= 1_500, "{conflicts} of them conflicts");
}

#[test]
fn the_index_stays_whole_through_insertions_replacements_and_removals() {
    for seed in 0..20 {
        let mut world = World::new(1000 + seed);
        let (mut index, mut standing) = (Index::new(), BTreeMap::new());
        for _ in 0..150 {
            let key = world.dice.below(40);
            if world.dice.chance(0.4) {
                assert_eq!(index.remove(&key), standing.remove(&key).is_some());
            } else {
                let volume = world.volume();
                index.insert(key, &volume);
                standing.insert(key, Prepared::new(&volume));
            }
            index.sanity_check();
            assert_eq!(index.len(), standing.len());
            compare(&mut world, &index, &standing);
        }
        for key in standing.keys() {
            assert!(index.remove(key) && !index.remove(key));
        }
        index.sanity_check();
        assert!(index.is_empty());
    }
}

#[test]
fn a_declared_position_finds_every_volume_it_is_in() {
    let mut found_any = 0;
    for seed in 0..20 {
        let mut world = World::new(2000 + seed);
        let (mut index, mut standing) = (Index::new(), BTreeMap::new());
        for key in 0..100u64 {
            let volume = world.volume();
            index.insert(key, &volume);
            standing.insert(key, Prepared::new(&volume));
        }
        for _ in 0..100 {
            let center = world.centers[world.dice.below(4) as usize];
            let place = world.dice.near(center, 3e8);
            let (band, at_us) = (world.dice.band(), world.dice.window().start_us);
            let separation = world.separation();
            let found = index.at(place, &band, at_us, &separation);
            for (key, volume) in &standing {
                if volume.point_conflict(place, band, at_us, &separation).is_some() {
                    assert!(found.contains(key), "{key} is missed");
                    found_any += 1;
                }
            }
        }
    }
    assert!(found_any > 200, "{found_any} positions were in something");
}

#[test]
fn what_is_far_in_space_or_time_is_no_candidate() {
    let mut dice = Dice::new(7);
    let here = Position {
        lat_nd: 35_500_000_000,
        lon_nd: 35_800_000_000,
    };
    let there = Position {
        lat_nd: 45_500_000_000,
        lon_nd: 35_800_000_000,
    };
    let mut index = Index::new();
    for key in 0..100u64 {
        index.insert(key, &dice.volume(there, 1e8));
    }
    assert_eq!(
        index.query(&dice.volume(here, 1e8), &Separation::default()),
        Vec::<u64>::new()
    );
}
