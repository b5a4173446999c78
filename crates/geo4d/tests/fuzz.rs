//! Fuzz target of volumes: what is accepted can be worked with, and what is refused says why.

use fuzz::{assert_bounded, target};
use geo4d::limits::{MAX_FAULTS, MAX_VERTICES};
use geo4d::{
    Footprint, Index, Prepared, Separation, Volume, VolumeSpec, box_of, conflict, to_ellipsoid_range,
};

/// A step of a tenth of a degree, as disclosure rounds.
const GRID_ND: i64 = 100_000_000;

const TOUCHING: Separation = Separation {
    horizontal_mm: 0,
    vertical_mm: 0,
    time_us: 0,
};

fn vertices(volume: &Volume) -> usize {
    match volume.footprint() {
        Footprint::Polygon { ring } => ring.len(),
        Footprint::Corridor { line, .. } => line.len(),
        Footprint::Circle { .. } => 1,
    }
}

/// A false alarm is a nuisance; a volume that does not even meet itself would be a miss.
fn assert_usable(volume: &Volume) {
    assert!(vertices(volume) <= MAX_VERTICES);
    assert!(
        conflict(volume, volume, &TOUCHING).is_some(),
        "{volume:?} meets itself"
    );
    let range = to_ellipsoid_range(volume.band(), volume.footprint());
    assert!(range.low_mm <= range.high_mm, "{range:?}");
    let mut index = Index::new();
    let prepared = Prepared::new(volume);
    index.insert_prepared(0, &prepared);
    index.sanity_check();
    assert_eq!(index.query_prepared(&prepared, &TOUCHING), [0]);
    if let Some(disclosed) = box_of(volume, GRID_ND) {
        let disclosed = disclosed.check().expect("a box is a valid volume");
        assert!(
            conflict(volume, &disclosed, &TOUCHING).is_some(),
            "{volume:?} lies in {disclosed:?}"
        );
    }
}

#[test]
fn a_volume_that_is_accepted_can_be_compared_and_one_that_is_not_says_why() {
    target!("volume", |document: &[u8]| {
        let Ok(spec) = serde_json::from_slice::<VolumeSpec>(document) else {
            return false;
        };
        let written = serde_json::to_vec(&spec).expect("a volume is plain data");
        assert_eq!(
            serde_json::from_slice::<VolumeSpec>(&written).ok().as_ref(),
            Some(&spec)
        );
        match spec.check() {
            Err(faults) => {
                assert!(!faults.is_empty() && faults.len() <= MAX_FAULTS);
                faults.iter().for_each(assert_bounded);
                assert!(serde_json::from_slice::<Volume>(document).is_err());
                false
            }
            Ok(volume) => {
                assert_eq!(*volume.spec(), spec);
                assert_usable(&volume);
                true
            }
        }
    });
}
