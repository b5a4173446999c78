//! Bodies and queries of requests of remote identification (F3411-19 Annex A4, F3411-22a Annex A2), where they differ
//! from those of F3548.

use super::bounds::{ensure_altitude, instant_us};
use super::volume::{Outline, Polygon, Volume4D};
use super::{Faults, Object};
use crate::open::openapi::part;
use crate::open::shape;
use geo4d::s2::{Cells, LatLng};
use pool::Extent;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is told of an area without a footprint; here and below with the words of the reference implementation, which
/// tests of the standard's community look for.
pub(in crate::open) const NO_AREA: &str = "Missing or malformed required extents";
/// The same of a subscription.
pub(in crate::open) const NO_EXTENTS: &str = "Missing required extents";

/// An identification service area (`CreateIdentificationServiceAreaParameters` of F3411-19).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct PutAreaV19 {
    /// With an end. It begins now where it does not say.
    #[schema(value_type = Volume4DV19, required)]
    pub(in crate::open) extents: Option<Object<Volume4DV19>>,
    #[schema(value_type = part::BaseUrl, required)]
    pub(in crate::open) flights_url: Option<String>,
}

/// A subscription to areas (`CreateSubscriptionParameters` of F3411-19).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct PutSubscriptionV19 {
    /// It begins now and lasts a day where it does not say.
    #[schema(value_type = Volume4DV19, required)]
    pub(in crate::open) extents: Option<Object<Volume4DV19>>,
    #[schema(value_type = Callbacks, required)]
    pub(in crate::open) callbacks: Option<Object<Callbacks>>,
}

/// Where its owner wants to be told (`SubscriptionCallbacks` of F3411-19).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = CallbacksV19)]
pub(in crate::open) struct Callbacks {
    #[schema(value_type = part::BaseUrl, required)]
    pub(in crate::open) identification_service_area_url: Option<String>,
}

/// An identification service area or a subscription to such (`CreateIdentificationServiceAreaParameters` and
/// `CreateSubscriptionParameters` of F3411-22a).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct PutV22a {
    /// With one outline; an area has an end. It begins now, and a subscription lasts a day, where it does not say.
    #[schema(value_type = Volume4D, required)]
    pub(in crate::open) extents: Option<Object<Volume4D>>,
    #[schema(value_type = part::BaseUrl, required)]
    pub(in crate::open) uss_base_url: Option<String>,
}

/// Where, how high and when; instants are bare texts (`Volume4D` of F3411-19).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(in crate::open) struct Volume4DV19 {
    #[schema(value_type = Volume3DV19, required)]
    spatial_volume: Option<Object<Volume3DV19>>,
    #[schema(value_type = Option<part::Instant>)]
    time_start: Option<String>,
    /// Not before the start.
    #[schema(value_type = Option<part::Instant>)]
    time_end: Option<String>,
}

/// Where and how high; altitudes are bare numbers (`Volume3D` of F3411-19).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
struct Volume3DV19 {
    #[schema(value_type = Polygon, required)]
    footprint: Option<Object<Polygon>>,
    #[schema(value_type = Option<part::Metres>)]
    altitude_lo: Option<f64>,
    /// Not below the lower one.
    #[schema(value_type = Option<part::Metres>)]
    altitude_hi: Option<f64>,
}

/// Where and when, of a volume of F3411-19; `absent` is what is told when it says nowhere. Which time comes first is
/// looked at later.
pub(in crate::open) fn extent(
    volume: Option<Object<Volume4DV19>>,
    absent: &str,
    strict: bool,
    faults: &mut Faults,
) -> Option<Extent> {
    let Object(volume) = volume.unwrap_or_default();
    let Object(space) = volume.spatial_volume.unwrap_or_default();
    ensure_altitudes(&space, strict, faults);
    let mut instant = |text: Option<String>, place| {
        let read = instant_us(&text?);
        faults.keep(place, read.ok_or("a time as in RFC 3339 is needed"))
    };
    let start_us = instant(volume.time_start, "extents.time_start");
    let end_us = instant(volume.time_end, "extents.time_end");
    let place = "extents.spatial_volume.footprint";
    let ring = space.footprint.map(|Object(polygon)| polygon.ring());
    let Some(ring) = ring.filter(|ring| !ring.is_empty()) else {
        faults.at(place, absent);
        return None;
    };
    Some(Extent {
        cells: shape::cells(&Outline::Polygon(ring), place, strict, faults)?,
        start_us,
        end_us,
        ..Extent::default()
    })
}

/// Altitudes narrow nothing here; nonsense is refused all the same.
fn ensure_altitudes(space: &Volume3DV19, strict: bool, faults: &mut Faults) {
    for (metres, name) in [
        (space.altitude_lo, "altitude_lo"),
        (space.altitude_hi, "altitude_hi"),
    ] {
        if let Some(metres) = metres {
            ensure_altitude(
                metres,
                format_args!("extents.spatial_volume.{name}"),
                strict,
                faults,
            );
        }
    }
    let pair = space.altitude_lo.zip(space.altitude_hi);
    if pair.is_some_and(|(lo, hi)| lo > hi) && !strict {
        faults.at("extents.spatial_volume.altitude_hi", "lies below altitude_lo");
    }
}

/// The cells of an area as a query has it: latitude, longitude, latitude and so on, with commas between them
/// (`GeoPolygonString`).
pub(in crate::open) fn cells(text: &str, strict: bool, faults: &mut Faults) -> Option<Cells> {
    if text.trim().is_empty() {
        faults.at("area", "is missing");
        return None;
    }
    let ring = faults.keep("area", ring(text))?;
    shape::cells(&Outline::Polygon(ring), "area", strict, faults)
}

fn ring(text: &str) -> Result<Vec<LatLng>, &'static str> {
    let numbers = text.split(',').map(|number| number.trim().parse());
    let numbers: Vec<f64> = numbers
        .collect::<Result<_, _>>()
        .map_err(|_| "numbers with commas between them are needed")?;
    let pairs = numbers.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err("there is a latitude without a longitude");
    }
    Ok(pairs
        .map(|pair| LatLng {
            lat: pair[0],
            lng: pair[1],
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_pairs_of_numbers_and_spaces_do_not_matter() {
        let at = |lat, lng| LatLng { lat, lng };
        let read = ring(" 1.5,2 , -3,4e0,5, 6").expect("three pairs");
        assert_eq!(read, [at(1.5, 2.0), at(-3.0, 4.0), at(5.0, 6.0)]);
        for wrong in ["1,2,3,4,5", "1,2,3,4,5,", "1,2,3,4,5,x", "1;2;3;4;5;6", ","] {
            assert!(ring(wrong).is_err(), "{wrong}");
        }
    }
}
