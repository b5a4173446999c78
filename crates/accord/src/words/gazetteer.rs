//! Places that words on a line are likely to name. Public facts, rounded to about a
//! kilometre; a radius says how far from the middle still counts as there. The list says
//! nothing about who holds what, and agreements may add to it.

use super::Reference;
use geo4d::Position;
use std::borrow::Cow;

/// Degrees are given in thousandths, radii in kilometres.
const fn place(name: &'static str, lat_milli: i64, lon_milli: i64, radius_km: i64) -> Reference {
    Reference {
        name: Cow::Borrowed(name),
        at: Position {
            lat_nd: lat_milli * 1_000_000,
            lon_nd: lon_milli * 1_000_000,
        },
        radius_mm: radius_km * 1_000_000,
    }
}

/// The default references.
pub static GAZETTEER: &[Reference] = &[
    // Aerodromes and posts.
    place("Khmeimim", 35_401, 35_949, 4),
    place("Hmeimim", 35_401, 35_949, 4),
    place("Deir ez-Zor airfield", 35_285, 40_176, 4),
    place("Deir ez-Zor airport", 35_285, 40_176, 4),
    place("Deir ez-Zor air base", 35_285, 40_176, 4),
    place("Tiyas", 34_523, 37_630, 5),
    place("Shayrat", 34_490, 36_909, 4),
    place("Tanf", 33_506, 38_618, 5),
    place("Akrotiri", 34_590, 32_988, 4),
    place("Incirlik", 37_002, 35_426, 4),
    place("Kunduz airfield", 36_665, 68_911, 4),
    place("Kunduz airport", 36_665, 68_911, 4),
    // Towns.
    place("Latakia", 35_517, 35_783, 8),
    place("Lattakia", 35_517, 35_783, 8),
    place("Jableh", 35_362, 35_926, 4),
    place("Baniyas", 35_182, 35_949, 4),
    place("Tartus", 34_889, 35_887, 5),
    place("Tartous", 34_889, 35_887, 5),
    place("Idlib", 35_931, 36_633, 6),
    place("Aleppo", 36_202, 37_160, 12),
    place("Hama", 35_132, 36_758, 7),
    place("Homs", 34_730, 36_709, 9),
    place("Damascus", 33_513, 36_292, 14),
    place("Qasioun", 33_540, 36_275, 6),
    place("Quneitra", 33_126, 35_824, 5),
    place("Daraa", 32_625, 36_106, 6),
    place("Palmyra", 34_560, 38_267, 6),
    place("Raqqa", 35_950, 39_010, 7),
    place("Tabqa", 35_837, 38_548, 6),
    place("Deir ez-Zor", 35_336, 40_141, 6),
    place("Khasham", 35_304, 40_291, 5),
    place("Khusham", 35_304, 40_291, 5),
    place("Beirut", 33_889, 35_495, 10),
    place("Haifa", 32_794, 34_990, 10),
    place("Tel Aviv", 32_085, 34_782, 12),
    place("Amman", 31_952, 35_923, 14),
    place("Nicosia", 35_173, 33_364, 8),
    place("Larnaca", 34_875, 33_624, 6),
    place("Kunduz", 36_728, 68_868, 7),
    place("Bern", 46_948, 7_447, 6),
    // Provinces: what a caller means may be anywhere in them.
    place("Latakia province", 35_600, 36_000, 50),
    place("Latakia governorate", 35_600, 36_000, 50),
    place("Idlib province", 35_850, 36_650, 55),
    place("Idlib governorate", 35_850, 36_650, 55),
    place("Tartus province", 34_950, 36_050, 45),
    place("Kunduz province", 36_800, 68_800, 80),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_places_are_on_earth() {
        let mut names = BTreeSet::new();
        for place in GAZETTEER {
            assert!(names.insert(place.name.to_lowercase()), "{}", place.name);
            assert!(place.at.lat_nd.abs() < 90_000_000_000 && place.at.lon_nd.abs() < 180_000_000_000);
            assert!(place.radius_mm > 0);
        }
    }
}
