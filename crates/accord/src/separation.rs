//! How far apart two kinds of operation are to stay.
//!
//! Where both parties signed a figure, that figure counts; else the table here, which is
//! this project's own proposal and binds nobody. Of two classes the larger number of each
//! dimension counts, so the answer never depends on who asks.

use crate::act::Class;
use crate::command::ZoneKind;
pub use crate::limits::MAX_SEPARATION;
use crate::limits::MINUTE_US;
use crate::terms::Terms;
use geo4d::Separation;

/// Five nautical miles: radar separation en route (ICAO Doc 4444, 8.7.3.1).
const EN_ROUTE_MM: i64 = 9_260 * 1_000;
/// Three nautical miles: radar separation near an aerodrome (ICAO Doc 4444, 8.7.3.2 a).
const TERMINAL_MM: i64 = 5_556 * 1_000;
/// One nautical mile.
const ONE_MILE_MM: i64 = 1_852 * 1_000;
/// A thousand feet: vertical separation of levels (ICAO Doc 4444, 5.3.2), rounded up.
const ONE_LEVEL_MM: i64 = 305 * 1_000;
/// Two thousand feet, rounded up: vertical separation where heights are held less well, or where
/// something falls.
const TWO_LEVELS_MM: i64 = 610 * 1_000;
/// A watch, a radio call and a turn are this uncertain together.
const TIME_US: i64 = 5 * MINUTE_US;

/// Nobody aboard and conformance monitored: volumes may touch and not overlap, as in
/// ASTM F3548-21. The pads of geometry are added all the same.
const NONE: Separation = Separation {
    horizontal_mm: 0,
    vertical_mm: 0,
    time_us: 0,
};

/// The separation between a `class` and anything smaller, when nothing was signed.
pub fn default_for(class: Class) -> Separation {
    match class {
        Class::Transit => sep(EN_ROUTE_MM, ONE_LEVEL_MM, TIME_US),
        Class::Reconnaissance => sep(EN_ROUTE_MM, ONE_LEVEL_MM, TIME_US),
        Class::Hazard | Class::Exercise => sep(EN_ROUTE_MM, TWO_LEVELS_MM, TIME_US),
        Class::Rescue | Class::Humanitarian => sep(TERMINAL_MM, ONE_LEVEL_MM, TIME_US),
        Class::Unmanned => NONE,
    }
}

/// How far others are to stay from a zone whose owner gave no figure. The outline of most
/// is the limit itself; a site with people is given a mile and a height beyond its outline,
/// for sites are charted by hand and what is released drifts.
pub fn default_for_zone(kind: ZoneKind) -> Separation {
    match kind {
        ZoneKind::Protected => sep(ONE_MILE_MM, TWO_LEVELS_MM, TIME_US),
        ZoneKind::Buffer
        | ZoneKind::Danger
        | ZoneKind::AirDefence
        | ZoneKind::Caution
        | ZoneKind::RedLine => NONE,
    }
}

/// The separation required between operations of classes `a` and `b` under `terms`.
/// Symmetric in `a` and `b`.
pub fn required(terms: Option<&Terms>, a: Class, b: Class) -> Separation {
    larger(of_class(terms, a), of_class(terms, b))
}

/// The larger number of each dimension.
pub fn larger(a: Separation, b: Separation) -> Separation {
    sep(
        a.horizontal_mm.max(b.horizontal_mm),
        a.vertical_mm.max(b.vertical_mm),
        a.time_us.max(b.time_us),
    )
}

/// No pair of classes requires more than this under any of `terms`.
pub fn widest<'a>(terms: impl IntoIterator<Item = &'a Terms>) -> Separation {
    let agreed = terms
        .into_iter()
        .flat_map(|terms| terms.separation.values().copied());
    let defaults = ALL_CLASSES.into_iter().map(default_for);
    agreed.chain(defaults).map(bounded).fold(NONE, larger)
}

/// `figure` forced into what can be computed with: nothing negative, nothing above
/// [`MAX_SEPARATION`].
pub fn bounded(figure: Separation) -> Separation {
    sep(
        figure.horizontal_mm.clamp(0, MAX_SEPARATION.horizontal_mm),
        figure.vertical_mm.clamp(0, MAX_SEPARATION.vertical_mm),
        figure.time_us.clamp(0, MAX_SEPARATION.time_us),
    )
}

const ALL_CLASSES: [Class; 7] = [
    Class::Transit,
    Class::Reconnaissance,
    Class::Hazard,
    Class::Exercise,
    Class::Rescue,
    Class::Humanitarian,
    Class::Unmanned,
];

fn of_class(terms: Option<&Terms>, class: Class) -> Separation {
    let agreed = terms.and_then(|terms| terms.separation.get(&class));
    agreed.copied().map_or_else(|| default_for(class), bounded)
}

const fn sep(horizontal_mm: i64, vertical_mm: i64, time_us: i64) -> Separation {
    Separation {
        horizontal_mm,
        vertical_mm,
        time_us,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn terms(figures: &[(Class, Separation)]) -> Terms {
        Terms {
            name: "test".into(),
            lead_floor_s: BTreeMap::new(),
            received_within_s: 5,
            opened_within_s: 120,
            opened_flash_within_s: 30,
            stop_within_s: 30,
            blanket_km2_h: 1,
            separation: figures.iter().copied().collect(),
        }
    }

    #[test]
    fn required_does_not_depend_on_who_asks_and_never_exceeds_the_widest() {
        let agreed = terms(&[
            (Class::Unmanned, sep(70_000_000, 1, 2)),
            (Class::Hazard, sep(5, 6, 7)),
        ]);
        for terms in [None, Some(&agreed)] {
            for a in ALL_CLASSES {
                for b in ALL_CLASSES {
                    let figure = required(terms, a, b);
                    assert_eq!(figure, required(terms, b, a));
                    let widest = widest(terms);
                    assert_eq!(larger(widest, figure), widest);
                }
            }
        }
    }

    #[test]
    fn a_signed_figure_replaces_the_default_of_its_class_only() {
        let agreed = terms(&[(Class::Hazard, sep(1_000, 2_000, 3_000))]);
        assert_eq!(
            required(Some(&agreed), Class::Hazard, Class::Unmanned),
            sep(1_000, 2_000, 3_000)
        );
        assert_eq!(
            required(Some(&agreed), Class::Hazard, Class::Rescue),
            larger(sep(1_000, 2_000, 3_000), default_for(Class::Rescue))
        );
    }

    #[test]
    fn absurd_figures_are_bounded() {
        let agreed = terms(&[(Class::Hazard, sep(i64::MAX, -1, i64::MAX))]);
        let figure = required(Some(&agreed), Class::Hazard, Class::Unmanned);
        assert_eq!(
            figure,
            sep(MAX_SEPARATION.horizontal_mm, 0, MAX_SEPARATION.time_us)
        );
    }
}
