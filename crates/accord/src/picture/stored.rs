//! The picture in a snapshot: what was filed, without the indexes, which are rebuilt.

use super::{Picture, Rule, Shape, Side, Thing, Track};
use crate::findings::Against;
use crate::ids::TrackId;
use geo4d::{Prepared, Volume, VolumeSpec};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Saved<'a> {
    things: Vec<SavedThing<'a>>,
    tracks: &'a BTreeMap<TrackId, Track>,
}

#[derive(Serialize)]
struct SavedThing<'a> {
    against: &'a Against,
    drill: bool,
    reaction_us: i64,
    aboard: u32,
    shapes: Vec<(Side, Rule, &'a VolumeSpec)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Loaded {
    things: Vec<LoadedThing>,
    tracks: BTreeMap<TrackId, Track>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoadedThing {
    against: Against,
    drill: bool,
    reaction_us: i64,
    aboard: u32,
    shapes: Vec<(Side, Rule, Volume)>,
}

impl Serialize for Picture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let things = self.things.iter().map(|(against, thing)| SavedThing {
            against,
            drill: thing.drill,
            reaction_us: thing.reaction_us,
            aboard: thing.aboard,
            shapes: thing.shapes.values().map(Shape::saved).collect(),
        });
        Saved {
            things: things.collect(),
            tracks: &self.tracks,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Picture {
    /// Refuses a picture with a volume that is not valid: a snapshot that this version
    /// cannot compare in full is not loaded, and the journal is replayed instead.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let loaded = Loaded::deserialize(deserializer)?;
        let mut picture = Picture::new();
        for LoadedThing {
            against,
            drill,
            reaction_us,
            aboard,
            shapes,
        } in loaded.things
        {
            let shapes = shapes.into_iter().map(|(side, rule, volume)| Shape {
                side,
                rule,
                body: Prepared::new(&volume),
            });
            let shapes = (0..).zip(shapes).collect();
            picture.insert(
                against,
                Thing {
                    drill,
                    reaction_us,
                    aboard,
                    shapes,
                },
            );
        }
        for (id, track) in loaded.tracks {
            picture.set_track(&id, track);
        }
        Ok(picture)
    }
}

impl Shape {
    fn saved(&self) -> (Side, Rule, &VolumeSpec) {
        (self.side, self.rule, self.body.volume().spec())
    }
}
