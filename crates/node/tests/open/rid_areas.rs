//! Identification service areas, in both editions of F3411.

use crate::house::{Heard, House, changed, new_id, options, without};
use crate::rid::{BOTH, Edition, V1, V2, ids, ring, stripped, text, version, vertices};
use node::open::OpenOptions;
use serde_json::{Value, json};

fn put(house: &House, edition: &Edition, who: &str, rest: &str, body: &Value) -> Heard {
    edition.on_area(house, who, "PUT", rest, body)
}

#[test]
fn one_is_made_read_found_changed_and_ended() {
    for edition in BOTH {
        let (house, id) = (House::new(), new_id());
        let made = put(&house, &edition, "sp", &id, &edition.area(47.0)).expect(200);
        let shown = &made["service_area"];
        let mut expected = json!({
            "id": id, "owner": "sp", "version": version(&made, "service_area"),
            "time_start": shown["time_start"], "time_end": shown["time_end"],
        });
        expected[&edition.urls[0][1..]] = json!("https://sp.example/rid");
        assert_eq!(made, json!({ "service_area": expected, "subscribers": [] }));
        let got = edition
            .on_area(&house, "other", "GET", &id, &Value::Null)
            .expect(200);
        assert_eq!(got, json!({ "service_area": shown }));
        let area = format!("area={}", text(&ring(47.0)));
        let found = edition.search_areas(&house, &area).expect(200);
        assert_eq!(found, json!({ "service_areas": [shown] }));

        let first = version(&made, "service_area");
        let longer = changed(edition.area(47.0), "/extents/time_end", edition.at(90));
        let second = put(&house, &edition, "sp", &format!("{id}/{first}"), &longer).expect(200);
        assert_ne!(version(&second, "service_area"), first);
        let path = format!("{id}/{}", version(&second, "service_area"));
        let ended = edition
            .on_area(&house, "sp", "DELETE", &path, &Value::Null)
            .expect(200);
        assert_eq!(ended["service_area"], second["service_area"]);
        edition
            .on_area(&house, "sp", "GET", &id, &Value::Null)
            .refused(404);
        let found = edition.search_areas(&house, &area).expect(200);
        assert_eq!(found, json!({ "service_areas": [] }));
    }
}

#[test]
fn instants_come_back_to_the_microsecond() {
    let house = House::new();
    let bare = V1.area(47.0);
    let made = put(&house, &V1, "sp", &new_id(), &bare).expect(200);
    let at = |value: &Value| {
        value
            .as_str()
            .expect("a text")
            .parse::<jiff::Timestamp>()
            .expect("a time")
    };
    let sent = at(&bare["extents"]["time_end"]);
    assert_eq!(
        at(&made["service_area"]["time_end"]).as_microsecond(),
        sent.as_microsecond()
    );
    let object = V2.area(47.0);
    let made = put(&house, &V2, "sp", &new_id(), &object).expect(200);
    let sent = at(&object["extents"]["time_start"]["value"]);
    assert_eq!(
        at(&made["service_area"]["time_start"]["value"]).as_microsecond(),
        sent.as_microsecond()
    );
    assert_eq!(made["service_area"]["time_start"]["format"], "RFC3339");
}

#[test]
fn what_is_made_in_one_edition_is_seen_in_the_other() {
    let (house, id) = (House::new(), new_id());
    let made = put(&house, &V1, "sp", &id, &V1.area(47.0)).expect(200);
    let seen = V2.on_area(&house, "dp", "GET", &id, &Value::Null).expect(200);
    assert_eq!(
        seen["service_area"]["uss_base_url"],
        made["service_area"]["flights_url"]
    );
    assert_eq!(
        seen["service_area"]["time_end"]["value"],
        made["service_area"]["time_end"]
    );
    let area = format!("area={}", text(&ring(47.0)));
    assert_eq!(
        ids(&V2.search_areas(&house, &area).expect(200), "service_areas"),
        [id.as_str()]
    );
    let path = format!("{id}/{}", version(&seen, "service_area"));
    let changed = put(&house, &V2, "sp", &path, &V2.area(47.0)).expect(200);
    let path = format!("{id}/{}", version(&changed, "service_area"));
    V1.on_area(&house, "sp", "DELETE", &path, &Value::Null)
        .expect(200);
}

#[test]
fn refusals_have_the_codes_of_the_reference() {
    for edition in BOTH {
        let (house, id) = (House::new(), new_id());
        let good = edition.area(47.0);
        let stale = "1iobe3p3800";
        put(&house, &edition, "sp", &format!("{id}/{stale}"), &good).refused(400);
        let made = put(&house, &edition, "sp", &id, &good).expect(200);
        let current = version(&made, "service_area");
        put(&house, &edition, "sp", &id, &good).refused(409);
        put(&house, &edition, "other", &id, &good).refused(409);
        let wrong = stripped(&current);
        let late = changed(good.clone(), "/extents/time_start", edition.at(-10));
        for (who, rest, body, status) in [
            ("sp", String::new(), &good, 400),
            ("sp", "fake_version".to_owned(), &good, 400),
            ("sp", "notacorrectversion".to_owned(), &good, 400),
            ("sp", stale.to_owned(), &good, 409),
            ("sp", wrong.clone(), &good, 409),
            ("other", stale.to_owned(), &good, 403),
            ("other", current.clone(), &good, 403),
            ("sp", stale.to_owned(), &late, 409),
            ("sp", current.clone(), &late, 400),
        ] {
            let heard = put(&house, &edition, who, &format!("{id}/{rest}"), body);
            assert_eq!(heard.status, status, "{who} {rest}: {}", heard.body);
        }
        for (who, rest, status) in [
            ("sp", String::new(), 400),
            ("sp", "fake_version".to_owned(), 400),
            ("sp", wrong.clone(), 409),
            ("other", wrong, 409),
            ("other", current.clone(), 403),
            ("sp", current, 200),
        ] {
            let heard = edition.on_area(&house, who, "DELETE", &format!("{id}/{rest}"), &Value::Null);
            assert_eq!(heard.status, status, "{who} {rest}: {}", heard.body);
        }
        let gone = format!("{id}/{stale}");
        edition
            .on_area(&house, "sp", "DELETE", &gone, &Value::Null)
            .refused(404);
        edition
            .on_area(&house, "sp", "GET", "x", &Value::Null)
            .refused(400);
        edition
            .on_area(&house, "sp", "GET", "", &Value::Null)
            .refused(400);
    }
}

#[test]
fn an_update_may_leave_out_its_times_and_keep_a_start() {
    for edition in BOTH {
        let (house, id) = (House::new(), new_id());
        let made = put(&house, &edition, "sp", &id, &edition.area(47.0)).expect(200);
        let timeless = without(edition.area(47.0), "/extents/time_start");
        let timeless = without(timeless, "/extents/time_end");
        put(&house, &edition, "sp", &new_id(), &timeless).refused(400);
        let path = format!("{id}/{}", version(&made, "service_area"));
        let again = put(&house, &edition, "sp", &path, &timeless).expect(200);
        for name in ["time_start", "time_end"] {
            assert_eq!(again["service_area"][name], made["service_area"][name]);
        }
        let startless = without(edition.area(47.0), "/extents/time_start");
        put(&house, &edition, "sp", &new_id(), &startless).expect(200);
    }
}

#[test]
fn fields_are_checked_each_for_itself() {
    let house = House::new();
    for edition in BOTH {
        let closed = [ring(47.0), ring(47.0)[..1].to_vec()].concat();
        let huge = [(-23.0, 130.0), (-24.0, 130.0), (-24.0, 132.0), (-23.0, 132.0)];
        for (pointer, to) in [
            (edition.urls[0], json!("")),
            (edition.urls[0], json!(null)),
            (edition.urls[0], json!("http://sp.example")),
            (edition.urls[0], json!(1)),
            (edition.ring, vertices(&closed)),
            (edition.ring, vertices(&ring(47.0)[..2])),
            (edition.ring, vertices(&[])),
            (edition.ring, vertices(&huge)),
            (
                edition.ring,
                vertices(&[(130.6, -23.6), (130.6, -23.7), (130.7, -23.7)]),
            ),
            (
                edition.ring,
                vertices(&[(47.0, 8.0), (47.1, 8.1), (47.0, 8.1), (47.1, 8.0)]),
            ),
            (edition.ring, json!(null)),
            (edition.ring, json!([])),
            ("/extents/time_start", edition.at(-10)),
            ("/extents/time_start", json!(0)),
            ("/extents/time_end", edition.at(-10)),
            ("/extents/time_end", json!(null)),
            ("/extents", json!(null)),
            ("/extents", json!([])),
        ] {
            let body = changed(edition.area(47.0), pointer, to);
            put(&house, &edition, "sp", &new_id(), &body).refused(400);
        }
        put(&house, &edition, "sp", "x", &edition.area(47.0)).refused(400);
        put(&house, &edition, "sp", &new_id(), &Value::Null).refused(400);
    }
}

#[test]
fn each_edition_writes_its_volumes_in_its_own_way() {
    let house = House::new();
    let circle = json!({ "center": { "lat": 47.0, "lng": 8.0 }, "radius": { "value": 300, "units": "M" } });
    let altitude =
        |reference: &str, units: &str| json!({ "value": 1, "reference": reference, "units": units });
    let round = changed(
        without(V2.area(47.0), V2.ring),
        "/extents/volume/outline_circle",
        circle.clone(),
    );
    put(&house, &V2, "sp", &new_id(), &round).expect(200);
    for (pointer, to) in [
        ("/extents/time_start/format", json!("ISO8601")),
        ("/extents/time_start/format", json!(null)),
        ("/extents/time_end/value", json!("tomorrow")),
        ("/extents/volume/altitude_lower", altitude("SFC", "M")),
        ("/extents/volume/altitude_upper", altitude("W84", "FT")),
        ("/extents/volume/altitude_lower/value", json!(500)),
        ("/extents/volume/altitude_lower", json!(20)),
        ("/extents/volume/outline_circle", circle),
        ("/extents/volume", json!(null)),
    ] {
        put(&house, &V2, "sp", &new_id(), &changed(V2.area(47.0), pointer, to)).refused(400);
    }
    for (pointer, to) in [
        ("/extents/volume/outline_circle/radius/units", json!("FT")),
        ("/extents/volume/outline_circle/radius", json!(null)),
        ("/extents/volume/outline_circle/center", json!(null)),
    ] {
        put(&house, &V2, "sp", &new_id(), &changed(round.clone(), pointer, to)).refused(400);
    }
    for (pointer, to) in [
        ("/extents/time_end", json!("tomorrow")),
        ("/extents/time_end", V2.at(60)),
        ("/extents/spatial_volume/altitude_lo", altitude("W84", "M")),
        ("/extents/spatial_volume/altitude_lo", json!(500)),
        ("/extents/spatial_volume/altitude_hi", json!(1e9)),
        ("/extents/spatial_volume", json!(null)),
    ] {
        put(&house, &V1, "sp", &new_id(), &changed(V1.area(47.0), pointer, to)).refused(400);
    }
    let low = without(V1.area(47.0), "/extents/spatial_volume/altitude_hi");
    put(&house, &V1, "sp", &new_id(), &low).expect(200);
}

#[test]
fn an_address_is_https_on_updates_too_unless_the_settings_say_otherwise() {
    for edition in BOTH {
        let (house, id) = (House::new(), new_id());
        let made = put(&house, &edition, "sp", &id, &edition.area(47.0)).expect(200);
        let path = format!("{id}/{}", version(&made, "service_area"));
        let plain = changed(edition.area(47.0), edition.urls[0], json!("http://sp.example"));
        put(&house, &edition, "sp", &path, &plain).refused(400);
        let lenient = House::with(
            OpenOptions {
                allow_http_base_urls: true,
                ..options()
            },
            &[&crate::issuer::Issuer::rsa().pem],
        );
        put(&lenient, &edition, "sp", &id, &plain).expect(200);
    }
}

#[test]
fn a_search_says_where_and_may_say_when() {
    for edition in BOTH {
        let (house, id) = (House::new(), new_id());
        put(&house, &edition, "sp", &id, &edition.area(47.0)).expect(200);
        let here = text(&ring(47.0));
        let at = |from_now: i64| {
            let at = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(from_now);
            at.to_string()
        };
        for (query, found) in [
            (format!("area={here}"), true),
            (format!("area={}", here.replace(',', ",%20")), true),
            (format!("area={}", text(&ring(48.0))), false),
            (format!("area={here}&earliest_time={}", at(59)), true),
            (format!("area={here}&earliest_time={}", at(61)), false),
            (format!("area={here}&earliest_time={}", at(-90)), true),
            (format!("area={here}&latest_time={}", at(1)), true),
            (format!("area={here}&latest_time={}", at(-1)), false),
            (format!("area={here}&earliest_time=&latest_time="), true),
        ] {
            let heard = edition.search_areas(&house, &query).expect(200);
            assert_eq!(ids(&heard, "service_areas").contains(&id), found, "{query}");
        }
    }
}

#[test]
fn a_search_of_too_much_is_413_and_of_nonsense_400() {
    let house = House::new();
    let looped = "-80.75,37.04,-80.24,37.04,-80.24,37.35,-80.75,37.35,-80.75,37.04";
    let huge = "-23,130,-24,130,-24,132,-23,132";
    for edition in BOTH {
        for (query, status) in [
            (format!("area={huge}"), 413),
            (format!("area={huge}&latest_time=soon"), 400),
            (format!("area={looped}"), 400),
            (format!("area={huge},-23,130"), 400),
            ("area=".to_owned(), 400),
            (String::new(), 400),
            ("area=1,2,3,4".to_owned(), 400),
            ("area=1,2,3,4,5".to_owned(), 400),
            ("area=1,2,3,4,5,x".to_owned(), 400),
            ("area=91,8,91,9,90,9".to_owned(), 400),
            (format!("area={}&earliest_time=soon", text(&ring(47.0))), 400),
        ] {
            edition.search_areas(&house, &query).refused(status);
            if !query.contains("time") {
                edition.search_subscriptions(&house, "dp", &query).refused(status);
            }
        }
    }
}

/// Phrases that the prober of the standard's community looks for in refusals.
#[test]
fn refusals_have_the_words_that_suites_look_for() {
    let house = House::new();
    let says = |edition: &Edition, body: &Value, words: &str| {
        let told = put(&house, edition, "sp", &new_id(), body).refused(400);
        assert!(told.contains(words), "{told}");
    };
    for edition in BOTH {
        let huge = [(-23.0, 130.0), (-24.0, 130.0), (-24.0, 132.0), (-23.0, 132.0)];
        says(
            &edition,
            &changed(edition.area(47.0), edition.ring, vertices(&huge)),
            "too large",
        );
        says(
            &edition,
            &changed(edition.area(47.0), "/extents/time_start", edition.at(-10)),
            "IdentificationServiceArea time_start must not be in the past",
        );
        says(
            &edition,
            &changed(edition.area(47.0), "/extents/time_end", edition.at(-1)),
            "IdentificationServiceArea time_end must be after time_start",
        );
        let id = new_id();
        let told = edition
            .on_subscription(&house, "dp", "GET", &id, &Value::Null)
            .refused(404);
        assert_eq!(told, format!("Subscription {id} not found"));
        let path = format!("{}/{id}", edition.areas_path());
        let told = house.raw("GET", &path, None, None).refused(401);
        assert!(told.contains("Missing access token"), "{told}");
        let told = house.raw("GET", &path, Some("fake_token"), None).refused(401);
        assert!(
            told.contains("token contains an invalid number of segments"),
            "{told}"
        );
    }
    let first = "Missing or malformed required extents";
    says(&V1, &changed(V1.area(47.0), V1.ring, vertices(&[])), first);
    says(&V1, &without(V1.area(47.0), V1.ring), first);
    says(&V1, &without(V1.area(47.0), "/extents/spatial_volume"), first);
    says(&V1, &without(V1.area(47.0), "/extents"), first);
    says(
        &V2,
        &changed(V2.area(47.0), V2.ring, vertices(&[])),
        "Not enough points in polygon",
    );
    let second =
        "Error parsing Volume4D: Neither outline_polygon nor outline_circle were specified in volume";
    says(&V2, &without(V2.area(47.0), V2.ring), second);
    says(&V2, &without(V2.area(47.0), "/extents/volume"), second);
    says(&V2, &without(V2.area(47.0), "/extents"), second);
}
