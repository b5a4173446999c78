use super::*;
use crate::act::{Hazard, HazardKind};
use crate::command::HazardDraft;
use crate::findings::{Finding, FindingKind, Part};
use crate::ids::HazardId;
use geo4d::{Band, Datum, Footprint, Position, Window};

mod il20;
mod random;
mod tracked;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const KM: i64 = 1_000_000;
const HOME: Position = Position {
    lat_nd: 47_000_000_000,
    lon_nd: 7_500_000_000,
};

fn now(wall_us: i64) -> Now {
    Now {
        wall_us,
        mono_us: 0,
        boot: 1,
    }
}

/// `east_mm` east of [`HOME`].
fn east(east_mm: i64) -> Position {
    geo4d::destination(HOME, 90_000_000_000, east_mm)
}

fn circle(east_mm: i64, radius_mm: i64, band: (i64, i64), window: (i64, i64)) -> VolumeSpec {
    VolumeSpec {
        footprint: Footprint::Circle {
            center: east(east_mm),
            radius_mm,
        },
        band: Band {
            low_mm: band.0,
            high_mm: band.1,
            datum: Datum::Ellipsoid,
        },
        window: Window {
            start_us: window.0,
            end_us: window.1,
        },
    }
}

fn draft(class: Class, volume: VolumeSpec) -> OperationDraft {
    OperationDraft {
        name: "own".into(),
        class,
        volumes: vec![volume],
        hazards: Vec::new(),
        drill: false,
        separation: None,
        reaction_us: None,
    }
}

fn hazard(kind: HazardKind, volume: VolumeSpec) -> Hazard {
    Hazard {
        id: HazardId::from("h1"),
        kind,
        volume,
        words: String::new(),
    }
}

fn subject<'a>(class: Class, volumes: &'a [VolumeSpec], hazards: &'a [Hazard]) -> Subject<'a> {
    Subject {
        class,
        volumes,
        hazards,
        drill: false,
    }
}

fn kinds(rows: &[Finding]) -> Vec<FindingKind> {
    rows.iter().map(|row| row.kind).collect()
}

const AT_NOON: (i64, i64) = (12 * HOUR, 13 * HOUR);
const LOW: (i64, i64) = (0, KM / 2);
const HIGH: (i64, i64) = (5 * KM, 6 * KM);

#[test]
fn a_transit_near_an_own_transit_is_a_conflict_and_no_exposure() {
    let mut picture = Picture::new();
    let id = OperationId::from("own");
    picture
        .add_operation(&id, &draft(Class::Transit, circle(0, KM, HIGH, AT_NOON)))
        .unwrap();
    let told = [circle(10 * KM, KM, HIGH, AT_NOON)];
    let found = picture.findings(now(0), &subject(Class::Transit, &told, &[]), None);
    let [row] = &found.rows[..] else {
        panic!("{found:?}")
    };
    assert_eq!(row.kind, FindingKind::Conflict);
    assert_eq!(
        (&row.part, &row.against),
        (&Part::Volume(0), &Against::Operation(id))
    );
    assert!((row.witness.horizontal_mm - 8 * KM).abs() < 10_000, "{row:?}");
    let far = [circle(12 * KM, KM, HIGH, AT_NOON)];
    assert_eq!(
        picture
            .findings(now(0), &subject(Class::Transit, &far, &[]), None)
            .rows,
        []
    );
    picture.sanity_check();
}

#[test]
fn a_hazard_class_volume_exposes_what_flies_below_it() {
    let mut picture = Picture::new();
    picture
        .add_operation(&"own".into(), &draft(Class::Transit, circle(0, KM, LOW, AT_NOON)))
        .unwrap();
    let told = [circle(0, KM, HIGH, AT_NOON)];
    let found = picture.findings(now(0), &subject(Class::Hazard, &told, &[]), None);
    assert_eq!(kinds(&found.rows), [FindingKind::Exposure]);
    let above = [circle(0, KM, LOW, AT_NOON)];
    picture
        .add_operation(
            &"own".into(),
            &draft(Class::Transit, circle(0, KM, HIGH, AT_NOON)),
        )
        .unwrap();
    assert_eq!(
        picture
            .findings(now(0), &subject(Class::Hazard, &above, &[]), None)
            .rows,
        []
    );
}

#[test]
fn the_time_to_act_is_the_first_instant_together_less_the_reaction() {
    let mut picture = Picture::new();
    let mut own = draft(Class::Transit, circle(0, KM, HIGH, (10 * HOUR, 14 * HOUR)));
    own.reaction_us = Some(7 * MINUTE);
    picture.add_operation(&"own".into(), &own).unwrap();
    let told = [circle(0, KM, HIGH, AT_NOON)];
    let found = picture.findings(now(0), &subject(Class::Hazard, &told, &[]), None);
    assert_eq!(kinds(&found.rows), [FindingKind::Exposure, FindingKind::Conflict]);
    let required_us = separation::required(None, Class::Hazard, Class::Transit).time_us;
    for row in &found.rows {
        assert_eq!(row.first_us, 12 * HOUR - required_us);
        assert_eq!(row.last_us, 13 * HOUR + required_us);
        assert_eq!(row.act_by_us, row.first_us - 7 * MINUTE);
    }
}

#[test]
fn an_own_figure_counts_instead_of_the_agreed_one() {
    let mut picture = Picture::new();
    let mut own = draft(Class::Transit, circle(0, KM, HIGH, AT_NOON));
    let told = [circle(30 * KM, KM, HIGH, AT_NOON)];
    let found = |picture: &Picture| {
        picture
            .findings(now(0), &subject(Class::Transit, &told, &[]), None)
            .rows
            .len()
    };
    picture.add_operation(&"own".into(), &own).unwrap();
    assert_eq!(found(&picture), 0);
    own.separation = Some(Separation {
        horizontal_mm: 40 * KM,
        vertical_mm: 0,
        time_us: 0,
    });
    picture.add_operation(&"own".into(), &own).unwrap();
    assert_eq!(found(&picture), 1);
    picture.sanity_check();
}

#[test]
fn an_own_danger_near_a_peers_rescue_is_a_conflict() {
    let mut picture = Picture::new();
    let mut own = draft(Class::Hazard, circle(0, KM, LOW, AT_NOON));
    let debris = circle(50 * KM, KM, LOW, AT_NOON);
    own.hazards.push(HazardDraft {
        kind: HazardKind::Debris,
        volume: debris,
        words: String::new(),
    });
    picture.add_operation(&"own".into(), &own).unwrap();
    let told = [circle(51 * KM, KM, LOW, AT_NOON)];
    let found = picture.findings(now(0), &subject(Class::Rescue, &told, &[]), None);
    assert_eq!(kinds(&found.rows), [FindingKind::Conflict]);
}

#[test]
fn people_are_exposed_to_hazards_and_not_to_passing_by() {
    let mut picture = Picture::new();
    picture
        .add_people(
            &"camp".into(),
            800,
            &[circle(0, KM, (0, 20_000), (0, 48 * HOUR))],
            false,
        )
        .unwrap();
    let above = [circle(0, 2 * KM, HIGH, AT_NOON)];
    assert_eq!(
        picture
            .findings(now(0), &subject(Class::Transit, &above, &[]), None)
            .rows,
        []
    );
    let found = picture.findings(now(0), &subject(Class::Hazard, &above, &[]), None);
    let [row] = &found.rows[..] else {
        panic!("{found:?}")
    };
    assert_eq!((row.kind, row.aboard), (FindingKind::Exposure, 800));
    assert_eq!(row.against, Against::People("camp".into()));
    assert!(row.act_by_us <= 12 * HOUR - REACTION_US);
}

#[test]
fn a_protected_site_is_broken_and_exposed_by_a_hazard_beside_it() {
    let mut picture = Picture::new();
    let site = [circle(0, KM / 10, (0, 20_000), (0, 48 * HOUR))];
    picture
        .add_zone(&"site".into(), ZoneKind::Protected, &site, None, false)
        .unwrap();
    let beside = [circle(2 * KM, KM / 2, LOW, AT_NOON)];
    let found = picture.findings(now(0), &subject(Class::Hazard, &beside, &[]), None);
    assert_eq!(
        kinds(&found.rows),
        [FindingKind::Exposure, FindingKind::ZoneBroken]
    );
}

#[test]
fn rescue_and_relief_break_no_zone_but_are_seen_near_own_dangers() {
    for (kind, seen) in [
        (ZoneKind::Buffer, false),
        (ZoneKind::Protected, false),
        (ZoneKind::Caution, false),
        (ZoneKind::RedLine, false),
        (ZoneKind::Danger, true),
        (ZoneKind::AirDefence, true),
    ] {
        let mut picture = Picture::new();
        picture
            .add_zone(&"z".into(), kind, &[circle(0, KM, LOW, AT_NOON)], None, false)
            .unwrap();
        let told = [circle(0, KM, LOW, AT_NOON)];
        for class in [Class::Rescue, Class::Humanitarian] {
            let rows = picture.findings(now(0), &subject(class, &told, &[]), None).rows;
            assert_eq!(rows.len(), usize::from(seen), "{kind:?} {class:?}");
        }
        let rows = picture
            .findings(now(0), &subject(Class::Transit, &told, &[]), None)
            .rows;
        assert_eq!(kinds(&rows), [FindingKind::ZoneBroken], "{kind:?}");
    }
}

#[test]
fn a_zone_keeps_the_distance_it_was_filed_with() {
    let mut picture = Picture::new();
    let line = [circle(0, KM, LOW, AT_NOON)];
    let far = Separation {
        horizontal_mm: 20 * KM,
        vertical_mm: 0,
        time_us: 0,
    };
    picture
        .add_zone(&"b".into(), ZoneKind::Buffer, &line, Some(far), false)
        .unwrap();
    for (at_mm, broken) in [(21 * KM, 1), (24 * KM, 0)] {
        let told = [circle(at_mm, KM, LOW, AT_NOON)];
        let rows = picture
            .findings(now(0), &subject(Class::Unmanned, &told, &[]), None)
            .rows;
        assert_eq!(rows.len(), broken, "at {at_mm}");
    }
}

#[test]
fn a_hazard_that_expired_stays_unknown_and_is_looked_at_again() {
    let mut picture = Picture::new();
    let later = circle(0, KM, HIGH, (14 * HOUR, 15 * HOUR));
    picture
        .add_operation(&"own".into(), &draft(Class::Transit, later))
        .unwrap();
    let hazards = [hazard(HazardKind::AirDefence, circle(0, KM, HIGH, AT_NOON))];
    let open = subject(Class::Hazard, &[], &hazards);
    let mut now_us = 0;
    let mut found = picture.findings(now(now_us), &open, None);
    assert_eq!(
        kinds(&found.rows),
        [FindingKind::Exposure],
        "an hour after the stated end"
    );
    let much_later = circle(0, KM, HIGH, (40 * HOUR, 41 * HOUR));
    picture
        .add_operation(&"own".into(), &draft(Class::Transit, much_later))
        .unwrap();
    found = picture.findings(now(now_us), &open, None);
    assert_eq!(found.rows, [], "a day after the stated end");
    while found.rows.is_empty() {
        let recheck_us = found
            .recheck_us
            .expect("an open hazard is always looked at again");
        assert!(recheck_us > now_us, "time goes on");
        now_us = recheck_us;
        found = picture.findings(now(now_us), &open, None);
    }
    assert_eq!(kinds(&found.rows), [FindingKind::Exposure]);
    assert!(now_us < found.rows[0].act_by_us, "there is time to act");
}

#[test]
fn drills_meet_drills_and_nothing_else() {
    let here = circle(0, KM, LOW, AT_NOON);
    let mut picture = Picture::new();
    picture
        .add_operation(&"real".into(), &draft(Class::Transit, here.clone()))
        .unwrap();
    let drill = OperationDraft {
        drill: true,
        ..draft(Class::Transit, here.clone())
    };
    picture.add_operation(&"drill".into(), &drill).unwrap();
    picture
        .add_zone(
            &"z".into(),
            ZoneKind::RedLine,
            std::slice::from_ref(&here),
            None,
            false,
        )
        .unwrap();
    picture
        .add_people(&"p".into(), 5, std::slice::from_ref(&here), false)
        .unwrap();
    picture.set_track(&"t".into(), tracked::at(0, 12 * HOUR, 100_000));
    let (site, camp) = (ZoneKind::Protected, std::slice::from_ref(&here));
    picture
        .add_zone(&"drill z".into(), site, camp, None, true)
        .unwrap();
    picture.add_people(&"drill p".into(), 5, camp, true).unwrap();
    let mut track = tracked::at(0, 12 * HOUR, 100_000);
    track.drill = true;
    picture.set_track(&"drill t".into(), track);
    let told = [here.clone()];
    let hazards = [hazard(HazardKind::Debris, here)];
    let mut subject = subject(Class::Hazard, &told, &hazards);
    let against =
        |found: Findings| -> BTreeSet<Against> { found.rows.into_iter().map(|row| row.against).collect() };
    let real = against(picture.findings(now(12 * HOUR), &subject, None));
    subject.drill = true;
    let drills = against(picture.findings(now(12 * HOUR), &subject, None));
    let of_drill = [
        Against::Operation("drill".into()),
        Against::Zone("drill z".into()),
        Against::People("drill p".into()),
        Against::Track("drill t".into()),
    ];
    assert_eq!(drills, BTreeSet::from(of_drill));
    assert_eq!(real.len(), 4);
    assert!(real.is_disjoint(&drills));
    assert_eq!(picture.red_lines(&drill), []);
    picture.sanity_check();
}

#[test]
fn an_own_planner_hears_of_each_red_line_once() {
    let mut picture = Picture::new();
    let near = |east_mm| {
        [
            circle(east_mm, KM, LOW, (0, 48 * HOUR)),
            circle(east_mm + KM, KM, LOW, (0, 48 * HOUR)),
        ]
    };
    picture
        .add_zone(&"red".into(), ZoneKind::RedLine, &near(0), None, false)
        .unwrap();
    picture
        .add_zone(&"far".into(), ZoneKind::RedLine, &near(90 * KM), None, false)
        .unwrap();
    picture
        .add_zone(&"no".into(), ZoneKind::Buffer, &near(0), None, false)
        .unwrap();
    let mut plan = draft(Class::Hazard, circle(200 * KM, KM, LOW, AT_NOON));
    assert_eq!(picture.red_lines(&plan), []);
    plan.volumes.push(circle(0, KM, LOW, AT_NOON));
    let debris = circle(90 * KM, KM, LOW, AT_NOON);
    plan.hazards.push(HazardDraft {
        kind: HazardKind::Debris,
        volume: debris,
        words: String::new(),
    });
    let crossed: Vec<ZoneId> = picture
        .red_lines(&plan)
        .into_iter()
        .map(|line| line.zone)
        .collect();
    assert_eq!(crossed, ["far".into(), "red".into()] as [ZoneId; 2]);
}

#[test]
fn a_red_line_on_the_ground_is_crossed_from_above_by_what_releases() {
    let mut picture = Picture::new();
    let site = [circle(0, KM, (0, 50_000), (0, 48 * HOUR))];
    picture
        .add_zone(&"red".into(), ZoneKind::RedLine, &site, None, false)
        .unwrap();
    let above = circle(0, KM, HIGH, AT_NOON);
    assert_eq!(picture.red_lines(&draft(Class::Transit, above.clone())), []);
    assert_eq!(picture.red_lines(&draft(Class::Hazard, above)).len(), 1);
}

#[test]
fn a_row_keeps_the_volumes_that_meet_first() {
    let mut picture = Picture::new();
    let mut own = draft(Class::Unmanned, circle(0, KM, LOW, (12 * HOUR, 13 * HOUR)));
    own.volumes.push(circle(KM, KM, LOW, (10 * HOUR, 11 * HOUR)));
    picture.add_operation(&"own".into(), &own).unwrap();
    let told = [circle(0, 3 * KM, LOW, (9 * HOUR, 14 * HOUR))];
    let found = picture.findings(now(0), &subject(Class::Unmanned, &told, &[]), None);
    let [row] = &found.rows[..] else {
        panic!("{found:?}")
    };
    assert_eq!((row.first_us, row.last_us), (10 * HOUR, 13 * HOUR));
    assert_eq!(row.witness.at_us, 10 * HOUR);
}

#[test]
fn rows_are_bounded_due_first_and_the_rest_is_counted() {
    let mut picture = Picture::new();
    let many = crate::limits::MAX_FINDINGS + 5;
    for i in 0..many {
        let start_us = 12 * HOUR - i as i64 * MINUTE;
        let own = draft(Class::Unmanned, circle(0, KM, LOW, (start_us, 13 * HOUR)));
        picture
            .add_operation(&OperationId(format!("own-{i}")), &own)
            .unwrap();
    }
    let told = [circle(0, KM, LOW, (0, 24 * HOUR))];
    let found = picture.findings(now(0), &subject(Class::Unmanned, &told, &[]), None);
    assert_eq!(
        (found.rows.len(), found.more, found.unchecked),
        (crate::limits::MAX_FINDINGS, 5, 0)
    );
    assert!(found.rows.is_sorted_by_key(|row| row.act_by_us));
    assert_eq!(
        found.rows[0].against,
        Against::Operation(OperationId(format!("own-{}", many - 1)))
    );
}

#[test]
fn geometry_that_is_not_valid_is_named_and_the_rest_compared() {
    let mut picture = Picture::new();
    let mut own = draft(Class::Transit, circle(0, -1, LOW, AT_NOON));
    own.volumes.push(circle(0, KM, LOW, AT_NOON));
    let faults = picture.add_operation(&"own".into(), &own).unwrap_err();
    assert_eq!(faults[0].place, "/volumes/0/footprint/radius_mm");
    let told = [circle(0, KM, LOW, (5, 5)), circle(0, KM, LOW, AT_NOON)];
    let hazards = [hazard(HazardKind::Other, circle(0, 0, LOW, AT_NOON))];
    let found = picture.findings(now(0), &subject(Class::Transit, &told, &hazards), None);
    let places: Vec<&str> = found.faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(
        places,
        ["/volumes/0/window", "/hazards/0/volume/footprint/radius_mm"]
    );
    assert_eq!(found.rows[0].part, Part::Volume(1));
    picture.sanity_check();
}

#[test]
fn adding_again_replaces_and_removing_twice_is_nothing() {
    let mut picture = Picture::new();
    let told = [circle(0, KM, LOW, AT_NOON)];
    let rows = |picture: &Picture| {
        picture
            .findings(now(0), &subject(Class::Hazard, &told, &[]), None)
            .rows
            .len()
    };
    let moved = draft(Class::Transit, circle(500 * KM, KM, LOW, AT_NOON));
    picture
        .add_operation(&"own".into(), &draft(Class::Transit, told[0].clone()))
        .unwrap();
    picture
        .add_operation(&"own".into(), &draft(Class::Rescue, told[0].clone()))
        .unwrap();
    assert_eq!(rows(&picture), 2, "one exposure, one conflict");
    picture.add_operation(&"own".into(), &moved).unwrap();
    assert_eq!(rows(&picture), 0);
    picture.sanity_check();
    picture.remove_operation(&"own".into());
    picture.remove_operation(&"own".into());
    picture.remove_zone(&"none".into());
    picture.remove_people(&"none".into());
    picture.drop_track(&"none".into());
    picture.sanity_check();
    assert!(picture.things.is_empty() && picture.layers.is_empty());
}
