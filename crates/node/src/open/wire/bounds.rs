//! When and how high: bounds of volumes as they come over the wire.

use super::{Faults, Object};
use crate::limits::{HIGHEST_ALTITUDE_M, LOWEST_ALTITUDE_M};
use crate::open::openapi::part;
use jiff::Timestamp;
use serde::Deserialize;
use std::fmt::Display;
use utoipa::ToSchema;

/// An altitude above the ellipsoid (F3548-21 `Altitude`).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(super) struct Altitude {
    #[schema(value_type = part::Metres, required)]
    value: Option<f64>,
    #[schema(value_type = part::Reference, required)]
    reference: Option<String>,
    #[schema(value_type = part::Units, required)]
    units: Option<String>,
}

/// An instant (F3548-21 `Time`). Its format is looked at for F3411 alone, as in the reference implementation.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = TimeGiven)]
pub(super) struct Time {
    #[schema(value_type = part::Instant, required)]
    value: Option<String>,
    #[schema(value_type = part::TimeFormat, required)]
    format: Option<String>,
}

impl Time {
    /// Whether it says how it is written.
    pub(super) fn is_of_format(&self) -> bool {
        self.format.as_deref() == Some("RFC3339")
    }
}

/// Which way an altitude goes when it does not fit: outward, so that nothing is missed.
#[derive(Copy, Clone)]
pub(super) enum Rounded {
    Down,
    Up,
}

/// An instant, µs UTC. Starts and ends are rounded alike: their order stays, so that nothing is missed, and a day stays a
/// day.
pub(super) fn instant(time: Option<Object<Time>>, place: impl Display, faults: &mut Faults) -> Option<i64> {
    let Object(time) = time?;
    let read = instant_us(&time.value.unwrap_or_default());
    faults.keep(
        format_args!("{place}.value"),
        read.ok_or("a time as in RFC 3339 is needed"),
    )
}

/// An altitude above the ellipsoid, mm.
pub(super) fn height(
    altitude: Option<Object<Altitude>>,
    place: impl Display,
    rounded: Rounded,
    strict: bool,
    faults: &mut Faults,
) -> Option<i64> {
    let Object(altitude) = altitude?;
    if altitude.units.as_deref() != Some("M") {
        faults.at(format_args!("{place}.units"), "M is needed");
    }
    if altitude.reference.as_deref() != Some("W84") {
        faults.at(format_args!("{place}.reference"), "W84 is needed");
    }
    let metres = altitude.value.unwrap_or_default();
    ensure_altitude(metres, format_args!("{place}.value"), strict, faults);
    let mm = match rounded {
        Rounded::Down => (metres * 1e3).floor(),
        Rounded::Up => (metres * 1e3).ceil(),
    };
    Some(mm as i64)
}

/// An altitude that something can have. The reference implementation takes any number.
pub(super) fn ensure_altitude(metres: f64, place: impl Display, strict: bool, faults: &mut Faults) {
    if !strict && !(LOWEST_ALTITUDE_M..=HIGHEST_ALTITUDE_M).contains(&metres) {
        let told = format_args!("{LOWEST_ALTITUDE_M} to {HIGHEST_ALTITUDE_M} m are taken");
        faults.at(place, told);
    }
}

/// µs UTC of a time as in RFC 3339, rounded down.
pub(in crate::open) fn instant_us(text: &str) -> Option<i64> {
    let at: Timestamp = Some(text).filter(|text| is_rfc_3339(text))?.parse().ok()?;
    i64::try_from(at.as_nanosecond().div_euclid(1_000)).ok()
}

/// Whether a text has the form of RFC 3339 `date-time`; the reader after it takes more forms than this one.
fn is_rfc_3339(text: &str) -> bool {
    let Some((head, rest)) = text.as_bytes().split_at_checked(19) else {
        return false;
    };
    let digits = rest.strip_prefix(b".").map_or(0, |after| {
        after.iter().take_while(|byte| byte.is_ascii_digit()).count()
    });
    let zone = if digits > 0 { &rest[digits + 1..] } else { rest };
    let zone_fits = match zone {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', offset @ ..] => has_form(offset, b"00:00"),
        _ => false,
    };
    zone_fits && has_form(head, b"0000-00-00T00:00:00")
}

/// Whether bytes have a form, in which 0 is any digit.
fn has_form(bytes: &[u8], form: &[u8]) -> bool {
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte.eq_ignore_ascii_case(form),
    };
    bytes.len() == form.len() && bytes.iter().zip(form).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_times_of_rfc_3339_are_taken_and_rounded_down() {
        assert_eq!(instant_us("1970-01-01T00:00:01Z"), Some(1_000_000));
        assert_eq!(instant_us("1970-01-01T01:00:00.0000019+01:00"), Some(1));
        assert_eq!(instant_us("1969-12-31t23:59:59.9999999z"), Some(-1));
        for wrong in [
            "",
            "now",
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T00:00:00Z[UTC]",
            "20260101T000000Z",
            "2026-01-01T00:00:00+0100",
            "1985-04-12T23:20:50.52ZZ",
        ] {
            assert_eq!(instant_us(wrong), None, "{wrong}");
        }
    }
}
