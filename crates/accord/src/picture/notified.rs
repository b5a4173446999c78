//! What peers disclosed, indexed, so that a change of an own thing compares again only what
//! it can affect.

use super::shapes;
use super::tracks::Track;
use crate::command::{OperationDraft, ZoneKind};
use crate::findings::Subject;
use crate::separation;
use crate::terms::Terms;
use geo4d::{Fault, Index, Separation, Volume, VolumeSpec, limits};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// The peers' live notices and hazards, under keys of the caller's choosing. Whatever
/// [`Picture::findings`](super::Picture::findings) would find between a subject and an own
/// thing, the subject's key is among those that the thing is near to.
pub struct Notified<K: Ord + Clone> {
    subjects: BTreeMap<K, Entry>,
    real: Index<(K, u32)>,
    drills: Index<(K, u32)>,
}

/// The volumes of one subject, as wide as they will ever be compared.
struct Entry {
    drill: bool,
    volumes: Vec<Volume>,
}

impl<K: Ord + Clone> Default for Notified<K> {
    fn default() -> Self {
        Notified {
            subjects: BTreeMap::new(),
            real: Index::default(),
            drills: Index::default(),
        }
    }
}

impl<K: Ord + Clone> Notified<K> {
    /// Nothing.
    pub fn new() -> Self {
        Notified::default()
    }

    /// Files a subject; replaces what stood under `key`.
    ///
    /// # Errors
    /// The faults of the parts that are left out, each with its place inside the subject.
    pub fn add(&mut self, key: K, subject: &Subject<'_>) -> Result<(), Vec<Fault>> {
        let volumes = shapes::each(subject.volumes.iter(), |i| format!("/volumes/{i}"));
        let hazards = shapes::each(subject.hazards.iter().map(|hazard| &hazard.volume), |i| {
            format!("/hazards/{i}/volume")
        });
        let mut widest: Vec<Volume> = volumes.valid.iter().map(shapes::with_all_below).collect();
        widest.extend(
            hazards
                .valid
                .iter()
                .map(|volume| shapes::with_all_below(&shapes::lasting_until(volume, limits::MAX_INTEGER))),
        );
        self.insert(
            key,
            Entry {
                drill: subject.drill,
                volumes: widest,
            },
        );
        shapes::none_left_out([volumes.faults, hazards.faults])
    }

    /// The subject is no longer live.
    pub fn remove(&mut self, key: &K) {
        let Some(entry) = self.subjects.remove(key) else {
            return;
        };
        let index = if entry.drill {
            &mut self.drills
        } else {
            &mut self.real
        };
        for number in 0..entry.volumes.len() as u32 {
            index.remove(&(key.clone(), number));
        }
    }

    /// Subjects that an operation filed, changed or removed may concern. Ask with the old
    /// draft and with the new one; `terms` are those in force on any line.
    pub fn near_operation(&self, draft: &OperationDraft, terms: &[&Terms]) -> Vec<K> {
        let widest = separation::widest(terms.iter().copied());
        let required = draft.separation.map_or(widest, separation::bounded);
        let hazards = draft.hazards.iter().map(|hazard| &hazard.volume);
        self.near(draft.drill, draft.volumes.iter().chain(hazards), &required)
    }

    /// Subjects that a zone may concern.
    pub fn near_zone(
        &self,
        kind: ZoneKind,
        volumes: &[VolumeSpec],
        separation: Option<Separation>,
        drill: bool,
    ) -> Vec<K> {
        let required = separation.unwrap_or_else(|| separation::default_for_zone(kind));
        self.near(drill, volumes.iter(), &separation::bounded(required))
    }

    /// Subjects that people or a site may concern.
    pub fn near_people(&self, volumes: &[VolumeSpec], terms: &[&Terms], drill: bool) -> Vec<K> {
        self.near(drill, volumes.iter(), &separation::widest(terms.iter().copied()))
    }

    /// Subjects that an aircraft may get near to while it is followed.
    pub fn near_track(&self, track: &Track, terms: &[&Terms]) -> Vec<K> {
        let Some(reach) = track.reach() else {
            return self
                .subjects
                .iter()
                .filter(|(_, entry)| entry.drill == track.drill)
                .map(|(key, _)| key.clone())
                .collect();
        };
        self.near(
            track.drill,
            std::iter::once(reach.spec()),
            &separation::widest(terms.iter().copied()),
        )
    }

    /// Subjects filed.
    pub fn len(&self) -> usize {
        self.subjects.len()
    }

    /// Whether nothing is filed.
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// Asserts that every volume of every subject stands in the index of its kind, and
    /// nothing else does.
    pub fn sanity_check(&self) {
        for (drill, index) in [(false, &self.real), (true, &self.drills)] {
            let entries = self.subjects.iter().filter(|(_, entry)| entry.drill == drill);
            let mut filed = 0;
            for (key, entry) in entries {
                for (number, volume) in (0..).zip(&entry.volumes) {
                    let found = index.query(volume, &Separation::default());
                    assert!(
                        found.contains(&(key.clone(), number)),
                        "every volume stands in its index"
                    );
                    filed += 1;
                }
            }
            assert_eq!(index.len(), filed, "the index holds nothing else");
            index.sanity_check();
        }
    }

    fn insert(&mut self, key: K, entry: Entry) {
        self.remove(&key);
        let index = if entry.drill {
            &mut self.drills
        } else {
            &mut self.real
        };
        for (number, volume) in (0..).zip(&entry.volumes) {
            index.insert((key.clone(), number), volume);
        }
        self.subjects.insert(key, entry);
    }

    fn near<'a>(
        &self,
        drill: bool,
        specs: impl Iterator<Item = &'a VolumeSpec>,
        required: &Separation,
    ) -> Vec<K> {
        let index = if drill { &self.drills } else { &self.real };
        let mut keys = BTreeSet::new();
        for volume in shapes::each(specs, |_| String::new()).valid {
            keys.extend(index.query(&volume, required).into_iter().map(|(key, _)| key));
        }
        keys.into_iter().collect()
    }
}

impl<K: Ord + Clone + Serialize> Serialize for Notified<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self
            .subjects
            .iter()
            .map(|(key, entry)| (key, entry.drill, &entry.volumes));
        serializer.collect_seq(entries)
    }
}

impl<'de, K: Ord + Clone + DeserializeOwned> Deserialize<'de> for Notified<K> {
    /// Refuses a volume that is not valid, as [`Picture`](super::Picture) does.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut notified = Notified::new();
        for (key, drill, volumes) in Vec::<(K, bool, Vec<Volume>)>::deserialize(deserializer)? {
            notified.insert(key, Entry { drill, volumes });
        }
        Ok(notified)
    }
}
