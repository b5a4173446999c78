//! This party's own operations, zones, people and aircraft, and what a notice means to
//! them. Nothing here is ever stated on a line.
//!
//! What always holds, and is checked by [`Picture::sanity_check`]:
//! - every shape of every thing stands in exactly one layer, the one that its side, its
//!   drill flag and its rule name, and no layer holds anything else or is empty;
//! - drills and the rest stand in different layers, so they cannot meet.

use crate::act::Class;
use crate::command::{OperationDraft, ZoneKind};
use crate::findings::{Against, Findings, Subject};
use crate::ids::{OperationId, PeopleId, TrackId, ZoneId};
use crate::limits::REACTION_US;
use crate::separation;
use crate::terms::Terms;
use crate::time::Now;
use geo4d::{Fault, Index, Prepared, Separation, Volume, VolumeSpec, Witness};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

mod compare;
mod notified;
mod shapes;
mod stored;
mod tracks;

pub use notified::Notified;
pub(crate) use shapes::until_dropped;
pub use tracks::Track;

/// All own things, indexed. Adding under an id replaces what stood there; removing what
/// is not there does nothing.
///
/// Every adding function compares what is valid; an error lists the volumes that are not
/// and will not be compared, each with its place inside what was given: those are UNKNOWN.
#[derive(Default)]
pub struct Picture {
    things: BTreeMap<Against, Thing>,
    layers: BTreeMap<LayerKey, Index<Key>>,
    tracks: BTreeMap<TrackId, Track>,
    /// Tracks by how far they may get.
    reach: Index<TrackId>,
    /// Tracks whose reach is no valid volume: looked at every time.
    anywhere: BTreeSet<TrackId>,
}

/// An own red line that a plan comes too close to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedLine {
    /// Which.
    pub zone: ZoneId,
    /// How close, where and when.
    pub witness: Witness,
}

/// One own thing as it is compared.
struct Thing {
    drill: bool,
    reaction_us: i64,
    aboard: u32,
    shapes: BTreeMap<u32, Shape>,
}

/// One volume of a thing.
struct Shape {
    side: Side,
    rule: Rule,
    body: Prepared,
}

/// What a shape is to those who come near it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Side {
    /// Own aircraft.
    Flight,
    /// A danger that an own operation may provoke.
    Danger,
    /// A standing volume.
    Zone(ZoneKind),
    /// People on the ground.
    People,
}

/// Where the separation of a shape comes from.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Rule {
    /// From the terms, or the default, for this class and that of the subject.
    Class(Class),
    /// This figure, whatever the subject.
    Fixed(Separation),
}

type Key = (Against, u32);

/// Shapes that are compared alike share an index, so that one query with one separation
/// finds all of them.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LayerKey {
    drill: bool,
    group: Group,
    rule: Rule,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Flight,
    Danger,
    Zone,
    People,
}

impl Picture {
    /// Nothing.
    pub fn new() -> Self {
        Picture::default()
    }

    /// Compares `draft` and the dangers it may provoke from now on.
    ///
    /// # Errors
    /// The faults of the volumes that are left out.
    pub fn add_operation(&mut self, id: &OperationId, draft: &OperationDraft) -> Result<(), Vec<Fault>> {
        let rule = |class| draft.separation.map_or(Rule::Class(class), Rule::fixed);
        let flights = shapes::each(draft.volumes.iter(), |i| format!("/volumes/{i}"));
        let dangers = shapes::each(draft.hazards.iter().map(|hazard| &hazard.volume), |i| {
            format!("/hazards/{i}/volume")
        });
        let thing = Thing {
            drill: draft.drill,
            reaction_us: draft.reaction_us.unwrap_or(REACTION_US).max(0),
            aboard: 0,
            shapes: numbered([
                (Side::Flight, rule(draft.class), flights.valid),
                (Side::Danger, rule(Class::Hazard), dangers.valid),
            ]),
        };
        self.insert(Against::Operation(id.clone()), thing);
        shapes::none_left_out([flights.faults, dangers.faults])
    }

    /// Compares a zone from now on.
    ///
    /// # Errors
    /// The faults of the volumes that are left out.
    pub fn add_zone(
        &mut self,
        id: &ZoneId,
        kind: ZoneKind,
        volumes: &[VolumeSpec],
        separation: Option<Separation>,
        drill: bool,
    ) -> Result<(), Vec<Fault>> {
        let rule = Rule::fixed(separation.unwrap_or_else(|| separation::default_for_zone(kind)));
        let volumes = shapes::each(volumes.iter(), |i| format!("/volumes/{i}"));
        let shapes = numbered([(Side::Zone(kind), rule, volumes.valid)]);
        let thing = Thing {
            drill,
            reaction_us: REACTION_US,
            aboard: 0,
            shapes,
        };
        self.insert(Against::Zone(id.clone()), thing);
        shapes::none_left_out([volumes.faults])
    }

    /// Compares people or a site from now on.
    ///
    /// # Errors
    /// The faults of the volumes that are left out.
    pub fn add_people(
        &mut self,
        id: &PeopleId,
        count: u32,
        volumes: &[VolumeSpec],
        drill: bool,
    ) -> Result<(), Vec<Fault>> {
        let volumes = shapes::each(volumes.iter(), |i| format!("/volumes/{i}"));
        let shapes = numbered([(Side::People, Rule::Class(Class::Humanitarian), volumes.valid)]);
        let thing = Thing {
            drill,
            reaction_us: REACTION_US,
            aboard: count,
            shapes,
        };
        self.insert(Against::People(id.clone()), thing);
        shapes::none_left_out([volumes.faults])
    }

    /// Compares an aircraft from where it was last seen, and as far as it may have got.
    pub fn set_track(&mut self, id: &TrackId, track: Track) {
        self.drop_track(id);
        match track.reach() {
            Some(reach) => self.reach.insert(id.clone(), &reach),
            None => {
                self.anywhere.insert(id.clone());
            }
        }
        self.tracks.insert(id.clone(), track);
    }

    /// The operation is over or was never there.
    pub fn remove_operation(&mut self, id: &OperationId) {
        self.remove(&Against::Operation(id.clone()));
    }

    /// The zone is gone.
    pub fn remove_zone(&mut self, id: &ZoneId) {
        self.remove(&Against::Zone(id.clone()));
    }

    /// The people are gone.
    pub fn remove_people(&mut self, id: &PeopleId) {
        self.remove(&Against::People(id.clone()));
    }

    /// The aircraft is down or out of the area.
    pub fn drop_track(&mut self, id: &TrackId) {
        if self.tracks.remove(id).is_some() && !self.anywhere.remove(id) {
            self.reach.remove(id);
        }
    }

    /// What `subject` means to the own things under `terms`. A function of the picture and
    /// the arguments; bounded in rows and in time, and says what it left out.
    pub fn findings(&self, now: Now, subject: &Subject<'_>, terms: Option<&Terms>) -> Findings {
        compare::findings(self, now, subject, terms)
    }

    /// Own red lines closer to `draft`, to what it may release below, or to a danger it may
    /// provoke, than they allow, one row a line. None for a drill. Volumes of `draft` that are not valid are left out:
    /// whoever files a draft has refused them.
    pub fn red_lines(&self, draft: &OperationDraft) -> Vec<RedLine> {
        compare::red_lines(self, draft)
    }

    /// Aircraft whose position is older than [`TRACK_STALE_US`](crate::limits::TRACK_STALE_US):
    /// their exposure is UNKNOWN.
    pub fn stale_tracks(&self, now: Now) -> Vec<TrackId> {
        let stale = |track: &Track| track.unknown_from_us() <= now.wall_us;
        self.tracks
            .iter()
            .filter(|(_, track)| stale(track))
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Asserts what always holds. Costs as much as rebuilding; for tests and after a load.
    pub fn sanity_check(&self) {
        let mut shapes = 0;
        for (against, thing) in &self.things {
            for (number, shape) in &thing.shapes {
                let layer = self.layers.get(&shape.layer(thing.drill));
                let layer = layer.expect("the layer of every shape exists");
                let found = layer.query_prepared(&shape.body, &Separation::default());
                assert!(
                    found.contains(&(against.clone(), *number)),
                    "every shape stands in its layer"
                );
                shapes += 1;
            }
        }
        let indexed: usize = self.layers.values().map(Index::len).sum();
        assert_eq!(indexed, shapes, "no layer holds anything else");
        assert!(
            self.layers.values().all(|layer| !layer.is_empty()),
            "no layer is empty"
        );
        assert_eq!(
            self.reach.len() + self.anywhere.len(),
            self.tracks.len(),
            "every track is found"
        );
        self.layers.values().for_each(Index::sanity_check);
        self.reach.sanity_check();
    }

    fn insert(&mut self, against: Against, thing: Thing) {
        self.remove(&against);
        for (number, shape) in &thing.shapes {
            let layer = self.layers.entry(shape.layer(thing.drill)).or_default();
            layer.insert((against.clone(), *number), shape.body.volume());
        }
        self.things.insert(against, thing);
    }

    fn remove(&mut self, against: &Against) {
        let Some(thing) = self.things.remove(against) else {
            return;
        };
        for (number, shape) in &thing.shapes {
            let key = shape.layer(thing.drill);
            let layer = self
                .layers
                .get_mut(&key)
                .expect("the layer of every shape exists");
            layer.remove(&(against.clone(), *number));
            if layer.is_empty() {
                self.layers.remove(&key);
            }
        }
    }
}

impl Rule {
    fn fixed(figure: Separation) -> Self {
        Rule::Fixed(separation::bounded(figure))
    }

    /// The figure against a subject of `class`.
    fn against(self, terms: Option<&Terms>, class: Class) -> Separation {
        match self {
            Rule::Class(own) => separation::required(terms, own, class),
            Rule::Fixed(figure) => figure,
        }
    }
}

impl Shape {
    fn layer(&self, drill: bool) -> LayerKey {
        let group = match self.side {
            Side::Flight => Group::Flight,
            Side::Danger => Group::Danger,
            Side::Zone(_) => Group::Zone,
            Side::People => Group::People,
        };
        LayerKey {
            drill,
            group,
            rule: self.rule,
        }
    }
}

fn numbered<const N: usize>(sides: [(Side, Rule, Vec<Volume>); N]) -> BTreeMap<u32, Shape> {
    let shapes = sides.into_iter().flat_map(|(side, rule, volumes)| {
        volumes.into_iter().map(move |volume| Shape {
            side,
            rule,
            body: Prepared::new(&volume),
        })
    });
    (0..).zip(shapes).collect()
}

#[cfg(test)]
mod tests;
