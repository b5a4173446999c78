use super::*;
use geo4d::{Band, Datum, Window};
use proptest::prelude::*;

const KM: i64 = 1_000_000;

fn at(lat_micro: i64, lon_micro: i64) -> Position {
    Position {
        lat_nd: lat_micro * 1_000,
        lon_nd: lon_micro * 1_000,
    }
}

fn volume(footprint: Footprint) -> VolumeSpec {
    VolumeSpec {
        footprint,
        band: Band {
            low_mm: 0,
            high_mm: 10 * KM,
            datum: Datum::Msl,
        },
        window: Window {
            start_us: 0,
            end_us: 1,
        },
    }
}

fn circle(center: Position, radius_mm: i64) -> VolumeSpec {
    volume(Footprint::Circle { center, radius_mm })
}

fn check(words: &str, volumes: &[VolumeSpec]) -> PlaceCheck {
    place_check(words, volumes, GAZETTEER)
}

fn named(words: &str) -> Vec<Said> {
    places(words, GAZETTEER)
}

#[track_caller]
fn assert_near(said: &[Said], place: Position, mm: i64) {
    assert_eq!(said.len(), 1, "{said:?}");
    let off_mm = geo4d::distance(said[0].at, place);
    assert!(off_mm <= mm, "{said:?} lies {off_mm} mm from {place:?}");
}

const HOSPITAL: (i64, i64) = (36_718_031, 68_862_211);

#[test]
fn coordinates_are_read_however_they_are_written() {
    let hospital = at(HOSPITAL.0, HOSPITAL.1);
    for words in [
        "36°43′4.91″N 68°51′43.96″E",
        "36°43'4.91\"N, 68°51'43.96\"E",
        "at 36 43 04.91 N 68 51 43.96 E",
        "N36°43′04.91″ E068°51′43.96″",
        "N 36 43 4.91 E 68 51 43.96",
        "364304.91N 0685143.96E",
        "36.718031N 68.862211E",
        "36.718031 N; 68.862211 E",
        "n36.718031 e068.862211",
        "68.862211E 36.718031N",
        "36.718031, 68.862211",
        "36.718031 68.862211",
        "36.718031° north and 68.862211° east",
        "36 deg 43 min 4.91 sec N 68 deg 51 min 43.96 sec E",
        "3643.0818N 06851.7327E",
    ] {
        assert_near(&named(words), hospital, 1_000);
    }
    assert_near(&named("364305N 0685144E"), hospital, 35_000);
    assert_near(&named("3643N 06852E"), hospital, 2 * KM);
    assert_near(&named("-33.90, 18.42"), at(-33_900_000, 18_420_000), 1_000);
    assert_near(&named("33.90S 18.42W"), at(-33_900_000, -18_420_000), 1_000);
}

#[test]
fn figures_that_are_no_coordinates_are_passed_over() {
    for words in [
        "91.00N 10.00E",
        "36°61′04″N 68°51′43″E",
        "3661N 06851E",
        "36.7N",
        "36.7N 36.8N",
        "at 18:40 from FL 250",
        "0.5, 3.5",
        "10.25, 20.50 km",
        "call 5550199 extension 12",
        "12345678901234567890N 1E",
    ] {
        assert_eq!(named(words), [], "{words}");
    }
}

#[test]
fn a_distance_and_a_bearing_from_a_named_place_are_a_place() {
    let loss = at(35_180_000, 35_650_000);
    for words in [
        "27 km west of Baniyas",
        "about 27 km due west of BANIYAS, over the sea",
        "27 kilometres to the west from Baniyas",
        "14.6 NM 270 from Baniyas",
        "bearing 270 14.6 nm from Baniyas",
        "14.6 nautical miles bearing 270° from Baniyas",
        "west, 27 km off Baniyas",
        "27km W of Baniyas",
    ] {
        assert_near(&named(words), loss, KM);
    }
}

#[test]
fn sixteen_points_are_read_in_words_and_letters() {
    let north_east = named("50 km NE of Idlib");
    assert_eq!(named("50 km north-east of Idlib"), north_east);
    assert_eq!(named("50 km northeast of Idlib"), north_east);
    assert_eq!(named("50 km north east of Idlib"), north_east);
    assert_eq!(
        named("50 km north-northeast of Idlib"),
        named("50 km NNE of Idlib")
    );
    assert_ne!(named("50 km NNE of Idlib"), north_east);
}

#[test]
fn a_distance_without_a_bearing_is_a_circle() {
    let said = named("within 20 km of Khmeimim");
    assert_near(&said, at(35_401_000, 35_949_000), 1_000);
    assert!(said[0].within_mm >= 20 * KM);
    assert_eq!(named("at 5000 m from Khmeimim"), [], "a height is no distance");
}

#[test]
fn a_direction_alone_names_no_place() {
    for words in [
        "northern Syria",
        "the north",
        "north of Idlib",
        "",
        "over there",
        "western sector",
        "°′″",
    ] {
        assert_eq!(named(words), [], "{words}");
        assert_eq!(
            check(words, &[circle(at(35_520_000, 35_800_000), 10 * KM)]),
            PlaceCheck::TooVague
        );
    }
}

#[test]
fn the_longest_name_counts() {
    let province = named("targets in Latakia province");
    assert!(province[0].within_mm > named("Latakia")[0].within_mm);
    assert_ne!(named("Deir ez-Zor airfield")[0].at, named("deir EZ zor")[0].at);
}

#[test]
fn words_that_name_the_volumes_agree() {
    let target = [circle(at(35_520_000, 35_800_000), 10 * KM)];
    for words in [
        "Latakia",
        "35.52N 35.80E",
        "15 km north-west of Khmeimim",
        "coming from Idlib to Latakia",
    ] {
        assert_eq!(check(words, &target), PlaceCheck::Agrees, "{words}");
    }
}

#[test]
fn the_airfield_nine_kilometres_off_contradicts() {
    let city = [circle(at(35_336_000, 40_141_000), 3 * KM)];
    let words = "9 km south of Deir ez-Zor airfield";
    let PlaceCheck::Contradicts { distance_mm, .. } = check(words, &city) else {
        panic!("{words} does not name the city");
    };
    assert!((8 * KM..20 * KM).contains(&distance_mm), "{distance_mm}");
}

#[test]
fn exact_coordinates_are_held_to_their_last_digit() {
    let hospital = at(HOSPITAL.0, HOSPITAL.1);
    let words = "36°43′4.91″N 68°51′43.96″E";
    assert_eq!(check(words, &[circle(hospital, 100_000)]), PlaceCheck::Agrees);
    let other_building = geo4d::destination(hospital, 225_000_000_000, 450_000);
    let off = check(words, &[circle(other_building, 100_000)]);
    assert!(
        matches!(off, PlaceCheck::Contradicts { distance_mm, .. } if distance_mm > 300_000),
        "{off:?}"
    );
    assert_eq!(
        check("36.7N 68.9E", &[circle(other_building, 100_000)]),
        PlaceCheck::Agrees
    );
}

#[test]
fn one_coordinate_elsewhere_contradicts_whatever_else_is_named() {
    let target = [circle(at(35_520_000, 35_800_000), 10 * KM)];
    let off = check("Latakia, 36.72N 68.86E", &target);
    assert!(matches!(off, PlaceCheck::Contradicts { .. }));
    assert!(matches!(check("Kunduz", &target), PlaceCheck::Contradicts { .. }));
}

#[test]
fn any_volume_may_be_the_one_that_words_name() {
    let ring = vec![
        at(36_600_000, 68_700_000),
        at(36_600_000, 69_000_000),
        at(36_900_000, 68_850_000),
    ];
    let corridor = Footprint::Corridor {
        line: vec![at(35_400_000, 35_900_000), at(35_900_000, 36_600_000)],
        half_width_mm: KM,
    };
    let volumes = [volume(corridor), volume(Footprint::Polygon { ring })];
    assert_eq!(check("Kunduz", &volumes), PlaceCheck::Agrees);
    assert_eq!(check("Khmeimim", &volumes), PlaceCheck::Agrees);
    assert!(matches!(
        check("Damascus", &volumes),
        PlaceCheck::Contradicts { .. }
    ));
}

#[test]
fn nothing_to_compare_with_is_too_vague() {
    assert_eq!(check("Latakia", &[]), PlaceCheck::TooVague);
    let broken = circle(at(0, 0), -1);
    assert_eq!(check("Latakia", &[broken]), PlaceCheck::TooVague);
}

#[test]
fn text_that_names_everything_or_never_ends_is_too_vague() {
    let target = [circle(at(35_520_000, 35_800_000), 10 * KM)];
    assert_eq!(check(&"Latakia ".repeat(MAX_PLACES), &target), PlaceCheck::Agrees);
    assert_eq!(
        check(&"Latakia ".repeat(MAX_PLACES + 1), &target),
        PlaceCheck::TooVague
    );
    assert_eq!(
        check(&"x".repeat(MAX_WORDS_BYTES + 1), &target),
        PlaceCheck::TooVague
    );
}

#[test]
fn references_of_an_agreement_are_read_too() {
    let gate = Reference {
        name: "Gate Four".into(),
        at: at(47_000_000, 7_500_000),
        radius_mm: KM,
    };
    let said = places("5 NM 090 from gate four", &[gate]);
    assert_near(&said, at(47_000_000, 7_621_800), KM / 2);
}

/// Pieces that a text about places is made of, so that random text reaches deep.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{1,12}",
        "-?[0-9]{1,4}\\.[0-9]{1,12}",
        "[NSEWnsew°′″'\", /:-]",
        prop::sample::select(vec![
            "km", "NM", "m", "of", "from", "bearing", "north", "east", "and", "the", "deg"
        ])
        .prop_map(str::to_owned),
        prop::sample::select(GAZETTEER.iter().map(|r| r.name.to_string()).collect::<Vec<_>>()),
    ]
}

proptest! {
    #[test]
    fn any_text_is_read_without_harm(pieces in prop::collection::vec(piece(), 0..40), glue in "[ ,]?") {
        let words = pieces.join(&glue);
        let said = places(&words, GAZETTEER);
        prop_assert!(said.len() <= MAX_PLACES);
        for said in &said {
            prop_assert!(said.within_mm > 0);
            prop_assert!(said.at.lat_nd.abs() <= 90_000_000_000 && said.at.lon_nd.abs() <= 180_000_000_000);
        }
        let target = [circle(at(35_520_000, 35_800_000), 10 * KM)];
        let answer = check(&words, &target);
        prop_assert_eq!(said.is_empty(), answer == PlaceCheck::TooVague);
        prop_assert_eq!(answer, check(&words, &target));
    }

    #[test]
    fn coordinates_written_out_agree_with_a_volume_there_and_not_with_one_far_off(
        lat in -80_000_000_i64..80_000_000, lon in -179_000_000_i64..179_000_000,
    ) {
        let letter = |value: i64, plus, minus| if value < 0 { minus } else { plus };
        let words = format!(
            "{}.{:06}{} {}.{:06}{}",
            lat.abs() / 1_000_000, lat.abs() % 1_000_000, letter(lat, 'N', 'S'),
            lon.abs() / 1_000_000, lon.abs() % 1_000_000, letter(lon, 'E', 'W'),
        );
        let there = at(lat, lon);
        prop_assert_eq!(check(&words, &[circle(there, 1_000)]), PlaceCheck::Agrees);
        let far_off = geo4d::destination(there, 45_000_000_000, 5 * KM);
        let contradicts = matches!(check(&words, &[circle(far_off, KM)]), PlaceCheck::Contradicts { .. });
        prop_assert!(contradicts);
    }
}
