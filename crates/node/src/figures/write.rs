//! Figures as officers read them: UTC, whole seconds, metres and flight levels. Rounded for
//! the eye; the exact integers are in the JSON.

use geo4d::{Band, Datum, Footprint, Position, VolumeSpec, Window};

/// µs of a second.
const SECOND_US: i64 = 1_000_000;
/// mm of a flight level: a hundred feet.
const FLIGHT_LEVEL_MM: i64 = 30_480;

/// An instant: `2026-11-21 10:00:00Z`.
pub fn instant(at_us: i64) -> String {
    let whole = at_us.div_euclid(SECOND_US);
    match jiff::Timestamp::from_second(whole) {
        Ok(at) => at.strftime("%F %TZ").to_string(),
        Err(_) => format!("{at_us} µs"),
    }
}

/// The time of day: `10:00:00Z`.
pub fn clock(at_us: i64) -> String {
    let text = instant(at_us);
    text.split_once(' ')
        .map_or_else(|| text.clone(), |(_, clock)| clock.to_owned())
}

/// A span of time, rounded down: `-1m 05s`, `2h 00m`, `12s`.
pub fn span(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    let seconds = us.unsigned_abs() / SECOND_US.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{sign}{seconds}s"),
        (0, 0, _) => format!("{sign}{minutes}m {:02}s", seconds % 60),
        (0, ..) => format!("{sign}{hours}h {minutes:02}m"),
        _ => format!("{sign}{days}d {hours:02}h"),
    }
}

/// A window: `2026-11-21 10:00:00Z to 11:00:00Z`.
pub fn window(window: &Window) -> String {
    let (start, end) = (instant(window.start_us), instant(window.end_us));
    match start.split_once(' ').zip(end.split_once(' ')) {
        Some(((first, _), (last, clock))) if first == last => format!("{start} to {clock}"),
        _ => format!("{start} to {end}"),
    }
}

/// A place in degrees, to the nearest ten metres: `35.4000N 35.9500E`.
pub fn place(at: Position) -> String {
    let degrees = |nd: i64, plus: char, minus: char| {
        let tenths = (nd.unsigned_abs() + 50_000) / 100_000;
        let letter = if nd < 0 { minus } else { plus };
        format!("{}.{:04}{letter}", tenths / 10_000, tenths % 10_000)
    };
    format!(
        "{} {}",
        degrees(at.lat_nd, 'N', 'S'),
        degrees(at.lon_nd, 'E', 'W')
    )
}

/// A length, rounded down: `250 m`, `9.2 km`.
pub fn length(mm: i64) -> String {
    let metres = mm / 1_000;
    if metres.abs() < 10_000 {
        format!("{metres} m")
    } else {
        format!("{}.{} km", metres / 1_000, metres.abs() % 1_000 / 100)
    }
}

/// A band with its datum: `300 to 900 m MSL`, `FL100 to FL200`.
pub fn band(band: &Band) -> String {
    let levels = band.low_mm % FLIGHT_LEVEL_MM == 0 && band.high_mm % FLIGHT_LEVEL_MM == 0;
    if band.datum == Datum::Pressure && levels && band.low_mm >= 0 {
        let level = |mm: i64| mm / FLIGHT_LEVEL_MM;
        return format!("FL{:03} to FL{:03}", level(band.low_mm), level(band.high_mm));
    }
    let low = band.low_mm.div_euclid(1_000);
    let high = band.high_mm.div_euclid(1_000) + i64::from(band.high_mm.rem_euclid(1_000) != 0);
    format!("{low} to {high} m {}", datum(band.datum))
}

/// A datum as it is written after a height.
pub fn datum(datum: Datum) -> &'static str {
    match datum {
        Datum::Ellipsoid => "above the ellipsoid",
        Datum::Msl => "MSL",
        Datum::Pressure => "pressure altitude",
        Datum::Ground => "above ground",
    }
}

/// A footprint in one phrase, with the place to look for it.
pub fn footprint(footprint: &Footprint) -> String {
    let first = |points: &[Position]| points.first().map_or_else(String::new, |at| place(*at));
    match footprint {
        Footprint::Polygon { ring } => format!("polygon of {} points at {}", ring.len(), first(ring)),
        Footprint::Circle { center, radius_mm } => {
            format!("circle of {} at {}", length(*radius_mm), place(*center))
        }
        Footprint::Corridor { line, half_width_mm } => {
            let last = line.last().map_or_else(String::new, |at| place(*at));
            format!(
                "corridor ±{} from {} to {last}",
                length(*half_width_mm),
                first(line)
            )
        }
    }
}

/// A volume in one line.
pub fn volume(volume: &VolumeSpec) -> String {
    format!(
        "{}, {}, {}",
        footprint(&volume.footprint),
        band(&volume.band),
        window(&volume.window)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_officers_say_them() {
        assert_eq!(instant(1_795_255_200_999_999), "2026-11-21 10:00:00Z");
        assert_eq!(clock(1_795_255_200_000_000), "10:00:00Z");
        assert_eq!(span(-65_000_000), "-1m 05s");
        assert_eq!(span(7_200_000_000), "2h 00m");
        assert_eq!(span(12_900_000), "12s");
        assert_eq!(span(90_000 * SECOND_US), "1d 01h");
        assert_eq!(
            place(Position {
                lat_nd: -35_400_040_000,
                lon_nd: 35_949_960_000
            }),
            "35.4000S 35.9500E"
        );
        assert_eq!(length(9_260_000), "9260 m");
        assert_eq!(length(12_345_678), "12.3 km");
    }

    #[test]
    fn heights_are_shown_with_their_datum_and_outward() {
        let band_of = |low_mm, high_mm, datum| {
            band(&Band {
                low_mm,
                high_mm,
                datum,
            })
        };
        assert_eq!(band_of(300_999, 900_001, Datum::Msl), "300 to 901 m MSL");
        assert_eq!(band_of(3_048_000, 6_096_000, Datum::Pressure), "FL100 to FL200");
        assert_eq!(
            band_of(3_048_001, 6_096_000, Datum::Pressure),
            "3048 to 6096 m pressure altitude"
        );
    }
}
