//! Fuzz targets of volumes and of outlines for cells: what is accepted can be worked with, and what is refused says why.

use fuzz::{assert_bounded, target};
use geo4d::limits::{MAX_FAULTS, MAX_S2_CELLS, MAX_VERTICES};
use geo4d::s2::{Cells, LatLng, Limits, Shape, cover};
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

/// `[lat, lng, radius_m]` or a list of `[lat, lng]`.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Outline {
    Circle([f64; 3]),
    Polygon(Vec<[f64; 2]>),
}

fn covered(outline: &Outline, ring: &mut Vec<LatLng>) -> bool {
    let shape = match outline {
        Outline::Circle([lat, lng, radius_m]) => Shape::Circle {
            center: LatLng { lat: *lat, lng: *lng },
            radius_m: *radius_m,
        },
        Outline::Polygon(places) => {
            ring.extend(places.iter().map(|&[lat, lng]| LatLng { lat, lng }));
            Shape::Polygon(ring)
        }
    };
    match cover(&shape, &Limits::REFERENCE) {
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() <= MAX_FAULTS);
            faults.iter().for_each(assert_bounded);
            false
        }
        Ok(cells) => {
            assert!(!cells.is_empty() && cells.len() <= MAX_S2_CELLS);
            assert_eq!(Cells::from_sorted(cells.iter().collect()).as_ref(), Ok(&cells));
            true
        }
    }
}

#[test]
fn an_outline_that_is_accepted_takes_some_cells_and_one_that_is_not_says_why() {
    target!("cells", |document: &[u8]| {
        let Ok(outline) = serde_json::from_slice::<Outline>(document) else {
            return false;
        };
        let mut ring = Vec::new();
        let accepted = covered(&outline, &mut ring);
        ring.reverse();
        if accepted && !ring.is_empty() {
            assert!(
                cover(&Shape::Polygon(&ring), &Limits::REFERENCE).is_ok(),
                "{ring:?}"
            );
        }
        accepted
    });
}
