//! Random worlds against a comparison without any index.

use super::*;
use crate::limits::UNKNOWN_AHEAD_US;
use proptest::prelude::*;

/// A footprint within a few hundred kilometres of home, a band within 12 km, a window
/// within a day.
fn volumes() -> impl Strategy<Value = VolumeSpec> {
    let place =
        || (-150_i64..150, -150_i64..150).prop_map(|(x, y)| geo4d::destination(east(x * KM), 0, y * KM));
    let circle = (place(), 1_i64..30).prop_map(|(center, radius)| Footprint::Circle {
        center,
        radius_mm: radius * KM / 2,
    });
    let corridor = (place(), place(), 1_i64..8).prop_filter_map("two places", |(from, to, width)| {
        (from != to).then(|| Footprint::Corridor {
            line: vec![from, to],
            half_width_mm: width * KM / 2,
        })
    });
    let triangle =
        (place(), place(), place()).prop_map(|(a, b, c)| Footprint::Polygon { ring: vec![a, b, c] });
    let datum = prop::sample::select(vec![Datum::Ellipsoid, Datum::Msl, Datum::Pressure, Datum::Ground]);
    let band = (0_i64..10_000, 1_i64..4_000, datum).prop_map(|(low_m, high_m, datum)| Band {
        low_mm: low_m * 1_000,
        high_mm: (low_m + high_m) * 1_000,
        datum,
    });
    let window = (0_i64..1_200, 1_i64..240).prop_map(|(from, minutes)| Window {
        start_us: from * MINUTE,
        end_us: (from + minutes) * MINUTE,
    });
    (prop_oneof![circle, corridor, triangle], band, window)
        .prop_map(|(footprint, band, window)| VolumeSpec {
            footprint,
            band,
            window,
        })
        .prop_filter("valid", |volume| volume.check().is_ok())
}

fn classes() -> impl Strategy<Value = Class> {
    prop::sample::select(vec![
        Class::Transit,
        Class::Reconnaissance,
        Class::Hazard,
        Class::Exercise,
        Class::Rescue,
        Class::Humanitarian,
        Class::Unmanned,
    ])
}

fn separations() -> impl Strategy<Value = Option<Separation>> {
    let figure = (0_i64..40, 0_i64..2_000, 0_i64..30).prop_map(|(km, m, minutes)| Separation {
        horizontal_mm: km * KM,
        vertical_mm: m * 1_000,
        time_us: minutes * MINUTE,
    });
    prop::option::weighted(0.3, figure)
}

fn drafts() -> impl Strategy<Value = OperationDraft> {
    let hazards = prop::collection::vec(volumes(), 0..2);
    (
        classes(),
        prop::collection::vec(volumes(), 1..4),
        hazards,
        any::<bool>(),
        separations(),
    )
        .prop_map(|(class, volumes, hazards, drill, separation)| OperationDraft {
            volumes,
            hazards: hazards
                .into_iter()
                .map(|volume| HazardDraft {
                    kind: HazardKind::Debris,
                    volume,
                    words: String::new(),
                })
                .collect(),
            drill,
            separation,
            ..draft(class, circle(0, 1, LOW, AT_NOON))
        })
}

/// One own thing, as it is filed.
#[derive(Clone, Debug)]
enum Filed {
    Operation(OperationDraft),
    Zone(ZoneKind, VolumeSpec, Option<Separation>),
    People(VolumeSpec),
    Track(Track),
}

fn filed() -> impl Strategy<Value = Filed> {
    let kinds = prop::sample::select(vec![
        ZoneKind::Buffer,
        ZoneKind::Protected,
        ZoneKind::Danger,
        ZoneKind::AirDefence,
        ZoneKind::Caution,
        ZoneKind::RedLine,
    ]);
    let track = (-100_i64..100, 0_i64..1_200, 0_i64..300)
        .prop_map(|(x, seen, speed)| Filed::Track(tracked::at(x * KM, seen * MINUTE, speed * 1_000)));
    prop_oneof![
        4 => drafts().prop_map(Filed::Operation),
        2 => (kinds, volumes(), separations()).prop_map(|(kind, volume, sep)| Filed::Zone(kind, volume, sep)),
        1 => volumes().prop_map(Filed::People),
        1 => track,
    ]
}

fn file(picture: &mut Picture, number: usize, thing: &Filed) {
    let id = number.to_string();
    match thing {
        Filed::Operation(draft) => picture.add_operation(&OperationId(id), draft).unwrap(),
        Filed::Zone(kind, volume, sep) => {
            picture
                .add_zone(&ZoneId(id), *kind, std::slice::from_ref(volume), *sep, false)
                .unwrap();
        }
        Filed::People(volume) => {
            picture
                .add_people(&PeopleId(id), 3, std::slice::from_ref(volume), false)
                .unwrap();
        }
        Filed::Track(track) => picture.set_track(&TrackId(id), *track),
    }
}

fn unfile(picture: &mut Picture, number: usize, thing: &Filed) {
    let id = number.to_string();
    match thing {
        Filed::Operation(_) => picture.remove_operation(&OperationId(id)),
        Filed::Zone(..) => picture.remove_zone(&ZoneId(id)),
        Filed::People(_) => picture.remove_people(&PeopleId(id)),
        Filed::Track(_) => picture.drop_track(&TrackId(id)),
    }
}

#[derive(Clone, Debug)]
struct Told {
    class: Class,
    volumes: Vec<VolumeSpec>,
    hazards: Vec<Hazard>,
    drill: bool,
}

impl Told {
    fn subject(&self) -> Subject<'_> {
        Subject {
            class: self.class,
            volumes: &self.volumes,
            hazards: &self.hazards,
            drill: self.drill,
        }
    }
}

fn told() -> impl Strategy<Value = Told> {
    let kinds = prop::sample::select(vec![
        HazardKind::AirDefence,
        HazardKind::Debris,
        HazardKind::Jamming,
    ]);
    let hazards = prop::collection::vec((kinds, volumes()), 0..2);
    (
        classes(),
        prop::collection::vec(volumes(), 0..3),
        hazards,
        any::<bool>(),
    )
        .prop_map(|(class, volumes, hazards, drill)| Told {
            class,
            volumes,
            hazards: hazards
                .into_iter()
                .map(|(kind, volume)| hazard(kind, volume))
                .collect(),
            drill,
        })
}

fn below(volume: &VolumeSpec) -> VolumeSpec {
    let mut volume = volume.clone();
    let ground = if volume.band.datum == Datum::Ground {
        0
    } else {
        -1_500_000
    };
    volume.band.low_mm = volume.band.low_mm.min(ground);
    volume
}

type Row = (Part, Against, FindingKind);

/// A part of what was told, as far as it matters to anything.
struct PartTold {
    part: Part,
    class: Class,
    stated: VolumeSpec,
    danger: Option<VolumeSpec>,
}

fn parts(told: &Told, now_us: i64) -> Vec<PartTold> {
    let mut parts = Vec::new();
    for (i, volume) in told.volumes.iter().enumerate() {
        let danger = (told.class == Class::Hazard).then(|| below(volume));
        let part = Part::Volume(i as u32);
        parts.push(PartTold {
            part,
            class: told.class,
            stated: volume.clone(),
            danger,
        });
    }
    for hazard in &told.hazards {
        let mut lasting = hazard.volume.clone();
        lasting.window.end_us = lasting.window.end_us.max(now_us) + UNKNOWN_AHEAD_US;
        let falls = hazard.kind == HazardKind::Debris;
        let danger = Some(if falls { below(&lasting) } else { lasting.clone() });
        let part = Part::Hazard(hazard.id.clone());
        parts.push(PartTold {
            part,
            class: Class::Hazard,
            stated: lasting,
            danger,
        });
    }
    parts
}

impl PartTold {
    fn is_hazard(&self) -> bool {
        matches!(self.part, Part::Hazard(_))
    }

    fn near(&self, own: &VolumeSpec, sep: Separation) -> bool {
        meet(own, &self.stated, sep)
    }

    fn endangers(&self, own: &VolumeSpec, sep: Separation) -> bool {
        self.danger.as_ref().is_some_and(|danger| meet(own, danger, sep))
    }

    fn to_operation(&self, draft: &OperationDraft) -> Vec<FindingKind> {
        let figure = |own| {
            draft
                .separation
                .unwrap_or_else(|| separation::required(None, own, self.class))
        };
        let flies = figure(draft.class);
        let exposed = draft.volumes.iter().any(|own| self.endangers(own, flies));
        let conflict = draft.volumes.iter().any(|own| self.near(own, flies))
            || draft
                .hazards
                .iter()
                .any(|own| self.near(&own.volume, figure(Class::Hazard)));
        kinds_of(exposed, conflict && !self.is_hazard(), false)
    }

    fn to_zone(&self, kind: ZoneKind, own: &VolumeSpec, sep: Option<Separation>) -> Vec<FindingKind> {
        let sep = sep.unwrap_or_else(|| separation::default_for_zone(kind));
        let own_danger = matches!(kind, ZoneKind::Danger | ZoneKind::AirDefence);
        let relief = matches!(self.class, Class::Rescue | Class::Humanitarian);
        let counts = if self.is_hazard() {
            matches!(kind, ZoneKind::Buffer | ZoneKind::Protected | ZoneKind::RedLine)
        } else {
            own_danger || !relief
        };
        let exposed = kind == ZoneKind::Protected && self.endangers(own, sep);
        kinds_of(exposed, false, counts && self.near(own, sep))
    }
}

fn kinds_of(exposed: bool, conflict: bool, broken: bool) -> Vec<FindingKind> {
    [
        (exposed, FindingKind::Exposure),
        (conflict, FindingKind::Conflict),
        (broken, FindingKind::ZoneBroken),
    ]
    .into_iter()
    .filter_map(|(holds, kind)| holds.then_some(kind))
    .collect()
}

fn meet(own: &VolumeSpec, other: &VolumeSpec, sep: Separation) -> bool {
    geo4d::conflict(&own.check().unwrap(), &other.check().unwrap(), &sep).is_some()
}

/// Everything that [`Picture::findings`] says about its rules, written down a second time
/// and with no index, no order and no budget. Tracks are left to their own tests.
fn without_index(world: &[Filed], now_us: i64, told: &Told) -> BTreeSet<Row> {
    let parts = parts(told, now_us);
    let mut rows = BTreeSet::new();
    for (number, thing) in world.iter().enumerate() {
        let id = number.to_string();
        for part in &parts {
            let (against, kinds) = match thing {
                Filed::Operation(draft) if draft.drill == told.drill => (
                    Against::Operation(OperationId(id.clone())),
                    part.to_operation(draft),
                ),
                Filed::Zone(kind, own, sep) if !told.drill => {
                    (Against::Zone(ZoneId(id.clone())), part.to_zone(*kind, own, *sep))
                }
                Filed::People(own) if !told.drill => {
                    let sep = separation::required(None, Class::Humanitarian, part.class);
                    let exposed = part.endangers(own, sep);
                    (
                        Against::People(PeopleId(id.clone())),
                        kinds_of(exposed, false, false),
                    )
                }
                _ => continue,
            };
            rows.extend(
                kinds
                    .into_iter()
                    .map(|kind| (part.part.clone(), against.clone(), kind)),
            );
        }
    }
    rows
}

fn rows(found: &Findings) -> BTreeSet<Row> {
    let fixed = found
        .rows
        .iter()
        .filter(|row| !matches!(row.against, Against::Track(_)));
    fixed
        .map(|row| (row.part.clone(), row.against.clone(), row.kind))
        .collect()
}

proptest! {
    #[test]
    fn findings_are_those_of_a_comparison_without_index(
        world in prop::collection::vec(filed(), 0..12), told in told(), at_min in 0_i64..1_500, gone in any::<u16>(),
    ) {
        let mut picture = Picture::new();
        for (number, thing) in world.iter().enumerate() {
            file(&mut picture, number, thing);
        }
        let mut kept = world.clone();
        for (number, thing) in world.iter().enumerate().filter(|(number, _)| gone >> number & 1 == 1) {
            unfile(&mut picture, number, thing);
            kept[number] = Filed::Operation(OperationDraft { volumes: Vec::new(), ..draft(Class::Transit, circle(0, 1, LOW, AT_NOON)) });
        }
        picture.sanity_check();
        let found = picture.findings(now(at_min * MINUTE), &told.subject(), None);
        prop_assert_eq!(found.more + found.unchecked, 0);
        prop_assert_eq!(rows(&found), without_index(&kept, at_min * MINUTE, &told));
    }

    #[test]
    fn what_is_found_is_among_what_is_compared_again(world in prop::collection::vec(filed(), 1..8), told in prop::collection::vec(told(), 1..4)) {
        let mut notified = Notified::new();
        for (key, told) in told.iter().enumerate() {
            notified.add(key, &told.subject()).unwrap();
        }
        notified.sanity_check();
        for (number, thing) in world.iter().enumerate() {
            let mut picture = Picture::new();
            file(&mut picture, number, thing);
            let near = match thing {
                Filed::Operation(draft) => notified.near_operation(draft, &[]),
                Filed::Zone(kind, volume, sep) => notified.near_zone(*kind, std::slice::from_ref(volume), *sep, false),
                Filed::People(volume) => notified.near_people(std::slice::from_ref(volume), &[], false),
                Filed::Track(track) => notified.near_track(track, &[]),
            };
            for (key, told) in told.iter().enumerate() {
                for at_min in [0, 600, 1_500] {
                    let found = picture.findings(now(at_min * MINUTE), &told.subject(), None);
                    prop_assert!(found.rows.is_empty() || near.contains(&key), "{:?}", found.rows);
                }
            }
        }
    }

    #[test]
    fn a_larger_separation_never_finds_less(
        own in drafts(), told in told(), more_km in 0_i64..50, more_m in 0_i64..1_000, more_min in 0_i64..30,
    ) {
        let figure = own.separation.unwrap_or_default();
        let larger = Separation {
            horizontal_mm: figure.horizontal_mm + more_km * KM,
            vertical_mm: figure.vertical_mm + more_m * 1_000,
            time_us: figure.time_us + more_min * MINUTE,
        };
        let found = |separation| {
            let mut picture = Picture::new();
            picture.add_operation(&"own".into(), &OperationDraft { separation: Some(separation), ..own.clone() }).unwrap();
            rows(&picture.findings(now(0), &told.subject(), None))
        };
        prop_assert!(found(figure).is_subset(&found(larger)));
    }

    #[test]
    fn a_saved_picture_finds_the_same(world in prop::collection::vec(filed(), 0..8), told in told(), at_min in 0_i64..1_500) {
        let mut picture = Picture::new();
        let mut notified = Notified::new();
        for (number, thing) in world.iter().enumerate() {
            file(&mut picture, number, thing);
        }
        notified.add("key".to_owned(), &told.subject()).unwrap();
        let saved = serde_json::to_string(&picture).unwrap();
        let loaded: Picture = serde_json::from_str(&saved).unwrap();
        loaded.sanity_check();
        prop_assert_eq!(serde_json::to_string(&loaded).unwrap(), saved);
        let at = now(at_min * MINUTE);
        prop_assert_eq!(picture.findings(at, &told.subject(), None), loaded.findings(at, &told.subject(), None));
        let saved = serde_json::to_string(&notified).unwrap();
        let loaded: Notified<String> = serde_json::from_str(&saved).unwrap();
        loaded.sanity_check();
        prop_assert_eq!(serde_json::to_string(&loaded).unwrap(), saved);
    }

    #[test]
    fn a_drill_never_touches_what_is_real(world in prop::collection::vec(filed(), 0..10), mut told in told()) {
        let mut picture = Picture::new();
        for (number, thing) in world.iter().enumerate() {
            file(&mut picture, number, thing);
        }
        let is_drill = |against: &Against| match against {
            Against::Operation(id) => matches!(&world[id.0.parse::<usize>().unwrap()], Filed::Operation(draft) if draft.drill),
            _ => false,
        };
        for drill in [false, true] {
            told.drill = drill;
            let found = picture.findings(now(0), &told.subject(), None);
            prop_assert!(found.rows.iter().all(|row| is_drill(&row.against) == drill));
        }
    }
}
