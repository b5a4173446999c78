//! Aircraft of which only positions are declared.

use super::*;
use crate::limits::{LOOKAHEAD_US, TRACK_STALE_US};

/// A report from `east_mm` east of home, at 3 km, with 15 aboard.
pub(super) fn at(east_mm: i64, seen_at_us: i64, speed_mm_s: i64) -> Track {
    let altitude = Band {
        low_mm: 3 * KM,
        high_mm: 3 * KM,
        datum: Datum::Ellipsoid,
    };
    Track {
        at: east(east_mm),
        altitude,
        seen_at_us,
        speed_mm_s,
        aboard: 15,
        drill: false,
    }
}

fn danger_at(east_mm: i64, window: (i64, i64)) -> [VolumeSpec; 1] {
    [circle(east_mm, KM, (0, 10 * KM), window)]
}

fn exposed(picture: &Picture, now_us: i64, told: &[VolumeSpec]) -> Findings {
    picture.findings(now(now_us), &subject(Class::Hazard, told, &[]), None)
}

fn required() -> Separation {
    separation::required(None, Class::Hazard, Class::Transit)
}

#[test]
fn an_aircraft_inside_is_to_be_told_now() {
    let mut picture = Picture::new();
    picture.set_track(&"t".into(), at(0, 12 * HOUR, 100_000));
    let found = exposed(&picture, 12 * HOUR + MINUTE, &danger_at(0, AT_NOON));
    let [row] = &found.rows[..] else {
        panic!("{found:?}")
    };
    assert_eq!((row.kind, row.aboard), (FindingKind::Exposure, 15));
    assert_eq!(row.against, Against::Track("t".into()));
    assert_eq!(
        (row.first_us, row.act_by_us),
        (12 * HOUR + MINUTE, 12 * HOUR + MINUTE)
    );
}

#[test]
fn an_aircraft_within_ten_minutes_of_the_edge_is_exposed_and_one_beyond_is_looked_at_again() {
    let speed_mm_s = 100_000;
    let edge_mm = KM + required().horizontal_mm;
    // 59 km from the edge at 100 m/s: 590 s.
    let mut picture = Picture::new();
    picture.set_track(&"t".into(), at(0, 12 * HOUR, speed_mm_s));
    let found = exposed(&picture, 12 * HOUR, &danger_at(59 * KM + edge_mm, AT_NOON));
    let reached_us = found.rows[0].first_us;
    assert!(
        (reached_us - 12 * HOUR - 590 * SECOND).abs() < SECOND,
        "{found:?}"
    );
    assert_eq!(found.rows[0].act_by_us, reached_us - REACTION_US);
    // 70 km: 700 s, so in 100 s it is ten minutes away.
    let found = exposed(&picture, 12 * HOUR, &danger_at(70 * KM + edge_mm, AT_NOON));
    assert_eq!(found.rows, []);
    let recheck_us = found.recheck_us.expect("it comes within reach");
    assert!(
        (recheck_us - 12 * HOUR - 100 * SECOND).abs() < SECOND,
        "{recheck_us}"
    );
    assert_eq!(
        exposed(&picture, recheck_us, &danger_at(70 * KM + edge_mm, AT_NOON))
            .rows
            .len(),
        1
    );
}

#[test]
fn a_danger_that_begins_later_is_looked_at_again_in_time() {
    let mut picture = Picture::new();
    picture.set_track(&"t".into(), at(0, 10 * HOUR, 100_000));
    let told = danger_at(0, AT_NOON);
    let found = exposed(&picture, 10 * HOUR, &told);
    assert_eq!(found.rows, []);
    let opens_us = 12 * HOUR - required().time_us;
    assert_eq!(found.recheck_us, Some(opens_us - LOOKAHEAD_US));
    let row = &exposed(&picture, opens_us - LOOKAHEAD_US, &told).rows[0];
    assert_eq!((row.first_us, row.act_by_us), (opens_us, opens_us - REACTION_US));
}

#[test]
fn an_aircraft_far_above_counts_when_it_can_come_down() {
    let mut picture = Picture::new();
    let mut track = at(0, 12 * HOUR, 0);
    track.altitude = Band {
        low_mm: 12 * KM,
        high_mm: 12 * KM,
        datum: Datum::Ellipsoid,
    };
    picture.set_track(&"t".into(), track);
    let low = [circle(0, KM, (0, KM), AT_NOON)];
    let row = &exposed(&picture, 12 * HOUR, &low).rows[0];
    assert!(
        row.first_us > 12 * HOUR + 5 * MINUTE && row.first_us < 12 * HOUR + 10 * MINUTE,
        "{row:?}"
    );
}

#[test]
fn a_danger_that_is_over_exposes_no_aircraft() {
    let mut picture = Picture::new();
    picture.set_track(&"t".into(), at(0, 14 * HOUR, 100_000));
    let found = exposed(&picture, 14 * HOUR, &danger_at(0, AT_NOON));
    assert_eq!((found.rows.len(), found.recheck_us), (0, None));
    let hazards = [hazard(HazardKind::AirDefence, danger_at(0, AT_NOON)[0].clone())];
    let found = picture.findings(now(14 * HOUR), &subject(Class::Hazard, &[], &hazards), None);
    assert_eq!(
        found.rows.len(),
        1,
        "a secondary hazard is UNKNOWN after its end, not over"
    );
}

#[test]
fn a_lost_position_is_named_and_its_reach_keeps_what_it_had() {
    let mut picture = Picture::new();
    picture.set_track(&"t".into(), at(0, 10 * HOUR, 50_000));
    assert_eq!(picture.stale_tracks(now(10 * HOUR + TRACK_STALE_US)), []);
    let stale = now(10 * HOUR + TRACK_STALE_US + 1);
    assert_eq!(picture.stale_tracks(stale), ["t".into()] as [TrackId; 1]);
    // 100 km: within forty minutes at 50 m/s, two hours after it was seen.
    assert_eq!(
        exposed(&picture, 12 * HOUR, &danger_at(100 * KM, AT_NOON))
            .rows
            .len(),
        1
    );
    assert_eq!(
        exposed(&picture, 12 * HOUR, &danger_at(200 * KM, AT_NOON))
            .rows
            .len(),
        0
    );
}

#[test]
fn a_position_that_nobody_renews_or_drops_is_compared_for_ever() {
    let mut picture = Picture::new();
    picture.set_track(&"t".into(), at(0, 10 * HOUR, 50_000));
    let week = 7 * 24 * HOUR;
    let then = (week + 11 * HOUR, week + 13 * HOUR);
    assert_eq!(
        exposed(&picture, week + 12 * HOUR, &danger_at(0, then))
            .rows
            .len(),
        1
    );
}

#[test]
fn a_report_from_the_future_or_without_sense_is_still_compared() {
    let mut picture = Picture::new();
    picture.set_track(&"ahead".into(), at(0, 12 * HOUR + MINUTE, 100_000));
    let mut senseless = at(0, 12 * HOUR, i64::MAX);
    senseless.seen_at_us = i64::MAX - 1;
    picture.set_track(&"senseless".into(), senseless);
    let found = exposed(&picture, 12 * HOUR, &danger_at(0, AT_NOON));
    assert_eq!(found.rows.len(), 2, "{found:?}");
    picture.sanity_check();
    picture.drop_track(&"ahead".into());
    picture.drop_track(&"senseless".into());
    picture.sanity_check();
}

#[test]
fn a_new_report_replaces_the_old_one() {
    let mut picture = Picture::new();
    picture.set_track(&"t".into(), at(0, 12 * HOUR, 10_000));
    picture.set_track(&"t".into(), at(300 * KM, 12 * HOUR, 10_000));
    assert_eq!(exposed(&picture, 12 * HOUR, &danger_at(0, AT_NOON)).rows, []);
    assert_eq!(
        exposed(&picture, 12 * HOUR, &danger_at(300 * KM, AT_NOON))
            .rows
            .len(),
        1
    );
    picture.sanity_check();
}
