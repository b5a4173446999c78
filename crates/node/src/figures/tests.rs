use super::*;

fn at(lat_nd: i64, lon_nd: i64) -> Position {
    Position { lat_nd, lon_nd }
}

#[test]
fn decimals_are_read_without_a_float() {
    assert_eq!(fixed("7.472288132487989", 9), Some(7_472_288_132));
    assert_eq!(fixed("-1.985209815625593", 9), Some(-1_985_209_816));
    assert_eq!(fixed("1e-7", 9), Some(100));
    assert_eq!(fixed("1.5E2", 0), Some(150));
    assert_eq!(fixed("0e999999999", 9), Some(0));
    assert_eq!(fixed("1e-99", 9), Some(0));
    assert_eq!(fixed("9223372036854775807", 0), Some(i64::MAX));
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "", ".", "-", "1.2.3", "NaN", "inf", "0x10", "1e", "1e999", "1,5", "--1", "1_000", "٣",
    ] {
        assert_eq!(fixed(text, 9), None, "{text}");
    }
    assert_eq!(fixed(&"9".repeat(10_000), 0), None);
}

#[test]
fn a_place_reads_the_same_in_every_notation() {
    let khmeimim = at(35_400_000_000, 35_950_000_000);
    for text in [
        "35.40,35.95",
        "35.40 35.95",
        "35.40, 35.95",
        "35.40N 35.95E",
        "35.40n,35.95e",
        "35°24'N 35°57'E",
        "35°24′00″N 35°57′00″E",
        "352400N 0355700E",
        "3524N 03557E",
        "35:24:00N 35:57:00E",
    ] {
        assert_eq!(place(text), Ok(khmeimim), "{text}");
    }
    assert_eq!(
        place("36°43′4.91″N 68°51′43.96″E"),
        Ok(at(36_718_030_556, 68_862_211_111))
    );
    assert_eq!(place("33.5S 70.25W"), Ok(at(-33_500_000_000, -70_250_000_000)));
    assert_eq!(place("-33.5,-70.25"), Ok(at(-33_500_000_000, -70_250_000_000)));
}

#[test]
fn a_place_that_could_be_another_is_refused() {
    for text in [
        "",
        "35.4",
        "91,0",
        "0,181",
        "1,2,3",
        "35°61'N 35°E",
        "35°24'60\"N 35°E",
        "35E 35N",
        "northern Syria",
        "-35N 35E",
        "35.5°10'N 35E",
        "N E",
        "35,40 35,95",
    ] {
        assert!(place(text).is_err(), "{text}");
    }
}

#[test]
fn instants_are_absolute_or_from_now() {
    let now = 1_000_000_000;
    assert_eq!(instant("+15m", now), Ok(now + 900_000_000));
    assert_eq!(instant("+1.5h", now), Ok(now + 5_400_000_000));
    assert_eq!(instant("now", now), Ok(now));
    assert_eq!(instant("1970-01-01T00:00:01Z", now), Ok(1_000_000));
    assert_eq!(instant("1970-01-01T02:00:01.5+02:00", now), Ok(1_500_000));
    for text in [
        "",
        "15m",
        "+15",
        "+-5m",
        "2026-11-21",
        "2026-11-21T10:00:00",
        "tomorrow",
        "+99999999999d",
    ] {
        assert!(instant(text, now).is_err(), "{text}");
    }
}

#[test]
fn heights_keep_their_datum_and_round_outward() {
    let msl = |low_mm, high_mm| Band {
        low_mm,
        high_mm,
        datum: Datum::Msl,
    };
    assert_eq!(band("300..900m"), Ok(msl(300_000, 900_000)));
    assert_eq!(band("300m..900m"), Ok(msl(300_000, 900_000)));
    assert_eq!(band("1..1ft"), Ok(msl(304, 305)));
    assert_eq!(band("1000..5000ft[msl]"), Ok(msl(304_800, 1_524_000)));
    assert_eq!(band("-10..0m"), Ok(msl(-10_000, 0)));
    assert_eq!(
        band("FL100..FL200"),
        Ok(Band {
            low_mm: 3_048_000,
            high_mm: 6_096_000,
            datum: Datum::Pressure
        })
    );
    assert_eq!(
        band("0..120m[ground]"),
        Ok(Band {
            low_mm: 0,
            high_mm: 120_000,
            datum: Datum::Ground
        })
    );
    assert_eq!(height("5000m"), Ok(msl(5_000_000, 5_000_000)));
    assert_eq!(
        height("1ft[ground]"),
        Ok(Band {
            low_mm: 304,
            high_mm: 305,
            datum: Datum::Ground
        })
    );
    assert_eq!(height("FL160").map(|band| band.datum), Ok(Datum::Pressure));
}

#[test]
fn heights_without_unit_or_with_two_datums_are_refused() {
    for text in [
        "300..900",
        "300m..FL100",
        "FL100..FL200[msl]",
        "300..900m[moon]",
        "900m",
        "..m",
        "300ft..900m",
        "FL1000..FL2000",
    ] {
        assert!(band(text).is_err(), "{text}");
    }
}

#[test]
fn lengths_and_spans_have_units() {
    assert_eq!(length("250m"), Ok(250_000));
    assert_eq!(length("250"), Ok(250_000));
    assert_eq!(length("1.5NM"), Ok(2_778_000));
    assert_eq!(length("1ft"), Ok(305));
    assert_eq!(duration("90s"), Ok(90_000_000));
    assert!(length("-5m").is_err() && length("5 parsec").is_err() && duration("5").is_err());
}

#[test]
fn an_error_names_what_was_typed_and_what_was_expected() {
    let error = band("high").expect_err("no band").to_string();
    assert!(
        error.contains("\"high\"") && error.contains("FL100..FL200"),
        "{error}"
    );
}
